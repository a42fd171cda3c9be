//! Groups.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refused};
use super::call::Call;
use super::filter::Rules;
use super::paging::{collection_by, select};
use super::query::{FILTERED, Options};
use super::route::Route;
use super::url::Url;
use crate::ids::ObjectId;
use crate::simulator::tenant::clock::{START, stamp};
use crate::simulator::tenant::group::Group;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[
    Route::at("/groups").get(list).options(OPTIONS.with(FILTERED)),
    Route::at("/groups/{group}").get(get).options(OPTIONS),
];

/// The query options of reads of groups.
pub(super) const OPTIONS: Options = Options::of("group", PROPERTIES);

pub(super) const PROPERTIES: &[&str] = &[
    "id",
    "createdDateTime",
    "description",
    "displayName",
    "groupTypes",
    "isAssignableToRole",
    "mail",
    "mailEnabled",
    "mailNickname",
    "onPremisesSyncEnabled",
    "securityEnabled",
    "visibility",
];

/// To see groups. Microsoft's tables disagree whether a permission on users alone is enough; here it is not.
pub(super) const SEE_GROUPS: &[&[&str]] = &[
    &["GroupMember.Read.All"],
    &["Group.Read.All"],
    &["Group.ReadWrite.All"],
    &["Directory.Read.All"],
    &["Directory.ReadWrite.All"],
];

const FILTERS: Rules = Rules {
    resource: "group",
    texts: &["id", "displayName", "mailNickname"],
    others: &["securityEnabled", "mailEnabled", "isAssignableToRole"],
    collections: &[],
};

/// The default size of a page of groups.
const USUAL_PAGE: usize = 100;

/// `GET /groups`.
fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let url = call.url;
    state.demand(SEE_GROUPS)?;
    let filter = url.filter(&FILTERS)?;
    let shown = state.groups.all().iter().map(show);
    let wanted = shown.filter(|group| filter.as_ref().is_none_or(|filter| filter.matches(group)));
    let all = wanted.map(|group| select(url, group).into()).collect();
    collection_by(state, url, "groups", all, Some(USUAL_PAGE))
}

/// `GET /groups/{group}`.
fn get(state: &mut State, call: &Call<'_>) -> Outcome {
    let (url, [key]) = (call.url, call.keys());
    state.demand(SEE_GROUPS)?;
    let id: ObjectId =
        key.parse().map_err(|_| Refused::directory(format!("Invalid object identifier '{key}'.")))?;
    let group = state.groups.get(id).ok_or_else(|| Refused::no_object(key))?;
    Ok(Answer::entity(url.context("groups/$entity"), select(url, show(group))))
}

/// Shows everything of a group.
pub(super) fn show(group: &Group) -> Map<String, Value> {
    let nickname: String = group.name.chars().filter(char::is_ascii_alphanumeric).collect();
    let all = json!({
        "id": group.id,
        "createdDateTime": stamp(START.saturating_sub(time::Duration::days(300))),
        "description": null,
        "displayName": group.name,
        "groupTypes": [],
        "isAssignableToRole": group.role_assignable.then_some(true),
        "mail": null,
        "mailEnabled": false,
        "mailNickname": nickname,
        "onPremisesSyncEnabled": null,
        "securityEnabled": true,
        "visibility": null,
    });
    if let Value::Object(all) = all { all } else { Map::new() }
}

/// Shows a group in a user's list: without the permission the service returns ids, and null for everything
/// else.
pub(super) fn show_of_user(state: &State, url: &Url, group: &Group) -> Map<String, Value> {
    let mut shown = show(group);
    if !state.caller.holds(SEE_GROUPS) {
        for (name, value) in shown.iter_mut().filter(|(name, _)| *name != "id") {
            *value = if name == "groupTypes" { json!([]) } else { Value::Null };
        }
    }
    select(url, shown)
}
