//! The door that the removal of methods opens: whoever knows the password, or holds a session, can register a
//! new method.

use time::OffsetDateTime;

use super::super::account::AccountKind;
use super::super::action::Action;
use super::super::claim::{Claim, Confidence, Fate, REPLICATION, Within};
use super::super::done::Touched;
use super::super::source;
use super::door::{Door, DoorKind, DoorState};
use super::methods::{closings, end_of_pass, not_allowed, shown};
use super::scene::{Closing, Deed, Scene, later};
use super::verdict::{Draft, verdict};
use crate::model::{AuthenticationMethod, MethodDetail, MethodKind, MethodList};
use crate::receipt::Grade;

/// How certain it is that a method exists which registration requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Left {
    No,
    Perhaps,
    Yes,
}

/// Returns no door if a method is left that counts as MFA: registration then requires it.
pub(super) fn door(scene: &Scene<'_>) -> Option<Door> {
    let list = scene.snapshot.methods.collected();
    let is_whole = list.is_some_and(MethodList::is_whole) && scene.kind != AccountKind::Customer;
    let left = shown(scene).map(|method| left(scene, method)).max().unwrap_or(Left::No);
    if left == Left::Yes {
        return None;
    }
    let guest = scene.kind == AccountKind::ExternalGuest;
    let certain = left == Left::No && is_whole && !guest;
    let why = if list.is_none() {
        "the methods were not read: if none counts as MFA, whoever knows the password registers one"
    } else if guest {
        "no method registered here is known to be left: where this tenant does not trust the home tenant's MFA, whoever signs in at home registers one"
    } else if certain {
        "no method is left that counts as MFA: whoever signs in with the password alone, or holds a session, registers one"
    } else {
        "whether a method is left that counts as MFA is unknown: if none is, whoever knows the password \
        registers one"
    };
    // A pass does not count: until it is used or expires, it makes the door unknown at best.
    let closers = scene.closers(|action| match action {
        Action::GuardRegistration => Fate::Held,
        action if action.is_block() => action.on_method(&MethodKind::Password).weakest().effect,
        _ => Fate::Survives,
    });
    let draft = Draft {
        kind: DoorKind::Registration,
        label: "the registration of a new method".into(),
        certain,
        why: why.into(),
        closers,
        source: source::REGISTRATION,
        confidence: Confidence::Documented,
    };
    let mut holds = scene.blocks(&MethodKind::Password);
    holds.extend(passes(scene));
    holds.extend(guards(scene));
    Some(draft.judge(&holds, scene.now))
}

/// Returns whether a method that counts as MFA is left. A method whose removal is propagating counts as gone.
fn left(scene: &Scene<'_>, method: &AuthenticationMethod) -> Left {
    match method.kind.counts_as_mfa() {
        // A pass is a hold that ends by itself.
        _ if method.kind == MethodKind::TemporaryAccessPass => return Left::No,
        Some(false) => return Left::No,
        None => return Left::Perhaps,
        Some(true) => {}
    }
    let ends: Vec<_> = closings(scene, method).into_iter().filter(|closing| !closing.holds()).collect();
    // Reads lag: a list that still shows what was removed minutes before proves nothing.
    let lately_removed = scene.deeds.iter().any(|deed| {
        deed.done.action.on_method(&method.kind).weakest().effect == Fate::Ended
            && deed.done.touches(&method.kind, Some(&method.id)).is_some_and(Grade::may_be_done)
            && later(deed.done.at, REPLICATION) > scene.snapshot.taken_at
    });
    match verdict(&ends, scene.now, true).state {
        DoorState::Open if !not_allowed(scene, method) && !lately_removed => Left::Yes,
        DoorState::Closed { .. } | DoorState::Closing { .. } => Left::No,
        _ => Left::Perhaps,
    }
}

/// Passes that may still work: until one is used or expires, registration requires it. The time of its use is
/// unknown, so this is never certain.
fn passes(scene: &Scene<'_>) -> Vec<Closing> {
    let claim = Claim::documented(Fate::Held, Within::Replication, source::REGISTRATION)
        .note("registration asks for the pass, until it is used or expires");
    let hold = |at: OffsetDateTime, begins: OffsetDateTime, minutes: Option<i64>| Closing {
        action: Action::CreateTemporaryAccessPass,
        at,
        from: None,
        to: minutes.and_then(|minutes| end_of_pass(begins, minutes)),
        sure: false,
        claim,
    };
    let mut holds = Vec::new();
    for method in shown(scene) {
        let MethodDetail::TemporaryAccessPass(pass) = &method.detail else { continue };
        let at = scene.snapshot.taken_at;
        let is_over = |closing: &Closing| !closing.holds() && closing.at <= scene.now;
        if at <= scene.now && !closings(scene, method).iter().any(is_over) {
            let begins = pass.start_date_time.or(method.created).unwrap_or(at);
            holds.push(hold(at, begins, pass.lifetime_in_minutes));
        }
    }
    holds.extend(scene.deeds.iter().filter_map(|deed| {
        let (begins, minutes) = issued(scene, deed)?;
        Some(hold(deed.done.at, begins, minutes))
    }));
    holds
}

/// Returns when an issued pass begins to work, and for how many minutes; `None` if it does not work yet, or
/// was deleted.
fn issued(scene: &Scene<'_>, deed: &Deed<'_>) -> Option<(OffsetDateTime, Option<i64>)> {
    if deed.done.action != Action::CreateTemporaryAccessPass {
        return None;
    }
    let (id, begins, minutes) = match &deed.done.target {
        Touched::Pass { id, starts_at, lifetime_in_minutes } => {
            (id.as_ref(), *starts_at, *lifetime_in_minutes)
        }
        _ => (None, None, None),
    };
    let begins = begins.unwrap_or(deed.done.at);
    let taken_back = scene.deeds.iter().any(|later| {
        let kind = MethodKind::TemporaryAccessPass;
        later.done.at > deed.done.at
            && later.done.action.on_method(&kind).weakest().effect == Fate::Ended
            && later.done.touches(&kind, id).is_some_and(Grade::may_be_done)
    });
    (begins <= scene.now && !taken_back).then_some((begins, minutes))
}

/// Returns whether registration requires a pass that a responder issued for the rightful user and that has
/// not expired.
pub(super) fn asks_for_a_given_pass(scene: &Scene<'_>) -> bool {
    scene.deeds.iter().filter(|deed| deed.sure).any(|deed| {
        issued(scene, deed).is_some_and(|(begins, minutes)| {
            minutes.and_then(|minutes| end_of_pass(begins, minutes)).is_some_and(|end| end > scene.now)
        })
    })
}

/// Policies on registration: for whom and from when is unknown.
fn guards(scene: &Scene<'_>) -> Vec<Closing> {
    scene.closings(|deed| {
        let claim = Claim::documented(Fate::Held, Within::Unknown, source::GUARDED_REGISTRATION)
            .note("for users whom the policy includes");
        (deed.done.action == Action::GuardRegistration).then_some((claim, deed.sure))
    })
}
