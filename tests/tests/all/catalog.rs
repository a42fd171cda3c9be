//! The catalog describes everything that the client offers.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use entra_ir_core::operations::CATALOG;
use entra_ir_core::spec::{Idempotency, OperationSpec};

/// The methods of the client that return a call, in any file.
fn methods() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../entra-ir-core/src/operations");
    let mut methods = Vec::new();
    for file in fs::read_dir(folder).unwrap() {
        let source = fs::read_to_string(file.unwrap().path()).unwrap_or_default();
        for block in source.split("\nimpl Client {\n").skip(1) {
            let block = block.split("\n}\n").next().unwrap_or_default();
            let heads = block.lines().filter_map(|line| line.strip_prefix("    pub fn "));
            methods.extend(heads.filter_map(|head| Some(head.split_once(['(', '<'])?.0.to_owned())));
        }
    }
    methods
}

#[test]
fn every_operation_has_a_method_and_every_method_an_operation() {
    let found = methods();
    let methods: HashSet<&str> = found.iter().map(String::as_str).collect();
    let catalog: HashSet<&str> = CATALOG.iter().map(|spec| spec.id).collect();
    assert_eq!(methods, catalog);
    assert!(found.len() == methods.len() && catalog.len() == CATALOG.len(), "one of each");
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
