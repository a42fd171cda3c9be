//! The moves of an adversary.

use std::fmt;

/// Names a move of an adversary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Move {
    /// Opens everything that he has, which renews what can be renewed.
    Use,
    /// Signs in with a password that he knows, and does what is asked: MFA with his own method, registration,
    /// a new password. A guest signs in at home.
    SignIn,
    /// Signs in with a method of his own that needs no password.
    SignInByMethod,
    /// Signs in with a pass that he has.
    UsePass,
    /// Lets his device sign its browser in, by its primary refresh token.
    RenewByDevice,
    /// Registers an Authenticator app with a session.
    RegisterAuthenticator,
    /// Registers a passkey with a session.
    RegisterPasskey,
    /// Registers a phone in the tenant with a session.
    RegisterPhone,
    /// Resets the password by self-service, with a method of his own.
    ResetPassword,
    /// Consents to his application again with a session.
    Consent,
    /// Rings the help desk, which makes a pass for him unless it is warned.
    RingForPass,
    /// Rings the help desk, which requires registration again unless it is warned.
    RingForReregistration,
    /// Administers the account by another one that he has: unblocks it, and makes a pass.
    Administer,
    /// Waits for the next sync from Active Directory.
    AwaitSync,
}

impl Move {
    /// Lists every move, in the order in which one who makes all of them makes them.
    pub const ALL: [Self; 14] = [
        Self::Administer,
        Self::RingForReregistration,
        Self::RingForPass,
        Self::ResetPassword,
        Self::SignIn,
        Self::SignInByMethod,
        Self::UsePass,
        Self::RenewByDevice,
        Self::RegisterAuthenticator,
        Self::RegisterPasskey,
        Self::RegisterPhone,
        Self::Consent,
        Self::Use,
        Self::AwaitSync,
    ];

    /// Returns whether it lies in his hands; a sync does not.
    pub const fn is_his(self) -> bool {
        !matches!(self, Self::AwaitSync)
    }
}

impl fmt::Display for Move {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Use => "opens everything that he has",
            Self::SignIn => "signs in with the password",
            Self::SignInByMethod => "signs in with his own method",
            Self::UsePass => "signs in with the pass",
            Self::RenewByDevice => "lets his device sign in",
            Self::RegisterAuthenticator => "registers an Authenticator app",
            Self::RegisterPasskey => "registers a passkey",
            Self::RegisterPhone => "registers a phone in the tenant",
            Self::ResetPassword => "resets the password by self-service",
            Self::Consent => "consents to his application again",
            Self::RingForPass => "gets a pass from the help desk",
            Self::RingForReregistration => "lets the help desk require registration again",
            Self::Administer => "unblocks the account by another one, and makes a pass",
            Self::AwaitSync => "waits for the next sync",
        })
    }
}
