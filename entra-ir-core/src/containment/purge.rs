//! `purge`: removes the evidence and the journal of a run that is over, and leaves a record of it.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;
use time::OffsetDateTime;

use super::digest::Digest;
use super::disk::{self, Kind};
use super::folder::{EVIDENCE, JOURNAL, RunPlace};
use super::journal::FileJournal;
use super::status::status;
use crate::error::{Refusal, Result};
use crate::text::{moment, printable};

/// What a purge removes: shown first, removed by [`confirm`](Self::confirm).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use entra_ir_core::containment::{Purge, RunPlace, close};
/// use entra_ir_core::knowledge::Incident;
///
/// # let parent = std::env::temp_dir().join(format!("entra-ir-purge-doc-{}", std::process::id()));
/// # let folder = parent.join("run");
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let user = "adele@contoso.example";
/// client.contain(user, Incident::TokenTheft).confirm(user).folder(&folder).await?;
/// assert!(Purge::of(&folder, false).await.is_err(), "the run is not closed");
/// close(RunPlace::open(&folder)?).await?;
/// let purge = Purge::of(&folder, false).await?;
/// println!("{purge}");
/// let record = purge.confirm("Ada")?;
/// assert!(!folder.exists() && record.at.exists());
/// # std::fs::remove_dir_all(parent)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Purge {
    /// What will be removed, as the record will say it.
    pub record: PurgeRecord,
    folder: PathBuf,
    /// Keeps another process from writing to the journal.
    held: FileJournal,
}

/// A file of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PurgedFile {
    /// Its path in the folder.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: Digest,
}

/// The record of a purge, which is beside the folder: what was removed, when, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PurgeRecord {
    /// Where the record is.
    pub at: PathBuf,
    /// The name of the folder.
    pub folder: String,
    /// When it was removed. UTC. `None` as long as nothing was removed.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub purged: Option<OffsetDateTime>,
    /// Who removed it, as claimed.
    pub by: Option<String>,
    /// The digest of the plan.
    pub plan: Digest,
    /// The digest of the closing entry; `None` if the run was open.
    pub closed: Option<Digest>,
    /// How many entries the journal had.
    pub entries: usize,
    /// The files, the journal first.
    pub files: Vec<PurgedFile>,
    /// The version of this library.
    pub version: &'static str,
}

impl Purge {
    /// Looks at the folder of a run. Nothing is removed.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) for anything but the folder of a run: a symbolic link, a
    /// file that is not of the run, a journal that was edited or that another process holds; and for an open
    /// run unless it is forced.
    pub async fn of(folder: impl AsRef<Path> + Send, force: bool) -> Result<Self> {
        let folder = folder.as_ref().to_owned();
        let names = files_of(&folder)?;
        let held =
            FileJournal::open(folder.join(JOURNAL)).map_err(|error| refuse(&folder, &error.to_string()))?;
        let read = RunPlace::read(&folder).map_err(|error| refuse(&folder, &error.to_string()))?;
        let status = status(read).await?;
        if status.closed.is_none() && !force {
            return Err(refuse(&folder, "the run is open: close it, or force the purge"));
        }
        let files = names.into_iter().map(|name| {
            let bytes = disk::read_bytes(&folder.join(&name))
                .map_err(|error| refuse(&folder, &format!("{name}: {error}")))?;
            Ok(PurgedFile { bytes: bytes.len() as u64, sha256: Digest::of_bytes(&bytes), name })
        });
        let files = files.collect::<Result<_>>()?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let record = PurgeRecord {
            at: folder.with_file_name(format!("{name}.purged.json")),
            folder: name,
            purged: None,
            by: None,
            plan: status.digest,
            closed: status.closed,
            entries: status.entries,
            files,
            version: env!("CARGO_PKG_VERSION"),
        };
        Ok(Self { record, folder, held })
    }

    /// Writes the record, and then removes the files and the folder.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) without a name, if the record exists or cannot be written,
    /// or if a file cannot be removed. Then the record says what was to be removed.
    pub fn confirm(self, by: &str) -> Result<PurgeRecord> {
        let Self { mut record, folder, held } = self;
        if by.trim().is_empty() {
            let reason = "who removes it has to be named".to_owned();
            return Err(Refusal::BadInput { what: "by", reason }.into());
        }
        (record.by, record.purged) = (Some(by.to_owned()), Some(OffsetDateTime::now_utc()));
        let cannot = |error: std::io::Error| refuse(&folder, &error.to_string());
        let text = serde_json::to_string_pretty(&record).map_err(|error| cannot(error.into()))?;
        disk::write_new(&record.at, &text)
            .map_err(|error| refuse(&folder, &format!("the record {}: {error}", record.at.display())))?;
        // The journal last: as long as it is there, the folder is still that of a run.
        let (journal, evidence) = (folder.join(JOURNAL), record.files.iter().skip(1));
        for file in evidence {
            disk::remove_file(&folder.join(&file.name)).map_err(cannot)?;
        }
        drop(held);
        disk::remove_file(&journal).map_err(cannot)?;
        for empty in [folder.join(EVIDENCE), folder.clone()] {
            if empty.exists() {
                disk::remove_folder(&empty).map_err(cannot)?;
            }
        }
        Ok(record)
    }
}

/// Lists the files of a run, the journal first. Refuses a folder that holds anything else.
fn files_of(folder: &Path) -> Result<Vec<String>> {
    let cannot = |error: std::io::Error| refuse(folder, &error.to_string());
    if disk::kind(folder).map_err(cannot)? != Kind::Folder {
        return Err(refuse(folder, "it is not a folder: a symbolic link or a file is never removed"));
    }
    let mut files = Vec::new();
    for name in disk::names(folder).map_err(cannot)? {
        let path = folder.join(&name);
        let is = disk::kind(&path).map_err(cannot)?;
        match name.as_str() {
            JOURNAL if is == Kind::File => files.insert(0, name),
            // What followed the closing entry, such as a watch.
            _ if is == Kind::File && FileJournal::after(Path::new(JOURNAL)) == Path::new(&name) => {
                files.push(name);
            }
            EVIDENCE if is == Kind::Folder => {
                for name in disk::names(&path).map_err(cannot)? {
                    if disk::kind(&path.join(&name)).map_err(cannot)? != Kind::File || !is_evidence(&name) {
                        return Err(refuse(folder, &format!("{EVIDENCE}/{name} is not of the run: move it")));
                    }
                    files.push(format!("{EVIDENCE}/{name}"));
                }
            }
            _ => return Err(refuse(folder, &format!("{name} is not of the run: move it"))),
        }
    }
    if files.first().map(String::as_str) != Some(JOURNAL) {
        return Err(refuse(folder, "it holds no run"));
    }
    Ok(files)
}

/// Returns whether a name is one that a run gives to an answer: `0003-0012-list_methods.json`.
fn is_evidence(name: &str) -> bool {
    let mut parts = name.splitn(3, '-');
    let mut number =
        || parts.next().is_some_and(|part| part.len() >= 4 && part.bytes().all(|b| b.is_ascii_digit()));
    number() && number() && Path::new(name).extension().is_some_and(|extension| extension == "json")
}

fn refuse(folder: &Path, reason: &str) -> crate::error::Error {
    let reason = format!("{}: {reason}", printable(&folder.display().to_string()));
    Refusal::BadInput { what: "folder", reason }.into()
}

impl fmt::Display for Purge {
    /// Writes what it removes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.record.fmt(f)
    }
}

impl fmt::Display for PurgeRecord {
    /// Writes the files, and what became of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: u64 = self.files.iter().map(|file| file.bytes).sum();
        writeln!(f, "{}: {} files, {bytes} bytes", printable(&self.folder), self.files.len())?;
        for file in &self.files {
            writeln!(f, "  {} {} ({} bytes)", file.sha256, printable(&file.name), file.bytes)?;
        }
        match self.closed {
            Some(digest) => writeln!(f, "the run is closed: {digest}")?,
            None => writeln!(f, "THE RUN IS OPEN: nobody can continue it afterwards")?,
        }
        let at = printable(&self.at.display().to_string());
        match (self.purged, &self.by) {
            (Some(purged), Some(by)) => write!(f, "removed at {} by {}: {at}", moment(purged), printable(by)),
            _ => write!(f, "nothing was removed yet; the record will be {at}"),
        }
    }
}
