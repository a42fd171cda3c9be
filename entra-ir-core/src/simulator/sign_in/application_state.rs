//! The state of an application that acts without a session.

use time::OffsetDateTime;

use super::token::AccessTokenState;
use crate::ids::ObjectId;

/// The tokens of an application.
#[derive(Clone)]
pub(super) struct ApplicationState {
    pub(super) client: ObjectId,
    /// The user for whom it acts; `None` if it acts for itself.
    pub(super) user: Option<ObjectId>,
    /// When its refresh token was issued, and last used.
    pub(super) refresh: Option<(OffsetDateTime, OffsetDateTime)>,
    pub(super) token: Option<AccessTokenState>,
}
