//! What the account shows of a step when it is read again.

use time::{Duration, OffsetDateTime};

use super::plan::{Plan, Seen};
use super::step_run::StepRun;
use crate::ids::MethodId;
use crate::knowledge::{AccountKind, Action};
use crate::model::{AccountSnapshot, MethodKind};
use crate::operations::{AnyOperation, AnyOutput, MethodScope, MethodsDeleted, Outcome};
use crate::receipt::Receipt;

/// How far before its answer the service may set the time of a revocation.
const SLACK: Duration = Duration::seconds(5);

/// Sets for each step that was done whether the account shows it. Returns whether it shows all.
pub(super) fn verify(plan: &Plan, steps: &mut [StepRun], now: &AccountSnapshot) -> bool {
    let done =
        |action| move |step: &StepRun| step.is_done() && plan.steps[step.step].actions.contains(&action);
    let unblocked = steps.iter().any(done(Action::UnblockSignIn));
    let issued = steps.iter().any(done(Action::CreateTemporaryAccessPass));
    let mut all = true;
    for ran in steps.iter_mut().filter(|ran| ran.is_done()) {
        let planned = &plan.steps[ran.step];
        let (Some(call), Some(output)) = (&planned.call, &ran.output) else { continue };
        let (blocks, removes_passes) = (
            planned.actions.contains(&Action::BlockSignIn),
            planned.actions.contains(&Action::DeleteTemporaryAccessPass),
        );
        // What a later step of this run took back is no sign that this one failed.
        let is_taken_back = blocks && unblocked || removes_passes && issued;
        ran.confirmed = if is_taken_back { None } else { shows(call, output, &plan.seen, now) };
        all &= ran.confirmed != Some(false);
    }
    all
}

/// Returns whether the account shows what a call did; `None` if it cannot show it, or was not read.
fn shows(call: &AnyOperation, output: &AnyOutput, before: &Seen, now: &AccountSnapshot) -> Option<bool> {
    let user = &now.user;
    let newer = |set: bool| {
        let changed = user.last_password_change_date_time.zip(before.password_changed);
        set.then(|| changed.map(|(now, before)| now > before)).flatten()
    };
    match (call, output) {
        (AnyOperation::LockOut(_), AnyOutput::LockOut(locked)) => {
            let blocked = user.account_enabled.map(|enabled| !enabled)?;
            Some(blocked && newer(locked.password_grade.is_success()).unwrap_or(true))
        }
        (AnyOperation::BlockSignIn(_), _) => user.account_enabled.map(|enabled| !enabled),
        (AnyOperation::UnblockSignIn(_), _) => user.account_enabled,
        (AnyOperation::ResetPassword(_), _) => newer(true),
        (AnyOperation::RevokeSignInSessions(_), _) => since(output.receipt()?, now),
        (AnyOperation::DeleteMethods(delete), AnyOutput::DeleteMethods(deleted)) => {
            let all = matches!(delete.scope, MethodScope::AllRemovable);
            gone(deleted, all, now)
        }
        (AnyOperation::RequireMfaReregistration(_), AnyOutput::RequireMfaReregistration(deleted)) => {
            gone(&deleted.deleted, false, now)
        }
        (AnyOperation::DeleteTemporaryAccessPass(delete), _) => Some(!listed(now)?.contains(&&delete.id)),
        (AnyOperation::CreateTemporaryAccessPass(_), _) => {
            let methods = &now.methods.collected()?.methods;
            Some(methods.iter().any(|method| method.kind == MethodKind::TemporaryAccessPass))
        }
        (AnyOperation::DisableDevice(disable), _) => {
            let devices = now.devices.collected()?;
            let device = devices.iter().find(|device| device.id == Some(disable.device));
            device.map_or(Some(true), |device| device.account_enabled.map(|enabled| !enabled))
        }
        (AnyOperation::RevokeGrant(revoke), _) => {
            let own = &now.grants.collected()?.own;
            Some(own.iter().all(|listed| listed.grant.id.as_ref() != Some(&revoke.grant)))
        }
        _ => None,
    }
}

/// Returns whether sessions from before a revocation are refused. The service counts whole seconds.
fn since(receipt: &Receipt, now: &AccountSnapshot) -> Option<bool> {
    // A customer's time moves, and says nothing.
    if AccountKind::from(&now.user) == AccountKind::Customer {
        return None;
    }
    // The service may set the time a moment before it answers.
    let revoked = receipt.server_date()?.saturating_sub(SLACK);
    now.user.sign_in_sessions_valid_from_date_time.map(|from: OffsetDateTime| from >= revoked)
}

fn gone(deleted: &MethodsDeleted, all: bool, now: &AccountSnapshot) -> Option<bool> {
    let listed = listed(now)?;
    let removed = deleted.methods.iter().filter(|method| {
        matches!(method.outcome, Outcome::Removed | Outcome::AlreadyGone | Outcome::StillListed)
    });
    let is_gone = removed.map(|method| &method.id).all(|id| !listed.contains(&id));
    let others = || {
        let methods = now.methods.collected().map(|list| list.methods.as_slice()).unwrap_or_default();
        methods
            .iter()
            .any(|method| method.kind.is_removable() && method.kind != MethodKind::TemporaryAccessPass)
    };
    Some(is_gone && !(all && others()))
}

fn listed(now: &AccountSnapshot) -> Option<Vec<&MethodId>> {
    Some(now.methods.collected()?.methods.iter().map(|method| &method.id).collect())
}
