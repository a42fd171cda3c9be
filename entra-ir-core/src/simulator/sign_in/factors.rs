//! The factors of a sign-in, and whether the tenant has them.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use time::OffsetDateTime;

use super::answer::{Answer, Why};
use super::device::DeviceKind;
use crate::ids::MethodId;
use crate::model::MethodKind;
use crate::simulator::tenant::access_pass::Pass;
use crate::simulator::tenant::account::Account;
use crate::simulator::tenant::method::{MOBILE_ID, Method};
use crate::simulator::tenant::state::State;

/// Names a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SecondFactor {
    /// A push notification of Microsoft Authenticator, approved.
    Push,
    /// A text message to the mobile number.
    Text,
    /// A call to one of the phone numbers.
    Call,
    /// A code of an authenticator app.
    SoftwareCode,
    /// A code of a hardware token that is activated.
    HardwareCode,
    /// A method of another vendor.
    External,
    /// A passkey, after a password.
    Passkey,
    /// A Temporary Access Pass, after a password: whoever signs in has its characters.
    AccessPass,
    /// A code sent by e-mail. Good for resetting the own password only, never as MFA.
    EmailCode,
}

impl SecondFactor {
    fn fits(self, method: &Method) -> bool {
        match self {
            Self::Push => method.kind == MethodKind::MicrosoftAuthenticator,
            Self::Text => method.is_phone(MOBILE_ID),
            Self::Call => method.kind == MethodKind::Phone,
            Self::SoftwareCode => method.kind == MethodKind::SoftwareOath,
            Self::HardwareCode => method.kind == MethodKind::HardwareOath && method.can_be_default(),
            Self::External => method.kind == MethodKind::External,
            Self::Passkey => method.kind == MethodKind::Fido2,
            Self::AccessPass => method.kind == MethodKind::TemporaryAccessPass,
            Self::EmailCode => method.kind == MethodKind::Email,
        }
    }
}

/// The first factor.
#[derive(Clone)]
pub(super) enum First {
    Nothing,
    Password(SecretString),
    /// Whatever the password is at that moment.
    CurrentPassword,
    /// A method that is MFA by itself.
    Strong(MethodKind),
    /// The characters of a pass; without them, whatever they are at that moment.
    AccessPass(Option<SecretString>),
    SingleSignOn,
    HomeTenant,
}

// Passwords and passes stay out.
impl fmt::Debug for First {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "nothing",
            Self::Password(_) | Self::CurrentPassword => "a password",
            Self::Strong(kind) => kind.slug(),
            Self::AccessPass(_) => "a Temporary Access Pass",
            Self::SingleSignOn => "single sign-on",
            Self::HomeTenant => "the home tenant's sign-in",
        })
    }
}

/// The state of a sign-in after the first step or both.
#[derive(Clone, Copy)]
pub(super) struct Proof {
    /// Obtained with a password, as far as the tenant can tell.
    pub(super) password_based: bool,
    /// Given in this sign-in, so that a forced change applies.
    pub(super) typed_password: bool,
    pub(super) mfa: Option<OffsetDateTime>,
    pub(super) pass_until: Option<OffsetDateTime>,
}

impl Proof {
    pub(super) const fn strong(now: OffsetDateTime) -> Self {
        Self { password_based: false, typed_password: false, mfa: Some(now), pass_until: None }
    }
}

/// Checks the first step, single sign-on and guests aside.
pub(super) fn check_first(
    state: &State,
    account: &Account,
    first: &First,
    using: Option<&MethodId>,
    device: DeviceKind,
) -> Result<Proof, Answer> {
    let now = state.now();
    let refused = |why| Err(Answer::Refused(why));
    match first {
        First::Nothing | First::SingleSignOn => Err(Answer::AsksToSignIn),
        First::HomeTenant => refused(Why::NotHere),
        First::Password(typed) if !knows(account, typed) => refused(Why::WrongPassword),
        First::CurrentPassword if account.password.is_none() => refused(Why::WrongPassword),
        First::Password(_) | First::CurrentPassword => {
            // Where another identity provider checks it, the tenant sees no password.
            let here = !state.is_federated(account.domain());
            Ok(Proof { password_based: here, typed_password: here, mfa: None, pass_until: None })
        }
        First::Strong(MethodKind::WindowsHello) if !device.is_windows() => refused(Why::NotOnThisDevice),
        First::Strong(kind) => match find(account, using, |method| method.kind == *kind) {
            Some(_) => Ok(Proof::strong(now)),
            None => refused(Why::NoSuchMethod),
        },
        First::AccessPass(typed) => {
            let pass = usable_pass(state, account).ok_or(Answer::Refused(Why::PassNotUsable))?;
            let right = match (typed, &pass.secret) {
                (Some(typed), Some(secret)) => same(typed, secret),
                (Some(_), None) => false,
                (None, _) => true,
            };
            if !right {
                return refused(Why::PassNotUsable);
            }
            Ok(Proof { pass_until: Some(pass.end()), ..Proof::strong(now) })
        }
    }
}

/// Checks a second factor.
pub(super) fn check_second(
    state: &State,
    account: &Account,
    second: SecondFactor,
    using: Option<&MethodId>,
) -> Result<(), Answer> {
    let is_there = match second {
        SecondFactor::EmailCode => false,
        SecondFactor::AccessPass => usable_pass(state, account).is_some(),
        _ => find(account, using, |method| second.fits(method)).is_some(),
    };
    if is_there { Ok(()) } else { Err(Answer::Refused(Why::NoSuchMethod)) }
}

/// Returns whether a method may verify a self-service password reset.
pub(super) fn may_reset_with(account: &Account, factor: SecondFactor) -> bool {
    let not_for_that =
        matches!(factor, SecondFactor::Passkey | SecondFactor::AccessPass | SecondFactor::External);
    !not_for_that && find(account, None, |method| factor.fits(method)).is_some()
}

fn find<'a>(
    account: &'a Account,
    using: Option<&MethodId>,
    fits: impl Fn(&Method) -> bool,
) -> Option<&'a Method> {
    let named = |method: &&Method| using.is_none_or(|id| method.id.eq_ignore_ascii_case(id.as_str()));
    account.methods.iter().filter(named).find(|method| fits(method))
}

/// Returns whether the user can be asked for MFA at all.
pub(super) fn can_do_mfa(state: &State, account: &Account) -> bool {
    let stronger = |kind: &MethodKind| {
        matches!(
            kind,
            MethodKind::Fido2
                | MethodKind::WindowsHello
                | MethodKind::PlatformCredential
                | MethodKind::PasswordlessAuthenticator
        )
    };
    has_registered(account)
        || account.methods.iter().any(|method| stronger(&method.kind))
        || usable_pass(state, account).is_some()
}

/// Returns whether the user has a method of the sort that "require re-register" removes. Without one,
/// somebody who signs in by a pass is led to registration, past any passkey.
pub(super) fn has_registered(account: &Account) -> bool {
    account.methods.iter().any(|method| method.can_be_default() || method.kind == MethodKind::External)
}

fn usable_pass<'a>(state: &State, account: &'a Account) -> Option<&'a Pass> {
    let mut passes = account.methods.iter().filter_map(|method| method.pass.as_ref());
    passes.find(|pass| pass.is_usable(&state.pass_rules, account.in_pass_scope, state.now()))
}

/// Returns whether the typed password is the account's.
pub(super) fn knows(account: &Account, typed: &SecretString) -> bool {
    account.password.as_ref().is_some_and(|password| same(password, typed))
}

fn same(one: &SecretString, other: &SecretString) -> bool {
    one.expose_secret() == other.expose_secret()
}
