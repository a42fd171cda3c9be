//! This machine's clock against the service's, as the answers in the journal show it.

use serde::{Deserialize, Serialize};

use super::super::journal::{Entry, Event};

/// How far this machine's clock was ahead of the service's when it wrote down an answer. The service counts
/// whole seconds, and an answer needs some time: a second or two say nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ClockOffset {
    /// The median, in seconds; less than zero if this machine's clock was behind.
    pub seconds: i64,
    /// The least, in seconds.
    pub least: i64,
    /// The most, in seconds.
    pub most: i64,
    /// How many answers it rests on.
    pub answers: usize,
}

pub(super) fn of(entries: &[Entry]) -> Option<ClockOffset> {
    let offset = |entry: &Entry| match &entry.event {
        Event::Outcome { exchange, .. } => Some((entry.at - exchange.server_date?).whole_seconds()),
        _ => None,
    };
    let mut offsets: Vec<i64> = entries.iter().filter_map(offset).collect();
    offsets.sort_unstable();
    let (least, most) = (*offsets.first()?, *offsets.last()?);
    let seconds = *offsets.get(offsets.len() / 2)?;
    Some(ClockOffset { seconds, least, most, answers: offsets.len() })
}
