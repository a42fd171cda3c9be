//! Directory roles: who holds one, and who may activate one.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refused};
use super::call::Call;
use super::filter::Rules;
use super::groups;
use super::paging::{collection, select};
use super::query::{FILTERED, Options};
use super::route::Route;
use super::url::Url;
use super::users;
use crate::ids::ObjectId;
use crate::simulator::tenant::clock::{START, stamp};
use crate::simulator::tenant::role::{Eligible, Role};
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[
    Route::at("/roleManagement/directory/roleAssignments").get(assignments).options(
        Options::of("unifiedRoleAssignment", ASSIGNMENT_PROPERTIES)
            .with(FILTERED)
            .expanding(&["roleDefinition", "principal"]),
    ),
    Route::at("/roleManagement/directory/roleAssignments/{id}")
        .get(assignment)
        .options(Options::of("unifiedRoleAssignment", ASSIGNMENT_PROPERTIES)),
    Route::at("/roleManagement/directory/roleAssignmentScheduleInstances")
        .get(instances)
        .options(Options::of("unifiedRoleAssignmentScheduleInstance", INSTANCE_PROPERTIES).with(FILTERED)),
    Route::at("/roleManagement/directory/roleEligibilityScheduleInstances").get(eligibilities).options(
        Options::of("unifiedRoleEligibilityScheduleInstance", ELIGIBILITY_PROPERTIES)
            .with(FILTERED)
            .expanding(&["roleDefinition"]),
    ),
];

const SEE_ASSIGNMENTS: &[&[&str]] = &[
    &["RoleManagement.Read.Directory"],
    &["RoleManagement.ReadWrite.Directory"],
    &["RoleManagement.Read.All"],
    &["Directory.Read.All"],
    &["Directory.ReadWrite.All"],
];

const ASSIGNMENT_PROPERTIES: &[&str] = &["id", "principalId", "roleDefinitionId", "directoryScopeId"];

const INSTANCE_PROPERTIES: &[&str] = &[
    "id",
    "principalId",
    "roleDefinitionId",
    "directoryScopeId",
    "assignmentType",
    "memberType",
    "startDateTime",
    "endDateTime",
    "roleAssignmentOriginId",
    "roleAssignmentScheduleId",
];

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
    state.demand(SEE_ASSIGNMENTS)?;
    let entries = held(state).map(|(principal, role)| entry(state, url, principal, role, Map::new()));
    answer(state, url, "roleManagement/directory/roleAssignments", entries)
}

/// `GET /roleManagement/directory/roleAssignments/{id}`.
fn assignment(state: &mut State, call: &Call<'_>) -> Outcome {
    let (state, url, [key]) = (&*state, call.url, call.keys());
    state.demand(SEE_ASSIGNMENTS)?;
    let (principal, role) = held(state)
        .find(|(principal, role)| id(*principal, *role) == key)
        .ok_or_else(|| Refused::no_object(key))?;
    let context = url.context("roleManagement/directory/roleAssignments/$entity");
    Ok(Answer::entity(context, select(url, entry(state, url, principal, role, Map::new()))))
}

/// `GET /roleManagement/directory/roleAssignmentScheduleInstances`. Nothing was activated here: each
/// assignment is permanent.
fn instances(state: &mut State, call: &Call<'_>) -> Outcome {
    let (state, url) = (&*state, call.url);
    state.demand(&[
        &["RoleAssignmentSchedule.Read.Directory"],
        &["RoleAssignmentSchedule.ReadWrite.Directory"],
        &["RoleManagement.Read.Directory"],
        &["RoleManagement.ReadWrite.Directory"],
        &["RoleManagement.Read.All"],
    ])?;
    state.demand_p2()?;
    let entries = held(state).map(|(principal, role)| {
        let mut own = Map::new();
        own.insert("assignmentType".into(), "Assigned".into());
        own.insert("memberType".into(), "Direct".into());
        own.insert("startDateTime".into(), stamp(START.saturating_sub(time::Duration::days(90))).into());
        own.insert("endDateTime".into(), Value::Null);
        own.insert("roleAssignmentOriginId".into(), id(principal, role).into());
        let schedule = format!("{}-{principal}", role.template_id());
        own.insert("roleAssignmentScheduleId".into(), schedule.into());
        entry(state, url, principal, role, own)
    });
    answer(state, url, "roleManagement/directory/roleAssignmentScheduleInstances", entries)
}

/// Lists who holds which role, users and groups.
fn held(state: &State) -> impl Iterator<Item = (ObjectId, Role)> {
    holders(state).flat_map(|(principal, roles, _)| roles.iter().map(move |role| (principal, *role)))
}

/// Makes the id of an assignment.
fn id(principal: ObjectId, role: Role) -> String {
    format!("{}-{principal}-1", role.template_id())
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
            entry(state, url, principal, *role, own)
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

fn entry(
    state: &State,
    url: &Url,
    principal: ObjectId,
    role: Role,
    own: Map<String, Value>,
) -> Map<String, Value> {
    let expands = |name: &str| url.option("$expand").is_some_and(|expand| expand.eq_ignore_ascii_case(name));
    let mut entry = Map::new();
    entry.insert("id".into(), id(principal, role).into());
    entry.insert("principalId".into(), principal.to_string().into());
    entry.insert("roleDefinitionId".into(), role.template_id().into());
    entry.insert("directoryScopeId".into(), "/".into());
    entry.extend(own);
    if expands("principal") {
        entry.insert("principal".into(), show_principal(state, principal).into());
    }
    if expands("roleDefinition") {
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

/// Shows the user or group that holds a role.
fn show_principal(state: &State, id: ObjectId) -> Map<String, Value> {
    let shown = match (state.seen(id), state.groups.get(id)) {
        (Ok(user), _) => Some(("#microsoft.graph.user", users::properties(user))),
        (_, Some(group)) => Some(("#microsoft.graph.group", groups::show(group))),
        _ => None,
    };
    let (kind, mut shown) = shown.unwrap_or_default();
    shown.insert("@odata.type".into(), kind.into());
    shown
}
