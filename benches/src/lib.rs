//! The shared code of the benchmarks: Graph's answers, a transport without a network, and a server in a
//! separate process.

mod graph;
mod loopback;
mod no_op;

pub use graph::{TOKEN_LENGTH, answer_body, answer_headers, id, missing_id, not_found_body, token};
pub use loopback::{Seen, Server, Side};
pub use no_op::NoOp;

/// Returns whether to measure, which `cargo bench` requests. Anything else, such as `cargo test
/// --all-targets`, only checks that the benchmark runs.
pub fn measuring() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}
