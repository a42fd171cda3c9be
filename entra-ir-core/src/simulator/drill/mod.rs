//! Drills: an adversary plays against a plan, between any two of its requests and afterwards.
//!
//! A [`Play`] takes an incident ([`Night`]), the plan against it, and the [`Strategy`] of the adversary. The
//! plan is run as on a real tenant, people do the steps that are theirs, three minutes for each, the account
//! stays contained for thirty hours, longer than the longest token, and is then given back to its user. What
//! he is in by is compared with what the run names as open.
//!
//! ```
//! use entra_ir_core::simulator::drill::{Night, Play, Strategy};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), entra_ir_core::Error> {
//! let played = Play::new(Night::Proxy, Strategy::Greedy).play().await?;
//! assert!(!played.is_in() && played.unnamed.is_empty(), "{played:?}");
//! # Ok(())
//! # }
//! ```

mod between;
mod drilled;
mod named;
mod night;
mod order;
mod ordered;
mod people;
mod play;
mod played;
mod press;
mod stage;
mod strategy;

#[cfg(feature = "schema")]
pub use drilled::schemas;
pub use drilled::{Drill, DrillPlay, drill};
pub use night::Night;
pub use order::{Order, Press};
pub use play::Play;
pub use played::Played;
pub use stage::Twist;
pub use strategy::Strategy;
