//! The imports of a generated file: found by the names that its text uses.

use std::collections::{BTreeMap, BTreeSet};

use super::class::Module;
use super::classes::MODULES;
use super::text::import;
use super::words::WORDS;

/// What a class that is not generated comes from.
const BY_HAND: &[(&str, &[&str])] = &[
    (
        "._behaviour",
        &[
            "ByConfiguration",
            "ByPart",
            "Cited",
            "Done",
            "DoneElsewhere",
            "Doors",
            "Itself",
            "Named",
            "Printed",
            "Registrable",
        ],
    ),
    ("._native", &["Secret"]),
    ("._planned", &["Planned", "Reported"]),
    ("._questions", &["Questions"]),
    ("._record", &["Listing", "R", "Record", "Records", "moment", "plain", "records", "when"]),
];

/// Returns the imports that the text of a file needs.
pub(crate) fn imports(module: &Module, body: &str) -> String {
    let tokens = tokens(body);
    let at_run_time = runtime_tokens(body);
    let uses = |name: &str| tokens.contains(name);
    let mut sources: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (from, names) in BY_HAND {
        sources.entry((*from).to_owned()).or_default().extend(names.iter().map(|name| (*name).to_owned()));
    }
    for other in MODULES.iter().filter(|other| other.name != module.name) {
        let names = other.classes.iter().map(|class| class.name.to_owned());
        sources.entry(format!(".{}", other.name)).or_default().extend(names);
    }
    let words = WORDS.iter().map(|word| word.name.to_owned());
    sources.entry("._words".to_owned()).or_default().extend(words);
    let own: BTreeSet<_> = module.classes.iter().map(|class| class.name).collect();

    let (mut run, mut typed) = (String::new(), String::new());
    for (from, names) in sources {
        let needed: Vec<_> =
            names.into_iter().filter(|name| uses(name) && !own.contains(name.as_str())).collect();
        if needed.is_empty() {
        } else if needed.iter().any(|name| at_run_time.contains(name.as_str())) && from != "._words" {
            run.push_str(&import("", &from, &needed));
        } else {
            typed.push_str(&import("    ", &from, &needed));
        }
    }
    let mut standard = String::new();
    for (from, names) in
        [("collections.abc", ["Callable", "Iterator"].as_slice()), ("datetime", ["datetime"].as_slice())]
    {
        let needed: Vec<_> = names.iter().filter(|name| uses(name)).map(|name| (*name).to_owned()).collect();
        if !needed.is_empty() {
            standard.push_str(&import("    ", from, &needed));
        }
    }
    let separate = if standard.is_empty() || typed.is_empty() { "" } else { "\n" };
    let typed = standard + separate + &typed;
    let generic = module.name == "_snapshot";
    let mut names: Vec<String> = Vec::new();
    names.extend((!typed.is_empty() || uses("TYPE_CHECKING")).then(|| "TYPE_CHECKING".to_owned()));
    names.extend(["Any", "overload"].into_iter().filter(|name| uses(name)).map(str::to_owned));
    if generic {
        names.extend(["Generic".to_owned(), "TypeVar".to_owned()]);
    }
    let mut text = if names.is_empty() { String::new() } else { import("", "typing", &names) + "\n" };
    text.push_str(&run);
    if !typed.is_empty() {
        text.push_str("\nif TYPE_CHECKING:\n");
        text.push_str(&typed);
    }
    if generic {
        text.push_str("\nT = TypeVar(\"T\")\n");
    }
    text
}

/// Returns the names in the code of a text, without those in docstrings.
fn tokens(body: &str) -> BTreeSet<&str> {
    words_of(code(body))
}

/// Returns the names that are needed when the file is imported or a property is read: not those in
/// annotations.
fn runtime_tokens(body: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for line in code(body) {
        let line = line.trim();
        let line = if line.starts_with("def ") { "" } else { line };
        let line = match line.split_once(" = ") {
            Some((start, value)) if start.contains(": ") => value,
            _ => line,
        };
        found.extend(words_of(std::iter::once(line)));
    }
    found
}

fn code(body: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    body.lines().filter(move |line| {
        let quotes = line.matches("\"\"\"").count();
        let was = inside;
        if quotes == 1 {
            inside = !inside;
        }
        !was && quotes == 0
    })
}

fn words_of<'a>(lines: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    lines
        .flat_map(|line| line.split('"').step_by(2).collect::<Vec<_>>())
        .flat_map(|code| code.split(|char: char| !(char.is_alphanumeric() || char == '_')))
        .filter(|word| !word.is_empty())
        .collect()
}
