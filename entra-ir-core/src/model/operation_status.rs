//! The `longRunningOperation` resource.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::lenient::lenient;

/// Holds the state of a running password reset. Source: "longRunningOperation resource type".
/// Dates and ids are not read: Microsoft's own example has malformed ones, and nothing depends on them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LongRunningOperation {
    /// Its id, if present.
    #[serde(default, deserialize_with = "lenient")]
    pub(crate) id: Option<String>,
    /// `notStarted`, `running`, `succeeded`, `failed`, in any case; others may come.
    #[serde(default, deserialize_with = "lenient")]
    pub(crate) status: Option<String>,
    /// The service's detail. Its values are not documented; a value that is not a text is kept as JSON.
    #[serde(default, deserialize_with = "any_as_text")]
    pub(crate) status_detail: Option<String>,
}

fn any_as_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    })
}

impl LongRunningOperation {
    /// Returns the outcome: `Some(true)` for success, `Some(false)` for failure, `None` while it runs.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_counts_whatever_stands_beside_it() {
        for detail in ["null", "7", r#"{"code":"x"}"#, "[]", r#""why""#] {
            let json = format!(r#"{{"status":"failed","statusDetail":{detail},"id":[]}}"#);
            let state: LongRunningOperation = serde_json::from_str(&json).unwrap();
            assert_eq!(state.ended(), Some(false), "{json}");
            assert_eq!(state.status_detail.is_some(), detail != "null");
        }
        let odd: LongRunningOperation = serde_json::from_str(r#"{"status":7}"#).unwrap();
        assert_eq!(odd.ended(), None);
    }
}
