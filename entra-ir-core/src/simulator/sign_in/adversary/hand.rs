//! What an adversary holds.

use std::collections::BTreeSet;

use secrecy::SecretString;
use time::OffsetDateTime;

use super::elsewhere::Elsewhere;
use crate::ids::{MethodId, ObjectId};
use crate::model::MethodKind;
use crate::simulator::sign_in::consented::Application;
use crate::simulator::sign_in::device::Device;
use crate::simulator::sign_in::self_service::AppPassword;
use crate::simulator::sign_in::session::Session;
use crate::simulator::sign_in::simulation::SignInSimulation;

/// A method that is his.
#[derive(Clone)]
pub(super) struct Owned {
    pub(super) kind: MethodKind,
    pub(super) id: MethodId,
    /// The device on which alone it works.
    pub(super) device: Option<ObjectId>,
}

#[derive(Clone)]
pub(super) struct Hand {
    pub(super) passwords: Vec<SecretString>,
    pub(super) sessions: Vec<Session>,
    pub(super) methods: Vec<Owned>,
    pub(super) pass: Option<MethodId>,
    /// Devices with a primary refresh token.
    pub(super) devices: Vec<Device>,
    pub(super) applications: Vec<Application>,
    /// The service principal of his application.
    pub(super) client: Option<ObjectId>,
    pub(super) app_passwords: Vec<AppPassword>,
    /// Whether he has the guest's account at home.
    pub(super) home: bool,
    /// From when the help desk would help him, unless it is warned.
    pub(super) desk: Option<OffsetDateTime>,
    /// Whether users may consent to applications.
    pub(super) may_consent: bool,
    pub(super) elsewhere: BTreeSet<Elsewhere>,
    browser: Option<Device>,
}

impl Hand {
    pub(super) const fn new() -> Self {
        Self {
            passwords: Vec::new(),
            sessions: Vec::new(),
            methods: Vec::new(),
            pass: None,
            devices: Vec::new(),
            applications: Vec::new(),
            client: None,
            app_passwords: Vec::new(),
            home: false,
            desk: Some(OffsetDateTime::UNIX_EPOCH),
            may_consent: true,
            elsewhere: BTreeSet::new(),
            browser: None,
        }
    }

    /// Returns the same things in a fork of the simulation.
    pub(super) fn in_fork(&self, fork: &SignInSimulation) -> Self {
        Self {
            sessions: self.sessions.iter().filter_map(|held| held.in_fork(fork)).collect(),
            applications: self.applications.iter().filter_map(|held| held.in_fork(fork)).collect(),
            app_passwords: self.app_passwords.iter().filter_map(|held| held.in_fork(fork)).collect(),
            ..self.clone()
        }
    }

    /// Returns his browser.
    pub(super) fn browser(&mut self, simulation: &SignInSimulation) -> Device {
        self.browser.get_or_insert_with(|| simulation.browser()).clone()
    }
}

/// Returns the pass that a user has now.
pub(super) fn pass_of(simulation: &SignInSimulation, user: &str) -> Option<MethodId> {
    let mut methods = simulation.tenant().methods_of(user).into_iter();
    methods.find(|method| method.kind == MethodKind::TemporaryAccessPass).map(|pass| pass.id)
}
