//! The devices of a user, and devices by their own address.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refused};
use super::body::read;
use super::call::Call;
use super::paging::{collection, select};
use super::query::{Options, PAGED};
use super::route::Route;
use crate::ids::ObjectId;
use crate::model::Device;
use crate::simulator::tenant::clock::stamp;
use crate::simulator::tenant::device::DeviceObject;
use crate::simulator::tenant::role::Role;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[
    Route::at("/devices/{device}")
        .get(get)
        .patch(patch)
        .delete(delete)
        .options(Options::of("device", PROPERTIES)),
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
    "onPremisesSyncEnabled",
    "profileType",
    "isManaged",
    "isCompliant",
    "mdmAppId",
    "approximateLastSignInDateTime",
    "registrationDateTime",
];

/// Who may change devices, of signed-in callers. Sources: "Update device", "Delete device".
const WRITERS: [Role; 3] =
    [Role::GlobalAdministrator, Role::CloudDeviceAdministrator, Role::IntuneAdministrator];

/// Finds the device that a path names, as reads see it.
pub(super) fn seen_device<'a>(state: &'a State, key: &str) -> Result<&'a DeviceObject, Refused> {
    let seen = state.devices.seen(id(key)?, state.now(), state.settings.read_delay);
    seen.ok_or_else(|| Refused::no_object(key))
}

fn id(key: &str) -> Result<ObjectId, Refused> {
    key.parse().map_err(|_| Refused::directory(format!("Invalid object identifier '{key}'.")))
}

/// `GET /devices/{id}`: by object id only.
fn get(state: &mut State, call: &Call<'_>) -> Outcome {
    let (url, [key]) = (call.url, call.keys());
    state.demand(&[
        &["Device.Read.All"],
        &["Device.ReadWrite.All"],
        &["Directory.Read.All"],
        &["Directory.ReadWrite.All"],
    ])?;
    let shown = show(&seen_device(state, key)?.shown);
    Ok(Answer::entity(url.context("devices/$entity"), select(url, shown)))
}

/// Requires what a change of a device takes, and returns the device in its present state.
fn demand_change<'a>(
    state: &'a State,
    key: &str,
    application: &[&[&str]],
) -> Result<&'a DeviceObject, Refused> {
    if state.caller.is_delegated() {
        state.demand(&[&["Directory.AccessAsUser.All"]])?;
        if !state.caller.roles.iter().any(|role| WRITERS.contains(role)) {
            return Err(Refused::denied());
        }
    } else {
        state.demand(application)?;
    }
    state.devices.get(id(key)?).ok_or_else(|| Refused::no_object(key))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Changes {
    account_enabled: bool,
}

/// `PATCH /devices/{id}` with `accountEnabled`. The answers for an application and for a printer are not
/// documented: "Update device" says that an application can change only the extension attributes of a device
/// that is not a Windows device, "Manage device identities" that a printer can be neither enabled nor
/// disabled.
fn patch(state: &mut State, call: &Call<'_>) -> Outcome {
    let [key] = call.keys();
    let bad = || Refused::directory("Invalid value specified for a property of the device.");
    let Changes { account_enabled } = read(call.body).ok_or_else(bad)?;
    let object = demand_change(state, key, &[&["Device.ReadWrite.All"], &["Directory.ReadWrite.All"]])?;
    let is_windows = object.shown.operating_system.as_deref() == Some("Windows");
    if !state.caller.is_delegated() && !is_windows {
        return Err(Refused::denied());
    }
    if object.shown.profile_type.as_deref() == Some("Printer") {
        return Err(bad());
    }
    let id = object.id;
    if account_enabled {
        state.enable_device(id);
    } else {
        state.disable_device(id);
    }
    Ok(Answer::no_content())
}

/// `DELETE /devices/{id}`: the object can be restored for some time, and is hidden until then.
fn delete(state: &mut State, call: &Call<'_>) -> Outcome {
    let [key] = call.keys();
    let id = demand_change(state, key, &[&["Device.ReadWrite.All"]])?.id;
    state.delete_device(id);
    Ok(Answer::no_content())
}

fn owned(state: &mut State, call: &Call<'_>) -> Outcome {
    list(state, call, |object| &object.owners, false)
}

fn owned_cast(state: &mut State, call: &Call<'_>) -> Outcome {
    list(state, call, |object| &object.owners, true)
}

fn registered(state: &mut State, call: &Call<'_>) -> Outcome {
    list(state, call, |object| &object.users, false)
}

fn registered_cast(state: &mut State, call: &Call<'_>) -> Outcome {
    list(state, call, |object| &object.users, true)
}

/// Lists the devices of which a user is one of these accounts, bare or cast to devices.
fn list(state: &State, call: &Call<'_>, of: fn(&DeviceObject) -> &[ObjectId], cast: bool) -> Outcome {
    let (url, id) = (call.url, call.user(state)?);
    state.demand(&[
        &["User.Read.All"],
        &["User.ReadWrite.All"],
        &["Directory.Read.All"],
        &["Directory.ReadWrite.All"],
    ])?;
    let all = state.devices.all_seen(state.now(), state.settings.read_delay);
    let devices = all.filter(|object| of(object).contains(&id)).map(|object| &object.shown);
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
        "onPremisesSyncEnabled": device.on_premises_sync_enabled,
        "profileType": device.profile_type,
        "isManaged": device.is_managed,
        "isCompliant": device.is_compliant,
        "mdmAppId": device.mdm_app_id,
        "approximateLastSignInDateTime": device.approximate_last_sign_in.map(stamp),
        "registrationDateTime": device.registered.map(stamp),
    });
    if let Value::Object(all) = all { all } else { Map::new() }
}
