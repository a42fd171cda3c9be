//! The JSON Schema of an operation and of what it returns.

use schemars::JsonSchema;
use serde_json::{Value, json};

use crate::schema::{of_input, of_output};
use crate::spec::OperationSpec;

/// Holds what describes an operation and its result in JSON.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Schemas {
    /// What the operation is.
    pub spec: &'static OperationSpec,
    /// The schema of the operation, as [`AnyOperation`](super::AnyOperation) reads it.
    pub input: Value,
    /// The schema of its result.
    pub output: Value,
}

impl Schemas {
    /// Makes the schemas of an operation; the input names it by the tag.
    pub(super) fn of<I: JsonSchema, O: JsonSchema>(spec: &'static OperationSpec, tag: &str) -> Self {
        let mut input = of_input::<I>();
        input["properties"][tag] = json!({ "const": spec.id, "description": "The operation's name." });
        if let Some(required) = input["required"].as_array_mut() {
            required.insert(0, tag.into());
        }
        Self { spec, input, output: of_output::<O>() }
    }
}
