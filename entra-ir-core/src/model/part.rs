//! A part of a snapshot: its value, or the reason why it is unknown.

use serde::de::{DeserializeOwned, Error as _};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// Holds one part of a snapshot: what was read, or why it was not.
///
/// What was not read is unknown, which is neither "none" nor "safe".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part<T> {
    /// It was not requested.
    #[default]
    Unread,
    /// It was read.
    Collected(T),
    /// The service refused; the reason names the permission or role that is missing.
    Denied {
        /// The service's answer, and the next step.
        reason: String,
    },
    /// The tenant has no licence for it: it does not exist there, and no permission changes that.
    NotLicensed {
        /// The service's answer, and the next step.
        reason: String,
    },
    /// This cloud does not have it; nothing was sent.
    NotInThisCloud,
    /// It could not be read for another reason.
    Failed {
        /// What happened, and the next step.
        reason: String,
    },
}

impl<T> Part<T> {
    /// Returns the value, if it was read.
    pub const fn collected(&self) -> Option<&T> {
        match self {
            Self::Collected(value) => Some(value),
            _ => None,
        }
    }

    /// Returns the word for its state: `collected`, `denied`, `not-licensed`, `not-in-this-cloud`, `failed`
    /// or `unread`.
    pub const fn state(&self) -> &'static str {
        match self {
            Self::Unread => "unread",
            Self::Collected(_) => "collected",
            Self::Denied { .. } => "denied",
            Self::NotLicensed { .. } => "not-licensed",
            Self::NotInThisCloud => "not-in-this-cloud",
            Self::Failed { .. } => "failed",
        }
    }

    /// Returns why it was not read, if the reason is more than its [`state`](Self::state).
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Denied { reason } | Self::NotLicensed { reason } | Self::Failed { reason } => Some(reason),
            _ => None,
        }
    }

    /// Changes the value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Part<U> {
        match self {
            Self::Unread => Part::Unread,
            Self::Collected(value) => Part::Collected(change(value)),
            Self::Denied { reason } => Part::Denied { reason },
            Self::NotLicensed { reason } => Part::NotLicensed { reason },
            Self::NotInThisCloud => Part::NotInThisCloud,
            Self::Failed { reason } => Part::Failed { reason },
        }
    }
}

#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for Part<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("PartOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Holds a part of a snapshot: what it is, or why it is not known.",
            "type": "object",
            "properties": {
                "state": {
                    "enum": ["unread", "collected", "denied", "not-licensed", "not-in-this-cloud", "failed"],
                    "description": "Whether it was collected, or why it was not."
                },
                "reason": { "type": "string", "description": "Why it is not known." },
                "value": generator.subschema_for::<T>()
            },
            "required": ["state"]
        })
    }
}

impl<T: Serialize> Serialize for Part<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut part = serializer.serialize_struct("Part", 2)?;
        part.serialize_field("state", self.state())?;
        match (self.collected(), self.reason()) {
            (Some(value), _) => part.serialize_field("value", value)?,
            (None, Some(reason)) => part.serialize_field("reason", reason)?,
            (None, None) => part.skip_field("reason")?,
        }
        part.end()
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Part<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Stored {
            state: String,
            #[serde(default)]
            value: Value,
            #[serde(default)]
            reason: String,
        }
        let Stored { state, value, reason } = Stored::deserialize(deserializer)?;
        Ok(match state.as_str() {
            "unread" => Self::Unread,
            "collected" => Self::Collected(serde_json::from_value(value).map_err(D::Error::custom)?),
            "denied" => Self::Denied { reason },
            "not-licensed" => Self::NotLicensed { reason },
            "not-in-this-cloud" => Self::NotInThisCloud,
            "failed" => Self::Failed { reason },
            // Whatever it means, the part is unknown.
            other => Self::Failed { reason: format!("{other}: {reason}") },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_part_says_its_state_first() {
        let json = |part: &Part<Vec<u8>>| serde_json::to_value(part).unwrap();
        assert_eq!(json(&Part::Collected(vec![1])), json!({ "state": "collected", "value": [1] }));
        let denied = Part::Denied { reason: "grant it".into() };
        assert_eq!(json(&denied), json!({ "state": "denied", "reason": "grant it" }));
        let unlicensed = Part::NotLicensed { reason: "P2".into() };
        assert_eq!(json(&unlicensed), json!({ "state": "not-licensed", "reason": "P2" }));
        assert_eq!(json(&Part::NotInThisCloud), json!({ "state": "not-in-this-cloud" }));
        assert_eq!(json(&Part::default()), json!({ "state": "unread" }));
        assert_eq!(denied.collected(), None);
        assert_eq!(Part::Collected(1).map(|one| one + 1), Part::Collected(2));
    }
}
