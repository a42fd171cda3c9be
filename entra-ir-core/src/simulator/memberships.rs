//! Groups, and in which of them a user is.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refused};
use super::body::read;
use super::clock::{START, stamp};
use super::filter::Rules;
use super::group::Group;
use super::paging::{collection, collection_by, select};
use super::route::Url;
use super::state::State;
use crate::ids::ObjectId;

/// The most ids that one question takes.
const MOST_IDS: usize = 20;

/// To see groups. Microsoft's tables disagree whether a permission on users alone is enough; here it is not.
const SEE_GROUPS: &[&[&str]] = &[
    &["GroupMember.Read.All"],
    &["Group.Read.All"],
    &["Group.ReadWrite.All"],
    &["Directory.Read.All"],
    &["Directory.ReadWrite.All"],
];

const SEE_USERS: &[&[&str]] = &[
    &["User.Read.All"],
    &["User.ReadBasic.All"],
    &["User.ReadWrite.All"],
    &["Directory.Read.All"],
    &["Directory.ReadWrite.All"],
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Question {
    group_ids: Vec<String>,
}

/// `POST /users/{user}/checkMemberGroups`.
pub(super) fn check(state: &State, url: &Url, body: &[u8], id: ObjectId) -> Outcome {
    state.demand(SEE_USERS)?;
    state.demand(SEE_GROUPS)?;
    let question: Question =
        read(body).ok_or_else(|| Refused::directory("The request body has no groupIds."))?;
    // That twenty are the most is documented; the words of the refusal are not.
    if question.group_ids.len() > MOST_IDS {
        return Err(Refused::directory(format!(
            "The number of values in 'groupIds' is larger than {MOST_IDS}, the most that are allowed."
        )));
    }
    let mut asked = Vec::with_capacity(question.group_ids.len());
    for text in &question.group_ids {
        let group: ObjectId =
            text.parse().map_err(|_| Refused::directory(format!("Invalid object identifier '{text}'.")))?;
        // What the service answers for a group that is gone is not documented: either is simulated.
        if state.settings.refuses_unknown_groups && state.groups.get(group).is_none() {
            return Err(Refused::no_object(text));
        }
        asked.push(group);
    }
    let member_of = state.groups.of(state.seen(id)?);
    let inside = member_of.iter().map(|group| group.id).filter(|group| asked.contains(group));
    let mut answer = Map::new();
    answer.insert("@odata.context".into(), url.context("Collection(Edm.String)").into());
    answer.insert("value".into(), inside.map(|group| group.to_string()).collect::<Vec<_>>().into());
    Ok(Answer::json(answer))
}

/// `GET /users/{user}/transitiveMemberOf/microsoft.graph.group`.
pub(super) fn list(state: &State, url: &Url, id: ObjectId) -> Outcome {
    state.demand(SEE_USERS)?;
    let groups = state.groups.of(state.seen(id)?);
    let shown = groups.into_iter().map(|group| show_of_user(state, url, group).into());
    collection(state, url, "groups", shown.collect())
}

/// Shows a group in a list of a user's: without the permission the service gives ids, and null for everything else.
pub(super) fn show_of_user(state: &State, url: &Url, group: &Group) -> Map<String, Value> {
    let mut shown = show(group);
    if !state.caller.holds(SEE_GROUPS) {
        for (name, value) in shown.iter_mut().filter(|(name, _)| *name != "id") {
            *value = if name == "groupTypes" { json!([]) } else { Value::Null };
        }
    }
    select(url, shown)
}

const FILTERS: Rules = Rules {
    resource: "group",
    texts: &["id", "displayName", "mailNickname"],
    others: &["securityEnabled", "mailEnabled", "isAssignableToRole"],
    collections: &[],
};

/// How many groups a page has that was not asked for in another size.
const USUAL_PAGE: usize = 100;

/// `GET /groups`.
pub(super) fn groups(state: &State, url: &Url) -> Outcome {
    state.demand(SEE_GROUPS)?;
    let filter = url.filter(&FILTERS)?;
    let shown = state.groups.all().iter().map(show);
    let wanted = shown.filter(|group| filter.as_ref().is_none_or(|filter| filter.matches(group)));
    let all = wanted.map(|group| select(url, group).into()).collect();
    collection_by(state, url, "groups", all, Some(USUAL_PAGE))
}

/// `GET /groups/{id}`.
pub(super) fn group(state: &State, url: &Url, key: &str) -> Outcome {
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
