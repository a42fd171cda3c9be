//! One log line for a call of many requests.

use tracing::{Span, field, info_span};

use crate::error::{Error, Result};
use crate::ids::ObjectId;
use crate::pipeline::outcome;
use crate::spec::OperationSpec;

/// The span of a call whose requests are logged only at debug level.
#[derive(Debug)]
pub(crate) struct Line(Span);

impl Line {
    /// Begins the line.
    pub(crate) fn of(spec: &'static OperationSpec) -> Self {
        Self(info_span!(
            "graph.call",
            operation = spec.id,
            effect = spec.effect.word(),
            target = field::Empty,
            outcome = field::Empty,
            status = field::Empty,
            requests = field::Empty,
            request_id = field::Empty,
            not_read = field::Empty
        ))
    }

    /// Returns the span, to do the work in.
    pub(crate) fn span(&self) -> Span {
        self.0.clone()
    }

    /// Ends the line: the account if it is one, the number of requests, and the parts that could not be read,
    /// or the number of accounts for which it was not done.
    pub(crate) fn end(self, requests: u32, read: Result<(Option<ObjectId>, String), &Error>) {
        let Self(span) = self;
        span.record("requests", requests);
        match read {
            Ok((target, not_read)) => {
                if let Some(target) = target {
                    span.record("target", field::display(target));
                }
                span.record("outcome", "answered");
                if !not_read.is_empty() {
                    span.record("not_read", not_read);
                }
            }
            Err(error) => {
                span.record("outcome", outcome(error));
                if let Error::Graph(error) = error {
                    span.record("status", error.status.as_u16());
                    span.record("request_id", error.request_id.as_deref());
                }
            }
        }
    }
}
