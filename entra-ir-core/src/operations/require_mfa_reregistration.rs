//! `require_mfa_reregistration`: the portal's "Require re-register multifactor authentication".

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::account::CUSTOMER_METHODS_UNSEEN;
use super::delete_method::DELETION;
use super::methods_deleted::{MethodScope, MethodsDeleted};
use super::removal::{GUEST_METHODS_ELSEWHERE, remove};
use super::removal_grade::STILL_SIGNS_IN;
use crate::error::Result;
use crate::ids::UserRef;
use crate::operation::{Call, Client, Context, IntoUser, Operation, Output};
use crate::receipt::Receipt;
use crate::spec::OperationSpec;

/// Does what the portal's button does, and reports what the button leaves.
///
/// # Effect
/// Phone numbers, Microsoft Authenticator and software OATH tokens are removed, hardware OATH tokens
/// deactivated. Graph has no single call for it. Passkeys, Windows Hello, platform credentials, e-mail
/// addresses, passes and external methods remain. A user who still has a passkey signs in with it and is
/// never asked to register: only a Temporary Access Pass leads to registration. Sessions survive.
///
/// # Permissions
/// `UserAuthenticationMethod.ReadWrite.All`, delegated or application; roles as for
/// [`delete_methods`](crate::Client::delete_methods).
///
/// # Errors
/// As for [`delete_methods`](crate::Client::delete_methods).
///
/// Source: "Manage user authentication methods for Microsoft Entra multifactor authentication" on Microsoft
/// Learn.
///
/// ```
/// use entra_ir_core::operations;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let required = client.require_mfa_reregistration("adele@contoso.example").await?;
/// assert!(required.deleted.receipt.has(&operations::STILL_SIGNS_IN), "Adele has a passkey");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RequireMfaReregistration {
    /// The account.
    pub user: UserRef,
}

/// What [`RequireMfaReregistration`] is.
pub static SPEC: OperationSpec = OperationSpec {
    id: "require_mfa_reregistration",
    summary: "Does what the portal's \"Require re-register multifactor authentication\" does: removes phones, Authenticator and software OATH \
        tokens, deactivates hardware OATH tokens.",
    does_not: "Does not remove passkeys, Windows Hello, platform credentials, e-mail addresses, passes or external methods; ends no session; \
        a user with a passkey is not asked to register until a Temporary Access Pass is issued.",
    undo: "Cannot be undone; the user registers methods again.",
    if_unknown: "list_methods shows what is left; or call again",
    doc: "https://learn.microsoft.com/entra/identity/authentication/howto-mfa-userdevicesettings",
    uses: &[&super::delete_methods::SPEC],
    ..DELETION
};

impl RequireMfaReregistration {
    /// Makes the operation for a user.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if the name cannot be one.
    pub fn new(user: impl IntoUser) -> Result<Self> {
        Ok(Self { user: user.into_user()? })
    }
}

/// The result for the methods, and what to do next.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MfaReregistrationRequired {
    /// What was removed and what remains.
    pub deleted: MethodsDeleted,
    /// What to call next, and why.
    pub next: Vec<NextStep>,
}

/// Names an operation to call next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct NextStep {
    /// The operation's name.
    pub operation: Cow<'static, str>,
    /// What it adds.
    pub why: Cow<'static, str>,
}

impl NextStep {
    const fn new(spec: &OperationSpec, why: &'static str) -> Self {
        Self { operation: Cow::Borrowed(spec.id), why: Cow::Borrowed(why) }
    }
}

impl MfaReregistrationRequired {
    /// Returns whether every attempted removal was accepted; see [`MethodsDeleted::is_success`].
    pub fn is_success(&self) -> bool {
        self.deleted.is_success()
    }

    /// Returns whether everything that the button removes is closed, as read back; see
    /// [`MethodsDeleted::is_complete`].
    pub fn is_complete(&self) -> bool {
        self.deleted.is_complete()
    }
}

impl Output for MfaReregistrationRequired {
    fn receipt(&self) -> Option<&Receipt> {
        Some(&self.deleted.receipt)
    }
}

impl Client {
    /// Does what the portal's "Require re-register multifactor authentication" does:
    /// [`RequireMfaReregistration`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn require_mfa_reregistration(&self, user: impl IntoUser) -> Call<'_, RequireMfaReregistration> {
        self.on(user, RequireMfaReregistration::new)
    }
}

impl Operation for RequireMfaReregistration {
    type Output = MfaReregistrationRequired;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<MfaReregistrationRequired> {
        let deleted = remove(context, &SPEC, self.user, MethodScope::PortalReregister).await?;
        let mut next = vec![NextStep::new(
            &super::revoke_sign_in_sessions::SPEC,
            if deleted.receipt.has(&GUEST_METHODS_ELSEWHERE) {
                "removing methods ends no session; it has no effect on an external guest, whose home tenant has to revoke"
            } else if deleted.receipt.has(&CUSTOMER_METHODS_UNSEEN) {
                "removing methods ends no session; no effect is documented for a customer account (B2C)"
            } else {
                "removing methods ends no session"
            },
        )];
        if deleted.receipt.has(&STILL_SIGNS_IN) {
            next.push(NextStep::new(
                &super::delete_methods::SPEC,
                "what is left still signs in; \
                delete_methods removes every method that an attacker may have added",
            ));
            next.push(NextStep::new(
                &super::create_temporary_access_pass::SPEC,
                "only a pass leads a user with a passkey to registration; give it to the verified owner",
            ));
        }
        Ok(MfaReregistrationRequired { deleted, next })
    }
}
