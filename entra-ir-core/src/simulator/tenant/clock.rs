//! The tenant's own clock.

use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::Instant;

/// 2026-03-02T09:00:00Z: where every tenant's clock starts.
pub(crate) const START: OffsetDateTime =
    OffsetDateTime::UNIX_EPOCH.saturating_add(time::Duration::seconds(1_772_442_000));

/// A clock that follows tokio's, so that a test's paused clock drives it, and can be put forward.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    begun: Instant,
    ahead: Duration,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self { begun: Instant::now(), ahead: Duration::ZERO }
    }

    pub(crate) fn now(&self) -> OffsetDateTime {
        let elapsed = self.begun.elapsed().saturating_add(self.ahead);
        START.saturating_add(time::Duration::try_from(elapsed).unwrap_or(time::Duration::MAX))
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.ahead = self.ahead.saturating_add(by);
    }
}

/// Cuts a moment to whole seconds, the precision in which Graph shows dates.
pub(crate) fn whole_seconds(moment: OffsetDateTime) -> OffsetDateTime {
    moment.replace_nanosecond(0).unwrap_or(moment)
}

/// Writes a moment without its zone, as error bodies have it.
pub(crate) fn zoneless(moment: OffsetDateTime) -> String {
    let (hour, minute, second) = moment.to_hms();
    format!("{}T{hour:02}:{minute:02}:{second:02}", moment.date())
}

/// Writes a moment as Graph does.
pub(crate) fn stamp(moment: OffsetDateTime) -> String {
    zoneless(moment) + "Z"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_clock_follows_tokio_and_can_be_put_forward() {
        let mut clock = Clock::new();
        assert_eq!(stamp(clock.now()), "2026-03-02T09:00:00Z");
        tokio::time::sleep(Duration::from_millis(90_500)).await;
        clock.advance(Duration::from_secs(3600));
        assert_eq!(stamp(whole_seconds(clock.now())), "2026-03-02T10:01:30Z");
    }
}
