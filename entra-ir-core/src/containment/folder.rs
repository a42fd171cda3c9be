//! The folder of a run: its journal and its evidence.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use time::OffsetDateTime;

use super::disk;
use super::evidence::{EvidenceStore, FolderEvidence};
use super::journal::{FileJournal, Journal, MemoryJournal};
use crate::ids::ObjectId;

/// Where runs lie if nothing else is said, below the working folder.
const RUNS: &str = "entra-ir-runs";

/// The journal's file in the folder of a run.
pub(super) const JOURNAL: &str = "journal.jsonl";

/// The folder of the evidence in the folder of a run.
pub(super) const EVIDENCE: &str = "evidence";

/// Names that a folder has which is synced to a tenant's own storage: the attacker may read it there.
const SYNCED: [&str; 2] = ["onedrive", "sharepoint"];

/// Where a run keeps its journal and its evidence. [`folder`](Self::create) makes it a folder of files; a
/// journal alone keeps of the evidence only the digests.
#[derive(Clone, Debug)]
pub struct RunPlace {
    pub(super) journal: Arc<dyn Journal>,
    pub(super) evidence: Option<Arc<dyn EvidenceStore>>,
    folder: Option<PathBuf>,
    /// Whether entries may follow the closing one, beside the closed journal.
    pub(super) goes_on: bool,
}

impl RunPlace {
    /// Creates a folder for a run, which must hold none.
    ///
    /// # Errors
    /// If it holds a run, or cannot be created.
    pub fn create(folder: impl AsRef<Path>) -> io::Result<Self> {
        let folder = folder.as_ref();
        disk::create_folder(folder)?;
        Ok(Self::of(folder, FileJournal::create(folder.join(JOURNAL))?))
    }

    /// Opens the folder of a run, to continue it.
    ///
    /// # Errors
    /// If it holds no run, or another process holds its journal.
    pub fn open(folder: impl AsRef<Path>) -> io::Result<Self> {
        let folder = folder.as_ref();
        Ok(Self::of(folder, FileJournal::open(folder.join(JOURNAL))?))
    }

    /// Reads the journal in the folder of a run, also while another process holds it. Nothing can be written
    /// to it.
    ///
    /// # Errors
    /// If the folder holds no run.
    pub fn read(folder: impl AsRef<Path>) -> io::Result<Self> {
        let folder = folder.as_ref();
        let journal = folder.join(JOURNAL);
        let (stored, after) = (disk::read(&journal)?, disk::read_if_any(&FileJournal::after(&journal))?);
        let evidence = FolderEvidence::new(folder.join(EVIDENCE));
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        Ok(Self {
            folder: Some(folder),
            evidence: Some(Arc::new(evidence)),
            ..Self::from(MemoryJournal::of_both(stored, after))
        })
    }

    /// Creates the default folder: `entra-ir-runs/<UTC>-<object id>` below the working folder.
    pub(super) fn default_of(account: ObjectId, now: OffsetDateTime) -> io::Result<Self> {
        let (date, (hour, minute, second)) = (now.date(), now.to_hms());
        let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
        let stamp = format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z");
        let mut folder = Path::new(RUNS).join(format!("{stamp}-{account}"));
        // Two runs may begin in one second.
        for number in 2..100 {
            match Self::create(&folder) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    folder = Path::new(RUNS).join(format!("{stamp}-{account}-{number}"));
                }
                created => return created,
            }
        }
        Self::create(&folder)
    }

    fn of(folder: &Path, journal: FileJournal) -> Self {
        let evidence = FolderEvidence::new(folder.join(EVIDENCE));
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        Self {
            journal: Arc::new(journal),
            evidence: Some(Arc::new(evidence)),
            folder: Some(folder),
            goes_on: false,
        }
    }

    /// Sets where the evidence goes.
    pub fn with_evidence(mut self, evidence: impl EvidenceStore + 'static) -> Self {
        self.evidence = Some(Arc::new(evidence));
        self
    }

    /// Lets entries follow the closing one, beside the closed journal.
    pub(super) fn going_on(mut self) -> Self {
        self.goes_on = true;
        self
    }

    /// Returns where it is, for people.
    pub fn place(&self) -> String {
        self.folder.as_ref().map_or_else(|| self.journal.place(), |folder| folder.display().to_string())
    }

    /// Returns whether evidence is stored.
    pub(super) fn has_store(&self) -> bool {
        self.evidence.is_some()
    }

    /// Returns a warning if the folder's name is that of storage which is synced to a tenant.
    pub(super) fn warning(&self) -> Option<String> {
        let folder = self.folder.as_ref()?;
        let parts = folder.components().map(|part| part.as_os_str().to_string_lossy().to_lowercase());
        let synced = parts.into_iter().find(|part| SYNCED.iter().any(|name| part.contains(name)))?;
        Some(format!(
            "the run's folder lies in {synced:?}, which may be synced to the tenant: the attacker may read it \
            there. Choose a folder on this machine only"
        ))
    }
}

impl From<Arc<dyn Journal>> for RunPlace {
    fn from(journal: Arc<dyn Journal>) -> Self {
        Self { journal, evidence: None, folder: None, goes_on: false }
    }
}

impl From<MemoryJournal> for RunPlace {
    fn from(journal: MemoryJournal) -> Self {
        Self::from(Arc::new(journal) as Arc<dyn Journal>)
    }
}

impl From<FileJournal> for RunPlace {
    fn from(journal: FileJournal) -> Self {
        Self::from(Arc::new(journal) as Arc<dyn Journal>)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_synced_to_a_tenant_is_warned_of() {
        let at = |folder: &str| RunPlace {
            folder: Some(PathBuf::from(folder)),
            ..RunPlace::from(MemoryJournal::new())
        };
        let warning = at("/home/ada/OneDrive - Contoso/runs").warning().unwrap();
        assert!(warning.contains("onedrive - contoso"), "{warning}");
        assert_eq!(at("/home/ada/runs").warning(), None);
        assert_eq!(RunPlace::from(MemoryJournal::new()).warning(), None);
    }
}
