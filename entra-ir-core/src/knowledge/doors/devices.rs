//! The doors that are primary refresh tokens: for each device of the snapshot, for deleted ones, and for
//! devices that the directory does not know.

use super::super::account::AccountKind;
use super::super::action::Action;
use super::super::claim::{Claim, DEVICE_CHANGE, Fate, REPLICATION, Within};
use super::super::done::Touched;
use super::super::source;
use super::super::token::TokenClass;
use super::door::{Door, DoorKind, device_name};
use super::scene::{Closing, Deed, Scene, later};
use super::survival::{evidence, survived};
use super::verdict::Draft;
use crate::ids::ObjectId;
use crate::model::{Device, DeviceTrust};
use crate::text::printable;

const CLASSES: [TokenClass; 2] = [TokenClass::PasswordPrt, TokenClass::OtherPrt];

pub(super) fn doors(scene: &Scene<'_>) -> Vec<Door> {
    let mut doors = Vec::new();
    // A guest's primary refresh token belongs to the home tenant.
    if scene.kind != AccountKind::ExternalGuest {
        doors.extend(CLASSES.map(|class| unregistered(scene, class)));
    }
    let devices = scene.snapshot.devices.collected().map(Vec::as_slice).unwrap_or_default();
    for (place, device) in devices.iter().enumerate() {
        doors.extend(CLASSES.map(|class| on_device(scene, class, device, place)));
    }
    for device in deleted(scene, devices) {
        doors.extend(CLASSES.map(|class| on_deleted(scene, class, device)));
    }
    doors
}

/// What closes it apart from actions on one device, the snapshot's own block included.
fn by_the_account(scene: &Scene<'_>, class: TokenClass) -> Vec<Closing> {
    let mut closings = scene.closings(|deed| {
        let action = deed.done.action;
        (!action.is_about_a_device()).then(|| (action.on_session(class).weakest(), deed.sure))
    });
    closings.extend(scene.blocked_in_snapshot(Action::BlockSignIn.on_session(class).weakest()));
    closings
}

fn closers(scene: &Scene<'_>, class: TokenClass, keep: impl Fn(Action) -> bool) -> Vec<Action> {
    let mut closers = scene.closers(|action| action.on_session(class).weakest().effect);
    closers.retain(|action| !action.is_about_a_device() || keep(*action));
    closers
}

/// There is a second kind, bound to a key of the client: the directory has no device for it.
fn unregistered(scene: &Scene<'_>, class: TokenClass) -> Door {
    let closers = closers(scene, class, |_| false);
    let draft = Draft {
        kind: DoorKind::Session { class, device: None },
        label: format!("{class}, on a device that the directory does not know"),
        certain: matches!(scene.kind, AccountKind::Cloud | AccountKind::Synced),
        why: format!("{}; there is no device to disable", survived(scene, class)),
        closers,
        source: source::PRT,
        confidence: super::super::claim::Confidence::Documented,
    };
    draft.judge(&by_the_account(scene, class), scene.now)
}

fn on_device(scene: &Scene<'_>, class: TokenClass, device: &Device, place: usize) -> Door {
    let mut closings = by_the_account(scene, class);
    closings.extend(by_the_device(scene, class, device));
    closings.extend(shown_disabled(scene, device));
    // Active Directory decides about a hybrid device: before it has, a sync undoes what is done here.
    let closers = closers(scene, class, |action| match action {
        Action::DisableComputerOnPremises => device.is_hybrid() != Some(false),
        Action::DisableDevice => {
            device.is_hybrid() != Some(true) || disabled_at_the_root(scene, device, scene.now)
        }
        _ => false,
    });
    let name = device.display_name.as_deref().map_or_else(|| "unnamed device".into(), printable);
    let (source, confidence) = evidence(class, &closers);
    let draft = Draft {
        kind: DoorKind::Session { class, device: Some(device_name(device.id, place)) },
        label: format!("{class}, on {name}"),
        certain: matches!(
            device.trust_type,
            Some(DeviceTrust::Joined | DeviceTrust::Hybrid | DeviceTrust::Registered)
        ),
        why: survived(scene, class),
        closers,
        source,
        confidence,
    };
    draft.judge(&closings, scene.now)
}

/// What was done to the device itself.
fn by_the_device(scene: &Scene<'_>, class: TokenClass, device: &Device) -> Vec<Closing> {
    let about = |deed: &Deed<'_>| {
        let action = deed.done.action;
        let is_it = action.is_about_a_device()
            && (action != Action::DisableComputerOnPremises || device.is_hybrid() != Some(false));
        if !is_it || seen_enabled(scene, device, deed) || enabled_before_effect(scene, device, deed.done.at) {
            None
        } else {
            concerns(&deed.done.target, device.id)
        }
    };
    scene.closings(|deed| {
        let sure = about(deed)?;
        let claim = deed.done.action.on_session(class).weakest();
        let lasts = matches!(deed.done.action, Action::DisableComputerOnPremises | Action::WipeDevice);
        let claim = if lasts { claim } else { undone_by_sync(scene, device, deed.done.at, claim) };
        Some((claim, deed.sure && sure))
    })
}

fn shown_disabled(scene: &Scene<'_>, device: &Device) -> Option<Closing> {
    let at = scene.snapshot.taken_at;
    let claim = Claim::documented(Fate::Ended, Within::DeviceChange, source::DEVICE_FAQ)
        .note("the snapshot shows the device disabled");
    let claim = undone_by_sync(scene, device, at, claim);
    let from = claim.within.bound().map(|bound| later(at, bound));
    let is_off = device.account_enabled == Some(false) && !enabled_before_effect(scene, device, at);
    is_off.then(|| Closing {
        action: Action::DisableDevice,
        at,
        from,
        to: None,
        sure: at <= scene.now && from.is_some(),
        claim,
    })
}

/// A sync enables a hybrid device again, and restores a deleted one, unless its computer account was disabled
/// before.
fn undone_by_sync(
    scene: &Scene<'_>,
    device: &Device,
    at: time::OffsetDateTime,
    claim: Claim<Fate>,
) -> Claim<Fate> {
    if disabled_at_the_root(scene, device, at) || device.is_hybrid() == Some(false) {
        return claim;
    }
    Claim::documented(Fate::Held, Within::Unknown, source::STALE_DEVICES).note(
        "held until the next sync, which enables a hybrid device again and brings back a deleted one: disable the computer account in Active Directory",
    )
}

/// Returns whether the computer account of a device was disabled in Active Directory before a given time.
fn disabled_at_the_root(scene: &Scene<'_>, device: &Device, at: time::OffsetDateTime) -> bool {
    scene.deeds.iter().any(|deed| {
        deed.done.action == Action::DisableComputerOnPremises
            && deed.sure
            && deed.done.at <= at
            && concerns(&deed.done.target, device.id) == Some(true)
    })
}

/// Returns whether an action on a device was about this one: `None` if not, false if the device is unknown.
fn concerns(target: &Touched, device: Option<ObjectId>) -> Option<bool> {
    match target {
        Touched::Device(id) => (Some(*id) == device).then_some(true),
        _ => Some(false),
    }
}

/// Returns whether a newer snapshot shows the device enabled: a sync may have done that.
fn seen_enabled(scene: &Scene<'_>, device: &Device, deed: &Deed<'_>) -> bool {
    device.account_enabled == Some(true) && scene.snapshot.taken_at >= later(deed.done.at, REPLICATION)
}

/// Returns whether the device was, or may have been, enabled again before its disabling took effect: what it
/// holds then works on. What the disabling had ended stays void.
fn enabled_before_effect(scene: &Scene<'_>, device: &Device, disabled: time::OffsetDateTime) -> bool {
    scene.deeds.iter().any(|deed| {
        deed.done.action == Action::EnableDevice
            && deed.done.at >= disabled
            && deed.done.at < later(disabled, DEVICE_CHANGE)
            && concerns(&deed.done.target, device.id).is_some()
    })
}

/// Lists the devices that were deleted and that the snapshot does not list.
fn deleted(scene: &Scene<'_>, listed: &[Device]) -> Vec<ObjectId> {
    let mut gone = Vec::new();
    for deed in &scene.deeds {
        if let (Action::DeleteDevice, Touched::Device(id)) = (deed.done.action, &deed.done.target)
            && listed.iter().all(|device| device.id != Some(*id))
            && !gone.contains(id)
        {
            gone.push(*id);
        }
    }
    gone
}

/// For thirty days a deletion ends nothing permanently; the kind of the device is no longer known.
fn on_deleted(scene: &Scene<'_>, class: TokenClass, device: ObjectId) -> Door {
    let mut closings = by_the_account(scene, class);
    closings.extend(scene.closings(|deed| {
        let is_it = deed.done.action == Action::DeleteDevice && deed.done.target == Touched::Device(device);
        let claim = Claim::documented(Fate::Unknown, Within::Unknown, source::SOFT_DELETE)
            .note("it can be restored for 30 days, and a sync restores a hybrid device by itself");
        is_it.then_some((claim, false))
    }));
    let draft = Draft {
        kind: DoorKind::Session { class, device: Some(device_name(Some(device), 0)) },
        label: format!("{class}, on a deleted device"),
        certain: false,
        why: survived(scene, class),
        closers: closers(scene, class, |_| false),
        source: source::SOFT_DELETE,
        confidence: super::super::claim::Confidence::Documented,
    };
    draft.judge(&closings, scene.now)
}
