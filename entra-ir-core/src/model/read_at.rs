//! When an object was read.

use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::Instant;

/// How long an object that was read counts as current.
pub(crate) const FRESH: Duration = Duration::from_secs(300);

/// Holds when an object was read: by the wall clock, and by one that does not jump. Empty if it comes from
/// JSON.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ReadAt(Option<(OffsetDateTime, Instant)>);

// Two equal objects are equal whenever they were read.
impl PartialEq for ReadAt {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for ReadAt {}

impl ReadAt {
    /// Records that it was read now.
    pub(crate) fn now() -> Self {
        Self(Some((OffsetDateTime::now_utc(), Instant::now())))
    }

    /// Returns the time by this machine's clock.
    pub(super) fn moment(self) -> Option<OffsetDateTime> {
        self.0.map(|(at, _)| at)
    }

    /// Returns whether it was read recently, so that it need not be read again.
    pub(crate) fn is_fresh(self) -> bool {
        self.0.is_some_and(|(_, read)| read.elapsed() < FRESH)
    }

    /// Returns whether it was read after a given time.
    pub(crate) fn is_after(self, moment: Instant) -> bool {
        self.0.is_some_and(|(_, read)| read > moment)
    }
}
