//! What a property of the core's JSON is in Python: its annotation, and the expression that reads it.

use serde_json::Value;

use super::classes::class_of;
use super::words::word_of;
use crate::definitions::{Definitions, variants};

/// A type in Python.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Str,
    Int,
    Float,
    Bool,
    Moment,
    Any,
    /// A set of words.
    Word(&'static str),
    /// A class of a result.
    Class(&'static str),
    /// An object that no class describes; whether its values are texts.
    Dict(bool),
    List(Box<Self>),
    /// A part of a snapshot; whether what it is may be nothing.
    Part(Box<Self>, bool),
}

impl Type {
    /// Returns the type of a schema, and whether it may be null.
    pub(crate) fn of(definitions: &Definitions, schema: &Value) -> (Self, bool) {
        let (resolved, name, nullable) = definitions.resolve(schema);
        let kind = Self::of_resolved(definitions, resolved, name);
        // What may be anything is itself the answer to the question.
        let nullable = nullable && kind != Self::Any;
        (kind, nullable)
    }

    fn of_resolved(definitions: &Definitions, schema: &Value, name: Option<&str>) -> Self {
        if let Some(name) = name {
            if name.starts_with("PartOf") {
                let (value, nullable) = Self::of(definitions, Definitions::property(schema, "value").schema);
                return Self::Part(Box::new(value), nullable);
            }
            if let Some(class) = class_of(name) {
                return Self::Class(class);
            }
            if let Some(word) = word_of(definitions, name, None) {
                return Self::Word(word);
            }
        }
        let all = variants(schema);
        let is = |kind: &str| {
            all.iter().all(|variant| {
                let kinds = &variant["type"];
                *kinds == kind
                    || kinds.as_array().is_some_and(|kinds| kinds[0] == kind)
                    || kind == "string" && (variant["enum"].is_array() || variant["const"].is_string())
                    || variant.get("$ref").is_some() && Self::of(definitions, variant).0.name() == kind
            })
        };
        match () {
            () if is("string") && schema["format"] == "date-time" => Self::Moment,
            () if is("string") => Self::Str,
            () if is("integer") => Self::Int,
            () if is("number") => Self::Float,
            () if is("boolean") => Self::Bool,
            () if is("array") => Self::List(Box::new(Self::of(definitions, &schema["items"]).0)),
            () if is("object") => Self::Dict(
                all.len() == 1 && {
                    let names = Definitions::properties(schema);
                    let text = |name: &String| {
                        Self::of(definitions, Definitions::property(schema, name).schema).0 == Self::Str
                    };
                    !names.is_empty() && names.iter().all(text)
                },
            ),
            () => Self::Any,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Str | Self::Word(_) => "string",
            _ => "other",
        }
    }

    /// Returns the annotation.
    pub(crate) fn annotation(&self) -> String {
        match self {
            Self::Str => "str".into(),
            Self::Int => "int".into(),
            Self::Float => "float".into(),
            Self::Bool => "bool".into(),
            Self::Moment => "datetime".into(),
            Self::Any => "Any".into(),
            Self::Word(name) | Self::Class(name) => (*name).into(),
            Self::Dict(true) => "dict[str, str]".into(),
            Self::Dict(false) => "dict[str, Any]".into(),
            Self::List(item) => match &**item {
                Self::Class(name) => format!("Records[{name}]"),
                item => format!("list[{}]", item.annotation()),
            },
            Self::Part(value, nullable) => {
                format!("Part[{}{}]", value.annotation(), if *nullable { " | None" } else { "" })
            }
        }
    }

    /// Returns the lines that read it. `known` says that the JSON always has it, and `nullable` that it may
    /// be null.
    pub(crate) fn reading(
        &self,
        name: &str,
        path: &[&str],
        known: bool,
        nullable: bool,
        done: bool,
    ) -> Vec<String> {
        let (last, before) = path.split_last().expect("a path has a name");
        let object: String = std::iter::once("self._data".to_owned())
            .chain(before.iter().map(|key| format!("[{key:?}]")))
            .collect();
        let nested = !before.is_empty();
        let (get, there) = (format!("{object}.get({last:?})"), format!("{object}[{last:?}]"));
        let maybe = nullable || !known;
        let (variable, annotation) = (variable(name), self.annotation());
        let typed = |kind: &str, value: &str| {
            vec![format!("{variable}: {kind} = {value}"), format!("return {variable}")]
        };
        let beside = if done { ", None, self._beside" } else { "" };
        match (self, maybe) {
            (Self::Any, _) => vec![format!("return plain({get})")],
            (Self::Bool, true) if !nullable => vec![format!("return bool({get})")],
            (Self::Moment, true) => vec![format!("return when({get})")],
            (Self::Moment, false) => vec![format!("return moment({there})")],
            (Self::Class(class), true) => {
                vec![
                    format!("data = {get}"),
                    format!("return None if data is None else {class}._of(data{beside})"),
                ]
            }
            (Self::Class(class), false) => vec![format!("return {class}._of({there}{beside})")],
            (Self::List(item), _) => match &**item {
                Self::Class(class) if nullable => {
                    vec![
                        format!("data = {get}"),
                        format!("return None if data is None else records({class}, data)"),
                    ]
                }
                Self::Class(class) if known => vec![format!("return records({class}, {there})")],
                Self::Class(class) => vec![format!("return records({class}, {get})")],
                Self::Any | Self::Dict(_) => typed(
                    &annotation,
                    &if known { format!("plain({there})") } else { format!("plain({get} or [])") },
                ),
                _ if maybe => vec![format!("return list({get} or ())")],
                _ => vec![format!("return list({there})")],
            },
            (Self::Dict(_), true) => typed(&format!("{annotation} | None"), &format!("plain({get})")),
            (Self::Dict(_), false) => typed(&annotation, &format!("plain({there})")),
            (Self::Part(..), _) => vec![format!("return Part[Any]._of({there}, None, {last:?})")],
            (Self::Word(_), true) => typed(&format!("{annotation} | None"), &get),
            (Self::Word(_), false) => typed(&annotation, &there),
            (_, true) if nested => typed(&format!("{annotation} | None"), &get),
            (_, true) => vec![format!("return {get}")],
            (_, false) => vec![format!("return {annotation}({there})")],
        }
    }

    /// Returns whether the attribute may be None.
    pub(crate) fn is_optional(&self, known: bool, nullable: bool) -> bool {
        match self {
            Self::Any | Self::Part(..) => false,
            Self::Bool => nullable,
            Self::List(item) => nullable && matches!(**item, Self::Class(_)),
            _ => nullable || !known,
        }
    }
}

/// Returns a name for a variable that hides nothing.
fn variable(name: &str) -> &str {
    if matches!(name, "property" | "id") { "found" } else { name }
}
