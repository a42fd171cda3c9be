//! The types of authentication methods, and what can be done with each, in one table.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::cloud::{Cloud, CloudSet};
use crate::spec::ApiVersion;
use crate::text::printable;

/// Names a type of authentication method.
///
/// Source: "authenticationMethod resource type" and the metadata of v1.0 and beta. The path segment does not
/// follow from the type's name, so it is in a table.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum MethodKind {
    /// Temporary Access Pass.
    TemporaryAccessPass,
    /// Passkey (FIDO2), device-bound or synced.
    Fido2,
    /// Windows Hello for Business.
    WindowsHello,
    /// Platform credential (macOS Secure Enclave and the like).
    PlatformCredential,
    /// A method of another vendor.
    External,
    /// QR code with PIN.
    QrCodePin,
    /// E-mail address, for self-service password reset only.
    Email,
    /// Time-based codes of an app.
    SoftwareOath,
    /// Microsoft Authenticator, push and passwordless.
    MicrosoftAuthenticator,
    /// The beta twin of passwordless phone sign-in; deprecated.
    PasswordlessAuthenticator,
    /// Phone number: mobile, alternate mobile or office.
    Phone,
    /// Time-based codes of a hardware token.
    HardwareOath,
    /// The key of a resource account.
    ResourceAccountKey,
    /// The password. It can be changed, not removed.
    Password,
    /// A type that this version does not know, by its `@odata.type` (empty if there was none).
    Unknown(String),
}

/// The row of one type.
struct Row {
    odata_type: &'static str,
    slug: &'static str,
    segment: &'static str,
    version: ApiVersion,
    removable: bool,
    signs_in_alone: bool,
    clouds: CloudSet,
    permission: &'static str,
}

impl MethodKind {
    /// Lists every known type, in the best order of removal: what signs in alone first, a phone before the
    /// hardware token that is deactivated.
    pub const ALL: [Self; 14] = [
        Self::TemporaryAccessPass,
        Self::Fido2,
        Self::WindowsHello,
        Self::PlatformCredential,
        Self::External,
        Self::QrCodePin,
        Self::Email,
        Self::SoftwareOath,
        Self::MicrosoftAuthenticator,
        Self::PasswordlessAuthenticator,
        Self::Phone,
        Self::HardwareOath,
        Self::ResourceAccountKey,
        Self::Password,
    ];

    const fn row(&self) -> Option<Row> {
        use ApiVersion::{Beta, V1};
        /// Names the columns once.
        macro_rules! row {
            ($odata_type:literal, $slug:literal, $segment:literal, $version:expr, $removable:literal, $signs_in_alone:literal, $clouds:expr, $permission:literal) => {
                Some(Row {
                    odata_type: $odata_type,
                    slug: $slug,
                    segment: $segment,
                    version: $version,
                    removable: $removable,
                    signs_in_alone: $signs_in_alone,
                    clouds: $clouds,
                    permission: $permission,
                })
            };
        }
        const ALL: CloudSet = CloudSet::ALL;
        const US: CloudSet = CloudSet::NOT_CHINA;
        const GLOBAL: CloudSet = CloudSet::GLOBAL;
        #[rustfmt::skip]
        let row = match self {
            Self::TemporaryAccessPass => row!("temporaryAccessPassAuthenticationMethod", "temporary-access-pass", "temporaryAccessPassMethods", V1, true, true, US, "UserAuthMethod-TAP.ReadWrite.All"),
            Self::Fido2 => row!("fido2AuthenticationMethod", "fido2", "fido2Methods", V1, true, true, US, "UserAuthMethod-Passkey.ReadWrite.All"),
            Self::WindowsHello => row!("windowsHelloForBusinessAuthenticationMethod", "windows-hello", "windowsHelloForBusinessMethods", V1, true, true, US, "UserAuthMethod-WindowsHello.ReadWrite.All"),
            Self::PlatformCredential => row!("platformCredentialAuthenticationMethod", "platform-credential", "platformCredentialMethods", V1, true, true, ALL, "UserAuthMethod-PlatformCred.ReadWrite.All"),
            Self::External => row!("externalAuthenticationMethod", "external", "externalAuthenticationMethods", V1, true, false, GLOBAL, "UserAuthMethod-External.ReadWrite.All"),
            Self::QrCodePin => row!("qrCodePinAuthenticationMethod", "qr-code-pin", "qrCodePinMethod", Beta, true, true, GLOBAL, "UserAuthMethod-QR.ReadWrite.All"),
            Self::Email => row!("emailAuthenticationMethod", "email", "emailMethods", V1, true, false, US, "UserAuthMethod-Email.ReadWrite.All"),
            Self::SoftwareOath => row!("softwareOathAuthenticationMethod", "software-oath", "softwareOathMethods", V1, true, false, US, "UserAuthMethod-SoftwareOATH.ReadWrite.All"),
            Self::MicrosoftAuthenticator => row!("microsoftAuthenticatorAuthenticationMethod", "microsoft-authenticator", "microsoftAuthenticatorMethods", V1, true, true, ALL, "UserAuthMethod-MicrosoftAuthApp.ReadWrite.All"),
            Self::PasswordlessAuthenticator => row!("passwordlessMicrosoftAuthenticatorAuthenticationMethod", "passwordless-authenticator", "passwordlessMicrosoftAuthenticatorMethods", Beta, true, true, US, "UserAuthMethod-MicrosoftAuthApp.ReadWrite.All"),
            Self::Phone => row!("phoneAuthenticationMethod", "phone", "phoneMethods", V1, true, false, ALL, "UserAuthMethod-Phone.ReadWrite.All"),
            Self::HardwareOath => row!("hardwareOathAuthenticationMethod", "hardware-oath", "hardwareOathMethods", Beta, true, false, US, "UserAuthMethod-HardwareOATH.ReadWrite.All"),
            Self::ResourceAccountKey => row!("resourceAccountKeyAuthenticationMethod", "resource-account-key", "resourceAccountKeyAuthenticationMethods", V1, true, true, GLOBAL, "UserAuthMethod-ResourceKey.ReadWrite.All"),
            Self::Password => row!("passwordAuthenticationMethod", "password", "passwordMethods", V1, false, true, ALL, ""),
            Self::Unknown(_) => None,
        };
        row
    }

    /// Reads an `@odata.type` such as `#microsoft.graph.fido2AuthenticationMethod`.
    pub fn from_odata_type(odata_type: &str) -> Self {
        let name = odata_type.trim_start_matches('#');
        let name = name.strip_prefix("microsoft.graph.").unwrap_or(name);
        Self::ALL
            .into_iter()
            .find(|kind| kind.row().is_some_and(|row| row.odata_type == name))
            .unwrap_or_else(|| Self::Unknown(odata_type.to_owned()))
    }

    /// Returns the `@odata.type`.
    pub fn odata_type(&self) -> String {
        match (self, self.row()) {
            (Self::Unknown(name), _) => name.clone(),
            (_, row) => format!("#microsoft.graph.{}", row.map_or("", |row| row.odata_type)),
        }
    }

    /// Returns a short stable word for the type, such as `fido2`; `unknown` for unknown ones.
    pub fn slug(&self) -> &'static str {
        self.row().map_or("unknown", |row| row.slug)
    }

    /// Returns the path segment below `/authentication`, if the type is known.
    pub fn segment(&self) -> Option<&'static str> {
        self.row().map(|row| row.segment)
    }

    /// Returns the API version whose typed path removes the method.
    pub fn version(&self) -> ApiVersion {
        self.row().map_or(ApiVersion::Beta, |row| row.version)
    }

    /// Returns whether Graph has a call that removes it.
    pub fn is_removable(&self) -> bool {
        self.row().is_some_and(|row| row.removable)
    }

    /// Returns whether it is enough to sign in.
    ///
    /// Passkeys, Windows Hello and platform credentials survive the portal's "Require re-register". An
    /// unknown type counts as enough.
    pub fn signs_in_alone(&self) -> bool {
        self.row().is_none_or(|row| row.signs_in_alone)
    }

    /// Returns whether registration of security information requires it, because it counts as MFA. `None` if
    /// unknown.
    ///
    /// A Temporary Access Pass counts while it works. Without a method that counts, the password alone is
    /// enough to register one.
    ///
    /// Source: "Combined registration for SSPR and Microsoft Entra multifactor authentication".
    pub const fn counts_as_mfa(&self) -> Option<bool> {
        match self {
            Self::Password | Self::Email | Self::QrCodePin => Some(false),
            Self::Unknown(_) | Self::ResourceAccountKey => None,
            _ => Some(true),
        }
    }

    /// Returns whether the portal's "Require re-register multifactor authentication" removes or deactivates
    /// it.
    ///
    /// Source: "Manage user authentication methods for Microsoft Entra multifactor authentication".
    pub fn is_reregistered_by_portal(&self) -> bool {
        matches!(self, Self::Phone | Self::MicrosoftAuthenticator | Self::SoftwareOath | Self::HardwareOath)
    }

    /// Returns whether the typed path exists in a cloud, by the published schemas, which may be incomplete.
    pub fn is_in(&self, cloud: Cloud) -> bool {
        self.row().is_some_and(|row| row.clouds.contains(cloud))
    }

    /// Returns the narrowest permission that removes it.
    pub fn narrow_permission(&self) -> &'static str {
        self.row().map_or("", |row| row.permission)
    }
}

impl fmt::Display for MethodKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TemporaryAccessPass => "Temporary Access Pass",
            Self::Fido2 => "passkey (FIDO2)",
            Self::WindowsHello => "Windows Hello for Business",
            Self::PlatformCredential => "platform credential",
            Self::External => "external method",
            Self::QrCodePin => "QR code with PIN",
            Self::Email => "e-mail address",
            Self::SoftwareOath => "software OATH token",
            Self::MicrosoftAuthenticator => "Microsoft Authenticator",
            Self::PasswordlessAuthenticator => "passwordless phone sign-in",
            Self::Phone => "phone number",
            Self::HardwareOath => "hardware OATH token",
            Self::ResourceAccountKey => "resource account key",
            Self::Password => "password",
            Self::Unknown(name) => {
                return write!(f, "unknown method type {}", printable(name));
            }
        })
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for MethodKind {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MethodKind".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let words: Vec<_> = Self::ALL.iter().map(Self::slug).collect();
        // Arguments name a type that exists; the service may have another.
        if generator.contract().is_deserialize() {
            return schemars::json_schema!({ "description": "A type of authentication method.", "enum": words });
        }
        schemars::json_schema!({
            "description": "A type of authentication method; Graph's own name for one that this version does not know.",
            "anyOf": [{ "enum": words }, { "type": "string" }]
        })
    }
}

impl Serialize for MethodKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unknown(name) => serializer.serialize_str(name),
            _ => serializer.serialize_str(self.slug()),
        }
    }
}

impl<'de> Deserialize<'de> for MethodKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Ok(Self::ALL.into_iter().find(|kind| kind.slug() == word).unwrap_or(Self::Unknown(word)))
    }
}

/// Reads a known type: in a request, a misspelt type must not count as a new one.
pub(crate) fn known_kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<MethodKind, D::Error> {
    match MethodKind::deserialize(deserializer)? {
        MethodKind::Unknown(word) => {
            let known = MethodKind::ALL.map(|kind| kind.slug().to_owned()).join(", ");
            Err(D::Error::custom(format!("there is no method type {word:?}; there are {known}")))
        }
        kind => Ok(kind),
    }
}

/// Reads known types, as [`known_kind`] does.
pub(crate) fn known_kinds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<MethodKind>, D::Error> {
    #[derive(Deserialize)]
    struct Known(#[serde(deserialize_with = "known_kind")] MethodKind);
    let kinds: Vec<Known> = Vec::deserialize(deserializer)?;
    Ok(kinds.into_iter().map(|Known(kind)| kind).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_by_their_whole_name() {
        for kind in MethodKind::ALL {
            assert_eq!(MethodKind::from_odata_type(&kind.odata_type()), kind);
        }
        let new = MethodKind::from_odata_type("#microsoft.graph.brainwaveAuthenticationMethod");
        assert_eq!(new, MethodKind::Unknown("#microsoft.graph.brainwaveAuthenticationMethod".into()));
        assert!(!new.is_removable() && new.signs_in_alone());
    }

    #[test]
    fn segments_that_do_not_follow_the_rule() {
        assert_eq!(MethodKind::External.segment(), Some("externalAuthenticationMethods"));
        assert_eq!(MethodKind::QrCodePin.segment(), Some("qrCodePinMethod"));
        assert!(!MethodKind::Password.is_removable());
    }
}
