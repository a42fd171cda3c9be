//! `delete_methods`: deletes many authentication methods, and lists what remains.

use super::delete_method::DELETION;
pub use super::methods_deleted::{MethodOutcome, MethodScope, MethodsDeleted, Outcome};
use super::removal::remove;
use crate::error::Result;
use crate::ids::UserRef;
use crate::operation::{Call, Client, Context, IntoUser, Operation, Output};
use crate::receipt::Receipt;
use crate::spec::OperationSpec;
use serde::{Deserialize, Serialize};

/// Removes the user's authentication methods in the scope, one at a time, in an order that works.
///
/// # Effect
/// Removed methods no longer sign in, and cannot be restored: the user registers them again. Sessions
/// survive. A user's default method can be removed only as the last one, and a mobile number only after the
/// alternate one; methods that are refused for that are tried again after the others, three rounds at most. A
/// method that the service does not find counts as gone. If the service asks for a longer wait than the
/// client accepts, the work ends: the rest is *not tried*, and the receipt holds the time to wait. At the end
/// the list is read again: the result holds the outcome of each method and what remains, and is never
/// complete if one survives.
///
/// # Permissions
/// `UserAuthenticationMethod.ReadWrite.All`, delegated or application. A delegated caller needs a role:
/// Authentication Administrator, for a privileged target Privileged Authentication Administrator.
///
/// # Errors
/// [`Error`](crate::Error) if the list cannot be read, or nothing could be sent: then nothing was removed. A
/// refusal of a single method is not an error: it is its [`Outcome`], and the grade is *refused*.
///
/// Source: "Authentication methods API overview" and the "Delete …Method" pages on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::SimulatedTenant;
/// use entra_ir_core::operations::MethodScope;
/// let client = SimulatedTenant::contoso().client()?;
/// let deleted = client.delete_methods("adele@contoso.example", MethodScope::AllRemovable).await?;
/// assert!(deleted.is_complete());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DeleteMethods {
    /// The account.
    pub user: UserRef,
    /// Which methods.
    pub scope: MethodScope,
}

/// What [`DeleteMethods`] is.
pub static SPEC: OperationSpec = OperationSpec {
    id: "delete_methods",
    summary: "Removes the user's authentication methods in the scope, one at a time, and lists what remains.",
    does_not: "Does not end a session, does not make the user register again (a Temporary Access Pass \
        does), cannot remove passwords, app passwords or security questions; certificate bindings are not \
        methods (PATCH of authorizationInfo clears them). Once no method is left, whoever knows the \
        password may register one: block first, or issue a Temporary Access Pass before.",
    undo: "Cannot be undone; the user registers methods again, with a Temporary Access Pass if none is left.",
    if_unknown: "list_methods shows what is left; or call again: a method that does not exist counts as gone",
    uses: &[
        &super::get_user::SPEC,
        &super::list_methods::SPEC,
        &super::delete_method::SPEC,
        &super::deactivate_hardware_oath::SPEC,
        &super::default_method::SPEC,
    ],
    ..DELETION
};

impl DeleteMethods {
    /// Makes the operation for a user and a scope.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if the name cannot be one.
    pub fn new(user: impl IntoUser, scope: MethodScope) -> Result<Self> {
        Ok(Self { user: user.into_user()?, scope })
    }
}

impl Output for MethodsDeleted {
    fn receipt(&self) -> Option<&Receipt> {
        Some(&self.receipt)
    }
}

impl Client {
    /// Removes authentication methods: [`DeleteMethods`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn delete_methods(&self, user: impl IntoUser, scope: MethodScope) -> Call<'_, DeleteMethods> {
        self.on(user, |user| DeleteMethods::new(user, scope))
    }
}

impl Operation for DeleteMethods {
    type Output = MethodsDeleted;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<MethodsDeleted> {
        remove(context, &SPEC, self.user, self.scope).await
    }
}
