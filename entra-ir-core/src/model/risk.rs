//! The `riskyUser` and `riskyUserHistoryItem` resources.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::lenient::{date, lenient, or_default};
use super::timestamp;

/// A user's risk in Identity Protection. Source: "riskyUser resource type".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct UserRisk {
    /// The level of the risk.
    #[serde(rename = "riskLevel", deserialize_with = "lenient")]
    pub level: Option<RiskLevel>,
    /// The state of the risk.
    #[serde(rename = "riskState", deserialize_with = "lenient")]
    pub state: Option<RiskState>,
    /// The reason, in the service's word.
    #[serde(rename = "riskDetail", deserialize_with = "lenient")]
    pub detail: Option<String>,
    /// When it last changed. UTC.
    #[serde(
        rename = "riskLastUpdatedDateTime",
        deserialize_with = "date",
        serialize_with = "timestamp::serialize"
    )]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub last_updated: Option<OffsetDateTime>,
    /// Whether the service is still working on it.
    #[serde(deserialize_with = "lenient")]
    pub is_processing: Option<bool>,
}

impl UserRisk {
    /// Makes a risk of a level and a state.
    pub fn new(level: RiskLevel, state: RiskState) -> Self {
        Self { level: Some(level), state: Some(state), ..Self::default() }
    }

    /// Returns whether policies on user risk may act on it; `None` if the state is missing, or of another
    /// version.
    pub const fn is_open(&self) -> Option<bool> {
        match self.state {
            Some(RiskState::AtRisk | RiskState::ConfirmedCompromised) => Some(true),
            Some(
                RiskState::None | RiskState::ConfirmedSafe | RiskState::Remediated | RiskState::Dismissed,
            ) => Some(false),
            Some(RiskState::Other(_)) | None => None,
        }
    }
}

/// One change of a user's risk, and who made it. Source: "riskyUserHistoryItem resource type".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct RiskEvent {
    /// When it changed. UTC.
    #[serde(
        rename = "riskLastUpdatedDateTime",
        deserialize_with = "date",
        serialize_with = "timestamp::serialize"
    )]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub at: Option<OffsetDateTime>,
    /// The level from then on.
    #[serde(rename = "riskLevel", deserialize_with = "lenient")]
    pub level: Option<RiskLevel>,
    /// The state from then on.
    #[serde(rename = "riskState", deserialize_with = "lenient")]
    pub state: Option<RiskState>,
    /// The reason, in the service's word.
    #[serde(rename = "riskDetail", deserialize_with = "lenient")]
    pub detail: Option<String>,
    /// The actor who changed it, by the service's id.
    #[serde(deserialize_with = "lenient")]
    pub initiated_by: Option<String>,
    /// What changed it.
    #[serde(deserialize_with = "or_default")]
    pub activity: RiskActivity,
}

/// What changed a user's risk. Source: "riskUserActivity resource type".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct RiskActivity {
    /// The reason, in the service's word.
    #[serde(deserialize_with = "lenient")]
    pub detail: Option<String>,
    /// The types of the detections, in the service's words.
    #[serde(deserialize_with = "or_default")]
    pub risk_event_types: Vec<String>,
}

/// The level of a risk.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum RiskLevel {
    /// None.
    None,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// The tenant's licence does not show it.
    Hidden,
    /// A word this version does not know.
    #[serde(untagged)]
    Other(String),
}

/// The state of a risk.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum RiskState {
    /// Nothing is known against the user.
    None,
    /// Somebody confirmed that it was not an attack.
    ConfirmedSafe,
    /// The user or an administrator remediated it.
    Remediated,
    /// Somebody dismissed it.
    Dismissed,
    /// It is open.
    AtRisk,
    /// Somebody confirmed that it was an attack.
    ConfirmedCompromised,
    /// A word this version does not know.
    #[serde(untagged)]
    Other(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_words_are_kept() {
        let risk: UserRisk = serde_json::from_str(
            r#"{"riskLevel":"apocalyptic","riskState":"atRisk","riskDetail":"none","isProcessing":null}"#,
        )
        .unwrap();
        assert_eq!(risk.level, Some(RiskLevel::Other("apocalyptic".into())));
        assert_eq!((risk.state, risk.detail.as_deref()), (Some(RiskState::AtRisk), Some("none")));
    }

    #[test]
    fn a_change_that_is_not_as_documented_is_read_as_far_as_it_goes() {
        let read = |json| serde_json::from_str::<RiskEvent>(json).unwrap();
        let event = read(
            r#"{"riskState":"dismissed","initiatedBy":"somebody","riskLastUpdatedDateTime":"2026-03-02T09:00:00Z",
                "activity":{"detail":"adminDismissedAllRiskForUser","riskEventTypes":["anomalousToken"]}}"#,
        );
        assert_eq!(
            (event.state, event.initiated_by.as_deref()),
            (Some(RiskState::Dismissed), Some("somebody"))
        );
        assert_eq!(event.activity.risk_event_types, ["anomalousToken"]);
        assert!(event.at.is_some() && event.activity.detail.is_some());
        assert_eq!(read(r#"{"activity":7,"initiatedBy":null,"riskLevel":[]}"#), RiskEvent::default());
    }
}
