//! `report`: what a run did, for those who were not there. It is made from the journal alone.

use std::fmt::{self, Write as _};

use serde::Serialize;
use time::OffsetDateTime;

use super::folder::RunPlace;
use super::journal::{Entry, Event, Ledger};
use super::record::refused;
use super::status::{RunStatus, status};
use crate::error::Result;
use crate::text::{moment, printable};

/// What a run did, for managers, regulators and the next shift. It claims no more than the journal holds.
///
/// `to_string` writes it in Markdown, in which everything that somebody else chose is escaped.
#[derive(Clone, Debug, Serialize)]
#[serde(remote = "Self")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = Self::beside))]
#[non_exhaustive]
pub struct RunReport {
    /// The version of this library.
    pub version: &'static str,
    /// The plan, who runs it, the steps and what became of each.
    pub status: RunStatus,
    /// What happened, in order.
    pub timeline: Vec<TimelineEntry>,
    /// The headline of the last assessment; `None` before the first.
    pub headline: Option<String>,
    /// When that was. UTC.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub assessed: Option<OffsetDateTime>,
    /// What remained then, a line each.
    pub remains: Vec<String>,
}

crate::json::beside!(RunReport {
    /// The report in Markdown, in which everything that somebody else chose is escaped.
    markdown: String = |report: &Self| report.to_string();
});

/// One line of what happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TimelineEntry {
    /// When the entry was written, by the clock of the machine. UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub at: OffsetDateTime,
    /// The step, by its place in the plan from 0 on.
    pub step: Option<usize>,
    /// What happened.
    pub what: String,
    /// The service's id of the request, to quote in a support case.
    pub request_id: Option<String>,
}

/// Makes the report of a run from its journal. Nothing of the tenant is read.
///
/// # Errors
/// [`Error::Refused`](crate::Error::Refused) for a journal that holds no run, was edited, or is of a newer
/// version.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::containment::journal::MemoryJournal;
/// use entra_ir_core::containment::report;
/// use entra_ir_core::knowledge::Incident;
///
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let (user, journal) = ("adele@contoso.example", MemoryJournal::new());
/// client.contain(user, Incident::AccountTakeover).confirm(user).place(journal.clone()).await?;
/// let report = report(journal).await?;
/// assert!(report.to_string().contains("## What remains"));
/// # Ok(())
/// # }
/// ```
pub async fn report(place: impl Into<RunPlace> + Send) -> Result<RunReport> {
    let place = place.into();
    let ledger = Ledger::read(&*place.journal).await.map_err(|error| refused(&error))?;
    let status = status(place).await?;
    let assessed = ledger.entries.iter().rev().find_map(|entry| match &entry.event {
        Event::Assessed { headline, remains, .. } => Some((entry.at, headline.clone(), remains.clone())),
        _ => None,
    });
    let timeline = ledger.entries.iter().filter_map(|entry| line(entry, &status)).collect();
    let (assessed, headline, remains) = match assessed {
        Some((at, headline, remains)) => (Some(at), Some(headline), remains),
        None => (None, None, Vec::new()),
    };
    Ok(RunReport { version: env!("CARGO_PKG_VERSION"), status, timeline, headline, assessed, remains })
}

/// Returns the line of an entry; nothing for what another line says.
fn line(entry: &Entry, status: &RunStatus) -> Option<TimelineEntry> {
    let title = |step: usize| status.plan.steps.get(step).map_or("", |step| step.title.as_str());
    let (step, what, request_id) = match &entry.event {
        Event::Opened { plan, .. } => (None, format!("the run began: {}", plan.name), None),
        Event::Approved { approval } => {
            let who = match (&approval.by, &approval.name) {
                (Some(id), _) => format!("{id}, by that person's own token"),
                (None, name) => format!("{} (claimed)", name.as_deref().unwrap_or("somebody")),
            };
            (None, format!("approved by {who}"), None)
        }
        Event::Evidence { kept } => {
            let missing = kept.iter().filter(|kept| kept.missing.is_some()).count();
            (None, format!("{} answers kept as evidence, {missing} not stored", kept.len()), None)
        }
        Event::Outcome { step, exchange, unknown } => {
            let status = exchange.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
            let unknown = if *unknown { ", outcome unknown" } else { "" };
            let what = format!("{} {}: {status}{unknown}", exchange.method, exchange.path);
            (Some(*step), what, exchange.request_id.clone())
        }
        Event::StepEnded { step, .. } => (Some(*step), format!("ended: {}", title(*step)), None),
        Event::StepFailed { step, error } => {
            (Some(*step), format!("failed: {}: {}", title(*step), error.message), None)
        }
        Event::Settled { step, reason, .. } => {
            (Some(*step), format!("settled by reading: {}: {reason}", title(*step)), None)
        }
        Event::TickedOff { step, tick } => {
            let proof = tick.proof.as_ref().map(|proof| format!(", proof: {proof}")).unwrap_or_default();
            (Some(*step), format!("done elsewhere by {}{proof}: {}", tick.by, title(*step)), None)
        }
        Event::Gated { step, refused, missing, despite, .. } => {
            let what = if *refused { "the gate refused" } else { "the gate was asked" };
            let missing =
                if missing.is_empty() { String::new() } else { format!("; missing: {}", missing.join("; ")) };
            let despite =
                if despite.is_empty() { String::new() } else { format!("; despite: {}", despite.join(", ")) };
            (Some(*step), format!("{what}: {}{missing}{despite}", title(*step)), None)
        }
        // A round that found nothing is counted in the status.
        Event::Watched { new, .. } if new.is_empty() => return None,
        Event::Watched { new, .. } => {
            let new: Vec<_> = new.iter().map(ToString::to_string).collect();
            (None, format!("a watch saw: {}", new.join("; ")), None)
        }
        Event::UndoEnded { step, done, .. } => {
            let what = if *done { "taken back" } else { "not taken back" };
            (Some(*step), format!("{what}: {}", title(*step)), None)
        }
        Event::UndoFailed { step, error } => {
            (Some(*step), format!("not taken back: {}: {}", title(*step), error.message), None)
        }
        Event::HandedOver { from, to, note } => {
            let from = from.as_deref().unwrap_or("its owner");
            let note = note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
            (None, format!("handed over from {from} to {to}{note}"), None)
        }
        Event::Resumed { others, .. } => {
            let others =
                if others.is_empty() { String::new() } else { format!("; by others: {}", others.join("; ")) };
            (None, format!("the run was continued{others}"), None)
        }
        Event::Assessed { headline, .. } => (None, format!("assessed: {headline}"), None),
        Event::Closed {} => (None, "the run was closed".into(), None),
        Event::StepBegins { .. } | Event::UndoBegins { .. } | Event::Intent { .. } => return None,
    };
    Some(TimelineEntry { at: entry.at, step, what, request_id })
}

/// Escapes text for a line or a cell of Markdown.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in printable(text).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '!' | '~' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

impl fmt::Display for RunReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = &self.status;
        writeln!(f, "# Containment of {}\n", plain(&status.plan.account_name()))?;
        let assessed = match (&self.headline, self.assessed) {
            (Some(headline), Some(at)) => format!("**{}**, as read at {}", plain(headline), moment(at)),
            _ => "**Not assessed yet**: the run was interrupted before the account was read again".to_owned(),
        };
        writeln!(f, "{assessed}\n")?;
        let mut about = String::new();
        let owner = status.handed_over_to.as_ref().or(status.about.owner.as_ref());
        for (what, value) in [
            ("incident", status.about.incident.as_ref()),
            ("ticket", status.about.ticket.as_ref()),
            ("authority", status.about.authority.as_ref()),
            ("owner", owner),
        ] {
            if let Some(value) = value {
                writeln!(about, "| {what} | {} |", plain(value))?;
            }
        }
        writeln!(f, "| | |\n|---|---|")?;
        write!(f, "{about}")?;
        writeln!(f, "| plan | {} |", plain(&status.plan.name))?;
        writeln!(f, "| digest of the plan | {} |", status.digest)?;
        writeln!(f, "| account | {} |", status.plan.account)?;
        writeln!(f, "| began | {} |", moment(status.began))?;
        writeln!(f, "| last entry | {} |", moment(status.last))?;
        let closed = status.closed.map_or_else(|| "not yet".to_owned(), |digest| digest.to_string());
        writeln!(f, "| closed | {closed} |")?;
        writeln!(f, "| answers kept as evidence | {} |", status.evidence)?;
        writeln!(f, "| entra-ir | {} |\n", self.version)?;

        writeln!(f, "## What remains\n")?;
        for remains in &self.remains {
            writeln!(f, "* {}", plain(remains))?;
        }
        if self.assessed.is_none() {
            writeln!(f, "Not known: the account was not read again. Resume the run.")?;
        } else if self.remains.is_empty() {
            writeln!(f, "Nothing that was seen. What Graph does not show is listed at the end.")?;
        }

        writeln!(f, "\n## The steps\n\n| | step | what became of it | by, proof |\n|---|---|---|---|")?;
        for step in &status.steps {
            let by = step.ticked.as_ref().map(|tick| {
                let proof = tick.proof.as_deref().unwrap_or_default();
                format!("{} {}", plain(&tick.by), plain(proof))
            });
            let by = by.or_else(|| step.by_hand.as_deref().map(plain)).unwrap_or_default();
            writeln!(f, "| {} | {} | {} | {} |", step.step + 1, plain(&step.title), step.state, by.trim())?;
        }

        writeln!(f, "\n## What happened\n\n| time (UTC) | step | what | request id |\n|---|---|---|---|")?;
        for entry in &self.timeline {
            let step = entry.step.map(|step| (step + 1).to_string()).unwrap_or_default();
            let id = entry.request_id.as_deref().map(plain).unwrap_or_default();
            writeln!(f, "| {} | {step} | {} | {id} |", moment(entry.at), plain(&entry.what))?;
        }

        writeln!(f, "\n## What Graph does not show\n")?;
        for outside in &status.plan.outside {
            writeln!(f, "* {}", plain(outside))?;
        }
        writeln!(
            f,
            "\nTimes are those of the machine that ran it. *Accepted* by the service is not *confirmed* by reading; \
            a step that is done was accepted, and the assessment says what was read."
        )
    }
}
