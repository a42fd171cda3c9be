//! The doors that actions opened: new passwords and passes, with the sessions begun with them.

use std::time::Duration;

use time::OffsetDateTime;

use super::super::account::AccountKind;
use super::super::action::Action;
use super::super::claim::{Claim, Confidence, Fate, REPLICATION, Within};
use super::super::done::Touched;
use super::super::source;
use super::super::tables::Opened;
use super::door::{Door, DoorKind, DoorState};
use super::methods::{end_of_pass, pass_end, replaced};
use super::registration;
use super::scene::{Closing, Deed, Scene, later};
use super::since::{blocked, revocations, shut_through};
use super::verdict::{Draft, verdict};
use crate::ids::MethodId;
use crate::model::MethodKind;

pub(super) fn doors(scene: &Scene<'_>) -> Vec<Door> {
    let mut doors = Vec::new();
    for deed in &scene.deeds {
        match deed.done.action.opening().map(|opening| opening.opens) {
            Some(Opened::NewPassword) => doors.push(new_password(scene, deed)),
            Some(Opened::AccessPass) => doors.push(access_pass(scene, deed)),
            _ => {}
        }
    }
    doors.extend(changed_since(scene));
    doors
}

/// Returns whether a responder opened it: a new password or a pass, and not by the user, who may have been an
/// attacker.
pub(super) fn is_given(kind: &DoorKind, scene: &Scene<'_>) -> bool {
    if *kind == DoorKind::Registration {
        return registration::asks_for_a_given_pass(scene);
    }
    let (DoorKind::NewPassword { set_at: at } | DoorKind::AccessPass { issued_at: at }) = kind else {
        return false;
    };
    // A password or pass from before the containment may have been obtained by tricking the help desk.
    let contained = |deed: &Deed<'_>| {
        deed.sure
            && deed.done.at <= *at
            && (deed.done.action.is_block() || deed.done.action.ends_all_sessions())
    };
    if !scene.deeds.iter().any(contained) {
        return false;
    }
    let by = |deed: &Deed<'_>| {
        let opens = deed.done.action.opening().map(|opening| opening.opens);
        deed.done.at == *at
            && matches!(opens, Some(Opened::NewPassword | Opened::AccessPass))
            && deed.done.action != Action::ChangePassword
    };
    scene.deeds.iter().any(by)
}

/// Judges what an action opened: the door is closed when it can no longer be used, and a later revocation has
/// ended what began with it.
fn judge(scene: &Scene<'_>, mut draft: Draft, opened_at: OffsetDateTime, way: &[Closing]) -> Door {
    let mut candidates = blocked(scene);
    let in_use = verdict(way, scene.now, draft.certain).state;
    let ended = matches!(in_use, DoorState::Closed { .. });
    let hold = way.iter().find(|closing| closing.holds() && closing.is_in_force(scene.now));
    for revocation in revocations(scene) {
        let from = revocation.at.max(opened_at);
        match (shut_through(way, from, scene.now), hold) {
            ((true, _), _) if ended => candidates.push(revocation),
            // Its sessions were ended; only a block prevents the next one.
            ((true, _), Some(hold)) => candidates.push(Closing { from: revocation.from, ..*hold }),
            ((_, true), _) => candidates.push(Closing { sure: false, ..revocation }),
            _ => {}
        }
    }
    if ended {
        draft.why = "it no longer works, but sessions begun with it survive: no revocation since".into();
        draft.closers.retain(|action| action.ends_all_sessions() || action.is_block());
    }
    let verdict = verdict(&candidates, scene.now, draft.certain);
    draft.finish(&verdict)
}

fn opening_draft(
    scene: &Scene<'_>,
    deed: &Deed<'_>,
    kind: DoorKind,
    label: String,
    why: &str,
    method: &MethodKind,
) -> Draft {
    let claim = deed.done.action.opening().map(|opening| opening.claim);
    let mut closers = scene.closers(|action| action.on_method(method).weakest().effect);
    closers.extend(
        scene.closers(|action| if action.ends_all_sessions() { Fate::Ended } else { Fate::Survives }),
    );
    Draft {
        kind,
        label,
        certain: deed.sure,
        why: why.into(),
        closers,
        source: claim.map_or(source::CONCLUDED, |claim| claim.source),
        confidence: claim.map_or(Confidence::Inferred, |claim| claim.confidence),
    }
}

/// What closes a password that was set at a given time.
fn password_way(scene: &Scene<'_>, set_at: OffsetDateTime) -> Vec<Closing> {
    let mut way = scene.closings(|deed| {
        let action = deed.done.action;
        (action.sets_password() && deed.done.at > set_at)
            .then(|| (action.on_method(&MethodKind::Password).weakest(), deed.sure))
    });
    way.extend(scene.blocks(&MethodKind::Password));
    way
}

fn new_password(scene: &Scene<'_>, deed: &Deed<'_>) -> Door {
    let set_at = deed.done.at;
    let why = match deed.done.action {
        Action::ChangePassword => "whoever changed it knows it, and that may have been an attacker",
        _ => "whoever received it knows it; sessions begun with it are part of this door",
    };
    let kind = DoorKind::NewPassword { set_at };
    let label = format!("the password set by: {}", deed.done.action);
    let draft = opening_draft(scene, deed, kind, label, why, &MethodKind::Password);
    judge(scene, draft, set_at, &password_way(scene, set_at))
}

/// How much later than its answer the directory may date a reset. Assumed: the pages that we read do not say.
const SAME_RESET: Duration = Duration::from_secs(10);

/// The snapshot shows a password that is newer than every known reset.
fn changed_since(scene: &Scene<'_>) -> Option<Door> {
    let changed = scene.snapshot.user.last_password_change_date_time?;
    let last =
        scene.deeds.iter().filter(|deed| deed.done.action.sets_password()).map(|deed| deed.done.at).max()?;
    // The directory may date the reset some seconds later than its answer.
    if changed <= later(last, SAME_RESET) || changed > scene.now || scene.kind == AccountKind::ExternalGuest {
        return None;
    }
    let surely = changed > later(last, REPLICATION);
    let mut closers = scene.closers(|action| action.on_method(&MethodKind::Password).weakest().effect);
    closers.extend(
        scene.closers(|action| if action.ends_all_sessions() { Fate::Ended } else { Fate::Survives }),
    );
    let draft = Draft {
        kind: DoorKind::NewPassword { set_at: changed },
        label: "a password set since the last reset".into(),
        certain: surely,
        why:
            "the snapshot shows that the password was changed after the last known reset; by whom is unknown"
                .into(),
        closers,
        source: source::UPDATE_USER,
        confidence: Confidence::Inferred,
    };
    Some(judge(scene, draft, changed, &password_way(scene, changed)))
}

fn access_pass(scene: &Scene<'_>, deed: &Deed<'_>) -> Door {
    let issued_at = deed.done.at;
    let (id, starts_at, lifetime) = match &deed.done.target {
        Touched::Pass { id, starts_at, lifetime_in_minutes } => {
            (id.as_ref(), *starts_at, *lifetime_in_minutes)
        }
        _ => (None, None, None),
    };
    let mut way = scene.closings(|other| {
        let action = other.done.action;
        let claim = action.on_method(&MethodKind::TemporaryAccessPass).weakest();
        if claim.effect != Fate::Ended || other.done.at <= issued_at {
            return None;
        }
        let grade = other.done.touches(&MethodKind::TemporaryAccessPass, id)?;
        Some((claim, other.sure && grade.is_done()))
    });
    way.extend(scene.blocks(&MethodKind::TemporaryAccessPass));
    way.extend(replaced(scene, issued_at));
    let end = lifetime.and_then(|minutes| end_of_pass(starts_at.unwrap_or(issued_at), minutes));
    way.extend(end.map(pass_end));
    way.extend(not_listed(scene, issued_at, id));
    let kind = DoorKind::AccessPass { issued_at };
    let why = "whoever holds it signs in, MFA satisfied; sessions begun with it are part of this door: \
        browser sessions survive it, tokens end with it";
    let draft = opening_draft(
        scene,
        deed,
        kind,
        "the Temporary Access Pass issued".into(),
        why,
        &MethodKind::TemporaryAccessPass,
    );
    let mut door = judge(scene, draft, issued_at, &way);
    if door.state == DoorState::Open {
        door.until = end.filter(|end| *end > scene.now);
    }
    door
}

/// A newer snapshot that lists the methods without this pass shows that it is gone.
fn not_listed(scene: &Scene<'_>, issued_at: OffsetDateTime, id: Option<&MethodId>) -> Option<Closing> {
    let list = scene.snapshot.methods.collected()?;
    let (at, id) = (scene.snapshot.taken_at, id?);
    let gone = at >= later(issued_at, REPLICATION) && at <= scene.now && list.is_whole();
    let claim =
        Claim::documented(Fate::Ended, Within::AtOnce, source::TAP).note("the snapshot no longer lists it");
    (gone && list.methods.iter().all(|method| method.id != *id)).then_some(Closing {
        action: Action::DeleteTemporaryAccessPass,
        at,
        from: Some(at),
        to: None,
        sure: true,
        claim,
    })
}
