//! Prints the doors as plain text: a head of five lines, then the doors, similar ones in one line.

use std::fmt;

use super::OpenDoors;
use super::door::{Door, DoorState};
use crate::text::moment;

impl fmt::Display for OpenDoors {
    /// Writes a head of five lines, then the doors; with `{:#}` every door separately, with its source.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.head(f)?;
        if f.alternate() {
            for door in &self.doors {
                writeln!(f, "{door}")?;
            }
        } else {
            for group in grouped(&self.doors) {
                write_group(f, &group)?;
            }
        }
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        Ok(())
    }
}

impl OpenDoors {
    fn head(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} at {}, read {}", self.user, moment(self.now), moment(self.snapshot_taken_at))?;
        let shut = self.all_closed_from().map(|until| format!(" (by {})", moment(until))).unwrap_or_default();
        writeln!(
            f,
            "{} open, {} unknown, {} closing{shut}, {} held, {} closed",
            self.open().count(),
            self.unknown().count(),
            self.closing().count(),
            self.held().count(),
            self.closed().count()
        )?;
        match self.doors.first() {
            Some(door) => writeln!(f, "worst: {}, {}: {}", door.state.word(), door.label, door.why)?,
            None => writeln!(f, "worst: no door is known")?,
        }
        let next: Vec<_> =
            self.next.iter().map(|next| format!("{} ({})", next.action, doors(next.doors))).collect();
        writeln!(
            f,
            "next: {}",
            if next.is_empty() { "nothing that is known".into() } else { next.join(", ") }
        )?;
        let again = self.if_unblocked().open().count().saturating_sub(self.open().count());
        match again {
            0 => writeln!(f, "if sign-in is unblocked: no further door opens"),
            again => writeln!(f, "if sign-in is unblocked: {} open again", doors(again)),
        }
    }
}

fn doors(number: usize) -> String {
    if number == 1 { "1 door".into() } else { format!("{number} doors") }
}

/// Groups the doors that one action closes at the same time.
fn grouped(doors: &[Door]) -> Vec<Vec<&Door>> {
    let mut groups: Vec<Vec<&Door>> = Vec::new();
    for door in doors {
        let alike = |group: &&mut Vec<&Door>| {
            door.state.rank() >= 2
                && group.iter().all(|other| other.state == door.state && other.until == door.until)
        };
        match groups.iter_mut().find(alike) {
            Some(group) => group.push(door),
            None => groups.push(vec![door]),
        }
    }
    groups
}

fn write_group(f: &mut fmt::Formatter<'_>, group: &[&Door]) -> fmt::Result {
    let [first, rest @ ..] = group else { return Ok(()) };
    match first.state {
        DoorState::Closing { by, until, held } => {
            let word = if held { "held" } else { "closed" };
            write!(f, "closing by {by}, {word} from {}", moment(until))?;
        }
        DoorState::Held { by, since } => {
            write!(f, "held    by {by} since {}", moment(since))?;
            if let Some(ends) = first.until {
                write!(f, ", ended from {}", moment(ends))?;
            }
        }
        DoorState::Closed { by, since } => write!(f, "closed  by {by} since {}", moment(since))?,
        state => {
            write!(f, "{:<8}{}", state.word(), first.label)?;
            if let Some(until) = first.until {
                write!(f, ", until {}", moment(until))?;
            }
            write!(f, ": {}", first.why)?;
            return match first.place {
                Some(place) if first.closed_by.is_empty() => writeln!(f, " | look in: {place}"),
                _ => writeln!(f, "{}", closers(first)),
            };
        }
    }
    write!(f, ": {}", first.label)?;
    for door in rest {
        write!(f, "; {}", door.label)?;
    }
    writeln!(f)
}

fn closers(door: &Door) -> String {
    let closers: Vec<_> = door.closed_by.iter().map(ToString::to_string).collect();
    if closers.is_empty() { String::new() } else { format!(" | closed by: {}", closers.join(", ")) }
}

impl fmt::Display for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let until = match (self.state, self.until) {
            (DoorState::Closed { since, .. }, _) | (DoorState::Held { since, .. }, None) => {
                format!(", since {}", moment(since))
            }
            (DoorState::Held { since, .. }, Some(until)) => {
                format!(", since {}, ended from {}", moment(since), moment(until))
            }
            (_, Some(until)) => format!(", until {}", moment(until)),
            _ => String::new(),
        };
        write!(f, "{:<8}{}{until} | {}", self.state.word(), self.label, self.why)?;
        if let Some(before) = self.began_before {
            write!(f, " (sessions that began before {})", moment(before))?;
        }
        f.write_str(&closers(self))?;
        if let Some(place) = self.place {
            write!(f, " | look in: {place}")?;
        }
        write!(f, " | {}, {}", self.confidence, super::super::source::joined(&self.sources))
    }
}
