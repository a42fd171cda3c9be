//! Reads the successful answer of a token endpoint, and checks for whom and for what the token is.

use std::time::{Duration, SystemTime};

use secrecy::SecretString;
use serde_json::{Map, Value};

use crate::auth::{AccessToken, TokenClaims, TokenRequest};
use crate::cloud::Cloud;
use crate::error::{AuthError, AuthErrorKind};
use crate::ids::ObjectId;
use crate::wire::{Response, is_html};

/// The application id of Microsoft Graph, which is an audience of its tokens in every cloud.
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// What a token endpoint gave.
#[derive(Debug)]
pub(super) struct Tokens {
    pub(super) access: AccessToken,
    pub(super) refresh: Option<SecretString>,
}

/// Reads the answer. `tenant` is the one that the token has to be of, if it is known by its id.
pub(super) fn read(
    response: &Response,
    request: &TokenRequest,
    tenant: Option<ObjectId>,
) -> Result<Tokens, AuthError> {
    let not_understood = |what: &str| {
        let reason = format!("the token endpoint answered {} with {what}", response.status().as_u16());
        AuthError::new(AuthErrorKind::NotUnderstood, reason)
    };
    let Ok(body) = serde_json::from_slice::<Map<String, Value>>(response.body()) else {
        let what = if is_html(response) { "a page of HTML" } else { "what is not JSON" };
        return Err(not_understood(what));
    };
    let Some(token) = body.get("access_token").and_then(Value::as_str).filter(|token| !token.is_empty())
    else {
        return Err(not_understood("no access token"));
    };
    check(token, request, tenant)?;
    let now = SystemTime::now();
    let after = |name: &str| seconds(&body, name).and_then(|seconds| now.checked_add(seconds));
    let since_1970 =
        |name: &str| seconds(&body, name).and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(seconds));
    let mut access = AccessToken::new(token, after("expires_in").or_else(|| since_1970("expires_on")));
    access.renew_at = after("refresh_in");
    let refresh = body.get("refresh_token").and_then(Value::as_str).filter(|token| !token.is_empty());
    Ok(Tokens { access, refresh: refresh.map(Into::into) })
}

/// Reads a number of seconds, which some endpoints write as text.
pub(super) fn seconds(body: &Map<String, Value>, name: &str) -> Option<Duration> {
    let value = body.get(name)?;
    let seconds = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// Refuses a token that is for another cloud, resource or tenant. One that cannot be read is not refused.
///
/// Source: "Access token claims reference".
pub(super) fn check(token: &str, request: &TokenRequest, tenant: Option<ObjectId>) -> Result<(), AuthError> {
    let wrong = |kind, reason: String| Err(AuthError::new(kind, reason));
    let Some(claims) = TokenClaims::read(token) else { return Ok(()) };
    if let Some(audience) = claims.audience {
        let wanted = resource(&request.scope);
        let given = audience.trim_end_matches('/');
        if given != wanted && given != GRAPH {
            let of_cloud = Cloud::ALL.into_iter().find(|cloud| cloud.graph_endpoint() == given);
            return match of_cloud {
                Some(cloud) => wrong(
                    AuthErrorKind::WrongCloud,
                    format!("the token is for Microsoft Graph of the cloud {cloud}, and not for {wanted}"),
                ),
                None => wrong(
                    AuthErrorKind::WrongAudience,
                    format!("the token is for {given:?}, and not for {wanted}"),
                ),
            };
        }
    }
    match (tenant, claims.tenant) {
        (Some(wanted), Some(given)) if wanted != given => wrong(
            AuthErrorKind::WrongTenant,
            format!("the token is for the tenant {given}, and not for {wanted}"),
        ),
        _ => Ok(()),
    }
}

/// Returns the resource of a scope: `https://graph.microsoft.com` of `https://graph.microsoft.com/.default`.
pub(super) fn resource(scope: &str) -> &str {
    scope.strip_suffix("/.default").unwrap_or(scope).trim_end_matches('/')
}
