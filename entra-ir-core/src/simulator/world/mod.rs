//! Sign-ins on a simulated tenant: devices, sessions, and what becomes of them when somebody presses a button.
//!
//! A [`SignInWorld`] lives on a [`SimulatedTenant`]. Users sign in on devices, by what the tenant has of their passwords and methods;
//! sessions open applications, until a cookie or token is no longer good. What a client changes in the tenant takes effect here, by
//! mechanism: the moment each cookie and token was issued and what it was obtained with, the moments from which the account's sessions
//! are valid, events on their way to applications, methods, the state of devices. No table of effects is looked up, so that one can be
//! held against this.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//!
//! use entra_ir_core::SimulatedTenant;
//! use entra_ir_core::simulator::world::{Answer, App};
//!
//! let tenant = SimulatedTenant::contoso();
//! let world = tenant.sign_in_world();
//! // Somebody knows the password, and Adele has a passkey.
//! let thief = world.sign_in("adele@contoso.example", &world.browser(), App::OfficePortal).current_password().attempt().unwrap();
//! let adele = world.sign_in("adele@contoso.example", &world.browser(), App::OfficePortal).passkey().attempt().unwrap();
//!
//! world.advance(Duration::from_secs(60));
//! tenant.client()?.reset_password("adele@contoso.example").await?;
//! assert!(thief.open(App::OfficePortal).works(), "the access token lives for up to an hour");
//!
//! world.advance(Duration::from_secs(3600));
//! assert_eq!(thief.open(App::OfficePortal), Answer::AsksToSignIn);
//! assert!(adele.open(App::OfficePortal).works(), "a session without a password outlives the reset");
//! # Ok(())
//! # }
//! ```
//!
//! # Assumed where Microsoft says nothing
//! * A reset through Graph ends what one in the Azure portal ends, the least.
//! * A primary refresh token that was obtained without a password outlives every password reset.
//! * A passkey, Windows Hello, or a pass is not asked for a password change that was forced, nor for MFA again by the old *Revoke MFA sessions*.
//! * A federated sign-in is not password-based in the eyes of the tenant.
//! * A device that is enabled again before its disabling was noticed has lost nothing.
//! * A session registers a method only with MFA not older than ten minutes, a passkey five, once the user has a method; without one, the session is enough.
//! * An app password ends with the account, its own deletion, or legacy authentication.
//!
//! # What it does not simulate
//! Which methods the authentication methods policy allows at sign-in (Temporary Access Passes aside), authentication strengths, certificates,
//! QR codes, sign-in frequency, smart lockout, cached sign-ins of Windows without a network.

mod answer;
mod app;
mod attempt;
mod credential;
mod device;
mod factors;
mod fork;
mod marks;
mod open;
mod portal;
mod self_service;
mod session;
mod sign_in;
mod state;
mod switches;
#[cfg(test)]
mod tests;
mod token;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;

use super::SimulatedTenant;
use super::account::Account;
use super::state::State;

pub use answer::{Answer, Means, Why};
pub use app::App;
pub use credential::{Credential, CredentialKind};
pub use device::{Device, DeviceKind};
pub use factors::SecondFactor;
pub(super) use marks::Marks;
pub use portal::Portal;
pub use self_service::AppPassword;
pub use session::Session;
pub use sign_in::SignIn;
pub use token::AccessTokenState;

/// Holds the sign-ins on a simulated tenant. A clone is another handle of the same world.
#[derive(Clone)]
pub struct SignInWorld {
    tenant: SimulatedTenant,
    world: Arc<Mutex<state::World>>,
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
        Self { tenant: tenant.clone(), world: Arc::new(Mutex::new(state::World::new())) }
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

    /// Starts a sign-in of a user to an application.
    pub fn sign_in(&self, user: &str, device: &Device, app: App) -> SignIn {
        SignIn::new(self, user, device, Some(app))
    }

    /// Starts a sign-in of a user to Windows, or to the broker of an unregistered client, which asks for no second factor and gives the device a primary
    /// refresh token.
    pub fn sign_in_to_windows(&self, user: &str, device: &Device) -> SignIn {
        SignIn::new(self, user, device, None)
    }

    /// Opens an application with a session: the same as [`Session::open`].
    pub fn open(&self, session: &Session, app: App) -> Answer {
        session.open(app)
    }

    /// Presses buttons that Graph has no call for.
    pub fn portal(&self) -> Portal {
        Portal { world: self.clone() }
    }

    fn with<T>(&self, act: impl FnOnce(&mut state::World, &mut State) -> T) -> T {
        // Plain data, whole after every step, also after a panic elsewhere.
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut world, &mut self.tenant.state())
    }

    fn look<T>(&self, user: &str, look: impl FnOnce(&Account) -> T) -> Option<T> {
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
