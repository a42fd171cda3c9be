//! The common trait of operations' results.

use secrecy::SecretString;

use crate::receipt::Receipt;

/// Describes the result of an operation: the result of a write has a [`Receipt`].
pub trait Output {
    /// Returns the receipt of a write; `None` for a read.
    fn receipt(&self) -> Option<&Receipt> {
        None
    }

    /// Returns the secret that the operation made, such as a password; `None` if it made none. It is never in
    /// the JSON of the result.
    fn secret(&self) -> Option<&SecretString> {
        None
    }
}

impl Output for Receipt {
    fn receipt(&self) -> Option<&Receipt> {
        Some(self)
    }
}
