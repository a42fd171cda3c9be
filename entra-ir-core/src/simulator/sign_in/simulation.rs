//! The handle of the sign-ins on a tenant.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;

use super::sign_ins::SignIns;
use crate::simulator::SimulatedTenant;
use crate::simulator::tenant::account::Account;
use crate::simulator::tenant::state::State;

/// Holds the sign-ins on a simulated tenant. A clone is another handle of the same simulation.
#[derive(Clone)]
pub struct SignInSimulation {
    pub(super) tenant: SimulatedTenant,
    pub(super) sign_ins: Arc<Mutex<SignIns>>,
}

impl SimulatedTenant {
    /// Makes a sign-in simulation on the tenant. Each one has devices and sessions of its own.
    pub fn sign_in_simulation(&self) -> SignInSimulation {
        SignInSimulation::on(self)
    }
}

impl SignInSimulation {
    /// Makes a sign-in simulation on a tenant: nobody is signed in, MFA is not required.
    pub fn on(tenant: &SimulatedTenant) -> Self {
        Self { tenant: tenant.clone(), sign_ins: Arc::new(Mutex::new(SignIns::new())) }
    }

    /// Returns the tenant.
    pub const fn tenant(&self) -> &SimulatedTenant {
        &self.tenant
    }

    /// Returns the tenant's time.
    pub fn now(&self) -> OffsetDateTime {
        self.tenant.now()
    }

    /// Puts the tenant's clock forward.
    pub fn advance(&self, by: Duration) {
        self.tenant.advance(by);
    }

    pub(super) fn with<T>(&self, act: impl FnOnce(&mut SignIns, &mut State) -> T) -> T {
        // Plain data, whole after every step, also after a panic elsewhere.
        let mut sign_ins = self.sign_ins.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut sign_ins, &mut self.tenant.state())
    }

    pub(super) fn look<T>(&self, user: &str, look: impl FnOnce(&Account) -> T) -> Option<T> {
        self.tenant.look(user, look)
    }
}

// The tenant's state holds passwords.
impl fmt::Debug for SignInSimulation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sessions = self.with(|sign_ins, _| sign_ins.sessions.len());
        f.debug_struct("SignInSimulation").field("sessions", &sessions).finish_non_exhaustive()
    }
}
