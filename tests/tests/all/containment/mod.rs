//! A run that is interrupted anywhere goes on from its journal, and does nothing twice that must be done
//! once.

mod bad_days;
mod figures;
mod gate;
mod people;
mod property;
mod real_drill;
mod recovery;
mod rights;
mod undo;
mod watch;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use entra_ir_core::async_trait::async_trait;
use entra_ir_core::containment::journal::{Event, Journal, Ledger, MemoryJournal};
use entra_ir_core::containment::{
    Digest, MemorySecrets, OnFailure, Phase, Plan, Run, RunPlace, StepState, tick_off,
};
use entra_ir_core::knowledge::{Incident, advise};
use entra_ir_core::model::{MethodList, Part};
use entra_ir_core::simulator::RecordedExchange;
use entra_ir_core::{Client, Error, Refusal, SimulatedTenant};
use entra_ir_tests::client_of;
use http::Method;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const ADELE: &str = "adele@contoso.example";

async fn plan(client: &Client) -> Plan {
    let snapshot = client.snapshot(ADELE).await.unwrap();
    Plan::against(Incident::AccountTakeover, &snapshot)
}

/// The run of a plan up to a phase, with its journal. The proof of identity is not asked for.
async fn run(client: &Client, plan: &Plan, until: Phase, journal: &MemoryJournal) -> Result<Run, Error> {
    run_with(client, plan, until, journal.clone(), MemorySecrets::new()).await
}

async fn run_with(
    client: &Client,
    plan: &Plan,
    until: Phase,
    place: impl Into<RunPlace>,
    secrets: MemorySecrets,
) -> Result<Run, Error> {
    let contain = client.contain(plan.account, plan).confirm(ADELE).until(until).place(place);
    contain.secrets(secrets).lift_despite(["identity"]).await
}

/// The same plan, whose steps wait for nothing.
async fn plan_at_once(client: &Client) -> Plan {
    let mut plan = plan(client).await;
    assert_eq!(plan.steps.iter().filter(|step| step.wait.is_some()).count(), 1);
    plan.steps.iter_mut().for_each(|step| {
        step.wait = None;
        if step.by_hand.is_some() {
            step.on_failure = OnFailure::GoOn;
        }
    });
    plan
}

/// A journal that stops working at one line, of which a part is stored.
#[derive(Debug)]
struct StopsAt {
    stored: MemoryJournal,
    lines: AtomicUsize,
    last: usize,
}

#[async_trait]
impl Journal for StopsAt {
    async fn read(&self) -> io::Result<String> {
        self.stored.read().await
    }

    async fn append(&self, line: String) -> io::Result<()> {
        if self.lines.fetch_add(1, Ordering::Relaxed) < self.last {
            return self.stored.append(line).await;
        }
        self.stored.append(line[..line.len() / 2].to_owned()).await?;
        Err(io::ErrorKind::StorageFull.into())
    }

    fn place(&self) -> String {
        "in memory".into()
    }
}

/// Counts the requests that the service did.
fn posts(tenant: &SimulatedTenant, path: &str) -> usize {
    let sent = tenant.exchanges();
    let is_it = |sent: &&RecordedExchange| sent.method() == Method::POST && sent.uri().path().ends_with(path);
    let done = |sent: &&RecordedExchange| sent.status().is_some_and(|status| status.is_success());
    sent.iter().filter(is_it).filter(done).count()
}

/// Counts the writes that arrived; a query by POST is none.
fn writes(tenant: &SimulatedTenant) -> usize {
    let sent = tenant.exchanges();
    let is_write =
        |method: &Method, path: &str| *method != Method::GET && !path.ends_with("/checkMemberGroups");
    sent.iter().filter(|sent| is_write(sent.method(), sent.uri().path())).count()
}

#[tokio::test(start_paused = true)]
async fn each_write_is_announced_before_it_is_sent_and_answered_after() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let plan = plan_at_once(&client).await;
    let journal = MemoryJournal::new();
    let run = run(&client, &plan, Phase::Evict, &journal).await.unwrap();
    assert!(run.is_whole(), "{run:#?}");
    assert!(!tenant.user(ADELE).unwrap().enabled);
    let recover = run.steps.iter().zip(&plan.steps).filter(|(_, step)| step.phase == Phase::Recover);
    assert!(recover.clone().count() > 2);
    assert!(recover.into_iter().all(|(ran, _)| ran.state == StepState::NotAsked), "nobody is let in unasked");

    let ledger = Ledger::read(&journal).await.unwrap();
    let announced = ledger.entries.iter().filter(|entry| matches!(entry.event, Event::Intent { .. })).count();
    let answered = ledger.entries.iter().filter_map(|entry| match &entry.event {
        Event::Outcome { exchange, .. } => Some(exchange),
        _ => None,
    });
    let answered: Vec<_> = answered.collect();
    assert_eq!((announced, answered.len()), (writes(&tenant), writes(&tenant)));
    assert!(answered.iter().all(|exchange| exchange.request_id.is_some()
        && exchange.client_request_id.is_some()
        && exchange.attempts == 1));
    let text = journal.read().await.unwrap();
    let password = tenant.password_of(ADELE).unwrap();
    assert!(!text.contains(secrecy::ExposeSecret::expose_secret(&password)), "a journal holds no secret");
}

#[tokio::test(start_paused = true)]
async fn a_run_that_stops_at_any_line_goes_on_from_its_journal() {
    let whole = {
        let tenant = SimulatedTenant::contoso();
        let client = client_of(&tenant).build().unwrap();
        let journal = MemoryJournal::new();
        run(&client, &plan_at_once(&client).await, Phase::Recover, &journal).await.unwrap();
        Ledger::read(&journal).await.unwrap().entries.len()
    };
    assert!(whole > 30, "{whole}");
    let mut unsettled = 0;
    for last in 0..whole {
        let tenant = SimulatedTenant::contoso();
        let client = client_of(&tenant).build().unwrap();
        let plan = plan_at_once(&client).await;
        let stored = MemoryJournal::new();
        let stops = StopsAt { stored: stored.clone(), lines: AtomicUsize::new(0), last };
        let stops: Arc<dyn Journal> = Arc::new(stops);
        match run_with(&client, &plan, Phase::Recover, stops, MemorySecrets::new()).await {
            Err(stopped) => {
                assert!(matches!(stopped.as_refusal(), Some(Refusal::Journal { .. })), "{stopped}");
            }
            // Everything was done: only what follows the last write is not in the journal.
            Ok(run) => assert!(run.warnings.iter().any(|warning| warning.contains("journal")), "{run}"),
        }
        // Every write that was sent is announced.
        let ledger = match Ledger::read(&stored).await {
            Ok(ledger) => ledger,
            Err(error) => panic!("stopped at {last}: {error}"),
        };
        let intents = ledger.entries.iter().filter(|entry| matches!(entry.event, Event::Intent { .. }));
        assert!(intents.count() >= writes(&tenant), "stopped at {last}");
        if ledger.entries.is_empty() {
            continue;
        }

        let run = run(&client, &plan, Phase::Recover, &stored).await.unwrap();
        assert!(posts(&tenant, "/temporaryAccessPassMethods") <= 1, "stopped at {last}");
        let open = run.steps.iter().filter(|step| step.state == StepState::Unsettled).count();
        unsettled += open;
        let failed = run.steps.iter().filter(|step| step.state == StepState::Failed).count();
        assert_eq!(failed, 0, "stopped at {last}: {run:#?}");
        assert_eq!(run.is_whole(), open == 0);
        assert!(tenant.methods_of(ADELE).iter().all(|method| !method.kind.is_removable()
            || method.kind == entra_ir_core::model::MethodKind::TemporaryAccessPass));
    }
    assert!((1..6).contains(&unsettled), "{unsettled}");
}

/// A step with several calls is several steps: an interruption between two of them skips none.
#[tokio::test(start_paused = true)]
async fn each_call_of_a_step_is_journaled_by_itself() {
    const TWO: [&str; 2] = ["28c10230-6103-485e-b985-444c60001490", "38c10230-6103-485e-b985-444c60001490"];
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let mut snapshot = client.snapshot(ADELE).await.unwrap();
    let pass = |id| {
        let kind = "#microsoft.graph.temporaryAccessPassAuthenticationMethod";
        serde_json::from_value(serde_json::json!({ "@odata.type": kind, "id": id })).unwrap()
    };
    snapshot.methods = Part::Collected(MethodList::new(TWO.map(pass).into()));
    let advice = advise(Incident::HelpDeskTricked { since: None }, &snapshot);
    let plan = Plan::of(&advice, &snapshot);
    let deletes = plan.steps.iter().filter_map(|step| step.call.as_ref());
    let deletes: Vec<_> = deletes.filter(|call| call.spec().id == "delete_temporary_access_pass").collect();
    assert_eq!(deletes.len(), 2);
    assert!(plan.steps.iter().all(|step| step.call.is_some() != step.by_hand.is_some()));
}

#[tokio::test(start_paused = true)]
async fn a_journal_belongs_to_one_plan() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let journal = MemoryJournal::new();
    let plan = plan(&client).await;
    run(&client, &plan, Phase::LockOut, &journal).await.unwrap();
    let snapshot = client.snapshot("user@contoso.example").await.unwrap();
    let other = Plan::against(Incident::AccountTakeover, &snapshot);
    let before = writes(&tenant);
    let other = client.contain(other.account, &other).confirm("user@contoso.example").place(journal);
    let error = other.await.unwrap_err();
    assert!(error.to_string().contains("another plan"), "{error}");
    assert_eq!(writes(&tenant), before);
}

#[tokio::test(start_paused = true)]
async fn a_plan_with_an_unknown_step_or_of_a_newer_format_is_refused() {
    let client = client_of(&SimulatedTenant::contoso()).build().unwrap();
    let json = plan(&client).await.to_json().unwrap();
    for (wrong, told) in [
        (json.replace("lock_out", "set_on_fire"), "set_on_fire"),
        (json.replacen(r#""format":1"#, r#""format":2"#, 1), "newer"),
        (json.replacen(r#""wait":null"#, r#""wait":600"#, 1), "waits for nothing"),
        (json.replacen(r#""on_failure":"go-on""#, r#""on_failure":"stop""#, 1), "waits for nothing"),
        (json.replacen(r#""phase":"evict""#, r#""phase":"lock-out""#, 99), "destroys nothing"),
        (
            json.replacen(r#""phase":"lock-out""#, r#""phase":"recover""#, 99),
            "a block belongs to the lock-out",
        ),
        (json.replacen(r#""phase":"recover""#, r#""phase":"evict""#, 99), "belongs to the recovery"),
        (
            json.replacen(r#""actions":["revoke-sign-in-sessions"]"#, r#""actions":["block-sign-in"]"#, 1),
            "not those of the call",
        ),
        (on_another_account(&json), "the plan is for adele@contoso.example"),
        (
            json.replacen(
                r#""call":null"#,
                r#""call":{"operation":"block_sign_in","user":"adele@contoso.example"}"#,
                1,
            ),
            "steps[0].call",
        ),
        ("[]".into(), "plan"),
    ] {
        let error = Plan::from_json(&wrong).unwrap_err();
        assert!(matches!(error.as_refusal(), Some(Refusal::BadField { .. })), "{error}");
        assert!(error.to_string().contains(told) || told == "plan", "{error}");
    }
}

/// The same plan, of which one step acts on somebody else.
fn on_another_account(json: &str) -> String {
    let own = r#""user":"0c0ffee0-5afe-4ace-9b1d-000000000001""#;
    assert!(json.contains(own), "{json}");
    json.replacen(own, r#""user":"0c0ffee0-5afe-4ace-9b1d-00000000002a""#, 1)
}

/// The run may be dropped at any moment: between a line and its write, and between a write and its answer.
#[tokio::test(start_paused = true)]
async fn a_run_that_is_dropped_at_any_moment_goes_on_from_its_journal() {
    let (mut cut_short, mut unsettled) = (0, 0);
    for half in 1_u64.. {
        let tenant = SimulatedTenant::contoso();
        let client = client_of(&tenant).build().unwrap();
        let plan = plan_at_once(&client).await;
        tenant.set_latency(Duration::from_secs(1));
        let journal = MemoryJournal::new();
        let whole = run(&client, &plan, Phase::Recover, &journal);
        let dropped = tokio::time::timeout(Duration::from_millis(500 * half), whole).await.is_err();
        tenant.set_latency(Duration::ZERO);
        if !dropped {
            break;
        }
        cut_short += 1;
        let run = run(&client, &plan, Phase::Recover, &journal).await.unwrap();
        assert!(posts(&tenant, "/temporaryAccessPassMethods") <= 1, "cut after {half} halves of a second");
        assert!(!run.steps.iter().any(|step| step.state == StepState::Failed), "{run:#?}");
        unsettled += run.steps.iter().filter(|step| step.state == StepState::Unsettled).count();
        // Each write that arrived is in the journal.
        let ledger = Ledger::read(&journal).await.unwrap();
        let intents = ledger.entries.iter().filter(|entry| matches!(entry.event, Event::Intent { .. }));
        assert!(intents.count() >= writes(&tenant), "cut after {half} halves of a second");
    }
    // A request that is cut off here never arrives, so reading settles every step.
    assert!(cut_short > 20 && unsettled == 0, "{cut_short} {unsettled}");
}

/// The same journal, written some minutes earlier.
async fn earlier(journal: &MemoryJournal, minutes: i64) -> MemoryJournal {
    let mut stored = String::new();
    let mut previous = serde_json::Value::Null;
    for line in journal.read().await.unwrap().lines() {
        let mut entry: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).unwrap();
        let at = OffsetDateTime::parse(entry["at"].as_str().unwrap(), &Rfc3339).unwrap();
        let at = (at - time::Duration::minutes(minutes)).format(&Rfc3339).unwrap();
        entry.insert("at".into(), at.into());
        entry.insert("previous".into(), previous);
        entry.remove("digest");
        previous = Digest::of(&entry).unwrap().to_string().into();
        entry.insert("digest".into(), previous.clone());
        stored += &serde_json::to_string(&entry).unwrap();
        stored.push('\n');
    }
    MemoryJournal::of(stored)
}

#[tokio::test(start_paused = true)]
async fn the_second_revocation_waits_and_nobody_is_let_in_before_it() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let plan = plan(&client).await;
    let journal = MemoryJournal::new();
    let first = run(&client, &plan, Phase::Recover, &journal).await.unwrap();
    let due = first.due().unwrap();
    assert!(due > OffsetDateTime::now_utc() + time::Duration::minutes(4));
    assert_eq!(posts(&tenant, "/revokeSignInSessions"), 1);
    assert_eq!(posts(&tenant, "/temporaryAccessPassMethods"), 0);
    assert!(!tenant.user(ADELE).unwrap().enabled);
    let sent = writes(&tenant);
    assert!(
        run(&client, &plan, Phase::Recover, &journal).await.unwrap().due().is_some(),
        "too early is still too early"
    );
    assert_eq!(writes(&tenant), sent);

    let later = earlier(&journal, 6).await;
    let then = run(&client, &plan, Phase::Recover, &later).await.unwrap();
    assert!(then.due().is_none() && then.is_whole(), "{then:#?}");
    assert_eq!(posts(&tenant, "/revokeSignInSessions"), 2);
    assert!(!tenant.user(ADELE).unwrap().enabled, "nobody proved who calls");
    let proof = plan.steps.iter().position(|step| step.title.starts_with("Prove")).unwrap();
    tick_off(later.clone(), proof, "Ada", Some("seen in person")).await.unwrap();
    let last = run(&client, &plan, Phase::Recover, &later).await.unwrap();
    assert!(last.is_whole() && tenant.user(ADELE).unwrap().enabled, "{last}");
    assert_eq!(last.headline.word(), "given-back");
}
