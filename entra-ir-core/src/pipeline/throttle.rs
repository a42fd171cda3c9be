//! Delays calls to a throttled or rate-limited workload.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::StatusCode;
use time::OffsetDateTime;
use tokio::time::Instant;

use super::{Stage, spec_of};
use crate::error::{Refusal, Result};
use crate::spec::{OperationSpec, Workload};
use crate::wire::{Request, Response, retry_after};

/// The longest wait that is remembered: an absurd one must not block a client permanently.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// The stage: after a 429 all calls to that part of the service wait, not only the one that was refused.
/// Nothing is sent before the time that the service named: a call that would have to wait longer than
/// accepted is refused at once.
///
/// Only Identity Protection documents a rate, for the whole tenant and without `Retry-After`: its requests
/// are sent at an interval, and a 429 holds the next one for that long.
#[derive(Debug)]
pub(super) struct Throttle<S> {
    started: Instant,
    max_wait: Duration,
    /// The interval between two requests to Identity Protection.
    interval: Duration,
    /// For each workload the end of its throttling, in milliseconds after `started`.
    held_until: [AtomicU64; Workload::ALL.len()],
    /// For each rate-limited workload the time of the next free slot.
    next_place: [AtomicU64; Workload::ALL.len()],
    next: S,
}

impl<S> Throttle<S> {
    pub(super) fn new(max_wait: Duration, interval: Duration, next: S) -> Self {
        Self {
            started: Instant::now(),
            max_wait,
            interval,
            held_until: Default::default(),
            next_place: Default::default(),
            next,
        }
    }

    fn now(&self) -> u64 {
        millis(self.started.elapsed())
    }

    /// Returns the interval between two requests to a workload.
    fn pace(&self, workload: Workload) -> Duration {
        if workload == Workload::IdentityProtection { self.interval } else { Duration::ZERO }
    }

    /// Returns how long the workload is still throttled.
    fn hold(&self, workload: Workload) -> Duration {
        let until = self.held_until[workload as usize].load(Ordering::Relaxed);
        Duration::from_millis(until.saturating_sub(self.now()))
    }

    /// Reserves the next slot if the workload is rate-limited, and returns the time until then.
    fn place(&self, workload: Workload) -> Duration {
        let pace = millis(self.pace(workload));
        if pace == 0 {
            return Duration::ZERO;
        }
        let now = self.now();
        let mine = self.next_place[workload as usize]
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |at| Some(at.max(now) + pace))
            .map_or(0, |at| at.max(now));
        Duration::from_millis(mine.saturating_sub(now))
    }

    /// Waits for the slot, and until the workload is no longer throttled.
    async fn wait(&self, spec: &'static OperationSpec) -> Result<()> {
        let mut pause = self.place(spec.workload);
        loop {
            if !pause.is_zero() {
                tokio::time::sleep(pause).await;
            }
            pause = self.hold(spec.workload);
            if pause > self.max_wait {
                let seconds = pause.as_secs() + u64::from(pause.subsec_nanos() > 0);
                return Err(Refusal::TooEarly { operation: spec.id, seconds }.into());
            }
            if pause.is_zero() {
                return Ok(());
            }
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

impl<S: Stage> Stage for Throttle<S> {
    async fn send(&self, request: &mut Request) -> Result<Response> {
        let spec = spec_of(request)?;
        self.wait(spec).await?;
        let response = self.next.send(request).await?;
        if response.status() == StatusCode::TOO_MANY_REQUESTS {
            let asked = retry_after(response.headers(), OffsetDateTime::now_utc());
            let until = self.now() + millis(asked.unwrap_or_else(|| self.pace(spec.workload)).min(LONGEST));
            self.held_until[spec.workload as usize].fetch_max(until, Ordering::Relaxed);
        }
        Ok(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn only_what_has_a_pace_is_paced() {
        let throttle = Throttle::new(Duration::from_secs(9), Duration::from_secs(2), ());
        let waits: Vec<_> = (0..3).map(|_| throttle.place(Workload::IdentityProtection).as_secs()).collect();
        assert_eq!(waits, [0, 2, 4]);
        assert_eq!(throttle.place(Workload::Directory), Duration::ZERO);
    }
}
