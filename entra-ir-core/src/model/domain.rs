//! The `domain` resource: where passwords are checked.

use serde::{Deserialize, Serialize};

/// Where the passwords of a domain are checked. Source: "domain resource type".
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum DomainAuthentication {
    /// In this tenant.
    Managed,
    /// By another identity provider: the password that counts is there.
    Federated,
    /// A word this version does not know.
    #[serde(untagged)]
    Other(String),
}

/// A domain, as Graph shows it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Domain {
    /// Its name, if known.
    #[serde(default, deserialize_with = "super::lenient::lenient")]
    pub(crate) id: Option<String>,
    #[serde(default, deserialize_with = "super::lenient::lenient")]
    authentication_type: Option<String>,
}

impl Domain {
    /// Returns where its passwords are checked; a missing word means unknown.
    pub(crate) fn authentication(&self) -> DomainAuthentication {
        match self.authentication_type.as_deref() {
            Some(word) if word.eq_ignore_ascii_case("Managed") => DomainAuthentication::Managed,
            Some(word) if word.eq_ignore_ascii_case("Federated") => DomainAuthentication::Federated,
            word => DomainAuthentication::Other(word.unwrap_or_default().to_owned()),
        }
    }
}
