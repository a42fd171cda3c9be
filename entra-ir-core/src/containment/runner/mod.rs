//! The work of a run: phase by phase, step by step.

mod approve;
mod begin;
mod end;
mod lift;
mod step;

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;

use super::digest::Digest;
use super::earlier::{Before, Earlier};
use super::event::{Events, RunEventKind};
use super::folder::RunPlace;
use super::options::Options;
use super::others::{self, Meanwhile};
use super::plan::{Phase, Plan};
use super::preview::PlanFor;
use super::record::Record;
use super::run::{PhaseRun, Run};
use super::step_run::{StepRun, StepState};
use crate::error::Result;
use crate::ids::{MethodId, UserRef};
use crate::model::{AccountSnapshot, Part, User, UserRisk};
use crate::operation::Client;

/// How long the eviction waits for the evidence. What is missing then is named.
const EVIDENCE: Duration = Duration::from_secs(60);

/// What a run works on.
#[derive(Debug)]
pub(super) enum What {
    /// An account, by a plan.
    Account { user: UserRef, known: Option<Box<User>>, plan: PlanFor },
    /// A run that began before.
    Journal(RunPlace),
}

/// A run at work.
pub(super) struct Runner<'a> {
    client: &'a Client,
    /// The same, whose requests are in the journal and the evidence.
    observed: Client,
    /// The same for the lock-out, which does not wait until its evidence is stored.
    hasty: Client,
    record: Arc<Record>,
    earlier: Option<Earlier>,
    plan: Plan,
    digest: Digest,
    options: Options,
    until: Phase,
    events: &'a Events,
    /// The account as it was read before the run.
    known: Option<User>,
    /// Reads the account beside the lock-out.
    evidence: JoinSet<Result<AccountSnapshot>>,
    /// Reads the risk, for which nothing waits: Identity Protection answers slowly.
    risk: JoinSet<Part<Option<UserRisk>>>,
    /// Whether the tenant may have Identity Protection.
    licensed: bool,
    /// The account as it was read beside the lock-out.
    seen: Option<AccountSnapshot>,
    steps: Vec<StepRun>,
    phases: Vec<PhaseRun>,
    meanwhile: Meanwhile,
    /// Reads beside the lock-out whether sign-in is blocked.
    look: JoinSet<Result<User>>,
    warnings: Vec<String>,
    /// Why nothing more is done.
    halt: Option<String>,
}

impl<'a> Runner<'a> {
    pub(super) async fn run(
        client: &'a Client,
        what: What,
        options: Options,
        events: &'a Events,
    ) -> Result<Run> {
        let mut runner = Self::begin(client, what, options, events).await?;
        runner.phases().await?;
        runner.end().await
    }

    async fn phases(&mut self) -> Result<()> {
        for phase in [Phase::LockOut, Phase::Evict, Phase::Recover] {
            let places: Vec<_> =
                (0..self.plan.steps.len()).filter(|place| self.plan.steps[*place].phase == phase).collect();
            let is_asked = phase <= self.until && !places.is_empty();
            let began = Instant::now();
            if is_asked && phase > Phase::LockOut {
                self.gate(phase).await?;
            }
            for place in places {
                let step = if is_asked { self.step(place).await? } else { self.not_asked(place) };
                if is_asked && self.is_meant(place) {
                    let text = step
                        .reason
                        .clone()
                        .or_else(|| step.error.as_ref().map(|error| error.message.clone()));
                    let text = text.map(|why| format!(": {why}")).unwrap_or_default();
                    self.events.of_step((place, phase), Some(step.state), format!("{}{text}", step.title));
                }
                self.steps.push(step);
            }
            if is_asked && self.options.only.is_none() {
                let budget = match phase {
                    Phase::LockOut => self.options.lock_out_budget,
                    Phase::Evict | Phase::Recover => self.options.evict_budget,
                };
                // The lock-out began with the call.
                let elapsed = if phase == Phase::LockOut { self.events.elapsed() } else { began.elapsed() };
                let ran = PhaseRun { phase, elapsed, budget };
                let open = self.steps.iter().filter(|step| !step.state.is_settled()).count();
                let took = ran.elapsed.as_secs_f64();
                let budget = budget.as_secs();
                let text = format!("{phase}: {took:.1} s of {budget} s; steps open: {open}");
                self.events.of_phase(RunEventKind::PhaseEnds, phase, text);
                self.phases.push(ran);
            }
        }
        // In the order of the plan, whatever its phases are.
        self.steps.sort_by_key(|step| step.step);
        Ok(())
    }

    /// Returns whether a step is one of those that are to be done.
    fn is_meant(&self, place: usize) -> bool {
        self.options.only.as_ref().is_none_or(|only| only.contains(&place))
    }

    /// Waits for the evidence and for the second person, and stops if the account is of another kind than
    /// when the plan was made.
    async fn gate(&mut self, phase: Phase) -> Result<()> {
        if self.seen.is_none() {
            match tokio::time::timeout(EVIDENCE, self.evidence.join_next()).await {
                Err(_) => self.warn("the account was not read for the evidence in time".into()),
                Ok(None) => {}
                Ok(Some(Ok(Ok(seen)))) => {
                    let parts = seen.parts();
                    let parts = parts.iter().filter(|(part, ..)| !part.starts_with("risk"));
                    let missing = parts.filter_map(|(part, state, _)| match *state {
                        "collected" | "not-licensed" | "not-in-this-cloud" => None,
                        state => Some(format!("{part} ({state})")),
                    });
                    let missing: Vec<_> = missing.collect();
                    if !missing.is_empty() {
                        self.warn(format!("not in the evidence: {}", missing.join(", ")));
                    }
                    if let Ok(whole) = serde_json::to_vec(&seen) {
                        self.record.keep("whole-snapshot", "", 200, &whole.into()).await;
                    }
                    self.seen = Some(seen);
                }
                Ok(Some(Ok(Err(error)))) => {
                    self.warn(format!("the account could not be read for the evidence: {error}"));
                }
                Ok(Some(Err(error))) => self.warn(format!("the evidence was not read: {error}")),
            }
        }
        self.record.write_evidence().await?;
        if let Some(seen) = &self.seen {
            if let Some(changed) = others::changed(&self.plan, seen) {
                self.halt.get_or_insert(format!("{changed}: make a new plan"));
            }
            let added = others::methods_added(&self.plan, seen);
            if !added.is_empty() && phase == Phase::Evict {
                let ids = added.iter().map(MethodId::as_str).collect::<Vec<_>>().join(", ");
                let added = format!("methods were added since the plan was made: {ids}");
                self.events.tell(RunEventKind::Warning, added.clone());
                self.meanwhile.told.push(added);
            }
        }
        let is_named = self.options.approver.is_some() || self.options.approver_name.is_some();
        if self.options.four_eyes || is_named {
            self.approve().await?;
        }
        if phase == Phase::Recover
            && let Some(left) =
                self.steps.iter().find(|ran| ran.operation.is_some() && !ran.state.is_settled())
        {
            let title = &left.title;
            let why = format!(
                "\"{title}\" is not done: resume the run, or tick the step off where it was done elsewhere"
            );
            self.halt.get_or_insert(why);
        }
        Ok(())
    }

    fn warn(&mut self, warning: String) {
        self.events.tell(RunEventKind::Warning, warning.clone());
        self.warnings.push(warning);
    }

    fn not_asked(&self, place: usize) -> StepRun {
        let before = self.earlier.as_ref().map(|earlier| earlier.step(place)).unwrap_or_default();
        match before {
            Before::Done(output) => StepRun { output, ..self.left(place, StepState::Done, None) },
            Before::TickedOff(tick) => {
                StepRun { ticked: Some(tick), ..self.left(place, StepState::TickedOff, None) }
            }
            Before::Undone => self.left(place, StepState::Undone, None),
            _ => self.left(place, StepState::NotAsked, None),
        }
    }

    /// Returns a step that is not done now.
    fn left(&self, place: usize, state: StepState, reason: Option<String>) -> StepRun {
        StepRun::new(place, &self.plan.steps[place], state, reason)
    }
}
