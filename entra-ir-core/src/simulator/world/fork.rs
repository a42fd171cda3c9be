//! Copies of a world, in which something can be tried that never happens in the world itself.

use std::sync::{Arc, Mutex};

use super::self_service::AppPassword;
use super::session::Session;
use super::simulation::SignInWorld;

impl SignInWorld {
    /// Copies the world and its tenant as they are. What happens in one does not happen in the other; both
    /// clocks follow tokio's.
    ///
    /// For questions that would change the answer to the next one, since an application that is opened renews
    /// a session: who could get in now?
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use entra_ir_core::SimulatedTenant;
    /// use entra_ir_core::simulator::world::App;
    ///
    /// let world = SimulatedTenant::contoso().sign_in_world();
    /// let adele = world.sign_in("adele@contoso.example", &world.browser(), App::Teams).passkey().attempt().unwrap();
    /// let later = world.fork();
    /// later.advance(Duration::from_secs(100 * 24 * 3600));
    /// assert!(!adele.in_fork(&later).unwrap().open(App::Teams).works());
    /// assert!(adele.open(App::Teams).works(), "nothing happened here");
    /// ```
    pub fn fork(&self) -> Self {
        self.with(|world, state| Self {
            tenant: self.tenant.fork(state.clone()),
            world: Arc::new(Mutex::new(world.clone())),
        })
    }
}

impl Session {
    /// Returns the session in a fork of its world; nothing if the fork was made before it began.
    pub fn in_fork(&self, fork: &SignInWorld) -> Option<Self> {
        let is_there = fork.with(|world, _| self.number < world.sessions.len());
        is_there.then(|| Self { world: fork.clone(), ..self.clone() })
    }
}

impl AppPassword {
    /// Returns the app password in a fork of its world; nothing if the fork was made before it was.
    pub fn in_fork(&self, fork: &SignInWorld) -> Option<Self> {
        let is_there = fork.with(|world, _| self.number < world.app_passwords.len());
        is_there.then(|| Self { world: fork.clone(), ..self.clone() })
    }
}
