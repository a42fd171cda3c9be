//! `delete_method`: deletes one authentication method.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::account::{Account, MethodsShown};
use super::list_methods::list;
use crate::cloud::CloudSet;
use crate::error::{Error, Refusal, Result};
use crate::ids::{MethodId, UserRef};
use crate::model::MethodKind;
use crate::operation::{Call, Client, Context, GraphCall, IntoUser, Operation, Output};
use crate::receipt::{Grade, Mechanism, Receipt, WarningKind, Weight};
use crate::spec::{ApiVersion, Effect, Endpoint, Idempotency, OperationSpec, Permissions, Verb, Workload};
use crate::target::{Scope, TargetKind};
use crate::wire::{Delivery, Request, RequestBuilder, Response, decode_nothing, graph_error};

/// One `DELETE` for each method.
pub const DELETE_EACH_METHOD: Mechanism = Mechanism::new("delete-each-method", "DELETE of each method");

/// A removal was repeated, and the last attempt found nothing.
pub const EARLIER_ATTEMPT: WarningKind = WarningKind::new(
    "earlier-attempt",
    "the removal was sent more than once, and the last attempt found nothing: an earlier one may have done it",
    Weight::Harmless,
);

/// Removing methods does not end sessions.
pub const METHODS_GO_SESSIONS_STAY: WarningKind = WarningKind::new(
    "methods-go-sessions-stay",
    "removing methods ends no session: revoke_sign_in_sessions next",
    Weight::MayRemain("sessions survive"),
);

/// Removes one authentication method. To remove all that an attacker may have registered, use
/// [`delete_methods`](crate::Client::delete_methods).
///
/// # Effect
/// The method no longer signs in. This cannot be undone: the user registers it again. Ends no session.
///
/// # Permissions
/// `UserAuthenticationMethod.ReadWrite.All`, or the narrow permission of the type
/// ([`MethodKind::narrow_permission`]); delegated or application. A delegated caller needs a role:
/// Authentication Administrator, for a privileged target Privileged Authentication Administrator.
///
/// # Errors
/// [`Error::Refused`] for a type that cannot be removed (the password, an unknown one). [`Error::Graph`] with
/// kind [`DefaultMethod`](crate::GraphErrorKind::DefaultMethod) while other methods remain, or
/// [`AlternateMobileFirst`](crate::GraphErrorKind::AlternateMobileFirst). A method that the service does not
/// find is not an error: see [`was_gone`](MethodDeleted::was_gone); a 404 about the user, about the path or
/// about nothing is an error. If the answer is lost, or is not Graph's, the methods are listed: the grade is
/// *confirmed* if a complete list does not show the method, *accepted* if the account could not be read;
/// otherwise the error remains. For a customer account (B2C) no list is complete, so its grade is at most
/// *accepted*.
///
/// Source: the "Delete …Method" pages on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::SimulatedTenant;
/// use entra_ir_core::model::MethodKind;
/// let client = SimulatedTenant::contoso().client()?;
/// let list = client.list_methods("adele@contoso.example").await?;
/// let passkey = list.methods.iter().find(|method| method.kind == MethodKind::Fido2).unwrap();
/// let deleted = client.delete_method("adele@contoso.example", passkey.kind.clone(), passkey.id.clone()).await?;
/// assert_eq!(deleted.was_gone, Some(false));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DeleteMethod {
    /// The account.
    pub user: UserRef,
    /// The type of the method.
    #[serde(deserialize_with = "crate::model::known_kind")]
    pub kind: MethodKind,
    /// The method.
    pub id: MethodId,
}

/// What [`DeleteMethod`] is.
pub static SPEC: OperationSpec = DELETION;

/// The spec that this operation shares with those that delete many methods.
pub(super) const DELETION: OperationSpec = OperationSpec {
    id: "delete_method",
    summary: "Removes one authentication method.",
    does_not: "Does not end a session, does not ask the user to register again, and cannot remove a \
        password.",
    endpoint: Endpoint::v1(Verb::Delete, "/users/{user}/authentication/{segment}/{id}"),
    target: TargetKind::User,
    scope: Scope::Account,
    effect: Effect::Destroy,
    unseats: false,
    idempotency: Idempotency::Idempotent,
    permissions: Permissions {
        delegated: &[&["UserAuthenticationMethod.ReadWrite.All"]],
        application: &[&["UserAuthenticationMethod.ReadWrite.All"]],
    },
    roles: &["Authentication Administrator", "Privileged Authentication Administrator"],
    clouds: CloudSet::ALL,
    undo: "Cannot be undone; the user registers the method again.",
    if_unknown: "list_methods shows whether it is gone; or call again: a method that does not exist counts \
        as removed",
    doc: "https://learn.microsoft.com/graph/api/resources/authenticationmethods-overview",
    workload: Workload::AuthenticationMethods,
    uses: &[&super::get_user::SPEC],
};

static BETA: Endpoint = Endpoint::beta(Verb::Delete, "/users/{user}/authentication/{segment}/{id}");
static BETA_SINGLETON: Endpoint = Endpoint::beta(Verb::Delete, "/users/{user}/authentication/{segment}");

impl DeleteMethod {
    /// Makes the operation for a method of a user.
    ///
    /// # Errors
    /// [`Error::Refused`] if the name or the id cannot be one.
    pub fn new(
        user: impl IntoUser,
        kind: MethodKind,
        id: impl TryInto<MethodId, Error: Into<Error>>,
    ) -> Result<Self> {
        Ok(Self { user: user.into_user()?, kind, id: id.try_into().map_err(Into::into)? })
    }
}

/// The result for one method.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MethodDeleted {
    /// What was done.
    pub receipt: Receipt,
    /// Whether the service found no such method at the first attempt. `None` if unknown: a dry run, or an
    /// earlier attempt may have removed it.
    pub was_gone: Option<bool>,
}

impl Output for MethodDeleted {
    fn receipt(&self) -> Option<&Receipt> {
        Some(&self.receipt)
    }
}

impl Client {
    /// Removes one authentication method: [`DeleteMethod`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn delete_method(
        &self,
        user: impl IntoUser,
        kind: MethodKind,
        id: impl TryInto<MethodId, Error: Into<Error>>,
    ) -> Call<'_, DeleteMethod> {
        self.on(user, |user| DeleteMethod::new(user, kind, id))
    }
}

impl Operation for DeleteMethod {
    type Output = MethodDeleted;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<MethodDeleted> {
        self.delete(context, &SPEC).await
    }
}

impl DeleteMethod {
    /// Removes the method, for this operation and those that are based on it.
    pub(super) async fn delete(
        self,
        context: &Context,
        spec: &'static OperationSpec,
    ) -> Result<MethodDeleted> {
        let Self { user, kind, id } = self;
        if kind.segment().is_some() && !kind.is_in(context.cloud()) {
            return Err(Refusal::UnsupportedInCloud { operation: spec.id, cloud: context.cloud() }.into());
        }
        // Refuse what cannot be removed before anything is read for it.
        removable_segment(&kind)?;
        // With an object id, read the account only if something depends on its kind.
        let account = match &user {
            UserRef::Id(_) => None,
            UserRef::Name(_) => Some(Account::read(context, user.clone()).await?),
        };
        let mut receipt = match &account {
            Some(account) => account.receipt(spec, DELETE_EACH_METHOD),
            None => Receipt::new(spec, &user, DELETE_EACH_METHOD),
        };
        receipt.method = Some(id.clone());
        let shown = account.as_ref().map(Account::methods_shown);
        if let Some(shown) = &shown {
            shown.warn(&mut receipt);
        }
        let target = account.as_ref().map_or(&user, |account| &account.target);
        let removed = match context.write(&Delete { user: target, kind: &kind, id: &id }, &mut receipt).await
        {
            Ok(removed) => removed,
            Err(error) => {
                settle_by_list(context, target, (&kind, &id), shown, &mut receipt, error).await?;
                receipt.warn(&METHODS_GO_SESSIONS_STAY);
                return Ok(MethodDeleted { receipt, was_gone: None });
            }
        };
        let was_gone = match removed {
            Some(Removed::Now) => Some(false),
            Some(Removed::AlreadyGone) => {
                let shown = methods_shown(context, target, shown).await;
                shown.warn(&mut receipt);
                let all = shown == MethodsShown::All;
                receipt.grade = if all { Grade::NothingToDo } else { Grade::Accepted };
                Some(true)
            }
            Some(Removed::Perhaps) => {
                receipt.warn(&EARLIER_ATTEMPT);
                None
            }
            None => None,
        };
        receipt.warn(&METHODS_GO_SESSIONS_STAY);
        Ok(MethodDeleted { receipt, was_gone })
    }
}

/// Resolves a removal with an unknown outcome by listing the methods.
///
/// # Errors
/// The given error, if the removal was certainly not done, or if no complete list proves that the method is
/// gone; for a customer account no list is complete.
async fn settle_by_list(
    context: &Context,
    user: &UserRef,
    (kind, id): (&MethodKind, &MethodId),
    shown: Option<MethodsShown>,
    receipt: &mut Receipt,
    error: Error,
) -> Result<()> {
    if !error.outcome_unknown() {
        return Err(error);
    }
    let look = async { futures_util::join!(list(context, user, true), methods_shown(context, user, shown)) };
    let Ok((Ok(list), shown)) = tokio::time::timeout(SETTLE_WITHIN, look).await else {
        return Err(error);
    };
    shown.warn(receipt);
    if !list.is_whole() || list.has(id, Some(kind)) || shown == MethodsShown::Some {
        return Err(error.with_receipt(receipt));
    }
    let all = shown == MethodsShown::All;
    receipt.settled(if all { Grade::Confirmed } else { Grade::Accepted }, error.brief());
    Ok(())
}

/// Returns how much of the account's methods Graph shows; reads the account if this is unknown.
async fn methods_shown(context: &Context, user: &UserRef, known: Option<MethodsShown>) -> MethodsShown {
    if let Some(shown) = known {
        return shown;
    }
    // The removal was answered, whatever the result of this read.
    match tokio::time::timeout(SETTLE_WITHIN, Account::read(context, user.clone())).await {
        Ok(Ok(account)) => account.methods_shown(),
        Ok(Err(error)) => MethodsShown::Unknown(error.to_string()),
        Err(_) => MethodsShown::Unknown(format!("no answer within {} s", SETTLE_WITHIN.as_secs())),
    }
}

/// The maximum time of the reads that resolve a removal.
const SETTLE_WITHIN: Duration = Duration::from_secs(10);

/// The one write.
#[derive(Debug)]
pub(super) struct Delete<'a> {
    pub(super) user: &'a UserRef,
    pub(super) kind: &'a MethodKind,
    pub(super) id: &'a MethodId,
}

/// How something was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Removed {
    /// By this call.
    Now,
    /// The service did not find it.
    AlreadyGone,
    /// It is gone, and an earlier attempt may have removed it.
    Perhaps,
}

/// Returns the path segment of a type that can be removed.
fn removable_segment(kind: &MethodKind) -> Result<&'static str> {
    let impossible = |reason: String, instead| Err(Refusal::Impossible { reason, instead }.into());
    match kind.segment() {
        None => impossible(
            format!("it is unknown how to remove a method of the {kind}"),
            "remove it in the portal; list_methods shows the result",
        ),
        Some(_) if !kind.is_removable() => {
            impossible(format!("a {kind} cannot be removed"), "reset_password")
        }
        Some(segment) => Ok(segment),
    }
}

impl GraphCall for Delete<'_> {
    type Output = Removed;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn request(&self) -> Result<Request> {
        let segment = removable_segment(self.kind)?;
        if !self.id.is_addressable() {
            return Err(Refusal::Impossible {
                reason: format!("the id {} is not valid in an address", self.id),
                instead: "remove the method in the Entra admin center",
            }
            .into());
        }
        // A QR code has no id in its path: there is one per user. The documentation of v1.0 has it and its
        // metadata does not; beta has it.
        if *self.kind == MethodKind::QrCodePin {
            return RequestBuilder::at(&SPEC, &BETA_SINGLETON)
                .user(self.user)
                .var("{segment}", segment)
                .build();
        }
        let endpoint = if self.kind.version() == ApiVersion::Beta { &BETA } else { &SPEC.endpoint };
        let builder = RequestBuilder::at(&SPEC, endpoint).user(self.user).var("{segment}", segment);
        builder.var("{id}", self.id.as_str()).build()
    }

    fn accepts(&self, response: &Response) -> bool {
        matches!(response.status().as_u16(), 200 | 202 | 204)
            || graph_error(&SPEC, response, OffsetDateTime::UNIX_EPOCH).says_method_is_gone()
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

    fn path(kind: &MethodKind, id: &str) -> Result<String> {
        let (user, id) = ("x@contoso.example".parse()?, id.parse()?);
        Ok(Delete { user: &user, kind, id: &id }.request()?.uri().to_string())
    }

    #[test]
    fn each_type_has_its_own_path() {
        let base = "/users/x@contoso.example/authentication";
        let of = |kind| path(&kind, "-2_G").unwrap();
        assert_eq!(of(MethodKind::Fido2), format!("/v1.0{base}/fido2Methods/-2_G"));
        assert_eq!(of(MethodKind::External), format!("/v1.0{base}/externalAuthenticationMethods/-2_G"));
        assert_eq!(of(MethodKind::QrCodePin), format!("/beta{base}/qrCodePinMethod"));
        let masked = path(&MethodKind::HardwareOath, "aad49556-####-####").unwrap();
        assert_eq!(masked, format!("/beta{base}/hardwareOathMethods/aad49556-%23%23%23%23-%23%23%23%23"));
    }

    #[test]
    fn a_404_counts_only_if_it_speaks_of_the_method() {
        let (user, id) = ("x@contoso.example".parse().unwrap(), "key-1".parse().unwrap());
        let delete = Delete { user: &user, kind: &MethodKind::Fido2, id: &id };
        let accepts = |code: &str, message: &str| {
            let body = format!(r#"{{"error":{{"code":"{code}","message":"{message}"}}}}"#);
            let mut answer = Response::new(body.into());
            *answer.status_mut() = http::StatusCode::NOT_FOUND;
            delete.accepts(&answer)
        };
        for code in ["resourceNotFound", "ResourceNotFound", "itemNotFound"] {
            assert!(accepts(code, "The requested resource was not found."), "{code}");
        }
        for code in
            ["", "UnknownError", "BadRequest", "Request_ResourceNotFound", "generalException", "UserNotFound"]
        {
            assert!(!accepts(code, "gone"), "{code}");
        }
        assert!(!accepts("ResourceNotFound", "Resource not found for the segment 'fido2Methods'."));
    }

    #[test]
    fn what_cannot_be_removed_is_refused_before_sending() {
        assert!(matches!(path(&MethodKind::Password, "x"), Err(Error::Refused(_))));
        assert!(matches!(path(&MethodKind::Unknown("new".into()), "x"), Err(Error::Refused(_))));
    }
}
