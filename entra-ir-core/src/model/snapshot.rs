//! Everything that can be read about one account, at one time.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{
    AppAssignmentList, Device, DomainAuthentication, EffectiveMethodsPolicy, EligibleGroup, GrantList,
    MethodList, Part, PerUserMfaState, RiskEvent, RoleGroup, RoleHeld, SignInPreferences, User, UserRisk,
};
use crate::cloud::Cloud;

/// Holds the state of an account at one time, part by part. Only the user itself is always present. Every
/// other part records whether it was read; a part that was not is unknown, never "none".
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AccountSnapshot {
    /// When it was taken: the service's own time of the earliest answer, or this machine's if no answer had
    /// one. UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub taken_at: OffsetDateTime,
    /// The cloud.
    pub cloud: Cloud,
    /// The user: identity, whether it may sign in, since when its sessions are valid, when its password
    /// changed.
    pub user: User,
    /// Where its password is checked.
    pub domain: Part<DomainAuthentication>,
    /// Its methods, beta-only types included.
    pub methods: Part<MethodList>,
    /// Its default method (beta).
    pub default_method: Part<SignInPreferences>,
    /// Its per-user (legacy) MFA state (beta).
    pub per_user_mfa: Part<PerUserMfaState>,
    /// What the authentication methods policy means for it.
    pub policy: Part<EffectiveMethodsPolicy>,
    /// The roles that it holds now, assigned to itself or to one of `role_groups`.
    pub active_roles: Part<Vec<RoleHeld>>,
    /// The roles that it may activate, assigned to itself or to one of `role_groups`.
    pub eligible_roles: Part<Vec<RoleHeld>>,
    /// The role-assignable groups that it is in, directly or through others: each makes it privileged.
    pub role_groups: Part<Vec<RoleGroup>>,
    /// The role-assignable groups that it owns: an owner can add anybody.
    pub owned_role_groups: Part<Vec<RoleGroup>>,
    /// The groups that it may become a member or an owner of, by activating it in Privileged Identity
    /// Management.
    pub eligible_groups: Part<Vec<EligibleGroup>>,
    /// The devices that it owns or is registered on.
    pub devices: Part<Vec<Device>>,
    /// The consents that cover it: its own, and those for the whole organisation.
    #[serde(default)]
    pub grants: Part<GrantList>,
    /// The applications that are assigned to it.
    #[serde(default)]
    pub app_assignments: Part<AppAssignmentList>,
    /// Its risk in Identity Protection; `None` if it never was risky.
    pub risk: Part<Option<UserRisk>>,
    /// The changes of its risk, in the order of the service; none if it never was risky.
    pub risk_history: Part<Vec<RiskEvent>>,
    /// The number of requests, repeated ones included.
    pub requests: u32,
}

impl AccountSnapshot {
    /// Creates a snapshot of which only the user was read.
    pub const fn new(user: User, taken_at: OffsetDateTime) -> Self {
        Self {
            taken_at,
            cloud: Cloud::Global,
            user,
            domain: Part::Unread,
            methods: Part::Unread,
            default_method: Part::Unread,
            per_user_mfa: Part::Unread,
            policy: Part::Unread,
            active_roles: Part::Unread,
            eligible_roles: Part::Unread,
            role_groups: Part::Unread,
            owned_role_groups: Part::Unread,
            eligible_groups: Part::Unread,
            devices: Part::Unread,
            grants: Part::Unread,
            app_assignments: Part::Unread,
            risk: Part::Unread,
            risk_history: Part::Unread,
            requests: 0,
        }
    }

    /// Returns whether the account is privileged: it holds or may activate a role, is in, owns or may
    /// activate a role-assignable group. `None` if unknown.
    ///
    /// Without a licence for Privileged Identity Management nothing can be activated, so there is no
    /// eligibility.
    pub fn is_privileged(&self) -> Option<bool> {
        let unlicensed = matches!(self.eligible_roles, Part::NotLicensed { .. });
        let eligible_roles = if unlicensed { Some(false) } else { any(&self.eligible_roles) };
        let eligible_groups = match &self.eligible_groups {
            Part::Collected(groups) if groups.iter().any(|group| group.is_role_assignable == Some(true)) => {
                Some(true)
            }
            Part::Collected(groups) if groups.iter().any(|group| group.is_role_assignable.is_none()) => None,
            Part::Collected(_) | Part::NotLicensed { .. } => Some(false),
            _ => unlicensed.then_some(false),
        };
        let parts = [
            any(&self.active_roles),
            eligible_roles,
            any(&self.role_groups),
            any(&self.owned_role_groups),
            eligible_groups,
        ];
        if parts.contains(&Some(true)) {
            Some(true)
        } else {
            parts.iter().all(Option::is_some).then_some(false)
        }
    }

    /// Lists each part except the user: name, state, reason.
    pub fn parts(&self) -> [(&'static str, &'static str, Option<&str>); 15] {
        macro_rules! part {
            ($name:ident) => {
                (stringify!($name), self.$name.state(), self.$name.reason())
            };
        }
        [
            part!(domain),
            part!(methods),
            part!(default_method),
            part!(per_user_mfa),
            part!(policy),
            part!(active_roles),
            part!(eligible_roles),
            part!(role_groups),
            part!(owned_role_groups),
            part!(eligible_groups),
            part!(devices),
            part!(grants),
            part!(app_assignments),
            part!(risk),
            part!(risk_history),
        ]
    }
}

/// Returns whether a part that needs no licence has content; `None` if it could not be read.
fn any<T>(part: &Part<Vec<T>>) -> Option<bool> {
    match part {
        Part::Collected(items) => Some(!items.is_empty()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot() -> AccountSnapshot {
        let user = serde_json::from_str(r#"{"id":"3b41c05e-73a1-43b7-86d7-ed8409f55900"}"#).unwrap();
        AccountSnapshot::new(user, OffsetDateTime::UNIX_EPOCH)
    }

    #[test]
    fn nothing_read_is_nothing_known() {
        let snapshot = snapshot();
        assert!(snapshot.parts().iter().all(|part| part.1 == "unread"));
        assert_eq!(snapshot.is_privileged(), None);
        let json = serde_json::to_value(&snapshot).unwrap();
        assert_eq!(json["taken_at"], "1970-01-01T00:00:00Z");
        assert_eq!(json["risk"]["state"], "unread");
    }

    #[test]
    fn one_role_is_enough_and_no_role_needs_every_part() {
        let mut snapshot = snapshot();
        snapshot.active_roles = Part::Collected(Vec::new());
        snapshot.role_groups = Part::Collected(Vec::new());
        snapshot.owned_role_groups = Part::Collected(Vec::new());
        snapshot.eligible_groups = Part::Collected(Vec::new());
        assert_eq!(snapshot.is_privileged(), None);
        snapshot.eligible_roles = Part::Collected(Vec::new());
        assert_eq!(snapshot.is_privileged(), Some(false));
        snapshot.eligible_roles = Part::Collected(vec![RoleHeld::direct("x", "Global Administrator")]);
        snapshot.role_groups = Part::Unread;
        assert_eq!(snapshot.is_privileged(), Some(true));
    }

    #[test]
    fn what_may_be_activated_in_a_group_counts() {
        let mut snapshot = snapshot();
        snapshot.active_roles = Part::Collected(Vec::new());
        snapshot.eligible_roles = Part::Collected(Vec::new());
        snapshot.role_groups = Part::Collected(Vec::new());
        snapshot.owned_role_groups = Part::Collected(Vec::new());
        let eligible = |is_role_assignable| {
            let (group, display_name, access, ends) = (None, None, None, None);
            Part::Collected(vec![EligibleGroup { group, display_name, is_role_assignable, access, ends }])
        };
        for (assignable, privileged) in [(Some(true), Some(true)), (Some(false), Some(false)), (None, None)] {
            snapshot.eligible_groups = eligible(assignable);
            assert_eq!(snapshot.is_privileged(), privileged);
        }
        snapshot.eligible_groups = Part::Denied { reason: String::new() };
        assert_eq!(snapshot.is_privileged(), None);
        snapshot.eligible_roles = Part::NotLicensed { reason: String::new() };
        assert_eq!(snapshot.is_privileged(), Some(false), "nothing to activate");
        snapshot.owned_role_groups = Part::Failed { reason: String::new() };
        assert_eq!(snapshot.is_privileged(), None);
        for lose in [
            (|snapshot, part| snapshot.active_roles = part) as fn(&mut AccountSnapshot, _),
            |snapshot, _| snapshot.role_groups = Part::NotLicensed { reason: String::new() },
            |snapshot, _| snapshot.owned_role_groups = Part::NotLicensed { reason: String::new() },
        ] {
            snapshot.active_roles = Part::Collected(Vec::new());
            snapshot.role_groups = Part::Collected(Vec::new());
            snapshot.owned_role_groups = Part::Collected(Vec::new());
            assert_eq!(snapshot.is_privileged(), Some(false));
            lose(&mut snapshot, Part::NotLicensed { reason: String::new() });
            assert_eq!(snapshot.is_privileged(), None, "no licence is needed to read them");
        }
    }
}
