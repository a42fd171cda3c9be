//! A request that was not sent.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::spec::CallerKind;
use crate::text::printable;

/// Shows a request that was not sent, with its secrets masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Preview {
    /// The operation's name.
    pub operation: Cow<'static, str>,
    /// The HTTP method.
    pub method: String,
    /// The path and query, as they would be sent.
    pub path: String,
    /// The JSON body with secrets masked.
    pub body: Option<serde_json::Value>,
    /// The kind of caller that would send it, if the client has credentials of both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<CallerKind>,
}

impl Preview {
    pub(crate) const fn new(
        operation: &'static str,
        method: String,
        path: String,
        body: Option<serde_json::Value>,
        caller: Option<CallerKind>,
    ) -> Self {
        Self { operation: Cow::Borrowed(operation), method, path, body, caller }
    }
}

impl std::fmt::Display for Preview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, printable(&self.path))?;
        if let Some(body) = &self.body {
            write!(f, " {}", printable(&body.to_string()))?;
        }
        match self.caller {
            Some(caller) => write!(f, " (as {caller})"),
            None => Ok(()),
        }
    }
}
