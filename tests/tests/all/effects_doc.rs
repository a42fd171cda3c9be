//! `docs/effects.md` and the README's table of buttons say what the tables of knowledge say.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use entra_ir_core::MethodKind;
use entra_ir_core::knowledge::tables::{ON_ACCOUNTS, ON_METHODS, ON_SESSIONS, OPENINGS, Row};
use entra_ir_core::knowledge::{
    AccountKind, Action, Cell, Claim, Confidence, Fate, Reach, Strength, TokenClass, Within, source,
};
use std::fmt::Display;

const BEGIN: &str = "<!-- made from the tables of knowledge by `make docs-effects` -->\n";
const END: &str = "<!-- end of what is made -->\n";

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

fn hold(name: &str, made: &str) {
    let path = path(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, made).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "{name} is stale: run `make docs-effects`");
}

#[test]
fn effects_doc_is_not_stale() {
    hold("docs/effects.md", &page());
}

#[test]
fn readme_table_is_not_stale() {
    let readme = fs::read_to_string(path("README.md")).unwrap();
    let (before, rest) = readme.split_once(BEGIN).expect("the README has a place for the table");
    let (_, after) = rest.split_once(END).expect("the place has an end");
    hold("README.md", &format!("{before}{BEGIN}{}{END}{after}", readme_table()));
}

#[test]
fn every_source_is_named() {
    let page = page();
    for page_name in source::ALL {
        assert!(page.contains(page_name.title), "{page_name}");
    }
}

/// Marks a claim that is not documented.
fn mark(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Documented => "",
        Confidence::Observed => " °",
        _ => " †",
    }
}

fn short(within: Within) -> &'static str {
    match within {
        Within::AtOnce => "",
        Within::Replication => ", minutes",
        Within::CaeEvent => ", 15 min",
        Within::AccessToken => ", about 1 h",
        Within::CaeToken => ", up to 28 h",
        _ => ", when is unknown",
    }
}

/// One cell of a table: the claim that is acted upon, and whether another disputes it.
fn brief<T: Strength + Display>(cell: &Cell<T>, closes: impl Fn(T) -> bool) -> String {
    let claim = cell.weakest();
    let within = if closes(claim.effect) { short(claim.within) } else { "" };
    let disputed = if cell.is_disputed() { " (disputed)" } else { "" };
    let text = format!("{}{within}{}{disputed}", claim.effect, mark(claim.confidence));
    if closes(claim.effect) { format!("**{text}**") } else { text }
}

fn table<T: Strength + Display, const N: usize>(
    page: &mut String,
    table: &[Row<T, N>],
    columns: &[String],
    closes: impl Fn(T) -> bool + Copy,
) {
    writeln!(page, "| action | {} |", columns.join(" | ")).unwrap();
    writeln!(page, "|---|{}", "---|".repeat(columns.len())).unwrap();
    for row in table {
        let cells: Vec<_> = row.cells.iter().map(|cell| brief(cell, closes)).collect();
        writeln!(page, "| {} | {} |", row.action, cells.join(" | ")).unwrap();
    }
}

fn claim<T: Display>(claim: &Claim<T>) -> String {
    let within = if claim.within == Within::AtOnce { String::new() } else { format!(", {}", claim.within) };
    let note = if claim.note.is_empty() { String::new() } else { format!(": {}", claim.note) };
    format!("{}{within} ({}, {}){note}", claim.effect, claim.confidence, claim.source)
}

/// Every claim of an action, columns that claim the same together.
fn claims<T: Strength + Display, const N: usize>(
    page: &mut String,
    of: &str,
    row: &Row<T, N>,
    columns: &[String],
) {
    let mut groups: Vec<(Vec<&str>, String)> = Vec::new();
    for (cell, column) in row.cells.iter().zip(columns) {
        let text = cell.claims().iter().map(claim).collect::<Vec<_>>().join("; but: ");
        match groups.iter_mut().find(|(_, other)| *other == text) {
            Some((columns, _)) => columns.push(column),
            None => groups.push((vec![column], text)),
        }
    }
    for (group, text) in groups {
        let which = if group.len() == columns.len() { format!("every {of}") } else { group.join(", ") };
        writeln!(page, "* {which}: {text}.").unwrap();
    }
}

fn page() -> String {
    let sessions = TokenClass::ALL.map(|class| class.to_string());
    let methods = MethodKind::ALL.map(|kind| kind.to_string());
    let accounts = AccountKind::ALL.map(|kind| kind.to_string());
    let mut page = String::from(
        "# Effects\n\nWhat each action really does. Generated from the tables of `knowledge` by `make docs-effects`; a test fails when it is stale.\n\n\
         A cell shows the claim that is acted upon: where sources disagree (*disputed*), the one that closes less. Bold closes. No mark: a page of \
         Microsoft says it; °: it was seen; †: it follows from the others. *Held* works again when what held it is taken back. Every claim with its source \
         stands [below](#every-claim).\n\n## On sessions\n\n",
    );
    table(&mut page, ON_SESSIONS, &sessions, Fate::closes);
    page.push_str("\n## On methods\n\nFor the password: the one that there was. A type that is not listed is unknown to all of them.\n\n");
    table(&mut page, ON_METHODS, &methods, Fate::closes);
    page.push_str("\n## On kinds of accounts\n\nA federated account is one of the others as well; the weaker of both columns holds, except for its password, which is the identity provider's.\n\n");
    table(&mut page, ON_ACCOUNTS, &accounts, |_| false);
    page.push_str("\n## What an action opens\n\n| action | opens | source |\n|---|---|---|\n");
    for opening in OPENINGS {
        let note =
            if opening.claim.note.is_empty() { String::new() } else { format!("; {}", opening.claim.note) };
        let (confidence, source) = (opening.claim.confidence, opening.claim.source);
        writeln!(page, "| {} | {}{note} | {confidence}, {source} |", opening.action, opening.opens).unwrap();
    }
    page.push_str("\n## How soon\n\n| within | reckoned with, at most |\n|---|---|\n");
    for within in Within::ALL {
        let bound = within.bound().map_or("nothing: the door stays unknown".to_owned(), |bound| {
            let minutes = bound.as_secs() / 60;
            if minutes < 120 {
                format!("{minutes} min")
            } else {
                format!("{} h {} min", minutes / 60, minutes % 60)
            }
        });
        writeln!(page, "| {within} | {bound} |").unwrap();
    }
    page.push_str(
        "\nThe pages say \"a few minutes\" and \"about an hour\". Assumed are five minutes for the directory and 90 for an access token, added up, since a \
         token may be issued while the change is carried; a token lifetime policy of the tenant can make it longer.\n\n## Every claim\n",
    );
    for ((on_sessions, on_methods), on_accounts) in ON_SESSIONS.iter().zip(ON_METHODS).zip(ON_ACCOUNTS) {
        let action = on_sessions.action;
        writeln!(page, "\n### {action}\n").unwrap();
        match (action.operation(), action.elsewhere()) {
            (Some(spec), _) => writeln!(page, "[`{}`](operations.md#{})\n", spec.id, spec.id).unwrap(),
            (None, Some(place)) => writeln!(page, "No operation here; done in: {place}.\n").unwrap(),
            (None, None) => {}
        }
        claims(&mut page, "session", on_sessions, &sessions);
        claims(&mut page, "method", on_methods, &methods);
        claims(&mut page, "account", on_accounts, &accounts);
    }
    page.push_str("\n## Sources\n\n");
    for name in source::ALL {
        writeln!(page, "* {name}").unwrap();
    }
    page
}

/// The README's table: the portal's buttons, and what survives each.
fn readme_table() -> String {
    let buttons = [
        ("Reset password", Action::ResetPasswordGraphProfile),
        ("Require re-register MFA", Action::RequireMfaReregistration),
        ("Revoke MFA sessions", Action::RevokeMfaSessions),
        ("Revoke sessions", Action::RevokeSignInSessions),
        ("Add Temporary Access Pass", Action::CreateTemporaryAccessPass),
        ("*(no button)*", Action::DeleteMethods),
        ("Block sign-in", Action::BlockSignIn),
    ];
    let mut table = String::from(
        "| portal | here | sessions that survive it | methods that survive it | it opens | does not reach |\n|---|---|---|---|---|---|\n",
    );
    for (button, action) in buttons {
        let operation = action.operation().unwrap().id;
        let sessions: Vec<_> = TokenClass::ALL
            .iter()
            .map(|class| (class.to_string(), action.on_session(*class).weakest()))
            .collect();
        let methods: Vec<_> =
            MethodKind::ALL.iter().map(|kind| (kind.to_string(), action.on_method(kind).weakest())).collect();
        let opens = action.opening().map_or("nothing".to_owned(), |opening| opening.opens.to_string());
        writeln!(
            table,
            "| {button} | `{operation}` | {} | {} | {opens} | {} |",
            survivors(&sessions),
            survivors(&methods),
            unreached(action)
        )
        .unwrap();
    }
    table.push_str(
        "\nSession and method tables with the source of every cell: [docs/effects.md](docs/effects.md).\n",
    );
    table
}

/// Says in a few words which of the columns go on: all, none, those, or all but those.
fn survivors(columns: &[(String, Claim<Fate>)]) -> String {
    let shut: Vec<_> =
        columns.iter().filter(|(_, claim)| claim.effect.closes()).map(|(name, _)| name.clone()).collect();
    let open = columns.iter().filter(|(_, claim)| !claim.effect.closes());
    let open: Vec<_> = open
        .map(
            |(name, claim)| {
                if claim.effect == Fate::Unknown { format!("{name} (unknown)") } else { name.clone() }
            },
        )
        .collect();
    match (shut.len(), open.len()) {
        (0, _) => "all".into(),
        (_, 0) => "none".into(),
        (shut_count, open_count) if open_count <= shut_count => open.join("; "),
        _ => format!("all but: {}", shut.join("; ")),
    }
}

/// Lists the kinds of accounts for which it does nothing, is refused, or nobody knows; federation aside where it only concerns the password.
fn unreached(action: Action) -> String {
    let kinds = AccountKind::ALL.into_iter().filter_map(|kind| {
        let reach = action.on_account(kind).weakest().effect;
        (reach != Reach::Acts).then(|| format!("{kind} ({reach})"))
    });
    let kinds: Vec<_> = kinds.collect();
    if kinds.is_empty() { "-".into() } else { kinds.join("; ") }
}
