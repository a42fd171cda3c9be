//! `deactivate_hardware_oath`: makes a hardware token unusable; it stays assigned.

use super::account;
use crate::cloud::CloudSet;
use crate::error::{Error, Result};
use crate::ids::{MethodId, UserRef};
use crate::operation::{Call, Client, Context, GraphCall, IntoUser, Operation};
use crate::receipt::{Mechanism, Receipt};
use crate::spec::{Effect, Endpoint, Idempotency, OperationSpec, Permissions, Verb, Workload};
use crate::target::{Scope, TargetKind};
use crate::wire::{Request, RequestBuilder, Response, decode_nothing};
use serde::{Deserialize, Serialize};

/// `POST …/hardwareOathMethods/{id}/deactivate` (beta).
pub const DEACTIVATE_HARDWARE_OATH: Mechanism =
    Mechanism::new("deactivate-hardware-oath", "POST deactivate (beta)");

/// Makes a hardware OATH token unusable and leaves it assigned to the user, as the portal's "Require
/// re-register" does.
///
/// # Effect
/// Codes of the token are no longer accepted. An administrator or the user activates it again with a code.
/// Beta only: Microsoft may change it without notice.
///
/// # Permissions
/// `UserAuthMethod-HardwareOATH.ReadWrite.All` or `UserAuthenticationMethod.ReadWrite.All`, delegated or
/// application. A delegated caller needs a role: Authentication Administrator, for a privileged target
/// Privileged Authentication Administrator.
///
/// # Errors
/// [`Error::Graph`] 404 if the user has no such token.
///
/// Source: "hardwareOathAuthenticationMethod: deactivate" (beta) on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::SimulatedTenant;
/// use entra_ir_core::model::MethodKind;
/// let client = SimulatedTenant::contoso().client()?;
/// let list = client.list_methods("grace@contoso.example").include_beta().await?;
/// let token = list.methods.iter().find(|method| method.kind == MethodKind::HardwareOath).unwrap();
/// client.deactivate_hardware_oath("grace@contoso.example", token.id.clone()).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DeactivateHardwareOath {
    /// The account.
    pub user: UserRef,
    /// The token, by its method id.
    pub id: MethodId,
}

/// What [`DeactivateHardwareOath`] is.
pub static SPEC: OperationSpec = OperationSpec {
    id: "deactivate_hardware_oath",
    summary: "Makes a hardware OATH token unusable and leaves it assigned to the user.",
    does_not: "Does not unassign the token, and ends no session.",
    endpoint: Endpoint::beta(Verb::Post, "/users/{user}/authentication/hardwareOathMethods/{id}/deactivate"),
    target: TargetKind::User,
    scope: Scope::Account,
    effect: Effect::Contain,
    unseats: false,
    idempotency: Idempotency::Idempotent,
    permissions: Permissions {
        delegated: &[
            &["UserAuthMethod-HardwareOATH.ReadWrite.All"],
            &["UserAuthenticationMethod.ReadWrite.All"],
        ],
        application: &[
            &["UserAuthMethod-HardwareOATH.ReadWrite.All"],
            &["UserAuthenticationMethod.ReadWrite.All"],
        ],
    },
    roles: &["Authentication Administrator", "Privileged Authentication Administrator"],
    clouds: CloudSet::NOT_CHINA,
    undo: "Activate the token with one of its codes, in the portal or by the user.",
    if_unknown: "call again: the end state is the same",
    doc: "https://learn.microsoft.com/graph/api/hardwareoathauthenticationmethod-deactivate?view=graph-rest-beta",
    workload: Workload::AuthenticationMethods,
    uses: &[&super::get_user::SPEC],
};

impl DeactivateHardwareOath {
    /// Makes the operation for a token of a user.
    ///
    /// # Errors
    /// [`Error::Refused`] if the name or the id cannot be one.
    pub fn new(user: impl IntoUser, id: impl TryInto<MethodId, Error: Into<Error>>) -> Result<Self> {
        Ok(Self { user: user.into_user()?, id: id.try_into().map_err(Into::into)? })
    }
}

impl Client {
    /// Makes a hardware token unusable and leaves it assigned: [`DeactivateHardwareOath`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn deactivate_hardware_oath(
        &self,
        user: impl IntoUser,
        id: impl TryInto<MethodId, Error: Into<Error>>,
    ) -> Call<'_, DeactivateHardwareOath> {
        self.on(user, |user| DeactivateHardwareOath::new(user, id))
    }
}

impl Operation for DeactivateHardwareOath {
    type Output = Receipt;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<Receipt> {
        let (user, mut receipt) =
            account::receipt_for(context, self.user, &SPEC, DEACTIVATE_HARDWARE_OATH).await?;
        receipt.method = Some(self.id.clone());
        context.write(&Deactivate { user: &user, id: &self.id }, &mut receipt).await?;
        Ok(receipt)
    }
}

/// The one write.
#[derive(Debug)]
pub(super) struct Deactivate<'a> {
    pub(super) user: &'a UserRef,
    pub(super) id: &'a MethodId,
}

impl GraphCall for Deactivate<'_> {
    type Output = ();

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(&SPEC).user(self.user).var("{id}", self.id.as_str()).build()
    }

    fn decode(&self, response: &Response) -> Result<()> {
        decode_nothing(&SPEC, response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_to_beta_with_the_id() {
        let (user, id) = ("x@contoso.example".parse().unwrap(), "a-#".parse().unwrap());
        let request = Deactivate { user: &user, id: &id }.request().unwrap();
        assert_eq!(
            (request.method().as_str(), request.uri().path()),
            ("POST", "/beta/users/x@contoso.example/authentication/hardwareOathMethods/a-%23/deactivate")
        );
    }
}
