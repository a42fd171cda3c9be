//! A report with placeholders names nobody, in any format.

use entra_ir_core::SimulatedTenant;
use entra_ir_core::containment::IdentifierKind;
use entra_ir_core::containment::journal::MemoryJournal;
use entra_ir_core::knowledge::Incident;
use entra_ir_core::simulator::{NewDevice, NewMethod};
use entra_ir_tests::client_of;

use super::{GUEST, HOSTILE, formats, of, run_on};

#[tokio::test(start_paused = true)]
async fn no_format_of_a_redacted_report_holds_a_name_or_an_id() {
    for user in ["adele@contoso.example", "alex@contoso.example", GUEST] {
        let (journal, _) = run_on(user).await;
        let report = of(&journal).await;
        let mut originals: Vec<String> = report.identifiers.iter().map(|found| found.value.clone()).collect();
        for kind in [IdentifierKind::User, IdentifierKind::Person, IdentifierKind::Id, IdentifierKind::Note] {
            assert!(report.identifiers.iter().any(|found| found.kind == kind), "{user}: {kind}");
        }
        originals.extend([user, "Grace", "contoso.example", &report.account].map(str::to_owned));
        originals.extend(HOSTILE.map(str::to_owned));
        originals.extend(["alert(1)", "evil.example", "txt.exe"].map(str::to_owned));
        originals.extend(report.doors.iter().filter_map(|door| door.name.clone()));
        let before: Vec<_> = formats(&report).into_iter().map(|(_, text)| text.to_lowercase()).collect();
        let redacted = report.redacted().unwrap();
        assert!(redacted.redacted && !redacted.place.contains('/'));
        for (format, text) in formats(&redacted) {
            let text = text.to_lowercase();
            for original in originals.iter().filter(|original| original.chars().count() > 1) {
                let original = original.to_lowercase();
                assert!(!text.contains(&original), "{user}, {format}: {original}");
            }
        }
        // The originals are in the report, or the test shows nothing.
        for original in [user, "grace", "contoso.example", &report.account] {
            assert!(before[1].contains(&original.to_lowercase()), "{original}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_placeholder_stands_for_the_same_name_everywhere() {
    let (journal, _) = run_on("adele@contoso.example").await;
    let report = of(&journal).await;
    let redacted = report.redacted().unwrap();
    assert_eq!(redacted.user_principal_name.as_deref(), Some("user-1"));
    for (format, text) in formats(&redacted) {
        assert!(text.contains("user-1"), "{format}");
    }
    assert_eq!(redacted.to_ocsf()[0]["user"]["uid"], redacted.account.as_str());
    let again = redacted.redacted().unwrap();
    assert_eq!(again.steps.len(), report.steps.len());
    // What names nobody stays: request ids, digests, times.
    let of = |report: &entra_ir_core::containment::RunReport| {
        let ids = report.timeline.iter().filter_map(|entry| entry.exchange.clone());
        let ids: Vec<_> = ids.map(|exchange| (exchange.request_id, exchange.client_request_id)).collect();
        (ids, report.plan, report.began, report.evidence.iter().map(|item| item.sha256).collect::<Vec<_>>())
    };
    assert_eq!(of(&redacted), of(&report));
}

#[tokio::test(start_paused = true)]
async fn what_a_watch_found_is_replaced_with_the_names_in_it() {
    let user = "adele@contoso.example";
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let journal = MemoryJournal::new();
    client.contain(user, Incident::AccountTakeover).confirm(user).place(journal.clone()).await.unwrap();
    tenant.add_method(user, NewMethod::authenticator("Burner Phone"));
    tenant.add_device(user, NewDevice::registered("KALI-BOX", "Linux"));
    client.watch(journal.clone()).once().await.unwrap();
    let report = of(&journal).await;
    assert!(report.to_string().contains("a watch saw: ") && report.to_string().contains("Burner Phone"));
    assert!(report.identifiers.iter().any(|found| found.kind == IdentifierKind::Finding));
    for (format, text) in formats(&report.redacted().unwrap()) {
        let text = text.to_lowercase();
        assert!(!text.contains("burner phone") && !text.contains("kali-box"), "{format}");
    }
}
