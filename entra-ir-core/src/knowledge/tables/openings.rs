//! The access that an action opens.

use std::fmt;

use serde::Serialize;

use super::super::action::Action;
use super::super::claim::{Claim, Fate, Within};
use super::super::source;

/// Names what an action opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Opened {
    /// A new password, for whoever knows it.
    NewPassword,
    /// The choice of a new password, for whoever knows the old one.
    ChoiceOfPassword,
    /// A Temporary Access Pass, for whoever holds it.
    AccessPass,
    /// The registration of new methods, once no method is left, for whoever knows the password or holds a
    /// session.
    Registration,
    /// Sign-in, for whoever holds a method that still works.
    SignIn,
    /// Sign-in on a device, for whoever holds the device and a key on it.
    Device,
    /// An application, for whoever controls it, with what is still granted to it.
    Application,
    /// Sign-in, where a policy held it back for the user's risk.
    DespiteRisk,
}

impl fmt::Display for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NewPassword => "the new password, for whoever knows it",
            Self::ChoiceOfPassword => "the choice of a new password, for whoever knows the old one",
            Self::AccessPass => "the pass, for whoever holds it",
            Self::Registration => {
                "the registration of new methods, once none is left, for whoever knows the password or holds a session"
            }
            Self::SignIn => "sign-in, for whoever holds a method that still works",
            Self::Device => "sign-in on the device, for whoever holds it and a key on it",
            Self::Application => {
                "the application, for whoever controls it, with what is still granted to it"
            }
            Self::DespiteRisk => "sign-in, where a policy held it back for the user's risk",
        })
    }
}

/// The access that an action opens, with its source.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Opening {
    /// The action.
    pub action: Action,
    /// What it opens.
    pub opens: Opened,
    /// The source.
    pub claim: Claim<Fate>,
}

const KNOWN: Claim<Fate> = Claim::documented(Fate::Opens, Within::AtOnce, source::RESET)
    .note("a forced change hands it to the first who signs in with it");
const KNOWN_PROFILE: Claim<Fate> = Claim::documented(Fate::Opens, Within::AtOnce, source::UPDATE_USER)
    .note("a forced change hands it to the first who signs in with it");
const CHOSEN: Claim<Fate> = Claim::observed(Fate::Opens, Within::AtOnce, source::FIELD_REPORT).note(
    "in the Entra admin center suggested and to be changed, in the Microsoft 365 admin center the reverse",
);
const BY_USER: Claim<Fate> = Claim::inferred(Fate::Opens, Within::AtOnce, source::CONCLUDED)
    .note("an attacker who holds the session or a method may have been the one who changed it");
const CHOICE: Claim<Fate> = Claim::documented(Fate::Opens, Within::AtOnce, source::UPDATE_USER)
    .note("locks nobody out: whoever knows the password chooses the new one");
const EXPIRED: Claim<Fate> = Claim::inferred(Fate::Opens, Within::AtOnce, source::REFRESH_TOKENS)
    .note("locks nobody out: whoever knows the password chooses the new one");
const PASS: Claim<Fate> =
    Claim::documented(Fate::Opens, Within::Replication, source::TAP).note("satisfies MFA");
const ASKED: Claim<Fate> = Claim::documented(Fate::Opens, Within::AtOnce, source::REGISTRATION)
    .note("without a method the user is asked to register after user name and password alone; a pass that was issued before, a block, or a policy on registration holds it; from 2027-02-01 an account that has only SMS or voice is made to register a passkey");
const ASKED_TO: Claim<Fate> = Claim::documented(Fate::Opens, Within::AtOnce, source::MANAGE_MFA)
    .note("the user is asked to set up a new method at the next sign-in; a pass that was issued before, a block, or a policy on registration holds it");
const RISK_OVER: Claim<Fate> =
    Claim::documented(Fate::Opens, Within::Unknown, source::RISK).note("whoever it was that was held back");
const DEVICE: Claim<Fate> = Claim::inferred(Fate::Opens, Within::AtOnce, source::MANAGE_DEVICES)
    .note("its keys of Windows Hello work again");
const APP_AGAIN: Claim<Fate> = Claim::inferred(Fate::Opens, Within::AtOnce, source::DISABLE_APP)
    .note("consents, permissions and secrets that an attacker left in it work again");
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
    Opening { action: Action::RequireMfaReregistration,      opens: Opened::Registration,     claim: ASKED_TO },
    Opening { action: Action::DeleteMethods,                 opens: Opened::Registration,     claim: ASKED },
    Opening { action: Action::DeactivateHardwareOath,        opens: Opened::Registration,     claim: ASKED },
    Opening { action: Action::CreateTemporaryAccessPass,     opens: Opened::AccessPass,       claim: PASS },
    Opening { action: Action::UnblockSignIn,                 opens: Opened::SignIn,           claim: AGAIN },
    Opening { action: Action::EnableDevice,                  opens: Opened::Device,           claim: DEVICE },
    Opening { action: Action::EnableApplication,             opens: Opened::Application,      claim: APP_AGAIN },
    Opening { action: Action::DismissRisk,                   opens: Opened::DespiteRisk,      claim: RISK_OVER },
];
