//! Polling with a deadline.

use std::time::Duration;

use tokio::time::Instant;

/// The shortest pause, to protect a service that requests none.
const LEAST: Duration = Duration::from_secs(1);

/// The longest pause that the library chooses.
const MOST: Duration = Duration::from_secs(15);

/// The time that is reserved for the last poll.
const LAST_LOOK: Duration = Duration::from_millis(500);

/// Paces the polling of a long-running operation: pauses double, the service may request longer ones, and the
/// whole has a deadline.
#[derive(Debug)]
pub(crate) struct Poll {
    started: Instant,
    deadline: Instant,
    pause: Duration,
}

impl Poll {
    /// Starts polling that ends at a deadline.
    pub(crate) fn until(deadline: Instant) -> Self {
        Self { started: Instant::now(), deadline, pause: LEAST }
    }

    /// Waits until the next poll is due, the last one just before the deadline. Returns `false` if there is
    /// no time for another one, or the service requested a pause beyond the deadline.
    pub(crate) async fn pause(&mut self, asked: Option<Duration>) -> bool {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let asked = asked.unwrap_or_default();
        if left <= LAST_LOOK || asked > left {
            return false;
        }
        let pause = asked.max(self.pause).min(left.saturating_sub(LAST_LOOK)).max(asked);
        self.pause = (self.pause * 2).min(MOST);
        tokio::time::sleep(pause).await;
        true
    }

    /// Polls once, up to the deadline.
    pub(crate) async fn look<T>(&self, look: impl Future<Output = T>) -> Option<T> {
        tokio::time::timeout_at(self.deadline, look).await.ok()
    }

    /// Returns the time since polling started.
    pub(crate) fn waited(&self) -> Duration {
        self.started.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_and_end() {
        let mut poll = Poll::until(Instant::now() + Duration::from_secs(60));
        assert!(poll.pause(Some(Duration::ZERO)).await);
        assert_eq!(poll.waited().as_secs(), 1, "a floor");
        assert!(poll.pause(Some(Duration::from_secs(20))).await);
        assert_eq!(poll.waited().as_secs(), 21, "what the service asks");
        assert!(poll.look(std::future::pending::<()>()).await.is_none(), "no look goes on for ever");
        assert!(!poll.pause(None).await);
        assert_eq!(poll.waited().as_secs(), 60);
        let mut short = Poll::until(Instant::now() + Duration::from_secs(3));
        let mut looks = 1;
        while short.pause(None).await {
            looks += 1;
        }
        assert_eq!((looks, short.waited().as_millis()), (3, 2500), "the time given is used");
        let mut asked = Poll::until(Instant::now() + Duration::from_secs(3));
        assert!(!asked.pause(Some(Duration::from_secs(10))).await, "not before the service wants it");
    }
}
