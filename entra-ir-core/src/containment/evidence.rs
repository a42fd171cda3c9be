//! The evidence of a run: the answers of the service as they came, each with its digest.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::digest::Digest;
use super::disk;

/// An answer that was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Kept {
    /// Its name in the store.
    pub name: String,
    /// What was asked: the path, without the query.
    pub path: String,
    /// The HTTP status.
    pub status: u16,
    /// Its SHA-256.
    pub sha256: Digest,
    /// Its length in bytes.
    pub bytes: usize,
    /// Why it could not be stored; `None` if it was.
    pub missing: Option<String>,
}

impl Kept {
    pub(super) fn new(name: String, path: &str, status: u16, answer: &Bytes) -> Self {
        let (sha256, bytes) = (Digest::of_bytes(answer), answer.len());
        let missing = Some("it is not stored yet".to_owned());
        Self { name, path: path.to_owned(), status, sha256, bytes, missing }
    }
}

/// Stores the evidence of a run.
#[async_trait]
pub trait EvidenceStore: fmt::Debug + Send + Sync {
    /// Stores an answer under a name that is new. It survives a crash when this returns.
    ///
    /// # Errors
    /// If it may not survive a crash.
    async fn keep(&self, name: &str, answer: Bytes) -> io::Result<()>;

    /// Returns what is stored under a name; `None` if nothing is, or the store cannot be read.
    ///
    /// # Errors
    /// If it cannot be read.
    async fn read(&self, _name: &str) -> io::Result<Option<Bytes>> {
        Ok(None)
    }
}

/// Keeps evidence in memory, for tests and drills. A clone holds the same.
#[derive(Clone, Debug, Default)]
pub struct MemoryEvidence(Arc<Mutex<Vec<(String, Bytes)>>>);

impl MemoryEvidence {
    /// Creates an empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns everything that is kept, in order: name and answer.
    pub fn kept(&self) -> Vec<(String, Bytes)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl EvidenceStore for MemoryEvidence {
    async fn keep(&self, name: &str, answer: Bytes) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((name.to_owned(), answer));
        Ok(())
    }

    async fn read(&self, name: &str) -> io::Result<Option<Bytes>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(kept.iter().find(|(of, _)| of == name).map(|(_, answer)| answer.clone()))
    }
}

/// Keeps evidence in a folder that only its owner may read: a file for each answer.
#[derive(Clone, Debug)]
pub struct FolderEvidence(PathBuf);

impl FolderEvidence {
    /// Names the folder, which is created with the first answer.
    pub fn new(folder: impl AsRef<Path>) -> Self {
        Self(folder.as_ref().to_owned())
    }
}

#[async_trait]
impl EvidenceStore for FolderEvidence {
    async fn keep(&self, name: &str, answer: Bytes) -> io::Result<()> {
        let (folder, path) = (self.0.clone(), self.0.join(name));
        disk::blocking(move || {
            use std::io::Write as _;

            disk::create_folder(&folder)?;
            let mut file = disk::open(&path, disk::new_file())?;
            file.write_all(&answer)?;
            file.sync_data()
        })
        .await
    }

    async fn read(&self, name: &str) -> io::Result<Option<Bytes>> {
        // The name is from a journal, which somebody may have written.
        if Path::new(name).file_name().is_none_or(|plain| plain != name) {
            return Ok(None);
        }
        let path = self.0.join(name);
        disk::blocking(move || disk::read_bytes(&path).map(|stored| Some(stored.into()))).await
    }
}
