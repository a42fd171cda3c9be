//! Containment: plans, previews, and runs that a crash cannot leave half unknown.
//!
//! A [`Plan`] is data: the steps against an incident, in their order, each an operation or a task of a person
//! elsewhere. [`Client::preview`](crate::Client::preview) shows what it would do;
//! [`Client::contain`](crate::Client::contain) does it and [`Client::resume`](crate::Client::resume) goes on
//! from the [`journal`] after any interruption.

mod contain;
mod digest;
mod disk;
mod earlier;
mod event;
mod evidence;
mod finding;
mod folder;
mod gate;
mod headline;
pub mod journal;
mod options;
mod others;
mod people;
mod plan;
mod preview;
mod purge;
mod real_drill;
mod record;
mod report;
mod run;
mod runner;
#[cfg(feature = "schema")]
mod schemas;
mod secrets;
mod settle;
mod sighting;
mod sink;
mod status;
mod step_run;
mod undo;
mod verify;
mod watch;

pub use contain::Contain;
pub use digest::Digest;
pub use event::{RunEvent, RunEventKind};
pub use evidence::{EvidenceStore, FolderEvidence, Kept, MemoryEvidence};
pub use finding::{Finding, FindingKind};
pub use folder::RunPlace;
pub use gate::{Gate, GateItem, GateItemKind, GateState};
pub use headline::Headline;
pub use journal::{Approval, DoorSeen, RunAbout, StepShown, Tick};
pub use people::{close, hand_over, tick_off};
pub use plan::{Choice, OnFailure, Phase, Plan, PlanStep, Seen};
pub use preview::{PlanFor, PlanPreview, StepPreview, Will};
pub use purge::{Purge, PurgeRecord, PurgedFile};
pub use real_drill::{DrillState, DrilledOperation, RealDrill, RealDrilled};
pub use report::{
    Addressee, ApprovalSeen, ClockOffset, CustodyItem, Draft, DueTime, Identifier, IdentifierKind,
    LocalTimes, MethodRemoved, OutsideGraph, RunReport, StepReport, TimelineEntry, report,
};
pub use run::{PhaseRun, Run};
#[cfg(feature = "schema")]
pub use schemas::schemas;
pub use sighting::Sighting;
pub use sink::{DiscardSecrets, FileSecrets, MemorySecrets, RunSecret, SecretKind, SecretSink, SecretState};
pub use status::{RunStatus, status};
pub use step_run::{StepRun, StepState};
pub use undo::{Undo, UndoHow, UndoStep, Undone};
pub use watch::{Watch, Watched};
