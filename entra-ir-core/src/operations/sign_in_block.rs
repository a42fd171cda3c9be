//! `block_sign_in` and `unblock_sign_in`.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::account::Account;
use super::settle;
use crate::cloud::CloudSet;
use crate::error::Result;
use crate::ids::UserRef;
use crate::model::{User, UserKind};
use crate::operation::{Call, Client, Context, GraphCall, IntoUser, Operation};
use crate::receipt::{Grade, Mechanism, Receipt, WarningKind, Weight};
use crate::spec::{Effect, Endpoint, Idempotency, OperationSpec, Permissions, Verb, Workload};
use crate::target::{Scope, TargetKind};
use crate::wire::{Request, RequestBuilder, Response, decode_nothing};

/// `PATCH /users/{id}` with `accountEnabled`.
pub const ACCOUNT_ENABLED: Mechanism = Mechanism::new("account-enabled", "PATCH accountEnabled");

/// The account is synced, and the next sync may undo the change.
pub const MAY_BE_UNDONE_BY_SYNC: WarningKind = WarningKind::new(
    "may-be-undone-by-sync",
    "this user is synced from on-premises: the change may be undone by the next sync; make it in Active Directory too",
    Weight::MayRemain("may be undone by the next sync"),
);

/// Nobody asked whether the account is ready to be given back.
pub const NO_GATE: WarningKind = WarningKind::new(
    "no-gate",
    "nobody asked whether the account is ready: `ready_to_unblock` lists what is missing, and a run asks it first",
    Weight::Harmless,
);

/// Forbids the account to sign in.
///
/// # Effect
/// No new token is issued. Issued access tokens end within 15 minutes with continuous access evaluation,
/// otherwise after about an hour. The next sync may enable a synced user again: block in Active Directory
/// too. [`unblock_sign_in`](crate::Client::unblock_sign_in) undoes it.
///
/// # Permissions
/// `User.EnableDisableAccount.All` with `User.Read.All`, or `User.ReadWrite.All`; delegated or application. A
/// delegated caller needs a role, Authentication Administrator or User Administrator at least; for a target
/// that holds a role, Privileged Authentication Administrator. An application needs such a role for a
/// privileged target, too.
///
/// # Errors
/// [`Error::Graph`](crate::Error::Graph) 403 if permission or role is missing; 400 if the service does not
/// allow a change of a synced user. If the answer is lost, or is not Graph's, the account is read: the grade
/// is *confirmed* if it shows the block; otherwise the error remains.
///
/// Source: "Update user" and "Revoke user access in an emergency" on Microsoft Learn.
///
/// ```
/// use entra_ir_core::operations;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let receipt = client.block_sign_in("alex@contoso.example").await?;
/// assert!(receipt.has(&operations::MAY_BE_UNDONE_BY_SYNC));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct BlockSignIn {
    /// The account.
    pub user: UserRef,
}

/// What [`BlockSignIn`] is.
pub static BLOCK: OperationSpec = OperationSpec {
    id: "block_sign_in",
    summary: "Forbids the account to sign in: no new token is issued.",
    does_not: "Does not end issued access tokens at once, changes no password and removes no method; the \
        next sync may enable a synced user again.",
    effect: Effect::Contain,
    unseats: true,
    undo: "unblock_sign_in; SharePoint and Teams see it after about 15 minutes, Exchange after about 40.",
    ..EITHER
};

impl BlockSignIn {
    /// Makes the operation for a user.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if the name cannot be one.
    pub fn new(user: impl IntoUser) -> Result<Self> {
        Ok(Self { user: user.into_user()? })
    }
}

impl Client {
    /// Forbids the account to sign in: [`BlockSignIn`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn block_sign_in(&self, user: impl IntoUser) -> Call<'_, BlockSignIn> {
        self.on(user, BlockSignIn::new)
    }
}

impl Operation for BlockSignIn {
    type Output = Receipt;

    fn spec(&self) -> &'static OperationSpec {
        &BLOCK
    }

    async fn run(self, context: &Context) -> Result<Receipt> {
        set_enabled(context, self.user, false).await
    }
}

/// Allows the account to sign in again. This grants access: do it after the owner is verified.
///
/// # Effect
/// Sign-in works again. SharePoint and Teams see it after about 15 minutes, Exchange after about 40. The next
/// sync may block a synced user again.
///
/// # Permissions
/// As for [`block_sign_in`](crate::Client::block_sign_in).
///
/// # Errors
/// As for [`block_sign_in`](crate::Client::block_sign_in).
///
/// Source: "Update user" and "Continuous access evaluation" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// client.unblock_sign_in("liam@contoso.example").await?;
/// assert_eq!(client.get_user("liam@contoso.example").await?.account_enabled, Some(true));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct UnblockSignIn {
    /// The account.
    pub user: UserRef,
}

/// What [`UnblockSignIn`] is.
pub static UNBLOCK: OperationSpec = OperationSpec {
    id: "unblock_sign_in",
    summary: "Allows the account to sign in again.",
    does_not: "Does not restore sessions; the next sync may block a synced user again.",
    undo: "block_sign_in.",
    ..EITHER
};

impl UnblockSignIn {
    /// Makes the operation for a user.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if the name cannot be one.
    pub fn new(user: impl IntoUser) -> Result<Self> {
        Ok(Self { user: user.into_user()? })
    }
}

impl Client {
    /// Allows the account to sign in again: [`UnblockSignIn`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn unblock_sign_in(&self, user: impl IntoUser) -> Call<'_, UnblockSignIn> {
        self.on(user, UnblockSignIn::new)
    }
}

impl Operation for UnblockSignIn {
    type Output = Receipt;

    fn spec(&self) -> &'static OperationSpec {
        &UNBLOCK
    }

    async fn run(self, context: &Context) -> Result<Receipt> {
        set_enabled(context, self.user, true).await
    }
}

/// The spec that blocking and unblocking share.
const EITHER: OperationSpec = OperationSpec {
    id: "",
    summary: "",
    does_not: "",
    endpoint: Endpoint::v1(Verb::Patch, "/users/{user}"),
    target: TargetKind::User,
    scope: Scope::Account,
    effect: Effect::Change,
    unseats: false,
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

/// Blocks or unblocks, with a warning for a synced account.
async fn set_enabled(context: &Context, user: UserRef, enabled: bool) -> Result<Receipt> {
    let account = Account::read(context, user).await?;
    let step = SetEnabled { user: &account.target, enabled };
    let mut receipt = account.receipt(spec(enabled), ACCOUNT_ENABLED);
    if enabled {
        receipt.warn(&NO_GATE);
    }
    if account.kind() == Some(UserKind::Synced) {
        receipt.warn(&MAY_BE_UNDONE_BY_SYNC);
    }
    if let Err(error) = context.write(&step, &mut receipt).await {
        let shows = |user: &User| user.account_enabled == Some(enabled);
        settle::by_reading(context, &account, &mut receipt, error, Grade::Confirmed, shows).await?;
    }
    if receipt.is_success() {
        context.note_enabled(&account.target, enabled);
    }
    Ok(receipt)
}

const fn spec(enabled: bool) -> &'static OperationSpec {
    if enabled { &UNBLOCK } else { &BLOCK }
}

/// The one write, in either direction.
#[derive(Debug)]
struct SetEnabled<'a> {
    user: &'a UserRef,
    enabled: bool,
}

impl GraphCall for SetEnabled<'_> {
    type Output = ();

    fn spec(&self) -> &'static OperationSpec {
        spec(self.enabled)
    }

    fn request(&self) -> Result<Request> {
        let body = json!({ "accountEnabled": self.enabled });
        RequestBuilder::new(spec(self.enabled)).user(self.user).json(body).build()
    }

    fn decode(&self, response: &Response) -> Result<()> {
        decode_nothing(spec(self.enabled), response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_one_property() {
        let user: UserRef = "adele@contoso.example".parse().unwrap();
        let block = SetEnabled { user: &user, enabled: false }.request().unwrap();
        assert_eq!(
            (block.method().as_str(), block.uri().path()),
            ("PATCH", "/v1.0/users/adele@contoso.example")
        );
        assert_eq!(block.body(), r#"{"accountEnabled":false}"#);
        assert_eq!(block.headers()["content-type"], "application/json");
        assert_eq!(block.extensions().get::<&'static OperationSpec>().unwrap().id, "block_sign_in");

        let unblock = SetEnabled { user: &user, enabled: true }.request().unwrap();
        assert_eq!(unblock.body(), r#"{"accountEnabled":true}"#);
        assert_eq!(unblock.extensions().get::<&'static OperationSpec>().unwrap().id, "unblock_sign_in");
    }
}
