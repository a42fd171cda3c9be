//! Whose a device is.

use serde_json::Value;

use super::answer::Outcome;
use super::call::Call;
use super::devices::seen_device;
use super::paging::collection;
use super::query::{Options, PAGED};
use super::route::Route;
use super::users;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[
    // Without a cast Graph selects of the base type only; here the type of what is in the list is taken.
    Route::at("/devices/{device}/registeredOwners")
        .get(owners)
        .options(Options::of("directoryObject", users::PROPERTIES).with(PAGED)),
];

/// `GET /devices/{device}/registeredOwners`.
fn owners(state: &mut State, call: &Call<'_>) -> Outcome {
    let (state, url, [key]) = (&*state, call.url, call.keys());
    state.demand(&[
        &["Device.Read.All"],
        &["Device.ReadWrite.All"],
        &["Directory.Read.All"],
        &["Directory.ReadWrite.All"],
    ])?;
    let object = seen_device(state, key)?;
    let select = url.select();
    let owners = object.owners.iter().filter_map(|owner| state.directory.get(*owner));
    let shown = owners.map(|owner| {
        let mut owner = users::show(owner, select.as_deref());
        owner.insert("@odata.type".into(), "#microsoft.graph.user".into());
        Value::Object(owner)
    });
    collection(state, url, "directoryObjects", shown.collect())
}
