//! `docs/proof.md` and its head in the README: each published order, each button and our plans against the
//! same attackers, and what each step of a default plan is for.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use entra_ir_core::simulator::drill::{Night, Order, Play, Played, Strategy};
use entra_ir_core::simulator::sign_in::Way;

use super::steps::{STEPS, Shown};
use super::{plan, played, said};

/// The row of our own plans.
const OURS: &str = "entra-ir, the default plan";

/// The row of what follows from the tables alone.
const TABLES: &str = "entra-ir, by the tables alone";

fn file(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

fn hold(name: &str, made: &str) {
    let path = file(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, made).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "{name} is stale: run `make docs-generated`");
}

/// Every order against every incident, played by the greedy adversary.
fn all() -> &'static BTreeMap<(usize, usize), Played> {
    static ALL: OnceLock<BTreeMap<(usize, usize), Played>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = BTreeMap::new();
        for (place, night) in Night::ALL.into_iter().enumerate() {
            let play = Play::new(night, Strategy::Greedy);
            all.insert((0, place), played(&play));
            all.insert((1, place), played(&play.clone().by_the_tables()));
            for (number, order) in Order::ALL.iter().enumerate() {
                all.insert((number + 2, place), played(&play.clone().against(order)));
            }
        }
        all
    })
}

/// One word for a play: out, back, or in.
fn word(played: &Played) -> &'static str {
    match (&played.contained[..], played.afterwards.as_deref()) {
        ([], None | Some([])) => "out",
        ([], Some(_)) => "**back**",
        _ => "**in**",
    }
}

fn names() -> impl Iterator<Item = &'static str> {
    [OURS, TABLES].into_iter().chain(Order::ALL.iter().map(|order| order.name))
}

fn overview() -> String {
    let mut text = String::from("| order |");
    for night in Night::ALL {
        write!(text, " {} |", night.word()).unwrap();
    }
    text += "\n|---|";
    text += &"---|".repeat(Night::ALL.len());
    text.push('\n');
    for (number, name) in names().enumerate() {
        write!(text, "| {name} |").unwrap();
        for place in 0..Night::ALL.len() {
            write!(text, " {} |", word(&all()[&(number, place)])).unwrap();
        }
        text.push('\n');
    }
    text
}

/// Names the ways that bring something new; what was issued by them follows. If there is none, all.
fn roots(ways: &[Way]) -> String {
    let renewing: Vec<_> = ways.iter().filter(|way| way.renews()).cloned().collect();
    said(if renewing.is_empty() { ways } else { &renewing })
}

/// Writes minutes, so that less than one is not none.
fn told(time: Duration) -> String {
    match time.as_secs() / 60 {
        0 => "< 1".into(),
        minutes => minutes.to_string(),
    }
}

fn minutes(played: &Played) -> String {
    if played.is_in() && !played.contained.is_empty() {
        return "he stays".into();
    }
    match played.last_gain {
        Some(gain) => told(gain),
        None => "0".into(),
    }
}

fn access(played: &Played) -> String {
    match &played.last_access {
        Some(_) if !played.contained.is_empty() => "he stays".into(),
        Some((way, at)) => format!("{}, {way}", told(*at)),
        None => "0".into(),
    }
}

fn table_of(place: usize) -> String {
    let mut text = String::from(
        "| order | evicted? | by what he is in | new access until (min) | any access until (min) |\n|---|---|---|---|---|\n",
    );
    for (number, name) in names().enumerate() {
        let played = &all()[&(number, place)];
        let by = match (&played.contained[..], played.afterwards.as_deref()) {
            ([], None | Some([])) => String::new(),
            ([], Some(ways)) | (ways, _) => roots(ways),
        };
        let told = match word(played) {
            "out" => "yes",
            "**back**" => "until the account is given back",
            _ => "**no**",
        };
        writeln!(text, "| {name} | {told} | {by} | {} | {} |", minutes(played), access(played)).unwrap();
    }
    text
}

fn orders() -> String {
    let mut text = String::from("| order | source | what it does |\n|---|---|---|\n");
    for order in Order::ALL {
        let presses: Vec<_> = order.presses.iter().map(ToString::to_string).collect();
        writeln!(text, "| {} | {} | {} |", order.name, order.source, presses.join(", then ")).unwrap();
    }
    text
}

fn steps() -> String {
    let mut text = String::new();
    for (night, shown) in STEPS {
        let plan = plan(&Play::new(*night, Strategy::Waits));
        writeln!(
            text,
            "\n### Against `{}`: {}\n\n| | step | the play that notices its absence |\n|---|---|---|",
            plan.incident,
            night.told()
        )
        .unwrap();
        for (place, (title, shown)) in shown.iter().enumerate() {
            let shown = match shown {
                Shown::By(case) => (*case).to_owned(),
                Shown::Explained(reason) => format!("none: {reason}"),
            };
            writeln!(text, "| {} | {title} | {shown} |", place + 1).unwrap();
        }
    }
    text
}

#[test]
fn the_page_is_not_stale() {
    let mut text = String::from(HEAD);
    text += "\n## Overview\n\n*out*: he is not in, also long after the account was given back. *back*: he is out while the\naccount is blocked, and in again once it is given back. *in*: he was never out.\n\n";
    text += &overview();
    text += "\n## Incident by incident\n";
    for (place, night) in Night::ALL.into_iter().enumerate() {
        writeln!(text, "\n### {}\n\nHe has: {}.\n", night.word(), night.told()).unwrap();
        text += &table_of(place);
    }
    text += "\n## The orders\n\nEach is played as its source states it. Where a text leaves something open, the reading that helps it\nmost is used.\n\n";
    text += &orders();
    text += "\n## What each step is for\n\nEach step of a default plan is left out, and the same attacker plays again. The play that is named notices\nit: he is in by more, or for longer, or the rightful user does not get back in.\n";
    text += &steps();
    hold("docs/proof.md", &text);
}

const HEAD: &str = include_str!("head.md");

/// The head of the page, in the README.
#[test]
fn the_head_in_the_readme_is_not_stale() {
    const BEGIN: &str = "<!-- proof: generated by `make docs-generated` -->\n";
    const END: &str = "<!-- proof: end -->";
    let readme = fs::read_to_string(file("README.md")).unwrap();
    let (before, rest) = readme.split_once(BEGIN).expect("the README has a place for the head of the proof");
    let (_, after) = rest.split_once(END).unwrap();
    let table = overview();
    hold("README.md", &format!("{before}{BEGIN}\n{table}\n{END}{after}"));
}
