//! The names and ids of people and things that a journal holds.

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::journal::{Entry, Event};

/// A name or an id in a journal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Identifier {
    /// What it names.
    pub kind: IdentifierKind,
    /// The name or the id; an attacker may have chosen it.
    pub value: String,
}

/// What an identifier names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum IdentifierKind {
    /// An account, by its sign-in name or address.
    User,
    /// The domain of a sign-in name.
    Domain,
    /// Somebody who works on the incident, as claimed.
    Person,
    /// A method, by the name that it was given.
    Method,
    /// A device, by its name.
    Device,
    /// A phone number.
    Phone,
    /// An application, by its name.
    Application,
    /// What a watch or the gate found, with the names in it.
    Finding,
    /// What a person wrote: a note, a proof.
    Note,
    /// The name of an incident, or a ticket.
    Reference,
    /// An id.
    Id,
}

impl fmt::Display for IdentifierKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::User => "user",
            Self::Domain => "domain",
            Self::Person => "person",
            Self::Method => "method",
            Self::Device => "device",
            Self::Phone => "phone",
            Self::Application => "application",
            Self::Finding => "finding",
            Self::Note => "note",
            Self::Reference => "reference",
            Self::Id => "id",
        })
    }
}

impl Identifier {
    pub(super) fn new(kind: IdentifierKind, value: impl Into<String>) -> Self {
        Self { kind, value: value.into() }
    }
}

/// Lists the identifiers of a journal, each once, in the order in which it names them.
pub(super) fn of(entries: &[Entry]) -> Vec<Identifier> {
    let mut found = Found::default();
    for entry in entries {
        found.people(&entry.event);
        if let Ok(event) = serde_json::to_value(&entry.event) {
            found.read(&event);
        }
    }
    found.listed
}

#[derive(Default)]
struct Found {
    listed: Vec<Identifier>,
    seen: HashSet<String>,
}

impl Found {
    fn add(&mut self, kind: IdentifierKind, value: &str) {
        let value = value.trim();
        if !value.is_empty() && self.seen.insert(value.to_lowercase()) {
            self.listed.push(Identifier::new(kind, value));
        }
    }

    /// Adds the people whom an event names, and what they wrote.
    fn people(&mut self, event: &Event) {
        // Their texts quote names that no field holds.
        if let Event::Watched { new, found, .. } = event {
            for finding in new.iter().chain(found) {
                self.add(IdentifierKind::Finding, &finding.what);
            }
        }
        if let Event::Gated { missing, .. } = event {
            for line in missing {
                self.add(IdentifierKind::Finding, line);
            }
        }
        let (people, notes, references): (Vec<&String>, Option<&String>, Vec<&String>) = match event {
            Event::Opened { about, .. } => (
                about.owner.iter().chain(&about.authority).collect(),
                None,
                about.incident.iter().chain(&about.ticket).collect(),
            ),
            Event::Approved { approval } => (approval.name.iter().collect(), None, Vec::new()),
            Event::TickedOff { tick, .. } => (vec![&tick.by], tick.proof.as_ref(), Vec::new()),
            Event::HandedOver { from, to, note } => {
                (from.iter().chain([to]).collect(), note.as_ref(), Vec::new())
            }
            _ => return,
        };
        for (kind, texts) in [
            (IdentifierKind::Person, people),
            (IdentifierKind::Note, notes.into_iter().collect()),
            (IdentifierKind::Reference, references),
        ] {
            for text in texts {
                self.add(kind, text);
            }
        }
    }

    /// Adds what JSON names, by the names of its fields.
    fn read(&mut self, json: &Value) {
        match json {
            Value::Object(fields) => {
                let is_device = fields.get("type").and_then(Value::as_str) == Some("device");
                let of_session = fields.get("kind").and_then(Value::as_str) == Some("session");
                let of_consent = fields.get("kind").and_then(Value::as_str) == Some("consent");
                for (field, value) in fields {
                    let Some(text) = value.as_str() else {
                        self.read(value);
                        continue;
                    };
                    let is_door = fields.contains_key("out_of_sight");
                    let kind = match field.as_str() {
                        "user_principal_name" | "userPrincipalName" | "asked_for" | "address" | "mail" => {
                            IdentifierKind::User
                        }
                        "number" | "phoneNumber" => IdentifierKind::Phone,
                        "client_name" => IdentifierKind::Application,
                        "name" if is_door && of_session => IdentifierKind::Device,
                        "name" if is_door && of_consent => IdentifierKind::Application,
                        "name" if is_door => IdentifierKind::Method,
                        "display_name" | "displayName" if is_device => IdentifierKind::Device,
                        "display_name" | "displayName" => IdentifierKind::Method,
                        "id" | "account" | "tenant" | "user" | "device" | "grant" => IdentifierKind::Id,
                        _ => continue,
                    };
                    self.add(kind, text);
                    if let Some((_, domain)) = text.rsplit_once('@').filter(|_| kind == IdentifierKind::User)
                    {
                        self.add(IdentifierKind::Domain, domain);
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.read(item)),
            _ => {}
        }
    }
}
