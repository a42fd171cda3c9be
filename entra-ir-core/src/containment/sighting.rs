//! What an account showed at one time, as the journal keeps it: ids and marks, to compare with later.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use super::digest::Digest;
use super::finding::FindingKind;
use super::plan::Seen;
use crate::model::{AccountSnapshot, MethodDetail, MethodKind, MethodList, Part, RoleGroup, RoleHeld};

/// What an account showed at one time. A part that was not read is not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sighting {
    /// Whether sign-in was allowed; `None` if unknown.
    pub enabled: Option<bool>,
    /// When the password had been changed last. UTC.
    #[serde(with = "time::serde::rfc3339::option")]
    pub password_changed: Option<OffsetDateTime>,
    /// The earliest time of sessions that were accepted. UTC.
    #[serde(with = "time::serde::rfc3339::option")]
    pub sessions_valid_from: Option<OffsetDateTime>,
    /// The items of each part that was read, by their keys: a mark that changes with the item.
    pub parts: BTreeMap<String, BTreeMap<String, String>>,
    /// The parts whose lists were not complete.
    #[serde(default)]
    pub incomplete: Vec<String>,
}

/// One item of a part, as an account shows it now.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) key: String,
    pub(super) mark: String,
    pub(super) what: String,
    /// What it is if it is new, and if its mark changed.
    pub(super) new: FindingKind,
    pub(super) changed: Option<FindingKind>,
}

/// One part of an account, as it shows it now: its items, or why they were not read.
pub(super) struct Read {
    pub(super) part: &'static str,
    pub(super) items: Result<Vec<Item>, String>,
    pub(super) is_whole: bool,
}

/// The mark of an item whose properties are not known.
pub(super) const UNKNOWN: &str = "";

impl Sighting {
    /// Keeps what an account shows.
    pub(super) fn of(now: &AccountSnapshot) -> Self {
        let mut sighting = Self {
            enabled: now.user.account_enabled,
            password_changed: now.user.last_password_change_date_time,
            sessions_valid_from: now.user.sign_in_sessions_valid_from_date_time,
            ..Self::default()
        };
        for read in reads(now) {
            let Ok(items) = read.items else { continue };
            let items = items.into_iter().map(|item| (item.key, item.mark)).collect();
            sighting.parts.insert(read.part.to_owned(), items);
            if !read.is_whole {
                sighting.incomplete.push(read.part.to_owned());
            }
        }
        sighting
    }

    /// Returns what the plan of a run knew.
    pub(super) fn of_plan(seen: &Seen) -> Self {
        let methods = seen.methods.iter().map(|ids| {
            let marks = ids.iter().map(|id| (id.to_string(), UNKNOWN.to_owned())).collect();
            ("methods".to_owned(), marks)
        });
        Self {
            enabled: seen.enabled,
            password_changed: seen.password_changed,
            sessions_valid_from: seen.sessions_valid_from,
            parts: methods.collect(),
            incomplete: Vec::new(),
        }
    }

    /// Returns what is known at the end of a run: what appeared since is left out, so that a watch names it.
    pub(super) fn narrowed(&self, now: &Self) -> Self {
        let mut narrowed = Self {
            enabled: now.enabled.or(self.enabled),
            // A run names by itself what others did to these.
            password_changed: now.password_changed.or(self.password_changed),
            sessions_valid_from: now.sessions_valid_from.or(self.sessions_valid_from),
            parts: self.parts.clone(),
            incomplete: now.incomplete.clone(),
        };
        for (part, items) in &now.parts {
            let Some(known) = self.parts.get(part) else {
                narrowed.parts.insert(part.clone(), items.clone());
                continue;
            };
            let kept = items.iter().filter_map(|(key, mark)| {
                let known = known.get(key)?;
                Some((key.clone(), if known == UNKNOWN { mark } else { known }.clone()))
            });
            narrowed.parts.insert(part.clone(), kept.collect());
        }
        narrowed
    }

    /// Keeps what was known before of what this one does not show.
    pub(super) fn or(mut self, before: &Self) -> Self {
        self.enabled = self.enabled.or(before.enabled);
        self.password_changed = self.password_changed.or(before.password_changed);
        self.sessions_valid_from = self.sessions_valid_from.or(before.sessions_valid_from);
        for (part, items) in &before.parts {
            self.parts.entry(part.clone()).or_insert_with(|| items.clone());
        }
        self
    }
}

/// Reads the parts of an account that an attacker adds to.
pub(super) fn reads(now: &AccountSnapshot) -> Vec<Read> {
    let grants = |list: &crate::model::GrantList| {
        let item = |listed: &crate::model::ListedGrant| {
            let mut scopes: Vec<_> = listed.grant.scopes().collect();
            scopes.sort_unstable();
            let enabled = listed.client.as_ref().and_then(|client| client.account_enabled);
            let id = listed.grant.id.as_ref().map(ToString::to_string).unwrap_or_default();
            let name = listed.client_name.clone().unwrap_or_else(|| id.clone());
            let what = format!("consent to {name}: {}", scopes.join(" "));
            let mark = format!("{}; enabled: {enabled:?}", scopes.join(" "));
            Item::new(id, mark, what, FindingKind::NewGrant, Some(FindingKind::GrantChanged))
        };
        list.own.iter().map(item).collect()
    };
    let assignments = |list: &crate::model::AppAssignmentList| {
        let item = |of: &crate::model::AppRoleAssignment| {
            let id = of.id.as_ref().map(ToString::to_string).unwrap_or_default();
            let name = of.resource_display_name.clone().unwrap_or_else(|| id.clone());
            Item::new(id, "", format!("assignment of {name}"), FindingKind::NewAssignment, None)
        };
        list.direct.iter().map(item).collect()
    };
    let devices = |devices: &Vec<crate::model::Device>| {
        let item = |device: &crate::model::Device| {
            let id = device.id.map(|id| id.to_string()).or_else(|| device.device_id.clone());
            let id = id.unwrap_or_default();
            let name = device.display_name.clone().unwrap_or_else(|| id.clone());
            let mark = if device.account_enabled == Some(false) { "disabled" } else { "enabled" };
            let what = format!("device {name} ({mark})");
            Item::new(id, mark, what, FindingKind::NewDevice, Some(FindingKind::DeviceEnabled))
        };
        devices.iter().map(item).collect()
    };
    let whole = now.methods.collected().is_none_or(MethodList::is_whole);
    vec![
        Read { is_whole: whole, ..part("methods", &now.methods, methods) },
        part("devices", &now.devices, devices),
        part("grants", &now.grants, grants),
        part("active_roles", &now.active_roles, |all| all.iter().map(|held| role(held, "active")).collect()),
        part("eligible_roles", &now.eligible_roles, |all| {
            all.iter().map(|held| role(held, "eligible")).collect()
        }),
        part("role_groups", &now.role_groups, |all| all.iter().map(|of| group(of, "member")).collect()),
        part("owned_role_groups", &now.owned_role_groups, |all| {
            all.iter().map(|of| group(of, "owner")).collect()
        }),
        part("app_assignments", &now.app_assignments, assignments),
    ]
}

impl Item {
    fn new(
        key: String,
        mark: impl Into<String>,
        what: String,
        new: FindingKind,
        changed: Option<FindingKind>,
    ) -> Self {
        Self { key, mark: mark.into(), what, new, changed }
    }
}

fn part<T>(name: &'static str, part: &Part<T>, items: impl FnOnce(&T) -> Vec<Item>) -> Read {
    let items = match part {
        Part::Collected(read) => Ok(items(read)),
        // What the tenant or the cloud does not have holds nothing.
        Part::NotLicensed { .. } | Part::NotInThisCloud => Ok(Vec::new()),
        other => Err(other.reason().unwrap_or_else(|| other.state()).to_owned()),
    };
    Read { part: name, items, is_whole: true }
}

fn methods(list: &MethodList) -> Vec<Item> {
    let item = |method: &crate::model::AuthenticationMethod| {
        let is_pass = method.kind == MethodKind::TemporaryAccessPass;
        // A pass becomes usable and unusable by itself.
        let mark = if is_pass || matches!(method.detail, MethodDetail::Other) {
            "pass".to_owned()
        } else {
            let detail = serde_json::to_value(&method.detail).unwrap_or(Value::Null);
            Digest::of(&detail).map(|digest| digest.to_string()).unwrap_or_default()
        };
        let new = if is_pass { FindingKind::NewPass } else { FindingKind::NewMethod };
        let what = method.label();
        Item::new(method.id.to_string(), mark, what, new, Some(FindingKind::MethodChanged))
    };
    list.methods.iter().filter(|method| method.kind != MethodKind::Password).map(item).collect()
}

fn role(held: &RoleHeld, how: &str) -> Item {
    let id = held.role_definition_id.clone().unwrap_or_default();
    let scope = held.directory_scope.as_deref().unwrap_or("/");
    let name = held.name.clone().unwrap_or_else(|| id.clone());
    let key = format!("{id} {scope} {:?}", held.via);
    Item::new(key, "", format!("{how} role {name} in {scope}"), FindingKind::NewRole, None)
}

fn group(of: &RoleGroup, how: &str) -> Item {
    let id = of.id.to_string();
    let name = of.display_name.clone().unwrap_or_else(|| id.clone());
    Item::new(id, "", format!("{how} of the role-assignable group {name}"), FindingKind::NewRole, None)
}
