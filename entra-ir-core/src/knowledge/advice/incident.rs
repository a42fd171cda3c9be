//! The types of incidents.

use std::fmt;

use serde::Serialize;
use time::OffsetDateTime;

use crate::ids::{MethodId, ObjectId};

/// The type of an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "is")]
#[non_exhaustive]
pub enum Incident {
    /// An attacker knows the password.
    AccountTakeover,
    /// A session or a token was stolen, for example by an adversary in the middle.
    TokenTheft,
    /// An attacker registered a method.
    SuspiciousMethod {
        /// The methods that are suspect, by id, if any is: they go first.
        suspects: Vec<MethodId>,
        /// Who registered the suspect method, by the audit log.
        by: RegisteredBy,
    },
    /// A device was lost or stolen.
    LostDevice {
        /// The device, by object id.
        device: Option<ObjectId>,
    },
    /// The user reports that all second factors are lost, such as after a change of phone. Until identity is
    /// proven, the caller may be an attacker.
    LostMethods {
        /// The methods that are lost, by id; only they go. If none is named, the phone numbers, the
        /// Authenticator apps and the tokens.
        lost: Vec<MethodId>,
    },
    /// The user consented to a malicious application.
    MaliciousConsent {
        /// The permission grant, by id.
        grant: Option<String>,
    },
    /// The help desk was talked into a reset, a pass or the removal of methods, for somebody who was not the
    /// user.
    HelpDeskTricked {
        /// When the help desk was called, if that is known. UTC.
        #[serde(with = "time::serde::rfc3339::option")]
        #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
        since: Option<OffsetDateTime>,
    },
    /// An attacker is in an account that holds a role. What it changed in the tenant is taken back first.
    Privileged,
    /// There is no time to find out more: the account is locked in seconds. Nothing is removed.
    Lockdown,
    /// The account was contained, and the rightful user gets back in.
    Recover,
}

/// Who registered a method. The audit log shows it (`initiatedBy`); since June 2026 an application can
/// register passkeys for any user.
///
/// Source: "Create fido2AuthenticationMethod".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RegisteredBy {
    /// The audit log was not read.
    #[default]
    Unknown,
    /// The user, or somebody who was signed in as the user.
    User,
    /// An administrator.
    Administrator,
    /// An application.
    Application,
}

impl Incident {
    /// Returns whether somebody else may be in the account, or was.
    pub const fn is_hostile(&self) -> bool {
        !matches!(self, Self::LostMethods { .. })
    }

    /// Returns whether sign-in is blocked for any kind of account.
    pub(in crate::knowledge) const fn is_blocked(&self) -> bool {
        matches!(
            self,
            Self::AccountTakeover
                | Self::TokenTheft
                | Self::SuspiciousMethod { .. }
                | Self::HelpDeskTricked { .. }
                | Self::Privileged
                | Self::Lockdown
        )
    }

    /// Returns a short stable word for the incident.
    pub const fn slug(&self) -> &'static str {
        match self {
            Self::AccountTakeover => "account-takeover",
            Self::TokenTheft => "token-theft",
            Self::SuspiciousMethod { .. } => "suspicious-method",
            Self::LostDevice { .. } => "lost-device",
            Self::LostMethods { .. } => "lost-methods",
            Self::MaliciousConsent { .. } => "malicious-consent",
            Self::HelpDeskTricked { .. } => "help-desk-tricked",
            Self::Privileged => "privileged",
            Self::Lockdown => "lockdown",
            Self::Recover => "recover",
        }
    }
}

impl fmt::Display for Incident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AccountTakeover => "an attacker knows the password",
            Self::TokenTheft => "a session or token was stolen",
            Self::SuspiciousMethod { .. } => "an attacker registered a method",
            Self::LostDevice { .. } => "a device was lost or stolen",
            Self::LostMethods { .. } => "the user reports that all second factors are lost",
            Self::MaliciousConsent { .. } => "the user consented to a malicious application",
            Self::HelpDeskTricked { .. } => "the help desk was tricked",
            Self::Privileged => "an attacker is in an account with a role",
            Self::Lockdown => "the account is to be locked at once",
            Self::Recover => "the account was contained, and the rightful user gets back in",
        })
    }
}
