//! One play: a plan is run, people do their steps, the account is given back, and the adversary moves all
//! the while.

use std::time::Duration;

use time::OffsetDateTime;

use super::super::sign_in::{Foothold, Move, Way};
use super::named::is_named;
use super::night::Night;
use super::order::Order;
use super::ordered;
use super::people;
use super::played::{AFTERWARDS, CONTAINED, HOUR, MINUTE, Played};
use super::stage::{Scene, Stage, Twist};
use super::strategy::Strategy;
use crate::containment::journal::MemoryJournal;
use crate::containment::{MemorySecrets, Phase, Plan, Run, tick_off};
use crate::error::Result;
use crate::knowledge::{Action, Task, plan_for};
use crate::operation::Client;

/// How long a person takes for a step.
const STEP: Duration = Duration::from_secs(3 * 60);

/// Longer than a step waits for its time.
const STEPS_WAIT: Duration = Duration::from_secs(3600);

/// How often a run is begun again, if others opened the account meanwhile.
const ROUNDS: usize = 2;

/// One play to be played.
#[derive(Clone, Debug)]
pub struct Play {
    scene: Scene,
    order: Option<&'static Order>,
    plan: Option<Box<Plan>>,
    by_tables: bool,
    left_out: Option<usize>,
}

impl Play {
    /// Makes a play of an incident, against its default plan.
    pub const fn new(night: Night, strategy: Strategy) -> Self {
        let scene = Scene {
            night,
            account: None,
            holding: None,
            twists: Vec::new(),
            strategy,
            explores: false,
            jumps: false,
        };
        Self { scene, order: None, plan: None, by_tables: false, left_out: None }
    }

    /// Gives the attacker this, instead of what the incident gives him.
    pub fn holding(mut self, footholds: impl IntoIterator<Item = Foothold>) -> Self {
        self.scene.holding = Some(footholds.into_iter().collect());
        self
    }

    /// Makes something different in the tenant.
    pub fn with(mut self, twists: impl IntoIterator<Item = Twist>) -> Self {
        self.scene.twists.extend(twists);
        self
    }

    /// Plays against a published order, or a button, instead of the default plan.
    pub const fn against(mut self, order: &'static Order) -> Self {
        self.order = Some(order);
        self
    }

    /// Plays against a plan of your own, on an account with its id. What a person chooses among is that of
    /// the simulated account: the plan's devices, grants and applications are not in the simulated tenant.
    pub fn against_plan(mut self, plan: &Plan) -> Self {
        self.scene.account = Some(plan.account);
        self.plan = Some(Box::new(plan.clone()));
        self
    }

    /// Keeps of the plan only what follows from the tables alone ([`plan_for`]), and the recovery.
    pub const fn by_the_tables(mut self) -> Self {
        self.by_tables = true;
        self
    }

    /// Lets the tenant's clock jump, where tokio's clock is that of the machine.
    pub(super) const fn jumping(mut self) -> Self {
        self.scene.jumps = true;
        self
    }

    /// Leaves a step of the plan out, by its place from 0 on.
    pub const fn without(mut self, step: usize) -> Self {
        self.left_out = Some(step);
        self
    }

    /// Finds the moves that would have an effect, and in which gap.
    pub const fn exploring(mut self) -> Self {
        self.scene.explores = true;
        self
    }

    /// Returns the plan.
    ///
    /// # Errors
    /// None in practice: the tenant is simulated.
    pub async fn plan(&self) -> Result<Plan> {
        let stage = Stage::set(&self.scene);
        self.plan_on(&stage).await
    }

    async fn plan_on(&self, stage: &Stage) -> Result<Plan> {
        let snapshot = stage.reader().build()?.snapshot(stage.account).await?;
        let ready = Plan::against(stage.incident(), &snapshot);
        let mut plan = match &self.plan {
            Some(own) => {
                let mut own = Plan::clone(own);
                for step in own.steps.iter_mut().filter(|step| !step.among.is_empty()) {
                    let same = ready.steps.iter().find(|ready| ready.actions == step.actions);
                    step.among = same.map(|same| same.among.clone()).unwrap_or_default();
                }
                own
            }
            None => ready,
        };
        if self.by_tables {
            let needed = plan_for(&stage.incident(), &snapshot);
            let is_needed = |action: &Action| needed.iter().any(|needed| needed.action == *action);
            plan.steps.retain(|step| {
                let follows = !step.actions.is_empty() && step.actions.iter().all(is_needed);
                step.phase == Phase::Recover || follows
            });
        }
        if let Some(step) = self.left_out.filter(|step| *step < plan.steps.len()) {
            plan.steps.remove(step);
        }
        Ok(plan)
    }

    /// Plays it.
    ///
    /// # Errors
    /// If the plan is refused.
    pub async fn play(&self) -> Result<Played> {
        let mut stage = Stage::set(&self.scene);
        if let Some(order) = self.order {
            return ordered::play(&mut stage, order).await;
        }
        let (first, secrets) = (stage.simulation.now(), MemorySecrets::new());
        let mut round = 1;
        loop {
            let game = Game {
                client: stage.client().build()?,
                administrator: stage.administrator().build()?,
                journal: MemoryJournal::new(),
                secrets: secrets.clone(),
                first,
                plan: self.plan_on(&stage).await?,
                jumps: self.scene.jumps,
                enables_application: self.scene.twists.contains(&Twist::ApplicationEnabledAgain),
            };
            let run = game.contain(&mut stage).await?;
            // Others opened the account again: the run says so, and takes nothing back. A new one is made.
            if run.headline.word() != "not-contained" || run.others.is_empty() || round == ROUNDS {
                return game.judge(&mut stage, run).await;
            }
            round += 1;
        }
    }
}

/// A play in progress.
struct Game {
    client: Client,
    administrator: Client,
    journal: MemoryJournal,
    secrets: MemorySecrets,
    first: OffsetDateTime,
    plan: Plan,
    enables_application: bool,
    jumps: bool,
}

impl Game {
    /// Contains the account, with what people do for it.
    async fn contain(&self, stage: &mut Stage) -> Result<Run> {
        let begun =
            self.client.contain(self.plan.account, &self.plan).confirm(self.plan.digest()?.to_string());
        let begun = begun.until(Phase::Evict).place(self.journal.clone()).secrets(self.secrets.clone());
        let run = begun.await?;
        self.people(stage, |phase| phase < Phase::Recover).await;
        let run = self.resume(run, Phase::Evict).await?;
        stage.pass(2 * HOUR, 10 * MINUTE);
        if self.enables_application {
            let application = stage.between.table().adversary.application();
            if let Some(application) = application {
                _ = self.administrator.enable_service_principal(application).await;
            }
        }
        stage.user_works();
        // What a sync undid is done again.
        self.resume(run, Phase::Evict).await
    }

    /// Waits until every token has expired, gives the account back, and looks by what he is in.
    async fn judge(&self, stage: &mut Stage, run: Run) -> Result<Played> {
        stage.pass(CONTAINED, HOUR);
        let contained = stage.between.table().adversary.ways_in();
        let last_gain = self.since(stage.between.table().adversary.last_gain());
        let last_access = stage.between.table().adversary.last_in(self.first);
        let mut unnamed = self.unnamed(stage, &run, &contained).await?;

        let (mut afterwards, mut user_is_back) = (None, None);
        if self.gives_back() || stage.is_guest() {
            let last = self.gives_back_to(stage, run.clone()).await?;
            user_is_back = last.1;
            stage.pass(2 * HOUR, 10 * MINUTE);
            stage.pass(AFTERWARDS, 12 * HOUR);
            let ways = stage.between.table().adversary.ways_in();
            let is_enabled = stage.tenant.user(&stage.user).is_some_and(|user| user.enabled);
            user_is_back = user_is_back.map(|came| came && is_enabled);
            unnamed.extend(self.unnamed(stage, &last.0, &ways).await?);
            afterwards = Some(ways);
        }
        let effective = std::mem::take(&mut stage.between.table().effective);
        Ok(Played {
            contained,
            afterwards,
            unnamed,
            last_gain,
            last_access: last_access.and_then(|(way, at)| Some((way, self.since(Some(at))?))),
            user_is_back,
            headline: run.headline.word().to_owned(),
            effective,
        })
    }

    /// Returns how long after the first request something was.
    fn since(&self, at: Option<OffsetDateTime>) -> Option<Duration> {
        at.filter(|at| *at >= self.first).and_then(|at| Duration::try_from(at - self.first).ok())
    }

    /// Lets people do their steps, in the order of the plan.
    async fn people(&self, stage: &mut Stage, is_due: impl Fn(Phase) -> bool) {
        for (place, step) in self.plan.steps.iter().enumerate() {
            if step.call.is_some() || !is_due(step.phase) {
                continue;
            }
            stage.pass(STEP, MINUTE);
            stage.between.gap();
            // To keep a block up is to continue the run: it reads the block, and renews it.
            if step.actions.contains(&Action::BlockSignIn) {
                _ = self.client.resume(self.journal.clone()).until(Phase::LockOut).await;
                continue;
            }
            if people::does(stage, &self.administrator, step).await {
                _ = tick_off(self.journal.clone(), place, "Ada", Some("by telephone")).await;
            }
        }
    }

    /// Continues the run, unless it is over.
    async fn resume(&self, run: Run, until: Phase) -> Result<Run> {
        if run.closed.is_some() {
            return Ok(run);
        }
        let resumed = self.client.resume(self.journal.clone()).confirm(self.plan.digest()?.to_string());
        let resumed = resumed.until(until).secrets(self.secrets.clone());
        if self.jumps { resumed.later_by(STEPS_WAIT).await } else { resumed.wait().await }
    }

    /// Returns whether the plan lets the user back in.
    fn gives_back(&self) -> bool {
        self.plan.steps.iter().any(|step| step.phase == Phase::Recover && step.call.is_some())
    }

    /// Lets people do the steps of the recovery, gives the account back, and lets the user come.
    async fn gives_back_to(&self, stage: &mut Stage, run: Run) -> Result<(Run, Option<bool>)> {
        self.people(stage, |phase| phase == Phase::Recover).await;
        if stage.is_synced() {
            stage.pass(HOUR, 10 * MINUTE);
        }
        let run = self.resume(run, Phase::Recover).await?;
        if stage.is_guest() {
            // No plan unblocks a guest: a person does, when the home tenant vouches for the account.
            stage.simulation.portal().unblock(&stage.user);
        }
        let proves = |step: &crate::containment::PlanStep| step.task == Some(Task::ProveIdentity);
        let asks = self.plan.steps.iter().any(proves);
        let is_attacker = stage.caller_is_attacker();
        if !asks {
            // Nobody asked who calls: what was made goes to whoever calls.
            let mut table = stage.between.table();
            let password = stage.tenant.password_of(&stage.user);
            let made =
                self.plan.steps.iter().any(|step| {
                    step.call.is_some() && step.actions.contains(&Action::CreateTemporaryAccessPass)
                });
            if made {
                table.adversary.sees_pass();
            }
            if let Some(password) = password {
                table.adversary.sees_password(password);
            }
            drop(table);
            stage.between.gap();
            stage.between.table().adversary.make(Move::UsePass);
            stage.between.table().adversary.make(Move::SignIn);
        }
        stage.pass(2 * MINUTE, MINUTE);
        stage.between.gap();
        let back = (!is_attacker).then(|| people::returns(stage));
        Ok((run, back))
    }

    /// Returns what of the ways neither the run nor a look at the doors names.
    async fn unnamed(&self, stage: &Stage, run: &Run, ways: &[Way]) -> Result<Vec<Way>> {
        if ways.is_empty() {
            return Ok(Vec::new());
        }
        let doors = stage.reader().build()?.open_doors(stage.account, [run]).await?;
        Ok(ways.iter().filter(|way| !is_named(way, &doors, run)).cloned().collect())
    }
}
