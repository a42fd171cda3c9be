//! From a request to its answer.

use http::Method;
use http::header::AUTHORIZATION;

use super::answer::{Outcome, Refused};
use super::body::demand_json;
use super::route::{Place, Route, Url};
use super::state::State;
use super::{
    deletion, device, memberships, methods, organization, passes, passwords, policy, privileged_access,
    query, risk, roles, users,
};
use crate::model::MethodKind;
use crate::wire::Request;

/// Answers a request, and does what it asks.
pub(super) fn serve(state: &mut State, request: &Request) -> Outcome {
    demand_token(request)?;
    let url = Url::parse(request.uri(), request.headers())?;
    let verb = request.method();
    let route = url.route(state.settings.qr_in_v1)?;
    if [Method::POST, Method::PATCH, Method::PUT].contains(verb) {
        demand_json(request)?;
    }
    query::check(&url, verb, &route)?;
    match route {
        Route::User(key, place) => {
            allowed(verb, verbs(&place))?;
            let id = state.resolve(&key)?;
            below_user(state, &url, request, id, place)
        }
        Route::Users => allowed(verb, "GET").and_then(|()| users::list(state, &url)),
        Route::Groups => allowed(verb, "GET").and_then(|()| memberships::groups(state, &url)),
        Route::Group(key) => allowed(verb, "GET").and_then(|()| memberships::group(state, &url, &key)),
        Route::Organizations => allowed(verb, "GET").and_then(|()| organization::list(state, &url)),
        Route::Organization(key) => allowed(verb, "GET").and_then(|()| organization::get(state, &url, &key)),
        Route::GroupEligibilities => {
            allowed(verb, "GET").and_then(|()| privileged_access::eligibilities(state, &url))
        }
        Route::Policy => allowed(verb, "GET").and_then(|()| policy::get(state, &url)),
        Route::Configurations => allowed(verb, "GET").and_then(|()| policy::list(state, &url)),
        Route::Configuration(key) => {
            allowed(verb, "GET").and_then(|()| policy::configuration(state, &url, &key))
        }
        Route::RoleAssignments => allowed(verb, "GET").and_then(|()| roles::assignments(state, &url)),
        Route::RoleEligibilities => allowed(verb, "GET").and_then(|()| roles::eligibilities(state, &url)),
        Route::RiskyUser(key) => allowed(verb, "GET").and_then(|()| risk::get(state, &url, &key)),
        Route::Domain(name) => allowed(verb, "GET").and_then(|()| policy::domain(state, &url, &name)),
    }
}

/// Demands a token. Any will do, but there must be one.
fn demand_token(request: &Request) -> Result<(), Refused> {
    let given =
        request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (scheme, token) = given.trim().split_once(' ').unwrap_or((given, ""));
    let is_bearer = scheme.eq_ignore_ascii_case("Bearer");
    if is_bearer && !token.trim().is_empty() { Ok(()) } else { Err(Refused::unauthenticated()) }
}

/// Lists the HTTP methods that a place has.
fn verbs(place: &Place) -> &'static str {
    match place {
        Place::User | Place::Requirements | Place::SignInPreferences => "GET, PATCH",
        Place::RevokeSignInSessions
        | Place::ResetPassword(_)
        | Place::Deactivate(_)
        | Place::CheckMemberGroups => "POST",
        Place::Typed(MethodKind::TemporaryAccessPass) => "GET, POST",
        Place::TypedMethod(kind, _) if !kind.is_removable() => "GET",
        Place::TypedMethod(..) | Place::QrCodePin => "GET, DELETE",
        Place::Methods
        | Place::Method(_)
        | Place::Typed(_)
        | Place::Operation(_)
        | Place::Groups
        | Place::OwnedObjects(_)
        | Place::Devices(..) => "GET",
    }
}

fn allowed(verb: &Method, verbs: &'static str) -> Result<(), Refused> {
    let known = verbs.split(", ").any(|known| known == verb.as_str());
    if known { Ok(()) } else { Err(Refused::no_such_method(verbs)) }
}

fn below_user(
    state: &mut State,
    url: &Url,
    request: &Request,
    id: crate::ids::ObjectId,
    place: Place,
) -> Outcome {
    let body = request.body();
    let verb = request.method();
    match place {
        Place::User if verb == Method::GET => users::get(state, url, id),
        Place::User => users::patch(state, body, id),
        Place::RevokeSignInSessions => users::revoke_sessions(state, url, body, id),
        Place::CheckMemberGroups => memberships::check(state, url, body, id),
        Place::Groups => memberships::list(state, url, id),
        Place::OwnedObjects(cast) => privileged_access::owned(state, url, id, cast),
        Place::Devices(which, cast) => device::list(state, url, id, which, cast),
        Place::Methods => methods::list(state, url, id, None),
        Place::Method(method) => methods::get(state, url, id, &method),
        Place::ResetPassword(method) => passwords::reset(state, url, body, id, &method),
        Place::Typed(_) if verb == Method::POST => passes::create(state, url, body, id),
        Place::Typed(kind) => methods::list(state, url, id, Some(&kind)),
        Place::TypedMethod(kind, method) if verb == Method::DELETE => {
            deletion::delete(state, id, &kind, Some(&method))
        }
        Place::TypedMethod(kind, method) => methods::get_typed(state, url, id, &kind, Some(&method)),
        Place::QrCodePin if verb == Method::DELETE => {
            deletion::delete(state, id, &MethodKind::QrCodePin, None)
        }
        Place::QrCodePin => methods::get_typed(state, url, id, &MethodKind::QrCodePin, None),
        Place::Deactivate(method) => methods::deactivate(state, body, id, &method),
        Place::Operation(operation) => passwords::operation(state, url, id, &operation),
        Place::Requirements if verb == Method::PATCH => methods::patch_requirements(state, body, id),
        Place::Requirements => methods::get_requirements(state, url, id),
        Place::SignInPreferences if verb == Method::PATCH => methods::patch_preferences(state, body, id),
        Place::SignInPreferences => methods::get_preferences(state, url, id),
    }
}
