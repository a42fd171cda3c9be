//! `disable_service_principal` and `enable_service_principal`: an application in this tenant.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::revoke_sign_in_sessions::CONFIRM_WITHIN;
use super::service_principal_reads::{
    APPLICATION, ASSIGNED, CONSENTS, ListAssigned, ListConsents, ReadApplication,
};
use super::settle;
use crate::error::{Refusal, Result};
use crate::ids::ObjectId;
use crate::model::{ApplicationOwner, ServicePrincipal};
use crate::operation::{Call, Client, Context, GraphCall, Operation, options};
use crate::receipt::{Grade, Mechanism, OWNER_CHECKED, Receipt, WarningKind, Weight};
use crate::spec::{Effect, Endpoint, Idempotency, OperationSpec, Verb};
use crate::target::{Scope, Target, TargetKind};
use crate::text::printable;
use crate::wire::{Request, RequestBuilder, Response, decode_nothing};

/// `PATCH /servicePrincipals/{id}` with `accountEnabled`.
pub const APPLICATION_ENABLED: Mechanism =
    Mechanism::new("application-enabled", "PATCH accountEnabled of the service principal");

/// Access tokens of the application survive.
pub const APPLICATION_TOKENS_LIVE_OUT: WarningKind = WarningKind::new(
    "application-tokens-live-out",
    "access tokens that the application holds live to their end, about an hour, up to 24 for its own with continuous access evaluation; consents and secrets remain",
    Weight::MayRemain("issued access tokens live out"),
);

/// Who uses the application.
pub const USED_BY: WarningKind = WarningKind::new("used-by", "whom it reaches: {}", Weight::Harmless);

/// Microsoft disabled the application itself.
pub const DISABLED_BY_MICROSOFT: WarningKind = WarningKind::new(
    "disabled-by-microsoft",
    "Microsoft disabled this application itself ({}), whatever is set here",
    Weight::Harmless,
);

/// Disables an application in this tenant: nobody signs in to it, and it gets no new token, not even for
/// itself. The service principal stays, so that no new consent brings it back; prefer this to its deletion.
///
/// This reaches everybody who uses the application, so it needs
/// [`Guard::allow_tenant_wide`](crate::Guard::allow_tenant_wide); the receipt says how many consents and
/// assignments there are. Refused, before anything is sent, are an application of Microsoft (by the tenant
/// that owns it; its name proves nothing), and the application that this client signs in with, where its
/// token names it. An application whose owner the service does not return may be an old one of Microsoft:
/// that needs [`Call::owner_checked`](crate::Call::owner_checked).
///
/// # Effect
/// No new token for the application, for any user or for itself. Access tokens that it holds live to their
/// end. Consents, assignments and secrets remain, and work again after
/// [`enable_service_principal`](crate::Client::enable_service_principal).
///
/// # Permissions
/// `Application.ReadWrite.All`, delegated or application; `Directory.Read.All` to count who uses it. A
/// delegated caller needs a role: Cloud Application Administrator or Application Administrator.
///
/// # Errors
/// [`Error::Refused`](crate::Error::Refused) as above; [`Error::Graph`](crate::Error::Graph) 403 if
/// permission or role is missing, 404 if there is no such service principal. If the answer is lost, or is not
/// Graph's, the service principal is read: the grade is *confirmed* if it is disabled; otherwise the error
/// remains.
///
/// Source: "Update servicePrincipal", "Disable user sign-in for application" and "App consent grant
/// investigation" on Microsoft Learn.
///
/// ```
/// use entra_ir_core::{Guard, SimulatedTenant};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let tenant = SimulatedTenant::contoso();
/// let client = tenant.client_builder().guard(Guard::new().allow_tenant_wide()).build()?;
/// let grants = client.list_grants("adele@contoso.example").await?;
/// let hostile = grants.own[0].grant.client_id.unwrap();
/// let receipt = client.disable_service_principal(hostile).confirm().await?;
/// assert!(receipt.is_complete());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DisableServicePrincipal {
    /// The service principal, by object id; not the application's own id (`appId`).
    pub application: ObjectId,
    /// Whether you checked that an application whose owner the service does not return is not Microsoft's:
    /// the same as [`Call::owner_checked`](crate::Call::owner_checked).
    #[serde(default)]
    pub owner_checked: bool,
    /// How long to wait until the change is visible; `None` does not read back. In seconds in JSON.
    #[serde(default, with = "crate::json::seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Seconds>"))]
    pub confirm_within: Option<Duration>,
}

/// What [`DisableServicePrincipal`] is.
pub static DISABLE: OperationSpec = OperationSpec {
    id: "disable_service_principal",
    summary: "Disables an application in this tenant, for everybody: it gets no new token.",
    does_not: "Does not end access tokens that it holds, and removes no consent, no permission and no secret; never an application of Microsoft.",
    effect: Effect::Contain,
    undo: "enable_service_principal.",
    ..EITHER
};

impl DisableServicePrincipal {
    /// Makes the operation for a service principal.
    pub const fn new(application: ObjectId) -> Self {
        Self { application, owner_checked: false, confirm_within: None }
    }
}

options!(DisableServicePrincipal {
    /// Reads back until the change is visible, for three minutes at most.
    confirm() |this| this.confirm_within = Some(CONFIRM_WITHIN);
    /// Reads back until the change is visible, for the time given at most.
    confirm_within(deadline: Duration) |this| this.confirm_within = Some(deadline);
});

impl Client {
    /// Disables an application in this tenant, for everybody: [`DisableServicePrincipal`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn disable_service_principal(&self, application: ObjectId) -> Call<'_, DisableServicePrincipal> {
        self.call(Ok(DisableServicePrincipal::new(application)))
    }
}

impl Operation for DisableServicePrincipal {
    type Output = Receipt;

    fn spec(&self) -> &'static OperationSpec {
        &DISABLE
    }

    async fn run(self, context: &Context) -> Result<Receipt> {
        let change = SetEnabled { id: self.application, enabled: false };
        change.run(context, self.owner_checked, self.confirm_within).await
    }
}

/// Enables an application in this tenant again. This gives back every access that it had: remove hostile
/// consents, permissions and secrets before.
///
/// # Effect
/// Users sign in to it again, and it gets tokens for what is still granted.
///
/// # Permissions
/// As for [`disable_service_principal`](crate::Client::disable_service_principal).
///
/// # Errors
/// As for [`disable_service_principal`](crate::Client::disable_service_principal).
///
/// Source: "Update servicePrincipal" on Microsoft Learn.
///
/// ```
/// use entra_ir_core::{Guard, SimulatedTenant};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let tenant = SimulatedTenant::contoso();
/// let client = tenant.client_builder().guard(Guard::new().allow_tenant_wide()).build()?;
/// let expenses = tenant.service_principal("Fabrikam Expenses").unwrap();
/// client.disable_service_principal(expenses).await?;
/// client.enable_service_principal(expenses).await?;
/// assert_eq!(tenant.is_application_enabled(expenses), Some(true));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EnableServicePrincipal {
    /// The service principal, by object id; not the application's own id (`appId`).
    pub application: ObjectId,
    /// Whether you checked that an application whose owner the service does not return is not Microsoft's:
    /// the same as [`Call::owner_checked`](crate::Call::owner_checked).
    #[serde(default)]
    pub owner_checked: bool,
    /// How long to wait until the change is visible; `None` does not read back. In seconds in JSON.
    #[serde(default, with = "crate::json::seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Seconds>"))]
    pub confirm_within: Option<Duration>,
}

/// What [`EnableServicePrincipal`] is.
pub static ENABLE: OperationSpec = OperationSpec {
    id: "enable_service_principal",
    summary: "Enables an application in this tenant again.",
    does_not: "Does not remove a consent, a permission or a secret: what is still granted works again.",
    undo: "disable_service_principal.",
    ..EITHER
};

impl EnableServicePrincipal {
    /// Makes the operation for a service principal.
    pub const fn new(application: ObjectId) -> Self {
        Self { application, owner_checked: false, confirm_within: None }
    }
}

options!(EnableServicePrincipal {
    /// Reads back until the change is visible, for three minutes at most.
    confirm() |this| this.confirm_within = Some(CONFIRM_WITHIN);
    /// Reads back until the change is visible, for the time given at most.
    confirm_within(deadline: Duration) |this| this.confirm_within = Some(deadline);
});

impl Client {
    /// Enables an application in this tenant again: [`EnableServicePrincipal`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn enable_service_principal(&self, application: ObjectId) -> Call<'_, EnableServicePrincipal> {
        self.call(Ok(EnableServicePrincipal::new(application)))
    }
}

impl Operation for EnableServicePrincipal {
    type Output = Receipt;

    fn spec(&self) -> &'static OperationSpec {
        &ENABLE
    }

    async fn run(self, context: &Context) -> Result<Receipt> {
        let change = SetEnabled { id: self.application, enabled: true };
        change.run(context, self.owner_checked, self.confirm_within).await
    }
}

/// The spec that both share.
const EITHER: OperationSpec = OperationSpec {
    target: TargetKind::ServicePrincipal,
    scope: Scope::Shared,
    idempotency: Idempotency::Idempotent,
    roles: &["Cloud Application Administrator", "Application Administrator"],
    if_unknown: "call again: the end state is the same",
    doc: "https://learn.microsoft.com/graph/api/serviceprincipal-update",
    uses: &[&APPLICATION, &CONSENTS, &ASSIGNED],
    ..OperationSpec::write(
        "",
        Endpoint::v1(Verb::Patch, "/servicePrincipals/{id}"),
        Effect::Change,
        &[&["Application.ReadWrite.All"]],
        &[&["Application.ReadWrite.All"]],
    )
};

impl SetEnabled {
    /// Enables or disables, with the checks and warnings of both.
    async fn run(
        self,
        context: &Context,
        owner_checked: bool,
        confirm_within: Option<Duration>,
    ) -> Result<Receipt> {
        let Self { id, enabled } = self;
        let owner_checked = owner_checked || context.is_owner_checked();
        let (read, consents, assigned) = (ReadApplication(id), ListConsents(id), ListAssigned(id));
        let (found, consents, assigned) =
            futures_util::join!(context.read(&read), context.read(&consents), context.read(&assigned));
        let found = found?;
        check(context, spec(enabled), id, &found, owner_checked).await?;
        let mut receipt = Receipt::new(spec(enabled), Target::ServicePrincipal { id }, APPLICATION_ENABLED);
        receipt.warn(USED_BY.with(format!(
            "{} and {}",
            counted(consents, "consent", |page| page.next_link.is_some(), |page| page.value.len()),
            counted(assigned, "assignment", |page| page.next_link.is_some(), |page| page.value.len()),
        )));
        if owner_checked {
            receipt.warn(&OWNER_CHECKED);
        }
        if let Some(status) = found.microsofts_block() {
            receipt.warn(DISABLED_BY_MICROSOFT.with(printable(status)));
        }
        if !enabled {
            receipt.warn(&APPLICATION_TOKENS_LIVE_OUT);
        }
        let shows = |found: &ServicePrincipal| found.account_enabled == Some(enabled);
        if let Err(error) = context.write(&self, &mut receipt).await {
            settle::by(context, &read, &mut receipt, error, Grade::Confirmed, shows).await?;
        }
        if let (Some(deadline), Grade::Accepted) = (confirm_within, receipt.grade) {
            match settle::until(context, &read, deadline, 1, shows).await {
                Ok(()) => receipt.grade = Grade::Confirmed,
                Err(unseen) => receipt.warn(unseen),
            }
        }
        Ok(receipt)
    }
}

/// Describes how many there are, by the first page.
fn counted<P>(
    read: Result<P>,
    what: &str,
    has_more: impl Fn(&P) -> bool,
    count: impl Fn(&P) -> usize,
) -> String {
    match read {
        Ok(page) => {
            let (number, more) = (count(&page), has_more(&page));
            let plural = if number == 1 && !more { "" } else { "s" };
            format!("{}{number} {what}{plural}", if more { "at least " } else { "" })
        }
        Err(error) => format!("an unknown number of {what}s ({})", error.brief()),
    }
}

/// Refuses an application of Microsoft, one without an owner, and the client's own.
async fn check(
    context: &Context,
    spec: &'static OperationSpec,
    id: ObjectId,
    found: &ServicePrincipal,
    owner_checked: bool,
) -> Result<()> {
    let name = printable(found.display_name.as_deref().unwrap_or("without a name"));
    match found.owner(None) {
        ApplicationOwner::Microsoft => {
            let reason = format!(
                "the application {name:?} is Microsoft's, by the tenant that owns it: it is neither disabled nor enabled as part of containment"
            );
            let instead = "revoke_grant for the account's consents; block_sign_in for the account";
            return Err(Refusal::Impossible { reason, instead }.into());
        }
        ApplicationOwner::Unknown if !owner_checked => {
            let reason = format!(
                "the service returned no tenant that owns {name:?}, as for some old applications of Microsoft"
            );
            let target = Target::ServicePrincipal { id };
            return Err(Refusal::OwnerUnknown { operation: spec.id, target, reason }.into());
        }
        _ => {}
    }
    let callers = context.callers().await?;
    let mut own = callers.iter().filter_map(|(_, claims)| claims.as_ref()?.application.as_ref());
    if found.app_id.as_ref().is_some_and(|app| own.any(|own| own.eq_ignore_ascii_case(app))) {
        let reason = format!(
            "the application {name:?} is the one that this client signs in with: without it nothing could be undone"
        );
        let instead =
            "use another application for it, or Entra admin center > Enterprise applications > Properties";
        return Err(Refusal::Impossible { reason, instead }.into());
    }
    Ok(())
}

const fn spec(enabled: bool) -> &'static OperationSpec {
    if enabled { &ENABLE } else { &DISABLE }
}

/// The one write, in either direction.
#[derive(Debug)]
struct SetEnabled {
    id: ObjectId,
    enabled: bool,
}

impl GraphCall for SetEnabled {
    type Output = ();

    fn spec(&self) -> &'static OperationSpec {
        spec(self.enabled)
    }

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(spec(self.enabled))
            .var("{id}", &self.id.to_string())
            .about(Target::ServicePrincipal { id: self.id })
            .json(json!({ "accountEnabled": self.enabled }))
            .build()
    }

    fn decode(&self, response: &Response) -> Result<()> {
        decode_nothing(spec(self.enabled), response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn patches_one_property_of_the_service_principal() {
        let id: ObjectId = "580d2cab-fc1a-4ac1-ac02-a562f1c35912".parse().unwrap();
        for enabled in [false, true] {
            let request = SetEnabled { id, enabled }.request().unwrap();
            assert_eq!(
                (request.method().as_str(), request.uri().path()),
                ("PATCH", format!("/v1.0/servicePrincipals/{id}").as_str())
            );
            assert_eq!(request.body(), format!(r#"{{"accountEnabled":{enabled}}}"#).as_bytes());
        }
    }

    #[test]
    fn a_count_by_the_first_page_says_what_it_does_not_know() {
        let say = |read: Result<(usize, bool)>| counted(read, "consent", |page| page.1, |page| page.0);
        assert_eq!(say(Ok((1, false))), "1 consent");
        assert_eq!(say(Ok((100, true))), "at least 100 consents");
        assert!(say(Err(Error::Config("no".into()))).starts_with("an unknown number of consents ("));
    }
}
