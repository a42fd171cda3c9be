//! Who calls, and what stands in the way on the account's side: the facts that a preflight judges by.

use serde::Serialize;
use time::OffsetDateTime;

use super::reach::Act;
use crate::auth::TokenClaims;
use crate::ids::ObjectId;
use crate::model::{
    AccountSnapshot, DomainAuthentication, Part, RoleHeld, UserKind, Verdict as MethodVerdict, built_in,
};
use crate::spec::{CallerKind, OperationSpec};
use crate::text::printable;

/// Describes one caller of the client, as its token tells. Nothing of it is verified: it is for advice only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CallerFound {
    /// A signed-in user or an application; `None` if unknown.
    pub kind: Option<CallerKind>,
    /// The object id of the user or of the service principal.
    pub id: Option<ObjectId>,
    /// The client id of the application that the token was issued to.
    pub application: Option<String>,
    /// The permissions in the token; `None` if it cannot be read.
    pub permissions: Option<Vec<String>>,
    /// The active directory roles of a signed-in user, by name; by template id where the name is not known.
    /// `None` if they could not be read.
    pub roles: Option<Vec<String>>,
    /// How the user signed in, in the words of the claim `amr`; empty if the token does not say.
    pub signed_in_with: Vec<String>,
    /// When the user signed in. UTC.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub signed_in_at: Option<OffsetDateTime>,
}

impl CallerFound {
    pub(super) fn of(claims: Option<&TokenClaims>, kind: Option<CallerKind>) -> Self {
        let Some(claims) = claims else { return Self { kind, ..Self::default() } };
        let named = |ids: &Vec<String>| ids.iter().map(|id| role_name(id)).collect();
        Self {
            kind: kind.or(claims.kind),
            id: claims.principal,
            application: claims.application.clone(),
            permissions: claims.kind.is_some().then(|| claims.permissions.clone()),
            roles: claims.roles.as_ref().map(named),
            signed_in_with: claims.methods.clone(),
            signed_in_at: claims.signed_in_at,
        }
    }

    pub(super) fn is_delegated(&self) -> bool {
        self.kind == Some(CallerKind::Delegated)
    }

    /// Returns whether it holds one of the sets of permissions; `None` if unknown.
    pub(super) fn holds(&self, any_of: &[impl AsRef<[&'static str]>]) -> Option<bool> {
        let held = self.permissions.as_ref()?;
        let has = |wanted: &&str| held.iter().any(|held| held.eq_ignore_ascii_case(wanted));
        Some(any_of.iter().any(|set| set.as_ref().iter().all(has)))
    }

    /// Returns how a sentence names it.
    pub(super) fn name(&self) -> &'static str {
        match self.kind {
            Some(CallerKind::Delegated) => "the signed-in user",
            Some(CallerKind::AppOnly) => "the application",
            None => "the caller",
        }
    }
}

fn role_name(id: &str) -> String {
    built_in(id).map_or_else(|| id.to_owned(), str::to_owned)
}

/// What is known of the account that a preflight is about.
#[derive(Debug)]
pub(super) struct Standing<'a> {
    snapshot: &'a AccountSnapshot,
}

impl<'a> Standing<'a> {
    pub(super) const fn new(snapshot: &'a AccountSnapshot) -> Self {
        Self { snapshot }
    }

    pub(super) const fn id(&self) -> ObjectId {
        self.snapshot.user.id
    }

    pub(super) fn kind(&self) -> UserKind {
        self.snapshot.user.kind()
    }

    /// Returns whether its domain is federated; `None` if unknown.
    pub(super) fn is_federated(&self) -> Option<bool> {
        match self.snapshot.domain.collected()? {
            DomainAuthentication::Federated => Some(true),
            DomainAuthentication::Managed => Some(false),
            _ => None,
        }
    }

    /// Returns whether the policy lets the account use a Temporary Access Pass; `None` if unknown.
    pub(super) fn may_use_pass(&self) -> Option<bool> {
        match self.snapshot.policy.collected()?.method("TemporaryAccessPass")?.verdict {
            MethodVerdict::Allowed => Some(true),
            MethodVerdict::NotAllowed => Some(false),
            _ => None,
        }
    }

    /// Returns whether the tenant is known to lack Microsoft Entra ID P2.
    pub(super) const fn lacks_p2(&self) -> bool {
        matches!(self.snapshot.risk, Part::NotLicensed { .. })
            || matches!(self.snapshot.eligible_roles, Part::NotLicensed { .. })
    }

    /// Returns the parts that could not be read and that decide who may act on the account.
    fn unread(&self) -> Vec<&'static str> {
        let parts = [
            ("its active roles", self.snapshot.active_roles.collected().is_some()),
            ("its role-assignable groups", self.snapshot.role_groups.collected().is_some()),
            (
                "the role-assignable groups that it owns",
                self.snapshot.owned_role_groups.collected().is_some(),
            ),
        ];
        parts.into_iter().filter(|(_, read)| !read).map(|(name, _)| name).collect()
    }

    fn active(&self) -> &[RoleHeld] {
        self.snapshot.active_roles.collected().map(Vec::as_slice).unwrap_or_default()
    }

    fn is_guarded(&self) -> bool {
        let any = |part: &Part<Vec<_>>| part.collected().is_some_and(|groups| !groups.is_empty());
        any(&self.snapshot.role_groups) || any(&self.snapshot.owned_role_groups)
    }

    /// Returns whether an administrator's role, or a role-assignable group, is known of it.
    pub(super) fn is_privileged(&self) -> bool {
        self.is_guarded() || !self.active().is_empty()
    }

    /// Returns whether one of the roles may do it to the account.
    pub(super) fn reached_by(&self, act: Act, callers: &[&str]) -> Reached {
        let roles: Vec<_> =
            self.active().iter().map(|role| role.role_definition_id.as_deref().and_then(built_in)).collect();
        let may = |roles: &[Option<&str>], guarded| {
            callers.iter().any(|caller| act.reaches(caller, roles, guarded))
        };
        if !may(&roles, self.is_guarded()) {
            return Reached::No;
        }
        let unread = self.unread();
        // A role that reaches everybody needs no knowledge of the account.
        if unread.is_empty() || may(&[None], true) { Reached::Yes } else { Reached::Unknown(unread) }
    }

    /// Lists the names of the roles that the account may activate. They count only once it has.
    pub(super) fn may_activate(&self) -> Vec<String> {
        let eligible = self.snapshot.eligible_roles.collected().map(Vec::as_slice).unwrap_or_default();
        let names = eligible.iter().map(|role| role.name.as_deref().unwrap_or("a role without a name"));
        names.map(printable).collect()
    }

    /// Returns what makes the account privileged, as clauses that follow its name.
    pub(super) fn because(&self) -> String {
        let group = |name: &Option<String>, id: ObjectId| match name {
            Some(name) => format!("\"{}\"", printable(name)),
            None => id.to_string(),
        };
        let roles = self.active().iter().map(|role| {
            let name =
                role.name.as_deref().or(role.role_definition_id.as_deref()).unwrap_or("without a name");
            format!("holds the role {}", printable(name))
        });
        let of = |part: &Part<Vec<crate::model::RoleGroup>>, what: &str| {
            let groups = part.collected().map(Vec::as_slice).unwrap_or_default();
            let told = |found: &crate::model::RoleGroup| {
                format!("{what} the role-assignable group {}", group(&found.display_name, found.id))
            };
            groups.iter().map(told).collect::<Vec<_>>()
        };
        let clauses: Vec<_> = roles
            .chain(of(&self.snapshot.role_groups, "is in"))
            .chain(of(&self.snapshot.owned_role_groups, "owns"))
            .collect();
        clauses.join(", ")
    }
}

/// Whether one of the caller's roles reaches an account.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reached {
    Yes,
    No,
    /// These parts of the account were not read.
    Unknown(Vec<&'static str>),
}

/// Lists the roles that may do an operation to the account, least privileged first.
pub(super) fn enough_roles(spec: &OperationSpec, standing: Option<&Standing<'_>>) -> Vec<&'static str> {
    let all = spec.roles.iter().copied().chain(["Global Administrator"]);
    match (Act::of(spec), standing) {
        (Some(act), Some(standing)) => {
            all.filter(|role| standing.reached_by(act, &[role]) != Reached::No).collect()
        }
        _ => all.collect(),
    }
}
