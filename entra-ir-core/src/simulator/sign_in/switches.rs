//! The switches of a sign-in simulation: requirements, devices and their state, and event delays.

use std::time::Duration;

use super::device::{Device, DeviceKind};
use super::simulation::SignInSimulation;
use crate::ids::ObjectId;
use crate::simulator::seed::device::NewDevice;
use crate::simulator::tenant::app::{App, LONGEST_DELAY};

impl SignInSimulation {
    /// Sets whether a Conditional Access policy requires MFA of everybody. Per-user MFA is set on the tenant.
    pub fn require_mfa(&self, required: bool) {
        self.with(|sign_ins, _| sign_ins.rules.require_mfa = required);
    }

    /// Sets whether a Conditional Access policy blocks users whose risk is high.
    pub fn block_high_risk(&self, block: bool) {
        self.with(|sign_ins, _| sign_ins.rules.block_high_risk = block);
    }

    /// Sets how long a block takes to reach sign-ins; without a setting it is there at once. Microsoft
    /// promises no time: what is written in one place is read in another one later.
    pub fn set_block_delay(&self, delay: Duration) {
        self.with(|sign_ins, _| sign_ins.rules.block_delay = delay);
    }

    /// Sets whether legacy authentication is blocked, and app passwords with it.
    pub fn block_legacy_authentication(&self, block: bool) {
        self.with(|sign_ins, _| sign_ins.rules.block_legacy = block);
    }

    /// Sets whether a Conditional Access policy requires MFA to register security information.
    pub fn guard_registration(&self, guard: bool) {
        self.with(|sign_ins, _| sign_ins.rules.guard_registration = guard);
    }

    /// Sets whether the tenant trusts the MFA that a guest did at home. Microsoft's default is not to: the
    /// guest then registers and does MFA here.
    pub fn trust_guest_mfa(&self, trust: bool) {
        self.with(|sign_ins, _| sign_ins.rules.trust_guest_mfa = trust);
    }

    /// Sets whether a user's primary refresh tokens outlive a revocation. By default they end, as refresh
    /// tokens do. The page "Understanding Primary Refresh Token" does not list a revocation among what makes
    /// one invalid.
    pub fn let_primary_tokens_outlive_revocation(&self, user: &str, outlive: bool) {
        self.tenant().change(user, |account| account.validity.spares_primaries = outlive);
    }

    /// Offers "remember MFA on trusted devices" for a number of days, or no more. Only a tenant whose
    /// migration to the authentication methods policy is not complete honours it.
    pub fn remember_mfa_on_trusted_devices(&self, days: Option<u16>) {
        self.with(|sign_ins, _| sign_ins.rules.trusted_days = days);
    }

    /// Returns whether a device spares a user the second factor of per-user MFA for now.
    pub fn remembers_mfa(&self, user: &str, device: &Device) -> bool {
        self.with(|sign_ins, state| {
            let account = state.directory.find(user).and_then(|id| state.directory.get(id));
            account.is_some_and(|account| sign_ins.remembered(state, account, device.id).is_some())
        })
    }

    /// Makes a Windows client that is joined to the tenant: the user owns it. Nothing if there is no such
    /// user.
    pub fn joined_windows_of(&self, user: &str, name: &str) -> Option<Device> {
        let id = self.tenant().add_device(user, NewDevice::joined(name))?;
        Some(self.device(DeviceKind::JoinedWindows, name, Some(id)))
    }

    /// Makes a phone that the user registered. Nothing if there is no such user.
    pub fn registered_phone_of(&self, user: &str, name: &str) -> Option<Device> {
        let id = self.tenant().add_device(user, NewDevice::registered(name, "Android"))?;
        Some(self.device(DeviceKind::RegisteredPhone, name, Some(id)))
    }

    /// Makes a hybrid joined Windows client of which the directory has an object: the user owns it. Nothing
    /// if there is no such user.
    pub fn hybrid_joined_windows_of(&self, user: &str, name: &str) -> Option<Device> {
        let id = self.tenant().add_device(user, NewDevice::hybrid_joined(name))?;
        Some(self.device(DeviceKind::HybridJoinedWindows, name, Some(id)))
    }

    /// Makes a hybrid joined Windows client. No list of the user's devices shows it, as it is with most of
    /// them: they have no owner.
    pub fn hybrid_joined_windows(&self, name: &str) -> Device {
        let id = self.tenant().add_device_without_owner(NewDevice::hybrid_joined(name));
        self.device(DeviceKind::HybridJoinedWindows, name, Some(id))
    }

    /// Makes a client that the tenant does not know and that holds a primary refresh token all the same.
    pub fn unregistered_client(&self, name: &str) -> Device {
        self.device(DeviceKind::Unregistered, name, None)
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
        let id = id.unwrap_or_else(|| self.with(|sign_ins, _| sign_ins.next_id()));
        Device { id, name: name.to_owned(), kind }
    }

    /// Disables the device's object: once that is noticed, its tokens are void, and its keys of Windows Hello
    /// are refused until it is enabled again.
    ///
    /// A client that is not registered has no object: nothing changes for it.
    pub fn disable_device(&self, device: &Device) {
        if device.kind != DeviceKind::Unregistered {
            self.with(|_, state| state.disable_device(device.id));
        }
    }

    /// Enables the device's object again. A deleted one stays deleted.
    pub fn enable_device(&self, device: &Device) {
        self.with(|_, state| state.enable_device(device.id));
    }

    /// Deletes the device's object: once that is noticed, it is refused. For thirty days it can be restored.
    pub fn delete_device(&self, device: &Device) {
        if device.kind != DeviceKind::Unregistered {
            self.with(|_, state| state.delete_device(device.id));
        }
    }

    /// Restores a deleted device with its keys, as an administrator may for thirty days. Returns whether
    /// there was one to restore.
    pub fn restore_device(&self, device: &Device) -> bool {
        self.with(|_, state| state.restore_device(device.id))
    }

    /// Closes a browser: cookies go, unless the user chose to be kept signed in. A private one loses
    /// everything.
    pub fn close_browser(&self, device: &Device) {
        self.with(|sign_ins, _| sign_ins.close_browser(device));
    }

    /// Sets how long an event takes to reach an application, up to 15 minutes; without a setting it is there
    /// at once.
    pub fn set_event_delay(&self, app: App, delay: Duration) {
        let delay = time::Duration::try_from(delay.min(LONGEST_DELAY)).unwrap_or_default();
        self.with(|sign_ins, _| sign_ins.delays.insert(app, delay));
    }

    /// Draws for each application how long events take to reach it, up to 15 minutes, and how long the change
    /// of a device takes, up to an hour; the same seed draws the same.
    pub fn draw_event_delays(&self, seed: u64) {
        let mut drawn = seed;
        let mut draw = |most: u64| {
            // One step of a linear congruential generator; its high bits are the good ones.
            drawn = drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            Duration::from_secs((drawn >> 33) % (most + 1))
        };
        for app in App::ALL.into_iter().filter(|app| app.hears_events()) {
            self.set_event_delay(app, draw(LONGEST_DELAY.as_secs()));
        }
        self.tenant().set_device_delay(draw(3600));
    }
}
