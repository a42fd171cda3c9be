//! What happened to a device, and what that makes of its tokens.

use time::OffsetDateTime;

use crate::ids::ObjectId;
use crate::model::{Device, DeviceTrust};

/// What happened to a device, whether the directory lists it or not.
#[derive(Clone, Default)]
pub(crate) struct Machine {
    pub(super) disabled_at: Option<OffsetDateTime>,
    pub(super) deleted: Option<Deleted>,
    /// Tokens of the device that were issued before are void.
    pub(super) void_before: Option<OffsetDateTime>,
    /// Joined to on-premises Active Directory although no list shows it.
    pub(crate) hybrid: bool,
    pub(crate) disabled_on_premises: bool,
}

#[derive(Clone)]
pub(super) struct Deleted {
    pub(super) at: OffsetDateTime,
    /// The object, and whose it was; nothing for a device that no list showed.
    pub(super) object: Option<(ObjectId, Device)>,
}

/// Says how a device stands: whether it is refused now, and which of its tokens are void.
#[derive(Clone, Copy)]
pub(crate) struct DeviceStanding {
    pub(crate) is_refused: bool,
    pub(super) void_before: Option<OffsetDateTime>,
}

impl DeviceStanding {
    /// Returns whether a token of the device that was issued at a moment is still good.
    pub(crate) fn admits(&self, issued: OffsetDateTime) -> bool {
        !self.is_refused && self.void_before.is_none_or(|void| issued >= void)
    }
}

impl Machine {
    pub(super) fn is_hybrid(&self, object: Option<&Device>) -> bool {
        let of = |device: &Device| device.trust_type == Some(DeviceTrust::Hybrid);
        let deleted = self.deleted.as_ref().and_then(|deleted| deleted.object.as_ref());
        self.hybrid || object.is_some_and(of) || deleted.is_some_and(|(_, device)| of(device))
    }
}
