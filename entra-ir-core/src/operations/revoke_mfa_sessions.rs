//! `revoke_mfa_sessions`: the portal's "Revoke multifactor authentication sessions", as it works today.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::per_user_mfa::{ReadState, STATE};
use super::revoke_sign_in_sessions::{
    CONFIRM_WITHIN, REVOCATION, REVOKE_SIGN_IN_SESSIONS, SessionsRevoked, account_before, revoke,
};
use crate::error::Result;
use crate::ids::UserRef;
use crate::model::PerUserMfaState;
use crate::operation::{Call, Client, Context, IntoUser, Operation, Output, options};
use crate::receipt::{Receipt, WarningKind, Weight};
use crate::spec::OperationSpec;

/// There is no call for the old effect.
pub const NO_CALL_FOR_REMEMBERED_MFA: WarningKind = WarningKind::new(
    "no-call-for-remembered-mfa",
    "Graph has no call that clears remembered MFA devices alone; this operation revokes all sign-in sessions instead",
    Weight::Harmless,
);

/// Ends all sign-in sessions, as the portal's button does today, and returns whether the old button would
/// have had an effect.
///
/// The old button cleared "remember MFA on trusted devices", and only for users with per-user (legacy) MFA.
/// Graph never had a call for it, and since February 2026 the portal's button is Revoke sessions. So this
/// revokes sign-in sessions, which is more: the user signs in again everywhere. It also reads the per-user
/// MFA state (beta), to return whether the old button would have cleared anything for this user.
///
/// # Effect
/// As for [`revoke_sign_in_sessions`](crate::Client::revoke_sign_in_sessions).
///
/// # Permissions
/// As for [`revoke_sign_in_sessions`](crate::Client::revoke_sign_in_sessions), and `Policy.Read.All` with the
/// role Authentication Policy Administrator to read the per-user state; without them the state is unknown and
/// the rest is done.
///
/// # Errors
/// As for [`revoke_sign_in_sessions`](crate::Client::revoke_sign_in_sessions).
///
/// Source: "What's new in Microsoft Entra" (October 2025, plan for change) and "Manage user authentication
/// methods" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::SimulatedTenant;
/// use entra_ir_core::operations::REVOKE_SIGN_IN_SESSIONS;
/// let client = SimulatedTenant::contoso().client()?;
/// let revoked = client.revoke_mfa_sessions("adele@contoso.example").await?;
/// assert_eq!(revoked.sessions.receipt.mechanism, REVOKE_SIGN_IN_SESSIONS);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RevokeMfaSessions {
    /// The account.
    pub user: UserRef,
    /// How long to wait for the change to be visible; `None` does not read back.
    #[serde(default, with = "crate::json::seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Seconds>"))]
    pub confirm_within: Option<Duration>,
}

/// What [`RevokeMfaSessions`] is.
pub static SPEC: OperationSpec = OperationSpec {
    id: "revoke_mfa_sessions",
    summary: "Ends all sign-in sessions, as the portal's \"Revoke multifactor authentication sessions\" does since February 2026, and reads the per-user MFA state.",
    does_not: "Does not clear remembered MFA devices alone: Graph has no call for that. Removes no method.",
    doc: "https://learn.microsoft.com/entra/identity/authentication/howto-mfa-userdevicesettings",
    uses: &[&super::get_user::SPEC, &super::revoke_sign_in_sessions::SPEC, &STATE],
    ..REVOCATION
};

impl RevokeMfaSessions {
    /// Makes the operation for a user.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if the name cannot be one.
    pub fn new(user: impl IntoUser) -> Result<Self> {
        Ok(Self { user: user.into_user()?, confirm_within: None })
    }
}

options!(RevokeMfaSessions {
    /// Reads back until the change is visible, for three minutes at most.
    confirm() |this| this.confirm_within = Some(CONFIRM_WITHIN);
    /// Reads back until the change is visible, for the time given at most.
    confirm_within(deadline: Duration) |this| this.confirm_within = Some(deadline);
});

/// The result for the sessions, and the effect that the old button would have had.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MfaSessionsRevoked {
    /// What became of the sessions.
    pub sessions: SessionsRevoked,
    /// The per-user MFA state; `None` if it could not be read.
    pub per_user_mfa: Option<PerUserMfaState>,
    /// Why the state could not be read.
    pub per_user_mfa_unread: Option<String>,
}

impl MfaSessionsRevoked {
    /// Returns whether the old button would have cleared anything for this user; `None` if unknown.
    pub fn old_button_would_have_mattered(&self) -> Option<bool> {
        match self.per_user_mfa.as_ref()? {
            PerUserMfaState::Disabled => Some(false),
            PerUserMfaState::Enabled | PerUserMfaState::Enforced => Some(true),
            PerUserMfaState::Other(_) => None,
        }
    }
}

impl Output for MfaSessionsRevoked {
    fn receipt(&self) -> Option<&Receipt> {
        Some(&self.sessions.receipt)
    }
}

impl Client {
    /// Does what the portal's "Revoke multifactor authentication sessions" does today: [`RevokeMfaSessions`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn revoke_mfa_sessions(&self, user: impl IntoUser) -> Call<'_, RevokeMfaSessions> {
        self.on(user, RevokeMfaSessions::new)
    }
}

impl Operation for RevokeMfaSessions {
    type Output = MfaSessionsRevoked;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<MfaSessionsRevoked> {
        let account = account_before(context, self.user, self.confirm_within).await?;
        let mut receipt = account.receipt(&SPEC, REVOKE_SIGN_IN_SESSIONS);
        receipt.warn(&NO_CALL_FOR_REMEMBERED_MFA);
        // The revocation matters most: the state is read beside it, and may be unknown.
        let read = ReadState { user: &account.target };
        let (sessions, state) =
            futures_util::join!(revoke(context, &account, receipt, self.confirm_within), context.read(&read));
        let (per_user_mfa, per_user_mfa_unread) = match state {
            Ok(state) => (state.per_user_mfa_state, None),
            Err(error) => (None, Some(error.to_string())),
        };
        Ok(MfaSessionsRevoked { sessions: sessions?, per_user_mfa, per_user_mfa_unread })
    }
}
