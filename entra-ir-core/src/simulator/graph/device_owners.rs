//! Whose a device is, and who uses it.

use serde_json::Value;

use super::answer::Outcome;
use super::call::Call;
use super::devices::seen_device;
use super::paging::collection;
use super::query::{Options, PAGED};
use super::route::Route;
use super::users;
use crate::ids::ObjectId;
use crate::simulator::tenant::device::DeviceObject;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[
    // Without a cast Graph selects of the base type only; here the type of what is in the list is taken.
    Route::at("/devices/{device}/registeredOwners")
        .get(owners)
        .options(Options::of("directoryObject", users::PROPERTIES).with(PAGED)),
    Route::at("/devices/{device}/registeredUsers")
        .get(registered_users)
        .options(Options::of("directoryObject", users::PROPERTIES).with(PAGED)),
];

/// `GET /devices/{device}/registeredOwners`.
fn owners(state: &mut State, call: &Call<'_>) -> Outcome {
    list(state, call, |object| &object.owners)
}

/// `GET /devices/{device}/registeredUsers`.
fn registered_users(state: &mut State, call: &Call<'_>) -> Outcome {
    list(state, call, |object| &object.users)
}

fn list(state: &State, call: &Call<'_>, of: fn(&DeviceObject) -> &[ObjectId]) -> Outcome {
    let (url, [key]) = (call.url, call.keys());
    state.demand(&[
        &["Device.Read.All"],
        &["Device.ReadWrite.All"],
        &["Directory.Read.All"],
        &["Directory.ReadWrite.All"],
    ])?;
    let object = seen_device(state, key)?;
    let select = url.select();
    let accounts = of(object).iter().filter_map(|account| state.directory.get(*account));
    let shown = accounts.map(|account| {
        let mut account = users::show(account, select.as_deref());
        account.insert("@odata.type".into(), "#microsoft.graph.user".into());
        Value::Object(account)
    });
    collection(state, url, "directoryObjects", shown.collect())
}
