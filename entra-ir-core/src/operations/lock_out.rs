//! `lock_out`: blocks sign-in and sets a new password, in one write where Graph allows it.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::account::Account;
use super::block_and_password::{Work, is_federated};
use super::domain::DOMAIN;
use super::locked_out::{BLOCK_WITH_PASSWORD, LockedOut, TOKENS_LIVE_OUT};
use super::password;
use super::reset_password::{ForceChange, MAY_REMEDIATE_RISK, NewPassword, SLOT};
use super::sign_in_block::{BLOCK, MAY_BE_UNDONE_BY_SYNC};
use crate::error::{Refusal, Result};
use crate::ids::UserRef;
use crate::model::{User, UserKind};
use crate::operation::{CALLER_UNKNOWN, Call, Client, Context, IntoUser, Operation, SecretSlot, options};
use crate::spec::{CallerKind, Effect, Endpoint, Idempotency, OperationSpec, Verb};

/// Blocks sign-in and gives the account a new password, in one request: the fastest way to shut somebody out.
///
/// A cloud-only account gets both by one `PATCH`. If Graph refuses the pair, for whatever reason, the block
/// is sent alone at once, then the password alone: a refused password never costs the block. A password that
/// is kept elsewhere (synced, federated, guest) is left to that place, and the receipt names it.
///
/// # Effect
/// No new token is issued, and the old password no longer works after an unblock. Issued access tokens end
/// within 15 minutes with continuous access evaluation, otherwise after about an hour. Sessions and methods
/// remain: call [`revoke_sign_in_sessions`](crate::Client::revoke_sign_in_sessions) next.
///
/// # Permissions
/// `User.EnableDisableAccount.All` with `User.Read.All`, or `User.ReadWrite.All`, and
/// `User-PasswordProfile.ReadWrite.All`; delegated or application. A delegated caller needs a role,
/// Authentication Administrator or User Administrator at least; for a target that holds a role, Privileged
/// Authentication Administrator. An application needs such a role for a privileged target, too. To rule out a
/// federated domain: `Domain.Read.All`.
///
/// # Errors
/// [`Error::Refused`](crate::Error::Refused) before sending: the caller's own account; a chosen password that
/// breaks a rule that is known here. [`Error::Graph`](crate::Error::Graph) if the block was refused, and the
/// password too. If only one of both was done, the result says so: see [`LockedOut`]. If the answer is lost,
/// or is not Graph's, the account is read, and the block is sent again unless the account shows it.
///
/// Source: "Update user" and "Revoke user access in an emergency" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::receipt::Grade;
///
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let locked = client.lock_out("adele@contoso.example").await?;
/// assert!(locked.is_whole() && locked.password.is_some());
///
/// let synced = client.lock_out("alex@contoso.example").await?;
/// assert_eq!(synced.password_grade, Grade::NotSent, "Active Directory keeps the password");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LockOut {
    /// The account.
    pub user: UserRef,
    /// The source of the new password. Entra ID does not generate one in this way.
    #[serde(default)]
    pub new_password: NewPassword,
    /// Whether the user must change it.
    #[serde(default)]
    pub force_change: ForceChange,
}

/// What [`LockOut`] is.
pub static SPEC: OperationSpec = OperationSpec {
    summary: "Blocks sign-in and sets a new password, in one request where the password is kept in this tenant.",
    does_not: "Does not end issued access tokens at once, nor sessions that applications keep; removes no method. The next sync may enable a synced user again.",
    unseats: true,
    idempotency: Idempotency::Idempotent,
    roles: BLOCK.roles,
    undo: "unblock_sign_in; the old password cannot be restored.",
    if_unknown: "call again: the end state is the same, and the last password counts; get_user shows accountEnabled and when the password was last changed",
    doc: "https://learn.microsoft.com/graph/api/user-update",
    uses: &[&super::get_user::SPEC, &DOMAIN],
    ..OperationSpec::write(
        "lock_out",
        Endpoint::v1(Verb::Patch, "/users/{user}"),
        Effect::Contain,
        &[
            &["User.EnableDisableAccount.All", "User.Read.All", "User-PasswordProfile.ReadWrite.All"],
            &["User.ReadWrite.All", "User-PasswordProfile.ReadWrite.All"],
        ],
        &[
            &["User.EnableDisableAccount.All", "User.Read.All", "User-PasswordProfile.ReadWrite.All"],
            &["User.ReadWrite.All"],
        ],
    )
};

impl LockOut {
    /// Makes the operation for a user.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if the name cannot be one.
    pub fn new(user: impl IntoUser) -> Result<Self> {
        Ok(Self {
            user: user.into_user()?,
            new_password: NewPassword::default(),
            force_change: ForceChange::default(),
        })
    }
}

options!(LockOut {
    /// Sets a password of your own: 8 to 256 printable ASCII characters of at least three classes.
    chosen(password: SecretString) |this| this.new_password = NewPassword::Chosen(SecretSlot::filled(SLOT, password));
    /// Sets whether the user must change it. Default: at the next sign-in.
    force_change(force_change: ForceChange) |this| this.force_change = force_change;
});

impl Client {
    /// Blocks sign-in and sets a new password, in one request where Graph allows it: [`LockOut`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn lock_out(&self, user: impl IntoUser) -> Call<'_, LockOut> {
        self.on(user, LockOut::new)
    }
}

impl Operation for LockOut {
    type Output = LockedOut;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn slots(&mut self) -> Vec<&mut SecretSlot> {
        self.new_password.slots()
    }

    async fn run(self, context: &Context) -> Result<LockedOut> {
        let chosen = match &self.new_password {
            NewPassword::Generated => None,
            NewPassword::Chosen(chosen) => Some(chosen.secret()?),
            NewPassword::GeneratedByEntra => {
                let reason = "Entra ID generates a password only by the resetPassword action".into();
                let instead = "let the library generate it (the default), or choose one";
                return Err(Refusal::Impossible { reason, instead }.into());
            }
        };
        if let Some(chosen) = chosen {
            password::check(chosen)?;
        }
        // The domain is in the name, so all three are read at the same time.
        let known = context.known(&self.user);
        let domain = match &self.user {
            UserRef::Name(name) => name.as_str().rsplit_once('@').map(|(_, domain)| domain),
            UserRef::Id(_) => known.as_ref().and_then(User::domain),
        };
        let (account, caller, federated) = futures_util::join!(
            Account::read(context, self.user.clone()),
            context.caller(),
            is_federated(context, domain),
        );
        let account = account?;
        if caller.id.is_some() && caller.id == account.target.id() {
            return Err(Refusal::OwnAccount { operation: SPEC.id }.into());
        }
        let mut receipt = account.receipt(&SPEC, BLOCK_WITH_PASSWORD);
        if caller.id.is_none() && caller.kind != Some(CallerKind::AppOnly) {
            receipt.warn(&CALLER_UNKNOWN);
        }
        if account.kind() == Some(UserKind::Synced) {
            receipt.warn(&MAY_BE_UNDONE_BY_SYNC);
        }
        receipt.warn(&TOKENS_LIVE_OUT);
        if context.confirmed_compromised(&account.target) {
            receipt.warn(&MAY_REMEDIATE_RISK);
        }
        let mut work = Work {
            context,
            spec: &SPEC,
            account: &account,
            chosen,
            force_change: self.force_change,
            receipt,
        };
        let locked = match work.kept_elsewhere(federated) {
            Some(place) => work.block_alone(&place).await,
            None => work.both(domain.is_none()).await,
        }?;
        if locked.receipt.is_success() {
            context.note_enabled(&account.target, false);
        }
        Ok(locked)
    }
}
