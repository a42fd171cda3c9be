//! The user's sign-in settings that only beta shows.

use serde::{Deserialize, Serialize};

use super::lenient::lenient;

/// Holds the per-user (legacy) MFA setting. Source: "strongAuthenticationRequirements resource type" (beta).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StrongAuthenticationRequirements {
    /// The state of per-user MFA.
    #[serde(default)]
    pub(crate) per_user_mfa_state: Option<PerUserMfaState>,
}

/// Whether MFA is required of the user itself, apart from conditional access.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

/// The second factor that the user is asked for first. Source: "signInPreferences resource type" (beta).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct SignInPreferences {
    /// Whether the service chooses the strongest method instead of the user's default one.
    #[serde(rename = "isSystemPreferredAuthenticationMethodEnabled", deserialize_with = "lenient")]
    pub system_preferred: Option<bool>,
    /// The user's default method.
    #[serde(rename = "userPreferredMethodForSecondaryAuthentication", deserialize_with = "lenient")]
    pub default_method: Option<PreferredMethod>,
}

/// Names a default method.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum PreferredMethod {
    /// A notification of Microsoft Authenticator.
    Push,
    /// A code of an app or a hardware token.
    Oath,
    /// A call to the mobile number.
    VoiceMobile,
    /// A call to the alternate mobile number.
    VoiceAlternateMobile,
    /// A call to the office number.
    VoiceOffice,
    /// A text to the mobile number.
    Sms,
    /// No default method.
    None,
    /// A word this version does not know.
    #[serde(untagged)]
    Other(String),
}
