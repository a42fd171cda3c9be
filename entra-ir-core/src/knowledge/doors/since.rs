//! The door of sessions that began after the last revocation, through a way that was closed only later.

use super::super::action::Action;
use super::super::claim::{Claim, Confidence, Fate, Within};
use super::super::source;
use super::super::token::TokenClass;
use super::door::{Door, DoorKind, DoorState};
use super::methods::{Way, ways};
use super::scene::{Closing, Scene};
use super::verdict::{Draft, covered, verdict};
use crate::model::MethodKind;

/// How certain it is that no session can have begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shut {
    No,
    Perhaps,
    Yes,
}

pub(super) fn door(scene: &Scene<'_>) -> Door {
    let ways = ways(scene);
    let draft = |why: String| Draft {
        kind: DoorKind::SessionsSince,
        label: "sessions begun since the last revocation".into(),
        certain: true,
        why,
        closers: scene.closers(|action| {
            if action.ends_all_sessions() {
                Fate::Ended
            } else {
                action.on_session(TokenClass::PlainAccessToken).weakest().effect
            }
        }),
        source: source::REFRESH_TOKENS,
        confidence: Confidence::Inferred,
    };
    let mut candidates = blocked(scene);
    let mut why = String::from("no revocation is known: sessions begun at any time survive");
    for revocation in revocations(scene) {
        let (shut, by) = shut_since(scene, &ways, &revocation);
        match shut {
            Shut::Yes => candidates.push(revocation),
            Shut::Perhaps => candidates.push(Closing { sure: false, ..revocation }),
            Shut::No => {}
        }
        why = match shut {
            Shut::No => {
                format!("begun after {}, by {by}: revoke again once that is closed", revocation.action)
            }
            Shut::Perhaps => format!(
                "may have begun after {}, by {by}: revoke again, minutes after the last door was closed",
                revocation.action
            ),
            Shut::Yes => why,
        };
    }
    let verdict = verdict(&candidates, scene.now, true);
    let mut door = draft(why.clone()).finish(&verdict);
    if verdict.state == DoorState::Unknown && verdict.is_by_revocation() {
        door.why = why;
    }
    door
}

/// The revocations that were done; each closes what began before it.
pub(super) fn revocations(scene: &Scene<'_>) -> Vec<Closing> {
    let claim = Claim::documented(Fate::Ended, Within::AccessToken, source::REVOKE)
        .note("the last access token of an ended session lives about an hour");
    scene.closings(|deed| deed.done.action.ends_all_sessions().then_some((claim, deed.sure)))
}

/// What suspends every session while it lasts.
pub(super) fn blocked(scene: &Scene<'_>) -> Vec<Closing> {
    let claim = Action::BlockSignIn.on_session(TokenClass::PlainAccessToken).weakest();
    let mut blocks = scene.closings(|deed| {
        let action = deed.done.action;
        action.is_block().then(|| (action.on_session(TokenClass::PlainAccessToken).weakest(), deed.sure))
    });
    blocks.extend(scene.blocked_in_snapshot(claim));
    blocks
}

/// Returns whether every way was closed from a revocation on, and if not, which one was not.
fn shut_since(scene: &Scene<'_>, ways: &[Way], revocation: &Closing) -> (Shut, String) {
    let mut least = (Shut::Yes, String::new());
    for way in ways {
        let from = way.created.map_or(revocation.at, |created| created.max(revocation.at));
        let shut = match shut(&way.closings, from, scene.now) {
            Shut::No if !way.certain => Shut::Perhaps,
            shut => shut,
        };
        if shut < least.0 {
            least = (shut, way.label.clone());
        }
    }
    let is_whole = |list: &crate::model::MethodList| list.is_whole() && list.types_unread.is_empty();
    if least.0 == Shut::Yes && !scene.snapshot.methods.collected().is_some_and(is_whole) {
        least = (Shut::Perhaps, "a method that could not be read".into());
    }
    // Before the snapshot there may have been methods that it no longer shows.
    let blocks = scene.blocks(&MethodKind::Password);
    if least.0 == Shut::Yes
        && revocation.at < scene.snapshot.taken_at
        && shut(&blocks, revocation.at, scene.snapshot.taken_at.min(scene.now)) != Shut::Yes
    {
        least = (Shut::Perhaps, "a method that existed then and that the snapshot no longer shows".into());
    }
    least
}

/// Returns whether something is closed throughout a period.
pub(super) fn shut_through(
    closings: &[Closing],
    from: time::OffsetDateTime,
    to: time::OffsetDateTime,
) -> (bool, bool) {
    let shut = shut(closings, from, to);
    (shut == Shut::Yes, shut >= Shut::Perhaps)
}

fn shut(closings: &[Closing], from: time::OffsetDateTime, to: time::OffsetDateTime) -> Shut {
    let sure = closings.iter().filter(|closing| closing.sure);
    let sure = sure.filter_map(|closing| Some((closing.from?, closing.to))).collect();
    let perhaps = closings.iter().map(|closing| (closing.at, closing.to)).collect();
    if covered(sure, from, to) {
        Shut::Yes
    } else if covered(perhaps, from, to) {
        Shut::Perhaps
    } else {
        Shut::No
    }
}
