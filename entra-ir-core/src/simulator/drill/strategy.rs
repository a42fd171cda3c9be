//! When an adversary makes which move.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt as _, SeedableRng as _};

use super::super::sign_in::Move;

/// When an adversary makes which move. There is a gap before each request and before each thing that people
/// do, and at each look at the clock afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Strategy {
    /// He uses what he has, and makes no other move.
    Waits,
    /// He makes every move in every gap.
    Greedy,
    /// He makes this move in every gap, and no other.
    Only(Move),
    /// He makes these moves, each in the gap of this number, and uses what he has.
    These(Vec<(usize, Move)>),
    /// He makes some moves in some gaps, drawn by a seed.
    Random(u64),
}

/// A strategy in play.
#[derive(Clone, Debug)]
pub(super) struct Turns {
    strategy: Strategy,
    drawn: Xoshiro256PlusPlus,
}

impl Turns {
    pub(super) fn new(strategy: Strategy) -> Self {
        let seed = if let Strategy::Random(seed) = strategy { seed } else { 0 };
        Self { strategy, drawn: Xoshiro256PlusPlus::seed_from_u64(seed) }
    }

    /// Returns the moves in a gap.
    pub(super) fn moves(&mut self, gap: usize) -> Vec<Move> {
        match &self.strategy {
            Strategy::Waits => Vec::new(),
            Strategy::Greedy => Move::ALL.into_iter().filter(|played| played.is_his()).collect(),
            Strategy::Only(played) => vec![*played],
            Strategy::These(moves) => {
                moves.iter().filter(|(at, _)| *at == gap).map(|(_, played)| *played).collect()
            }
            Strategy::Random(_) => {
                let mut all = Move::ALL.into_iter();
                all.by_ref().filter(|_| self.drawn.random_ratio(1, 12)).collect()
            }
        }
    }
}
