mod consents;
mod held;
mod named;

use serde_json::json;
use time::{Duration, OffsetDateTime};

use super::super::{Action, ActionDone, DoorKind, DoorState, OpenDoors, TokenClass, Unseen, open_doors};
use crate::model::{
    AccountSnapshot, AuthenticationMethod, DomainAuthentication, GrantList, MethodKind, MethodList, Part,
    User,
};
use crate::receipt::Grade;

/// Minutes after the snapshot was taken, at noon.
fn at(minute: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_780_000_000).unwrap() + Duration::minutes(minute)
}

fn user(more: &serde_json::Value) -> User {
    let mut user = json!({ "id": "3b41c05e-73a1-43b7-86d7-ed8409f55900", "accountEnabled": true });
    user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(user).unwrap()
}

fn method(kind: &str, id: &str, more: &serde_json::Value) -> AuthenticationMethod {
    let mut method =
        json!({ "@odata.type": format!("#microsoft.graph.{kind}AuthenticationMethod"), "id": id });
    method.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(method).unwrap()
}

fn snapshot_of(user: User, methods: Vec<AuthenticationMethod>) -> AccountSnapshot {
    let mut snapshot = AccountSnapshot::new(user, at(0));
    snapshot.domain = Part::Collected(DomainAuthentication::Managed);
    snapshot.methods = Part::Collected(MethodList::new(methods));
    snapshot.devices = Part::Collected(Vec::new());
    snapshot.grants = Part::Collected(GrantList::default());
    snapshot
}

fn passkey() -> AuthenticationMethod {
    method("fido2", "key", &json!({}))
}

fn snapshot(methods: Vec<AuthenticationMethod>) -> AccountSnapshot {
    snapshot_of(user(&json!({})), methods)
}

fn done(action: Action, minute: i64) -> ActionDone {
    ActionDone::new(action, at(minute), Grade::Confirmed)
}

fn session(doors: &OpenDoors, class: TokenClass) -> DoorState {
    doors.find(&DoorKind::Session { class, device: None }).unwrap().state
}

fn key_door(doors: &OpenDoors) -> DoorState {
    doors.find(&DoorKind::Method { method: MethodKind::Fido2, id: "key".parse().unwrap() }).unwrap().state
}

fn word(doors: &OpenDoors, kind: &DoorKind) -> &'static str {
    doors.find(kind).unwrap_or_else(|| panic!("no such door in\n{doors}")).state.word()
}

#[test]
fn nothing_done_leaves_every_door_open_or_unknown_worst_first() {
    let doors = open_doors(&snapshot(vec![passkey()]), &[], at(1));
    assert!(doors.doors.iter().all(|door| door.state.rank() < 2), "{doors}");
    assert!(doors.doors.windows(2).all(|pair| pair[0].state.rank() <= pair[1].state.rank()));
    assert_eq!(doors.doors[0].kind, DoorKind::Password);
    for door in &doors.doors {
        assert!(!door.sources.is_empty() && !door.why.is_empty(), "{door}");
    }
    assert_eq!(session(&doors, TokenClass::AppCookie), DoorState::Unknown);
    assert!(doors.closable().any(|door| door.closed_by.contains(&Action::RevokeSignInSessions)));
}

#[test]
fn what_was_done_to_another_account_closes_nothing_here() {
    let blocked = done(Action::BlockSignIn, 0);
    let at_all = |done: ActionDone| open_doors(&snapshot(vec![passkey()]), &[done], at(600));
    let theirs = at_all(blocked.clone().of_account("00000000-0000-0000-0000-000000000001".parse().unwrap()));
    assert_eq!(theirs.doors, open_doors(&snapshot(vec![passkey()]), &[], at(600)).doors);
    assert!(theirs.notes.iter().any(|note| note.contains("another account")), "{theirs}");
    let ours = at_all(blocked.clone().of_account(snapshot(Vec::new()).user.id));
    assert_eq!(ours.doors, at_all(blocked).doors);
    assert!(matches!(key_door(&ours), DoorState::Held { .. }), "{ours}");
}

#[test]
fn a_revocation_bites_class_by_class() {
    let done = [done(Action::RevokeSignInSessions, 10)];
    let snapshot = snapshot(vec![passkey()]);
    let state = |class, minute| session(&open_doors(&snapshot, &done, at(minute)), class).word();
    for class in TokenClass::RENEWING {
        assert_eq!(
            (state(class, 9), state(class, 12), state(class, 15)),
            ("open", "closing", "closed"),
            "{class}"
        );
    }
    let cae = TokenClass::CaeAccessToken;
    assert_eq!((state(cae, 24), state(cae, 25)), ("closing", "closed"));
    let plain = TokenClass::PlainAccessToken;
    assert_eq!((state(plain, 104), state(plain, 105)), ("closing", "closed"));
    let graph = TokenClass::GraphAccessToken;
    let end = 10 + 28 * 60 + 5;
    assert_eq!((state(graph, end - 1), state(graph, end)), ("closing", "closed"), "no event reaches it");
    let doors = open_doors(&snapshot, &done, at(200));
    assert_eq!(key_door(&doors), DoorState::Open, "a passkey signs in again");
    assert_eq!(word(&doors, &DoorKind::SessionsSince), "open");
    assert!(doors.doors.iter().any(|door| door.began_before == Some(at(10))));
}

#[test]
fn a_reset_leaves_what_began_without_a_password() {
    let done = [done(Action::ResetPasswordGraphProfile, 10)];
    let doors = open_doors(&snapshot(vec![passkey()]), &done, at(500));
    assert_eq!(session(&doors, TokenClass::PasswordCookie).word(), "closed");
    assert_eq!(session(&doors, TokenClass::OtherCookie), DoorState::Open);
    assert_eq!(session(&doors, TokenClass::OtherRefreshToken), DoorState::Open, "the weakest row");
    assert_eq!(word(&doors, &DoorKind::Password), "closed");
    assert_eq!(word(&doors, &DoorKind::NewPassword { set_at: at(10) }), "open");
    let open = doors.find(&DoorKind::Session { class: TokenClass::OtherCookie, device: None }).unwrap();
    assert!(open.why.contains("survives"), "{open}");
}

#[test]
fn what_is_revoked_before_the_last_method_goes_may_have_been_opened_again() {
    let snapshot = snapshot(vec![passkey()]);
    let since = |order: [(Action, i64); 3]| {
        let done = order.map(|(action, minute)| match action {
            Action::DeleteMethods => done(action, minute).of_all_methods(),
            _ => done(action, minute),
        });
        let doors = open_doors(&snapshot, &done, at(500));
        assert_eq!(key_door(&doors).word(), "closed");
        doors.find(&DoorKind::SessionsSince).unwrap().clone()
    };
    let (reset, delete, revoke) =
        (Action::ResetPasswordGraphProfile, Action::DeleteMethods, Action::RevokeSignInSessions);
    let early = since([(reset, 10), (revoke, 20), (delete, 60)]);
    assert_eq!(early.state, DoorState::Open, "the passkey worked for 40 minutes more");
    assert!(early.why.contains("passkey") && early.closed_by.contains(&revoke), "{early}");
    assert_eq!(since([(reset, 10), (delete, 20), (revoke, 21)]).state, DoorState::Unknown, "replication");
    assert_eq!(since([(reset, 10), (delete, 20), (revoke, 30)]).state.word(), "closed");
}

#[test]
fn a_block_holds_and_an_unblock_lets_go() {
    let snapshot = snapshot(vec![passkey()]);
    let block = done(Action::BlockSignIn, 10);
    let doors = open_doors(&snapshot, std::slice::from_ref(&block), at(200));
    assert_eq!((word(&doors, &DoorKind::Password), key_door(&doors).word()), ("held", "held"));
    assert_eq!(session(&doors, TokenClass::OtherCookie).word(), "held");
    assert_eq!(session(&doors, TokenClass::AppCookie), DoorState::Unknown);
    let doors = open_doors(&snapshot, &[block.clone(), done(Action::UnblockSignIn, 100)], at(200));
    assert_eq!(key_door(&doors), DoorState::Open);
    assert_eq!(session(&doors, TokenClass::OtherCookie), DoorState::Open, "held is not ended");
    // A newer snapshot that shows sign-in enabled counts more.
    let mut newer = snapshot;
    newer.taken_at = at(100);
    assert_eq!(key_door(&open_doors(&newer, &[block], at(200))), DoorState::Open);
}

#[test]
fn a_block_of_a_synced_user_is_sure_only_with_active_directory() {
    let synced = snapshot_of(user(&json!({ "onPremisesSyncEnabled": true })), vec![passkey()]);
    let block = done(Action::BlockSignIn, 10);
    assert_eq!(key_door(&open_doors(&synced, std::slice::from_ref(&block), at(200))), DoorState::Unknown);
    // A sync between the two takes the block back, and the next one is not seen here.
    let both = [block.clone(), done(Action::BlockOnPremises, 20)];
    assert_eq!(key_door(&open_doors(&synced, &both, at(200))), DoorState::Unknown);
    let mut newer = snapshot_of(
        user(&json!({ "onPremisesSyncEnabled": true, "accountEnabled": false })),
        vec![passkey()],
    );
    newer.taken_at = at(30);
    assert_eq!(
        key_door(&open_doors(&newer, &both, at(200))).word(),
        "held",
        "it is seen to be blocked since"
    );
    let both = [done(Action::BlockOnPremises, 5), block];
    let doors = open_doors(&synced, &both, at(200));
    assert_eq!(key_door(&doors).word(), "held");
    assert_eq!(word(&doors, &DoorKind::Unseen { what: Unseen::OnPremises }), "unknown");
}

#[test]
fn what_may_have_been_done_and_what_was_not_sent() {
    let snapshot = snapshot(vec![passkey()]);
    let graded = |grade| {
        let done = ActionDone::new(Action::RevokeSignInSessions, at(10), grade);
        session(&open_doors(&snapshot, &[done], at(500)), TokenClass::OtherCookie)
    };
    assert_eq!(graded(Grade::NotSent), DoorState::Open);
    assert_eq!(graded(Grade::Unknown), DoorState::Unknown);
    assert_eq!(graded(Grade::Accepted).word(), "closed");
}

#[test]
fn an_action_ahead_of_the_clock_does_not_count_yet() {
    let doors = open_doors(&snapshot(vec![passkey()]), &[done(Action::BlockSignIn, 60)], at(30));
    assert_eq!(key_door(&doors), DoorState::Open);
    let note = "1 action was done after the requested time (2026-05-28T20:56:40Z) and not counted";
    assert!(doors.notes.iter().any(|said| said.starts_with(note)), "{doors}");
}

#[test]
fn a_guest_is_not_ours_to_revoke() {
    let guest =
        snapshot_of(user(&json!({ "userPrincipalName": "a_b.example#EXT#@contoso.example" })), Vec::new());
    let doors = open_doors(&guest, &[done(Action::RevokeSignInSessions, 10)], at(500));
    assert_eq!(session(&doors, TokenClass::OtherRefreshToken), DoorState::Open);
    assert_eq!(word(&doors, &DoorKind::HomeTenant), "unknown");
    let doors = open_doors(&guest, &[done(Action::BlockSignIn, 10)], at(30));
    assert_eq!(session(&doors, TokenClass::OtherRefreshToken).word(), "held");
    assert_eq!(
        session(&doors, TokenClass::CaeAccessToken).word(),
        "closing",
        "no critical events for guests"
    );
}

#[test]
fn outside_the_public_cloud_an_event_may_not_arrive() {
    let mut snapshot = snapshot(Vec::new());
    snapshot.cloud = crate::cloud::Cloud::UsGovL4;
    let doors = open_doors(&snapshot, &[done(Action::RevokeSignInSessions, 10)], at(500));
    assert_eq!(session(&doors, TokenClass::CaeAccessToken).word(), "closing", "28 hours");
}

#[test]
fn a_second_factor_that_outlives_the_revocation_leaves_a_doubt() {
    let snapshot = snapshot(vec![method("phone", "phone", &json!({}))]);
    let all = [done(Action::ResetPasswordGraphProfile, 10), done(Action::RevokeSignInSessions, 20)];
    let doors = open_doors(&snapshot, &all, at(500));
    assert_eq!(
        word(&doors, &DoorKind::SessionsSince),
        "unknown",
        "it may reset the password by self-service"
    );
}

#[test]
fn a_federated_password_is_reset_elsewhere() {
    let mut federated = snapshot(Vec::new());
    federated.domain = Part::Collected(DomainAuthentication::Federated);
    let reset = [done(Action::ResetPasswordGraphProfile, 10)];
    let doors = open_doors(&federated, &reset, at(500));
    assert_eq!(word(&doors, &DoorKind::Password), "open");
    federated.domain = Part::Denied { reason: "Domain.Read.All".into() };
    assert_eq!(word(&open_doors(&federated, &reset, at(500)), &DoorKind::Password), "unknown");
}

#[test]
fn unknown_types_and_unread_parts_are_never_closed() {
    let odd = method("brainwave", "x", &json!({}));
    let kind = odd.kind.clone();
    let mut snapshot = snapshot(vec![odd]);
    let all = [done(Action::BlockSignIn, 1), done(Action::DeleteMethods, 2).of_all_methods()];
    let doors = open_doors(&snapshot, &all, at(500));
    assert_eq!(word(&doors, &DoorKind::Method { method: kind, id: "x".parse().unwrap() }), "unknown");
    snapshot.methods = Part::Denied { reason: "UserAuthenticationMethod.Read.All".into() };
    snapshot.devices = Part::NotInThisCloud;
    let doors = open_doors(&snapshot, &all, at(500));
    for what in [Unseen::MethodsNotRead, Unseen::DevicesNotRead] {
        assert_eq!(word(&doors, &DoorKind::Unseen { what }), "unknown");
    }
}

#[test]
fn an_account_of_an_unknown_kind_has_no_closed_door() {
    for odd in [
        json!({ "creationType": "Teleported" }),
        json!({ "userType": "Visitor", "onPremisesSyncEnabled": true }),
    ] {
        let mut snapshot = snapshot_of(user(&odd), vec![passkey()]);
        snapshot.user.account_enabled = Some(false);
        let all: Vec<_> = Action::all().filter(|action| *action != Action::UnblockSignIn).collect();
        let all: Vec<_> = all.into_iter().map(|action| done(action, 10).of_all_methods()).collect();
        let doors = open_doors(&snapshot, &all, at(5000));
        assert!(doors.doors.iter().all(|door| door.state.rank() < 2), "{doors}");
        assert!(doors.notes.iter().any(|note| note.contains("kind of account")), "{doors}");
    }
    let guest = json!({ "creationType": "Teleported", "externalUserState": "Accepted" });
    let doors = open_doors(&snapshot_of(user(&guest), Vec::new()), &[], at(1));
    assert!(doors.find(&DoorKind::HomeTenant).is_some(), "the marks of a guest count");
}

#[test]
fn a_method_that_a_newer_snapshot_lists_is_open() {
    let delete = done(Action::DeleteMethods, -10).of_all_methods();
    assert_eq!(key_door(&open_doors(&snapshot(vec![passkey()]), &[delete], at(500))), DoorState::Open);
    let again = method("fido2", "key", &json!({ "createdDateTime": "2100-01-01T00:00:00Z" }));
    let delete = done(Action::DeleteMethods, 10).of_all_methods();
    assert_eq!(key_door(&open_doors(&snapshot(vec![again]), &[delete], at(500))), DoorState::Open);
}

#[test]
fn a_pass_is_a_door_that_outlasts_itself() {
    let issued = done(Action::CreateTemporaryAccessPass, 10);
    let door = DoorKind::AccessPass { issued_at: at(10) };
    let state = |more: &[ActionDone]| {
        let all: Vec<_> = std::iter::once(issued.clone()).chain(more.iter().cloned()).collect();
        word(&open_doors(&snapshot(Vec::new()), &all, at(500)), &door)
    };
    let deleted = done(Action::DeleteTemporaryAccessPass, 60);
    assert_eq!(state(&[]), "open");
    assert_eq!(state(std::slice::from_ref(&deleted)), "open", "sessions begun with it go on");
    assert_eq!(state(&[deleted.clone(), done(Action::RevokeSignInSessions, 30)]), "open");
    assert_eq!(state(&[deleted, done(Action::RevokeSignInSessions, 70)]), "closed");
}

#[test]
fn a_pass_that_was_issued_expires_and_its_sessions_do_not() {
    let issued = done(Action::CreateTemporaryAccessPass, 10).of_the_pass(None, None, Some(60));
    let door = DoorKind::AccessPass { issued_at: at(10) };
    let until = |minute, more: &[ActionDone]| {
        let all: Vec<_> = std::iter::once(issued.clone()).chain(more.iter().cloned()).collect();
        let doors = open_doors(&snapshot(Vec::new()), &all, at(minute));
        let door = doors.find(&door).unwrap();
        (door.state.word(), door.until)
    };
    assert_eq!(until(30, &[]), ("open", Some(at(70))));
    assert_eq!(until(500, &[]), ("open", None), "what began with it goes on");
    assert_eq!(until(500, &[done(Action::RevokeSignInSessions, 70)]).0, "closed");
    assert_eq!(until(500, &[done(Action::RevokeSignInSessions, 69)]).0, "open");
}

#[test]
fn a_pass_in_the_snapshot_ends_by_itself() {
    let pass = method(
        "temporaryAccessPass",
        "pass",
        &json!({ "startDateTime": "2026-05-28T20:26:40Z", "lifetimeInMinutes": 60, "methodUsabilityReason": "EnabledByPolicy" }),
    );
    let snapshot = snapshot(vec![pass]);
    let kind = DoorKind::Method { method: MethodKind::TemporaryAccessPass, id: "pass".parse().unwrap() };
    let doors = open_doors(&snapshot, &[], at(30));
    let door = doors.find(&kind).unwrap();
    assert_eq!((door.state, door.until), (DoorState::Open, Some(at(60))), "{door}");
    assert_eq!(word(&open_doors(&snapshot, &[], at(60)), &kind), "closed");
}

#[test]
fn a_pass_that_may_be_held_back_is_not_told_open() {
    let pass = method(
        "temporaryAccessPass",
        "pass",
        &json!({ "startDateTime": "2026-05-28T20:26:40Z", "lifetimeInMinutes": 60, "methodUsabilityReason": "EnabledByPolicy" }),
    );
    let synced = snapshot_of(user(&json!({ "onPremisesSyncEnabled": true })), vec![pass]);
    let kind = DoorKind::Method { method: MethodKind::TemporaryAccessPass, id: "pass".parse().unwrap() };
    let doors = open_doors(&synced, &[done(Action::BlockSignIn, 1)], at(30));
    let door = doors.find(&kind).unwrap();
    assert_eq!(
        (door.state, door.until),
        (DoorState::Unknown, Some(at(60))),
        "a sync may undo the block: {door}"
    );
}

#[test]
fn what_is_asked_again_speaks_of_what_was_before() {
    let asked =
        ActionDone::new(Action::RevokeMfaSessionsOld, at(10) + Duration::milliseconds(700), Grade::Accepted);
    let doors = open_doors(&snapshot(Vec::new()), &[asked], at(30));
    let door = doors.find(&DoorKind::Session { class: TokenClass::RememberedMfa, device: None }).unwrap();
    assert_eq!((door.state.word(), door.began_before), ("closed", Some(at(10))), "{door}");
}

#[test]
fn reregistration_takes_the_phone_and_leaves_the_passkey() {
    let snapshot = snapshot(vec![passkey(), method("phone", "phone", &json!({}))]);
    let doors = open_doors(&snapshot, &[done(Action::RequireMfaReregistration, 10)], at(30));
    let phone = DoorKind::Method { method: MethodKind::Phone, id: "phone".parse().unwrap() };
    assert_eq!((word(&doors, &phone), key_door(&doors)), ("closed", DoorState::Open));
}

#[test]
fn doors_are_printed_and_written() {
    let doors = open_doors(&snapshot(vec![passkey()]), &[done(Action::RevokeSignInSessions, 10)], at(30));
    let text = doors.to_string();
    assert!(text.contains("open    ") && text.contains("closed by:"), "{text}");
    let json = serde_json::to_value(&doors).unwrap();
    assert_eq!(json["doors"][0]["state"]["is"], "open");
    assert!(json["doors"].as_array().unwrap().iter().all(|door| door["sources"][0]["title"].is_string()));
}
