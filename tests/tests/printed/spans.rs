//! The events of a call that a subscriber sees: ids, statuses, counts; a name only at debug level.

use std::io::Write;
use std::sync::{Arc, Mutex};

use entra_ir_core::model::AccountSnapshot;
use entra_ir_core::simulator::Fault;
use entra_ir_core::{Guard, SimulatedTenant};
use entra_ir_tests::{client_of, client_of_faulty};
use http::Method;
use tracing::{Instrument as _, Level};
use tracing_subscriber::fmt::format::FmtSpan;

const ADELE: &str = "adele@contoso.example";
const ALEX: &str = "alex@contoso.example";

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Does the work under a subscriber, and returns what it printed.
fn logged<T>(level: Level, work: impl AsyncFnOnce() -> T) -> (String, T) {
    let _alone = crate::alone();
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        // Their digits come and go.
        .without_time()
        .with_writer(move || writer.clone())
        .finish();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let result = tracing::subscriber::with_default(subscriber, || runtime.block_on(work()));
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    (text, result)
}

/// Reads a user at the second attempt, and returns the id of the call.
async fn read_at_the_second_attempt() -> String {
    let tenant = SimulatedTenant::contoso();
    tenant.inject(Fault::status(503).on_path("/users/"));
    let client = client_of_faulty(&tenant).build().unwrap();
    client.get_user(ADELE).await.unwrap();
    let exchanges = tenant.exchanges();
    let ids: Vec<_> =
        exchanges.iter().map(|exchange| exchange.headers()["client-request-id"].clone()).collect();
    assert_eq!(ids[0], ids[1], "all attempts of a call have one id");
    ids[0].to_str().unwrap().to_owned()
}

/// The lines in which calls end.
fn calls(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.contains("pipeline::trace: close")).collect()
}

fn assert_line(line: &str, parts: &[&str], absent: &[&str]) {
    for part in parts {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    for part in absent {
        assert!(!line.contains(part), "{part} is in {line}");
    }
}

#[test]
fn a_call_is_a_span_with_operation_id_status_and_attempts() {
    let (text, id) = logged(Level::INFO, read_at_the_second_attempt);
    let [call] = calls(&text)[..] else { panic!("one line is not in {text}") };
    let id = format!("client_request_id={id}");
    let parts =
        ["operation=\"get_user\"", "effect=\"read\"", "outcome=\"answered\"", "status=200", "attempts=2"];
    assert_line(call, &parts, &["outcome_unknown", "status=503"]);
    assert_line(call, &[&id, " request_id="], &[]);
    assert_eq!(call.matches(" status=").count(), 1, "{call}");
    assert!(!text.contains("adele"), "a name at info level: {text}");
}

#[test]
fn a_span_of_the_program_is_left_as_it_is() {
    let (text, _) = logged(Level::WARN, async || {
        let mine =
            tracing::error_span!("mine", status = tracing::field::Empty, attempts = tracing::field::Empty);
        read_at_the_second_attempt().instrument(mine).await
    });
    assert_line(&text, &["mine"], &["status", "attempts"]);
}

#[test]
fn a_write_tells_what_it_does_to_whom_and_whether_it_may_have_happened() {
    let (text, id) = logged(Level::INFO, async || {
        let tenant = SimulatedTenant::contoso();
        let guarded = client_of_faulty(&tenant).guard(Guard::new().protect(["breakglass@contoso.example"]));
        let client = guarded.build().unwrap();
        client.block_sign_in(ADELE).await.unwrap();
        client.block_sign_in("breakglass@contoso.example").await.unwrap_err();
        let dry = client_of(&tenant).guard(Guard::dry_run()).build().unwrap();
        dry.unblock_sign_in(ADELE).await.unwrap();
        tenant.inject(Fault::dropped().after_effect().on_path("/revokeSignInSessions").always());
        client.revoke_sign_in_sessions(ADELE).await.unwrap();
        tenant.inject(Fault::middlebox(403).on_method(Method::DELETE).always());
        let pass = client.create_temporary_access_pass(ADELE).await.unwrap().id.unwrap();
        client.delete_temporary_access_pass(ADELE, pass).await.unwrap_err();
        client.get_user(ADELE).await.unwrap().id
    });
    let lines = calls(&text);
    let line = |operation: &str, outcome: &str| {
        let has = |line: &&&str| {
            line.contains(&format!("operation={operation:?}"))
                && line.contains(&format!("outcome={outcome:?}"))
        };
        *lines.iter().find(has).unwrap_or_else(|| panic!("{operation} {outcome} is not in {text}"))
    };
    let target = format!("target={id}");
    // Named by name, and found by the guard.
    let blocked = line("block_sign_in", "answered");
    assert_line(blocked, &["effect=\"contain\"", &target, "status=204"], &["outcome_unknown"]);
    let never_sent = ["status", "attempts", "outcome_unknown"];
    assert_line(line("block_sign_in", "not-sent"), &["effect=\"contain\""], &never_sent);
    assert_line(line("unblock_sign_in", "dry-run"), &["effect=\"change\""], &never_sent);
    let lost = line("revoke_sign_in_sessions", "no-answer");
    assert_line(lost, &[&target, "attempts=5", "outcome_unknown=true"], &["status"]);
    let between = line("delete_method", "not-graph");
    assert_line(between, &["status=403", &target], &[" request_id="]);
    assert!(!text.contains("adele") && !text.contains("breakglass"), "a name at info level: {text}");
}

#[test]
fn a_snapshot_is_one_line_and_its_reads_are_for_debugging() {
    async fn snapshot() -> AccountSnapshot {
        let tenant = SimulatedTenant::contoso();
        tenant.inject(Fault::status(403).on_path("/registeredDevices").always());
        client_of_faulty(&tenant).build().unwrap().snapshot(ALEX).await.unwrap()
    }
    let (text, snapshot_at_info) = logged(Level::INFO, snapshot);
    let [line] = text.lines().collect::<Vec<_>>()[..] else { panic!("more than one line: {text}") };
    let requests = format!("requests={}", snapshot_at_info.requests);
    let target = format!("target={}", snapshot_at_info.user.id);
    let parts = ["operation=\"snapshot\"", "effect=\"read\"", &requests, &target, "not_read=\"devices\""];
    // Identity Protection never saw Alex, and answers 404.
    assert_line(line, &parts, &["status", "alex"]);
    let (text, snapshot) = logged(Level::DEBUG, snapshot);
    let reads: Vec<_> = calls(&text).into_iter().filter(|line| line.contains("DEBUG")).collect();
    assert_eq!(reads.len(), usize::try_from(snapshot.requests).unwrap(), "{text}");
    let risk = reads.iter().find(|line| line.contains("get_risky_user")).unwrap();
    assert_line(risk, &["status=404"], &[]);
}

#[test]
fn a_snapshot_that_failed_says_why() {
    let (text, ()) = logged(Level::INFO, async || {
        let client = client_of(&SimulatedTenant::contoso()).build().unwrap();
        client.snapshot("nobody@contoso.example").await.unwrap_err();
    });
    let [line] = text.lines().collect::<Vec<_>>()[..] else { panic!("more than one line: {text}") };
    let parts = ["operation=\"snapshot\"", "outcome=\"answered\"", "status=404", " request_id="];
    assert_line(line, &parts, &["target", "nobody"]);
}

#[test]
fn attempts_and_names_are_for_debugging() {
    let (text, id) = logged(Level::DEBUG, read_at_the_second_attempt);
    let named = format!("graph.attempt{{operation=\"get_user\" client_request_id=\"{id}\" attempt=1");
    assert!(text.contains(&named), "{named} is not in {text}");
    for part in ["attempt=1 status=503", "attempt=2 status=200", "/v1.0/users/adele@contoso.example"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}
