//! The paths of the endpoint, and what answers each.

use http::header::{CACHE_CONTROL, DATE, HeaderName};
use http::{Method, StatusCode, Uri};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::endpoint::Endpoint;
use super::form::Form;
use super::refusal::Refusal;
use super::{client_credentials, device_code, device_login, discovery, refresh_token};
use crate::simulator::tenant::state::State;
use crate::wire::Request;

/// What a path of the endpoint is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Token,
    DeviceCode,
    DeviceLogin,
    Configuration,
    Instance,
    Keys,
}

/// An answer of the endpoint.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, String)>,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
}

/// Returns whether a request is for the endpoint.
pub(crate) fn is_for(uri: &Uri) -> bool {
    find(uri.path()).is_some()
}

/// Finds the place of a path, and the tenant in it.
fn find(path: &str) -> Option<(Place, &str)> {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    Some(match segments.as_slice() {
        [tenant, "oauth2", "v2.0", "token"] => (Place::Token, *tenant),
        [tenant, "oauth2", "v2.0", "devicecode"] => (Place::DeviceCode, *tenant),
        [tenant, "v2.0", ".well-known", "openid-configuration"] => (Place::Configuration, *tenant),
        [tenant, "discovery", "v2.0", "keys"] => (Place::Keys, *tenant),
        ["common", "discovery", "instance"] => (Place::Instance, "common"),
        ["devicelogin"] => (Place::DeviceLogin, "common"),
        _ => return None,
    })
}

/// Answers a request. The ids are those of the answer's headers.
pub(crate) fn serve(state: &mut State, request: &Request, trace: &str, correlation: &str) -> Reply {
    let (uri, method) = (request.uri(), request.method());
    let scheme = uri.scheme_str().unwrap_or("https");
    let host = uri.authority().map_or("login.microsoftonline.com", |authority| authority.as_str());
    let (place, tenant) = find(uri.path()).unwrap_or((Place::Token, ""));
    let tenant = percent_decode_str(tenant).decode_utf8_lossy().into_owned();
    let at = Endpoint { origin: format!("{scheme}://{host}"), tenant };
    if place == Place::DeviceLogin {
        let form = (method == Method::POST).then(|| Form::read(request));
        let body = device_login::page(state, form.as_ref());
        let content_type = "text/html; charset=utf-8";
        return Reply { status: StatusCode::OK, headers: Vec::new(), content_type, body };
    }
    let (status, body) = match answer(state, place, &at, request) {
        Ok(body) => (StatusCode::OK, body.into()),
        Err(refusal) => (refusal.status(), refusal.body(state.now(), trace, correlation)),
    };
    // The clock by which it judges assertions, which is not the tenant's.
    let date = OffsetDateTime::now_utc().saturating_add(state.tokens.ahead);
    let headers =
        vec![(CACHE_CONTROL, "no-store, no-cache".to_owned()), (DATE, httpdate::fmt_http_date(date.into()))];
    let content_type = "application/json; charset=utf-8";
    Reply { status, headers, content_type, body: Value::to_string(&body) }
}

fn answer(
    state: &mut State,
    place: Place,
    at: &Endpoint,
    request: &Request,
) -> Result<Map<String, Value>, Refusal> {
    let known = at.demand_known(state);
    if matches!(place, Place::Token | Place::DeviceCode) {
        known?;
    } else {
        known.map_err(Refusal::of_discovery)?;
    }
    match place {
        Place::Configuration => return Ok(discovery::configuration(at)),
        Place::Instance => return Ok(discovery::instance(at)),
        Place::Keys => return Ok(discovery::keys()),
        Place::Token | Place::DeviceCode | Place::DeviceLogin => {}
    }
    if request.method() != Method::POST {
        return Err(Refusal::only_post(request.method().as_str()));
    }
    let form = Form::read(request);
    if place == Place::DeviceCode {
        return device_code::start(state, at, &form);
    }
    match form.demand("grant_type")? {
        "client_credentials" => client_credentials::answer(state, at, &form),
        "refresh_token" => refresh_token::answer(state, at, &form),
        "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => device_code::poll(state, at, &form),
        other => Err(Refusal::grant_type(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_alone_decides_what_is_for_the_endpoint() {
        let is_for = |path: &str| is_for(&format!("https://any.example{path}").parse().unwrap());
        for path in [
            "/contoso.example/oauth2/v2.0/token",
            "/common/oauth2/v2.0/devicecode",
            "/organizations/v2.0/.well-known/openid-configuration",
            "/common/discovery/instance?api-version=1.1",
            "/devicelogin",
        ] {
            assert!(is_for(path), "{path}");
        }
        for path in ["/v1.0/users", "/beta/oauth2PermissionGrants", "/contoso.example/oauth2/token", "/"] {
            assert!(!is_for(path), "{path}");
        }
    }
}
