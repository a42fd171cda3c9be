//! `list_grants`: lists the consents that cover an account.

use serde::{Deserialize, Serialize};

use super::grant_reads::{APPLICATIONS, OWN, TENANT, TENANT_WIDE, grants};
use crate::error::Result;
use crate::ids::UserRef;
use crate::model::GrantList;
use crate::operation::{Call, Client, Context, IntoUser, Operation, Output};
use crate::spec::{Endpoint, OperationSpec, Verb};

/// Lists the delegated permission grants (consents) that cover the account: its own, and apart from them
/// those for the whole organisation, which are in no user's list. Each has the applications in it, with their
/// owner and publisher, the scopes in words, and the reasons to look at it
/// ([`Concern`](crate::model::Concern)). Grants with more reasons come first.
///
/// The lists are read side by side, then the applications, fifteen with each request. If the grants for the
/// whole organisation or the applications cannot be read, the account's own grants are there all the same,
/// and the result says what is missing. Whose an application is depends on the tenant that owns it, never on
/// its name. An application permission, which acts without a user, is not in these lists.
///
/// # Effect
/// None: a read.
///
/// # Permissions
/// `Directory.Read.All`, or `DelegatedPermissionGrant.ReadWrite.All`; for the applications
/// `Application.Read.All`, or `Directory.Read.All`. Delegated or application.
///
/// # Errors
/// [`Error::Graph`](crate::Error::Graph) 403 if the permission for the account's own grants is missing, 404
/// if there is no such account.
///
/// Source: "List oauth2PermissionGrants", "List a user's oauth2PermissionGrants" and "List servicePrincipals"
/// on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::model::{ApplicationOwner, Concern};
///
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let grants = client.list_grants("adele@contoso.example").await?;
/// let worst = &grants.own[0];
/// assert!(worst.concerns.iter().any(|concern| *concern == Concern::NamedLikeMicrosoft));
/// assert_eq!(worst.owner, ApplicationOwner::AnotherTenant);
/// for scope in &worst.scopes {
///     println!("{}: {}", scope.scope, scope.means.as_deref().unwrap_or("unknown"));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ListGrants {
    /// The account.
    pub user: UserRef,
}

/// What [`ListGrants`] is.
pub static SPEC: OperationSpec = OperationSpec {
    summary: "Lists the consents that cover the account: its own, and those for the whole organisation; each with its applications, its scopes in words, and the reasons to look at it.",
    does_not: "Does not list application permissions, which act without a user, nor what an application did. Changes nothing.",
    doc: "https://learn.microsoft.com/graph/api/user-list-oauth2permissiongrants",
    uses: &[&OWN, &TENANT_WIDE, &APPLICATIONS, &TENANT],
    ..OperationSpec::read(
        "list_grants",
        Endpoint::v1(Verb::Get, "/users/{user}/oauth2PermissionGrants"),
        &[&["Directory.Read.All"], &["DelegatedPermissionGrant.ReadWrite.All"]],
        &[&["Directory.Read.All"], &["DelegatedPermissionGrant.ReadWrite.All"]],
    )
};

impl ListGrants {
    /// Makes the operation for a user.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if the name cannot be one.
    pub fn new(user: impl IntoUser) -> Result<Self> {
        Ok(Self { user: user.into_user()? })
    }
}

impl Output for GrantList {}

impl Client {
    /// Lists the consents that cover the account: [`ListGrants`].
    ///
    /// Effect, permissions and errors: see the operation.
    pub fn list_grants(&self, user: impl IntoUser) -> Call<'_, ListGrants> {
        self.on(user, ListGrants::new)
    }
}

impl Operation for ListGrants {
    type Output = GrantList;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<GrantList> {
        Ok(grants(context, &self.user).await?.with_applications(context).await)
    }
}
