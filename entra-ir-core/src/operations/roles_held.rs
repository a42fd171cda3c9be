//! Reads the roles of a user, direct and through role-assignable groups.

use futures_util::future::join;
use time::OffsetDateTime;

use super::snapshot_parts::{
    GROUPS, GroupEntry, ListEligibleGroups, ListGroups, ListRoles, OWNED_GROUPS, part,
};
use crate::error::Result;
use crate::fan_out;
use crate::ids::{ObjectId, UserRef};
use crate::model::{AccountSnapshot, EligibleGroup, Part, RoleGroup, RoleHeld, User, built_in};
use crate::operation::Context;

/// Returns whether the user holds a role, may activate one, or whether that is unknown.
pub(super) async fn may_hold_a_role(context: &Context, user: User) -> bool {
    let (id, reference) = (user.id, UserRef::from(user.id));
    let (role_groups, owned_role_groups, eligible_groups) = futures_util::join!(
        role_groups(context, &reference, false),
        role_groups(context, &reference, true),
        eligible_groups(context, id),
    );
    let (active_roles, eligible_roles) =
        join(roles(context, id, &role_groups, false), roles(context, id, &role_groups, true)).await;
    let held = AccountSnapshot {
        active_roles,
        eligible_roles,
        role_groups,
        owned_role_groups,
        eligible_groups,
        ..AccountSnapshot::new(user, OffsetDateTime::UNIX_EPOCH)
    };
    held.is_privileged() != Some(false)
}

/// Reads the role-assignable groups that the user is in, or owns.
pub(super) async fn role_groups(context: &Context, user: &UserRef, owned: bool) -> Part<Vec<RoleGroup>> {
    let listed = context.read_all(&ListGroups { user, owned }).await;
    match listed {
        // Without the others the list would seem complete.
        Ok(groups) if groups.iter().any(|group| group.is_role_assignable().is_none()) => Part::Denied {
            reason: format!(
                "{}: the service shows ids of groups and nothing else. Next: grant the permission GroupMember.Read.All",
                if owned { OWNED_GROUPS.id } else { GROUPS.id }
            ),
        },
        listed => part(listed).map(assignable),
    }
}

fn assignable(groups: Vec<GroupEntry>) -> Vec<RoleGroup> {
    let can_carry_roles = groups.into_iter().filter(|group| group.is_role_assignable() == Some(true));
    can_carry_roles.map(|group| RoleGroup::new(group.id, group.name().map(str::to_owned))).collect()
}

/// Reads the groups that the user may activate a membership of.
pub(super) async fn eligible_groups(context: &Context, user: ObjectId) -> Part<Vec<EligibleGroup>> {
    let listed = context.read_all(&ListEligibleGroups(user)).await;
    part(listed).map(|groups| groups.into_iter().map(EligibleGroup::from).collect())
}

/// The maximum of role-assignable groups in a tenant. Source: "Microsoft Entra service limits and
/// restrictions".
const MOST_ROLE_GROUPS: usize = 500;

/// Reads the names of the caller's active roles, its own and those of its groups; `None` if they cannot be
/// read. A role without a known name is listed by its id.
pub(crate) async fn own_roles(context: &Context, caller: ObjectId) -> Option<Vec<String>> {
    let groups = role_groups(context, &UserRef::from(caller), false).await;
    groups.collected()?;
    let held = roles(context, caller, &groups, false).await;
    let ids = held.collected()?.iter().filter_map(|role| role.role_definition_id.as_deref());
    Some(ids.map(|id| built_in(id).unwrap_or(id).to_owned()).collect())
}

/// Reads the roles of the user and of its role-assignable groups.
pub(super) async fn roles(
    context: &Context,
    user: ObjectId,
    groups: &Part<Vec<RoleGroup>>,
    eligible: bool,
) -> Part<Vec<RoleHeld>> {
    let groups = groups.collected().map(Vec::as_slice).unwrap_or_default();
    if groups.len() > MOST_ROLE_GROUPS {
        let reason =
            format!("the service names {} role-assignable groups, more than there can be", groups.len());
        return Part::Failed { reason };
    }
    let groups = groups.iter().map(|group| Some(group.id));
    let lists = std::iter::once(None).chain(groups).map(|group| async move {
        let list = ListRoles { principal: group.unwrap_or(user), eligible };
        let entries = context.read_all(&list).await?;
        Ok(entries.into_iter().map(|entry| entry.held(group)).collect::<Vec<_>>())
    });
    let lists: Result<Vec<_>> = fan_out::all(lists).await.into_iter().collect();
    part(lists).map(|lists| lists.concat())
}
