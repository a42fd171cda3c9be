//! Groups of the tenant, nested as deep as one likes, and what they carry.

use std::collections::BTreeSet;

use time::OffsetDateTime;
use uuid::Uuid;

use super::SimulatedTenant;
use super::account::Account;
use super::caller::Role;
use crate::ids::ObjectId;

/// The group of the users who are left out of the Temporary Access Pass policy.
pub(super) const NO_PASS_GROUP: ObjectId =
    ObjectId::new(Uuid::from_u128(0xa9c5_e0d4_7d1b_4a0e_9d3c_5f7f_3c1b_2a90));

/// The role-assignable group of the users who were put into one without a name.
const ROLE_GROUP: ObjectId = ObjectId::new(Uuid::from_u128(0xa9c5_e0d4_7d1b_4a0e_9d3c_5f7f_3c1b_2a91));

/// A role that may be activated, and until when.
#[derive(Clone, Debug)]
pub(super) struct Eligible {
    pub(super) role: Role,
    pub(super) until: Option<OffsetDateTime>,
}

/// What somebody may become of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GroupAccess {
    /// A member.
    Member,
    /// An owner.
    Owner,
}

/// Who may become what of a group, and until when.
#[derive(Clone, Debug)]
pub(super) struct Promise {
    pub(super) user: ObjectId,
    pub(super) access: GroupAccess,
    pub(super) until: Option<OffsetDateTime>,
}

/// Describes a group to add to a simulated tenant.
///
/// ```
/// use entra_ir_core::simulator::{NewGroup, Role, SimulatedTenant};
///
/// let tenant = SimulatedTenant::contoso();
/// let inner = tenant.add_group(NewGroup::named("Operators").role(Role::Other).member("jack@contoso.example"));
/// tenant.add_group(NewGroup::named("All staff").holds_group(inner));
/// assert!(tenant.user("jack@contoso.example").is_some_and(|jack| jack.privileged));
/// ```
#[derive(Clone, Debug)]
pub struct NewGroup {
    name: String,
    id: Option<ObjectId>,
    role_assignable: bool,
    members: Vec<String>,
    owners: Vec<String>,
    groups: Vec<ObjectId>,
    promised: Vec<(String, GroupAccess, Option<OffsetDateTime>)>,
    roles: Vec<Role>,
    eligible: Vec<Eligible>,
}

impl NewGroup {
    /// Makes a security group without members.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            id: None,
            role_assignable: false,
            members: Vec::new(),
            owners: Vec::new(),
            groups: Vec::new(),
            promised: Vec::new(),
            roles: Vec::new(),
            eligible: Vec::new(),
        }
    }

    /// Sets the object id. Otherwise one is made, the same in every run.
    pub fn id(mut self, id: ObjectId) -> Self {
        self.id = Some(id);
        self
    }

    /// Puts a user into it, named by object id or user principal name. One who does not exist is left out.
    pub fn member(mut self, user: &str) -> Self {
        self.members.push(user.to_owned());
        self
    }

    /// Lets a user own it, named by object id or user principal name. One who does not exist is left out.
    ///
    /// The owner of a role-assignable group counts as privileged, as its members do.
    pub fn owner(mut self, user: &str) -> Self {
        self.owners.push(user.to_owned());
        self
    }

    /// Lets a user become a member or an owner of it through Privileged Identity Management.
    ///
    /// Nobody is privileged by that until it is activated.
    pub fn eligible_user(self, user: &str, access: GroupAccess) -> Self {
        self.promise(user, access, None)
    }

    /// Lets a user become a member or an owner of it until a moment.
    pub fn eligible_user_until(self, user: &str, access: GroupAccess, until: OffsetDateTime) -> Self {
        self.promise(user, access, Some(until))
    }

    fn promise(mut self, user: &str, access: GroupAccess, until: Option<OffsetDateTime>) -> Self {
        self.promised.push((user.to_owned(), access, until));
        self
    }

    /// Puts a group into it, with everybody in that.
    pub fn holds_group(mut self, group: ObjectId) -> Self {
        self.groups.push(group);
        self
    }

    /// Lets it carry roles, which makes its members privileged even while it carries none.
    pub fn role_assignable(mut self) -> Self {
        self.role_assignable = true;
        self
    }

    /// Gives it an active role; so it is role-assignable.
    pub fn role(mut self, role: Role) -> Self {
        self.roles.push(role);
        self.role_assignable()
    }

    /// Gives it a role that its members may activate; so it is role-assignable.
    pub fn eligible(mut self, role: Role) -> Self {
        self.eligible.push(Eligible { role, until: None });
        self.role_assignable()
    }
}

/// A group as the tenant keeps it.
#[derive(Clone)]
pub(super) struct Group {
    pub(super) id: ObjectId,
    pub(super) name: String,
    pub(super) role_assignable: bool,
    members: BTreeSet<ObjectId>,
    pub(super) owners: BTreeSet<ObjectId>,
    pub(super) promised: Vec<Promise>,
    pub(super) roles: Vec<Role>,
    pub(super) eligible: Vec<Eligible>,
}

/// All groups.
#[derive(Clone)]
pub(super) struct Groups(Vec<Group>);

impl Groups {
    pub(super) fn new() -> Self {
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

    pub(super) fn all(&self) -> &[Group] {
        &self.0
    }

    pub(super) fn get(&self, id: ObjectId) -> Option<&Group> {
        self.0.iter().find(|group| group.id == id)
    }

    /// Lists the groups that an account is in, directly or through others.
    pub(super) fn of(&self, account: &Account) -> Vec<&Group> {
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

impl SimulatedTenant {
    /// Adds a group and returns its object id. One with the same id is replaced.
    pub fn add_group(&self, new: NewGroup) -> ObjectId {
        let mut state = self.state();
        let id = new.id.unwrap_or_else(|| state.directory.object_id());
        let users = new.members.iter().filter_map(|user| state.directory.find(user));
        let members = users.chain(new.groups).collect();
        let owners = new.owners.iter().filter_map(|user| state.directory.find(user)).collect();
        let promise = |(user, access, until): (String, GroupAccess, Option<OffsetDateTime>)| {
            Some(Promise { user: state.directory.find(&user)?, access, until })
        };
        let promised = new.promised.into_iter().filter_map(promise).collect();
        let group = Group {
            id,
            name: new.name,
            role_assignable: new.role_assignable,
            members,
            owners,
            promised,
            roles: new.roles,
            eligible: new.eligible,
        };
        state.groups.0.retain(|known| known.id != id);
        state.groups.0.push(group);
        id
    }

    /// Deletes a group. Policies that name it keep its id, as they do in the service.
    pub fn delete_group(&self, group: ObjectId) {
        let mut state = self.state();
        state.groups.0.retain(|known| known.id != group);
        for known in &mut state.groups.0 {
            known.members.remove(&group);
        }
    }

    /// Puts a user or, by its object id, a group into a group.
    pub fn add_to_group(&self, group: ObjectId, member: &str) {
        let mut state = self.state();
        let Some(member) = state.directory.find(member).or_else(|| member.parse().ok()) else {
            return;
        };
        if let Some(group) = state.groups.0.iter_mut().find(|known| known.id == group) {
            group.members.insert(member);
        }
    }

    /// Takes a user or, by its object id, a group out of a group.
    pub fn remove_from_group(&self, group: ObjectId, member: &str) {
        let mut state = self.state();
        let Some(member) = state.directory.find(member).or_else(|| member.parse().ok()) else {
            return;
        };
        if let Some(group) = state.groups.0.iter_mut().find(|known| known.id == group) {
            group.members.remove(&member);
        }
    }
}
