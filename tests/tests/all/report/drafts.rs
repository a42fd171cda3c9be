//! The drafts of what people have to be told.

use entra_ir_core::containment::{Addressee, Draft};

use super::{GUEST, of, run_on};

fn to(drafts: &[Draft], to: Addressee) -> Option<&Draft> {
    drafts.iter().find(|draft| draft.to == to)
}

#[tokio::test(start_paused = true)]
async fn each_draft_says_what_was_done_and_what_must_not_be() {
    for user in ["adele@contoso.example", "alex@contoso.example", GUEST] {
        let (journal, _) = run_on(user).await;
        let report = of(&journal).await;
        let drafts = report.drafts();
        assert!(drafts.len() >= 5, "{}", drafts.len());
        for draft in &drafts {
            let text = &draft.text;
            assert!(text.starts_with("This is a draft: nothing was sent."), "{text}");
            assert!(text.contains("Do not send it by the mail or the chat of the tenant"), "{text}");
            assert!(text.contains("It rests on the journal"), "{text}");
            assert!(
                text.contains("\nWhat was done\n") && text.contains("\nWhat you must not do\n"),
                "{text}"
            );
            assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}') && !text.contains('\u{2028}'));
        }
        let desk = to(&drafts, Addressee::HelpDesk).unwrap();
        assert!(desk.text.contains("No reset, pass, unblock or re-registration for this account without"));
        assert!(desk.text.contains("Grace") && desk.text.contains(user), "{}", desk.text);
        let directory = to(&drafts, Addressee::ActiveDirectory);
        assert_eq!(directory.is_some(), user.starts_with("alex"), "{user}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_user_is_told_what_to_register_again_and_the_manager_when_to_report() {
    let (journal, _) = run_on("adele@contoso.example").await;
    let report = of(&journal).await;
    let user = report.drafts().swap_remove(0);
    assert_eq!(user.to, Addressee::User);
    assert!(user.text.contains("They were removed: ") && user.text.contains("Microsoft Authenticator"));
    let manager = |drafts: &[Draft]| to(drafts, Addressee::Manager).unwrap().text.clone();
    assert!(!manager(&report.drafts()).contains("GDPR"));
    let aware = report.began;
    let told = manager(&report.aware_since(aware).drafts());
    assert!(told.contains("A reminder, not legal advice: GDPR, article 33(1)"), "{told}");
}
