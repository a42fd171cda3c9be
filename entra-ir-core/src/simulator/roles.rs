//! Directory roles: who holds one, and who may activate one.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::answer::{Outcome, Refused};
use super::caller::Role;
use super::clock::{START, stamp};
use super::group::Eligible;
use super::paging::collection;
use super::route::Url;
use super::state::State;
use crate::ids::ObjectId;

/// `GET /roleManagement/directory/roleAssignments?$filter=principalId eq '…'`.
pub(super) fn assignments(state: &State, url: &Url) -> Outcome {
    state.demand(&[
        &["RoleManagement.Read.Directory"],
        &["RoleManagement.ReadWrite.Directory"],
        &["RoleManagement.Read.All"],
        &["Directory.Read.All"],
        &["Directory.ReadWrite.All"],
    ])?;
    let principal = principal(url)?;
    let (roles, _) = held(state, principal);
    let shown = roles.into_iter().map(|role| entry(url, principal, role, Map::new()));
    collection(state, url, "roleManagement/directory/roleAssignments", shown.collect())
}

/// `GET /roleManagement/directory/roleEligibilityScheduleInstances?$filter=principalId eq '…'`.
pub(super) fn eligibilities(state: &State, url: &Url) -> Outcome {
    state.demand(&[
        &["RoleEligibilitySchedule.Read.Directory"],
        &["RoleEligibilitySchedule.ReadWrite.Directory"],
        &["RoleManagement.Read.Directory"],
        &["RoleManagement.ReadWrite.Directory"],
        &["RoleManagement.Read.All"],
    ])?;
    let principal = principal(url)?;
    let (_, eligible) = held(state, principal);
    let shown = eligible.into_iter().map(|Eligible { role, until }| {
        let mut own = Map::new();
        own.insert("memberType".into(), "Direct".into());
        own.insert("startDateTime".into(), stamp(START.saturating_sub(time::Duration::days(90))).into());
        own.insert("endDateTime".into(), until.map(stamp).into());
        own.insert("roleEligibilityScheduleId".into(), format!("{}-{principal}", role.template_id()).into());
        entry(url, principal, role, own)
    });
    collection(state, url, "roleManagement/directory/roleEligibilityScheduleInstances", shown.collect())
}

/// What was given to a user or a group itself. Nobody that is known: nothing.
fn held(state: &State, principal: ObjectId) -> (Vec<Role>, Vec<Eligible>) {
    if let Some(account) = state.directory.get(principal) {
        return (account.roles.clone(), account.eligible.clone());
    }
    state.groups.get(principal).map(|group| (group.roles.clone(), group.eligible.clone())).unwrap_or_default()
}

/// Reads the only filter that is simulated.
fn principal(url: &Url) -> Result<ObjectId, Refused> {
    let bad = || {
        let message = "The simulated tenant knows the filter \"principalId eq '{id}'\" only.";
        Refused::new(StatusCode::BAD_REQUEST, "Request_UnsupportedQuery", message)
    };
    let filter = url.option("$filter").ok_or_else(bad)?;
    let id = filter.strip_prefix("principalId eq '").and_then(|rest| rest.strip_suffix('\''));
    id.and_then(|id| id.parse().ok()).ok_or_else(bad)
}

fn entry(url: &Url, principal: ObjectId, role: Role, own: Map<String, Value>) -> Value {
    let mut entry = Map::new();
    entry.insert("id".into(), format!("{}-{principal}-1", role.template_id()).into());
    entry.insert("principalId".into(), principal.to_string().into());
    entry.insert("roleDefinitionId".into(), role.template_id().into());
    entry.insert("directoryScopeId".into(), "/".into());
    entry.extend(own);
    if url.option("$expand").is_some_and(|expand| expand.eq_ignore_ascii_case("roleDefinition")) {
        let definition = json!({
            "id": role.template_id(),
            "displayName": role.display_name(),
            "isBuiltIn": role != Role::Other,
            "isEnabled": true,
            "templateId": role.template_id(),
        });
        entry.insert("roleDefinition".into(), definition);
    }
    entry.into()
}
