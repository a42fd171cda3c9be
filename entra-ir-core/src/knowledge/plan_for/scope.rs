//! What an incident allows: which actions, against which doors.

use super::super::account::{AccountKind, Reach};
use super::super::action::Action;
use super::super::advice::Incident;
use super::super::claim::Fate;
use super::super::doors::{Door, DoorKind};
use crate::model::{AccountSnapshot, MethodKind};

/// Returns whether an incident is a reason to close this door by this action.
pub(super) fn allows(incident: &Incident, action: Action, door: &Door, snapshot: &AccountSnapshot) -> bool {
    // What could not be read stays unknown, whatever is done.
    if *incident == Incident::Recover || matches!(door.kind, DoorKind::Unseen { .. }) {
        return false;
    }
    if action.is_block() {
        return may_block(incident, action, snapshot);
    }
    match (incident, &door.kind) {
        _ if action.ends_all_sessions() => true,
        (Incident::MaliciousConsent { grant }, DoorKind::Consent { id }) => grant.is_none() || grant == id,
        _ if action.is_shared() => false,
        (Incident::Lockdown, _) => action.sets_password(),
        (Incident::LostMethods { lost }, DoorKind::Method { method, id }) => {
            // Whoever names the lost methods keeps the others.
            let is_lost = if lost.is_empty() {
                method.is_reregistered_by_portal()
            } else {
                lost.contains(id) && action != Action::RequireMfaReregistration
            };
            is_lost && action.on_method(method).weakest().effect == Fate::Ended
        }
        (Incident::LostDevice { device: Some(lost) }, DoorKind::Session { device, .. })
            if action.is_about_a_device() =>
        {
            device.as_ref() == Some(&lost.to_string())
        }
        (Incident::MaliciousConsent { .. } | Incident::LostMethods { .. }, _)
        | (
            Incident::LostDevice { .. },
            DoorKind::Consent { .. } | DoorKind::Method { method: MethodKind::TemporaryAccessPass, .. },
        ) => false,
        _ => true,
    }
}

/// Returns whether sign-in is blocked: in an incident that blocks anybody, or where only a block suspends the
/// sessions.
fn may_block(incident: &Incident, action: Action, snapshot: &AccountSnapshot) -> bool {
    let revocable = Action::RevokeSignInSessions.on_account(AccountKind::from(&snapshot.user));
    let only_a_block = revocable.weakest().effect < Reach::UntilSync;
    match incident {
        Incident::LostDevice { .. } => only_a_block,
        // The consent is one of this tenant: the home tenant of a guest is not concerned.
        Incident::MaliciousConsent { .. } => only_a_block && action == Action::BlockSignIn,
        _ => incident.is_blocked(),
    }
}
