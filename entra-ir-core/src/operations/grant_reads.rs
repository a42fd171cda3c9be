//! The reads of permission grants and of the applications in them.

use std::collections::{BTreeSet, HashMap};

use http::StatusCode;
use serde::Deserialize;
use time::OffsetDateTime;

use crate::error::Result;
use crate::fan_out;
use crate::ids::{EntryId, ObjectId, UserRef};
use crate::model::{
    ApplicationOwner, GrantList, ListedGrant, PermissionGrant, ServicePrincipal, riskiest_first,
};
use crate::operation::{Context, GraphCall};
use crate::page::Page;
use crate::spec::{Endpoint, OperationSpec, Verb};
use crate::target::{Scope, TargetKind};
use crate::wire::{Request, RequestBuilder, Response, decode, decode_entity, graph_error};

/// What listing the account's own grants is.
pub(super) static OWN: OperationSpec = OperationSpec {
    summary: "Lists the delegated permission grants of the user.",
    doc: "https://learn.microsoft.com/graph/api/user-list-oauth2permissiongrants",
    ..OperationSpec::read(
        "list_own_grants",
        Endpoint::v1(Verb::Get, "/users/{user}/oauth2PermissionGrants"),
        &[&["Directory.Read.All"], &["DelegatedPermissionGrant.ReadWrite.All"]],
        &[&["Directory.Read.All"], &["DelegatedPermissionGrant.ReadWrite.All"]],
    )
};

/// What listing the grants for the whole organisation is.
pub(super) static TENANT_WIDE: OperationSpec = OperationSpec {
    summary: "Lists the delegated permission grants that cover the whole organisation.",
    doc: "https://learn.microsoft.com/graph/api/oauth2permissiongrant-list",
    target: TargetKind::None,
    scope: Scope::Tenant,
    ..OperationSpec::read(
        "list_tenant_wide_grants",
        Endpoint::v1(Verb::Get, "/oauth2PermissionGrants"),
        &[&["Directory.Read.All"], &["DelegatedPermissionGrant.ReadWrite.All"]],
        &[&["Directory.Read.All"], &["DelegatedPermissionGrant.ReadWrite.All"]],
    )
};

/// What reading one grant is.
pub(super) static GRANT: OperationSpec = OperationSpec {
    summary: "Reads a delegated permission grant.",
    doc: "https://learn.microsoft.com/graph/api/oauth2permissiongrant-get",
    target: TargetKind::PermissionGrant,
    ..OperationSpec::read(
        "get_grant",
        Endpoint::v1(Verb::Get, "/oauth2PermissionGrants/{id}"),
        &[&["Directory.Read.All"], &["DelegatedPermissionGrant.ReadWrite.All"]],
        &[&["Directory.Read.All"], &["DelegatedPermissionGrant.ReadWrite.All"]],
    )
};

/// What reading the applications in grants is.
pub(super) static APPLICATIONS: OperationSpec = OperationSpec {
    summary: "Reads the names, owners and publishers of applications.",
    doc: "https://learn.microsoft.com/graph/api/serviceprincipal-list",
    target: TargetKind::ServicePrincipal,
    scope: Scope::Tenant,
    ..OperationSpec::read(
        "list_applications_by_id",
        Endpoint::v1(Verb::Get, "/servicePrincipals"),
        &[&["Application.Read.All"], &["Directory.Read.All"]],
        &[&["Application.Read.All"], &["Directory.Read.All"]],
    )
};

/// What reading the id of this tenant is.
pub(super) static TENANT: OperationSpec = OperationSpec {
    summary: "Reads the id of this tenant.",
    doc: "https://learn.microsoft.com/graph/api/organization-list",
    target: TargetKind::None,
    scope: Scope::Tenant,
    ..OperationSpec::read(
        "read_tenant_id",
        Endpoint::v1(Verb::Get, "/organization"),
        &[&["Organization.Read.All"], &["Directory.Read.All"], &["User.Read"]],
        &[&["Organization.Read.All"], &["Directory.Read.All"]],
    )
};

/// The most ids of one filter. Source: "Use the $filter query parameter", which limits `in` to 15.
const MOST_IDS: usize = 15;

/// Grants that were read, without their applications.
#[derive(Debug)]
pub(super) struct Grants {
    own: Vec<PermissionGrant>,
    tenant_wide: Result<Vec<PermissionGrant>, String>,
    tenant: Option<ObjectId>,
}

/// Reads the grants of an account and those for the whole organisation, side by side.
///
/// # Errors
/// That of the read of the account's own grants.
pub(super) async fn grants(context: &Context, user: &UserRef) -> Result<Grants> {
    let (own, wide) = (ListOwn(user), ListTenantWide { client: None });
    let (own, tenant_wide, tenant) = futures_util::join!(
        context.read_all(&own),
        context.read_all(&wide),
        context.read_kept(&ReadTenant, Option::is_some),
    );
    let now = |grants: Vec<PermissionGrant>| grants.into_iter().map(PermissionGrant::read_now).collect();
    let (own, tenant_wide) = (now(own?), tenant_wide.map(now).map_err(|error| error.to_string()));
    Ok(Grants { own, tenant_wide, tenant: tenant.ok().flatten() })
}

impl Grants {
    /// Adds what is known of the applications.
    pub(super) async fn with_applications(self, context: &Context) -> GrantList {
        let (wide, tenant_wide_unread) = match self.tenant_wide {
            Ok(wide) => (wide, None),
            Err(reason) => (Vec::new(), Some(reason)),
        };
        let all = self.own.iter().chain(&wide);
        let ids: BTreeSet<ObjectId> =
            all.flat_map(|grant| [grant.client_id, grant.resource_id]).flatten().collect();
        let (known, applications_unread) = match applications(context, ids).await {
            Ok(known) => (known, None),
            Err(error) => (HashMap::new(), Some(error.to_string())),
        };
        let find = |id: Option<ObjectId>| id.and_then(|id| known.get(&id)).cloned();
        let describe = |grants: Vec<PermissionGrant>| {
            let listed = grants.into_iter().map(|grant| {
                let (client, resource) = (find(grant.client_id), find(grant.resource_id));
                let owner = client.as_ref().map_or(ApplicationOwner::Unknown, |of| of.owner(self.tenant));
                ListedGrant::new(grant, client, resource, owner, context.cloud())
            });
            let mut listed: Vec<_> = listed.collect();
            riskiest_first(&mut listed);
            listed
        };
        GrantList {
            own: describe(self.own),
            tenant_wide: describe(wide),
            tenant_wide_unread,
            applications_unread,
        }
    }
}

/// Reads applications, fifteen with each request.
///
/// # Errors
/// That of the first request that fails.
pub(super) async fn applications(
    context: &Context,
    ids: BTreeSet<ObjectId>,
) -> Result<HashMap<ObjectId, ServicePrincipal>> {
    let ids: Vec<_> = ids.into_iter().collect();
    let reads =
        ids.chunks(MOST_IDS).map(|some| async move { context.read_all(&ListApplications(some)).await });
    let read: Result<Vec<_>> = fan_out::all(reads).await.into_iter().collect();
    Ok(read?.into_iter().flatten().filter_map(|found| Some((found.id?, found))).collect())
}

/// Lists the account's own grants.
#[derive(Debug)]
pub(super) struct ListOwn<'a>(pub(super) &'a UserRef);

impl GraphCall for ListOwn<'_> {
    type Output = Page<PermissionGrant>;

    fn spec(&self) -> &'static OperationSpec {
        &OWN
    }

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(&OWN).user(self.0).build()
    }

    fn decode(&self, response: &Response) -> Result<Self::Output> {
        decode(&OWN, response)
    }
}

/// Lists the grants for the whole organisation, of one application if it is given.
#[derive(Debug)]
pub(super) struct ListTenantWide {
    pub(super) client: Option<ObjectId>,
}

impl GraphCall for ListTenantWide {
    type Output = Page<PermissionGrant>;

    fn spec(&self) -> &'static OperationSpec {
        &TENANT_WIDE
    }

    fn request(&self) -> Result<Request> {
        let all = "consentType eq 'AllPrincipals'";
        let filter = match self.client {
            Some(client) => format!("clientId eq '{client}' and {all}"),
            None => all.to_owned(),
        };
        RequestBuilder::new(&TENANT_WIDE).query("$filter", &filter).build()
    }

    fn decode(&self, response: &Response) -> Result<Self::Output> {
        decode(&TENANT_WIDE, response)
    }
}

/// Reads one grant; `None` if it does not exist.
#[derive(Debug)]
pub(super) struct ReadGrant<'a>(pub(super) &'a EntryId);

impl GraphCall for ReadGrant<'_> {
    type Output = Option<PermissionGrant>;

    fn spec(&self) -> &'static OperationSpec {
        &GRANT
    }

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(&GRANT).var("{id}", self.0.as_str()).build()
    }

    fn accepts(&self, response: &Response) -> bool {
        response.status().is_success()
            || graph_error(&GRANT, response, OffsetDateTime::UNIX_EPOCH).says_object_is_missing()
    }

    fn decode(&self, response: &Response) -> Result<Self::Output> {
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let grant: PermissionGrant = decode_entity(&GRANT, response)?;
        Ok(Some(grant.read_now()))
    }
}

/// Reads up to fifteen applications.
#[derive(Debug)]
struct ListApplications<'a>(&'a [ObjectId]);

impl GraphCall for ListApplications<'_> {
    type Output = Page<ServicePrincipal>;

    fn spec(&self) -> &'static OperationSpec {
        &APPLICATIONS
    }

    fn request(&self) -> Result<Request> {
        let ids: Vec<_> = self.0.iter().map(|id| format!("'{id}'")).collect();
        let filter = format!("id in ({})", ids.join(","));
        RequestBuilder::new(&APPLICATIONS).query("$filter", &filter).select(ServicePrincipal::SELECT).build()
    }

    fn decode(&self, response: &Response) -> Result<Self::Output> {
        decode(&APPLICATIONS, response)
    }
}

/// Reads the id of this tenant.
pub(crate) async fn tenant_id(context: &Context) -> Result<Option<ObjectId>> {
    context.read(&ReadTenant).await
}

/// Reads the id of this tenant.
#[derive(Debug)]
struct ReadTenant;

impl GraphCall for ReadTenant {
    type Output = Option<ObjectId>;

    fn spec(&self) -> &'static OperationSpec {
        &TENANT
    }

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(&TENANT).select("id").build()
    }

    fn decode(&self, response: &Response) -> Result<Self::Output> {
        #[derive(Deserialize)]
        struct Organization {
            id: ObjectId,
        }
        let page: Page<Organization> = decode(&TENANT, response)?;
        Ok(page.value.first().map(|organization| organization.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_read_asks_for_what_it_needs() {
        let uri = |request: Result<Request>| request.unwrap().uri().to_string();
        let user: UserRef = "adele@contoso.example".parse().unwrap();
        assert_eq!(uri(ListOwn(&user).request()), "/v1.0/users/adele@contoso.example/oauth2PermissionGrants");
        let all = "/v1.0/oauth2PermissionGrants?$filter=";
        let wide = uri(ListTenantWide { client: None }.request());
        assert_eq!(wide, format!("{all}consentType%20eq%20%27AllPrincipals%27"));
        let id: ObjectId = "580d2cab-fc1a-4ac1-ac02-a562f1c35912".parse().unwrap();
        let of_one = uri(ListTenantWide { client: Some(id) }.request());
        assert!(of_one.starts_with(&format!("{all}clientId%20eq%20%27{id}%27%20and%20")), "{of_one}");
        let some = uri(ListApplications(&[id, id]).request());
        assert!(
            some.starts_with(&format!(
                "/v1.0/servicePrincipals?$filter=id%20in%20%28%27{id}%27,%27{id}%27%29&$select=id,appId,"
            )),
            "{some}"
        );
        let grant: EntryId = "qywNWBr8wU-_2".parse().unwrap();
        assert_eq!(uri(ReadGrant(&grant).request()), "/v1.0/oauth2PermissionGrants/qywNWBr8wU-_2");
    }

    #[test]
    fn a_grant_that_does_not_exist_is_told_from_a_path_that_does_not() {
        let (id, answer) = ("g".parse().unwrap(), |code: &str, message: &str| {
            let mut answer =
                Response::new(format!(r#"{{"error":{{"code":"{code}","message":"{message}"}}}}"#).into());
            *answer.status_mut() = StatusCode::NOT_FOUND;
            answer
        });
        let gone = answer("Request_ResourceNotFound", "Resource 'g' does not exist");
        assert!(ReadGrant(&id).accepts(&gone) && ReadGrant(&id).decode(&gone).unwrap().is_none());
        assert!(!ReadGrant(&id).accepts(&answer("ResourceNotFound", "not found for the segment 'x'")));
        assert!(!ReadGrant(&id).accepts(&answer("", "")));
    }
}
