//! Routes a request to its handler.

use http::Method;
use http::header::AUTHORIZATION;

use super::answer::{Outcome, Refused};
#[cfg(feature = "oauth")]
use super::bearer::caller;
use super::body::demand_json;
use super::call::{Call, Keys};
use super::query;
use super::route::Route;
use super::url::Url;
#[cfg(not(feature = "oauth"))]
use crate::simulator::tenant::caller::SimulatedCaller;
use crate::simulator::tenant::settings::Settings;
use crate::simulator::tenant::state::State;
use crate::wire::Request;

/// The routes of every resource.
const TABLES: &[&[Route]] = &[
    super::access_passes::ROUTES,
    super::app_role_assignments::ROUTES,
    super::device_owners::ROUTES,
    super::devices::ROUTES,
    super::domains::ROUTES,
    super::group_eligibilities::ROUTES,
    super::group_members::ROUTES,
    super::groups::ROUTES,
    super::hardware_tokens::ROUTES,
    super::memberships::ROUTES,
    super::methods::ROUTES,
    super::methods_policy::ROUTES,
    super::organization::ROUTES,
    super::owned_objects::ROUTES,
    super::password_reset::ROUTES,
    super::per_user_mfa::ROUTES,
    super::permission_grants::ROUTES,
    super::risky_users::ROUTES,
    super::roles::ROUTES,
    super::service_principals::ROUTES,
    super::sessions::ROUTES,
    super::sign_in_preferences::ROUTES,
    super::users::ROUTES,
];

/// Runs a request, and answers it.
pub(super) fn serve(state: &mut State, request: &Request) -> Outcome {
    let token = demand_token(request)?;
    let url = Url::parse(request.uri(), request.headers())?;
    let Some(caller) = caller(state, token, &url)? else { return route(state, request, &url) };
    // The token's caller, for this request alone.
    let set = std::mem::replace(&mut state.caller, caller);
    let outcome = route(state, request, &url);
    state.caller = set;
    outcome
}

#[cfg(not(feature = "oauth"))]
#[expect(clippy::unnecessary_wraps, reason = "with tokens of the tenant's own it is a decision")]
fn caller(_: &State, _: &str, _: &Url) -> Result<Option<SimulatedCaller>, Refused> {
    Ok(None)
}

fn route(state: &mut State, request: &Request, url: &Url) -> Outcome {
    let verb = request.method();
    let (route, keys) = find(url, &state.settings)?;
    if [Method::POST, Method::PATCH, Method::PUT].contains(verb) {
        demand_json(request)?;
    }
    query::check(url, route.takes(verb))?;
    let handler = route.handler(verb)?;
    handler(state, &Call { url, body: request.body(), keys })
}

/// Requires a token.
fn demand_token(request: &Request) -> Result<&str, Refused> {
    let given =
        request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (scheme, token) = given.trim().split_once(' ').unwrap_or((given, ""));
    let is_bearer = scheme.eq_ignore_ascii_case("Bearer");
    let token = token.trim();
    if is_bearer && !token.is_empty() { Ok(token) } else { Err(Refused::unauthenticated()) }
}

/// Finds the route for a URL, and the keys in it.
fn find<'a>(url: &'a Url, settings: &Settings) -> Result<(&'static Route, Keys<'a>), Refused> {
    let mut unknown = url.segments.first();
    match url.segments.as_slice() {
        [me, ..] if me.is("me") => unknown = url.segments.last(),
        [users, key, ..] if users.is("users") && !key.text.is_empty() => {
            if key.text.starts_with('$') && !key.quoted {
                let message = "A name that begins with '$' is addressed as /users('$...').";
                return Err(Refused::directory(message));
            }
            unknown = url.segments.last();
        }
        _ => {}
    }
    let fitting =
        TABLES.iter().copied().flatten().filter_map(|route| Some((route, route.find(url, settings)?)));
    let found = fitting.min_by_key(|(route, _)| route.places());
    found.ok_or_else(|| Refused::no_path(unknown.map_or("", |segment| &segment.text)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use http::HeaderMap;

    use super::super::call::UserKey;
    use super::*;
    use crate::model::MethodKind;

    /// Returns the route that a path leads to, and the keys in the path.
    fn route(path: &str) -> Option<(&'static Route, String)> {
        let url = Url::parse(&path.parse().unwrap(), &HeaderMap::new()).ok()?;
        let (route, keys) = find(&url, &Settings::new()).ok()?;
        Some((route, format!("{keys:?}")))
    }

    #[test]
    fn users_are_named_in_every_way() {
        for (path, key) in [
            ("/v1.0/users/adele@contoso.example", "adele@contoso.example"),
            ("/v1.0/users/a%23EXT%23@contoso.example", "a#EXT#@contoso.example"),
            ("/v1.0/users/o%27neil@contoso.example", "o'neil@contoso.example"),
            ("/v1.0/users('%24s%27%27m@contoso.example')", "$s'm@contoso.example"),
            ("/v1.0/users(userPrincipalName='x@contoso.example')", "x@contoso.example"),
        ] {
            let expected = Keys { user: Some(UserKey::Key(key)), others: Vec::new() };
            assert_eq!(route(path).unwrap().1, format!("{expected:?}"), "{path}");
        }
        for bad in
            ["/v1.0/users/%24sam@contoso.example", "/v1.0/users('o'neil@contoso.example')", "/v1.0/users(x)"]
        {
            assert!(route(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn keys_in_brackets_and_actions_with_a_namespace_are_the_same() {
        for (one, other) in [
            ("users/a/authentication/phoneMethods/x", "users('a')/authentication/phoneMethods('x')"),
            ("users/a/revokeSignInSessions", "users('a')/microsoft.graph.revokeSignInSessions"),
            (
                "users/a/authentication/methods/x/resetPassword",
                "users/a/authentication/methods('x')/graph.resetPassword",
            ),
            ("users/a/ownedDevices/graph.device", "users('a')/ownedDevices/microsoft.graph.device"),
            ("domains/x", "domains(id='x')"),
            ("me/authentication/operations/x", "me/authentication/operations('x')"),
        ] {
            let [one, other] = [one, other].map(|path| route(&format!("/v1.0/{path}")).unwrap());
            assert_eq!((one.0.path(), one.1), (other.0.path(), other.1));
        }
        assert!(route("/v1.0/users/a/microsoft.graph.authentication/methods").is_none(), "no action");
    }

    #[test]
    fn each_version_has_its_own_paths() {
        let below =
            |version: &str, rest: &str| route(&format!("/{version}/users/x@y.example/authentication/{rest}"));
        for rest in [
            "hardwareOathMethods",
            "requirements",
            "signInPreferences",
            "qrCodePinMethod",
            "hardwareOathMethods/x/deactivate",
            "passwordlessMicrosoftAuthenticatorMethods/x",
        ] {
            assert!(below("beta", rest).is_some() && below("v1.0", rest).is_none(), "{rest}");
        }
        for kind in MethodKind::ALL.into_iter().filter(|kind| *kind != MethodKind::QrCodePin) {
            let segment = kind.segment().unwrap();
            let (route, keys) = below("beta", &format!("{segment}/a%2Bb")).unwrap();
            assert!(keys.contains(r#""a+b"]"#), "{segment}: {keys}");
            assert_eq!(route.handler(&Method::DELETE).is_ok(), kind.is_removable(), "{segment}");
        }
        assert!(route("/v2.0/users/x").is_none() && route("/v1.0/applications/x").is_none());
    }

    #[test]
    fn no_path_stands_in_two_tables() {
        let mut seen = BTreeSet::new();
        for route in TABLES.iter().copied().flatten() {
            assert!(seen.insert(route.path().to_ascii_lowercase()), "{}", route.path());
        }
    }
}
