//! The JSON Schema of values whose form in JSON is not that of their type.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

/// Returns the schema of what a type reads.
pub(crate) fn of_input<T: JsonSchema>() -> Value {
    document::<T>(SchemaSettings::draft2020_12().for_deserialize())
}

/// Returns the schema of what a type writes.
pub(crate) fn of_output<T: JsonSchema>() -> Value {
    document::<T>(SchemaSettings::draft2020_12().for_serialize())
}

fn document<T: JsonSchema>(settings: SchemaSettings) -> Value {
    let settings = settings.with_transform(RecursiveTransform(|schema: &mut Schema| {
        if let Some(Value::String(description)) = schema.get_mut("description") {
            *description = prose(description);
        }
    }));
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

/// Returns documentation as text for readers of any language: without examples, headings and links of Rust.
fn prose(documentation: &str) -> String {
    // A heading looks like a hidden line of an example.
    let ends = ["\n# ", "```"].into_iter().filter_map(|mark| documentation.find(mark));
    let end = ends.min().unwrap_or(documentation.len());
    let paragraphs =
        documentation[..end].trim().split("\n\n").map(|lines| without_links(&lines.replace('\n', " ")));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

/// Replaces `[text](target)` and `` [`text`] `` by their text.
fn without_links(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        let Some((label, after)) = after.split_once(']') else {
            rest = after;
            plain.push('[');
            continue;
        };
        let target = after.strip_prefix('(').and_then(|target| target.split_once(')'));
        if target.is_none() && !label.starts_with('`') {
            plain.extend(["[", label, "]"]);
        } else {
            plain.push_str(&label.replace("Self::", ""));
        }
        rest = target.map_or(after, |(_, after)| after);
    }
    plain + rest
}

/// A moment, written as RFC 3339 in UTC.
pub(crate) struct Moment;

impl JsonSchema for Moment {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// A duration, written in seconds.
pub(crate) struct Seconds;

impl JsonSchema for Seconds {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Seconds".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number", "minimum": 0 })
    }
}

/// Adds a property that a value writes beside its fields. Its type stands by itself, without definitions.
pub(crate) fn add<T: JsonSchema>(schema: &mut Schema, name: &str, description: &str) {
    let mut property = T::json_schema(&mut SchemaGenerator::default());
    property.insert("description".into(), description.trim().into());
    let object = schema.ensure_object();
    let properties = object.entry("properties").or_insert_with(|| serde_json::json!({}));
    if let Some(properties) = properties.as_object_mut() {
        properties.insert(name.into(), property.into());
    }
    let required = object.entry("required").or_insert_with(|| serde_json::json!([]));
    if let Some(required) = required.as_array_mut() {
        required.push(name.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_prose() {
        let told = "Says how\nsure, by [`a`](Self::a), [`Self::b`] and [c](d).\n\nMore [x].\n\n# Errors\nNone.\n```\nx\n```";
        assert_eq!(prose(told), "Says how sure, by `a`, `b` and c.\n\nMore [x].");
        assert_eq!(prose("One.\n\n```\ncode[0]\n# hidden\n```"), "One.");
        assert_eq!(without_links("open [`x"), "open [`x");
    }
}
