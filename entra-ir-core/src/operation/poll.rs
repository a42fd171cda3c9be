//! Polling with a deadline.

use std::time::Duration;

use tokio::time::Instant;

/// The shortest pause: a service that asks for none is not hammered.
const LEAST: Duration = Duration::from_secs(1);

/// The longest pause of our own.
const MOST: Duration = Duration::from_secs(15);

/// What the last look has left of the time.
const LAST_LOOK: Duration = Duration::from_millis(500);

/// Paces looks at something that takes its time: pauses double, the service may ask for longer ones, and the whole has a deadline.
#[derive(Debug)]
pub(crate) struct Poll {
    started: Instant,
    deadline: Instant,
    pause: Duration,
}

impl Poll {
    /// Starts a series of looks that ends at a moment.
    pub(crate) fn until(deadline: Instant) -> Self {
        Self { started: Instant::now(), deadline, pause: LEAST }
    }

    /// Waits until the next look is due, the last one just before the deadline; `false` if there is no time for one more, or the service asked
    /// for a pause that goes beyond.
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

    /// Takes a look, which ends at the deadline.
    pub(crate) async fn look<T>(&self, look: impl Future<Output = T>) -> Option<T> {
        tokio::time::timeout_at(self.deadline, look).await.ok()
    }

    /// Returns for how long it has been looked.
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
