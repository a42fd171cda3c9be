//! The definitions of all schemas in one place, and what can be asked of them.

use std::collections::BTreeMap;

use entra_ir_core::knowledge::tables::EffectTable;
use entra_ir_core::model::UserKind;
use entra_ir_core::simulator::drill;
use entra_ir_core::{AuthErrorKind, CallerKind, containment, knowledge, operations};
use serde_json::Value;

/// Holds every definition by its name.
pub(crate) struct Definitions(BTreeMap<String, Value>);

/// One property of a definition; of one that has variants, over all of them.
pub(crate) struct Property<'a> {
    pub(crate) schema: &'a Value,
    /// Whether each variant has it.
    pub(crate) required: bool,
}

impl Definitions {
    /// Reads the schemas of the core. What is written counts before what is read.
    pub(crate) fn of_the_core() -> Self {
        let operations = operations::schemas();
        let outputs = operations.iter().map(|schemas| schemas.output.clone());
        let inputs = operations.iter().map(|schemas| schemas.input.clone());
        let told = knowledge::schemas().into_iter().chain(containment::schemas()).chain(drill::schemas());
        let told = told.map(|(_, schema)| schema);
        // Words of arguments and errors that no result holds.
        let words = [
            schemars::schema_for!(AuthErrorKind),
            schemars::schema_for!(CallerKind),
            schemars::schema_for!(UserKind),
            schemars::schema_for!(EffectTable),
            schemars::schema_for!(knowledge::Registration),
        ];
        let told = told.chain(words.map(schemars::Schema::to_value));
        let mut all = BTreeMap::new();
        for mut document in outputs.chain(told).chain(inputs) {
            if let Some(Value::Object(inner)) =
                document.as_object_mut().and_then(|object| object.remove("$defs"))
            {
                for (name, definition) in inner {
                    all.entry(name).or_insert(definition);
                }
            }
            if let Some(name) = document["title"].as_str() {
                all.entry(name.to_owned()).or_insert(document);
            }
        }
        Self(all)
    }

    /// Returns a definition.
    pub(crate) fn get(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or_else(|| panic!("no schema defines {name}"))
    }

    /// Follows references, and leaves `null` out; returns the name that was followed last, if any, and
    /// whether there was a `null`.
    pub(crate) fn resolve<'a>(&'a self, schema: &'a Value) -> (&'a Value, Option<&'a str>, bool) {
        if let Some(name) = reference(schema) {
            let (resolved, inner, nullable) = self.resolve(self.get(name));
            return (resolved, inner.or(Some(name)), nullable);
        }
        if let Some([one, other]) = schema["anyOf"].as_array().map(Vec::as_slice)
            && other["type"] == "null"
        {
            let (resolved, name, _) = self.resolve(one);
            return (resolved, name, true);
        }
        let nullable = schema["type"].as_array().is_some_and(|types| types.iter().any(|kind| kind == "null"));
        (schema, None, nullable)
    }

    /// Lists the properties of an object in their order; those that may be missing come last.
    pub(crate) fn properties(schema: &Value) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for variant in variants(schema) {
            let required = variant["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let others =
                variant["properties"].as_object().into_iter().flat_map(|all| all.keys().map(String::as_str));
            for name in required.chain(others) {
                if !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            }
        }
        names
    }

    /// Finds a property of an object, or of the variants that have it.
    pub(crate) fn property<'a>(schema: &'a Value, name: &str) -> Property<'a> {
        let variants = variants(schema);
        let found = variants.iter().find_map(|variant| variant["properties"].get(name));
        let required = variants.iter().all(|variant| {
            variant["required"].as_array().is_some_and(|names| names.iter().any(|required| required == name))
        });
        Property { schema: found.unwrap_or_else(|| panic!("no property {name} in {schema:#}")), required }
    }

    /// Lists the words of a definition, or those of a property over its variants.
    pub(crate) fn words(&self, name: &str, property: Option<&str>) -> Vec<String> {
        let mut words = Vec::new();
        for variant in variants(self.get(name)) {
            let schema = property.map_or(variant, |property| &variant["properties"][property]);
            words_of(self.resolve(schema).0, &mut words);
        }
        words
    }

    /// Returns whether a definition is a set of words and nothing else.
    pub(crate) fn is_closed(schema: &Value) -> bool {
        variants(schema).iter().all(|variant| variant["const"].is_string() || variant["enum"].is_array())
    }

    /// Returns whether a definition is text.
    pub(crate) fn is_text(schema: &Value) -> bool {
        let is_word = |variant: &Value| variant["const"].is_string() || variant["enum"].is_array();
        variants(schema).iter().all(|variant| is_word(variant) || variant["type"] == "string")
    }
}

/// Returns the name that a reference leads to.
pub(crate) fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix("#/$defs/")
}

/// Returns the variants of a schema; itself if it has none.
pub(crate) fn variants(schema: &Value) -> Vec<&Value> {
    match schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
        Some(all) => all.iter().flat_map(variants).collect(),
        None => vec![schema],
    }
}

fn words_of(schema: &Value, words: &mut Vec<String>) {
    let consts = schema["const"].as_str().into_iter();
    let listed = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
    for word in consts.chain(listed) {
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    for variant in variants(schema) {
        if !std::ptr::eq(variant, schema) {
            words_of(variant, words);
        }
    }
}
