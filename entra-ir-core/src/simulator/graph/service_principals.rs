//! Service principals: the applications as they are in this tenant.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refused};
use super::body::read;
use super::call::Call;
use super::filter::Rules;
use super::paging::{collection, select};
use super::query::{FILTERED, Options};
use super::route::Route;
use crate::ids::ObjectId;
use crate::model::ServicePrincipal;
use crate::simulator::tenant::applications::Seen;
use crate::simulator::tenant::role::Role;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[
    Route::at("/servicePrincipals").get(list).options(OPTIONS.with(FILTERED)),
    Route::at("/servicePrincipals/{id}").get(get).patch(patch).options(OPTIONS),
];

const OPTIONS: Options = Options::of("servicePrincipal", PROPERTIES);

const PROPERTIES: &[&str] = &[
    "id",
    "accountEnabled",
    "appDisplayName",
    "appId",
    "appOwnerOrganizationId",
    "appRoleAssignmentRequired",
    "disabledByMicrosoftStatus",
    "displayName",
    "replyUrls",
    "servicePrincipalType",
    "tags",
    "verifiedPublisher",
];

const FILTERS: Rules = Rules {
    resource: "servicePrincipal",
    texts: &["id", "appId", "displayName"],
    others: &["accountEnabled", "appOwnerOrganizationId", "servicePrincipalType"],
    collections: &[],
};

/// To see service principals.
pub(super) const READ: &[&[&str]] = &[
    &["Application.Read.All"],
    &["Application.ReadWrite.All"],
    &["Directory.Read.All"],
    &["Directory.ReadWrite.All"],
];

/// Who may delete consents and disable applications, of signed-in callers. Source: "Delete
/// oAuth2PermissionGrant" and "Disable how a user signs in for an application".
const ADMINISTRATORS: [Role; 3] =
    [Role::GlobalAdministrator, Role::ApplicationAdministrator, Role::CloudApplicationAdministrator];

/// Requires a role that may change consents and applications.
pub(super) fn demand_application_administrator(state: &State) -> Result<(), Refused> {
    let may = state.caller.roles.iter().any(|role| ADMINISTRATORS.contains(role));
    if !state.caller.is_delegated() || may { Ok(()) } else { Err(Refused::denied()) }
}

impl State {
    /// Returns the moment of which reads show applications and grants.
    pub(super) fn seen_at(&self) -> Seen {
        Seen::at(self.now(), self.settings.read_delay)
    }
}

/// `GET /servicePrincipals`.
fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    state.demand(READ)?;
    let filter = call.url.filter(&FILTERS)?;
    let shown = state.applications.principals(state.seen_at()).map(show);
    let wanted = shown.filter(|found| filter.as_ref().is_none_or(|filter| filter.matches(found)));
    let all = wanted.map(|found| Value::Object(select(call.url, found))).collect();
    collection(state, call.url, "servicePrincipals", all)
}

/// `GET /servicePrincipals/{id}`.
fn get(state: &mut State, call: &Call<'_>) -> Outcome {
    let (url, [key]) = (call.url, call.keys());
    state.demand(READ)?;
    let id = object_id(key)?;
    let found = state.applications.principals(state.seen_at()).find(|found| found.id == Some(id));
    let found = found.ok_or_else(|| Refused::no_object(key))?;
    Ok(Answer::entity(url.context("servicePrincipals/$entity"), select(url, show(found))))
}

/// `PATCH /servicePrincipals/{id}`: `accountEnabled` only.
fn patch(state: &mut State, call: &Call<'_>) -> Outcome {
    let [key] = call.keys();
    state.demand(&[&["Application.ReadWrite.All"], &["Directory.ReadWrite.All"]])?;
    demand_application_administrator(state)?;
    let given: Map<String, Value> =
        read(call.body).ok_or_else(|| Refused::directory("The request body is not valid."))?;
    let mut given = given.into_iter();
    let enabled = match (given.next(), given.next()) {
        (Some((name, Value::Bool(enabled))), None) if name == "accountEnabled" => enabled,
        _ => return Err(Refused::directory("Only accountEnabled is simulated here.")),
    };
    let (id, now) = (object_id(key)?, state.now());
    if state.applications.change(id, now, |found| found.account_enabled = Some(enabled)) {
        Ok(Answer::no_content())
    } else {
        Err(Refused::no_object(key))
    }
}

pub(super) fn object_id(key: &str) -> Result<ObjectId, Refused> {
    key.parse().map_err(|_| Refused::directory(format!("Invalid object identifier '{key}'.")))
}

fn show(found: &ServicePrincipal) -> Map<String, Value> {
    let publisher = found.verified_publisher.as_ref();
    let all = json!({
        "id": found.id,
        "accountEnabled": found.account_enabled,
        "appDisplayName": found.app_display_name,
        "appId": found.app_id,
        "appOwnerOrganizationId": found.app_owner_organization_id,
        "appRoleAssignmentRequired": found.app_role_assignment_required.unwrap_or_default(),
        "disabledByMicrosoftStatus": found.disabled_by_microsoft_status,
        "displayName": found.display_name,
        "replyUrls": found.reply_urls.clone().unwrap_or_default(),
        "servicePrincipalType": found.service_principal_type,
        "tags": found.tags.clone().unwrap_or_default(),
        "verifiedPublisher": {
            "displayName": publisher.and_then(|of| of.display_name.clone()),
            "verifiedPublisherId": publisher.and_then(|of| of.verified_publisher_id.clone()),
            "addedDateTime": null,
        },
    });
    if let Value::Object(all) = all { all } else { Map::new() }
}
