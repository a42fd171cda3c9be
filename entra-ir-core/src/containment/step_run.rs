//! What became of one step of a plan.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::journal::Tick;
use super::plan::{Phase, PlanStep};
use crate::error::ErrorRecord;
use crate::operations::AnyOutput;

/// What became of one step.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct StepRun {
    /// Its place in the plan, from 0 on.
    pub step: usize,
    /// The title.
    pub title: String,
    /// What it is for.
    pub phase: Phase,
    /// The operation; `None` if a person does it.
    pub operation: Option<&'static str>,
    /// What became of it.
    pub state: StepState,
    /// Why it is in this state, or what to do next.
    pub reason: Option<String>,
    /// When it is due at the earliest. UTC.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub due: Option<OffsetDateTime>,
    /// Whether the account showed it when it was read again; `None` if it cannot show it, or was not read.
    pub confirmed: Option<bool>,
    /// Where a person does it.
    pub by_hand: Option<String>,
    /// Who did it elsewhere.
    pub ticked: Option<Tick>,
    /// The result, without secrets.
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Map<String, serde_json::Value>>"))]
    pub output: Option<Box<AnyOutput>>,
    /// The error.
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Map<String, serde_json::Value>>"))]
    pub error: Option<Box<ErrorRecord>>,
}

/// Names what became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum StepState {
    /// It was done, by this run or before its interruption.
    Done,
    /// It was refused or failed.
    Failed,
    /// An interruption left its outcome unknown, and reading the account did not settle it.
    Unsettled,
    /// A person does it elsewhere, and ticks it off.
    ByHand,
    /// A person did it elsewhere.
    TickedOff,
    /// It was done, and taken back since.
    Undone,
    /// It waits for its time: resume the run then.
    Due,
    /// It waits for something else, which the reason names.
    Waits,
    /// It does not apply, for the reason given.
    Skipped,
    /// It belongs to a later phase than was asked for.
    NotAsked,
}

impl StepState {
    /// Returns whether nothing is left to do.
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Done | Self::TickedOff | Self::Skipped | Self::Undone)
    }
}

impl fmt::Display for StepState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Done => "done",
            Self::Failed => "FAILED",
            Self::Unsettled => "UNKNOWN",
            Self::ByHand => "by hand",
            Self::TickedOff => "done elsewhere",
            Self::Undone => "TAKEN BACK",
            Self::Due => "due later",
            Self::Waits => "waits",
            Self::Skipped => "not needed",
            Self::NotAsked => "not asked for",
        })
    }
}

impl StepRun {
    /// Creates the entry of a step of a plan.
    pub(super) fn new(place: usize, planned: &PlanStep, state: StepState, reason: Option<String>) -> Self {
        Self {
            step: place,
            title: planned.title.clone(),
            phase: planned.phase,
            operation: planned.call.as_ref().map(|call| call.spec().id),
            state,
            reason,
            due: None,
            confirmed: None,
            by_hand: planned.by_hand.clone(),
            ticked: None,
            output: None,
            error: None,
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.state == StepState::Done
    }

    /// Returns what is left to do, in a line; `None` if nothing is.
    pub(super) fn left(&self) -> Option<String> {
        let why = match (&self.error, &self.reason) {
            (Some(error), None) => Some(error.message.clone()),
            (Some(error), Some(reason)) => Some(format!("{}; {reason}", error.message)),
            (None, reason) => reason.clone(),
        };
        let title = &self.title;
        match self.state {
            state if state.is_settled() => (self.confirmed == Some(false))
                .then(|| format!("{title}: accepted, and the account does not show it yet")),
            StepState::ByHand => Some(format!("{title} (by hand)")),
            state => Some(match why {
                Some(why) => format!("{title}: {state}: {why}"),
                None => format!("{title}: {state}"),
            }),
        }
    }
}
