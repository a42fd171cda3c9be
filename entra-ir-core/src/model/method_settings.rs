//! The settings of a method that apply to a user.

use serde::{Deserialize, Serialize};

use super::lenient::lenient;

/// Holds the settings of one method that apply to a user. If several targets include the user, the settings
/// of all are listed: Microsoft documents no order of precedence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "of", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum MethodSettings {
    /// Temporary Access Pass.
    #[non_exhaustive]
    TemporaryAccessPass {
        /// The shortest lifetime, in minutes.
        minimum_minutes: Option<i64>,
        /// The longest lifetime, in minutes.
        maximum_minutes: Option<i64>,
        /// The lifetime of a pass that names none, in minutes.
        default_minutes: Option<i64>,
        /// The number of characters of every pass.
        length: Option<i64>,
        /// True: every pass of the tenant works once only.
        usable_once: Option<bool>,
    },
    /// Passkey (FIDO2).
    #[non_exhaustive]
    Fido2 {
        /// Whether users may register passkeys themselves.
        self_service: Option<bool>,
        /// Whether attestation is enforced at registration; of the method as a whole.
        attestation_enforced: Option<bool>,
        /// Which authenticators may be used; of the method as a whole.
        restrictions: Option<KeyRestrictions>,
        /// The passkey profiles of the targets that include the user: a passkey that one of them allows is
        /// allowed. Empty if the tenant uses none.
        profiles: Vec<PasskeyProfile>,
        /// Profiles that a target names and the policy does not show.
        unknown_profiles: Vec<String>,
    },
    /// Microsoft Authenticator.
    #[non_exhaustive]
    MicrosoftAuthenticator {
        /// How it may be used: `deviceBasedPush` (passwordless), `push`, `any`, or a newer word.
        modes: Vec<String>,
        /// Whether its codes may be used.
        software_oath: Option<bool>,
    },
    /// SMS.
    #[non_exhaustive]
    Sms {
        /// Whether a text message is enough to sign in, by a target that includes the user.
        usable_for_sign_in: Option<bool>,
    },
    /// Voice call.
    #[non_exhaustive]
    Voice {
        /// Whether office numbers may be registered.
        office_phone: Option<bool>,
    },
    /// E-mail.
    #[non_exhaustive]
    Email {
        /// Whether external users may sign in by one-time passcode: `default`, `enabled`, `disabled`, or a
        /// newer word.
        external_users: Option<String>,
    },
    /// QR code with PIN.
    #[non_exhaustive]
    QrCodePin {
        /// The number of digits of the PIN.
        pin_length: Option<i64>,
        /// For how many days a standard QR code works.
        lifetime_days: Option<i64>,
    },
    /// A method of another vendor.
    #[non_exhaustive]
    External {
        /// The name shown.
        display_name: Option<String>,
        /// The application of the vendor.
        app_id: Option<String>,
    },
    /// No settings, or none that this version knows: see the unchanged configuration.
    #[default]
    #[serde(other)]
    Other,
}

/// The allowed or blocked authenticators, by their AAGUIDs. Source: "fido2KeyRestrictions resource type".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct KeyRestrictions {
    /// Whether the list is enforced.
    #[serde(deserialize_with = "lenient")]
    pub is_enforced: Option<bool>,
    /// `allow`: only these. `block`: all except these. Or a newer word.
    #[serde(deserialize_with = "lenient")]
    pub enforcement_type: Option<String>,
    /// The AAGUIDs.
    #[serde(deserialize_with = "lenient")]
    pub aa_guids: Option<Vec<String>>,
}

/// Describes a passkey profile. Source: "passkeyProfile resource type".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct PasskeyProfile {
    /// The id.
    #[serde(deserialize_with = "lenient")]
    pub id: Option<String>,
    /// The name.
    #[serde(deserialize_with = "lenient")]
    pub name: Option<String>,
    /// `deviceBound`, `synced`, both with a comma, or a newer word.
    #[serde(deserialize_with = "lenient")]
    pub passkey_types: Option<String>,
    /// `disabled`, `registrationOnly`, or a newer word.
    #[serde(deserialize_with = "lenient")]
    pub attestation_enforcement: Option<String>,
    /// Which authenticators may be used.
    #[serde(deserialize_with = "lenient")]
    pub key_restrictions: Option<KeyRestrictions>,
}
