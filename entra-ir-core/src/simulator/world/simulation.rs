//! The handle of the sign-ins on a tenant.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;

use super::state::World;
use crate::simulator::SimulatedTenant;
use crate::simulator::tenant::account::Account;
use crate::simulator::tenant::state::State;

/// Holds the sign-ins on a simulated tenant. A clone is another handle of the same world.
#[derive(Clone)]
pub struct SignInWorld {
    pub(super) tenant: SimulatedTenant,
    pub(super) world: Arc<Mutex<World>>,
}

impl SimulatedTenant {
    /// Makes a world of sign-ins on the tenant. Each one has devices and sessions of its own.
    pub fn sign_in_world(&self) -> SignInWorld {
        SignInWorld::on(self)
    }
}

impl SignInWorld {
    /// Makes a world of sign-ins on a tenant: nobody is signed in, MFA is not required.
    pub fn on(tenant: &SimulatedTenant) -> Self {
        Self { tenant: tenant.clone(), world: Arc::new(Mutex::new(World::new())) }
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

    pub(super) fn with<T>(&self, act: impl FnOnce(&mut World, &mut State) -> T) -> T {
        // Plain data, whole after every step, also after a panic elsewhere.
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut world, &mut self.tenant.state())
    }

    pub(super) fn look<T>(&self, user: &str, look: impl FnOnce(&Account) -> T) -> Option<T> {
        self.tenant.look(user, look)
    }
}

// The tenant's state holds passwords.
impl fmt::Debug for SignInWorld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sessions = self.with(|world, _| world.sessions.len());
        f.debug_struct("SignInWorld").field("sessions", &sessions).finish_non_exhaustive()
    }
}
