//! `dismiss_users_risk`: dismisses the risk of many accounts at once.

use serde::{Deserialize, Serialize};

use super::dismiss_user_risk::{self, DISMISS_RISK, RISK_NO_LONGER_BLOCKS};
use super::risk_of_many::{give_all, named};
use super::risk_outcomes::{FeedbackOutcome, RiskOutcomes};
use crate::error::Result;
use crate::ids::UserRef;
use crate::operation::{Call, Client, Context, IntoUser, Operation};
use crate::spec::OperationSpec;

/// Dismisses the risk of these users: for many accounts what
/// [`DismissUserRisk`](crate::operations::DismissUserRisk) is for one. This may grant access: do it after
/// the owners are verified and everything is remediated.
///
/// # Effect
/// As for one account, but the risks are not read first, at one request every two seconds: *accepted* does
/// not show whether there was a risk. Reads, requests, guests and protected accounts are as for
/// [`ConfirmUsersCompromised`](crate::operations::ConfirmUsersCompromised).
///
/// # Permissions
/// As for [`dismiss_user_risk`](crate::Client::dismiss_user_risk).
///
/// # Errors
/// As for [`confirm_users_compromised`](crate::Client::confirm_users_compromised).
///
/// Source: "riskyUser: dismiss" on Microsoft Learn; the limit of 60 users is reported in issue 11610 of
/// microsoft-graph-docs.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let done = client.dismiss_users_risk(["adele@contoso.example", "olga@contoso.example"]).await?;
/// assert!(done.is_success() && done.receipt.exchanges.len() == 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DismissUsersRisk {
    /// The accounts, at least one.
    pub users: Vec<UserRef>,
}

/// What [`DismissUsersRisk`] is.
pub static SPEC: OperationSpec = OperationSpec {
    id: "dismiss_users_risk",
    summary: "Dismisses the risk of these users in Identity Protection: policies on user risk let the accounts in again.",
    undo: "confirm_users_compromised.",
    uses: &[&super::get_user::SPEC],
    ..dismiss_user_risk::SPEC
};

impl DismissUsersRisk {
    /// Makes the operation for these users.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) for no user, or a name that cannot be one.
    pub fn new(users: impl IntoIterator<Item: IntoUser>) -> Result<Self> {
        Ok(Self { users: named(users)? })
    }
}

impl Client {
    /// Dismisses the risk of these users: [`DismissUsersRisk`].
    ///
    /// Effect, permissions and errors: see the operation.
    pub fn dismiss_users_risk(&self, users: impl IntoIterator<Item: IntoUser>) -> Call<'_, DismissUsersRisk> {
        self.on_each(users, DismissUsersRisk::new)
    }
}

impl Operation for DismissUsersRisk {
    type Output = RiskOutcomes;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<RiskOutcomes> {
        let warnings = [&RISK_NO_LONGER_BLOCKS];
        let done = give_all(context, &SPEC, DISMISS_RISK, &warnings, self.users).await?;
        let given = done.users.iter().filter(|user| user.outcome == FeedbackOutcome::Accepted);
        given.filter_map(|user| user.id).for_each(|id| context.note_compromised(id, false));
        Ok(done)
    }
}
