//! Undo: it shows first, takes back what is named, nothing twice, and never the attacker's by itself.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use entra_ir_core::containment::journal::{Event, Journal, Ledger, MemoryJournal};
use entra_ir_core::containment::{
    MemoryEvidence, MemorySecrets, Phase, Plan, RunPlace, StepState, UndoHow, UndoStep, Undone, close,
    report, status, tick_off,
};
use entra_ir_core::knowledge::{Action, Incident};
use entra_ir_core::simulator::{Fault, NewGrant, NewServicePrincipal};
use entra_ir_core::{Client, Guard, ObjectId, Refusal, SimulatedTenant};
use entra_ir_tests::client_of_faulty;

use super::{ADELE, StopsAt, writes};

/// A tenant with a run, its journal and its evidence.
struct Scene {
    tenant: SimulatedTenant,
    client: Client,
    place: RunPlace,
    journal: MemoryJournal,
}

impl Scene {
    fn new() -> Self {
        let tenant = SimulatedTenant::contoso();
        let client = client_of_faulty(&tenant).build().unwrap();
        let journal = MemoryJournal::new();
        let place = RunPlace::from(journal.clone()).with_evidence(MemoryEvidence::new());
        Self { tenant, client, place, journal }
    }

    async fn run(&self, incident: Incident) {
        let mut plan = Plan::against(incident, &self.client.snapshot(ADELE).await.unwrap());
        plan.steps.iter_mut().for_each(|step| step.wait = None);
        let contain = self.client.contain(ADELE, &plan).confirm(ADELE).until(Phase::Evict);
        contain.place(self.place.clone()).secrets(MemorySecrets::new()).await.unwrap();
    }

    async fn shown(&self) -> Undone {
        self.client.undo(self.place.clone()).await.unwrap()
    }

    /// A run against a lost device.
    async fn of_device() -> (Self, ObjectId) {
        let scene = Self::new();
        let device = scene.client.list_devices(ADELE).await.unwrap().devices[0].id.unwrap();
        scene.run(Incident::LostDevice { device: Some(device) }).await;
        assert_eq!(scene.tenant.device(device).unwrap().account_enabled, Some(false));
        (scene, device)
    }
}

fn step<'a>(undone: &'a Undone, operation: &str) -> &'a UndoStep {
    undone.steps.iter().find(|step| step.operation == Some(operation)).unwrap()
}

#[tokio::test(start_paused = true)]
async fn it_shows_each_step_with_its_values_and_sends_nothing() {
    let scene = Scene::new();
    scene.run(Incident::AccountTakeover).await;
    let sent = writes(&scene.tenant);
    let entries = Ledger::read(&scene.journal).await.unwrap().entries.len();
    let shown = scene.shown().await;
    assert_eq!(writes(&scene.tenant), sent);
    assert_eq!(Ledger::read(&scene.journal).await.unwrap().entries.len(), entries);
    assert!(!shown.confirmed && shown.steps.iter().all(|step| step.state.is_none()), "{shown}");
    let block = step(&shown, "lock_out");
    assert_eq!((block.how, block.guarded), (UndoHow::Call, true), "{shown}");
    assert_eq!(block.before["account_enabled"], true);
    assert_eq!(block.call.as_ref().unwrap().spec().id, "unblock_sign_in");
    assert!(block.reason.contains("the old one cannot be restored"), "{shown}");
    for never in ["revoke_sign_in_sessions", "delete_methods"] {
        assert_eq!(step(&shown, never).how, UndoHow::Never, "{shown}");
    }
    let removed = step(&shown, "delete_methods").before["methods"].to_string();
    assert!(removed.contains("passkey") && !removed.contains("\"password\""), "{shown}");
    let gate = shown.gate.as_ref().unwrap();
    assert!(gate.missing().count() > 0 && shown.to_string().contains("gate: identity: MISSING"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn a_named_step_is_taken_back_once_and_journaled() {
    let (scene, device) = Scene::of_device().await;
    let disabled = step(&scene.shown().await, "disable_device").clone();
    assert_eq!(disabled.before["account_enabled"], true, "as the evidence shows it: {disabled}");
    for (steps, confirm, told) in [
        (vec![], ADELE, "name the steps"),
        (vec![disabled.step], "alex@contoso.example", "neither the account"),
        (vec![99], ADELE, "was not done"),
    ] {
        let error = scene.client.undo(scene.place.clone()).steps(steps).confirm(confirm).await.unwrap_err();
        assert!(error.to_string().contains(told), "{error}");
    }
    let never = step(&scene.shown().await, "revoke_sign_in_sessions").step;
    let error = scene.client.undo(scene.place.clone()).steps([never]).confirm(ADELE).await.unwrap_err();
    assert!(error.to_string().contains("taken back never: a revocation cannot be undone"), "{error}");
    let sent = writes(&scene.tenant);

    let undone = scene.client.undo(scene.place.clone()).steps([disabled.step]).confirm(ADELE).await.unwrap();
    assert_eq!(step(&undone, "disable_device").state, Some(StepState::Done), "{undone}");
    assert_eq!(scene.tenant.device(device).unwrap().account_enabled, Some(true));
    assert_eq!(writes(&scene.tenant), sent + 1);
    let again = scene.client.undo(scene.place.clone()).steps([disabled.step]).confirm(ADELE).await.unwrap();
    assert_eq!(step(&again, "disable_device").state, Some(StepState::Done), "{again}");
    assert_eq!(writes(&scene.tenant), sent + 1, "nothing twice");

    let said = status(scene.journal.clone()).await.unwrap();
    assert_eq!(said.steps[disabled.step].state, StepState::Undone, "{said}");
    let text = report(scene.journal.clone()).await.unwrap().to_string();
    assert!(text.contains(": taken back"), "{text}");
    // A resume does not disable it again.
    let run = scene.client.resume(scene.place.clone()).await.unwrap();
    assert_eq!(run.steps[disabled.step].state, StepState::Undone, "{run}");
    assert_eq!(scene.tenant.device(device).unwrap().account_enabled, Some(true));
}

#[tokio::test(start_paused = true)]
async fn a_block_is_lifted_only_if_each_missing_item_is_named() {
    let scene = Scene::new();
    scene.run(Incident::AccountTakeover).await;
    let shown = scene.shown().await;
    let block = step(&shown, "lock_out").step;
    let missing: Vec<_> = shown.gate.as_ref().unwrap().missing().map(|item| item.is.word()).collect();
    assert!(missing.len() > 2, "{missing:?}");
    for despite in [&missing[..0], &missing[1..]] {
        let undo = scene.client.undo(scene.place.clone()).steps([block]).confirm(ADELE);
        let error = undo.lift_despite(despite.iter().copied()).await.unwrap_err();
        assert!(matches!(error.as_refusal(), Some(Refusal::NotReady { .. })), "{error}");
        assert!(error.to_string().contains(missing[0]), "{error}");
    }
    assert!(!scene.tenant.user(ADELE).unwrap().enabled);
    let undo = scene.client.undo(scene.place.clone()).steps([block]).confirm(ADELE);
    let undone = undo.lift_despite(missing.iter().copied()).await.unwrap();
    assert!(scene.tenant.user(ADELE).unwrap().enabled, "{undone}");
    assert_eq!(undone.warnings.len(), missing.len(), "{undone}");
    let ledger = Ledger::read(&scene.journal).await.unwrap();
    let despite = ledger.entries.iter().rev().find_map(|entry| match &entry.event {
        Event::Gated { despite, refused: false, .. } => Some(despite.clone()),
        _ => None,
    });
    assert_eq!(despite.unwrap(), missing);
    // What was given back is not taken again, and the run says that nothing holds.
    let run = scene.client.resume(scene.place.clone()).await.unwrap();
    assert!(scene.tenant.user(ADELE).unwrap().enabled);
    assert_eq!(run.headline.word(), "not-contained", "{run}");
}

#[tokio::test(start_paused = true)]
async fn what_the_run_itself_gave_back_is_not_lifted_twice_and_can_be_taken_again() {
    let scene = Scene::new();
    scene.run(Incident::AccountTakeover).await;
    let plan = status(scene.journal.clone()).await.unwrap().plan;
    for (place, _) in plan.steps.iter().enumerate().filter(|(_, step)| step.call.is_none()) {
        tick_off(scene.journal.clone(), place, "Ada", Some("in person")).await.unwrap();
    }
    let resume = scene.client.resume(scene.place.clone()).confirm(ADELE).until(Phase::Recover);
    resume.secrets(MemorySecrets::new()).await.unwrap();
    let shown = scene.shown().await;
    assert_eq!(step(&shown, "lock_out").how, UndoHow::Never, "{shown}");
    assert_eq!(step(&shown, "confirm_user_compromised").how, UndoHow::Never, "{shown}");
    let steps = ["unblock_sign_in", "create_temporary_access_pass"].map(|of| step(&shown, of).step);
    let undone = scene.client.undo(scene.place.clone()).steps(steps).confirm(ADELE).await.unwrap();
    assert!(!scene.tenant.user(ADELE).unwrap().enabled, "{undone}");
    assert!(scene.tenant.access_pass_of(ADELE).is_none(), "{undone}");
}

#[tokio::test(start_paused = true)]
async fn a_block_that_was_there_before_is_never_lifted() {
    let scene = Scene::new();
    scene.client.block_sign_in(ADELE).await.unwrap();
    scene.run(Incident::TokenTheft).await;
    let shown = scene.shown().await;
    let block = step(&shown, "lock_out");
    assert_eq!((block.how, block.call.is_none()), (UndoHow::Never, true), "{shown}");
    assert!(block.reason.contains("by somebody else"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn the_attackers_consent_and_application_are_not_given_back_by_themselves() {
    let mut scene = Scene::new();
    // An application is everybody's.
    let guard = Guard::new().allow_tenant_wide();
    scene.client = client_of_faulty(&scene.tenant).guard(guard).build().unwrap();
    let graph = scene.tenant.service_principal("Microsoft Graph").unwrap();
    let hostile = scene.tenant.add_service_principal(NewServicePrincipal::foreign("=cmd|' /C calc'!A0\n<b>"));
    let grant =
        scene.tenant.add_grant(NewGrant::of_user(ADELE, hostile, graph, "Mail.ReadWrite offline_access"));
    let mut plan = Plan::against(
        Incident::MaliciousConsent { grant: grant.map(|grant| grant.to_string()) },
        &scene.client.snapshot(ADELE).await.unwrap(),
    );
    plan.steps.iter_mut().for_each(|step| step.wait = None);
    let contain = scene.client.contain(ADELE, &plan).confirm(ADELE).place(scene.place.clone());
    contain.secrets(MemorySecrets::new()).await.unwrap();
    assert_eq!(scene.tenant.is_application_enabled(hostile), Some(false));
    let shown = scene.shown().await;
    let revoked = step(&shown, "revoke_grant");
    assert_eq!(
        (revoked.how, revoked.before["scope"].as_str()),
        (UndoHow::Never, Some("Mail.ReadWrite offline_access"))
    );
    let application = step(&shown, "disable_service_principal");
    assert!(application.guarded && application.call.is_some(), "{shown}");
    let undo = scene.client.undo(scene.place.clone()).steps([application.step]).confirm(ADELE);
    let error = undo.await.unwrap_err();
    assert!(matches!(error.as_refusal(), Some(Refusal::NotReady { .. })), "{error}");
    assert_eq!(scene.tenant.is_application_enabled(hostile), Some(false));
}

#[tokio::test(start_paused = true)]
async fn what_a_person_did_is_a_line_with_the_exact_values() {
    let scene = Scene::new();
    let elena = "elena@contoso.example";
    let plan = Plan::against(Incident::Privileged, &scene.client.snapshot(elena).await.unwrap());
    let contain = scene.client.contain(elena, &plan).confirm(elena).until(Phase::LockOut);
    contain.place(scene.place.clone()).await.unwrap();
    scene.client.resume(scene.place.clone()).await.unwrap();
    for action in [Action::RemoveRole, Action::DisableMailRules] {
        let place = plan.steps.iter().position(|step| step.actions.contains(&action)).unwrap();
        tick_off(scene.journal.clone(), place, "Ada", Some("rule \"RSS\"")).await.unwrap();
    }
    let shown = scene.shown().await;
    let by_person = |action| {
        let place = plan.steps.iter().position(|step| step.actions.contains(&action)).unwrap();
        shown.steps.iter().find(|step| step.step == place).unwrap()
    };
    let roles = by_person(Action::RemoveRole);
    assert_eq!((roles.how, roles.call.is_none()), (UndoHow::ByHand, true), "{shown}");
    assert!(roles.before["active_roles"].to_string().contains("Global Administrator"), "{shown}");
    let mail = by_person(Action::DisableMailRules);
    assert_eq!((mail.how, mail.before["rules"].as_str()), (UndoHow::ByHand, Some("rule \"RSS\"")), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn an_undo_that_stops_at_any_line_goes_on_and_a_closed_run_stays_closed() {
    for lines in 0..6 {
        let (scene, device) = Scene::of_device().await;
        let disabled = step(&scene.shown().await, "disable_device").step;
        let stops = StopsAt { stored: scene.journal.clone(), lines: AtomicUsize::new(0), last: lines };
        let place = RunPlace::from(Arc::new(stops) as Arc<dyn Journal>).with_evidence(MemoryEvidence::new());
        let cut = scene.client.undo(place).steps([disabled]).confirm(ADELE).await;
        let sent = writes(&scene.tenant);
        let undone = scene.client.undo(scene.place.clone()).steps([disabled]).confirm(ADELE).await.unwrap();
        assert_eq!(step(&undone, "disable_device").state, Some(StepState::Done), "{lines}: {undone}");
        assert_eq!(scene.tenant.device(device).unwrap().account_enabled, Some(true));
        if cut.is_ok() {
            assert_eq!(writes(&scene.tenant), sent, "{lines}: nothing twice");
        }
        Ledger::read(&scene.journal).await.unwrap();
    }

    let (scene, device) = Scene::of_device().await;
    let digest = close(scene.journal.clone()).await.unwrap();
    let closed = scene.journal.read().await.unwrap();
    let disabled = step(&scene.shown().await, "disable_device").step;
    scene.client.undo(scene.place.clone()).steps([disabled]).confirm(ADELE).await.unwrap();
    assert_eq!(scene.tenant.device(device).unwrap().account_enabled, Some(true));
    assert_eq!(scene.journal.read().await.unwrap(), closed, "what was closed stays as it is");
    let said = status(scene.journal.clone()).await.unwrap();
    assert_eq!((said.closed, said.steps[disabled].state), (digest, StepState::Undone));
    assert!(tick_off(scene.journal.clone(), 0, "Ada", None).await.is_err(), "a closed run takes no ticks");
    // What follows is chained to the closing entry.
    let after = scene.journal.read_after().await.unwrap();
    let first: serde_json::Value = serde_json::from_str(after.lines().next().unwrap()).unwrap();
    assert_eq!(first["previous"].as_str().unwrap(), digest.unwrap().to_string());
}

#[tokio::test(start_paused = true)]
async fn a_step_that_is_refused_stays_done_and_can_be_taken_back_later() {
    let (scene, device) = Scene::of_device().await;
    let disabled = step(&scene.shown().await, "disable_device").step;
    scene.tenant.inject(Fault::status(403).on(http::Method::PATCH, "/devices/"));
    let undo = || scene.client.undo(scene.place.clone()).steps([disabled]).confirm(ADELE);
    let failed = undo().await.unwrap();
    assert_eq!(step(&failed, "disable_device").state, Some(StepState::Failed), "{failed}");
    assert_eq!(scene.tenant.device(device).unwrap().account_enabled, Some(false));
    assert_eq!(status(scene.journal.clone()).await.unwrap().steps[disabled].state, StepState::Done);
    let undone = undo().await.unwrap();
    assert_eq!(step(&undone, "disable_device").state, Some(StepState::Done), "{undone}");
}
