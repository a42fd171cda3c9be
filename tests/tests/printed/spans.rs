//! What a subscriber sees of a call: ids, statuses, counts; a name at debug level only.

use std::io::Write;
use std::sync::{Arc, Mutex};

use entra_ir_core::SimulatedTenant;
use entra_ir_core::simulator::Fault;
use entra_ir_tests::client_of_faulty;
use tracing::Level;
use tracing_subscriber::fmt::format::FmtSpan;

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

fn logged(level: Level) -> (String, String) {
    let _alone = crate::alone();
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let id = tracing::subscriber::with_default(subscriber, || {
        runtime.block_on(async {
            let tenant = SimulatedTenant::contoso();
            tenant.inject(Fault::status(503).on_path("/users/"));
            let client = client_of_faulty(&tenant).build().unwrap();
            client.get_user("adele@contoso.example").await.unwrap();
            let exchanges = tenant.exchanges();
            let ids: Vec<_> =
                exchanges.iter().map(|exchange| exchange.headers()["client-request-id"].clone()).collect();
            assert_eq!(ids[0], ids[1], "all attempts of a call have one id");
            ids[0].to_str().unwrap().to_owned()
        })
    });
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    (text, id)
}

#[test]
fn a_call_is_a_span_with_operation_id_status_and_attempts() {
    let (text, id) = logged(Level::INFO);
    let call = text.lines().find(|line| line.contains("graph.call")).expect("a span for the call");
    for part in ["operation=\"get_user\"", &format!("client_request_id={id}"), "status=200", "attempts=2"] {
        assert!(call.contains(part), "{part} is not in {call}");
    }
    assert!(!text.contains("adele"), "a name at info level: {text}");
}

#[test]
fn attempts_and_names_are_for_debugging() {
    let (text, id) = logged(Level::DEBUG);
    let named = format!("graph.attempt{{operation=\"get_user\" client_request_id=\"{id}\" attempt=1");
    assert!(text.contains(&named), "{named} is not in {text}");
    for part in ["attempt=1 status=503", "attempt=2 status=200", "/v1.0/users/adele@contoso.example"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}
