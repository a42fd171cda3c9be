//! `dismiss_user_risk`: Identity Protection's "Dismiss user risk".

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::account::Account;
use super::confirm_user_compromised;
use super::revoke_sign_in_sessions::CONFIRM_WITHIN;
use super::risk_feedback::{Feedback, RISK_IN_HOME_TENANT, id_of, is_elsewhere};
use super::user_risk::ReadRisk;
use crate::error::Result;
use crate::ids::UserRef;
use crate::json::seconds;
use crate::model::UserRisk;
use crate::operation::{Call, Client, Context, IntoUser, Operation, options};
use crate::receipt::{Grade, Mechanism, Receipt, WarningKind, Weight};
use crate::spec::{Effect, Endpoint, OperationSpec, Verb};

/// `POST /identityProtection/riskyUsers/dismiss`.
pub const DISMISS_RISK: Mechanism = Mechanism::new("dismiss-risk", "POST dismiss");

/// Without the risk, policies on it let the account in.
pub const RISK_NO_LONGER_BLOCKS: WarningKind = WarningKind::new(
    "risk-no-longer-blocks",
    "policies on user risk let the account in again, whoever uses it: dismiss the risk after the owner is verified",
    Weight::Harmless,
);

/// There was no risk to dismiss, as far as Identity Protection shows.
pub const NO_RISK_TO_DISMISS: WarningKind = WarningKind::new(
    "no-risk-to-dismiss",
    "Identity Protection shows no open risk ({}), so nothing was sent; a confirmation of the last minutes may not be visible yet",
    Weight::Harmless,
);

/// The risk could not be read beforehand.
pub const RISK_NOT_READ: WarningKind = WarningKind::new(
    "risk-not-read",
    "the risk could not be read beforehand, so whether there was one to dismiss is unknown: {}",
    Weight::Harmless,
);

/// Dismisses the user's risk: Identity Protection's "Dismiss user risk". This may grant access: do it after
/// the owner is verified and everything is remediated.
///
/// # Effect
/// The user's risk level becomes none, and its state `dismissed`. A policy that blocks users at risk lets the
/// account sign in again, whoever holds it. It changes no password, session or method. The risk is read
/// first: if none is open, nothing is sent, and the grade is *nothing to do*. A guest's risk is the home
/// tenant's.
///
/// # Permissions
/// As for [`confirm_user_compromised`](crate::Client::confirm_user_compromised); Microsoft's page on
/// remediation names the role Security Operator for it, too.
///
/// # Errors
/// As for [`confirm_user_compromised`](crate::Client::confirm_user_compromised).
///
/// Source: "riskyUser: dismiss" and "Remediate risks and unblock users" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::operations::RISK_NO_LONGER_BLOCKS;
///
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let receipt = client.dismiss_user_risk("adele@contoso.example").confirm().await?;
/// assert!(receipt.is_complete() && receipt.has(&RISK_NO_LONGER_BLOCKS));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DismissUserRisk {
    /// The account.
    pub user: UserRef,
    /// How long to wait until the risk is seen dismissed; it is not looked for if nothing is given. In
    /// seconds in JSON.
    #[serde(default, with = "seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Seconds>"))]
    pub confirm_within: Option<Duration>,
}

/// What [`DismissUserRisk`] is.
pub static SPEC: OperationSpec = OperationSpec {
    id: "dismiss_user_risk",
    summary: "Dismisses the user's risk in Identity Protection: policies on user risk let the account in again.",
    does_not: "Does not unblock the account, restore sessions or change a password; a new detection makes the user risky again. Acts within minutes, not at once.",
    endpoint: Endpoint::v1(Verb::Post, "/identityProtection/riskyUsers/dismiss"),
    effect: Effect::Change,
    roles: &["Security Operator", "Security Administrator"],
    undo: "confirm_user_compromised.",
    doc: "https://learn.microsoft.com/graph/api/riskyuser-dismiss",
    ..confirm_user_compromised::SPEC
};

impl DismissUserRisk {
    /// Makes the operation for a user.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if the name cannot be one.
    pub fn new(user: impl IntoUser) -> Result<Self> {
        Ok(Self { user: user.into_user()?, confirm_within: None })
    }
}

options!(DismissUserRisk {
    /// Waits until Identity Protection shows no risk, for three minutes at most. It processes feedback
    /// offline, and Microsoft states no bound.
    confirm() |this| this.confirm_within = Some(CONFIRM_WITHIN);
    /// Waits until Identity Protection shows no risk, for this long at most.
    confirm_within(deadline: Duration) |this| this.confirm_within = Some(deadline);
});

impl Client {
    /// Dismisses the user's risk: [`DismissUserRisk`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn dismiss_user_risk(&self, user: impl IntoUser) -> Call<'_, DismissUserRisk> {
        self.on(user, DismissUserRisk::new)
    }
}

impl Operation for DismissUserRisk {
    type Output = Receipt;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<Receipt> {
        let account = Account::read(context, self.user).await?;
        let mut receipt = account.receipt(&SPEC, DISMISS_RISK);
        if is_elsewhere(&account) {
            receipt.warn(&RISK_IN_HOME_TENANT);
        } else {
            match context.read(&ReadRisk(id_of(&account)?)).await {
                Ok(risk) if DISMISSED.is_shown(risk.as_ref()) => {
                    receipt.warn(NO_RISK_TO_DISMISS.with(state_of(risk.as_ref())));
                    receipt.grade = Grade::NothingToDo;
                    return Ok(receipt);
                }
                Ok(_) => {}
                Err(error) => receipt.warn(RISK_NOT_READ.with(error)),
            }
            receipt.warn(&RISK_NO_LONGER_BLOCKS);
        }
        DISMISSED.give(context, &account, self.confirm_within, &mut receipt).await?;
        if let Some(id) = account.target.id()
            && receipt.is_success()
        {
            context.note_compromised(id, false);
        }
        Ok(receipt)
    }
}

/// The feedback that the risk is over.
static DISMISSED: Feedback =
    Feedback { spec: &SPEC, shows: |risk| risk.is_none_or(|risk| risk.is_open() == Some(false)) };

/// Names the state of a risk that is not open.
fn state_of(risk: Option<&UserRisk>) -> String {
    let state = risk.and_then(|risk| risk.state.as_ref()).and_then(|state| serde_json::to_value(state).ok());
    state.as_ref().and_then(|state| state.as_str()).unwrap_or("the user never was risky").to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::risk_feedback::Give;
    use super::*;
    use crate::model::{RiskLevel, RiskState};
    use crate::operation::GraphCall as _;

    #[test]
    fn posts_the_object_id() {
        let id = "3b41c05e-73a1-43b7-86d7-ed8409f55900";
        let request = Give { spec: &SPEC, ids: &[id.parse().unwrap()] }.request().unwrap();
        assert_eq!(
            (request.method().as_str(), request.uri().path()),
            ("POST", "/v1.0/identityProtection/riskyUsers/dismiss")
        );
        assert_eq!(request.body(), format!(r#"{{"userIds":["{id}"]}}"#).as_bytes());
    }

    #[test]
    fn only_a_risk_that_is_known_to_be_over_needs_no_dismissal() {
        let shown = |state| DISMISSED.is_shown(Some(&UserRisk::new(RiskLevel::High, state)));
        for over in [RiskState::None, RiskState::ConfirmedSafe, RiskState::Remediated, RiskState::Dismissed] {
            assert!(shown(over));
        }
        for open in [RiskState::AtRisk, RiskState::ConfirmedCompromised, RiskState::Other("new".into())] {
            assert!(!shown(open));
        }
        assert!(DISMISSED.is_shown(None), "never risky");
        assert!(!DISMISSED.is_shown(Some(&UserRisk::default())), "unknown");
        let mut processed = UserRisk::new(RiskLevel::None, RiskState::Dismissed);
        processed.is_processing = Some(true);
        assert!(!DISMISSED.is_shown(Some(&processed)));
        assert_eq!(
            (state_of(None), state_of(Some(&processed))),
            ("the user never was risky".into(), "dismissed".into())
        );
    }
}
