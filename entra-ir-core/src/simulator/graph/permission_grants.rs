//! Permission grants: consents of users, and those for the whole organisation.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refused};
use super::call::Call;
use super::filter::Rules;
use super::paging::{collection, select};
use super::query::{FILTERED, Options};
use super::route::Route;
use super::service_principals::{demand_application_administrator, object_id};
use crate::ids::EntryId;
use crate::model::PermissionGrant;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[
    Route::at("/users/{user}/oauth2PermissionGrants").get(of_user).options(OPTIONS.with(FILTERED)),
    Route::at("/servicePrincipals/{id}/oauth2PermissionGrants")
        .get(to_application)
        .options(OPTIONS.with(FILTERED)),
    Route::at("/oauth2PermissionGrants").get(list).options(OPTIONS.with(FILTERED)),
    Route::at("/oauth2PermissionGrants/{id}").get(get).delete(delete).options(OPTIONS),
];

const OPTIONS: Options = Options::of("oAuth2PermissionGrant", PROPERTIES);

const PROPERTIES: &[&str] = &["id", "clientId", "consentType", "principalId", "resourceId", "scope"];

/// The properties that the filters are reported for.
const FILTERS: Rules = Rules {
    resource: "oAuth2PermissionGrant",
    texts: &["clientId", "consentType", "principalId"],
    others: &[],
    collections: &[],
};

const READ: &[&[&str]] =
    &[&["Directory.Read.All"], &["DelegatedPermissionGrant.ReadWrite.All"], &["Directory.ReadWrite.All"]];

/// What lists the grants of a user: less than what lists all.
const READ_OF_USER: &[&[&str]] = &[&["Directory.Read.All"], &["DelegatedPermissionGrant.ReadWrite.All"]];

/// `GET /users/{user}/oauth2PermissionGrants`.
fn of_user(state: &mut State, call: &Call<'_>) -> Outcome {
    let id = call.user(state)?;
    state.demand(READ_OF_USER)?;
    let id = state.seen(id)?.id;
    answer(state, call, |grant| grant.principal_id == Some(id))
}

/// `GET /servicePrincipals/{id}/oauth2PermissionGrants`.
fn to_application(state: &mut State, call: &Call<'_>) -> Outcome {
    let [key] = call.keys();
    state.demand(READ)?;
    let id = object_id(key)?;
    state.applications.principal(id).ok_or_else(|| Refused::no_object(key))?;
    answer(state, call, |grant| grant.client_id == Some(id))
}

/// `GET /oauth2PermissionGrants`.
fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    state.demand(READ)?;
    answer(state, call, |_| true)
}

fn answer(state: &State, call: &Call<'_>, is_in: impl Fn(&PermissionGrant) -> bool) -> Outcome {
    let filter = call.url.filter(&FILTERS)?;
    let shown = state.applications.grants(state.seen_at()).filter(|grant| is_in(grant)).map(show);
    let wanted = shown.filter(|grant| filter.as_ref().is_none_or(|filter| filter.matches(grant)));
    let all = wanted.map(|grant| Value::Object(select(call.url, grant))).collect();
    collection(state, call.url, "oauth2PermissionGrants", all)
}

/// `GET /oauth2PermissionGrants/{id}`: an id is compared with its case.
fn get(state: &mut State, call: &Call<'_>) -> Outcome {
    let (url, [key]) = (call.url, call.keys());
    state.demand(READ)?;
    let has = |grant: &&PermissionGrant| grant.id.as_ref().map(EntryId::as_str) == Some(key);
    let grant =
        state.applications.grants(state.seen_at()).find(has).ok_or_else(|| Refused::no_object(key))?;
    Ok(Answer::entity(url.context("oauth2PermissionGrants/$entity"), select(url, show(grant))))
}

/// `DELETE /oauth2PermissionGrants/{id}`.
fn delete(state: &mut State, call: &Call<'_>) -> Outcome {
    let [key] = call.keys();
    state.demand(&[&["DelegatedPermissionGrant.ReadWrite.All"]])?;
    demand_application_administrator(state)?;
    let now = state.now();
    if state.applications.revoke(key, now) { Ok(Answer::no_content()) } else { Err(Refused::no_object(key)) }
}

fn show(grant: &PermissionGrant) -> Map<String, Value> {
    let all = json!({
        "id": grant.id,
        "clientId": grant.client_id,
        "consentType": grant.consent_type,
        "principalId": grant.principal_id,
        "resourceId": grant.resource_id,
        "scope": grant.scope,
    });
    if let Value::Object(all) = all { all } else { Map::new() }
}
