//! What cannot be known from Graph, said as such.

use super::super::account::AccountKind;
use super::super::action::Action;
use super::super::claim::Confidence;
use super::super::source;
use super::door::{Door, DoorKind, DoorState, Unseen};
use super::print::moment;
use super::scene::Scene;
use super::verdict::Draft;
use crate::model::Part;

pub(super) fn doors(scene: &Scene<'_>) -> Vec<Door> {
    let picture = scene.picture;
    let mut doors = Vec::new();
    let mut list = |what, why: String| doors.push(door(what, why));
    match &picture.methods {
        Part::Collected(methods) if !methods.is_whole() => {
            list(
                Unseen::MethodsInPart,
                "the list of methods was not whole: beta-only or unreadable methods may remain".into(),
            );
        }
        Part::Collected(_) => {}
        part => list(Unseen::MethodsNotRead, unread("the methods", part)),
    }
    list(
        Unseen::LaterMethods,
        format!(
            "what was registered since the picture was taken ({}) is not in it",
            moment(picture.taken_at)
        ),
    );
    match &picture.devices {
        Part::Collected(_) => {
            list(
                Unseen::OtherDevices,
                "a device that the user neither owns nor is registered on may hold a primary refresh token"
                    .into(),
            );
        }
        part => list(Unseen::DevicesNotRead, unread("the devices", part)),
    }
    list(
        Unseen::Consents,
        "consents, and app roles, are not in the picture: an application that has one goes on".into(),
    );
    list(
        Unseen::HiddenMailRules,
        "Graph shows neither hidden inbox rules nor the forwarding of the mailbox: look in Exchange".into(),
    );
    if scene.kind == AccountKind::Synced
        || (scene.federated != Some(false) && picture.user.on_premises_sync_enabled == Some(true))
    {
        list(
            Unseen::OnPremises,
            "Active Directory, its Kerberos tickets and cached Windows sign-in are out of Graph's sight"
                .into(),
        );
    }
    if scene.federated == Some(true) {
        list(
            Unseen::IdentityProvider,
            "the identity provider's own sessions are out of Graph's sight".into(),
        );
    }
    doors
}

fn unread<T>(what: &str, part: &Part<T>) -> String {
    let state = part.state();
    match part.reason() {
        Some(reason) => format!("{what} were not read ({state}): {}", crate::text::printable(reason)),
        None => format!("{what} were not read ({state})"),
    }
}

fn door(what: Unseen, why: String) -> Door {
    let (label, closers, source): (_, &[Action], _) = match what {
        Unseen::MethodsNotRead => {
            ("methods that were not read", &[Action::DeleteMethods], source::DELETE_METHODS)
        }
        Unseen::MethodsInPart => {
            ("methods that the list does not show", &[Action::DeleteMethods], source::DELETE_METHODS)
        }
        Unseen::LaterMethods => ("methods registered since the picture", &[], source::DELETE_METHODS),
        Unseen::DevicesNotRead => {
            ("devices that were not read", &[Action::DisableDevice], source::REVOKE_ACCESS)
        }
        Unseen::OtherDevices => ("devices that are not listed", &[Action::DisableDevice], source::PRT),
        Unseen::Consents => ("consents and app roles", &[Action::DeleteConsent], source::GRANT),
        Unseen::HiddenMailRules => ("hidden inbox rules and forwarding", &[], source::PRACTICE),
        Unseen::OnPremises => (
            "on-premises sign-in",
            &[Action::BlockOnPremises, Action::ResetPasswordOnPremises],
            source::REVOKE_ACCESS,
        ),
        Unseen::IdentityProvider => {
            ("the federated identity provider", &[Action::ResetPasswordOnPremises], source::CONCLUDED)
        }
    };
    let draft = Draft {
        kind: DoorKind::Unseen { what },
        label: label.into(),
        certain: false,
        why,
        closers: closers.to_vec(),
        source,
        confidence: Confidence::Inferred,
    };
    draft.finish(DoorState::Unknown, None)
}
