//! The consents that cover an account, each with its applications, its scopes in words, and its concerns.

use serde::{Deserialize, Serialize};

use super::scope::concern;
use super::{ApplicationOwner, Concern, GrantedScope, PermissionGrant, ServicePrincipal, Word};
use crate::cloud::Cloud;

/// Lists the delegated permission grants that cover an account. In each list the grants with more concerns
/// come first; equal ones are in the order of their applications' names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct GrantList {
    /// The account's own grants.
    pub own: Vec<ListedGrant>,
    /// The grants for the whole organisation, which cover the account too, and are never part of one
    /// account's containment.
    pub tenant_wide: Vec<ListedGrant>,
    /// Why the grants for the whole organisation could not be read: then there may be some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_wide_unread: Option<String>,
    /// Why the applications could not be read: then their names and owners are unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applications_unread: Option<String>,
}

/// A grant, with what is known of its applications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ListedGrant {
    /// The grant.
    pub grant: PermissionGrant,
    /// The application that acts in the user's name; `None` if it could not be read.
    #[serde(default)]
    pub client: Option<ServicePrincipal>,
    /// The name of that application, as somebody chose it: escape it when you show it.
    #[serde(default)]
    pub client_name: Option<String>,
    /// The resource at which it acts; `None` if it could not be read.
    #[serde(default)]
    pub resource: Option<ServicePrincipal>,
    /// Whose the application is.
    pub owner: Word<ApplicationOwner>,
    /// The scopes, with their meaning.
    #[serde(default)]
    pub scopes: Vec<GrantedScope>,
    /// The reasons to look at the grant; none is a proof.
    #[serde(default)]
    pub concerns: Vec<Word<Concern>>,
}

/// Names of Microsoft's products. An application with such a name and another owner may pretend.
const NAMES: [&str; 8] =
    ["microsoft", "office 365", "office365", "outlook", "onedrive", "sharepoint", "azure", "teams"];

impl ListedGrant {
    /// Describes a grant.
    pub(crate) fn new(
        grant: PermissionGrant,
        client: Option<ServicePrincipal>,
        resource: Option<ServicePrincipal>,
        owner: ApplicationOwner,
        cloud: Cloud,
    ) -> Self {
        let mut concerns: Vec<Concern> = grant.scopes().filter_map(concern).collect();
        concerns.extend(client.as_ref().into_iter().flat_map(|client| about(client, owner, cloud)));
        if owner == ApplicationOwner::Unknown {
            concerns.push(Concern::ApplicationUnknown);
        }
        concerns.sort_unstable();
        concerns.dedup();
        Self {
            scopes: grant.scopes().map(GrantedScope::new).collect(),
            concerns: concerns.into_iter().map(Word::from).collect(),
            owner: owner.into(),
            client_name: client.as_ref().and_then(|client| client.display_name.clone()),
            grant,
            client,
            resource,
        }
    }
}

/// Returns the concerns that the application itself gives.
fn about(client: &ServicePrincipal, owner: ApplicationOwner, cloud: Cloud) -> Vec<Concern> {
    let mut concerns = Vec::new();
    let foreign = matches!(
        owner,
        ApplicationOwner::AnotherTenant | ApplicationOwner::NotMicrosoft | ApplicationOwner::Unknown
    );
    if foreign && cloud == Cloud::Global && client.is_verified() == Some(false) {
        concerns.push(Concern::UnverifiedPublisher);
    }
    let names = [&client.display_name, &client.app_display_name].into_iter().flatten();
    let pretends = |name: &String| {
        let name = name.to_lowercase();
        NAMES.iter().any(|known| name.contains(known))
    };
    if foreign && names.into_iter().any(pretends) {
        concerns.push(Concern::NamedLikeMicrosoft);
    }
    if client.microsofts_block().is_some() {
        concerns.push(Concern::DisabledByMicrosoft);
    }
    concerns
}

/// Puts the grants with more concerns first; equal ones by name and id.
pub(crate) fn riskiest_first(grants: &mut [ListedGrant]) {
    grants.sort_by(|one, other| {
        let key = |of: &ListedGrant| {
            let id = of.grant.id.as_ref().map(|id| id.as_str().to_owned());
            (of.client_name.as_deref().map(str::to_lowercase), id)
        };
        other.concerns.len().cmp(&one.concerns.len()).then_with(|| key(one).cmp(&key(other)))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use Concern::{KeepsAccess, Messages, NamedLikeMicrosoft, UnverifiedPublisher};

    fn listed(scope: &str, client: &str, owner: ApplicationOwner, cloud: Cloud) -> ListedGrant {
        let grant = serde_json::from_value(serde_json::json!({ "id": "g", "scope": scope })).unwrap();
        ListedGrant::new(grant, serde_json::from_str(client).ok(), None, owner, cloud)
    }

    #[test]
    fn the_concerns_are_plain_reasons_and_the_worst_comes_first() {
        let hostile = r#"{"appId":"x","displayName":"Microsoft Office Updater"}"#;
        let bad = listed(
            " Mail.Read offline_access mail.send",
            hostile,
            ApplicationOwner::AnotherTenant,
            Cloud::Global,
        );
        assert_eq!(bad.concerns, [Messages, KeepsAccess, UnverifiedPublisher, NamedLikeMicrosoft]);
        let china = listed("User.Read", hostile, ApplicationOwner::AnotherTenant, Cloud::China);
        assert_eq!(china.concerns, [NamedLikeMicrosoft], "nobody is verified there");
        let own = listed(
            "User.Read",
            r#"{"appId":"x","displayName":"Azure helper"}"#,
            ApplicationOwner::ThisTenant,
            Cloud::Global,
        );
        assert!(own.concerns.is_empty(), "{own:?}");
        let first_party = listed("User.Read", hostile, ApplicationOwner::Microsoft, Cloud::Global);
        assert!(first_party.concerns.is_empty());
        let gone = listed("Lunar.Read", "", ApplicationOwner::Unknown, Cloud::Global);
        assert_eq!(gone.concerns, [Concern::ApplicationUnknown]);
        let mut grants = [own.clone(), gone.clone(), bad.clone(), first_party.clone()];
        riskiest_first(&mut grants);
        assert_eq!(grants, [bad, gone, own, first_party]);
    }
}
