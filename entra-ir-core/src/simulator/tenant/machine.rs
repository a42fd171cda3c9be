//! What happened to a device, and the effect on its tokens.

use time::OffsetDateTime;

use super::device::DeviceObject;
use crate::model::DeviceTrust;

/// What happened to a device, whether the directory lists it or not.
#[derive(Clone, Default)]
pub(crate) struct Machine {
    pub(super) disabled_at: Option<OffsetDateTime>,
    pub(super) deleted: Option<Deleted>,
    pub(super) term: Term,
    pub(crate) disabled_on_premises: bool,
}

#[derive(Clone)]
pub(super) struct Deleted {
    pub(super) at: OffsetDateTime,
    /// The object; `None` for a device that the directory did not have.
    pub(super) object: Option<DeviceObject>,
}

/// Numbers the times from one enabling of a device to the next: a token of a former term is void. A time is
/// not enough: tokens carry whole seconds, and a device may be disabled and enabled within one second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Term(u32);

impl Term {
    pub(super) const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// The state of a device: whether it is refused now, and which of its tokens are void.
#[derive(Clone, Copy)]
pub(crate) struct DeviceStanding {
    pub(crate) is_refused: bool,
    pub(crate) term: Term,
}

impl DeviceStanding {
    /// Returns whether a token of the device that was issued in a term is still good.
    pub(crate) fn admits(self, issued: Term) -> bool {
        !self.is_refused && issued == self.term
    }
}

impl Machine {
    pub(super) fn is_hybrid(&self, object: Option<&DeviceObject>) -> bool {
        let of = |object: &DeviceObject| object.shown.trust_type == Some(DeviceTrust::Hybrid);
        let deleted = self.deleted.as_ref().and_then(|deleted| deleted.object.as_ref());
        object.or(deleted).is_some_and(of)
    }
}
