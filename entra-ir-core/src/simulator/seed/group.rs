//! Groups to add to the tenant.

use time::OffsetDateTime;

use crate::ids::ObjectId;
use crate::simulator::tenant::group::{Group, GroupAccess, Promise};
use crate::simulator::tenant::role::{Eligible, Role};
use crate::simulator::tenant::state::State;

/// Describes a group to add to a simulated tenant.
///
/// ```
/// use entra_ir_core::simulator::{NewGroup, Role, SimulatedTenant};
///
/// let tenant = SimulatedTenant::contoso();
/// let operators = NewGroup::named("Operators").role(Role::Other).member("jack@contoso.example");
/// let inner = tenant.add_group(operators);
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
    /// This makes nobody privileged until it is activated.
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

    /// Puts a group into it, with all its members.
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

    /// Adds it to the tenant. One with the same id is replaced.
    pub(crate) fn add_to(self, state: &mut State) -> ObjectId {
        let id = self.id.unwrap_or_else(|| state.directory.object_id());
        let users = self.members.iter().filter_map(|user| state.directory.find(user));
        let members = users.chain(self.groups).collect();
        let owners = self.owners.iter().filter_map(|user| state.directory.find(user)).collect();
        let promise = |(user, access, until): (String, GroupAccess, Option<OffsetDateTime>)| {
            Some(Promise { user: state.directory.find(&user)?, access, until })
        };
        let promised = self.promised.into_iter().filter_map(promise).collect();
        state.groups.add(Group {
            id,
            name: self.name,
            role_assignable: self.role_assignable,
            members,
            owners,
            promised,
            roles: self.roles,
            eligible: self.eligible,
        });
        id
    }
}
