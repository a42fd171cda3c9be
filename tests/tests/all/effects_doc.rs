//! `docs/effects.md`, the overview, and `docs/actions/`, a page for each action, agree with the tables of
//! knowledge.

use std::collections::BTreeSet;
use std::fmt::{Display, Write as _};
use std::fs;
use std::path::{Path, PathBuf};

use entra_ir_core::knowledge::tables::{ON_ACCOUNTS, ON_METHODS, ON_SESSIONS, Row};
use entra_ir_core::knowledge::{
    AccountKind, Action, Cell, Claim, Fate, Opened, Source, Strength, TokenClass, Within, source,
};
use entra_ir_core::model::MethodKind;

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

fn hold(name: &str, made: &str) {
    let path = path(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, made).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "{name} is stale: run `make docs-generated`");
}

#[test]
fn the_overview_is_not_stale() {
    hold("docs/effects.md", &overview());
}

#[test]
fn each_action_has_its_page_and_no_page_is_left_over() {
    let mut pages = BTreeSet::new();
    for action in Action::all() {
        let name = format!("{}.md", slug(action));
        hold(&format!("docs/actions/{name}"), &page(action));
        pages.insert(name);
    }
    let kept = fs::read_dir(path("docs/actions")).unwrap();
    let kept: BTreeSet<_> = kept.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(kept, pages, "a page of an action that no longer exists");
}

#[test]
fn the_overview_fits_a_screen() {
    let overview = overview();
    let table =
        overview.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let table: Vec<_> = table.collect();
    assert!(table.len() <= 40, "{} rows", table.len());
    // A page is shown with its links folded into the words.
    let width = |line: &str| {
        let mut shown = String::new();
        let mut rest = line;
        while let Some((before, after)) = rest.split_once("](") {
            shown.push_str(before);
            rest = after.split_once(')').map_or("", |(_, after)| after);
        }
        shown.push_str(rest);
        shown.chars().count()
    };
    let widest = table.iter().map(|line| width(line)).max().unwrap();
    assert!(widest <= 160, "{widest} characters");
}

#[test]
fn every_source_has_a_link_on_the_page_that_rests_on_it() {
    let pages: String = Action::all().map(page).collect();
    let link = |source: &Source| source.url.map(|url| format!("]({url})"));
    let linked = source::ALL.iter().filter(|source| link(source).is_some_and(|link| pages.contains(&link)));
    assert!(linked.count() >= 30);
    for action in Action::all() {
        assert!(page(action).contains("## Sources"), "{action}");
    }
}

/// The word by which an action is written in JSON.
fn slug(action: Action) -> String {
    serde_json::to_value(action).unwrap().as_str().unwrap().to_owned()
}

fn linked(source: &Source) -> String {
    match source.url {
        Some(url) => format!("[{}]({url})", source.title),
        None => source.title.to_owned(),
    }
}

fn said<T: Display>(claim: &Claim<T>) -> String {
    let within = if claim.within == Within::AtOnce { String::new() } else { format!(", {}", claim.within) };
    let note = if claim.note.is_empty() { String::new() } else { format!(": {}", claim.note) };
    format!("{}{within}{note} *({}, {})*", claim.effect, claim.confidence, claim.source.title)
}

/// What an action does to each column; columns of which the same is claimed stand together.
fn effects<T: Strength + Display, const N: usize>(
    page: &mut String,
    of: &str,
    row: &Row<T, N>,
    columns: &[String],
) {
    let mut groups: Vec<(Vec<&str>, String)> = Vec::new();
    for (cell, column) in row.cells.iter().zip(columns) {
        let text = cell.claims().iter().map(said).collect::<Vec<_>>().join("; **but:** ");
        match groups.iter_mut().find(|(_, other)| *other == text) {
            Some((columns, _)) => columns.push(column),
            None => groups.push((vec![column], text)),
        }
    }
    for (group, text) in groups {
        let which = if group.len() == columns.len() { format!("every {of}") } else { group.join(", ") };
        writeln!(page, "* **{which}**: {text}").unwrap();
    }
}

fn row<T, const N: usize>(table: &'static [Row<T, N>], action: Action) -> &'static Row<T, N> {
    table.iter().find(|row| row.action == action).unwrap()
}

fn sources(action: Action) -> BTreeSet<Source> {
    let mut sources = BTreeSet::new();
    let (sessions, methods) = (row(ON_SESSIONS, action), row(ON_METHODS, action));
    for cell in sessions.cells.iter().chain(&methods.cells) {
        sources.extend(cell.claims().iter().map(|claim| claim.source));
    }
    for cell in &row(ON_ACCOUNTS, action).cells {
        sources.extend(cell.claims().iter().map(|claim| claim.source));
    }
    sources.extend(action.opening().map(|opening| opening.claim.source));
    sources
}

fn page(action: Action) -> String {
    let mut page = format!("# {action}\n\n");
    match (action.operation(), action.elsewhere()) {
        (Some(spec), _) => {
            writeln!(page, "Done here by [`{}`](../operations.md#{}).", spec.id, spec.id).unwrap();
        }
        (None, Some(place)) => writeln!(page, "No operation here. Done in: {place}.").unwrap(),
        (None, None) => {}
    }
    if action.is_shared() {
        page.push_str("\nIt affects other accounts as well: check first who uses it.\n");
    }
    if let Some(opening) = action.opening() {
        writeln!(
            page,
            "\n**It opens** {}: {} *({}, {})*",
            opening.opens, opening.claim.note, opening.claim.confidence, opening.claim.source.title
        )
        .unwrap();
    }
    page.push_str("\nGenerated from the tables of knowledge; of several claims, decisions use the weakest. [All actions](../effects.md).\n\n## Sessions\n\n");
    effects(&mut page, "session", row(ON_SESSIONS, action), &TokenClass::ALL.map(|class| class.to_string()));
    page.push_str("\n## Methods\n\n");
    effects(&mut page, "method", row(ON_METHODS, action), &MethodKind::ALL.map(|kind| kind.to_string()));
    page.push_str("\n## Accounts\n\n");
    effects(&mut page, "account", row(ON_ACCOUNTS, action), &AccountKind::ALL.map(|kind| kind.to_string()));
    page.push_str("\n## Sources\n\n");
    for source in sources(action) {
        let dated = match (source.dated, source.url) {
            (Some(dated), _) => format!(", {dated}"),
            (None, Some(_)) => ", which shows no date".into(),
            (None, None) => String::new(),
        };
        writeln!(page, "* {}{dated}", linked(&source)).unwrap();
    }
    page
}

/// Returns one word for the effect on several columns: the same for all, or for some.
fn word(cells: &[Cell<Fate>]) -> String {
    let closing = cells.iter().map(Cell::weakest).filter(|claim| claim.effect.closes());
    let when =
        if closing.map(|claim| claim.within).any(|within| within == Within::Unknown) { " ¹" } else { "" };
    format!("{}{when}", fate(cells))
}

fn fate(cells: &[Cell<Fate>]) -> &'static str {
    let fates: BTreeSet<_> = cells.iter().map(|cell| cell.weakest().effect).collect();
    let all = |fate| fates.len() == 1 && fates.contains(&fate);
    let any = |fate| fates.contains(&fate);
    match () {
        () if all(Fate::Ended) => "**ended**",
        () if all(Fate::Held) => "*held*",
        () if any(Fate::Opens) => "opens",
        () if any(Fate::Ended) => "**some**",
        () if any(Fate::Held) => "*some held*",
        () if any(Fate::AskedAgain) => "MFA asked",
        () if any(Fate::Unknown) => "unknown",
        () => "-",
    }
}

/// Returns what an action opens, in one or two words.
fn opens(action: Action) -> &'static str {
    match action.opening().map(|opening| opening.opens) {
        None => "-",
        Some(Opened::NewPassword) => "the new password",
        Some(Opened::ChoiceOfPassword) => "choice of password",
        Some(Opened::AccessPass) => "the pass",
        Some(Opened::Registration) => "registration",
        Some(Opened::SignIn) => "sign-in",
        Some(Opened::Application) => "the application",
        Some(Opened::DespiteRisk) => "sign-in despite risk",
        Some(_) => "see its page",
    }
}

fn overview() -> String {
    let mut page = String::from(
        "# Effects\n\nWhat each action really does, in a word; each links to its page, with every claim, its \
         source and its time. Generated from the tables of `knowledge` by `make docs-generated`; a test fails \
         when it is stale.\n\n\
         **Ended** means over. *Held* means suspended: it works again when what held it is undone or expires. \
         **Some** means not all. Where sources disagree, the weaker one counts. ¹ Timing unknown. The column of \
         methods is about those that can be removed at all.\n\n\
         | action | password | sessions | device's token | access tokens | app passwords | methods | opens |\n|---|---|---|---|---|---|---|---|\n",
    );
    // By itself nobody does these; a portal's own reset is like the others'.
    let listed = Action::all().filter(|action| action.can_be_done());
    for action in listed {
        let sessions = |classes: &[TokenClass]| {
            word(&classes.iter().map(|class| action.on_session(*class)).collect::<Vec<_>>())
        };
        let removable: Vec<_> = MethodKind::ALL
            .iter()
            .filter(|kind| kind.is_removable() && **kind != MethodKind::TemporaryAccessPass)
            .map(|kind| action.on_method(kind))
            .collect();
        writeln!(
            page,
            "| [{action}](actions/{}.md) | {} | {} | {} | {} | {} | {} | {} |",
            slug(action),
            word(&[action.on_method(&MethodKind::Password)]),
            sessions(&TokenClass::RENEWING),
            sessions(&[TokenClass::PasswordPrt, TokenClass::OtherPrt]),
            sessions(&[
                TokenClass::CaeAccessToken,
                TokenClass::PlainAccessToken,
                TokenClass::GraphAccessToken
            ]),
            sessions(&[TokenClass::AppPassword]),
            word(&removable),
            opens(action),
        )
        .unwrap();
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
        "\nThe pages say \"a few minutes\" and \"about an hour\". We assume five minutes for the directory and 90 for an access token, added up, since a token may be issued while the change propagates; a token lifetime policy of the tenant can make it longer.\n",
    );
    page
}
