//! The `servicePrincipal` resource: an application as it is in this tenant.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::lenient::lenient;
use crate::ids::ObjectId;

/// Describes an application in this tenant, limited to what containment needs. Source: "servicePrincipal
/// resource type". Whoever registered it chose its names: escape them when you show them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ServicePrincipal {
    /// The object id, by which the application is disabled. `None` if the service returned no valid one.
    #[serde(deserialize_with = "lenient")]
    pub id: Option<ObjectId>,
    /// The application's own id, the same in every tenant.
    #[serde(deserialize_with = "lenient")]
    pub app_id: Option<String>,
    /// The name shown in this tenant.
    #[serde(deserialize_with = "lenient")]
    pub display_name: Option<String>,
    /// The name that the registration has.
    #[serde(deserialize_with = "lenient")]
    pub app_display_name: Option<String>,
    /// Whether anybody can sign in to it, and it can get tokens.
    #[serde(deserialize_with = "lenient")]
    pub account_enabled: Option<bool>,
    /// The tenant in which the application is registered.
    #[serde(deserialize_with = "lenient")]
    pub app_owner_organization_id: Option<ObjectId>,
    /// Whether a user can sign in to it only with an assignment.
    #[serde(deserialize_with = "lenient")]
    pub app_role_assignment_required: Option<bool>,
    /// Who publishes it, if Microsoft verified that. It says nothing about what the application does.
    #[serde(deserialize_with = "lenient")]
    pub verified_publisher: Option<VerifiedPublisher>,
    /// The kind: `Application`, `ManagedIdentity`, `Legacy` and others.
    #[serde(deserialize_with = "lenient")]
    pub service_principal_type: Option<String>,
    /// Its tags.
    #[serde(deserialize_with = "lenient")]
    pub tags: Option<Vec<String>>,
    /// The addresses to which tokens and codes are sent.
    #[serde(deserialize_with = "lenient")]
    pub reply_urls: Option<Vec<String>>,
    /// Microsoft's own block, such as `DisabledDueToViolationOfServicesAgreement`.
    #[serde(deserialize_with = "lenient")]
    pub disabled_by_microsoft_status: Option<String>,
}

/// The publisher of an application. Source: "verifiedPublisher resource type".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct VerifiedPublisher {
    /// The verified name.
    #[serde(deserialize_with = "lenient")]
    pub display_name: Option<String>,
    /// The publisher's id in Microsoft's partner programme; without it nothing is verified.
    #[serde(deserialize_with = "lenient")]
    pub verified_publisher_id: Option<String>,
}

/// Whose an application is, by the tenant in which it is registered. Names prove nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ApplicationOwner {
    /// Microsoft: a first-party application.
    Microsoft,
    /// This tenant.
    ThisTenant,
    /// Another tenant.
    AnotherTenant,
    /// Not Microsoft; the id of this tenant could not be read.
    NotMicrosoft,
    /// Unknown: the service returned no owner, or the application could not be read. Some old applications of
    /// Microsoft have no owner.
    Unknown,
}

/// The tenants of Microsoft that own first-party applications. Audit tools agree on the first two, and one
/// adds the third; no list by Microsoft was found.
const MICROSOFT: [Uuid; 3] = [
    Uuid::from_u128(0xf8cd_ef31_a31e_4b4a_93e4_5f57_1e91_255a),
    Uuid::from_u128(0x72f9_88bf_86f1_41af_91ab_2d7c_d011_db47),
    Uuid::from_u128(0x47df_5bb7_e6bc_4256_afb0_dd8c_8e3c_1ce8),
];

impl ServicePrincipal {
    /// The properties to request.
    pub(crate) const SELECT: &str = "id,appId,displayName,appDisplayName,accountEnabled,appOwnerOrganizationId,\
        appRoleAssignmentRequired,verifiedPublisher,servicePrincipalType,tags,replyUrls,disabledByMicrosoftStatus";

    /// Returns whose the application is; `tenant` is the id of this tenant, if known.
    pub fn owner(&self, tenant: Option<ObjectId>) -> ApplicationOwner {
        match self.app_owner_organization_id {
            None => ApplicationOwner::Unknown,
            Some(owner) if MICROSOFT.contains(&owner.as_uuid()) => ApplicationOwner::Microsoft,
            Some(owner) => match tenant {
                Some(tenant) if owner == tenant => ApplicationOwner::ThisTenant,
                Some(_) => ApplicationOwner::AnotherTenant,
                None => ApplicationOwner::NotMicrosoft,
            },
        }
    }

    /// Returns Microsoft's own block of the application, if there is one.
    pub fn microsofts_block(&self) -> Option<&str> {
        let status = self.disabled_by_microsoft_status.as_deref()?;
        (!status.is_empty() && !status.eq_ignore_ascii_case("NotDisabled")).then_some(status)
    }

    /// Returns whether Microsoft verified who publishes the application. `None` if unknown: the caller may
    /// not see more than the object's id.
    pub fn is_verified(&self) -> Option<bool> {
        let publisher = self.verified_publisher.as_ref();
        let verified = publisher.is_some_and(|publisher| publisher.verified_publisher_id.is_some());
        (verified || self.app_id.is_some()).then_some(verified)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> ServicePrincipal {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_owner_decides_and_the_name_does_not() {
        let tenant: ObjectId = "0c0ffee0-5afe-4ace-9b1d-7e0a17000000".parse().unwrap();
        let owned =
            |by: &str| read(&format!(r#"{{"displayName":"Microsoft Graph","appOwnerOrganizationId":{by}}}"#));
        for microsofts in [
            "F8CDEF31-a31e-4b4a-93e4-5f571e91255a",
            "72f988bf-86f1-41af-91ab-2d7cd011db47",
            "47df5bb7-e6bc-4256-afb0-dd8c8e3c1ce8",
        ] {
            let found = owned(&format!("{microsofts:?}")).owner(Some(tenant));
            assert_eq!(found, ApplicationOwner::Microsoft, "{microsofts}");
        }
        let own = owned(&format!("\"{tenant}\""));
        assert_eq!(own.owner(Some(tenant)), ApplicationOwner::ThisTenant);
        assert_eq!(own.owner(None), ApplicationOwner::NotMicrosoft);
        let foreign = owned("\"3b41c05e-73a1-43b7-86d7-ed8409f55900\"");
        assert_eq!(foreign.owner(Some(tenant)), ApplicationOwner::AnotherTenant);
        for nothing in ["null", "7", "\"\""] {
            assert_eq!(owned(nothing).owner(Some(tenant)), ApplicationOwner::Unknown, "{nothing}");
        }
    }

    #[test]
    fn an_object_of_which_only_the_id_is_shown_is_neither_verified_nor_unverified() {
        let hidden =
            r#"{"id":"3b41c05e-73a1-43b7-86d7-ed8409f55900","appId":null,"verifiedPublisher":null,"tags":7}"#;
        assert_eq!(read(hidden).is_verified(), None);
        let empty = r#"{"appId":"x","verifiedPublisher":{"displayName":null,"verifiedPublisherId":null}}"#;
        assert_eq!(read(empty).is_verified(), Some(false));
        let verified = r#"{"appId":"x","verifiedPublisher":{"verifiedPublisherId":"1234"}}"#;
        assert_eq!(read(verified).is_verified(), Some(true));
    }
}
