//! What a token holds, against what operations need.

use std::fmt;

use serde::Serialize;

use super::needs::{Need, Wanted, needs};
use super::set::{NeededPermission, NeededRole, grouped};
use super::takeover::takeover;
use super::{ids, least};
use crate::CallerKind;
use crate::model::role_id;
use crate::text::printable;

/// What a token says that its caller holds. Nothing is verified: an answer from it is advice, and Graph
/// decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Held {
    /// The kind of caller; `None` if the token does not say it.
    pub caller: Option<CallerKind>,
    /// The permissions, by name: `scp` of a signed-in user, `roles` of an application.
    pub permissions: Vec<String>,
    /// The template ids of the active directory roles; `None` if the token does not list them.
    pub roles: Option<Vec<String>>,
}

impl Held {
    /// Describes a caller by kind and permissions.
    pub fn new(caller: CallerKind, permissions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            caller: Some(caller),
            permissions: permissions.into_iter().map(Into::into).collect(),
            roles: None,
        }
    }

    /// Adds the template ids of the active directory roles.
    pub fn with_roles(mut self, roles: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.roles = Some(roles.into_iter().map(Into::into).collect());
        self
    }

    fn has(&self, name: &str) -> bool {
        self.permissions.iter().any(|held| held.eq_ignore_ascii_case(name))
    }
}

/// What a token holds, against what a set of operations needs. Nothing is verified: it is advice, and Graph
/// decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(remote = "Self")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = Self::beside))]
#[non_exhaustive]
pub struct PermissionComparison {
    /// The operations, in the order of the catalog.
    pub operations: Vec<&'static str>,
    /// The kind of caller; `None` if the token cannot be read: then nothing else is known.
    pub caller: Option<CallerKind>,
    /// The permissions that are missing.
    pub missing: Vec<NeededPermission>,
    /// The permissions that are held and not needed, those that can take over a tenant first.
    pub unexpected: Vec<UnexpectedPermission>,
    /// The requests that this kind of caller cannot send at all, as `operation (request)`.
    pub impossible: Vec<String>,
    /// The directory roles that a signed-in user lacks for a target without a role, as far as the token lists
    /// them.
    pub missing_roles: Vec<NeededRole>,
    /// Whether the token lists the roles of a signed-in user; `None` for an application.
    pub roles_listed: Option<bool>,
}

crate::json::beside!(PermissionComparison {
    /// Whether nothing is missing and nothing is unexpected; `None` if the token does not say enough.
    agrees: Option<bool> = Self::agrees;
    /// The same as lines of text.
    text: String = |compared: &Self| compared.to_string();
});

/// A permission that a token holds and that is not needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UnexpectedPermission {
    /// The name, as the token has it.
    pub name: String,
    /// How it can take over a tenant; `None` if it cannot, as far as is known.
    pub takeover: Option<&'static str>,
}

/// What every sign-in brings, and the read of the caller's own account.
const ALWAYS: [&str; 5] = ["openid", "profile", "email", "offline_access", "User.Read"];

/// The role that may do everything.
const GLOBAL_ADMINISTRATOR: &str = "Global Administrator";

/// Compares what a token holds with what operations need. A pure function. Rules:
/// * A request is served by any of its sets of permissions, a wider one too.
/// * Unexpected is what can be taken away while the operations keep what they have.
/// * What every sign-in brings is never unexpected.
/// * `None` is a token that cannot be read: nothing is known.
///
/// ```
/// use entra_ir_core::CallerKind;
/// use entra_ir_core::knowledge::{Held, Wanted, compare_permissions};
///
/// # fn main() -> Result<(), entra_ir_core::Error> {
/// let held = Held::new(CallerKind::AppOnly, ["User.Read.All", "RoleManagement.ReadWrite.Directory"]);
/// let compared = compare_permissions([Wanted::named("revoke_sign_in_sessions")?], Some(&held));
/// assert_eq!(compared.missing[0].name, "User.RevokeSessions.All");
/// assert!(compared.unexpected[0].takeover.is_some());
/// # Ok(())
/// # }
/// ```
pub fn compare_permissions<W: Into<Wanted>>(
    operations: impl IntoIterator<Item = W>,
    held: Option<&Held>,
) -> PermissionComparison {
    let wanted: Vec<Wanted> = operations.into_iter().map(Into::into).collect();
    let unknown = PermissionComparison {
        operations: super::set::named(&wanted),
        caller: None,
        missing: Vec::new(),
        unexpected: Vec::new(),
        impossible: Vec::new(),
        missing_roles: Vec::new(),
        roles_listed: None,
    };
    let Some((held, caller)) = held.and_then(|held| Some((held, held.caller?))) else { return unknown };
    let needs = needs(&wanted, caller);
    let delegated = caller == CallerKind::Delegated;
    PermissionComparison {
        caller: Some(caller),
        missing: missing(&needs, held, caller),
        unexpected: unexpected(&needs, held),
        impossible: grouped(needs.iter().filter(|need| need.any_of.is_empty())),
        missing_roles: if delegated { missing_roles(needs, held) } else { Vec::new() },
        roles_listed: delegated.then_some(held.roles.is_some()),
        ..unknown
    }
}

fn missing(needs: &[Need], held: &Held, caller: CallerKind) -> Vec<NeededPermission> {
    let open = |need: &&Need| !need.any_of.is_empty() && need.met_by(|name| held.has(name)).is_none();
    let open: Vec<&Need> = needs.iter().filter(open).collect();
    let lacking = least::least(needs, |_| true);
    let mut names: Vec<&'static str> = Vec::new();
    for need in &open {
        // What the least set for everything contains, or else the least for this request.
        let set = need.met_by(|name| lacking.contains(name)).unwrap_or(&need.any_of[0]);
        names.extend(set.iter().filter(|name| !held.has(name)));
    }
    names.sort_unstable();
    names.dedup();
    let needed = |name: &'static str| NeededPermission {
        name,
        id: ids::id(name, caller),
        takeover: takeover(name),
        needed_by: grouped(open.iter().copied().filter(|need| {
            need.met_by(|name| lacking.contains(name)).is_some_and(|set| set.contains(&name))
        })),
    };
    names.into_iter().map(needed).collect()
}

fn unexpected(needs: &[Need], held: &Held) -> Vec<UnexpectedPermission> {
    let served = least::least(needs, |name| held.has(name));
    let idle = held.permissions.iter().filter(|held| {
        let is = |name: &&str| name.eq_ignore_ascii_case(held);
        !served.iter().any(is) && !ALWAYS.iter().any(is)
    });
    let mut idle: Vec<_> =
        idle.map(|name| UnexpectedPermission { name: name.clone(), takeover: takeover(name) }).collect();
    idle.sort_by(|one, other| {
        (one.takeover.is_none(), &one.name).cmp(&(other.takeover.is_none(), &other.name))
    });
    idle.dedup();
    idle
}

fn missing_roles(needs: Vec<Need>, held: &Held) -> Vec<NeededRole> {
    let Some(active) = &held.roles else { return Vec::new() };
    let has = |role: &str| {
        role_id(role).is_some_and(|id| active.iter().any(|active| active.eq_ignore_ascii_case(id)))
    };
    if has(GLOBAL_ADMINISTRATOR) {
        return Vec::new();
    }
    let open: Vec<_> = needs.into_iter().filter(|need| !need.roles.iter().any(|role| has(role))).collect();
    let picked = least::roles(&open);
    picked
        .into_iter()
        .map(|(name, served)| NeededRole { name, needed_by: grouped(served.into_iter()) })
        .collect()
}

impl PermissionComparison {
    /// Returns whether nothing is missing and nothing is unexpected, as far as the token says; `None` if it
    /// cannot be read, or does not list the roles.
    pub fn agrees(&self) -> Option<bool> {
        self.caller?;
        let differs =
            !self.missing.is_empty() || !self.unexpected.is_empty() || !self.missing_roles.is_empty();
        if differs || self.roles_listed != Some(false) { Some(!differs) } else { None }
    }
}

impl fmt::Display for PermissionComparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(caller) = self.caller else {
            return f.write_str("the token cannot be read: what it holds is unknown\n");
        };
        f.write_str(match caller {
            CallerKind::Delegated => "a signed-in user; as the token says, which is not verified:\n",
            CallerKind::AppOnly => "an application; as the token says, which is not verified:\n",
        })?;
        for permission in &self.unexpected {
            write!(f, "  unexpected: {}", printable(&permission.name))?;
            match permission.takeover {
                Some(how) => writeln!(f, "  CAN TAKE OVER THE TENANT: {how}")?,
                None => writeln!(f)?,
            }
        }
        for permission in &self.missing {
            writeln!(f, "  missing: {}  for {}", permission.name, permission.needed_by.join(", "))?;
        }
        for role in &self.missing_roles {
            writeln!(f, "  missing role: {}  for {}", role.name, role.needed_by.join(", "))?;
        }
        for request in &self.impossible {
            writeln!(f, "  not possible: {request}")?;
        }
        if self.roles_listed == Some(false) {
            f.write_str("  the roles of the user are not in the token: unknown\n")?;
        }
        if self.agrees() == Some(true) {
            f.write_str("  nothing is missing, and nothing is unexpected\n")?;
        }
        Ok(())
    }
}
