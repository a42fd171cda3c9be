//! What happened in a run, line by line.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use super::super::journal::{Approval, Entry, Event};
use super::super::plan::Plan;
use crate::operations::AnyOutput;
use crate::receipt::{Exchange, Grade};

/// One line of what happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// How certain it is, for what was sent or done; `None` for what people and the run noted.
    pub grade: Option<Grade>,
    /// The write, with the ids to quote in a support case.
    pub exchange: Option<Exchange>,
}

pub(super) fn of(entries: &[Entry], plan: &Plan) -> Vec<TimelineEntry> {
    let lines = entries.iter().enumerate().filter_map(|(place, entry)| {
        let told = told(&entry.event, plan).or_else(|| unanswered(&entry.event, &entries[place + 1..]))?;
        let Told { step, what, grade, exchange } = told;
        Some(TimelineEntry { at: entry.at, step, what, grade, exchange })
    });
    lines.collect()
}

struct Told {
    step: Option<usize>,
    what: String,
    grade: Option<Grade>,
    exchange: Option<Exchange>,
}

impl Told {
    fn note(what: String) -> Self {
        Self { step: None, what, grade: None, exchange: None }
    }

    fn of(step: usize, what: String, grade: Option<Grade>) -> Self {
        Self { step: Some(step), what, grade, exchange: None }
    }
}

/// Returns the line of an event; nothing for what another line says.
fn told(event: &Event, plan: &Plan) -> Option<Told> {
    let title = |step: usize| plan.steps.get(step).map_or("", |step| step.title.as_str());
    Some(match event {
        Event::Opened { plan, .. } => Told::note(format!("the run began: {}", plan.name)),
        Event::Approved { approval } => Told::note(approved(approval)),
        Event::Evidence { kept } => {
            let missing = kept.iter().filter(|kept| kept.missing.is_some()).count();
            Told::note(format!("{} answers kept as evidence, {missing} not stored", kept.len()))
        }
        Event::Outcome { step, exchange, unknown } => {
            let path = below_the_account(&exchange.path, plan);
            let status = exchange.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
            let what = format!("{}: {} {path}: {status}", title(*step), exchange.method);
            let grade = match exchange.status {
                _ if *unknown => Grade::Unknown,
                Some(200..=299) => Grade::Accepted,
                _ => Grade::Refused,
            };
            Told { exchange: Some(exchange.clone()), ..Told::of(*step, what, Some(grade)) }
        }
        Event::StepEnded { step, output } => {
            Told::of(*step, format!("{}: ended", title(*step)), grade(output))
        }
        Event::StepFailed { step, error } => {
            let grade = if error.outcome_unknown { Grade::Unknown } else { Grade::Refused };
            Told::of(*step, format!("{}: failed: {}", title(*step), error.message), Some(grade))
        }
        Event::Settled { step, done, reason } => {
            let grade = if *done { Grade::Confirmed } else { Grade::NotSent };
            Told::of(*step, format!("{}: settled by reading: {reason}", title(*step)), Some(grade))
        }
        Event::TickedOff { step, tick } => {
            let proof = tick.proof.as_ref().map(|proof| format!(", proof: {proof}")).unwrap_or_default();
            Told::of(*step, format!("{}: done elsewhere by {}{proof}", title(*step), tick.by), None)
        }
        Event::Gated { step, refused, missing, despite, .. } => {
            let what = if *refused { "the gate refused" } else { "the gate was asked" };
            let list = |head: &str, items: &[String]| {
                if items.is_empty() { String::new() } else { format!("; {head}: {}", items.join("; ")) }
            };
            let (missing, despite) = (list("missing", missing), list("despite", despite));
            Told::of(*step, format!("{}: {what}{missing}{despite}", title(*step)), None)
        }
        // A round that found nothing is counted in the status.
        Event::Watched { new, .. } if new.is_empty() => return None,
        Event::Watched { new, .. } => {
            let new: Vec<_> = new.iter().map(ToString::to_string).collect();
            Told::note(format!("a watch saw: {}", new.join("; ")))
        }
        Event::UndoEnded { step, done, output } => {
            let what = if *done { "taken back" } else { "not taken back" };
            Told::of(*step, format!("{}: {what}", title(*step)), grade(output))
        }
        Event::UndoFailed { step, error } => {
            let grade = if error.outcome_unknown { Grade::Unknown } else { Grade::Refused };
            Told::of(*step, format!("{}: not taken back: {}", title(*step), error.message), Some(grade))
        }
        Event::HandedOver { from, to, note } => {
            let from = from.as_deref().unwrap_or("its owner");
            let note = note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
            Told::note(format!("handed over from {from} to {to}{note}"))
        }
        Event::Resumed { others, .. } => {
            let others =
                if others.is_empty() { String::new() } else { format!("; by others: {}", others.join("; ")) };
            Told::note(format!("the run was continued{others}"))
        }
        Event::Assessed { headline, verified, .. } => {
            let how = if *verified { "the account was read again" } else { "the account was not read" };
            Told::note(format!("assessed, {how}: {headline}"))
        }
        Event::Closed {} => Told::note("the run was closed".into()),
        Event::StepBegins { .. } | Event::UndoBegins { .. } | Event::Intent { .. } => return None,
    })
}

/// Returns how certain a result is, if this version can read it.
fn grade(output: &Value) -> Option<Grade> {
    let output = AnyOutput::from_json(&output.to_string()).ok()?;
    output.receipt().map(|receipt| receipt.grade)
}

/// Returns a path without the account, which all of them name.
fn below_the_account(path: &str, plan: &Plan) -> String {
    let account = plan.account.to_string();
    match path.split_once(&account) {
        Some((_, "")) | None => path.to_owned(),
        Some((_, rest)) => format!("\u{2026}{rest}"),
    }
}

fn approved(approval: &Approval) -> String {
    match (&approval.by, &approval.name) {
        (Some(id), _) => format!("approved by {id}, by that person's own token"),
        (None, name) => format!("approved by {} (claimed)", name.as_deref().unwrap_or("somebody")),
    }
}

/// Returns the line of a write that was announced and has no answer in the journal: an interruption lost it.
fn unanswered(event: &Event, after: &[Entry]) -> Option<Told> {
    let Event::Intent { step, method, path } = event else { return None };
    let is_it = |entry: &&Entry| match &entry.event {
        Event::Outcome { exchange, .. } => exchange.method == *method && exchange.path == *path,
        Event::Intent { method: other, path: same, .. } => other == method && same == path,
        _ => false,
    };
    if let Some(Event::Outcome { .. }) = after.iter().find(is_it).map(|entry| &entry.event) {
        return None;
    }
    let what = format!("{method} {path}: announced, and the journal has no answer");
    let exchange = Exchange {
        method: method.clone(),
        path: path.clone(),
        status: None,
        code: None,
        request_id: None,
        client_request_id: None,
        server_date: None,
        attempts: 0,
        caller: None,
    };
    Some(Told { exchange: Some(exchange), ..Told::of(*step, what, Some(Grade::Unknown)) })
}
