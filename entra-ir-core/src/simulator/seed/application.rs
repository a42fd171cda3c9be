//! Applications to add to a tenant, consents to them, and assignments.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::ids::{EntryId, ObjectId};
use crate::model::{AppRoleAssignment, ConsentType, PermissionGrant, PrincipalType, ServicePrincipal};
use crate::simulator::tenant::applications::{GRAPH_APP_ID, TENANT};
use crate::simulator::tenant::clock::START;
use crate::simulator::tenant::state::State;

/// The tenant of Microsoft that owns its services.
const MICROSOFT: &str = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";

/// A tenant of somebody else.
const ANOTHER: &str = "fab51ca0-0000-4000-8000-000000000001";

/// Describes an application in a simulated tenant, by its service principal.
///
/// ```
/// use entra_ir_core::simulator::{NewGrant, NewServicePrincipal, SimulatedTenant};
///
/// let tenant = SimulatedTenant::contoso();
/// let app = tenant.add_service_principal(NewServicePrincipal::foreign("Quick PDF"));
/// let graph = tenant.service_principal("Microsoft Graph").unwrap();
/// let grant = NewGrant::of_user("adele@contoso.example", app, graph, "Mail.Read offline_access");
/// assert!(tenant.add_grant(grant).is_some());
/// ```
#[derive(Clone, Debug)]
pub struct NewServicePrincipal(ServicePrincipal);

impl NewServicePrincipal {
    fn new(name: &str, owner: &str) -> Self {
        Self(ServicePrincipal {
            display_name: Some(name.to_owned()),
            app_display_name: Some(name.to_owned()),
            account_enabled: Some(true),
            app_owner_organization_id: owner.parse().ok(),
            app_role_assignment_required: Some(false),
            service_principal_type: Some("Application".into()),
            tags: Some(Vec::new()),
            reply_urls: Some(Vec::new()),
            ..ServicePrincipal::default()
        })
    }

    /// Makes an application of Microsoft.
    pub fn first_party(name: &str) -> Self {
        Self::new(name, MICROSOFT)
    }

    /// Makes Microsoft Graph itself, the resource of most consents.
    pub(crate) fn graph() -> Self {
        Self::first_party("Microsoft Graph").app_id(GRAPH_APP_ID)
    }

    /// Makes an application of another tenant, whose publisher is not verified.
    pub fn foreign(name: &str) -> Self {
        Self::new(name, ANOTHER)
    }

    /// Makes an application of this tenant.
    pub fn own(name: &str) -> Self {
        Self::new(name, &TENANT.to_string())
    }

    /// Sets the object id. Otherwise one is made, the same in every run.
    pub fn id(mut self, id: ObjectId) -> Self {
        self.0.id = Some(id);
        self
    }

    /// Sets the application's own id.
    pub fn app_id(mut self, id: &str) -> Self {
        self.0.app_id = Some(id.to_owned());
        self
    }

    /// Sets the tenant that owns it; `None` as for some old applications of Microsoft.
    pub fn owned_by(mut self, tenant: Option<ObjectId>) -> Self {
        self.0.app_owner_organization_id = tenant;
        self
    }

    /// Verifies its publisher.
    pub fn verified_as(mut self, publisher: &str) -> Self {
        let verified = serde_json::json!({ "displayName": publisher, "verifiedPublisherId": "6005123" });
        self.0.verified_publisher = serde_json::from_value(verified).ok();
        self
    }

    /// Disables it.
    pub fn disabled(mut self) -> Self {
        self.0.account_enabled = Some(false);
        self
    }

    /// Lets Microsoft disable it.
    pub fn disabled_by_microsoft(mut self) -> Self {
        self.0.disabled_by_microsoft_status = Some("DisabledDueToViolationOfServicesAgreement".into());
        self
    }

    /// Lets users sign in to it only with an assignment.
    pub fn requires_assignment(mut self) -> Self {
        self.0.app_role_assignment_required = Some(true);
        self
    }

    /// Adds an address to which tokens and codes are sent.
    pub fn reply_url(mut self, url: &str) -> Self {
        self.0.reply_urls.get_or_insert_default().push(url.to_owned());
        self
    }

    /// Adds it to the tenant. One with the same id is replaced.
    pub(crate) fn add_to(self, state: &mut State) -> ObjectId {
        let mut principal = self.0;
        let id = principal.id.unwrap_or_else(|| state.directory.object_id());
        principal.id = Some(id);
        principal.app_id = principal.app_id.or_else(|| Some(state.directory.object_id().to_string()));
        state.applications.add(principal);
        id
    }
}

/// Describes a consent to an application of a simulated tenant.
#[derive(Clone, Debug)]
pub struct NewGrant {
    user: Option<String>,
    client: ObjectId,
    resource: ObjectId,
    scope: String,
}

impl NewGrant {
    /// Makes the consent of a user: the client may act for the user at the resource.
    pub fn of_user(user: &str, client: ObjectId, resource: ObjectId, scope: &str) -> Self {
        Self { user: Some(user.to_owned()), client, resource, scope: scope.to_owned() }
    }

    /// Makes the consent of an administrator for the whole organisation.
    pub fn tenant_wide(client: ObjectId, resource: ObjectId, scope: &str) -> Self {
        Self { user: None, client, resource, scope: scope.to_owned() }
    }

    /// Adds it to the tenant, in the place of one for the same user, client and resource. Returns its id, or
    /// `None` if there is no such user.
    pub(crate) fn add_to(self, state: &mut State) -> Option<EntryId> {
        let user = match &self.user {
            Some(user) => Some(state.directory.find(user)?),
            None => None,
        };
        let id = entry_id([Some(self.client), Some(self.resource), user])?;
        state.applications.grant(PermissionGrant {
            id: Some(id.clone()),
            client_id: Some(self.client),
            consent_type: Some(user.map_or(ConsentType::AllPrincipals, |_| ConsentType::Principal)),
            principal_id: user,
            resource_id: Some(self.resource),
            scope: Some(self.scope),
            ..PermissionGrant::default()
        });
        Some(id)
    }
}

/// Describes the assignment of an application of a simulated tenant to a user or a group.
#[derive(Clone, Debug)]
pub struct NewAppRoleAssignment {
    holder: String,
    resource: ObjectId,
}

impl NewAppRoleAssignment {
    /// Makes the assignment of an application to a user, or to a group by its object id. For a service
    /// principal, by its object id, it is an application permission.
    pub fn of(holder: &str, resource: ObjectId) -> Self {
        Self { holder: holder.to_owned(), resource }
    }

    /// Adds it to the tenant. Returns its id, or `None` if there is no such user or group.
    pub(crate) fn add_to(self, state: &mut State) -> Option<EntryId> {
        let user = state.directory.find(&self.holder).and_then(|id| state.directory.get(id));
        let (holder, name, kind) = if let Some(user) = user {
            (user.id, user.display_name.clone(), PrincipalType::User)
        } else {
            let id: ObjectId = self.holder.parse().ok()?;
            let application = state.applications.principal(id).and_then(|found| found.display_name.clone());
            match (state.groups.get(id), application) {
                (Some(group), _) => (id, group.name.clone(), PrincipalType::Group),
                (None, Some(name)) => (id, name, PrincipalType::ServicePrincipal),
                (None, None) => return None,
            }
        };
        let id = entry_id([Some(holder), Some(self.resource), None])?;
        let resource = state.applications.principal(self.resource);
        state.applications.assign(AppRoleAssignment {
            id: Some(id.clone()),
            app_role_id: Some("00000000-0000-0000-0000-000000000000".into()),
            principal_id: Some(holder),
            principal_type: Some(kind),
            principal_display_name: Some(name),
            resource_id: Some(self.resource),
            resource_display_name: resource.and_then(|resource| resource.display_name.clone()),
            created: Some(START.saturating_sub(time::Duration::days(100))),
        });
        Some(id)
    }
}

/// Makes an id of object ids, as the service does: in base64url.
fn entry_id(parts: [Option<ObjectId>; 3]) -> Option<EntryId> {
    let bytes: Vec<u8> = parts.into_iter().flatten().flat_map(|id| id.as_uuid().to_bytes_le()).collect();
    BASE64_URL_SAFE_NO_PAD.encode(bytes).parse().ok()
}
