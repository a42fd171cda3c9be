//! `revoke_grant`: deletes one of the account's consents.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::account::receipt_for;
use super::delete_method::{EARLIER_ATTEMPT, Removed};
use super::grant_reads::{GRANT, ListOwn, ListTenantWide, OWN, ReadGrant, TENANT_WIDE};
use super::revoke_sign_in_sessions::CONFIRM_WITHIN;
use super::settle::{self, NOT_READ_BACK};
use crate::error::{Error, Refusal, Result};
use crate::ids::{EntryId, ObjectId, UserRef};
use crate::model::{ListedGrant, PermissionGrant};
use crate::operation::{Call, Client, Context, GraphCall, IntoUser, Operation, Output, options};
use crate::receipt::{Grade, Mechanism, Receipt, WarningKind, Weight};
use crate::spec::{Effect, Endpoint, Idempotency, OperationSpec, Verb};
use crate::target::{Target, TargetKind};
use crate::wire::{Delivery, Request, RequestBuilder, Response, decode_nothing, graph_error};

/// `DELETE /oauth2PermissionGrants/{id}`.
pub const DELETE_GRANT: Mechanism = Mechanism::new("delete-grant", "DELETE of the permission grant");

/// Access tokens survive the deletion of the grant.
pub const ISSUED_TOKENS_LIVE_OUT: WarningKind = WarningKind::new(
    "issued-tokens-live-out",
    "access tokens that were issued live to their end, about an hour",
    Weight::MayRemain("issued access tokens live out"),
);

/// The user can consent again.
pub const CAN_CONSENT_AGAIN: WarningKind = WarningKind::new(
    "can-consent-again",
    "the user can consent to the application again: if it is hostile, disable it first (disable_service_principal)",
    Weight::MayRemain("the user can consent again"),
);

/// A grant for the whole organisation covers the user for the same application.
pub const COVERED_TENANT_WIDE: WarningKind = WarningKind::new(
    "covered-tenant-wide",
    "a grant for the whole organisation still lets the application act for the user: {}",
    Weight::InVain("a grant for the whole organisation still covers the user"),
);

/// Whether a grant for the whole organisation covers the user could not be read.
pub const COVERAGE_NOT_READ: WarningKind = WarningKind::new(
    "coverage-not-read",
    "whether a grant for the whole organisation still covers the user is unknown: {}",
    Weight::MayRemain("a grant for the whole organisation may cover the user"),
);

/// The service does not find what is to be removed, and lists it.
pub const STILL_LISTED: WarningKind = WarningKind::new(
    "still-listed",
    "the service did not find it, and still lists it: list again, and remove it by the id that is listed then",
    Weight::InVain("it is still listed"),
);

/// Deletes one of the account's delegated permission grants (consents). The result keeps the grant's exact
/// values, to create it again.
///
/// The grant is read before it is deleted, unless a grant from [`list_grants`](crate::Client::list_grants) is
/// passed that is less than five minutes old. Refused, before anything is sent, are a grant for the whole
/// organisation, which is never part of one account's containment, and a grant of another account.
///
/// # Effect
/// The application gets no new token for the scopes in the user's name. Access tokens that were issued live
/// to their end. The user can consent again, so disable a hostile application first
/// (`disable_service_principal`). Application permissions and grants for the whole organisation survive.
///
/// # Permissions
/// `DelegatedPermissionGrant.ReadWrite.All`, delegated or application; `User.Read.All` if the account is
/// named by its sign-in name. A delegated caller needs a role: Cloud Application Administrator or Application
/// Administrator.
///
/// # Errors
/// [`Error::Refused`] for a grant that is not the account's own, and where the account's object id could not
/// be read; [`Error::Graph`] 403 if permission or role is missing. A grant that does not exist is no error:
/// see [`was_gone`](GrantRevoked::was_gone). If the answer is lost, or is not Graph's, the grant is read: the
/// grade is *confirmed* if it does not exist any more; otherwise the error remains.
///
/// Source: "Delete oAuth2PermissionGrant (a delegated permission grant)" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let grants = client.list_grants("adele@contoso.example").await?;
/// let revoked = client.revoke_grant("adele@contoso.example", &grants.own[0]).confirm().await?;
/// assert!(revoked.receipt.is_complete());
/// assert_eq!(revoked.grant.as_ref(), Some(&grants.own[0].grant), "kept to create it again");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RevokeGrant {
    /// The account.
    pub user: UserRef,
    /// The grant, by id.
    pub grant: EntryId,
    /// How long to wait until the grant is gone; `None` does not read back. In seconds in JSON.
    #[serde(default, with = "crate::json::seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Seconds>"))]
    pub confirm_within: Option<Duration>,
    /// The grant, if it was passed.
    #[serde(skip)]
    known: Option<PermissionGrant>,
}

/// What [`RevokeGrant`] is.
pub static SPEC: OperationSpec = OperationSpec {
    summary: "Deletes one of the account's consents: the application gets no new token for it.",
    does_not: "Does not end access tokens that were issued, does not keep the user from consenting again, and deletes no grant for the whole organisation and no application permission.",
    target: TargetKind::PermissionGrant,
    idempotency: Idempotency::Idempotent,
    roles: &["Cloud Application Administrator", "Application Administrator"],
    undo: "POST /oauth2PermissionGrants with the values that the result keeps.",
    if_unknown: "list_grants shows whether it is gone; or call again: a grant that does not exist counts as deleted",
    doc: "https://learn.microsoft.com/graph/api/oauth2permissiongrant-delete",
    uses: &[&super::get_user::SPEC, &GRANT, &OWN, &TENANT_WIDE],
    ..OperationSpec::write(
        "revoke_grant",
        Endpoint::v1(Verb::Delete, "/oauth2PermissionGrants/{id}"),
        Effect::Contain,
        &[&["DelegatedPermissionGrant.ReadWrite.All"]],
        &[&["DelegatedPermissionGrant.ReadWrite.All"]],
    )
};

/// The grant of a call: its id, or a grant that was read, which is not read again while it is fresh.
#[derive(Clone, Debug)]
pub struct GrantRef {
    id: EntryId,
    known: Option<PermissionGrant>,
}

impl From<EntryId> for GrantRef {
    fn from(id: EntryId) -> Self {
        Self { id, known: None }
    }
}

impl TryFrom<&str> for GrantRef {
    type Error = Error;

    fn try_from(id: &str) -> Result<Self> {
        Ok(EntryId::try_from(id)?.into())
    }
}

impl TryFrom<&PermissionGrant> for GrantRef {
    type Error = Error;

    fn try_from(grant: &PermissionGrant) -> Result<Self> {
        let id = grant.id.clone().ok_or_else(|| {
            let reason = "the service returned no valid id for it".to_owned();
            Error::from(Refusal::BadInput { what: "grant", reason })
        })?;
        Ok(Self { id, known: Some(grant.clone()) })
    }
}

impl TryFrom<&ListedGrant> for GrantRef {
    type Error = Error;

    fn try_from(listed: &ListedGrant) -> Result<Self> {
        Self::try_from(&listed.grant)
    }
}

impl RevokeGrant {
    /// Makes the operation for a grant of a user.
    ///
    /// # Errors
    /// [`Error::Refused`] if the name or the id cannot be one.
    pub fn new(user: impl IntoUser, grant: impl TryInto<GrantRef, Error: Into<Error>>) -> Result<Self> {
        let GrantRef { id, known } = grant.try_into().map_err(Into::into)?;
        Ok(Self { user: user.into_user()?, grant: id, confirm_within: None, known })
    }
}

options!(RevokeGrant {
    /// Reads until the grant is gone, for three minutes at most.
    confirm() |this| this.confirm_within = Some(CONFIRM_WITHIN);
    /// Reads until the grant is gone, for the time given at most.
    confirm_within(deadline: Duration) |this| this.confirm_within = Some(deadline);
});

/// The result for one grant.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct GrantRevoked {
    /// What was done.
    pub receipt: Receipt,
    /// The grant as it was: its exact values, to create it again. `None` if it did not exist.
    pub grant: Option<PermissionGrant>,
    /// Whether the grant was gone before. `None` if unknown: a dry run, or an earlier attempt may have
    /// deleted it.
    pub was_gone: Option<bool>,
}

impl Output for GrantRevoked {
    fn receipt(&self) -> Option<&Receipt> {
        Some(&self.receipt)
    }
}

impl Client {
    /// Deletes one of the account's consents: [`RevokeGrant`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn revoke_grant(
        &self,
        user: impl IntoUser,
        grant: impl TryInto<GrantRef, Error: Into<Error>>,
    ) -> Call<'_, RevokeGrant> {
        self.on(user, |user| RevokeGrant::new(user, grant))
    }
}

impl Operation for RevokeGrant {
    type Output = GrantRevoked;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<GrantRevoked> {
        let Self { user, grant: id, confirm_within, known } = self;
        let (account, mut receipt) = receipt_for(context, user, &SPEC, DELETE_GRANT).await?;
        let Some(owner) = account.id() else {
            let reason = "the account's object id could not be read, so whose the grant is cannot be checked";
            let instead = "give the object id, or grant User.Read.All";
            return Err(Refusal::Impossible { reason: reason.into(), instead }.into());
        };
        receipt.target = Target::PermissionGrant { id: id.clone(), principal: Some(owner) };
        let found = match known.filter(PermissionGrant::is_fresh) {
            Some(known) => Some(known),
            None => context.read(&ReadGrant(&id)).await?,
        };
        let Some(grant) = found else {
            gone(context, &account, &id, &mut receipt).await;
            return Ok(GrantRevoked { receipt, grant: None, was_gone: Some(true) });
        };
        check_owner(&grant, &id, owner)?;
        let was_gone = match context.write(&Delete { id: &id, owner }, &mut receipt).await {
            Ok(Some(Removed::Now)) => Some(false),
            Ok(Some(Removed::AlreadyGone)) => {
                gone(context, &account, &id, &mut receipt).await;
                Some(true)
            }
            Ok(Some(Removed::Perhaps)) => {
                receipt.warn(&EARLIER_ATTEMPT);
                None
            }
            Ok(None) => None,
            Err(error) => {
                let gone = Option::is_none;
                settle::by(context, &ReadGrant(&id), &mut receipt, error, Grade::Confirmed, gone).await?;
                None
            }
        };
        if let (Some(deadline), Grade::Accepted) = (confirm_within, receipt.grade) {
            match settle::until(context, &ReadGrant(&id), deadline, 1, Option::is_none).await {
                Ok(()) => receipt.grade = Grade::Confirmed,
                Err(unseen) => receipt.warn(unseen),
            }
        }
        warn(context, &grant, &mut receipt).await;
        Ok(GrantRevoked { receipt, grant: Some(grant), was_gone })
    }
}

/// Refuses a grant that is not the account's own.
fn check_owner(grant: &PermissionGrant, id: &EntryId, owner: ObjectId) -> Result<()> {
    let refuse = |reason: String, instead| Err(Refusal::Impossible { reason, instead }.into());
    if grant.id.as_ref() != Some(id) {
        return refuse(
            format!("the service returned another grant than {id}"),
            "list_grants shows the grants of an account",
        );
    }
    match grant.principal_id {
        _ if grant.is_tenant_wide() => refuse(
            format!(
                "the grant {id} covers the whole organisation: it is never part of one account's containment"
            ),
            "disable_service_principal for a hostile application, or Entra admin center > Enterprise applications > Permissions",
        ),
        Some(principal) if principal == owner => Ok(()),
        Some(principal) => refuse(
            format!("the grant {id} belongs to the account {principal}, not to {owner}"),
            "list_grants shows the grants of an account",
        ),
        None => refuse(
            format!("whose the grant {id} is cannot be told: the service returned no account for it"),
            "look at it in Entra admin center > Enterprise applications > Permissions",
        ),
    }
}

/// Grades a grant that the service did not find: an id is case-sensitive, so the account's list decides.
async fn gone(context: &Context, account: &UserRef, id: &EntryId, receipt: &mut Receipt) {
    match context.read_all(&ListOwn(account)).await {
        Ok(listed) if listed.iter().any(|grant| grant.id.as_ref() == Some(id)) => {
            receipt.warn(&STILL_LISTED);
            receipt.grade = Grade::Unknown;
        }
        Ok(_) => receipt.grade = Grade::NothingToDo,
        Err(error) => {
            receipt.warn(NOT_READ_BACK.with(error));
            receipt.grade = Grade::Accepted;
        }
    }
}

/// Adds what remains of the application's access.
async fn warn(context: &Context, grant: &PermissionGrant, receipt: &mut Receipt) {
    receipt.warn(&ISSUED_TOKENS_LIVE_OUT);
    receipt.warn(&CAN_CONSENT_AGAIN);
    let wide = ListTenantWide { client: grant.client_id };
    match context.read_all(&wide).await {
        Ok(wide) => {
            let covering = wide.iter().filter(|wide| {
                wide.is_tenant_wide() && wide.client_id.is_some() && wide.client_id == grant.client_id
            });
            let scopes: Vec<_> = covering.flat_map(PermissionGrant::scopes).collect();
            if !scopes.is_empty() {
                receipt.warn(COVERED_TENANT_WIDE.with(crate::text::printable(&scopes.join(" "))));
            }
        }
        Err(error) => receipt.warn(COVERAGE_NOT_READ.with(error)),
    }
}

/// The one write.
#[derive(Debug)]
struct Delete<'a> {
    id: &'a EntryId,
    owner: ObjectId,
}

impl GraphCall for Delete<'_> {
    type Output = Removed;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn request(&self) -> Result<Request> {
        let target = Target::PermissionGrant { id: self.id.clone(), principal: Some(self.owner) };
        RequestBuilder::new(&SPEC).var("{id}", self.id.as_str()).about(target).build()
    }

    fn accepts(&self, response: &Response) -> bool {
        response.status() == http::StatusCode::NO_CONTENT
            || graph_error(&SPEC, response, OffsetDateTime::UNIX_EPOCH).says_object_is_missing()
    }

    fn decode(&self, response: &Response) -> Result<Removed> {
        if response.status().is_success() {
            return decode_nothing(&SPEC, response).map(|()| Removed::Now);
        }
        let earlier = response.extensions().get::<Delivery>().is_some_and(|delivery| delivery.maybe_done);
        Ok(if earlier { Removed::Perhaps } else { Removed::AlreadyGone })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ID: &str = "qywNWBr8wU-_2";
    const ADELE: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";

    #[test]
    fn deletes_by_the_grants_id_and_names_whose_it_is() {
        let (id, owner) = (ID.parse().unwrap(), ADELE.parse().unwrap());
        let request = Delete { id: &id, owner }.request().unwrap();
        assert_eq!(
            (request.method().as_str(), request.uri().path()),
            ("DELETE", "/v1.0/oauth2PermissionGrants/qywNWBr8wU-_2")
        );
        let targets = request.extensions().get::<crate::wire::Targets>().unwrap();
        assert_eq!(targets.as_slice()[0].principal(), Some(UserRef::Id(owner)));
    }

    #[test]
    fn only_the_accounts_own_grant_is_deleted() {
        let (id, owner): (EntryId, ObjectId) = (ID.parse().unwrap(), ADELE.parse().unwrap());
        let refused = |consent: &str, principal: serde_json::Value| {
            let grant = json!({ "id": ID, "consentType": consent, "principalId": principal });
            check_owner(&serde_json::from_value(grant).unwrap(), &id, owner)
                .err()
                .map(|error| error.to_string())
        };
        assert_eq!(refused("Principal", json!(ADELE)), None);
        assert_eq!(refused("Lunar", json!(ADELE)), None, "the account decides");
        for (consent, principal, says) in [
            ("AllPrincipals", json!(null), "whole organisation"),
            ("AllPrincipals", json!(ADELE), "whole organisation"),
            ("Principal", json!("580d2cab-fc1a-4ac1-ac02-a562f1c35912"), "belongs to the account 580d2cab"),
            ("Principal", json!(null), "cannot be told"),
        ] {
            let refusal = refused(consent, principal).unwrap();
            assert!(refusal.contains(says), "{refusal}");
        }
        let other = PermissionGrant { principal_id: Some(owner), ..PermissionGrant::default() };
        assert!(check_owner(&other, &id, owner).is_err());
        assert!(matches!(GrantRef::try_from(&other), Err(Error::Refused(_))), "without an id");
    }
}
