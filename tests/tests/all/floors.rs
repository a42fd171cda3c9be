//! Modules use only lower floors, and have no circles.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::imports::{Crate, circles, files};

/// The floors, lowest first: a file may use its own and those below it. Operations see plain data, the wire
/// and their own trait only.
fn floor(module: &str) -> u32 {
    match module {
        "spec" | "target" | "receipt" | "error" | "cloud" | "ids" | "json" | "origin" | "schema" | "text"
        | "fan_out" => 0,
        "wire" | "model" | "page" => 1,
        "transport" | "auth" => 2,
        "pipeline" => 3,
        "operation" => 4,
        "operations" => 5,
        "client" => 6,
        "knowledge" => 7,
        "containment" => 8,
        "simulator" => 9,
        other => panic!("{other}: a module without a floor; see the design and add it here"),
    }
}

fn core() -> Crate {
    Crate::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../entra-ir-core/src"))
}

/// Returns the module at the root that a file is or is in.
fn module(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

#[test]
fn every_file_looks_down() {
    let core = core();
    let uses = core.uses();
    let mut wrong = Vec::new();
    for (file, used) in &uses {
        for other in used {
            let (own, other_module) = (module(file), module(other));
            // The caller's kind is plain data of the credential; everything else of floors 2 and 3 is out of
            // an operation's sight.
            let hidden =
                own == "operations" && matches!(floor(other_module), 2 | 3) && other_module != "auth";
            if floor(other_module) > floor(own) || hidden {
                wrong.push(format!("{file} uses {other}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let seen: BTreeSet<_> = uses.keys().map(|file| module(file)).collect();
    assert!(seen.len() >= 13, "the files were not found: {seen:?}");
    assert!(floor("client") > floor("operations"));
}

/// How many lines a file may have without a reason in its header.
const LONG: usize = 500;

#[test]
fn a_file_is_short_or_says_why_not() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut all = Vec::new();
    for folder in [
        "entra-ir-core/src",
        "entra-ir-py/src",
        "examples/src",
        "examples/examples",
        "tests/src",
        "tests/tests",
        "benches",
        "xtask/src",
    ] {
        if root.join(folder).exists() {
            files(&root.join(folder), &mut all);
        }
    }
    assert!(all.len() > 200, "{}", all.len());
    let long: Vec<_> = all
        .iter()
        .filter_map(|path| {
            let text = fs::read_to_string(path).unwrap();
            let lines = text.lines().count();
            let says_why = || {
                text.lines()
                    .take_while(|line| line.starts_with("//!"))
                    .any(|line| line.contains("long because"))
            };
            let in_simulator = path.components().any(|part| part.as_os_str() == "simulator");
            let too_long = if in_simulator { lines > 400 } else { lines > LONG && !says_why() };
            too_long.then(|| format!("{}: {lines} lines", path.display()))
        })
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

/// The wings of the simulator, lowest first.
fn wing(file: &str) -> Option<u32> {
    let file = file.strip_prefix("simulator/")?;
    Some(match file.split('/').next().unwrap() {
        "tenant" => 0,
        "seed" => 1,
        "authority" => 2,
        "graph" => 3,
        "mod.rs" => 4,
        "controls.rs" | "tokens.rs" => 5,
        "sign_in" => 6,
        "drill" => 7,
        other => panic!("{other}: no wing of the simulator"),
    })
}

#[test]
fn the_wings_of_the_simulator_look_down() {
    let core = core();
    let uses = core.uses();
    let up = uses.iter().flat_map(|(file, used)| {
        used.iter().filter(|other| wing(other) > wing(file)).map(move |other| format!("{file} uses {other}"))
    });
    let up: Vec<_> = up.filter(|line| line.starts_with("simulator/")).collect();
    assert!(up.is_empty(), "{up:#?}");
    for (file, other) in [
        ("simulator/seed/user.rs", "simulator/tenant/account.rs"),
        ("simulator/graph/router.rs", "simulator/graph/users.rs"),
        ("simulator/graph/traffic.rs", "simulator/authority/mod.rs"),
        ("simulator/controls.rs", "simulator/mod.rs"),
        ("simulator/sign_in/simulation.rs", "simulator/mod.rs"),
    ] {
        assert!(uses[file].contains(other), "{file} uses {other}: {:?}", uses[file]);
    }
}

#[test]
fn nothing_comes_back_to_itself() {
    let core = core();
    let uses = core.uses();
    let settle = &uses["operations/settle.rs"];
    assert!(settle.contains("operations/get_user.rs"), "a type leads to its file: {settle:?}");
    let removal = &uses["operations/removal.rs"];
    assert!(removal.contains("operations/methods_deleted.rs"), "{removal:?}");
    let found = circles_by_folder(&uses);
    let found: Vec<_> = found.iter().map(|(folder, circle)| (*folder, circle.as_slice())).collect();
    assert_eq!(found, [], "files and folders that come back to themselves");
}

/// Finds the circles among the files and folders that each folder has, with the name of the folder.
fn circles_by_folder<'a>(uses: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> Vec<(&'a str, Vec<&'a str>)> {
    let folders = uses.keys().flat_map(|file| file.match_indices('/').map(|(end, _)| &file[..=end]));
    let folders: BTreeSet<&str> = folders.chain([""]).collect();
    let mut found = Vec::new();
    for folder in folders {
        let child = |file: &'a str| {
            let below = file.strip_prefix(folder)?;
            // A `mod.rs` stands for its folder and names what is in it; only that of the simulator is held
            // free of circles.
            let is_front = below == "mod.rs" && !folder.starts_with("simulator/");
            (!is_front).then(|| below.find('/').map_or(below, |end| &below[..=end]))
        };
        let mut graph: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (file, used) in uses {
            if let Some(own) = child(file) {
                let others = used.iter().filter_map(|other| child(other)).filter(|other| *other != own);
                graph.entry(own).or_default().extend(others);
            }
        }
        found.extend(circles(&graph).into_iter().map(|circle| (folder, circle)));
    }
    found
}
