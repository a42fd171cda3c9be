//! The target of a write, and its scope.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::ids::{EntryId, ObjectId, UserRef};

/// Names what a request acts on. The guard decides by it, and a receipt records it.
/// A target belongs to an account if it is an account, or names one: a grant's principal, a rule's user.
/// In JSON the field `kind` says which it is. A field that the kind does not have is refused.
///
/// ```
/// use entra_ir_core::target::{Target, TargetKind};
///
/// let rule: Target =
///     serde_json::from_str(r#"{"kind":"inbox-rule","user":"adele@contoso.example","id":"AQAAAJ5"}"#)?;
/// assert_eq!(rule.kind(), TargetKind::InboxRule);
/// assert_eq!(rule.to_string(), "the inbox rule AQAAAJ5 of adele@contoso.example");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Target {
    /// Nothing in the tenant that can be named.
    // With braces, so that serde refuses unknown fields here too.
    None {},
    /// A user.
    User {
        /// The user, by object id if known.
        id: UserRef,
    },
    /// A device.
    Device {
        /// The object id, not the `deviceId`.
        id: ObjectId,
    },
    /// A delegated permission grant.
    PermissionGrant {
        /// The grant.
        id: EntryId,
        /// The user of the grant, if known; a grant for all users has none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        principal: Option<ObjectId>,
    },
    /// An assignment of an application role: an application permission, or the use of an application.
    AppRoleAssignment {
        /// The assignment.
        id: EntryId,
        /// The user, group or service principal that holds it.
        principal: ObjectId,
    },
    /// A service principal: an application as it is in this tenant.
    ServicePrincipal {
        /// The object id.
        id: ObjectId,
    },
    /// An application registration, or one of its credentials.
    Application {
        /// The object id, not the `appId`.
        id: ObjectId,
        /// The credential, if it is about one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        credential: Option<EntryId>,
    },
    /// An active assignment of a directory role.
    RoleAssignment {
        /// The assignment.
        id: EntryId,
        /// The holder, if known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        principal: Option<ObjectId>,
    },
    /// An eligibility for a directory role.
    RoleEligibility {
        /// The eligibility schedule instance.
        id: EntryId,
        /// The holder, if known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        principal: Option<ObjectId>,
    },
    /// A membership or an ownership of a group.
    GroupMembership {
        /// The group.
        group: ObjectId,
        /// The member or owner.
        member: ObjectId,
    },
    /// A rule of a mailbox.
    InboxRule {
        /// The rule.
        id: EntryId,
        /// The user whose mailbox it is.
        user: UserRef,
    },
    /// A conditional access policy.
    ConditionalAccessPolicy {
        /// The policy.
        id: ObjectId,
    },
}

/// Declares the kinds once: for the type without fields, and for the kind of a target.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident => $words:literal,)+) => {
        /// The kind of object that an operation acts on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum TargetKind {
            $($(#[$doc])* $kind,)+
        }

        impl TargetKind {
            /// Lists every kind.
            pub const ALL: &[Self] = &[$(Self::$kind),+];
        }

        impl Target {
            /// Returns the kind.
            pub const fn kind(&self) -> TargetKind {
                match self {
                    $(Self::$kind { .. } => TargetKind::$kind,)+
                }
            }
        }

        impl fmt::Display for TargetKind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$kind => $words,)+
                })
            }
        }
    };
}

kinds! {
    /// Nothing in the tenant that can be named.
    None => "none",
    /// A user.
    User => "user",
    /// A device.
    Device => "device",
    /// A delegated permission grant.
    PermissionGrant => "permission grant",
    /// An assignment of an application role.
    AppRoleAssignment => "app role assignment",
    /// A service principal.
    ServicePrincipal => "service principal",
    /// An application registration, or one of its credentials.
    Application => "application",
    /// An active assignment of a directory role.
    RoleAssignment => "role assignment",
    /// An eligibility for a directory role.
    RoleEligibility => "role eligibility",
    /// A membership or an ownership of a group.
    GroupMembership => "group membership",
    /// A rule of a mailbox.
    InboxRule => "inbox rule",
    /// A conditional access policy.
    ConditionalAccessPolicy => "conditional access policy",
}

/// The accounts that a write affects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Scope {
    /// Only this account.
    Account,
    /// Other accounts too, which use the same object: an application, a group.
    Shared,
    /// Every account of the tenant.
    Tenant,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Account => "account",
            Self::Shared => "shared",
            Self::Tenant => "tenant",
        })
    }
}

impl Target {
    /// Returns the account that is the target, or that the target names; `None` if there is none.
    ///
    /// A principal is a user in most cases; it may be a group or a service principal.
    pub fn principal(&self) -> Option<UserRef> {
        match self {
            Self::User { id } => Some(id.clone()),
            Self::InboxRule { user, .. } => Some(user.clone()),
            Self::GroupMembership { member: id, .. } | Self::AppRoleAssignment { principal: id, .. } => {
                Some(UserRef::Id(*id))
            }
            Self::PermissionGrant { principal, .. }
            | Self::RoleAssignment { principal, .. }
            | Self::RoleEligibility { principal, .. } => principal.map(UserRef::Id),
            Self::None {}
            | Self::Device { .. }
            | Self::ServicePrincipal { .. }
            | Self::Application { .. }
            | Self::ConditionalAccessPolicy { .. } => None,
        }
    }

    /// Returns the user, if it is one.
    pub const fn user(&self) -> Option<&UserRef> {
        match self {
            Self::User { id } => Some(id),
            _ => None,
        }
    }

    /// Reads a target that a receipt holds. Additions of another version are ignored, as everywhere in a
    /// receipt: there they can no longer change what is acted on.
    pub(crate) fn read_stored<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        const FIELDS: [&str; 7] = ["kind", "id", "principal", "credential", "group", "member", "user"];
        let mut stored = Map::deserialize(from)?;
        stored.retain(|name, _| FIELDS.contains(&name.as_str()));
        serde_json::from_value(Value::Object(stored)).map_err(D::Error::custom)
    }

    /// Returns the object id that a log may hold: the target's own, or its principal's.
    pub(crate) fn object_id(&self) -> Option<ObjectId> {
        match self {
            Self::Device { id }
            | Self::ServicePrincipal { id }
            | Self::Application { id, .. }
            | Self::ConditionalAccessPolicy { id } => Some(*id),
            _ => self.principal()?.id(),
        }
    }

    /// Returns the same target with the object id of the account instead of its name.
    pub(crate) fn with_id(&self, named: &UserRef, found: ObjectId) -> Self {
        match self {
            Self::User { id } if id == named => Self::from(found),
            Self::InboxRule { id, user } if user == named => {
                Self::InboxRule { id: id.clone(), user: UserRef::Id(found) }
            }
            _ => self.clone(),
        }
    }
}

/// A user by object id.
impl From<ObjectId> for Target {
    fn from(id: ObjectId) -> Self {
        Self::User { id: UserRef::Id(id) }
    }
}

impl From<UserRef> for Target {
    fn from(id: UserRef) -> Self {
        Self::User { id }
    }
}

impl From<&UserRef> for Target {
    fn from(id: &UserRef) -> Self {
        Self::User { id: id.clone() }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind();
        match self {
            Self::None {} => f.write_str("nothing that can be named"),
            Self::User { id } => fmt::Display::fmt(id, f),
            Self::Device { id }
            | Self::ServicePrincipal { id }
            | Self::Application { id, credential: None }
            | Self::ConditionalAccessPolicy { id } => write!(f, "the {kind} {id}"),
            Self::Application { id, credential: Some(credential) } => {
                write!(f, "the credential {credential} of the {kind} {id}")
            }
            Self::PermissionGrant { id, principal }
            | Self::RoleAssignment { id, principal }
            | Self::RoleEligibility { id, principal } => match principal {
                Some(principal) => write!(f, "the {kind} {id} of {principal}"),
                None => write!(f, "the {kind} {id}"),
            },
            Self::AppRoleAssignment { id, principal } => write!(f, "the {kind} {id} of {principal}"),
            Self::InboxRule { id, user } => write!(f, "the {kind} {id} of {user}"),
            Self::GroupMembership { group, member } => write!(f, "the membership of {member} in {group}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";

    #[test]
    fn json_goes_both_ways_and_takes_no_more_than_it_knows() {
        for (json, shown) in [
            (r#"{"kind":"none"}"#.to_owned(), "nothing that can be named".to_owned()),
            (format!(r#"{{"kind":"user","id":"{ID}"}}"#), ID.to_owned()),
            (format!(r#"{{"kind":"device","id":"{ID}"}}"#), format!("the device {ID}")),
            (
                r#"{"kind":"permission-grant","id":"a-b_c"}"#.to_owned(),
                "the permission grant a-b_c".to_owned(),
            ),
            (
                format!(r#"{{"kind":"role-assignment","id":"x","principal":"{ID}"}}"#),
                format!("the role assignment x of {ID}"),
            ),
            (
                format!(r#"{{"kind":"application","id":"{ID}","credential":"k"}}"#),
                format!("the credential k of the application {ID}"),
            ),
            (
                format!(r#"{{"kind":"inbox-rule","id":"r","user":"{ID}"}}"#),
                format!("the inbox rule r of {ID}"),
            ),
            (
                format!(r#"{{"kind":"group-membership","group":"{ID}","member":"{ID}"}}"#),
                format!("the membership of {ID} in {ID}"),
            ),
        ] {
            let target: Target = serde_json::from_str(&json).unwrap();
            assert_eq!(serde_json::to_string(&target).unwrap(), json);
            assert_eq!(target.to_string(), shown);
            let more = json.replace('}', r#","more":1}"#);
            assert!(serde_json::from_str::<Target>(&more).is_err(), "{more}");
            let stored = Target::read_stored(&mut serde_json::Deserializer::from_str(&more));
            assert_eq!(stored.unwrap(), target, "a receipt of another version");
        }
        for wrong in [r#"{"kind":"device"}"#, r#"{"kind":"permission-grant","id":"../x"}"#, r#"{"id":"x"}"#] {
            assert!(serde_json::from_str::<Target>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_kind_has_the_same_word_in_a_target_and_alone() {
        for kind in TargetKind::ALL {
            let word = serde_json::to_value(kind).unwrap();
            assert_eq!(word.as_str().unwrap().replace('-', " "), kind.to_string());
        }
        let target = Target::Device { id: ID.parse().unwrap() };
        assert_eq!(
            serde_json::to_value(&target).unwrap()["kind"],
            serde_json::to_value(target.kind()).unwrap()
        );
    }

    #[test]
    fn a_target_belongs_to_the_account_that_it_names() {
        let (id, name): (ObjectId, UserRef) = (ID.parse().unwrap(), "adele@contoso.example".parse().unwrap());
        let rule = Target::InboxRule { id: "r".parse().unwrap(), user: name.clone() };
        assert_eq!(rule.principal(), Some(name.clone()));
        assert_eq!(rule.with_id(&name, id).principal(), Some(UserRef::Id(id)));
        assert_eq!(Target::Device { id }.principal(), None);
        assert_eq!(Target::from(&name).object_id(), None);
    }
}
