//! Measures whether memory grows with the number of calls. Every call is about another account, so state per
//! account becomes visible.

use std::alloc::System;
use std::error::Error;

use entra_ir_benches::{NoOp, Server, Side, id, measuring, token};
use entra_ir_core::{Client, HttpTransport, StaticToken};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

#[global_allocator]
static GLOBAL: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Memory after some number of calls: what the allocator gave out and did not get back, and what the process
/// holds, in KiB.
#[derive(Clone, Copy, Debug)]
struct Held {
    heap: usize,
    resident: Option<u64>,
}

impl Held {
    fn now() -> Self {
        let stats = GLOBAL.stats();
        Self { heap: (stats.bytes_allocated.wrapping_sub(stats.bytes_deallocated)), resident: resident() }
    }
}

/// Reads how much memory the process holds, in KiB. Linux only; the exact file first, some kernels do not
/// have it.
fn resident() -> Option<u64> {
    let read = |file, key| {
        let text = std::fs::read_to_string(file).ok()?;
        text.lines().find_map(|line| line.strip_prefix(key))?.trim().strip_suffix("kB")?.trim().parse().ok()
    };
    read("/proc/self/smaps_rollup", "Rss:").or_else(|| read("/proc/self/status", "VmRSS:"))
}

/// Makes calls up to each of the counts, with a concurrency, and prints the memory.
fn watch(runtime: &Runtime, name: &str, client: &Client, in_flight: usize, marks: &[u32]) -> Fallible<()> {
    println!("{name}, {in_flight} in flight\n{:>9} {:>16} {:>14}", "calls", "heap in use", "resident");
    let (mut done, mut first, mut last) = (0, None, Held::now());
    for mark in marks {
        runtime.block_on(calls(client, in_flight, done, *mark))?;
        done = *mark;
        last = Held::now();
        first.get_or_insert(last);
        let resident = last.resident.map_or_else(|| "not known here".to_owned(), |kib| format!("{kib} KiB"));
        println!("{done:>9} {:>10} bytes {resident:>14}", last.heap);
    }
    if let Some(first) = first {
        let signed = |bytes: usize| i64::try_from(bytes).unwrap_or(i64::MAX);
        let resident = first.resident.zip(last.resident);
        let resident = resident.map_or(String::new(), |(first, last)| {
            format!(", resident {:+} KiB", last.cast_signed() - first.cast_signed())
        });
        println!(
            "change from first to last: heap {:+} bytes{resident}\n",
            signed(last.heap) - signed(first.heap)
        );
    }
    Ok(())
}

async fn calls(client: &Client, in_flight: usize, from: u32, to: u32) -> Fallible<()> {
    let mut tasks = JoinSet::new();
    for lane in 0..in_flight {
        let client = client.clone();
        tasks.spawn(async move {
            for account in (from..to).skip(lane).step_by(in_flight) {
                client.get_user(id(account.into())).await?;
            }
            Fallible::Ok(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}

fn main() -> Fallible<()> {
    Server::be_if_asked()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (no_op, loopback): (&[u32], &[u32]) = if measuring() {
        (&[100, 1_000, 10_000, 100_000], &[100, 1_000, 10_000, 20_000])
    } else {
        (&[10, 20], &[10, 20])
    };
    println!("memory of one client after calls of get_user, each about another account; target: flat\n");
    let credential = || StaticToken::new(token());
    let client = Client::builder().transport(NoOp::any_user()).credential(credential()).build()?;
    watch(&runtime, "no-op transport", &client, 1, no_op)?;
    drop(client);
    for (name, http2) in [("loopback, HTTP/1.1", false), ("loopback, HTTP/2", true)] {
        let server = Server::start()?;
        let transport = HttpTransport::builder().no_proxy();
        let transport = if http2 { transport.http2_only() } else { transport };
        let client = Client::builder().transport(transport.build()?).credential(credential());
        let client = client.graph_endpoint(server.origin(Side::Library)).build()?;
        watch(&runtime, name, &client, 32, loopback)?;
    }
    Ok(())
}
