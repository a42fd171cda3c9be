//! The verdict: which of the closings decides, and how the door then stands.

use time::OffsetDateTime;

use super::super::action::Action;
use super::super::claim::{Confidence, Fate};
use super::door::{Door, DoorKind, DoorState};
use super::scene::Closing;

/// What a door is before anything was done about it.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) kind: DoorKind,
    pub(super) label: String,
    /// Whether it is known to be there.
    pub(super) certain: bool,
    /// Why it stands as it does if nothing closes it.
    pub(super) why: String,
    pub(super) closers: Vec<Action>,
    pub(super) source: &'static str,
    pub(super) confidence: Confidence,
}

impl Draft {
    /// Judges the door: the closing that shuts it best counts.
    pub(super) fn judge(self, closings: &[Closing], now: OffsetDateTime) -> Door {
        let (state, by) = verdict(closings, now, self.certain);
        self.finish(state, by)
    }

    /// Makes the door with a state that was found otherwise.
    pub(super) fn finish(self, state: DoorState, by: Option<&Closing>) -> Door {
        let open = state.rank() < 2;
        let why = match (by, state) {
            (Some(closing), DoorState::Closed { .. } | DoorState::Closing { .. }) => {
                let word = if closing.claim.effect == Fate::Held { "held by" } else { "ended by" };
                let note = if closing.claim.note.is_empty() {
                    String::new()
                } else {
                    format!(": {}", closing.claim.note)
                };
                format!("{word} {}, {}{note}", closing.action, closing.claim.within)
            }
            (Some(closing), DoorState::Unknown) => {
                let note = if closing.claim.note.is_empty() || closing.claim.effect.closes() {
                    "it is not sure that it took effect, or when"
                } else {
                    closing.claim.note
                };
                format!("{} may have ended it: {note}", closing.action)
            }
            _ => self.why,
        };
        // A hold reaches later sessions as well; what ends, or asks for MFA again, does not.
        let ended =
            by.filter(|closing| !open && matches!(closing.claim.effect, Fate::Ended | Fate::AskedAgain));
        let claim = by.map(|closing| closing.claim);
        Door {
            began_before: ended
                .filter(|_| matches!(self.kind, DoorKind::Session { .. }))
                .map(|closing| whole_seconds(closing.at)),
            kind: self.kind,
            label: self.label,
            state,
            why,
            until: match state {
                DoorState::Closing { until, .. } => Some(until),
                _ => None,
            },
            closed_by: if open { self.closers } else { Vec::new() },
            sources: vec![claim.map_or(self.source, |claim| claim.source)],
            confidence: claim.map_or(self.confidence, |claim| claim.confidence),
        }
    }
}

/// Cuts a moment to the second in which the service compares: a session of the same second may have been spared.
fn whole_seconds(moment: OffsetDateTime) -> OffsetDateTime {
    moment.replace_nanosecond(0).unwrap_or(moment)
}

/// Finds the state that the closings leave, and the one that decides.
pub(super) fn verdict(
    closings: &[Closing],
    now: OffsetDateTime,
    certain: bool,
) -> (DoorState, Option<&Closing>) {
    let holds = closings.iter().filter(|closing| closing.to.is_none_or(|to| to > now));
    let mut best: Option<&Closing> = None;
    let mut perhaps: Option<&Closing> = None;
    for closing in holds {
        if closing.sure && closing.from.is_some() {
            if best.is_none_or(|best| closing.from < best.from) {
                best = Some(closing);
            }
        } else {
            perhaps = Some(closing);
        }
    }
    match (best, best.and_then(|best| best.from)) {
        (Some(closing), Some(from)) if from <= now => {
            (DoorState::Closed { by: closing.action, since: from }, best)
        }
        (Some(closing), Some(from)) => (DoorState::Closing { by: closing.action, until: from }, best),
        _ if perhaps.is_some() || !certain => (DoorState::Unknown, perhaps),
        _ => (DoorState::Open, None),
    }
}

/// Tells whether stretches of time cover another one whole.
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
