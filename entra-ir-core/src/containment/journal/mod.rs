//! The journal of a run: a line before each write, and a line after it, each chained to the one before.
//!
//! A line is one entry in JSON. It holds the digest of the entry before it and its own, so that an edit, a
//! line that is missing in the middle and a line of another journal are found when it is read. Lines that
//! are missing at the end are not: keep the digest of the closing entry elsewhere. A write is sent only when
//! its line is on disk: without a working journal nothing is sent. The last line may be torn by a crash; then
//! the write that it announces was not sent.

mod assessment;
mod entry;
mod file;
mod ledger;
mod memory;

pub use assessment::{DoorSeen, StepShown};
pub use entry::{Approval, Entry, Event, RunAbout, Tick};
pub use file::FileJournal;
pub use ledger::{Ledger, LedgerError};
pub use memory::MemoryJournal;

use std::fmt;
use std::io;

use async_trait::async_trait;

/// The format of the journals that this version writes, and the newest that it reads.
pub const FORMAT: u64 = 1;

/// Stores the lines of a journal. [`FileJournal`] stores them in a file, [`MemoryJournal`] in memory; your
/// own may store them elsewhere.
#[async_trait]
pub trait Journal: fmt::Debug + Send + Sync {
    /// Returns everything that is stored, in the order in which it was stored.
    ///
    /// # Errors
    /// If it cannot be read.
    async fn read(&self) -> io::Result<String>;

    /// Stores a line, which has no line end. The line survives a crash when this returns.
    ///
    /// # Errors
    /// If the line may not survive a crash: then nothing is sent.
    async fn append(&self, line: String) -> io::Result<()>;

    /// Returns everything that is stored after the closing entry of the run: by [`append_after`].
    ///
    /// [`append_after`]: Self::append_after
    ///
    /// # Errors
    /// If it cannot be read.
    async fn read_after(&self) -> io::Result<String> {
        Ok(String::new())
    }

    /// Stores a line that follows the closing entry, in a place of its own: what was closed stays as it is.
    ///
    /// # Errors
    /// If the line may not survive a crash, or the journal has no such place.
    async fn append_after(&self, _line: String) -> io::Result<()> {
        let reason = "it has no place for what follows its closing entry";
        Err(io::Error::new(io::ErrorKind::Unsupported, reason))
    }

    /// Returns where the lines are, for people.
    fn place(&self) -> String;
}
