//! Writes the journal of a run.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use time::OffsetDateTime;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use super::digest::Digest;
use super::earlier::Earlier;
use super::evidence::Kept;
use super::folder::RunPlace;
use super::journal::{Entry, Event, FORMAT, Ledger, LedgerError, RunAbout};
use super::plan::Plan;
use crate::error::{Error, Refusal, Result};
use crate::ids::ObjectId;
use crate::pipeline::Observer;
use crate::receipt::Exchange;

/// How long a store may take for one answer. What it does not store in this time is missing.
const PATIENCE: Duration = Duration::from_secs(10);

/// Writes the journal of a run.
#[derive(Debug)]
pub(super) struct Record {
    place: RunPlace,
    /// How many entries the journal had: an interrupted run may have left evidence that no entry names, and
    /// no name is given twice.
    since: usize,
    /// How many answers were kept before.
    earlier: usize,
    ledger: Mutex<Ledger>,
    /// The step that is being done.
    step: AtomicUsize,
    /// The answers that were kept and are not in the journal yet.
    pending: Lock<Vec<Kept>>,
    /// What is being stored while the lock-out goes on.
    storing: Lock<JoinSet<()>>,
    /// All answers that were kept.
    kept: Lock<Vec<Kept>>,
}

/// Turns what is wrong with a journal into an error.
pub(super) fn refused(error: &LedgerError) -> Error {
    Refusal::Journal { reason: error.to_string(), instead: error.advice() }.into()
}

/// Refuses a place that holds no run.
pub(super) fn refused_place(at: &str) -> Error {
    let reason = format!("{at} holds no run");
    Refusal::Journal { reason, instead: "name the folder of a run" }.into()
}

impl Record {
    /// Reads the journal of a place, and checks it.
    pub(super) async fn read(place: RunPlace) -> Result<(Self, Option<Earlier>)> {
        let mut ledger = Ledger::read(&*place.journal).await.map_err(|error| refused(&error))?;
        ledger.goes_on = place.goes_on;
        let earlier = Earlier::of(&ledger, &place.place())?;
        let kept = earlier.as_ref().map(|earlier| earlier.evidence.clone()).unwrap_or_default();
        let record = Self {
            since: ledger.entries.len(),
            earlier: kept.len(),
            place,
            ledger: Mutex::new(ledger),
            step: AtomicUsize::new(0),
            pending: Lock::default(),
            storing: Lock::new(JoinSet::new()),
            kept: Lock::new(kept),
        };
        Ok((record, earlier))
    }

    pub(super) async fn write(&self, event: Event) -> Result<()> {
        let mut ledger = self.ledger.lock().await;
        ledger
            .append(&*self.place.journal, OffsetDateTime::now_utc(), event)
            .await
            .map(drop)
            .map_err(|error| refused(&error))
    }

    /// Writes the first entry.
    pub(super) async fn open(
        &self,
        plan: &Plan,
        tenant: Option<ObjectId>,
        about: RunAbout,
        four_eyes: bool,
    ) -> Result<()> {
        let (digest, plan) = (plan.digest()?, Box::new(plan.clone()));
        self.write(Event::Opened { format: FORMAT, tenant, digest, plan, about, four_eyes }).await
    }

    /// Returns everything that the journal says by now.
    pub(super) async fn said(&self) -> Result<Option<Earlier>> {
        Earlier::of(&*self.ledger.lock().await, &self.place.place())
    }

    /// Writes that the journal is continued.
    pub(super) async fn resume(&self, others: Vec<String>, blocked_by_others: bool) -> Result<()> {
        let torn = self.ledger.lock().await.torn;
        self.write(Event::Resumed { torn, others, blocked_by_others }).await
    }

    /// Returns whether the last line is torn.
    pub(super) async fn is_torn(&self) -> bool {
        self.ledger.lock().await.torn
    }

    /// Writes the last entry, and returns its digest.
    pub(super) async fn close(&self) -> Result<Option<Digest>> {
        self.write(Event::Closed {}).await?;
        Ok(self.ledger.lock().await.closed())
    }

    pub(super) fn place(&self) -> &RunPlace {
        &self.place
    }

    /// Returns when a step is due that waits after the last step that was done: by the journal's clock. A
    /// clock that jumped back makes it wait longer, never shorter.
    pub(super) async fn due(&self, wait: Option<Duration>) -> Option<OffsetDateTime> {
        let wait = time::Duration::try_from(wait?).unwrap_or(time::Duration::MAX);
        let ledger = self.ledger.lock().await;
        let ended =
            |entry: &&Entry| matches!(entry.event, Event::StepEnded { .. } | Event::StepFailed { .. });
        ledger.entries.iter().filter(ended).map(|entry| entry.at).max().map(|at| at.saturating_add(wait))
    }

    pub(super) fn begins(&self, step: usize) {
        self.step.store(step, Ordering::Relaxed);
    }

    /// Returns what was kept as evidence since the journal was read.
    pub(super) fn evidence_of_this_call(&self) -> Vec<Kept> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(self.earlier..).unwrap_or_default().to_vec()
    }

    /// Returns everything that was kept as evidence.
    pub(super) fn evidence(&self) -> Vec<Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes the answers that were kept since the last time.
    pub(super) async fn write_evidence(&self) -> Result<()> {
        let storing = std::mem::take(&mut *self.storing.lock().unwrap_or_else(PoisonError::into_inner));
        let mut storing = storing;
        // A store that panics loses its answer, not the run.
        while storing.join_next().await.is_some() {}
        let kept = std::mem::take(&mut *self.pending.lock().unwrap_or_else(PoisonError::into_inner));
        if kept.is_empty() { Ok(()) } else { self.write(Event::Evidence { kept }).await }
    }
}

impl Record {
    /// Keeps an answer, or what was made of several.
    pub(super) async fn keep(&self, name: &str, path: &str, status: u16, answer: &Bytes) {
        let number = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let name = format!("{:04}-{:04}-{name}.json", self.since, kept.len());
            kept.push(Kept::new(name, path, status, answer));
            kept.len() - 1
        };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner)[number].clone();
        kept.missing = match &self.place.evidence {
            Some(store) => {
                let stored = tokio::time::timeout(PATIENCE, store.keep(&kept.name, answer.clone())).await;
                let stored = stored.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()));
                stored.err().map(|error| error.to_string())
            }
            None => Some("no store was given: only the digest is kept".into()),
        };
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)[number] = kept.clone();
        self.pending.lock().unwrap_or_else(PoisonError::into_inner).push(kept);
    }
}

/// Follows the requests of one part of a run.
#[derive(Debug)]
pub(super) struct Follow {
    pub(super) record: Arc<Record>,
    /// Whether an answer is stored before it is used. The lock-out does not wait for that.
    pub(super) waits: bool,
}

#[async_trait]
impl Observer for Follow {
    async fn before(&self, method: &str, path: &str) -> Result<()> {
        let record = &self.record;
        record.write(Event::intent(record.step.load(Ordering::Relaxed), method, path)).await
    }

    async fn after(&self, exchange: Exchange, outcome_unknown: bool) {
        let record = &self.record;
        let step = record.step.load(Ordering::Relaxed);
        // A line that cannot be stored stops the next write.
        _ = record.write(Event::outcome(step, exchange, outcome_unknown)).await;
    }

    async fn read(&self, operation: &'static str, path: &str, status: u16, answer: &Bytes) {
        // The state of a password reset may quote the password.
        if operation == "password_reset_operation" {
            return;
        }
        let (record, path, answer) = (Arc::clone(&self.record), path.to_owned(), answer.clone());
        let keep = async move { record.keep(operation, &path, status, &answer).await };
        if self.waits {
            keep.await;
        } else {
            self.record.storing.lock().unwrap_or_else(PoisonError::into_inner).spawn(keep);
        }
    }
}
