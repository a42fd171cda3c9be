//! `reset_password`: the portal's "Reset password", Entra's and Microsoft 365's.
//!
//! It is long because the documentation names what each kind of account needs.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::account::Account;
use super::domain::{DOMAIN, DOMAIN_NOT_READ, FEDERATED_NO_EFFECT, FEDERATED_WRITE_BACK, ReadDomain};
use super::password;
use super::settle;
use super::write_back::{END_NOT_SEEN, OPERATION, RESET_PASSWORD_ACTION, WRITE_BACK, WriteBack, follow};
use crate::error::{Error, Refusal, Result};
use crate::ids::UserRef;
use crate::model::{DomainAuthentication, User, UserKind, Word};
use crate::operation::{
    CALLER_UNKNOWN, Call, Client, Context, GraphCall, IntoUser, Operation, Output, SecretSlot, options,
};
use crate::receipt::{Grade, Mechanism, Receipt, WarningKind, Weight};
use crate::spec::{CallerKind, Effect, Endpoint, Idempotency, OperationSpec, Verb};
use crate::wire::{Request, RequestBuilder, Response, decode_nothing};

/// `PATCH /users/{id}` with `passwordProfile`.
pub const PASSWORD_PROFILE: Mechanism = Mechanism::new("password-profile", "PATCH passwordProfile");

/// A reset does not end all sessions.
pub const SESSIONS_GO_ON: WarningKind = WarningKind::new(
    "sessions-go-on",
    "which sessions a reset through Graph ends is not documented; those that began without a password survive: revoke_sign_in_sessions next",
    Weight::MayRemain("sessions survive"),
);

/// The reset may undo a confirmation of this client.
pub const MAY_REMEDIATE_RISK: WarningKind = WarningKind::new(
    "may-remediate-risk",
    "this client confirmed the user compromised before, and an administrator's reset may remediate that risk: confirm_user_compromised again",
    Weight::Harmless,
);

/// MFA is required for the forced change, and it may no longer be possible.
pub const NEEDS_MFA_METHOD: WarningKind = WarningKind::new(
    "needs-mfa-method",
    "the user must pass MFA before changing the password: with no usable method left, only a Temporary Access Pass helps",
    Weight::Harmless,
);

/// Gives the account a new password, in the way that works for it.
///
/// A cloud-only user's password is set by `PATCH` with `passwordProfile`: synchronous, for a signed-in caller
/// or an application, with a choice whether the user must change it. A synced user's password is set by the
/// `resetPassword` action, which writes it back on-premises: only for a signed-in caller, always with a
/// forced change, and polled to its end. The Entra admin center suggests a password and forces a change, as
/// is the default here. The Microsoft 365 admin center lets the administrator choose both:
/// `.chosen(..).force_change(ForceChange::Never)`.
///
/// # Effect
/// The old password no longer works. Which sessions and tokens this ends is documented for the portals, not
/// for Graph; it never ends **those that began without a password** (passkey, Windows Hello, pass, phone
/// sign-in): call [`revoke_sign_in_sessions`](crate::Client::revoke_sign_in_sessions) next. No method is
/// removed.
///
/// # Permissions
/// Cloud-only: `User-PasswordProfile.ReadWrite.All`, delegated or application, and the role Authentication or
/// User Administrator, for a privileged target Privileged Authentication Administrator; Microsoft's pages
/// disagree whether an application needs a role for an ordinary target. Synced:
/// `UserAuthenticationMethod.ReadWrite.All`, delegated, and Password Administrator or a higher role. To read
/// the account: `User.Read.All`, and `Domain.Read.All` to rule out a federated domain (assumed to be the
/// least; without it the receipt has a warning).
///
/// # Errors
/// [`Error::Refused`] before sending: a synced user and an application; the caller's own account; a federated
/// domain, unless the user is synced and the caller signed in (then the password is written back) or the
/// method is set; an external guest; a chosen password that breaks a rule that is known here; options that
/// cannot be combined. [`Error::Graph`] 400 for a banned password; with kind
/// [`OperationFailed`](crate::GraphErrorKind::OperationFailed) if the write-back ended in failure. If the
/// answer is lost, or is not Graph's, the account is read. If it does not show a newer password, a generated
/// password is returned as a result with grade [`Unknown`](Grade::Unknown) instead of an error: it may be in
/// force, and is known nowhere else.
///
/// Source: "authenticationMethod: resetPassword", "Update user" and "Password policies and account
/// restrictions" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::operations::RESET_PASSWORD_ACTION;
/// use entra_ir_core::SimulatedTenant;
/// use entra_ir_core::operations::ForceChange;
/// let client = SimulatedTenant::contoso().client()?;
///
/// let reset = client.reset_password("adele@contoso.example").force_change(ForceChange::WithMfa).await?;
/// assert!(reset.password.is_some(), "made here, shown nowhere: read it with `expose_secret`");
///
/// let synced = client.reset_password("alex@contoso.example").await?;
/// assert_eq!(synced.receipt.mechanism, RESET_PASSWORD_ACTION);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ResetPassword {
    /// The account.
    pub user: UserRef,
    /// The source of the new password.
    #[serde(default)]
    pub new_password: NewPassword,
    /// Whether the user must change it.
    #[serde(default)]
    pub force_change: ForceChange,
    /// How it is done; `None` lets the account decide.
    #[serde(default)]
    pub way: Option<PasswordWay>,
}

/// The source of a new password.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NewPassword {
    /// Generated here, from the operating system's randomness: 20 characters of all four classes.
    #[default]
    Generated,
    /// Generated by Entra ID. Only by the `resetPassword` action, so for a signed-in caller, and not for a
    /// synced user.
    GeneratedByEntra,
    /// Chosen by the caller; in JSON `{"secret": "new-password"}`, which names the slot.
    #[serde(rename = "secret")]
    Chosen(SecretSlot),
}

impl NewPassword {
    /// Returns the slot of a chosen password.
    pub(super) fn slots(&mut self) -> Vec<&mut SecretSlot> {
        match self {
            Self::Chosen(slot) => vec![slot],
            Self::Generated | Self::GeneratedByEntra => Vec::new(),
        }
    }
}

/// Whether the user must change the password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ForceChange {
    /// At the next sign-in.
    #[default]
    NextSignIn,
    /// At the next sign-in, after MFA. A user without a usable method is locked out until a Temporary Access
    /// Pass is issued.
    WithMfa,
    /// Not at all.
    Never,
}

/// Names a way to set a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PasswordWay {
    /// The `resetPassword` action: delegated, written back on-premises, change forced.
    WriteBack,
    /// `PATCH` of `passwordProfile`: cloud-only accounts.
    PasswordProfile,
}

/// What [`ResetPassword`] is.
pub static SPEC: OperationSpec = RESET;

/// The spec that the operations on `passwordProfile` share.
pub(super) const RESET: OperationSpec = OperationSpec {
    summary: "Gives the account a new password: by passwordProfile for a cloud-only user, by the resetPassword action with write-back for a synced one.",
    does_not: "Does not end sessions that began without a password (passkey, Windows Hello, pass), and removes no method.",
    idempotency: Idempotency::Idempotent,
    roles: &[
        "Authentication Administrator",
        "User Administrator",
        "Security Operator",
        "Security Administrator",
        "Entra SOC Identity Responder",
        "Privileged Authentication Administrator",
    ],
    undo: "Cannot be undone; set another password.",
    if_unknown: "reset it again: a second password replaces the first; get_user shows when it was last changed",
    doc: "https://learn.microsoft.com/graph/api/user-update",
    uses: &[&super::get_user::SPEC, &WRITE_BACK, &OPERATION, &DOMAIN],
    ..OperationSpec::write(
        "reset_password",
        Endpoint::v1(Verb::Patch, "/users/{user}"),
        Effect::Contain,
        &[&["User-PasswordProfile.ReadWrite.All"], &["Directory.AccessAsUser.All"]],
        &[&["User-PasswordProfile.ReadWrite.All"], &["User.ReadWrite.All"]],
    )
};

impl ResetPassword {
    /// Makes the operation for a user.
    ///
    /// # Errors
    /// [`Error::Refused`] if the name cannot be one.
    pub fn new(user: impl IntoUser) -> Result<Self> {
        Ok(Self {
            user: user.into_user()?,
            new_password: NewPassword::default(),
            force_change: ForceChange::default(),
            way: None,
        })
    }
}

/// The slot of a password that the caller chooses.
pub(super) const SLOT: &str = "new-password";

options!(ResetPassword {
    /// Sets a password of your own: 8 to 256 printable ASCII characters of at least three classes.
    chosen(password: SecretString) |this| this.new_password = NewPassword::Chosen(SecretSlot::filled(SLOT, password));
    /// Lets Entra ID generate the password, as its admin center does.
    generated_by_entra() |this| this.new_password = NewPassword::GeneratedByEntra;
    /// Sets whether the user must change it. Default: at the next sign-in.
    force_change(force_change: ForceChange) |this| this.force_change = force_change;
    /// Sets how it is done, instead of the choice by the account. `WriteBack` is sent for a federated domain,
    /// too: if password write-back is set up, on-premises accepts it.
    way(way: PasswordWay) |this| this.way = Some(way);
});

/// The result of a reset.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PasswordReset {
    /// What was done.
    pub receipt: Receipt,
    /// The new password, if it was generated. Masked in `Debug`, omitted from JSON.
    #[serde(skip)]
    pub password: Option<SecretString>,
    /// Whether the user must change it.
    pub force_change: Word<ForceChange>,
}

impl Output for PasswordReset {
    fn receipt(&self) -> Option<&Receipt> {
        Some(&self.receipt)
    }

    fn secret(&self) -> Option<&SecretString> {
        self.password.as_ref()
    }
}

impl Client {
    /// Gives the account a new password, the portal's "Reset password": [`ResetPassword`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn reset_password(&self, user: impl IntoUser) -> Call<'_, ResetPassword> {
        self.on(user, ResetPassword::new)
    }
}

impl Operation for ResetPassword {
    type Output = PasswordReset;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn slots(&mut self) -> Vec<&mut SecretSlot> {
        self.new_password.slots()
    }

    async fn run(self, context: &Context) -> Result<PasswordReset> {
        if let NewPassword::Chosen(chosen) = &self.new_password {
            password::check(chosen.secret()?)?;
        }
        let account = Account::read(context, self.user.clone()).await?;
        let mut receipt = account.receipt(&SPEC, PASSWORD_PROFILE);
        let caller = self.check_target(context, &account, &mut receipt).await?;
        let way = self.choose_way(&account, caller)?;
        receipt.warn(&SESSIONS_GO_ON);
        if context.confirmed_compromised(&account.target) {
            receipt.warn(&MAY_REMEDIATE_RISK);
        }
        match way {
            PasswordWay::PasswordProfile => self.set_profile(context, &account, receipt).await,
            PasswordWay::WriteBack => {
                receipt.mechanism = RESET_PASSWORD_ACTION;
                self.write_back(context, &account, receipt).await
            }
        }
    }
}

impl ResetPassword {
    /// Refuses accounts whose password cannot be reset here, and returns the caller.
    async fn check_target(
        &self,
        context: &Context,
        account: &Account,
        receipt: &mut Receipt,
    ) -> Result<Option<CallerKind>> {
        if account.kind() == Some(UserKind::ExternalGuest) {
            return Err(Refusal::Guest { operation: SPEC.id, user: account.target.clone() }.into());
        }
        let domain = async {
            match account.user().and_then(|user| user.domain()) {
                Some(domain) if self.way != Some(PasswordWay::WriteBack) => Some((
                    domain,
                    context
                        .read_kept(&ReadDomain(domain), |kept| *kept != DomainAuthentication::Federated)
                        .await,
                )),
                _ => None,
            }
        };
        let (caller, domain) = futures_util::join!(context.caller(), domain);
        if caller.id.is_some() && caller.id == account.target.id() {
            return Err(Refusal::OwnAccount { operation: SPEC.id }.into());
        }
        if caller.id.is_none() && caller.kind != Some(CallerKind::AppOnly) {
            receipt.warn(&CALLER_UNKNOWN);
        }
        let synced = account.kind() == Some(UserKind::Synced);
        match domain {
            Some((domain, Ok(DomainAuthentication::Federated))) => match self.way {
                // If password write-back is set up, an administrator's reset of a synced user is written
                // back, federated or not.
                None if synced && caller.kind != Some(CallerKind::AppOnly) => {
                    receipt.warn(&FEDERATED_WRITE_BACK);
                }
                Some(PasswordWay::PasswordProfile) if !synced => receipt.warn(&FEDERATED_NO_EFFECT),
                _ => return Err(Refusal::Federated { domain: domain.to_owned() }.into()),
            },
            Some((_, Err(error))) => receipt.warn(DOMAIN_NOT_READ.with(error)),
            _ => {}
        }
        Ok(caller.kind)
    }

    fn choose_way(&self, account: &Account, caller: Option<CallerKind>) -> Result<PasswordWay> {
        let impossible =
            |reason: &str, instead| Err(Refusal::Impossible { reason: reason.to_owned(), instead }.into());
        let app_only = caller == Some(CallerKind::AppOnly);
        let synced = account.kind() == Some(UserKind::Synced);
        let by_entra = matches!(self.new_password, NewPassword::GeneratedByEntra);
        if app_only && synced {
            return Err(Refusal::AppOnlyOnSynced { user: account.target.clone() }.into());
        }
        let way = self.way.unwrap_or(if synced || by_entra {
            PasswordWay::WriteBack
        } else {
            PasswordWay::PasswordProfile
        });
        match way {
            PasswordWay::WriteBack if account.kind() == Some(UserKind::Customer) => impossible(
                "the resetPassword action is not for local accounts of a customer tenant (B2C)",
                "let the library generate the password (the default), or choose one",
            ),
            PasswordWay::WriteBack if app_only => impossible(
                "the resetPassword action does not exist for an application's own token",
                "sign in as an Authentication Administrator, or let the library generate the password",
            ),
            PasswordWay::WriteBack if synced && by_entra => impossible(
                "Entra ID does not generate a password for a synced user",
                "let the library generate it (the default), or choose one",
            ),
            PasswordWay::WriteBack if self.force_change != ForceChange::NextSignIn => impossible(
                "the resetPassword action always forces a change at the next sign-in",
                "leave force_change at its default for this account",
            ),
            PasswordWay::PasswordProfile if by_entra => impossible(
                "Entra ID generates a password only by the resetPassword action",
                "let the library generate it (the default), or choose one",
            ),
            way => Ok(way),
        }
    }

    /// Returns the password to send, and whether the result must return it.
    fn password(&self) -> Result<(Option<SecretString>, bool)> {
        Ok(match &self.new_password {
            NewPassword::Generated => (Some(password::generate()?), true),
            NewPassword::GeneratedByEntra => (None, true),
            NewPassword::Chosen(chosen) => (Some(chosen.secret()?.clone()), false),
        })
    }

    async fn set_profile(
        self,
        context: &Context,
        account: &Account,
        mut receipt: Receipt,
    ) -> Result<PasswordReset> {
        let (password, tell) = self.password()?;
        let step = SetProfile {
            user: &account.target,
            password: password.as_ref(),
            force_change: self.force_change,
        };
        let sent = match context.write(&step, &mut receipt).await {
            Ok(sent) => sent.is_some(),
            Err(error) => {
                settle(context, account, &mut receipt, error, tell).await?;
                true
            }
        };
        if self.force_change == ForceChange::WithMfa {
            receipt.warn(&NEEDS_MFA_METHOD);
        }
        let password = password.filter(|_| tell && sent);
        Ok(PasswordReset { receipt, password, force_change: self.force_change.into() })
    }

    async fn write_back(
        self,
        context: &Context,
        account: &Account,
        mut receipt: Receipt,
    ) -> Result<PasswordReset> {
        let (made, tell) = self.password()?;
        let step = WriteBack { user: &account.target, password: made.as_ref() };
        let started = match context.write(&step, &mut receipt).await {
            Ok(started) => started,
            // A password that Entra ID generated is lost with its answer.
            Err(error) if made.is_none() => return Err(error),
            Err(error) => {
                settle(context, account, &mut receipt, error, tell).await?;
                let password = made.filter(|_| tell);
                return Ok(PasswordReset { receipt, password, force_change: self.force_change.into() });
            }
        };
        let Some(started) = started else {
            return Ok(PasswordReset { receipt, password: None, force_change: self.force_change.into() });
        };
        // From here on the password may be in force: return it, unless what follows is a certain failure.
        match started.location {
            Some(location) => {
                let known = made.as_ref().or(started.password.as_ref());
                follow(context, account, &location, started.retry_after, known, &mut receipt).await?;
            }
            None => receipt.warn(END_NOT_SEEN.with("the service returned no address to poll")),
        }
        let password = started.password.or(made).filter(|_| tell);
        Ok(PasswordReset { receipt, password, force_change: self.force_change.into() })
    }
}

/// Resolves a write with an unknown outcome by reading when the password was last changed. If that proves
/// nothing, returns a result with grade Unknown instead of an error, so that a generated password is not
/// lost: it may be in force.
async fn settle(
    context: &Context,
    account: &Account,
    receipt: &mut Receipt,
    error: Error,
    made_here: bool,
) -> Result<()> {
    let before = account.before().map(|user| user.last_password_change_date_time);
    let changed = |user: &User| before.is_some_and(|before| user.last_password_change_date_time > before);
    match settle::by_reading(context, account, receipt, error, Grade::Accepted, changed).await {
        Ok(_) => Ok(()),
        Err(error) if made_here && error.outcome_unknown() => {
            receipt.grade = Grade::Unknown;
            receipt.warn(END_NOT_SEEN.with(error));
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// Makes the `passwordProfile` of a request.
pub(super) fn password_profile(password: Option<&SecretString>, force_change: ForceChange) -> Value {
    json!({
        "password": password.map(ExposeSecret::expose_secret),
        "forceChangePasswordNextSignIn": force_change == ForceChange::NextSignIn,
        "forceChangePasswordNextSignInWithMfa": force_change == ForceChange::WithMfa,
    })
}

/// The write for a cloud-only account.
#[derive(Debug)]
struct SetProfile<'a> {
    user: &'a UserRef,
    password: Option<&'a SecretString>,
    force_change: ForceChange,
}

impl GraphCall for SetProfile<'_> {
    type Output = ();

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn request(&self) -> Result<Request> {
        let profile = password_profile(self.password, self.force_change);
        RequestBuilder::new(&SPEC).user(self.user).json(json!({ "passwordProfile": profile })).build()
    }

    fn decode(&self, response: &Response) -> Result<()> {
        decode_nothing(&SPEC, response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_says_all_three_things() {
        let (user, password) = ("x@contoso.example".parse().unwrap(), SecretString::from("S3cret!pass"));
        let step = SetProfile { user: &user, password: Some(&password), force_change: ForceChange::Never };
        let request = step.request().unwrap();
        assert_eq!(
            (request.method().as_str(), request.uri().path()),
            ("PATCH", "/v1.0/users/x@contoso.example")
        );
        assert_eq!(
            request.body(),
            r#"{"passwordProfile":{"forceChangePasswordNextSignIn":false,"forceChangePasswordNextSignInWithMfa":false,"password":"S3cret!pass"}}"#
        );
    }
}
