//! In which groups a user is.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refused};
use super::paging::{collection, select};
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
        serde_json::from_slice(body).map_err(|_| Refused::directory("The request body has no groupIds."))?;
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
    let visible = state.caller.holds(SEE_GROUPS);
    let groups = state.groups.of(state.seen(id)?);
    let shown = groups.into_iter().map(|group| {
        // Without the permission the service gives ids, and null for everything else.
        let item = json!({
            "id": group.id,
            "displayName": visible.then_some(&group.name),
            "isAssignableToRole": (visible && group.role_assignable).then_some(true),
            "securityEnabled": visible.then_some(true),
            "mailEnabled": visible.then_some(false),
        });
        let item = if let Value::Object(item) = item { item } else { Map::new() };
        Value::Object(select(url, item))
    });
    collection(state, url, "groups", shown.collect())
}
