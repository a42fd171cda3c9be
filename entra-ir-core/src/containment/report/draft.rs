//! A draft of a message to somebody who has to know of a run.

use std::fmt;

use serde::Serialize;

/// A message in plain text, as a draft: nothing is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Draft {
    /// For whom it is.
    pub to: Addressee,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// Who has to know of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Addressee {
    /// The rightful user.
    User,
    /// The user's manager.
    Manager,
    /// The help desk, whom the attacker calls next.
    HelpDesk,
    /// The administrators of Exchange.
    Exchange,
    /// The administrators of Intune and of the devices.
    Intune,
    /// The administrators of Active Directory.
    ActiveDirectory,
}

impl Addressee {
    /// Returns a stable word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Manager => "manager",
            Self::HelpDesk => "help-desk",
            Self::Exchange => "exchange",
            Self::Intune => "intune",
            Self::ActiveDirectory => "active-directory",
        }
    }
}

impl fmt::Display for Addressee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::User => "the user",
            Self::Manager => "the manager",
            Self::HelpDesk => "the help desk",
            Self::Exchange => "the administrators of Exchange",
            Self::Intune => "the administrators of Intune",
            Self::ActiveDirectory => "the administrators of Active Directory",
        })
    }
}

impl fmt::Display for Draft {
    /// Writes whom it is for, the subject and the text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "To: {}\nSubject: {}\n\n{}", self.to, self.subject, self.text)
    }
}
