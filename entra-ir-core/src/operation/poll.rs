//! Looking again and again, with an end.

use std::time::Duration;

use tokio::time::Instant;

/// The shortest pause: a service that asks for none is not hammered.
const LEAST: Duration = Duration::from_secs(1);

/// The longest pause of our own.
const MOST: Duration = Duration::from_secs(15);

/// Paces looks at something that takes its time: pauses double, the service may ask for longer ones, and the whole has a deadline.
#[derive(Debug)]
pub(crate) struct Poll {
    started: Instant,
    deadline: Instant,
    pause: Duration,
}

impl Poll {
    /// Starts a series of looks.
    pub(crate) fn within(time: Duration) -> Self {
        let started = Instant::now();
        Self { started, deadline: started + time, pause: LEAST }
    }

    /// Waits until the next look is due; `false` if that is after the deadline.
    pub(crate) async fn pause(&mut self, asked: Option<Duration>) -> bool {
        let pause = asked.unwrap_or_default().max(self.pause);
        self.pause = (self.pause * 2).min(MOST);
        if Instant::now() + pause > self.deadline {
            return false;
        }
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
        let mut poll = Poll::within(Duration::from_secs(60));
        assert!(poll.pause(Some(Duration::ZERO)).await);
        assert_eq!(poll.waited().as_secs(), 1, "a floor");
        assert!(poll.pause(Some(Duration::from_secs(20))).await);
        assert_eq!(poll.waited().as_secs(), 21, "what the service asks");
        assert!(poll.look(std::future::pending::<()>()).await.is_none(), "no look goes on for ever");
        assert!(!poll.pause(None).await);
        assert_eq!(poll.waited().as_secs(), 60);
    }
}
