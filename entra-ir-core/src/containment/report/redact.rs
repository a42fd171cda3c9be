//! Replaces names and ids in a report by placeholders, so that it can be passed to people outside.

use std::collections::BTreeMap;

use serde_json::Value;

use super::identifier::{Identifier, IdentifierKind};
use super::run_report::RunReport;
use crate::error::{Refusal, Result};
use crate::text::printable;

/// Fields that hold words of this library, times, digests, and the ids of requests, which name nobody. Every
/// other text is searched.
const KEPT: [&str; 27] = [
    "actions",
    "aware_since",
    "assessed",
    "at",
    "began",
    "client_request_id",
    "closed",
    "closed_by",
    "doc",
    "due",
    "ended",
    "grade",
    "kind",
    "last",
    "law",
    "phase",
    "plan",
    "request_id",
    "server_date",
    "sha256",
    "source",
    "state",
    "task",
    "url",
    "version",
    "zone",
    "operation",
];

/// What replaces the place of the journal: a path names the person whose machine it is.
const REMOVED: &str = "(removed)";

/// The least length of a name that is replaced, in characters: a letter names nobody.
const LEAST: usize = 2;

impl RunReport {
    /// Returns the report with placeholders such as `user-1` and `device-2` instead of the names and ids of
    /// people and things, and of what people wrote. The same name has the same placeholder in every format.
    /// The ids of requests and the digests stay: they name nobody outside the tenant.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if a name is a word of this library, so that it cannot be
    /// replaced.
    pub fn redacted(&self) -> Result<Self> {
        let refuse = |error: serde_json::Error| Refusal::BadInput {
            what: "report",
            reason: format!("a name in it is a word of this library, and cannot be replaced: {error}"),
        };
        let mut json = serde_json::to_value(self).map_err(refuse)?;
        let mut redactor = Redactor::of(&self.identifiers);
        redactor.redact(&mut json);
        let mut report: Self = serde_json::from_value(json).map_err(refuse)?;
        REMOVED.clone_into(&mut report.place);
        report.redacted = true;
        Ok(report)
    }
}

/// Knows the placeholder of each name.
struct Redactor {
    /// The names, the longest first: in lower case, with the placeholder.
    names: Vec<(String, String)>,
    /// How many placeholders of each kind there are.
    counts: BTreeMap<IdentifierKind, usize>,
    /// What was found by its form, such as an id that no field of the journal holds by itself.
    found: BTreeMap<String, String>,
}

impl Redactor {
    fn of(identifiers: &[Identifier]) -> Self {
        let mut redactor = Self { names: Vec::new(), counts: BTreeMap::new(), found: BTreeMap::new() };
        for Identifier { kind, value } in identifiers {
            let placeholder = redactor.next(*kind);
            // As it was chosen, as texts quote it, and as a path holds it.
            let encoded = percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC);
            for form in [value.clone(), printable(value), encoded.to_string()] {
                let form = form.to_ascii_lowercase();
                if form.chars().count() >= LEAST && !redactor.names.iter().any(|(name, _)| *name == form) {
                    redactor.names.push((form, placeholder.clone()));
                }
            }
        }
        redactor.names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        redactor
    }

    fn next(&mut self, kind: IdentifierKind) -> String {
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        format!("{kind}-{count}")
    }

    fn redact(&mut self, json: &mut Value) {
        match json {
            Value::String(text) => *text = self.without(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.redact(item)),
            Value::Object(fields) => {
                let is_door = fields.contains_key("out_of_sight");
                for (field, value) in fields {
                    let is_word =
                        KEPT.contains(&field.as_str()) && !value.is_array() || is_door && field == "by";
                    let are_words = ["actions", "closed_by"].contains(&field.as_str());
                    if !is_word && !are_words {
                        self.redact(value);
                    }
                }
            }
            _ => {}
        }
    }

    /// Replaces every known name in a text, and then what has the form of an id, an address or a number.
    fn without(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, placeholder) in &self.names {
            text = replaced(&text, name, placeholder);
        }
        self.without_forms(&text)
    }

    fn without_forms(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut word = String::new();
        for c in text.chars() {
            if c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '+' | '#') {
                word.push(c);
            } else {
                out.push_str(&self.word(&word));
                word.clear();
                out.push(c);
            }
        }
        out.push_str(&self.word(&word));
        out
    }

    /// Replaces a word that is an id, an address or a phone number.
    fn word(&mut self, word: &str) -> String {
        let bare = word.trim_end_matches(['.', '-']);
        let kind = match bare {
            _ if uuid::Uuid::try_parse(bare).is_ok() => IdentifierKind::Id,
            _ if bare
                .split_once('@')
                .is_some_and(|(user, domain)| !user.is_empty() && domain.contains('.')) =>
            {
                IdentifierKind::User
            }
            _ if bare.strip_prefix('+').is_some_and(is_number) => IdentifierKind::Phone,
            _ => return word.to_owned(),
        };
        let key = bare.to_ascii_lowercase();
        let placeholder = if let Some(placeholder) = self.found.get(&key) {
            placeholder.clone()
        } else {
            let placeholder = self.next(kind);
            self.found.insert(key, placeholder.clone());
            placeholder
        };
        format!("{placeholder}{}", &word[bare.len()..])
    }
}

fn is_number(text: &str) -> bool {
    text.len() >= 7 && text.chars().all(|c| c.is_ascii_digit() || c == '-')
}

/// Replaces a name, which is in lower case, wherever it is a word of its own.
fn replaced(text: &str, name: &str, placeholder: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(found) = lower[at..].find(name) {
        let (from, to) = (at + found, at + found + name.len());
        let glued = |one: Option<char>, other: Option<char>| {
            one.zip(other).is_some_and(|(one, other)| one.is_alphanumeric() && other.is_alphanumeric())
        };
        let before = glued(text[..from].chars().next_back(), name.chars().next());
        let after = glued(name.chars().next_back(), text[to..].chars().next());
        if before || after {
            // Not the name, but a part of a word: go on after its first letter.
            let next = from + text[from..].chars().next().map_or(1, char::len_utf8);
            out.push_str(&text[at..next]);
            at = next;
        } else {
            out.push_str(&text[at..from]);
            out.push_str(placeholder);
            at = to;
        }
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_replaced_where_it_is_a_word_of_its_own() {
        assert_eq!(
            replaced("Ada and Adam, ADA's phone", "ada", "person-1"),
            "person-1 and Adam, person-1's phone"
        );
        assert_eq!(replaced("+1 555 0100.", "+1 555 0100", "phone-1"), "phone-1.");
        assert_eq!(replaced("Zoë's ë", "ë", "x"), "Zoë's x");
    }

    #[test]
    fn what_has_the_form_of_an_id_is_replaced_although_no_field_holds_it() {
        let mut redactor = Redactor::of(&[Identifier::new(IdentifierKind::User, "adele@contoso.example")]);
        let text =
            "ADELE@contoso.example, bob@contoso.example. Id 3b41c05e-73a1-43b7-86d7-ed8409f55900, +15550100.";
        assert_eq!(redactor.without(text), "user-1, user-2. Id id-1, phone-1.");
        assert_eq!(redactor.without("/users/adele%40contoso%2Eexample"), "/users/user-1");
        assert_eq!(redactor.without("bob@contoso.example"), "user-2", "the same name, the same placeholder");
    }
}
