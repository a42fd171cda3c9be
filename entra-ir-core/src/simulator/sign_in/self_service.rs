//! Self-service actions of users, or of attackers in their place: passwords, app passwords and methods.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::answer::{Answer, Means, Why};
use super::factors::{SecondFactor, can_do_mfa, knows, may_reset_with};
use super::open::{candidates, is_good, renewable};
use super::session::Session;
use super::simulation::SignInSimulation;
use crate::ids::ObjectId;
use crate::model::{MethodKind, UserKind};
use crate::simulator::seed::method::NewMethod;
use crate::simulator::tenant::app::App;
use crate::simulator::tenant::clock::whole_seconds;
use crate::simulator::tenant::password::check;
use crate::simulator::tenant::state::State;

impl SignInSimulation {
    /// Lets a user change the own password, which ends what was obtained with the old one and nothing else.
    ///
    /// # Errors
    /// What the user sees instead.
    pub fn change_password(
        &self,
        user: &str,
        current: impl Into<SecretString>,
        new: impl Into<SecretString>,
    ) -> Result<(), Answer> {
        let (current, new) = (current.into(), new.into());
        self.with(|_, state| {
            let id = usable(state, user)?;
            if !state.directory.get(id).is_some_and(|account| knows(account, &current)) {
                return Err(Answer::Refused(Why::WrongPassword));
            }
            set(state, id, new)
        })
    }

    /// Lets whoever holds a user's method reset the password without knowing it (self-service password
    /// reset). One method is enough here.
    ///
    /// # Errors
    /// What the user sees instead.
    pub fn self_service_password_reset(
        &self,
        user: &str,
        method: SecondFactor,
        new: impl Into<SecretString>,
    ) -> Result<(), Answer> {
        let new = new.into();
        self.with(|_, state| {
            let id = usable(state, user)?;
            if !state.directory.get(id).is_some_and(|account| may_reset_with(account, method)) {
                return Err(Answer::Refused(Why::NoSuchMethod));
            }
            set(state, id, new)
        })
    }

    /// Makes an app password, for protocols that know no MFA. Returns nothing if there is no such user.
    pub fn create_app_password(&self, user: &str) -> Option<AppPassword> {
        let number = self.with(|sign_ins, state| {
            let id = state.directory.find(user)?;
            sign_ins.app_passwords.push(Some(id));
            Some(sign_ins.app_passwords.len() - 1)
        })?;
        Some(AppPassword { simulation: self.clone(), number })
    }
}

impl Session {
    /// Registers a method on the user's security page.
    ///
    /// Whoever has a method that counts as MFA must have done MFA lately: within ten minutes, for a passkey
    /// within five. Without one the session is enough, whatever it began with, unless a policy guards
    /// registration.
    ///
    /// # Errors
    /// What the user sees instead.
    pub fn register(&self, method: NewMethod) -> Result<(), Answer> {
        self.simulation.with(|sign_ins, state| {
            let now = whole_seconds(state.now());
            let account = renewable(sign_ins, state.directory.get(self.user), App::OfficePortal, now)?;
            let mut good = candidates(sign_ins, self.number).into_iter();
            let good = good.find(|credential| is_good(sign_ins, state, account, self.number, credential));
            let mfa = good.ok_or(Answer::AsksToSignIn)?.mfa;
            let fresh = if method.kind == MethodKind::Fido2 { 5 } else { 10 };
            let is_fresh = |at| now < at + time::Duration::minutes(fresh);
            let can = can_do_mfa(state, account);
            if can && !mfa.is_some_and(is_fresh) {
                return Err(Answer::AsksForMfa);
            }
            if !can && sign_ins.rules.guard_registration {
                return Err(Answer::Refused(Why::RegistrationGuarded));
            }
            method.register_for(self.user, state);
            Ok(())
        })
    }
}

fn usable(state: &State, user: &str) -> Result<ObjectId, Answer> {
    let id = state.directory.find(user).ok_or(Answer::Refused(Why::NoSuchUser))?;
    let account = state.directory.get(id).ok_or(Answer::Refused(Why::NoSuchUser))?;
    if account.kind() == UserKind::ExternalGuest || state.is_federated(account.domain()) {
        return Err(Answer::Refused(Why::NotHere));
    }
    if !account.enabled {
        return Err(Answer::Refused(Why::Blocked));
    }
    Ok(id)
}

fn set(state: &mut State, id: ObjectId, new: SecretString) -> Result<(), Answer> {
    check(new.expose_secret()).map_err(|_| Answer::Refused(Why::PasswordNotAllowed))?;
    let now = state.now();
    state.directory.change(id, now, |account| {
        account.set_password(new, now);
        account.must_change_password = false;
        account.must_change_with_mfa = false;
    });
    Ok(())
}

/// Holds an app password. New passwords, revocations and removed methods leave it alone (page "Configure app
/// passwords").
#[derive(Clone)]
pub struct AppPassword {
    pub(super) simulation: SignInSimulation,
    pub(super) number: usize,
}

impl AppPassword {
    /// Opens a mailbox or another legacy protocol with it.
    pub fn open(&self) -> Answer {
        self.simulation.with(|sign_ins, state| {
            let Some(user) = sign_ins.app_passwords[self.number] else {
                return Answer::Refused(Why::NoSuchAppPassword);
            };
            match state.directory.get(user) {
                None => Answer::Refused(Why::NoSuchUser),
                Some(account) if !account.enabled => Answer::Refused(Why::Blocked),
                Some(_) if sign_ins.rules.block_legacy => Answer::Refused(Why::LegacyAuthenticationBlocked),
                Some(_) => Answer::Works { by: Means::AppPassword },
            }
        })
    }
}

impl fmt::Debug for AppPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppPassword").finish_non_exhaustive()
    }
}
