//! The stored form of an error: everything except what only the running program has.

use std::borrow::Cow;
use std::time::Duration;

use serde::{Deserialize, Serialize, Serializer};

use super::{Error, ErrorDetail};
use crate::json::seconds;
use crate::receipt::Receipt;

/// The format that this version writes.
const FORMAT: u32 = 1;

/// Holds the stored form of an error, for a journal or for another process. An [`Error`] serialises to it. It
/// is read leniently: additions of another version are ignored, and what it lacks is `None`. It holds no
/// secret.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use entra_ir_core::{ErrorRecord, SimulatedTenant};
///
/// let client = SimulatedTenant::contoso().client()?;
/// let error = client.block_sign_in("nobody@contoso.example").await.unwrap_err();
/// let stored = serde_json::to_string(&error)?;
/// let read: ErrorRecord = serde_json::from_str(&stored)?;
/// assert_eq!((read.kind.as_ref(), read.status), ("graph", Some(404)));
/// assert_eq!(read.message, error.to_string());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorRecord {
    /// The format, 1 in this version.
    pub format: u32,
    /// The kind, which decides what the caller does next: `graph`, `transport`, `auth`, `decode`, `refused`
    /// or `config`.
    pub kind: Cow<'static, str>,
    /// Why this library refused, as one word; `None` for other errors.
    #[serde(default)]
    pub refusal: Option<Cow<'static, str>>,
    /// The operation's name, where the error has one.
    #[serde(default)]
    pub operation: Option<Cow<'static, str>>,
    /// What happened and the next step, for people.
    pub message: String,
    /// The next step, in one sentence.
    #[serde(default)]
    pub advice: String,
    /// Whether the write may have happened although no success was seen.
    pub outcome_unknown: bool,
    /// Whether the same call may succeed later, and repeating it is harmless.
    #[serde(default)]
    pub is_retryable: bool,
    /// How long the service asked to wait. In seconds in JSON.
    #[serde(default, with = "seconds")]
    pub retry_after: Option<Duration>,
    /// The HTTP status, if there was an answer.
    #[serde(default)]
    pub status: Option<u16>,
    /// Graph's error code; where there is no token, that of Microsoft Entra ID (`AADSTS...`).
    #[serde(default)]
    pub code: Option<String>,
    /// Why there is no access token, as the word of an [`AuthErrorKind`](crate::AuthErrorKind); `None` for
    /// other errors.
    #[serde(default)]
    pub auth_kind: Option<Cow<'static, str>>,
    /// The innermost code that Graph gave.
    #[serde(default)]
    pub inner_code: Option<String>,
    /// What is wrong with single values, by Graph's answer.
    #[serde(default)]
    pub details: Vec<ErrorDetail>,
    /// The service's id of the request.
    #[serde(default)]
    pub request_id: Option<String>,
    /// This library's id of the call.
    #[serde(default)]
    pub client_request_id: Option<String>,
    /// How often the request was sent.
    #[serde(default)]
    pub attempts: Option<u32>,
    /// What was sent and answered so far; only for a write.
    #[serde(default)]
    pub receipt: Option<Receipt>,
}

impl From<&Error> for ErrorRecord {
    fn from(error: &Error) -> Self {
        let record = Self {
            format: FORMAT,
            kind: Cow::Borrowed(error.kind()),
            refusal: error.as_refusal().map(|refusal| refusal.word().into()),
            operation: None,
            message: error.to_string(),
            advice: error.advice(),
            outcome_unknown: error.outcome_unknown(),
            is_retryable: error.is_retryable(),
            retry_after: error.retry_after(),
            status: None,
            code: None,
            auth_kind: None,
            inner_code: None,
            details: Vec::new(),
            request_id: None,
            client_request_id: None,
            attempts: None,
            receipt: error.receipt().cloned(),
        };
        match error {
            Error::Graph(graph) => Self {
                operation: Some(graph.operation.into()),
                status: Some(graph.status.as_u16()),
                code: Some(graph.code.clone()),
                inner_code: graph.inner_code.clone(),
                details: graph.details.clone(),
                request_id: graph.request_id.clone(),
                client_request_id: graph.client_request_id.clone(),
                attempts: Some(graph.attempts),
                ..record
            },
            Error::Transport(no_answer) => Self {
                operation: Some(no_answer.operation.into()),
                status: no_answer.status().map(|status| status.as_u16()),
                client_request_id: no_answer.client_request_id.clone(),
                attempts: Some(no_answer.attempts),
                ..record
            },
            Error::Decode { operation, request_id, .. } => {
                Self { operation: Some((*operation).into()), request_id: request_id.clone(), ..record }
            }
            Error::Auth(auth) => {
                Self { code: auth.code_text(), auth_kind: Some(auth.kind.word().into()), ..record }
            }
            Error::Refused(_) | Error::Config(_) => record,
        }
    }
}

/// Writes the [`ErrorRecord`] of the error.
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ErrorRecord::from(self).serialize(serializer)
    }
}
