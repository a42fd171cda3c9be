//! A plan: what a run does to one account, step by step, as data.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::digest::Digest;
use crate::error::{Refusal, Result};
use crate::ids::ObjectId;
use crate::json::seconds;
use crate::knowledge::{Advice, Task};
use crate::model::AccountSnapshot;
use crate::operations::AnyOperation;

/// How long a block and a new password take to reach everything: a revocation before that leaves what was
/// issued in between.
const BETWEEN_REVOCATIONS: Duration = Duration::from_secs(5 * 60);

/// The format of the plans that this version writes, and the newest that it reads.
const FORMAT: u64 = 1;

/// What a run does to one account, in this order. It is made of an advice, stored as JSON, and approved by
/// its digest. It holds no secret.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::containment::Plan;
/// use entra_ir_core::knowledge::{Incident, advise};
///
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let snapshot = client.snapshot("adele@contoso.example").await?;
/// let plan = Plan::of(&advise(Incident::AccountTakeover, &snapshot), &snapshot);
/// let read = Plan::from_json(&plan.to_json()?)?;
/// assert_eq!(read.digest()?, plan.digest()?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Plan {
    /// The format, 1 in this version.
    pub format: u64,
    /// The incident, for people.
    pub name: String,
    /// The account.
    pub account: ObjectId,
    /// The steps.
    pub steps: Vec<PlanStep>,
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PlanStep {
    /// The title.
    pub title: String,
    /// What it is for.
    pub phase: Phase,
    /// When it is due, in words.
    pub when: String,
    /// How long after the step before it was done, at least. In seconds in JSON.
    #[serde(default, with = "seconds")]
    pub wait: Option<Duration>,
    /// Why it is done.
    pub reason: String,
    /// The call that does it; `None` if a person does it.
    pub call: Option<AnyOperation>,
    /// Where a person does it, or chooses what it is done to; `None` for a step that a run does.
    pub by_hand: Option<String>,
}

/// What a step is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Phase {
    /// Nobody signs in again, and no session gets a new token.
    LockOut,
    /// What the attacker holds ends.
    Evict,
    /// The rightful user gets back in.
    Recover,
}

impl Plan {
    /// Makes a plan of an advice. A step that acts on one of several devices, grants or applications is left
    /// to a person, who chooses.
    pub fn of(advice: &Advice, snapshot: &AccountSnapshot) -> Self {
        let revoked = |step: &crate::knowledge::Step| step.operation == Some("revoke_sign_in_sessions");
        let first = advice.steps.iter().position(revoked).unwrap_or_default();
        let again = advice.steps.iter().rposition(revoked).filter(|last| *last > first);
        let proof = advice.steps.iter().position(|step| step.task == Some(Task::ProveIdentity));
        // Each call is a step of its own, so that the journal knows of each whether it was done.
        let steps = |(place, step): (usize, &crate::knowledge::Step)| {
            let calls = if step.is_choice() { &[] } else { step.calls.as_slice() };
            let one = |call: Option<&AnyOperation>| PlanStep {
                title: step.title.clone(),
                phase: match proof {
                    Some(proof) if place >= proof => Phase::Recover,
                    _ if place <= first => Phase::LockOut,
                    _ => Phase::Evict,
                },
                when: step.when.to_owned(),
                wait: (again == Some(place)).then_some(BETWEEN_REVOCATIONS),
                reason: step.reason.to_owned(),
                call: call.cloned(),
                by_hand: step.elsewhere.or(step.operation).filter(|_| call.is_none()).map(str::to_owned),
            };
            if calls.is_empty() {
                vec![one(None)]
            } else {
                calls.iter().map(|call| one(Some(call))).collect()
            }
        };
        Self {
            format: FORMAT,
            name: advice.incident.to_string(),
            account: snapshot.user.id,
            steps: advice.steps.iter().enumerate().flat_map(steps).collect(),
        }
    }

    /// Reads a plan.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) for text that is not a plan, an operation that does not
    /// exist, or a newer format.
    pub fn from_json(json: &str) -> Result<Self> {
        let refuse = |path: &str, reason: String| Refusal::BadField { path: path.to_owned(), reason };
        let read: serde_json::Value =
            serde_json::from_str(json).map_err(|error| refuse("plan", error.to_string()))?;
        if let Some(format) = read["format"].as_u64().filter(|format| *format > FORMAT) {
            let newer = format!("format {format} is of a newer version; this one reads up to {FORMAT}");
            return Err(refuse("format", newer).into());
        }
        serde_path_to_error::deserialize(read)
            .map_err(|error| refuse(&error.path().to_string(), error.inner().to_string()).into())
    }

    /// Writes the plan as JSON.
    ///
    /// # Errors
    /// None in practice: every plan can be written.
    pub fn to_json(&self) -> Result<String> {
        let written = serde_json::to_string(self);
        written.map_err(|error| Refusal::BadField { path: "plan".into(), reason: error.to_string() }.into())
    }

    /// Returns the digest of its canonical JSON, by which it is approved.
    ///
    /// # Errors
    /// None in practice: every plan can be written.
    pub fn digest(&self) -> Result<Digest> {
        Digest::of(self)
    }
}
