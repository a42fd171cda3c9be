//! Containment: plans, and runs that a crash cannot leave half unknown.

mod digest;
pub mod journal;
mod plan;
mod run;

pub use digest::Digest;
pub use plan::{Phase, Plan, PlanStep};
pub use run::{Run, StepRun};
