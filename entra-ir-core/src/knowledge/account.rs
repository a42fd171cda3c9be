//! The kinds of accounts that the tables distinguish, and whether an action applies to them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::claim::Strength;
use crate::model::{User, UserKind};

/// Kinds of accounts, by what an action can do for them. A federated account is also of one of the other
/// kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AccountKind {
    /// Created and kept in this tenant.
    Cloud,
    /// Synced from on-premises Active Directory.
    Synced,
    /// An external guest.
    ExternalGuest,
    /// A local account of a customer tenant.
    Customer,
    /// Its domain is federated: another identity provider checks the password.
    Federated,
    /// The service uses a word that this version does not know: what an action does for it is unknown. No
    /// table has a column for it.
    Unknown,
}

impl AccountKind {
    /// Lists every known kind, in the order of the columns.
    pub const ALL: [Self; 5] =
        [Self::Cloud, Self::Synced, Self::ExternalGuest, Self::Customer, Self::Federated];
}

impl From<UserKind> for AccountKind {
    fn from(kind: UserKind) -> Self {
        match kind {
            UserKind::Cloud => Self::Cloud,
            UserKind::Synced => Self::Synced,
            UserKind::ExternalGuest => Self::ExternalGuest,
            UserKind::Customer => Self::Customer,
        }
    }
}

impl From<&User> for AccountKind {
    /// A user whose type or way of creation has a new name is of unknown kind, unless it has the marks of an
    /// external guest.
    ///
    /// Source: "user resource type", `userType` and `creationType`.
    fn from(user: &User) -> Self {
        let is_among = |word: &Option<String>, known: &[&str]| {
            let word = word.as_deref().unwrap_or_default();
            word.is_empty() || known.iter().any(|known| known.eq_ignore_ascii_case(word))
        };
        let known = is_among(&user.user_type, &["Member", "Guest"])
            && is_among(
                &user.creation_type,
                &["Invitation", "LocalAccount", "EmailVerified", "SelfServiceSignUp"],
            );
        match user.kind() {
            UserKind::ExternalGuest => Self::ExternalGuest,
            kind if known => kind.into(),
            _ => Self::Unknown,
        }
    }
}

impl fmt::Display for AccountKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cloud => "cloud",
            Self::Synced => "synced",
            Self::ExternalGuest => "external guest",
            Self::Customer => "customer",
            Self::Federated => "federated",
            Self::Unknown => "unknown",
        })
    }
}

/// Whether an action applies to a kind of account, in ascending order of its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reach {
    /// It is accepted and does nothing, or there is nothing here to act on.
    NoEffectHere,
    /// It is refused.
    Refused,
    /// Unknown.
    Unknown,
    /// It acts until the next sync, which may undo it.
    UntilSync,
    /// It acts as the other tables describe.
    Acts,
}

impl Strength for Reach {
    const UNKNOWN: Self = Self::Unknown;
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoEffectHere => "no effect here",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::UntilSync => "may be undone by sync",
            Self::Acts => "acts",
        })
    }
}
