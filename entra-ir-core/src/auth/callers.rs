//! The credentials of a client: one, or one of each kind of caller.

use std::sync::Arc;

use super::{TokenCache, TokenClaims};
use crate::error::{Error, Result};
use crate::model::role_id;
use crate::spec::{CallerKind, OperationSpec};

/// Chooses the credential of a request. Several operations exist for only one kind of caller, so no single
/// credential can run every plan.
#[derive(Debug)]
pub(crate) struct Callers {
    first: Credential,
    second: Option<Credential>,
}

/// One credential, with its token.
#[derive(Debug)]
pub(crate) struct Credential {
    /// The kind of caller, if the credential knows.
    pub(crate) kind: Option<CallerKind>,
    pub(crate) tokens: TokenCache,
}

impl Credential {
    /// Returns whether the token may send such a request, as far as it says so. A token that cannot
    /// be read counts as one that may. A credential that gives no token may not.
    async fn may(&self, spec: &OperationSpec) -> bool {
        match self.tokens.claims().await {
            Ok(Some(claims)) => may(&claims, self.kind, spec),
            Ok(None) => true,
            Err(_) => false,
        }
    }
}

/// Returns whether a token of this kind holds a set of permissions, and a role if the operation needs one.
fn may(claims: &TokenClaims, kind: Option<CallerKind>, spec: &OperationSpec) -> bool {
    let sets = kind.map_or(&[][..], |kind| spec.permissions.of(kind));
    let is_delegated = kind == Some(CallerKind::Delegated);
    claims.holds(sets) && (!is_delegated || has_role(claims, spec))
}

fn has_role(claims: &TokenClaims, spec: &OperationSpec) -> bool {
    let Some(held) = claims.roles.as_ref().filter(|_| !spec.roles.is_empty()) else { return true };
    let mut enough = spec.roles.iter().copied().chain(["Global Administrator"]).filter_map(role_id);
    enough.any(|id| held.iter().any(|held| held.eq_ignore_ascii_case(id)))
}

impl Callers {
    /// Takes one credential, or two of which one is a person's and one an application's.
    pub(crate) fn new(first: Credential, second: Option<Credential>) -> Result<Self> {
        let Some(second) = second else { return Ok(Self { first, second: None }) };
        let (person, application) = match (first.kind, second.kind) {
            (Some(CallerKind::Delegated), Some(CallerKind::AppOnly)) => (first, second),
            (Some(CallerKind::AppOnly), Some(CallerKind::Delegated)) => (second, first),
            (Some(_), Some(_)) => {
                return Err(Error::Config(
                    "two credentials of one kind of caller: give one of a signed-in user and one of an application"
                        .into(),
                ));
            }
            _ => {
                return Err(Error::Config(
                    "with two credentials, each has to know its kind of caller: set it with `speaking_for`, or \
                    implement `TokenProvider::caller_kind`"
                        .into(),
                ));
            }
        };
        Ok(Self { first: person, second: Some(application) })
    }

    /// Returns the kind of caller, if known: a client with both kinds can do what a signed-in user can.
    pub(crate) const fn kind(&self) -> Option<CallerKind> {
        self.first.kind
    }

    /// Returns whether the client has both kinds of credentials.
    pub(crate) const fn are_two(&self) -> bool {
        self.second.is_some()
    }

    /// Chooses the credential for a request. If both may send it, the signed-in user does: the tenant's logs
    /// then name a person.
    pub(crate) async fn choose(&self, spec: &OperationSpec) -> &Credential {
        let person = &self.first;
        let Some(application) = &self.second else { return person };
        match (spec.permissions.delegated.is_empty(), spec.permissions.application.is_empty()) {
            (true, false) => application,
            (false, true) => person,
            _ if person.may(spec).await || !application.may(spec).await => person,
            _ => application,
        }
    }

    /// Returns the kind of caller to name on a receipt: with one credential there is nothing to tell apart.
    pub(crate) fn named(&self, credential: &Credential) -> Option<CallerKind> {
        credential.kind.filter(|_| self.are_two())
    }

    /// Returns the other credential, if requests of this kind exist for its caller.
    pub(crate) fn other(&self, than: &Credential, spec: &OperationSpec) -> Option<&Credential> {
        let mut both = [Some(&self.first), self.second.as_ref()].into_iter().flatten();
        let other = both.find(|credential| !std::ptr::eq(*credential, than))?;
        let exists = |kind| !spec.permissions.of(kind).is_empty();
        (self.are_two() && other.kind.is_some_and(exists)).then_some(other)
    }

    /// Returns the kind of each caller and what its token says, the signed-in user first.
    pub(crate) async fn all(&self) -> Result<Vec<(Option<CallerKind>, Option<Arc<TokenClaims>>)>> {
        let mut all = Vec::new();
        for credential in [Some(&self.first), self.second.as_ref()].into_iter().flatten() {
            all.push((credential.kind, credential.tokens.claims().await?));
        }
        Ok(all)
    }

    /// Returns what each token says of its caller, the signed-in user first; nothing for a token that cannot
    /// be read.
    pub(crate) async fn claims(&self) -> Result<Vec<Arc<TokenClaims>>> {
        Ok(self.all().await?.into_iter().filter_map(|(_, claims)| claims).collect())
    }

    /// Returns the tenant that the tokens were issued for, if one says so.
    ///
    /// # Errors
    /// If they are of two tenants.
    #[cfg(feature = "containment")]
    pub(crate) async fn tenant(&self) -> Result<Option<crate::ids::ObjectId>> {
        let tenants: Vec<_> = self.claims().await?.iter().filter_map(|claims| claims.tenant).collect();
        match tenants[..] {
            [one, other] if one != other => Err(Error::Config(
                "the two credentials are of different tenants: give two of the tenant of the account".into(),
            )),
            _ => Ok(tenants.first().copied()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Endpoint, Verb};

    static SPEC: OperationSpec = OperationSpec {
        roles: &["User Administrator"],
        ..OperationSpec::read(
            "test",
            Endpoint::v1(Verb::Get, "/users"),
            &[&["User.Read.All", "Group.Read.All"], &["Directory.Read.All"]],
            &[&["Directory.Read.All"]],
        )
    };

    fn claims(permissions: &[&str], roles: Option<&[&str]>) -> TokenClaims {
        let owned = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
        TokenClaims { permissions: owned(permissions), roles: roles.map(owned), ..TokenClaims::default() }
    }

    #[test]
    fn a_token_that_lacks_a_permission_or_every_role_may_not() {
        let user_administrator = role_id("User Administrator").unwrap();
        let global = role_id("Global Administrator").unwrap().to_uppercase();
        let person = Some(CallerKind::Delegated);
        let all = ["User.Read.All", "group.read.all"];
        assert!(may(&claims(&all, Some(&[user_administrator])), person, &SPEC));
        assert!(may(&claims(&all, Some(&[&global])), person, &SPEC));
        assert!(may(&claims(&all, None), person, &SPEC), "not every token lists roles");
        assert!(!may(&claims(&all, Some(&[])), person, &SPEC));
        assert!(!may(&claims(&all[..1], None), person, &SPEC));
        let application = Some(CallerKind::AppOnly);
        assert!(may(&claims(&["Directory.Read.All"], Some(&[])), application, &SPEC));
        assert!(!may(&claims(&all, None), application, &SPEC));
        assert!(!may(&claims(&all, None), None, &SPEC));
    }
}
