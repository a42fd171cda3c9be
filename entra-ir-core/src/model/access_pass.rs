//! Temporary Access Pass: the method and its policy.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::lenient::{date, lenient, secret};
use super::timestamp;
use crate::ids::MethodId;

/// Holds a Temporary Access Pass. Source: "temporaryAccessPassAuthenticationMethod resource type".
/// Only the answer to its creation contains the pass itself; it is a full credential that satisfies MFA.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AccessPassMethod {
    /// The method id; `None` if the service returned no valid one.
    #[serde(default, deserialize_with = "lenient")]
    pub id: Option<MethodId>,
    /// The pass. Masked in `Debug`, omitted from JSON.
    #[serde(default, skip_serializing, deserialize_with = "secret")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub temporary_access_pass: Option<SecretString>,
    /// When it was made. UTC.
    #[serde(default, deserialize_with = "date", serialize_with = "timestamp::serialize")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub created_date_time: Option<OffsetDateTime>,
    /// When it begins to work. UTC.
    #[serde(default, deserialize_with = "date", serialize_with = "timestamp::serialize")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub start_date_time: Option<OffsetDateTime>,
    /// How long it works, in minutes.
    #[serde(default, deserialize_with = "lenient")]
    pub lifetime_in_minutes: Option<i64>,
    /// Whether it works once only.
    #[serde(default, deserialize_with = "lenient")]
    pub is_usable_once: Option<bool>,
    /// Whether it works now.
    #[serde(default, deserialize_with = "lenient")]
    pub is_usable: Option<bool>,
    /// The reason: `EnabledByPolicy`, `DisabledByPolicy`, `Expired`, `NotYetValid`, `OneTimeUsed`, or a newer
    /// word.
    #[serde(default, deserialize_with = "lenient")]
    pub method_usability_reason: Option<String>,
}

impl AccessPassMethod {
    /// Returns whether the service gave this reason, ignoring case.
    pub fn is_because(&self, reason: &str) -> bool {
        self.method_usability_reason.as_deref().is_some_and(|said| said.eq_ignore_ascii_case(reason))
    }

    /// Returns whether the pass may still be used, now or later.
    pub fn may_work(&self) -> bool {
        !self.is_because("Expired") && !self.is_because("OneTimeUsed")
    }
}

/// Holds the tenant's limits for passes. Source: "temporaryAccessPassAuthenticationMethodConfiguration
/// resource type".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccessPassPolicy {
    /// What it configures: `TemporaryAccessPass`.
    #[serde(default, deserialize_with = "lenient")]
    pub(crate) id: Option<String>,
    /// `enabled` or `disabled`.
    #[serde(default, deserialize_with = "lenient")]
    pub(crate) state: Option<String>,
    /// The shortest lifetime, in minutes.
    #[serde(default, deserialize_with = "lenient")]
    pub(crate) minimum_lifetime_in_minutes: Option<i64>,
    /// The longest lifetime, in minutes.
    #[serde(default, deserialize_with = "lenient")]
    pub(crate) maximum_lifetime_in_minutes: Option<i64>,
    /// The lifetime of a pass that names none, in minutes.
    #[serde(default, deserialize_with = "lenient")]
    pub(crate) default_lifetime_in_minutes: Option<i64>,
    /// The number of characters of every pass.
    #[serde(default, deserialize_with = "lenient")]
    pub(crate) default_length: Option<i64>,
    /// True: every pass of the tenant works once only.
    #[serde(default, deserialize_with = "lenient")]
    pub(crate) is_usable_once: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    #[test]
    fn the_pass_is_read_and_never_shown() {
        let json = r#"{"id":"a","temporaryAccessPass":"+2kEvY4m","isUsable":false,"methodUsabilityReason":"notYetValid"}"#;
        let pass: AccessPassMethod = serde_json::from_str(json).unwrap();
        assert_eq!(pass.temporary_access_pass.as_ref().unwrap().expose_secret(), "+2kEvY4m");
        assert!(pass.is_because("NotYetValid"));
        assert!(!format!("{pass:?}{}", serde_json::to_string(&pass).unwrap()).contains("2kEvY4m"));
    }
}
