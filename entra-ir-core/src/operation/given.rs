//! What a caller gives beside an operation.

use std::time::Duration;

use crate::model::{Device, User};

/// What the caller gives beside the operation.
#[derive(Debug)]
pub(super) struct Given {
    /// The accounts that were read.
    pub(super) users: Vec<User>,
    /// A device that was read.
    pub(super) device: Option<Device>,
    /// The time that the call may take.
    pub(super) time: Option<Duration>,
    /// Whether the owner of the target was checked.
    pub(super) owner_checked: bool,
}
