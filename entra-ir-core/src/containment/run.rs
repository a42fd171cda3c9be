//! A run: does the steps of a plan one by one, and writes each down before it is done.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use time::OffsetDateTime;
use tokio::sync::Mutex;

use super::journal::{Entry, Event, Journal, Ledger, LedgerError};
use super::plan::{Phase, Plan};
use crate::error::{Error, ErrorRecord, Refusal, Result};
use crate::operation::Client;
use crate::operations::{AnyOperation, AnyOutput};
use crate::pipeline::Observer;
use crate::receipt::Exchange;
use crate::spec::Idempotency;

/// The result of a run.
#[derive(Debug)]
#[non_exhaustive]
pub struct Run {
    /// The steps of the plan, in its order, and what became of each.
    pub steps: Vec<StepRun>,
}

/// What became of one step.
#[derive(Debug)]
#[non_exhaustive]
pub enum StepRun {
    /// It was done in this run.
    Done(Box<AnyOutput>),
    /// It was done before the interruption: the journal says so.
    DoneBefore,
    /// It was refused or failed; the run went on.
    Failed(Box<ErrorRecord>),
    /// An interruption left its outcome unknown, and it must not be done twice: read the account's state.
    Unsettled,
    /// A person does it.
    ByHand,
    /// It is due at that time at the earliest: run the plan again with the same journal then. UTC.
    Due(OffsetDateTime),
    /// It belongs to a later phase, or comes after a step that is not due yet.
    NotDue,
}

impl Run {
    /// Returns when the next step is due, if one waits for its time. UTC.
    pub fn due(&self) -> Option<OffsetDateTime> {
        self.steps.iter().find_map(|step| if let StepRun::Due(at) = step { Some(*at) } else { None })
    }

    /// Returns whether every step that the run could do is done.
    pub fn is_whole(&self) -> bool {
        !self.steps.iter().any(|step| matches!(step, StepRun::Failed(_) | StepRun::Unsettled))
    }
}

impl Client {
    /// Runs a plan up to the end of a phase, and writes each step into a journal before it is done. With the
    /// journal of an interrupted run of the same plan it continues that run: what is done stays done, and a
    /// step that must not be done twice is not repeated. A step that waits for its time is [`StepRun::Due`],
    /// and nothing after it is done: call again then, with the same journal.
    ///
    /// # Permissions
    /// Those of the plan's operations.
    ///
    /// # Errors
    /// [`Error::Refused`] for a journal of another plan, one that was edited, or one that is closed; if a
    /// line cannot be stored: then nothing more is sent.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), entra_ir_core::Error> {
    /// use std::sync::Arc;
    ///
    /// use entra_ir_core::containment::journal::MemoryJournal;
    /// use entra_ir_core::containment::{Phase, Plan};
    /// use entra_ir_core::knowledge::{Incident, advise};
    ///
    /// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
    /// let snapshot = client.snapshot("adele@contoso.example").await?;
    /// let plan = Plan::of(&advise(Incident::AccountTakeover, &snapshot), &snapshot);
    /// let run = client.run_plan(&plan, Phase::Evict, Arc::new(MemoryJournal::new())).await?;
    /// assert!(run.is_whole());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn run_plan(&self, plan: &Plan, until: Phase, journal: Arc<dyn Journal>) -> Result<Run> {
        let ledger = Ledger::read(&*journal).await.map_err(|error| refused(&error))?;
        let record = Arc::new(Record { journal, ledger: Mutex::new(ledger), step: Mutex::new(0) });
        let before = record.begin(plan).await?;
        let client = self.observed_by(Arc::clone(&record) as Arc<dyn Observer>);
        let mut steps = Vec::new();
        let mut waits = false;
        for (place, step) in plan.steps.iter().enumerate() {
            let is_done = matches!(before.of(place), Before::Done);
            let due = record.due(step.wait).await.filter(|due| *due > OffsetDateTime::now_utc());
            steps.push(match (&step.call, due) {
                _ if waits || step.phase > until => StepRun::NotDue,
                (None, _) => StepRun::ByHand,
                _ if is_done => StepRun::DoneBefore,
                (Some(_), Some(due)) => {
                    waits = true;
                    StepRun::Due(due)
                }
                (Some(call), None) => match before.of(place) {
                    Before::Interrupted if must_not_repeat(call) => StepRun::Unsettled,
                    _ => record.run(&client, place, call).await?,
                },
            });
        }
        Ok(Run { steps })
    }
}

fn must_not_repeat(call: &AnyOperation) -> bool {
    call.spec().idempotency == Idempotency::Once
}

fn refused(error: &LedgerError) -> Error {
    Refusal::Journal { reason: error.to_string(), instead: error.advice() }.into()
}

/// What a journal says of a step.
#[derive(Clone, Copy)]
enum Before {
    Nothing,
    Interrupted,
    Done,
}

/// What a journal says of all steps.
struct Earlier(Vec<Before>);

impl Earlier {
    fn of(&self, step: usize) -> Before {
        self.0.get(step).copied().unwrap_or(Before::Nothing)
    }
}

/// Writes the journal of a run.
#[derive(Debug)]
struct Record {
    journal: Arc<dyn Journal>,
    ledger: Mutex<Ledger>,
    /// The step that is being done.
    step: Mutex<usize>,
}

impl Record {
    async fn write(&self, event: Event) -> Result<()> {
        let mut ledger = self.ledger.lock().await;
        ledger
            .append(&*self.journal, OffsetDateTime::now_utc(), event)
            .await
            .map(drop)
            .map_err(|error| refused(&error))
    }

    /// Opens the journal, or continues it; returns what it says of the steps.
    async fn begin(&self, plan: &Plan) -> Result<Earlier> {
        let digest = plan.digest()?;
        let mut earlier = vec![Before::Nothing; plan.steps.len()];
        let ledger = self.ledger.lock().await;
        let torn = ledger.torn;
        let opened = ledger.entries.first().map(|entry| entry.event.clone());
        for entry in &ledger.entries {
            let (step, found) = match entry.event {
                Event::StepBegins { step, .. } => (step, Before::Interrupted),
                Event::StepEnded { step, .. } => (step, Before::Done),
                // What failed is tried again.
                Event::StepFailed { step, ref error } if !error.outcome_unknown => (step, Before::Nothing),
                _ => continue,
            };
            if let Some(known) = earlier.get_mut(step) {
                *known = found;
            }
        }
        drop(ledger);
        match opened {
            None => self.write(Event::opened(None, plan.account, digest)).await?,
            Some(Event::Opened { plan: known, account, .. })
                if known == digest && account == plan.account =>
            {
                self.write(Event::Resumed { torn }).await?;
            }
            Some(_) => {
                let reason = format!("the journal {} is of another plan", self.journal.place());
                let instead = "choose the journal of this plan, or start a new one";
                return Err(Refusal::Journal { reason, instead }.into());
            }
        }
        Ok(Earlier(earlier))
    }

    /// Returns when a step is due that waits after the one before it: after the last step that ended.
    async fn due(&self, wait: Option<Duration>) -> Option<OffsetDateTime> {
        let wait = time::Duration::try_from(wait?).unwrap_or(time::Duration::MAX);
        let ledger = self.ledger.lock().await;
        let ended =
            |entry: &&Entry| matches!(entry.event, Event::StepEnded { .. } | Event::StepFailed { .. });
        ledger.entries.iter().rfind(ended).map(|entry| entry.at.saturating_add(wait))
    }

    /// Does a step.
    async fn run(&self, client: &Client, place: usize, call: &AnyOperation) -> Result<StepRun> {
        *self.step.lock().await = place;
        self.write(Event::step_begins(place, call.clone())).await?;
        match client.run(call.clone()).await {
            Ok(output) => {
                self.write(Event::step_ended(place, &output)).await?;
                Ok(StepRun::Done(Box::new(output)))
            }
            // The journal cannot be written: nothing was sent, and nothing more is.
            Err(error) if matches!(error.as_refusal(), Some(Refusal::Journal { .. })) => Err(error),
            Err(error) => {
                let error = ErrorRecord::from(&error);
                self.write(Event::step_failed(place, error.clone())).await?;
                Ok(StepRun::Failed(Box::new(error)))
            }
        }
    }
}

#[async_trait]
impl Observer for Record {
    async fn before(&self, method: &str, path: &str) -> Result<()> {
        let step = *self.step.lock().await;
        self.write(Event::intent(step, method, path)).await
    }

    async fn after(&self, exchange: Exchange, outcome_unknown: bool) {
        let step = *self.step.lock().await;
        // A line that cannot be stored stops the next write.
        _ = self.write(Event::outcome(step, exchange, outcome_unknown)).await;
    }
}
