//! The budget and the seeds of the random tests.

use std::io::Write as _;
use std::time::{Duration, Instant};

/// The seconds in which each random test plays its usual number of cases, or as many as it can.
///
/// `ENTRA_IR_RANDOM_SECONDS` sets others, as `make deep` does: then each test plays until they are over.
pub const RANDOM_TEST_SECONDS: u64 = 90;

/// Numbers the cases of a random test. Each number is the seed of its case.
///
/// The first is 0, or `ENTRA_IR_SEED`. So a longer budget plays the same cases and more, and a case that
/// failed is the first one of a run with its seed.
#[derive(Debug)]
pub struct Cases {
    name: &'static str,
    first: u64,
    played: u64,
    least: u64,
    most: u64,
    began: Instant,
    time: Duration,
}

impl Cases {
    /// Starts a test. Of the usual number of cases it plays a tenth even when the time is over.
    ///
    /// # Panics
    /// If one of the two variables is set to something other than a number.
    pub fn of(name: &'static str, usual: u64) -> Self {
        let seconds = variable("ENTRA_IR_RANDOM_SECONDS");
        Self {
            name,
            first: variable("ENTRA_IR_SEED").unwrap_or(0),
            played: 0,
            least: usual.div_ceil(10),
            most: if seconds.is_some() { u64::MAX } else { usual },
            began: Instant::now(),
            time: Duration::from_secs(seconds.unwrap_or(RANDOM_TEST_SECONDS)),
        }
    }

    /// Returns how many cases were begun.
    pub const fn played(&self) -> u64 {
        self.played
    }
}

impl Iterator for Cases {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let within = self.played < self.most && self.began.elapsed() < self.time;
        if !within && self.played >= self.least {
            return None;
        }
        self.played += 1;
        Some(self.first.wrapping_add(self.played - 1))
    }
}

/// Prints what was played, bypassing the test harness, which hides the output of a passing test.
impl Drop for Cases {
    fn drop(&mut self) {
        let Self { name, first, played, .. } = self;
        let seconds = self.began.elapsed().as_secs_f64();
        _ = writeln!(
            std::io::stderr(),
            "random: {name}: {played} cases from seed {first} on, in {seconds:.1} s"
        );
    }
}

fn variable(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name} is no number: {value}")))
}
