//! Everything the tenant knows, and what each handler asks of it first.

use std::collections::BTreeMap;
use std::time::Duration;

use time::OffsetDateTime;

use super::account::Account;
use super::answer::Refused;
use super::caller::{Role, SimulatedCaller};
use super::clock::Clock;
use super::configuration::PolicySettings;
use super::directory::Directory;
use super::fault::Armed;
use super::group::Groups;
use super::machine::Machine;
use super::matrix::{Act, Standing, allows};
use super::passes::AccessPassRules;
use super::passwords::{Failure, ResetOperation};
use super::record::Log;
use super::route::UserKey;
use super::user::SimulatedUser;
use crate::ids::ObjectId;
use crate::model::UserKind;

/// Says in which words the refusal to delete the default method comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DefaultMethodWording {
    /// The words of 2022 and after: the id "matches the user's current default authentication method".
    #[default]
    Current,
    /// The words of 2021: "Cannot delete default method with other methods configured".
    Of2021,
}

/// Says which edition of Microsoft Entra ID the tenant has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Licence {
    /// Microsoft Entra ID Free.
    Free,
    /// Microsoft Entra ID P1.
    P1,
    /// Microsoft Entra ID P2, with Privileged Identity Management and Identity Protection.
    #[default]
    P2,
}

/// How the tenant behaves where the service is not always the same.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) read_delay: Duration,
    /// How long it takes until the change of a device is noticed.
    pub(super) device_delay: Duration,
    pub(super) page_size: Option<usize>,
    pub(super) wording: DefaultMethodWording,
    pub(super) qr_in_v1: bool,
    pub(super) reset_polls: u32,
    pub(super) fail_next_reset: Option<Failure>,
    /// How long every answer takes.
    pub(super) latency: Duration,
    /// Whether a question about a group that does not exist is refused.
    pub(super) refuses_unknown_groups: bool,
    pub(super) licence: Licence,
}

/// A domain of the tenant.
#[derive(Clone)]
pub(super) struct Domain {
    pub(super) name: String,
    pub(super) federated: bool,
}

#[derive(Clone)]
pub(super) struct State {
    pub(super) clock: Clock,
    pub(super) directory: Directory,
    pub(super) groups: Groups,
    /// What happened to devices.
    pub(super) machines: BTreeMap<ObjectId, Machine>,
    pub(super) policy: PolicySettings,
    pub(super) caller: SimulatedCaller,
    pub(super) domains: Vec<Domain>,
    pub(super) pass_rules: AccessPassRules,
    pub(super) resets: Vec<ResetOperation>,
    pub(super) faults: Vec<Armed>,
    pub(super) log: Log,
    pub(super) settings: Settings,
}

impl State {
    pub(super) fn new(caller: SimulatedCaller) -> Self {
        let domain = |name: &str, federated| Domain { name: name.to_owned(), federated };
        Self {
            clock: Clock::new(),
            directory: Directory::default(),
            groups: Groups::new(),
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
            faults: Vec::new(),
            log: Log::default(),
            settings: Settings {
                read_delay: Duration::ZERO,
                device_delay: Duration::ZERO,
                page_size: None,
                wording: DefaultMethodWording::Current,
                qr_in_v1: false,
                reset_polls: 2,
                fail_next_reset: None,
                latency: Duration::ZERO,
                refuses_unknown_groups: true,
                licence: Licence::P2,
            },
        }
    }

    pub(super) fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// Finds whom a path names.
    pub(super) fn resolve(&self, key: &UserKey) -> Result<ObjectId, Refused> {
        match key {
            UserKey::Key(key) => self.directory.find(key).ok_or_else(|| Refused::no_object(key)),
            UserKey::Me => match &self.caller.name {
                Some(name) => self.directory.find(name).ok_or_else(|| Refused::no_object(name)),
                None => Err(Refused::new(
                    http::StatusCode::BAD_REQUEST,
                    "BadRequest",
                    "/me request is only valid with delegated authentication flow.",
                )),
            },
        }
    }

    /// Returns the account as it is.
    pub(super) fn account(&self, id: ObjectId) -> Result<&Account, Refused> {
        self.directory.get(id).ok_or_else(|| Refused::no_object(&id.to_string()))
    }

    /// Returns the account as reads see it, which may be some time ago.
    pub(super) fn seen(&self, id: ObjectId) -> Result<&Account, Refused> {
        let seen = self.directory.seen(id, self.now(), self.settings.read_delay);
        seen.ok_or_else(|| Refused::no_object(&id.to_string()))
    }

    pub(super) fn change<T>(
        &mut self,
        id: ObjectId,
        change: impl FnOnce(&mut Account) -> T,
    ) -> Result<T, Refused> {
        let now = self.now();
        self.directory.change(id, now, change).ok_or_else(|| Refused::no_object(&id.to_string()))
    }

    /// Returns whether an account is the caller's own.
    pub(super) fn is_self(&self, id: ObjectId) -> bool {
        self.caller.name.as_ref().is_some_and(|name| self.directory.find(name) == Some(id))
    }

    /// Demands one of the sets of permissions.
    pub(super) fn demand(&self, any_of: &[&[&str]]) -> Result<(), Refused> {
        if self.caller.holds(any_of) { Ok(()) } else { Err(Refused::denied()) }
    }

    /// Demands the licence for Privileged Identity Management.
    pub(super) fn demand_p2(&self) -> Result<(), Refused> {
        if self.settings.licence >= Licence::P2 {
            return Ok(());
        }
        let message =
            "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.";
        Err(Refused::new(http::StatusCode::BAD_REQUEST, "AadPremiumLicenseRequired", message))
    }

    /// Demands a signed-in caller: the call exists for no application.
    pub(super) fn demand_delegated(&self) -> Result<(), Refused> {
        if self.caller.is_delegated() { Ok(()) } else { Err(Refused::denied()) }
    }

    /// Demands a role that may do this to the account, of a signed-in caller.
    pub(super) fn demand_role(&self, act: Act, target: &Account) -> Result<(), Refused> {
        // An application holds no role; its permission decides.
        let (roles, in_role_assignable_group) = self.standing(target);
        let standing = Standing { roles: &roles, in_role_assignable_group };
        if !self.caller.is_delegated() || allows(&self.caller.roles, act, standing) {
            Ok(())
        } else {
            Err(Refused::denied())
        }
    }

    /// Returns what makes an account privileged: its active roles, those of its groups included, and whether it is in or owns a group that
    /// can carry roles.
    ///
    /// What may be activated, a role or a place in a group, counts as none. Source: "Privileged roles and permissions in Microsoft Entra ID".
    pub(super) fn standing(&self, account: &Account) -> (Vec<Role>, bool) {
        let groups = self.groups.of(account);
        let by_group = groups.iter().flat_map(|group| &group.roles);
        let roles = account.roles.iter().chain(by_group).copied().collect();
        let owns =
            self.groups.all().iter().any(|group| group.role_assignable && group.owners.contains(&account.id));
        (roles, owns || groups.iter().any(|group| group.role_assignable))
    }

    /// Returns whether password write-back leaves the account alone: it is synced, and an administrator's (page "Tutorial: cloud sync self-service
    /// password reset writeback", unsupported operations).
    pub(super) fn is_synced_administrator(&self, account: &Account) -> bool {
        let (roles, in_role_assignable_group) = self.standing(account);
        account.kind() == UserKind::Synced
            && Standing { roles: &roles, in_role_assignable_group }.is_privileged()
    }

    /// Describes an account for who set the tenant up.
    pub(super) fn describe(&self, account: &Account) -> SimulatedUser {
        let (roles, in_role_assignable_group) = self.standing(account);
        account.describe(Standing { roles: &roles, in_role_assignable_group }.is_privileged())
    }

    pub(super) fn is_federated(&self, domain: &str) -> bool {
        self.domains.iter().any(|known| known.federated && known.name.eq_ignore_ascii_case(domain))
    }
}
