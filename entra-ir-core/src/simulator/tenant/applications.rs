//! The applications of the tenant: service principals, permission grants, and assignments.

use std::time::Duration;

use time::OffsetDateTime;
use uuid::Uuid;

use crate::ids::{EntryId, ObjectId};
use crate::model::{AppRoleAssignment, PermissionGrant, ServicePrincipal};

/// This tenant's own id.
pub(crate) const TENANT: ObjectId = ObjectId::new(Uuid::from_u128(0x0c0f_fee0_5afe_4ace_9b1d_7e0a_1700_0000));

/// The application id of Microsoft Graph, in every tenant.
pub(crate) const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";

/// Something that reads show for a while after it was deleted.
#[derive(Clone)]
pub(crate) struct Kept<T> {
    item: T,
    deleted: Option<OffsetDateTime>,
}

/// A service principal, with what reads saw before its last change.
#[derive(Clone)]
struct Principal {
    current: ServicePrincipal,
    before: Option<(OffsetDateTime, ServicePrincipal)>,
}

/// All applications.
#[derive(Clone, Default)]
pub(crate) struct Applications {
    principals: Vec<Principal>,
    grants: Vec<Kept<PermissionGrant>>,
    assignments: Vec<Kept<AppRoleAssignment>>,
}

/// The moment of which reads show the state.
#[derive(Clone, Copy)]
pub(crate) struct Seen(OffsetDateTime);

impl Seen {
    pub(crate) fn at(now: OffsetDateTime, delay: Duration) -> Self {
        let delay = time::Duration::try_from(delay).unwrap_or(time::Duration::MAX);
        Self(now.saturating_sub(delay))
    }
}

impl<T> Kept<T> {
    fn is_seen(&self, seen: Seen) -> bool {
        self.deleted.is_none_or(|deleted| deleted > seen.0)
    }
}

impl Applications {
    /// Adds a service principal, in the place of one with the same id.
    pub(crate) fn add(&mut self, principal: ServicePrincipal) {
        self.principals.retain(|known| known.current.id != principal.id);
        self.principals.push(Principal { current: principal, before: None });
    }

    /// Lists the service principals as reads see them.
    pub(crate) fn principals(&self, seen: Seen) -> impl Iterator<Item = &ServicePrincipal> {
        self.principals.iter().map(move |known| match &known.before {
            Some((changed, before)) if *changed > seen.0 => before,
            _ => &known.current,
        })
    }

    /// Finds a service principal in its present state.
    pub(crate) fn principal(&self, id: ObjectId) -> Option<&ServicePrincipal> {
        self.principals.iter().map(|known| &known.current).find(|principal| principal.id == Some(id))
    }

    /// Finds a service principal in its present state by its application's id.
    #[cfg(feature = "oauth")]
    pub(crate) fn by_app_id(&self, app_id: &str) -> Option<&ServicePrincipal> {
        let is_it =
            |of: &&ServicePrincipal| of.app_id.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(app_id));
        self.principals.iter().map(|known| &known.current).find(is_it)
    }

    /// Changes a service principal; returns whether it exists.
    pub(crate) fn change(
        &mut self,
        id: ObjectId,
        now: OffsetDateTime,
        change: impl FnOnce(&mut ServicePrincipal),
    ) -> bool {
        let Some(known) = self.principals.iter_mut().find(|known| known.current.id == Some(id)) else {
            return false;
        };
        known.before = Some((now, known.current.clone()));
        change(&mut known.current);
        true
    }

    /// Adds a grant, in the place of one with the same id.
    pub(crate) fn grant(&mut self, grant: PermissionGrant) {
        self.grants.retain(|known| known.item.id != grant.id);
        self.grants.push(Kept { item: grant, deleted: None });
    }

    /// Lists the grants as reads see them.
    pub(crate) fn grants(&self, seen: Seen) -> impl Iterator<Item = &PermissionGrant> {
        self.grants.iter().filter(move |grant| grant.is_seen(seen)).map(|grant| &grant.item)
    }

    /// Deletes a grant; returns whether there was one. An id is compared with its case.
    pub(crate) fn revoke(&mut self, id: &str, now: OffsetDateTime) -> bool {
        delete(&mut self.grants, now, |grant| grant.id.as_ref().map(EntryId::as_str) == Some(id))
    }

    /// Adds an assignment, in the place of one with the same id.
    pub(crate) fn assign(&mut self, assignment: AppRoleAssignment) {
        self.assignments.retain(|known| known.item.id != assignment.id);
        self.assignments.push(Kept { item: assignment, deleted: None });
    }

    /// Lists the assignments as reads see them.
    pub(crate) fn assignments(&self, seen: Seen) -> impl Iterator<Item = &AppRoleAssignment> {
        self.assignments.iter().filter(move |of| of.is_seen(seen)).map(|of| &of.item)
    }

    /// Removes an assignment to an application; returns whether there was one.
    pub(crate) fn unassign(&mut self, resource: ObjectId, id: &str, now: OffsetDateTime) -> bool {
        delete(&mut self.assignments, now, |of| {
            of.resource_id == Some(resource) && of.id.as_ref().map(EntryId::as_str) == Some(id)
        })
    }
}

fn delete<T>(kept: &mut [Kept<T>], now: OffsetDateTime, is_it: impl Fn(&T) -> bool) -> bool {
    let found = kept.iter_mut().find(|kept| kept.deleted.is_none() && is_it(&kept.item));
    found.map(|kept| kept.deleted = Some(now)).is_some()
}
