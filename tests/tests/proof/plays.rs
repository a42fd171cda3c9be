//! The search: no play against a default plan leaves him in through anything that the run does not name.

use std::time::{Duration, Instant};

use entra_ir_core::simulator::drill::{Night, Order, Play, Played, Strategy, Twist};
use entra_ir_tests::Cases;
use proptest::prelude::{Just, any, prop, prop_oneof};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngSeed, TestRunner};

use super::{plan, played, said};

/// How long the plays of one and two moves may take, all incidents together. `ENTRA_IR_PROOF` plays them all.
const MOVES: Duration = Duration::from_secs(40);

const CASES: u64 = 60;

fn judge(play: &Play, played: &Played) -> Result<(), String> {
    if played.unnamed.is_empty() {
        return Ok(());
    }
    Err(format!("in, and not named: {}\n{play:?}\n{played:?}", said(&played.unnamed)))
}

#[test]
fn every_default_plan_evicts_who_waits_and_who_makes_every_move() {
    for night in Night::ALL {
        for strategy in [Strategy::Waits, Strategy::Greedy] {
            let play = Play::new(night, strategy);
            let played = played(&play);
            judge(&play, &played).unwrap();
            assert!(!played.is_in(), "{play:?}: in by {}", said(&played.contained));
            assert_ne!(played.user_is_back, Some(false), "{play:?}");
        }
    }
}

/// Each move that has an effect, in each gap in which it has one, and then each second one.
#[test]
fn no_one_or_two_moves_leave_him_in_unnamed() {
    let whole = std::env::var_os("ENTRA_IR_PROOF").is_some();
    let share = MOVES / u32::try_from(Night::ALL.len()).unwrap();
    for night in Night::ALL {
        let first = played(&Play::new(night, Strategy::Waits).exploring()).effective;
        let began = Instant::now();
        let goes_on = |share: Duration| whole || began.elapsed() < share;
        let (mut ones, mut twos) = (0, 0);
        for (gap, one) in &first {
            // However slow the machine, one play of each incident.
            if ones > 0 && !goes_on(share / 2) {
                break;
            }
            let play = Play::new(night, Strategy::These(vec![(*gap, *one)]));
            judge(&play, &played(&play)).unwrap();
            ones += 1;
        }
        for (gap, one) in first.iter().take_while(|_| goes_on(share)) {
            let play = Play::new(night, Strategy::These(vec![(*gap, *one)]));
            let after = played(&play.exploring()).effective;
            let later = after.iter().filter(|(later, _)| later > gap);
            for (later, two) in later.take_while(|_| goes_on(share)) {
                let play = Play::new(night, Strategy::These(vec![(*gap, *one), (*later, *two)]));
                judge(&play, &played(&play)).unwrap();
                twos += 1;
            }
        }
        println!("{}: {ones} of {} plays of one move, {twos} of two", night.word(), first.len());
        assert!(ones > 0 || first.is_empty());
    }
}

#[derive(Clone, Debug)]
struct Case {
    night: usize,
    seed: u64,
    twists: Vec<Twist>,
}

fn case() -> impl proptest::strategy::Strategy<Value = Case> {
    let twist = prop_oneof![
        any::<u64>().prop_map(Twist::Delays),
        any::<u64>().prop_map(Twist::Faults),
        (0..1000_u16).prop_map(Twist::After),
        (1..60_u8).prop_map(Twist::SyncAfter),
        Just(Twist::BlocksHighRisk),
        Just(Twist::GuardsRegistration),
        Just(Twist::SparesPrimaries),
    ];
    (0..Night::ALL.len(), any::<u64>(), prop::collection::vec(twist, 0..3))
        .prop_map(|(night, seed, twists)| Case { night, seed, twists })
}

#[test]
fn no_random_play_leaves_him_in_unnamed() {
    let name = "no_random_play_leaves_him_in_unnamed";
    let mut cases = Cases::of(name, CASES);
    for seed in cases.by_ref() {
        let config = Config { rng_seed: RngSeed::Fixed(seed), ..Config::default() };
        let case = case().new_tree(&mut TestRunner::new(config)).unwrap().current();
        let play = Play::new(Night::ALL[case.night], Strategy::Random(case.seed)).with(case.twists);
        if let Err(why) = judge(&play, &played(&play)) {
            panic!("ENTRA_IR_SEED={seed}: {why}");
        }
    }
    assert!(cases.played() > 0);
}

/// What is planted is found: a plan without one of its steps, and an order that leaves a way.
#[test]
fn a_weakness_that_is_planted_is_found() {
    let play = Play::new(Night::Spray, Strategy::Greedy);
    let steps = plan(&play).steps;
    let methods = steps.iter().position(|step| step.title == "Delete methods").unwrap();
    let (whole, without) = (played(&play), played(&play.clone().without(methods)));
    assert!(!without.worse_than(&whole).is_empty(), "{without:?}");
    assert!(whole.worse_than(&whole).is_empty());
    let reset = played(&play.against(Order::named("button-reset-password").unwrap()));
    assert!(reset.is_in() && !reset.worse_than(&whole).is_empty(), "{reset:?}");
}
