//! One entry of a journal.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::super::digest::Digest;
use super::FORMAT;
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
        /// The account.
        account: ObjectId,
        /// The digest of the plan.
        plan: Digest,
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
        /// The result, without secrets, as the operation returns it.
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
    /// The run continues after an interruption, from this journal.
    #[non_exhaustive]
    Resumed {
        /// Whether the line before is torn.
        torn: bool,
    },
    /// The run is over: no entry follows.
    Closed {},
}

impl Event {
    /// Returns the event that opens a journal.
    pub const fn opened(tenant: Option<ObjectId>, account: ObjectId, plan: Digest) -> Self {
        Self::Opened { format: FORMAT, tenant, account, plan }
    }

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
        let output = serde_json::to_value(output).unwrap_or_default();
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
