//! The result of `lock_out`: a block and a new password, each with its own grade.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::ForceChange;
use crate::model::Word;
use crate::operation::Output;
use crate::receipt::{Grade, Mechanism, Receipt, WarningKind, Weight};

/// One `PATCH /users/{id}` with `accountEnabled` and `passwordProfile`.
pub const BLOCK_WITH_PASSWORD: Mechanism =
    Mechanism::new("block-with-password", "PATCH accountEnabled and passwordProfile");

/// Two writes, because the one for both was refused, or its end is unknown.
pub const BLOCK_THEN_PASSWORD: Mechanism =
    Mechanism::new("block-then-password", "PATCH accountEnabled, then PATCH passwordProfile");

/// Access tokens that were issued live on.
pub const TOKENS_LIVE_OUT: WarningKind = WarningKind::new(
    "tokens-live-out",
    "access tokens that were issued survive for minutes to an hour, and applications keep sessions of their own: revoke_sign_in_sessions next",
    Weight::MayRemain("sessions survive"),
);

/// The account is blocked, and its password is the old one.
pub const PASSWORD_NOT_SET: WarningKind = WarningKind::new(
    "password-not-set",
    "the password was not changed, so whoever knows the old one signs in as soon as the account is unblocked: {}",
    Weight::MayRemain("the old password remains"),
);

/// Whether the password is new is unknown.
pub const PASSWORD_UNKNOWN: WarningKind = WarningKind::new(
    "password-unknown",
    "whether the new password is in force is unknown: {}",
    Weight::MayRemain("the old password may remain"),
);

/// The password is new, and the account is not blocked.
pub const NOT_BLOCKED: WarningKind = WarningKind::new(
    "not-blocked",
    "the account is NOT blocked: sessions and methods that need no password still work; {}",
    Weight::InVain("the account is not blocked"),
);

/// The result of locking out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LockedOut {
    /// What was done. Its grade is that of the block.
    pub receipt: Receipt,
    /// How certain the new password is; `not-sent` if the account's password cannot be set here.
    pub password_grade: Grade,
    /// The new password, if it was generated and may be in force. Masked in `Debug`, omitted from JSON.
    #[serde(skip)]
    pub password: Option<SecretString>,
    /// Whether the user must change it.
    pub force_change: Word<ForceChange>,
}

impl LockedOut {
    /// Returns whether the block and the new password were both done, by the service's answer.
    pub const fn is_whole(&self) -> bool {
        self.receipt.grade.is_success() && self.password_grade.is_success()
    }
}

impl Output for LockedOut {
    fn receipt(&self) -> Option<&Receipt> {
        Some(&self.receipt)
    }

    fn secret(&self) -> Option<&SecretString> {
        self.password.as_ref()
    }
}
