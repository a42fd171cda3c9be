//! The files that are generated, and whether those on disk are what they should be.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Collects what should be in the repository.
pub(crate) struct Files {
    root: PathBuf,
    wanted: BTreeMap<String, String>,
    /// Folders in which no other JSON may be.
    owned: Vec<String>,
}

impl Files {
    /// Begins with nothing, in the repository that this program belongs to.
    pub(crate) fn of_the_repository() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        Self { root, wanted: BTreeMap::new(), owned: Vec::new() }
    }

    /// Reads a file of which only a part is generated.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Adds a file.
    pub(crate) fn add(&mut self, path: &str, text: String) {
        self.wanted.insert(path.to_owned(), text);
    }

    /// Claims a folder: a JSON file in it that is not generated is stale.
    pub(crate) fn own(&mut self, folder: &str) {
        self.owned.push(folder.to_owned());
    }

    /// Writes what differs, or says what does.
    pub(crate) fn finish(self, check: bool) -> Result<(), String> {
        let mut stale = Vec::new();
        for (path, text) in &self.wanted {
            let file = self.root.join(path);
            if fs::read_to_string(&file).is_ok_and(|is| is == *text) {
                continue;
            }
            stale.push(path.clone());
            if !check {
                let folder = file.parent().unwrap_or(&self.root);
                fs::create_dir_all(folder)
                    .and_then(|()| fs::write(&file, text))
                    .map_err(|error| format!("{path}: {error}"))?;
            }
        }
        for folder in &self.owned {
            for entry in fs::read_dir(self.root.join(folder)).into_iter().flatten().flatten() {
                let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
                let is_json = entry.path().extension().is_some_and(|extension| extension == "json");
                if is_json && !self.wanted.contains_key(&path) {
                    if !check {
                        fs::remove_file(entry.path()).map_err(|error| format!("{path}: {error}"))?;
                    }
                    stale.push(path);
                }
            }
        }
        if check && !stale.is_empty() {
            return Err(format!("stale: {}; run `cargo xtask generate`", stale.join(", ")));
        }
        for path in stale {
            println!("{path}");
        }
        Ok(())
    }
}
