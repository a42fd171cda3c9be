//! The switches of a simulated tenant: who calls, what the policy says, and where the service is not always the same.

use std::time::Duration;

use super::SimulatedTenant;
use super::caller::SimulatedCaller;
use super::passes::AccessPassRules;
use super::passwords::Failure;
use super::state::{DefaultMethodWording, Domain, Licence};
use crate::model::PerUserMfaState;

impl SimulatedTenant {
    /// Sets who calls from now on. A client that was made before keeps saying what its caller was.
    pub fn set_caller(&self, caller: SimulatedCaller) {
        self.state().caller = caller;
    }

    /// Lets reads show users and their methods as they were this long ago.
    pub fn set_read_delay(&self, delay: Duration) {
        self.state().settings.read_delay = delay;
    }

    /// Lets lists come in pages of this size, the second of which is empty. Zero: in one page.
    pub fn set_page_size(&self, size: usize) {
        self.state().settings.page_size = Some(size).filter(|size| *size > 0);
    }

    /// Lets every answer take this long.
    pub fn set_latency(&self, time: Duration) {
        self.state().settings.latency = time;
    }

    /// Says whether a question about groups of which one does not exist is refused, or that one passed over: Microsoft documents neither. Default: refused.
    pub fn set_refuses_unknown_groups(&self, refuses: bool) {
        self.state().settings.refuses_unknown_groups = refuses;
    }

    /// Sets which edition of Microsoft Entra ID the tenant has. Default: P2, with which everything works.
    ///
    /// Below P2, Privileged Identity Management (eligible roles, places in groups) answers 400 `AadPremiumLicenseRequired`, and Identity
    /// Protection 403 `Forbidden`.
    pub fn set_licence(&self, licence: Licence) {
        self.state().settings.licence = licence;
    }

    /// Sets the words in which the deletion of a default method is refused.
    pub fn set_default_method_wording(&self, wording: DefaultMethodWording) {
        self.state().settings.wording = wording;
    }

    /// Says whether v1.0 has `qrCodePinMethod`: Microsoft's reference says yes, its metadata no. Default: no.
    pub fn set_qr_code_in_v1(&self, is_there: bool) {
        self.state().settings.qr_in_v1 = is_there;
    }

    /// Sets after how many looks a password reset has ended. Default: 2.
    pub fn password_reset_polls(&self, polls: u32) {
        self.state().settings.reset_polls = polls;
    }

    /// Lets the next password reset be accepted, fail, and change nothing; the detail is what is said about it.
    pub fn fail_next_password_reset(&self, detail: Option<&str>) {
        self.state().settings.fail_next_reset = Some(Failure { detail: detail.map(str::to_owned) });
    }

    /// Sets the limits for Temporary Access Passes.
    pub fn set_access_pass_policy(&self, rules: AccessPassRules) {
        self.state().pass_rules = rules;
    }

    /// Says whether a user is inside the Temporary Access Pass policy.
    pub fn set_in_access_pass_scope(&self, user: &str, inside: bool) {
        self.change(user, |account| account.in_pass_scope = inside);
    }

    /// Lets the user's Temporary Access Pass be used once.
    pub fn use_access_pass(&self, user: &str) {
        self.change(user, |account| {
            for pass in account.methods.iter_mut().filter_map(|method| method.pass.as_mut()) {
                pass.used = true;
            }
        });
    }

    /// Sets the user's per-user MFA.
    pub fn set_per_user_mfa(&self, user: &str, mfa: PerUserMfaState) {
        self.change(user, |account| account.per_user_mfa = mfa);
    }

    /// Adds a domain, managed or federated.
    pub fn add_domain(&self, name: &str, federated: bool) {
        self.state().domains.push(Domain { name: name.to_owned(), federated });
    }

    /// Says whether Active Directory lets a synced user sign in. The next sync brings it here.
    pub fn set_enabled_on_premises(&self, user: &str, enabled: bool) {
        self.change(user, |account| account.enabled_on_premises = enabled);
    }

    /// Runs a sync: synced accounts are enabled or blocked again as Active Directory has them, and hybrid devices enabled, restored or disabled.
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

    /// Says whether what arrives is kept. Off, memory does not grow with the number of requests; they are counted all the same.
    pub fn keep_exchanges(&self, keep: bool) {
        self.state().log.is_off = !keep;
    }
}
