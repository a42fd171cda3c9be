//! `revoke_sign_in_sessions`: the portal's "Revoke sessions".

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::GetUser;
use super::account::Account;
use super::settle;
pub use super::settle::{NOT_READ_BACK, NOT_YET_VISIBLE};
use crate::cloud::CloudSet;
use crate::error::Result;
use crate::ids::UserRef;
use crate::model::{User, UserKind, timestamp};
use crate::operation::{Call, Client, Context, GraphCall, IntoUser, Operation, Output, options};
use crate::receipt::{Grade, Mechanism, Receipt, WarningKind, Weight};
use crate::spec::{Effect, Endpoint, Idempotency, OperationSpec, Permissions, Verb, Workload};
use crate::target::{Scope, TargetKind};
use crate::wire::{Request, RequestBuilder, Response, decode_failure, decode_nothing};

/// `POST /users/{id}/revokeSignInSessions`.
pub const REVOKE_SIGN_IN_SESSIONS: Mechanism =
    Mechanism::new("revoke-sign-in-sessions", "POST revokeSignInSessions");

/// The account's sessions belong to another tenant.
pub const NO_EFFECT_ON_GUEST: WarningKind = WarningKind::new(
    "no-effect-on-guest",
    "this is an external guest: Graph accepts the call, but it has no effect here; the sessions belong to the guest's home tenant",
    Weight::InVain("no effect here"),
);

/// A customer account; Microsoft does not document an effect for it.
pub const NO_EFFECT_ON_CUSTOMER: WarningKind = WarningKind::new(
    "no-effect-on-customer",
    "this is a local account of a customer tenant (B2C): Graph accepts the call, but no effect is documented for it here",
    Weight::InVain("no effect is documented"),
);

/// A second revocation in the same second cannot be distinguished from the first.
pub const SAME_SECOND: WarningKind = WarningKind::new(
    "same-second",
    "sessions were already valid only from this second on, so this revocation cannot be distinguished from the one before it",
    Weight::MayRemain("cannot be distinguished from the one before"),
);

/// Ends the user's sign-in sessions: refresh tokens and Entra session cookies issued until now are refused.
///
/// # Effect
/// Sets `signInSessionsValidFromDateTime` to now. Resources with continuous access evaluation (Exchange
/// Online, SharePoint Online, Teams) refuse within minutes, others when the issued access token expires,
/// after about an hour. Not ended: an application's own session cookie, and any session of an external guest,
/// which belongs to the home tenant. No method is removed and no password changed: whoever holds them signs
/// in again.
///
/// # Permissions
/// `User.RevokeSessions.All`, delegated or application; `User.Read.All` to read the account before and after.
/// A delegated caller needs a role, Password Administrator at least; for a target that holds a role,
/// Privileged Authentication Administrator.
///
/// # Errors
/// [`Error::Graph`](crate::Error::Graph) 403 if permission or role is missing. If the account cannot be read,
/// the sessions are revoked all the same, and the receipt has a warning. If the answer is lost, or is not
/// Graph's, the account is read: the grade is *confirmed* if sessions are valid from a later time than
/// before; otherwise the error remains.
///
/// Source: "user: revokeSignInSessions" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::SimulatedTenant;
/// use entra_ir_core::receipt::Grade;
/// let client = SimulatedTenant::contoso().client()?;
/// let revoked = client.revoke_sign_in_sessions("adele@contoso.example").confirm().await?;
/// assert_eq!(revoked.receipt.grade, Grade::Confirmed);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RevokeSignInSessions {
    /// The account.
    pub user: UserRef,
    /// How long to wait for the change to be visible; `None` does not read back.
    #[serde(default, with = "crate::json::seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Seconds>"))]
    pub confirm_within: Option<Duration>,
}

/// What [`RevokeSignInSessions`] is.
pub static SPEC: OperationSpec = REVOCATION;

/// The spec that the operations based on a revocation share.
pub(super) const REVOCATION: OperationSpec = OperationSpec {
    id: "revoke_sign_in_sessions",
    summary: "Ends the user's sign-in sessions: refresh tokens and Entra session cookies issued until now are refused.",
    does_not: "Does not end an application's own session, an access token before its time (about an hour without continuous access \
        evaluation), or any session of an external guest; removes no method and changes no password.",
    endpoint: Endpoint::v1(Verb::Post, "/users/{user}/revokeSignInSessions"),
    target: TargetKind::User,
    scope: Scope::Account,
    effect: Effect::Contain,
    unseats: false,
    idempotency: Idempotency::Idempotent,
    permissions: Permissions {
        delegated: &[&["User.RevokeSessions.All"], &["User.ReadWrite.All"], &["Directory.ReadWrite.All"]],
        application: &[&["User.RevokeSessions.All"], &["User.ReadWrite.All"], &["Directory.ReadWrite.All"]],
    },
    roles: RESET_OR_REVOKE,
    clouds: CloudSet::ALL,
    undo: "Cannot be undone; the user signs in again.",
    if_unknown: "call again: a second revocation only moves the time forward",
    doc: "https://learn.microsoft.com/graph/api/user-revokesigninsessions",
    workload: Workload::Directory,
    uses: &[&super::get_user::SPEC],
};

/// The roles that may reset a password or revoke sessions, least privileged first; the security roles act
/// only on accounts without a role. Source: "Privileged roles and permissions" (2026-06-05).
pub(super) const RESET_OR_REVOKE: &[&str] = &[
    "Password Administrator",
    "Helpdesk Administrator",
    "Authentication Administrator",
    "User Administrator",
    "Security Operator",
    "Security Administrator",
    "Entra SOC Identity Responder",
    "Privileged Authentication Administrator",
];

/// How long [`RevokeSignInSessions::confirm`] waits: "a few minutes" are documented.
pub const CONFIRM_WITHIN: Duration = Duration::from_secs(180);

/// How far the clock of the account may be behind the clock of the answer.
const CLOCK_SKEW: Duration = Duration::from_secs(5);

impl RevokeSignInSessions {
    /// Makes the operation for a user.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if the name cannot be one.
    pub fn new(user: impl IntoUser) -> Result<Self> {
        Ok(Self { user: user.into_user()?, confirm_within: None })
    }
}

options!(RevokeSignInSessions {
    /// Reads back until the change is visible, for three minutes at most.
    confirm() |this| this.confirm_within = Some(CONFIRM_WITHIN);
    /// Reads back until the change is visible, for the time given at most.
    confirm_within(deadline: Duration) |this| this.confirm_within = Some(deadline);
});

/// The result for the sessions.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SessionsRevoked {
    /// What was done.
    pub receipt: Receipt,
    /// The earlier time from which sessions were valid. UTC. `None` if it was not read just before, as for an
    /// account that was passed.
    #[serde(default, with = "timestamp")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub valid_from_before: Option<OffsetDateTime>,
    /// The time from which sessions are valid now, as read back. UTC. `None` if it was not read back, or is
    /// not visible yet.
    #[serde(default, with = "timestamp")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub valid_from: Option<OffsetDateTime>,
}

impl Output for SessionsRevoked {
    fn receipt(&self) -> Option<&Receipt> {
        Some(&self.receipt)
    }
}

impl Client {
    /// Ends the user's sign-in sessions, the portal's "Revoke sessions": [`RevokeSignInSessions`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn revoke_sign_in_sessions(&self, user: impl IntoUser) -> Call<'_, RevokeSignInSessions> {
        self.on(user, RevokeSignInSessions::new)
    }
}

impl Operation for RevokeSignInSessions {
    type Output = SessionsRevoked;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<SessionsRevoked> {
        let account = account_before(context, self.user, self.confirm_within).await?;
        let receipt = account.receipt(&SPEC, REVOKE_SIGN_IN_SESSIONS);
        revoke(context, &account, receipt, self.confirm_within).await
    }
}

/// Reads the account, even if it was passed, if a moved time is to confirm the revocation.
pub(super) async fn account_before(
    context: &Context,
    user: UserRef,
    confirm_within: Option<Duration>,
) -> Result<Account> {
    match confirm_within {
        Some(_) => Account::read_again(context, user).await,
        None => Account::read(context, user).await,
    }
}

/// Revokes, for this operation and those that are based on it; the receipt names the operation.
pub(super) async fn revoke(
    context: &Context,
    account: &Account,
    mut receipt: Receipt,
    confirm_within: Option<Duration>,
) -> Result<SessionsRevoked> {
    warn_of_kind(&mut receipt, account);
    let valid_from_before = account.before().and_then(|user| user.sign_in_sessions_valid_from_date_time);
    // Sessions in another tenant are not confirmed here, whatever the account shows.
    let elsewhere = matches!(account.kind(), Some(UserKind::ExternalGuest | UserKind::Customer));
    let mut valid_from = None;
    if let Err(error) = context.write(&Revoke { user: account.target.clone() }, &mut receipt).await {
        let known = account.before().is_some() && !elsewhere;
        let moved = |user: &User| known && user.sign_in_sessions_valid_from_date_time > valid_from_before;
        let user = settle::by_reading(context, account, &mut receipt, error, Grade::Confirmed, moved).await?;
        valid_from = user.sign_in_sessions_valid_from_date_time;
    }
    let mut revoked = SessionsRevoked { receipt, valid_from_before, valid_from };
    if let (Some(deadline), Grade::Accepted, false) = (confirm_within, revoked.receipt.grade, elsewhere) {
        confirm(context, account, deadline, &mut revoked).await;
    }
    Ok(revoked)
}

fn warn_of_kind(receipt: &mut Receipt, account: &Account) {
    warn_of(receipt, account.kind());
}

fn warn_of(receipt: &mut Receipt, kind: Option<UserKind>) {
    match kind {
        Some(UserKind::ExternalGuest) => receipt.warn(&NO_EFFECT_ON_GUEST),
        Some(UserKind::Customer) => receipt.warn(&NO_EFFECT_ON_CUSTOMER),
        _ => {}
    }
}

/// Polls until sessions are valid from a later time than before, and not before the service's own time of the
/// answer. A moved time alone does not prove that this call moved it: a password change moves it too.
async fn confirm(context: &Context, account: &Account, deadline: Duration, revoked: &mut SessionsRevoked) {
    let asked = revoked.receipt.server_date();
    let before = revoked.valid_from_before;
    let mut poll = context.poll_within(deadline);
    let mut unread = None;
    loop {
        match poll.look(context.read(&GetUser { user: account.target.clone() })).await {
            Some(Ok(user)) => {
                unread = None;
                let now = user.sign_in_sessions_valid_from_date_time;
                // An account that was not read before may be one for which a moved time proves nothing.
                if matches!(user.kind(), UserKind::ExternalGuest | UserKind::Customer) {
                    warn_of(&mut revoked.receipt, Some(user.kind()));
                    return;
                }
                if now.is_some_and(|now| is_ours(now, before, account.before().is_some(), asked)) {
                    revoked.valid_from = now;
                    revoked.receipt.grade = Grade::Confirmed;
                    return;
                }
                // Whole seconds do not distinguish two revocations within one: there is nothing to wait for.
                if now.is_some() && now == before && is_same_second(before, asked) {
                    revoked.receipt.warn(&SAME_SECOND);
                    return;
                }
            }
            Some(Err(error)) => unread = Some(error.to_string()),
            None => {}
        }
        if !poll.pause(None).await {
            let waited_seconds = poll.waited().as_secs();
            revoked.receipt.warn(match unread {
                Some(reason) => NOT_READ_BACK.with(reason),
                None => NOT_YET_VISIBLE.with(waited_seconds),
            });
            return;
        }
    }
}

/// Returns whether the earlier time is that of the answer, as far as their clocks agree; one far in the
/// future is not.
fn is_same_second(before: Option<OffsetDateTime>, asked: Option<OffsetDateTime>) -> bool {
    before.zip(asked).is_some_and(|(before, asked)| before >= asked && before - asked <= CLOCK_SKEW)
}

fn is_ours(
    now: OffsetDateTime,
    before: Option<OffsetDateTime>,
    before_known: bool,
    asked: Option<OffsetDateTime>,
) -> bool {
    let moved = before_known && before.is_none_or(|before| now > before);
    match asked {
        Some(asked) if before_known => moved && now >= asked - CLOCK_SKEW,
        // The earlier time is unknown: only the service's own time decides.
        Some(asked) => now > asked,
        None => moved,
    }
}

/// The one write.
#[derive(Debug)]
struct Revoke {
    user: UserRef,
}

impl GraphCall for Revoke {
    type Output = ();

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(&SPEC).user(&self.user).build()
    }

    /// Empty, or `true`: any other answer does not confirm the revocation.
    fn decode(&self, response: &Response) -> Result<()> {
        match serde_json::from_slice::<Map<String, Value>>(response.body()) {
            Ok(said)
                if said.contains_key("error") || said.get("value").is_some_and(|value| *value != true) =>
            {
                let reason = "the service did not answer that it revoked the sessions";
                Err(decode_failure(&SPEC, "value", reason, Some(response), true))
            }
            Ok(said) if said.contains_key("value") => Ok(()),
            _ => decode_nothing(&SPEC, response),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Method;

    #[test]
    fn posts_nothing_to_the_action() {
        let user = "adele@contoso.example".parse().unwrap();
        let request = Revoke { user }.request().unwrap();
        assert_eq!(request.method(), Method::POST);
        assert_eq!(request.uri(), "/v1.0/users/adele@contoso.example/revokeSignInSessions");
        assert!(request.body().is_empty());
        assert_eq!(
            request.extensions().get::<&'static OperationSpec>().unwrap().id,
            "revoke_sign_in_sessions"
        );
    }

    #[test]
    fn a_moment_in_the_future_is_not_the_same_second() {
        let at = |seconds| Some(OffsetDateTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert!(is_same_second(at(100), at(100)) && is_same_second(at(101), at(100)));
        assert!(!is_same_second(at(99), at(100)) && !is_same_second(at(3700), at(100)));
        assert!(!is_same_second(None, at(100)) && !is_same_second(at(100), None));
    }

    #[test]
    fn only_nothing_and_true_are_a_yes() {
        let revoke = Revoke { user: "adele@contoso.example".parse().unwrap() };
        let context =
            r#"{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#Edm.Boolean","value":true}"#;
        for body in ["", " ", "{}", r#"{"value":true}"#, context] {
            assert!(revoke.decode(&Response::new(body.into())).is_ok(), "{body}");
        }
        for body in [
            r#"{"value":false}"#,
            r#"{"action":"blocked"}"#,
            "blocked by gateway",
            "[]",
            "true",
            "[true]",
            r#"{"@odata.context":"c","value":null}"#,
            r#"{"@odata.context":"c","value":"false"}"#,
            r#"{"@odata.context":"c","value":[]}"#,
            r#"{"value":true,"error":{"code":"x"}}"#,
            r#"{"@odata.context":"c","error":{"code":"x"}}"#,
        ] {
            let error = revoke.decode(&Response::new(body.into())).unwrap_err();
            assert!(error.outcome_unknown(), "{body}: {error}");
        }
    }
}
