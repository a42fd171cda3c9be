//! The headline of a run: never "done".

use std::fmt;

use serde::Serialize;

use super::plan::{Phase, Plan};
use super::step_run::{StepRun, StepState};
use crate::knowledge::{Action, DoorState, OpenDoors};
use crate::text::printable;

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
    pub(super) fn of(plan: &Plan, steps: &[StepRun], doors: Option<&OpenDoors>, until: Phase) -> Self {
        let has = |ran: &StepRun, action| plan.steps[ran.step].actions.contains(&action);
        let asked = || steps.iter().filter(|ran| ran.phase <= until);
        let mut remains: Vec<_> = asked().filter_map(StepRun::left).collect();
        for door in doors.into_iter().flat_map(|doors| &doors.doors) {
            if matches!(door.state, DoorState::Open | DoorState::Unknown) && !door.given && !door.out_of_sight
            {
                remains.push(format!("{}: {}", door.label, door.why));
            }
        }
        let fails = |ran: &StepRun| {
            ran.operation.is_some() && (!ran.state.is_settled() || ran.confirmed == Some(false))
        };
        // Without a block nothing holds; where a plan has none, what it does first.
        let blocks = plan.blocks();
        let holds = |ran: &&StepRun| {
            if blocks { has(ran, Action::BlockSignIn) } else { ran.phase == Phase::LockOut }
        };
        let locks = asked().filter(holds);
        let unblocked = asked().any(|ran| ran.is_done() && has(ran, Action::UnblockSignIn));
        let issued = asked().any(|ran| ran.is_done() && has(ran, Action::CreateTemporaryAccessPass));
        if unblocked || issued && !plan.blocks() {
            return Self::GivenBack { remains };
        }
        if locks.into_iter().any(fails) {
            return Self::NotContained { remains };
        }
        let elsewhere = [Action::BlockOnPremises, Action::BlockInHomeTenant, Action::ResetPasswordOnPremises];
        let is_left = |ran: &StepRun| {
            ran.state == StepState::ByHand && elsewhere.iter().any(|action| has(ran, *action))
        };
        if plan.blocks() && steps.iter().any(is_left) {
            return Self::LockedInTheCloudOnly { remains };
        }
        let evicts = asked().filter(|ran| ran.phase == Phase::Evict && ran.operation.is_some());
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

    /// Returns what remains, a line each.
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
