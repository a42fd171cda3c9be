//! The tenant's behaviour where the service varies.

use std::time::Duration;

use super::password_reset::Failure;

/// The text of the refusal to delete the default method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DefaultMethodWording {
    /// The text of 2022 and after: the id "matches the user's current default authentication method".
    #[default]
    Current,
    /// The text of 2021: "Cannot delete default method with other methods configured".
    Of2021,
}

/// The edition of Microsoft Entra ID of the tenant.
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

/// The tenant's behaviour where the service varies.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "independent choices of the service")]
pub(crate) struct Settings {
    pub(crate) read_delay: Duration,
    /// The time until the change of a device takes effect.
    pub(crate) device_delay: Duration,
    pub(crate) page_size: Option<usize>,
    pub(crate) wording: DefaultMethodWording,
    pub(crate) qr_in_v1: bool,
    pub(crate) reset_polls: u32,
    pub(crate) fail_next_reset: Option<Failure>,
    /// The duration of every answer.
    pub(crate) latency: Duration,
    /// Whether a query about a group that does not exist is refused.
    pub(crate) refuses_unknown_groups: bool,
    pub(crate) licence: Licence,
    /// Whether an administrator's password reset ends the user's risk.
    pub(crate) reset_remediates_risk: bool,
    /// Whether Identity Protection answers one request a second.
    pub(crate) limits_identity_protection: bool,
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
            reset_remediates_risk: true,
            limits_identity_protection: false,
        }
    }
}
