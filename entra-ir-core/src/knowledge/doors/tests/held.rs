//! What a block holds, what was not read, and what to call next.

use super::*;

#[test]
fn what_a_block_alone_shuts_is_held_and_what_is_ended_is_closed() {
    let snapshot = snapshot(vec![passkey()]);
    let (block, revoke) = (done(Action::BlockSignIn, 10), done(Action::RevokeSignInSessions, 13));
    let cookie = DoorKind::Session { class: TokenClass::OtherCookie, device: None };
    let doors = |minute: i64, done: &[ActionDone]| open_doors(&snapshot, done, at(minute));
    let only = std::slice::from_ref(&block);
    let state = doors(12, only).find(&cookie).unwrap().state;
    assert_eq!(state, DoorState::Closing { by: Action::BlockSignIn, until: at(15), held: true });
    let told = doors(200, only);
    assert!(told.open().count() == 0 && !told.is_closed() && !told.is_closed_in_sight(), "{told}");
    let door = told.find(&cookie).unwrap();
    assert!(door.why.contains("works again when unblocked"), "{door}");
    assert_eq!(door.closed_by, [Action::RevokeSignInSessions], "what ends it is still to be done");
    // Both: held until the revocation has arrived everywhere, then ended, and the end is named first.
    let both = [block, revoke];
    let told = doors(16, &both);
    let door = told.find(&cookie).unwrap();
    assert_eq!((door.state.word(), door.until, door.closed_by.len()), ("held", Some(at(18)), 0), "{door}");
    assert!(door.why.starts_with("ended by Revoke sessions"), "{door}");
    let told = doors(18, &both);
    let since = at(18);
    assert_eq!(
        session(&told, TokenClass::OtherCookie),
        DoorState::Closed { by: Action::RevokeSignInSessions, since }
    );
    assert_eq!(key_door(&told).word(), "held");
    assert_eq!(key_door(told.if_unblocked()), DoorState::Open);
    assert_eq!(session(told.if_unblocked(), TokenClass::OtherCookie).word(), "closed");
    let json = serde_json::to_value(&told).unwrap();
    assert!(json["if_unblocked"]["doors"].is_array());
    assert!(json["doors"].as_array().unwrap().iter().any(|door| door["state"]["is"] == "held"));
}

#[test]
fn a_snapshot_that_shows_a_block_tells_what_it_holds() {
    let blocked = snapshot_of(user(&json!({ "accountEnabled": false })), vec![passkey()]);
    let doors = open_doors(&blocked, &[], at(200));
    assert_eq!(key_door(&doors).word(), "held");
    assert_eq!(key_door(doors.if_unblocked()), DoorState::Open);
    assert_eq!(doors.if_unblocked().if_unblocked(), doors.if_unblocked());
}

#[test]
fn a_new_password_that_only_a_block_keeps_out_is_held() {
    let snapshot = snapshot(Vec::new());
    let all = [
        done(Action::BlockSignIn, 10),
        done(Action::ResetPasswordGraphProfile, 20),
        done(Action::RevokeSignInSessions, 30),
    ];
    let doors = open_doors(&snapshot, &all, at(500));
    assert_eq!(word(&doors, &DoorKind::NewPassword { set_at: at(20) }), "held");
    assert_eq!(word(&doors, &DoorKind::Password), "closed");
    assert_eq!(word(&doors, &DoorKind::SessionsSince), "closed", "none can have begun");
    assert_eq!(word(doors.if_unblocked(), &DoorKind::NewPassword { set_at: at(20) }), "open");
}

#[test]
fn by_default_all_that_was_done_counts() {
    let snapshot = snapshot(vec![passkey()]);
    let (block, others) = (done(Action::BlockSignIn, 10), done(Action::BlockSignIn, 90));
    let others = others.of_account("00000000-0000-4000-8000-000000000009".parse().unwrap());
    let doors = snapshot.open_doors([&block, &others]);
    assert_eq!(doors.now, at(10));
    assert_eq!(key_door(&doors).word(), "closing");
    assert!(doors.notes.iter().all(|note| !note.contains("after the moment")), "{doors}");
    assert_eq!(snapshot.open_doors([&done(Action::BlockSignIn, -10)]).now, at(0));
}

#[test]
fn within_one_second_the_removal_that_read_the_list_back_is_the_later() {
    let mut snapshot = snapshot(vec![passkey()]);
    let state = |snapshot: &AccountSnapshot, grade| {
        let removed = ActionDone::new(Action::DeleteMethods, at(0), grade).of_all_methods();
        let doors = open_doors(snapshot, &[removed], at(200));
        let door = doors.doors.into_iter().find(|door| door.label.starts_with("passkey")).unwrap();
        (door.state.word(), door.why.contains("still lists it"))
    };
    assert_eq!(state(&snapshot, Grade::Confirmed), ("closed", false));
    assert_eq!(state(&snapshot, Grade::Accepted), ("unknown", false), "which was first is unknown");
    snapshot.taken_at = at(0) + Duration::milliseconds(900);
    assert_eq!(state(&snapshot, Grade::Confirmed), ("closed", false), "the service knows seconds only");
    snapshot.taken_at = at(0) + Duration::seconds(1);
    assert_eq!(state(&snapshot, Grade::Confirmed), ("open", true));
}

#[test]
fn what_a_customer_account_does_not_show_is_named() {
    let mut customer = snapshot_of(user(&json!({ "creationType": "LocalAccount" })), Vec::new());
    customer.methods = Part::Collected(MethodList::default().of_customer());
    let doors = open_doors(&customer, &[], at(1));
    let unseen = |what| doors.find(&DoorKind::Unseen { what });
    assert!(unseen(Unseen::CustomerMethods).is_some_and(|door| door.place.is_some()), "{doors}");
    assert!(unseen(Unseen::MethodsInPart).is_none(), "it is said once");
}

#[test]
fn roles_and_groups_that_were_not_read_are_named() {
    let mut snapshot = snapshot(Vec::new());
    snapshot.active_roles = Part::Collected(Vec::new());
    snapshot.role_groups = Part::Collected(Vec::new());
    snapshot.owned_role_groups = Part::Collected(Vec::new());
    snapshot.eligible_roles = Part::NotLicensed { reason: "P2".into() };
    snapshot.eligible_groups = Part::Denied { reason: "grant it".into() };
    let kind = DoorKind::Unseen { what: Unseen::PrivilegesNotRead };
    let doors = open_doors(&snapshot, &[], at(1));
    let door = doors.find(&kind).unwrap();
    assert!(
        door.why.contains("groups eligible for (denied)") && !door.why.contains("roles eligible"),
        "{door}"
    );
    snapshot.eligible_groups = Part::NotLicensed { reason: "P2".into() };
    assert_eq!(open_doors(&snapshot, &[], at(1)).find(&kind), None);
}

#[test]
fn what_to_press_next_is_told() {
    let snapshot = snapshot(vec![passkey()]);
    let next = |done: &[ActionDone]| -> Vec<_> {
        open_doors(&snapshot, done, at(500)).next.into_iter().map(|press| press.action).collect()
    };
    let first = next(&[]);
    assert_eq!(first[..2], [Action::BlockSignIn, Action::RevokeSignInSessions]);
    assert!(first.contains(&Action::DeleteMethods), "{first:?}");
    let second = next(&[done(Action::BlockSignIn, 1), done(Action::RevokeSignInSessions, 2)]);
    assert!(!second.contains(&Action::BlockSignIn) && second.contains(&Action::DeleteMethods), "{second:?}");
}

#[test]
fn what_a_guest_registered_here_is_a_door_here_that_a_removal_closes() {
    let upn = json!({ "userPrincipalName": "a_b.example#EXT#@contoso.example" });
    let guest = snapshot_of(user(&upn), vec![method("phone", "phone", &json!({}))]);
    let phone = DoorKind::Method { method: MethodKind::Phone, id: "phone".parse().unwrap() };
    let doors = open_doors(&guest, &[], at(30));
    let door = doors.find(&phone).unwrap();
    assert_eq!(door.state, DoorState::Open);
    assert!(door.why.contains("in this tenant") && door.closed_by.contains(&Action::DeleteMethods), "{door}");
    let removed = [done(Action::DeleteMethods, 10).of_all_methods()];
    let doors = open_doors(&guest, &removed, at(30));
    assert_eq!(word(&doors, &phone), "closed");
    assert_eq!(word(&doors, &DoorKind::HomeTenant), "unknown", "what stays at home is not ours");
}

#[test]
fn a_pass_that_still_works_is_not_told_as_over() {
    let issued = done(Action::CreateTemporaryAccessPass, 10).of_the_pass(None, None, Some(60));
    let doors = open_doors(&snapshot(Vec::new()), &[issued], at(30));
    let door = doors.find(&DoorKind::AccessPass { issued_at: at(10) }).unwrap();
    assert!(door.why.starts_with("whoever holds it signs in"), "{door}");
    let reset = [done(Action::BlockSignIn, 1), done(Action::ResetPasswordGraphProfile, 10)];
    let next = open_doors(&snapshot(Vec::new()), &reset, at(500)).next;
    assert!(next.iter().all(|press| !press.action.sets_password()), "the new one is the user's: {next:?}");
}

#[test]
fn a_script_has_a_condition_that_a_whole_containment_meets() {
    let mut snapshot = snapshot(vec![passkey()]);
    snapshot.active_roles = Part::Collected(Vec::new());
    snapshot.eligible_roles = Part::Collected(Vec::new());
    snapshot.role_groups = Part::Collected(Vec::new());
    snapshot.owned_role_groups = Part::Collected(Vec::new());
    snapshot.eligible_groups = Part::Collected(Vec::new());
    let mut all = vec![
        done(Action::BlockSignIn, 1),
        done(Action::ResetPasswordGraphProfile, 10),
        done(Action::DeleteMethods, 20).of_all_methods(),
    ];
    let closed = |all: &[ActionDone]| open_doors(&snapshot, all, at(2500)).is_closed_in_sight();
    assert!(!closed(&all), "sessions are only held");
    all.push(done(Action::RevokeSignInSessions, 30));
    let early = open_doors(&snapshot, &all, at(500));
    assert_eq!(early.closing().count(), 1, "a token for Graph lives for 28 hours: {early}");
    assert!(!closed(&all), "whoever knows the password would register a method");
    all.push(done(Action::CreateTemporaryAccessPass, 390).of_the_pass(None, None, Some(60)));
    assert!(!closed(&all), "the pass is over by then");
    all.push(done(Action::CreateTemporaryAccessPass, 2400).of_the_pass(None, None, Some(180)));
    assert!(closed(&all), "{}", open_doors(&snapshot, &all, at(2500)));
    let taken_back = [all.clone(), vec![done(Action::DeleteTemporaryAccessPass, 2401)]].concat();
    assert!(!closed(&taken_back), "registration asks for it no more");
    all.push(done(Action::UnblockSignIn, 2450));
    let doors = open_doors(&snapshot, &all, at(2500));
    assert!(doors.open().all(|door| door.given), "{doors}");
    all.push(done(Action::ChangePassword, 2460));
    assert!(!closed(&all), "whoever changed it may have been an attacker");
}
