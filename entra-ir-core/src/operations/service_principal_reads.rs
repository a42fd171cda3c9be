//! The reads of one service principal: its properties, the consents to it, and who is assigned to it.

use crate::error::Result;
use crate::ids::ObjectId;
use crate::model::{AppRoleAssignment, PermissionGrant, ServicePrincipal};
use crate::operation::GraphCall;
use crate::page::Page;
use crate::spec::{Endpoint, OperationSpec, Verb};
use crate::target::{Scope, TargetKind};
use crate::wire::{Request, RequestBuilder, Response, decode, decode_entity};

/// What reading a service principal is.
pub(super) static APPLICATION: OperationSpec = OperationSpec {
    summary: "Reads a service principal.",
    doc: "https://learn.microsoft.com/graph/api/serviceprincipal-get",
    target: TargetKind::ServicePrincipal,
    scope: Scope::Shared,
    ..OperationSpec::read(
        "get_service_principal",
        Endpoint::v1(Verb::Get, "/servicePrincipals/{id}"),
        &[&["Application.Read.All"], &["Directory.Read.All"]],
        &[&["Application.Read.All"], &["Directory.Read.All"]],
    )
};

/// What listing the consents to an application is.
pub(super) static CONSENTS: OperationSpec = OperationSpec {
    summary: "Lists the consents to an application.",
    doc: "https://learn.microsoft.com/graph/api/serviceprincipal-list-oauth2permissiongrants",
    target: TargetKind::ServicePrincipal,
    scope: Scope::Shared,
    ..OperationSpec::read(
        "list_consents_to_application",
        Endpoint::v1(Verb::Get, "/servicePrincipals/{id}/oauth2PermissionGrants"),
        &[&["Directory.Read.All"], &["DelegatedPermissionGrant.ReadWrite.All"]],
        &[&["Directory.Read.All"], &["DelegatedPermissionGrant.ReadWrite.All"]],
    )
};

/// What listing who is assigned to an application is.
pub(super) static ASSIGNED: OperationSpec = OperationSpec {
    summary: "Lists who is assigned to an application.",
    doc: "https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignedto",
    target: TargetKind::ServicePrincipal,
    scope: Scope::Shared,
    ..OperationSpec::read(
        "list_assigned_to_application",
        Endpoint::v1(Verb::Get, "/servicePrincipals/{id}/appRoleAssignedTo"),
        &[&["Application.Read.All"], &["Directory.Read.All"]],
        &[&["Application.Read.All"], &["Directory.Read.All"]],
    )
};

/// Reads the service principal.
#[derive(Debug)]
pub(super) struct ReadApplication(pub(super) ObjectId);

impl GraphCall for ReadApplication {
    type Output = ServicePrincipal;

    fn spec(&self) -> &'static OperationSpec {
        &APPLICATION
    }

    fn request(&self) -> Result<Request> {
        let read = RequestBuilder::new(&APPLICATION).var("{id}", &self.0.to_string());
        read.select(ServicePrincipal::SELECT).build()
    }

    fn decode(&self, response: &Response) -> Result<ServicePrincipal> {
        decode_entity(&APPLICATION, response)
    }
}

/// Lists the consents to the application: the first page is enough to count.
#[derive(Debug)]
pub(super) struct ListConsents(pub(super) ObjectId);

impl GraphCall for ListConsents {
    type Output = Page<PermissionGrant>;

    fn spec(&self) -> &'static OperationSpec {
        &CONSENTS
    }

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(&CONSENTS).var("{id}", &self.0.to_string()).build()
    }

    fn decode(&self, response: &Response) -> Result<Self::Output> {
        decode(&CONSENTS, response)
    }
}

/// Lists who is assigned to the application: the first page is enough to count.
#[derive(Debug)]
pub(super) struct ListAssigned(pub(super) ObjectId);

impl GraphCall for ListAssigned {
    type Output = Page<AppRoleAssignment>;

    fn spec(&self) -> &'static OperationSpec {
        &ASSIGNED
    }

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(&ASSIGNED).var("{id}", &self.0.to_string()).build()
    }

    fn decode(&self, response: &Response) -> Result<Self::Output> {
        decode(&ASSIGNED, response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_read_is_below_the_service_principal() {
        let id: ObjectId = "580d2cab-fc1a-4ac1-ac02-a562f1c35912".parse().unwrap();
        let below = |request: Result<Request>| {
            let uri = request.unwrap().uri().to_string();
            uri.strip_prefix(&format!("/v1.0/servicePrincipals/{id}")).unwrap().to_owned()
        };
        let read = below(ReadApplication(id).request());
        assert!(
            read.starts_with("?$select=id,appId,") && read.contains("disabledByMicrosoftStatus"),
            "{read}"
        );
        assert_eq!(below(ListConsents(id).request()), "/oauth2PermissionGrants");
        assert_eq!(below(ListAssigned(id).request()), "/appRoleAssignedTo");
    }
}
