//! The files of the classes of results.

use std::fmt::Write as _;

use super::class::{Class, How, Module, Property};
use super::classes::{MODULES, class_of};
use super::imports::imports;
use super::text::{MARK, docstring, listed, snake};
use super::types::Type;
use super::words::word_of;
use serde_json::Value;

use crate::definitions::{Definitions, reference};

/// What stands in `_snapshot.py` besides: a part is generic, and its name says what its value is.
const PART: &str = r#"

class Part(Record, Generic[T]):
    """Holds a part of a snapshot: what it is, or why it is not known."""

    __slots__ = ()

    @property
    def state(self) -> PartState:
        """Whether it was collected, denied, is not licensed, does not exist in this cloud, failed, or was not asked for."""
        state: PartState = self._data["state"]
        return state

    @property
    def reason(self) -> str | None:
        """Why it is not known."""
        return self._data.get("reason")

    @property
    def value(self) -> T | None:
        """What it is; None if it is not known."""
        if self.state != "collected":
            return None
        read: Callable[[Any], T] = _VALUES[str(self._beside)]
        return read(self._data["value"])
"#;

/// Returns a file.
pub(crate) fn file(definitions: &Definitions, module: &Module) -> String {
    let mut body = String::new();
    if module.name == "_snapshot" {
        body.push_str(PART);
    }
    for class in module.classes {
        body.push_str(&written(definitions, class));
    }
    if module.name == "_snapshot" {
        body.push_str(&values(definitions));
    }
    let doc = docstring("", &format!("{}\n\n{MARK}", module.doc));
    doc + "\nfrom __future__ import annotations\n\n" + &imports(module, &body) + &body
}

fn written(definitions: &Definitions, class: &Class) -> String {
    let about = definitions.get(class.of)["description"].as_str().unwrap_or_default();
    let about = about.split("\n\n").next().unwrap_or_default();
    let about = if class.only_more { "The result of a write, which has a receipt." } else { about };
    let doc =
        if class.example.is_empty() { about.to_owned() } else { format!("{about}\n\n{}", class.example) };
    let mut text = format!(
        "\n\nclass {}({}):\n{}\n    __slots__ = ()\n",
        class.name,
        class.bases,
        docstring("    ", &doc)
    );
    if !class.shown.is_empty() {
        let shown: Vec<_> = class.shown.iter().map(|name| format!("{name:?}")).collect();
        let _ = writeln!(text, "    _shown = ({})", shown.join(", "));
    }
    if class.name == "Receipt" {
        text.push_str(
            "    if not TYPE_CHECKING:  # To a type checker it is the property of every result of a write.\n",
        );
        text.push_str("        receipt = Itself()\n");
    }
    let mut properties = properties(definitions, class);
    // Below it the word means this attribute, no longer the decorator.
    properties.sort_by_key(|(name, _)| name == "property");
    for (_, property) in properties {
        text.push_str(&property);
    }
    if !class.rows.is_empty() {
        let _ = writeln!(text, "\n    def _rows(self) -> Records[Any]:\n        return self.{}", class.rows);
    }
    if class.iterates {
        let key = Definitions::property(definitions.get(class.of), class.rows).schema;
        let (Type::List(item), _) = Type::of(definitions, key) else {
            panic!("{} lists nothing", class.name)
        };
        text.push_str(&sequence(&item.annotation(), class.rows));
    }
    text
}

fn sequence(item: &str, rows: &str) -> String {
    format!(
        r#"
    def __iter__(self) -> Iterator[{item}]:
        """Iterates over the {rows}."""
        return iter(self.{rows})

    def __len__(self) -> int:
        """Counts the {rows}."""
        return len(self._data["{rows}"])

    @overload
    def __getitem__(self, index: int) -> {item}: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[{item}, ...]: ...
    def __getitem__(self, index: int | slice) -> {item} | tuple[{item}, ...]:
        """Returns one of the {rows} by its place."""
        return self.{rows}[index]
"#
    )
}

/// Returns each property of a class with its text, in the order of the schema.
fn properties(definitions: &Definitions, class: &Class) -> Vec<(String, String)> {
    let schema = definitions.get(class.of);
    let begins = |property: &&Property, key: &str| match property.how {
        How::At(path) => path[0] == key,
        How::Rest(first, _) => first == key,
        How::First(keys, _) => keys[0] == key,
        _ => false,
    };
    let secrets = class.more.iter().filter(|property| matches!(property.how, How::Secret));
    let mut found: Vec<_> =
        secrets.map(|property| (property.name.to_owned(), more(definitions, class, property))).collect();
    let keys = if class.only_more { Vec::new() } else { Definitions::properties(schema) };
    for key in &keys {
        let special: Vec<_> = class.more.iter().filter(|property| begins(property, key)).collect();
        if !special.is_empty() {
            found.extend(
                special
                    .into_iter()
                    .map(|property| (property.name.to_owned(), more(definitions, class, property))),
            );
        } else if !class.left_out.contains(&key.as_str()) {
            let renamed = class.renamed.iter().find(|(_, json)| json == key);
            let name = renamed.map_or_else(|| snake(key), |(name, _)| (*name).to_owned());
            found.push((name.clone(), by_path(definitions, class, &name, &[key], "")));
        }
    }
    let rest = class.more.iter().filter(|property| {
        !matches!(property.how, How::Secret) && !keys.iter().any(|key| begins(property, key))
    });
    found.extend(rest.map(|property| (property.name.to_owned(), more(definitions, class, property))));
    for (_, json) in class.renamed {
        assert!(keys.iter().any(|key| key == json), "{}: no key {json}", class.name);
    }
    for key in class.left_out {
        assert!(keys.iter().any(|known| known == key), "{}: no key {key}", class.name);
    }
    found
}

fn more(definitions: &Definitions, class: &Class, property: &Property) -> String {
    let Property { name, doc, .. } = property;
    match &property.how {
        How::At(path) => by_path(definitions, class, name, path, doc),
        How::Secret => text(name, "Secret | None", doc, &["return self._secret".to_owned()]),
        How::First(keys, always) => {
            let found: Vec<_> = keys.iter().map(|key| format!("self._data.get({key:?})")).collect();
            let found = found.join(" or ");
            if *always {
                text(name, "str", doc, &[format!("return str({found} or \"\")")])
            } else {
                text(name, "str | None", doc, &[format!("return {found}")])
            }
        }
        How::Rest(key, tag) => {
            let items = format!("self._data[{key:?}].items()");
            let line = format!("return {{name: value for name, value in {items} if name != {tag:?}}}");
            text(name, "dict[str, Any]", doc, &[line])
        }
        How::Where(list, by, value) => {
            let item = item_of(definitions, class, list);
            let one = list.trim_end_matches('s');
            let test =
                if value.is_empty() { format!("{one}.{by}") } else { format!("{one}.{by} == {value:?}") };
            text(
                name,
                &format!("Records[{item}]"),
                doc,
                &[format!("return Records({one} for {one} in self.{list} if {test})")],
            )
        }
        How::NoneOf(list, by, words) => {
            let item = item_of(definitions, class, list);
            let one = list.trim_end_matches('s');
            let words: Vec<_> = words.iter().map(|word| format!("{word:?}")).collect();
            let test = format!("{one}.{by} not in ({})", words.join(", "));
            text(
                name,
                &format!("Records[{item}]"),
                doc,
                &[format!("return Records({one} for {one} in self.{list} if {test})")],
            )
        }
        How::Of(other) => {
            let (owner, optional) = owner(definitions, class, other);
            let owner = find(owner);
            let (annotation, inner) = annotation_of(definitions, owner, name);
            let line = if optional {
                format!("return None if self.{other} is None else self.{other}.{name}")
            } else {
                format!("return self.{other}.{name}")
            };
            let none = if optional && !annotation.ends_with("None") { " | None" } else { "" };
            text(name, &format!("{annotation}{none}"), if doc.is_empty() { &inner } else { doc }, &[line])
        }
    }
}

fn find(name: &str) -> &'static Class {
    let mut classes = MODULES.iter().flat_map(|module| module.classes);
    classes.find(|class| class.name == name).unwrap_or_else(|| panic!("no class {name}"))
}

/// Returns the class of a property of a class, and whether it may be None.
fn owner(definitions: &Definitions, class: &Class, property: &str) -> (&'static str, bool) {
    let found = Definitions::property(definitions.get(class.of), property);
    match Type::of(definitions, found.schema) {
        (Type::Class(name), nullable) => (name, nullable || !found.required),
        (other, _) => panic!("{}.{property} is {other:?}", class.name),
    }
}

fn item_of(definitions: &Definitions, class: &Class, list: &str) -> String {
    match Type::of(definitions, Definitions::property(definitions.get(class.of), list).schema) {
        (Type::List(item), _) => item.annotation(),
        (other, _) => panic!("{}.{list} is {other:?}", class.name),
    }
}

/// Returns the annotation and description of a property of a class, wherever it comes from.
fn annotation_of(definitions: &Definitions, class: &Class, name: &str) -> (String, String) {
    if let Some(property) = class.more.iter().find(|property| property.name == name) {
        match property.how {
            How::At(path) => return described(definitions, class, path),
            How::Of(other) => {
                return annotation_of(definitions, find(owner(definitions, class, other).0), name);
            }
            _ => {}
        }
    }
    let renamed = class.renamed.iter().find(|(python, _)| *python == name).map(|(_, json)| *json);
    let keys = Definitions::properties(definitions.get(class.of));
    let key = renamed.map_or_else(|| keys.iter().find(|key| snake(key) == name).map(String::as_str), Some);
    described(definitions, class, &[key.unwrap_or_else(|| panic!("{} has no {name}", class.name))])
}

fn described(definitions: &Definitions, class: &Class, path: &[&str]) -> (String, String) {
    let read = follow(definitions, class, path);
    let none = if read.kind.is_optional(read.known, read.nullable) { " | None" } else { "" };
    (format!("{}{none}", read.kind.annotation()), read.doc)
}

/// What a path leads to.
struct Read {
    kind: Type,
    known: bool,
    nullable: bool,
    doc: String,
}

fn follow(definitions: &Definitions, class: &Class, path: &[&str]) -> Read {
    let mut schema = definitions.get(class.of);
    let mut holder = class.of;
    let (mut known, mut doc) = (true, String::new());
    for key in path {
        let property = Definitions::property(definitions.resolve(schema).0, key);
        holder = reference(schema).unwrap_or(holder);
        (schema, known) = (property.schema, property.required);
        if let Some(said) = schema["description"].as_str() {
            said.clone_into(&mut doc);
        }
    }
    let key = path.last().expect("a path has a name");
    let (kind, nullable) = match word_of(definitions, holder, Some(key)) {
        Some(word) => (Type::Word(word), false),
        None => Type::of(definitions, schema),
    };
    doc.push_str(&known_words(definitions, schema, &kind));
    Read { kind, known, nullable, doc }
}

/// Lists the words of a text that has no type of its own.
fn known_words(definitions: &Definitions, schema: &Value, kind: &Type) -> String {
    let (mut resolved, mut name, _) = definitions.resolve(schema);
    if let Type::Part(value, _) = kind
        && **value == Type::Str
    {
        (resolved, name, _) = definitions.resolve(Definitions::property(resolved, "value").schema);
    } else if *kind != Type::Str {
        return String::new();
    }
    let words = name.map(|name| definitions.words(name, None)).unwrap_or_default();
    if words.len() < 2 || !Definitions::is_text(resolved) {
        return String::new();
    }
    let listed: Vec<_> = words.iter().take(6).map(|word| format!("`{word}`")).collect();
    let end = match () {
        () if words.len() > 6 => ", ...",
        () if Definitions::is_closed(resolved) => ".",
        () => ", or a newer word.",
    };
    format!(" {}{end}", listed.join(", "))
}

fn by_path(definitions: &Definitions, class: &Class, name: &str, path: &[&str], doc: &str) -> String {
    let read = follow(definitions, class, path);
    // What was done goes with the result of a write into the results that it consists of, and the account
    // that was read with the snapshot into its user.
    let goes_on = |part: &str| {
        part == "Receipt"
            || find(part).bases.starts_with("WriteResult")
            || (class.name, part) == ("AccountSnapshot", "User")
    };
    let done = matches!(&read.kind, Type::Class(part) if goes_on(part));
    let lines = read.kind.reading(name, path, read.known, read.nullable, done);
    let none = if read.kind.is_optional(read.known, read.nullable) { " | None" } else { "" };
    let doc = if doc.is_empty() { read.doc.as_str() } else { doc };
    assert!(!doc.is_empty(), "{}.{name} has no description", class.name);
    text(name, &format!("{}{none}", read.kind.annotation()), doc, &lines)
}

fn text(name: &str, annotation: &str, doc: &str, lines: &[String]) -> String {
    let body = format!("        {}\n", lines.join("\n        "));
    let doc = docstring("        ", &of_python(doc));
    format!("\n    @property\n    def {name}(self) -> {annotation}:\n{doc}{body}")
}

/// Returns the table that says how the value of each part of a snapshot is read.
fn values(definitions: &Definitions) -> String {
    let snapshot = definitions.get("AccountSnapshot");
    let mut entries = Vec::new();
    for key in Definitions::properties(snapshot) {
        let Type::Part(value, nullable) =
            Type::of(definitions, Definitions::property(snapshot, &key).schema).0
        else {
            continue;
        };
        let read = match &*value {
            Type::Str => "str".to_owned(),
            Type::Class(class) if nullable => {
                format!("lambda data: None if data is None else {class}._of(data)")
            }
            Type::Class(class) => format!("{class}._of"),
            Type::List(item) => format!("lambda data: records({}, data)", item.annotation()),
            other => panic!("no way to read a part that is {other:?}"),
        };
        entries.push(format!("{key:?}: {read}"));
    }
    assert!(class_of("AccountSnapshot").is_some());
    "\n\n".to_owned() + &listed("_VALUES: dict[str, Callable[[Any], Any]] = {", &entries, "}")
}

/// Returns a description of the JSON as one of the attribute that reads it.
fn of_python(doc: &str) -> String {
    doc.replace(". UTC.", " (UTC).")
        .replace(". UTC,", ", UTC,")
        .replace(" In seconds in JSON.", " In seconds.")
}
