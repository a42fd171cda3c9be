//! `preview`: what a run would do, without doing it.

use std::fmt;

use futures_util::future::join_all;
use serde::Serialize;
use time::Duration;

use super::digest::Digest;
use super::plan::{Phase, Plan, PlanStep};
use crate::error::{Refusal, Result};
use crate::knowledge::{
    ActionDone, DoorState, Expectation, Incident, OpenDoors, PreflightCheck, Wanted, open_doors,
};
use crate::model::AccountSnapshot;
use crate::operation::{Client, IntoUser};
use crate::receipt::{Grade, Preview};
use crate::text::{moment, printable};

/// What a run follows: the plan against an incident, a plan, or one that was previewed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum PlanFor {
    /// The plan against an incident, made from one look at the account.
    Incident(Incident),
    /// A plan that was made before.
    Plan(Box<Plan>),
    /// A plan that was previewed: what the preview read is not read again.
    Preview(Box<PlanPreview>),
}

impl From<Incident> for PlanFor {
    fn from(incident: Incident) -> Self {
        Self::Incident(incident)
    }
}

impl From<Plan> for PlanFor {
    fn from(plan: Plan) -> Self {
        Self::Plan(Box::new(plan))
    }
}

impl From<&Plan> for PlanFor {
    fn from(plan: &Plan) -> Self {
        Self::Plan(Box::new(plan.clone()))
    }
}

impl From<PlanPreview> for PlanFor {
    fn from(preview: PlanPreview) -> Self {
        Self::Preview(Box::new(preview))
    }
}

impl From<&PlanPreview> for PlanFor {
    fn from(preview: &PlanPreview) -> Self {
        Self::Preview(Box::new(preview.clone()))
    }
}

/// What a run would do, step by step, and what it would leave.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PlanPreview {
    /// The plan.
    pub plan: Plan,
    /// The digest of the plan, by which it can be confirmed.
    pub digest: Digest,
    /// The steps.
    pub steps: Vec<StepPreview>,
    /// The doors when every step that can be done is done, and nobody was let in. Those that are closing say
    /// until when.
    pub doors: OpenDoors,
    /// What the user will notice, and what stops with the account.
    pub notices: Vec<String>,
    /// What could not be read, and why.
    pub unread: Vec<String>,
    /// The account as it was read.
    #[serde(skip)]
    pub snapshot: AccountSnapshot,
}

/// What a run would do in one step.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct StepPreview {
    /// Its place in the plan, from 0 on.
    pub step: usize,
    /// The title.
    pub title: String,
    /// What it is for.
    pub phase: Phase,
    /// What the run would do.
    pub will: Will,
    /// Why, or where a person does it.
    pub why: String,
    /// What would be sent, with secrets masked.
    pub requests: Vec<Preview>,
    /// What Graph is expected to answer, if it is not expected to allow it.
    pub expected: Option<PreflightCheck>,
}

/// Names what a run would do in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Will {
    /// It would be sent.
    Do,
    /// There is nothing to do.
    Nothing,
    /// It would be refused.
    Refused,
    /// This cannot be told.
    Unknown,
    /// A person does it elsewhere.
    ByHand,
}

impl fmt::Display for Will {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Do => "will do",
            Self::Nothing => "nothing to do",
            Self::Refused => "WILL BE REFUSED",
            Self::Unknown => "cannot tell",
            Self::ByHand => "by hand",
        })
    }
}

/// What stops with an account and is not visible here.
const NOT_SEEN: &str = "rooms, shared mailboxes, flows and scheduled jobs that run under the account stop with \
    it: Graph does not list them here";

impl Client {
    /// Shows what [`contain`](Self::contain) would do: reads the account, and asks each operation what it
    /// would send, without sending it.
    ///
    /// # Effect
    /// Reads only.
    ///
    /// # Permissions
    /// As for [`snapshot`](Self::snapshot). A part that cannot be read leaves its steps *unknown*.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) for a plan of another account;
    /// [`Error::Graph`](crate::Error::Graph) if the account cannot be read.
    ///
    /// Source: for each step its own.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), entra_ir_core::Error> {
    /// use entra_ir_core::containment::Will;
    /// use entra_ir_core::knowledge::Incident;
    ///
    /// let tenant = entra_ir_core::SimulatedTenant::contoso();
    /// let preview = tenant.client()?.preview("adele@contoso.example", Incident::AccountTakeover).await?;
    /// assert!(preview.steps.iter().any(|step| step.will == Will::Do));
    /// assert!(tenant.user("adele@contoso.example").unwrap().enabled, "nothing was sent");
    /// println!("{preview}");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn preview(&self, user: impl IntoUser, plan: impl Into<PlanFor>) -> Result<PlanPreview> {
        let known = user.known().cloned();
        let user = user.into_user()?;
        let snapshot =
            known.into_iter().fold(self.snapshot(user.clone()), crate::operation::Call::knowing).await?;
        let plan = match plan.into() {
            PlanFor::Incident(incident) => Plan::against(incident, &snapshot),
            PlanFor::Plan(plan) => *plan,
            PlanFor::Preview(preview) => preview.plan,
        };
        if plan.account != snapshot.user.id {
            let reason = format!("the plan is for {}, not for {user}", plan.account);
            let instead = "name the account of the plan, or make a plan for this one";
            return Err(Refusal::NotConfirmed { reason, instead }.into());
        }
        let asks = self.previewing();
        let steps = plan.steps.iter().enumerate().map(|(place, step)| ask(&asks, place, step, &snapshot));
        let mut steps = join_all(steps).await;
        self.foresee(&plan, &mut steps, &snapshot).await?;
        let doors = doors_after(&plan, &steps, &snapshot);
        let mut notices: Vec<_> = Vec::new();
        for (step, asked) in plan.steps.iter().zip(&steps) {
            let counts = asked.will != Will::Nothing && step.phase <= plan.default_phase();
            let cost = step.cost.trim();
            if counts
                && !cost.is_empty()
                && cost != "none"
                && cost != "time"
                && !notices.iter().any(|of| of == cost)
            {
                notices.push(cost.to_owned());
            }
        }
        if plan.blocks() {
            notices.push(NOT_SEEN.to_owned());
        }
        let parts = snapshot.parts();
        let unread = parts
            .iter()
            .filter_map(|(part, state, reason)| Some(format!("{part} ({state}): {}", (*reason)?)));
        let (digest, unread) = (plan.digest()?, unread.collect());
        Ok(PlanPreview { plan, digest, steps, doors, notices, unread, snapshot })
    }
}

impl Client {
    /// Notes on each step that would be sent what Graph is expected to answer. A token that cannot be read
    /// says nothing of any step.
    async fn foresee(
        &self,
        plan: &Plan,
        steps: &mut [StepPreview],
        snapshot: &AccountSnapshot,
    ) -> Result<()> {
        for (planned, step) in plan.steps.iter().zip(steps).filter(|(_, step)| step.will == Will::Do) {
            let Some(call) = &planned.call else { continue };
            let found = self.preflight([Wanted::from(call)], Some(snapshot)).await?;
            let is_read = found.callers.iter().any(|caller| caller.permissions.is_some());
            let check = found.checks.into_iter().next();
            step.expected = check.filter(|check| is_read && check.expected != Expectation::Allowed);
        }
        Ok(())
    }
}

/// Asks an operation what it would send.
async fn ask(client: &Client, place: usize, step: &PlanStep, snapshot: &AccountSnapshot) -> StepPreview {
    let made = |will, why: String, requests| StepPreview {
        step: place,
        title: step.title.clone(),
        phase: step.phase,
        will,
        why,
        requests,
        expected: None,
    };
    let Some(call) = &step.call else {
        return made(Will::ByHand, step.by_hand.clone().unwrap_or_default(), Vec::new());
    };
    if step.phase == Phase::Recover {
        // It depends on the state that the steps before it leave.
        return made(Will::Unknown, "depends on the steps before it".into(), Vec::new());
    }
    match client.run(call.clone()).knowing(snapshot.user.clone()).await {
        Ok(output) => {
            let Some(receipt) = output.receipt() else { return made(Will::Do, String::new(), Vec::new()) };
            let why = || receipt.warnings.first().map(ToString::to_string).unwrap_or_default();
            match receipt.grade {
                Grade::NothingToDo => made(Will::Nothing, why(), Vec::new()),
                _ if receipt.would_send.is_empty() => made(Will::Nothing, why(), Vec::new()),
                _ => made(Will::Do, step.reason.clone(), receipt.would_send.clone()),
            }
        }
        Err(error) => {
            let refused = error.as_refusal().is_some() || error.as_graph().is_some();
            made(if refused { Will::Refused } else { Will::Unknown }, error.to_string(), Vec::new())
        }
    }
}

/// Returns the doors when every step that would be sent, and is not expected to be refused, is confirmed.
fn doors_after(plan: &Plan, steps: &[StepPreview], snapshot: &AccountSnapshot) -> OpenDoors {
    let mut at = snapshot.taken_at;
    let mut done = Vec::new();
    for (planned, _) in plan
        .steps
        .iter()
        .zip(steps)
        .filter(|(planned, asked)| asked.counts() && planned.phase <= plan.default_phase())
    {
        let wait =
            planned.wait.and_then(|wait| Duration::try_from(wait).ok()).unwrap_or(Duration::seconds(1));
        at = at.saturating_add(wait);
        done.extend(planned.actions.iter().map(|action| ActionDone {
            target: planned.target.clone(),
            ..ActionDone::new(*action, at, Grade::Confirmed)
        }));
    }
    open_doors(snapshot, &done, at.max(snapshot.taken_at))
}

impl StepPreview {
    /// Returns whether it would be sent, and Graph is not expected to refuse it.
    fn counts(&self) -> bool {
        let refused = |check: &PreflightCheck| check.expected == Expectation::Refused;
        self.will == Will::Do && !self.expected.as_ref().is_some_and(refused)
    }
}

impl PlanPreview {
    /// Returns whether a step of the lock-out would be refused.
    pub fn is_refused(&self) -> bool {
        self.steps.iter().any(|step| step.phase == Phase::LockOut && step.will == Will::Refused)
    }
}

impl fmt::Display for PlanPreview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: {} ({} account)",
            printable(&self.plan.account_name()),
            self.plan.name,
            self.plan.seen.kind
        )?;
        let mut phase = None;
        for step in &self.steps {
            if phase != Some(step.phase) {
                phase = Some(step.phase);
                writeln!(f, "{}:", step.phase)?;
            }
            write!(f, "{:>3}. {}: {}", step.step + 1, printable(&step.title), step.will)?;
            match step.why.as_str() {
                "" => writeln!(f)?,
                why => writeln!(f, ": {}", printable(why))?,
            }
            if let Some(check) = &step.expected {
                let reasons: Vec<_> = check.because.iter().map(|obstacle| obstacle.text.as_str()).collect();
                let said = match check.expected {
                    Expectation::Refused => "Graph is expected to refuse it",
                    _ => "Graph may refuse it",
                };
                writeln!(f, "     {said}: {}", printable(&reasons.join("; ")))?;
            }
        }
        for door in &self.doors.doors {
            let when = match door.state {
                DoorState::Open => "stays open".to_owned(),
                DoorState::Closing { until, .. } => format!("closes by {}", moment(until)),
                DoorState::Unknown if !door.out_of_sight => "unknown".to_owned(),
                _ => continue,
            };
            writeln!(f, "{when}: {}: {}", printable(&door.label), printable(&door.why))?;
        }
        for notice in &self.notices {
            writeln!(f, "notice: {}", printable(notice))?;
        }
        for unread in &self.unread {
            writeln!(f, "not read: {}", printable(unread))?;
        }
        for choice in &self.plan.choices {
            writeln!(f, "disputed: {}: {}", printable(&choice.about), printable(&choice.chosen))?;
        }
        writeln!(f, "confirm with {} or {}", printable(&self.plan.account_name()), self.digest)
    }
}
