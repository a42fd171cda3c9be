//! What a drill on a test account found: a table, one operation in a row.

use std::fmt;

use serde::Serialize;

use crate::CallerKind;
use crate::ids::ObjectId;
use crate::knowledge::AccountKind;
use crate::receipt::Grade;
use crate::text::printable;

/// What a drill on a test account found.
#[derive(Clone, Debug, Serialize)]
#[serde(remote = "Self")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = Self::beside))]
#[non_exhaustive]
pub struct RealDrilled {
    /// The test account.
    pub account: ObjectId,
    /// Its sign-in name.
    pub user_principal_name: Option<String>,
    /// The kind of account.
    pub kind: AccountKind,
    /// Whether it is privileged; `None` if unknown.
    pub privileged: Option<bool>,
    /// The kind of caller; `None` if unknown.
    pub caller: Option<CallerKind>,
    /// The folder of the runs, one for each operation; `None` if their journals were kept in memory only.
    pub folder: Option<String>,
    /// The operations, in the order in which they were tried.
    pub operations: Vec<DrilledOperation>,
}

crate::json::beside!(RealDrilled {
    /// Whether all that was tried was accepted, and all that can be taken back was.
    whole: bool = Self::is_whole;
    /// The same as lines of text.
    text: String = |drilled: &Self| drilled.to_string();
});

/// What became of one operation in a drill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DrilledOperation {
    /// The operation.
    pub operation: &'static str,
    /// What became of it.
    pub state: DrillState,
    /// How sure it is what became of the write; `None` if it was not sent.
    pub grade: Option<Grade>,
    /// Why, or what to do next. A service chose words in it.
    pub reason: String,
    /// Whether it was taken back; `None` if there is nothing to take back, or nothing can be.
    pub undone: Option<bool>,
    /// How it was taken back, or why not.
    pub undo: String,
    /// A question that no page answers, and whose answer for this tenant is this row.
    pub question: Option<&'static str>,
    /// The journal of its run; `None` if there was none of its own.
    pub place: Option<String>,
}

/// What became of an operation in a drill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DrillState {
    /// Graph accepted it.
    Accepted,
    /// Graph or this library refused it.
    Refused,
    /// What became of it is unknown.
    Unknown,
    /// It was not tried.
    NotTried,
}

impl fmt::Display for DrillState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accepted => "accepted",
            Self::Refused => "REFUSED",
            Self::Unknown => "UNKNOWN",
            Self::NotTried => "not tried",
        })
    }
}

impl RealDrilled {
    /// Returns whether all that was tried was accepted, and all that can be taken back was.
    pub fn is_whole(&self) -> bool {
        self.operations.iter().all(|tried| {
            matches!(tried.state, DrillState::Accepted | DrillState::NotTried) && tried.undone != Some(false)
        })
    }

    /// Lists what was taken back too little: the account needs a person.
    pub fn left_behind(&self) -> impl Iterator<Item = &DrilledOperation> {
        self.operations.iter().filter(|tried| tried.undone == Some(false))
    }
}

impl fmt::Display for DrilledOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation, self.state)?;
        if !self.reason.is_empty() {
            write!(f, ": {}", printable(&self.reason))?;
        }
        match self.undone {
            Some(true) => f.write_str("; taken back")?,
            Some(false) => write!(f, "; NOT TAKEN BACK: {}", printable(&self.undo))?,
            None if !self.undo.is_empty() => write!(f, "; {}", printable(&self.undo))?,
            None => {}
        }
        if let Some(question) = self.question {
            write!(f, "; answers: {question}")?;
        }
        Ok(())
    }
}

impl fmt::Display for RealDrilled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.user_principal_name.clone().unwrap_or_else(|| self.account.to_string());
        let caller = match self.caller {
            Some(CallerKind::Delegated) => "a signed-in user",
            Some(CallerKind::AppOnly) => "an application",
            None => "a caller of unknown kind",
        };
        let said =
            if self.is_whole() { "everything tried was accepted" } else { "NOT everything was accepted" };
        writeln!(f, "drill on {} by {caller}: {said}", printable(&name))?;
        self.operations.iter().try_for_each(|tried| writeln!(f, "  {tried}"))?;
        if let Some(folder) = &self.folder {
            writeln!(f, "journals: {}", printable(folder))?;
        }
        Ok(())
    }
}
