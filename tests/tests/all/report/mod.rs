//! The report of a run: what it says is the same in every format, and what others chose marks nothing up.

mod drafts;
mod ocsf;
mod purge;
mod redact;

use entra_ir_core::containment::journal::{Journal as _, MemoryJournal};
use entra_ir_core::containment::{Digest, MemorySecrets, RunAbout, RunReport, hand_over, report, tick_off};
use entra_ir_core::knowledge::{AccountKind, Incident, outside};
use entra_ir_core::receipt::Grade;
use entra_ir_core::secrecy::ExposeSecret as _;
use entra_ir_core::simulator::NewMethod;
use entra_ir_core::{SimulatedTenant, StaticToken};
use entra_ir_tests::client_of;
use time::OffsetDateTime;

/// Names and proofs that somebody chose to mislead a reader.
const HOSTILE: [&str; 5] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "a | b | c",
    "[here](https://evil.example) www.evil.example",
    "red\u{1b}[31m \u{202e}txt.exe\u{2028}# heading",
];

const GUEST: &str = "bianca_fabrikam.example#EXT#@contoso.example";
const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJjYW5hcnkiOiJ0b2tlbiJ9.Y2FuYXJ5";

/// A run on an account, with hostile names wherever somebody chooses one, and its secrets.
async fn run_on(user: &str) -> (MemoryJournal, Vec<String>) {
    let tenant = SimulatedTenant::contoso();
    for name in HOSTILE {
        tenant.add_method(user, NewMethod::authenticator(name));
    }
    let before = tenant.password_of(user).map(|password| password.expose_secret().to_owned());
    let client = client_of(&tenant).credential(StaticToken::new(TOKEN)).build().unwrap();
    let (journal, secrets) = (MemoryJournal::new(), MemorySecrets::new());
    let mut about = RunAbout::default();
    (about.incident, about.ticket) = (Some(HOSTILE[0].into()), Some(HOSTILE[2].into()));
    (about.owner, about.authority) = (Some(HOSTILE[1].into()), Some(HOSTILE[3].into()));
    let contain = client.contain(user, Incident::AccountTakeover).confirm(user).about(about);
    let run = contain.secrets(secrets.clone()).place(journal.clone()).await.unwrap();
    let mut hand = run.by_hand();
    for name in HOSTILE {
        let step = hand.next().unwrap().step;
        tick_off(journal.clone(), step, name, Some(&format!("seen by {name}"))).await.unwrap();
    }
    hand_over(journal.clone(), Some(HOSTILE[4]), "Grace", Some(HOSTILE[0])).await.unwrap();
    let made = secrets.taken().into_iter().map(|secret| secret.value.expose_secret().to_owned());
    (journal, made.chain(before).chain([TOKEN.to_owned()]).collect())
}

/// A page as a reader sees it.
fn read(html: &str) -> String {
    let signs =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/"), ("&amp;", "&")];
    signs.iter().fold(html.to_owned(), |text, (escaped, sign)| text.replace(escaped, sign))
}

/// Every format of a report, by its name.
fn formats(report: &RunReport) -> Vec<(&'static str, String)> {
    let lines = |drafts: &[entra_ir_core::containment::Draft]| {
        drafts.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    vec![
        ("Markdown", report.to_string()),
        ("JSON", serde_json::to_string(report).unwrap()),
        ("HTML", report.to_html().unwrap()),
        ("OCSF", serde_json::to_string(&report.to_ocsf()).unwrap()),
        ("drafts", lines(&report.drafts())),
    ]
}

async fn of(journal: &MemoryJournal) -> RunReport {
    report(journal.clone()).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn no_format_holds_a_secret() {
    for user in ["adele@contoso.example", "alex@contoso.example", GUEST] {
        let (journal, secrets) = run_on(user).await;
        // A guest's password is in another tenant.
        assert!(secrets.len() >= if user == GUEST { 1 } else { 3 }, "{user}: {}", secrets.len());
        for (format, text) in formats(&of(&journal).await) {
            assert!(!secrets.iter().any(|secret| text.contains(secret)), "{user}, {format}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_others_chose_marks_nothing_up() {
    let (journal, _) = run_on("adele@contoso.example").await;
    let report = of(&journal).await;
    let markdown = report.to_string();
    let html = report.to_html().unwrap();
    for text in [&markdown.replace("\\<", ""), &html] {
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}') && !text.contains('\u{2028}'));
        assert!(!text.contains("<script") && !text.contains("<img"), "{text}");
    }
    assert!(html.contains("&lt;script&gt;alert(1)"), "{html}");
    assert!(!html.contains("href=\"https://evil"), "{html}");
    assert!(markdown.contains("\\[here\\](https\\://evil.example) www\\.evil.example"), "{markdown}");
    // Each row of a table has the cells of its heading.
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    let mut rows = 0;
    for table in markdown.split("\n\n").filter(|part| part.trim_start().starts_with('|')) {
        let lines: Vec<_> = table.lines().filter(|line| !line.is_empty()).collect();
        assert!(lines.iter().all(|line| cells(line) == cells(lines[0])), "{table}");
        rows += lines.len();
    }
    assert!(rows > 60, "{rows}");
}

#[tokio::test(start_paused = true)]
async fn the_page_runs_nothing_and_fetches_nothing() {
    let (journal, _) = run_on("adele@contoso.example").await;
    let html = of(&journal).await.to_html().unwrap();
    let style = html.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    let digest = Digest::of_bytes(style.as_bytes()).to_string();
    let allowed = html.split("'sha256-").nth(1).unwrap().split('\'').next().unwrap();
    let allowed = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, allowed).unwrap();
    let parts = digest.as_bytes().chunks(2).map(|part| std::str::from_utf8(part).unwrap());
    let digest: Vec<_> = parts.map(|part| u8::from_str_radix(part, 16).unwrap()).collect();
    assert_eq!(allowed, digest, "the page allows its own style");
    assert!(html.contains("default-src 'none'"));
    let (head, rest) = html.split_once("<style>").unwrap();
    let body = format!("{head}{}", rest.split_once("</style>").unwrap().1);
    let tags: Vec<_> = body.split('<').skip(1).map(|part| part.split('>').next().unwrap()).collect();
    assert!(tags.len() > 500, "{}", tags.len());
    for tag in tags {
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(!["script", "link", "iframe", "object", "img", "base", "form"].contains(&name), "{tag}");
        for attribute in ["src=", "style=", "onload=", "onerror=", "onclick="] {
            assert!(!attributes.contains(attribute), "{tag}");
        }
    }
    assert!(!style.contains("url(") && !style.contains("@import"));
    assert!(html.contains("prefers-color-scheme: dark") && html.contains("@media print"));
}

#[tokio::test(start_paused = true)]
async fn markdown_html_and_json_say_the_same() {
    let (journal, _) = run_on("alex@contoso.example").await;
    let report = of(&journal).await;
    let same: RunReport = serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();
    assert_eq!(same, report, "the JSON is the whole report");
    assert_eq!(same.to_html().unwrap(), report.to_html().unwrap());
    let (markdown, html) = (report.to_string().replace('\\', ""), read(&report.to_html().unwrap()));
    let mut said: Vec<String> = report.steps.iter().map(|step| step.title.clone()).collect();
    said.extend(report.evidence.iter().map(|item| item.sha256.to_string()));
    said.extend(report.outside.iter().map(|of| of.place.clone()));
    said.extend(report.timeline.iter().filter_map(|entry| entry.exchange.as_ref()).flat_map(|exchange| {
        [exchange.request_id.clone().unwrap(), exchange.client_request_id.clone().unwrap()]
    }));
    said.push(report.plan.to_string());
    assert!(said.len() > 60, "{}", said.len());
    for said in said {
        assert!(markdown.contains(&said), "{said}");
        assert!(html.contains(&said), "{said}");
    }
}

#[tokio::test(start_paused = true)]
async fn each_line_says_how_certain_it_is() {
    let (journal, _) = run_on("adele@contoso.example").await;
    let whole = of(&journal).await;
    let writes = whole.timeline.iter().filter(|entry| entry.exchange.is_some());
    assert!(writes.clone().count() > 8 && writes.clone().all(|entry| entry.grade.is_some()));
    assert!(whole.steps.iter().any(|step| step.grade == Some(Grade::Confirmed)), "{whole}");
    assert!(
        whole.doors.iter().any(|door| door.state == "unknown")
            && whole.doors.iter().any(|door| door.by.is_some())
    );
    assert!(whole.removed.iter().map(|removed| removed.removed).sum::<usize>() > 5);
    assert!(whole.clock.is_some_and(|clock| clock.answers > 8 && clock.least <= clock.seconds));
    // Cut after the announcement of the first write: whether it was sent is unknown.
    let stored = journal.read().await.unwrap();
    let first = stored.lines().position(|line| line.contains("\"is\":\"intent\"")).unwrap();
    let cut = stored.lines().take(first + 1).collect::<Vec<_>>().join("\n");
    let cut = report(MemoryJournal::of(cut)).await.unwrap();
    let last = cut.timeline.last().unwrap();
    assert_eq!(last.grade, Some(Grade::Unknown), "{last:?}");
    assert!(cut.headline.is_none() && cut.to_string().contains("Unknown: the account was not read again"));
}

#[tokio::test(start_paused = true)]
async fn every_place_outside_graph_is_named_those_of_the_plan_first() {
    for (user, kind) in
        [("adele@contoso.example", AccountKind::Cloud), ("alex@contoso.example", AccountKind::Synced)]
    {
        let (journal, _) = run_on(user).await;
        let report = of(&journal).await;
        assert_eq!(report.kind, kind);
        for of in outside(kind) {
            assert!(
                report.outside.iter().any(|row| row.place == of.place && row.close == of.close),
                "{}",
                of.place
            );
        }
        assert!(report.outside.is_sorted_by_key(|row| !row.in_plan));
        assert_eq!(
            report.outside.iter().any(|row| row.place == "Active Directory"),
            kind == AccountKind::Synced
        );
    }
}

#[tokio::test(start_paused = true)]
async fn times_are_written_in_a_named_zone_and_an_unknown_one_is_refused() {
    let (journal, _) = run_on("adele@contoso.example").await;
    // The clocks changed in Berlin on 2026-03-29.
    let aware = OffsetDateTime::from_unix_timestamp(1_774_656_000).unwrap();
    let report = of(&journal).await.in_zone("europe/berlin").unwrap().aware_since(aware);
    let due: Vec<_> = report.due.iter().map(|due| due.at.unix_timestamp() - 1_774_656_000).collect();
    assert_eq!(due[..3], [24 * 3600, 72 * 3600, 72 * 3600]);
    let times = report.zone.as_ref().unwrap();
    assert_eq!(times.name, "Europe/Berlin");
    assert_eq!(times.times["2026-03-28T00:00:00Z"], "2026-03-28 01:00:00 +01:00");
    assert_eq!(times.times["2026-03-31T00:00:00Z"], "2026-03-31 02:00:00 +02:00");
    for (format, text) in formats(&report).into_iter().take(3) {
        let text = read(&text);
        assert!(text.contains("2026-03-31 02:00:00 +02:00"), "{format}");
        assert!(text.contains("https://eur-lex.europa.eu/eli/reg/2016/679/oj"), "{format}");
    }
    assert!(report.to_string().contains("not legal advice"));
    for zone in ["", "Berlin", "Europe/Atlantis", "../../etc/passwd"] {
        let error = of(&journal).await.in_zone(zone).unwrap_err();
        assert!(error.to_string().contains("IANA"), "{error}");
    }
    assert!(of(&journal).await.to_string().contains("Not calculated"));
}
