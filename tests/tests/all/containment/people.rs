//! What people do: approve, tick off, hand over, close.

use std::time::Duration;

use entra_ir_core::containment::journal::{Event, FileJournal, Ledger, MemoryJournal};
use entra_ir_core::containment::{
    MemorySecrets, Phase, RunAbout, RunEventKind, RunPlace, StepState, close, hand_over, report, status,
    tick_off,
};
use entra_ir_core::knowledge::Incident;
use entra_ir_core::simulator::{Fault, Role, SimulatedCaller};
use entra_ir_core::{Client, SimulatedTenant, StaticToken};
use entra_ir_tests::client_of;

use super::{ADELE, writes};

/// A client whose caller is a person.
async fn signed_in(tenant: &SimulatedTenant, user: &str) -> Client {
    tenant.set_caller(SimulatedCaller::delegated(user, [Role::GlobalAdministrator]));
    let client = client_of(tenant).build().unwrap();
    // Graph is asked once who calls.
    client.lock_out(user).await.unwrap_err();
    client
}

#[tokio::test(start_paused = true)]
async fn the_lock_out_waits_for_nobody_and_the_eviction_for_a_second_person() {
    let tenant = SimulatedTenant::contoso();
    let second = signed_in(&tenant, "nadia@contoso.example").await;
    let client = signed_in(&tenant, "kira@contoso.example").await;
    let journal = MemoryJournal::new();
    let contain = client.contain(ADELE, Incident::AccountTakeover).confirm(ADELE).four_eyes();
    let first = contain.approved_by_name("Nadia").place(journal.clone()).await.unwrap();
    assert_eq!(first.headline.word(), "locked-out", "{first}");
    assert!(first.steps.iter().any(|step| step.state == StepState::Waits), "a name proves nothing");
    let own = client.resume(journal.clone()).approved_by(&client).await.unwrap();
    assert_eq!(own.headline.word(), "locked-out", "one person has two eyes");
    let then = client.resume(journal.clone()).approved_by(&second).await.unwrap();
    assert_eq!(then.headline.word(), "evicted-except", "{then}");
    let ledger = Ledger::read(&journal).await.unwrap();
    let approvals = ledger.entries.iter().filter_map(|entry| match &entry.event {
        Event::Approved { approval, .. } => Some(approval.by),
        _ => None,
    });
    let nadia = tenant.user("nadia@contoso.example").unwrap().id;
    assert_eq!(approvals.collect::<Vec<_>>(), [None, Some(nadia)]);
}

#[tokio::test(start_paused = true)]
async fn a_run_is_handed_over_and_ends_in_a_closing_entry() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let journal = MemoryJournal::new();
    let mut about = RunAbout::default();
    (about.incident, about.owner) = (Some("INC-7".into()), Some("Ada".into()));
    let contain = client.contain(ADELE, Incident::TokenTheft).confirm(ADELE).about(about);
    contain.until(Phase::LockOut).place(journal.clone()).await.unwrap();
    hand_over(journal.clone(), Some("Ada"), "Grace", Some("the user is on leave")).await.unwrap();
    let said = status(journal.clone()).await.unwrap();
    assert_eq!(
        (said.about.incident.as_deref(), said.handed_over_to.as_deref()),
        (Some("INC-7"), Some("Grace"))
    );
    assert!(said.to_string().contains("owner: Grace"), "{said}");
    assert!(hand_over(journal.clone(), None, " ", None).await.is_err());

    let digest = close(journal.clone()).await.unwrap().unwrap();
    assert_eq!(status(journal.clone()).await.unwrap().closed, Some(digest));
    let sent = writes(&tenant);
    let error = client.resume(journal.clone()).await.unwrap_err();
    assert!(error.to_string().contains("closed"), "{error}");
    assert!(tick_off(journal, 0, "Ada", None).await.is_err());
    assert_eq!(writes(&tenant), sent);
}

#[tokio::test(start_paused = true)]
async fn what_people_did_is_ticked_off_with_their_names() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let journal = MemoryJournal::new();
    let run = client.contain(ADELE, Incident::AccountTakeover).confirm(ADELE).place(journal.clone());
    let run = run.await.unwrap();
    let error = client.resume(journal.clone()).again(99).await.unwrap_err();
    assert!(error.to_string().contains("again: 99"), "{error}");
    let said = status(journal.clone()).await.unwrap();
    let due = said.steps.iter().find(|step| step.state == StepState::Due).unwrap();
    assert_eq!(due.due, run.due(), "the journal alone says when the second revocation is due");
    let done = run.steps.iter().position(|step| step.state == StepState::Done).unwrap();
    let own = run.steps.iter().position(|step| step.state == StepState::Due).unwrap();
    let hand = run.by_hand().next().unwrap().step;
    for (step, by, told) in
        [(99, "Ada", "the plan has"), (hand, "", "named"), (done, "Ada", "did it already")]
    {
        let error = tick_off(journal.clone(), step, by, None).await.unwrap_err();
        assert!(error.to_string().contains(told), "{error}");
    }
    tick_off(journal.clone(), hand, "Ada", Some("ticket 42")).await.unwrap();
    // What the run was refused, a person may have done in the portal.
    tick_off(journal.clone(), own, "Grace", None).await.unwrap();
    let then = client.resume(journal).await.unwrap();
    let ticked = then.steps[hand].ticked.as_ref().unwrap();
    assert_eq!(then.steps[own].state, StepState::TickedOff);
    assert_eq!((ticked.by.as_str(), ticked.proof.as_deref()), ("Ada", Some("ticket 42")));
    let title = &run.steps[hand].title;
    assert!(run.headline.remains().iter().any(|left| left.starts_with(title)));
    assert!(!then.headline.remains().iter().any(|left| left.starts_with(title)), "{then}");
    // The simulated tenant is months behind this machine's clock: nothing closes sooner for that.
    let doors = then.doors.unwrap();
    assert!(doors.closing().count() > 0, "{doors}");
    assert!(then.done.iter().all(|done| done.at <= tenant.now()), "{:?}", then.done);
}

#[tokio::test]
async fn two_responders_do_not_write_one_journal_and_a_third_reads_it() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let parent = std::env::temp_dir().join(format!("entra-ir-people-{}", std::process::id()));
    let folder = parent.join("run");
    let place = RunPlace::create(&folder).unwrap();
    let contain = client.contain(ADELE, Incident::TokenTheft).confirm(ADELE).until(Phase::LockOut);
    let run = contain.place(place.clone()).await.unwrap();
    assert!(run.place.ends_with("run") && !run.evidence.is_empty());
    assert!(
        run.evidence
            .iter()
            .all(|kept| kept.missing.is_none() && folder.join("evidence").join(&kept.name).exists())
    );
    let held = RunPlace::open(&folder).unwrap_err();
    assert!(held.to_string().contains("another process"), "{held}");
    assert!(status(RunPlace::read(&folder).unwrap()).await.unwrap().entries > 5);
    drop(place);
    assert_eq!(
        client.resume(RunPlace::open(&folder).unwrap()).await.unwrap().headline.word(),
        "evicted-except"
    );
    assert!(RunPlace::create(&folder).is_err(), "a folder holds one run");
    assert!(RunPlace::open(folder.join("other")).is_err());
    drop(FileJournal::open(folder.join("journal.jsonl")).unwrap());
    std::fs::remove_dir_all(parent).unwrap();
}

/// Evidence that is stored before an interruption and in no entry does not keep that of the continuation out.
#[tokio::test]
async fn evidence_of_an_interrupted_run_takes_no_name_from_its_continuation() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let parent = std::env::temp_dir().join(format!("entra-ir-evidence-{}", std::process::id()));
    let (folder, evidence) = (parent.join("run"), parent.join("run").join("evidence"));
    tenant.inject(Fault::slow(Duration::from_secs(600)).on_method(http::Method::PATCH));
    let place = RunPlace::create(&folder).unwrap();
    let locking = client.clone();
    let run = tokio::spawn(async move {
        locking.contain(ADELE, Incident::AccountTakeover).confirm(ADELE).place(place).await
    });
    let stored = || std::fs::read_dir(&evidence).map_or(0, Iterator::count);
    while stored() < 10 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    run.abort();
    assert!(run.await.unwrap_err().is_cancelled());
    assert_eq!(status(RunPlace::read(&folder).unwrap()).await.unwrap().evidence, 0);
    tenant.clear_faults();
    let then = client.resume(RunPlace::open(&folder).unwrap()).await.unwrap();
    assert_eq!(then.evidence.iter().find_map(|kept| kept.missing.clone()), None);
    assert_eq!(then.headline.word(), "evicted-except", "{then}");
    std::fs::remove_dir_all(parent).unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_journal_of_another_tenant_is_refused() {
    use base64::Engine as _;
    let tenant = SimulatedTenant::contoso();
    let token = |tid: &str| {
        let claims = format!(r#"{{"tid":"{tid}"}}"#);
        let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims);
        StaticToken::new(format!("eyJhbGciOiJub25lIn0.{claims}.c2ln"))
    };
    let of = |tid: &str| client_of(&tenant).credential(token(tid)).build().unwrap();
    let journal = MemoryJournal::new();
    let ours = of("3b41c05e-73a1-43b7-86d7-ed8409f55900");
    let contain = ours.contain(ADELE, Incident::TokenTheft).confirm(ADELE).until(Phase::LockOut);
    contain.place(journal.clone()).await.unwrap();
    let sent = writes(&tenant);
    let error = of("3b41c05e-73a1-43b7-86d7-ed8409f55901").resume(journal.clone()).await.unwrap_err();
    assert!(error.to_string().contains("another tenant"), "{error}");
    assert_eq!(writes(&tenant), sent);
    ours.resume(journal).await.unwrap();
}

#[tokio::test]
async fn a_slow_or_failing_listener_does_not_stall_the_run() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let began = std::time::Instant::now();
    let contain = client.contain(ADELE, Incident::AccountTakeover).confirm(ADELE).place(MemoryJournal::new());
    let (_kept, never) = std::sync::mpsc::channel::<()>();
    let never = std::sync::Mutex::new(never);
    let run = contain
        .secrets(MemorySecrets::new())
        .on_event(move |event| {
            if event.is == RunEventKind::StepBegins {
                _ = never.lock().unwrap().recv_timeout(Duration::from_secs(20));
            }
        })
        .await
        .unwrap();
    assert!(run.is_whole() && !tenant.user(ADELE).unwrap().enabled);
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    let contain = client.contain(ADELE, Incident::AccountTakeover).confirm(ADELE).place(MemoryJournal::new());
    assert!(contain.on_event(|_| panic!("a bad listener")).await.unwrap().is_whole());
}

#[tokio::test(start_paused = true)]
async fn the_report_tells_what_was_done_and_escapes_what_others_chose() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let journal = MemoryJournal::new();
    let secrets = MemorySecrets::new();
    let mut about = RunAbout::default();
    about.incident = Some("<script>alert(1)</script> | *bold*\u{202e}".into());
    let contain = client.contain(ADELE, Incident::AccountTakeover).confirm(ADELE).about(about);
    let run = contain.secrets(secrets.clone()).place(journal.clone()).await.unwrap();
    let hand = run.by_hand().next().unwrap().step;
    tick_off(journal.clone(), hand, "Ada", Some("[ticket](https://evil.example)")).await.unwrap();
    let made = report(journal.clone()).await.unwrap();
    assert_eq!(made.headline.as_deref(), Some(run.headline.to_string().as_str()));
    assert_eq!(made.remains, run.headline.remains());
    let text = made.to_string();
    let sent = Ledger::read(&journal).await.unwrap();
    for entry in &sent.entries {
        if let Event::Outcome { exchange, .. } = &entry.event {
            assert!(text.contains(exchange.request_id.as_deref().unwrap()), "{text}");
        }
    }
    assert!(!text.contains("<script>") && !text.contains('\u{202e}') && !text.contains("| *bold*"), "{text}");
    assert!(text.contains("\\[ticket\\](https\\://evil.example)"), "{text}");
    // Each row of a table has the cells of its heading.
    for (heading, cells) in [("## The steps", 6), ("## What happened", 5)] {
        let table =
            text.split(heading).nth(1).unwrap().trim_start().lines().take_while(|line| line.starts_with('|'));
        let count = |line: &str| line.replace("\\|", "").matches('|').count();
        assert!(table.map(count).all(|found| found == cells), "{text}");
    }
    for secret in secrets.taken() {
        let secret = entra_ir_core::secrecy::ExposeSecret::expose_secret(&secret.value).to_owned();
        assert!(!text.contains(&secret) && !serde_json::to_string(&made).unwrap().contains(&secret));
    }
    // An interrupted run was not assessed.
    let cut = journal_text(&journal).await;
    let cut = cut.lines().take(6).collect::<Vec<_>>().join("\n");
    let cut = report(MemoryJournal::of(cut)).await.unwrap();
    assert!(cut.headline.is_none() && cut.to_string().contains("Not assessed yet"));
    assert!(
        cut.to_string().contains("Unknown: the account was not read again")
            && !cut.to_string().contains("Nothing that was seen")
    );
}

async fn journal_text(journal: &MemoryJournal) -> String {
    entra_ir_core::containment::journal::Journal::read(journal).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_reset_of_a_synced_account_is_not_another_persons() {
    const ALEX: &str = "alex@contoso.example";
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let journal = MemoryJournal::new();
    let contain = client.contain(ALEX, Incident::AccountTakeover).confirm(ALEX);
    let run = contain.place(journal.clone()).await.unwrap();
    assert!(run.steps.iter().any(|step| step.operation == Some("reset_password")), "{run}");
    let then = client.resume(journal.clone()).await.unwrap();
    assert!(then.others.iter().all(|other| !other.contains("password")), "{:?}", then.others);
    // One that somebody else makes later is named.
    tenant.advance(std::time::Duration::from_secs(3600));
    client.reset_password(ALEX).await.unwrap();
    let then = client.resume(journal).await.unwrap();
    assert!(
        then.others.iter().any(|other| other.contains("password was changed again")),
        "{:?}",
        then.others
    );
}
