//! The one error type, split by what the caller does next.

mod administrator;
mod auth;
mod cause;
mod graph;
mod record;
mod refusal;
mod transport;

pub use administrator::{AdministratorLeft, NotCounted};
pub use auth::{AuthError, AuthErrorKind};
pub use graph::{ErrorDetail, GraphError, GraphErrorKind};
pub use record::ErrorRecord;
pub use refusal::{Protection, Refusal};
pub use transport::{Sent, TransportError, TransportErrorKind};

use std::convert::Infallible;
use std::time::Duration;

use http::StatusCode;

use crate::ids::InvalidId;
use crate::receipt::Receipt;
use crate::spec::{Idempotency, OperationSpec};
use crate::text::printable;

/// Describes why a call did not succeed. The variant decides the next step; [`advice`](Self::advice) returns
/// it in one sentence, and `Display` ends with it. No variant holds or prints a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The service answered with a refusal.
    #[error(transparent)]
    Graph(Box<GraphError>),
    /// No answer arrived.
    #[error(transparent)]
    Transport(Box<NoAnswer>),
    /// No access token could be obtained.
    #[error(transparent)]
    Auth(Box<AuthError>),
    /// The answer was not understood; the service may have done what was requested.
    #[error("{operation}: the answer was not understood at `{}`: {reason}. Next: {next}", printable(path))]
    #[non_exhaustive]
    Decode {
        /// The operation's name.
        operation: &'static str,
        /// The place in the JSON document.
        path: String,
        /// What is wrong there.
        reason: String,
        /// The answer's `request-id`, to quote in a support case.
        request_id: Option<String>,
        /// Whether the request was a write that the service accepted.
        accepted: bool,
        /// What to do next.
        next: &'static str,
        /// What was sent and answered so far; only for a write.
        receipt: Option<Box<Receipt>>,
    },
    /// This library refused, and sent nothing.
    #[error("refused before sending: {0}. Next: {next}", next = .0.advice())]
    Refused(Box<Refusal>),
    /// The configuration of the client cannot work.
    #[error("configuration: {0}")]
    Config(String),
}

/// A source error of any kind.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Describes a request without an answer of Graph: there was no answer, or an intermediary made it.
#[derive(Debug, thiserror::Error)]
#[error("{operation}: no answer from Graph after {attempts} attempt(s): {error}. Next: {next}", next = self.advice())]
#[non_exhaustive]
pub struct NoAnswer {
    /// The operation's name.
    pub operation: &'static str,
    /// How often it was sent.
    pub attempts: u32,
    /// The request's `client-request-id`, to find it in the tenant's logs.
    pub client_request_id: Option<String>,
    /// Whether the service may have done it all the same.
    pub outcome_unknown: bool,
    /// The transport's last error.
    pub error: TransportError,
    /// What was sent so far; only for a write.
    pub receipt: Option<Box<Receipt>>,
    spec: &'static OperationSpec,
}

impl NoAnswer {
    pub(crate) fn new(
        spec: &'static OperationSpec,
        attempts: u32,
        client_request_id: Option<String>,
        outcome_unknown: bool,
        error: TransportError,
    ) -> Self {
        Self { operation: spec.id, attempts, client_request_id, outcome_unknown, error, receipt: None, spec }
    }

    /// Returns the status of an answer that was not Graph's, if there was one.
    pub const fn status(&self) -> Option<StatusCode> {
        match self.error.kind {
            TransportErrorKind::Intermediary(status) => Some(status),
            _ => None,
        }
    }

    fn is_retryable(&self) -> bool {
        match self.error.kind {
            TransportErrorKind::Certificate | TransportErrorKind::Request => false,
            TransportErrorKind::Intermediary(status) => {
                self.spec.idempotency != Idempotency::Once
                    && !self.outcome_unknown
                    && (status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429))
            }
            _ => !self.outcome_unknown,
        }
    }

    fn advice(&self) -> String {
        const BETWEEN: &str = "check the proxy or gateway between here and Graph (it may require a \
            sign-in, or block the address)";
        match (self.status().is_some(), self.outcome_unknown) {
            (true, true) => format!("{BETWEEN}; the write may have been done: {}", self.spec.if_unknown),
            (true, false) => format!("{BETWEEN}, then call again"),
            (false, true) => self.spec.if_unknown.into(),
            (false, false) if self.error.kind == TransportErrorKind::Certificate => {
                "nothing was done; check the address, the clock \
                and the trusted certificates (a proxy that opens TLS needs its own added), then call again"
                    .into()
            }
            (false, false) => "nothing was done; check the network, then call again".into(),
        }
    }
}

impl Error {
    /// Returns what is wrong with a value that was given, for an error that names the value itself.
    pub(crate) fn reason(self) -> String {
        match self {
            Self::Refused(refusal) => match *refusal {
                Refusal::BadInput { reason, .. } => reason,
                refusal => refusal.to_string(),
            },
            error => error.to_string(),
        }
    }

    /// Creates the error of a [`TokenProvider`](crate::TokenProvider) that has no token. The reason must not
    /// hold a secret. An [`AuthError`] says more: its kind decides the next step.
    pub fn auth(reason: impl Into<String>, source: Option<BoxError>) -> Self {
        let error = AuthError::new(AuthErrorKind::Other, reason);
        AuthError { source, ..error }.into()
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::Graph(_) => "graph",
            Self::Transport(_) => "transport",
            Self::Auth(_) => "auth",
            Self::Decode { .. } => "decode",
            Self::Refused(_) => "refused",
            Self::Config(_) => "config",
        }
    }

    /// Returns whether the same call may succeed later, and repeating it is harmless.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Graph(error) => error.is_retryable(),
            Self::Transport(error) => error.is_retryable(),
            Self::Auth(error) => error.is_retryable(),
            Self::Refused(refusal) => refusal.retry_after().is_some(),
            _ => false,
        }
    }

    /// Returns how long the service asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Graph(error) => error.retry_after,
            Self::Auth(error) => error.retry_after,
            Self::Refused(refusal) => refusal.retry_after(),
            _ => None,
        }
    }

    /// Returns what was sent and answered before and with the error. Only a write has a receipt, and only
    /// after something was sent.
    pub fn receipt(&self) -> Option<&Receipt> {
        match self {
            Self::Graph(error) => error.receipt.as_deref(),
            Self::Transport(error) => error.receipt.as_deref(),
            Self::Decode { receipt, .. } => receipt.as_deref(),
            _ => None,
        }
    }

    /// Attaches a receipt to the error, if its variant has one.
    pub(crate) fn with_receipt(mut self, of: &Receipt) -> Self {
        let of = Some(Box::new(of.clone()));
        match &mut self {
            Self::Graph(error) => error.receipt = of,
            Self::Transport(error) => error.receipt = of,
            Self::Decode { receipt, .. } => *receipt = of,
            _ => {}
        }
        self
    }

    /// Returns whether the write may have happened although no success was seen.
    /// Read the account's state before sending it again; [`advice`](Self::advice) explains how.
    pub fn outcome_unknown(&self) -> bool {
        match self {
            Self::Graph(error) => error.outcome_unknown,
            Self::Transport(error) => error.outcome_unknown,
            Self::Auth(error) => error.outcome_unknown,
            Self::Decode { accepted, .. } => *accepted,
            _ => false,
        }
    }

    /// Returns the next step, in one sentence.
    pub fn advice(&self) -> String {
        match self {
            Self::Graph(error) => error.advice(),
            Self::Transport(error) => error.advice(),
            Self::Auth(error) => error.advice(),
            Self::Decode { next, .. } => (*next).to_owned(),
            Self::Refused(refusal) => refusal.advice(),
            Self::Config(reason) => reason.clone(),
        }
    }

    /// Returns what happened in a few words, without the next step.
    pub(crate) fn brief(&self) -> String {
        match self {
            Self::Graph(error) => error.brief(),
            Self::Transport(error) => error.error.to_string(),
            Self::Decode { reason, .. } => printable(reason),
            Self::Auth(error) => format!("no access token: {}", error.brief()),
            Self::Refused(refusal) => refusal.to_string(),
            Self::Config(reason) => reason.clone(),
        }
    }

    /// Returns the service's refusal, if this is one.
    pub fn as_graph(&self) -> Option<&GraphError> {
        match self {
            Self::Graph(error) => Some(error),
            _ => None,
        }
    }

    /// Returns why there is no access token, if this is the error.
    pub fn as_auth(&self) -> Option<&AuthError> {
        match self {
            Self::Auth(error) => Some(error),
            _ => None,
        }
    }

    /// Returns this library's refusal, if this is one.
    pub fn as_refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl From<GraphError> for Error {
    fn from(error: GraphError) -> Self {
        Self::Graph(Box::new(error))
    }
}

impl From<AuthError> for Error {
    fn from(error: AuthError) -> Self {
        Self::Auth(Box::new(error))
    }
}

impl From<NoAnswer> for Error {
    fn from(error: NoAnswer) -> Self {
        Self::Transport(Box::new(error))
    }
}

impl From<InvalidId> for Error {
    fn from(InvalidId { what, reason, .. }: InvalidId) -> Self {
        Refusal::BadInput { what, reason }.into()
    }
}

// A given id needs no fallible conversion; the bound on arguments still requires one.
impl From<Infallible> for Error {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}
