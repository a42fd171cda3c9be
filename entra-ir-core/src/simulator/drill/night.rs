//! The incidents that are played: an account, and what an attacker has of it.

use super::super::sign_in::{ComputerKind, Elsewhere, Foothold};
use crate::knowledge::AccountKind;

/// An incident to play: the account, what the attacker has of it, and which plan is made against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Night {
    /// The password was sprayed; he registered his own Authenticator, and made an app password.
    Spray,
    /// A session was stolen by a proxy, and the password with it. He registered a phone and made a mail rule.
    Proxy,
    /// He registered a passkey in a stolen session.
    Passkey,
    /// The help desk gave him a pass, with which he registered an Authenticator.
    HelpDesk,
    /// A computer was stolen, locked: it holds a primary refresh token.
    Device,
    /// A computer was stolen, and the thief unlocks it.
    Unlocked,
    /// The user consented to his application.
    Consent,
    /// A synced account: the password is known, the computer is infected, he is in Active Directory.
    Hybrid,
    /// A Global Administrator: he made another administrator, and ways into Azure and Intune.
    Privileged,
    /// A guest, whose home account he has.
    Guest,
    /// He knows the password, and rings the help desk: all methods are lost.
    Caller,
    /// The same as [`Proxy`](Self::Proxy), answered by a lockdown, in seconds.
    Lockdown,
}

impl Night {
    /// Lists every incident.
    pub const ALL: [Self; 12] = [
        Self::Spray,
        Self::Proxy,
        Self::Passkey,
        Self::HelpDesk,
        Self::Device,
        Self::Unlocked,
        Self::Consent,
        Self::Hybrid,
        Self::Privileged,
        Self::Guest,
        Self::Caller,
        Self::Lockdown,
    ];

    /// Returns a short stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Spray => "spray",
            Self::Proxy => "proxy",
            Self::Passkey => "passkey",
            Self::HelpDesk => "help-desk",
            Self::Device => "device",
            Self::Unlocked => "unlocked",
            Self::Consent => "consent",
            Self::Hybrid => "hybrid",
            Self::Privileged => "privileged",
            Self::Guest => "guest",
            Self::Caller => "caller",
            Self::Lockdown => "lockdown",
        }
    }

    /// Returns what happened, in one line.
    pub const fn told(self) -> &'static str {
        match self {
            Self::Spray => "the password was sprayed; his own Authenticator, an app password",
            Self::Proxy => "a session and the password were stolen by a proxy; his phone, a mail rule",
            Self::Passkey => "he registered a passkey in a stolen session",
            Self::HelpDesk => "the help desk gave him a pass; his own Authenticator",
            Self::Device => "a computer was stolen, locked",
            Self::Unlocked => "a computer was stolen, and the thief unlocks it",
            Self::Consent => "the user consented to his application",
            Self::Hybrid => "a synced account: the password, the infected computer, Active Directory",
            Self::Privileged => "a Global Administrator: another administrator, Azure, Intune",
            Self::Guest => "a guest whose home account he has; his own Authenticator here",
            Self::Caller => "he knows the password, and says that all methods are lost",
            Self::Lockdown => "as by the proxy, answered in seconds by a lockdown",
        }
    }

    /// Returns the kind of account.
    pub const fn account(self) -> AccountKind {
        match self {
            Self::Hybrid => AccountKind::Synced,
            Self::Guest => AccountKind::ExternalGuest,
            _ => AccountKind::Cloud,
        }
    }

    /// Returns what the attacker has when it begins.
    pub const fn footholds(self) -> &'static [Foothold] {
        match self {
            Self::Spray => &[Foothold::Password, Foothold::Authenticator, Foothold::AppPassword],
            Self::Proxy => &[
                Foothold::Session,
                Foothold::Password,
                Foothold::Phone,
                Foothold::Elsewhere(Elsewhere::MailRule),
                Foothold::Elsewhere(Elsewhere::Mailbox),
            ],
            Self::Passkey => &[Foothold::PasskeySession, Foothold::Passkey],
            Self::HelpDesk => &[Foothold::Pass, Foothold::Authenticator, Foothold::Client],
            Self::Device => &[Foothold::Computer(ComputerKind::Joined)],
            Self::Unlocked => &[Foothold::Computer(ComputerKind::Joined), Foothold::Gesture],
            Self::Consent => &[Foothold::Application],
            Self::Hybrid => &[
                Foothold::Password,
                Foothold::Session,
                Foothold::Computer(ComputerKind::Hybrid),
                Foothold::Elsewhere(Elsewhere::Endpoint),
                Foothold::Elsewhere(Elsewhere::ActiveDirectory),
            ],
            Self::Privileged => &[
                Foothold::Session,
                Foothold::Password,
                Foothold::Elsewhere(Elsewhere::SecondAccount),
                Foothold::Elsewhere(Elsewhere::OwnedApplication),
                Foothold::Elsewhere(Elsewhere::Azure),
                Foothold::Elsewhere(Elsewhere::Intune),
            ],
            Self::Guest => &[Foothold::Home, Foothold::Authenticator],
            Self::Caller => &[Foothold::Password],
            Self::Lockdown => &[Foothold::Session, Foothold::Password, Foothold::Phone],
        }
    }
}
