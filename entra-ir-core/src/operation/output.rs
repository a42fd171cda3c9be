//! What the results of operations have in common.

use crate::receipt::Receipt;

/// Describes the result of an operation: that of a write has a [`Receipt`].
pub trait Output {
    /// Returns the receipt of a write; `None` for a read.
    fn receipt(&self) -> Option<&Receipt> {
        None
    }
}

impl Output for Receipt {
    fn receipt(&self) -> Option<&Receipt> {
        Some(self)
    }
}
