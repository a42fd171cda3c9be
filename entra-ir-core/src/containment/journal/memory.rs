//! A journal in memory.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::Journal;

/// A journal in memory, for tests and drills: it does not survive the process. A clone is the same journal.
#[derive(Clone, Debug, Default)]
pub struct MemoryJournal(Arc<Mutex<String>>);

impl MemoryJournal {
    /// Creates an empty journal.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a journal that holds what another one stored.
    pub fn of(stored: impl Into<String>) -> Self {
        Self(Arc::new(Mutex::new(stored.into())))
    }
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn read(&self) -> io::Result<String> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    async fn append(&self, line: String) -> io::Result<()> {
        let mut stored = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A torn line stays: the next entry begins on a line of its own.
        if !stored.is_empty() && !stored.ends_with('\n') {
            stored.push('\n');
        }
        stored.push_str(&line);
        stored.push('\n');
        Ok(())
    }

    fn place(&self) -> String {
        "in memory".into()
    }
}
