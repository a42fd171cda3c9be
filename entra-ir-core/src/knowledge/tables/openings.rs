//! What an action opens.

use std::fmt;

use serde::Serialize;

use super::super::action::Action;
use super::super::claim::{Claim, Fate, Within};
use super::super::source;

/// Names what an action opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Opened {
    /// A new password, for whoever knows it.
    NewPassword,
    /// The choice of a new password, for whoever knows the old one.
    ChoiceOfPassword,
    /// A Temporary Access Pass, for whoever holds it.
    AccessPass,
    /// Sign-in, for whoever holds a method that still works.
    SignIn,
}

impl fmt::Display for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NewPassword => "the new password, for whoever knows it",
            Self::ChoiceOfPassword => "the choice of a new password, for whoever knows the old one",
            Self::AccessPass => "the pass, for whoever holds it",
            Self::SignIn => "sign-in, for whoever holds a method that still works",
        })
    }
}

/// Says what an action opens, and who says so.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct Opening {
    /// The action.
    pub action: Action,
    /// What it opens.
    pub opens: Opened,
    /// Who says so.
    pub claim: Claim<Fate>,
}

const KNOWN: Claim<Fate> = Claim::documented(Fate::Opens, Within::AtOnce, source::RESET)
    .note("a forced change hands it to the first who signs in with it");
const KNOWN_PROFILE: Claim<Fate> = Claim::documented(Fate::Opens, Within::AtOnce, source::UPDATE_USER)
    .note("a forced change hands it to the first who signs in with it");
const CHOSEN: Claim<Fate> = Claim::observed(Fate::Opens, Within::AtOnce, source::FIELD_REPORT)
    .note("in the Entra admin center suggested and to be changed, in the Microsoft 365 admin center the other way about");
const BY_USER: Claim<Fate> = Claim::inferred(Fate::Opens, Within::AtOnce, source::CONCLUDED)
    .note("an attacker who holds the session or a method may have been the one who changed it");
const CHOICE: Claim<Fate> = Claim::documented(Fate::Opens, Within::AtOnce, source::UPDATE_USER)
    .note("locks nobody out: who knows the password chooses the new one");
const EXPIRED: Claim<Fate> = Claim::inferred(Fate::Opens, Within::AtOnce, source::REFRESH_TOKENS)
    .note("locks nobody out: who knows the password chooses the new one");
const PASS: Claim<Fate> =
    Claim::documented(Fate::Opens, Within::Replication, source::TAP).note("satisfies MFA");
const AGAIN: Claim<Fate> = Claim::inferred(Fate::Opens, Within::AtOnce, source::REVOKE_ACCESS);

/// Lists what opens something.
#[rustfmt::skip]
pub static OPENINGS: &[Opening] = &[
    Opening { action: Action::ResetPasswordAzurePortal,      opens: Opened::NewPassword,      claim: CHOSEN },
    Opening { action: Action::ResetPasswordEntraAdminCenter, opens: Opened::NewPassword,      claim: CHOSEN },
    Opening { action: Action::ResetPasswordM365AdminCenter,  opens: Opened::NewPassword,      claim: CHOSEN },
    Opening { action: Action::ResetPasswordGraphAction,      opens: Opened::NewPassword,      claim: KNOWN },
    Opening { action: Action::ResetPasswordGraphProfile,     opens: Opened::NewPassword,      claim: KNOWN_PROFILE },
    Opening { action: Action::ResetPasswordOnPremises,       opens: Opened::NewPassword,      claim: BY_USER },
    Opening { action: Action::ChangePassword,                opens: Opened::NewPassword,      claim: BY_USER },
    Opening { action: Action::PasswordExpires,               opens: Opened::ChoiceOfPassword, claim: EXPIRED },
    Opening { action: Action::RequirePasswordChange,         opens: Opened::ChoiceOfPassword, claim: CHOICE },
    Opening { action: Action::CreateTemporaryAccessPass,     opens: Opened::AccessPass,       claim: PASS },
    Opening { action: Action::UnblockSignIn,                 opens: Opened::SignIn,           claim: AGAIN },
];
