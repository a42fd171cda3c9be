//! Holds calls back where the service said, or is known, to take no more.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::StatusCode;
use time::OffsetDateTime;
use tokio::time::Instant;

use super::{Stage, spec_of};
use crate::error::Result;
use crate::spec::Workload;
use crate::wire::{Request, Response, retry_after};

/// The stage: after a 429 all calls to that part of the service wait, not only the one that was refused.
#[derive(Debug)]
pub(super) struct Throttle<S> {
    started: Instant,
    max_wait: Duration,
    /// For each workload the time, in milliseconds after `started`, before which nothing is sent.
    open_at: [AtomicU64; Workload::ALL.len()],
    next: S,
}

impl<S> Throttle<S> {
    pub(super) fn new(max_wait: Duration, next: S) -> Self {
        Self { started: Instant::now(), max_wait, open_at: Default::default(), next }
    }

    fn now(&self) -> u64 {
        millis(self.started.elapsed())
    }

    /// Returns how long this call has to wait, and takes its place in the row where there is a pace.
    fn wait(&self, workload: Workload) -> Duration {
        let open_at = &self.open_at[workload as usize];
        let now = self.now();
        let mine = match pace(workload) {
            Duration::ZERO => open_at.load(Ordering::Relaxed),
            pace => open_at
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |at| Some(at.max(now) + millis(pace)))
                .map_or(0, |at| at.max(now)),
        };
        Duration::from_millis(mine.saturating_sub(now))
    }
}

/// The time between two calls. Only identity protection has a documented one, for the whole tenant and without `Retry-After`.
const fn pace(workload: Workload) -> Duration {
    match workload {
        Workload::IdentityProtection => Duration::from_secs(1),
        _ => Duration::ZERO,
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

impl<S: Stage> Stage for Throttle<S> {
    async fn send(&self, request: &mut Request) -> Result<Response> {
        let workload = spec_of(request)?.workload;
        let wait = self.wait(workload);
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        let response = self.next.send(request).await?;
        if response.status() == StatusCode::TOO_MANY_REQUESTS
            && let Some(asked) = retry_after(response.headers(), OffsetDateTime::now_utc())
        {
            // A wait longer than anybody here accepts is the caller's to judge.
            let until = self.now() + millis(asked.min(self.max_wait));
            self.open_at[workload as usize].fetch_max(until, Ordering::Relaxed);
        }
        Ok(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn only_what_has_a_pace_is_paced() {
        let throttle = Throttle::new(Duration::from_secs(9), ());
        let waits: Vec<_> = (0..3).map(|_| throttle.wait(Workload::IdentityProtection).as_secs()).collect();
        assert_eq!(waits, [0, 1, 2]);
        assert_eq!(throttle.wait(Workload::Directory), Duration::ZERO);
    }
}
