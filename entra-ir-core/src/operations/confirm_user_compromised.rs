//! `confirm_user_compromised`: Identity Protection's "Confirm user compromised".

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::account::Account;
use super::revoke_sign_in_sessions::CONFIRM_WITHIN;
use super::risk_feedback::{Feedback, RISK_IN_HOME_TENANT, is_elsewhere};
use super::user_risk::RISK;
use crate::cloud::CloudSet;
use crate::error::Result;
use crate::ids::UserRef;
use crate::json::seconds;
use crate::model::RiskState;
use crate::operation::{Call, Client, Context, IntoUser, Operation, options};
use crate::receipt::{Mechanism, Receipt, WarningKind, Weight};
use crate::spec::{Effect, Endpoint, Idempotency, OperationSpec, Verb, Workload};

/// `POST /identityProtection/riskyUsers/confirmCompromised`.
pub const CONFIRM_COMPROMISED: Mechanism = Mechanism::new("confirm-compromised", "POST confirmCompromised");

/// The risk acts through policies alone.
pub const RISK_ACTS_BY_POLICY: WarningKind = WarningKind::new(
    "risk-acts-by-policy",
    "the risk itself ends no session and removes no method: Conditional Access policies and continuous access evaluation act on it",
    Weight::MayRemain("acts by policies only"),
);

/// The risk does not end with the incident.
pub const RISK_STAYS: WarningKind = WarningKind::new(
    "risk-stays",
    "the risk stays high until it is dismissed or remediated: a policy on user risk keeps the rightful owner out too",
    Weight::Harmless,
);

/// A later reset may undo it.
pub const RESET_FIRST: WarningKind = WarningKind::new(
    "reset-first",
    "an administrator's password reset may remediate the risk: if one follows, confirm again after it",
    Weight::Harmless,
);

/// Reports to Identity Protection that an account is compromised: the portal's "Confirm user compromised".
///
/// # Effect
/// The user's risk becomes high, and its state `confirmedCompromised`. Policies on user risk then block the
/// user or require a secure password change, and continuous access evaluation ends the access tokens of the
/// applications that support it. It ends no session and removes no method itself. An administrator's password
/// reset may remediate the risk again, so reset first and confirm then. The risk stays until somebody
/// dismisses it or the user remediates it.
///
/// # Permissions
/// `IdentityRiskyUser.ReadWrite.All`, delegated or application. A delegated caller needs a role: Security
/// Administrator; Microsoft's pages disagree whether Security Operator is enough. The tenant needs Microsoft
/// Entra ID P2.
///
/// # Errors
/// [`Error::Graph`](crate::Error::Graph) of kind [`NotLicensed`](crate::GraphErrorKind::NotLicensed) without
/// P2; 403 if permission or role is missing. [`Error::Refused`](crate::Error::Refused) if the account's
/// object id could not be read: this call takes no name.
///
/// Source: "riskyUser: confirmCompromised" and "Provide risk feedback in Microsoft Entra ID Protection" on
/// Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::operations::RISK_STAYS;
///
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let receipt = client.confirm_user_compromised("adele@contoso.example").confirm().await?;
/// assert!(receipt.is_complete() && receipt.has(&RISK_STAYS));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ConfirmUserCompromised {
    /// The account.
    pub user: UserRef,
    /// How long to wait until the risk is seen; it is not looked for if nothing is given. In seconds in JSON.
    #[serde(default, with = "seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Seconds>"))]
    pub confirm_within: Option<Duration>,
}

/// What [`ConfirmUserCompromised`] is.
pub static SPEC: OperationSpec = OperationSpec {
    summary: "Tells Identity Protection that the account is compromised: its user risk becomes high.",
    does_not: "Ends no session, removes no method and changes no password by itself: policies on user risk and continuous access evaluation act on it.",
    idempotency: Idempotency::Idempotent,
    roles: &["Security Administrator"],
    clouds: CloudSet::NOT_CHINA,
    undo: "dismiss_user_risk.",
    if_unknown: "read the user's risk with snapshot, or call again: the end state is the same",
    doc: "https://learn.microsoft.com/graph/api/riskyuser-confirmcompromised",
    workload: Workload::IdentityProtection,
    uses: &[&super::get_user::SPEC, &RISK],
    ..OperationSpec::write(
        "confirm_user_compromised",
        Endpoint::v1(Verb::Post, "/identityProtection/riskyUsers/confirmCompromised"),
        Effect::Contain,
        &[&["IdentityRiskyUser.ReadWrite.All"]],
        &[&["IdentityRiskyUser.ReadWrite.All"]],
    )
};

impl ConfirmUserCompromised {
    /// Makes the operation for a user.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if the name cannot be one.
    pub fn new(user: impl IntoUser) -> Result<Self> {
        Ok(Self { user: user.into_user()?, confirm_within: None })
    }
}

options!(ConfirmUserCompromised {
    /// Waits until Identity Protection shows the risk, for three minutes at most. It processes feedback
    /// offline, and Microsoft states no bound.
    confirm() |this| this.confirm_within = Some(CONFIRM_WITHIN);
    /// Waits until Identity Protection shows the risk, for this long at most.
    confirm_within(deadline: Duration) |this| this.confirm_within = Some(deadline);
});

impl Client {
    /// Reports to Identity Protection that the account is compromised: [`ConfirmUserCompromised`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn confirm_user_compromised(&self, user: impl IntoUser) -> Call<'_, ConfirmUserCompromised> {
        self.on(user, ConfirmUserCompromised::new)
    }
}

impl Operation for ConfirmUserCompromised {
    type Output = Receipt;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<Receipt> {
        let account = Account::read(context, self.user).await?;
        let mut receipt = account.receipt(&SPEC, CONFIRM_COMPROMISED);
        if is_elsewhere(&account) {
            receipt.warn(&RISK_IN_HOME_TENANT);
        } else {
            receipt.warn(&RISK_ACTS_BY_POLICY);
            receipt.warn(&RISK_STAYS);
            receipt.warn(&RESET_FIRST);
        }
        let given = CONFIRMED.give(context, &account, self.confirm_within, &mut receipt).await;
        if let Some(id) = account.target.id()
            && receipt.grade.may_be_done()
        {
            context.note_compromised(id, true);
        }
        given.map(|()| receipt)
    }
}

/// The feedback that the account is compromised.
static CONFIRMED: Feedback = Feedback {
    spec: &SPEC,
    shows: |risk| risk.is_some_and(|risk| risk.state == Some(RiskState::ConfirmedCompromised)),
};

#[cfg(test)]
mod tests {
    use super::super::risk_feedback::Give;
    use super::*;
    use crate::model::UserRisk;
    use crate::operation::GraphCall as _;

    const ID: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";

    #[test]
    fn posts_the_object_id() {
        let request = Give { spec: &SPEC, ids: &[ID.parse().unwrap()] }.request().unwrap();
        assert_eq!(
            (request.method().as_str(), request.uri().path()),
            ("POST", "/v1.0/identityProtection/riskyUsers/confirmCompromised")
        );
        assert_eq!(request.body(), format!(r#"{{"userIds":["{ID}"]}}"#).as_bytes());
    }

    #[test]
    fn a_risk_that_is_still_processed_does_not_show_it() {
        let mut risk = UserRisk::default();
        assert!(!CONFIRMED.is_shown(None) && !CONFIRMED.is_shown(Some(&risk)));
        risk.state = Some(RiskState::ConfirmedCompromised);
        assert!(CONFIRMED.is_shown(Some(&risk)));
        risk.is_processing = Some(true);
        assert!(!CONFIRMED.is_shown(Some(&risk)));
    }
}
