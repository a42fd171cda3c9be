//! A transport that answers from a script, for tests without a network.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_TYPE;

use super::Transport;
use crate::error::{Sent, TransportError, TransportErrorKind};
use crate::wire::{Request, Response};

/// Answers each request with the next step of a script, and records the requests.
///
/// ```
/// use entra_ir_core::{Client, ScriptedResponse, ScriptedTransport, StaticToken};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let transport = ScriptedTransport::new([
///     ScriptedResponse::answer(429).header("retry-after", "0"),
///     ScriptedResponse::answer(200).body(r#"{"id":"3b41c05e-73a1-43b7-86d7-ed8409f55900"}"#),
/// ]);
/// let client = Client::builder().transport(transport.clone()).credential(StaticToken::new("t")).build()?;
/// client.get_user("adele@contoso.example").await?;
/// assert_eq!(transport.requests().len(), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ScriptedTransport(std::sync::Arc<Script>);

struct Script {
    steps: Mutex<VecDeque<ScriptedResponse>>,
    requests: Mutex<Vec<Request>>,
}

// Requests and answers hold secrets: do not show their bodies.
impl fmt::Debug for ScriptedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedTransport").field("remaining", &self.remaining()).finish_non_exhaustive()
    }
}

const REQUEST_ID: &str = "request-id";

/// Creates an answer like one of Graph, with a `request-id`, for a transport of a test. Without it an answer
/// to a write proves nothing.
///
/// ```
/// let answer = entra_ir_core::graph_answer(200, r#"{"id":"3b41c05e-73a1-43b7-86d7-ed8409f55900"}"#);
/// assert!(answer.headers().contains_key("request-id"));
/// ```
///
/// # Panics
/// If `status` is not an HTTP status, which is a mistake in the test.
pub fn graph_answer(status: u16, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = http::StatusCode::from_u16(status).expect("an HTTP status");
    let id = HeaderValue::from_static("5a4f0e3c-7d2b-4c1e-9f60-3b41c05e73a1");
    response.headers_mut().insert(REQUEST_ID, id);
    if !response.body().is_empty() {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    response
}

/// One step of a script.
pub struct ScriptedResponse {
    delay: Duration,
    outcome: Result<Response, TransportError>,
}

impl ScriptedTransport {
    /// Creates a transport that plays the steps in order; a request after the last one gets no connection.
    pub fn new(steps: impl IntoIterator<Item = ScriptedResponse>) -> Self {
        let steps = Mutex::new(steps.into_iter().collect());
        Self(std::sync::Arc::new(Script { steps, requests: Mutex::default() }))
    }

    /// Returns the requests so far.
    pub fn requests(&self) -> Vec<Request> {
        self.0.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns how many steps were not played.
    pub fn remaining(&self) -> usize {
        self.0.steps.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl fmt::Debug for ScriptedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.outcome.as_ref().map(Response::status);
        f.debug_struct("ScriptedResponse").field("delay", &self.delay).field("outcome", &status).finish()
    }
}

impl ScriptedResponse {
    /// Answers with a status and with the `request-id` that Graph puts into each answer.
    ///
    /// # Panics
    /// If `status` is not an HTTP status, which is a mistake in the test.
    pub fn answer(status: u16) -> Self {
        Self { delay: Duration::ZERO, outcome: Ok(graph_answer(status, "")) }
    }

    /// Removes `request-id` from the answer, so that it counts as one of an intermediary.
    pub fn unmarked(mut self) -> Self {
        if let Ok(response) = &mut self.outcome {
            response.headers_mut().remove(REQUEST_ID);
        }
        self
    }

    /// Fails without an answer.
    pub const fn failure(kind: TransportErrorKind, sent: Sent) -> Self {
        Self { delay: Duration::ZERO, outcome: Err(TransportError::new(kind, sent)) }
    }

    /// Adds a body to the answer.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        if let Ok(response) = &mut self.outcome {
            *response.body_mut() = body.into();
        }
        self
    }

    /// Adds a header to the answer.
    ///
    /// # Panics
    /// If the value is not valid in a header, which is a mistake in the test.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(response) = &mut self.outcome {
            let value = value.parse().expect("a header value");
            // There is one id: the given one replaces the default of each step.
            if name == REQUEST_ID {
                response.headers_mut().insert(name, value);
            } else {
                response.headers_mut().append(name, value);
            }
        }
        self
    }

    /// Waits before the answer.
    pub const fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

#[async_trait]
impl Transport for ScriptedTransport {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.0.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        let step = self.0.steps.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let Some(step) = step else {
            let error = TransportError::new(TransportErrorKind::Connect, Sent::No);
            return Err(error.caused_by("the script has no more steps"));
        };
        if !step.delay.is_zero() {
            tokio::time::sleep(step.delay).await;
        }
        step.outcome
    }
}
