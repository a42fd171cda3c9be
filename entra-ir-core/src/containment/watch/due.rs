//! Which steps of the plan a watch does: those that are due, and again those for what came back.

use std::collections::BTreeSet;

use time::{Duration, OffsetDateTime};

use super::super::earlier::{Before, Earlier};
use super::super::finding::{Finding, FindingKind};
use super::super::plan::Phase;
use crate::knowledge::{AccountKind, Action};
use crate::operations::AnyOperation;

/// Steps to be done, and from when on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) steps: BTreeSet<usize>,
    pub(super) at: Option<OffsetDateTime>,
}

/// Lists the steps of a run that are due: the second revocation, and the renewed block of a synced account.
pub(super) fn due(earlier: &Earlier, found: &[Finding]) -> Vec<Due> {
    let mut due = Vec::new();
    if earlier.was_given_back() {
        return due;
    }
    let is_enabled = found.iter().any(|finding| finding.is == FindingKind::EnabledAgain && !finding.gone);
    if is_enabled && earlier.plan.seen.kind == AccountKind::Synced {
        due.push(Due { steps: with_revocation(earlier, earlier.calls(Action::BlockSignIn)), at: None });
    }
    if let Some((step, at)) = second_revocation(earlier) {
        due.push(Due { steps: [step].into(), at: Some(at) });
    }
    due
}

/// Lists the steps that end what came back.
pub(super) fn again(earlier: &Earlier, found: &[Finding]) -> BTreeSet<usize> {
    let mut steps = BTreeSet::new();
    for finding in found.iter().filter(|finding| !finding.gone) {
        let of_finding: Vec<_> = match finding.is {
            FindingKind::EnabledAgain => earlier.calls(Action::BlockSignIn).collect(),
            FindingKind::PasswordChanged => earlier
                .steps_that(|call| matches!(call, AnyOperation::LockOut(_) | AnyOperation::ResetPassword(_))),
            FindingKind::NewMethod | FindingKind::MethodChanged | FindingKind::NewPass => {
                earlier.steps_that(|call| matches!(call, AnyOperation::DeleteMethods(_)))
            }
            FindingKind::NewGrant | FindingKind::GrantChanged => {
                let id = finding.id.as_deref();
                earlier.steps_that(|call| match call {
                    AnyOperation::RevokeGrant(revoke) => Some(revoke.grant.as_str()) == id,
                    AnyOperation::DisableServicePrincipal(_) => true,
                    _ => false,
                })
            }
            FindingKind::DeviceEnabled => {
                let id = finding.id.as_deref();
                earlier.steps_that(|call| match call {
                    AnyOperation::DisableDevice(disable) => Some(disable.device.to_string().as_str()) == id,
                    _ => false,
                })
            }
            FindingKind::SessionsMoved
            | FindingKind::NewDevice
            | FindingKind::NewRole
            | FindingKind::NewAssignment => Vec::new(),
        };
        steps.extend(of_finding);
    }
    if steps.is_empty() { steps } else { with_revocation(earlier, steps.into_iter()) }
}

/// Adds the revocations that were done: what began in between ends as well.
fn with_revocation(earlier: &Earlier, steps: impl Iterator<Item = usize>) -> BTreeSet<usize> {
    let done = |step: &usize| matches!(earlier.step(*step), Before::Done(_));
    steps.chain(earlier.calls(Action::RevokeSignInSessions).filter(done)).collect()
}

/// Returns the second revocation, if it is not done, or was done too soon after a block that was renewed; and
/// when it is due, by the journal's clock.
fn second_revocation(earlier: &Earlier) -> Option<(usize, OffsetDateTime)> {
    let mut waiting = earlier.calls(Action::RevokeSignInSessions);
    let step = waiting.find(|step| earlier.plan.steps[*step].wait.is_some())?;
    let wait = Duration::try_from(earlier.plan.steps[step].wait?).ok()?;
    match earlier.step(step) {
        Before::Nothing | Before::Interrupted(_) | Before::Failed(_) => {
            // A run that only locked out does not evict by itself later. A step that does not apply leaves no
            // entry, so one that began is enough.
            let evicts = |place: &usize| {
                let planned = &earlier.plan.steps[*place];
                *place != step && planned.call.is_some() && planned.phase == Phase::Evict
            };
            let mut evictions = (0..earlier.plan.steps.len()).filter(evicts).peekable();
            let is_lock_out_only = evictions.peek().is_none();
            let began = evictions.any(|place| !matches!(earlier.step(place), Before::Nothing));
            let last = earlier.ended.values().max()?;
            (began || is_lock_out_only).then(|| (step, last.saturating_add(wait)))
        }
        Before::Done(_) => {
            let blocked =
                earlier.calls(Action::BlockSignIn).filter_map(|place| earlier.ended.get(&place)).max()?;
            let due = blocked.saturating_add(wait);
            (*earlier.ended.get(&step)? < due).then_some((step, due))
        }
        _ => None,
    }
}
