//! Compares two independent models, written from the same sources: what [`open_doors`] computes from the
//! tables of knowledge, and what the simulated sign-ins do by mechanism.
//!
//! A case is an account, what people do to it, and what of that is reported. At each time everything is tried
//! on a fork of the simulation: every session on every application, every password, method and pass. Then:
//! * a closed door gives no access to anybody it is about;
//! * a closing door is closed from the time that it names;
//! * an open door gives access, or there is a reason why not: one of [`explain::Because`], counted.

mod acts;
mod case;
mod consents;
mod effects;
mod explain;
mod judge;
mod probe;
mod stage;

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use entra_ir_core::knowledge::{DoorKind, DoorState, TokenClass, open_doors};
use proptest::test_runner::TestCaseError;
use time::OffsetDateTime;

use case::{Case, case};
use explain::Counts;
use judge::Judge;
use stage::Stage;

use crate::random;

const CASES: u64 = 600;

/// By which moment a door that was called closing is to be closed, for each snapshot.
type Promises = HashMap<(usize, DoorKind), OffsetDateTime>;

/// Looks at every door, by the snapshot from before everything and by the latest one.
fn look(stage: &Stage, counts: &mut Counts, mut promises: Option<&mut Promises>) -> Result<(), String> {
    let (now, reality) = (stage.now(), stage.try_everything());
    counts.looks += 1;
    for (place, snapshot) in stage.snapshots.iter().enumerate() {
        let doors = open_doors(snapshot, &stage.done, now);
        let judge = Judge { stage, reality: &reality, snapshot, now };
        let told = judge.judge(&doors, counts);
        told.map_err(|what| format!("at {now}, by the snapshot of {}: {what}\n{doors}", snapshot.taken_at))?;
        let Some(promises) = promises.as_deref_mut() else { continue };
        for door in &doors.doors {
            let key = (place, door.kind.clone());
            match door.state {
                DoorState::Closing { until, .. } => _ = promises.entry(key).or_insert(until),
                DoorState::Closed { .. } | DoorState::Held { .. } => {}
                _ => {
                    if promises.get(&key).is_some_and(|until| *until <= now) {
                        return Err(format!("it was to be closed by now: {door:?}"));
                    }
                }
            }
        }
    }
    Ok(())
}

/// The minutes after the last step at which everything is tried again.
fn minutes() -> impl Iterator<Item = u64> {
    let days = [1, 8, 95].map(|days| days * 24 * 60);
    (1..=20).chain((30..=120).step_by(10)).chain(days)
}

async fn play(stage: &mut Stage, counts: &mut Counts) -> Result<(), String> {
    stage.take_snapshot().await;
    for (wait, step) in stage.case.steps.clone() {
        stage.simulation.advance(Duration::from_millis(wait));
        look(stage, counts, None)?;
        stage.act(step).await;
        look(stage, counts, None)?;
    }
    stage.tell("nothing more is done");
    let (mut promises, mut reached) = (Promises::new(), 0);
    for minute in minutes() {
        stage.simulation.advance(Duration::from_secs(60 * (minute - reached)));
        reached = minute;
        look(stage, counts, Some(&mut promises))?;
    }
    Ok(())
}

fn run(case: &Case, counts: &mut Counts) -> Result<(), TestCaseError> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let mut stage = Stage::new(case);
        let played = play(&mut stage, counts).await;
        played.map_err(|what| TestCaseError::fail(format!("{what}\n{}", stage.story.join("\n"))))
    })
}

#[test]
fn what_the_tables_tell_is_what_the_sign_ins_do() {
    let counts = RefCell::new(Counts::default());
    let name = "what_the_tables_tell_is_what_the_sign_ins_do";
    let played = random::play(name, CASES, &case(), |case| run(&case, &mut counts.borrow_mut()));
    let counts = counts.into_inner();
    println!("{counts}");
    if played >= CASES {
        enough(&counts);
    }
}

/// Each class of session was seen in each state that it can have, with somebody there who could have got in.
fn enough(counts: &Counts) {
    for class in TokenClass::ALL {
        let states: &[(&str, u64)] = match class {
            TokenClass::AppCookie => &[("unknown", 100)],
            TokenClass::AppPassword => &[("open", 50), ("unknown", 50), ("held", 20)],
            TokenClass::RememberedMfa => &[("open", 50), ("closed", 20)],
            _ => &[("open", 50), ("closing", 4), ("held", 20), ("closed", 40)],
        };
        for (state, least) in states {
            let seen = counts.seen(class.slug(), state);
            assert!(seen >= *least, "{class}: {state} {seen} times only\n{counts}");
        }
    }
    for door in [
        "password",
        "new-password",
        "access-pass",
        "sessions-since",
        "method fido2",
        "method phone",
        "home-tenant",
        "registration",
    ] {
        let state = if door == "home-tenant" { "unknown" } else { "open" };
        assert!(counts.seen(door, state) >= 50 && counts.seen(door, "held") >= 20, "{door}\n{counts}");
    }
    for door in ["password", "sessions-since", "method fido2", "method phone"] {
        assert!(counts.seen(door, "closed") >= 20, "{door}\n{counts}");
    }
}
