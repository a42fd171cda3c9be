//! Plays properties on random cases, within the budget of all random tests.

use entra_ir_tests::Cases;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};

/// How many simpler cases are tried for one that fails.
const SIMPLER: u32 = 4_096;

/// Plays a property. Returns how many cases were played.
pub(crate) fn play<S: Strategy>(
    name: &'static str,
    usual: u64,
    strategy: &S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) -> u64 {
    let mut cases = Cases::of(name, usual);
    for seed in cases.by_ref() {
        let config = Config {
            cases: 1,
            max_shrink_iters: SIMPLER,
            rng_seed: RngSeed::Fixed(seed),
            failure_persistence: None,
            ..Config::default()
        };
        if let Err(why) = TestRunner::new(config).run(strategy, &property) {
            panic!("ENTRA_IR_SEED={seed}: {why}");
        }
    }
    cases.played()
}

/// Makes a test of each function: it holds for all values of its parameters' strategies.
macro_rules! properties {
    ($usual:literal cases; $(fn $name:ident($($value:pat in $strategy:expr),+ $(,)?) $property:block)+) => {$(
        #[test]
        fn $name() {
            $crate::random::play(stringify!($name), $usual, &($($strategy,)+), |($($value,)+)| {
                $property
                Ok(())
            });
        }
    )+};
}

pub(crate) use properties;
