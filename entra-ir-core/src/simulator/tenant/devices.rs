//! Changes of devices: disabling, deletion, restoring, and the sync of hybrid ones. By mechanism: disabling
//! and deleting take effect later, up to an hour (page "Microsoft Entra device management FAQ"). Then the
//! tokens of a disabled device are void permanently; those of a deleted one work again when it is restored
//! (page "Device soft delete").

use time::OffsetDateTime;

use super::machine::{Deleted, DeviceStanding};
use super::state::State;
use crate::ids::ObjectId;

/// How long a deleted device can be restored (page "Device soft delete").
const RESTORABLE: time::Duration = time::Duration::days(30);

impl State {
    fn has_noticed(&self, at: OffsetDateTime) -> bool {
        let delay = time::Duration::try_from(self.settings.device_delay).unwrap_or(time::Duration::MAX);
        at.saturating_add(delay) <= self.now()
    }

    /// Returns whether the device is disabled, and this is in force. A device may be disabled from the start.
    fn is_refused_as_disabled(&self, id: ObjectId) -> bool {
        match self.machines.get(&id).and_then(|machine| machine.disabled_at) {
            Some(at) => self.has_noticed(at),
            None => self.devices.get(id).is_some_and(|object| object.shown.account_enabled == Some(false)),
        }
    }

    pub(crate) fn device_standing(&self, id: ObjectId) -> DeviceStanding {
        let machine = self.machines.get(&id);
        let deleted = machine.and_then(|machine| machine.deleted.as_ref());
        DeviceStanding {
            is_refused: self.is_refused_as_disabled(id)
                || deleted.is_some_and(|deleted| self.has_noticed(deleted.at)),
            term: machine.map(|machine| machine.term).unwrap_or_default(),
        }
    }

    fn set_object_enabled(&mut self, id: ObjectId, enabled: bool) {
        let now = self.now();
        self.devices.change(id, now, |object| object.shown.account_enabled = Some(enabled));
    }

    pub(crate) fn disable_device(&mut self, id: ObjectId) {
        let now = self.now();
        let machine = self.machines.entry(id).or_default();
        machine.disabled_at = machine.disabled_at.or(Some(now));
        self.set_object_enabled(id, false);
    }

    pub(crate) fn enable_device(&mut self, id: ObjectId) {
        let was_refused = self.is_refused_as_disabled(id);
        let machine = self.machines.entry(id).or_default();
        machine.disabled_at = None;
        if was_refused {
            machine.term = machine.term.next();
        }
        self.set_object_enabled(id, true);
    }

    pub(crate) fn delete_device(&mut self, id: ObjectId) {
        let now = self.now();
        let object = self.devices.get(id).cloned();
        let machine = self.machines.entry(id).or_default();
        if machine.deleted.is_some() {
            return;
        }
        if object.is_some() {
            self.devices.set(id, None, now);
        }
        machine.deleted = Some(Deleted { at: now, object });
    }

    pub(crate) fn restore_device(&mut self, id: ObjectId) -> bool {
        let now = self.now();
        let Some(machine) = self.machines.get_mut(&id) else { return false };
        let Some(deleted) = machine.deleted.take_if(|deleted| now < deleted.at.saturating_add(RESTORABLE))
        else {
            return false;
        };
        if let Some(object) = deleted.object {
            self.devices.set(id, Some(object), now);
        }
        true
    }

    /// Syncs the devices with their computer accounts in Active Directory: enabled ones are enabled
    /// again, deleted ones restored.
    pub(crate) fn sync_devices(&mut self) {
        let known: Vec<_> = self.machines.keys().copied().collect();
        for id in known {
            let object = self.devices.get(id);
            let Some(machine) = self.machines.get(&id).filter(|machine| machine.is_hybrid(object)) else {
                continue;
            };
            if machine.disabled_on_premises {
                self.disable_device(id);
            } else {
                self.restore_device(id);
                self.enable_device(id);
            }
        }
    }
}
