//! The calls of the steps: operations with their options filled in from the snapshot.

use super::super::action::Action;
use super::super::done::Touched;
use crate::ids::UserRef;
use crate::model::{AccountSnapshot, ApplicationOwner, ListedGrant, MethodKind};
use crate::operations::{
    AnyOperation, BlockSignIn, ConfirmUserCompromised, CreateTemporaryAccessPass, DeleteMethods,
    DeleteTemporaryAccessPass, DisableDevice, DisableServicePrincipal, DismissUserRisk, LockOut, MethodScope,
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
        Action::DisableDevice => return devices(target, &user, snapshot),
        Action::DisableApplication => return applications(target, snapshot),
        Action::DeleteConsent => return consents(target, &user, snapshot),
        Action::DeleteMethods => match scope(target) {
            Some(scope) => DeleteMethods::new(user, scope).map(AnyOperation::from),
            None => return Vec::new(),
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

/// Returns a call for the device of the target, or for each enabled one of the account.
fn devices(target: &Touched, user: &UserRef, snapshot: &AccountSnapshot) -> Vec<AnyOperation> {
    let ids: Vec<_> = if let Touched::Device(id) = target {
        vec![*id]
    } else {
        let listed = snapshot.devices.collected().map(Vec::as_slice).unwrap_or_default();
        let enabled = listed.iter().filter(|device| device.account_enabled != Some(false));
        enabled.filter_map(|device| device.id).collect()
    };
    let call = |id| DisableDevice::new(id).and_then(|disable| disable.for_user(user.clone()));
    ids.into_iter().filter_map(|id| call(id).ok()).map(AnyOperation::from).collect()
}

/// Returns a call for the grant of the target, or for each of the account's own.
fn consents(target: &Touched, user: &UserRef, snapshot: &AccountSnapshot) -> Vec<AnyOperation> {
    let call = |grant: &str| RevokeGrant::new(user.clone(), grant).ok().map(AnyOperation::from);
    match target {
        Touched::Consent(grant) => call(grant).into_iter().collect(),
        _ => own_grants(snapshot).filter_map(|listed| call(listed.grant.id.as_ref()?.as_str())).collect(),
    }
}

/// Returns a call for the application of the target, or for each one that the account consented to and that
/// may be disabled: none of Microsoft's.
fn applications(target: &Touched, snapshot: &AccountSnapshot) -> Vec<AnyOperation> {
    let mut ids = Vec::new();
    if let Touched::Application(id) = target {
        ids.push(*id);
    } else {
        let may_be = |listed: &&ListedGrant| {
            let enabled = listed.client.as_ref().and_then(|client| client.account_enabled);
            listed.owner != ApplicationOwner::Microsoft && enabled != Some(false)
        };
        for id in own_grants(snapshot).filter(may_be).filter_map(|listed| listed.grant.client_id) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    ids.into_iter().map(DisableServicePrincipal::new).map(AnyOperation::from).collect()
}

/// Lists the account's own grants, those with more concerns first.
fn own_grants(snapshot: &AccountSnapshot) -> impl Iterator<Item = &ListedGrant> {
    snapshot.grants.collected().into_iter().flat_map(|grants| &grants.own)
}

/// Returns a call for each pass that the account has.
fn passes(user: &UserRef, snapshot: &AccountSnapshot) -> Vec<AnyOperation> {
    let methods = snapshot.methods.collected().map(|list| list.methods.as_slice()).unwrap_or_default();
    let passes = methods.iter().filter(|method| method.kind == MethodKind::TemporaryAccessPass);
    let calls = passes.filter_map(|pass| DeleteTemporaryAccessPass::new(user.clone(), pass.id.clone()).ok());
    calls.map(AnyOperation::from).collect()
}
