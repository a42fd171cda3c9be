//! Mechanisms: how a write was done. The file of an operation declares the mechanisms that it uses.

use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};

/// Names the Graph mechanism that did the work, which the operation's name does not always show.
#[derive(Clone, Debug)]
pub struct Mechanism {
    word: Cow<'static, str>,
    text: Cow<'static, str>,
}

impl Mechanism {
    /// Declares a mechanism: its stable word, and the text for people.
    pub const fn new(word: &'static str, text: &'static str) -> Self {
        Self { word: Cow::Borrowed(word), text: Cow::Borrowed(text) }
    }

    pub(super) const fn read(word: Cow<'static, str>, text: Cow<'static, str>) -> Self {
        Self { word, text }
    }

    /// Returns the stable word for it. A word from JSON may be of another version.
    pub fn word(&self) -> &str {
        &self.word
    }

    /// Returns the text for people.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Compares the words.
impl PartialEq for Mechanism {
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word
    }
}

impl Eq for Mechanism {}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Mechanism {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Mechanism".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string" })
    }
}

/// Writes the word.
impl Serialize for Mechanism {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.word.serialize(serializer)
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
