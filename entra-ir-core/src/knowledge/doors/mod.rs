//! Computes which doors are open: every way in, whether it is closed, since when and by what, and what would
//! close it.

mod consents;
mod devices;
mod door;
mod methods;
mod next;
mod opened;
mod place;
mod print;
mod registration;
mod scene;
mod sessions;
mod since;
mod survival;
mod unseen;
mod verdict;

pub(super) use door::consent_name;
pub use door::{Door, DoorKind, DoorState, Unseen};
pub use next::NextPress;

use std::collections::HashSet;

use serde::Serialize;
use time::OffsetDateTime;

use super::action::Action;
use super::done::ActionDone;
use crate::ids::ObjectId;
use crate::model::AccountSnapshot;
use crate::receipt::Grade;
use scene::Scene;

/// Lists every way into an account, worst first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(remote = "Self")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = Self::beside))]
#[non_exhaustive]
pub struct OpenDoors {
    /// The account, by object id.
    pub user: ObjectId,
    /// The time of the assessment. UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub now: OffsetDateTime,
    /// When the snapshot was taken. UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub snapshot_taken_at: OffsetDateTime,
    /// The doors, worst first: those that are open, unknown, closing, held, closed.
    pub doors: Vec<Door>,
    /// The next actions that close every door that can be closed; the action that closes most comes first.
    pub next: Vec<NextPress>,
    /// Notes for reading the doors.
    pub notes: Vec<String>,
    /// The same doors as if sign-in were unblocked; `None` if no block holds a door.
    #[serde(rename = "if_unblocked", skip_serializing_if = "Option::is_none")]
    unblocked: Option<Box<Self>>,
}

crate::json::beside!(OpenDoors {
    /// Whether none is open, unknown, closing, or only held. It hardly ever is: Graph cannot show everything.
    all_closed: bool = Self::is_closed;
    /// Whether every door that Graph can show is closed, but those given to the rightful user: the condition
    /// for a script.
    all_closed_in_sight: bool = Self::is_closed_in_sight;
    /// When the last of the closing doors is shut (UTC); None if none is closing. Doors that are open or
    /// unknown stay so.
    all_closed_from: crate::json::Moment = Self::all_closed_from;
});

impl OpenDoors {
    /// Lists the open doors.
    pub fn open(&self) -> impl Iterator<Item = &Door> {
        self.doors.iter().filter(|door| door.state == DoorState::Open)
    }

    /// Lists the open doors that an action would close.
    pub fn closable(&self) -> impl Iterator<Item = &Door> {
        self.open().filter(|door| !door.closed_by.is_empty())
    }

    /// Lists the unknown doors.
    pub fn unknown(&self) -> impl Iterator<Item = &Door> {
        self.doors.iter().filter(|door| door.state == DoorState::Unknown)
    }

    /// Lists the doors that are still open and will be closed at a known time.
    pub fn closing(&self) -> impl Iterator<Item = &Door> {
        self.doors.iter().filter(|door| matches!(door.state, DoorState::Closing { .. }))
    }

    /// Lists the doors that are only held: by a block, which will be lifted, by a deletion that can be
    /// undone, by a pass that expires.
    pub fn held(&self) -> impl Iterator<Item = &Door> {
        self.doors.iter().filter(|door| matches!(door.state, DoorState::Held { .. }))
    }

    /// Lists the doors that are closed.
    pub fn closed(&self) -> impl Iterator<Item = &Door> {
        self.doors.iter().filter(|door| matches!(door.state, DoorState::Closed { .. }))
    }

    /// Returns whether every door is closed: none open, unknown, closing, or only held. This is rarely true,
    /// because Graph cannot show everything; see [`is_closed_in_sight`](Self::is_closed_in_sight).
    pub fn is_closed(&self) -> bool {
        self.doors.iter().all(|door| matches!(door.state, DoorState::Closed { .. }))
    }

    /// Returns whether every door that Graph can show is closed: none open, unknown, closing, or only held.
    /// Doors that are [out of sight](Door::out_of_sight) do not count: a person must check the applications'
    /// own sessions, mail rules, consents and the like. Nor does what was [given](Door::given) to the
    /// rightful user: the new password, a pass. Use this condition in a script. That no door is *open* is
    /// weaker, since what only a block holds works again afterwards.
    pub fn is_closed_in_sight(&self) -> bool {
        self.doors
            .iter()
            .all(|door| matches!(door.state, DoorState::Closed { .. }) || door.out_of_sight || door.given)
    }

    /// Returns the same doors as if sign-in were unblocked at this time: what only a block holds is open
    /// again. A block in the guest's home tenant remains, since this tenant cannot lift it.
    pub fn if_unblocked(&self) -> &Self {
        self.unblocked.as_deref().unwrap_or(self)
    }

    /// Finds a door.
    pub fn find(&self, kind: &DoorKind) -> Option<&Door> {
        self.doors.iter().find(|door| door.kind == *kind)
    }

    /// Returns the time from which the last of the closing doors is closed or held. Open and unknown doors do
    /// not change.
    pub fn all_closed_from(&self) -> Option<OffsetDateTime> {
        self.doors
            .iter()
            .filter_map(|door| match door.state {
                DoorState::Closing { until, .. } => Some(until),
                _ => None,
            })
            .max()
    }
}

/// Returns every way in and its state, with the reason, the time limit, and what closes it. A pure function:
/// the snapshot holds what exists, `done` what was done about it, and the tables what that ended. Rules:
/// * A door is *closed* only if a cell with a source says so, and only when its time has passed; of two
///   claims the weaker counts.
/// * An action that was not sent does not count. An action that may have been done leaves the door *unknown*,
///   and so do unknown types of methods and parts that could not be read.
/// * What a block closes, or a deletion that can be undone, is *held*, not closed:
///   [`OpenDoors::if_unblocked`] returns its state without the block. Of a hold and an end, the end counts.
/// * If no method is left that counts as MFA, the registration of a new one is a door
///   ([`DoorKind::Registration`]).
/// * An action in the future of `now` does not count yet. A snapshot newer than an action outweighs the
///   action: sign-in that it shows enabled is not blocked. Within one second, a removal that read the list
///   back outweighs the snapshot.
/// * The session doors are the sessions that began before what ended them; later ones belong to the doors of
///   the methods they began with. Whether one may have begun between the last revocation and the closing of
///   the last method is a separate door ([`DoorKind::SessionsSince`]).
/// * What an action opened (a pass, a new password) is a door, including the sessions begun with it.
/// * What Graph cannot show is listed as *unknown*, never omitted.
///
/// Source: the tables of [`knowledge`](super), each cell with its own.
///
/// ```
/// use entra_ir_core::model::{AccountSnapshot, MethodKind, Part, User};
/// use entra_ir_core::receipt::Grade;
/// use entra_ir_core::knowledge::{Action, ActionDone, DoorKind, DoorState, TokenClass, open_doors};
/// use time::{Duration, OffsetDateTime};
///
/// let user: User = serde_json::from_str(r#"{"id":"3b41c05e-73a1-43b7-86d7-ed8409f55900"}"#)?;
/// let nine = OffsetDateTime::from_unix_timestamp(1_780_000_000)?;
/// let snapshot = AccountSnapshot::new(user, nine);
///
/// let revoked = ActionDone::new(Action::RevokeSignInSessions, nine, Grade::Confirmed);
/// let doors = open_doors(&snapshot, &[revoked], nine + Duration::minutes(20));
/// let state = |class| doors.find(&DoorKind::Session { class, device: None }).unwrap().state;
/// assert!(matches!(state(TokenClass::OtherCookie), DoorState::Closed { .. }));
/// assert!(matches!(state(TokenClass::PlainAccessToken), DoorState::Closing { .. }), "about an hour");
/// assert_eq!(state(TokenClass::AppCookie), DoorState::Unknown, "Graph cannot tell");
/// assert!(doors.unknown().any(|door| door.why.contains("not read")), "the methods were not read");
/// println!("{doors}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn open_doors(snapshot: &AccountSnapshot, done: &[ActionDone], now: OffsetDateTime) -> OpenDoors {
    let mut doors = told(snapshot, done, now);
    if doors.doors.iter().any(|door| door.state.is_only_held()) {
        let unblocked = ActionDone::new(Action::UnblockSignIn, now, Grade::Confirmed);
        let done: Vec<_> = done.iter().cloned().chain([unblocked]).collect();
        doors.unblocked = Some(Box::new(told(snapshot, &done, now)));
    }
    doors
}

fn told(snapshot: &AccountSnapshot, done: &[ActionDone], now: OffsetDateTime) -> OpenDoors {
    let scene = Scene::of(snapshot, done, now);
    let mut doors = sessions::doors(&scene);
    doors.extend(methods::doors(&scene));
    doors.push(since::door(&scene));
    doors.extend(registration::door(&scene));
    doors.extend(opened::doors(&scene));
    doors.extend(consents::doors(&scene));
    doors.extend(unseen::doors(&scene));
    doors.sort_by_key(|door| (door.state.rank(), door.kind.rank()));
    // Two resets in one second are one door; the worse of both counts.
    let mut seen = HashSet::new();
    doors.retain(|door| seen.insert(door.kind.clone()));
    for door in &mut doors {
        door.given = opened::is_given(&door.kind, &scene);
    }
    let notes = scene.notes();
    let (user, snapshot_taken_at, next) = (snapshot.user.id, snapshot.taken_at, next::of(&doors));
    OpenDoors { user, now, snapshot_taken_at, doors, next, notes, unblocked: None }
}

/// Returns whether to propose an action: of several ways to the same end the one by Graph, or the one
/// on-premises.
pub(super) const fn is_proposed(action: Action) -> bool {
    !matches!(
        action,
        Action::ResetPasswordAzurePortal
            | Action::ResetPasswordEntraAdminCenter
            | Action::ResetPasswordM365AdminCenter
            | Action::ChangePassword
            | Action::RevokeMfaSessions
            | Action::SingleSignOut
            | Action::DeleteDevice
            | Action::WipeDevice
    ) && action.can_be_done()
}

#[cfg(test)]
mod tests;
