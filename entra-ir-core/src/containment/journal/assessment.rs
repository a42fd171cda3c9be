//! What the account showed when a run was assessed, as its journal keeps it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::knowledge::{Action, Door, DoorKind, DoorState};
use crate::model::AccountSnapshot;

/// Whether the account showed what a step did, when it was read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct StepShown {
    /// The step, by its place in the plan from 0 on.
    pub step: usize,
    /// Whether the account showed it.
    pub shown: bool,
}

impl StepShown {
    pub(in super::super) const fn new(step: usize, shown: bool) -> Self {
        Self { step, shown }
    }
}

/// A way into the account, as it was read when the run was assessed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DoorSeen {
    /// The kind of way in, as a word: `password`, `method`, `session`, ...
    pub kind: String,
    /// The label; an attacker may have chosen names in it.
    pub label: String,
    /// The name, number or address in the label that somebody chose.
    pub name: Option<String>,
    /// The state: `open`, `unknown`, `closing`, `held` or `closed`.
    pub state: String,
    /// The action that closed it, is closing it, or holds it.
    pub by: Option<Action>,
    /// Since when it is closed or held, or until when it is closed. UTC.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub at: Option<OffsetDateTime>,
    /// Why it is in that state.
    pub why: String,
    /// What would close it.
    pub closed_by: Vec<Action>,
    /// The place where a person checks and acts, if known.
    pub place: Option<String>,
    /// Whether a responder made it for the rightful user.
    pub given: bool,
    /// Whether Graph cannot show it, whatever is done.
    pub out_of_sight: bool,
}

impl DoorSeen {
    /// Keeps a door of an assessment, with the name that the snapshot has for it.
    pub(in super::super) fn of(door: &Door, snapshot: &AccountSnapshot) -> Self {
        let (by, at) = match door.state {
            DoorState::Closing { by, until, .. } => (Some(by), Some(until)),
            DoorState::Held { by, since } | DoorState::Closed { by, since } => (Some(by), Some(since)),
            _ => (None, door.until),
        };
        Self {
            kind: door.kind.slug().to_owned(),
            label: door.label.clone(),
            name: name(&door.kind, snapshot),
            state: door.state.word().to_owned(),
            by,
            at,
            why: door.why.clone(),
            closed_by: door.closed_by.clone(),
            place: door.place.map(str::to_owned),
            given: door.given,
            out_of_sight: door.out_of_sight,
        }
    }
}

/// Returns what somebody chose of a door's label.
fn name(kind: &DoorKind, snapshot: &AccountSnapshot) -> Option<String> {
    match kind {
        DoorKind::Method { id, .. } => {
            let methods = &snapshot.methods.collected()?.methods;
            methods.iter().find(|method| method.id == *id)?.name().map(str::to_owned)
        }
        DoorKind::Session { device: Some(device), .. } => {
            let devices = snapshot.devices.collected()?;
            let is_it = |id: Option<crate::ids::ObjectId>| id.is_some_and(|id| id.to_string() == *device);
            devices.iter().find(|listed| is_it(listed.id))?.display_name.clone()
        }
        DoorKind::Consent { id } => {
            let own = &snapshot.grants.collected()?.own;
            let is_it = |listed: &&crate::model::ListedGrant| {
                listed.grant.id.as_ref().map(ToString::to_string) == *id
            };
            own.iter().find(is_it)?.client_name.clone()
        }
        _ => None,
    }
}
