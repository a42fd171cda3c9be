//! The switches of a simulated tenant: the caller, the policies, and behaviour in which the service varies.

use std::collections::BTreeSet;
use std::time::Duration;

use super::SimulatedTenant;
use super::seed::application::{NewAppRoleAssignment, NewGrant, NewServicePrincipal};
use super::seed::device::NewDevice;
use super::seed::group::NewGroup;
use super::tenant::access_pass::AccessPassRules;
use super::tenant::account::Account;
use super::tenant::applications::Seen;
use super::tenant::caller::SimulatedCaller;
use super::tenant::methods_policy::{Campaign, MethodConfiguration};
use super::tenant::password_reset::Failure;
use super::tenant::settings::{DefaultMethodWording, Licence};
use super::tenant::state::Domain;
use crate::ids::{EntryId, ObjectId};
use crate::model::{CampaignState, MigrationState, PerUserMfaState, PermissionGrant, PolicyTarget, UserRisk};

impl SimulatedTenant {
    /// Sets the caller from now on. An existing client keeps its kind of caller.
    pub fn set_caller(&self, caller: SimulatedCaller) {
        self.state().caller = caller;
    }

    /// Lets reads show users and their methods as they were this long ago.
    pub fn set_read_delay(&self, delay: Duration) {
        self.state().settings.read_delay = delay;
    }

    /// Splits lists into pages of this size, the second of which is empty. Zero: one page.
    pub fn set_page_size(&self, size: usize) {
        self.state().settings.page_size = Some(size).filter(|size| *size > 0);
    }

    /// Lets every answer take this long.
    pub fn set_latency(&self, time: Duration) {
        self.state().settings.latency = time;
    }

    /// Sets whether a query about groups of which one does not exist is refused, or ignores that group:
    /// Microsoft documents neither. Default: refused.
    pub fn set_refuses_unknown_groups(&self, refuses: bool) {
        self.state().settings.refuses_unknown_groups = refuses;
    }

    /// Sets which edition of Microsoft Entra ID the tenant has. Default: P2, with which everything works.
    ///
    /// Below P2, Privileged Identity Management (eligible roles, places in groups) answers 400
    /// `AadPremiumLicenseRequired`, and Identity Protection 403 `Forbidden`.
    pub fn set_licence(&self, licence: Licence) {
        self.state().settings.licence = licence;
    }

    /// Sets the words in which the deletion of a default method is refused.
    pub fn set_default_method_wording(&self, wording: DefaultMethodWording) {
        self.state().settings.wording = wording;
    }

    /// Sets whether v1.0 has `qrCodePinMethod`: Microsoft's reference says yes, its metadata no. Default: no.
    pub fn set_qr_code_in_v1(&self, is_there: bool) {
        self.state().settings.qr_in_v1 = is_there;
    }

    /// Sets after how many polls a password reset has ended. Default: 2.
    pub fn password_reset_polls(&self, polls: u32) {
        self.state().settings.reset_polls = polls;
    }

    /// Lets the next password reset be accepted, fail, and change nothing; the detail is what is said about
    /// it.
    pub fn fail_next_password_reset(&self, detail: Option<&str>) {
        self.state().settings.fail_next_reset = Some(Failure { detail: detail.map(str::to_owned) });
    }

    /// Sets the limits for Temporary Access Passes.
    pub fn set_access_pass_policy(&self, rules: AccessPassRules) {
        self.state().pass_rules = rules;
    }

    /// Sets whether a user is in the scope of the Temporary Access Pass policy.
    pub fn set_in_access_pass_scope(&self, user: &str, inside: bool) {
        self.change(user, |account| account.in_pass_scope = inside);
    }

    /// Lets the user's Temporary Access Pass be used once.
    pub fn use_access_pass(&self, user: &str) {
        self.change(user, Account::use_access_pass);
    }

    /// Sets the user's per-user MFA.
    pub fn set_per_user_mfa(&self, user: &str, mfa: PerUserMfaState) {
        self.change(user, |account| account.per_user_mfa = mfa);
    }

    /// Adds a domain, managed or federated.
    pub fn add_domain(&self, name: &str, federated: bool) {
        self.state().domains.push(Domain { name: name.to_owned(), federated });
    }

    /// Sets whether Active Directory lets a synced user sign in. The next sync brings it here.
    pub fn set_enabled_on_premises(&self, user: &str, enabled: bool) {
        self.change(user, |account| account.enabled_on_premises = enabled);
    }

    /// Runs a sync: synced accounts are enabled or blocked again as Active Directory has them, and hybrid
    /// devices enabled, restored or disabled.
    pub fn run_sync(&self) {
        let mut state = self.state();
        let now = state.now();
        for id in state.directory.ids() {
            if state.directory.get(id).is_some_and(|account| account.synced) {
                state.directory.change(id, now, |account| account.enabled = account.enabled_on_premises);
            }
        }
        state.sync_devices();
    }

    /// Sets whether requests are recorded. If off, memory does not grow with their number; they are still
    /// counted.
    pub fn keep_exchanges(&self, keep: bool) {
        self.traffic().log.is_off = !keep;
    }

    /// Sets the user's risk in Identity Protection, as the service itself does; `None` for a user who never
    /// was risky.
    pub fn set_risk(&self, user: &str, risk: Option<UserRisk>) {
        let now = self.now();
        self.change(user, |account| account.risk.set(risk, now, None));
    }

    /// Sets whether an administrator's password reset remediates the user's risk. Microsoft documents it for
    /// the portal's temporary password and a user *at risk*; for a reset by Graph and a confirmed compromise
    /// it is assumed. Default: yes.
    pub fn set_reset_remediates_risk(&self, remediates: bool) {
        self.state().settings.reset_remediates_risk = remediates;
    }

    /// Sets whether Identity Protection answers one request per second for the whole tenant, and others with
    /// 429 and no `Retry-After`, as Microsoft documents. Default: no limit.
    pub fn limit_identity_protection(&self, limit: bool) {
        self.state().settings.limits_identity_protection = limit;
    }

    /// Replaces the configurations of the authentication methods policy.
    ///
    /// One for Temporary Access Pass has the tenant's limits; who may use a pass is not set here, but by
    /// [`set_in_access_pass_scope`](Self::set_in_access_pass_scope).
    pub fn set_methods_policy(&self, configurations: impl IntoIterator<Item = MethodConfiguration>) {
        self.state().policy.configurations = Some(configurations.into_iter().collect());
    }

    /// Sets the state of the tenant's migration from the legacy settings. Default: complete.
    pub fn set_policy_migration_state(&self, migration: MigrationState) {
        self.state().policy.migration = migration;
    }

    /// Sets the registration campaign, which asks for Microsoft Authenticator.
    pub fn set_registration_campaign(
        &self,
        state: CampaignState,
        include: impl IntoIterator<Item = PolicyTarget>,
        exclude: impl IntoIterator<Item = PolicyTarget>,
    ) {
        let (include, exclude) = (include.into_iter().collect(), exclude.into_iter().collect());
        self.state().policy.campaign = Campaign { state, include, exclude };
    }

    /// Adds a group and returns its object id. One with the same id is replaced.
    pub fn add_group(&self, new: NewGroup) -> ObjectId {
        new.add_to(&mut self.state())
    }

    /// Deletes a group. Policies that name it keep its id, as they do in the service.
    pub fn delete_group(&self, group: ObjectId) {
        self.state().groups.remove(group);
    }

    /// Puts a user or, by its object id, a group into a group.
    pub fn add_to_group(&self, group: ObjectId, member: &str) {
        self.change_members(group, member, BTreeSet::insert);
    }

    /// Removes a user or, by its object id, a group from a group.
    pub fn remove_from_group(&self, group: ObjectId, member: &str) {
        self.change_members(group, member, |members, member| members.remove(&member));
    }

    fn change_members(
        &self,
        group: ObjectId,
        member: &str,
        change: fn(&mut BTreeSet<ObjectId>, ObjectId) -> bool,
    ) {
        let mut state = self.state();
        let member = state.directory.find(member).or_else(|| member.parse().ok());
        if let (Some(member), Some(members)) = (member, state.groups.members_mut(group)) {
            change(members, member);
        }
    }

    /// Gives the user a device, as an attacker may who registers one. Returns its object id, or `None` if
    /// there is no such user. A device with an id that exists gets the user as one more owner.
    pub fn add_device(&self, user: &str, device: NewDevice) -> Option<ObjectId> {
        let mut state = self.state();
        let user = state.directory.find(user)?;
        Some(device.add_to(Some(user), &mut state))
    }

    /// Adds a device without an owner and without a registered user, as most hybrid joined ones are. Returns
    /// its object id.
    pub fn add_device_without_owner(&self, device: NewDevice) -> ObjectId {
        device.add_to(None, &mut self.state())
    }

    /// Disables the computer account of a device in Active Directory, or enables it again. The next sync
    /// brings it here, for a hybrid device.
    pub fn set_computer_enabled_on_premises(&self, device: ObjectId, enabled: bool) {
        self.state().machines.entry(device).or_default().disabled_on_premises = !enabled;
    }

    /// Sets how long the change of a device takes until it is noticed, up to an hour.
    pub fn set_device_delay(&self, delay: Duration) {
        self.state().settings.device_delay = delay.min(Duration::from_secs(3600));
    }

    /// Adds an application, by its service principal, and returns its object id. One with the same id is
    /// replaced.
    pub fn add_service_principal(&self, new: NewServicePrincipal) -> ObjectId {
        new.add_to(&mut self.state())
    }

    /// Finds a service principal by its name.
    pub fn service_principal(&self, name: &str) -> Option<ObjectId> {
        let state = self.state();
        let seen = Seen::at(state.now(), Duration::ZERO);
        let mut all = state.applications.principals(seen);
        all.find(|found| found.display_name.as_deref() == Some(name))?.id
    }

    /// Returns whether an application is enabled; `None` if there is none.
    pub fn is_application_enabled(&self, id: ObjectId) -> Option<bool> {
        self.state().applications.principal(id)?.account_enabled
    }

    /// Adds a consent, in the place of one for the same user, client and resource. Returns its id, or `None`
    /// if there is no such user.
    pub fn add_grant(&self, new: NewGrant) -> Option<EntryId> {
        new.add_to(&mut self.state())
    }

    /// Deletes a consent, as somebody else may; returns whether there was one.
    pub fn delete_grant(&self, id: &str) -> bool {
        let mut state = self.state();
        let now = state.now();
        state.applications.revoke(id, now)
    }

    /// Deletes the consents to an application for the whole organisation, as an administrator may.
    pub fn delete_tenant_wide_grants(&self, client: ObjectId) {
        let mut state = self.state();
        let now = state.now();
        let of = |grant: &&PermissionGrant| grant.client_id == Some(client) && grant.is_tenant_wide();
        let all = state.applications.grants(Seen::at(now, Duration::ZERO));
        let ids: Vec<_> = all.filter(of).filter_map(|grant| grant.id.clone()).collect();
        for id in ids {
            state.applications.revoke(id.as_str(), now);
        }
    }

    /// Removes the application permissions of an application, as an administrator may.
    pub fn remove_app_permissions(&self, client: ObjectId) {
        let mut state = self.state();
        let now = state.now();
        let all = state.applications.assignments(Seen::at(now, Duration::ZERO));
        let own = all.filter(|assignment| assignment.principal_id == Some(client));
        let ids: Vec<_> = own.filter_map(|own| own.resource_id.zip(own.id.clone())).collect();
        for (resource, id) in ids {
            state.applications.unassign(resource, id.as_str(), now);
        }
    }

    /// Assigns an application to a user or a group. Returns the id of the assignment, or `None` if there
    /// is no such user or group.
    pub fn add_app_role_assignment(&self, new: NewAppRoleAssignment) -> Option<EntryId> {
        new.add_to(&mut self.state())
    }
}
