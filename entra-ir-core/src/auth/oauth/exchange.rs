//! Sends a request to a token endpoint until it is answered, for a limited time.

use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Method, Uri};
use time::OffsetDateTime;
use uuid::Uuid;

use super::form::Form;
use super::refusal::{Refused, refused};
use crate::auth::TokenRequest;
use crate::error::{AuthError, AuthErrorKind, TransportError, TransportErrorKind};
use crate::wire::{Request, Response, retry_after};

/// How often a request is sent at most.
const ATTEMPTS: u32 = 4;

/// The longest wait between two attempts. A longer one goes to the caller.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Posts a form, and repeats it while the token endpoint is away, overloaded or has an internal error.
/// Returns the successful answer.
pub(super) async fn post(
    request: &TokenRequest,
    address: &str,
    form: &Form,
) -> Result<Response, Box<Refused>> {
    let uri: Uri = address.parse().map_err(|_| unsendable())?;
    let body = form.encoded();
    let again = |answer: &Response| refused(answer, form).error.kind.is_temporary();
    let answer = patiently(request, again, || {
        let mut post = Request::new(body.clone());
        *post.method_mut() = Method::POST;
        post.uri_mut().clone_from(&uri);
        let headers = post.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        post
    });
    let response = answer.await?;
    if response.status().is_success() { Ok(response) } else { Err(Box::new(refused(&response, form))) }
}

/// Sends what `make` makes, and repeats it while there is no answer, or `again` says of a failure that a
/// later answer may differ. Returns the last answer, whatever its status.
pub(super) async fn patiently(
    request: &TokenRequest,
    again: impl Fn(&Response) -> bool,
    make: impl Fn() -> Request,
) -> Result<Response, AuthError> {
    let mut attempt = 1;
    loop {
        let mut outgoing = make();
        let headers = outgoing.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("entra-ir/", env!("CARGO_PKG_VERSION"))));
        if let Ok(id) = HeaderValue::from_str(&Uuid::new_v4().to_string()) {
            headers.insert("client-request-id", id);
        }
        let answer = request.send(outgoing).await;
        let pause = Duration::from_secs(1 << (attempt - 1));
        let wait = match &answer {
            Ok(response) if !response.status().is_success() && again(response) => {
                retry_after(response.headers(), OffsetDateTime::now_utc()).unwrap_or(pause)
            }
            Ok(_) => return answer.map_err(|error| unreachable(&error)),
            Err(error) if is_sendable(error) => pause,
            Err(error) => return Err(unreachable(error)),
        };
        if attempt >= ATTEMPTS || wait > LONGEST_WAIT {
            return answer.map_err(|error| unreachable(&error));
        }
        tokio::time::sleep(wait).await;
        attempt += 1;
    }
}

fn is_sendable(error: &TransportError) -> bool {
    !matches!(error.kind, TransportErrorKind::Certificate | TransportErrorKind::Request)
}

fn unreachable(error: &TransportError) -> AuthError {
    AuthError::new(AuthErrorKind::Unreachable, format!("the token endpoint did not answer: {error}"))
}

fn unsendable() -> Box<Refused> {
    AuthError::new(AuthErrorKind::NotUnderstood, "the address of the token endpoint is not valid").into()
}
