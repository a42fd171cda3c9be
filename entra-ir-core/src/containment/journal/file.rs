//! A journal in a file.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use fs4::TryLockError;

use super::super::disk;
use super::Journal;

/// A journal in a file, which only its owner may read, and which only one process may hold at a time.
#[derive(Debug)]
pub struct FileJournal {
    path: PathBuf,
    file: Arc<Mutex<File>>,
}

impl FileJournal {
    /// Creates a file, which must not exist, and its folder.
    ///
    /// # Errors
    /// If the file exists or cannot be created.
    pub fn create(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            disk::create_folder(folder)?;
        }
        let mut options = OpenOptions::new();
        options.create_new(true);
        let journal = Self::locked(path, options)?;
        disk::sync_folder(path)?;
        Ok(journal)
    }

    /// Opens a file that exists, to continue its run.
    ///
    /// # Errors
    /// If the file does not exist, or another process holds it.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        Self::locked(path.as_ref(), OpenOptions::new())
    }

    fn locked(path: &Path, mut options: OpenOptions) -> io::Result<Self> {
        options.read(true).append(true);
        let file = disk::open(path, options)?;
        // Of the same name as a method that the standard library has since Rust 1.89.
        fs4::FileExt::try_lock(&file).map_err(|error| match error {
            TryLockError::WouldBlock => {
                let held = "another process holds it: two runs must not write one journal";
                io::Error::new(io::ErrorKind::WouldBlock, held)
            }
            TryLockError::Error(error) => error,
        })?;
        Ok(Self { path: path.to_owned(), file: Arc::new(Mutex::new(file)) })
    }

    /// Returns the path of the file beside it, which holds what follows the closing entry.
    pub(in super::super) fn after(path: &Path) -> PathBuf {
        path.with_extension("after.jsonl")
    }

    /// Returns the path.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Writes a line and waits until it is on disk.
fn write(file: &mut File, line: &str) -> io::Result<()> {
    let end = file.seek(SeekFrom::End(0))?;
    let mut text = String::with_capacity(line.len() + 2);
    // A torn line stays: the next entry begins on a line of its own.
    if end > 0 && !ends_a_line(file)? {
        text.push('\n');
    }
    text.push_str(line);
    text.push('\n');
    file.write_all(text.as_bytes())?;
    file.sync_data()
}

fn ends_a_line(file: &mut File) -> io::Result<bool> {
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

#[async_trait]
impl Journal for FileJournal {
    async fn read(&self) -> io::Result<String> {
        let file = Arc::clone(&self.file);
        disk::blocking(move || {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(0))?;
            let mut stored = Vec::new();
            file.read_to_end(&mut stored)?;
            // A torn line may end within a character.
            Ok(String::from_utf8_lossy(&stored).into_owned())
        })
        .await
    }

    async fn read_after(&self) -> io::Result<String> {
        let path = Self::after(&self.path);
        disk::blocking(move || disk::read_if_any(&path)).await
    }

    async fn append_after(&self, line: String) -> io::Result<()> {
        // The lock on the closed file holds for both.
        let path = Self::after(&self.path);
        disk::blocking(move || {
            let is_new = !path.exists();
            let mut options = OpenOptions::new();
            options.read(true).append(true).create(true);
            write(&mut disk::open(&path, options)?, &line)?;
            if is_new { disk::sync_folder(&path) } else { Ok(()) }
        })
        .await
    }

    async fn append(&self, line: String) -> io::Result<()> {
        let file = Arc::clone(&self.file);
        disk::blocking(move || write(&mut file.lock().unwrap_or_else(PoisonError::into_inner), &line)).await
    }

    fn place(&self) -> String {
        self.path.display().to_string()
    }
}
