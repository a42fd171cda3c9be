//! `block_sign_in`: nobody signs in to the account.

use serde_json::json;

use super::account::Account;
use crate::cloud::CloudSet;
use crate::error::Result;
use crate::ids::UserRef;
use crate::model::UserKind;
use crate::operation::{Context, Mechanism, Operation, Procedure, Receipt, Warning};
use crate::spec::{Effect, Endpoint, Idempotency, OperationSpec, Permissions, Verb, Workload};
use crate::wire::{Request, RequestBuilder, Response};

/// Forbids the account to sign in.
///
/// # Effect
/// No new token is issued. Running access tokens end when continuous access evaluation reaches them, within 15 minutes, elsewhere after about an hour. A synced
/// user may be enabled again by the next sync: block in Active Directory too. Taken back by [`unblock_sign_in`](crate::Client::unblock_sign_in).
///
/// # Permissions
/// `User.EnableDisableAccount.All` with `User.Read.All`, or `User.ReadWrite.All`; delegated or application. A delegated caller needs a role,
/// Authentication Administrator or User Administrator at least; for a target that holds a role, Privileged Authentication Administrator. An application
/// needs such a role for a privileged target, too.
///
/// # Errors
/// [`Error::Graph`](crate::Error::Graph) 403 if permission or role is missing; 400 where the service does not let a synced user be changed.
///
/// Source: "Update user" and "Revoke user access in an emergency" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let receipt = client.block_sign_in("alex@contoso.example").await?;
/// assert!(receipt.warns("may-be-undone-by-sync"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BlockSignIn {
    /// The account.
    pub user: UserRef,
}

/// What [`BlockSignIn`] is.
pub static SPEC: OperationSpec = OperationSpec {
    id: "block_sign_in",
    summary: "Forbids the account to sign in: no new token is issued.",
    does_not: "Does not end running access tokens at once, changes no password and removes no method; a synced user may be enabled again by the next sync.",
    effect: Effect::Contain,
    undo: "unblock_sign_in; SharePoint and Teams see it after about 15 minutes, Exchange after about 40.",
    ..ACCOUNT_ENABLED
};

/// What blocking and unblocking have in common.
pub(super) const ACCOUNT_ENABLED: OperationSpec = OperationSpec {
    id: "",
    summary: "",
    does_not: "",
    endpoint: Endpoint::v1(Verb::Patch, "/users/{user}"),
    effect: Effect::Change,
    idempotency: Idempotency::Idempotent,
    permissions: Permissions {
        delegated: &[
            &["User.EnableDisableAccount.All", "User.Read.All"],
            &["User.ReadWrite.All"],
            &["Directory.ReadWrite.All"],
        ],
        application: &[
            &["User.EnableDisableAccount.All", "User.Read.All"],
            &["User.ReadWrite.All"],
            &["Directory.ReadWrite.All"],
        ],
    },
    roles: &["Authentication Administrator", "User Administrator", "Privileged Authentication Administrator"],
    clouds: CloudSet::ALL,
    undo: "",
    if_unknown: "read accountEnabled with get_user, or call again: the end state is the same",
    doc: "https://learn.microsoft.com/graph/api/user-update",
    workload: Workload::Directory,
    uses: &[&super::get_user::SPEC],
};

super::of_user!(BlockSignIn {});

impl Procedure for BlockSignIn {
    const SPEC: &'static OperationSpec = &SPEC;
    type Output = Receipt;

    async fn run(self, context: &Context) -> Result<Receipt> {
        let account = Account::read(context, self.user).await?;
        let mut receipt = account.receipt(&SPEC, Mechanism::AccountEnabled);
        warn_of_sync(&mut receipt, &account);
        context.write(&Block { user: account.target }, &mut receipt).await?;
        Ok(receipt)
    }
}

/// Says that a synced account is mastered elsewhere.
pub(super) fn warn_of_sync(receipt: &mut Receipt, account: &Account) {
    if account.kind() == Some(UserKind::Synced) {
        receipt.warn(Warning::MayBeUndoneBySync);
    }
}

/// Builds the write of either direction.
pub(super) fn account_enabled(spec: &'static OperationSpec, user: &UserRef, enabled: bool) -> Result<Request> {
    RequestBuilder::new(spec).user(user).json(json!({ "accountEnabled": enabled })).build()
}

/// The one write.
#[derive(Debug)]
struct Block {
    user: UserRef,
}

impl Operation for Block {
    const SPEC: &'static OperationSpec = &SPEC;
    type Output = ();

    fn request(&self) -> Result<Request> {
        account_enabled(&SPEC, &self.user, false)
    }

    fn decode(&self, _: &Response) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_one_property() {
        let request = Block { user: "adele@contoso.example".parse().unwrap() }.request().unwrap();
        assert_eq!((request.method().as_str(), request.uri().path()), ("PATCH", "/v1.0/users/adele@contoso.example"));
        assert_eq!(request.body(), r#"{"accountEnabled":false}"#);
        assert_eq!(request.headers()["content-type"], "application/json");
    }
}
