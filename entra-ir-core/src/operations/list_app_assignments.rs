//! `list_app_assignments`: lists the applications that are assigned to an account.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::ids::UserRef;
use crate::model::{AppAssignmentList, AppRoleAssignment};
use crate::operation::{Call, Client, Context, GraphCall, IntoUser, Operation, Output};
use crate::page::Page;
use crate::spec::{Endpoint, OperationSpec, Verb};
use crate::wire::{Request, RequestBuilder, Response, decode};

/// Lists the assignments of application roles to the account: those of its own, and apart from them those of
/// the groups that it is in directly. An assignment lets a user use an application that requires one, and
/// gives the user a role in it. It is not a consent: see [`list_grants`](crate::Client::list_grants).
///
/// # Effect
/// None: a read.
///
/// # Permissions
/// `Directory.Read.All`, or `AppRoleAssignment.ReadWrite.All`, which can give any permission. Delegated or
/// application.
///
/// # Errors
/// [`Error::Graph`](crate::Error::Graph) 403 if the permission is missing, 404 if there is no such account.
///
/// Source: "List appRoleAssignments granted to a user" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let assigned = client.list_app_assignments("adele@contoso.example").await?;
/// assert_eq!(assigned.direct[0].resource_display_name.as_deref(), Some("Fabrikam Expenses"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ListAppAssignments {
    /// The account.
    pub user: UserRef,
}

/// What [`ListAppAssignments`] is.
pub static SPEC: OperationSpec = OperationSpec {
    summary: "Lists the applications that are assigned to the account, directly and through groups.",
    does_not: "Does not list applications that require no assignment, nor consents. Changes nothing.",
    doc: "https://learn.microsoft.com/graph/api/user-list-approleassignments",
    ..OperationSpec::read(
        "list_app_assignments",
        Endpoint::v1(Verb::Get, "/users/{user}/appRoleAssignments"),
        &[&["Directory.Read.All"], &["AppRoleAssignment.ReadWrite.All"]],
        &[&["Directory.Read.All"], &["AppRoleAssignment.ReadWrite.All"]],
    )
};

impl ListAppAssignments {
    /// Makes the operation for a user.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if the name cannot be one.
    pub fn new(user: impl IntoUser) -> Result<Self> {
        Ok(Self { user: user.into_user()? })
    }
}

impl Output for AppAssignmentList {}

impl Client {
    /// Lists the applications that are assigned to the account: [`ListAppAssignments`].
    ///
    /// Effect, permissions and errors: see the operation.
    pub fn list_app_assignments(&self, user: impl IntoUser) -> Call<'_, ListAppAssignments> {
        self.on(user, ListAppAssignments::new)
    }
}

impl Operation for ListAppAssignments {
    type Output = AppAssignmentList;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<AppAssignmentList> {
        Ok(AppAssignmentList::new(context.read_all(&ListAssignments(&self.user)).await?))
    }
}

/// The one read.
#[derive(Debug)]
pub(super) struct ListAssignments<'a>(pub(super) &'a UserRef);

impl GraphCall for ListAssignments<'_> {
    type Output = Page<AppRoleAssignment>;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(&SPEC).user(self.0).build()
    }

    fn decode(&self, response: &Response) -> Result<Self::Output> {
        decode(&SPEC, response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direct_assignments_are_told_from_those_of_groups() {
        let body =
            r#"{"value":[{"id":"a","principalType":"Group"},{"id":"b","principalType":"User"},{"id":"c"}]}"#;
        let user: UserRef = "adele@contoso.example".parse().unwrap();
        let list = ListAssignments(&user);
        assert_eq!(
            list.request().unwrap().uri().to_string(),
            "/v1.0/users/adele@contoso.example/appRoleAssignments"
        );
        let page = list.decode(&Response::new(body.into())).unwrap();
        let list = AppAssignmentList::new(page.value);
        let ids = |of: &[AppRoleAssignment]| {
            of.iter().map(|of| of.id.clone().unwrap().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(
            (ids(&list.direct), ids(&list.through_groups)),
            (vec!["b".into()], vec!["a".into(), "c".into()])
        );
    }
}
