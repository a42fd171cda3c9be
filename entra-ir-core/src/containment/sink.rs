//! Where the passwords and passes of a run go. No journal and no result holds them.

use std::fmt;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

use super::disk;
use crate::ids::ObjectId;

/// A password or a pass of a run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RunSecret {
    /// The account.
    pub account: ObjectId,
    /// What it is.
    pub kind: SecretKind,
    /// Whether it is in force.
    pub state: SecretState,
    /// The password or pass. Masked in `Debug`.
    pub value: SecretString,
}

/// Names kinds of secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SecretKind {
    /// A password.
    Password,
    /// A Temporary Access Pass.
    AccessPass,
}

/// Names whether a secret is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SecretState {
    /// It is about to be sent. If nothing follows, whether it is in force is unknown.
    Pending,
    /// The service accepted it.
    InForce,
    /// The service refused it, or it was not sent.
    Void,
}

impl RunSecret {
    pub(super) const fn new(account: ObjectId, kind: SecretKind, value: SecretString) -> Self {
        Self { account, kind, state: SecretState::Pending, value }
    }
}

/// Takes the passwords and passes of a run: into a vault, a file, or nowhere.
///
/// A password comes twice: *pending* before it is sent, and again when it is *in force* or *void*, so that no
/// crash loses a password that is in force. A pass is made by Graph, so it comes once. A sink that fails does
/// not stop a lock-out: the account then has a password that is unknown to everybody, and the result says so.
#[async_trait]
pub trait SecretSink: fmt::Debug + Send + Sync {
    /// Takes a secret.
    ///
    /// # Errors
    /// If it is not stored.
    async fn take(&self, secret: RunSecret) -> io::Result<()>;

    /// Returns whether anybody will be able to read what it takes. Without that no pass is made.
    fn keeps(&self) -> bool {
        true
    }
}

/// Takes secrets nowhere, the default: the new password is unknown to everybody.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiscardSecrets;

#[async_trait]
impl SecretSink for DiscardSecrets {
    async fn take(&self, _: RunSecret) -> io::Result<()> {
        Ok(())
    }

    fn keeps(&self) -> bool {
        false
    }
}

/// Keeps secrets in memory. A clone holds the same ones.
#[derive(Clone, Debug, Default)]
pub struct MemorySecrets(Arc<Mutex<Vec<RunSecret>>>);

impl MemorySecrets {
    /// Creates an empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns everything that was taken, in order.
    pub fn taken(&self) -> Vec<RunSecret> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl SecretSink for MemorySecrets {
    async fn take(&self, secret: RunSecret) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(secret);
        Ok(())
    }
}

/// Writes secrets to a new file that only its owner may read: a line of JSON for each.
#[derive(Debug)]
pub struct FileSecrets {
    path: PathBuf,
    file: Arc<Mutex<File>>,
}

impl FileSecrets {
    /// Creates the file, which must not exist.
    ///
    /// # Errors
    /// If it exists or cannot be created.
    pub fn create(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref().to_owned();
        let file = disk::open(&path, disk::new_file())?;
        Ok(Self { path, file: Arc::new(Mutex::new(file)) })
    }

    /// Returns the path.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[async_trait]
impl SecretSink for FileSecrets {
    async fn take(&self, secret: RunSecret) -> io::Result<()> {
        #[derive(Serialize)]
        struct Line<'a> {
            account: ObjectId,
            kind: SecretKind,
            state: SecretState,
            value: &'a str,
        }
        let file = Arc::clone(&self.file);
        disk::blocking(move || {
            let RunSecret { account, kind, state, value } = secret;
            let line = Line { account, kind, state, value: value.expose_secret() };
            let mut text = serde_json::to_vec(&line)?;
            text.push(b'\n');
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            file.write_all(&text)?;
            file.sync_data()
        })
        .await
    }
}
