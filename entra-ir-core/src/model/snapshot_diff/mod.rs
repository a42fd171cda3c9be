//! Compares two snapshots of one account.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::{AccountSnapshot, GrantList, ListedGrant, MethodList, Part, RoleHeld};
use crate::ids::ObjectId;
use crate::text::{moment, printable};

/// Lists what changed between two snapshots of one account: what an attacker added, or containment removed.
///
/// What could not be read in one of them is *unknown*, which is not "no change".
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(remote = "Self")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = Self::beside))]
#[non_exhaustive]
pub struct SnapshotDiff {
    /// The account, by object id.
    pub user: ObjectId,
    /// When the earlier snapshot was taken. UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub before: OffsetDateTime,
    /// When the later snapshot was taken. UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub after: OffsetDateTime,
    /// The changes, part by part.
    pub changes: Vec<SnapshotChange>,
    /// The parts that could not be compared, with the reasons.
    pub unknown: Vec<NotCompared>,
}

crate::json::beside!(SnapshotDiff {
    /// Whether nothing changed; None if no change is known, and not everything could be compared.
    unchanged: Option<bool> = Self::is_unchanged;
});

/// Describes one change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SnapshotChange {
    /// The part: `account`, or a part of the snapshot, such as `methods`.
    pub part: &'static str,
    /// Whether something was added, removed or changed.
    pub kind: ChangeKind,
    /// A description. An attacker may have chosen names in it.
    pub what: String,
    /// Its id, if it has one.
    pub id: Option<String>,
    /// Which of its properties became another, such as `number`; `None` if it was added or removed.
    pub property: Option<String>,
    /// The property before; `None` if there was none.
    pub before: Option<Value>,
    /// The property after; `None` if there is none.
    pub after: Option<Value>,
    /// False if a list was not complete: what seems new may have existed before, what seems gone may still
    /// exist.
    pub certain: bool,
}

/// The kind of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ChangeKind {
    /// It exists now and did not before.
    Added,
    /// It existed before and no longer does.
    Removed,
    /// It existed before, and one of its properties changed.
    Changed,
}

impl ChangeKind {
    /// Returns a short stable word for the kind.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// Names a part that could not be compared completely.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct NotCompared {
    /// The part.
    pub part: &'static str,
    /// The reason.
    pub why: String,
}

impl SnapshotDiff {
    /// Lists the changes of one part: `account`, `methods`, `devices`, ...
    pub fn of_part(&self, part: &str) -> impl Iterator<Item = &SnapshotChange> {
        self.changes.iter().filter(move |change| change.part == part)
    }

    /// Returns whether nothing changed; `None` if no change is known, but not everything could be compared.
    pub fn is_unchanged(&self) -> Option<bool> {
        if self.changes.is_empty() { self.unknown.is_empty().then_some(true) } else { Some(false) }
    }
}

impl AccountSnapshot {
    /// Returns what changed since an earlier snapshot of the same account. The snapshot that was taken first
    /// is the earlier one. Methods are identified by type and id, and compared by everything else: a replaced
    /// mobile number keeps its id, and is *changed*. Snapshots of two accounts cannot be compared, and the
    /// result reports that.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), entra_ir_core::Error> {
    /// use entra_ir_core::SimulatedTenant;
    /// use entra_ir_core::simulator::NewMethod;
    ///
    /// let tenant = SimulatedTenant::contoso();
    /// let (client, user) = (tenant.client()?, "adele@contoso.example");
    /// let before = client.snapshot(user).without_risk().await?;
    /// tenant.add_method(user, NewMethod::passkey("Backdoor"));
    /// client.block_sign_in(user).await?;
    /// let after = client.snapshot(user).without_risk().await?;
    ///
    /// let diff = after.diff(&before);
    /// assert!(diff.of_part("methods").any(|change| change.what == "passkey (FIDO2) Backdoor"));
    /// assert!(diff.of_part("account").any(|change| change.property.as_deref() == Some("account_enabled")));
    /// assert!(diff.unknown.iter().any(|part| part.part == "risk"), "it was not read");
    /// println!("{diff}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn diff(&self, earlier: &Self) -> SnapshotDiff {
        let (before, after) =
            if earlier.taken_at <= self.taken_at { (earlier, self) } else { (self, earlier) };
        let mut diff = SnapshotDiff {
            user: after.user.id,
            before: before.taken_at,
            after: after.taken_at,
            changes: Vec::new(),
            unknown: Vec::new(),
        };
        if before.user.id == after.user.id {
            diff.compare_all(before, after);
        } else {
            diff.unknown
                .push(NotCompared { part: "account", why: "these are snapshots of two accounts".into() });
        }
        diff
    }
}

/// One item of a part.
struct Item {
    /// The key that identifies it.
    key: String,
    what: String,
    id: Option<String>,
    properties: Map<String, Value>,
}

impl Item {
    /// Creates the item of a part with only one item.
    fn only(what: &str, value: &impl Serialize) -> Vec<Self> {
        let (key, id) = (String::new(), None);
        vec![Self { key, what: what.into(), id, properties: properties(value) }]
    }
}

impl SnapshotDiff {
    fn compare_all(&mut self, before: &AccountSnapshot, after: &AccountSnapshot) {
        let account = |snapshot: &AccountSnapshot| Item::only("the account", &snapshot.user);
        self.compare("account", account(before), account(after), [true; 2]);
        self.part("domain", &before.domain, &after.domain, |part| Item::only("the domain", part));
        self.methods(&before.methods, &after.methods);
        self.part("default_method", &before.default_method, &after.default_method, |part| {
            Item::only("the default method", part)
        });
        self.part("per_user_mfa", &before.per_user_mfa, &after.per_user_mfa, |part| {
            Item::only("per-user MFA", part)
        });
        self.part("policy", &before.policy, &after.policy, |policy| {
            let entry = |method: &super::MethodPolicy| {
                let mut properties = Map::new();
                properties.insert("state".into(), value(&method.state));
                properties.insert("verdict".into(), value(&method.verdict));
                let (key, id) = (method.id.to_lowercase(), Some(method.id.clone()));
                Item { key, what: format!("method {}", printable(&method.id)), id, properties }
            };
            policy.methods.iter().map(entry).collect()
        });
        self.part("active_roles", &before.active_roles, &after.active_roles, |roles| items(roles, role));
        self.part("eligible_roles", &before.eligible_roles, &after.eligible_roles, |roles| {
            items(roles, role)
        });
        let group = |id: Option<ObjectId>, name: Option<&str>| {
            let id = id.map(|id| id.to_string());
            (id.clone().unwrap_or_default(), format!("group {}", called(name, id.as_deref())), id)
        };
        for (part, before, after) in [
            ("role_groups", &before.role_groups, &after.role_groups),
            ("owned_role_groups", &before.owned_role_groups, &after.owned_role_groups),
        ] {
            self.part(part, before, after, |groups| {
                items(groups, |of| group(Some(of.id), of.display_name.as_deref()))
            });
        }
        self.part("eligible_groups", &before.eligible_groups, &after.eligible_groups, |groups| {
            items(groups, |of| {
                let (key, what, id) = group(of.group, of.display_name.as_deref());
                let access = of.access.as_deref().unwrap_or("unknown access");
                (format!("{key} {access}"), format!("{what} ({})", printable(access)), id)
            })
        });
        self.part("devices", &before.devices, &after.devices, |devices| {
            items(devices, |device| {
                let id = device.id.map(|id| id.to_string()).or_else(|| device.device_id.clone());
                let what = format!("device {}", called(device.display_name.as_deref(), id.as_deref()));
                (id.clone().unwrap_or_else(|| what.clone()), what, id)
            })
        });
        self.grants(&before.grants, &after.grants);
        self.part("app_assignments", &before.app_assignments, &after.app_assignments, |list| {
            let all: Vec<_> = list.direct.iter().chain(&list.through_groups).cloned().collect();
            items(&all, |of| {
                let id = of.id.as_ref().map(ToString::to_string);
                let what =
                    format!("assignment of {}", called(of.resource_display_name.as_deref(), id.as_deref()));
                (id.clone().unwrap_or_else(|| what.clone()), what, id)
            })
        });
        self.part("risk", &before.risk, &after.risk, |risk| Item::only("the risk", risk));
        self.part("risk_history", &before.risk_history, &after.risk_history, |events| {
            items(events, |event| {
                let state = value(&event.state);
                let what = format!("change of risk to {}", called(state.as_str(), None));
                // An entry has no stable id.
                (value(event).to_string(), what, event.initiated_by.clone())
            })
        });
    }

    fn methods(&mut self, before: &Part<MethodList>, after: &Part<MethodList>) {
        let whole = [before, after].map(|part| part.collected().is_none_or(MethodList::is_whole));
        for (whole, which) in whole.iter().zip(["earlier", "later"]) {
            if !whole {
                let why = format!("the list of methods was not complete in the {which} snapshot");
                self.unknown.push(NotCompared { part: "methods", why });
            }
        }
        let items = |list: &MethodList| {
            let item = |method: &super::AuthenticationMethod| {
                let mut properties = properties(&method.detail);
                properties.remove("type");
                for (name, value) in self::properties(method) {
                    if matches!(name.as_str(), "created" | "last_used") {
                        properties.insert(name, value);
                    }
                }
                Item {
                    key: format!("{} {}", method.kind.slug(), method.id),
                    what: method.label(),
                    id: Some(method.id.to_string()),
                    properties,
                }
            };
            list.methods.iter().map(item).collect()
        };
        self.partly("methods", before, after, items, whole);
    }

    /// Compares the consents: the account's own, and those for the whole organisation where both lists were
    /// read.
    fn grants(&mut self, before: &Part<GrantList>, after: &Part<GrantList>) {
        let unread =
            |part: &Part<GrantList>| part.collected().is_some_and(|list| list.tenant_wide_unread.is_some());
        let own_only = unread(before) || unread(after);
        if own_only {
            let why = "the consents for the whole organisation were not read in both snapshots".into();
            self.unknown.push(NotCompared { part: "grants", why });
        }
        let item = |listed: &ListedGrant, for_whom: &str| {
            let id = listed.grant.id.as_ref().map(|id| id.as_str().to_owned());
            let client = listed.grant.client_id.map(|id| id.to_string());
            let what =
                format!("consent{for_whom} to {}", called(listed.client_name.as_deref(), client.as_deref()));
            let mut properties = Map::new();
            properties.insert("scope".into(), value(&listed.grant.scope));
            let enabled = listed.client.as_ref().and_then(|client| client.account_enabled);
            properties.insert("application_enabled".into(), value(&enabled));
            Item { key: id.clone().unwrap_or_else(|| what.clone()), what, id, properties }
        };
        self.part("grants", before, after, |list| {
            let wide = list.tenant_wide.iter().filter(|_| !own_only);
            let own = list.own.iter().map(|listed| item(listed, ""));
            own.chain(wide.map(|listed| item(listed, " for the whole organisation"))).collect()
        });
    }

    fn part<T>(
        &mut self,
        name: &'static str,
        before: &Part<T>,
        after: &Part<T>,
        of: impl Fn(&T) -> Vec<Item>,
    ) {
        self.partly(name, before, after, of, [true; 2]);
    }

    fn partly<T>(
        &mut self,
        name: &'static str,
        before: &Part<T>,
        after: &Part<T>,
        of: impl Fn(&T) -> Vec<Item>,
        whole: [bool; 2],
    ) {
        match (before, after) {
            (Part::Collected(before), Part::Collected(after)) => {
                self.compare(name, of(before), of(after), whole);
            }
            // A part that the tenant or the cloud does not have cannot have changed.
            (Part::NotLicensed { .. }, Part::NotLicensed { .. })
            | (Part::NotInThisCloud, Part::NotInThisCloud) => {}
            (before, after) => {
                let unread = |part: &Part<T>, which| {
                    part.collected().is_none().then(|| format!("in the {which} snapshot ({})", part.state()))
                };
                let unread = [unread(before, "earlier"), unread(after, "later")];
                let unread: Vec<_> = unread.into_iter().flatten().collect();
                self.unknown
                    .push(NotCompared { part: name, why: format!("not read {}", unread.join(" and ")) });
            }
        }
    }

    fn compare(&mut self, part: &'static str, before: Vec<Item>, after: Vec<Item>, whole: [bool; 2]) {
        let mut before: Vec<_> = before.into_iter().map(Some).collect();
        let mut removed = Vec::new();
        let bare = |item: &Item, kind, certain| SnapshotChange {
            part,
            kind,
            what: item.what.clone(),
            id: item.id.clone(),
            property: None,
            before: None,
            after: None,
            certain,
        };
        for item in after {
            let place = before.iter().position(|old| old.as_ref().is_some_and(|old| old.key == item.key));
            let Some(old) = place.and_then(|place| before.get_mut(place)).and_then(Option::take) else {
                self.changes.push(bare(&item, ChangeKind::Added, whole[0]));
                continue;
            };
            let names: BTreeSet<_> = old.properties.keys().chain(item.properties.keys()).collect();
            for name in names {
                let [before, after] = [&old, &item].map(|of| of.properties.get(name));
                if before != after {
                    self.changes.push(SnapshotChange {
                        property: Some(name.clone()),
                        before: before.cloned(),
                        after: after.cloned(),
                        ..bare(&item, ChangeKind::Changed, true)
                    });
                }
            }
        }
        removed.extend(before.iter().flatten().map(|old| bare(old, ChangeKind::Removed, whole[1])));
        self.changes.append(&mut removed);
    }
}

fn items<T: Serialize>(of: &[T], named: impl Fn(&T) -> (String, String, Option<String>)) -> Vec<Item> {
    let item = |of: &T| {
        let (key, what, id) = named(of);
        Item { key, what, id, properties: properties(of) }
    };
    of.iter().map(item).collect()
}

fn role(role: &RoleHeld) -> (String, String, Option<String>) {
    let id = role.role_definition_id.clone();
    let scope = role.directory_scope.as_deref().unwrap_or("/");
    let place = if scope == "/" { String::new() } else { format!(" in {}", printable(scope)) };
    let what = format!("role {}{place}", called(role.name.as_deref(), id.as_deref()));
    // The same role directly and through a group are two items: one may remain without the other.
    (format!("{} {scope} {:?}", id.as_deref().unwrap_or_default(), role.via), what, id)
}

fn called(name: Option<&str>, id: Option<&str>) -> String {
    printable(name.or(id).unwrap_or("without a name"))
}

fn value(of: &impl Serialize) -> Value {
    serde_json::to_value(of).unwrap_or_default()
}

/// Returns the known properties, by the names of the Python package; a plain value has the name `value`.
fn properties(of: &impl Serialize) -> Map<String, Value> {
    match value(of) {
        Value::Object(map) => map
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, of)| (snake(&name), of))
            .collect(),
        Value::Null => Map::new(),
        other => Map::from_iter([("value".to_owned(), other)]),
    }
}

/// Writes `signInSessionsValidFromDateTime` as `sign_in_sessions_valid_from`.
fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.trim_end_matches("DateTime").chars() {
        if c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

impl fmt::Display for SnapshotDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = (moment(self.before), moment(self.after));
        let number = match self.changes.len() {
            0 => "no known change".into(),
            1 => "1 change".into(),
            many => format!("{many} changes"),
        };
        writeln!(f, "{}: {number} between {before} and {after}", self.user)?;
        for change in &self.changes {
            writeln!(f, "{change}")?;
        }
        for part in &self.unknown {
            writeln!(f, "{:<18}unknown  {}", part.part, part.why)?;
        }
        Ok(())
    }
}

impl fmt::Display for SnapshotChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<18}{:<9}{}", self.part, self.kind.slug(), self.what)?;
        if let Some(property) = &self.property {
            write!(
                f,
                ": {} {} -> {}",
                property.replace('_', " "),
                said(self.before.as_ref()),
                said(self.after.as_ref())
            )?;
        }
        if self.certain { Ok(()) } else { f.write_str(" (not certain: the list was not complete)") }
    }
}

fn said(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "nothing".into(),
        Some(Value::String(text)) => printable(text),
        Some(other) => printable(&other.to_string()),
    }
}

#[cfg(test)]
mod tests;
