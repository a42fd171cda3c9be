//! Makes the report of a run from its journal.

use super::super::folder::RunPlace;
use super::super::journal::{Entry, Event, Ledger};
use super::super::record::refused;
use super::super::status::status;
use super::again;
use super::clock;
use super::custody;
use super::identifier;
use super::outside_graph;
use super::run_report::{ApprovalSeen, RunReport};
use super::step_report;
use super::timeline;
use crate::error::Result;

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
    let entries = ledger.entries.as_slice();
    let plan = &status.plan;
    let (tenant, four_eyes) = match entries.first().map(|entry| &entry.event) {
        Some(Event::Opened { tenant, four_eyes, .. }) => (*tenant, *four_eyes),
        _ => (None, false),
    };
    let assessed = entries.iter().rev().find_map(|entry| match &entry.event {
        Event::Assessed { headline, remains, verified, shown, doors, .. } => {
            Some((entry.at, headline.clone(), remains.clone(), *verified, shown.clone(), doors.clone()))
        }
        _ => None,
    });
    let at = assessed.as_ref().map(|assessed| assessed.0);
    let (headline, remains, verified, shown, doors) = match assessed {
        Some((_, headline, remains, verified, shown, doors)) => {
            (Some(headline), remains, verified, shown, doors)
        }
        None => (None, Vec::new(), false, Vec::new(), Vec::new()),
    };
    let steps = step_report::of(&status, entries, &shown);
    Ok(RunReport {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        account: plan.account.to_string(),
        user_principal_name: plan.seen.user_principal_name.clone(),
        kind: plan.seen.kind,
        privileged: plan.seen.privileged,
        tenant: tenant.map(|tenant| tenant.to_string()),
        incident: plan.incident.clone(),
        name: plan.name.clone(),
        four_eyes,
        approvals: entries.iter().filter_map(approval).collect(),
        plan: status.digest,
        closed: status.closed,
        entries: status.entries,
        began: status.began,
        last: status.last,
        zone: None,
        clock: clock::of(entries),
        headline,
        assessed: at,
        verified,
        remains,
        steps,
        timeline: timeline::of(entries, plan),
        doors,
        removed: again::of(&status),
        outside: outside_graph::of(plan),
        evidence: custody::of(entries),
        aware_since: None,
        due: Vec::new(),
        identifiers: identifier::of(entries),
        redacted: false,
        about: status.about,
        handed_over_to: status.handed_over_to,
        place: status.place,
    })
}

fn approval(entry: &Entry) -> Option<ApprovalSeen> {
    let Event::Approved { approval } = &entry.event else { return None };
    let by = approval.by.map(|id| id.to_string());
    Some(ApprovalSeen { proven: by.is_some(), by: by.or_else(|| approval.name.clone()), at: approval.at })
}
