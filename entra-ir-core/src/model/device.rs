//! The `device` resource, limited to what containment needs.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::lenient::{date, flag, lenient};
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
    /// Whether device management manages it.
    #[serde(deserialize_with = "lenient")]
    pub is_managed: Option<bool>,
    /// Whether device management finds it compliant.
    #[serde(deserialize_with = "lenient")]
    pub is_compliant: Option<bool>,
    /// When it last signed in, accurate to some days. UTC.
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
}

/// How a device is known to the tenant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum DeviceTrust {
    /// Joined to the tenant.
    #[serde(rename = "AzureAd", alias = "AzureAD")]
    Joined,
    /// Hybrid: joined to on-premises Active Directory and to the tenant.
    #[serde(rename = "ServerAd", alias = "ServerAD")]
    Hybrid,
    /// Registered: the user's own device.
    #[serde(rename = "Workplace")]
    Registered,
    /// A word this version does not know.
    #[serde(untagged)]
    Other(String),
}

impl Device {
    /// The properties to request.
    pub(crate) const SELECT: &str = "id,deviceId,displayName,accountEnabled,trustType,operatingSystem,isManaged,\
        isCompliant,approximateLastSignInDateTime,registrationDateTime";
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
    }
}
