//! Warnings: what a responder must know beyond the result. The file of an operation declares its warnings.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Declares a warning: a stable code, and a text for people, in which `{}` is replaced when the warning is
/// given. A program checks for it by the declaration: [`Receipt::has`](super::Receipt::has).
#[derive(Debug, PartialEq, Eq)]
pub struct WarningKind {
    code: &'static str,
    text: &'static str,
    weight: Weight,
}

/// What a warning takes away from a success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Weight {
    /// What the service accepted is of no avail, or leaves a way in; in a few words.
    InVain(&'static str),
    /// Something remains or may remain, though the new state was read back; in a few words.
    MayRemain(&'static str),
    /// Nothing: what was asked for is done all the same.
    Harmless,
}

impl Weight {
    const fn word(self) -> &'static str {
        match self {
            Self::InVain(_) => "in-vain",
            Self::MayRemain(_) => "may-remain",
            Self::Harmless => "harmless",
        }
    }

    const fn brief(self) -> &'static str {
        match self {
            Self::InVain(brief) | Self::MayRemain(brief) => brief,
            Self::Harmless => "",
        }
    }
}

impl WarningKind {
    /// Declares a warning.
    pub const fn new(code: &'static str, text: &'static str, weight: Weight) -> Self {
        Self { code, text, weight }
    }

    /// Returns what it takes away from a success.
    pub const fn weight(&self) -> Weight {
        self.weight
    }

    /// Returns the code.
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// Creates the warning, with the replacement for `{}` in its text.
    pub fn with(&self, detail: impl fmt::Display) -> Warning {
        self.say(self.text.replacen("{}", &detail.to_string(), 1))
    }

    fn say(&self, message: String) -> Warning {
        let (weight, brief) = (self.weight.word().into(), self.weight.brief().into());
        Warning { code: self.code.into(), message, weight, brief }
    }
}

/// What a responder must know beyond the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Warning {
    /// The short stable word for it. A word from JSON may be of another version.
    pub code: Cow<'static, str>,
    /// The text for people.
    pub message: String,
    /// What it takes away from a success: `in-vain`, `may-remain` or `harmless`; see [`Weight`].
    #[serde(default)]
    pub weight: Cow<'static, str>,
    /// The same in a few words; empty if it is harmless.
    #[serde(default)]
    pub brief: Cow<'static, str>,
}

impl Warning {
    /// Returns whether it is of this kind.
    pub fn is(&self, kind: &WarningKind) -> bool {
        self.code == kind.code
    }
}

impl From<&WarningKind> for Warning {
    fn from(kind: &WarningKind) -> Self {
        debug_assert!(!kind.text.contains("{}"), "{} lacks its detail", kind.code);
        kind.say(kind.text.into())
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// The answer was lost, or was not Graph's; a read shows the new state.
pub const SETTLED_BY_READING: WarningKind = WarningKind::new(
    "settled-by-reading",
    "the write had no answer from Graph ({}), so its target was read: it shows the new state",
    Weight::Harmless,
);

/// The service asked for a longer wait than the client accepts.
pub const THROTTLED: WarningKind = WarningKind::new(
    "throttled",
    "the service asked to wait {} s: the rest was not tried, and nothing is sent before then",
    Weight::MayRemain("the rest was not tried"),
);

/// An answer could be read only after it was repaired.
pub const ANSWER_REPAIRED: WarningKind = WarningKind::new(
    "answer-repaired",
    "an answer of the service contained text that is not valid JSON or Unicode; it was repaired, so a name may read differently",
    Weight::Harmless,
);

/// The answer has no `request-id` of Graph, and contains what only Graph can know.
pub const ANSWER_UNMARKED: WarningKind = WarningKind::new(
    "answer-unmarked",
    "the answer has no request-id of Graph; its content is what Graph documents for this call",
    Weight::Harmless,
);

/// The caller answers for whose the target is.
pub const OWNER_CHECKED: WarningKind = WarningKind::new(
    "owner-checked",
    "the caller said that the owner was checked, so the write was sent even if the guard could not read it",
    Weight::Harmless,
);

/// The accounts that use the device could not be read.
pub const OTHER_USERS_UNKNOWN: WarningKind = WarningKind::new(
    "other-users-unknown",
    "whether other accounts use the device is unknown: {}",
    Weight::Harmless,
);

/// Who synchronizes the directory could not be read.
pub const SYNC_ACCOUNTS_NOT_READ: WarningKind = WarningKind::new(
    "sync-accounts-not-read",
    "the accounts of directory synchronization could not be read, so they were recognized only by their names: {}",
    Weight::Harmless,
);
