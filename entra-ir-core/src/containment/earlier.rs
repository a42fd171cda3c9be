//! What the journal of a run knows of each step, and of what came after.

use std::collections::{BTreeMap, BTreeSet};

use time::OffsetDateTime;

use super::digest::Digest;
use super::evidence::Kept;
use super::finding::Finding;
use super::journal::{Approval, Entry, Event, Ledger, LedgerError, Tick};
use super::plan::Plan;
use super::settle::state_of;
use super::sighting::Sighting;
use super::step_run::StepState;
use crate::error::{ErrorRecord, Refusal, Result};
use crate::ids::ObjectId;
use crate::knowledge::Action;
use crate::operations::{AnyOperation, AnyOutput};

/// What a journal says of a step.
#[derive(Clone, Debug, Default)]
pub(super) enum Before {
    /// Nothing.
    #[default]
    Nothing,
    /// It failed, or was done in part only: it is tried again.
    Failed(Option<Box<ErrorRecord>>),
    /// It began, and no outcome is known.
    Interrupted(OffsetDateTime),
    /// It is done; its result, if this version can read it.
    Done(Option<Box<AnyOutput>>),
    /// A person did it elsewhere.
    TickedOff(Tick),
    /// It was done, and taken back since.
    Undone,
}

/// Everything that a journal says of a run.
#[derive(Debug)]
pub(super) struct Earlier {
    pub(super) plan: Plan,
    pub(super) digest: Digest,
    pub(super) tenant: Option<ObjectId>,
    pub(super) four_eyes: bool,
    pub(super) approvals: Vec<Approval>,
    pub(super) evidence: Vec<Kept>,
    /// Whether somebody else blocked sign-in before the run did.
    pub(super) blocked_by_others: bool,
    /// What is known of the account: as the plan saw it, then at each end of the run, then in the last round
    /// of a watch.
    pub(super) sighting: Sighting,
    /// What a watch found and was not gone.
    pub(super) found: Vec<Finding>,
    /// When each step ended last, by this machine's clock.
    pub(super) ended: BTreeMap<usize, OffsetDateTime>,
    steps: BTreeMap<usize, Before>,
    /// The steps that were taken back since.
    undone: BTreeSet<usize>,
    /// The number of the entry that says so.
    entries: BTreeMap<usize, u64>,
}

impl Earlier {
    /// Reads what a journal says; `None` if it is empty.
    pub(super) fn of(ledger: &Ledger, place: &str) -> Result<Option<Self>> {
        let mut entries = ledger.entries.iter();
        let Some(Event::Opened { tenant, digest, plan, four_eyes, .. }) =
            entries.next().map(|entry| &entry.event)
        else {
            return Ok(None);
        };
        if plan.digest()? != *digest {
            let reason = format!("the journal {place} does not hold the plan that it names");
            return Err(Refusal::Journal { reason, instead: LedgerError::EDITED_ADVICE }.into());
        }
        let mut earlier = Self {
            plan: (**plan).clone(),
            digest: *digest,
            tenant: *tenant,
            four_eyes: *four_eyes,
            approvals: Vec::new(),
            evidence: Vec::new(),
            blocked_by_others: false,
            sighting: Sighting::of_plan(&plan.seen),
            found: Vec::new(),
            ended: BTreeMap::new(),
            steps: BTreeMap::new(),
            undone: BTreeSet::new(),
            entries: BTreeMap::new(),
        };
        entries.for_each(|entry| earlier.note(entry));
        Ok(Some(earlier))
    }

    fn note(&mut self, entry: &Entry) {
        if let Event::StepEnded { step, .. } | Event::TickedOff { step, .. } = &entry.event {
            self.entries.insert(*step, entry.number);
        }
        if let Event::StepEnded { step, .. } | Event::StepFailed { step, .. } = &entry.event {
            self.ended.insert(*step, entry.at);
        }
        match &entry.event {
            Event::Assessed { seen: Some(seen), .. } => self.sighting = self.sighting.narrowed(seen),
            Event::Watched { found, seen, .. } => {
                self.found = found.iter().filter(|finding| !finding.gone).cloned().collect();
                self.sighting = (**seen).clone();
            }
            Event::UndoEnded { step, done: true, .. } => {
                self.undone.insert(*step);
            }
            Event::StepBegins { step, .. } => {
                self.undone.remove(step);
                self.steps.insert(*step, Before::Interrupted(entry.at));
            }
            Event::StepEnded { step, output } => {
                let output = AnyOutput::from_json(&output.to_string()).ok().map(Box::new);
                let call = self.plan.steps.get(*step).and_then(|step| step.call.as_ref());
                let state = call.zip(output.as_deref()).map(|(call, output)| state_of(call, output));
                let before = match state {
                    Some(StepState::Failed) => Before::Failed(None),
                    Some(state) if state != StepState::Unsettled => Before::Done(output),
                    // Of a result that this version cannot read, nothing is known.
                    _ => Before::Interrupted(entry.at),
                };
                self.steps.insert(*step, before);
            }
            // What failed is tried again, unless it may have been done.
            Event::StepFailed { step, error } if !error.outcome_unknown => {
                self.steps.insert(*step, Before::Failed(Some(error.clone())));
            }
            Event::Settled { step, done, .. } => {
                let before = if *done { Before::Done(None) } else { Before::Nothing };
                self.steps.insert(*step, before);
            }
            Event::TickedOff { step, tick } => {
                self.steps.insert(*step, Before::TickedOff(tick.clone()));
            }
            Event::Resumed { blocked_by_others, .. } => self.blocked_by_others |= *blocked_by_others,
            Event::Approved { approval } => self.approvals.push(approval.clone()),
            Event::Evidence { kept } => self.evidence.extend(kept.iter().cloned()),
            _ => {}
        }
    }

    pub(super) fn step(&self, step: usize) -> Before {
        if self.undone.contains(&step) {
            return Before::Undone;
        }
        self.steps.get(&step).cloned().unwrap_or_default()
    }

    /// Returns the result of a step that was done, also if it was taken back since.
    pub(super) fn output(&self, step: usize) -> Option<&AnyOutput> {
        self.outputs().find(|(place, _)| *place == step).map(|(_, output)| output)
    }

    /// Returns the number of the entry by which a step was done or ticked off.
    pub(super) fn entry_of(&self, step: usize) -> Option<u64> {
        self.entries.get(&step).copied()
    }

    /// Lists the steps with an action, by their places.
    pub(super) fn places(&self, action: Action) -> impl Iterator<Item = usize> {
        let steps = self.plan.steps.iter().enumerate();
        steps.filter(move |(_, step)| step.actions.contains(&action)).map(|(place, _)| place)
    }

    /// Lists the steps with an action that the run does by a call.
    pub(super) fn calls(&self, action: Action) -> impl Iterator<Item = usize> {
        self.places(action).filter(|place| self.plan.steps[*place].call.is_some())
    }

    /// Lists the steps that were done and whose call is a certain one.
    pub(super) fn steps_that(&self, is_it: impl Fn(&AnyOperation) -> bool) -> Vec<usize> {
        let steps = self.plan.steps.iter().enumerate();
        let done = |place: usize| matches!(self.step(place), Before::Done(_));
        let of_call = steps.filter(|(place, step)| done(*place) && step.call.as_ref().is_some_and(&is_it));
        of_call.map(|(place, _)| place).collect()
    }

    /// Lists the results of the steps that were done, with their places.
    pub(super) fn outputs(&self) -> impl Iterator<Item = (usize, &AnyOutput)> {
        self.steps.iter().filter_map(|(place, before)| match before {
            Before::Done(output) => Some((*place, output.as_deref()?)),
            _ => None,
        })
    }

    /// Lists the steps that a person ticked off, with their places.
    pub(super) fn ticks(&self) -> impl Iterator<Item = (usize, &Tick)> {
        self.steps.iter().filter_map(|(place, before)| match before {
            Before::TickedOff(tick) => Some((*place, tick)),
            _ => None,
        })
    }

    /// Returns when a step with this action was done last, by the service's clock.
    pub(super) fn last_done(&self, action: Action) -> Option<OffsetDateTime> {
        let is_lifted = |place: usize| action == Action::BlockSignIn && self.undone.contains(&place);
        let done = self.places(action).filter(|place| !is_lifted(*place));
        done.filter_map(|place| self.output(place)?.receipt()?.server_date()).max()
    }

    /// Returns whether a step with this action began.
    pub(super) fn began(&self, action: Action) -> bool {
        self.places(action).any(|place| matches!(self.step(place), Before::Done(_) | Before::Interrupted(_)))
    }

    /// Returns when the run set the password last, by the service's clock.
    pub(super) fn password_set(&self) -> Option<OffsetDateTime> {
        let set = self.outputs().filter_map(|(_, output)| match output {
            AnyOutput::LockOut(locked) if locked.password_grade.is_success() => locked.receipt.server_date(),
            AnyOutput::ResetPassword(reset) => reset.receipt.server_date(),
            _ => None,
        });
        set.max()
    }

    /// Returns whether this run let the user in: by the step that lifts the block, or by taking it back.
    pub(super) fn was_given_back(&self) -> bool {
        let unblocked = self.places(Action::UnblockSignIn);
        let unblocked = unblocked.into_iter().any(|place| matches!(self.step(place), Before::Done(_)));
        unblocked || self.places(Action::BlockSignIn).any(|place| self.undone.contains(&place))
    }
}
