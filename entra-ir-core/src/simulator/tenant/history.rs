//! An object with its latest states, for reads that are behind.

use std::collections::VecDeque;
use std::time::Duration;

use time::OffsetDateTime;

/// How many earlier states of an object are kept for delayed reads.
const KEPT: usize = 64;

/// One object with its latest states.
#[derive(Clone)]
pub(super) struct History<T> {
    pub(super) current: T,
    since: OffsetDateTime,
    earlier: VecDeque<(OffsetDateTime, T)>,
}

impl<T: Clone> History<T> {
    pub(super) fn new(current: T, now: OffsetDateTime) -> Self {
        Self { current, since: now, earlier: VecDeque::new() }
    }

    /// Returns the state that reads see which are this much behind; for a newer object its first state.
    pub(super) fn seen(&self, now: OffsetDateTime, delay: Duration) -> &T {
        let delay = time::Duration::try_from(delay).unwrap_or(time::Duration::MAX);
        let moment = now.saturating_sub(delay);
        if self.since <= moment {
            return &self.current;
        }
        let seen = self.earlier.iter().rev().find(|(since, _)| *since <= moment);
        seen.or(self.earlier.front()).map_or(&self.current, |(_, state)| state)
    }

    /// Remembers the present state, and returns the object to be changed.
    pub(super) fn change(&mut self, now: OffsetDateTime) -> &mut T {
        if self.earlier.len() == KEPT {
            self.earlier.pop_front();
        }
        self.earlier.push_back((self.since, self.current.clone()));
        self.since = now;
        &mut self.current
    }
}
