//! Copies of a simulation, in which something can be tried that never happens in the simulation itself.

use std::sync::{Arc, Mutex};

use super::consented::Application;
use super::self_service::AppPassword;
use super::session::Session;
use super::simulation::SignInSimulation;

impl SignInSimulation {
    /// Copies the simulation and its tenant as they are. What happens in one does not happen in the other;
    /// both clocks follow tokio's.
    ///
    /// For questions that would change the answer to the next one, since an application that is opened renews
    /// a session: who could get in now?
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use entra_ir_core::SimulatedTenant;
    /// use entra_ir_core::simulator::sign_in::App;
    ///
    /// let simulation = SimulatedTenant::contoso().sign_in_simulation();
    /// let browser = simulation.browser();
    /// let adele = simulation.sign_in("adele@contoso.example", &browser, App::Teams).passkey().attempt().unwrap();
    /// let later = simulation.fork();
    /// later.advance(Duration::from_secs(100 * 24 * 3600));
    /// assert!(!adele.in_fork(&later).unwrap().open(App::Teams).works());
    /// assert!(adele.open(App::Teams).works(), "nothing happened here");
    /// ```
    pub fn fork(&self) -> Self {
        self.with(|sign_ins, state| Self {
            tenant: self.tenant.fork(state.clone()),
            sign_ins: Arc::new(Mutex::new(sign_ins.clone())),
        })
    }
}

impl Session {
    /// Returns the session in a fork of its simulation; nothing if the fork was made before it began.
    pub fn in_fork(&self, fork: &SignInSimulation) -> Option<Self> {
        let is_there = fork.with(|sign_ins, _| self.number < sign_ins.sessions.len());
        is_there.then(|| Self { simulation: fork.clone(), ..self.clone() })
    }
}

impl AppPassword {
    /// Returns the app password in a fork of its simulation; nothing if the fork was made before it was.
    pub fn in_fork(&self, fork: &SignInSimulation) -> Option<Self> {
        let is_there = fork.with(|sign_ins, _| self.number < sign_ins.app_passwords.len());
        is_there.then(|| Self { simulation: fork.clone(), ..self.clone() })
    }
}

impl Application {
    /// Returns the application in a fork of its simulation; nothing if the fork was made before it was.
    pub fn in_fork(&self, fork: &SignInSimulation) -> Option<Self> {
        let is_there = fork.with(|sign_ins, _| self.number < sign_ins.applications.len());
        is_there.then(|| Self { simulation: fork.clone(), ..self.clone() })
    }
}
