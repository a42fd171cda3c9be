//! The `appRoleAssignment` resource: the use of an application, or an application permission.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::lenient::{date, lenient};
use super::timestamp;
use crate::ids::{EntryId, ObjectId};

/// Describes an assignment of an application role to a user, a group or an application. Source:
/// "appRoleAssignment resource type". Names in it may be an attacker's choice: escape them when you show
/// them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AppRoleAssignment {
    /// The id, by which the assignment is removed. `None` if the service returned no valid one.
    #[serde(deserialize_with = "lenient")]
    pub id: Option<EntryId>,
    /// The role; all zeros stand for the default access.
    #[serde(deserialize_with = "lenient")]
    pub app_role_id: Option<String>,
    /// Who holds it, by object id.
    #[serde(deserialize_with = "lenient")]
    pub principal_id: Option<ObjectId>,
    /// What holds it.
    #[serde(deserialize_with = "lenient")]
    pub principal_type: Option<PrincipalType>,
    /// The name of the holder.
    #[serde(deserialize_with = "lenient")]
    pub principal_display_name: Option<String>,
    /// The application at which it is a role, by the object id of its service principal.
    #[serde(deserialize_with = "lenient")]
    pub resource_id: Option<ObjectId>,
    /// The name of that application.
    #[serde(deserialize_with = "lenient")]
    pub resource_display_name: Option<String>,
    /// When it was made. UTC.
    #[serde(rename = "createdDateTime", deserialize_with = "date", serialize_with = "timestamp::serialize")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub created: Option<OffsetDateTime>,
}

/// What holds an application role.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum PrincipalType {
    /// A user.
    User,
    /// A group, for its members.
    Group,
    /// An application: an application permission.
    ServicePrincipal,
    /// A word this version does not know.
    #[serde(untagged)]
    Other(String),
}

/// Lists the applications that are assigned to an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AppAssignmentList {
    /// The account's own assignments.
    pub direct: Vec<AppRoleAssignment>,
    /// The assignments of groups that the account is in, and any that are not the account's own.
    pub through_groups: Vec<AppRoleAssignment>,
}

impl AppAssignmentList {
    /// Separates direct assignments from those of groups.
    pub(crate) fn new(all: Vec<AppRoleAssignment>) -> Self {
        let is_direct = |of: &AppRoleAssignment| of.principal_type == Some(PrincipalType::User);
        let (direct, through_groups) = all.into_iter().partition(is_direct);
        Self { direct, through_groups }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_odd_property_does_not_lose_the_assignment() {
        let read: AppRoleAssignment = serde_json::from_str(
            r#"{"id":"a-B_c","appRoleId":null,"principalType":"Group","createdDateTime":"","resourceDisplayName":7}"#,
        )
        .unwrap();
        assert_eq!(read.principal_type, Some(PrincipalType::Group));
        assert_eq!((read.created, read.resource_display_name), (None, None));
        let odd: AppRoleAssignment = serde_json::from_str(r#"{"principalType":"Moon","id":"a/b"}"#).unwrap();
        assert_eq!((odd.principal_type, odd.id), (Some(PrincipalType::Other("Moon".into())), None));
    }
}
