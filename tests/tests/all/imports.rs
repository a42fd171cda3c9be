//! Finds which file of the core's source uses which: reads paths from the text, and follows them to the file
//! that defines their item.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A module's path from the root of the crate; the root's is empty.
type Module = Vec<String>;

/// Lists the Rust files below a folder.
pub(crate) fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// What is read of one file.
struct Source {
    code: String,
    /// The paths that its `use` lines name, by the names under which they are known here; `*` for everything
    /// in a module.
    imports: Vec<(String, Module)>,
}

/// The files of a crate, unit tests aside, by the modules that they are.
pub(crate) struct Crate {
    sources: BTreeMap<Module, Source>,
    names: BTreeMap<Module, String>,
}

impl Crate {
    /// Reads a crate from the folder of its source.
    pub(crate) fn read(folder: &Path) -> Self {
        let mut all = Vec::new();
        files(folder, &mut all);
        let texts = all.iter().map(|path| {
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
            (name, fs::read_to_string(path).unwrap())
        });
        Self::of(texts)
    }

    /// Takes a crate from names and texts.
    pub(crate) fn of(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        let (mut sources, mut names) = (BTreeMap::new(), BTreeMap::new());
        for (name, text) in texts {
            let mut module: Module = name.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
            if module.last().is_some_and(|last| last == "mod" || last == "lib") {
                module.pop();
            }
            if module.iter().any(|part| part == "tests") {
                continue;
            }
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            let code = lines.collect::<Vec<_>>().join("\n");
            let imports = imports(&code);
            names.insert(module.clone(), name);
            sources.insert(module, Source { code, imports });
        }
        Self { sources, names }
    }

    /// Returns which files each file uses, by their names; the front page `lib.rs` is in neither.
    pub(crate) fn uses(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let files = self.sources.iter().filter(|(module, _)| !module.is_empty());
        let uses = files.map(|(module, source)| {
            let homes = paths(&source.code).into_iter().filter_map(|path| {
                let is_relative = !["crate", "super", "self"].contains(&path[0].as_str());
                // Without one of those words a path begins with a module below, or says nothing here.
                let below = [module.as_slice(), &path[..1]].concat();
                if is_relative && !self.sources.contains_key(&below) {
                    None
                } else {
                    self.home(module, &path, 0)
                }
            });
            let others = homes.filter(|home| home != module && !home.is_empty());
            (self.names[module].as_str(), others.map(|home| self.names[&home].as_str()).collect())
        });
        uses.collect()
    }

    /// Finds the module that defines what a path names.
    fn home(&self, from: &[String], path: &[String], depth: usize) -> Option<Module> {
        if depth > 8 {
            return None;
        }
        let mut at = from.to_vec();
        let mut rest = path.iter();
        while let Some(word) = rest.as_slice().first() {
            match word.as_str() {
                "crate" => at.clear(),
                "super" => _ = at.pop()?,
                "self" => {}
                _ => break,
            }
            rest.next();
        }
        while let Some(name) = rest.next() {
            let below = [at.as_slice(), std::slice::from_ref(name)].concat();
            if self.sources.contains_key(&below) {
                at = below;
                continue;
            }
            // An item: defined here, or imported here from elsewhere.
            let source = self.sources.get(&at)?;
            if defines(&source.code, name) {
                return Some(at);
            }
            let named = source.imports.iter().find(|(known, _)| known == name);
            if let Some((_, import)) = named.filter(|(_, import)| import != path) {
                let whole = [import.as_slice(), rest.as_slice()].concat();
                return self.home(&at, &whole, depth + 1);
            }
            let globs = source.imports.iter().filter(|(known, _)| known == "*");
            let mut through = globs.filter_map(|(_, import)| {
                let whole = [import.as_slice(), std::slice::from_ref(name)].concat();
                let home = self.home(&at, &whole, depth + 1)?;
                defines(&self.sources[&home].code, name).then_some(home)
            });
            return through.next().or_else(|| self.below(&at, name)).or(Some(at));
        }
        Some(at)
    }

    /// Finds the module directly below another that defines a type: a macro may have re-exported it.
    fn below(&self, module: &[String], name: &str) -> Option<Module> {
        let is_type = name.starts_with(|first: char| first.is_uppercase());
        let below = self
            .sources
            .iter()
            .filter(|(other, _)| other.len() == module.len() + 1 && other.starts_with(module));
        let mut homes = below.filter(|(_, source)| is_type && defines(&source.code, name));
        homes.next().map(|(home, _)| home.clone())
    }
}

/// Returns whether a source defines an item.
fn defines(code: &str, name: &str) -> bool {
    ["struct ", "enum ", "trait ", "type ", "const ", "static ", "fn ", "macro_rules! ", "union "].iter().any(
        |kind| {
            code.split(kind).skip(1).any(|after| {
                after
                    .strip_prefix(name)
                    .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
            })
        },
    )
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Returns the paths of two words or more that a source names, those in brackets one by one.
fn paths(code: &str) -> Vec<Module> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(start) = rest.find(|c: char| c.is_alphabetic() || c == '_') {
        let continues = rest[..start].ends_with("::");
        rest = &rest[start..];
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        if continues || !rest[end..].starts_with("::") {
            rest = &rest[end..];
            continue;
        }
        let (tree, length) = tree(rest);
        found.extend(tree.into_iter().map(|(path, _)| path));
        rest = &rest[length..];
    }
    found
}

/// Reads a path or a tree of paths from its first word. Returns the paths, each with the name it gets, and
/// the length of the text.
fn tree(text: &str) -> (Vec<(Module, Option<String>)>, usize) {
    let mut path = Module::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        if rest.starts_with('{') {
            let mut all = Vec::new();
            at += 1;
            loop {
                let rest = &text[at..];
                let skipped =
                    rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',').len();
                at += skipped;
                if text[at..].starts_with('}') || text[at..].is_empty() {
                    return (all, (at + 1).min(text.len()));
                }
                let (inner, length) = tree(&text[at..]);
                if length == 0 {
                    return (all, at);
                }
                at += length;
                all.extend(inner.into_iter().map(|(below, name)| {
                    let below = if below == ["self"] { Module::new() } else { below };
                    ([path.as_slice(), &below].concat(), name)
                }));
            }
        }
        if rest.starts_with('*') {
            return (vec![(path, Some("*".to_owned()))], at + 1);
        }
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        if end == 0 {
            return (vec![(path, None)], at);
        }
        path.push(rest[..end].to_owned());
        at += end;
        if let Some(after) = text[at..].strip_prefix(" as ") {
            let end = after.find(|c| !is_word(c)).unwrap_or(after.len());
            return (vec![(path, Some(after[..end].to_owned()))], at + 4 + end);
        }
        if !text[at..].starts_with("::") {
            return (vec![(path, None)], at);
        }
        at += 2;
    }
}

/// Returns what the `use` lines of a source name.
fn imports(code: &str) -> Vec<(String, Module)> {
    let mut found = Vec::new();
    for (start, _) in code.match_indices("use ") {
        let before = code[..start].trim_end_matches(' ');
        let is_line =
            before.is_empty() || before.ends_with('\n') || before.ends_with("pub") || before.ends_with(')');
        if !is_line {
            continue;
        }
        for (path, name) in tree(&code[start + 4..]).0 {
            if let Some(name) = name.or_else(|| path.last().cloned()) {
                found.push((name, path));
            }
        }
    }
    found
}

/// Returns the sets of nodes that lead back to themselves, each of two nodes or more, in order.
pub(crate) fn circles<'a>(uses: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> Vec<Vec<&'a str>> {
    let reached = |start: &'a str| {
        let mut found = BTreeSet::new();
        let mut open: Vec<_> = uses[start].iter().copied().collect();
        while let Some(next) = open.pop() {
            if found.insert(next) {
                open.extend(uses.get(next).into_iter().flatten());
            }
        }
        found
    };
    let reached: BTreeMap<_, _> = uses.keys().map(|name| (*name, reached(name))).collect();
    let mut circles = BTreeSet::new();
    for (name, found) in &reached {
        let circle: Vec<_> = found.iter().filter(|other| reached[*other].contains(name)).copied().collect();
        if circle.len() > 1 {
            circles.insert(circle);
        }
    }
    circles.into_iter().collect()
}

#[test]
fn paths_are_followed_to_the_file_that_defines() {
    let read = |texts: &[(&str, &str)]| {
        Crate::of(texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())))
    };
    let source = read(&[
        ("lib.rs", "pub mod a;\npub mod b;\npub use a::{deep::Deep, Near as Far};\n"),
        ("a/mod.rs", "mod deep;\nmod other;\npub use deep::*;\npub struct Near;\nfn f() { other::g() }\n"),
        ("a/deep.rs", "use super::{other::{g, self}, Near};\npub struct Deep;\n"),
        (
            "a/other.rs",
            "// crate::b::B\npub fn g() { super::super::b::h() }\n#[cfg(test)]\nmod tests {\n    use crate::Far;\n}",
        ),
        ("b.rs", "use crate::{Deep, Far};\npub fn h() -> std::fmt::Result { crate::a::Deep::new() }\n"),
    ]);
    let expected = [
        ("a/deep.rs", vec!["a/mod.rs", "a/other.rs"]),
        ("a/mod.rs", vec!["a/deep.rs", "a/other.rs"]),
        ("a/other.rs", vec!["b.rs"]),
        ("b.rs", vec!["a/deep.rs", "a/mod.rs"]),
    ];
    let uses = source.uses();
    let found: Vec<_> = uses.iter().map(|(name, used)| (*name, used.iter().copied().collect())).collect();
    assert_eq!(found, expected);
    assert_eq!(circles(&uses), [vec!["a/deep.rs", "a/mod.rs", "a/other.rs", "b.rs"]]);
}
