//! The reads that only a snapshot uses: default method, groups and roles.

use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use time::OffsetDateTime;

use crate::error::{Error, GraphErrorKind, Refusal, Result};
use crate::ids::{ObjectId, UserRef};
use crate::model::{GroupEligibility, Part, RoleEntry, SignInPreferences, carries_roles};
use crate::operation::GraphCall;
use crate::page::Page;
use crate::spec::{Endpoint, OperationSpec, Verb, Workload};
use crate::wire::{Request, RequestBuilder, Response, decode, decode_failure, decode_optional, graph_error};

/// What reading the default method is.
pub(super) static PREFERENCES: OperationSpec = OperationSpec {
    summary: "Reads the user's default method.",
    roles: &["Global Reader", "Authentication Administrator", "Privileged Authentication Administrator"],
    doc: "https://learn.microsoft.com/graph/api/authentication-get?view=graph-rest-beta",
    workload: Workload::AuthenticationMethods,
    ..OperationSpec::read(
        "sign_in_preferences",
        Endpoint::beta(Verb::Get, "/users/{user}/authentication/signInPreferences"),
        &[&["UserAuthenticationMethod.Read.All"], &["UserAuthenticationMethod.ReadWrite.All"]],
        &[&["UserAuthenticationMethod.Read.All"], &["UserAuthenticationMethod.ReadWrite.All"]],
    )
};

/// What reading the user's groups is.
pub(super) static GROUPS: OperationSpec = OperationSpec {
    summary: "Lists the groups that the user is in, directly or through others, and which of them can carry roles.",
    doc: "https://learn.microsoft.com/graph/api/user-list-transitivememberof",
    ..OperationSpec::read(
        "list_groups_of_user",
        Endpoint::v1(Verb::Get, "/users/{user}/transitiveMemberOf/microsoft.graph.group"),
        &[&["User.Read.All", "GroupMember.Read.All"], &["Directory.Read.All"]],
        &[&["User.Read.All", "GroupMember.Read.All"], &["Directory.Read.All"]],
    )
};

/// What reading the groups that the user owns is.
pub(super) static OWNED_GROUPS: OperationSpec = OperationSpec {
    summary: "Lists the groups that the user owns, and which of them can carry roles.",
    doc: "https://learn.microsoft.com/graph/api/user-list-ownedobjects",
    ..OperationSpec::read(
        "list_owned_groups",
        Endpoint::v1(Verb::Get, "/users/{user}/ownedObjects/microsoft.graph.group"),
        &[&["User.Read.All", "GroupMember.Read.All"], &["Directory.Read.All"]],
        &[&["User.Read.All", "GroupMember.Read.All"], &["Directory.Read.All"]],
    )
};

/// What reading the groups that the user may activate is.
pub(super) static ELIGIBLE_GROUPS: OperationSpec = OperationSpec {
    summary: "Lists the groups that the user may become a member or an owner of by activating it.",
    roles: &["Global Reader", "Privileged Role Administrator"],
    doc: "https://learn.microsoft.com/graph/api/privilegedaccessgroup-list-eligibilityscheduleinstances",
    ..OperationSpec::read(
        "list_group_eligibilities",
        Endpoint::v1(Verb::Get, "/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances"),
        &[&["PrivilegedEligibilitySchedule.Read.AzureADGroup"]],
        &[&["PrivilegedEligibilitySchedule.Read.AzureADGroup"]],
    )
};

/// What reading active roles is.
pub(super) static ACTIVE: OperationSpec = OperationSpec {
    summary: "Lists the directory roles assigned to the user, or to a group that the user is in.",
    roles: &["Directory Readers", "Global Reader", "Privileged Role Administrator"],
    doc: "https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments",
    ..OperationSpec::read(
        "list_role_assignments",
        Endpoint::v1(Verb::Get, "/roleManagement/directory/roleAssignments"),
        &[&["RoleManagement.Read.Directory"], &["Directory.Read.All"]],
        &[&["RoleManagement.Read.Directory"], &["Directory.Read.All"]],
    )
};

/// What reading eligible roles is. We assume that every cloud has it; the answer of one that lacks it is
/// shown in the part.
pub(super) static ELIGIBLE: OperationSpec = OperationSpec {
    summary: "Lists the directory roles that the user may activate, directly or through a group.",
    roles: &["Global Reader", "Privileged Role Administrator"],
    doc: "https://learn.microsoft.com/graph/api/rbacapplication-list-roleeligibilityscheduleinstances",
    ..OperationSpec::read(
        "list_role_eligibilities",
        Endpoint::v1(Verb::Get, "/roleManagement/directory/roleEligibilityScheduleInstances"),
        &[&["RoleEligibilitySchedule.Read.Directory"], &["RoleManagement.Read.Directory"]],
        &[&["RoleEligibilitySchedule.Read.Directory"], &["RoleManagement.Read.Directory"]],
    )
};

/// Reads the default method.
#[derive(Debug)]
pub(super) struct ReadPreferences<'a>(pub(super) &'a UserRef);

impl GraphCall for ReadPreferences<'_> {
    type Output = SignInPreferences;

    fn spec(&self) -> &'static OperationSpec {
        &PREFERENCES
    }

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(&PREFERENCES).user(self.0).build()
    }

    fn decode(&self, response: &Response) -> Result<SignInPreferences> {
        decode_optional(&PREFERENCES, response)
    }
}

/// Lists the groups that a user is in, or those that it owns.
#[derive(Debug)]
pub(super) struct ListGroups<'a> {
    pub(super) user: &'a UserRef,
    pub(super) owned: bool,
}

/// The properties of a group that matter for roles.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GroupEntry {
    pub(super) id: ObjectId,
    /// Every group has a name: if it is missing, the caller may not see the group's properties.
    #[serde(default)]
    display_name: Option<Value>,
    #[serde(default)]
    is_assignable_to_role: Option<Value>,
}

impl GroupEntry {
    /// Returns its name, if it is a text.
    pub(super) fn name(&self) -> Option<&str> {
        self.display_name.as_ref().and_then(Value::as_str)
    }

    /// Returns whether it can carry roles; `None` if unknown.
    pub(super) fn is_role_assignable(&self) -> Option<bool> {
        carries_roles(self.is_assignable_to_role.as_ref(), self.display_name.is_some())
    }
}

impl GraphCall for ListGroups<'_> {
    type Output = Page<GroupEntry>;

    fn spec(&self) -> &'static OperationSpec {
        if self.owned { &OWNED_GROUPS } else { &GROUPS }
    }

    fn request(&self) -> Result<Request> {
        let list = RequestBuilder::new(self.spec()).user(self.user);
        list.query("$select", "id,displayName,isAssignableToRole").query("$top", "999").build()
    }

    /// The account was found at the same time, so a 404 here means that it has no such relation.
    fn accepts(&self, response: &Response) -> bool {
        response.status().is_success() || self.owned && no_such_relation(response)
    }

    fn decode(&self, response: &Response) -> Result<Self::Output> {
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(Page { value: Vec::new(), next_link: None });
        }
        decode(self.spec(), response)
    }
}

fn no_such_relation(response: &Response) -> bool {
    let refusal = graph_error(&OWNED_GROUPS, response, OffsetDateTime::UNIX_EPOCH);
    refusal.says_object_is_missing() && refusal.code.eq_ignore_ascii_case("Request_ResourceNotFound")
}

/// Lists the groups that a user may activate.
#[derive(Debug)]
pub(super) struct ListEligibleGroups(pub(super) ObjectId);

impl GraphCall for ListEligibleGroups {
    type Output = Page<GroupEligibility>;

    fn spec(&self) -> &'static OperationSpec {
        &ELIGIBLE_GROUPS
    }

    fn request(&self) -> Result<Request> {
        let filter = format!("principalId eq '{}'", self.0);
        RequestBuilder::new(&ELIGIBLE_GROUPS).query("$filter", &filter).query("$expand", "group").build()
    }

    fn decode(&self, response: &Response) -> Result<Self::Output> {
        let page: Self::Output = decode(&ELIGIBLE_GROUPS, response)?;
        let principals = page.value.iter().map(|entry| entry.principal_id.as_deref());
        only_about(self.0, principals, &ELIGIBLE_GROUPS, response)?;
        Ok(page)
    }
}

/// Lists the roles assigned to a user or a group itself, or those that may be activated.
#[derive(Debug)]
pub(super) struct ListRoles {
    pub(super) principal: ObjectId,
    /// Eligible roles instead of active ones.
    pub(super) eligible: bool,
}

impl GraphCall for ListRoles {
    type Output = Page<RoleEntry>;

    fn spec(&self) -> &'static OperationSpec {
        if self.eligible { &ELIGIBLE } else { &ACTIVE }
    }

    fn request(&self) -> Result<Request> {
        let filter = format!("principalId eq '{}'", self.principal);
        RequestBuilder::new(self.spec()).query("$filter", &filter).query("$expand", "roleDefinition").build()
    }

    fn decode(&self, response: &Response) -> Result<Self::Output> {
        let page: Self::Output = decode(self.spec(), response)?;
        only_about(
            self.principal,
            page.value.iter().map(|entry| entry.principal_id.as_deref()),
            self.spec(),
            response,
        )?;
        Ok(page)
    }
}

/// Checks that every row is about the requested principal.
fn only_about<'a>(
    asked: ObjectId,
    mut principals: impl Iterator<Item = Option<&'a str>>,
    spec: &'static OperationSpec,
    response: &Response,
) -> Result<()> {
    if principals.all(|told| told.is_none_or(|id| id.parse::<ObjectId>().is_ok_and(|id| id == asked))) {
        return Ok(());
    }
    let reason = "it is about another account than the requested one";
    Err(decode_failure(spec, "principalId", reason, Some(response), false))
}

/// Converts the result of a read into a part.
pub(super) fn part<T>(read: Result<T>) -> Part<T> {
    match read {
        Ok(value) => Part::Collected(value),
        Err(Error::Refused(refusal)) if matches!(*refusal, Refusal::UnsupportedInCloud { .. }) => {
            Part::NotInThisCloud
        }
        Err(Error::Graph(error)) => {
            use GraphErrorKind::{Denied, MfaRequired, NotLicensed, RestrictedUnit};
            let reason = error.to_string();
            match error.kind() {
                NotLicensed => Part::NotLicensed { reason },
                Denied | MfaRequired | RestrictedUnit => Part::Denied { reason },
                _ => Part::Failed { reason },
            }
        }
        Err(error) => Part::Failed { reason: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RoleVia;

    const ID: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";

    #[test]
    fn principals_are_asked_about_by_object_id() {
        let id: ObjectId = ID.parse().unwrap();
        let uri = ListRoles { principal: id, eligible: true }.request().unwrap().uri().to_string();
        assert!(
            uri.starts_with("/v1.0/roleManagement/directory/roleEligibilityScheduleInstances?$filter="),
            "{uri}"
        );
        assert!(uri.contains(ID) && uri.ends_with("&$expand=roleDefinition"), "{uri}");
    }

    #[test]
    fn roles_are_read_with_their_way_and_end() {
        let body = r#"{"value":[{"roleDefinitionId":"r","directoryScopeId":"/","memberType":"Group","endDateTime":"2026-04-01T00:00:00Z",
            "roleDefinition":{"displayName":"Global Administrator"}},{"roleDefinition":null,"memberType":7}]}"#;
        let id: ObjectId = ID.parse().unwrap();
        let page = ListRoles { principal: id, eligible: true }.decode(&Response::new(body.into())).unwrap();
        let held: Vec<_> = page.value.into_iter().map(|entry| entry.held(None)).collect();
        assert_eq!(held[0].name.as_deref(), Some("Global Administrator"));
        assert_eq!((&held[0].via, held[0].ends.is_some()), (&RoleVia::Group { id: None }, true));
        assert_eq!(held[1].via, RoleVia::Direct);
    }
}
