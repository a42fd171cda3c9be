//! An adversary who plays against a containment: what an incident gives him, the moves that he makes with it,
//! and by what he is in.
//!
//! ```
//! use std::time::Duration;
//!
//! use entra_ir_core::SimulatedTenant;
//! use entra_ir_core::simulator::sign_in::{Adversary, Foothold, Move};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let tenant = SimulatedTenant::contoso();
//! let simulation = tenant.sign_in_simulation();
//! let user = "adele@contoso.example";
//! let mut adversary = Adversary::new(&simulation, user);
//! adversary.gets(Foothold::Password);
//! adversary.gets(Foothold::Authenticator);
//! simulation.advance(Duration::from_secs(60));
//!
//! // A reset alone: he resets the password himself with the method that he registered.
//! tenant.client()?.reset_password(user).await?;
//! assert!(adversary.make(Move::ResetPassword));
//! assert!(!adversary.ways_in().is_empty());
//! # Ok(())
//! # }
//! ```

mod elsewhere;
mod enter;
mod foothold;
mod hand;
mod make;
mod moves;
mod probe;
mod state;
mod way;

pub use elsewhere::Elsewhere;
pub use foothold::{ComputerKind, Foothold};
pub use moves::Move;
pub use state::Adversary;
pub use way::Way;
