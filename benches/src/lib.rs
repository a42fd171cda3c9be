//! What the benchmarks share: what Graph would answer, a transport without a network, and a server in a process of its own.

mod graph;
mod loopback;
mod no_op;

pub use graph::{TOKEN_LENGTH, answer_body, answer_headers, id, missing_id, not_found_body, token};
pub use loopback::{Seen, Server, Side};
pub use no_op::NoOp;

/// Tells whether to measure: `cargo bench` says so. Anything else, such as `cargo test --all-targets`, only sees that the benchmark runs.
pub fn measuring() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}
