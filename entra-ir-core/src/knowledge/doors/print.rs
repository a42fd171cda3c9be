//! The doors as a table in plain text.

use std::fmt;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::OpenDoors;
use super::door::{Door, DoorState};

impl fmt::Display for OpenDoors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |rank| self.doors.iter().filter(|door| door.state.rank() == rank).count();
        writeln!(
            f,
            "{} at {}: {} open, {} unknown, {} closing, {} closed",
            self.user,
            moment(self.now),
            count(0),
            count(1),
            count(2),
            count(3)
        )?;
        for door in &self.doors {
            writeln!(f, "{door}")?;
        }
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let until = match (self.state, self.until) {
            (DoorState::Closed { since, .. }, _) => format!(", since {}", moment(since)),
            (_, Some(until)) => format!(", until {}", moment(until)),
            _ => String::new(),
        };
        write!(f, "{:<8}{}{until} | {}", self.state.word(), self.label, self.why)?;
        if let Some(before) = self.began_before {
            write!(f, " (sessions that began before {})", moment(before))?;
        }
        if !self.closed_by.is_empty() {
            let closers: Vec<_> = self.closed_by.iter().map(ToString::to_string).collect();
            write!(f, " | closed by: {}", closers.join(", "))?;
        }
        write!(f, " | {}, {}", self.confidence, self.sources.join("; "))
    }
}

pub(super) fn moment(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_else(|_| at.to_string())
}
