//! The switches of a sign-in world: what is demanded, devices and their state, and how fast events travel.

use std::time::Duration;

use super::super::device::NewDevice;
use super::SignInWorld;
use super::app::{App, LONGEST_DELAY};
use super::device::{Device, DeviceKind, DeviceState};
use super::session::close_browser;
use crate::ids::ObjectId;

impl SignInWorld {
    /// Says whether a Conditional Access policy demands MFA of everybody. Per-user MFA is set on the tenant.
    pub fn require_mfa(&self, required: bool) {
        self.with(|world, _| world.rules.require_mfa = required);
    }

    /// Says whether a Conditional Access policy blocks users whose risk is high.
    pub fn block_high_risk(&self, block: bool) {
        self.with(|world, _| world.rules.block_high_risk = block);
    }

    /// Says whether legacy authentication is blocked, and app passwords with it.
    pub fn block_legacy_authentication(&self, block: bool) {
        self.with(|world, _| world.rules.block_legacy = block);
    }

    /// Offers "remember MFA on trusted devices" for a number of days, or no more. Only a tenant whose migration to the
    /// authentication methods policy is not complete honours it.
    pub fn remember_mfa_on_trusted_devices(&self, days: Option<u16>) {
        self.with(|world, _| world.rules.trusted_days = days);
    }

    /// Returns whether a device spares a user the second factor of per-user MFA for now.
    pub fn remembers_mfa(&self, user: &str, device: &Device) -> bool {
        self.with(|world, state| {
            let account = state.directory.find(user).and_then(|id| state.directory.get(id));
            account.is_some_and(|account| world.remembered(state, account, device.id).is_some())
        })
    }

    /// Makes a hybrid joined Windows client of which the directory has an object: the user owns it. Nothing if there is no such user.
    pub fn hybrid_joined_windows_of(&self, user: &str, name: &str) -> Option<Device> {
        let id = self.tenant().add_device(user, NewDevice::hybrid_joined(name))?;
        Some(self.device(DeviceKind::HybridJoinedWindows, name, Some(id)))
    }

    /// Makes a hybrid joined Windows client. No list of devices in the directory shows it.
    pub fn hybrid_joined_windows(&self, name: &str) -> Device {
        self.device(DeviceKind::HybridJoinedWindows, name, None)
    }

    /// Makes a browser on a machine that the tenant does not know.
    pub fn browser(&self) -> Device {
        self.device(DeviceKind::Browser, "browser", None)
    }

    /// Makes an in-private browser on a machine that the tenant does not know.
    pub fn in_private_browser(&self) -> Device {
        self.device(DeviceKind::InPrivateBrowser, "in-private browser", None)
    }

    /// Makes a phone with apps.
    pub fn phone(&self, name: &str) -> Device {
        self.device(DeviceKind::Phone, name, None)
    }

    /// Makes the server of a web application that acts for its users.
    pub fn web_server(&self, name: &str) -> Device {
        self.device(DeviceKind::WebServer, name, None)
    }

    /// Makes a device, with this object id if there is one in the directory.
    pub fn device(&self, kind: DeviceKind, name: &str, id: Option<ObjectId>) -> Device {
        let id = id.unwrap_or_else(|| self.with(|world, _| world.next_id()));
        Device { id, name: name.to_owned(), kind }
    }

    /// Disables the device's object: its primary refresh tokens bring nothing until it is enabled again.
    pub fn disable_device(&self, device: &Device) {
        self.set_device(device, DeviceState::Disabled);
    }

    /// Enables the device's object again. A deleted one stays deleted.
    pub fn enable_device(&self, device: &Device) {
        self.set_device(device, DeviceState::Enabled);
    }

    /// Deletes the device's object: its primary refresh tokens are void.
    pub fn delete_device(&self, device: &Device) {
        self.set_device(device, DeviceState::Deleted);
    }

    fn set_device(&self, device: &Device, to: DeviceState) {
        self.with(|world, state| {
            let own = world.devices.entry(device.id).or_default();
            if *own == DeviceState::Deleted {
                return;
            }
            *own = to;
            let is_it = |object: &crate::model::Device| object.id == Some(device.id);
            let owners = state.directory.all().filter(|account| account.devices.iter().any(is_it));
            let owners: Vec<_> = owners.map(|account| account.id).collect();
            let now = state.now();
            for owner in owners {
                state.directory.change(owner, now, |account| match to {
                    DeviceState::Deleted => account.devices.retain(|object| !is_it(object)),
                    _ => account.devices.iter_mut().filter(|object| is_it(object)).for_each(|object| {
                        object.account_enabled = Some(to == DeviceState::Enabled);
                    }),
                });
            }
        });
    }

    /// Closes a browser: cookies go, unless the user chose to be kept signed in. A private one loses everything.
    pub fn close_browser(&self, device: &Device) {
        self.with(|world, _| close_browser(world, device));
    }

    /// Sets how long an event takes to reach an application, up to 15 minutes; without a setting it is there at once.
    pub fn set_event_delay(&self, app: App, delay: Duration) {
        let delay = time::Duration::try_from(delay.min(LONGEST_DELAY)).unwrap_or_default();
        self.with(|world, _| world.delays.insert(app, delay));
    }

    /// Draws for each application how long events take to reach it, up to 15 minutes; the same seed draws the same.
    pub fn draw_event_delays(&self, seed: u64) {
        let mut drawn = seed;
        for app in App::ALL.into_iter().filter(|app| app.hears_events()) {
            // One step of a linear congruential generator; its high bits are the good ones.
            drawn = drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            self.set_event_delay(app, Duration::from_secs((drawn >> 33) % (LONGEST_DELAY.as_secs() + 1)));
        }
    }
}
