//! The accounts of the tenant, what they were a moment ago, and how they are found.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Map;
use time::OffsetDateTime;
use uuid::Uuid;

use super::account::Account;
use super::clock::whole_seconds;
use super::device::NewDevice;
use super::method::{Method, NewMethod, Registered};
use super::passes::Pass;
use super::user::NewUser;
use super::world::Marks;
use crate::ids::ObjectId;
use crate::model::{Device, MethodKind, PerUserMfaState};

/// How many earlier states of an account are kept for delayed reads.
const KEPT: usize = 64;

/// One account with its latest states.
#[derive(Clone)]
pub(super) struct Record {
    pub(super) current: Account,
    since: OffsetDateTime,
    earlier: VecDeque<(OffsetDateTime, Account)>,
}

impl Record {
    /// Returns the account as it was at a moment; one that is newer than that as it was first.
    fn at(&self, moment: OffsetDateTime) -> &Account {
        if self.since <= moment {
            return &self.current;
        }
        let seen = self.earlier.iter().rev().find(|(since, _)| *since <= moment);
        seen.or(self.earlier.front()).map_or(&self.current, |(_, account)| account)
    }
}

/// All accounts.
#[derive(Clone, Default)]
pub(super) struct Directory {
    records: HashMap<ObjectId, Record>,
    names: HashMap<String, ObjectId>,
    order: Vec<ObjectId>,
    made: u64,
}

impl Directory {
    /// Finds an account by object id or user principal name, both in any case.
    pub(super) fn find(&self, key: &str) -> Option<ObjectId> {
        let by_id = (key.len() == 36).then(|| Uuid::try_parse(key).ok().map(ObjectId::new)).flatten();
        match by_id {
            Some(id) => self.records.contains_key(&id).then_some(id),
            None => self.names.get(&key.to_lowercase()).copied(),
        }
    }

    pub(super) fn get(&self, id: ObjectId) -> Option<&Account> {
        self.records.get(&id).map(|record| &record.current)
    }

    /// Returns the account as reads see it.
    pub(super) fn seen(&self, id: ObjectId, now: OffsetDateTime, delay: Duration) -> Option<&Account> {
        let delay = time::Duration::try_from(delay).unwrap_or(time::Duration::MAX);
        self.records.get(&id).map(|record| record.at(now.saturating_sub(delay)))
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Account> {
        self.order.iter().filter_map(|id| self.get(*id))
    }

    pub(super) fn ids(&self) -> Vec<ObjectId> {
        self.order.clone()
    }

    /// Changes an account and remembers what it was.
    pub(super) fn change<T>(
        &mut self,
        id: ObjectId,
        now: OffsetDateTime,
        change: impl FnOnce(&mut Account) -> T,
    ) -> Option<T> {
        let record = self.records.get_mut(&id)?;
        if record.earlier.len() == KEPT {
            record.earlier.pop_front();
        }
        record.earlier.push_back((record.since, record.current.clone()));
        record.since = now;
        let before = &record.current;
        let (enabled, risky) = (before.enabled, before.is_at_high_risk());
        let without_mfa = before.per_user_mfa == PerUserMfaState::Disabled;
        let result = change(&mut record.current);
        let current = &mut record.current;
        if current.enabled != enabled {
            current.marks.set_enabled(current.enabled, now);
        }
        if without_mfa && current.per_user_mfa != PerUserMfaState::Disabled {
            current.marks.mfa_enabled(now);
        }
        if !risky && current.is_at_high_risk() {
            current.marks.high_risk(now);
        }
        Some(result)
    }

    /// Adds an account, in the place of one with the same name or id.
    pub(super) fn add(&mut self, new: NewUser, now: OffsetDateTime) -> &Account {
        let id = new.id.unwrap_or_else(|| ObjectId::new(Uuid::from_bytes(self.next_id())));
        let begun = whole_seconds(now).saturating_sub(time::Duration::days(200));
        let local = new.name.split('@').next().unwrap_or_default();
        let has_password = new.password.is_some();
        // Guests have the mail of their home, if anybody told it; the others that of their sign-in name.
        let mail = new.mail.or_else(|| (new.creation_type != Some("Invitation")).then(|| new.name.clone()));
        let primary = mail.as_ref().map(|mail| format!("SMTP:{mail}"));
        let mut account = Account {
            id,
            display_name: new.display_name.unwrap_or_else(|| local.to_owned()),
            name: new.name,
            description: new.description,
            created: begun,
            guest: new.guest,
            creation_type: new.creation_type,
            synced: new.synced,
            enabled: new.enabled,
            enabled_on_premises: new.enabled,
            sessions_valid_from: begun,
            password_changed: has_password.then_some(begun),
            password: new.password,
            must_change_password: false,
            must_change_with_mfa: false,
            methods: Vec::new(),
            default_method: None,
            prefers_voice: false,
            per_user_mfa: PerUserMfaState::Disabled,
            roles: new.roles,
            eligible: new.eligible,
            devices: Vec::new(),
            risk: new.risk,
            in_role_assignable_group: new.in_role_assignable_group,
            in_pass_scope: new.in_pass_scope,
            proxy_addresses: primary.into_iter().chain(new.proxy_addresses).collect(),
            mail,
            other_mails: new.other_mails,
            profile: Map::new(),
            marks: Marks::default(),
        };
        account.add_password_method();
        account.devices = new.devices.into_iter().map(|device| self.name_device(device)).collect();
        for method in new.methods {
            self.register(&mut account, method, now);
        }
        self.remove(id);
        if let Some(same) = self.names.get(&account.name.to_lowercase()) {
            self.remove(*same);
        }
        self.names.insert(account.name.to_lowercase(), id);
        self.order.push(id);
        let record = Record { current: account, since: now, earlier: VecDeque::new() };
        &self.records.entry(id).insert_entry(record).into_mut().current
    }

    pub(super) fn remove(&mut self, id: ObjectId) {
        if let Some(old) = self.records.remove(&id) {
            self.names.remove(&old.current.name.to_lowercase());
            self.order.retain(|known| *known != id);
        }
    }

    /// Registers a method for an account that is there.
    pub(super) fn register_for(
        &mut self,
        id: ObjectId,
        new: NewMethod,
        now: OffsetDateTime,
    ) -> Option<String> {
        let mut account = self.get(id)?.clone();
        let method = self.register(&mut account, new, now);
        self.change(id, now, |current| *current = account)?;
        Some(method)
    }

    /// Registers a method; one of the same type and id is replaced. Returns its id.
    pub(super) fn register(&mut self, account: &mut Account, new: NewMethod, now: OffsetDateTime) -> String {
        let id = new.id.unwrap_or_else(|| self.method_id(&new.kind));
        let created = match new.registered {
            Registered::Now => Some(whole_seconds(now)),
            Registered::At(moment) => Some(whole_seconds(moment)),
            Registered::Unknown => None,
        };
        let pass = new.pass_lifetime.map(|lifetime| Pass::registered(created.unwrap_or(now), lifetime));
        account.methods.retain(|method| method.kind != new.kind || method.id != id);
        account.methods.push(Method {
            id: id.clone(),
            kind: new.kind,
            created,
            properties: new.properties,
            pass,
        });
        if new.is_default {
            account.default_method = Some(id.clone());
        }
        id
    }

    /// Makes a method id as the service does: base64url for passkeys and Windows Hello, a GUID for the others.
    pub(super) fn method_id(&mut self, kind: &MethodKind) -> String {
        let bytes = self.next_id();
        match kind {
            MethodKind::Fido2 | MethodKind::WindowsHello => BASE64_URL_SAFE_NO_PAD.encode(bytes) + "1",
            _ => Uuid::from_bytes(bytes).to_string(),
        }
    }

    /// Makes an object id.
    pub(super) fn object_id(&mut self) -> ObjectId {
        ObjectId::new(Uuid::from_bytes(self.next_id()))
    }

    /// Gives a device the ids that it has not yet.
    pub(super) fn name_device(&mut self, device: NewDevice) -> Device {
        let mut device = device.0;
        device.id = device.id.or_else(|| Some(self.object_id()));
        device.device_id = device.device_id.or_else(|| Some(self.object_id().to_string()));
        device
    }

    /// Makes the next id of the tenant: scattered, and the same in every run.
    fn next_id(&mut self) -> [u8; 16] {
        let mut half = || {
            // One step of SplitMix64.
            self.made = self.made.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mixed = (self.made ^ (self.made >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            mixed ^ (mixed >> 31)
        };
        let bytes = (u128::from(half()) << 64 | u128::from(half())).to_be_bytes();
        uuid::Builder::from_random_bytes(bytes).into_uuid().into_bytes()
    }
}
