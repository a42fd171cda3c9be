//! The user's sign-in settings that only beta shows.

use serde::{Deserialize, Serialize};

/// Holds the per-user (legacy) MFA setting. Source: "strongAuthenticationRequirements resource type" (beta).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StrongAuthenticationRequirements {
    /// The state of per-user MFA.
    #[serde(default)]
    pub(crate) per_user_mfa_state: Option<PerUserMfaState>,
}

/// Says whether MFA is required of the user itself, apart from conditional access.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum PerUserMfaState {
    /// Not required.
    Disabled,
    /// Required once a method is registered.
    Enabled,
    /// Required.
    Enforced,
    /// A state this version does not know.
    #[serde(untagged)]
    Other(String),
}
