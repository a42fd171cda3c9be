//! The permissions that a set of operations needs, for each kind of caller.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use super::ids;
use super::least::{least, roles};
use super::needs::{Need, Wanted, needs};
use super::takeover::takeover;
use crate::CallerKind;
use crate::operations::CATALOG;
use crate::spec::OperationSpec;

/// The fewest permissions that are enough for a set of operations, for a signed-in user and for an
/// application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(remote = "Self")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = Self::beside))]
#[non_exhaustive]
pub struct PermissionSet {
    /// The operations, in the order of the catalog.
    pub operations: Vec<&'static str>,
    /// What a signed-in user's token needs.
    pub delegated: CallerPermissions,
    /// What an application's own token needs.
    pub application: CallerPermissions,
}

crate::json::beside!(PermissionSet {
    /// The same as lines of text.
    text: String = |set: &Self| set.to_string();
});

/// The fewest permissions for one kind of caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(remote = "Self")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = Self::beside))]
#[non_exhaustive]
pub struct CallerPermissions {
    /// The kind of caller.
    pub caller: CallerKind,
    /// The permissions, by name.
    pub permissions: Vec<NeededPermission>,
    /// The requests that this kind of caller cannot send at all, as `operation (request)`.
    pub impossible: Vec<String>,
    /// The directory roles that a signed-in user needs, all of them, for a target without a role.
    pub roles: Vec<NeededRole>,
}

crate::json::beside!(CallerPermissions {
    /// The block `requiredResourceAccess` of an application registration, without unknown ids.
    required_resource_access: Vec<Map<String, Value>> = Self::required_resource_access;
});

/// One permission, and what needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct NeededPermission {
    /// The name.
    pub name: &'static str,
    /// The id in an application registration, of a scope or of an app role; `None` if it is not known.
    pub id: Option<&'static str>,
    /// How it can take over a tenant; `None` if it cannot, as far as is known.
    pub takeover: Option<&'static str>,
    /// The operations that need it; in brackets the request, if it is not the main one.
    pub needed_by: Vec<String>,
}

/// One directory role, and what needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct NeededRole {
    /// The name.
    pub name: &'static str,
    /// The operations for which it is enough; in brackets the request, if it is not the main one.
    pub needed_by: Vec<String>,
}

impl PermissionSet {
    pub(super) fn new(wanted: &[Wanted]) -> Self {
        let delegated = CallerPermissions::new(&needs(wanted, CallerKind::Delegated), CallerKind::Delegated);
        let application = CallerPermissions::new(&needs(wanted, CallerKind::AppOnly), CallerKind::AppOnly);
        Self { operations: named(wanted), delegated, application }
    }

    /// Returns those of one kind of caller.
    pub const fn of(&self, caller: CallerKind) -> &CallerPermissions {
        match caller {
            CallerKind::Delegated => &self.delegated,
            CallerKind::AppOnly => &self.application,
        }
    }

    /// Lists the permissions that can take over a tenant, each once.
    pub fn takeovers(&self) -> impl Iterator<Item = &NeededPermission> {
        let marked = |permission: &&NeededPermission| permission.takeover.is_some();
        let again = |name: &str| self.delegated.permissions.iter().any(|permission| permission.name == name);
        let application =
            self.application.permissions.iter().filter(move |permission| !again(permission.name));
        self.delegated.permissions.iter().chain(application).filter(marked)
    }
}

impl CallerPermissions {
    fn new(needs: &[Need], caller: CallerKind) -> Self {
        let chosen = least(needs, |_| true);
        let permissions = chosen.iter().map(|name| NeededPermission {
            name,
            id: ids::id(name, caller),
            takeover: takeover(name),
            needed_by: grouped(needs.iter().filter(|need| {
                need.met_by(|name| chosen.contains(name)).is_some_and(|set| set.contains(name))
            })),
        });
        let roles = match caller {
            CallerKind::Delegated => roles(needs),
            CallerKind::AppOnly => Vec::new(),
        };
        Self {
            caller,
            permissions: permissions.collect(),
            impossible: grouped(needs.iter().filter(|need| need.any_of.is_empty())),
            roles: roles
                .into_iter()
                .map(|(name, served)| NeededRole { name, needed_by: grouped(served.into_iter()) })
                .collect(),
        }
    }

    /// Lists the names of the permissions.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.permissions.iter().map(|permission| permission.name)
    }
}

/// Lists the operations, in the order of the catalog.
pub(super) fn named(wanted: &[Wanted]) -> Vec<&'static str> {
    let asked = |spec: &&&OperationSpec| wanted.iter().any(|one| one.spec.id == spec.id);
    CATALOG.iter().filter(asked).map(|spec| spec.id).collect()
}

/// Names each operation once: alone if its main request is among them, otherwise with the requests that are.
pub(super) fn grouped<'a>(needs: impl Iterator<Item = &'a Need>) -> Vec<String> {
    let mut told: Vec<(&str, Vec<&str>)> = Vec::new();
    for need in needs {
        match told.iter_mut().find(|(known, _)| *known == need.operation) {
            Some((_, requests)) => requests.push(need.request),
            None => told.push((need.operation, vec![need.request])),
        }
    }
    let text = |(operation, requests): (&str, Vec<&str>)| {
        if requests.contains(&operation) {
            operation.to_owned()
        } else {
            format!("{operation} ({})", requests.join(", "))
        }
    };
    told.into_iter().map(text).collect()
}

impl fmt::Display for PermissionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "permissions for {}", self.operations.join(", "))?;
        write!(f, "{}{}", self.delegated, self.application)
    }
}

impl fmt::Display for CallerPermissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.caller {
            CallerKind::Delegated => "delegated (a signed-in user):\n",
            CallerKind::AppOnly => "application (its own token):\n",
        })?;
        for permission in &self.permissions {
            write!(f, "  {}  for {}", permission.name, permission.needed_by.join(", "))?;
            if let Some(how) = permission.takeover {
                write!(f, "  CAN TAKE OVER THE TENANT: {how}")?;
            }
            writeln!(f)?;
        }
        for role in &self.roles {
            writeln!(f, "  role {}  for {}", role.name, role.needed_by.join(", "))?;
        }
        for request in &self.impossible {
            writeln!(f, "  not possible: {request}")?;
        }
        Ok(())
    }
}
