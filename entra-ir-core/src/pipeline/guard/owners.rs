//! Finds the owner of a target.

use futures_util::future::join;
use serde::Deserialize;

use super::super::Stage;
use super::ask::{Ask, Identity};
use crate::error::Result;
use crate::ids::{EntryId, ObjectId, UserRef};
use crate::spec::{Endpoint, OperationSpec, Verb};
use crate::target::Target;
use crate::wire::RequestBuilder;

/// Marks a request whose caller confirmed that the owner was checked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OwnerChecked;

/// The owner of a target.
#[derive(Debug)]
pub(super) enum Owner {
    /// These accounts; a principal may be a group or a service principal.
    Accounts(Vec<UserRef>),
    /// No account: an object of the tenant.
    Nobody,
    /// Every account.
    Everyone,
    /// It could not be read, or does not exist, for this reason. These accounts use the target all the same.
    Unknown(String, Vec<UserRef>),
}

static DEVICE_OWNERS: OperationSpec = OperationSpec {
    summary: "Lists the registered owners of a device.",
    doc: "https://learn.microsoft.com/graph/api/device-list-registeredowners",
    ..OperationSpec::read(
        "list_device_owners",
        Endpoint::v1(Verb::Get, "/devices/{id}/registeredOwners"),
        &[&["Device.Read.All"]],
        &[&["Device.Read.All"]],
    )
};

static DEVICE_USERS: OperationSpec = OperationSpec {
    summary: "Lists the registered users of a device.",
    doc: "https://learn.microsoft.com/graph/api/device-list-registeredusers",
    ..OperationSpec::read(
        "list_device_users",
        Endpoint::v1(Verb::Get, "/devices/{id}/registeredUsers"),
        &[&["Device.Read.All"]],
        &[&["Device.Read.All"]],
    )
};

static GRANT: OperationSpec = OperationSpec {
    summary: "Reads the principal of a permission grant.",
    doc: "https://learn.microsoft.com/graph/api/oauth2permissiongrant-get",
    ..OperationSpec::read(
        "read_permission_grant",
        Endpoint::v1(Verb::Get, "/oauth2PermissionGrants/{id}"),
        &[&["Directory.Read.All"]],
        &[&["Directory.Read.All"]],
    )
};

static ROLE_ASSIGNMENT: OperationSpec = OperationSpec {
    summary: "Reads the principal of a role assignment.",
    doc: "https://learn.microsoft.com/graph/api/unifiedroleassignment-get",
    ..OperationSpec::read(
        "read_role_assignment",
        Endpoint::v1(Verb::Get, "/roleManagement/directory/roleAssignments/{id}"),
        &[&["RoleManagement.Read.Directory"]],
        &[&["RoleManagement.Read.Directory"]],
    )
};

static ROLE_ELIGIBILITY: OperationSpec = OperationSpec {
    summary: "Reads the principal of a role eligibility.",
    doc: "https://learn.microsoft.com/graph/api/unifiedroleeligibilityscheduleinstance-get",
    ..OperationSpec::read(
        "read_role_eligibility",
        Endpoint::v1(Verb::Get, "/roleManagement/directory/roleEligibilityScheduleInstances/{id}"),
        &[&["RoleEligibilitySchedule.Read.Directory"]],
        &[&["RoleEligibilitySchedule.Read.Directory"]],
    )
};

/// Finds the owner of a target: from the target itself, or by a read.
pub(super) async fn owner<S: Stage>(ask: Ask<'_, S>, target: &Target) -> Owner {
    if let Some(principal) = target.principal() {
        return Owner::Accounts(vec![principal]);
    }
    let read = match target {
        Target::Device { id } => device_owners(ask, *id).await,
        Target::PermissionGrant { id, .. } => {
            held(ask, &GRANT, id).await.map(|held| match held.consent_type.as_deref() {
                // Only a grant that says so is for everyone: an answer without a principal proves nothing.
                Some(kind) if held.principal_id.is_none() && kind.eq_ignore_ascii_case("AllPrincipals") => {
                    Owner::Everyone
                }
                _ => held.owner(),
            })
        }
        Target::RoleAssignment { id, .. } => held(ask, &ROLE_ASSIGNMENT, id).await.map(Held::owner),
        Target::RoleEligibility { id, .. } => held(ask, &ROLE_ELIGIBILITY, id).await.map(Held::owner),
        _ => return Owner::Nobody,
    };
    read.unwrap_or_else(|error| Owner::Unknown(error.to_string(), Vec::new()))
}

/// Returns the registered owners and users of a device.
async fn device_owners<S: Stage>(ask: Ask<'_, S>, device: ObjectId) -> Result<Owner> {
    let list = async |spec: &'static OperationSpec| {
        let request = RequestBuilder::new(spec).var("{id}", &device.to_string()).select("id").build()?;
        ask.all::<Identity>(spec, request).await
    };
    let (owners, users) = join(list(&DEVICE_OWNERS), list(&DEVICE_USERS)).await;
    let mut accounts: Vec<_> = owners?.into_iter().map(|owner| UserRef::Id(owner.id)).collect();
    let has_owner = !accounts.is_empty();
    for user in users?.into_iter().map(|user| UserRef::Id(user.id)) {
        if !accounts.contains(&user) {
            accounts.push(user);
        }
    }
    Ok(if has_owner {
        Owner::Accounts(accounts)
    } else {
        Owner::Unknown("it has no registered owner, like most hybrid joined devices".into(), accounts)
    })
}

/// The part of a grant, an assignment or an eligibility that names its holder.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Held {
    principal_id: Option<ObjectId>,
    consent_type: Option<String>,
}

impl Held {
    fn owner(self) -> Owner {
        let unknown = || Owner::Unknown("the answer names no principal".into(), Vec::new());
        self.principal_id.map_or_else(unknown, |id| Owner::Accounts(vec![UserRef::Id(id)]))
    }
}

async fn held<S: Stage>(ask: Ask<'_, S>, spec: &'static OperationSpec, id: &EntryId) -> Result<Held> {
    let request = RequestBuilder::new(spec).var("{id}", id.as_str()).build()?;
    ask.one(spec, request).await
}
