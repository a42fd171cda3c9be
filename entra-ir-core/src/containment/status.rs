//! `status`: what the journal of a run says, without the tenant.

use std::fmt;

use serde::Serialize;
use time::OffsetDateTime;

use super::digest::Digest;
use super::earlier::{Before, Earlier};
use super::folder::RunPlace;
use super::journal::{Entry, Event, Ledger, RunAbout};
use super::plan::Plan;
use super::record::{refused, refused_place};
use super::step_run::{StepRun, StepState};
use crate::error::Result;
use crate::text::{moment, printable};

/// What the journal of a run says. Nothing of the tenant is read, so it says what was done, not what is.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RunStatus {
    /// Where the journal is.
    pub place: String,
    /// The plan.
    pub plan: Plan,
    /// The digest of the plan.
    pub digest: Digest,
    /// Who runs it, and why.
    pub about: RunAbout,
    /// Who has it now, if it was handed over.
    pub handed_over_to: Option<String>,
    /// When it began. UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub began: OffsetDateTime,
    /// When its last entry was written. UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub last: OffsetDateTime,
    /// How many entries the journal has.
    pub entries: usize,
    /// The steps, and what the journal says of each.
    pub steps: Vec<StepRun>,
    /// How many rounds of a watch there were.
    pub watched: usize,
    /// When the last one was. UTC.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub last_watched: Option<OffsetDateTime>,
    /// How many answers were kept as evidence.
    pub evidence: usize,
    /// The digest of the closing entry; `None` as long as the run is not over.
    pub closed: Option<Digest>,
}

/// Returns what the journal of a run says.
///
/// # Errors
/// [`Error::Refused`](crate::Error::Refused) for a journal that holds no run, was edited, or is of a newer
/// version.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::containment::journal::MemoryJournal;
/// use entra_ir_core::containment::{StepState, status};
/// use entra_ir_core::knowledge::Incident;
///
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let (user, journal) = ("adele@contoso.example", MemoryJournal::new());
/// client.contain(user, Incident::AccountTakeover).confirm(user).place(journal.clone()).await?;
/// let status = status(journal).await?;
/// assert!(status.steps.iter().any(|step| step.state == StepState::Done));
/// println!("{status}");
/// # Ok(())
/// # }
/// ```
pub async fn status(place: impl Into<RunPlace> + Send) -> Result<RunStatus> {
    let place = place.into();
    let at = place.place();
    let ledger = Ledger::read(&*place.journal).await.map_err(|error| refused(&error))?;
    let earlier = Earlier::of(&ledger, &at)?;
    let (Some(earlier), [first, ..]) = (earlier, ledger.entries.as_slice()) else {
        return Err(refused_place(&at));
    };
    let about = match &first.event {
        Event::Opened { about, .. } => about.clone(),
        _ => RunAbout::default(),
    };
    let handed_over_to = ledger.entries.iter().rev().find_map(|entry| match &entry.event {
        Event::HandedOver { to, .. } => Some(to.clone()),
        _ => None,
    });
    let ended = |entry: &&Entry| matches!(entry.event, Event::StepEnded { .. } | Event::StepFailed { .. });
    let ended = ledger.entries.iter().filter(ended).map(|entry| entry.at).max();
    let steps = (0..earlier.plan.steps.len()).map(|place| said(&earlier, place, ended)).collect();
    let watched = ledger.entries.iter().filter(|entry| matches!(entry.event, Event::Watched { .. }));
    Ok(RunStatus {
        place: at,
        digest: earlier.digest,
        about,
        handed_over_to,
        began: first.at,
        last: ledger.entries.last().map_or(first.at, |entry| entry.at),
        entries: ledger.entries.len(),
        steps,
        watched: watched.clone().count(),
        last_watched: watched.map(|entry| entry.at).next_back(),
        evidence: earlier.evidence.len(),
        closed: ledger.closed(),
        plan: earlier.plan,
    })
}

/// Returns what the journal says of a step. One that waits for its time is due after the last that ended.
fn said(earlier: &Earlier, place: usize, ended: Option<OffsetDateTime>) -> StepRun {
    let planned = &earlier.plan.steps[place];
    let left = |state, reason: Option<&str>| StepRun::new(place, planned, state, reason.map(str::to_owned));
    match earlier.step(place) {
        Before::Done(output) => StepRun { output, ..left(StepState::Done, None) },
        Before::TickedOff(tick) => StepRun { ticked: Some(tick), ..left(StepState::TickedOff, None) },
        Before::Undone => left(StepState::Undone, None),
        Before::Interrupted(_) => {
            left(StepState::Unsettled, Some("it began, and the journal has no outcome: resume the run"))
        }
        Before::Failed(error) => StepRun { error, ..left(StepState::Failed, None) },
        Before::Nothing if planned.call.is_none() => left(StepState::ByHand, None),
        Before::Nothing => {
            let wait = planned.wait.and_then(|wait| time::Duration::try_from(wait).ok());
            match ended.zip(wait).map(|(ended, wait)| ended.saturating_add(wait)) {
                Some(due) => StepRun { due: Some(due), ..left(StepState::Due, None) },
                None => left(StepState::NotAsked, None),
            }
        }
    }
}

impl fmt::Display for RunStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = self.plan.account_name();
        writeln!(f, "{}: {} ({} entries)", printable(&account), printable(&self.plan.name), self.entries)?;
        writeln!(f, "began {}, last entry {}", moment(self.began), moment(self.last))?;
        let owner = self.handed_over_to.as_ref().or(self.about.owner.as_ref());
        for (what, value) in [
            ("incident", self.about.incident.as_ref()),
            ("ticket", self.about.ticket.as_ref()),
            ("authority", self.about.authority.as_ref()),
            ("owner", owner),
        ] {
            if let Some(value) = value {
                writeln!(f, "{what}: {}", printable(value))?;
            }
        }
        if let Some(last) = self.last_watched {
            writeln!(f, "watched: {} rounds, the last at {}", self.watched, moment(last))?;
        }
        for step in &self.steps {
            write!(f, "{:>2}. {}: {}", step.step + 1, printable(&step.title), step.state)?;
            match &step.ticked {
                Some(tick) => writeln!(f, ", by {} at {}", printable(&tick.by), moment(tick.at))?,
                None => writeln!(f)?,
            }
        }
        match self.closed {
            Some(digest) => writeln!(f, "closed: {digest}"),
            None => writeln!(f, "not closed: {}", printable(&self.place)),
        }
    }
}
