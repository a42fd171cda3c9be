//! Groups of the tenant, nested to any depth, and their roles.

use std::collections::BTreeSet;

use time::OffsetDateTime;
use uuid::Uuid;

use super::account::Account;
use super::role::{Eligible, Role};
use crate::ids::ObjectId;

/// The group of the users who are left out of the Temporary Access Pass policy.
pub(crate) const NO_PASS_GROUP: ObjectId =
    ObjectId::new(Uuid::from_u128(0xa9c5_e0d4_7d1b_4a0e_9d3c_5f7f_3c1b_2a90));

/// The role-assignable group of the users who were put into one without a name.
const ROLE_GROUP: ObjectId = ObjectId::new(Uuid::from_u128(0xa9c5_e0d4_7d1b_4a0e_9d3c_5f7f_3c1b_2a91));

/// A kind of eligibility for a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GroupAccess {
    /// A member.
    Member,
    /// An owner.
    Owner,
}

/// An eligibility for a group, and its end.
#[derive(Clone, Debug)]
pub(crate) struct Promise {
    pub(crate) user: ObjectId,
    pub(crate) access: GroupAccess,
    pub(crate) until: Option<OffsetDateTime>,
}

/// The state of a group.
#[derive(Clone)]
pub(crate) struct Group {
    pub(crate) id: ObjectId,
    pub(crate) name: String,
    pub(crate) role_assignable: bool,
    pub(crate) members: BTreeSet<ObjectId>,
    pub(crate) owners: BTreeSet<ObjectId>,
    pub(crate) promised: Vec<Promise>,
    pub(crate) roles: Vec<Role>,
    pub(crate) eligible: Vec<Eligible>,
}

/// All groups.
#[derive(Clone)]
pub(crate) struct Groups(Vec<Group>);

impl Groups {
    pub(crate) fn new() -> Self {
        let group = |id, name: &str, role_assignable| Group {
            id,
            name: name.to_owned(),
            role_assignable,
            members: BTreeSet::new(),
            owners: BTreeSet::new(),
            promised: Vec::new(),
            roles: Vec::new(),
            eligible: Vec::new(),
        };
        Self(vec![
            group(NO_PASS_GROUP, "Without Temporary Access Pass", false),
            group(ROLE_GROUP, "Future administrators", true),
        ])
    }

    pub(crate) fn all(&self) -> &[Group] {
        &self.0
    }

    pub(crate) fn get(&self, id: ObjectId) -> Option<&Group> {
        self.0.iter().find(|group| group.id == id)
    }

    /// Adds a group, in the place of one with the same id.
    pub(crate) fn add(&mut self, group: Group) {
        self.0.retain(|known| known.id != group.id);
        self.0.push(group);
    }

    /// Takes a group away, and out of those that held it.
    pub(crate) fn remove(&mut self, id: ObjectId) {
        self.0.retain(|known| known.id != id);
        for known in &mut self.0 {
            known.members.remove(&id);
        }
    }

    /// Returns who is in a group directly, users and groups.
    pub(crate) fn members_mut(&mut self, id: ObjectId) -> Option<&mut BTreeSet<ObjectId>> {
        self.0.iter_mut().find(|known| known.id == id).map(|group| &mut group.members)
    }

    /// Lists the groups that an account is in, directly or through others.
    pub(crate) fn of(&self, account: &Account) -> Vec<&Group> {
        let mut inside: BTreeSet<ObjectId> = BTreeSet::from([account.id]);
        if !account.in_pass_scope {
            inside.insert(NO_PASS_GROUP);
        }
        if account.in_role_assignable_group {
            inside.insert(ROLE_GROUP);
        }
        // Each round goes one level up; groups that hold each other in a circle end it.
        loop {
            let before = inside.len();
            for group in &self.0 {
                if !group.members.is_disjoint(&inside) {
                    inside.insert(group.id);
                }
            }
            if inside.len() == before {
                return self.0.iter().filter(|group| inside.contains(&group.id)).collect();
            }
        }
    }
}
