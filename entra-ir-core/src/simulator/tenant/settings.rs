//! How the tenant behaves where the service is not always the same.

use std::time::Duration;

use super::password_reset::Failure;

/// Says in which words the refusal to delete the default method comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DefaultMethodWording {
    /// The words of 2022 and after: the id "matches the user's current default authentication method".
    #[default]
    Current,
    /// The words of 2021: "Cannot delete default method with other methods configured".
    Of2021,
}

/// Says which edition of Microsoft Entra ID the tenant has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Licence {
    /// Microsoft Entra ID Free.
    Free,
    /// Microsoft Entra ID P1.
    P1,
    /// Microsoft Entra ID P2, with Privileged Identity Management and Identity Protection.
    #[default]
    P2,
}

/// How the tenant behaves where the service is not always the same.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) read_delay: Duration,
    /// How long it takes until the change of a device is noticed.
    pub(crate) device_delay: Duration,
    pub(crate) page_size: Option<usize>,
    pub(crate) wording: DefaultMethodWording,
    pub(crate) qr_in_v1: bool,
    pub(crate) reset_polls: u32,
    pub(crate) fail_next_reset: Option<Failure>,
    /// How long every answer takes.
    pub(crate) latency: Duration,
    /// Whether a question about a group that does not exist is refused.
    pub(crate) refuses_unknown_groups: bool,
    pub(crate) licence: Licence,
}

impl Settings {
    pub(crate) const fn new() -> Self {
        Self {
            read_delay: Duration::ZERO,
            device_delay: Duration::ZERO,
            page_size: None,
            wording: DefaultMethodWording::Current,
            qr_in_v1: false,
            reset_polls: 2,
            fail_next_reset: None,
            latency: Duration::ZERO,
            refuses_unknown_groups: true,
            licence: Licence::P2,
        }
    }
}
