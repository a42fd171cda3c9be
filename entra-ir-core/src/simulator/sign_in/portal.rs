//! Actions of administrators in portals for which Graph has no call, or a different one.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::simulation::SignInSimulation;
use crate::ids::ObjectId;
use crate::model::{MethodKind, UserKind};
use crate::simulator::tenant::account::Account;
use crate::simulator::tenant::clock::whole_seconds;
use crate::simulator::tenant::password::check;

/// Presses buttons of the portals. An action on a user who does not exist, or whose password is elsewhere,
/// changes nothing.
///
/// The buttons that Graph has are pressed through a client:
/// [`SimulatedTenant::client`](super::super::SimulatedTenant::client).
#[derive(Clone)]
pub struct Portal {
    simulation: SignInSimulation,
}

/// The portal of a password reset. The page "Refresh tokens" distinguishes them by what they end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The Entra admin center, or that of Microsoft 365.
    AdminCenter,
    AzurePortal,
}

impl SignInSimulation {
    /// Presses buttons that Graph has no call for.
    pub fn portal(&self) -> Portal {
        Portal { simulation: self.clone() }
    }
}

impl Portal {
    /// Presses *Reset password* in the Entra admin center: it suggests a password, which must be changed at
    /// the next sign-in.
    ///
    /// Ends what was obtained with a password, and the tokens of clients whatever they were obtained with;
    /// browsers that signed in without a password stay signed in.
    pub fn reset_password_in_entra(&self, user: &str) -> Option<SecretString> {
        let suggested = self.suggest();
        self.reset(user, suggested.clone(), true, Origin::AdminCenter).then_some(suggested)
    }

    /// Resets the password in the Microsoft 365 admin center, where the administrator chooses it, and whether
    /// it must be changed.
    ///
    /// Ends what the Entra admin center's reset ends. A synced user has no reset there: the password is not
    /// written back. Returns whether the password was set.
    pub fn reset_password_in_microsoft_365(
        &self,
        user: &str,
        chosen: impl Into<SecretString>,
        change_required: bool,
    ) -> bool {
        let synced = self.simulation.look(user, |account| account.kind() == UserKind::Synced);
        synced == Some(false) && self.reset(user, chosen.into(), change_required, Origin::AdminCenter)
    }

    /// Presses *Reset password* in the Azure portal: it ends only what was obtained with a password.
    pub fn reset_password_in_azure_portal(&self, user: &str) -> Option<SecretString> {
        let suggested = self.suggest();
        self.reset(user, suggested.clone(), true, Origin::AzurePortal).then_some(suggested)
    }

    /// Presses *Revoke multifactor authentication sessions* as it was before February 2026, when Revoke
    /// sessions took its place.
    ///
    /// Under per-user MFA, applications must redo MFA, and trusted devices forget it; browsers stay signed
    /// in. MFA that Conditional Access requires is not affected. In one test of many that were made, Edge
    /// signed out as well at the first press; that could rarely be repeated, is not explained, and is not
    /// simulated.
    pub fn revoke_mfa_sessions_before_february_2026(&self, user: &str) {
        self.change(user, |account, now| account.validity.revoke_mfa(now));
    }

    /// Presses *Require re-register multifactor authentication*: deletes phone numbers, Authenticator apps
    /// and software tokens, and deactivates hardware tokens.
    pub fn require_reregistration(&self, user: &str) {
        self.change(user, |account, _| {
            for method in account.methods.iter_mut().filter(|method| method.kind == MethodKind::HardwareOath)
            {
                method.deactivate();
            }
            account.methods.retain(|method| {
                !matches!(
                    method.kind,
                    MethodKind::Phone | MethodKind::MicrosoftAuthenticator | MethodKind::SoftwareOath
                )
            });
            account.settle_default();
        });
    }

    /// Deletes the user's app passwords, by the legacy per-user MFA page.
    pub fn delete_app_passwords(&self, user: &str) {
        self.simulation.with(|sign_ins, state| {
            let user = state.directory.find(user);
            for owner in sign_ins.app_passwords.iter_mut().filter(|owner| owner.is_some() && **owner == user)
            {
                *owner = None;
            }
        });
    }

    /// Unblocks the user. Returns whether the user was blocked.
    pub fn unblock(&self, user: &str) -> bool {
        let was_blocked = self.simulation.look(user, |account| !account.enabled) == Some(true);
        self.change(user, |account, _| account.enabled = true);
        was_blocked
    }

    /// Deletes the user's Temporary Access Pass.
    pub fn delete_access_pass(&self, user: &str) {
        self.change(user, |account, _| {
            account.methods.retain(|method| method.kind != MethodKind::TemporaryAccessPass);
        });
    }

    /// Resets the password in Active Directory, from where it comes here at once (password hash
    /// synchronization takes about two minutes).
    pub fn reset_password_on_premises(&self, user: &str) -> Option<SecretString> {
        let suggested = self.suggest();
        let synced = self.simulation.look(user, |account| account.kind() == UserKind::Synced) == Some(true);
        self.change(user, |account, now| {
            if synced {
                account.set_password(suggested.clone(), now);
                account.must_change_password = false;
            }
        });
        synced.then_some(suggested)
    }

    /// Deletes the user.
    pub fn delete_user(&self, user: &str) -> Option<ObjectId> {
        self.simulation.with(|sign_ins, state| {
            let id = state.directory.find(user)?;
            let now = whole_seconds(state.now());
            state.directory.remove(id);
            sign_ins.deleted.insert(id, now);
            Some(id)
        })
    }

    /// Revokes a guest's sessions in the home tenant, which nothing in this tenant does.
    pub fn revoke_sessions_in_home_tenant(&self, guest: &str) {
        self.change(guest, |account, now| {
            if account.kind() == UserKind::ExternalGuest {
                account.validity.revoke(now);
            }
        });
    }

    /// Makes a password, the same in every run.
    fn suggest(&self) -> SecretString {
        let number = self.simulation.with(|sign_ins, _| sign_ins.next_number());
        SecretString::from(format!("Suggested-{number}"))
    }

    fn reset(&self, user: &str, password: SecretString, change_required: bool, origin: Origin) -> bool {
        let allowed = check(password.expose_secret()).is_ok();
        self.simulation.with(|_, state| {
            let Some(id) = state.directory.find(user) else { return false };
            let now = state.now();
            let here = state.directory.get(id).is_some_and(|account| {
                account.kind() != UserKind::ExternalGuest
                    && !state.is_federated(account.domain())
                    && !state.is_synced_administrator(account)
            });
            if !(here && allowed) {
                return false;
            }
            state.directory.change(id, now, |account| {
                account.set_password(password, now);
                account.must_change_password = change_required;
                account.must_change_with_mfa = false;
                if origin == Origin::AdminCenter {
                    account.validity.reset_by_admin_center(now);
                }
            });
            true
        })
    }

    fn change(&self, user: &str, change: impl FnOnce(&mut Account, time::OffsetDateTime)) {
        self.simulation.with(|_, state| {
            if let Some(id) = state.directory.find(user) {
                let now = state.now();
                state.directory.change(id, now, |account| change(account, now));
            }
        });
    }
}

impl fmt::Debug for Portal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Portal").finish_non_exhaustive()
    }
}
