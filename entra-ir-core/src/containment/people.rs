//! What people do to a run: tick off what was done elsewhere, hand it over, close it.

use time::OffsetDateTime;

use super::digest::Digest;
use super::earlier::{Before, Earlier};
use super::folder::RunPlace;
use super::journal::{Event, Tick};
use super::record::{Record, refused_place};
use crate::error::{Refusal, Result};

async fn opened(place: RunPlace) -> Result<(Record, Earlier)> {
    let at = place.place();
    let (record, earlier) = Record::read(place).await?;
    let earlier = earlier.ok_or_else(|| refused_place(&at))?;
    // A torn line is followed by an entry that says so.
    if record.is_torn().await {
        record.resume(Vec::new(), false).await?;
    }
    Ok((record, earlier))
}

/// Records that a person did a step elsewhere, by its place in the plan from 0 on: who, and what shows it. A
/// step that the run would do itself may be ticked off too, such as one that it was refused: it is then not
/// done again. What was ticked off stays so.
///
/// # Errors
/// [`Error::Refused`](crate::Error::Refused) for a step that the plan does not have or that the run did, an
/// empty name, or a journal that cannot be written.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::containment::journal::MemoryJournal;
/// use entra_ir_core::containment::{Phase, tick_off};
/// use entra_ir_core::knowledge::Incident;
///
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let (user, journal) = ("alex@contoso.example", MemoryJournal::new());
/// let run = client.contain(user, Incident::AccountTakeover).confirm(user).place(journal.clone()).await?;
/// assert_eq!(run.headline.word(), "locked-in-the-cloud-only", "Alex is synced");
/// let step = run.by_hand().next().unwrap().step;
/// tick_off(journal.clone(), step, "Ada (Active Directory)", Some("ticket 42")).await?;
/// # Ok(())
/// # }
/// ```
pub async fn tick_off(
    place: impl Into<RunPlace> + Send,
    step: usize,
    by: &str,
    proof: Option<&str>,
) -> Result<()> {
    let (record, earlier) = opened(place.into()).await?;
    let bad = |reason: String| Refusal::BadInput { what: "step", reason };
    let planned = earlier.plan.steps.get(step);
    planned.ok_or_else(|| bad(format!("the plan has {} steps", earlier.plan.steps.len())))?;
    if let Before::Done(_) = earlier.step(step) {
        return Err(bad("the run did it already".into()).into());
    }
    if by.trim().is_empty() {
        return Err(Refusal::BadInput { what: "by", reason: "who did it has to be named".into() }.into());
    }
    let (by, proof) = (by.to_owned(), proof.map(str::to_owned));
    let tick = Tick { by, at: OffsetDateTime::now_utc(), proof };
    record.write(Event::TickedOff { step, tick }).await
}

/// Records that a run passes to another person, who resumes it from a copy of its folder.
///
/// # Errors
/// [`Error::Refused`](crate::Error::Refused) without a name, or for a journal that cannot be written.
pub async fn hand_over(
    place: impl Into<RunPlace> + Send,
    from: Option<&str>,
    to: &str,
    note: Option<&str>,
) -> Result<()> {
    let (record, _) = opened(place.into()).await?;
    if to.trim().is_empty() {
        return Err(Refusal::BadInput { what: "to", reason: "the next person has to be named".into() }.into());
    }
    let (from, to, note) = (from.map(str::to_owned), to.to_owned(), note.map(str::to_owned));
    record.write(Event::HandedOver { from, to, note }).await
}

/// Closes a run whatever is left: no entry follows. Returns the digest of the closing entry.
///
/// # Errors
/// [`Error::Refused`](crate::Error::Refused) for a journal that cannot be written, or is closed.
pub async fn close(place: impl Into<RunPlace> + Send) -> Result<Option<Digest>> {
    let (record, _) = opened(place.into()).await?;
    record.close().await
}
