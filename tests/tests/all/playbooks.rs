//! The plans of the playbooks for the beginning and the end of an incident, on the simulated tenant.

use entra_ir_core::containment::journal::MemoryJournal;
use entra_ir_core::containment::{MemorySecrets, Phase, Plan, PlanStep, Run, tick_off};
use entra_ir_core::knowledge::{Action, Incident};
use entra_ir_core::model::MethodKind;
use entra_ir_core::{Client, SimulatedTenant};
use entra_ir_tests::client_of;

const ADELE: &str = "adele@contoso.example";

/// Makes the plan against an incident, whose steps wait for nothing.
async fn plan(client: &Client, incident: Incident) -> Plan {
    let snapshot = client.snapshot(ADELE).await.unwrap();
    let mut plan = Plan::against(incident, &snapshot);
    plan.steps.iter_mut().for_each(|step| step.wait = None);
    plan
}

/// Runs a plan up to the phase that it has by itself.
async fn run(client: &Client, plan: &Plan, journal: &MemoryJournal) -> Run {
    let run = client.contain(plan.account, plan).confirm(ADELE).place(journal.clone());
    run.secrets(MemorySecrets::new()).await.unwrap()
}

fn kinds(tenant: &SimulatedTenant) -> Vec<MethodKind> {
    tenant.methods_of(ADELE).into_iter().map(|method| method.kind).collect()
}

fn is_enabled(tenant: &SimulatedTenant) -> bool {
    tenant.user(ADELE).unwrap().enabled
}

#[tokio::test(start_paused = true)]
async fn a_lockdown_locks_and_keeps_everything() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let before = kinds(&tenant);
    let plan = plan(&client, Incident::Lockdown).await;
    let calls: Vec<_> = plan.steps.iter().filter_map(|step| Some(step.call.as_ref()?.spec().id)).collect();
    assert_eq!(calls, ["lock_out", "revoke_sign_in_sessions", "revoke_sign_in_sessions"]);
    assert!(plan.steps.iter().all(|step| step.phase != Phase::Recover), "nobody is let in by a lockdown");
    let run = run(&client, &plan, &MemoryJournal::new()).await;
    assert!(run.is_whole() && !is_enabled(&tenant), "{run}");
    assert_eq!(kinds(&tenant), before);
}

#[tokio::test(start_paused = true)]
async fn what_was_contained_is_recovered_by_a_plan_of_its_own() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    run(&client, &plan(&client, Incident::AccountTakeover).await, &MemoryJournal::new()).await;
    assert!(!is_enabled(&tenant) && kinds(&tenant).iter().all(|kind| !kind.is_removable()));

    let plan = plan(&client, Incident::Recover).await;
    assert_eq!(plan.default_phase(), Phase::Recover, "it only lets in");
    assert!(plan.steps.iter().all(|step| step.phase == Phase::Recover));
    let journal = MemoryJournal::new();
    run(&client, &plan, &journal).await;
    assert!(kinds(&tenant).iter().all(|kind| !kind.is_removable()), "nobody proved who calls");
    let proof = plan.steps.iter().position(|step| step.title.starts_with("Prove")).unwrap();
    tick_off(journal.clone(), proof, "Ada", Some("seen in person")).await.unwrap();
    let run = run(&client, &plan, &journal).await;
    assert!(run.is_whole() && is_enabled(&tenant), "{run}");
    let passes = kinds(&tenant).into_iter().filter(|kind| *kind == MethodKind::TemporaryAccessPass);
    assert_eq!(passes.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn each_call_of_a_recovery_runs_by_itself_and_the_last_unblocks() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    client.lock_out(ADELE).await.unwrap();
    let calls = plan(&client, Incident::Recover).await.steps.into_iter().filter_map(|step| step.call);
    for call in calls {
        assert!(!is_enabled(&tenant), "before {}", call.spec().id);
        client.run(call).await.unwrap();
    }
    assert!(is_enabled(&tenant));
}

#[tokio::test(start_paused = true)]
async fn the_tenant_comes_before_the_methods_of_a_privileged_account() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let plan = plan(&client, Incident::Privileged).await;
    let place = |is: &dyn Fn(&PlanStep) -> bool| plan.steps.iter().position(is).unwrap();
    let azure = place(&|step| step.title.ends_with("access to Azure"));
    let methods = place(&|step| step.actions.contains(&Action::DeleteMethods));
    assert!(
        azure < methods && plan.steps[azure].phase == Phase::Evict && plan.steps[azure].by_hand.is_some()
    );
    let run = run(&client, &plan, &MemoryJournal::new()).await;
    assert!(run.is_whole() && !is_enabled(&tenant), "{run}");
    assert!(kinds(&tenant).iter().all(|kind| !kind.is_removable()));
}
