//! What each action really does, as tables with sources; open doors; advice.
//!
//! * [`Action`] by [`TokenClass`], by [`MethodKind`](crate::model::MethodKind) and by [`AccountKind`]:
//!   [`tables`], with a source and a confidence for each claim. Where sources disagree, a cell holds both
//!   claims, and decisions use the weaker one ([`Cell::weakest`]).
//! * [`open_doors`]: every way in, whether it is closed, and what would close it.
//!   [`Client::open_doors`](crate::Client::open_doors) takes the snapshot itself.
//! * [`plan_for()`]: the actions that follow from the tables alone: what closes every door that can be
//!   closed,
//!   and nothing more.
//! * [`Client::preflight`](crate::Client::preflight): what Graph would answer to an operation, and why this
//!   account takes a higher role.
//! * [`advise`]: the steps for an incident, in their order, with what each does not do, and where authorities
//!   disagree.
//! * [`permissions_for`]: the fewest permissions and roles for operations; [`Registration`]: four application
//!   registrations.
//!
//! `docs/effects.md` and the pages of `docs/actions/` are generated from the tables.

mod account;
mod action;
mod advice;
mod catalog_ids;
mod claim;
mod client;
mod done;
mod doors;
mod duty;
mod evidence;
mod permissions;
mod plan_for;
mod preflight;
#[cfg(feature = "schema")]
mod schemas;
pub mod source;
pub mod tables;
mod token;

pub use account::{AccountKind, Reach};
pub use action::Action;
pub use advice::{
    Advice, Disagreement, Incident, LeftOpen, Outside, Position, RegisteredBy, Step, Task, advise, outside,
};
pub use claim::{
    ACCESS_TOKEN, CAE_EVENT, CAE_TOKEN, Cell, Claim, Confidence, DEVICE_CHANGE, Fate, REPLICATION, Strength,
    Within,
};
pub use done::{ActionDone, MethodTouched, Touched};
pub use doors::{Door, DoorKind, DoorState, NextPress, OpenDoors, Unseen, open_doors};
pub use duty::{DUTIES, Duty};
pub use evidence::Evidence;
pub use permissions::{
    CallerPermissions, Held, NeededPermission, NeededRole, PermissionComparison, PermissionSet, Registration,
    TAKEOVER_PERMISSIONS, UnexpectedPermission, Wanted, compare_permissions, permissions_for,
};
pub use plan_for::{Needed, plan_for};
pub use preflight::{CallerFound, Expectation, Obstacle, ObstacleKind, Preflight, PreflightCheck};
#[cfg(feature = "schema")]
pub use schemas::schemas;
pub use source::Source;
pub use tables::{Opened, Opening};
pub use token::TokenClass;
