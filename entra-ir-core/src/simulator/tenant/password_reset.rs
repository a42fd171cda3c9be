//! Password resets that are under way or have ended.

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

/// Says that a reset fails, and what is said about it.
#[derive(Clone)]
pub(crate) struct Failure {
    pub(crate) detail: Option<String>,
}
