//! The doors that are consents.

use super::*;

const APP: &str = "580d2cab-fc1a-4ac1-ac02-a562f1c35912";

fn with_consent(scope: &str, owner: &str, enabled: bool) -> AccountSnapshot {
    let grant = json!({
        "grant": { "id": "g", "clientId": APP, "consentType": "Principal", "scope": scope },
        "client_name": "Evil\u{202e}App",
        "client": { "displayName": "Evil\u{202e}App", "appId": "x", "accountEnabled": enabled },
        "owner": owner,
        "scopes": [{ "scope": "Mail.Read", "means": "reads the mailbox" }],
    });
    let mut snapshot = snapshot(Vec::new());
    let list = serde_json::from_value(json!({ "own": [grant], "tenant_wide": [] })).unwrap();
    snapshot.grants = Part::Collected(list);
    snapshot
}

fn door() -> DoorKind {
    DoorKind::Consent { id: Some("g".into()) }
}

fn disabled(minute: i64) -> ActionDone {
    done(Action::DisableApplication, minute).of_application(APP.parse().unwrap())
}

fn enabled(minute: i64) -> ActionDone {
    done(Action::EnableApplication, minute).of_application(APP.parse().unwrap())
}

#[test]
fn a_consent_is_a_door_that_no_reset_and_no_revocation_closes() {
    let snapshot = with_consent("Mail.Read", "another-tenant", true);
    let both = [done(Action::ResetPasswordGraphProfile, 1), done(Action::RevokeSignInSessions, 2)];
    let doors = open_doors(&snapshot, &both, at(5000));
    let consent = doors.find(&door()).unwrap();
    assert_eq!(consent.state, DoorState::Open);
    assert!(
        consent.label.ends_with("Evil\u{fffd}App") && consent.why.contains("reads the mailbox"),
        "{consent}"
    );
    for closer in [Action::DeleteConsent, Action::DisableApplication, Action::BlockSignIn] {
        assert!(consent.closed_by.contains(&closer), "{consent}");
    }
    let first_party = open_doors(&with_consent("Mail.Read", "microsoft", true), &[], at(1));
    assert!(!first_party.find(&door()).unwrap().closed_by.contains(&Action::DisableApplication));
    let sign_in = open_doors(&with_consent("openid User.Read", "another-tenant", true), &[], at(1));
    assert!(sign_in.find(&door()).is_none(), "it lets nobody into the account");
}

#[test]
fn a_deleted_consent_is_closed_once_its_tokens_have_ended() {
    let snapshot = with_consent("Mail.Read", "another-tenant", true);
    let deleted = [done(Action::DeleteConsent, 1).of_consent("g")];
    assert_eq!(word(&open_doors(&snapshot, &deleted, at(2)), &door()), "closing");
    assert_eq!(word(&open_doors(&snapshot, &deleted, at(5000)), &door()), "closed");
    let other = [done(Action::DeleteConsent, 1).of_consent("G")];
    assert_eq!(word(&open_doors(&snapshot, &other, at(5000)), &door()), "open", "an id has its case");
    let which = [done(Action::DeleteConsent, 1)];
    assert_eq!(word(&open_doors(&snapshot, &which, at(5000)), &door()), "unknown");
    let earlier = [done(Action::DeleteConsent, -60).of_consent("g")];
    assert_eq!(word(&open_doors(&snapshot, &earlier, at(5000)), &door()), "open", "it was given again");
}

#[test]
fn a_disabled_application_is_held_and_works_again_when_it_is_enabled() {
    let snapshot = with_consent("Mail.Read", "another-tenant", true);
    assert_eq!(word(&open_doors(&snapshot, &[disabled(1)], at(5000)), &door()), "held");
    let again = [disabled(1), enabled(10)];
    assert_eq!(word(&open_doors(&snapshot, &again, at(5000)), &door()), "open");
    let other = [done(Action::DisableApplication, 1)
        .of_application("3b41c05e-73a1-43b7-86d7-ed8409f55900".parse().unwrap())];
    assert_eq!(word(&open_doors(&snapshot, &other, at(5000)), &door()), "open");
    let shown = with_consent("Mail.Read", "another-tenant", false);
    let held = open_doors(&shown, &[], at(5000));
    assert_eq!(word(&held, &door()), "held");
    assert!(!held.find(&door()).unwrap().closed_by.contains(&Action::DisableApplication));
    assert_eq!(word(&open_doors(&shown, &[enabled(10)], at(5000)), &door()), "open");
    let seen_enabled = [disabled(-60)];
    assert_eq!(
        word(&open_doors(&snapshot, &seen_enabled, at(5000)), &door()),
        "open",
        "the snapshot is newer"
    );
}

#[test]
fn a_block_holds_the_application_out_until_it_is_lifted() {
    let snapshot = with_consent("Mail.Read", "another-tenant", true);
    let blocked = open_doors(&snapshot, &[done(Action::BlockSignIn, 1)], at(5000));
    assert_eq!(word(&blocked, &door()), "held");
    assert_eq!(word(blocked.if_unblocked(), &door()), "open");
}

#[test]
fn consents_for_everybody_are_named_and_those_not_read_are_unknown() {
    let unseen = |what| DoorKind::Unseen { what };
    let mut snapshot = with_consent("Mail.Read", "another-tenant", true);
    let none = open_doors(&snapshot, &[], at(1));
    assert!(none.find(&unseen(Unseen::TenantWideConsents)).is_none());
    assert!(none.find(&unseen(Unseen::Consents)).is_none());
    let Part::Collected(list) = &mut snapshot.grants else { panic!() };
    list.tenant_wide = list.own.clone();
    list.tenant_wide[0].concerns = vec![crate::model::Concern::Messages.into()];
    let doors = open_doors(&snapshot, &[], at(1));
    let wide = doors.find(&unseen(Unseen::TenantWideConsents)).unwrap();
    assert!(
        wide.out_of_sight && wide.closed_by.is_empty() && wide.why.contains("look at first: Evil"),
        "{wide}"
    );
    let Part::Collected(list) = &mut snapshot.grants else { panic!() };
    list.tenant_wide_unread = Some("no".into());
    let doors = open_doors(&snapshot, &[], at(1));
    assert!(doors.find(&unseen(Unseen::TenantWideConsents)).unwrap().why.contains("not read: no"));
    snapshot.grants = Part::Denied { reason: "grant it".into() };
    let doors = open_doors(&snapshot, &[], at(1));
    let unread = doors.find(&unseen(Unseen::Consents)).unwrap();
    assert!(!unread.out_of_sight && unread.why.contains("grant it"), "{unread}");
}
