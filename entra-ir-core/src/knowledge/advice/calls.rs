//! The calls of the steps: operations with their options filled in from the snapshot.

use super::super::action::Action;
use super::super::done::Touched;
use crate::ids::UserRef;
use crate::model::{AccountSnapshot, MethodKind};
use crate::operations::{
    AnyOperation, BlockSignIn, ConfirmUserCompromised, CreateTemporaryAccessPass, DeleteMethods,
    DeleteTemporaryAccessPass, DisableDevice, DismissUserRisk, LockOut, MethodScope,
    RequireMfaReregistration, ResetPassword, RevokeGrant, RevokeSignInSessions, UnblockSignIn,
};

/// Returns the calls that do an action to a target.
pub(super) fn of(action: Action, target: &Touched, snapshot: &AccountSnapshot) -> Vec<AnyOperation> {
    let user = snapshot.user.reference();
    let call = match action {
        Action::BlockSignIn => BlockSignIn::new(user).map(AnyOperation::from),
        Action::UnblockSignIn => UnblockSignIn::new(user).map(AnyOperation::from),
        Action::RevokeSignInSessions => RevokeSignInSessions::new(user).map(AnyOperation::from),
        Action::ResetPasswordGraphProfile | Action::ResetPasswordGraphAction => {
            ResetPassword::new(user).map(AnyOperation::from)
        }
        Action::ConfirmCompromised => ConfirmUserCompromised::new(user).map(AnyOperation::from),
        Action::DismissRisk => DismissUserRisk::new(user).map(AnyOperation::from),
        Action::RequireMfaReregistration => RequireMfaReregistration::new(user).map(AnyOperation::from),
        Action::CreateTemporaryAccessPass => CreateTemporaryAccessPass::new(user).map(AnyOperation::from),
        // Which devices the rightful user does not know, only the user knows.
        Action::DisableDevice => match target {
            Touched::Device(id) => {
                DisableDevice::new(*id).and_then(|disable| disable.for_user(user)).map(AnyOperation::from)
            }
            _ => return Vec::new(),
        },
        Action::DeleteMethods => match scope(target) {
            Some(scope) => DeleteMethods::new(user, scope).map(AnyOperation::from),
            None => return Vec::new(),
        },
        Action::DeleteConsent => match target {
            Touched::Consent(grant) => RevokeGrant::new(user, grant.as_str()).map(AnyOperation::from),
            // Which of them the rightful user does not know, a person decides.
            _ => return Vec::new(),
        },
        Action::DeleteTemporaryAccessPass => return passes(&user, snapshot),
        _ => return Vec::new(),
    };
    call.into_iter().collect()
}

/// Returns the call that blocks and sets a new password.
pub(super) fn lock_out(snapshot: &AccountSnapshot) -> Vec<AnyOperation> {
    LockOut::new(snapshot.user.reference()).map(AnyOperation::from).into_iter().collect()
}

/// Returns the methods of a target, as a removal names them.
fn scope(target: &Touched) -> Option<MethodScope> {
    match target {
        Touched::AllMethods => Some(MethodScope::AllRemovable),
        Touched::MethodsOfKinds(kinds) => Some(MethodScope::Only(kinds.clone())),
        Touched::Methods(methods) => {
            Some(MethodScope::Ids(methods.iter().map(|method| method.id.clone()).collect()))
        }
        _ => None,
    }
}

/// Returns a call for each pass that the account has.
fn passes(user: &UserRef, snapshot: &AccountSnapshot) -> Vec<AnyOperation> {
    let methods = snapshot.methods.collected().map(|list| list.methods.as_slice()).unwrap_or_default();
    let passes = methods.iter().filter(|method| method.kind == MethodKind::TemporaryAccessPass);
    let calls = passes.filter_map(|pass| DeleteTemporaryAccessPass::new(user.clone(), pass.id.clone()).ok());
    calls.map(AnyOperation::from).collect()
}
