//! Containment: what a run writes down so that a crash loses nothing.

mod digest;
pub mod journal;

pub use digest::Digest;
