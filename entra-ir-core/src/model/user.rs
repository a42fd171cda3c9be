//! The `user` resource, limited to what containment needs.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::lenient::{date, flag, lenient};
use super::read_at::ReadAt;
use super::timestamp;
use crate::ids::{ObjectId, UserRef, is_external_name};

/// Holds the properties of a user that containment depends on. Source: "user resource type".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct User {
    /// The object id.
    pub id: ObjectId,
    /// The sign-in name.
    #[serde(default)]
    pub user_principal_name: Option<String>,
    /// The name shown. Anybody may have chosen it: escape it when you show it.
    #[serde(default, deserialize_with = "lenient")]
    pub display_name: Option<String>,
    /// Whether sign-in is allowed.
    #[serde(default, deserialize_with = "lenient")]
    pub account_enabled: Option<bool>,
    /// `Member` or `Guest`; a guest by this word may still have local credentials.
    #[serde(default, deserialize_with = "lenient")]
    pub user_type: Option<String>,
    /// The state of an invitation; set for external guests only.
    #[serde(default)]
    pub external_user_state: Option<String>,
    /// `Invitation`, `LocalAccount` (customer tenants), `EmailVerified` or nothing.
    #[serde(default)]
    pub creation_type: Option<String>,
    /// True: synced from on-premises. False: it was. `None`: it never was.
    #[serde(default)]
    pub on_premises_sync_enabled: Option<bool>,
    /// Tokens and sessions issued before this time are refused. Whole seconds, UTC.
    #[serde(default, deserialize_with = "date", serialize_with = "timestamp::serialize")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub sign_in_sessions_valid_from_date_time: Option<OffsetDateTime>,
    /// When the password was last changed. UTC.
    #[serde(default, deserialize_with = "date", serialize_with = "timestamp::serialize")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub last_password_change_date_time: Option<OffsetDateTime>,
    /// `DisableStrongPassword`, `DisablePasswordExpiration`, both with a comma, or nothing.
    #[serde(default, deserialize_with = "lenient")]
    pub password_policies: Option<String>,
    /// Whether the answer contained text that is not valid JSON or Unicode, and was repaired: a name may read
    /// differently.
    #[serde(default, deserialize_with = "flag", skip_serializing_if = "std::ops::Not::not")]
    pub repaired: bool,
    /// When it was read; `None` if it comes from JSON.
    #[serde(skip)]
    pub(crate) read: ReadAt,
}

/// Kinds of accounts, by where their credentials are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum UserKind {
    /// Created and kept in this tenant.
    Cloud,
    /// Synced from on-premises Active Directory.
    Synced,
    /// An external guest: credentials and sessions belong to another tenant.
    ExternalGuest,
    /// A local account of a customer tenant (Azure AD B2C, External ID).
    Customer,
}

impl User {
    /// The properties to request: some are only returned when selected.
    pub(crate) const SELECT: &str = "id,userPrincipalName,displayName,accountEnabled,userType,externalUserState,\
        creationType,onPremisesSyncEnabled,signInSessionsValidFromDateTime,lastPasswordChangeDateTime,passwordPolicies";

    /// Returns where the account's credentials are kept.
    ///
    /// `userType` alone is not enough: an internal guest has local credentials. An external one has `#EXT#`
    /// in its name, an invitation state, or was created by invitation. The name of a customer with an
    /// external identity begins with `cpim_`.
    pub fn kind(&self) -> UserKind {
        let external = self.external_user_state.as_deref().is_some_and(|state| !state.is_empty())
            || self.creation_type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("Invitation"))
            || self.user_principal_name.as_deref().is_some_and(is_external_name);
        if external {
            UserKind::ExternalGuest
        } else if self.creation_type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("LocalAccount"))
            || self.user_principal_name.as_deref().is_some_and(is_customer_name)
        {
            UserKind::Customer
        } else if self.on_premises_sync_enabled == Some(true) {
            UserKind::Synced
        } else {
            UserKind::Cloud
        }
    }

    /// Returns the user by its object id, the way every write names it.
    pub fn reference(&self) -> UserRef {
        UserRef::Id(self.id)
    }

    /// Returns when the account was read, by this machine's clock. `None` if it comes from JSON.
    pub fn read_at(&self) -> Option<OffsetDateTime> {
        self.read.moment()
    }

    /// Returns the domain of the sign-in name.
    pub fn domain(&self) -> Option<&str> {
        self.user_principal_name.as_deref()?.rsplit_once('@').map(|(_, domain)| domain)
    }
}

fn is_customer_name(name: &str) -> bool {
    name.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("cpim_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(json: &str) -> UserKind {
        let json = format!(r#"{{"id":"3b41c05e-73a1-43b7-86d7-ed8409f55900",{json}}}"#);
        serde_json::from_str::<User>(&json).unwrap().kind()
    }

    #[test]
    fn a_guest_by_word_alone_is_no_external_guest() {
        assert_eq!(kind(r#""userType":"Guest","userPrincipalName":"x@contoso.example""#), UserKind::Cloud);
        assert_eq!(kind(r#""userPrincipalName":"x_y.z#EXT#@contoso.example""#), UserKind::ExternalGuest);
        assert_eq!(kind(r#""userPrincipalName":"x_y.z#ext#@contoso.example""#), UserKind::ExternalGuest);
        assert_eq!(kind(r#""externalUserState":"PendingAcceptance""#), UserKind::ExternalGuest);
        assert_eq!(kind(r#""onPremisesSyncEnabled":true"#), UserKind::Synced);
        assert_eq!(kind(r#""onPremisesSyncEnabled":false"#), UserKind::Cloud);
        assert_eq!(kind(r#""creationType":"LocalAccount""#), UserKind::Customer);
        assert_eq!(kind(r#""userPrincipalName":"cpim_1f@contoso.example""#), UserKind::Customer);
        assert_eq!(kind(r#""userPrincipalName":"cpié_1f@contoso.example""#), UserKind::Cloud);
    }

    #[test]
    fn a_value_of_another_type_is_unknown_and_spoils_nothing() {
        let json = r#"{"id":"3b41c05e-73a1-43b7-86d7-ed8409f55900","displayName":{"a":1},"accountEnabled":"yes","userPrincipalName":"x@y"}"#;
        let user: User = serde_json::from_str(json).unwrap();
        assert_eq!((user.display_name, user.account_enabled), (None, None));
        assert_eq!(user.user_principal_name.as_deref(), Some("x@y"));
    }

    #[test]
    fn an_id_is_never_empty() {
        assert!(serde_json::from_str::<User>(r#"{"id":""}"#).is_err());
        assert!(serde_json::from_str::<User>("{}").is_err());
    }
}
