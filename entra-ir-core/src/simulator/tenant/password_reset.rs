//! Running and ended password resets.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::ids::ObjectId;

/// A running or ended reset.
#[derive(Clone)]
pub(crate) struct ResetOperation {
    pub(crate) id: Uuid,
    pub(crate) user: ObjectId,
    pub(crate) begun: OffsetDateTime,
    pub(crate) polls_left: u32,
    pub(crate) failure: Option<Failure>,
}

/// The failure of a reset, with its detail.
#[derive(Clone)]
pub(crate) struct Failure {
    pub(crate) detail: Option<String>,
}
