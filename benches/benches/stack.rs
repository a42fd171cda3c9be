//! Measures the library itself: time and allocations of a call through the whole stack, over a transport that
//! answers at once. This includes building the request, trace, guard, retry, throttle, authorize, the
//! timeout, decoding the answer, and for a write the receipt. It excludes HTTP and sockets.

use std::alloc::System;
use std::hint::black_box;

use criterion::Criterion;
use entra_ir_benches::{NoOp, id, token};
use entra_ir_core::model::MethodKind;
use entra_ir_core::{Client, Error, MethodId, StaticToken, Transport};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tokio::runtime::Runtime;

#[global_allocator]
static GLOBAL: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const COUNTED_CALLS: u32 = 1_000;

fn client(transport: impl Transport) -> Result<Client, Error> {
    Client::builder().transport(transport).credential(StaticToken::new(token())).build()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let id = id(0);
    let method: MethodId = "00aa00aa-bb11-cc22-dd33-44ee44ee44ee".parse()?;
    let (reading, deleting) = (client(NoOp::user())?, client(NoOp::no_content())?);
    let get_user = async || {
        black_box(reading.get_user(black_box(id)).await.expect("an answer that is understood"));
    };
    let delete_method = async || {
        let call = deleting.delete_method(black_box(id), MethodKind::Fido2, method.clone());
        black_box(call.await.expect("an answer that is understood"));
    };
    let no_op = NoOp::user();
    let transport = async || {
        black_box(no_op.send(black_box(entra_ir_core::wire::Request::default())).await.expect("an answer"));
    };

    println!(
        "allocations per call, mean of {COUNTED_CALLS} after one; reallocations count; target: under 40"
    );
    println!("  get_user       {}", allocations(&runtime, &get_user));
    println!("  delete_method  {}", allocations(&runtime, &delete_method));
    println!("  in each of them the transport's own {}\n", allocations(&runtime, &transport));

    println!("time per call, the counting allocator's share included; target: under 20 µs");
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("stack");
    group.bench_function("get_user", |bench| bench.to_async(&runtime).iter(&get_user));
    group.bench_function("delete_method", |bench| {
        bench.to_async(&runtime).iter(&delete_method);
    });
    group.bench_function("transport alone", |bench| {
        bench.to_async(&runtime).iter(&transport);
    });
    group.finish();
    criterion.final_summary();
    Ok(())
}

fn allocations(runtime: &Runtime, call: &impl AsyncFn()) -> String {
    runtime.block_on(async {
        // The first call fetches the token.
        call().await;
        let region = Region::new(GLOBAL);
        for _ in 0..COUNTED_CALLS {
            call().await;
        }
        let change = region.change();
        // 1,000 calls allocate far less than 4 GB.
        let per_call =
            |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / f64::from(COUNTED_CALLS);
        let (count, bytes) = (change.allocations + change.reallocations, change.bytes_allocated);
        format!("{:5.1} ({:.0} bytes)", per_call(count), per_call(bytes))
    })
}
