//! Users to add to the tenant.

use secrecy::SecretString;
use serde_json::Map;
use time::OffsetDateTime;

use super::device::NewDevice;
use super::method::NewMethod;
use crate::ids::ObjectId;
use crate::model::{PerUserMfaState, UserRisk};
use crate::simulator::tenant::account::Account;
use crate::simulator::tenant::clock::whole_seconds;
use crate::simulator::tenant::risk::RiskRecord;
use crate::simulator::tenant::role::{Eligible, Role};
use crate::simulator::tenant::state::State;
use crate::simulator::tenant::validity::Validity;

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
    name: String,
    id: Option<ObjectId>,
    display_name: Option<String>,
    description: String,
    guest: bool,
    creation_type: Option<&'static str>,
    synced: bool,
    enabled: bool,
    roles: Vec<Role>,
    eligible: Vec<Eligible>,
    devices: Vec<NewDevice>,
    risk: Option<UserRisk>,
    in_role_assignable_group: bool,
    in_pass_scope: bool,
    mail: Option<String>,
    other_mails: Vec<String>,
    proxy_addresses: Vec<String>,
    password: Option<SecretString>,
    methods: Vec<NewMethod>,
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

    /// Adds an address under which mail arrives beside the primary one, as an alias: `smtp:` is put before
    /// it.
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

    /// Sets its risk in Identity Protection. By default it never was risky.
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

    /// Describes in one line what is special about the account.
    pub fn described(mut self, description: &str) -> Self {
        description.clone_into(&mut self.description);
        self
    }

    /// Registers a method.
    pub fn method(mut self, method: NewMethod) -> Self {
        self.methods.push(method);
        self
    }

    /// Adds it to the tenant, in the place of an account with the same name or id.
    pub(crate) fn add_to(self, state: &mut State) -> Account {
        let now = state.now();
        let directory = &mut state.directory;
        let begun = whole_seconds(now).saturating_sub(time::Duration::days(200));
        let local = self.name.split('@').next().unwrap_or_default();
        // Guests have their home mail address, if set; the others their sign-in name.
        let mail =
            self.mail.or_else(|| (self.creation_type != Some("Invitation")).then(|| self.name.clone()));
        let primary = mail.as_ref().map(|mail| format!("SMTP:{mail}"));
        let mut account = Account {
            id: self.id.unwrap_or_else(|| directory.object_id()),
            display_name: self.display_name.unwrap_or_else(|| local.to_owned()),
            name: self.name,
            description: self.description,
            created: begun,
            guest: self.guest,
            creation_type: self.creation_type,
            synced: self.synced,
            enabled: self.enabled,
            enabled_on_premises: self.enabled,
            sessions_valid_from: begun,
            password_changed: self.password.is_some().then_some(begun),
            password: self.password,
            must_change_password: false,
            must_change_with_mfa: false,
            methods: Vec::new(),
            default_method: None,
            prefers_voice: false,
            per_user_mfa: PerUserMfaState::Disabled,
            roles: self.roles,
            eligible: self.eligible,
            risk: RiskRecord::default(),
            in_role_assignable_group: self.in_role_assignable_group,
            in_pass_scope: self.in_pass_scope,
            proxy_addresses: primary.into_iter().chain(self.proxy_addresses).collect(),
            mail,
            other_mails: self.other_mails,
            profile: Map::new(),
            validity: Validity::default(),
        };
        account.risk.set(self.risk, now, None);
        account.add_password_method();
        let devices: Vec<_> = self.devices.into_iter().map(|device| device.named(directory)).collect();
        for method in self.methods {
            method.register(&mut account, directory, now);
        }
        let replaced = [Some(account.id), directory.find(&account.name)];
        directory.add(account.clone(), now);
        for id in replaced.into_iter().flatten() {
            state.devices.leave(id, now);
        }
        for device in devices {
            device.add_to(Some(account.id), state);
        }
        account
    }
}
