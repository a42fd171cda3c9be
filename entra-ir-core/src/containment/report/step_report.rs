//! What became of a step, in the report of a run.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::super::journal::{Entry, Event, StepShown};
use super::super::plan::{Phase, PlanStep};
use super::super::status::RunStatus;
use super::super::step_run::{StepRun, StepState};
use crate::knowledge::{Action, Task};
use crate::operations::{AnyOperation, AnyOutput};
use crate::receipt::Grade;

/// What became of one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct StepReport {
    /// Its place in the plan, from 0 on.
    pub step: usize,
    /// The title.
    pub title: String,
    /// What it is for.
    pub phase: Phase,
    /// The operation; `None` if a person does it.
    pub operation: Option<String>,
    /// The actions on the account that it is.
    pub actions: Vec<Action>,
    /// The task of a person that it is, if it is not an action on the account.
    pub task: Option<Task>,
    /// What became of it.
    pub state: StepState,
    /// How certain that is; `None` if nothing was sent, or a person did it.
    pub grade: Option<Grade>,
    /// Whether the account showed it when it was read again; `None` if it cannot show it, or was not read.
    pub confirmed: Option<bool>,
    /// Why it is in this state, or what to do next.
    pub reason: Option<String>,
    /// When it began. UTC.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub began: Option<OffsetDateTime>,
    /// When it ended, or was ticked off. UTC.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub ended: Option<OffsetDateTime>,
    /// When it is due at the earliest. UTC.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub due: Option<OffsetDateTime>,
    /// Where a person does it.
    pub by_hand: Option<String>,
    /// Who did it elsewhere, as claimed.
    pub by: Option<String>,
    /// What shows that: a ticket, a screenshot, a call.
    pub proof: Option<String>,
    /// What it costs the user.
    pub cost: String,
    /// How to undo it; `None` if a person does it.
    pub undo: Option<String>,
    /// The page that describes the call; `None` if a person does it.
    pub doc: Option<String>,
}

pub(super) fn of(status: &RunStatus, entries: &[Entry], shown: &[StepShown]) -> Vec<StepReport> {
    let planned = status.steps.iter().zip(&status.plan.steps);
    planned.map(|(ran, planned)| step(ran, planned, entries, shown)).collect()
}

fn step(ran: &StepRun, planned: &PlanStep, entries: &[Entry], shown: &[StepShown]) -> StepReport {
    let last = |is: fn(&Event) -> Option<usize>| {
        let own = entries.iter().rev().find(|entry| is(&entry.event) == Some(ran.step));
        own.map(|entry| entry.at)
    };
    let began = last(|event| match event {
        Event::StepBegins { step, .. } => Some(*step),
        _ => None,
    });
    let ended = last(|event| match event {
        Event::StepEnded { step, .. }
        | Event::StepFailed { step, .. }
        | Event::Settled { step, .. }
        | Event::TickedOff { step, .. } => Some(*step),
        _ => None,
    });
    let is_over = !matches!(ran.state, StepState::Unsettled);
    let confirmed = shown.iter().find(|shown| shown.step == ran.step).map(|shown| shown.shown);
    let grade = match (ran.state, ran.output.as_deref().and_then(AnyOutput::receipt)) {
        (StepState::Unsettled, _) => Some(Grade::Unknown),
        (_, Some(receipt)) if receipt.grade == Grade::Accepted && confirmed == Some(true) => {
            Some(Grade::Confirmed)
        }
        (_, Some(receipt)) => Some(receipt.grade),
        // It was settled by reading, or its result is of another version.
        (StepState::Done, None) => Some(Grade::Accepted),
        _ => None,
    };
    let spec = planned.call.as_ref().map(AnyOperation::spec);
    StepReport {
        step: ran.step,
        title: ran.title.clone(),
        phase: ran.phase,
        operation: ran.operation.map(str::to_owned),
        actions: planned.actions.clone(),
        task: planned.task,
        state: ran.state,
        grade,
        confirmed,
        reason: ran.error.as_ref().map(|error| error.message.clone()).or_else(|| ran.reason.clone()),
        began,
        ended: ended.filter(|_| is_over),
        due: ran.due,
        by_hand: ran.by_hand.clone(),
        by: ran.ticked.as_ref().map(|tick| tick.by.clone()),
        proof: ran.ticked.as_ref().and_then(|tick| tick.proof.clone()),
        cost: planned.cost.clone(),
        undo: spec.map(|spec| spec.undo.to_owned()),
        doc: spec.map(|spec| spec.doc.to_owned()),
    }
}
