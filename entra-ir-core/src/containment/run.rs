//! The result of a run.

use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};
use time::OffsetDateTime;

use super::digest::Digest;
use super::evidence::Kept;
use super::headline::Headline;
use super::plan::Phase;
use super::step_run::{StepRun, StepState};
use crate::ids::ObjectId;
use crate::knowledge::{ActionDone, Evidence, OpenDoors};
use crate::text::{moment, printable};

/// The result of a run. It claims no more than was seen, and holds no secret in its JSON.
#[derive(Clone, Debug, Serialize)]
#[serde(remote = "Self")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = Self::beside))]
#[non_exhaustive]
pub struct Run {
    /// What was reached.
    pub headline: Headline,
    /// The account.
    pub account: ObjectId,
    /// Its sign-in name, as the plan saw it.
    pub user_principal_name: Option<String>,
    /// The incident, as a word.
    pub incident: String,
    /// The digest of the plan.
    pub plan: Digest,
    /// Where the journal and the evidence are.
    pub place: String,
    /// The steps of the plan, in its order, and what became of each.
    pub steps: Vec<StepRun>,
    /// The phases that were worked on in this call, and how long each took.
    pub phases: Vec<PhaseRun>,
    /// The doors, as the account was read at the end; `None` if it could not be read.
    pub doors: Option<OpenDoors>,
    /// What was done, as the tables of [`knowledge`](crate::knowledge) name it.
    pub done: Vec<ActionDone>,
    /// What others did to the account meanwhile. This run takes none of it back.
    pub others: Vec<String>,
    /// What the responder should know.
    pub warnings: Vec<String>,
    /// The answers that were kept as evidence.
    pub evidence: Vec<Kept>,
    /// Places that only people outside Graph can check and close.
    pub outside: Vec<String>,
    /// The digest of the closing entry of the journal; `None` as long as the run is not over.
    pub closed: Option<Digest>,
}

crate::json::beside!(Run {
    /// When the next step is due (UTC): resume the run then. None if no step waits for its time.
    due: crate::json::Moment = Self::due;
    /// Whether no step failed, and no outcome is unknown.
    whole: bool = Self::is_whole;
    /// Whether the account was read again at the end. If not, the headline rests on accepted writes alone.
    verified: bool = Self::is_verified;
});

/// How long a phase took.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PhaseRun {
    /// The phase.
    pub phase: Phase,
    /// How long it took. In seconds in JSON.
    #[serde(serialize_with = "seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub elapsed: Duration,
    /// How long it should take at most. In seconds in JSON.
    #[serde(serialize_with = "seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub budget: Duration,
}

impl PhaseRun {
    /// Returns whether it took no longer than it should.
    pub fn is_in_budget(&self) -> bool {
        self.elapsed <= self.budget
    }
}

fn seconds<S: Serializer>(time: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64(time.as_secs_f64())
}

impl Run {
    /// Returns when the next step is due, if one waits for its time. UTC.
    pub fn due(&self) -> Option<OffsetDateTime> {
        self.steps.iter().find_map(|step| step.due)
    }

    /// Returns whether no step failed, and no outcome is unknown.
    pub fn is_whole(&self) -> bool {
        let broken = |step: &StepRun| matches!(step.state, StepState::Failed | StepState::Unsettled);
        !self.steps.iter().any(|step| broken(step) || step.confirmed == Some(false))
    }

    /// Returns whether the account was read again at the end. If not, the headline rests on accepted writes
    /// alone, which may be old.
    pub const fn is_verified(&self) -> bool {
        self.doors.is_some()
    }

    /// Lists the steps that a person does elsewhere and has not ticked off.
    pub fn by_hand(&self) -> impl Iterator<Item = &StepRun> {
        self.steps.iter().filter(|step| step.state == StepState::ByHand)
    }
}

/// A run is evidence of its steps, as the result of one write is.
impl Evidence for Run {
    fn actions(&self) -> Vec<ActionDone> {
        self.done.clone()
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = self.user_principal_name.clone().unwrap_or_else(|| self.account.to_string());
        let verified = if self.is_verified() { "" } else { "NOT VERIFIED: " };
        writeln!(f, "{}: {verified}{}", printable(&account), self.headline)?;
        for phase in &self.phases {
            let over = if phase.is_in_budget() { "" } else { ", OVER BUDGET" };
            let (elapsed, budget) = (phase.elapsed.as_secs_f64(), phase.budget.as_secs());
            writeln!(f, "{}: {elapsed:.1} s of {budget} s{over}", phase.phase)?;
        }
        for step in self.steps.iter().filter(|step| step.state != StepState::NotAsked) {
            write!(f, "{:>2}. {}: {}", step.step + 1, printable(&step.title), step.state)?;
            match (&step.error, &step.reason, &step.by_hand) {
                (Some(error), _, _) => write!(f, ": {}", printable(&error.message))?,
                (None, Some(reason), _) => write!(f, ": {}", printable(reason))?,
                (None, None, Some(place)) => write!(f, ": {}", printable(place))?,
                _ => {}
            }
            writeln!(f, "{}", if step.confirmed == Some(true) { " (confirmed)" } else { "" })?;
        }
        for remains in self.headline.remains() {
            writeln!(f, "remains: {}", printable(remains))?;
        }
        for other in &self.others {
            writeln!(f, "by others: {}", printable(other))?;
        }
        for warning in &self.warnings {
            writeln!(f, "warning: {}", printable(warning))?;
        }
        if let Some(due) = self.due() {
            writeln!(f, "resume at or after {}: {}", moment(due), printable(&self.place))?;
        }
        writeln!(f, "journal and evidence: {}", printable(&self.place))?;
        match self.closed {
            Some(digest) => writeln!(f, "closed: {digest}"),
            None => Ok(()),
        }
    }
}
