//! Modules look only down their floor.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The floors, lowest first: a file may use its own and those below it. Operations see plain data, the wire and their own trait only.
fn floor(module: &str) -> u32 {
    match module {
        "spec" | "receipt" | "error" | "cloud" | "ids" | "text" | "fan_out" => 0,
        "wire" | "model" => 1,
        "transport" | "auth" => 2,
        "pipeline" => 3,
        "operation" | "page" => 4,
        "operations" => 5,
        "client" => 6,
        "knowledge" => 7,
        "simulator" => 9,
        other => panic!("{other}: a module without a floor; see the design and add it here"),
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The modules that a source names by `crate::`, its unit tests aside.
fn used(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut used = Vec::new();
    for line in lines {
        for after in line.split("crate::").skip(1) {
            let name: String = after.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            if !name.is_empty() {
                used.push(name);
            }
        }
    }
    used
}

#[test]
fn every_file_looks_down() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../entra-ir-core/src");
    let mut all = Vec::new();
    files(&source, &mut all);
    let mut seen = BTreeMap::new();
    let mut wrong = Vec::new();
    for path in all.iter().filter(|path| !path.ends_with("lib.rs")) {
        let relative = path.strip_prefix(&source).unwrap();
        let own = relative.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs");
        *seen.entry(own.to_owned()).or_insert(0) += 1;
        for other in used(&fs::read_to_string(path).unwrap()) {
            // The caller's kind is plain data of the credential; everything else of floors 2 and 3 is out of an operation's sight.
            let hidden = own == "operations" && matches!(floor(&other), 2 | 3) && other != "auth";
            if floor(&other) > floor(own) || hidden {
                wrong.push(format!("{}: uses crate::{other}", relative.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen.len() >= 13, "the files were not found: {seen:?}");
}

#[test]
fn the_check_sees_a_wrong_line() {
    assert_eq!(used("use crate::client::Client;\n// crate::pipeline\n"), ["client"]);
    assert!(floor("client") > floor("operations"));
}

#[test]
fn no_file_is_too_long_to_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut all = Vec::new();
    for folder in
        ["entra-ir-core/src", "examples/src", "examples/examples", "tests/src", "tests/tests", "benches"]
    {
        if root.join(folder).exists() {
            files(&root.join(folder), &mut all);
        }
    }
    let long: Vec<_> = all
        .iter()
        .filter_map(|path| {
            let lines = fs::read_to_string(path).unwrap().lines().count();
            (lines > 600).then(|| format!("{}: {lines} lines", path.display()))
        })
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

/// Circles that are there: the two directions of one write name each other's spec.
const KNOWN_CIRCLES: [[&str; 2]; 0] = [];

/// The files of a folder that a source names by `super::`, itself or by a type that it defines; its unit tests aside.
fn neighbours<'a>(source: &str, home_of: &BTreeMap<String, &'a str>) -> Vec<&'a str> {
    let code = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines = code.lines().map(str::trim_start).filter(|line| !line.starts_with("//"));
    let mut named = Vec::new();
    for line in lines {
        for after in line.split("super::").skip(1) {
            let group = match after.strip_prefix('{') {
                Some(list) => list.split('}').next().unwrap_or_default().split(',').collect(),
                None => vec![after],
            };
            let word = |name: &str| {
                name.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
            };
            named.extend(group.into_iter().filter_map(|name| home_of.get(&word(name)).copied()));
        }
    }
    named
}

/// Returns the files that can be reached from each one.
fn reached<'a>(graph: &BTreeMap<&'a str, Vec<&'a str>>) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let from = |start: &str| {
        let mut found = BTreeSet::new();
        let mut open = graph[start].clone();
        while let Some(next) = open.pop() {
            if found.insert(next) {
                open.extend(&graph[next]);
            }
        }
        found
    };
    graph.keys().map(|file| (*file, from(file))).collect()
}

#[test]
fn no_operation_comes_back_to_itself() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../entra-ir-core/src/operations");
    let mut all = Vec::new();
    files(&folder, &mut all);
    let sources: BTreeMap<_, _> = all
        .iter()
        .map(|path| (path.file_stem().unwrap().to_str().unwrap(), fs::read_to_string(path).unwrap()))
        .filter(|(name, _)| *name != "mod")
        .collect();
    let mut home_of: BTreeMap<_, _> = sources.keys().map(|name| ((*name).to_owned(), *name)).collect();
    for (home, source) in &sources {
        for line in source.lines() {
            let Some(after) = ["pub struct ", "pub enum "].iter().find_map(|kind| line.strip_prefix(kind))
            else {
                continue;
            };
            home_of.insert(after.chars().take_while(|c| c.is_alphanumeric()).collect(), home);
        }
    }
    let graph: BTreeMap<_, _> = sources
        .iter()
        .map(|(name, source)| {
            let others = neighbours(source, &home_of).into_iter().filter(|other| other != name);
            (*name, others.collect::<Vec<_>>())
        })
        .collect();
    assert!(graph["settle"].contains(&"get_user"), "a type leads to its file: {:?}", graph["settle"]);
    assert!(graph["removal"].contains(&"methods_deleted"), "{:?}", graph["removal"]);
    let circles: Vec<_> = reached(&graph)
        .into_iter()
        .filter(|(name, found)| found.contains(name))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(circles, KNOWN_CIRCLES.concat(), "files of operations/ that come back to themselves");
}
