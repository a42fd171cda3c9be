//! An adversary plays against every default plan, and against the orders that others publish.

mod cases;
mod page_doc;
mod plays;
mod steps;

use entra_ir_core::containment::Plan;
use entra_ir_core::simulator::drill::{Play, Played};
use entra_ir_core::simulator::sign_in::Way;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_time().start_paused(true).build().unwrap().block_on(future)
}

fn played(play: &Play) -> Played {
    block_on(play.play()).unwrap()
}

fn plan(play: &Play) -> Plan {
    block_on(play.plan()).unwrap()
}

/// Names ways, each once.
fn said(ways: &[Way]) -> String {
    let mut all: Vec<_> = ways.iter().map(ToString::to_string).collect();
    all.sort();
    all.dedup();
    all.join("; ")
}
