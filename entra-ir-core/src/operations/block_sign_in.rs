//! `block_sign_in`: nobody signs in to the account.

use serde_json::json;

use super::account::Account;
use super::settle;
use crate::cloud::CloudSet;
use crate::error::Result;
use crate::ids::UserRef;
use crate::model::{User, UserKind};
use crate::operation::{Context, Operation, Procedure};
use crate::receipt::{Grade, Mechanism, Receipt, Warning};
use crate::spec::{Effect, Endpoint, Idempotency, OperationSpec, Permissions, Verb, Workload};
use crate::wire::{Request, RequestBuilder, Response, decode_nothing};

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
/// [`Error::Graph`](crate::Error::Graph) 403 if permission or role is missing; 400 where the service does not let a synced user be changed. If the answer
/// gets lost, or is not Graph's, the account is read: the receipt says *confirmed* where it shows the block, and the error stays otherwise.
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
    roles: &[
        "Authentication Administrator",
        "User Administrator",
        "Security Operator",
        "Security Administrator",
        "Entra SOC Identity Responder",
        "Privileged Authentication Administrator",
    ],
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
        set_enabled::<false>(context, self.user).await
    }
}

/// Blocks or unblocks, and says that a synced account is mastered elsewhere.
pub(super) async fn set_enabled<const ENABLED: bool>(context: &Context, user: UserRef) -> Result<Receipt> {
    let account = Account::read(context, user).await?;
    let mut receipt = account.receipt(spec::<ENABLED>(), Mechanism::AccountEnabled);
    if account.kind() == Some(UserKind::Synced) {
        receipt.warn(Warning::MayBeUndoneBySync);
    }
    let step = SetEnabled::<ENABLED> { user: account.target.clone() };
    if let Err(error) = context.write(&step, &mut receipt).await {
        let shows = |user: &User| user.account_enabled == Some(ENABLED);
        settle::by_reading(context, &account, &mut receipt, error, Grade::Confirmed, shows).await?;
    }
    Ok(receipt)
}

const fn spec<const ENABLED: bool>() -> &'static OperationSpec {
    if ENABLED { &super::unblock_sign_in::SPEC } else { &SPEC }
}

/// The one write, in either direction.
#[derive(Debug)]
struct SetEnabled<const ENABLED: bool> {
    user: UserRef,
}

impl<const ENABLED: bool> Operation for SetEnabled<ENABLED> {
    const SPEC: &'static OperationSpec = spec::<ENABLED>();
    type Output = ();

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(spec::<ENABLED>())
            .user(&self.user)
            .json(json!({ "accountEnabled": ENABLED }))
            .build()
    }

    fn decode(&self, response: &Response) -> Result<()> {
        decode_nothing(spec::<ENABLED>(), response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_one_property() {
        let user: UserRef = "adele@contoso.example".parse().unwrap();
        let block = SetEnabled::<false> { user: user.clone() }.request().unwrap();
        assert_eq!(
            (block.method().as_str(), block.uri().path()),
            ("PATCH", "/v1.0/users/adele@contoso.example")
        );
        assert_eq!(block.body(), r#"{"accountEnabled":false}"#);
        assert_eq!(block.headers()["content-type"], "application/json");
        assert_eq!(block.extensions().get::<&'static OperationSpec>().unwrap().id, "block_sign_in");

        let unblock = SetEnabled::<true> { user }.request().unwrap();
        assert_eq!(unblock.body(), r#"{"accountEnabled":true}"#);
        assert_eq!(unblock.extensions().get::<&'static OperationSpec>().unwrap().id, "unblock_sign_in");
    }
}
