//! Measures a call through the whole client, compared with plain reqwest that sends the same request. Both
//! sides take turns in rounds within one run: on a noisy machine only the ratio of neighbouring rounds is
//! meaningful.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use entra_ir_benches::{Server, Side, TOKEN_LENGTH, id, measuring, missing_id, token};
use entra_ir_core::model::{MethodKind, User};
use entra_ir_core::operations::GetUser;
use entra_ir_core::{Client, GraphCall, GraphErrorKind, HttpTransport, ObjectId, StaticToken};
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, USER_AGENT};
use serde::Deserialize;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

const IN_FLIGHT: [u32; 3] = [1, 32, 256];
/// The library's own; only its length matters.
const AGENT: &str = concat!("entra-ir/", env!("CARGO_PKG_VERSION"));
const METHOD: &str = "hXyZ3b41c05e73a1";

const ROUNDS: usize = 25;

type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// `get_user`.
    Read,
    /// `delete_method`, with its receipt.
    Write,
    /// `get_user` of an account that does not exist.
    NotFound,
}

/// One side of the comparison, with the accounts that it reads in turn.
#[derive(Debug)]
struct Caller {
    kind: Kind,
    what: What,
    ids: Vec<(ObjectId, String)>,
    next: AtomicUsize,
}

#[derive(Debug)]
enum Kind {
    Library(Client),
    Plain { client: reqwest::Client, origin: String, select: String, token: String },
}

/// What plain code reads of an error's body.
#[derive(Debug, Deserialize)]
struct Refused {
    error: Reason,
}

#[derive(Debug, Deserialize)]
struct Reason {
    code: String,
}

/// What a row of calls took, for each of them.
#[derive(Clone, Copy, Debug)]
struct Cost {
    cpu: f64,
    wall: f64,
}

impl Caller {
    fn new(kind: Kind, what: What) -> Arc<Self> {
        let id = if what == What::NotFound { missing_id } else { id };
        let ids = (0..1_000).map(|account| (id(account), id(account).to_string())).collect();
        Arc::new(Self { kind, what, ids, next: AtomicUsize::new(0) })
    }

    fn library(origin: &str, what: What) -> Fallible<Arc<Self>> {
        let client = Client::builder()
            .transport(HttpTransport::builder().no_proxy().http2_only().build()?)
            .graph_endpoint(origin)
            .credential(StaticToken::new(token()))
            .build()?;
        Ok(Self::new(Kind::Library(client), what))
    }

    fn plain(origin: &str, what: What) -> Fallible<Arc<Self>> {
        let client = reqwest::Client::builder().no_proxy().http2_prior_knowledge().build()?;
        let address = GetUser::new(id(0))?.request()?.uri().clone();
        let select = address.query().unwrap_or_default().to_owned();
        Ok(Self::new(Kind::Plain { client, origin: origin.to_owned(), select, token: token() }, what))
    }

    async fn call(&self) -> Fallible<()> {
        let (id, text) = &self.ids[self.next.fetch_add(1, Ordering::Relaxed) % self.ids.len()];
        let as_expected = match (&self.kind, self.what) {
            (Kind::Library(client), What::Read) => client.get_user(*id).await?.id == *id,
            (Kind::Library(client), What::Write) => {
                client.delete_method(*id, MethodKind::Fido2, METHOD).await?.receipt.is_success()
            }
            (Kind::Library(client), What::NotFound) => match client.get_user(*id).await {
                Err(error) => error.as_graph().is_some_and(|error| error.kind() == GraphErrorKind::NotFound),
                Ok(_) => false,
            },
            (Kind::Plain { client, origin, select, token }, what) => {
                let request = if what == What::Write {
                    client.delete(format!("{origin}/v1.0/users/{text}/authentication/fido2Methods/{METHOD}"))
                } else {
                    client.get(format!("{origin}/v1.0/users/{text}?{select}"))
                };
                let answer = request
                    .bearer_auth(token)
                    .header(USER_AGENT, AGENT)
                    .header(ACCEPT, "application/json")
                    // A different one for each call, as Graph requires; plain reqwest gets it ready-made, the
                    // library generates it.
                    .header("client-request-id", text)
                    .send()
                    .await?;
                let (status, body) = (answer.status(), answer.bytes().await?);
                match what {
                    What::Read => serde_json::from_slice::<User>(&body)?.id == *id,
                    What::Write => status == StatusCode::NO_CONTENT,
                    What::NotFound => {
                        let refused: Refused = serde_json::from_slice(&body)?;
                        status == StatusCode::NOT_FOUND && refused.error.code == "Request_ResourceNotFound"
                    }
                }
            }
        };
        if as_expected {
            Ok(())
        } else {
            Err(format!("{:?}: not the answer of the server", self.what).into())
        }
    }
}

/// Makes so many calls, so many at a time.
fn run(runtime: &Runtime, caller: &Arc<Caller>, calls: u32, in_flight: u32) -> Fallible<Cost> {
    let lanes = in_flight.min(calls);
    let each = calls / lanes;
    let (wall, cpu) = (Instant::now(), ProcessTime::try_now()?);
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for _ in 0..lanes {
            let caller = Arc::clone(caller);
            tasks.spawn(async move {
                for _ in 0..each {
                    caller.call().await?;
                }
                Fallible::Ok(())
            });
        }
        while let Some(done) = tasks.join_next().await {
            done??;
        }
        Fallible::Ok(())
    })?;
    let (cpu, wall) = (cpu.try_elapsed()?, wall.elapsed());
    // The last connections go back to their pool while something runs; otherwise the next run would open
    // others.
    runtime.block_on(async { tokio::time::sleep(Duration::from_millis(5)).await });
    let per_call = |time: Duration| time.as_secs_f64() * 1e6 / f64::from(each * lanes);
    Ok(Cost { cpu: per_call(cpu), wall: per_call(wall) })
}

fn compare(runtime: &Runtime, what: What, in_flight: u32) -> Fallible<()> {
    let (rounds, calls) = match (measuring(), in_flight) {
        (false, _) => (1, 4),
        (true, 1) => (ROUNDS, 2_048),
        (true, _) => (ROUNDS, 4_096),
    };
    let mut server = Server::start()?;
    let library = Caller::library(server.origin(Side::Library), what)?;
    let plain = Caller::plain(server.origin(Side::Plain), what)?;
    for caller in [&library, &plain] {
        run(runtime, caller, 1, 1)?;
        run(runtime, caller, calls, in_flight)?;
    }
    let mut pairs = Vec::with_capacity(rounds);
    for round in 0..rounds {
        // Alternate who goes first, so that neither always benefits from the caches of the other.
        let pair = if round % 2 == 0 {
            let first = run(runtime, &library, calls, in_flight)?;
            (first, run(runtime, &plain, calls, in_flight)?)
        } else {
            let first = run(runtime, &plain, calls, in_flight)?;
            (run(runtime, &library, calls, in_flight)?, first)
        };
        pairs.push(pair);
    }
    let [of_library, of_plain] = server.seen()?;
    if of_library.request != of_plain.request {
        return Err(format!("not the same request:\n{}\n{}", of_library.request, of_plain.request).into());
    }
    let of = |value: fn(&(Cost, Cost)) -> f64| quartiles(pairs.iter().map(value).collect());
    let [low, ratio, high] = of(|(library, plain)| library.cpu / plain.cpu);
    println!(
        "{:<9} {in_flight:>9} | {:>8.1} {:>8.1} | {ratio:>5.2} ({low:.2}..{high:.2}) | {:>8.0} {:>8.0} | {:>7} {:>7}",
        match what {
            What::Read => "read",
            What::Write => "write",
            What::NotFound => "404",
        },
        of(|(library, _)| library.cpu)[1],
        of(|(_, plain)| plain.cpu)[1],
        1e6 / of(|(library, _)| library.wall)[1],
        1e6 / of(|(_, plain)| plain.wall)[1],
        of_library.connections,
        of_plain.connections,
    );
    Ok(())
}

/// Returns the lower quartile, the median and the upper quartile.
fn quartiles(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    let last = values.len() - 1;
    [last / 4, last / 2, last - last / 4].map(|at| values[at])
}

fn main() -> Fallible<()> {
    Server::be_if_asked()?;
    let multi_thread = std::env::args().any(|argument| argument == "multi-thread");
    let mut runtime = if multi_thread {
        tokio::runtime::Builder::new_multi_thread()
    } else {
        tokio::runtime::Builder::new_current_thread()
    };
    let runtime = runtime.enable_all().build()?;
    println!(
        "Calls through the whole client, against plain reqwest over HTTP/2: the same request (token of {TOKEN_LENGTH} bytes), the same answer.\n\
         A read (get_user) is decoded into the same type; a write (delete_method) has a receipt here and a status there; a 404 is sorted by its code.\n\
         Loopback, no TLS; the server is another process. CPU: user and system time of this process.\n\
         {} runtime. Medians of {ROUNDS} rounds that take turns; ratio = library / plain within a round, quartiles in brackets. At most 1.35 at 32.\n\
         Connections: all that a side opened; one is wanted.\n",
        if multi_thread { "Multi-thread" } else { "Single-thread" },
    );
    println!(
        "{:<9} {:>9} | {:^17} | {:^18} | {:^17} | {:^15}",
        "", "", "CPU µs per call", "ratio of CPU", "calls per s", "connections"
    );
    println!(
        "{:<9} {:>9} | {:>8} {:>8} | {:^18} | {:>8} {:>8} | {:>7} {:>7}",
        "call", "in flight", "library", "plain", "library / plain", "library", "plain", "library", "plain"
    );
    for what in [What::Read, What::Write, What::NotFound] {
        for in_flight in IN_FLIGHT {
            compare(&runtime, what, in_flight)?;
        }
    }
    Ok(())
}
