//! The groups of a user.

use serde::Deserialize;
use serde_json::Map;

use super::answer::{Answer, Outcome, Refused};
use super::body::read;
use super::call::Call;
use super::groups::{self, SEE_GROUPS};
use super::paging::collection;
use super::query::PAGED;
use super::route::Route;
use crate::ids::ObjectId;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[
    Route::action("/users/{user}/checkMemberGroups", check),
    Route::at("/users/{user}/transitiveMemberOf/microsoft.graph.group")
        .get(list)
        .options(groups::OPTIONS.with(PAGED)),
];

/// The maximum of ids of one query.
const MOST_IDS: usize = 20;

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
fn check(state: &mut State, call: &Call<'_>) -> Outcome {
    let (url, id) = (call.url, call.user(state)?);
    state.demand(SEE_USERS)?;
    state.demand(SEE_GROUPS)?;
    let question: Question =
        read(call.body).ok_or_else(|| Refused::directory("The request body has no groupIds."))?;
    // The maximum of twenty is documented; the text of the refusal is not.
    if question.group_ids.len() > MOST_IDS {
        return Err(Refused::directory(format!(
            "The number of values in 'groupIds' is larger than {MOST_IDS}, the most that are allowed."
        )));
    }
    let mut asked = Vec::with_capacity(question.group_ids.len());
    for text in &question.group_ids {
        let group: ObjectId =
            text.parse().map_err(|_| Refused::directory(format!("Invalid object identifier '{text}'.")))?;
        // The answer of the service for a deleted group is not documented: both are simulated.
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
fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let (url, id) = (call.url, call.user(state)?);
    state.demand(SEE_USERS)?;
    let groups = state.groups.of(state.seen(id)?);
    let shown = groups.into_iter().map(|group| groups::show_of_user(state, url, group).into());
    collection(state, url, "groups", shown.collect())
}
