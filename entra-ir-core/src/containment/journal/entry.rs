//! One entry of a journal.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::super::digest::Digest;
use super::super::evidence::Kept;
use super::super::finding::Finding;
use super::super::plan::Plan;
use super::super::sighting::Sighting;
use super::assessment::{DoorSeen, StepShown};
use crate::error::{ErrorRecord, Result};
use crate::ids::ObjectId;
use crate::operations::{AnyOperation, AnyOutput};
use crate::receipt::Exchange;

/// One entry of a journal: an event, its number and time, and the chain.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Entry {
    /// Its number; the first is 0.
    pub number: u64,
    /// When it was written, by this machine's clock. UTC.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// The digest of the entry before it; `None` for the first.
    pub previous: Option<Digest>,
    /// What happened.
    pub event: Event,
    /// The digest of all of the above.
    pub digest: Digest,
}

/// Who runs a plan, and why; every part is as claimed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RunAbout {
    /// The incident's name or number.
    pub incident: Option<String>,
    /// The ticket.
    pub ticket: Option<String>,
    /// Who allowed it.
    pub authority: Option<String>,
    /// Who runs it.
    pub owner: Option<String>,
}

/// Records that a person did a step elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Tick {
    /// Who did it, as claimed.
    pub by: String,
    /// When it was ticked off. UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub at: OffsetDateTime,
    /// What shows it: a ticket, a screenshot, a call.
    pub proof: Option<String>,
}

/// Records that a second person approved a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Approval {
    /// The approver's object id, as Graph answered to the approver's own token; `None` if only a name was
    /// given.
    pub by: Option<ObjectId>,
    /// The approver's name, as claimed.
    pub name: Option<String>,
    /// The plan that was approved.
    pub plan: Digest,
    /// The tenant, if known.
    pub tenant: Option<ObjectId>,
    /// When it was approved. UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub at: OffsetDateTime,
    /// Until when it counts. UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub until: OffsetDateTime,
}

impl Approval {
    /// Returns whether it counts: proven, for this plan, and not expired.
    pub fn counts(&self, plan: Digest, now: OffsetDateTime) -> bool {
        self.by.is_some() && self.plan == plan && now < self.until
    }
}

/// What happened in a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// The run began.
    #[non_exhaustive]
    Opened {
        /// The format of the journal.
        format: u64,
        /// The tenant's id, if known.
        tenant: Option<ObjectId>,
        /// The digest of the plan.
        digest: Digest,
        /// The plan.
        plan: Box<Plan>,
        /// Who runs it, and why.
        about: RunAbout,
        /// Whether a second person must approve what goes beyond the lock-out.
        four_eyes: bool,
    },
    /// A second person approved the plan.
    #[non_exhaustive]
    Approved {
        /// Who did.
        approval: Approval,
    },
    /// Answers were kept as evidence.
    #[non_exhaustive]
    Evidence {
        /// The answers.
        kept: Vec<Kept>,
    },
    /// A step begins.
    #[non_exhaustive]
    StepBegins {
        /// Its place in the plan.
        step: usize,
        /// The operation, without secrets.
        operation: AnyOperation,
    },
    /// A write is about to be sent.
    #[non_exhaustive]
    Intent {
        /// The step's place in the plan.
        step: usize,
        /// The HTTP method.
        method: String,
        /// The path.
        path: String,
    },
    /// A write was answered, or not.
    #[non_exhaustive]
    Outcome {
        /// The step's place in the plan.
        step: usize,
        /// The write, with its status and request id.
        exchange: Exchange,
        /// Whether it may have been done although no success was seen.
        unknown: bool,
    },
    /// A step ended with a result.
    #[non_exhaustive]
    StepEnded {
        /// Its place in the plan.
        step: usize,
        /// The result without secrets, as [`AnyOutput::to_json`] writes it.
        output: Value,
    },
    /// A step ended with an error.
    #[non_exhaustive]
    StepFailed {
        /// Its place in the plan.
        step: usize,
        /// The error.
        error: Box<ErrorRecord>,
    },
    /// Reading the account settled a step whose outcome was unknown.
    #[non_exhaustive]
    Settled {
        /// Its place in the plan.
        step: usize,
        /// Whether it had been done.
        done: bool,
        /// What was read.
        reason: String,
    },
    /// A person did a step elsewhere.
    #[non_exhaustive]
    TickedOff {
        /// Its place in the plan.
        step: usize,
        /// Who did it, and the proof.
        tick: Tick,
    },
    /// The gate was asked whether the account is ready to be given back.
    #[non_exhaustive]
    Gated {
        /// The step that lifts the block, by its place in the plan.
        step: usize,
        /// Whether the step was refused.
        refused: bool,
        /// What is missing, a line each.
        missing: Vec<String>,
        /// What is unknown, a line each.
        unknown: Vec<String>,
        /// The items that somebody named to lift the block all the same.
        despite: Vec<String>,
    },
    /// A step is about to be taken back.
    #[non_exhaustive]
    UndoBegins {
        /// Its place in the plan.
        step: usize,
        /// The operation that takes it back.
        operation: AnyOperation,
    },
    /// Taking a step back ended with a result.
    #[non_exhaustive]
    UndoEnded {
        /// Its place in the plan.
        step: usize,
        /// Whether it was taken back.
        done: bool,
        /// The result without secrets, as [`AnyOutput::to_json`] writes it.
        output: Value,
    },
    /// Taking a step back ended with an error.
    #[non_exhaustive]
    UndoFailed {
        /// Its place in the plan.
        step: usize,
        /// The error.
        error: Box<ErrorRecord>,
    },
    /// A round of a watch read the account.
    #[non_exhaustive]
    Watched {
        /// What is new in this round.
        new: Vec<Finding>,
        /// What was found until now, each with whether it is gone.
        found: Vec<Finding>,
        /// What could not be compared, with the reasons.
        unknown: Vec<String>,
        /// What is known of the account now.
        seen: Box<Sighting>,
    },
    /// The run passed to another person.
    #[non_exhaustive]
    HandedOver {
        /// From whom, as claimed.
        from: Option<String>,
        /// To whom, as claimed.
        to: String,
        /// What the next person should know.
        note: Option<String>,
    },
    /// The run continues from this journal.
    #[non_exhaustive]
    Resumed {
        /// Whether the line before is torn.
        torn: bool,
        /// What others did to the account meanwhile.
        others: Vec<String>,
        /// Whether somebody else blocked sign-in before the run did.
        blocked_by_others: bool,
    },
    /// The account was read again, and what was reached was judged.
    #[non_exhaustive]
    Assessed {
        /// The headline.
        headline: String,
        /// What remains, a line each.
        remains: Vec<String>,
        /// Whether the account could be read.
        verified: bool,
        /// What the account showed; `None` if it could not be read.
        #[serde(default)]
        seen: Option<Box<Sighting>>,
        /// The steps that were done, and whether the account shows them; without those that it cannot show.
        #[serde(default)]
        shown: Vec<StepShown>,
        /// Every way into the account, as it was read.
        #[serde(default)]
        doors: Vec<DoorSeen>,
    },
    /// The run is over: no entry follows.
    Closed {},
}

impl Event {
    /// Returns the event that begins a step.
    pub const fn step_begins(step: usize, operation: AnyOperation) -> Self {
        Self::StepBegins { step, operation }
    }

    /// Returns the event of a write that is about to be sent.
    pub fn intent(step: usize, method: impl Into<String>, path: impl Into<String>) -> Self {
        Self::Intent { step, method: method.into(), path: path.into() }
    }

    /// Returns the event of a write that was answered, or not.
    pub const fn outcome(step: usize, exchange: Exchange, unknown: bool) -> Self {
        Self::Outcome { step, exchange, unknown }
    }

    /// Returns the event that ends a step with a result. Secrets are omitted.
    pub fn step_ended(step: usize, output: &AnyOutput) -> Self {
        let output = output.to_json().ok().and_then(|json| serde_json::from_str(&json).ok());
        let output = output.unwrap_or_default();
        Self::StepEnded { step, output }
    }

    /// Returns the event that ends a step with an error.
    pub fn step_failed(step: usize, error: ErrorRecord) -> Self {
        Self::StepFailed { step, error: Box::new(error) }
    }
}

impl Entry {
    /// Creates the entry that follows another one.
    ///
    /// # Errors
    /// None in practice: every event can be written as JSON.
    pub(super) fn after(previous: Option<&Self>, at: OffsetDateTime, event: Event) -> Result<Self> {
        let number = previous.map_or(0, |entry| entry.number.saturating_add(1));
        let previous = previous.map(|entry| entry.digest);
        let digest = chained(number, at, previous, &event)?;
        Ok(Self { number, at, previous, event, digest })
    }

    /// Reads a line whose digest is that of what it says; `None` if it is not.
    ///
    /// # Errors
    /// If what it says cannot be read by this version.
    pub(super) fn of_line(mut line: Map<String, Value>) -> serde_json::Result<Option<Self>> {
        let digest = line.remove("digest");
        let whole = Digest::of(&line).is_ok_and(|of| digest == Some(Value::String(of.to_string())));
        if !whole {
            return Ok(None);
        }
        line.extend(digest.map(|digest| ("digest".to_owned(), digest)));
        serde_json::from_value(Value::Object(line)).map(Some)
    }
}

fn chained(number: u64, at: OffsetDateTime, previous: Option<Digest>, event: &Event) -> Result<Digest> {
    #[derive(Serialize)]
    struct Chained<'a> {
        number: u64,
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
        previous: Option<Digest>,
        event: &'a Event,
    }
    Digest::of(&Chained { number, at, previous, event })
}
