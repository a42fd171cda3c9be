//! The ways by which an adversary is in.

use std::fmt;

use super::elsewhere::Elsewhere;
use crate::ids::{MethodId, ObjectId};
use crate::knowledge::TokenClass;
use crate::model::MethodKind;
use crate::simulator::sign_in::credential::{Credential, CredentialKind};
use crate::simulator::sign_in::token::AccessTokenState;
use crate::simulator::tenant::description::SimulatedMethod;

/// Names a way by which an adversary is in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Way {
    /// A session, by what keeps it.
    #[non_exhaustive]
    Session {
        /// The class of cookie or token.
        class: TokenClass,
        /// The device that holds it.
        device: ObjectId,
    },
    /// A password that he knows.
    Password,
    /// A method of his own that signs in by itself.
    #[non_exhaustive]
    Method {
        /// Its type.
        kind: MethodKind,
        /// Its id.
        id: MethodId,
    },
    /// A reset of the password by self-service, with a method of his own.
    #[non_exhaustive]
    Reset {
        /// The method's type.
        kind: MethodKind,
        /// The method's id.
        id: MethodId,
    },
    /// A Temporary Access Pass.
    Pass,
    /// An application, in the user's name.
    Application,
    /// An app password.
    AppPassword,
    /// The guest's home account.
    Home,
    /// A place outside the account's sign-ins.
    Elsewhere(Elsewhere),
}

impl Way {
    /// Returns whether it brings something new, rather than using what was issued.
    pub fn renews(&self) -> bool {
        let is_issued = |class: &TokenClass| {
            matches!(
                class,
                TokenClass::CaeAccessToken
                    | TokenClass::PlainAccessToken
                    | TokenClass::GraphAccessToken
                    | TokenClass::AppCookie
            )
        };
        !matches!(self, Self::Session { class, .. } if is_issued(class))
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Session { class, .. } => class.fmt(f),
            Self::Password => f.write_str("the password"),
            Self::Method { kind, .. } => write!(f, "his own {kind}"),
            Self::Reset { kind, .. } => write!(f, "a self-service reset with his own {kind}"),
            Self::Pass => f.write_str("a Temporary Access Pass"),
            Self::Application => f.write_str("the consented application"),
            Self::AppPassword => f.write_str("an app password"),
            Self::Home => f.write_str("the guest's home account"),
            Self::Elsewhere(place) => place.fmt(f),
        }
    }
}

pub(super) fn class_of(credential: &Credential) -> TokenClass {
    match (credential.kind, credential.password_based) {
        (CredentialKind::Cookie { .. }, true) => TokenClass::PasswordCookie,
        (CredentialKind::Cookie { .. }, false) => TokenClass::OtherCookie,
        (CredentialKind::RefreshToken, true) => TokenClass::PasswordRefreshToken,
        (CredentialKind::RefreshToken, false) => TokenClass::OtherRefreshToken,
        (CredentialKind::ConfidentialRefreshToken, _) => TokenClass::ConfidentialClientToken,
        (CredentialKind::PrimaryRefreshToken, true) => TokenClass::PasswordPrt,
        (CredentialKind::PrimaryRefreshToken, false) => TokenClass::OtherPrt,
    }
}

pub(super) const fn class_of_token(token: &AccessTokenState) -> TokenClass {
    match (token.revocable, token.long) {
        (true, _) => TokenClass::CaeAccessToken,
        (_, true) => TokenClass::GraphAccessToken,
        _ => TokenClass::PlainAccessToken,
    }
}

/// Returns the method of a type that a list has and an earlier one has not.
pub(super) fn method_since(
    before: &[SimulatedMethod],
    after: &[SimulatedMethod],
    kind: &MethodKind,
) -> Option<MethodId> {
    let is_new = |method: &&SimulatedMethod| before.iter().all(|old| old.id != method.id);
    after.iter().filter(|method| method.kind == *kind).find(is_new).map(|method| method.id.clone())
}
