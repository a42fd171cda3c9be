use super::super::super::plan::Plan;
use super::super::{FileJournal, MemoryJournal, RunAbout};
use super::*;
use crate::knowledge::Incident;
use crate::model::AccountSnapshot;

const ACCOUNT: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";

fn at(second: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_780_000_000 + second).unwrap()
}

fn opened() -> Event {
    opened_by(Incident::TokenTheft)
}

fn opened_by(incident: Incident) -> Event {
    let user = serde_json::from_value(serde_json::json!({ "id": ACCOUNT })).unwrap();
    let plan = Plan::against(incident, &AccountSnapshot::new(user, at(0)));
    let (digest, about) = (plan.digest().unwrap(), RunAbout::default());
    Event::Opened { format: FORMAT, tenant: None, digest, plan: Box::new(plan), about, four_eyes: false }
}

fn intent(step: usize) -> Event {
    let path = format!("/v1.0/users/{ACCOUNT}");
    serde_json::from_value(
        serde_json::json!({ "is": "intent", "step": step, "method": "PATCH", "path": path }),
    )
    .unwrap()
}

async fn written(journal: &dyn Journal, events: impl IntoIterator<Item = Event>) -> Ledger {
    let mut ledger = Ledger::read(journal).await.unwrap();
    for (second, event) in (0..).zip(events) {
        ledger.append(journal, at(second), event).await.unwrap();
    }
    ledger
}

/// What a journal of four entries stores.
async fn stored() -> String {
    let journal = MemoryJournal::new();
    written(&journal, [opened(), intent(0), intent(1), Event::Closed {}]).await;
    journal.read().await.unwrap()
}

#[tokio::test]
async fn what_was_written_is_read_back_with_its_closing_digest() {
    let journal = MemoryJournal::new();
    let ledger = written(&journal, [opened(), intent(0), Event::Closed {}]).await;
    let read = Ledger::read(&journal).await.unwrap();
    assert_eq!(read.entries.len(), 3);
    assert!(!read.torn && read.closed().is_some());
    assert_eq!(read.closed(), ledger.closed());
    let mut read = read;
    let more = read.append(&journal, at(9), intent(1)).await;
    assert!(matches!(more, Err(LedgerError::Closed { .. })), "{more:?}");
}

#[tokio::test]
async fn no_edit_goes_unseen() {
    let whole = stored().await;
    let lines: Vec<_> = whole.lines().collect();
    // Any digit or letter of any line is another one.
    for (place, found) in whole.char_indices().filter(|(_, found)| found.is_ascii_alphanumeric()) {
        let other = if found == '1' { "2" } else { "1" };
        let mut edited = whole.clone();
        edited.replace_range(place..=place, other);
        let read = Ledger::of(&edited, "", "x");
        assert!(read.is_err(), "{found} at {place}: {read:?}");
    }
    for (removed, _) in lines.iter().enumerate().take(3) {
        let mut left = lines.clone();
        left.remove(removed);
        assert!(Ledger::of(&left.join("\n"), "", "x").is_err(), "without line {removed}");
        let mut twice = lines.clone();
        twice.insert(removed, lines[removed]);
        assert!(Ledger::of(&twice.join("\n"), "", "x").is_err(), "line {removed} twice");
    }
    let mut swapped = lines.clone();
    swapped.swap(1, 2);
    assert!(Ledger::of(&swapped.join("\n"), "", "x").is_err());
    // Lines of another journal do not follow.
    let other = MemoryJournal::new();
    written(&other, [opened_by(Incident::AccountTakeover), intent(0)]).await;
    let other = other.read().await.unwrap();
    let mixed = [lines[0], other.lines().nth(1).unwrap()].join("\n");
    assert!(matches!(Ledger::of(&mixed, "", "x"), Err(LedgerError::Edited { line: 2, .. })));
}

#[tokio::test]
async fn a_crash_at_any_byte_leaves_a_journal_that_goes_on() {
    let whole = stored().await;
    for cut in 0..whole.len() {
        let journal = MemoryJournal::of(&whole[..cut]);
        let mut ledger = Ledger::read(&journal).await.unwrap();
        let complete = whole[..cut].lines().filter(|line| whole.lines().any(|of| of == *line)).count();
        assert_eq!(ledger.entries.len(), complete, "cut at {cut}");
        if ledger.entries.is_empty() || ledger.closed().is_some() {
            continue;
        }
        let torn = ledger.torn;
        ledger
            .append(&journal, at(60), Event::Resumed { torn, others: Vec::new(), blocked_by_others: false })
            .await
            .unwrap();
        ledger.append(&journal, at(61), Event::Closed {}).await.unwrap();
        let read = Ledger::read(&journal).await.unwrap();
        assert_eq!(read.entries.len(), complete + 2, "cut at {cut}");
        assert!(read.closed().is_some());
    }
}

#[tokio::test]
async fn a_torn_line_that_no_entry_names_is_an_edit() {
    let whole = stored().await;
    let lines: Vec<_> = whole.lines().collect();
    let torn = [lines[0], &lines[1][..20], lines[2]].join("\n");
    assert!(matches!(Ledger::of(&torn, "", "x"), Err(LedgerError::Edited { line: 2, .. })));
    let twice = [lines[0], &lines[1][..20], &lines[1][..30], lines[2]].join("\n");
    assert!(matches!(Ledger::of(&twice, "", "x"), Err(LedgerError::Edited { line: 3, .. })));
}

/// The line that continues an interrupted run may be torn itself, and so may the first one.
#[tokio::test]
async fn torn_lines_that_the_next_entry_names_are_none() {
    let whole = stored().await;
    let lines: Vec<_> = whole.lines().collect();
    for (before, entries) in
        [(vec![lines[0], &lines[1][..20], &lines[1][..30]], 1), (vec![&lines[0][..20]], 0)]
    {
        let journal = MemoryJournal::of(before.join("\n"));
        let mut ledger = Ledger::read(&journal).await.unwrap();
        assert_eq!((ledger.torn, ledger.entries.len()), (true, entries));
        let next = if entries == 0 {
            opened()
        } else {
            Event::Resumed { torn: true, others: Vec::new(), blocked_by_others: false }
        };
        ledger.append(&journal, at(60), next).await.unwrap();
        assert_eq!(Ledger::read(&journal).await.unwrap().entries.len(), entries + 1);
    }
}

#[tokio::test]
async fn a_newer_journal_says_so() {
    let whole = stored().await;
    let newer = whole.replacen(r#""format":1"#, r#""format":2"#, 1);
    let error = Ledger::of(&newer, "", "x").unwrap_err();
    assert!(matches!(error, LedgerError::Newer { format: 2, .. }), "{error}");
}

#[tokio::test]
async fn a_file_is_its_owners_alone_and_held_by_one_run() {
    let folder = std::env::temp_dir().join(format!("entra-ir-journal-{}", uuid::Uuid::new_v4()));
    let path = folder.join("run").join("journal.jsonl");
    let journal = FileJournal::create(&path).unwrap();
    written(&journal, [opened(), intent(0)]).await;
    assert!(FileJournal::create(&path).is_err(), "a run does not write over another");
    let held = FileJournal::open(&path).unwrap_err();
    assert_eq!(held.kind(), std::io::ErrorKind::WouldBlock, "{held}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    }
    drop(journal);
    // A crash tore the next line.
    let torn = std::fs::read_to_string(&path).unwrap() + r#"{"number":2,"at":"20"#;
    std::fs::write(&path, torn).unwrap();
    let journal = FileJournal::open(&path).unwrap();
    let mut ledger = Ledger::read(&journal).await.unwrap();
    assert!(ledger.torn && ledger.entries.len() == 2);
    ledger
        .append(&journal, at(60), Event::Resumed { torn: true, others: Vec::new(), blocked_by_others: false })
        .await
        .unwrap();
    assert_eq!(Ledger::read(&journal).await.unwrap().entries.len(), 3);
    std::fs::remove_dir_all(folder).unwrap();
}

#[derive(Debug)]
struct Full;

#[async_trait::async_trait]
impl Journal for Full {
    async fn read(&self) -> std::io::Result<String> {
        Ok(String::new())
    }

    async fn append(&self, _: String) -> std::io::Result<()> {
        Err(std::io::ErrorKind::StorageFull.into())
    }

    fn place(&self) -> String {
        "full".into()
    }
}

#[tokio::test]
async fn a_full_disk_is_an_error_and_adds_no_entry() {
    let mut ledger = Ledger::read(&Full).await.unwrap();
    let error = ledger.append(&Full, at(0), opened()).await.unwrap_err();
    assert!(error.advice().contains("nothing more is sent"), "{error}");
    assert!(ledger.entries.is_empty());
    // A part of the line may be stored, so nothing follows it.
    assert!(ledger.append(&MemoryJournal::new(), at(1), opened()).await.is_err());
}
