//! The doors that are sessions: one for each class of token; primary refresh tokens are [`devices`].

use super::super::account::AccountKind;
use super::super::action::Action;
use super::super::token::TokenClass;
use super::devices;
use super::door::{Door, DoorKind};
use super::scene::Scene;
use super::survival::{evidence, survived};
use super::verdict::Draft;
use crate::model::PerUserMfaState;

pub(super) fn doors(scene: &Scene<'_>) -> Vec<Door> {
    let mut doors: Vec<_> = TokenClass::ALL
        .into_iter()
        .filter(|class| !class.is_prt())
        .map(|class| session(scene, class))
        .collect();
    doors.extend(devices::doors(scene));
    doors
}

fn session(scene: &Scene<'_>, class: TokenClass) -> Door {
    let mut closings = scene.closings(|deed| Some((deed.done.action.on_session(class).weakest(), deed.sure)));
    closings.extend(scene.blocked_in_snapshot(Action::BlockSignIn.on_session(class).weakest()));
    let certain = match class {
        TokenClass::AppCookie => false,
        // App passwords and remembered MFA belong to per-user MFA; without it other MFA may be remembered,
        // and old app passwords may be left.
        TokenClass::AppPassword | TokenClass::RememberedMfa => {
            let demanded = matches!(
                scene.snapshot.per_user_mfa.collected(),
                Some(PerUserMfaState::Enabled | PerUserMfaState::Enforced)
            );
            // The pages that we read do not mention app passwords of guests.
            demanded && !(class == TokenClass::AppPassword && scene.kind == AccountKind::ExternalGuest)
        }
        _ => true,
    };
    let closers = scene.closers(|action| action.on_session(class).weakest().effect);
    let why = match class {
        TokenClass::AppCookie => "Entra cannot revoke it, and Graph cannot show whether there is one".into(),
        TokenClass::AppPassword => {
            format!("{}; Graph lists no app passwords: look at the per-user MFA page", survived(scene, class))
        }
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
