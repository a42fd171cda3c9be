//! `delete_temporary_access_pass`: takes a pass back.

use http::StatusCode;

use super::account;
use crate::cloud::CloudSet;
use crate::error::{Error, Result};
use crate::ids::{MethodId, UserRef};
use crate::operation::{Context, Mechanism, Operation, Procedure, Receipt, Warning};
use crate::spec::{Effect, Endpoint, Idempotency, OperationSpec, Permissions, Verb, Workload};
use crate::wire::{Request, RequestBuilder, Response};

/// Removes a Temporary Access Pass.
///
/// # Effect
/// The pass no longer signs in. Sessions that began with it go on. A pass that is not there counts as removed.
///
/// # Permissions
/// `UserAuthMethod-TAP.ReadWrite.All` or `UserAuthenticationMethod.ReadWrite.All`, delegated or application. A delegated caller needs a role: Authentication
/// Administrator, for a privileged target Privileged Authentication Administrator.
///
/// # Errors
/// [`Error::Graph`] 403 if permission or role is missing.
///
/// Source: "Delete temporaryAccessPassAuthenticationMethod" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let made = client.create_temporary_access_pass("adele@contoso.example").await?;
/// client.delete_temporary_access_pass("adele@contoso.example", made.id.unwrap()).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
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
    effect: Effect::Destroy,
    idempotency: Idempotency::Idempotent,
    permissions: Permissions {
        delegated: &[&["UserAuthMethod-TAP.ReadWrite.All"], &["UserAuthenticationMethod.ReadWrite.All"]],
        application: &[&["UserAuthMethod-TAP.ReadWrite.All"], &["UserAuthenticationMethod.ReadWrite.All"]],
    },
    roles: &["Authentication Administrator", "Privileged Authentication Administrator"],
    clouds: CloudSet::NOT_CHINA,
    undo: "create_temporary_access_pass issues another one.",
    if_unknown: "call again: a pass that is not there counts as removed",
    doc: "https://learn.microsoft.com/graph/api/temporaryaccesspassauthenticationmethod-delete",
    workload: Workload::AuthenticationMethods,
    uses: &[&super::get_user::SPEC],
};

impl DeleteTemporaryAccessPass {
    /// Makes the operation for a pass of a user.
    ///
    /// # Errors
    /// [`Error::Refused`] if the name cannot be one.
    pub fn of<U>(user: U, id: MethodId) -> Result<Self>
    where
        U: TryInto<UserRef>,
        Error: From<U::Error>,
    {
        Ok(Self { user: user.try_into()?, id })
    }
}

impl Procedure for DeleteTemporaryAccessPass {
    const SPEC: &'static OperationSpec = &SPEC;
    type Output = Receipt;

    async fn run(self, context: &Context) -> Result<Receipt> {
        let target = account::target(context, &self.user).await?;
        let mut receipt = Receipt::new(&SPEC, &target, Mechanism::DeleteEachMethod);
        context.write(&Delete { user: &target, id: &self.id }, &mut receipt).await?;
        receipt.warn(Warning::MethodsGoSessionsStay);
        Ok(receipt)
    }
}

/// The one write.
#[derive(Debug)]
struct Delete<'a> {
    user: &'a UserRef,
    id: &'a MethodId,
}

impl Operation for Delete<'_> {
    const SPEC: &'static OperationSpec = &SPEC;
    type Output = ();

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(&SPEC).user(self.user).var("{id}", self.id.as_str()).build()
    }

    fn accepts(&self, status: StatusCode) -> bool {
        status.is_success() || status == StatusCode::NOT_FOUND
    }

    fn decode(&self, _: &Response) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deletes_by_id_and_takes_404_for_gone() {
        let (user, id) = ("x@contoso.example".parse().unwrap(), "22e20d8a".parse().unwrap());
        let step = Delete { user: &user, id: &id };
        let request = step.request().unwrap();
        assert_eq!(request.uri().path(), "/v1.0/users/x@contoso.example/authentication/temporaryAccessPassMethods/22e20d8a");
        assert!(step.accepts(StatusCode::NOT_FOUND) && !step.accepts(StatusCode::FORBIDDEN));
    }
}
