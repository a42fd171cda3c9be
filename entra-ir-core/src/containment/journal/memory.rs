//! A journal in memory.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::Journal;

/// A journal in memory, for tests and drills: it does not survive the process. A clone is the same journal.
#[derive(Clone, Debug, Default)]
pub struct MemoryJournal {
    stored: Arc<Mutex<String>>,
    after: Arc<Mutex<String>>,
}

impl MemoryJournal {
    /// Creates an empty journal.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a journal that holds what another one stored.
    pub fn of(stored: impl Into<String>) -> Self {
        Self::of_both(stored, "")
    }

    /// Creates a journal that holds what another one stored, and what follows its closing entry.
    pub(in super::super) fn of_both(stored: impl Into<String>, after: impl Into<String>) -> Self {
        Self { stored: Arc::new(Mutex::new(stored.into())), after: Arc::new(Mutex::new(after.into())) }
    }
}

fn add(to: &Mutex<String>, line: &str) {
    let mut stored = to.lock().unwrap_or_else(PoisonError::into_inner);
    // A torn line stays: the next entry begins on a line of its own.
    if !stored.is_empty() && !stored.ends_with('\n') {
        stored.push('\n');
    }
    stored.push_str(line);
    stored.push('\n');
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn read(&self) -> io::Result<String> {
        Ok(self.stored.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    async fn append(&self, line: String) -> io::Result<()> {
        add(&self.stored, &line);
        Ok(())
    }

    async fn read_after(&self) -> io::Result<String> {
        Ok(self.after.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    async fn append_after(&self, line: String) -> io::Result<()> {
        add(&self.after, &line);
        Ok(())
    }

    fn place(&self) -> String {
        "in memory".into()
    }
}
