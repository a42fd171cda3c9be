//! The headline of a run: never "done".

use std::fmt;

use serde::Serialize;

use super::plan::{Phase, Plan};
use super::step_run::{StepRun, StepState};
use crate::knowledge::{Action, DoorState, OpenDoors};
use crate::operations::AnyOutput;
use crate::text::{moment, printable};

/// What a run reached, in one line. It claims no more than was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "is")]
#[non_exhaustive]
pub enum Headline {
    /// Nobody signs in again, and no session gets a new token. What the attacker holds was not removed.
    #[non_exhaustive]
    LockedOut {
        /// What remains.
        remains: Vec<String>,
    },
    /// The same for this tenant only: the account lives on-premises or elsewhere, where it was not blocked.
    #[non_exhaustive]
    LockedInTheCloudOnly {
        /// What remains.
        remains: Vec<String>,
    },
    /// What the attacker holds was ended, except what is listed.
    #[non_exhaustive]
    EvictedExcept {
        /// What remains.
        remains: Vec<String>,
    },
    /// The rightful user was let in again.
    #[non_exhaustive]
    GivenBack {
        /// What remains.
        remains: Vec<String>,
    },
    /// A step without which nothing holds is not done.
    #[non_exhaustive]
    NotContained {
        /// What is not done, and what remains.
        remains: Vec<String>,
    },
}

impl Headline {
    pub(super) fn of(
        plan: &Plan,
        steps: &[StepRun],
        doors: Option<&OpenDoors>,
        enabled: Option<bool>,
        until: Phase,
    ) -> Self {
        let has = |ran: &StepRun, action| plan.steps[ran.step].actions.contains(&action);
        let asked = || steps.iter().filter(|ran| ran.phase <= until);
        let mut remains = remains(&asked().collect::<Vec<_>>(), doors);
        if doors.is_none() && asked().any(StepRun::is_done) {
            remains.insert(0, "the account could not be read again: nothing is verified".into());
        }
        let fails = |ran: &StepRun| {
            ran.operation.is_some() && (!ran.state.is_settled() || ran.confirmed == Some(false))
        };
        // Without a block nothing holds; where a plan has none, what it does first.
        let blocks = plan.blocks();
        let is_lock = |ran: &&StepRun| {
            if blocks { has(ran, Action::BlockSignIn) } else { ran.phase == Phase::LockOut }
        };
        let locks = asked().filter(is_lock);
        // What was done in a phase that this call was not asked for counts too.
        let done = |action| move |ran: &&StepRun| ran.is_done() && has(ran, action);
        let unblocked = steps.iter().find(done(Action::UnblockSignIn));
        let unblocked = unblocked.is_some_and(|ran| ran.confirmed != Some(false) && enabled != Some(false));
        let issued = steps.iter().any(|ran| done(Action::CreateTemporaryAccessPass)(&ran));
        if unblocked || issued && !plan.blocks() {
            return Self::GivenBack { remains };
        }
        let locked = |ran: &StepRun| matches!(ran.output.as_deref(), Some(AnyOutput::LockOut(locked)) if locked.receipt.is_success());
        let holds = |ran: &StepRun| !fails(ran) || locked(ran) && ran.confirmed != Some(false);
        if blocks && (enabled == Some(true) || locks.clone().count() == 0) || !locks.into_iter().all(holds) {
            return Self::NotContained { remains };
        }
        let elsewhere = [Action::BlockOnPremises, Action::BlockInHomeTenant, Action::ResetPasswordOnPremises];
        let is_left = |ran: &StepRun| {
            ran.state == StepState::ByHand && elsewhere.iter().any(|action| has(ran, *action))
        };
        if plan.blocks() && steps.iter().any(is_left) {
            return Self::LockedInTheCloudOnly { remains };
        }
        // The second revocation alone evicts nobody. A plan without a block begins with what evicts.
        let evicts = asked().filter(|ran| {
            let planned = &plan.steps[ran.step];
            let counts = if blocks { ran.phase == Phase::Evict } else { ran.phase <= Phase::Evict };
            counts && ran.operation.is_some() && planned.wait.is_none()
        });
        let evicted = evicts.clone().count() > 0
            && evicts.into_iter().all(|ran| ran.state.is_settled() || ran.state == StepState::Due);
        if evicted {
            Self::EvictedExcept { remains }
        } else if plan.blocks() {
            Self::LockedOut { remains }
        } else {
            Self::NotContained { remains }
        }
    }

    /// Returns what remains, a line each: what failed first, what people do last.
    pub fn remains(&self) -> &[String] {
        match self {
            Self::LockedOut { remains }
            | Self::LockedInTheCloudOnly { remains }
            | Self::EvictedExcept { remains }
            | Self::GivenBack { remains }
            | Self::NotContained { remains } => remains,
        }
    }

    /// Returns a stable word for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::LockedOut { .. } => "locked-out",
            Self::LockedInTheCloudOnly { .. } => "locked-in-the-cloud-only",
            Self::EvictedExcept { .. } => "evicted-except",
            Self::GivenBack { .. } => "given-back",
            Self::NotContained { .. } => "not-contained",
        }
    }
}

impl fmt::Display for Headline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let remains = self.remains();
        let what = match self {
            Self::LockedOut { .. } => "locked out",
            Self::LockedInTheCloudOnly { .. } => "locked in the cloud only",
            Self::EvictedExcept { .. } => "evicted",
            Self::GivenBack { .. } => "given back to the rightful user",
            Self::NotContained { .. } => "NOT CONTAINED",
        };
        f.write_str(what)?;
        match remains {
            [] => f.write_str("; outside Graph, nothing was seen"),
            [one] => write!(f, ", except: {}", printable(one)),
            [first, rest @ ..] => write!(f, ", except: {}; and {} more", printable(first), rest.len()),
        }
    }
}

/// Lists what remains: what failed, what is due, the doors, and what people do.
fn remains(steps: &[&StepRun], doors: Option<&OpenDoors>) -> Vec<String> {
    let lines =
        |is: fn(&StepRun) -> bool| steps.iter().filter(move |ran| is(ran)).filter_map(|ran| ran.left());
    let by_hand = |ran: &StepRun| ran.state == StepState::ByHand;
    let due = |ran: &StepRun| ran.state == StepState::Due;
    let other = |ran: &StepRun| !matches!(ran.state, StepState::ByHand | StepState::Due);
    let doors =
        doors.into_iter().flat_map(|doors| &doors.doors).filter(|door| !door.given && !door.out_of_sight);
    let (mut closing, mut last) = (0, None);
    let mut lines_of_doors = Vec::new();
    for door in doors {
        match door.state {
            DoorState::Open => lines_of_doors.push(format!("open: {}: {}", door.label, door.why)),
            DoorState::Unknown => lines_of_doors.push(format!("unknown: {}: {}", door.label, door.why)),
            DoorState::Closing { until, .. } => {
                closing += 1;
                last = last.max(Some((until, door.label.as_str())));
            }
            _ => {}
        }
    }
    if let Some((until, label)) = last {
        let until = moment(until);
        lines_of_doors.push(format!("{closing} ways in still close, the last at {until}: {label}"));
    }
    lines(other).chain(lines(due)).chain(lines_of_doors).chain(lines(by_hand)).collect()
}
