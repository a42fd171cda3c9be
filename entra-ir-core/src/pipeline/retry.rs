//! Retries requests that are safe to repeat.

use std::time::Duration;

use http::StatusCode;
use rand::TryRng;
use rand::rngs::SysRng;
use time::OffsetDateTime;
use tokio::time::Instant;
use tracing::{Instrument, debug_span, field};

use super::{Stage, spec_of};
use crate::error::{Error, Result, Sent, TransportErrorKind};
use crate::spec::{Idempotency, OperationSpec};
use crate::wire::{Delivery, Request, Response, header, is_by_graph, leaves_open, retry_after};

/// Sets how often and how long to try. A 429 of the service is retried after the wait that it requests.
/// Server errors, resets and timeouts are retried only for safe and idempotent operations: an operation that
/// may run once is never repeated, unless it certainly did not arrive.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// The maximum of attempts; 1 means no retry.
    pub max_attempts: u32,
    /// The longest single wait that is accepted. If the service requests more, its answer is returned at
    /// once.
    pub max_wait: Duration,
    /// The longest time for all attempts and waits together. A wait that would exceed it is not begun.
    pub max_total: Duration,
    /// The wait before the second attempt, if the service requests none; doubled each time, and shortened at
    /// random.
    pub backoff: Duration,
    jitter: fn() -> f64,
}

impl Default for RetryPolicy {
    /// Five attempts, single waits up to two minutes, five minutes in total.
    fn default() -> Self {
        Self {
            max_attempts: 5,
            max_wait: Duration::from_secs(120),
            max_total: Duration::from_secs(300),
            backoff: Duration::from_secs(1),
            jitter: random,
        }
    }
}

impl RetryPolicy {
    /// Never sends anything twice.
    pub fn never() -> Self {
        Self { max_attempts: 1, ..Self::default() }
    }

    /// Replaces the source of randomness, a function that returns a number from 0 to 1: for tests.
    pub fn with_jitter(mut self, jitter: fn() -> f64) -> Self {
        self.jitter = jitter;
        self
    }

    /// Full jitter: anything from nothing to the doubled wait, at most 30 seconds.
    fn pause(&self, attempt: u32) -> Duration {
        let doubled = self.backoff.saturating_mul(1 << attempt.saturating_sub(1).min(16));
        doubled.min(Duration::from_secs(30)).mul_f64((self.jitter)().clamp(0.0, 1.0))
    }
}

fn random() -> f64 {
    SysRng.try_next_u32().map_or(0.5, |bits| f64::from(bits) / f64::from(u32::MAX))
}

/// The stage.
#[derive(Debug)]
pub(super) struct Retry<S> {
    pub(super) policy: RetryPolicy,
    pub(super) next: S,
}

impl<S: Stage> Stage for Retry<S> {
    async fn send(&self, request: &mut Request) -> Result<Response> {
        let spec = spec_of(request)?;
        let started = Instant::now();
        let mut attempt = 1;
        let mut maybe_done = false;
        loop {
            let span = debug_span!(
                "graph.attempt",
                operation = spec.id,
                client_request_id = header(request.headers(), "client-request-id"),
                attempt,
                status = field::Empty
            );
            let result = self.next.send(request).instrument(span.clone()).await;
            if let Ok(response) = &result {
                span.record("status", response.status().as_u16());
            }
            drop(span);
            let wait = match &result {
                Ok(response) => self.wait_after_answer(spec, response, attempt),
                Err(error) => self.wait_after_failure(spec, error, attempt),
            };
            maybe_done |= match &result {
                Ok(response) => {
                    let earlier = response.extensions().get::<Delivery>().is_some_and(|of| of.maybe_done);
                    earlier || !response.status().is_success() && leaves_open(response)
                }
                Err(error) => error.outcome_unknown(),
            };
            let again = attempt < self.policy.max_attempts;
            match wait.filter(|wait| again && started.elapsed() + *wait <= self.policy.max_total) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return finish(result, spec, attempt, maybe_done),
            }
            attempt += 1;
        }
    }
}

impl<S: Stage> Retry<S> {
    fn wait_after_answer(&self, spec: &OperationSpec, response: &Response, attempt: u32) -> Option<Duration> {
        let status = response.status();
        let repeatable = spec.idempotency != Idempotency::Once;
        let retry = match status {
            // A write that may run once may have run, unless Graph itself answers that it did not.
            StatusCode::TOO_MANY_REQUESTS => repeatable || is_by_graph(response),
            StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT | StatusCode::LOCKED => repeatable,
            StatusCode::NOT_IMPLEMENTED | StatusCode::HTTP_VERSION_NOT_SUPPORTED => false,
            _ => status.is_server_error() && repeatable,
        };
        if !retry {
            return None;
        }
        let asked = retry_after(response.headers(), OffsetDateTime::now_utc());
        if asked.is_some_and(|asked| asked > self.policy.max_wait) {
            return None;
        }
        // The service's wait is the minimum, since an early request counts against the quota; without one,
        // ours is the minimum.
        Some(asked.unwrap_or_default().max(self.policy.pause(attempt)))
    }

    fn wait_after_failure(&self, spec: &OperationSpec, error: &Error, attempt: u32) -> Option<Duration> {
        let Error::Transport(no_answer) = error else {
            return None;
        };
        let repeatable = spec.idempotency != Idempotency::Once || no_answer.error.sent == Sent::No;
        let kind = no_answer.error.kind;
        let sendable = !matches!(
            kind,
            TransportErrorKind::Request
                | TransportErrorKind::Certificate
                | TransportErrorKind::Intermediary(_)
        );
        (repeatable && sendable).then(|| self.policy.pause(attempt))
    }
}

/// Adds to the result the number of attempts, and whether an earlier attempt may have done it.
fn finish(
    result: Result<Response>,
    spec: &OperationSpec,
    attempts: u32,
    maybe_done: bool,
) -> Result<Response> {
    match result {
        Ok(mut response) => {
            let delivery = response.extensions_mut().get_or_insert_with(Delivery::default);
            delivery.attempts = attempts;
            delivery.maybe_done = maybe_done;
            Ok(response)
        }
        Err(Error::Transport(mut no_answer)) => {
            no_answer.attempts = attempts;
            no_answer.outcome_unknown = spec.effect.writes() && maybe_done;
            Err(Error::Transport(no_answer))
        }
        Err(Error::Auth(mut error)) => {
            error.outcome_unknown = spec.effect.writes() && maybe_done;
            Err(Error::Auth(error))
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_are_bounded() {
        let policy = RetryPolicy::default().with_jitter(|| 1.0);
        let seconds: Vec<_> = (1..8).map(|attempt| policy.pause(attempt).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(RetryPolicy::default().with_jitter(|| 0.0).pause(40), Duration::ZERO);
        for _ in 0..100 {
            assert!((0.0..=1.0).contains(&random()));
        }
    }
}
