//! Simulates sign-ins on a simulated tenant: devices, sessions, and the effects of actions on them.
//!
//! A [`SignInSimulation`] lives on a [`SimulatedTenant`](super::SimulatedTenant). Users sign in on devices,
//! by what the tenant has of their passwords and methods; sessions open applications, until a cookie or token
//! is no longer valid. What a client changes in the tenant takes effect here, by mechanism: the moment each
//! cookie and token was issued and what it was obtained with, the times from which the account's sessions are
//! valid, pending events to applications, methods, the state of devices. It reads no table of effects, so
//! that the tables can be compared with it.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//!
//! use entra_ir_core::SimulatedTenant;
//! use entra_ir_core::simulator::sign_in::{Answer, App};
//!
//! let tenant = SimulatedTenant::contoso();
//! let simulation = tenant.sign_in_simulation();
//! // Somebody knows the password, and Adele has a passkey.
//! let sign_in = || simulation.sign_in("adele@contoso.example", &simulation.browser(), App::OfficePortal);
//! let thief = sign_in().current_password().attempt().unwrap();
//! let adele = sign_in().passkey().attempt().unwrap();
//!
//! simulation.advance(Duration::from_secs(60));
//! tenant.client()?.reset_password("adele@contoso.example").await?;
//! assert!(thief.open(App::OfficePortal).works(), "the access token lives for up to an hour");
//!
//! simulation.advance(Duration::from_secs(3600));
//! assert_eq!(thief.open(App::OfficePortal), Answer::AsksToSignIn);
//! assert!(adele.open(App::OfficePortal).works(), "a session without a password outlives the reset");
//! # Ok(())
//! # }
//! ```
//! # Assumptions where Microsoft documents nothing
//! * A reset through Graph ends what one in the Azure portal ends, the least.
//! * A primary refresh token that was obtained without a password survives every password reset.
//! * A passkey, Windows Hello, or a pass is not asked for a password change that was forced, nor for MFA
//!   again by the old *Revoke MFA sessions*.
//! * A federated sign-in is not password-based in the eyes of the tenant.
//! * A device that is enabled again before its disabling took effect has lost nothing.
//! * A session registers a method only with MFA not older than ten minutes, a passkey five, once the user has
//!   a method; without one, the session is enough.
//! * An application that acts by a consent is a confidential client; it gets no events, and its access tokens
//!   live for an hour.
//! * An app password ends with the account, its own deletion, or legacy authentication.
//!
//! # What it does not simulate
//! Which methods the authentication methods policy allows at sign-in (Temporary Access Passes aside),
//! authentication strengths, certificates, QR codes, sign-in frequency, smart lockout, cached sign-ins of
//! Windows without a network.

mod adversary;
mod answer;
mod application_state;
mod attempt;
mod builder;
mod choices;
mod consented;
mod credential;
mod device;
mod factors;
mod fork;
mod open;
mod portal;
mod self_service;
mod session;
mod session_state;
mod sign_ins;
mod simulation;
mod switches;
#[cfg(test)]
mod tests;
mod token;

pub use adversary::{Adversary, ComputerKind, Elsewhere, Foothold, Move, Way};
pub use answer::{Answer, Means, Why};
pub use builder::SignIn;
pub use consented::Application;
pub use credential::{Credential, CredentialKind};
pub use device::{Device, DeviceKind};
pub use factors::SecondFactor;
pub use portal::Portal;
pub use self_service::AppPassword;
pub use session::Session;
pub use simulation::SignInSimulation;
pub use token::AccessTokenState;

pub use super::tenant::app::App;
