//! What a watch found: something that came back, or that somebody else did.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::text::{moment, printable};

/// Something that came back to an account, or that somebody else did to it, since a run or the round before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Finding {
    /// What it is.
    pub is: FindingKind,
    /// A description. An attacker may have chosen names in it.
    pub what: String,
    /// Its id, if it has one.
    pub id: Option<String>,
    /// When the account was read that showed it first, by the service's clock. UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub at: OffsetDateTime,
    /// False if a list was not complete: what seems new may have existed before.
    pub certain: bool,
    /// Whether the account no longer showed it when it was read last.
    pub gone: bool,
}

/// Names what a watch found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FindingKind {
    /// Sign-in was enabled again, not by the run.
    EnabledAgain,
    /// The password was changed, not by the run.
    PasswordChanged,
    /// The sessions were revoked, not by the run.
    SessionsMoved,
    /// A method was added.
    NewMethod,
    /// A method became another under the same id, such as a number.
    MethodChanged,
    /// A pass was made, not by the run.
    NewPass,
    /// A device was added.
    NewDevice,
    /// A device was enabled again.
    DeviceEnabled,
    /// A consent was given.
    NewGrant,
    /// The scopes of a consent changed, or its application was enabled or disabled.
    GrantChanged,
    /// A role, active or eligible, or a group that carries one was added.
    NewRole,
    /// An application was assigned.
    NewAssignment,
}

impl FindingKind {
    /// Returns a short stable word for the kind.
    pub const fn word(self) -> &'static str {
        match self {
            Self::EnabledAgain => "enabled-again",
            Self::PasswordChanged => "password-changed",
            Self::SessionsMoved => "sessions-moved",
            Self::NewMethod => "new-method",
            Self::MethodChanged => "method-changed",
            Self::NewPass => "new-pass",
            Self::NewDevice => "new-device",
            Self::DeviceEnabled => "device-enabled",
            Self::NewGrant => "new-grant",
            Self::GrantChanged => "grant-changed",
            Self::NewRole => "new-role",
            Self::NewAssignment => "new-assignment",
        }
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}, seen at {}", self.is, printable(&self.what), moment(self.at))?;
        if !self.certain {
            f.write_str(" (not certain: the list was not complete)")?;
        }
        if self.gone { f.write_str("; no longer there") } else { Ok(()) }
    }
}
