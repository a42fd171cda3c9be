//! `_operations.py`: the class of the result of each operation.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use entra_ir_core::operations;

use super::classes::{MODULES, class_of};
use super::text::{MARK, docstring, import};
use crate::definitions::reference;

/// Returns the file.
pub(crate) fn file() -> String {
    let mut rows = String::new();
    let mut used = BTreeSet::new();
    for schemas in operations::schemas() {
        let output = &schemas.output;
        let (make, definition) = match output["type"].as_str() {
            Some("array") => ("many", reference(&output["items"])),
            _ => ("one", output["title"].as_str()),
        };
        let class = definition.and_then(class_of);
        let class = class.unwrap_or_else(|| panic!("no class shows the result of {}", schemas.spec.id));
        used.insert(class);
        _ = writeln!(rows, "    \"{}\": ({make}, {class}),", schemas.spec.id);
    }
    let mut imports = BTreeMap::from([("._calls".to_owned(), vec!["many".to_owned(), "one".to_owned()])]);
    for module in MODULES {
        let names = module.classes.iter().map(|class| class.name).filter(|name| used.contains(name));
        let names: Vec<_> = names.map(str::to_owned).collect();
        if !names.is_empty() {
            imports.insert(format!(".{}", module.name), names);
        }
    }
    let imports: String = imports.iter().map(|(module, names)| import("", module, names)).collect();
    let doc = docstring("", &format!("The class of the result of each operation.\n\n{MARK}"));
    format!(
        "{doc}\nfrom __future__ import annotations\n\nfrom typing import Any\n\n{imports}\n\
        RESULTS: dict[str, tuple[Any, Any]] = {{\n{rows}}}\n"
    )
}
