//! The watch: what comes back is named, what is due is done, and what is not read is unknown.

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use entra_ir_core::containment::journal::{Event, Journal, Ledger, MemoryJournal};
use entra_ir_core::containment::{
    FindingKind, MemoryEvidence, MemorySecrets, Phase, Plan, RunEventKind, RunPlace, StepState, Watched,
    close, hand_over, report, status,
};
use entra_ir_core::knowledge::Incident;
use entra_ir_core::simulator::{
    Fault, Licence, NewDevice, NewGrant, NewGroup, NewMethod, NewServicePrincipal, Role,
};
use entra_ir_core::{Client, Refusal, SimulatedTenant};
use entra_ir_tests::client_of_faulty;

use super::{ADELE, earlier, posts, writes};

const ALEX: &str = "alex@contoso.example";

struct Scene {
    tenant: SimulatedTenant,
    client: Client,
    journal: MemoryJournal,
    user: &'static str,
}

impl Scene {
    /// A run that evicted the attacker; its second revocation is due, or was done.
    async fn of(user: &'static str, waits: bool) -> Self {
        let tenant = SimulatedTenant::contoso();
        let client = client_of_faulty(&tenant).build().unwrap();
        let mut plan = Plan::against(Incident::AccountTakeover, &client.snapshot(user).await.unwrap());
        if !waits {
            plan.steps.iter_mut().for_each(|step| step.wait = None);
        }
        let journal = MemoryJournal::new();
        let contain = client.contain(user, &plan).confirm(user).until(Phase::Evict).place(journal.clone());
        contain.secrets(MemorySecrets::new()).await.unwrap();
        Self { tenant, client, journal, user }
    }

    fn place(&self) -> RunPlace {
        RunPlace::from(self.journal.clone()).with_evidence(MemoryEvidence::new())
    }

    async fn once(&self) -> Watched {
        self.client.watch(self.place()).once().await.unwrap()
    }
}

fn kinds(watched: &Watched) -> Vec<FindingKind> {
    watched.findings.iter().map(|finding| finding.is).collect()
}

#[tokio::test(start_paused = true)]
async fn a_quiet_round_finds_nothing_and_says_what_that_is_worth() {
    let scene = Scene::of(ADELE, false).await;
    let sent = writes(&scene.tenant);
    let watched = scene.once().await;
    assert!(!watched.came_back() && watched.read.is_some() && watched.unknown.is_empty(), "{watched}");
    assert_eq!(writes(&scene.tenant), sent, "a watch without anything due sends nothing");
    assert!(watched.to_string().contains("No row and no change is never proof"), "{watched}");
    let json = serde_json::to_value(&watched).unwrap();
    assert_eq!(json["came_back"], false);
    assert!(json["note"].as_str().unwrap().contains("never proof"));
    let said = status(scene.journal.clone()).await.unwrap();
    assert_eq!(said.watched, 1);
    assert!(said.to_string().contains("watched: 1 rounds"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn what_an_attacker_adds_is_named_once_and_stands_until_it_is_gone() {
    let scene = Scene::of(ADELE, false).await;
    scene.once().await;
    scene.tenant.add_method(ADELE, NewMethod::passkey("<img src=x>\nnothing came back\u{202e}"));
    scene.tenant.add_method(ADELE, NewMethod::temporary_access_pass(Duration::from_secs(3600)));
    scene.tenant.add_device(ADELE, NewDevice::registered("Kali", "Linux"));
    let graph = scene.tenant.service_principal("Microsoft Graph").unwrap();
    let hostile = scene.tenant.add_service_principal(NewServicePrincipal::foreign("Mail Helper"));
    scene.tenant.add_grant(NewGrant::of_user(ADELE, hostile, graph, "Mail.Read"));
    scene.tenant.advance(Duration::from_secs(300));
    scene.tenant.sign_in_simulation().portal().reset_password_in_entra(ADELE);
    scene.client.unblock_sign_in(ADELE).await.unwrap();
    let sent = writes(&scene.tenant);
    let watched = scene.once().await;
    let mut found = kinds(&watched);
    found.sort_unstable();
    for kind in [
        FindingKind::EnabledAgain,
        FindingKind::PasswordChanged,
        FindingKind::NewMethod,
        FindingKind::NewPass,
        FindingKind::NewDevice,
        FindingKind::NewGrant,
    ] {
        assert_eq!(found.iter().filter(|of| **of == kind).count(), 1, "{kind}: {watched}");
    }
    assert_eq!(writes(&scene.tenant), sent, "it is only named");
    let text = watched.to_string();
    assert_eq!(text.lines().filter(|line| *line == "nothing came back").count(), 0, "{text}");
    assert!(!text.contains('\u{202e}') && text.starts_with("adele@contoso.example: CAME BACK"), "{text}");
    let line = report(scene.journal.clone()).await.unwrap().to_string();
    assert!(line.contains("a watch saw: ") && line.contains("\\<img") && !line.contains(" <img"), "{line}");

    // The next round names nothing twice, and still says that it is there.
    let next = scene.once().await;
    assert!(next.came_back() && kinds(&next).len() <= found.len(), "{next}");
    let ledger = Ledger::read(&scene.journal).await.unwrap();
    let new = ledger.entries.iter().rev().find_map(|entry| match &entry.event {
        Event::Watched { new, .. } => Some(new.len()),
        _ => None,
    });
    assert_eq!(new, Some(0));
    scene.client.block_sign_in(ADELE).await.unwrap();
    let methods = entra_ir_core::operations::MethodScope::AllRemovable;
    scene.client.delete_methods(ADELE, methods).await.unwrap();
    scene.once().await;
    let last = scene.once().await;
    assert!(!kinds(&last).contains(&FindingKind::NewMethod), "{last}");
    assert!(!kinds(&last).contains(&FindingKind::EnabledAgain), "{last}");
    assert!(kinds(&last).contains(&FindingKind::NewDevice), "it is still there: {last}");
}

#[tokio::test(start_paused = true)]
async fn a_number_that_becomes_another_under_the_same_id_is_seen() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    let journal = MemoryJournal::new();
    // Nothing is removed by a lockdown.
    client.contain(ADELE, Incident::Lockdown).confirm(ADELE).place(journal.clone()).await.unwrap();
    let phone = tenant.methods_of(ADELE).into_iter().find(|of| of.kind.slug().contains("phone")).unwrap();
    let id = phone.id.to_string();
    let methods = entra_ir_core::operations::MethodScope::Ids(vec![phone.id]);
    client.delete_methods(ADELE, methods).await.unwrap();
    tenant.add_method(ADELE, NewMethod::phone_mobile("+1 5555550199"));
    assert!(tenant.methods_of(ADELE).iter().any(|method| method.id.as_str() == id));
    let watched = client.watch(journal).once().await.unwrap();
    assert_eq!(kinds(&watched), [FindingKind::MethodChanged], "{watched}");
}

#[tokio::test(start_paused = true)]
async fn the_second_revocation_is_done_when_it_is_due_and_not_before() {
    let scene = Scene::of(ADELE, true).await;
    assert_eq!(posts(&scene.tenant, "/revokeSignInSessions"), 1);
    let early = scene.once().await;
    assert!(early.steps.is_empty(), "{early}");
    assert_eq!(posts(&scene.tenant, "/revokeSignInSessions"), 1);
    let later = Scene { journal: earlier(&scene.journal, 6).await, ..scene };
    let due = later.once().await;
    assert_eq!(posts(&later.tenant, "/revokeSignInSessions"), 2, "{due}");
    assert_eq!((due.steps.len(), due.steps[0].state), (1, StepState::Done), "{due}");
    let after = later.once().await;
    assert!(!after.came_back() && after.steps.is_empty(), "its own revocation is none of others: {after}");
    assert_eq!(posts(&later.tenant, "/revokeSignInSessions"), 2);

    // A watch that goes on waits for it.
    let scene = Scene::of(ADELE, true).await;
    let watch = scene.client.watch(scene.place()).lasting(Duration::from_secs(15 * 60));
    let watched = watch.await.unwrap();
    assert!(posts(&scene.tenant, "/revokeSignInSessions") >= 2, "{watched}");
    assert!(!watched.came_back(), "{watched}");
}

#[tokio::test(start_paused = true)]
async fn a_block_that_a_sync_undid_is_renewed_and_the_sessions_are_revoked() {
    let scene = Scene::of(ALEX, false).await;
    let revoked = posts(&scene.tenant, "/revokeSignInSessions");
    scene.tenant.run_sync();
    assert!(scene.tenant.user(ALEX).unwrap().enabled);
    let methods = scene.tenant.methods_of(ALEX).len();
    scene.tenant.add_method(ALEX, NewMethod::passkey("the attacker's"));
    let watched = scene.once().await;
    assert!(kinds(&watched).contains(&FindingKind::EnabledAgain), "{watched}");
    assert!(!scene.tenant.user(ALEX).unwrap().enabled, "{watched}");
    assert!(posts(&scene.tenant, "/revokeSignInSessions") > revoked);
    assert!(watched.steps.iter().any(|step| step.state == StepState::Done), "{watched}");
    assert_eq!(scene.tenant.methods_of(ALEX).len(), methods + 1, "what came back is only named");
    let next = scene.once().await;
    assert!(!kinds(&next).contains(&FindingKind::SessionsMoved), "its own: {next}");
}

#[tokio::test(start_paused = true)]
async fn a_cloud_account_that_was_enabled_again_is_only_named_unless_asked() {
    let scene = Scene::of(ADELE, false).await;
    scene.client.unblock_sign_in(ADELE).await.unwrap();
    assert_eq!(kinds(&scene.once().await), [FindingKind::EnabledAgain]);
    assert!(scene.tenant.user(ADELE).unwrap().enabled);
    scene.tenant.add_method(ADELE, NewMethod::passkey("the attacker's"));
    let secrets = MemorySecrets::new();
    let watch = scene.client.watch(scene.place()).once().again().secrets(secrets.clone());
    let watched = watch.await.unwrap();
    assert!(!scene.tenant.user(ADELE).unwrap().enabled, "{watched}");
    assert!(scene.tenant.methods_of(ADELE).iter().all(|method| !method.kind.is_removable()), "{watched}");
    assert!(!secrets.taken().is_empty(), "the new password went to the sink");
    assert!(watched.steps.iter().all(|step| step.state == StepState::Done), "{watched}");
    let last = scene.once().await;
    assert!(last.findings.iter().all(|finding| finding.gone), "{last}");
}

#[tokio::test(start_paused = true)]
async fn an_attacker_who_registers_during_the_watch_is_seen_in_the_next_round() {
    let scene = Scene::of(ADELE, false).await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let (seen, tenant) = (Arc::clone(&told), scene.tenant.clone());
    let watch = scene.client.watch(scene.place()).lasting(Duration::from_secs(1800)).again();
    let watch = watch.on_event(move |event| seen.lock().unwrap().push((event.is, event.text.clone())));
    let attack = async {
        tokio::time::sleep(Duration::from_secs(700)).await;
        tenant.add_method(ADELE, NewMethod::passkey("Backdoor"));
    };
    let (watched, ()) = tokio::join!(watch.into_future(), attack);
    let watched = watched.unwrap();
    assert_eq!(watched.rounds, 7, "{watched}");
    assert_eq!(kinds(&watched), [FindingKind::NewMethod], "{watched}");
    assert!(watched.findings[0].gone, "the plan's step removed it again: {watched}");
    assert!(scene.tenant.methods_of(ADELE).iter().all(|method| !method.kind.is_removable()));
    let told = told.lock().unwrap();
    let of = |kind| told.iter().filter(|(is, _)| *is == kind).count();
    assert_eq!((of(RunEventKind::CameBack), of(RunEventKind::Watched)), (1, 7));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_unknown_and_the_watch_goes_on() {
    let scene = Scene::of(ADELE, false).await;
    scene.once().await;
    scene.tenant.inject(Fault::status(403).on_path("/registeredDevices").always());
    scene.tenant.inject(Fault::status(403).on_path("/ownedDevices").always());
    scene.tenant.add_device(ADELE, NewDevice::registered("Kali", "Linux"));
    let watched = scene.once().await;
    assert!(watched.unknown.iter().any(|unknown| unknown.starts_with("devices: not read")), "{watched}");
    assert!(!watched.came_back(), "{watched}");
    scene.tenant.clear_faults();
    // The last state that was read counts, so nothing slips through.
    assert_eq!(kinds(&scene.once().await), [FindingKind::NewDevice]);

    let id = scene.tenant.user(scene.user).unwrap().id.to_string();
    scene.tenant.inject(Fault::status(503).on(http::Method::GET, &format!("/v1.0/users/{id}")).always());
    let blind = scene.once().await;
    assert!(blind.read.is_none() && blind.unknown[0].contains("could not be read"), "{blind}");
    assert!(kinds(&blind).contains(&FindingKind::NewDevice), "what stood before stands: {blind}");
    scene.tenant.clear_faults();
    let scene = Scene::of(ADELE, false).await;
    let id = scene.tenant.user(scene.user).unwrap().id.to_string();
    scene.tenant.inject(Fault::status(503).on(http::Method::GET, &format!("/v1.0/users/{id}")).always());
    let blind = scene.once().await;
    assert!(blind.to_string().contains("UNKNOWN"), "{blind}");
}

#[tokio::test(start_paused = true)]
async fn a_watch_goes_on_from_the_journal_and_a_closed_run_is_watched_beside_it() {
    let scene = Scene::of(ADELE, false).await;
    let watch = scene.client.watch(scene.place()).lasting(Duration::from_secs(3600));
    let cut = tokio::time::timeout(Duration::from_secs(1000), watch.into_future()).await;
    assert!(cut.is_err(), "it is dropped between two rounds");
    hand_over(scene.journal.clone(), Some("Ada"), "Grace", None).await.unwrap();
    scene.tenant.add_method(ADELE, NewMethod::passkey("between the shifts"));
    assert_eq!(kinds(&scene.once().await), [FindingKind::NewMethod]);

    let digest = close(scene.journal.clone()).await.unwrap();
    let closed = scene.journal.read().await.unwrap();
    assert!(scene.client.resume(scene.place()).await.is_err(), "a closed run is over");
    let watched = scene.client.watch(scene.place()).once().again().await.unwrap();
    assert!(watched.came_back(), "{watched}");
    assert!(scene.tenant.methods_of(ADELE).iter().all(|method| !method.kind.is_removable()), "{watched}");
    assert_eq!(scene.journal.read().await.unwrap(), closed, "what was closed stays as it is");
    let said = status(scene.journal.clone()).await.unwrap();
    assert_eq!(said.closed, digest);
    assert!(said.watched > 4, "{said}");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_taken_from_a_user_who_was_let_in() {
    let scene = Scene::of(ADELE, false).await;
    let plan = status(scene.journal.clone()).await.unwrap().plan;
    for (place, _) in plan.steps.iter().enumerate().filter(|(_, step)| step.call.is_none()) {
        entra_ir_core::containment::tick_off(scene.journal.clone(), place, "Ada", Some("in person"))
            .await
            .unwrap();
    }
    let resume = scene.client.resume(scene.place()).confirm(ADELE).until(Phase::Recover);
    let run = resume.secrets(MemorySecrets::new()).await.unwrap();
    assert_eq!(run.headline.word(), "given-back", "{run}");
    let quiet = scene.once().await;
    assert!(!quiet.came_back(), "its own pass and its own unblocking are none of others: {quiet}");
    scene.tenant.add_method(ADELE, NewMethod::passkey("his own"));
    let watched = scene.client.watch(scene.place()).once().again().await.unwrap();
    assert_eq!(kinds(&watched), [FindingKind::NewMethod], "it is named: {watched}");
    assert!(scene.tenant.methods_of(ADELE).iter().any(|method| method.kind.is_removable()), "{watched}");
    assert!(scene.tenant.user(ADELE).unwrap().enabled);
}

#[tokio::test(start_paused = true)]
async fn a_role_and_sessions_that_others_revoked_are_named() {
    let scene = Scene::of(ADELE, false).await;
    scene.once().await;
    let admins = NewGroup::named("Helpers").role_assignable().role(Role::GlobalAdministrator);
    let admins = scene.tenant.add_group(admins);
    scene.tenant.add_to_group(admins, ADELE);
    scene.tenant.advance(Duration::from_secs(300));
    scene.client.revoke_sign_in_sessions(ADELE).await.unwrap();
    let watched = scene.once().await;
    let found = kinds(&watched);
    assert!(found.contains(&FindingKind::NewRole), "{watched}");
    assert!(found.contains(&FindingKind::SessionsMoved), "{watched}");
    assert!(watched.to_string().contains("Helpers"), "{watched}");
    assert!(!kinds(&scene.once().await).contains(&FindingKind::SessionsMoved), "a moment is named once");
}

/// Without the licence a step does not apply, and leaves no entry; the second revocation is due all the same.
#[tokio::test(start_paused = true)]
async fn a_step_that_does_not_apply_keeps_nothing_from_being_due_and_a_lock_out_alone_evicts_nobody() {
    for (until, revoked) in [(Phase::Evict, 2), (Phase::LockOut, 1)] {
        let tenant = SimulatedTenant::contoso();
        tenant.set_licence(Licence::Free);
        let client = client_of_faulty(&tenant).build().unwrap();
        let journal = MemoryJournal::new();
        let contain = client.contain(ADELE, Incident::AccountTakeover).confirm(ADELE).until(until);
        contain.place(journal.clone()).await.unwrap();
        let later = earlier(&journal, 6).await;
        let watched = client.watch(later).once().await.unwrap();
        assert_eq!(posts(&tenant, "/revokeSignInSessions"), revoked, "{watched}");
    }
}

/// What appears while a run goes on is not taken for what was there before.
#[tokio::test(start_paused = true)]
async fn what_appeared_between_a_round_and_the_next_resume_is_named() {
    let scene = Scene::of(ADELE, true).await;
    scene.once().await;
    scene.tenant.add_device(ADELE, NewDevice::registered("Kali", "Linux"));
    let later = Scene { journal: earlier(&scene.journal, 6).await, ..scene };
    let run = later.client.resume(later.place()).await.unwrap();
    assert!(run.due().is_none(), "{run}");
    assert_eq!(kinds(&later.once().await), [FindingKind::NewDevice]);
}

#[tokio::test(start_paused = true)]
async fn a_due_step_that_failed_is_tried_again_and_what_came_back_is_kept() {
    let scene = Scene::of(ADELE, true).await;
    let later = Scene { journal: earlier(&scene.journal, 6).await, ..scene };
    later.tenant.inject(Fault::status(403).on_path("/revokeSignInSessions").times(1));
    let failed = later.once().await;
    assert_eq!(failed.steps[0].state, StepState::Failed, "{failed}");
    let later = Scene { journal: earlier(&later.journal, 6).await, ..later };
    assert_eq!(later.once().await.steps[0].state, StepState::Done);
    later.tenant.add_device(ADELE, NewDevice::registered("Kali", "Linux"));
    let store = MemoryEvidence::new();
    let place = RunPlace::from(later.journal.clone()).with_evidence(store.clone());
    later.client.watch(place).once().await.unwrap();
    let kept = store.kept();
    let whole = kept.iter().find(|(name, _)| name.ends_with("watched-snapshot.json")).unwrap();
    assert!(String::from_utf8_lossy(&whole.1).contains("Kali"));
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_cannot_be_written_ends_the_watch_before_anything_is_sent() {
    let scene = Scene::of(ADELE, true).await;
    let later = Scene { journal: earlier(&scene.journal, 6).await, ..scene };
    for last in 0..8 {
        let sent = writes(&later.tenant);
        let stored = MemoryJournal::of(later.journal.read().await.unwrap());
        let stops = super::StopsAt { stored: stored.clone(), lines: AtomicUsize::new(0), last };
        let place = RunPlace::from(Arc::new(stops) as Arc<dyn Journal>);
        let cut = later.client.watch(place).once().await;
        if let Err(error) = &cut {
            assert!(matches!(error.as_refusal(), Some(Refusal::Journal { .. })), "{last}: {error}");
        }
        let ledger = Ledger::read(&stored).await.unwrap();
        let intents =
            |of: &Ledger| of.entries.iter().filter(|e| matches!(e.event, Event::Intent { .. })).count();
        let before = intents(&Ledger::read(&later.journal).await.unwrap());
        assert!(intents(&ledger) - before >= writes(&later.tenant) - sent, "{last}");
        later.client.watch(stored).once().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn rounds_are_polite_and_a_journal_is_needed() {
    let scene = Scene::of(ADELE, false).await;
    let error = scene.client.watch(scene.place()).every(Duration::from_secs(1)).await.unwrap_err();
    assert!(matches!(error.as_refusal(), Some(Refusal::BadInput { what: "every", .. })), "{error}");
    let error = scene.client.watch(MemoryJournal::new()).once().await.unwrap_err();
    assert!(error.to_string().contains("holds no run"), "{error}");
}
