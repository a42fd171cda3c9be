//! The shared code of the cross-crate tests: the path of Microsoft's material, and a recorder of every
//! exchange. With `ENTRA_IR_EXCHANGES` set to a folder, the recorder writes lines for the conformance checker
//! there: `client-….jsonl` if a test invented the answers, `both-….jsonl` if the simulated tenant gave them.

// The guide's Rust code is compiled with the doctests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/getting-started.md")]
mod getting_started {}

mod random;

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

use async_trait::async_trait;
use entra_ir_core::wire::{Request, Response};
use entra_ir_core::{
    CallerKind, Client, ClientBuilder, HttpTransport, Permit, RetryPolicy, SimulatedTenant, StaticToken,
    Transport, TransportError,
};
use serde_json::{Map, Value, json};

pub use random::{Cases, RANDOM_TEST_SECONDS};

// The programs of the repository's README are compiled and run with the doctests; the crate's own package
// does not hold that file.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

/// Returns a folder of Microsoft's material beside the repository, or prints that the test is skipped.
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {name} is not beside the repository");
    None
}

/// The side of an exchange that the conformance checker judges.
#[derive(Clone, Copy, Debug)]
pub enum Judge {
    /// What was sent: the answers are a test's own.
    Client,
    /// Both: the simulated tenant answered, without injected faults.
    Both,
}

/// Records every exchange, on its way to another transport.
#[derive(Debug)]
pub struct Recording<T> {
    inner: T,
    judge: Judge,
}

impl<T> Recording<T> {
    /// Puts the recorder before a transport.
    pub const fn new(inner: T, judge: Judge) -> Self {
        Self { inner, judge }
    }
}

#[async_trait]
impl<T: Transport> Transport for Recording<T> {
    async fn ready(&self, request: &Request) -> Result<Permit, TransportError> {
        self.inner.ready(request).await
    }

    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let Some(folder) = std::env::var_os("ENTRA_IR_EXCHANGES").filter(|folder| !folder.is_empty()) else {
            return self.inner.send(request).await;
        };
        let mut line = line_of(&request);
        let answer = self.inner.send(request).await;
        if let Ok(answer) = &answer {
            line.insert("status".into(), json!(answer.status().as_u16()));
            line.insert("response_headers".into(), headers(answer.headers()));
            line.insert("response_body".into(), body(answer.body()));
        }
        let side = match self.judge {
            Judge::Client => "client",
            Judge::Both => "both",
        };
        let path = PathBuf::from(folder).join(format!("{side}-{}.jsonl", std::process::id()));
        let mut text = Value::Object(line).to_string();
        text.push('\n');
        let file = OpenOptions::new().create(true).append(true).open(path);
        file.and_then(|mut file| file.write_all(text.as_bytes()))
            .expect("the folder of exchanges can be written");
        answer
    }
}

fn line_of(request: &Request) -> Map<String, Value> {
    let mut line = Map::new();
    line.insert("method".into(), json!(request.method().as_str()));
    line.insert("url".into(), json!(request.uri().to_string()));
    line.insert("request_headers".into(), headers(request.headers()));
    line.insert("request_body".into(), body(request.body()));
    line
}

fn headers(headers: &http::HeaderMap) -> Value {
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.to_string(), json!(text(value)))).collect::<Map<_, _>>().into()
}

fn body(bytes: &[u8]) -> Value {
    if bytes.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(bytes).unwrap_or_else(|_| json!(String::from_utf8_lossy(bytes)))
}

/// Starts an answer of a scripted service, with the `request-id` with which Graph marks each of its own.
pub fn graph(status: u16) -> wiremock::ResponseTemplate {
    wiremock::ResponseTemplate::new(status)
        .insert_header("request-id", "5c1d8e6f-0000-4000-8000-000000000001")
}

/// Starts a client for any transport: a token, retries without random waits.
pub fn client_over(transport: impl Transport, judge: Judge) -> ClientBuilder {
    Client::builder()
        .transport(Recording::new(transport, judge))
        .credential(StaticToken::new("canary-token").speaking_for(CallerKind::Delegated))
        .retry(RetryPolicy::default().with_jitter(|| 0.0))
}

/// Starts a client for a server on this machine.
///
/// # Panics
/// If the HTTP client cannot be made: then no test can run.
pub fn client_at(endpoint: &str) -> ClientBuilder {
    let transport = HttpTransport::builder().no_proxy().build().expect("an HTTP client");
    client_over(transport, Judge::Client).graph_endpoint(endpoint)
}

/// Starts a client for the simulated tenant, whose answers are judged too.
pub fn client_of(tenant: &SimulatedTenant) -> ClientBuilder {
    client_over(tenant.clone(), Judge::Both)
}

/// Starts a client for the simulated tenant with injected faults, whose answers are not judged.
pub fn client_of_faulty(tenant: &SimulatedTenant) -> ClientBuilder {
    client_over(tenant.clone(), Judge::Client)
}
