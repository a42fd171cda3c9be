//! `$filter` for directory objects: parsed, checked against the resource, and applied.

use http::StatusCode;
use serde_json::{Map, Value};

use super::answer::Refused;
use super::filter_text::{Expr, parse};

/// The most parts that `or` may join. The service says so in the words below.
const MOST_OR: usize = 15;

/// What may be filtered of a resource.
pub(super) struct Rules {
    /// The type, without its namespace.
    pub(super) resource: &'static str,
    /// Texts: compared, listed, and by how they begin.
    pub(super) texts: &'static [&'static str],
    /// Compared only.
    pub(super) others: &'static [&'static str],
    /// Collections of texts, through `any`.
    pub(super) collections: &'static [&'static str],
}

impl Rules {
    /// Reads a filter, and refuses what the resource does not take.
    ///
    /// `advanced` says whether the request is one with `ConsistencyLevel: eventual` and `$count=true`.
    pub(super) fn read(&self, text: &str, advanced: bool) -> Result<Expr, Refused> {
        let expr = parse(text)?;
        self.check(&expr, advanced, &mut Vec::new())?;
        Ok(expr)
    }

    fn check(&self, expr: &Expr, advanced: bool, names: &mut Vec<String>) -> Result<(), Refused> {
        match expr {
            Expr::And(all) => all.iter().try_for_each(|part| self.check(part, advanced, names)),
            Expr::Or(all) => {
                if all.len() > MOST_OR {
                    return Err(unsupported(format!(
                        "Too many child clauses specified in search filter expression containing 'OR' operators: {}. Max allowed: \
                         {MOST_OR}.",
                        all.len()
                    )));
                }
                all.iter().try_for_each(|part| self.check(part, advanced, names))
            }
            Expr::Not(part) if advanced => self.check(part, advanced, names),
            Expr::Not(_) => Err(unsupported("Unsupported Query.")),
            Expr::Equal(name, _) => self.compared(name, names),
            Expr::NotEqual(name, _) => {
                self.compared(name, names)?;
                needs(advanced, "Unsupported property filter clause operator 'NotEqualsMatch'.")
            }
            Expr::In(name, _) | Expr::Starts(name, _) => self.text(name, names),
            Expr::Ends(name, _) => {
                self.text(name, names)?;
                needs(advanced, "Unsupported property filter clause operator 'EndsWithMatch'.")
            }
            Expr::Any(name, element, inner) => {
                if !has(self.collections, name) {
                    return Err(self.refused(name));
                }
                // Some collections may work without it; the stricter behaviour is simulated, so that a
                // missing header is noticed.
                needs(advanced, self.clause(name))?;
                names.push(element.clone());
                let result = self.check(inner, advanced, names);
                names.pop();
                result
            }
        }
    }

    fn text(&self, name: &str, names: &[String]) -> Result<(), Refused> {
        let is_element = names.iter().any(|known| known == name);
        if is_element || has(self.texts, name) { Ok(()) } else { Err(self.refused(name)) }
    }

    fn compared(&self, name: &str, names: &[String]) -> Result<(), Refused> {
        if has(self.others, name) { Ok(()) } else { self.text(name, names) }
    }

    fn clause(&self, name: &str) -> String {
        format!(
            "Unsupported or invalid query filter clause specified for property '{name}' of resource '{}'.",
            capital(self.resource)
        )
    }

    fn refused(&self, name: &str) -> Refused {
        unsupported(self.clause(name))
    }
}

impl Expr {
    /// Returns whether an object matches it.
    pub(super) fn matches(&self, item: &Map<String, Value>) -> bool {
        match self {
            Self::And(all) => all.iter().all(|part| part.matches(item)),
            Self::Or(all) => all.iter().any(|part| part.matches(item)),
            Self::Not(part) => !part.matches(item),
            Self::Equal(name, wanted) => same(value(item, name), wanted),
            Self::NotEqual(name, wanted) => !same(value(item, name), wanted),
            Self::In(name, wanted) => wanted.iter().any(|wanted| same(value(item, name), wanted)),
            Self::Starts(name, start) => text(item, name).is_some_and(|text| text.starts_with(start)),
            Self::Ends(name, end) => text(item, name).is_some_and(|text| text.ends_with(end)),
            Self::Any(name, element, inner) => {
                let list = value(item, name).as_array().map(Vec::as_slice).unwrap_or_default();
                list.iter().any(|value| inner.matches(&Map::from_iter([(element.clone(), value.clone())])))
            }
        }
    }
}

fn has(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn needs(advanced: bool, message: impl Into<String>) -> Result<(), Refused> {
    if advanced { Ok(()) } else { Err(unsupported(message)) }
}

fn unsupported(message: impl Into<String>) -> Refused {
    Refused::new(StatusCode::BAD_REQUEST, "Request_UnsupportedQuery", message)
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

fn value<'a>(item: &'a Map<String, Value>, name: &str) -> &'a Value {
    let found = item.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map_or(&Value::Null, |(_, value)| value)
}

/// Returns a text as the directory compares it: in lower case.
fn text(item: &Map<String, Value>, name: &str) -> Option<String> {
    value(item, name).as_str().map(str::to_lowercase)
}

fn same(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::String(found), Value::String(wanted)) => found.to_lowercase() == wanted.to_lowercase(),
        _ => found == wanted,
    }
}
