//! The `oAuth2PermissionGrant` resource: a consent to delegated permissions.

use serde::{Deserialize, Serialize};

use super::lenient::lenient;
use super::read_at::ReadAt;
use crate::ids::{EntryId, ObjectId};

/// Describes a delegated permission grant: which application may act for whom at which resource. Source:
/// "oAuth2PermissionGrant resource type".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct PermissionGrant {
    /// The id, by which the grant is deleted. `None` if the service returned no valid one.
    #[serde(deserialize_with = "lenient")]
    pub id: Option<EntryId>,
    /// The service principal of the application that acts, by object id.
    #[serde(deserialize_with = "lenient")]
    pub client_id: Option<ObjectId>,
    /// Whether the grant is for one user or for the whole organisation.
    #[serde(deserialize_with = "lenient")]
    pub consent_type: Option<ConsentType>,
    /// The user, by object id; `None` for a grant that covers the whole organisation.
    #[serde(deserialize_with = "lenient")]
    pub principal_id: Option<ObjectId>,
    /// The service principal of the resource, such as Microsoft Graph, by object id.
    #[serde(deserialize_with = "lenient")]
    pub resource_id: Option<ObjectId>,
    /// The scopes, exactly as the service writes them: separated by spaces, sometimes with one at the start.
    #[serde(deserialize_with = "lenient")]
    pub scope: Option<String>,
    /// When it was read; `None` if it comes from JSON.
    #[serde(skip)]
    pub(crate) read: ReadAt,
}

/// Whom a grant covers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum ConsentType {
    /// One user, who consented or for whom an administrator did.
    Principal,
    /// Every user of the organisation, by an administrator's consent.
    AllPrincipals,
    /// A word this version does not know.
    #[serde(untagged)]
    Other(String),
}

impl PermissionGrant {
    /// Lists the scopes.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.as_deref().unwrap_or_default().split_whitespace()
    }

    /// Returns whether a scope reaches beyond signing the user in.
    pub fn reaches_data(&self) -> bool {
        const SIGN_IN: [&str; 5] = ["openid", "profile", "email", "offline_access", "User.Read"];
        self.scopes().any(|scope| !SIGN_IN.iter().any(|known| known.eq_ignore_ascii_case(scope)))
    }

    /// Returns whether the grant covers the whole organisation, by its own word.
    pub fn is_tenant_wide(&self) -> bool {
        self.consent_type == Some(ConsentType::AllPrincipals)
    }

    /// Records that it was read now.
    pub(crate) fn read_now(mut self) -> Self {
        self.read = ReadAt::now();
        self
    }

    /// Returns whether it was read recently, so that it need not be read again.
    pub(crate) fn is_fresh(&self) -> bool {
        self.read.is_fresh()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_read_as_it_is_and_an_odd_property_does_not_lose_it() {
        let read: PermissionGrant = serde_json::from_str(
            r#"{"id":"qywNWBr8wU_-2","clientId":"580d2cab-fc1a-4ac1-ac02-a562f1c35912","consentType":"AllPrincipals",
                "principalId":null,"resourceId":7,"scope":" Mail.Read  offline_access"}"#,
        )
        .unwrap();
        assert!(read.is_tenant_wide() && read.resource_id.is_none() && !read.is_fresh());
        assert_eq!(read.scopes().collect::<Vec<_>>(), ["Mail.Read", "offline_access"]);
        assert!(read.reaches_data());
        let sign_in: PermissionGrant = serde_json::from_str(r#"{"scope":"OpenID user.read"}"#).unwrap();
        assert!(!sign_in.reaches_data());
        assert_eq!(read.scope.as_deref(), Some(" Mail.Read  offline_access"), "exactly as it was");
        let odd: PermissionGrant = serde_json::from_str(r#"{"id":"a/b","consentType":"Lunar"}"#).unwrap();
        assert_eq!((odd.id, odd.consent_type), (None, Some(ConsentType::Other("Lunar".into()))));
    }
}
