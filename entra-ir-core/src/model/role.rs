//! Directory roles that a user holds or may activate, and the groups that can carry one.

use serde::Serialize;
use time::OffsetDateTime;

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
