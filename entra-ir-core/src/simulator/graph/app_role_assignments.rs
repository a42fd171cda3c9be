//! Assignments of application roles: who may use an application.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refused};
use super::call::Call;
use super::paging::{collection, select};
use super::query::{Options, PAGED};
use super::route::Route;
use super::service_principals::{READ as READ_APPLICATIONS, demand_application_administrator, object_id};
use crate::ids::ObjectId;
use crate::model::AppRoleAssignment;
use crate::simulator::tenant::clock::stamp;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[
    Route::at("/users/{user}/appRoleAssignments").get(of_user).options(OPTIONS),
    Route::at("/servicePrincipals/{id}/appRoleAssignedTo").get(assigned_to).options(OPTIONS),
    Route::at("/servicePrincipals/{id}/appRoleAssignedTo/{assignment}").delete(delete),
];

const OPTIONS: Options = Options::of("appRoleAssignment", PROPERTIES).with(PAGED);

const PROPERTIES: &[&str] = &[
    "id",
    "appRoleId",
    "createdDateTime",
    "principalDisplayName",
    "principalId",
    "principalType",
    "resourceDisplayName",
    "resourceId",
];

/// To see the assignments of a user. Source: "List appRoleAssignments granted to a user".
const READ: &[&[&str]] =
    &[&["Directory.Read.All"], &["AppRoleAssignment.ReadWrite.All"], &["Directory.ReadWrite.All"]];

/// `GET /users/{user}/appRoleAssignments`: direct ones, and those of the groups that the user is in directly.
fn of_user(state: &mut State, call: &Call<'_>) -> Outcome {
    let id = call.user(state)?;
    state.demand(READ)?;
    let id = state.seen(id)?.id;
    let groups: Vec<ObjectId> =
        state.groups.all().iter().filter(|group| group.members.contains(&id)).map(|group| group.id).collect();
    answer(state, call, |of| of.principal_id.is_some_and(|holder| holder == id || groups.contains(&holder)))
}

/// `GET /servicePrincipals/{id}/appRoleAssignedTo`.
fn assigned_to(state: &mut State, call: &Call<'_>) -> Outcome {
    let [key] = call.keys();
    state.demand(READ_APPLICATIONS)?;
    let id = object_id(key)?;
    state.applications.principal(id).ok_or_else(|| Refused::no_object(key))?;
    answer(state, call, |of| of.resource_id == Some(id))
}

fn answer(state: &State, call: &Call<'_>, is_in: impl Fn(&AppRoleAssignment) -> bool) -> Outcome {
    let found = state.applications.assignments(state.seen_at()).filter(|of| is_in(of));
    let all = found.map(|of| Value::Object(select(call.url, show(of)))).collect();
    collection(state, call.url, "appRoleAssignments", all)
}

/// `DELETE /servicePrincipals/{id}/appRoleAssignedTo/{assignment}`. Source of the refusal: issue 12385 of
/// microsoft-graph-docs.
fn delete(state: &mut State, call: &Call<'_>) -> Outcome {
    let [key, assignment] = call.keys();
    state.demand(&[&["AppRoleAssignment.ReadWrite.All"]])?;
    demand_application_administrator(state)?;
    let (id, now) = (object_id(key)?, state.now());
    state.applications.principal(id).ok_or_else(|| Refused::no_object(key))?;
    if state.applications.unassign(id, assignment, now) {
        return Ok(Answer::no_content());
    }
    let message = "EntitlementGrant being updated or deleted is not found.";
    Err(Refused::new(StatusCode::BAD_REQUEST, "Request_BadRequest", message))
}

fn show(of: &AppRoleAssignment) -> Map<String, Value> {
    let all = json!({
        "id": of.id,
        "appRoleId": of.app_role_id,
        "createdDateTime": of.created.map(stamp),
        "principalDisplayName": of.principal_display_name,
        "principalId": of.principal_id,
        "principalType": of.principal_type,
        "resourceDisplayName": of.resource_display_name,
        "resourceId": of.resource_id,
    });
    if let Value::Object(all) = all { all } else { Map::new() }
}
