//! The library writes nothing to the disk but what belongs to a run.

use std::fs;
use std::path::{Path, PathBuf};

/// The ways to a file in Rust.
const RUST: [&str; 4] = ["std::fs", "tokio::fs", "OpenOptions", "File::"];

/// The ways to a file in Python.
const PYTHON: [&str; 5] = [" open(", "(open(", "os.open(", ".write_text(", ".write_bytes("];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "py") {
            found.push(path);
        }
    }
}

fn is_way(line: &str, ways: &[&str]) -> bool {
    let line = line.trim_start();
    let names_it = ["def ", "//", "#"].iter().any(|start| line.starts_with(start));
    !names_it && ways.iter().any(|way| format!(" {line}").contains(way))
}

/// The files that write: the journal and the evidence of a run, the secrets of a run and the plan of the
/// command where a file is named for them.
const OF_A_RUN: [&str; 4] =
    ["containment/disk.rs", "containment/journal/file.rs", "containment/sink.rs", "_command/files.py"];

/// Where tests write files of their own.
const TESTS: [&str; 2] = ["containment/journal/ledger/tests.rs", "auth/oauth/tests"];

/// The files that read what a way to sign in is given, a certificate or the token of a platform, and how.
const READERS: [(&str, &str); 2] = [
    ("auth/oauth/workload_identity.rs", "std::fs::read_to_string("),
    ("entra_ir/_credentials.py", "with open(path, \"rb\")"),
];

#[test]
fn nothing_but_a_run_is_written_to_disk() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut all = Vec::new();
    for folder in ["entra-ir-core/src", "entra-ir-py/src", "entra-ir-py/python"] {
        sources(&root.join(folder), &mut all);
    }
    assert!(all.len() > 150, "the sources were not found: {}", all.len());
    let of_a_run = |path: &Path| OF_A_RUN.iter().any(|writes| path.ends_with(writes));
    assert_eq!(all.iter().filter(|path| of_a_run(path)).count(), OF_A_RUN.len());
    let is_test = |path: &Path| TESTS.iter().any(|tests| path.to_string_lossy().contains(tests));
    let mut found = Vec::new();
    for path in all.iter().filter(|path| !of_a_run(path) && !is_test(path)) {
        let text = fs::read_to_string(path).unwrap();
        let ways =
            if path.extension().is_some_and(|extension| extension == "py") { &PYTHON[..] } else { &RUST[..] };
        let reads =
            |line: &str| READERS.iter().any(|(reader, how)| path.ends_with(reader) && line.contains(how));
        let lines = text.lines().filter(|line| is_way(line, ways) && !reads(line));
        found.extend(lines.map(|line| format!("{}: {line}", path.display())));
    }
    assert!(found.is_empty(), "SECURITY.md says that the library writes no other file: {found:#?}");
}

#[test]
fn the_search_finds_what_opens_a_file() {
    assert!(is_way("use std::fs;", &RUST) && is_way("    File::create(path)?", &RUST));
    assert!(!is_way("// std::fs", &RUST) && !is_way("doors.open().any(x)", &RUST));
    for line in [
        "    with open(path) as file:",
        "os.fdopen(os.open(path))",
        "open(path)",
        "f(open(path))",
        "Path(x).write_text(y)",
    ] {
        assert!(is_way(line, &PYTHON), "{line}");
    }
    assert!(!is_way("    def open(self) -> Records:", &PYTHON) && !is_way("doors.open()", &PYTHON));
}
