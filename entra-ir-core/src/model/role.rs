//! Directory roles that a user holds or may activate, and the groups that can carry one.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use super::lenient::{date, lenient};
use super::timestamp;
use crate::ids::ObjectId;

/// Describes a directory role of a user, active or eligible. Source: "unifiedRoleAssignment resource type"
/// and "unifiedRoleEligibilityScheduleInstance resource type".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RoleHeld {
    /// The role: for a built-in one its template id, the same in every tenant.
    pub role_definition_id: Option<String>,
    /// The role's name; the tenant chose that of a custom role.
    pub name: Option<String>,
    /// Its scope: `/` is the whole tenant.
    pub directory_scope: Option<String>,
    /// How the user came to it.
    pub via: RoleVia,
    /// When it ends. UTC. `None`: never, or unknown; for active roles only Privileged Identity Management
    /// shows it, which is not read.
    #[serde(default, deserialize_with = "date", serialize_with = "timestamp::serialize")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub ends: Option<OffsetDateTime>,
}

/// How a user got a role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "by", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RoleVia {
    /// It is assigned to the user.
    Direct,
    /// It is assigned to a group that the user is in.
    Group {
        /// The group, if known.
        id: Option<ObjectId>,
    },
    /// The service does not show it.
    #[default]
    #[serde(other)]
    Unknown,
}

/// Names a group that can carry roles, and so makes its members privileged even while it carries none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RoleGroup {
    /// The object id.
    pub id: ObjectId,
    /// The name shown.
    pub display_name: Option<String>,
}

/// Names a group that a user may become a member or an owner of, by activating it in Privileged Identity
/// Management. Source: "privilegedAccessGroupEligibilityScheduleInstance resource type".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct EligibleGroup {
    /// The group's object id, if known.
    pub group: Option<ObjectId>,
    /// The group's name.
    pub display_name: Option<String>,
    /// Whether it can carry roles; `None` if unknown.
    pub is_role_assignable: Option<bool>,
    /// `member`, `owner`, or a newer word.
    pub access: Option<String>,
    /// When the eligibility ends. UTC.
    #[serde(default, deserialize_with = "date", serialize_with = "timestamp::serialize")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub ends: Option<OffsetDateTime>,
}

impl RoleHeld {
    /// Creates a role in the whole tenant, assigned to the user.
    pub fn direct(role_definition_id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            role_definition_id: Some(role_definition_id.into()),
            name: Some(name.into()),
            directory_scope: Some("/".into()),
            via: RoleVia::Direct,
            ends: None,
        }
    }
}

impl RoleGroup {
    /// Names a group.
    pub const fn new(id: ObjectId, display_name: Option<String>) -> Self {
        Self { id, display_name }
    }
}

/// An eligibility for a group, as Graph shows it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct GroupEligibility {
    /// The principal, if known.
    #[serde(deserialize_with = "lenient")]
    pub(crate) principal_id: Option<String>,
    #[serde(deserialize_with = "lenient")]
    group_id: Option<ObjectId>,
    #[serde(deserialize_with = "lenient")]
    access_id: Option<String>,
    #[serde(deserialize_with = "date")]
    end_date_time: Option<OffsetDateTime>,
    #[serde(deserialize_with = "lenient")]
    group: Option<GroupShown>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct GroupShown {
    #[serde(deserialize_with = "lenient")]
    display_name: Option<String>,
    is_assignable_to_role: Option<Value>,
}

/// Returns whether a group can carry roles; `None` if unknown. Null means false, but only if the group's
/// properties are shown: every group has a name.
pub(crate) fn carries_roles(flag: Option<&Value>, is_named: bool) -> Option<bool> {
    match flag {
        Some(Value::Bool(yes)) => Some(*yes),
        None => is_named.then_some(false),
        Some(_) => None,
    }
}

impl From<GroupEligibility> for EligibleGroup {
    fn from(entry: GroupEligibility) -> Self {
        let shown = entry.group;
        Self {
            group: entry.group_id,
            is_role_assignable: shown.as_ref().and_then(|group| {
                carries_roles(group.is_assignable_to_role.as_ref(), group.display_name.is_some())
            }),
            display_name: shown.and_then(|group| group.display_name),
            access: entry.access_id,
            ends: entry.end_date_time,
        }
    }
}

/// The names of the most important built-in roles, by template id, which is the same in every tenant. Source:
/// "Microsoft Entra built-in roles".
const BUILT_IN: &[(&str, &str)] = &[
    ("62e90394-69f5-4237-9190-012177145e10", "Global Administrator"),
    ("7be44c8a-adaf-4e2a-84d6-ab2649e08a13", "Privileged Authentication Administrator"),
    ("e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator"),
    ("194ae4cb-b126-40b2-bd5b-6091b380977d", "Security Administrator"),
    ("fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator"),
    ("c4e39bd9-1100-46d3-8c65-fb160da0071f", "Authentication Administrator"),
    ("29232cdf-9323-42fd-ade2-1d097af3e4de", "Exchange Administrator"),
    ("f28a1f50-f6e7-4571-818b-6a12f2af6b6c", "SharePoint Administrator"),
    ("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "Application Administrator"),
    ("158c047a-c907-4556-b7ef-446551a6b5f7", "Cloud Application Administrator"),
    ("b1be1c3e-b65d-4f19-8427-f6fa0d97feb9", "Conditional Access Administrator"),
    ("729827e3-9c14-49f7-bb1b-9608f156bbb8", "Helpdesk Administrator"),
    ("966707d0-3269-4727-9be2-8c3a10f19b9d", "Password Administrator"),
    ("f2ef992c-3afb-46b9-b7cf-a126ee74c451", "Global Reader"),
    ("5f2222b1-57c3-48ba-8ad5-d4759f1fde6f", "Security Operator"),
    ("58f930cc-fcf4-4152-852c-1d7dbf502139", "Entra SOC Identity Responder"),
    ("0526716b-113d-4c15-b2c8-68e3c22b9f80", "Authentication Policy Administrator"),
    ("7698a772-787b-4ac8-901f-60d6b08affd2", "Cloud Device Administrator"),
    ("3a2c62db-5318-420d-8d74-23affee5d9d5", "Intune Administrator"),
    ("fdd7a751-b60b-444a-984c-02652fe8fa1c", "Groups Administrator"),
    ("88d8e3e3-8f55-4a1e-953a-9b9898b8876b", "Directory Readers"),
    ("95e79109-95c0-4d8e-aee3-d01accf2d47b", "Guest Inviter"),
    ("790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b", "Message Center Reader"),
    ("4a5d8f65-41da-4de4-8968-e035b65339cf", "Reports Reader"),
    ("75934031-6c7e-415a-99d7-48dbd49e875e", "Usage Summary Reports Reader"),
    ("27460883-1df1-4691-b032-3b79643e5e63", "User Experience Success Manager"),
];

/// Returns the template id of a built-in role, by its name.
pub(crate) fn role_id(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(_, known)| *known == name).map(|(id, _)| *id)
}

/// Returns the name of a built-in role, by its template id.
pub(crate) fn built_in(id: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| known.eq_ignore_ascii_case(id)).map(|(_, name)| *name)
}

/// A role assignment or an eligibility, as Graph shows it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct RoleEntry {
    /// The principal, if known.
    #[serde(deserialize_with = "lenient")]
    pub(crate) principal_id: Option<String>,
    #[serde(deserialize_with = "lenient")]
    role_definition_id: Option<String>,
    #[serde(deserialize_with = "lenient")]
    role_definition: Option<RoleDefinition>,
    #[serde(deserialize_with = "lenient")]
    directory_scope_id: Option<String>,
    #[serde(deserialize_with = "lenient")]
    app_scope_id: Option<String>,
    #[serde(deserialize_with = "lenient")]
    member_type: Option<String>,
    #[serde(deserialize_with = "date")]
    end_date_time: Option<OffsetDateTime>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RoleDefinition {
    #[serde(deserialize_with = "lenient")]
    display_name: Option<String>,
}

impl RoleEntry {
    /// Returns the role that the user holds by it. `group` is the queried group, if it was not the user.
    pub(crate) fn held(self, group: Option<ObjectId>) -> RoleHeld {
        let by_group = self.member_type.is_some_and(|kind| kind.eq_ignore_ascii_case("Group"));
        let via = match group {
            Some(id) => RoleVia::Group { id: Some(id) },
            None if by_group => RoleVia::Group { id: None },
            None => RoleVia::Direct,
        };
        let told = self.role_definition.and_then(|role| role.display_name);
        let known = || self.role_definition_id.as_deref().and_then(built_in).map(str::to_owned);
        RoleHeld {
            name: told.or_else(known),
            role_definition_id: self.role_definition_id,
            directory_scope: self.directory_scope_id.or(self.app_scope_id),
            via,
            ends: self.end_date_time,
        }
    }
}
