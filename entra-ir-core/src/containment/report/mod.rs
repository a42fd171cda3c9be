//! The report of a run, for those who were not there. It is made from the journal alone.

mod again;
mod clock;
mod custody;
mod document;
mod draft;
mod drafts;
mod due;
mod due_time;
#[cfg(feature = "report")]
mod html;
mod identifier;
mod make;
mod markdown;
mod ocsf;
mod outside_graph;
#[cfg(feature = "report")]
mod picture;
mod redact;
mod run_report;
mod sections;
mod step_report;
mod timeline;
#[cfg(feature = "report")]
mod zone;

pub use again::MethodRemoved;
pub use clock::ClockOffset;
pub use custody::CustodyItem;
pub use draft::{Addressee, Draft};
pub use due_time::DueTime;
pub use identifier::{Identifier, IdentifierKind};
pub use make::report;
pub use outside_graph::OutsideGraph;
pub use run_report::{ApprovalSeen, LocalTimes, RunReport};
pub use step_report::StepReport;
pub use timeline::TimelineEntry;
