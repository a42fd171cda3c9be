//! The `longRunningOperation` resource.

use serde::Deserialize;

/// Holds the state of a running password reset. Source: "longRunningOperation resource type".
///
/// Dates and ids are not read: Microsoft's own example has malformed ones, and nothing depends on them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LongRunningOperation {
    /// `notStarted`, `running`, `succeeded`, `failed`, in any case; others may come.
    #[serde(default)]
    pub(crate) status: Option<String>,
    /// What the service adds to it. Its values are not documented.
    #[serde(default)]
    pub(crate) status_detail: Option<String>,
}

impl LongRunningOperation {
    /// Tells how it ended: `Some(true)` for success, `Some(false)` for failure, `None` while it runs.
    pub(crate) fn ended(&self) -> Option<bool> {
        let status = self.status.as_deref()?;
        if status.eq_ignore_ascii_case("succeeded") {
            Some(true)
        } else if status.eq_ignore_ascii_case("failed") {
            Some(false)
        } else {
            None
        }
    }
}
