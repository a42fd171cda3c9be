//! The `device` resource, limited to what containment needs.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::lenient::{date, flag, lenient};
use super::read_at::ReadAt;
use super::timestamp;
use crate::ids::ObjectId;

/// Describes a device of a user. Source: "device resource type".
/// Whoever joined it chose its name: escape it when you show it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Device {
    /// The object id, by which the device is disabled. `None` if the service returned no valid one.
    #[serde(deserialize_with = "lenient")]
    pub id: Option<ObjectId>,
    /// The device's own id from its joining, which sign-in logs show.
    #[serde(deserialize_with = "lenient")]
    pub device_id: Option<String>,
    /// The name shown.
    #[serde(deserialize_with = "lenient")]
    pub display_name: Option<String>,
    /// Whether it may be used to sign in; disabling it ends the primary refresh tokens obtained on it.
    #[serde(deserialize_with = "lenient")]
    pub account_enabled: Option<bool>,
    /// How it is known to the tenant.
    #[serde(deserialize_with = "lenient")]
    pub trust_type: Option<DeviceTrust>,
    /// The operating system.
    #[serde(deserialize_with = "lenient")]
    pub operating_system: Option<String>,
    /// Whether it is synced from on-premises Active Directory.
    #[serde(deserialize_with = "lenient")]
    pub on_premises_sync_enabled: Option<bool>,
    /// The kind of object, such as `RegisteredDevice`, `SecureVM`, `Printer`, `Shared` or `IoT`.
    #[serde(deserialize_with = "lenient")]
    pub profile_type: Option<String>,
    /// Whether device management manages it.
    #[serde(deserialize_with = "lenient")]
    pub is_managed: Option<bool>,
    /// Whether device management finds it compliant.
    #[serde(deserialize_with = "lenient")]
    pub is_compliant: Option<bool>,
    /// The application id of the device management.
    #[serde(deserialize_with = "lenient")]
    pub mdm_app_id: Option<String>,
    /// When it last signed in. It moves only after 14 days, give or take 5, and may be missing: it proves no
    /// disuse. UTC.
    #[serde(
        rename = "approximateLastSignInDateTime",
        deserialize_with = "date",
        serialize_with = "timestamp::serialize"
    )]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub approximate_last_sign_in: Option<OffsetDateTime>,
    /// When it was registered. UTC.
    #[serde(
        rename = "registrationDateTime",
        deserialize_with = "date",
        serialize_with = "timestamp::serialize"
    )]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub registered: Option<OffsetDateTime>,
    /// Whether the user owns it: joined or registered it.
    #[serde(deserialize_with = "flag")]
    pub is_owned: bool,
    /// Whether the user is registered on it.
    #[serde(deserialize_with = "flag")]
    pub is_registered: bool,
    /// When it was read; empty if it comes from JSON.
    #[serde(skip)]
    pub(crate) read: ReadAt,
}

/// How a device is known to the tenant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(!from))]
#[non_exhaustive]
pub enum DeviceTrust {
    /// Joined to the tenant.
    #[serde(rename = "AzureAd")]
    Joined,
    /// Hybrid: joined to on-premises Active Directory and to the tenant.
    #[serde(rename = "ServerAd")]
    Hybrid,
    /// Registered: the user's own device.
    #[serde(rename = "Workplace")]
    Registered,
    /// A word this version does not know.
    #[serde(untagged)]
    Other(String),
}

/// The case of the letters varies in Microsoft's own examples.
impl From<String> for DeviceTrust {
    fn from(word: String) -> Self {
        let is = |known: &str| word.eq_ignore_ascii_case(known);
        if is("AzureAd") {
            Self::Joined
        } else if is("ServerAd") {
            Self::Hybrid
        } else if is("Workplace") {
            Self::Registered
        } else {
            Self::Other(word)
        }
    }
}

impl Device {
    /// The properties to request.
    pub(crate) const SELECT: &str = "id,deviceId,displayName,accountEnabled,trustType,operatingSystem,\
        onPremisesSyncEnabled,profileType,isManaged,isCompliant,mdmAppId,approximateLastSignInDateTime,\
        registrationDateTime";

    /// Returns whether a sync decides about it: it is joined to on-premises Active Directory, or is synced.
    /// `None` if unknown.
    pub fn is_hybrid(&self) -> Option<bool> {
        match (&self.trust_type, self.on_premises_sync_enabled) {
            (Some(DeviceTrust::Hybrid), _) | (_, Some(true)) => Some(true),
            (Some(DeviceTrust::Joined | DeviceTrust::Registered), _) => Some(false),
            _ => None,
        }
    }

    /// Returns when the device was read, by this machine's clock. `None` if it comes from JSON.
    pub fn read_at(&self) -> Option<OffsetDateTime> {
        self.read.moment()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_odd_property_does_not_lose_the_device() {
        let read: Device = serde_json::from_str(
            r#"{"id":"x","displayName":7,"trustType":"ServerAd","isCompliant":null,"approximateLastSignInDateTime":"0001-01-01T00:00:00Z"}"#,
        )
        .unwrap();
        assert_eq!((read.id, read.trust_type), (None, Some(DeviceTrust::Hybrid)));
        assert_eq!(read.approximate_last_sign_in, None);
        let odd: Device = serde_json::from_str(r#"{"trustType":"Lunar"}"#).unwrap();
        assert_eq!(odd.trust_type, Some(DeviceTrust::Other("Lunar".into())));
        for (word, trust) in [("AzureAD", DeviceTrust::Joined), ("workplace", DeviceTrust::Registered)] {
            let read: Device = serde_json::from_value(serde_json::json!({ "trustType": word })).unwrap();
            assert_eq!(read.trust_type, Some(trust), "{word}");
        }
    }

    #[test]
    fn a_sync_decides_about_a_device_that_is_hybrid_or_synced() {
        let of = |json: &str| serde_json::from_str::<Device>(json).unwrap().is_hybrid();
        assert_eq!(of(r#"{"trustType":"ServerAd"}"#), Some(true));
        assert_eq!(of(r#"{"onPremisesSyncEnabled":true}"#), Some(true));
        assert_eq!(of(r#"{"trustType":"AzureAd","onPremisesSyncEnabled":null}"#), Some(false));
        assert_eq!((of("{}"), of(r#"{"trustType":"Lunar"}"#)), (None, None));
    }
}
