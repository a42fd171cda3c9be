//! The whole state of the tenant.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::access_pass::AccessPassRules;
use super::account::Account;
use super::applications::Applications;
#[cfg(feature = "oauth")]
use super::applications::GRAPH_APP_ID;
use super::caller::SimulatedCaller;
use super::clock::Clock;
use super::description::SimulatedUser;
use super::device::Devices;
use super::directory::Directory;
use super::group::Groups;
use super::machine::Machine;
use super::methods_policy::PolicySettings;
use super::password_reset::ResetOperation;
use super::role::Role;
use super::role_matrix::Standing;
use super::settings::Settings;
#[cfg(feature = "oauth")]
use super::token_service::TokenService;
use crate::ids::ObjectId;
use crate::model::UserKind;

/// A domain of the tenant.
#[derive(Clone)]
pub(crate) struct Domain {
    pub(crate) name: String,
    pub(crate) federated: bool,
}

#[derive(Clone)]
pub(crate) struct State {
    pub(crate) clock: Clock,
    pub(crate) directory: Directory,
    pub(crate) groups: Groups,
    pub(crate) devices: Devices,
    pub(crate) applications: Applications,
    /// What happened to devices.
    pub(crate) machines: BTreeMap<ObjectId, Machine>,
    pub(crate) policy: PolicySettings,
    pub(crate) caller: SimulatedCaller,
    pub(crate) domains: Vec<Domain>,
    pub(crate) pass_rules: AccessPassRules,
    pub(crate) resets: Vec<ResetOperation>,
    pub(crate) settings: Settings,
    #[cfg(feature = "oauth")]
    pub(crate) tokens: TokenService,
    /// When Identity Protection last answered.
    pub(crate) risk_answered: Option<OffsetDateTime>,
}

impl State {
    pub(crate) fn new(caller: SimulatedCaller) -> Self {
        let domain = |name: &str, federated| Domain { name: name.to_owned(), federated };
        Self {
            clock: Clock::new(),
            directory: Directory::default(),
            groups: Groups::new(),
            devices: Devices::default(),
            applications: Applications::default(),
            machines: BTreeMap::new(),
            policy: PolicySettings::new(),
            caller,
            domains: vec![
                domain("contoso.example", false),
                domain("contoso.onmicrosoft.com", false),
                domain("federated.example", true),
            ],
            pass_rules: AccessPassRules::default(),
            resets: Vec::new(),
            settings: Settings::new(),
            #[cfg(feature = "oauth")]
            tokens: TokenService::new(),
            risk_answered: None,
        }
    }

    pub(crate) fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// Returns whether an account is the caller's own.
    pub(crate) fn is_self(&self, id: ObjectId) -> bool {
        self.caller.name.as_ref().is_some_and(|name| self.directory.find(name) == Some(id))
    }

    /// Returns the caller's own object id, if it is an account.
    pub(crate) fn caller_id(&self) -> Option<String> {
        let name = self.caller.name.as_ref()?;
        self.directory.find(name).map(|id| id.to_string())
    }

    /// Returns what makes an account privileged: its active roles, those of its groups included, and whether
    /// it is in or owns a group that can carry roles.
    /// Eligible roles and eligible memberships do not count. Source: "Privileged roles and
    /// permissions in Microsoft Entra ID".
    pub(crate) fn standing(&self, account: &Account) -> (Vec<Role>, bool) {
        let groups = self.groups.of(account);
        let by_group = groups.iter().flat_map(|group| &group.roles);
        let roles = account.roles.iter().chain(by_group).copied().collect();
        let owns =
            self.groups.all().iter().any(|group| group.role_assignable && group.owners.contains(&account.id));
        (roles, owns || groups.iter().any(|group| group.role_assignable))
    }

    /// Returns whether password write-back excludes the account: it is synced, and an administrator's
    /// (page "Tutorial: cloud sync self-service password reset writeback", unsupported operations).
    pub(crate) fn is_synced_administrator(&self, account: &Account) -> bool {
        let (roles, in_role_assignable_group) = self.standing(account);
        account.kind() == UserKind::Synced
            && Standing { roles: &roles, in_role_assignable_group }.is_privileged()
    }

    /// Describes an account for the author of a test.
    pub(crate) fn describe(&self, account: &Account) -> SimulatedUser {
        let (roles, in_role_assignable_group) = self.standing(account);
        account.describe(Standing { roles: &roles, in_role_assignable_group }.is_privileged())
    }

    /// Returns the object id of Microsoft Graph's service principal.
    #[cfg(feature = "oauth")]
    pub(crate) fn graph(&self) -> Option<ObjectId> {
        self.applications.by_app_id(GRAPH_APP_ID)?.id
    }

    pub(crate) fn is_federated(&self, domain: &str) -> bool {
        self.domains.iter().any(|known| known.federated && known.name.eq_ignore_ascii_case(domain))
    }
}
