//! Bad days: what fails in the middle of a run, and what others do meanwhile.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use entra_ir_core::async_trait::async_trait;
use entra_ir_core::bytes::Bytes;
use entra_ir_core::containment::journal::MemoryJournal;
use entra_ir_core::containment::{
    EvidenceStore, MemoryEvidence, MemorySecrets, Phase, Plan, Run, RunPlace, RunSecret, SecretSink,
    SecretState, StepState, status,
};
use entra_ir_core::knowledge::{AccountKind, Incident, RegisteredBy};
use entra_ir_core::operations::LockOut;
use entra_ir_core::simulator::{Fault, NewMethod};
use entra_ir_core::wire::{Request, Response};
use entra_ir_core::{Refusal, SimulatedTenant, Transport, TransportError};
use entra_ir_tests::{client_of, client_of_faulty};

use super::{ADELE, earlier, run, run_with, writes};

const ALEX: &str = "alex@contoso.example";

fn state(run: &Run, operation: &str) -> StepState {
    run.steps.iter().find(|step| step.operation == Some(operation)).unwrap().state
}

#[tokio::test(start_paused = true)]
async fn a_refusal_in_the_middle_stops_nothing_and_is_tried_again() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    tenant.inject(Fault::status(403).on_path("revokeSignInSessions"));
    let journal = MemoryJournal::new();
    let first = client.contain(ADELE, Incident::AccountTakeover).confirm(ADELE).place(journal.clone());
    let first = first.await.unwrap();
    assert_eq!(state(&first, "revoke_sign_in_sessions"), StepState::Failed, "{first}");
    assert_eq!(state(&first, "delete_methods"), StepState::Done);
    assert_eq!(first.headline.word(), "evicted-except");
    assert!(first.headline.remains().iter().any(|left| left.starts_with("Revoke sessions: FAILED")));
    assert!(!first.is_whole() && !tenant.user(ADELE).unwrap().enabled);
    let then = client.resume(journal).await.unwrap();
    assert_eq!(state(&then, "revoke_sign_in_sessions"), StepState::Done);
    assert!(then.is_whole(), "{then}");
}

#[tokio::test(start_paused = true)]
async fn a_block_that_is_refused_is_not_containment_and_keeps_the_methods() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    tenant.inject(Fault::status(403).on_method(http::Method::PATCH).times(9));
    let journal = MemoryJournal::new();
    let first = client.contain(ADELE, Incident::AccountTakeover).confirm(ADELE).place(journal.clone());
    let first = first.await.unwrap();
    assert_eq!(first.headline.word(), "not-contained", "{first}");
    assert_eq!(state(&first, "delete_methods"), StepState::Waits, "whoever knows the password registers one");
    assert!(first.to_string().contains("NOT CONTAINED"));
    tenant.clear_faults();
    assert_eq!(client.resume(journal).await.unwrap().headline.word(), "evicted-except");
}

#[tokio::test(start_paused = true)]
async fn a_throttle_of_ten_minutes_is_named_and_over_after_them() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    tenant.inject(Fault::status(429).retry_after("600").on_path("fido2Methods"));
    let journal = MemoryJournal::new();
    let first = client.contain(ADELE, Incident::AccountTakeover).confirm(ADELE).place(journal.clone());
    let first = first.await.unwrap();
    assert_eq!(state(&first, "delete_methods"), StepState::Failed, "{first}");
    assert!(!tenant.user(ADELE).unwrap().enabled, "the lock-out waits for nothing");
    tokio::time::sleep(std::time::Duration::from_secs(600)).await;
    assert!(client.resume(journal).await.unwrap().is_whole());
}

#[tokio::test(start_paused = true)]
async fn a_token_that_expires_in_the_middle_ends_nothing_for_good() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    // Every answer from the third write on: the renewed token is refused too.
    tenant.inject(Fault::status(401).code("InvalidAuthenticationToken").on_path("Methods/").always());
    let journal = MemoryJournal::new();
    let first = client.contain(ADELE, Incident::AccountTakeover).confirm(ADELE).place(journal.clone());
    let first = first.await.unwrap();
    assert_eq!(state(&first, "delete_methods"), StepState::Failed, "{first}");
    tenant.clear_faults();
    assert!(client.resume(journal).await.unwrap().is_whole());
}

#[tokio::test(start_paused = true)]
async fn an_account_that_was_deleted_meanwhile_is_named() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    let journal = MemoryJournal::new();
    let plan = Plan::against(Incident::AccountTakeover, &client.snapshot(ADELE).await.unwrap());
    run(&client, &plan, Phase::LockOut, &journal).await.unwrap();
    tenant.inject(Fault::status(404).code("Request_ResourceNotFound").on_path("/users/").always());
    let then = client.resume(journal).await.unwrap();
    assert_eq!(state(&then, "delete_methods"), StepState::Waits, "{then}");
    assert!(then.warnings.iter().any(|warning| warning.contains("could not be read")), "{then}");
    assert!(
        then.doors.is_none() && !then.is_verified(),
        "nothing is known of an account that cannot be read"
    );
    assert!(then.to_string().contains("NOT VERIFIED"), "{then}");
}

#[tokio::test(start_paused = true)]
async fn a_block_that_a_sync_undid_is_named_and_renewed() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let journal = MemoryJournal::new();
    let first = client.contain(ALEX, Incident::AccountTakeover).confirm(ALEX).place(journal.clone());
    assert_eq!(first.await.unwrap().headline.word(), "locked-in-the-cloud-only");
    tenant.run_sync();
    assert!(tenant.user(ALEX).unwrap().enabled, "Active Directory enables it again");
    let then = client.resume(journal).await.unwrap();
    assert!(then.others.iter().any(|other| other.contains("sign-in was enabled")), "{then}");
    assert!(!tenant.user(ALEX).unwrap().enabled);
    assert!(then.steps.iter().any(|step| step.reason.as_deref() == Some("the block was renewed")));
}

/// A person who unblocks a cloud account decides: the run says so, and removes no method of an open account.
#[tokio::test(start_paused = true)]
async fn a_block_that_a_colleague_lifted_is_named_and_not_taken_back() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let journal = MemoryJournal::new();
    let plan = Plan::against(Incident::AccountTakeover, &client.snapshot(ADELE).await.unwrap());
    run(&client, &plan, Phase::LockOut, &journal).await.unwrap();
    client.unblock_sign_in(ADELE).await.unwrap();
    let then = client.resume(journal).await.unwrap();
    assert!(then.others.iter().any(|other| other.contains("sign-in was enabled")), "{then}");
    assert!(tenant.user(ADELE).unwrap().enabled);
    assert_eq!(state(&then, "delete_methods"), StepState::Waits);
    assert_eq!(then.headline.word(), "not-contained", "{then}");
}

#[tokio::test(start_paused = true)]
async fn a_block_of_somebody_else_is_not_lifted_on_the_way_back() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    client.block_sign_in(ADELE).await.unwrap();
    let mut plan = Plan::against(Incident::AccountTakeover, &client.snapshot(ADELE).await.unwrap());
    plan.steps.iter_mut().for_each(|step| {
        (step.wait, step.on_failure) = (None, entra_ir_core::containment::OnFailure::GoOn);
    });
    let ran = run(&client, &plan, Phase::Recover, &MemoryJournal::new()).await.unwrap();
    assert_eq!(state(&ran, "unblock_sign_in"), StepState::Failed, "{ran}");
    assert!(ran.to_string().contains("blocked before this run"), "{ran}");
    assert!(!tenant.user(ADELE).unwrap().enabled);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_back_makes_the_second_revocation_wait_longer() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let journal = MemoryJournal::new();
    let plan = Plan::against(Incident::AccountTakeover, &client.snapshot(ADELE).await.unwrap());
    run(&client, &plan, Phase::Evict, &journal).await.unwrap();
    let sent = writes(&tenant);
    // The entries are an hour ahead of the clock.
    let ahead = client.resume(earlier(&journal, -60).await).await.unwrap();
    assert!(ahead.due().unwrap() > time::OffsetDateTime::now_utc() + time::Duration::minutes(60));
    assert_eq!(writes(&tenant), sent);
}

#[tokio::test(start_paused = true)]
async fn an_account_of_another_kind_than_the_plan_saw_stops_after_the_lock_out() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let mut plan = Plan::against(Incident::AccountTakeover, &client.snapshot(ADELE).await.unwrap());
    plan.seen.kind = AccountKind::Synced;
    let ran = run(&client, &plan, Phase::Evict, &MemoryJournal::new()).await.unwrap();
    assert!(!tenant.user(ADELE).unwrap().enabled, "the lock-out never stops");
    assert_eq!(state(&ran, "delete_methods"), StepState::Waits);
    assert!(ran.to_string().contains("the account was synced when the plan was made"), "{ran}");
    assert_eq!(ran.headline.word(), "locked-out");
}

#[tokio::test(start_paused = true)]
async fn a_method_that_was_added_since_is_taken_in_by_all_and_stops_a_list() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let snapshot = client.snapshot(ADELE).await.unwrap();
    let suspect = tenant.methods_of(ADELE)[1].id.clone();
    let listed = Incident::SuspiciousMethod { suspects: vec![suspect], by: RegisteredBy::User };
    let (all, listed) =
        (Plan::against(Incident::AccountTakeover, &snapshot), Plan::against(listed, &snapshot));
    tenant.add_method(ADELE, NewMethod::passkey("added since"));
    let ran = run(&client, &all, Phase::Evict, &MemoryJournal::new()).await.unwrap();
    assert_eq!(state(&ran, "delete_methods"), StepState::Done);
    assert!(ran.others.iter().any(|other| other.starts_with("methods were added")), "{ran}");
    assert!(tenant.methods_of(ADELE).iter().all(|method| !method.kind.is_removable()));
    tenant.add_method(ADELE, NewMethod::passkey("added since"));
    let ran = run(&client, &listed, Phase::Evict, &MemoryJournal::new()).await.unwrap();
    let waits = ran.steps.iter().find(|step| step.state == StepState::Waits).unwrap();
    assert!(waits.reason.as_ref().unwrap().contains("others were added"), "{ran}");
}

/// A store that is full.
#[derive(Debug)]
struct Full;

#[async_trait]
impl EvidenceStore for Full {
    async fn keep(&self, _: &str, _: Bytes) -> io::Result<()> {
        Err(io::ErrorKind::StorageFull.into())
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_destroyed_whose_copy_is_not_stored_and_the_lock_out_does_not_wait() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let plan = Plan::against(Incident::AccountTakeover, &client.snapshot(ADELE).await.unwrap());
    let methods = tenant.methods_of(ADELE).len();
    let journal = MemoryJournal::new();
    let full = RunPlace::from(journal.clone()).with_evidence(Full);
    let first = run_with(&client, &plan, Phase::Evict, full, MemorySecrets::new()).await.unwrap();
    assert!(!tenant.user(ADELE).unwrap().enabled);
    assert_eq!(state(&first, "delete_methods"), StepState::Waits, "{first}");
    assert_eq!(tenant.methods_of(ADELE).len(), methods);
    let store = MemoryEvidence::new();
    let then = client.resume(RunPlace::from(journal).with_evidence(store.clone())).await.unwrap();
    assert_eq!(state(&then, "delete_methods"), StepState::Done, "{then}");
    // What was there before the removal is in the store, as it came.
    let kept = store.kept();
    let methods = kept.iter().find(|(name, _)| name.ends_with("list_methods.json")).unwrap();
    assert!(String::from_utf8_lossy(&methods.1).contains("fido2"));
    assert!(kept.iter().any(|(name, _)| name.ends_with("whole-snapshot.json")));
}

/// A vault that fails once.
#[derive(Clone, Debug, Default)]
struct FailsOnce(Arc<AtomicU64>);

#[async_trait]
impl SecretSink for FailsOnce {
    async fn take(&self, _: RunSecret) -> io::Result<()> {
        match self.0.fetch_add(1, Ordering::Relaxed) {
            0 => Err(io::ErrorKind::ConnectionReset.into()),
            _ => Ok(()),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_vault_that_takes_the_password_in_the_end_has_it() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let vault = FailsOnce::default();
    let contain = client.contain(ADELE, Incident::AccountTakeover).confirm(ADELE).until(Phase::LockOut);
    let ran = contain.secrets(vault.clone()).place(MemoryJournal::new()).await.unwrap();
    assert_eq!(vault.0.load(Ordering::Relaxed), 2);
    assert!(!ran.to_string().contains("unknown to everybody"), "{ran}");
}

/// A vault and a disk that never answer.
#[derive(Debug)]
struct Hangs;

#[async_trait]
impl SecretSink for Hangs {
    async fn take(&self, _: RunSecret) -> io::Result<()> {
        std::future::pending().await
    }
}

#[async_trait]
impl EvidenceStore for Hangs {
    async fn keep(&self, _: &str, _: Bytes) -> io::Result<()> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn neither_a_vault_nor_a_disk_that_hangs_delays_the_lock_out() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let place = RunPlace::from(MemoryJournal::new()).with_evidence(Hangs);
    let contain = client.contain(ADELE, Incident::AccountTakeover).confirm(ADELE).until(Phase::LockOut);
    let contain = contain.secrets(Hangs).place(place);
    let ran = tokio::time::timeout(std::time::Duration::from_secs(120), contain).await.unwrap().unwrap();
    assert!(!tenant.user(ADELE).unwrap().enabled, "{ran}");
    let lock_out = &ran.phases[0];
    // The vault is asked before the password is sent, and after.
    assert!(lock_out.elapsed <= std::time::Duration::from_secs(10), "{lock_out:?}");
    assert!(ran.to_string().contains("the sink failed"), "{ran}");
}

#[tokio::test(start_paused = true)]
async fn no_evidence_and_no_journal_holds_a_secret() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let mut plan = Plan::against(Incident::AccountTakeover, &client.snapshot(ADELE).await.unwrap());
    plan.steps.iter_mut().for_each(|step| {
        (step.wait, step.on_failure) = (None, entra_ir_core::containment::OnFailure::GoOn);
    });
    let (journal, store, secrets) = (MemoryJournal::new(), MemoryEvidence::new(), MemorySecrets::new());
    let place = RunPlace::from(journal.clone()).with_evidence(store.clone());
    let ran = run_with(&client, &plan, Phase::Recover, place, secrets.clone()).await.unwrap();
    let taken = secrets.taken();
    let states: Vec<_> = taken.iter().map(|secret| secret.state).collect();
    assert_eq!(states, [SecretState::Pending, SecretState::InForce, SecretState::InForce], "{ran}");
    let mut written = serde_json::to_string(&ran).unwrap() + &ran.to_string() + &format!("{ran:?} {taken:?}");
    written += &entra_ir_core::containment::journal::Journal::read(&journal).await.unwrap();
    written += &serde_json::to_string(&status(journal).await.unwrap()).unwrap();
    for (_, answer) in store.kept() {
        written += &String::from_utf8_lossy(&answer);
    }
    for secret in taken {
        assert!(!written.contains(entra_ir_core::secrecy::ExposeSecret::expose_secret(&secret.value)));
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_confirmed_is_not_sent() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let contain = |confirm: Option<&str>| {
        let contain = client.contain(ADELE, Incident::AccountTakeover).place(MemoryJournal::new());
        match confirm {
            Some(confirm) => contain.confirm(confirm),
            None => contain,
        }
    };
    for confirm in [None, Some("user@contoso.example"), Some("")] {
        let error = contain(confirm).await.unwrap_err();
        assert!(matches!(error.as_refusal(), Some(Refusal::NotConfirmed { .. })), "{error}");
        assert!(error.to_string().contains(ADELE), "{error}");
    }
    // A pass that nobody could read.
    let error = contain(Some(ADELE)).until(Phase::Recover).await.unwrap_err();
    assert!(error.to_string().contains("pass"), "{error}");
    // A secret that the plan takes, and nobody gives.
    let mut plan = Plan::against(Incident::AccountTakeover, &client.snapshot(ADELE).await.unwrap());
    let lock_out = LockOut::new(plan.account).unwrap().chosen("a1B2-c3D4-e5F6".into());
    plan.steps.iter_mut().filter(|step| step.title.starts_with("Block")).for_each(|step| {
        step.call = Some(lock_out.clone().into());
    });
    let chosen = Plan::from_json(&plan.to_json().unwrap()).unwrap();
    let with_slot = || client.contain(ADELE, &chosen).confirm(ADELE).place(MemoryJournal::new());
    let error = with_slot().await.unwrap_err();
    assert!(error.to_string().contains("new-password"), "{error}");
    // A plan of another account.
    let plan = Plan::against(Incident::AccountTakeover, &client.snapshot(ADELE).await.unwrap());
    let error = client.contain(ALEX, &plan).confirm(ALEX).place(MemoryJournal::new()).await.unwrap_err();
    assert!(error.to_string().contains("the plan is for adele@contoso.example"), "{error}");
    assert_eq!(writes(&tenant), 0);
    let digest = plan.digest().unwrap().to_string();
    client.contain(ADELE, &plan).confirm(digest).place(MemoryJournal::new()).await.unwrap();
    with_slot().slot("new-password", "a1B2-c3D4-e5F6".into()).await.unwrap();
    let password = tenant.password_of(ADELE).unwrap();
    assert_eq!(entra_ir_core::secrecy::ExposeSecret::expose_secret(&password), "a1B2-c3D4-e5F6");
}

/// A transport of which every twentieth answer is a 503 without `Retry-After`, in an order that looks random.
#[derive(Debug)]
struct Shaky {
    tenant: SimulatedTenant,
    sent: AtomicU64,
    failed: Arc<AtomicU64>,
}

#[async_trait]
impl Transport for Shaky {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        let mixed =
            number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        if mixed.is_multiple_of(20) {
            self.failed.fetch_add(1, Ordering::Relaxed);
            return Ok(http::Response::builder().status(503).body(Bytes::new()).unwrap());
        }
        self.tenant.send(request).await
    }
}

#[tokio::test(start_paused = true)]
async fn of_150_accounts_under_five_percent_of_503_none_is_left_behind() {
    let tenant = SimulatedTenant::contoso();
    let users: Vec<_> = (0..150).map(|number| format!("user{number}@contoso.example")).collect();
    for user in &users {
        let user = entra_ir_core::simulator::NewUser::cloud(user)
            .method(NewMethod::passkey("Key"))
            .method(NewMethod::authenticator("Phone"));
        tenant.add_user(user);
    }
    let failed = Arc::new(AtomicU64::new(0));
    let shaky = Shaky { tenant: tenant.clone(), sent: AtomicU64::new(0), failed: Arc::clone(&failed) };
    let client = client_of_faulty(&tenant).transport(shaky).build().unwrap();
    for user in &users {
        let journal = MemoryJournal::new();
        let user = user.as_str();
        let mut ran =
            client.contain(user, Incident::AccountTakeover).confirm(user).place(journal.clone()).await;
        for _ in 0..3 {
            match &ran {
                Ok(run) if run.is_whole() => break,
                _ => ran = client.resume(journal.clone()).await,
            }
        }
        let ran = ran.unwrap();
        assert!(ran.is_whole(), "{ran}");
        let left = tenant.methods_of(user).into_iter().filter(|method| method.kind.is_removable()).count();
        assert!(!tenant.user(user).unwrap().enabled && left == 0, "{user}: {ran}");
    }
    assert!(failed.load(Ordering::Relaxed) > 150, "{failed:?}");
}
