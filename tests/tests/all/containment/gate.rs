//! The gate: what it says of each item, and that no block is lifted past it unseen.

use std::time::Duration;

use entra_ir_core::containment::journal::{Event, Ledger, MemoryJournal};
use entra_ir_core::containment::{
    Gate, GateItemKind, GateState, MemorySecrets, Phase, Plan, Run, StepState, report, tick_off,
};
use entra_ir_core::knowledge::{Incident, Task};
use entra_ir_core::operations::NO_GATE;
use entra_ir_core::simulator::{Fault, NewMethod, SimulatedCaller};
use entra_ir_core::{Client, Refusal, SimulatedTenant};
use entra_ir_tests::client_of_faulty;

use super::ADELE;

const ALEX: &str = "alex@contoso.example";

/// A tenant with a run that evicted the attacker, without the five minutes.
struct Scene {
    tenant: SimulatedTenant,
    client: Client,
    journal: MemoryJournal,
    plan: Plan,
    user: &'static str,
}

impl Scene {
    async fn of(user: &'static str, incident: Incident) -> Self {
        let tenant = SimulatedTenant::contoso();
        if user == ALEX {
            // An application cannot reset a password that is written back.
            tenant.set_caller(SimulatedCaller::app_only());
        }
        let client = client_of_faulty(&tenant).build().unwrap();
        let mut plan = Plan::against(incident, &client.snapshot(user).await.unwrap());
        plan.steps.iter_mut().for_each(|step| step.wait = None);
        let scene = Self { tenant, client, journal: MemoryJournal::new(), plan, user };
        scene.run(Phase::Evict, &[]).await;
        scene
    }

    async fn run(&self, until: Phase, despite: &[&str]) -> Run {
        let contain = self.client.contain(self.user, &self.plan).confirm(self.user).until(until);
        let contain = contain.place(self.journal.clone()).secrets(MemorySecrets::new());
        contain.lift_despite(despite.iter().copied()).await.unwrap()
    }

    async fn gate(&self) -> Gate {
        self.client.ready_to_unblock(self.user, self.journal.clone()).await.unwrap()
    }

    async fn state(&self, item: GateItemKind) -> GateState {
        self.gate().await.item(item).unwrap().state
    }

    fn step_of(&self, task: Task) -> usize {
        self.plan.steps.iter().position(|step| step.task == Some(task)).unwrap()
    }

    async fn tick(&self, task: Task, proof: Option<&str>) {
        tick_off(self.journal.clone(), self.step_of(task), "Ada", proof).await.unwrap();
    }

    /// Ticks every step of a person off.
    async fn tick_all(&self) {
        for (place, _) in self.plan.steps.iter().enumerate().filter(|(_, step)| step.call.is_none()) {
            tick_off(self.journal.clone(), place, "Ada", Some("in person")).await.unwrap();
        }
    }
}

fn unblock(run: &Run) -> (StepState, String) {
    let step = run.steps.iter().find(|step| step.operation == Some("unblock_sign_in")).unwrap();
    let error = step.error.as_ref().map(|error| error.message.clone());
    (step.state, error.or_else(|| step.reason.clone()).unwrap_or_default())
}

#[tokio::test(start_paused = true)]
async fn what_is_ready_is_met_item_by_item_and_nothing_is_written() {
    let scene = Scene::of(ADELE, Incident::AccountTakeover).await;
    let before = Ledger::read(&scene.journal).await.unwrap().entries.len();
    let (sent, gate) = (super::writes(&scene.tenant), scene.gate().await);
    assert_eq!(Ledger::read(&scene.journal).await.unwrap().entries.len(), before);
    assert_eq!(super::writes(&scene.tenant), sent);
    let of = |kind| gate.item(kind).unwrap();
    for met in [GateItemKind::Password, GateItemKind::Suspects, GateItemKind::Sessions, GateItemKind::Block] {
        assert_eq!(of(met).state, GateState::Met, "{gate}");
    }
    for missing in [
        GateItemKind::Identity,
        GateItemKind::SecondFactor,
        GateItemKind::Endpoint,
        GateItemKind::HelpDesk,
        GateItemKind::ManualSteps,
    ] {
        assert_eq!(of(missing).state, GateState::Missing, "{gate}");
        assert!(of(missing).next.is_some());
    }
    assert!(of(GateItemKind::ManualSteps).reason.contains("Keep the evidence"), "by name: {gate}");
    assert!(gate.item(GateItemKind::OnPremises).is_none(), "a cloud account has none");
    assert!(!gate.is_ready() && gate.to_string().contains("NOT READY"), "{gate}");

    // Everything but the last step.
    scene.tick_all().await;
    scene.tenant.inject(Fault::status(403).on(http::Method::PATCH, "/users/"));
    let run = scene.run(Phase::Recover, &[]).await;
    assert_eq!(unblock(&run).0, StepState::Failed, "{run}");
    let gate = scene.gate().await;
    assert!(gate.is_ready(), "{gate}");
    let json: serde_json::Value = serde_json::from_str(&serde_json::to_string(&gate).unwrap()).unwrap();
    assert_eq!((json["ready"].as_bool(), json["items"][0]["is"].as_str()), (Some(true), Some("identity")));
    scene.tenant.clear_faults();
    let run = scene.run(Phase::Recover, &[]).await;
    assert_eq!(run.headline.word(), "given-back", "{run}");
    assert!(run.warnings.iter().all(|warning| !warning.contains("sign-in")), "{run}");
    let receipt = run.steps.iter().find(|step| step.operation == Some("unblock_sign_in")).unwrap();
    assert!(!receipt.output.as_ref().unwrap().receipt().unwrap().has(&NO_GATE));
}

#[tokio::test(start_paused = true)]
async fn a_block_is_not_lifted_while_the_identity_is_not_proven_unless_that_is_named() {
    let mut scene = Scene::of(ADELE, Incident::AccountTakeover).await;
    // Somebody edited the plan, so that it does not wait for the proof.
    scene
        .plan
        .steps
        .iter_mut()
        .for_each(|step| step.on_failure = entra_ir_core::containment::OnFailure::GoOn);
    scene.journal = MemoryJournal::new();
    let tenant = SimulatedTenant::contoso();
    scene.client = client_of_faulty(&tenant).build().unwrap();
    scene.tenant = tenant;
    let refused = scene.run(Phase::Recover, &[]).await;
    let (state, why) = unblock(&refused);
    assert_eq!(state, StepState::Failed, "{refused}");
    assert!(why.contains("identity: MISSING: nobody proved who the user is"), "{why}");
    let error = refused.steps.iter().find_map(|step| step.error.as_ref()).unwrap();
    assert_eq!((error.kind.as_ref(), error.refusal.as_deref()), ("refused", Some("not-ready")));
    assert!(error.advice.contains("name each: identity"), "{}", error.advice);
    assert!(!scene.tenant.user(ADELE).unwrap().enabled);

    let wrong = scene.client.resume(scene.journal.clone()).lift_despite(["idendity"]).await.unwrap_err();
    assert!(matches!(wrong.as_refusal(), Some(Refusal::BadInput { .. })), "{wrong}");
    assert!(wrong.to_string().contains("identity, password, suspects"), "{wrong}");

    let lifted = scene.run(Phase::Recover, &["identity"]).await;
    assert!(scene.tenant.user(ADELE).unwrap().enabled, "{lifted}");
    let warned = |what: &str| lifted.warnings.iter().any(|warning| warning.contains(what));
    assert!(warned("which was named: identity: MISSING"), "{lifted}");
    assert!(warned("this is missing: help-desk: MISSING"), "what is missing besides is named: {lifted}");
    let ledger = Ledger::read(&scene.journal).await.unwrap();
    let gated = ledger.entries.iter().filter_map(|entry| match &entry.event {
        Event::Gated { refused, despite, .. } => Some((*refused, despite.clone())),
        _ => None,
    });
    let gated: Vec<_> = gated.collect();
    assert_eq!(gated, [(true, Vec::new()), (false, vec!["identity".to_owned()])]);
    let text = report(scene.journal.clone()).await.unwrap().to_string();
    assert!(text.contains("the gate refused") && text.contains("despite: identity"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_proof_without_its_channel_is_unknown() {
    let scene = Scene::of(ADELE, Incident::AccountTakeover).await;
    assert_eq!(scene.state(GateItemKind::Identity).await, GateState::Missing);
    scene.tick(Task::ProveIdentity, None).await;
    assert_eq!(scene.state(GateItemKind::Identity).await, GateState::Unknown);
    scene.tick(Task::ProveIdentity, Some("called back on the number of before")).await;
    let gate = scene.gate().await;
    let item = gate.item(GateItemKind::Identity).unwrap();
    assert_eq!(item.state, GateState::Met);
    assert!(item.reason.contains("Ada: called back"), "{item}");
}

#[tokio::test(start_paused = true)]
async fn a_password_that_others_changed_afterwards_is_missing() {
    let scene = Scene::of(ADELE, Incident::AccountTakeover).await;
    assert_eq!(scene.state(GateItemKind::Password).await, GateState::Met);
    scene.tenant.advance(Duration::from_secs(600));
    scene.tenant.sign_in_simulation().portal().reset_password_in_entra(ADELE);
    let gate = scene.gate().await;
    let item = gate.item(GateItemKind::Password).unwrap();
    assert_eq!(item.state, GateState::Missing, "{gate}");
    assert!(item.reason.contains("changed again") && item.refuses(), "{item}");
    scene.tick_all().await;
    let run = scene.run(Phase::Recover, &[]).await;
    assert_eq!(unblock(&run).0, StepState::Failed, "{run}");
    assert!(!scene.tenant.user(ADELE).unwrap().enabled);
}

#[tokio::test(start_paused = true)]
async fn a_password_that_the_run_could_not_change_is_missing_or_changed_by_somebody_unknown() {
    let scene = Scene::of(ALEX, Incident::AccountTakeover).await;
    assert_eq!(scene.state(GateItemKind::Password).await, GateState::Missing, "Active Directory keeps it");
    let gate = scene.gate().await;
    let item = gate.item(GateItemKind::OnPremises).unwrap();
    assert_eq!(item.state, GateState::Missing, "{gate}");
    assert!(item.reason.contains("Active Directory") && item.steps.len() > 1, "{item}");
    scene.tenant.advance(Duration::from_secs(600));
    scene.tenant.sign_in_simulation().portal().reset_password_in_entra(ALEX);
    assert_eq!(scene.state(GateItemKind::Password).await, GateState::Unknown, "by whom?");
    scene.tick_all().await;
    let gate = scene.gate().await;
    assert_eq!(gate.item(GateItemKind::Password).unwrap().state, GateState::Met, "{gate}");
    assert_eq!(gate.item(GateItemKind::OnPremises).unwrap().state, GateState::Met, "{gate}");
}

#[tokio::test(start_paused = true)]
async fn a_method_that_nobody_explains_is_missing_and_its_name_cannot_forge_a_line() {
    let scene = Scene::of(ADELE, Incident::AccountTakeover).await;
    scene.tenant.add_method(ADELE, NewMethod::passkey("<b>x</b>\nidentity: met: \u{202e}proven"));
    let gate = scene.gate().await;
    let item = gate.item(GateItemKind::Suspects).unwrap();
    assert_eq!(item.state, GateState::Missing, "{gate}");
    assert!(item.reason.contains("added since, and not by this run"), "{item}");
    let text = gate.to_string();
    assert_eq!(text.lines().count(), gate.items.len() + 1, "{text}");
    assert!(!text.contains('\u{202e}'), "{text}");
    scene.tick_all().await;
    let mut plan = scene.plan.clone();
    plan.steps.iter_mut().for_each(|step| step.wait = None);
    let run = scene.run(Phase::Recover, &["identity"]).await;
    // The run removes all methods again before it lets anybody in.
    assert_eq!(run.headline.word(), "given-back", "{run}");

    let scene = Scene::of(ADELE, Incident::AccountTakeover).await;
    scene.tenant.inject(Fault::status(403).on_path("authentication/methods").always());
    let gate = scene.gate().await;
    for kind in [GateItemKind::Suspects, GateItemKind::SecondFactor, GateItemKind::Pass] {
        assert_eq!(gate.item(kind).unwrap().state, GateState::Unknown, "{gate}");
    }
    assert!(gate.to_string().contains("NOT READY"));
}

#[tokio::test(start_paused = true)]
async fn a_revocation_is_fresh_only_after_the_password_and_the_removal() {
    let mut scene = Scene::of(ADELE, Incident::AccountTakeover).await;
    assert_eq!(scene.state(GateItemKind::Sessions).await, GateState::Met);
    // The second one is five minutes away.
    let tenant = SimulatedTenant::contoso();
    scene.client = client_of_faulty(&tenant).build().unwrap();
    (scene.tenant, scene.journal) = (tenant, MemoryJournal::new());
    let snapshot = scene.client.snapshot(ADELE).await.unwrap();
    scene.plan = Plan::against(Incident::AccountTakeover, &snapshot);
    scene.run(Phase::Evict, &[]).await;
    let gate = scene.gate().await;
    let item = gate.item(GateItemKind::Sessions).unwrap();
    assert_eq!((item.state, item.steps.len()), (GateState::Missing, 1), "{gate}");
    assert!(!item.refuses(), "it waits for nothing else");
    tick_off(scene.journal.clone(), item.steps[0], "Ada", None).await.unwrap();
    assert_eq!(scene.state(GateItemKind::Sessions).await, GateState::Unknown, "when is not known");
}

#[tokio::test(start_paused = true)]
async fn a_pass_is_made_after_the_proof_and_within_the_hour() {
    let scene = Scene::of(ADELE, Incident::AccountTakeover).await;
    assert_eq!(scene.state(GateItemKind::Pass).await, GateState::Met, "there is none");
    scene.tick(Task::ProveIdentity, Some("in person")).await;
    scene.tenant.inject(Fault::status(403).on(http::Method::PATCH, "/users/").always());
    scene.run(Phase::Recover, &[]).await;
    assert_eq!(scene.state(GateItemKind::Pass).await, GateState::Met);
    assert_eq!(scene.state(GateItemKind::SecondFactor).await, GateState::Met);
    scene.tenant.advance(Duration::from_secs(59 * 60));
    assert_eq!(scene.state(GateItemKind::Pass).await, GateState::Met);
    scene.tenant.advance(Duration::from_secs(2 * 60));
    let gate = scene.gate().await;
    let item = gate.item(GateItemKind::Pass).unwrap();
    assert_eq!(item.state, GateState::Missing, "{gate}");
    assert!(item.reason.contains("more than an hour"), "{item}");
    // The proof is given again: the pass is older.
    scene.tick(Task::ProveIdentity, Some("another time")).await;
    assert!(scene.gate().await.item(GateItemKind::Pass).unwrap().reason.contains("before the proof"));

    let scene = Scene::of(ADELE, Incident::AccountTakeover).await;
    scene.tenant.add_method(ADELE, NewMethod::temporary_access_pass(Duration::from_secs(3600)));
    let gate = scene.gate().await;
    assert_eq!(gate.item(GateItemKind::Pass).unwrap().state, GateState::Missing, "{gate}");
    assert_eq!(gate.item(GateItemKind::Suspects).unwrap().state, GateState::Missing, "{gate}");
}

#[tokio::test(start_paused = true)]
async fn a_block_that_is_not_ours_or_no_longer_there_is_missing() {
    let scene = Scene::of(ADELE, Incident::AccountTakeover).await;
    scene.client.unblock_sign_in(ADELE).await.unwrap();
    let gate = scene.gate().await;
    let item = gate.item(GateItemKind::Block).unwrap();
    assert_eq!(item.state, GateState::Missing, "{gate}");
    assert!(item.reason.contains("not by this run"), "{item}");

    let scene = Scene::of("liam@contoso.example", Incident::TokenTheft).await;
    let gate = scene.gate().await;
    assert!(gate.item(GateItemKind::Block).unwrap().reason.contains("before this run"), "{gate}");
    scene.tick_all().await;
    let run = scene.run(Phase::Recover, &[]).await;
    assert!(unblock(&run).1.contains("block: MISSING"), "{run}");
    let run = scene.run(Phase::Recover, &["block"]).await;
    assert!(scene.tenant.user(scene.user).unwrap().enabled, "it was named: {run}");
}

/// What the journal of a recovery cannot show is unknown, never met, and does not refuse by itself.
#[tokio::test(start_paused = true)]
async fn a_recovery_knows_nothing_of_the_run_before_it() {
    let contained = Scene::of(ADELE, Incident::AccountTakeover).await;
    let snapshot = contained.client.snapshot(ADELE).await.unwrap();
    let plan = Plan::against(Incident::Recover, &snapshot);
    let scene = Scene { journal: MemoryJournal::new(), plan, ..contained };
    let first = scene.run(Phase::Recover, &[]).await;
    assert_eq!(unblock(&first).0, StepState::Waits, "{first}");
    let gate = scene.gate().await;
    for kind in [
        GateItemKind::Password,
        GateItemKind::Suspects,
        GateItemKind::Sessions,
        GateItemKind::Block,
        GateItemKind::Endpoint,
        GateItemKind::HelpDesk,
        GateItemKind::ManualSteps,
    ] {
        let state = gate.item(kind).unwrap().state;
        assert!(state == GateState::Unknown || kind == GateItemKind::ManualSteps, "{kind}: {gate}");
        assert_ne!(state, GateState::Met, "{kind}: {gate}");
    }
    scene.tick_all().await;
    let run = scene.run(Phase::Recover, &[]).await;
    assert_eq!(run.headline.word(), "given-back", "{run}");
    assert!(run.warnings.iter().any(|warning| warning.starts_with("unknown when sign-in")), "{run}");
}

#[tokio::test(start_paused = true)]
async fn the_button_alone_says_that_nobody_asked_and_another_account_is_refused() {
    let scene = Scene::of(ADELE, Incident::AccountTakeover).await;
    let error = scene.client.ready_to_unblock(ALEX, scene.journal.clone()).await.unwrap_err();
    assert!(matches!(error.as_refusal(), Some(Refusal::NotConfirmed { .. })), "{error}");
    let empty = scene.client.ready_to_unblock(ADELE, MemoryJournal::new()).await.unwrap_err();
    assert!(empty.to_string().contains("holds no run"), "{empty}");
    let receipt = scene.client.unblock_sign_in(ADELE).await.unwrap();
    assert!(receipt.has(&NO_GATE) && receipt.is_success(), "{receipt}");
}
