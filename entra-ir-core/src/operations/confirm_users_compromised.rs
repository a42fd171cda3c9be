//! `confirm_users_compromised`: reports many accounts at once as compromised.

use serde::{Deserialize, Serialize};

use super::confirm_user_compromised::{
    self, CONFIRM_COMPROMISED, RESET_FIRST, RISK_ACTS_BY_POLICY, RISK_STAYS,
};
use super::risk_of_many::{give_all, named};
use super::risk_outcomes::RiskOutcomes;
use crate::error::Result;
use crate::ids::UserRef;
use crate::operation::{Call, Client, Context, IntoUser, Operation};
use crate::spec::OperationSpec;

/// Reports to Identity Protection that these accounts are compromised: for many accounts what
/// [`ConfirmUserCompromised`](crate::operations::ConfirmUserCompromised) is for one.
///
/// # Effect
/// As for one account. Each account is read first, twenty at a time, unless it is passed as a
/// [`User`](crate::model::User) that was read lately: an unknown one has its own outcome, and does not cost
/// the others. External guests are left out. Then one request names up to 60 users; between two requests is
/// the client's [interval](crate::ClientBuilder::identity_protection_interval), two seconds by default, so 300
/// users take about ten seconds beside the reads. A protected account is left out of its request. If Graph
/// refuses a request as such, it is halved, up to 24 times, until the user in question is alone. Nothing is
/// read back: the new risks are visible after some minutes.
///
/// # Permissions
/// As for [`confirm_user_compromised`](crate::Client::confirm_user_compromised).
///
/// # Errors
/// [`Error::Graph`](crate::Error::Graph) if the first request is refused for all: kind
/// [`NotLicensed`](crate::GraphErrorKind::NotLicensed) without Microsoft Entra ID P2, 403 without permission
/// or role. [`Error::Refused`](crate::Error::Refused) for an empty list, or if the guard allows no user.
/// Other refusals are the outcomes of their users. If the outcome of a request is unknown, so is that of its
/// users.
///
/// Source: "riskyUser: confirmCompromised" on Microsoft Learn; the limit of 60 users is reported in issue
/// 11610 of microsoft-graph-docs.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::operations::FeedbackOutcome;
///
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let users = ["adele@contoso.example", "jack@contoso.example", "nobody@contoso.example"];
/// let done = client.confirm_users_compromised(users).await?;
/// assert_eq!(done.count(&FeedbackOutcome::Accepted), 2);
/// assert_eq!(done.users[2].outcome, FeedbackOutcome::NotFound);
/// println!("{done}");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ConfirmUsersCompromised {
    /// The accounts, at least one.
    pub users: Vec<UserRef>,
}

/// What [`ConfirmUsersCompromised`] is.
pub static SPEC: OperationSpec = OperationSpec {
    id: "confirm_users_compromised",
    summary: "Tells Identity Protection that these accounts are compromised: their user risk becomes high.",
    undo: "dismiss_users_risk.",
    uses: &[&super::get_user::SPEC],
    ..confirm_user_compromised::SPEC
};

impl ConfirmUsersCompromised {
    /// Makes the operation for these users.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) for no user, or a name that cannot be one.
    pub fn new(users: impl IntoIterator<Item: IntoUser>) -> Result<Self> {
        Ok(Self { users: named(users)? })
    }
}

impl Client {
    /// Reports to Identity Protection that these accounts are compromised: [`ConfirmUsersCompromised`].
    ///
    /// Effect, permissions and errors: see the operation.
    pub fn confirm_users_compromised(
        &self,
        users: impl IntoIterator<Item: IntoUser>,
    ) -> Call<'_, ConfirmUsersCompromised> {
        self.on_each(users, ConfirmUsersCompromised::new)
    }
}

impl Operation for ConfirmUsersCompromised {
    type Output = RiskOutcomes;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<RiskOutcomes> {
        let warnings = [&RESET_FIRST, &RISK_ACTS_BY_POLICY, &RISK_STAYS];
        let done = give_all(context, &SPEC, CONFIRM_COMPROMISED, &warnings, self.users).await?;
        let given = done.users.iter().filter(|user| user.outcome.grade().may_be_done());
        given.filter_map(|user| user.id).for_each(|id| context.note_compromised(id, true));
        Ok(done)
    }
}
