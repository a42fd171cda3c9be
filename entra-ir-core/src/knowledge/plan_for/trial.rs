//! Trials: what some of the candidates leave of each door, compared with what all of them leave.

use std::collections::HashMap;

use super::super::action::Action;
use super::super::doors::{Door, DoorKind, DoorState, OpenDoors, open_doors};
use super::candidate::{Candidate, done};
use crate::model::AccountSnapshot;

/// The rank of a closed door.
const CLOSED: u8 = 4;

/// The rank of each door, with the block and without it.
type Ranks = [HashMap<DoorKind, u8>; 2];

/// An account and the candidates for it.
#[derive(Debug)]
pub(super) struct Trial<'a> {
    snapshot: &'a AccountSnapshot,
    pub(super) candidates: Vec<Candidate>,
    /// What all candidates together leave.
    best: Ranks,
}

impl<'a> Trial<'a> {
    pub(super) fn new(snapshot: &'a AccountSnapshot, candidates: Vec<Candidate>) -> Self {
        let mut trial = Self { snapshot, candidates, best: Ranks::default() };
        trial.best = trial.ranks(&trial.doors(|_| true));
        trial
    }

    /// Returns the places of a set of candidates that leaves every door as good as all of them do, and of
    /// which none can be omitted. The dearest are omitted first.
    pub(super) fn least(&self) -> Vec<usize> {
        let mut kept: Vec<_> = (0..self.candidates.len()).collect();
        let mut by_cost = kept.clone();
        by_cost.sort_by_key(|place| std::cmp::Reverse(self.candidates[*place].cost(&self.candidates)));
        loop {
            let before = kept.len();
            for place in &by_cost {
                let fewer: Vec<_> = kept.iter().copied().filter(|one| one != place).collect();
                if fewer.len() < kept.len() && self.is_as_good(&fewer) {
                    kept = fewer;
                }
            }
            // What an omitted action had opened may have been the only reason for another one.
            if kept.len() == before {
                return kept;
            }
        }
    }

    /// Returns the labels of the doors that are worse without some of a set, and a sentence about the worst.
    pub(super) fn without(&self, kept: &[usize], omitted: &[usize]) -> (Vec<String>, String) {
        let with = self.ranks(&self.doors(|place| kept.contains(&place)));
        let without = self.doors(|place| kept.contains(&place) && !omitted.contains(&place));
        let (mut labels, mut why) = (Vec::new(), String::new());
        let mut seen = Vec::new();
        for (view, with) in views(&without).into_iter().zip(&with) {
            for door in view.0 {
                let before = with.get(&door.kind).copied().unwrap_or(CLOSED);
                if self.rank(door) >= before || seen.contains(&&door.kind) {
                    continue;
                }
                if seen.is_empty() {
                    why = format!(
                        "without it, {} is {}{}: {}",
                        door.label,
                        door.state.word(),
                        view.1,
                        door.why
                    );
                }
                seen.push(&door.kind);
                labels.push(door.label.clone());
            }
        }
        (labels, why)
    }

    fn is_as_good(&self, chosen: &[usize]) -> bool {
        let ranks = self.ranks(&self.doors(|place| chosen.contains(&place)));
        let is_worse = |best: &HashMap<DoorKind, u8>, (kind, rank): (&DoorKind, &u8)| {
            *rank < best.get(kind).copied().unwrap_or(CLOSED)
        };
        ranks.iter().zip(&self.best).all(|(ranks, best)| !ranks.iter().any(|door| is_worse(best, door)))
    }

    fn doors(&self, is_chosen: impl Fn(usize) -> bool) -> OpenDoors {
        let (done, now) = done(self.snapshot, &self.candidates, is_chosen);
        open_doors(self.snapshot, &done, now)
    }

    fn ranks(&self, doors: &OpenDoors) -> Ranks {
        views(doors).map(|(doors, _)| doors.iter().map(|door| (door.kind.clone(), self.rank(door))).collect())
    }

    fn rank(&self, door: &Door) -> u8 {
        match door.state {
            _ if door.given => CLOSED,
            // Until it expires, the pass works.
            DoorState::Closed { by: Action::TemporaryAccessPassExpires, since }
                if since > self.snapshot.taken_at =>
            {
                DoorState::Open.rank()
            }
            state => state.rank(),
        }
    }
}

/// The doors with the block and without it, each with what to say of it.
fn views(doors: &OpenDoors) -> [(&[Door], &'static str); 2] {
    [(&doors.doors, ""), (&doors.if_unblocked().doors, ", when the block is lifted")]
}
