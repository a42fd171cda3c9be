//! The objects that a user owns.

use serde_json::Value;

use super::answer::Outcome;
use super::call::Call;
use super::groups::{self, show_of_user};
use super::paging::collection;
use super::query::{Options, PAGED};
use super::route::Route;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[
    // Without the cast Graph selects properties of the base type only; here the listed type decides.
    Route::at("/users/{user}/ownedObjects")
        .get(all)
        .options(Options::of("directoryObject", groups::PROPERTIES).with(PAGED)),
    Route::at("/users/{user}/ownedObjects/microsoft.graph.group")
        .get(cast_to_groups)
        .options(groups::OPTIONS.with(PAGED)),
];

fn all(state: &mut State, call: &Call<'_>) -> Outcome {
    owned(state, call, false)
}

fn cast_to_groups(state: &mut State, call: &Call<'_>) -> Outcome {
    owned(state, call, true)
}

/// Lists them, bare or cast to groups. Nothing but groups has an owner here.
fn owned(state: &State, call: &Call<'_>, cast: bool) -> Outcome {
    let (url, id) = (call.url, call.user(state)?);
    state.demand(&[
        &["User.Read.All"],
        &["User.ReadWrite.All"],
        &["Directory.Read.All"],
        &["Directory.ReadWrite.All"],
    ])?;
    let id = state.seen(id)?.id;
    let owned = state.groups.all().iter().filter(|group| group.owners.contains(&id));
    let shown = owned.map(|group| {
        let mut item = show_of_user(state, url, group);
        if !cast {
            item.insert("@odata.type".into(), "#microsoft.graph.group".into());
        }
        Value::Object(item)
    });
    collection(state, url, if cast { "groups" } else { "directoryObjects" }, shown.collect())
}
