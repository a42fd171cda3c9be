//! The doors that are sessions: one for each class of token, primary refresh tokens for each device.

use super::super::action::Action;
use super::super::claim::{Claim, Confidence, Fate, REPLICATION, Within};
use super::super::done::Target;
use super::super::source;
use super::super::token::TokenClass;
use super::door::{Door, DoorKind, device_name};
use super::scene::{Closing, Deed, Scene, later};
use super::verdict::Draft;
use crate::ids::ObjectId;
use crate::model::{Device, DeviceTrust, PerUserMfaState};
use crate::text::printable;

pub(super) fn doors(scene: &Scene<'_>) -> Vec<Door> {
    let mut doors: Vec<_> = TokenClass::ALL
        .into_iter()
        .filter(|class| !class.is_prt())
        .map(|class| session(scene, class))
        .collect();
    let devices = scene.picture.devices.collected().map(Vec::as_slice).unwrap_or_default();
    for (place, device) in devices.iter().enumerate() {
        doors.extend(
            [TokenClass::PasswordPrt, TokenClass::OtherPrt].map(|class| prt(scene, class, device, place)),
        );
    }
    doors
}

fn session(scene: &Scene<'_>, class: TokenClass) -> Door {
    let mut closings = scene.closings(|deed| Some((deed.done.action.on_session(class).weakest(), deed.sure)));
    closings.extend(scene.blocked_in_picture(Action::BlockSignIn.on_session(class).weakest()));
    let certain = match class {
        TokenClass::AppCookie | TokenClass::AppPassword => false,
        // Without per-user MFA there is nothing that could have been remembered by it, but other MFA may be.
        TokenClass::RememberedMfa => matches!(
            scene.picture.per_user_mfa.collected(),
            Some(PerUserMfaState::Enabled | PerUserMfaState::Enforced)
        ),
        _ => true,
    };
    let closers = scene.closers(|action| action.on_session(class).weakest().effect);
    let why = match class {
        TokenClass::AppCookie => "Entra cannot revoke it, and Graph cannot tell whether there is one".into(),
        TokenClass::AppPassword => "Graph lists no app passwords: look at the per-user MFA page".into(),
        TokenClass::RememberedMfa if !certain => {
            "whether a device is remembered cannot be read, and per-user MFA is off or was not read".into()
        }
        _ => survived(scene, class),
    };
    let (source, confidence) = evidence(class, &closers);
    let kind = DoorKind::Session { class, device: None };
    let draft = Draft { kind, label: class.to_string(), certain, why, closers, source, confidence };
    draft.judge(&closings, scene.now)
}

/// Says which of the actions that were done leave the session, or that none was done.
fn survived(scene: &Scene<'_>, class: TokenClass) -> String {
    let leaves = |deed: &&Deed<'_>| deed.done.action.on_session(class).weakest().effect == Fate::Survives;
    let mut left: Vec<_> =
        scene.deeds.iter().filter(leaves).map(|deed| deed.done.action.to_string()).collect();
    left.dedup();
    if left.is_empty() {
        "nothing that was done ends it".into()
    } else {
        format!("it survives: {}", left.join(", "))
    }
}

fn evidence(class: TokenClass, closers: &[Action]) -> (&'static str, Confidence) {
    let claim = closers.first().map(|action| action.on_session(class).weakest());
    claim.map_or((source::REVOKE_ACCESS, Confidence::Documented), |claim| (claim.source, claim.confidence))
}

fn prt(scene: &Scene<'_>, class: TokenClass, device: &Device, place: usize) -> Door {
    let mut closings = scene.closings(|deed| {
        let claim = deed.done.action.on_session(class).weakest();
        match deed.done.action {
            Action::DisableDevice | Action::DeleteDevice => {
                let sure = concerns(&deed.done.target, device.id)?;
                let claim =
                    if deed.done.action == Action::DisableDevice { disabled(device, claim) } else { claim };
                (!seen_enabled(scene, device, deed)).then_some((claim, deed.sure && sure))
            }
            _ => Some((claim, deed.sure)),
        }
    });
    closings.extend(scene.blocked_in_picture(Action::BlockSignIn.on_session(class).weakest()));
    if device.account_enabled == Some(false) {
        let at = scene.picture.taken_at;
        let claim = Claim::documented(Fate::Ended, Within::Replication, source::PRT)
            .note("the picture shows the device disabled");
        let claim = disabled(device, claim);
        closings.push(Closing {
            action: Action::DisableDevice,
            at,
            from: Some(later(at, REPLICATION)),
            to: None,
            sure: at <= scene.now && claim.effect.closes(),
            claim,
        });
    }
    let closers = scene.closers(|action| action.on_session(class).weakest().effect);
    let closers = if device.trust_type == Some(DeviceTrust::Hybrid) {
        let lasting = |action| if action == Action::DisableDevice { Action::DeleteDevice } else { action };
        closers.into_iter().map(lasting).collect()
    } else {
        closers
    };
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

/// Active Directory has the last word on a hybrid device, as on a synced account.
fn disabled(device: &Device, claim: Claim<Fate>) -> Claim<Fate> {
    if device.trust_type == Some(DeviceTrust::Hybrid) {
        Claim::inferred(Fate::Unknown, Within::Unknown, source::PRT).note(
            "a sync may enable a hybrid device again: disable it in Active Directory, or delete it here",
        )
    } else {
        claim
    }
}

/// Returns whether an action on a device was about this one: `None` if not, false if nobody says which it was.
fn concerns(target: &Target, device: Option<ObjectId>) -> Option<bool> {
    match target {
        Target::Device(id) => (Some(*id) == device).then_some(true),
        _ => Some(false),
    }
}

/// Returns whether a newer picture shows the device enabled: a sync may have done that.
fn seen_enabled(scene: &Scene<'_>, device: &Device, deed: &Deed<'_>) -> bool {
    device.account_enabled == Some(true) && scene.picture.taken_at >= later(deed.done.at, REPLICATION)
}
