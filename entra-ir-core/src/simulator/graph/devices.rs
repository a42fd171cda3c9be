//! The devices of a user.

use serde_json::{Map, Value, json};

use super::answer::Outcome;
use super::call::Call;
use super::paging::{collection, select};
use super::query::{Options, PAGED};
use super::route::Route;
use crate::model::Device;
use crate::simulator::tenant::clock::stamp;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[
    Route::at("/users/{user}/ownedDevices").get(owned).options(OPTIONS),
    Route::at("/users/{user}/ownedDevices/microsoft.graph.device").get(owned_cast).options(OPTIONS),
    Route::at("/users/{user}/registeredDevices").get(registered).options(OPTIONS),
    Route::at("/users/{user}/registeredDevices/microsoft.graph.device").get(registered_cast).options(OPTIONS),
];

const OPTIONS: Options = Options::of("device", PROPERTIES).with(PAGED);

const PROPERTIES: &[&str] = &[
    "id",
    "deviceId",
    "displayName",
    "accountEnabled",
    "trustType",
    "operatingSystem",
    "isManaged",
    "isCompliant",
    "approximateLastSignInDateTime",
    "registrationDateTime",
];

fn owned(state: &mut State, call: &Call<'_>) -> Outcome {
    list(state, call, |device| device.is_owned, false)
}

fn owned_cast(state: &mut State, call: &Call<'_>) -> Outcome {
    list(state, call, |device| device.is_owned, true)
}

fn registered(state: &mut State, call: &Call<'_>) -> Outcome {
    list(state, call, |device| device.is_registered, false)
}

fn registered_cast(state: &mut State, call: &Call<'_>) -> Outcome {
    list(state, call, |device| device.is_registered, true)
}

/// Lists those devices of a user that are in a list, bare or cast to devices.
fn list(state: &State, call: &Call<'_>, is_in: fn(&Device) -> bool, cast: bool) -> Outcome {
    let (url, id) = (call.url, call.user(state)?);
    state.demand(&[
        &["User.Read.All"],
        &["User.ReadWrite.All"],
        &["Directory.Read.All"],
        &["Directory.ReadWrite.All"],
    ])?;
    let devices = state.seen(id)?.devices.iter().filter(|device| is_in(device));
    let shown = devices.map(|device| {
        let mut item = select(url, show(device));
        if !cast {
            item.insert("@odata.type".into(), "#microsoft.graph.device".into());
        }
        Value::Object(item)
    });
    collection(state, url, if cast { "devices" } else { "directoryObjects" }, shown.collect())
}

fn show(device: &Device) -> Map<String, Value> {
    let all = json!({
        "id": device.id,
        "deviceId": device.device_id,
        "displayName": device.display_name,
        "accountEnabled": device.account_enabled,
        "trustType": device.trust_type,
        "operatingSystem": device.operating_system,
        "isManaged": device.is_managed,
        "isCompliant": device.is_compliant,
        "approximateLastSignInDateTime": device.approximate_last_sign_in.map(stamp),
        "registrationDateTime": device.registered.map(stamp),
    });
    if let Value::Object(all) = all { all } else { Map::new() }
}
