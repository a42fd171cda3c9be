//! Gives each call an id and a span.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use http::{HeaderName, HeaderValue};
use tracing::{Instrument, Span, debug, debug_span, field, info_span};
use uuid::Uuid;

use super::{Stage, spec_of};
use crate::error::{Error, Refusal, Result, TransportErrorKind};
use crate::spec::OperationSpec;
use crate::text::printable;
use crate::wire::{Delivery, Request, Response, Targets, is_by_graph, request_id};

const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");

/// Marks a request of a call that is logged as one line: its own line is at debug level.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inner;

/// The outermost stage. Spans and events at info level hold ids, statuses and counts. The path, which may
/// name a user, is at debug level. Bodies, queries and headers are logged at no level.
#[derive(Debug)]
pub(super) struct Trace<S> {
    pub(super) next: S,
}

impl<S: Stage> Stage for Trace<S> {
    async fn send(&self, request: &mut Request) -> Result<Response> {
        let spec = spec_of(request)?;
        let id = identify(request);
        let span = span(spec, id, request.extensions().get::<Inner>().is_some());
        let mut result = self.traced(request).instrument(span.clone()).await;
        record(&span, spec, request, &result);
        if let Ok(response) = &mut result {
            response.extensions_mut().get_or_insert_with(Delivery::default).client_request_id = Some(id);
        }
        result
    }
}

/// Creates the span of one request.
fn span(spec: &'static OperationSpec, id: Uuid, is_inner: bool) -> Span {
    // The level of a span is fixed at compile time.
    macro_rules! of_level {
        ($span:ident) => {
            $span!(
                "graph.call",
                operation = spec.id,
                effect = spec.effect.word(),
                client_request_id = %id,
                target = field::Empty,
                outcome = field::Empty,
                status = field::Empty,
                attempts = field::Empty,
                request_id = field::Empty,
                outcome_unknown = field::Empty
            )
        };
    }
    if is_inner { of_level!(debug_span) } else { of_level!(info_span) }
}

/// Records the outcome in the span. The id of the target may be known only at the end, because the guard
/// resolves names.
fn record(span: &Span, spec: &'static OperationSpec, request: &Request, result: &Result<Response>) {
    if span.is_disabled() {
        return;
    }
    if let Some(id) = request.extensions().get::<Targets>().and_then(|of| of.main()?.object_id()) {
        span.record("target", field::display(id));
    }
    match result {
        Ok(response) => {
            let by_graph = is_by_graph(response);
            let delivery = response.extensions().get::<Delivery>();
            span.record("outcome", if by_graph { ANSWERED } else { NOT_GRAPH });
            span.record("status", response.status().as_u16());
            span.record("attempts", delivery.map_or(1, |delivery| delivery.attempts));
            if let Some(id) = by_graph.then(|| request_id(response)).flatten() {
                span.record("request_id", id);
            }
            let is_open = !response.status().is_success() && delivery.is_some_and(|of| of.maybe_done);
            if spec.effect.writes() && is_open {
                span.record("outcome_unknown", true);
            }
        }
        Err(error) => {
            span.record("outcome", outcome(error));
            if let Error::Transport(no_answer) = error {
                span.record("attempts", no_answer.attempts);
            }
            if error.outcome_unknown() {
                span.record("outcome_unknown", true);
            }
        }
    }
}

const ANSWERED: &str = "answered";
const NOT_GRAPH: &str = "not-graph";

/// Returns the log's word for the outcome of a request that ended with an error.
pub(crate) fn outcome(error: &Error) -> &'static str {
    match error {
        Error::Graph(_) | Error::Decode { .. } => ANSWERED,
        Error::Transport(no_answer) => match no_answer.error.kind {
            TransportErrorKind::Intermediary(_) => NOT_GRAPH,
            _ => "no-answer",
        },
        Error::Auth(_) => "no-token",
        Error::Refused(refusal) => match **refusal {
            Refusal::DryRun(_) => "dry-run",
            _ => "not-sent",
        },
        Error::Config(_) => "not-sent",
    }
}

/// Gives a request its own id, the same for all its attempts.
pub(super) fn identify(request: &mut Request) -> Uuid {
    /// Random once, then counted: unique like a random one, without asking the operating system for each
    /// call.
    static FIRST: LazyLock<u128> = LazyLock::new(|| Uuid::new_v4().as_u128());
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let number = FIRST.wrapping_add(COUNT.fetch_add(1, Ordering::Relaxed).into());
    let id = Uuid::new_v8(number.to_be_bytes());
    let mut buffer = Uuid::encode_buffer();
    // Hexadecimal digits and hyphens are always valid in a header.
    if let Ok(value) = HeaderValue::from_str(id.hyphenated().encode_lower(&mut buffer)) {
        request.headers_mut().insert(CLIENT_REQUEST_ID, value);
    }
    id
}

impl<S: Stage> Trace<S> {
    async fn traced(&self, request: &mut Request) -> Result<Response> {
        // The path may come from an answer.
        debug!(method = %request.method(), path = printable(request.uri().path()), "sending");
        let result = self.next.send(request).await;
        match &result {
            Ok(_) => {}
            Err(Error::Transport(no_answer)) => debug!(error = %no_answer.error, "no answer"),
            Err(_) => debug!("not sent"),
        }
        result
    }
}
