//! The error of a transport that has no answer.

use super::BoxError;

/// Describes why no answer arrived, and whether the request may have reached the service.
#[derive(Debug, thiserror::Error)]
#[error("{kind}{}", because(cause.as_deref()))]
pub struct TransportError {
    /// What happened.
    pub kind: TransportErrorKind,
    /// Whether the request may have reached the service.
    pub sent: Sent,
    /// The cause. It is part of the text, and not a separate `source`.
    pub cause: Option<BoxError>,
}

fn because(cause: Option<&(dyn std::error::Error + Send + Sync)>) -> String {
    cause.map(|cause| format!(": {cause}")).unwrap_or_default()
}

impl TransportError {
    /// Makes an error without a cause.
    pub const fn new(kind: TransportErrorKind, sent: Sent) -> Self {
        Self { kind, sent, cause: None }
    }

    /// Adds the cause. It must not hold a secret or a URL with a user in it.
    pub fn caused_by(mut self, cause: impl Into<BoxError>) -> Self {
        self.cause = Some(cause.into());
        self
    }
}

/// Names why no answer arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection could be made.
    #[error("no connection could be made")]
    Connect,
    /// The answer did not arrive in time.
    #[error("the answer did not arrive in time")]
    Timeout,
    /// The connection ended before the answer was complete.
    #[error("the connection ended before the answer was complete")]
    Interrupted,
    /// The server's certificate was not accepted.
    #[error("the certificate of the server was not accepted")]
    Certificate,
    /// An intermediary between here and Graph answered in its place, with this status.
    #[error("not Graph: an intermediary answered {}", .0.as_u16())]
    Intermediary(http::StatusCode),
    /// The request could not be sent in this form.
    #[error("the request could not be sent")]
    Request,
}

/// Whether a request may have reached the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sent {
    /// It certainly did not.
    No,
    /// It may have. Every uncertain case is this one.
    Maybe,
}
