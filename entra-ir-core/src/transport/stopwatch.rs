//! Tells the time of an attempt from the time that it waits for a connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// The mark for an attempt that waits.
const WAITING: u64 = u64::MAX;

/// Travels in a request's extensions. A transport that lets a request wait for its turn stops it meanwhile.
#[derive(Clone, Debug)]
pub(crate) struct Stopwatch {
    made: Instant,
    /// Milliseconds after `made` at which the attempt began.
    began: Arc<AtomicU64>,
}

impl Stopwatch {
    /// Starts: a transport that knows nothing of it has sent at once.
    pub(crate) fn started() -> Self {
        Self { made: Instant::now(), began: Arc::default() }
    }

    /// Stops, while the request waits for its turn.
    #[cfg(feature = "http")]
    pub(super) fn stop(&self) {
        self.began.store(WAITING, Ordering::Relaxed);
    }

    /// Begins anew: the request is sent now.
    #[cfg(feature = "http")]
    pub(super) fn restart(&self) {
        let millis = u64::try_from(self.made.elapsed().as_millis()).unwrap_or(WAITING - 1);
        self.began.store(millis, Ordering::Relaxed);
    }

    /// Returns when an attempt that may take `timeout` is over; for one that waits, the next time to look.
    pub(crate) fn due(&self, timeout: Duration) -> Instant {
        match self.began.load(Ordering::Relaxed) {
            WAITING => Instant::now() + timeout,
            millis => self.made + Duration::from_millis(millis) + timeout,
        }
    }
}
