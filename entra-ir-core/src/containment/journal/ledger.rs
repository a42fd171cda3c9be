//! What a journal says: its entries, checked against the chain.

use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::super::digest::Digest;
use super::{Entry, Event, FORMAT, Journal};
use crate::error::Result;

/// The entries of a journal, each as it was written, and its end.
#[derive(Debug)]
#[non_exhaustive]
pub struct Ledger {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Whether the last line is torn: a crash interrupted it, and the write that it announced was not sent.
    pub torn: bool,
    /// Whether a line could not be stored.
    broken: bool,
    /// Whether entries may follow the closing one, beside the closed journal.
    pub(in super::super) goes_on: bool,
}

/// Describes why a journal cannot be trusted, or not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The journal cannot be read, or a line cannot be stored.
    #[error("the journal {place}: {source}")]
    #[non_exhaustive]
    Io {
        /// Where it is.
        place: String,
        /// What is wrong.
        source: std::io::Error,
    },
    /// A line is not an entry, or not the one that was written.
    #[error("line {line} of the journal {place} is not as it was written: {reason}")]
    #[non_exhaustive]
    Edited {
        /// Where it is.
        place: String,
        /// The line, from 1 on.
        line: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// The journal is of a newer version.
    #[error("the journal {place} is of format {format}; this version reads up to {FORMAT}")]
    #[non_exhaustive]
    Newer {
        /// Where it is.
        place: String,
        /// Its format.
        format: u64,
    },
    /// The run is over.
    #[error("the journal {place} is closed: its run is over")]
    #[non_exhaustive]
    Closed {
        /// Where it is.
        place: String,
    },
}

impl LedgerError {
    /// What to do with a journal that is not as it was written.
    pub(in super::super) const EDITED_ADVICE: &str =
        "keep the journal as evidence, read the account's state, and start a new run";

    /// Returns the next step, in one sentence.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Io { .. } => {
                "check the path, its permissions and the free space, then continue with the same journal: \
                nothing more is sent before its line is stored"
            }
            Self::Edited { .. } => Self::EDITED_ADVICE,
            Self::Newer { .. } => "continue with the version that wrote it",
            Self::Closed { .. } => "start a new run",
        }
    }
}

impl Ledger {
    /// Reads a journal, and checks each entry and the chain.
    ///
    /// # Errors
    /// [`LedgerError`], see there.
    pub async fn read(journal: &dyn Journal) -> Result<Self, LedgerError> {
        let unreadable = |source| LedgerError::Io { place: journal.place(), source };
        let stored = journal.read().await.map_err(unreadable)?;
        let after = journal.read_after().await.map_err(unreadable)?;
        Self::of(&stored, &after, &journal.place())
    }

    fn of(stored: &str, after: &str, place: &str) -> Result<Self, LedgerError> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut torn = false;
        let own = stored.lines().count();
        for (number, line) in stored.lines().chain(after.lines()).enumerate() {
            let edited = |reason| LedgerError::Edited { place: place.to_owned(), line: number + 1, reason };
            let Ok(line) = serde_json::from_str::<Map<String, Value>>(line) else {
                torn = true;
                continue;
            };
            if let Some(format) = line.get("event").and_then(|event| event["format"].as_u64())
                && format > FORMAT
            {
                return Err(LedgerError::Newer { place: place.to_owned(), format });
            }
            let entry =
                Entry::of_line(line).map_err(|_| edited("this version does not know what it says"))?;
            let entry = entry.ok_or_else(|| edited("its digest is that of another entry"))?;
            // A line in the middle is torn only if the entry after it says so.
            let follows = match entry.event {
                Event::Resumed { torn, .. } => torn,
                // Nothing was sent before the first whole line.
                Event::Opened { .. } => entries.is_empty(),
                _ => false,
            };
            if torn && !follows {
                let (place, reason) = (place.to_owned(), "it cannot be read");
                return Err(LedgerError::Edited { place, line: number, reason });
            }
            torn = false;
            let before = entries.last();
            if entry.previous != before.map(|entry| entry.digest) {
                return Err(edited("it does not follow the entry before it"));
            }
            let is_closed = entries.iter().any(|entry| matches!(entry.event, Event::Closed {}));
            if is_closed && (number < own || matches!(entry.event, Event::Closed {})) {
                return Err(edited("the journal was closed before it"));
            }
            if number >= own && !is_closed {
                return Err(edited("it follows a closing entry, and there is none"));
            }
            if matches!(entry.event, Event::Opened { .. }) != entries.is_empty() {
                return Err(edited("a journal begins once"));
            }
            entries.push(entry);
        }
        Ok(Self { entries, torn, broken: false, goes_on: false })
    }

    /// Returns the digest of the closing entry; `None` as long as the run is not over. What was watched or
    /// undone since then follows it.
    pub fn closed(&self) -> Option<Digest> {
        self.entries.iter().rfind(|entry| matches!(entry.event, Event::Closed {})).map(|entry| entry.digest)
    }

    /// Stores an event, and adds its entry when it is stored.
    ///
    /// # Errors
    /// [`LedgerError::Io`] if it may not survive a crash; [`LedgerError::Closed`] if the run is over.
    pub async fn append(
        &mut self,
        journal: &dyn Journal,
        at: OffsetDateTime,
        event: Event,
    ) -> Result<&Entry, LedgerError> {
        let place = journal.place();
        let is_closed = self.closed().is_some();
        if is_closed && (!self.goes_on || matches!(event, Event::Closed {})) {
            return Err(LedgerError::Closed { place });
        }
        let unwritable = |source: std::io::Error| LedgerError::Io { place: place.clone(), source };
        if self.broken {
            return Err(unwritable(std::io::Error::other("an earlier line could not be stored")));
        }
        let entry = Entry::after(self.entries.last(), at, event)
            .map_err(|error| unwritable(std::io::Error::other(error.to_string())))?;
        let line = serde_json::to_string(&entry).map_err(|error| unwritable(error.into()))?;
        let stored = if is_closed { journal.append_after(line).await } else { journal.append(line).await };
        if let Err(source) = stored {
            // A part of the line may be stored: only a new reading shows where to continue.
            self.broken = true;
            return Err(unwritable(source));
        }
        self.entries.push(entry);
        self.torn = false;
        Ok(&self.entries[self.entries.len() - 1])
    }
}

#[cfg(test)]
mod tests;
