//! The devices that the directory lists, with their owners and their registered users.

use std::collections::BTreeMap;
use std::time::Duration;

use time::OffsetDateTime;

use super::history::History;
use crate::ids::ObjectId;
use crate::model::Device;

/// A device as the directory has it. Most hybrid joined ones have no owner.
#[derive(Clone)]
pub(crate) struct DeviceObject {
    pub(crate) id: ObjectId,
    /// Its properties.
    pub(crate) shown: Device,
    pub(crate) owners: Vec<ObjectId>,
    /// The users that are registered on it.
    pub(crate) users: Vec<ObjectId>,
}

/// All devices, deleted ones included: they are nothing now.
#[derive(Clone, Default)]
pub(crate) struct Devices {
    objects: BTreeMap<ObjectId, History<Option<DeviceObject>>>,
    order: Vec<ObjectId>,
}

impl Devices {
    pub(crate) fn get(&self, id: ObjectId) -> Option<&DeviceObject> {
        self.objects.get(&id)?.current.as_ref()
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &DeviceObject> {
        self.order.iter().filter_map(|id| self.get(*id))
    }

    /// Returns a device as reads see it.
    pub(crate) fn seen(&self, id: ObjectId, now: OffsetDateTime, delay: Duration) -> Option<&DeviceObject> {
        self.objects.get(&id)?.seen(now, delay).as_ref()
    }

    /// Returns every device as reads see it.
    pub(crate) fn all_seen(
        &self,
        now: OffsetDateTime,
        delay: Duration,
    ) -> impl Iterator<Item = &DeviceObject> {
        self.order.iter().filter_map(move |id| self.seen(*id, now, delay))
    }

    /// Sets a device, or removes it.
    pub(crate) fn set(&mut self, id: ObjectId, object: Option<DeviceObject>, now: OffsetDateTime) {
        if let Some(history) = self.objects.get_mut(&id) {
            *history.change(now) = object;
        } else {
            self.objects.insert(id, History::new(object, now));
            self.order.push(id);
        }
    }

    /// Changes a device, if there is one.
    pub(crate) fn change(
        &mut self,
        id: ObjectId,
        now: OffsetDateTime,
        change: impl FnOnce(&mut DeviceObject),
    ) {
        let history = self.objects.get_mut(&id).filter(|history| history.current.is_some());
        if let Some(object) = history.and_then(|history| history.change(now).as_mut()) {
            change(object);
        }
    }

    /// Takes an account from all devices, as its removal does.
    pub(crate) fn leave(&mut self, account: ObjectId, now: OffsetDateTime) {
        for id in self.order.clone() {
            let is_of =
                |object: &DeviceObject| object.owners.contains(&account) || object.users.contains(&account);
            if self.get(id).is_some_and(is_of) {
                self.change(id, now, |object| {
                    object.owners.retain(|owner| *owner != account);
                    object.users.retain(|user| *user != account);
                });
            }
        }
    }
}
