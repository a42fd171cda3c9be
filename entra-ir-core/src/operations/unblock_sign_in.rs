//! `unblock_sign_in`: the account may sign in again.

use super::block_sign_in::{ACCOUNT_ENABLED, set_enabled};
use crate::error::Result;
use crate::ids::UserRef;
use crate::operation::{Context, Procedure};
use crate::receipt::Receipt;
use crate::spec::OperationSpec;

/// Allows the account to sign in again. Opens a door: do it when the owner has been verified.
///
/// # Effect
/// Sign-in works again. SharePoint and Teams see it after about 15 minutes, Exchange after about 40. A synced user may be blocked again by the next sync.
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
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnblockSignIn {
    /// The account.
    pub user: UserRef,
}

/// What [`UnblockSignIn`] is.
pub static SPEC: OperationSpec = OperationSpec {
    id: "unblock_sign_in",
    summary: "Allows the account to sign in again.",
    does_not: "Does not restore sessions; a synced user may be blocked again by the next sync.",
    undo: "block_sign_in.",
    ..ACCOUNT_ENABLED
};

super::of_user!(UnblockSignIn {});

impl Procedure for UnblockSignIn {
    const SPEC: &'static OperationSpec = &SPEC;
    type Output = Receipt;

    async fn run(self, context: &Context) -> Result<Receipt> {
        set_enabled::<true>(context, self.user).await
    }
}
