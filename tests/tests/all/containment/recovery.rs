//! The way back: nobody is let in while the attacker holds something, and nothing is taken from a user who
//! was let in.

use entra_ir_core::containment::journal::MemoryJournal;
use entra_ir_core::containment::{MemorySecrets, OnFailure, Phase, Plan, Run, StepState, tick_off};
use entra_ir_core::knowledge::Incident;
use entra_ir_core::simulator::{Fault, NewMethod};
use entra_ir_core::{Client, SimulatedTenant};
use entra_ir_tests::client_of_faulty;

use super::{ADELE, run};

fn state(run: &Run, operation: &str) -> StepState {
    run.steps.iter().find(|step| step.operation == Some(operation)).unwrap().state
}

/// The plan without the five minutes, whose identity is proven in the journal.
async fn proven(client: &Client, incident: Incident, journal: &MemoryJournal) -> Plan {
    let mut plan = Plan::against(incident, &client.snapshot(ADELE).await.unwrap());
    plan.steps.iter_mut().for_each(|step| step.wait = None);
    run(client, &plan, Phase::LockOut, journal).await.unwrap();
    let stops = |step: &entra_ir_core::containment::PlanStep| {
        step.call.is_none() && step.on_failure == OnFailure::Stop
    };
    for step in plan.steps.iter().enumerate().filter(|(_, step)| stops(step)).map(|(place, _)| place) {
        tick_off(journal.clone(), step, "Ada", Some("in person")).await.unwrap();
    }
    plan
}

#[tokio::test(start_paused = true)]
async fn nobody_is_let_in_while_the_attacker_has_a_method() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    let journal = MemoryJournal::new();
    let plan = proven(&client, Incident::AccountTakeover, &journal).await;
    tenant.inject(Fault::status(403).on_path("fido2Methods").always());
    let first = run(&client, &plan, Phase::Recover, &journal).await.unwrap();
    assert_eq!(state(&first, "delete_methods"), StepState::Failed, "{first}");
    assert_eq!(state(&first, "unblock_sign_in"), StepState::Waits, "{first}");
    assert_eq!(state(&first, "create_temporary_access_pass"), StepState::Waits);
    assert!(!tenant.user(ADELE).unwrap().enabled);
    tenant.clear_faults();
    let then = run(&client, &plan, Phase::Recover, &journal).await.unwrap();
    assert_eq!(then.headline.word(), "given-back", "{then}");
    assert!(tenant.user(ADELE).unwrap().enabled);

    // The user registers a key. A resume takes nothing from him, and claims nothing of a block.
    tenant.add_method(ADELE, NewMethod::passkey("his own"));
    let methods = tenant.methods_of(ADELE).len();
    let more = client.resume(journal).secrets(MemorySecrets::new()).await.unwrap();
    assert_eq!(more.headline.word(), "given-back", "{more}");
    assert_eq!(tenant.methods_of(ADELE).len(), methods);
}

#[tokio::test(start_paused = true)]
async fn no_method_is_removed_while_the_block_cannot_be_read() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    let journal = MemoryJournal::new();
    let plan = Plan::against(Incident::AccountTakeover, &client.snapshot(ADELE).await.unwrap());
    run(&client, &plan, Phase::LockOut, &journal).await.unwrap();
    let id = tenant.user(ADELE).unwrap().id.to_string();
    let methods = tenant.methods_of(ADELE).len();
    tenant.inject(Fault::status(503).on(http::Method::GET, &format!("/v1.0/users/{id}")).always());
    let then = client.resume(journal.clone()).await.unwrap();
    assert_eq!(state(&then, "delete_methods"), StepState::Waits, "{then}");
    assert_eq!(tenant.methods_of(ADELE).len(), methods);
    tenant.clear_faults();
    assert_eq!(state(&client.resume(journal).await.unwrap(), "delete_methods"), StepState::Done);
}

#[tokio::test(start_paused = true)]
async fn what_began_while_a_sync_had_undone_the_block_is_ended_again() {
    const ALEX: &str = "alex@contoso.example";
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    let journal = MemoryJournal::new();
    client.contain(ALEX, Incident::AccountTakeover).confirm(ALEX).place(journal.clone()).await.unwrap();
    let revoked = super::posts(&tenant, "/revokeSignInSessions");
    tenant.run_sync();
    tenant.add_method(ALEX, NewMethod::passkey("the attacker's"));
    let then = client.resume(journal).await.unwrap();
    assert!(!tenant.user(ALEX).unwrap().enabled);
    assert!(super::posts(&tenant, "/revokeSignInSessions") > revoked, "{then}");
    assert!(tenant.methods_of(ALEX).iter().all(|method| !method.kind.is_removable()), "{then}");
}

#[tokio::test(start_paused = true)]
async fn a_block_of_somebody_else_before_ours_stays_his() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    let journal = MemoryJournal::new();
    let mut plan = Plan::against(Incident::AccountTakeover, &client.snapshot(ADELE).await.unwrap());
    plan.steps.iter_mut().for_each(|step| step.wait = None);
    // The run stops after its first entry; then attack disruption blocks.
    let stops =
        super::StopsAt { stored: journal.clone(), lines: std::sync::atomic::AtomicUsize::new(0), last: 1 };
    let stops: std::sync::Arc<dyn entra_ir_core::containment::journal::Journal> = std::sync::Arc::new(stops);
    super::run_with(&client, &plan, Phase::Recover, stops, MemorySecrets::new()).await.unwrap_err();
    client.block_sign_in(ADELE).await.unwrap();
    let first = run(&client, &plan, Phase::Evict, &journal).await.unwrap();
    assert!(first.others.iter().any(|other| other.contains("somebody else")), "{first}");
    let proof = plan.steps.iter().position(|step| step.title.starts_with("Prove")).unwrap();
    tick_off(journal.clone(), proof, "Ada", None).await.unwrap();
    let then = run(&client, &plan, Phase::Recover, &journal).await.unwrap();
    assert_eq!(state(&then, "unblock_sign_in"), StepState::Failed, "{then}");
    assert!(then.to_string().contains("somebody else blocked"), "{then}");
    assert!(!tenant.user(ADELE).unwrap().enabled);
}

#[tokio::test(start_paused = true)]
async fn the_headline_of_each_plan_says_what_it_is_for() {
    for (incident, word) in [
        (Incident::Lockdown, "locked-out"),
        (Incident::MaliciousConsent { grant: None }, "evicted-except"),
        (Incident::LostDevice { device: None }, "evicted-except"),
        (Incident::TokenTheft, "evicted-except"),
        (Incident::Privileged, "evicted-except"),
    ] {
        let tenant = SimulatedTenant::contoso();
        let client = client_of_faulty(&tenant).build().unwrap();
        let plan = Plan::against(incident, &client.snapshot(ADELE).await.unwrap());
        let ran = run(&client, &plan, Phase::Evict, &MemoryJournal::new()).await.unwrap();
        assert_eq!(ran.headline.word(), word, "{}: {ran}", plan.incident);
    }
}
