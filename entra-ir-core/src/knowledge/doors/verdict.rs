//! The verdict: which closing decides, and the resulting state of the door.

use time::OffsetDateTime;

use super::super::action::Action;
use super::super::claim::{Confidence, Fate};
use super::super::source::Source;
use super::door::{Door, DoorKind, DoorState};
use super::place::place;
use super::scene::{Closing, whole_seconds};
use crate::text::moment;

/// A door before any action.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) kind: DoorKind,
    pub(super) label: String,
    /// Whether it is known to exist.
    pub(super) certain: bool,
    /// The reason for its state if nothing closes it.
    pub(super) why: String,
    pub(super) closers: Vec<Action>,
    pub(super) source: Source,
    pub(super) confidence: Confidence,
}

/// The state that the closings leave.
#[derive(Clone, Copy, Debug)]
pub(super) struct Verdict<'a> {
    pub(super) state: DoorState,
    /// What decides: what closes the door, or what may have ended it.
    by: Option<&'a Closing>,
    /// What ends a held door later, or may have ended it.
    then: Option<&'a Closing>,
}

impl Verdict<'_> {
    /// Returns *unknown*, for the door's own reason.
    pub(super) const UNKNOWN: Self = Self { state: DoorState::Unknown, by: None, then: None };

    /// Returns whether an action that ends every session decides.
    pub(super) fn is_by_revocation(&self) -> bool {
        self.by.is_some_and(|closing| closing.action.ends_all_sessions())
    }
}

impl Draft {
    /// Judges the door: the strongest closing counts.
    pub(super) fn judge(self, closings: &[Closing], now: OffsetDateTime) -> Door {
        let verdict = verdict(closings, now, self.certain);
        self.finish(&verdict)
    }

    /// Creates the door with a state that was determined elsewhere.
    pub(super) fn finish(self, verdict: &Verdict<'_>) -> Door {
        let Verdict { state, by, then } = *verdict;
        let why = match (by, state) {
            (Some(closing), DoorState::Unknown) => {
                let ends = closing.claim.effect.closes() && !closing.holds();
                let note = if closing.claim.note.is_empty() || ends {
                    "whether and when it took effect is uncertain"
                } else {
                    closing.claim.note
                };
                let may = if closing.holds() { "may hold it" } else { "may have ended it" };
                format!("{} {may}: {note}", closing.action)
            }
            (Some(closing), _) => shut_by(closing, then),
            (None, _) => self.why,
        };
        let mut closers = self.closers;
        match (state, then) {
            (DoorState::Open | DoorState::Unknown, _) => {}
            (_, Some(then)) if then.sure => closers.clear(),
            _ if state.is_only_held() => closers.retain(|action| !action.is_block()),
            _ => closers.clear(),
        }
        // A hold suspends later sessions as well; an end, or an MFA requirement, does not affect them.
        let ended = by.filter(|closing| {
            state.rank() >= 2 && matches!(closing.claim.effect, Fate::Ended | Fate::AskedAgain)
        });
        let claim = by.map(|closing| closing.claim);
        Door {
            began_before: ended
                .filter(|_| matches!(self.kind, DoorKind::Session { .. }))
                .map(|closing| whole_seconds(closing.at)),
            place: if state == DoorState::Unknown { place(&self.kind) } else { None },
            out_of_sight: self.kind.is_out_of_sight(),
            given: false,
            kind: self.kind,
            label: self.label,
            state,
            why,
            until: match state {
                DoorState::Closing { until, .. } => Some(until),
                DoorState::Held { .. } => then.filter(|then| then.sure).and_then(|then| then.from),
                _ => None,
            },
            closed_by: closers,
            sources: vec![claim.map_or(self.source, |claim| claim.source)],
            confidence: claim.map_or(self.confidence, |claim| claim.confidence),
        }
    }
}

/// Describes what closes a door; what ends it comes first.
fn shut_by(closing: &Closing, then: Option<&Closing>) -> String {
    let note =
        if closing.claim.note.is_empty() { String::new() } else { format!(": {}", closing.claim.note) };
    let shut = format!("{}, {}{note}", closing.action, closing.claim.within);
    let again = if closing.action.is_block() { "when unblocked" } else { "when that is undone" };
    match then {
        _ if !closing.holds() => format!("ended by {shut}"),
        Some(Closing { sure: true, from: Some(from), action, .. }) => {
            format!("ended by {action} from {} on; until then held by {shut}", moment(*from))
        }
        Some(then) => {
            format!(
                "held by {shut}; works again {again}, unless {} ended it, which is uncertain",
                then.action
            )
        }
        None => format!("held by {shut}; works again {again}"),
    }
}

/// Finds the state that the closings leave, and what decides. What ends a door outweighs what holds it. A
/// door that is held now is reported as held although its end is pending: nobody gets in.
pub(super) fn verdict(closings: &[Closing], now: OffsetDateTime, certain: bool) -> Verdict<'_> {
    let mut ends: Option<&Closing> = None;
    let mut holds: Option<&Closing> = None;
    let mut perhaps: Option<&Closing> = None;
    for closing in closings.iter().filter(|closing| closing.to.is_none_or(|to| to > now)) {
        if closing.sure && closing.from.is_some() {
            let best = if closing.holds() { &mut holds } else { &mut ends };
            if best.is_none_or(|best| closing.from < best.from) {
                *best = Some(closing);
            }
        } else if perhaps.is_none_or(|best| best.holds() || !closing.holds()) {
            perhaps = Some(closing);
        }
    }
    let moment =
        |closing: Option<&Closing>| closing.and_then(|closing| Some((closing.action, closing.from?)));
    let may_have_ended = perhaps.filter(|closing| !closing.holds());
    match (moment(ends), moment(holds)) {
        (Some((by, since)), _) if since <= now => {
            Verdict { state: DoorState::Closed { by, since }, by: ends, then: None }
        }
        (_, Some((by, since))) if since <= now => {
            Verdict { state: DoorState::Held { by, since }, by: holds, then: ends.or(may_have_ended) }
        }
        (Some((by, until)), _) => {
            Verdict { state: DoorState::Closing { by, until, held: false }, by: ends, then: None }
        }
        (None, Some((by, until))) => {
            let state = DoorState::Closing { by, until, held: true };
            Verdict { state, by: holds, then: may_have_ended }
        }
        (None, None) if perhaps.is_some() || !certain => {
            Verdict { state: DoorState::Unknown, by: perhaps, then: None }
        }
        (None, None) => Verdict { state: DoorState::Open, by: None, then: None },
    }
}

/// Returns whether periods cover another one completely.
pub(super) fn covered(
    mut stretches: Vec<(OffsetDateTime, Option<OffsetDateTime>)>,
    from: OffsetDateTime,
    to: OffsetDateTime,
) -> bool {
    stretches.sort();
    let mut reached = from;
    for (start, end) in stretches {
        if start > reached {
            break;
        }
        match end {
            None => return true,
            Some(end) => reached = reached.max(end),
        }
    }
    reached > to
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(60 * minute).unwrap()
    }

    #[test]
    fn stretches_cover_without_a_gap_or_not_at_all() {
        let of =
            |list: &[(i64, Option<i64>)]| list.iter().map(|(from, to)| (at(*from), to.map(at))).collect();
        assert!(covered(of(&[(5, None)]), at(5), at(90)));
        assert!(!covered(of(&[(6, None)]), at(5), at(90)));
        assert!(covered(of(&[(30, None), (0, Some(40))]), at(5), at(90)));
        assert!(!covered(of(&[(0, Some(40)), (41, None)]), at(5), at(90)));
        assert!(!covered(of(&[(0, Some(40))]), at(5), at(40)), "at its end it is over");
        assert!(!covered(Vec::new(), at(5), at(5)));
    }

    #[test]
    fn the_end_of_time_is_no_panic() {
        let end = time::PrimitiveDateTime::MAX.assume_utc();
        assert_eq!(super::super::scene::later(end, std::time::Duration::MAX), end);
    }
}
