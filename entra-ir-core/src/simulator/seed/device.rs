//! Devices to give to users.

use time::OffsetDateTime;

use crate::ids::ObjectId;
use crate::model::{Device, DeviceTrust};
use crate::simulator::tenant::clock::START;
use crate::simulator::tenant::device::DeviceObject;
use crate::simulator::tenant::directory::Directory;
use crate::simulator::tenant::state::State;

/// Describes a device of a user of a simulated tenant: its owner and its registered user at once, unless it
/// says otherwise.
///
/// ```
/// use entra_ir_core::simulator::{NewDevice, NewUser, SimulatedTenant};
///
/// let tenant = SimulatedTenant::empty();
/// tenant.add_user(NewUser::cloud("x@contoso.example").device(NewDevice::hybrid_joined("LAPTOP-X")));
/// ```
#[derive(Clone, Debug)]
pub struct NewDevice {
    shown: Device,
    is_owned: bool,
    is_registered: bool,
}

impl NewDevice {
    fn new(name: &str, trust: DeviceTrust, system: &str, managed: bool) -> Self {
        let is_hybrid = trust == DeviceTrust::Hybrid;
        let shown = Device {
            display_name: Some(name.to_owned()),
            account_enabled: Some(true),
            on_premises_sync_enabled: is_hybrid.then_some(true),
            profile_type: Some("RegisteredDevice".to_owned()),
            trust_type: Some(trust),
            operating_system: Some(system.to_owned()),
            is_managed: Some(managed),
            is_compliant: managed.then_some(true),
            approximate_last_sign_in: Some(START.saturating_sub(time::Duration::hours(20))),
            registered: Some(START.saturating_sub(time::Duration::days(150))),
            ..Device::default()
        };
        Self { shown, is_owned: true, is_registered: true }
    }

    /// Makes a Windows client that is joined to on-premises Active Directory and to the tenant, managed and
    /// compliant.
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
        self.shown.id = Some(id);
        self
    }

    /// Sets when it was registered, which is also when it last signed in.
    pub fn registered_at(mut self, moment: OffsetDateTime) -> Self {
        self.shown.registered = Some(moment);
        self.shown.approximate_last_sign_in = Some(moment);
        self
    }

    /// Forbids to sign in on it.
    pub fn disabled(mut self) -> Self {
        self.shown.account_enabled = Some(false);
        self
    }

    /// Lets the user be registered on it without owning it.
    pub fn not_owned(mut self) -> Self {
        self.is_owned = false;
        self
    }

    /// Lets the user own it without being registered on it.
    pub fn not_registered(mut self) -> Self {
        self.is_registered = false;
        self
    }

    /// Sets the kind of object, such as `Printer`. Otherwise it is `RegisteredDevice`.
    pub fn profile(mut self, kind: &str) -> Self {
        self.shown.profile_type = Some(kind.to_owned());
        self
    }

    /// Adds it to the directory, for a user or for nobody. A device with this id gets one more owner or user,
    /// or is replaced if it is added for nobody.
    pub(crate) fn add_to(self, user: Option<ObjectId>, state: &mut State) -> ObjectId {
        let now = state.now();
        let Self { shown, is_owned, is_registered } = self.named(&mut state.directory);
        let id = shown.id.unwrap_or_else(|| state.directory.object_id());
        let known = state.devices.get(id).filter(|_| user.is_some()).cloned();
        let mut object = known.unwrap_or(DeviceObject { id, shown, owners: Vec::new(), users: Vec::new() });
        object.owners.extend(user.filter(|user| is_owned && !object.owners.contains(user)));
        object.users.extend(user.filter(|user| is_registered && !object.users.contains(user)));
        state.devices.set(id, Some(object), now);
        id
    }

    /// Gives it the ids that it had not yet.
    pub(super) fn named(mut self, directory: &mut Directory) -> Self {
        self.shown.id = self.shown.id.or_else(|| Some(directory.object_id()));
        self.shown.device_id = self.shown.device_id.or_else(|| Some(directory.object_id().to_string()));
        self
    }
}
