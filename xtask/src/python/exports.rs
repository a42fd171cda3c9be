//! The imports and `__all__` of `__init__.py` and `types.py`; the rest of both files is written by hand.

use std::collections::{BTreeMap, BTreeSet};

use super::classes::MODULES;
use super::text::import;
use super::words::WORDS;

/// Returns `__init__.py` with every class of a result imported and exported.
pub(crate) fn package(is: &str) -> String {
    let mut generated = BTreeMap::new();
    for module in MODULES {
        let names = module.classes.iter().filter(|class| class.public).map(|class| class.name.to_owned());
        let part = (module.name == "_snapshot").then(|| "Part".to_owned());
        generated.insert(format!(".{}", module.name), names.chain(part).collect::<Vec<_>>());
    }
    with(is, &generated)
}

/// Returns `types.py` with every word imported and exported.
pub(crate) fn types(is: &str) -> String {
    let words = WORDS.iter().map(|word| word.name.to_owned()).collect();
    with(is, &BTreeMap::from([("._words".to_owned(), words)]))
}

/// Replaces the relative imports of a file by those that it has by hand and the generated ones, and `__all__`
/// by all of their names.
fn with(is: &str, generated: &BTreeMap<String, Vec<String>>) -> String {
    let start = is.find("\nfrom .").expect("a file of the package imports others") + 1;
    let end = start + imports_end(&is[start..]);
    let mut modules = relative_imports(&is[start..end]);
    let by_hand: BTreeSet<_> = modules
        .iter()
        .filter(|(module, _)| !generated.contains_key(*module))
        .flat_map(|(_, names)| names.clone())
        .collect();
    let ours: BTreeSet<_> = generated.values().flatten().cloned().collect();
    modules.extend(generated.clone());
    let imports: String = modules.iter().map(|(module, names)| import("", module, names)).collect();

    let rest = &is[end..];
    let all = rest.find("__all__ = [\n").expect("a file of the package says what it exports");
    let after = all + rest[all..].find("]\n").unwrap_or_default() + 2;
    let defined =
        |name: &str| is.contains(&format!("\n{name}: TypeAlias")) || is.contains(&format!("\n{name} = "));
    let listed =
        rest[all..after].lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","));
    let mut names: BTreeSet<_> =
        listed.filter(|name| by_hand.contains(*name) || defined(name)).map(str::to_owned).collect();
    names.extend(ours);
    let names: Vec<_> = names.iter().map(|name| format!("    \"{name}\",\n")).collect();
    let names = names.concat();
    format!("{}{imports}{}__all__ = [\n{names}]\n{}", &is[..start], &rest[..all], &rest[after..])
}

/// Returns where the block of imports ends.
fn imports_end(text: &str) -> usize {
    let mut end = 0;
    let mut inside = false;
    for line in text.split_inclusive('\n') {
        inside = if inside { line.trim() != ")" } else { line.ends_with("(\n") };
        if !inside && line.trim() != ")" && !line.starts_with("from .") {
            break;
        }
        end += line.len();
    }
    end
}

fn relative_imports(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut modules = BTreeMap::new();
    for statement in text.split("from ").skip(1) {
        let (module, names) = statement.split_once(" import ").expect("an import names what it imports");
        let names = names.split([',', '(', ')', '\n']).map(str::trim).filter(|name| !name.is_empty());
        modules.insert(module.to_owned(), names.map(str::to_owned).collect());
    }
    modules
}
