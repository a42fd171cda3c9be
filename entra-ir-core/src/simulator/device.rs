//! Devices of the tenant, and the lists of a user's.

use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::SimulatedTenant;
use super::answer::Outcome;
use super::clock::{START, stamp};
use super::paging::{collection, select};
use super::route::Url;
use super::state::State;
use crate::ids::ObjectId;
use crate::model::{Device, DeviceTrust};

/// Describes a device of a user of a simulated tenant: its owner and its registered user at once, unless it says otherwise.
///
/// ```
/// use entra_ir_core::simulator::{NewDevice, NewUser, SimulatedTenant};
///
/// let tenant = SimulatedTenant::empty();
/// tenant.add_user(NewUser::cloud("x@contoso.example").device(NewDevice::hybrid_joined("LAPTOP-X")));
/// ```
#[derive(Clone, Debug)]
pub struct NewDevice(pub(super) Device);

impl NewDevice {
    fn new(name: &str, trust: DeviceTrust, system: &str, managed: bool) -> Self {
        Self(Device {
            display_name: Some(name.to_owned()),
            account_enabled: Some(true),
            trust_type: Some(trust),
            operating_system: Some(system.to_owned()),
            is_managed: Some(managed),
            is_compliant: managed.then_some(true),
            approximate_last_sign_in: Some(START.saturating_sub(time::Duration::hours(20))),
            registered: Some(START.saturating_sub(time::Duration::days(150))),
            is_owned: true,
            is_registered: true,
            ..Device::default()
        })
    }

    /// Makes a Windows client that is joined to on-premises Active Directory and to the tenant, managed and compliant.
    pub fn hybrid_joined(name: &str) -> Self {
        Self::new(name, DeviceTrust::Hybrid, "Windows", true)
    }

    /// Makes a Windows client that is joined to the tenant, managed and compliant.
    pub fn joined(name: &str) -> Self {
        Self::new(name, DeviceTrust::Joined, "Windows", true)
    }

    /// Makes a device of the user's own, registered and not managed.
    pub fn registered(name: &str, operating_system: &str) -> Self {
        Self::new(name, DeviceTrust::Registered, operating_system, false)
    }

    /// Sets the object id. Otherwise one is made, the same in every run.
    pub fn id(mut self, id: ObjectId) -> Self {
        self.0.id = Some(id);
        self
    }

    /// Sets when it was registered, which is also when it last signed in.
    pub fn registered_at(mut self, moment: OffsetDateTime) -> Self {
        self.0.registered = Some(moment);
        self.0.approximate_last_sign_in = Some(moment);
        self
    }

    /// Forbids to sign in on it.
    pub fn disabled(mut self) -> Self {
        self.0.account_enabled = Some(false);
        self
    }

    /// Lets the user be registered on it without owning it.
    pub fn not_owned(mut self) -> Self {
        self.0.is_owned = false;
        self
    }

    /// Lets the user own it without being registered on it.
    pub fn not_registered(mut self) -> Self {
        self.0.is_registered = false;
        self
    }
}

impl SimulatedTenant {
    /// Gives the user a device, as an attacker may who registers one. Returns its object id, or nothing if there is no such user.
    pub fn add_device(&self, user: &str, device: NewDevice) -> Option<ObjectId> {
        let mut state = self.state();
        let (owner, now) = (state.directory.find(user)?, state.now());
        let device = state.directory.name_device(device);
        let id = device.id;
        state.directory.change(owner, now, |account| account.devices.push(device))?;
        id
    }
}

/// Names the two lists of a user's devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DeviceList {
    Owned,
    Registered,
}

/// `GET /users/{user}/registeredDevices` and `ownedDevices`, bare or cast to devices.
pub(super) fn list(state: &State, url: &Url, id: ObjectId, which: DeviceList, cast: bool) -> Outcome {
    state.demand(&[
        &["User.Read.All"],
        &["User.ReadWrite.All"],
        &["Directory.Read.All"],
        &["Directory.ReadWrite.All"],
    ])?;
    let is_in = |device: &&Device| match which {
        DeviceList::Owned => device.is_owned,
        DeviceList::Registered => device.is_registered,
    };
    let shown = state.seen(id)?.devices.iter().filter(is_in).map(|device| {
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
