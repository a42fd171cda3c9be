//! The next actions: the fewest that close what can be closed.

use serde::Serialize;

use super::super::action::Action;
use super::door::{Door, DoorState};

/// The next action, and how many doors it closes that no earlier one closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct NextPress {
    /// The action.
    pub action: Action,
    /// How many doors it shuts that nothing named before it shuts.
    pub doors: usize,
}

/// A block first, since nobody gets in while the rest is done; then what ends most, until every door that an
/// action can end is covered. Unknown doors come last: they may not exist. Access that these actions opened
/// for the rightful user is kept: a new password is not reset again.
pub(super) fn of(doors: &[Door]) -> Vec<NextPress> {
    let mut presses = Vec::new();
    let doors: Vec<_> = doors.iter().filter(|door| !door.given).collect();
    let open: Vec<_> = doors.iter().copied().filter(|door| door.state == DoorState::Open).collect();
    let blocked = |door: &&&Door| door.closed_by.contains(&Action::BlockSignIn);
    let held = open.iter().filter(blocked).count();
    if held > 0 {
        presses.push(NextPress { action: Action::BlockSignIn, doors: held });
    }
    let held = doors.iter().copied().filter(|door| door.state.is_only_held());
    cover(open.into_iter().chain(held).collect(), &mut presses);
    if presses.is_empty() {
        cover(doors.into_iter().filter(|door| door.state == DoorState::Unknown).collect(), &mut presses);
    }
    presses
}

fn cover(mut left: Vec<&Door>, presses: &mut Vec<NextPress>) {
    loop {
        let count = |action: &Action| left.iter().filter(|door| door.closed_by.contains(action)).count();
        let actions =
            Action::all().filter(|action| !action.is_block()).map(|action| (count(&action), action));
        // Among equals, the first in the order of the tables.
        let best = actions.fold(None, |best: Option<(usize, Action)>, one| match best {
            Some(best) if best.0 >= one.0 => Some(best),
            _ => Some(one),
        });
        let Some((doors, action)) = best.filter(|best| best.0 > 0) else { return };
        left.retain(|door| !door.closed_by.contains(&action));
        presses.push(NextPress { action, doors });
    }
}
