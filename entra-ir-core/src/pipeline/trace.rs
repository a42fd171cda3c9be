//! Gives each call an id and a span.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use http::{HeaderName, HeaderValue};
use tracing::{Instrument, Span, debug, field, info_span};
use uuid::Uuid;

use super::{Stage, spec_of};
use crate::error::{Error, Result};
use crate::text::printable;
use crate::wire::{Delivery, Request, Response};

const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");

/// The outermost stage.
///
/// Spans and events at info level hold ids, statuses and counts. The path, which may name a user, is at debug level; bodies, queries and
/// headers are at none.
#[derive(Debug)]
pub(super) struct Trace<S> {
    pub(super) next: S,
}

impl<S: Stage> Stage for Trace<S> {
    async fn send(&self, request: &mut Request) -> Result<Response> {
        let spec = spec_of(request)?;
        let id = identify(request);
        let span = info_span!(
            "graph.call",
            operation = spec.id,
            client_request_id = %id,
            status = field::Empty,
            attempts = field::Empty
        );
        let mut result = self.traced(request).instrument(span).await;
        if let Ok(response) = &mut result {
            response.extensions_mut().get_or_insert_with(Delivery::default).client_request_id = Some(id);
        }
        result
    }
}

/// Gives a request an id of its own, the same for all its attempts.
pub(super) fn identify(request: &mut Request) -> Uuid {
    /// Random once, then counted: unique like a random one, without asking the operating system for each call.
    static FIRST: LazyLock<u128> = LazyLock::new(|| Uuid::new_v4().as_u128());
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let number = FIRST.wrapping_add(COUNT.fetch_add(1, Ordering::Relaxed).into());
    let id = Uuid::new_v8(number.to_be_bytes());
    let mut buffer = Uuid::encode_buffer();
    // Hexadecimal digits and hyphens can always stand in a header.
    if let Ok(value) = HeaderValue::from_str(id.hyphenated().encode_lower(&mut buffer)) {
        request.headers_mut().insert(CLIENT_REQUEST_ID, value);
    }
    id
}

impl<S: Stage> Trace<S> {
    async fn traced(&self, request: &mut Request) -> Result<Response> {
        // The path may be one that an answer gave.
        debug!(method = %request.method(), path = printable(request.uri().path()), "sending");
        let result = self.next.send(request).await;
        let span = Span::current();
        match &result {
            Ok(response) => {
                span.record("status", response.status().as_u16());
                if let Some(delivery) = response.extensions().get::<Delivery>() {
                    span.record("attempts", delivery.attempts);
                }
            }
            Err(Error::Transport(no_answer)) => {
                span.record("attempts", no_answer.attempts);
                debug!(error = %no_answer.error, "no answer");
            }
            Err(_) => debug!("not sent"),
        }
        result
    }
}
