//! What a user sees after opening an application or trying to sign in.

use std::fmt;

/// The answer to a session that opens an application, or to an unsuccessful sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// The application opens.
    Works {
        /// What gave the session access.
        by: Means,
    },
    /// A second factor is required; the user has one.
    AsksForMfa,
    /// The user is asked to register methods: MFA is required and there is none to use.
    AsksToRegister,
    /// The user is asked to sign in.
    AsksToSignIn,
    /// The password is right, and must be changed now.
    AsksToChangePassword,
    /// The user gets no access.
    Refused(Why),
}

impl Answer {
    /// Returns whether the application opens.
    pub const fn works(self) -> bool {
        matches!(self, Self::Works { .. })
    }
}

/// Names what gave a session access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Means {
    /// The application's own session, of which Entra ID knows nothing.
    AppSession,
    /// An access token that had not ended.
    AccessToken,
    /// The browser's cookie of Entra ID, which brought a new access token.
    Cookie,
    /// A refresh token, which brought a new access token.
    RefreshToken,
    /// The device's primary refresh token, which brought a new access token.
    PrimaryRefreshToken,
    /// An app password, in a protocol that knows no MFA.
    AppPassword,
    /// An application's own secret, for an application permission.
    ApplicationSecret,
}

/// The reason for a refused access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// The account does not exist, or no longer exists.
    NoSuchUser,
    /// Sign-in is blocked for the account.
    Blocked,
    /// The account is no longer blocked, but the application has not yet received the event.
    StillBlockedForApp,
    /// The password is not the user's.
    WrongPassword,
    /// The account has no password in this tenant, or the sign-in belongs to another tenant.
    NotHere,
    /// The user has no such method, or it is out of use.
    NoSuchMethod,
    /// The method cannot be used on this device.
    NotOnThisDevice,
    /// The device is disabled or deleted.
    DeviceRefused,
    /// A policy requires MFA for the registration of a method, and the user has none.
    RegistrationGuarded,
    /// The Temporary Access Pass is wrong, used, expired, not yet valid, or out of policy.
    PassNotUsable,
    /// The password must be changed, only after MFA, and the user has no method for that.
    PasswordChangeNeedsMfa,
    /// The new password is not allowed.
    PasswordNotAllowed,
    /// The user's risk is high, and a policy blocks that.
    HighRisk,
    /// The protocol of app passwords is switched off.
    LegacyAuthenticationBlocked,
    /// The app password was deleted.
    NoSuchAppPassword,
    /// The application is disabled in the tenant, or by Microsoft.
    ApplicationDisabled,
    /// Nothing is granted to the application any more.
    NoConsent,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Works { by } => write!(f, "works, by {by}"),
            Self::AsksForMfa => f.write_str("asks for MFA"),
            Self::AsksToRegister => f.write_str("asks to register"),
            Self::AsksToSignIn => f.write_str("asks to sign in"),
            Self::AsksToChangePassword => f.write_str("asks to change the password"),
            Self::Refused(why) => write!(f, "refused: {why}"),
        }
    }
}

impl fmt::Display for Means {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AppSession => "the application's own session",
            Self::AccessToken => "an access token",
            Self::Cookie => "the browser's cookie",
            Self::RefreshToken => "a refresh token",
            Self::PrimaryRefreshToken => "the device's primary refresh token",
            Self::AppPassword => "an app password",
            Self::ApplicationSecret => "an application's own secret",
        })
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSuchUser => "there is no such account",
            Self::Blocked => "sign-in is blocked",
            Self::StillBlockedForApp => "the application still treats the account as blocked",
            Self::WrongPassword => "the password is wrong",
            Self::NotHere => "the credentials of this account are not in this tenant",
            Self::NoSuchMethod => "the user has no such method",
            Self::NotOnThisDevice => "the method cannot be used on this device",
            Self::DeviceRefused => "the device is disabled or deleted",
            Self::RegistrationGuarded => "registration asks for MFA, and there is no method for it",
            Self::PassNotUsable => "the Temporary Access Pass is not usable",
            Self::PasswordChangeNeedsMfa => {
                "the password must be changed after MFA, and there is no method for that"
            }
            Self::PasswordNotAllowed => "the new password is not allowed",
            Self::HighRisk => "the user's risk is high",
            Self::LegacyAuthenticationBlocked => "legacy authentication is blocked",
            Self::NoSuchAppPassword => "the app password was deleted",
            Self::ApplicationDisabled => "the application is disabled",
            Self::NoConsent => "nothing is granted to the application",
        })
    }
}
