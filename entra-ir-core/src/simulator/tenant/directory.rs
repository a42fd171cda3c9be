//! The accounts of the tenant, their recent states, and look-up.

use std::collections::HashMap;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use time::OffsetDateTime;
use uuid::Uuid;

use super::account::Account;
use super::history::History;
use crate::ids::ObjectId;
use crate::model::{MethodKind, PerUserMfaState};

/// All accounts.
#[derive(Clone, Default)]
pub(crate) struct Directory {
    records: HashMap<ObjectId, History<Account>>,
    names: HashMap<String, ObjectId>,
    order: Vec<ObjectId>,
    made: u64,
}

impl Directory {
    /// Finds an account by object id or user principal name, both in any case.
    pub(crate) fn find(&self, key: &str) -> Option<ObjectId> {
        let by_id = (key.len() == 36).then(|| Uuid::try_parse(key).ok().map(ObjectId::new)).flatten();
        match by_id {
            Some(id) => self.records.contains_key(&id).then_some(id),
            None => self.names.get(&key.to_lowercase()).copied(),
        }
    }

    pub(crate) fn get(&self, id: ObjectId) -> Option<&Account> {
        self.records.get(&id).map(|record| &record.current)
    }

    /// Returns the account as reads see it.
    pub(crate) fn seen(&self, id: ObjectId, now: OffsetDateTime, delay: Duration) -> Option<&Account> {
        self.records.get(&id).map(|record| record.seen(now, delay))
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Account> {
        self.order.iter().filter_map(|id| self.get(*id))
    }

    pub(crate) fn ids(&self) -> Vec<ObjectId> {
        self.order.clone()
    }

    /// Changes an account and remembers its previous state.
    pub(crate) fn change<T>(
        &mut self,
        id: ObjectId,
        now: OffsetDateTime,
        change: impl FnOnce(&mut Account) -> T,
    ) -> Option<T> {
        let record = self.records.get_mut(&id)?;
        let current = record.change(now);
        let (enabled, risky) = (current.enabled, current.risk.is_high());
        let without_mfa = current.per_user_mfa == PerUserMfaState::Disabled;
        let result = change(current);
        if current.enabled != enabled {
            current.validity.set_enabled(current.enabled, now);
        }
        if without_mfa && current.per_user_mfa != PerUserMfaState::Disabled {
            current.validity.mfa_enabled(now);
        }
        if !risky && current.risk.is_high() {
            current.validity.high_risk(now);
        }
        Some(result)
    }

    /// Adds an account, in the place of one with the same name or id.
    pub(crate) fn add(&mut self, account: Account, now: OffsetDateTime) {
        let (id, name) = (account.id, account.name.to_lowercase());
        self.remove(id);
        if let Some(same) = self.names.get(&name) {
            self.remove(*same);
        }
        self.names.insert(name, id);
        self.order.push(id);
        self.records.insert(id, History::new(account, now));
    }

    pub(crate) fn remove(&mut self, id: ObjectId) {
        if let Some(old) = self.records.remove(&id) {
            self.names.remove(&old.current.name.to_lowercase());
            self.order.retain(|known| *known != id);
        }
    }

    /// Makes a method id as the service does: base64url for passkeys and Windows Hello, a GUID for the
    /// others.
    pub(crate) fn method_id(&mut self, kind: &MethodKind) -> String {
        let bytes = self.next_id();
        match kind {
            MethodKind::Fido2 | MethodKind::WindowsHello => BASE64_URL_SAFE_NO_PAD.encode(bytes) + "1",
            _ => Uuid::from_bytes(bytes).to_string(),
        }
    }

    /// Makes an object id.
    pub(crate) fn object_id(&mut self) -> ObjectId {
        ObjectId::new(Uuid::from_bytes(self.next_id()))
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
