//! `require_password_change`: forces a password change at the next sign-in.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::account::Account;
use super::reset_password::{NEEDS_MFA_METHOD, PASSWORD_PROFILE, RESET};
use crate::error::Result;
use crate::ids::UserRef;
use crate::model::UserKind;
use crate::operation::{Call, Client, Context, GraphCall, IntoUser, Operation, options};
use crate::receipt::{Receipt, WarningKind, Weight};
use crate::spec::{Effect, OperationSpec};
use crate::wire::{Request, RequestBuilder, Response, decode_nothing};

/// Nobody is locked out by a forced change.
pub const LOCKS_NOBODY_OUT: WarningKind = WarningKind::new(
    "locks-nobody-out",
    "this locks nobody out: whoever knows the password can still sign in and choose the new one",
    Weight::InVain("locks nobody out"),
);

/// The flag belongs to Active Directory.
pub const SET_ON_PREMISES: WarningKind = WarningKind::new(
    "set-on-premises",
    "this user is synced from on-premises: set \"User must change password at next logon\" in Active Directory; the flag here has no effect unless it is synced",
    Weight::MayRemain("may have no effect"),
);

/// Makes the user choose a new password at the next sign-in. **This locks nobody out**: whoever knows the
/// password, an attacker too, signs in with it and chooses the new one. To lock somebody out use
/// [`reset_password`](crate::Client::reset_password).
///
/// # Effect
/// Sets `forceChangePasswordNextSignIn`. The password does not change until somebody signs in; sessions
/// survive.
///
/// # Permissions
/// `User-PasswordProfile.ReadWrite.All`, delegated or application. A delegated caller needs a role:
/// Authentication or User Administrator, for a privileged target Privileged Authentication Administrator.
///
/// # Errors
/// [`Error::Graph`](crate::Error::Graph) with kind [`SyncedObject`](crate::GraphErrorKind::SyncedObject) for
/// a synced user: set "User must change password at next logon" in Active Directory.
/// [`Error::Graph`](crate::Error::Graph) 403 if permission or role is missing.
///
/// Source: "passwordProfile resource type" on Microsoft Learn. That the flag may be sent without a password
/// is observed in practice, not documented.
///
/// ```
/// use entra_ir_core::operations;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let receipt = client.require_password_change("adele@contoso.example").await?;
/// assert!(receipt.has(&operations::LOCKS_NOBODY_OUT));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RequirePasswordChange {
    /// The account.
    pub user: UserRef,
    /// Whether MFA must be passed before the change.
    #[serde(default)]
    pub with_mfa: bool,
}

/// What [`RequirePasswordChange`] is.
pub static SPEC: OperationSpec = OperationSpec {
    id: "require_password_change",
    summary: "Makes the user choose a new password at the next sign-in.",
    does_not: "Locks nobody out: whoever knows the password signs in with it and chooses the new one. Ends no session.",
    effect: Effect::Change,
    undo: "Ends with the change itself.",
    if_unknown: "call again: the end state is the same",
    uses: &[&super::get_user::SPEC],
    ..RESET
};

impl RequirePasswordChange {
    /// Makes the operation for a user.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if the name cannot be one.
    pub fn new(user: impl IntoUser) -> Result<Self> {
        Ok(Self { user: user.into_user()?, with_mfa: false })
    }
}

options!(RequirePasswordChange {
    /// Asks for MFA before the change: then knowing the password alone is not enough, if the attacker has no
    /// method registered.
    with_mfa() |this| this.with_mfa = true;
});

impl Client {
    /// Makes the user choose a new password at the next sign-in, and locks nobody out:
    /// [`RequirePasswordChange`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn require_password_change(&self, user: impl IntoUser) -> Call<'_, RequirePasswordChange> {
        self.on(user, RequirePasswordChange::new)
    }
}

impl Operation for RequirePasswordChange {
    type Output = Receipt;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<Receipt> {
        let account = Account::read(context, self.user).await?;
        if account.kind() == Some(UserKind::ExternalGuest) {
            let user = account.target;
            return Err(crate::error::Refusal::Guest { operation: SPEC.id, user }.into());
        }
        let mut receipt = account.receipt(&SPEC, PASSWORD_PROFILE);
        receipt.warn(&LOCKS_NOBODY_OUT);
        if account.kind() == Some(UserKind::Synced) {
            receipt.warn(&SET_ON_PREMISES);
        }
        if self.with_mfa {
            receipt.warn(&NEEDS_MFA_METHOD);
        }
        context.write(&Require { user: &account.target, with_mfa: self.with_mfa }, &mut receipt).await?;
        Ok(receipt)
    }
}

/// The one write.
#[derive(Debug)]
struct Require<'a> {
    user: &'a UserRef,
    with_mfa: bool,
}

impl GraphCall for Require<'_> {
    type Output = ();

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn request(&self) -> Result<Request> {
        let flag = if self.with_mfa {
            "forceChangePasswordNextSignInWithMfa"
        } else {
            "forceChangePasswordNextSignIn"
        };
        RequestBuilder::new(&SPEC).user(self.user).json(json!({ "passwordProfile": { flag: true } })).build()
    }

    fn decode(&self, response: &Response) -> Result<()> {
        decode_nothing(&SPEC, response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sends_the_flag_and_no_password() {
        let user = "adele@contoso.example".parse().unwrap();
        let body = |with_mfa| Require { user: &user, with_mfa }.request().unwrap().into_body();
        assert_eq!(body(false), r#"{"passwordProfile":{"forceChangePasswordNextSignIn":true}}"#);
        assert_eq!(body(true), r#"{"passwordProfile":{"forceChangePasswordNextSignInWithMfa":true}}"#);
    }
}
