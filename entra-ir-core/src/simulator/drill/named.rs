//! Whether a run names a way as open.

use super::super::sign_in::{Elsewhere, Way};
use crate::containment::{Run, StepState};
use crate::knowledge::{DoorKind, DoorState, OpenDoors, Task, TokenClass, Unseen};
use crate::model::MethodKind;

/// Returns whether a run, or a look at the doors, names a way as open, closing or unknown.
pub(super) fn is_named(way: &Way, doors: &OpenDoors, run: &Run) -> bool {
    let open = |is: &dyn Fn(&DoorKind) -> bool| {
        doors.doors.iter().any(|door| {
            let may_be =
                matches!(door.state, DoorState::Open | DoorState::Unknown | DoorState::Closing { .. });
            may_be && is(&door.kind)
        })
    };
    let since = |kind: &DoorKind| matches!(kind, DoorKind::SessionsSince);
    match way {
        Way::Session { class, device } => open(&|kind| match kind {
            DoorKind::Session { class: of, device: on } => {
                of == class && on.as_ref().is_none_or(|on| *on == device.to_string())
            }
            kind => since(kind),
        }),
        Way::Password => open(&|kind| {
            matches!(kind, DoorKind::Password | DoorKind::NewPassword { .. } | DoorKind::Registration)
        }),
        Way::Method { id, .. } | Way::Reset { id, .. } => {
            open(&|kind| matches!(kind, DoorKind::Method { id: of, .. } if of == id))
        }
        Way::Pass => open(&|kind| {
            matches!(
                kind,
                DoorKind::AccessPass { .. }
                    | DoorKind::Method { method: MethodKind::TemporaryAccessPass, .. }
            )
        }),
        Way::Application => open(&|kind| {
            matches!(kind, DoorKind::Consent { .. } | DoorKind::Unseen { what: Unseen::TenantWideConsents })
        }),
        Way::AppPassword => {
            open(&|kind| matches!(kind, DoorKind::Session { class: TokenClass::AppPassword, .. }))
        }
        Way::Home => open(&|kind| matches!(kind, DoorKind::HomeTenant)),
        Way::Elsewhere(place) => {
            let unseen = unseen(*place);
            is_left(*place, run)
                || open(&|kind| matches!(kind, DoorKind::Unseen { what } if Some(*what) == unseen))
        }
    }
}

/// Returns what no snapshot shows of a place.
const fn unseen(place: Elsewhere) -> Option<Unseen> {
    match place {
        Elsewhere::MailRule | Elsewhere::Mailbox => Some(Unseen::HiddenMailRules),
        Elsewhere::OwnedApplication => Some(Unseen::OwnedApplications),
        Elsewhere::ActiveDirectory => Some(Unseen::OnPremises),
        _ => None,
    }
}

/// Returns whether a run leaves a place to people: by a step that is not ticked off, or by its name.
fn is_left(place: Elsewhere, run: &Run) -> bool {
    let by_hand = |task: Task| {
        let mut left = run.steps.iter().filter(|ran| ran.state == StepState::ByHand);
        left.any(|ran| ran.title == task.to_string())
    };
    let outside = |place: &str| run.outside.iter().any(|outside| outside.starts_with(place));
    match place {
        Elsewhere::MailRule | Elsewhere::Mailbox => outside("Exchange"),
        Elsewhere::Endpoint | Elsewhere::Intune => outside("Intune, endpoint"),
        Elsewhere::Azure => outside("Azure"),
        Elsewhere::ActiveDirectory => outside("Active Directory"),
        Elsewhere::SecondAccount => by_hand(Task::SearchTenant),
        Elsewhere::OwnedApplication => by_hand(Task::CleanOwnedApplications),
        Elsewhere::OtherAccounts => by_hand(Task::SearchOthers),
    }
}
