//! Each way to sign in, on good days and bad ones, over a scripted transport.

mod canary;
mod certificate;
mod chain;
mod cli;
mod device;
mod endpoint;
mod managed;
mod workload;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::auth::{AccessToken, TokenProvider, TokenRequest};
use crate::cloud::Cloud;
use crate::error::{AuthError, Result};
use crate::transport::{ScriptedResponse, ScriptedTransport};
use crate::wire::Request;

pub(super) const TENANT: &str = "7f1d2f60-1b4a-4a55-9ce1-1f0f6f2b7a10";
pub(super) const CLIENT: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";

/// Returns a request for a token whose transport plays the steps.
pub(super) fn request(
    cloud: Cloud,
    steps: impl IntoIterator<Item = ScriptedResponse>,
) -> (TokenRequest, ScriptedTransport) {
    let transport = ScriptedTransport::new(steps);
    (TokenRequest::new(cloud.graph_scope(), cloud, Arc::new(transport.clone())), transport)
}

/// Returns an unsigned JSON web token.
fn token(claims: &Value) -> String {
    format!("eyJhbGciOiJub25lIn0.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

/// Returns a token of the tenant for Microsoft Graph.
fn good_token() -> String {
    token(&json!({ "aud": "https://graph.microsoft.com", "tid": TENANT }))
}

fn answer(body: &Value) -> ScriptedResponse {
    ScriptedResponse::answer(200).body(body.to_string())
}

fn success() -> ScriptedResponse {
    answer(&json!({ "token_type": "Bearer", "expires_in": 3599, "access_token": good_token() }))
}

/// Answers as the token endpoint does when it refuses.
fn refusal(status: u16, word: &str, code: u32, text: &str) -> ScriptedResponse {
    let description =
        format!("AADSTS{code}: {text} Trace ID: 1b0c Correlation ID: 2c0d Timestamp: 2026-11-28 09:00:00Z");
    let body = json!({
        "error": word, "error_description": description, "error_codes": [code],
        "timestamp": "2026-11-28 09:00:00Z", "trace_id": "1b0c", "correlation_id": "2c0d",
    });
    ScriptedResponse::answer(status).body(body.to_string())
}

/// Returns the value of a field of a form that was sent.
fn field(request: &Request, name: &str) -> Option<String> {
    let body = std::str::from_utf8(request.body()).unwrap();
    let mut fields = body.split('&').filter_map(|field| field.split_once('='));
    let value = fields.find(|(known, _)| *known == name)?.1;
    Some(percent_encoding::percent_decode_str(value).decode_utf8().unwrap().into_owned())
}

fn exposed(token: &AccessToken) -> &str {
    token.token.expose_secret()
}

fn seconds_left(token: &AccessToken) -> u64 {
    let left = token.expires_on.unwrap().duration_since(SystemTime::now()).unwrap();
    (left + Duration::from_millis(999)).as_secs()
}

/// Returns why there is no token, and how many requests were sent.
async fn failure(
    credential: &impl TokenProvider,
    steps: impl IntoIterator<Item = ScriptedResponse>,
) -> (AuthError, usize) {
    let (request, transport) = request(Cloud::Global, steps);
    let error = reason(credential.token(&request).await);
    assert_eq!(transport.remaining(), 0, "{error}");
    (error, transport.requests().len())
}

fn reason(answer: Result<AccessToken>) -> AuthError {
    match answer.map(|token| format!("{token:?}")) {
        Err(crate::Error::Auth(error)) => *error,
        other => panic!("{other:?}"),
    }
}
