//! Lists the claims whose page is older than a given day, and those whose page shows no date: read these
//! again before a release.

use std::collections::BTreeMap;
use std::process::ExitCode;

use entra_ir_core::knowledge::tables::{ON_ACCOUNTS, ON_METHODS, ON_SESSIONS, OPENINGS};
use entra_ir_core::knowledge::{Action, Cell, Source};

/// The actions that rest on each page.
fn claims() -> BTreeMap<Source, Vec<Action>> {
    let mut claims: BTreeMap<Source, Vec<Action>> = BTreeMap::new();
    let mut note = |source: Source, action| claims.entry(source).or_default().push(action);
    for row in ON_SESSIONS {
        row.cells.iter().flat_map(Cell::claims).for_each(|claim| note(claim.source, row.action));
    }
    for row in ON_METHODS {
        row.cells.iter().flat_map(Cell::claims).for_each(|claim| note(claim.source, row.action));
    }
    for row in ON_ACCOUNTS {
        row.cells.iter().flat_map(Cell::claims).for_each(|claim| note(claim.source, row.action));
    }
    for opening in OPENINGS {
        note(opening.claim.source, opening.action);
    }
    claims
}

fn main() -> ExitCode {
    let Some(day) = std::env::args().nth(1).filter(|day| is_a_day(day)) else {
        eprintln!("say the day before which a page is old, as 2025-11-28");
        return ExitCode::FAILURE;
    };
    for (source, mut actions) in claims() {
        let old = source.is_older_than(&day);
        if old || (source.dated.is_none() && source.url.is_some()) {
            let number = actions.len();
            actions.sort();
            actions.dedup();
            let names: Vec<_> = actions.iter().map(Action::to_string).collect();
            println!(
                "{source}\n    {}\n    {number} claims: {}",
                source.url.unwrap_or_default(),
                names.join(", ")
            );
        }
    }
    ExitCode::SUCCESS
}

fn is_a_day(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    parts.len() == 3
        && parts
            .iter()
            .zip([4, 2, 2])
            .all(|(part, digits)| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_page_is_found_with_its_claims() {
        let old: Vec<_> = claims().into_keys().filter(|source| source.is_older_than("2025-01-01")).collect();
        assert!(
            old.iter().any(|source| source.url.is_some_and(|url| url.ends_with("devices/faq"))),
            "{old:?}"
        );
        assert!(claims()[&entra_ir_core::knowledge::source::DEVICE_FAQ].contains(&Action::DisableDevice));
        assert!(is_a_day("2025-11-28") && !is_a_day("last year"));
    }
}
