//! A refusal by Microsoft Graph.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::spec::{Effect, OperationSpec};
use crate::text::printable;

/// Holds what Graph said when it refused.
///
/// Code on [`kind`](Self::kind), never on the message. Source: "Microsoft Graph error responses and resource types".
#[derive(Debug)]
#[non_exhaustive]
pub struct GraphError {
    /// The HTTP status.
    pub status: StatusCode,
    /// `error.code` as it came; may be empty.
    pub code: String,
    /// The innermost code below `innerError`, where there is one.
    pub inner_code: Option<String>,
    /// `error.message`; empty where the answer was no Graph error (a proxy's page, say).
    pub message: String,
    /// The service's id of the request.
    pub request_id: Option<String>,
    /// This library's id of the call.
    pub client_request_id: Option<String>,
    /// The answer's `Date`, as it came.
    pub date: Option<String>,
    /// How long the service asked to wait.
    pub retry_after: Option<Duration>,
    /// The operation's name.
    pub operation: &'static str,
    /// How often the request was sent.
    pub attempts: u32,
    /// Whether the write may have happened nevertheless.
    pub outcome_unknown: bool,
    /// Whether conditional access asked for claims that this token has not.
    pub insufficient_claims: bool,
    pub(crate) spec: &'static OperationSpec,
}

/// Sorts refusals by what they mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GraphErrorKind {
    /// The request was understood and is not acceptable.
    BadRequest,
    /// The method is the user's default one, and others are left.
    DefaultMethod,
    /// A mobile number cannot go before the alternate mobile number.
    AlternateMobileFirst,
    /// The object is mastered on-premises.
    SyncedObject,
    /// The token was not accepted.
    Unauthenticated,
    /// A permission or a role is missing, or the target is too privileged for the caller: Graph does not say which.
    Denied,
    /// There is no such object.
    NotFound,
    /// Somebody else wrote at the same time.
    Conflict,
    /// Too many requests.
    Throttled,
    /// The service had a problem.
    Unavailable,
    /// A long-running operation ended in failure.
    OperationFailed,
    /// Anything else.
    Other,
}

impl GraphError {
    /// Sorts the refusal.
    ///
    /// Three kinds of status 400 share their codes with others; there the message decides, as nothing else can.
    pub fn kind(&self) -> GraphErrorKind {
        use GraphErrorKind as Kind;
        let says = |text: &str| self.message.to_ascii_lowercase().contains(text);
        match self.status.as_u16() {
            200..=299 => Kind::OperationFailed,
            400 if says("matches the user's current default authentication method")
                || says("cannot delete default method") =>
            {
                Kind::DefaultMethod
            }
            400 if says("without first deleting alternate mobile number") => Kind::AlternateMobileFirst,
            400 if says("on-premises mastered directory sync objects") => Kind::SyncedObject,
            400 | 405 | 411 | 413 | 415 | 422 => Kind::BadRequest,
            401 => Kind::Unauthenticated,
            402 | 403 => Kind::Denied,
            404 | 410 => Kind::NotFound,
            409 | 412 | 423 => Kind::Conflict,
            429 => Kind::Throttled,
            408 | 500..=599 => Kind::Unavailable,
            _ => Kind::Other,
        }
    }

    /// Tells whether a 404 says that the method is gone, and not that there is no such user, or a page of something in between.
    pub(crate) fn says_method_is_gone(&self) -> bool {
        self.kind() == GraphErrorKind::NotFound
            && !self.code.is_empty()
            && !self.code.eq_ignore_ascii_case("Request_ResourceNotFound")
    }

    /// Tells whether the same call may succeed later, and repeating it is harmless.
    pub fn is_retryable(&self) -> bool {
        use GraphErrorKind as Kind;
        match self.kind() {
            Kind::Throttled => true,
            Kind::Conflict | Kind::Unavailable => !self.outcome_unknown,
            _ => false,
        }
    }

    /// Says what to do next, in one sentence.
    pub fn advice(&self) -> String {
        use GraphErrorKind as Kind;
        if self.outcome_unknown {
            return self.spec.if_unknown.to_owned();
        }
        match self.kind() {
            Kind::DefaultMethod => {
                "delete the user's other methods first, or make another one the default, then call again".into()
            }
            Kind::AlternateMobileFirst => "delete the alternate mobile number first".into(),
            Kind::SyncedObject => "make the change in on-premises Active Directory; this user is synced from it".into(),
            Kind::Unauthenticated => {
                "get a new token and call again; if it was just revoked or the operator disabled, sign in anew".into()
            }
            Kind::Denied if self.insufficient_claims => {
                "sign in again so that conditional access is satisfied (MFA, device), then call again".into()
            }
            Kind::Denied => self.denied_advice(),
            Kind::NotFound => {
                "check the id; a new object may take a minute to be seen, a deleted user is under deletedItems".into()
            }
            Kind::Conflict => "wait a moment and call again".into(),
            Kind::Throttled => match self.retry_after {
                Some(wait) => format!("wait {} s and call again", wait.as_secs_f64().ceil()),
                None => "wait a minute and call again with fewer calls at once".into(),
            },
            Kind::Unavailable => "call again in a minute".into(),
            Kind::BadRequest | Kind::OperationFailed | Kind::Other => {
                format!("read the message, and {}", self.spec.doc)
            }
        }
    }

    fn denied_advice(&self) -> String {
        let any = |sets: &[&[&str]]| {
            let sets: Vec<String> = sets.iter().map(|set| set.join(" with ")).collect();
            if sets.is_empty() { "not possible at all".to_owned() } else { sets.join(" or ") }
        };
        let permissions = &self.spec.permissions;
        let mut text = format!(
            "grant the permission (delegated: {}; application: {})",
            any(permissions.delegated),
            any(permissions.application)
        );
        if !self.spec.roles.is_empty() {
            text.push_str(" and give the caller a role (");
            text.push_str(&self.spec.roles.join(" or "));
            text.push(')');
        }
        if self.spec.effect != Effect::Read {
            text.push_str("; for a target that holds a role or is in a role-assignable group: Privileged Authentication Administrator");
        }
        text
    }
}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: Graph answered {}", self.operation, self.status.as_u16())?;
        if !self.code.is_empty() {
            write!(f, " {}", printable(&self.code))?;
        }
        if !self.message.is_empty() {
            // The message may quote a name that an attacker chose.
            write!(f, ": {}", printable(self.message.trim_end_matches('.')))?;
        }
        if let Some(id) = &self.request_id {
            write!(f, " (request-id {id})")?;
        }
        write!(f, ". Next: {}", self.advice())
    }
}

impl std::error::Error for GraphError {}
