//! The core's vocabulary, for tables and texts in Python, which do not repeat it.

use entra_ir_core::knowledge::Action;
use entra_ir_core::model::MethodKind;
use pyo3::prelude::*;
use serde_json::{Map, Value, json};

use crate::knowledge::{word, written};

/// Returns the core's words as JSON: each type of method with its name, each action with its name and place.
#[pyfunction]
pub(crate) fn vocabulary() -> PyResult<String> {
    let kinds = MethodKind::ALL.iter().map(|kind| (kind.slug().to_owned(), kind.to_string().into()));
    let mut actions = Map::new();
    for action in Action::all() {
        let told = json!({
            "name": action.to_string(),
            "operation": action.operation().map(|spec| spec.id),
            "elsewhere": action.elsewhere(),
        });
        actions.insert(word(&action)?, told);
    }
    written(&json!({ "method_kinds": kinds.collect::<Map<String, Value>>(), "actions": actions }))
}
