//! Devices to give to users.

use time::OffsetDateTime;

use crate::ids::ObjectId;
use crate::model::{Device, DeviceTrust};
use crate::simulator::tenant::clock::START;
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
pub struct NewDevice(Device);

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

    /// Gives it to a user. Returns its object id, or `None` if there is no such user.
    pub(crate) fn give_to(self, owner: ObjectId, state: &mut State) -> Option<ObjectId> {
        let (device, now) = (self.named(&mut state.directory), state.now());
        let id = device.id;
        state.directory.change(owner, now, |account| account.devices.push(device))?;
        id
    }

    /// Returns the device, with the ids that it had not yet.
    pub(super) fn named(self, directory: &mut Directory) -> Device {
        let mut device = self.0;
        device.id = device.id.or_else(|| Some(directory.object_id()));
        device.device_id = device.device_id.or_else(|| Some(directory.object_id().to_string()));
        device
    }
}
