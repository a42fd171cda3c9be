//! A purge removes a run and nothing else, and leaves a record.

use std::fs;
use std::path::{Path, PathBuf};

use entra_ir_core::SimulatedTenant;
use entra_ir_core::containment::{Digest, Purge, RunPlace, close};
use entra_ir_core::knowledge::Incident;
use entra_ir_tests::client_of;

/// A folder for one test, which is removed with all that is in it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("entra-ir-purge-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// Makes a run in it.
    async fn run(&self) -> PathBuf {
        let folder = self.0.join("run");
        let user = "adele@contoso.example";
        let client = client_of(&SimulatedTenant::contoso()).build().unwrap();
        client.contain(user, Incident::TokenTheft).confirm(user).folder(&folder).await.unwrap();
        folder
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.0);
    }
}

async fn refusal(folder: &Path, force: bool) -> String {
    Purge::of(folder, force).await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_closed_run_is_removed_and_its_record_stays() {
    let parent = Folder::new("closed");
    let folder = parent.run().await;
    assert!(refusal(&folder, false).await.contains("the run is open"));
    let digest = close(RunPlace::open(&folder).unwrap()).await.unwrap();
    let journal = fs::read(folder.join("journal.jsonl")).unwrap();
    // What follows the closing entry lies in a file of its own.
    fs::write(folder.join("journal.after.jsonl"), "").unwrap();
    let purge = Purge::of(&folder, false).await.unwrap();
    let shown = purge.to_string();
    assert!(shown.contains("evidence/") && shown.contains("nothing was removed yet"), "{shown}");
    assert!(folder.exists(), "looking removes nothing");
    assert!(RunPlace::open(&folder).is_err(), "nobody continues it meanwhile");
    assert!(purge.confirm(" ").unwrap_err().to_string().contains("named"));
    let record = Purge::of(&folder, false).await.unwrap().confirm("Ada").unwrap();
    assert!(!folder.exists());
    assert_eq!(record.closed, digest);
    assert_eq!(
        (record.files[0].name.as_str(), record.files[0].sha256),
        ("journal.jsonl", Digest::of_bytes(&journal))
    );
    assert!(record.files.len() > 10);
    let stored: serde_json::Value =
        serde_json::from_slice(&fs::read(parent.0.join("run.purged.json")).unwrap()).unwrap();
    assert_eq!((&stored["by"], &stored["closed"]), (&"Ada".into(), &digest.unwrap().to_string().into()));
    assert_eq!(stored["files"].as_array().unwrap().len(), record.files.len());
    assert!(!stored.to_string().contains("adele"), "the record names nobody but who purged");
}

#[tokio::test]
async fn an_open_run_is_removed_only_by_force() {
    let parent = Folder::new("open");
    let folder = parent.run().await;
    let purge = Purge::of(&folder, true).await.unwrap();
    assert!(purge.to_string().contains("THE RUN IS OPEN"));
    fs::write(&purge.record.at, "kept").unwrap();
    assert!(purge.confirm("Ada").is_err(), "a record is not replaced");
    assert!(folder.join("journal.jsonl").exists());
    fs::remove_file(parent.0.join("run.purged.json")).unwrap();
    let record = Purge::of(&folder, true).await.unwrap().confirm("Ada").unwrap();
    assert_eq!(record.closed, None);
    assert!(!folder.exists());
}

#[tokio::test]
async fn nothing_but_the_folder_of_a_run_is_removed() {
    let parent = Folder::new("other");
    let folder = parent.run().await;
    for wrong in
        [parent.0.clone(), parent.0.join("missing"), folder.join("journal.jsonl"), folder.join("evidence")]
    {
        assert!(Purge::of(&wrong, true).await.is_err(), "{}", wrong.display());
    }
    fs::write(folder.join("report.html"), "mine").unwrap();
    assert!(refusal(&folder, true).await.contains("report.html is not of the run"));
    fs::remove_file(folder.join("report.html")).unwrap();
    fs::create_dir(folder.join("evidence").join("0000-0000-folder.json")).unwrap();
    assert!(refusal(&folder, true).await.contains("is not of the run"));
    fs::remove_dir(folder.join("evidence").join("0000-0000-folder.json")).unwrap();
    fs::write(folder.join("evidence").join("notes.txt"), "mine").unwrap();
    assert!(refusal(&folder, true).await.contains("notes.txt is not of the run"));
    fs::remove_file(folder.join("evidence").join("notes.txt")).unwrap();
    let held = RunPlace::open(&folder).unwrap();
    assert!(refusal(&folder, true).await.contains("another process holds it"));
    drop(held);
    let journal = fs::read_to_string(folder.join("journal.jsonl")).unwrap();
    fs::write(folder.join("journal.jsonl"), journal.replacen("204", "200", 1)).unwrap();
    assert!(refusal(&folder, true).await.contains("not as it was written"));
    fs::write(folder.join("journal.jsonl"), &journal).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        let link = parent.0.join("link");
        symlink(&folder, &link).unwrap();
        assert!(refusal(&link, true).await.contains("symbolic link"));
        let outside = parent.0.join("outside.json");
        fs::write(&outside, "mine").unwrap();
        symlink(&outside, folder.join("evidence").join("0000-0000-link.json")).unwrap();
        assert!(refusal(&folder, true).await.contains("is not of the run"));
        fs::remove_file(folder.join("evidence").join("0000-0000-link.json")).unwrap();
        assert!(outside.exists());
    }
    assert!(Purge::of(&folder, true).await.is_ok());
}
