//! The catalog describes what the client offers, wholly.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use entra_ir_core::operations::CATALOG;
use entra_ir_core::{Idempotency, OperationSpec};

#[test]
fn every_operation_has_a_door_and_every_door_an_operation() {
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("../entra-ir-core/src/client.rs");
    let client = fs::read_to_string(client).unwrap();
    let (_, doors) = client.rsplit_once("doors! {").unwrap();
    let mut doors: HashSet<&str> = doors
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("///"))
        .filter_map(|line| line.split_once('(').map(|(name, _)| name))
        .collect();
    // It looks for accounts, and is about none.
    doors.extend(client.contains("pub fn find_users(").then_some("find_users"));
    let catalog: HashSet<&str> = CATALOG.iter().map(|spec| spec.id).collect();
    assert_eq!(doors, catalog);
    assert!(catalog.len() >= 15 && catalog.len() == CATALOG.len());
}

fn with_parts<'a>(spec: &'a OperationSpec, all: &mut Vec<&'a OperationSpec>) {
    all.push(spec);
    for part in spec.uses {
        with_parts(part, all);
    }
}

#[test]
fn every_description_says_everything() {
    let mut all = Vec::new();
    for spec in CATALOG {
        with_parts(spec, &mut all);
    }
    for spec in all {
        for (what, text) in [
            ("summary", spec.summary),
            ("does_not", spec.does_not),
            ("undo", spec.undo),
            ("if_unknown", spec.if_unknown),
            ("doc", spec.doc),
        ] {
            assert!(!text.is_empty(), "{}: {what} is empty", spec.id);
        }
        assert!(spec.doc.starts_with("https://learn.microsoft.com/"), "{}: {}", spec.id, spec.doc);
        assert!(!spec.permissions.delegated.is_empty(), "{}: no permission", spec.id);
        let reads = !spec.effect.writes();
        assert_eq!(
            spec.idempotency == Idempotency::Safe,
            reads,
            "{}: what only reads is safe, and nothing else",
            spec.id
        );
        assert!(spec.clouds.iter().next().is_some(), "{}: in no cloud", spec.id);
    }
}
