//! Users of the tenant: how they are described, and what can be seen of them from outside.

use secrecy::SecretString;
use time::OffsetDateTime;

use super::caller::Role;
use super::device::NewDevice;
use super::group::Eligible;
use super::method::NewMethod;
use crate::ids::{MethodId, ObjectId};
use crate::model::{MethodKind, UserKind, UserRisk};

/// Describes an account of a simulated tenant. Ground truth, not a directory read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SimulatedUser {
    /// The object id.
    pub id: ObjectId,
    /// The sign-in name.
    pub user_principal_name: String,
    /// What is special about the account, in one line.
    pub description: String,
    /// Where its credentials live.
    pub kind: UserKind,
    /// Whether it holds a role, or is in a role-assignable group or owns one.
    pub privileged: bool,
    /// Whether sign-in is allowed.
    pub enabled: bool,
}

/// Names a method that a user of a simulated tenant has. Ground truth, not a directory read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SimulatedMethod {
    /// The id.
    pub id: MethodId,
    /// The type.
    pub kind: MethodKind,
    /// Whether it is the user's default method for MFA.
    pub is_default: bool,
}

/// Describes an account to add to a simulated tenant.
///
/// ```
/// use entra_ir_core::simulator::{NewUser, Role, SimulatedTenant};
///
/// let tenant = SimulatedTenant::empty();
/// let user = tenant.add_user(NewUser::cloud("x@contoso.example").synced().role(Role::GlobalAdministrator));
/// assert!(user.privileged);
/// ```
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of one account")]
pub struct NewUser {
    pub(super) name: String,
    pub(super) id: Option<ObjectId>,
    pub(super) display_name: Option<String>,
    pub(super) description: String,
    pub(super) guest: bool,
    pub(super) creation_type: Option<&'static str>,
    pub(super) synced: bool,
    pub(super) enabled: bool,
    pub(super) roles: Vec<Role>,
    pub(super) eligible: Vec<Eligible>,
    pub(super) devices: Vec<NewDevice>,
    pub(super) risk: Option<UserRisk>,
    pub(super) in_role_assignable_group: bool,
    pub(super) in_pass_scope: bool,
    pub(super) mail: Option<String>,
    pub(super) other_mails: Vec<String>,
    pub(super) proxy_addresses: Vec<String>,
    pub(super) password: Option<SecretString>,
    pub(super) methods: Vec<NewMethod>,
}

impl NewUser {
    /// Makes an account that is kept in the tenant, enabled, with a password and without any other method.
    ///
    /// Whether it is federated follows from the domain of its name.
    pub fn cloud(user_principal_name: &str) -> Self {
        Self {
            name: user_principal_name.to_owned(),
            id: None,
            display_name: None,
            description: String::new(),
            guest: false,
            creation_type: None,
            synced: false,
            enabled: true,
            roles: Vec::new(),
            eligible: Vec::new(),
            devices: Vec::new(),
            risk: None,
            in_role_assignable_group: false,
            in_pass_scope: true,
            mail: None,
            other_mails: Vec::new(),
            proxy_addresses: Vec::new(),
            password: Some(SecretString::from("initial-Passw0rd-of-the-tenant")),
            methods: Vec::new(),
        }
    }

    /// Makes an external guest, whose credentials and sessions belong to another tenant.
    pub fn external_guest(user_principal_name: &str) -> Self {
        let user =
            Self { guest: true, creation_type: Some("Invitation"), ..Self::cloud(user_principal_name) };
        user.without_password()
    }

    /// Makes a guest by word alone, with a password in this tenant.
    pub fn internal_guest(user_principal_name: &str) -> Self {
        Self { guest: true, ..Self::cloud(user_principal_name) }
    }

    /// Makes a local account of a customer tenant.
    pub fn customer(user_principal_name: &str) -> Self {
        Self { creation_type: Some("LocalAccount"), ..Self::cloud(user_principal_name) }
    }

    /// Sets the mail address. Otherwise it is the sign-in name, and an external guest has none.
    pub fn mail(mut self, address: &str) -> Self {
        self.mail = Some(address.to_owned());
        self
    }

    /// Adds one of the other mail addresses, outside the tenant.
    pub fn other_mail(mut self, address: &str) -> Self {
        self.other_mails.push(address.to_owned());
        self
    }

    /// Adds an address under which mail arrives beside the primary one, as an alias: `smtp:` is put before it.
    pub fn alias(mut self, address: &str) -> Self {
        self.proxy_addresses.push(format!("smtp:{address}"));
        self
    }

    /// Lets the account be synced from on-premises Active Directory.
    pub fn synced(mut self) -> Self {
        self.synced = true;
        self
    }

    /// Blocks sign-in, on-premises too where the account is synced.
    pub fn blocked(mut self) -> Self {
        self.enabled = false;
        self
    }

    /// Gives the account an active directory role.
    pub fn role(mut self, role: Role) -> Self {
        self.roles.push(role);
        self
    }

    /// Gives the account a role that it may activate.
    pub fn eligible(mut self, role: Role) -> Self {
        self.eligible.push(Eligible { role, until: None });
        self
    }

    /// Gives the account a role that it may activate until a moment.
    pub fn eligible_until(mut self, role: Role, until: OffsetDateTime) -> Self {
        self.eligible.push(Eligible { role, until: Some(until) });
        self
    }

    /// Gives the account a device.
    pub fn device(mut self, device: NewDevice) -> Self {
        self.devices.push(device);
        self
    }

    /// Sets what Identity Protection says of it. Otherwise it never was risky.
    pub fn risk(mut self, risk: UserRisk) -> Self {
        self.risk = Some(risk);
        self
    }

    /// Puts the account into a role-assignable group.
    pub fn in_role_assignable_group(mut self) -> Self {
        self.in_role_assignable_group = true;
        self
    }

    /// Leaves the account out of the Temporary Access Pass policy.
    pub fn out_of_pass_scope(mut self) -> Self {
        self.in_pass_scope = false;
        self
    }

    /// Takes the password away.
    pub fn without_password(mut self) -> Self {
        self.password = None;
        self
    }

    /// Sets the password.
    pub fn password(mut self, password: impl Into<SecretString>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// Sets the object id. Otherwise one is made, the same in every run.
    pub fn id(mut self, id: ObjectId) -> Self {
        self.id = Some(id);
        self
    }

    /// Sets the name shown. An attacker may choose any text.
    pub fn named(mut self, display_name: &str) -> Self {
        self.display_name = Some(display_name.to_owned());
        self
    }

    /// Says in one line what is special about the account.
    pub fn described(mut self, description: &str) -> Self {
        description.clone_into(&mut self.description);
        self
    }

    /// Registers a method.
    pub fn method(mut self, method: NewMethod) -> Self {
        self.methods.push(method);
        self
    }
}
