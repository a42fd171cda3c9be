//! `delete_temporary_access_pass`: deletes a pass.

use super::delete_method::{DELETION, DeleteMethod, MethodDeleted};
use crate::cloud::CloudSet;
use crate::error::{Error, Result};
use crate::ids::{MethodId, UserRef};
use crate::model::MethodKind;
use crate::operation::{Call, Client, Context, IntoUser, Operation};
use crate::spec::{Endpoint, OperationSpec, Permissions, Verb};
use serde::{Deserialize, Serialize};

/// Removes a Temporary Access Pass.
///
/// # Effect
/// The pass no longer signs in. Sessions that began with it survive.
///
/// # Permissions
/// `UserAuthMethod-TAP.ReadWrite.All` or `UserAuthenticationMethod.ReadWrite.All`, delegated or application.
/// A delegated caller needs a role: Authentication Administrator, for a privileged target Privileged
/// Authentication Administrator.
///
/// # Errors
/// [`Error::Graph`] 403 if permission or role is missing; 404 if there is no such user. A pass that the
/// service does not find is not an error: see [`was_gone`](MethodDeleted::was_gone).
///
/// Source: "Delete temporaryAccessPassAuthenticationMethod" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let made = client.create_temporary_access_pass("adele@contoso.example").await?;
/// let deleted = client.delete_temporary_access_pass("adele@contoso.example", made.id.unwrap()).await?;
/// assert_eq!(deleted.was_gone, Some(false));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DeleteTemporaryAccessPass {
    /// The account.
    pub user: UserRef,
    /// The pass, by its method id.
    pub id: MethodId,
}

/// What [`DeleteTemporaryAccessPass`] is.
pub static SPEC: OperationSpec = OperationSpec {
    id: "delete_temporary_access_pass",
    summary: "Removes a Temporary Access Pass.",
    does_not: "Does not end sessions that began with the pass.",
    endpoint: Endpoint::v1(Verb::Delete, "/users/{user}/authentication/temporaryAccessPassMethods/{id}"),
    permissions: Permissions {
        delegated: &[&["UserAuthMethod-TAP.ReadWrite.All"], &["UserAuthenticationMethod.ReadWrite.All"]],
        application: &[&["UserAuthMethod-TAP.ReadWrite.All"], &["UserAuthenticationMethod.ReadWrite.All"]],
    },
    clouds: CloudSet::NOT_CHINA,
    undo: "create_temporary_access_pass issues another one.",
    doc: "https://learn.microsoft.com/graph/api/temporaryaccesspassauthenticationmethod-delete",
    ..DELETION
};

impl DeleteTemporaryAccessPass {
    /// Makes the operation for a pass of a user.
    ///
    /// # Errors
    /// [`Error::Refused`] if the name or the id cannot be one.
    pub fn new(user: impl IntoUser, id: impl TryInto<MethodId, Error: Into<Error>>) -> Result<Self> {
        Ok(Self { user: user.into_user()?, id: id.try_into().map_err(Into::into)? })
    }
}

impl Client {
    /// Removes a Temporary Access Pass: [`DeleteTemporaryAccessPass`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn delete_temporary_access_pass(
        &self,
        user: impl IntoUser,
        id: impl TryInto<MethodId, Error: Into<Error>>,
    ) -> Call<'_, DeleteTemporaryAccessPass> {
        self.on(user, |user| DeleteTemporaryAccessPass::new(user, id))
    }
}

impl Operation for DeleteTemporaryAccessPass {
    type Output = MethodDeleted;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<MethodDeleted> {
        let kind = MethodKind::TemporaryAccessPass;
        DeleteMethod { user: self.user, kind, id: self.id }.delete(context, &SPEC).await
    }
}
