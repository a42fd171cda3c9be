//! The doors that are methods: the password, the methods of the snapshot, and a guest's home tenant.

use std::cmp::Ordering;

use time::OffsetDateTime;

use super::super::account::AccountKind;
use super::super::action::Action;
use super::super::claim::{Claim, Confidence, Fate, Within};
use super::super::source;
use super::door::{Door, DoorKind, DoorState};
use super::scene::{Closing, Deed, Scene, later, whole_seconds};
use super::verdict::Draft;
use crate::model::{AccessPassMethod, AuthenticationMethod, MethodDetail, MethodKind};
use crate::receipt::Grade;

/// A way to sign in that the snapshot shows, with what closes it.
#[derive(Debug)]
pub(super) struct Way {
    pub(super) label: String,
    /// The time from which it may have been used; `None` if unknown.
    pub(super) created: Option<OffsetDateTime>,
    /// Whether it is known to grant access by itself: an unknown type may, and a second factor through a
    /// self-service reset of the password.
    pub(super) certain: bool,
    pub(super) closings: Vec<Closing>,
}

pub(super) fn doors(scene: &Scene<'_>) -> Vec<Door> {
    let mut doors =
        vec![if scene.kind == AccountKind::ExternalGuest { home_tenant(scene) } else { password(scene) }];
    doors.extend(shown(scene).map(|method| door(scene, method)));
    doors
}

/// The methods of the snapshot, except the password and the passes that an action issued, which are separate
/// doors.
pub(super) fn shown<'a>(scene: &'a Scene<'_>) -> impl Iterator<Item = &'a AuthenticationMethod> {
    let methods = scene.snapshot.methods.collected().map(|list| list.methods.as_slice()).unwrap_or_default();
    methods.iter().filter(|method| method.kind != MethodKind::Password)
}

/// The ways in the snapshot by which a session can begin.
pub(super) fn ways(scene: &Scene<'_>) -> Vec<Way> {
    let first = if scene.kind == AccountKind::ExternalGuest {
        Way {
            label: "the home tenant".into(),
            created: None,
            certain: true,
            closings: scene.blocks(&MethodKind::Password),
        }
    } else {
        Way { label: "the password".into(), created: None, certain: true, closings: password_closings(scene) }
    };
    let way = |method: &AuthenticationMethod| Way {
        label: method.label(),
        created: method.created,
        certain: method.signs_in_alone() && !matches!(method.kind, MethodKind::Unknown(_)),
        closings: closings(scene, method),
    };
    std::iter::once(first).chain(shown(scene).map(way)).collect()
}

pub(super) fn password_closings(scene: &Scene<'_>) -> Vec<Closing> {
    let mut closings = scene.closings(|deed| {
        let action = deed.done.action;
        let resets = action.sets_password();
        resets.then(|| (action.on_method(&MethodKind::Password).weakest(), deed.sure))
    });
    closings.extend(scene.blocks(&MethodKind::Password));
    closings
}

fn password(scene: &Scene<'_>) -> Door {
    let kind = MethodKind::Password;
    let closers = scene.closers(|action| action.on_method(&kind).weakest().effect);
    let must_change = scene.deeds.iter().any(|deed| deed.done.action == Action::RequirePasswordChange);
    let why = if must_change {
        "whoever knows it signs in with it and chooses the new one"
    } else {
        "it was not reset; where MFA is not required, it is enough to sign in"
    };
    let draft = Draft {
        kind: DoorKind::Password,
        label: "the password".into(),
        certain: true,
        why: why.into(),
        closers,
        source: source::UPDATE_USER,
        confidence: Confidence::Documented,
    };
    draft.judge(&password_closings(scene), scene.now)
}

fn home_tenant(scene: &Scene<'_>) -> Door {
    let draft = Draft {
        kind: DoorKind::HomeTenant,
        label: "the guest's home tenant".into(),
        certain: false,
        why: "the password, the sessions and the methods registered there belong to the home tenant, and \
            cannot be seen here"
            .into(),
        closers: scene.closers(|action| action.on_method(&MethodKind::Password).weakest().effect),
        source: source::REVOKE,
        confidence: Confidence::Documented,
    };
    draft.judge(&scene.blocks(&MethodKind::Password), scene.now)
}

/// Whether the snapshot listed the methods before or after a removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Listed {
    Before,
    Perhaps,
    After,
}

/// The service's dates are whole seconds. Within one second, a removal that read the list back and did not
/// find the method counts as the later of both.
fn listed(scene: &Scene<'_>, deed: &Deed<'_>, grade: Grade) -> Listed {
    let (listed, removed) = (whole_seconds(scene.snapshot.taken_at), whole_seconds(deed.done.at));
    match listed.cmp(&removed) {
        Ordering::Less => Listed::Before,
        Ordering::Greater => Listed::After,
        Ordering::Equal if grade.is_complete() => Listed::Before,
        Ordering::Equal => Listed::Perhaps,
    }
}

/// Returns whether the policy forbids the method to this user. That closes no door: it is as easily changed
/// back, and the pages that we read do not say when it takes effect.
pub(super) fn not_allowed(scene: &Scene<'_>, method: &AuthenticationMethod) -> bool {
    let policy = scene.snapshot.policy.collected();
    policy.is_some_and(|policy| policy.unusable().any(|of| of.id == method.id && of.kind == method.kind))
}

/// What closes a method: its removal, the end of a pass, a block.
pub(super) fn closings(scene: &Scene<'_>, method: &AuthenticationMethod) -> Vec<Closing> {
    if matches!(method.kind, MethodKind::Unknown(_)) {
        return Vec::new();
    }
    let mut closings = scene.closings(|deed| {
        let action = deed.done.action;
        let claim = action.on_method(&method.kind).weakest();
        if claim.effect != Fate::Ended {
            return None;
        }
        let grade = deed.done.touches(&method.kind, Some(&method.id))?;
        // A method that is listed after its removal was registered again, or still exists; a deactivated
        // token is always listed.
        let deactivates = method.kind == MethodKind::HardwareOath && action != Action::DeleteMethods;
        let listed = if deactivates { Listed::Before } else { listed(scene, deed, grade) };
        let registered_after = method.created.is_some_and(|created| created > deed.done.at);
        if !grade.may_be_done() || listed == Listed::After || registered_after {
            return None;
        }
        Some((claim, deed.sure && grade.is_done() && listed == Listed::Before))
    });
    closings.extend(scene.blocks(&method.kind));
    if let MethodDetail::TemporaryAccessPass(pass) = &method.detail {
        closings.extend(pass_ends(scene, pass, method.created));
        closings.extend(replaced(scene, scene.snapshot.taken_at));
    }
    closings
}

/// A later pass replaces an older one.
pub(super) fn replaced(scene: &Scene<'_>, issued_at: OffsetDateTime) -> Vec<Closing> {
    scene.closings(|deed| {
        let replaces = deed.done.action == Action::CreateTemporaryAccessPass && deed.done.at > issued_at;
        let claim = Claim::documented(Fate::Ended, Within::Replication, source::TAP)
            .note("a new pass replaces the older one");
        replaces.then_some((claim, deed.sure))
    })
}

/// The end of a pass, by the service's data.
fn pass_ends(scene: &Scene<'_>, pass: &AccessPassMethod, created: Option<OffsetDateTime>) -> Option<Closing> {
    let start = pass.start_date_time.or(pass.created_date_time).or(created);
    let end = start.zip(pass.lifetime_in_minutes).and_then(|(start, minutes)| end_of_pass(start, minutes));
    let end = match end {
        _ if !pass.may_work() => Some(scene.snapshot.taken_at),
        end => end,
    }?;
    Some(pass_end(end))
}

pub(super) fn end_of_pass(start: OffsetDateTime, minutes: i64) -> Option<OffsetDateTime> {
    let minutes = u64::try_from(minutes).ok()?;
    Some(later(start, std::time::Duration::from_secs(minutes.saturating_mul(60))))
}

/// The period in which a pass no longer works.
pub(super) fn pass_end(end: OffsetDateTime) -> Closing {
    let claim = Claim::documented(Fate::Ended, Within::AtOnce, source::TAP)
        .note("it expires, or was used and works once");
    Closing {
        action: Action::TemporaryAccessPassExpires,
        at: end,
        from: Some(end),
        to: None,
        sure: true,
        claim,
    }
}

fn door(scene: &Scene<'_>, method: &AuthenticationMethod) -> Door {
    let known = !matches!(method.kind, MethodKind::Unknown(_));
    let closings = closings(scene, method);
    let why = if !known {
        "a type that this version does not know: look at it in the portal"
    } else if scene.kind == AccountKind::ExternalGuest {
        "it is registered in this tenant: the second factor here for whoever signs in at home"
    } else if method.kind == MethodKind::Email {
        "it is still registered: it can reset the password by self-service"
    } else if method.signs_in_alone() {
        "it is still registered, and signs in with nothing else"
    } else {
        "it is still registered: the second factor for whoever knows the password, or its new one by self-service"
    };
    let mut why = why.to_owned();
    if scene.deeds.iter().any(|deed| {
        deed.done
            .touches(&method.kind, Some(&method.id))
            .is_some_and(|grade| grade.is_done() && listed(scene, deed, grade) == Listed::After)
            && deed.done.action.on_method(&method.kind).weakest().effect == Fate::Ended
    }) {
        why.push_str("; it was removed before the snapshot was taken, and the snapshot still lists it");
    }
    let on_a_device = |deed: &Deed<'_>| {
        deed.done.action.is_about_a_device()
            && !matches!(
                deed.done.action.on_method(&method.kind).weakest().effect,
                Fate::Survives | Fate::Opens
            )
    };
    if scene.deeds.iter().any(on_a_device) {
        why.push_str("; if its device is the one that was disabled, its key is held: which device it is on was not read");
    }
    if not_allowed(scene, method) {
        why.push_str("; the methods policy currently does not allow the user to use it");
    }
    let mut closers = scene.closers(|action| action.on_method(&method.kind).weakest().effect);
    closers.retain(|action| !action.is_about_a_device());
    let draft = Draft {
        kind: DoorKind::Method { method: method.kind.clone(), id: method.id.clone() },
        label: method.label(),
        certain: known,
        why,
        closers,
        source: source::DELETE_METHODS,
        confidence: if known { Confidence::Documented } else { Confidence::Inferred },
    };
    // A pass that has not expired yet is open until then, not "closing"; what else was done decides.
    let expires =
        |closing: &Closing| closing.action == Action::TemporaryAccessPassExpires && closing.at > scene.now;
    let (ahead, closings): (Vec<_>, Vec<_>) = closings.into_iter().partition(expires);
    let mut door = draft.judge(&closings, scene.now);
    if let Some(end) = ahead.first().filter(|_| door.state.rank() < 2) {
        door.until = Some(end.at);
        if door.state == DoorState::Open {
            door.why = "the pass works until it expires, and satisfies MFA".into();
        }
    }
    door
}
