//! Directory roles that a user holds or may activate, and the groups that can carry one.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::lenient::{date, lenient};
use super::timestamp;
use crate::ids::ObjectId;

/// Describes a directory role of a user, active or eligible. Source: "unifiedRoleAssignment resource type" and
/// "unifiedRoleEligibilityScheduleInstance resource type".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RoleHeld {
    /// The role: for a built-in one its template id, the same in every tenant.
    pub role_definition_id: Option<String>,
    /// The role's name; a custom role's was chosen in the tenant.
    pub name: Option<String>,
    /// Where it holds: `/` is the whole tenant.
    pub directory_scope: Option<String>,
    /// How the user came to it.
    pub via: RoleVia,
    /// When it ends. UTC. `None`: never, or not told; of active roles the service tells only through Privileged Identity Management, which is not read.
    #[serde(serialize_with = "timestamp::serialize")]
    pub ends: Option<OffsetDateTime>,
}

/// Says how a user came to a role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RoleVia {
    /// It was given to the user.
    Direct,
    /// It was given to a group that the user is in.
    Group {
        /// The group, if it is known.
        id: Option<ObjectId>,
    },
    /// The service did not say.
    #[default]
    Unknown,
}

/// Names a group that can carry roles, and so makes its members privileged even while it carries none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RoleGroup {
    /// The object id.
    pub id: ObjectId,
    /// The name shown.
    pub display_name: Option<String>,
}

impl RoleHeld {
    /// Makes a role held in the whole tenant, given to the user.
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

/// A role assignment or an eligibility, as Graph shows it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct RoleEntry {
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
    /// Says what the user holds by it. `group` is the group that was asked about, if it was not the user.
    pub(crate) fn held(self, group: Option<ObjectId>) -> RoleHeld {
        let by_group = self.member_type.is_some_and(|kind| kind.eq_ignore_ascii_case("Group"));
        let via = match group {
            Some(id) => RoleVia::Group { id: Some(id) },
            None if by_group => RoleVia::Group { id: None },
            None => RoleVia::Direct,
        };
        RoleHeld {
            role_definition_id: self.role_definition_id,
            name: self.role_definition.and_then(|role| role.display_name),
            directory_scope: self.directory_scope_id.or(self.app_scope_id),
            via,
            ends: self.end_date_time,
        }
    }
}
