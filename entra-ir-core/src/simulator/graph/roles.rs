//! Directory roles: who holds one, and who may activate one.

use serde_json::{Map, Value, json};

use super::answer::Outcome;
use super::call::Call;
use super::filter::Rules;
use super::paging::{collection, select};
use super::query::{FILTERED, Options};
use super::route::Route;
use super::url::Url;
use crate::ids::ObjectId;
use crate::simulator::tenant::clock::{START, stamp};
use crate::simulator::tenant::role::{Eligible, Role};
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[
    Route::at("/roleManagement/directory/roleAssignments").get(assignments).options(
        Options::of("unifiedRoleAssignment", ASSIGNMENT_PROPERTIES)
            .with(FILTERED)
            .expanding("roleDefinition"),
    ),
    Route::at("/roleManagement/directory/roleEligibilityScheduleInstances").get(eligibilities).options(
        Options::of("unifiedRoleEligibilityScheduleInstance", ELIGIBILITY_PROPERTIES)
            .with(FILTERED)
            .expanding("roleDefinition"),
    ),
];

const ASSIGNMENT_PROPERTIES: &[&str] = &["id", "principalId", "roleDefinitionId", "directoryScopeId"];

const ELIGIBILITY_PROPERTIES: &[&str] = &[
    "id",
    "principalId",
    "roleDefinitionId",
    "directoryScopeId",
    "memberType",
    "startDateTime",
    "endDateTime",
    "roleEligibilityScheduleId",
];

/// What may be filtered of role assignments and eligibilities.
const FILTERS: Rules = Rules {
    resource: "unifiedRoleAssignment",
    texts: &[],
    others: &["principalId", "roleDefinitionId", "directoryScopeId"],
    collections: &[],
};

/// `GET /roleManagement/directory/roleAssignments`.
fn assignments(state: &mut State, call: &Call<'_>) -> Outcome {
    let (state, url) = (&*state, call.url);
    state.demand(&[
        &["RoleManagement.Read.Directory"],
        &["RoleManagement.ReadWrite.Directory"],
        &["RoleManagement.Read.All"],
        &["Directory.Read.All"],
        &["Directory.ReadWrite.All"],
    ])?;
    let entries = holders(state).flat_map(|(principal, roles, _)| {
        roles.iter().map(move |role| entry(url, principal, *role, Map::new()))
    });
    answer(state, url, "roleManagement/directory/roleAssignments", entries)
}

/// `GET /roleManagement/directory/roleEligibilityScheduleInstances`.
fn eligibilities(state: &mut State, call: &Call<'_>) -> Outcome {
    let (state, url) = (&*state, call.url);
    state.demand(&[
        &["RoleEligibilitySchedule.Read.Directory"],
        &["RoleEligibilitySchedule.ReadWrite.Directory"],
        &["RoleManagement.Read.Directory"],
        &["RoleManagement.ReadWrite.Directory"],
        &["RoleManagement.Read.All"],
    ])?;
    state.demand_p2()?;
    let entries = holders(state).flat_map(|(principal, _, eligible)| {
        eligible.iter().map(move |Eligible { role, until }| {
            let mut own = Map::new();
            own.insert("memberType".into(), "Direct".into());
            own.insert("startDateTime".into(), stamp(START.saturating_sub(time::Duration::days(90))).into());
            own.insert("endDateTime".into(), until.map(stamp).into());
            let schedule = format!("{}-{principal}", role.template_id());
            own.insert("roleEligibilityScheduleId".into(), schedule.into());
            entry(url, principal, *role, own)
        })
    });
    answer(state, url, "roleManagement/directory/roleEligibilityScheduleInstances", entries)
}

/// Lists who holds and who may activate which roles, users and groups.
fn holders(state: &State) -> impl Iterator<Item = (ObjectId, &[Role], &[Eligible])> {
    let users = state.directory.all().map(|user| (user.id, user.roles.as_slice(), user.eligible.as_slice()));
    let groups = state.groups.all().iter();
    users.chain(groups.map(|group| (group.id, group.roles.as_slice(), group.eligible.as_slice())))
}

fn answer(
    state: &State,
    url: &Url,
    context: &str,
    entries: impl Iterator<Item = Map<String, Value>>,
) -> Outcome {
    let filter = url.filter(&FILTERS)?;
    let wanted = entries.filter(|entry| filter.as_ref().is_none_or(|filter| filter.matches(entry)));
    let all = wanted.map(|entry| Value::Object(select(url, entry))).collect();
    collection(state, url, context, all)
}

fn entry(url: &Url, principal: ObjectId, role: Role, own: Map<String, Value>) -> Map<String, Value> {
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
    entry
}
