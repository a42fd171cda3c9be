//! `remove_app_assignment`: removes the assignment of an application from an account.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::account::receipt_for;
use super::delete_method::{EARLIER_ATTEMPT, Removed};
use super::grant_reads::{APPLICATIONS, applications};
use super::list_app_assignments::{self, ListAssignments};
use super::revoke_grant::STILL_LISTED;
use super::settle::NOT_READ_BACK;
use crate::error::{Error, Refusal, Result};
use crate::ids::{EntryId, ObjectId, UserRef};
use crate::model::{AppRoleAssignment, PrincipalType};
use crate::operation::{Call, Client, Context, GraphCall, IntoUser, Operation, Output};
use crate::receipt::{Grade, Mechanism, Receipt, WarningKind, Weight};
use crate::spec::{Effect, Endpoint, Idempotency, OperationSpec, Verb};
use crate::target::{Target, TargetKind};
use crate::wire::{Delivery, Request, RequestBuilder, Response, decode_nothing, graph_error};

/// `DELETE /servicePrincipals/{id}/appRoleAssignedTo/{id}`.
pub const DELETE_ASSIGNMENT: Mechanism =
    Mechanism::new("delete-app-role-assignment", "DELETE of the app role assignment");

/// The application can be used without an assignment.
pub const NOT_REQUIRED: WarningKind = WarningKind::new(
    "assignment-not-required",
    "the application does not require an assignment: the user can sign in to it all the same",
    Weight::InVain("the application requires no assignment"),
);

/// Whether the application can be used without an assignment could not be read.
pub const REQUIREMENT_NOT_READ: WarningKind = WarningKind::new(
    "requirement-not-read",
    "whether the application requires an assignment is unknown; if not, the user can sign in to it all the same: {}",
    Weight::MayRemain("the application may require no assignment"),
);

/// Removing an assignment ends no session and no token.
pub const ASSIGNMENT_GOES_SESSIONS_STAY: WarningKind = WarningKind::new(
    "assignment-goes-sessions-stay",
    "removing an assignment ends no session of the application and no token that was issued",
    Weight::MayRemain("sessions survive"),
);

/// Removes the assignment of an application from the account. The result keeps its exact values, to create it
/// again.
///
/// The account's assignments are listed first. The assignment of a group is refused before anything is sent:
/// it is for all members. Removing the assignment of an application that requires none changes nothing for
/// sign-in, which the receipt says.
///
/// # Effect
/// The account loses the role in the application, and the use of an application that requires an assignment.
/// Ends no session and no token.
///
/// # Permissions
/// `AppRoleAssignment.ReadWrite.All`, which can give any permission; delegated or application;
/// `Application.Read.All` to see whether an assignment is required. A delegated caller needs a role: Cloud
/// Application Administrator or Application Administrator.
///
/// # Errors
/// [`Error::Refused`] for the assignment of a group, and where the account's object id could not be read;
/// [`Error::Graph`] 403 if permission or role is missing. An assignment that does not exist is no error, but
/// counts as removed only if the list does not show it: see [`was_gone`](AssignmentRemoved::was_gone). If the
/// answer is lost, or is not Graph's, the assignments are listed: the grade is *confirmed* if it is not among
/// them; otherwise the error remains.
///
/// Source: "Delete appRoleAssignedTo" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::operations::NOT_REQUIRED;
///
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let assigned = client.list_app_assignments("adele@contoso.example").await?;
/// let id = assigned.direct[0].id.clone().unwrap();
/// let removed = client.remove_app_assignment("adele@contoso.example", id).await?;
/// assert!(removed.receipt.is_success() && removed.receipt.has(&NOT_REQUIRED));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RemoveAppAssignment {
    /// The account.
    pub user: UserRef,
    /// The assignment, by id.
    pub assignment: EntryId,
}

/// What [`RemoveAppAssignment`] is.
pub static SPEC: OperationSpec = OperationSpec {
    summary: "Removes the assignment of an application from the account.",
    does_not: "Does not end a session or a token, does not keep the user out of an application that requires no assignment, and removes no assignment of a group and no consent.",
    target: TargetKind::AppRoleAssignment,
    idempotency: Idempotency::Idempotent,
    roles: &["Cloud Application Administrator", "Application Administrator"],
    undo: "POST /servicePrincipals/{resource}/appRoleAssignedTo with the values that the result keeps.",
    if_unknown: "list_app_assignments shows whether it is gone; or call again: one that is not listed counts as removed",
    doc: "https://learn.microsoft.com/graph/api/serviceprincipal-delete-approleassignedto",
    uses: &[&super::get_user::SPEC, &list_app_assignments::SPEC, &APPLICATIONS],
    ..OperationSpec::write(
        "remove_app_assignment",
        Endpoint::v1(Verb::Delete, "/servicePrincipals/{resource}/appRoleAssignedTo/{id}"),
        Effect::Contain,
        &[&["AppRoleAssignment.ReadWrite.All"]],
        &[&["AppRoleAssignment.ReadWrite.All"]],
    )
};

impl RemoveAppAssignment {
    /// Makes the operation for an assignment of a user.
    ///
    /// # Errors
    /// [`Error::Refused`] if the name or the id cannot be one.
    pub fn new(user: impl IntoUser, assignment: impl TryInto<EntryId, Error: Into<Error>>) -> Result<Self> {
        Ok(Self { user: user.into_user()?, assignment: assignment.try_into().map_err(Into::into)? })
    }
}

/// The result for one assignment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AssignmentRemoved {
    /// What was done.
    pub receipt: Receipt,
    /// The assignment as it was: its exact values, to create it again. `None` if it did not exist.
    pub assignment: Option<AppRoleAssignment>,
    /// Whether the assignment was gone before. `None` if unknown: a dry run, or an earlier attempt may have
    /// removed it.
    pub was_gone: Option<bool>,
}

impl Output for AssignmentRemoved {
    fn receipt(&self) -> Option<&Receipt> {
        Some(&self.receipt)
    }
}

impl Client {
    /// Removes the assignment of an application from the account: [`RemoveAppAssignment`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn remove_app_assignment(
        &self,
        user: impl IntoUser,
        assignment: impl TryInto<EntryId, Error: Into<Error>>,
    ) -> Call<'_, RemoveAppAssignment> {
        self.on(user, |user| RemoveAppAssignment::new(user, assignment))
    }
}

impl Operation for RemoveAppAssignment {
    type Output = AssignmentRemoved;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<AssignmentRemoved> {
        let (account, mut receipt) = receipt_for(context, self.user, &SPEC, DELETE_ASSIGNMENT).await?;
        let Some(holder) = account.id() else {
            let reason =
                "the account's object id could not be read, so whose the assignment is cannot be checked";
            let instead = "give the object id, or grant User.Read.All";
            return Err(Refusal::Impossible { reason: reason.into(), instead }.into());
        };
        let id = self.assignment;
        receipt.target = Target::AppRoleAssignment { id: id.clone(), principal: holder };
        let Some(assignment) = find(context, &account, &id).await? else {
            receipt.grade = Grade::NothingToDo;
            return Ok(AssignmentRemoved { receipt, assignment: None, was_gone: Some(true) });
        };
        let resource = resource_of(&assignment, &id, holder)?;
        let delete = Delete { id: &id, holder, resource };
        let was_gone = match context.write(&delete, &mut receipt).await {
            Ok(Some(Removed::Now)) => Some(false),
            Ok(Some(removed)) => {
                let perhaps = removed == Removed::Perhaps;
                match find(context, &account, &id).await {
                    Ok(Some(_)) => {
                        receipt.warn(&STILL_LISTED);
                        receipt.grade = Grade::Unknown;
                    }
                    Ok(None) if perhaps => receipt.warn(&EARLIER_ATTEMPT),
                    Ok(None) => receipt.grade = Grade::NothingToDo,
                    Err(error) => {
                        receipt.warn(NOT_READ_BACK.with(error));
                        receipt.grade = Grade::Unknown;
                    }
                }
                (!perhaps && receipt.grade == Grade::NothingToDo).then_some(true)
            }
            Ok(None) => None,
            Err(error) if error.outcome_unknown() => match find(context, &account, &id).await {
                Ok(None) => {
                    receipt.settled(Grade::Confirmed, error.brief());
                    None
                }
                _ => return Err(error.with_receipt(&receipt)),
            },
            Err(error) => return Err(error),
        };
        warn(context, resource, &mut receipt).await;
        Ok(AssignmentRemoved { receipt, assignment: Some(assignment), was_gone })
    }
}

/// Finds an assignment in the account's list.
async fn find(context: &Context, user: &UserRef, id: &EntryId) -> Result<Option<AppRoleAssignment>> {
    let listed = context.read_all(&ListAssignments(user)).await?;
    Ok(listed.into_iter().find(|of| of.id.as_ref() == Some(id)))
}

/// Returns the application of an assignment, if the assignment is the account's own.
fn resource_of(assignment: &AppRoleAssignment, id: &EntryId, holder: ObjectId) -> Result<ObjectId> {
    let refuse = |reason: String, instead| Err(Refusal::Impossible { reason, instead }.into());
    if assignment.principal_type != Some(PrincipalType::User) || assignment.principal_id != Some(holder) {
        return refuse(
            format!("the assignment {id} is not the account's own but that of a group, for all its members"),
            "take the account out of the group, or remove the group's assignment in Entra admin center > Enterprise applications",
        );
    }
    match assignment.resource_id {
        Some(resource) => Ok(resource),
        None => refuse(
            format!("the service returned no application for the assignment {id}"),
            "remove it in Entra admin center > Enterprise applications > Users and groups",
        ),
    }
}

/// Adds what the removal leaves.
async fn warn(context: &Context, resource: ObjectId, receipt: &mut Receipt) {
    receipt.warn(&ASSIGNMENT_GOES_SESSIONS_STAY);
    match applications(context, [resource].into()).await {
        Ok(found) => match found.get(&resource).and_then(|found| found.app_role_assignment_required) {
            Some(true) => {}
            Some(false) => receipt.warn(&NOT_REQUIRED),
            None => receipt.warn(REQUIREMENT_NOT_READ.with("the service did not return it")),
        },
        Err(error) => receipt.warn(REQUIREMENT_NOT_READ.with(error)),
    }
}

/// The one write.
#[derive(Debug)]
struct Delete<'a> {
    id: &'a EntryId,
    holder: ObjectId,
    resource: ObjectId,
}

impl GraphCall for Delete<'_> {
    type Output = Removed;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn request(&self) -> Result<Request> {
        let target = Target::AppRoleAssignment { id: self.id.clone(), principal: self.holder };
        RequestBuilder::new(&SPEC)
            .var("{resource}", &self.resource.to_string())
            .var("{id}", self.id.as_str())
            .about(target)
            .build()
    }

    /// A 400 that does not find the assignment is answered to a wrong service principal, too: the list
    /// decides. Source: issue 12385 of microsoft-graph-docs.
    fn accepts(&self, response: &Response) -> bool {
        let refusal = graph_error(&SPEC, response, OffsetDateTime::UNIX_EPOCH);
        response.status() == StatusCode::NO_CONTENT
            || refusal.says_object_is_missing()
            || response.status() == StatusCode::BAD_REQUEST && refusal.message.contains("EntitlementGrant")
    }

    fn decode(&self, response: &Response) -> Result<Removed> {
        if response.status().is_success() {
            return decode_nothing(&SPEC, response).map(|()| Removed::Now);
        }
        let earlier = response.extensions().get::<Delivery>().is_some_and(|delivery| delivery.maybe_done);
        Ok(if earlier { Removed::Perhaps } else { Removed::AlreadyGone })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADELE: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";
    const APP: &str = "580d2cab-fc1a-4ac1-ac02-a562f1c35912";

    #[test]
    fn deletes_at_the_application_that_it_is_for() {
        let (id, holder, resource) = ("a-B_c".parse().unwrap(), ADELE.parse().unwrap(), APP.parse().unwrap());
        let delete = Delete { id: &id, holder, resource };
        let request = delete.request().unwrap();
        assert_eq!(request.uri().path(), format!("/v1.0/servicePrincipals/{APP}/appRoleAssignedTo/a-B_c"));
        let answer = |status: u16, message: &str| {
            let body = format!(r#"{{"error":{{"code":"Request_BadRequest","message":"{message}"}}}}"#);
            let mut answer = Response::new(body.into());
            *answer.status_mut() = StatusCode::from_u16(status).unwrap();
            delete.accepts(&answer)
        };
        assert!(answer(400, "EntitlementGrant being updated or deleted is not found."));
        assert!(!answer(400, "Invalid object identifier") && !answer(403, "EntitlementGrant"));
    }

    #[test]
    fn the_assignment_of_a_group_is_refused() {
        let (id, holder): (EntryId, ObjectId) = ("a".parse().unwrap(), ADELE.parse().unwrap());
        let of = |kind: &str, principal: &str, resource: serde_json::Value| {
            let read = serde_json::json!({ "id": "a", "principalType": kind, "principalId": principal, "resourceId": resource });
            resource_of(&serde_json::from_value(read).unwrap(), &id, holder)
                .map_err(|error| error.to_string())
        };
        assert_eq!(of("User", ADELE, APP.into()), Ok(APP.parse().unwrap()));
        assert!(of("Group", APP, APP.into()).unwrap_err().contains("that of a group"));
        assert!(of("User", APP, APP.into()).is_err() && of("Moon", ADELE, APP.into()).is_err());
        assert!(of("User", ADELE, 7.into()).unwrap_err().contains("no application"));
    }
}
