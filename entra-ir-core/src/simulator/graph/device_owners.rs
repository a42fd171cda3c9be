//! Whose a device is.

use serde_json::Value;

use super::answer::{Outcome, Refused};
use super::call::Call;
use super::paging::collection;
use super::query::{Options, PAGED};
use super::route::Route;
use super::users;
use crate::ids::ObjectId;
use crate::model::Device;
use crate::simulator::tenant::account::Account;
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
    let id: ObjectId =
        key.parse().map_err(|_| Refused::directory(format!("Invalid object identifier '{key}'.")))?;
    let has = |account: &&Account, is_in: fn(&Device) -> bool| {
        account.devices.iter().any(|device| device.id == Some(id) && is_in(device))
    };
    if !state.directory.all().any(|account| has(&account, |_| true)) {
        return Err(Refused::no_object(key));
    }
    let select = url.select();
    let owners = state.directory.all().filter(|account| has(account, |device| device.is_owned));
    let shown = owners.map(|owner| {
        let mut owner = users::show(owner, select.as_deref());
        owner.insert("@odata.type".into(), "#microsoft.graph.user".into());
        Value::Object(owner)
    });
    collection(state, url, "directoryObjects", shown.collect())
}
