//! What is above the caller's role: the preview says so, and the run hands it over and leaves the account
//! locked.

use entra_ir_core::SimulatedTenant;
use entra_ir_core::containment::journal::MemoryJournal;
use entra_ir_core::containment::{Phase, StepState};
use entra_ir_core::knowledge::{Expectation, Incident, ObstacleKind};
use entra_ir_core::simulator::{Role, SimulatedCaller};

use super::ADELE;

/// A responder who may lock accounts out, and sees everything.
fn locker(tenant: &SimulatedTenant) -> entra_ir_core::Client {
    let roles = [Role::GlobalReader, Role::UserAdministrator];
    tenant.set_caller(SimulatedCaller::delegated("responder@contoso.example", roles));
    tenant.client().unwrap()
}

#[tokio::test]
async fn a_preview_says_what_graph_is_expected_to_refuse() {
    let tenant = SimulatedTenant::contoso();
    let preview = locker(&tenant).preview(ADELE, Incident::AccountTakeover).await.unwrap();
    let of = |title: &str| preview.steps.iter().find(|step| step.title == title).unwrap();
    assert!(
        preview.steps.iter().filter(|step| step.phase == Phase::LockOut).all(|step| step.expected.is_none())
    );
    let check = of("Delete methods").expected.as_ref().unwrap();
    assert_eq!(check.expected, Expectation::Refused);
    assert_eq!(check.because[0].kind, ObstacleKind::Role);
    assert!(
        preview
            .to_string()
            .contains("Graph is expected to refuse it: the signed-in user holds none of the roles")
    );
    let unblocked = preview.doors.if_unblocked();
    let passkeys = unblocked.open().filter(|door| door.label.starts_with("passkey"));
    assert_eq!(passkeys.count(), 1, "a step that would be refused closes nothing");
}

#[tokio::test]
async fn a_step_above_the_callers_role_is_handed_over_and_the_account_stays_locked() {
    let tenant = SimulatedTenant::contoso();
    let client = locker(&tenant);
    let plan = super::plan(&client).await;
    let run = client
        .contain(ADELE, &plan)
        .confirm(ADELE)
        .until(Phase::Evict)
        .place(MemoryJournal::new())
        .await
        .unwrap();
    let step = run.steps.iter().find(|step| step.title == "Delete methods").unwrap();
    assert_eq!(step.state, StepState::Failed);
    let reason = step.reason.as_deref().unwrap();
    assert!(reason.contains("hand it over: "), "{reason}");
    assert!(reason.contains("Authentication Administrator"), "{reason}");
    assert!(!tenant.user(ADELE).unwrap().enabled, "the account stays locked");
    assert!(run.to_string().contains("hand it over: "), "{run}");
}

/// A token that cannot be read says nothing of any step.
#[tokio::test]
async fn an_opaque_token_makes_no_step_doubtful() {
    let tenant = SimulatedTenant::contoso();
    let token = entra_ir_core::StaticToken::new("opaque").speaking_for(entra_ir_core::CallerKind::Delegated);
    let client = tenant.client_builder().credential(token).build().unwrap();
    let preview = client.preview(ADELE, Incident::AccountTakeover).await.unwrap();
    assert!(preview.steps.iter().all(|step| step.expected.is_none()));
}
