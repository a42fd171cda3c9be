//! Which writes a drill tries on a test account, and which not.

use super::super::plan::Phase;
use crate::error::Result;
use crate::ids::ObjectId;
use crate::knowledge::{AccountKind, Action};
use crate::model::{AccountSnapshot, MethodKind, Part, RiskState};
use crate::operations::{
    AnyOperation, BlockSignIn, ConfirmUserCompromised, CreateTemporaryAccessPass, DisableDevice, LockOut,
    ResetPassword, RevokeSignInSessions,
};

/// How an operation is tried.
#[derive(Debug)]
pub(super) enum Trial {
    /// By a run of one step.
    Call { call: Box<AnyOperation>, phase: Phase, actions: Vec<Action> },
    /// By taking another one back.
    ByUndo(&'static str),
    /// Not at all.
    Not(&'static str),
}

/// Every write of the ready plans, in the order in which a drill tries them: first what changes nothing that
/// lasts, last the password.
pub(super) const WRITES: [&str; 14] = [
    "revoke_sign_in_sessions",
    "block_sign_in",
    "unblock_sign_in",
    "create_temporary_access_pass",
    "delete_temporary_access_pass",
    "disable_device",
    "confirm_user_compromised",
    "dismiss_user_risk",
    "lock_out",
    "reset_password",
    "delete_methods",
    "require_mfa_reregistration",
    "revoke_grant",
    "disable_service_principal",
];

/// Why a block is not tried on an account that is blocked.
const BLOCKED: &str = "sign-in is blocked already: a drill does not lift the block of somebody else";

/// Returns how an operation is tried on an account.
///
/// # Errors
/// None in practice: the account was read by this id.
pub(super) fn trial(operation: &str, snapshot: &AccountSnapshot) -> Result<Trial> {
    let user = snapshot.user.reference();
    let kind = AccountKind::from(&snapshot.user);
    let is_blocked = snapshot.user.account_enabled != Some(true);
    let call = |call: AnyOperation, phase, actions: &[Action]| Trial::Call {
        call: Box::new(call),
        phase,
        actions: actions.to_vec(),
    };
    Ok(match operation {
        "revoke_sign_in_sessions" => {
            call(RevokeSignInSessions::new(user)?.into(), Phase::LockOut, &[Action::RevokeSignInSessions])
        }
        "block_sign_in" | "lock_out" if is_blocked => Trial::Not(BLOCKED),
        "block_sign_in" => call(BlockSignIn::new(user)?.into(), Phase::LockOut, &[Action::BlockSignIn]),
        "unblock_sign_in" => Trial::ByUndo("block_sign_in"),
        "create_temporary_access_pass" => match passes(snapshot) {
            None => Trial::Not("the methods could not be read: a pass that exists would be replaced"),
            Some(0) => call(
                CreateTemporaryAccessPass::new(user)?.into(),
                Phase::Recover,
                &[Action::CreateTemporaryAccessPass],
            ),
            Some(_) => Trial::Not("the account has a pass, which would be replaced"),
        },
        "delete_temporary_access_pass" => Trial::ByUndo("create_temporary_access_pass"),
        "disable_device" => match device(snapshot) {
            Some(id) => {
                call(DisableDevice::new(id)?.for_user(user)?.into(), Phase::LockOut, &[Action::DisableDevice])
            }
            None => Trial::Not("the account shows no enabled device"),
        },
        "confirm_user_compromised" if has_risk(snapshot) => {
            Trial::Not("the account has a risk, or it could not be read: taking it back dismisses all of it")
        }
        "confirm_user_compromised" => {
            call(ConfirmUserCompromised::new(user)?.into(), Phase::Evict, &[Action::ConfirmCompromised])
        }
        "dismiss_user_risk" => Trial::ByUndo("confirm_user_compromised"),
        "lock_out" if kind != AccountKind::Cloud => {
            Trial::Not("the password is not kept in this tenant: the block and the reset are tried apart")
        }
        "lock_out" => call(
            LockOut::new(user)?.into(),
            Phase::LockOut,
            &[Action::BlockSignIn, Action::ResetPasswordGraphProfile],
        ),
        "reset_password" => {
            let action = match kind {
                AccountKind::Cloud => Action::ResetPasswordGraphProfile,
                _ => Action::ResetPasswordGraphAction,
            };
            call(ResetPassword::new(user)?.into(), Phase::Evict, &[action])
        }
        "delete_methods" | "require_mfa_reregistration" => Trial::Not(
            "a method cannot be given back; deleting the pass of this drill needs the same permission",
        ),
        "revoke_grant" => Trial::Not("no call gives a consent back"),
        "disable_service_principal" => Trial::Not("other accounts use the application"),
        _ => Trial::Not("this drill does not know how to take it back"),
    })
}

/// Counts the passes; `None` if they were not read.
fn passes(snapshot: &AccountSnapshot) -> Option<usize> {
    let methods = &snapshot.methods.collected()?.methods;
    Some(methods.iter().filter(|method| method.kind == MethodKind::TemporaryAccessPass).count())
}

/// Returns an enabled device of the account.
fn device(snapshot: &AccountSnapshot) -> Option<ObjectId> {
    let devices = snapshot.devices.collected()?;
    devices.iter().find(|device| device.account_enabled == Some(true)).and_then(|device| device.id)
}

/// Returns whether the account has a risk, or may have one. Without a licence it has none.
fn has_risk(snapshot: &AccountSnapshot) -> bool {
    match &snapshot.risk {
        Part::Collected(None) | Part::NotLicensed { .. } => false,
        Part::Collected(Some(risk)) => !matches!(
            risk.state,
            Some(RiskState::None | RiskState::Dismissed | RiskState::Remediated | RiskState::ConfirmedSafe)
        ),
        _ => true,
    }
}
