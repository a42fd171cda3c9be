//! The caller of the tenant, with its roles and permissions.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::role::Role;
use crate::ids::ObjectId;
use crate::operations::CATALOG;
use crate::spec::{CallerKind, OperationSpec};

/// The head of a token without a signature: `{"alg":"none"}`.
const UNSIGNED: &str = "eyJhbGciOiJub25lIn0";

/// Lists every permission that an operation names.
pub(crate) fn every_permission(kind: CallerKind) -> Vec<String> {
    fn add(spec: &'static OperationSpec, kind: CallerKind, all: &mut BTreeSet<&'static str>) {
        all.extend(spec.permissions.of(kind).iter().copied().flatten());
        for used in spec.uses {
            add(used, kind, all);
        }
    }
    let mut all = BTreeSet::new();
    for spec in CATALOG {
        add(spec, kind, &mut all);
    }
    all.into_iter().map(str::to_owned).collect()
}

/// The caller whose tokens a [`SimulatedTenant`](crate::simulator::SimulatedTenant) accepts.
///
/// ```
/// use entra_ir_core::simulator::{Role, SimulatedCaller, SimulatedTenant};
///
/// let tenant = SimulatedTenant::contoso();
/// tenant.set_caller(SimulatedCaller::delegated("responder@contoso.example", [Role::HelpdeskAdministrator]));
/// let permissions = ["User.Read.All", "User.RevokeSessions.All"];
/// tenant.set_caller(SimulatedCaller::app_only().with_permissions(permissions));
/// ```
#[derive(Clone, Debug)]
pub struct SimulatedCaller {
    pub(crate) kind: CallerKind,
    pub(crate) name: Option<String>,
    pub(crate) roles: Vec<Role>,
    permissions: Option<Vec<String>>,
}

impl SimulatedCaller {
    /// Makes a signed-in user of the tenant, named by object id or user principal name, with these active
    /// roles and every permission.
    ///
    /// The roles are the caller's alone: as a target, the account keeps the roles it was added with.
    pub fn delegated(user: impl Into<String>, roles: impl IntoIterator<Item = Role>) -> Self {
        Self {
            kind: CallerKind::Delegated,
            name: Some(user.into()),
            roles: roles.into_iter().collect(),
            permissions: None,
        }
    }

    /// Creates an application as the caller, with every permission. It holds no role, and needs none.
    pub fn app_only() -> Self {
        Self { kind: CallerKind::AppOnly, name: None, roles: Vec::new(), permissions: None }
    }

    /// Gives the token these permissions only.
    pub fn with_permissions(mut self, permissions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.permissions = Some(permissions.into_iter().map(Into::into).collect());
        self
    }

    /// Returns the kind of caller.
    pub const fn kind(&self) -> CallerKind {
        self.kind
    }

    /// Returns a token of which a preflight can read what the caller may. Nobody signed it, so it means
    /// nothing to the tenant.
    pub(crate) fn token(&self, id: Option<ObjectId>) -> String {
        let permissions = match &self.permissions {
            Some(held) => held.clone(),
            None => every_permission(self.kind),
        };
        let claims = match self.kind {
            CallerKind::Delegated => json!({
                "idtyp": "user",
                "oid": id,
                "scp": permissions.join(" "),
                "wids": self.roles.iter().map(|role| role.template_id()).collect::<Vec<_>>(),
            }),
            CallerKind::AppOnly => json!({ "idtyp": "app", "roles": permissions }),
        };
        format!("{UNSIGNED}.{}.", URL_SAFE_NO_PAD.encode(claims.to_string()))
    }

    pub(crate) fn is_delegated(&self) -> bool {
        self.kind == CallerKind::Delegated
    }

    /// Returns whether the token holds one of the sets of permissions given.
    pub(crate) fn holds(&self, any_of: &[&[&str]]) -> bool {
        let Some(held) = &self.permissions else {
            return true;
        };
        any_of
            .iter()
            .any(|set| set.iter().all(|wanted| held.iter().any(|held| held.eq_ignore_ascii_case(wanted))))
    }
}
