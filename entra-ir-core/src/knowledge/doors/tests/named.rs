//! The doors that are easily overlooked: devices, registration, app passwords, and what no list shows.

use serde_json::json;

use super::super::super::{
    Action, ActionDone, DoorKind, DoorState, OpenDoors, TokenClass, Unseen, open_doors,
};
use super::{at, done, method, passkey, session, snapshot, snapshot_of, user, word};
use crate::model::{MethodKind, Part};

#[test]
fn a_sync_may_enable_a_hybrid_device_again() {
    let device = |trust| {
        let id = "00000000-0000-4000-8000-000000000001";
        serde_json::from_value(json!({ "id": id, "trustType": trust, "accountEnabled": true })).unwrap()
    };
    let id: crate::ids::ObjectId = "00000000-0000-4000-8000-000000000001".parse().unwrap();
    let kind = DoorKind::Session { class: TokenClass::OtherPrt, device: Some(id.to_string()) };
    let told = |trust, all: &[ActionDone], minute| {
        let mut snapshot = super::snapshot(Vec::new());
        snapshot.devices = Part::Collected(vec![device(trust)]);
        word(&open_doors(&snapshot, all, at(minute)), &kind)
    };
    let on_device = |action, minute| done(action, minute).of_device(id);
    let disabled = [on_device(Action::DisableDevice, 10)];
    assert_eq!(told("ServerAd", &disabled, 500), "unknown");
    assert_eq!((told("AzureAd", &disabled, 69), told("AzureAd", &disabled, 70)), ("closing", "closed"));

    let mut snapshot = super::snapshot(Vec::new());
    snapshot.devices = Part::Collected(vec![device("ServerAd")]);
    let doors = open_doors(&snapshot, &disabled, at(500));
    let hybrid = doors.find(&kind).unwrap();
    assert!(hybrid.why.contains("held until the next sync"), "{hybrid}");
    assert!(hybrid.closed_by.contains(&Action::DisableComputerOnPremises), "{hybrid}");
    assert!(!hybrid.closed_by.contains(&Action::DisableDevice), "{hybrid}");
    let doors = open_doors(&snapshot, &[on_device(Action::DisableComputerOnPremises, 10)], at(500));
    let rooted = doors.find(&kind).unwrap();
    assert!(rooted.closed_by.contains(&Action::DisableDevice), "no sync undoes it any more: {rooted}");
    let again = |minute| [disabled[0].clone(), on_device(Action::EnableDevice, minute)];
    assert_eq!(told("AzureAd", &again(200), 500), "closed", "what was ended stays void");
    assert_eq!(told("AzureAd", &again(40), 500), "open", "before it took effect");
    let other =
        done(Action::EnableDevice, 40).of_device("00000000-0000-4000-8000-000000000002".parse().unwrap());
    assert_eq!(told("AzureAd", &[disabled[0].clone(), other], 500), "closed", "another device");

    let deleted = [on_device(Action::DeleteDevice, 10)];
    assert_eq!(told("ServerAd", &deleted, 500), "unknown", "a sync brings it back");
    assert_eq!(told("AzureAd", &deleted, 70), "held", "it can be restored");
    assert_eq!(told("AzureAd", &deleted, 31 * 24 * 60), "held", "it may have been restored meanwhile");

    let rooted = [on_device(Action::DisableComputerOnPremises, 5), on_device(Action::DisableDevice, 10)];
    assert_eq!(told("ServerAd", &rooted, 70), "closed");
    assert_eq!(told("ServerAd", &rooted[..1], 500), "unknown", "when the sync ran is unknown");
    let the_other_way =
        [on_device(Action::DisableDevice, 5), on_device(Action::DisableComputerOnPremises, 10)];
    assert_eq!(told("ServerAd", &the_other_way, 500), "unknown", "a sync in between took it back");
}

#[test]
fn a_deleted_device_stays_a_door_when_no_list_shows_it() {
    let id: crate::ids::ObjectId = "00000000-0000-4000-8000-000000000001".parse().unwrap();
    let deleted = done(Action::DeleteDevice, -60).of_device(id);
    let doors = open_doors(&snapshot(Vec::new()), &[deleted], at(500));
    let kind = DoorKind::Session { class: TokenClass::OtherPrt, device: Some(id.to_string()) };
    assert_eq!(word(&doors, &kind), "unknown");
}

#[test]
fn no_device_stands_for_a_token_on_an_unregistered_device() {
    let kind = |class| DoorKind::Session { class, device: None };
    let id = "00000000-0000-4000-8000-000000000001".parse().unwrap();
    let all = [done(Action::ResetPasswordGraphProfile, 10), done(Action::DisableDevice, 10).of_device(id)];
    let doors = open_doors(&snapshot(Vec::new()), &all, at(500));
    assert_eq!(word(&doors, &kind(TokenClass::PasswordPrt)), "closed", "by the reset");
    let other = doors.find(&kind(TokenClass::OtherPrt)).unwrap();
    assert_eq!(other.state, DoorState::Open, "{other}");
    assert!(other.closed_by.iter().all(|action| !action.is_about_a_device()), "{other}");
    assert!(other.out_of_sight, "no list shows it");
    let revoked = open_doors(&snapshot(Vec::new()), &[done(Action::RevokeSignInSessions, 10)], at(500));
    assert_eq!(word(&revoked, &kind(TokenClass::OtherPrt)), "unknown", "the pages do not agree");
}

#[test]
fn the_key_of_windows_hello_may_be_held_by_its_device() {
    let snapshot = snapshot(vec![method("windowsHelloForBusiness", "hello", &json!({}))]);
    let kind = DoorKind::Method { method: MethodKind::WindowsHello, id: "hello".parse().unwrap() };
    let id = "00000000-0000-4000-8000-000000000001".parse().unwrap();
    let doors = open_doors(&snapshot, &[done(Action::DisableDevice, 10).of_device(id)], at(500));
    let door = doors.find(&kind).unwrap();
    assert_eq!(door.state, DoorState::Open, "it may be on another one: {door}");
    assert!(door.why.contains("which device"), "{door}");
}

#[test]
fn removing_the_last_method_opens_registration() {
    let phone = || method("phone", "phone", &json!({}));
    let told = |methods, all: &[ActionDone], minute| open_doors(&snapshot(methods), all, at(minute));
    let state = |doors: &OpenDoors| doors.find(&DoorKind::Registration).map(|door| door.state.word());
    assert_eq!(state(&told(vec![phone()], &[], 0)), None, "registration asks for the phone");
    assert_eq!(state(&told(Vec::new(), &[], 0)), Some("open"), "nothing was there");
    for remove in
        [done(Action::RequireMfaReregistration, 10), done(Action::DeleteMethods, 10).of_all_methods()]
    {
        let doors = told(vec![phone()], std::slice::from_ref(&remove), 11);
        assert_eq!(state(&doors), Some("open"), "{doors}");
        let door = doors.find(&DoorKind::Registration).unwrap();
        assert!(door.closed_by.contains(&Action::GuardRegistration), "{door}");
        assert!(
            !door.closed_by.contains(&Action::CreateTemporaryAccessPass),
            "a pass makes it unknown: {door}"
        );
        // A passkey survives the button, and registration asks for it.
        let left = state(&told(vec![phone(), passkey()], std::slice::from_ref(&remove), 30));
        assert_eq!(left.is_none(), remove.action == Action::RequireMfaReregistration);

        // Every method takes the pass as well; the button leaves it.
        let takes_the_pass = remove.action == Action::DeleteMethods;
        let issued = |minute, begins| {
            done(Action::CreateTemporaryAccessPass, minute).of_the_pass(None, begins, Some(60))
        };
        let before = [issued(5, None), remove.clone()];
        let expected = if takes_the_pass { "open" } else { "unknown" };
        assert_eq!(state(&told(vec![phone()], &before, 30)), Some(expected), "until the pass is used");
        assert_eq!(state(&told(vec![phone()], &before, 65)), Some("open"), "the pass is over");
        let after = [remove.clone(), issued(15, None)];
        assert_eq!(state(&told(vec![phone()], &after, 30)), Some("unknown"));
        let not_yet = [remove.clone(), issued(15, Some(at(120)))];
        assert_eq!(state(&told(vec![phone()], &not_yet, 30)), Some("open"), "it does not work yet");
        assert_eq!(state(&told(vec![phone()], &not_yet, 130)), Some("unknown"));

        let blocked = [done(Action::BlockSignIn, 1), remove.clone()];
        let doors = told(vec![phone()], &blocked, 30);
        assert_eq!(state(&doors), Some("held"), "{doors}");
        assert!(
            !doors.next.iter().any(|next| next.action == Action::CreateTemporaryAccessPass),
            "a pass waits for the proof of identity: {doors}"
        );
        let door = doors.find(&DoorKind::Registration).unwrap();
        assert_eq!(door.why.matches("works again").count(), 1, "{door}");
        assert_eq!(state(doors.if_unblocked()), Some("open"));
        let guarded = [done(Action::GuardRegistration, 1), remove];
        assert_eq!(state(&told(vec![phone()], &guarded, 500)), Some("unknown"), "for whom is unknown");
    }
    let guest = snapshot_of(user(&json!({ "externalUserState": "Accepted" })), Vec::new());
    assert_eq!(state(&open_doors(&guest, &[], at(0))), Some("unknown"));
    let mut unread = snapshot(Vec::new());
    unread.methods = Part::Unread;
    assert_eq!(state(&open_doors(&unread, &[], at(0))), Some("unknown"));
}

#[test]
fn app_passwords_go_on_where_per_user_mfa_is_enforced() {
    let kind = DoorKind::Session { class: TokenClass::AppPassword, device: None };
    let mut snapshot = snapshot(Vec::new());
    let all = [done(Action::ResetPasswordGraphProfile, 10), done(Action::RevokeSignInSessions, 10)];
    assert_eq!(word(&open_doors(&snapshot, &all, at(500)), &kind), "unknown");
    snapshot.per_user_mfa = Part::Collected(crate::model::PerUserMfaState::Enforced);
    let doors = open_doors(&snapshot, &all, at(500));
    let door = doors.find(&kind).unwrap();
    assert_eq!(door.state, DoorState::Open, "{door}");
    for closer in [Action::DeleteAppPasswords, Action::BlockLegacyAuthentication] {
        assert!(door.closed_by.contains(&closer), "{closer}: {door}");
    }
}

#[test]
fn doors_that_no_list_shows_are_named() {
    let doors = open_doors(&snapshot(Vec::new()), &[], at(0));
    for what in [Unseen::Certificates, Unseen::SecurityQuestions, Unseen::AccountRecovery] {
        let door = doors.find(&DoorKind::Unseen { what }).unwrap();
        assert!(door.out_of_sight && door.place.is_some(), "{door}");
    }
    let bound = |user: serde_json::Value| {
        let doors = open_doors(&snapshot_of(self::user(&user), Vec::new()), &[], at(0));
        doors.find(&DoorKind::Unseen { what: Unseen::Certificates }).unwrap().closed_by.clone()
    };
    assert_eq!(bound(json!({})), [Action::ClearCertificateBindings]);
    assert!(bound(json!({ "onPremisesSyncEnabled": true })).is_empty(), "the bindings come by sync");
    let synced =
        open_doors(&snapshot_of(user(&json!({ "onPremisesSyncEnabled": true })), Vec::new()), &[], at(0));
    let others = synced.find(&DoorKind::Unseen { what: Unseen::OtherDevices }).unwrap();
    assert!(others.why.contains("no owner"), "{others}");
}

#[test]
fn a_synced_administrators_password_is_not_written_back() {
    let mut snapshot = snapshot_of(user(&json!({ "onPremisesSyncEnabled": true })), Vec::new());
    snapshot.active_roles =
        Part::Collected(vec![crate::model::RoleHeld::direct("id", "Helpdesk Administrator")]);
    let reset = [done(Action::ResetPasswordGraphAction, 10)];
    let doors = open_doors(&snapshot, &reset, at(500));
    assert_eq!(word(&doors, &DoorKind::Password), "unknown");
    assert!(doors.notes.iter().any(|note| note.contains("not written back")), "{doors}");
}

#[test]
fn a_customers_sessions_are_not_said_to_be_ended() {
    let customer = snapshot_of(user(&json!({ "creationType": "LocalAccount" })), Vec::new());
    let doors = open_doors(&customer, &[done(Action::RevokeSignInSessions, 10)], at(500));
    assert_eq!(session(&doors, TokenClass::OtherRefreshToken), DoorState::Open, "{doors}");
}

#[test]
fn an_attackers_pass_is_not_the_rightful_users() {
    let issued = done(Action::CreateTemporaryAccessPass, -60).of_the_pass(None, None, Some(480));
    let kind = DoorKind::AccessPass { issued_at: at(-60) };
    let doors = open_doors(&snapshot(Vec::new()), std::slice::from_ref(&issued), at(0));
    assert!(!doors.find(&kind).unwrap().given, "nobody contained anything before it");
    let contained = [done(Action::BlockSignIn, -90), issued];
    assert!(open_doors(&snapshot(Vec::new()), &contained, at(0)).find(&kind).unwrap().given);
}

#[test]
fn a_password_of_the_minutes_after_the_reset_may_be_somebody_elses() {
    let told = |after: i64| {
        let changed = at(10) + time::Duration::seconds(after);
        let moment = changed.format(&time::format_description::well_known::Rfc3339).unwrap();
        let user = user(&json!({ "lastPasswordChangeDateTime": moment }));
        let mut snapshot = snapshot_of(user, Vec::new());
        snapshot.taken_at = at(70);
        let doors = open_doors(&snapshot, &[done(Action::ResetPasswordGraphProfile, 10)], at(80));
        doors.find(&DoorKind::NewPassword { set_at: changed }).map(|door| door.state.word())
    };
    assert_eq!((told(3), told(240), told(600)), (None, Some("unknown"), Some("open")));
}

#[test]
fn sessions_since_are_not_closed_by_a_list_that_was_not_whole() {
    let all = [
        done(Action::BlockSignIn, 1),
        done(Action::ResetPasswordGraphProfile, 10),
        done(Action::RevokeSignInSessions, 30),
        done(Action::UnblockSignIn, 200),
    ];
    let mut snapshot = snapshot(Vec::new());
    assert_eq!(word(&open_doors(&snapshot, &all, at(500)), &DoorKind::SessionsSince), "closed");
    let Part::Collected(list) = &mut snapshot.methods else { panic!("collected") };
    list.beta_unread = Some("denied".into());
    assert_eq!(word(&open_doors(&snapshot, &all, at(500)), &DoorKind::SessionsSince), "unknown");
}

#[test]
fn a_block_that_a_later_snapshot_does_not_show_is_not_sure() {
    let kind = DoorKind::Session { class: TokenClass::OtherCookie, device: None };
    let accepted = ActionDone::new(Action::BlockSignIn, at(-4), crate::receipt::Grade::Accepted);
    let enabled = snapshot(Vec::new());
    assert_eq!(word(&open_doors(&enabled, &[accepted], at(200)), &kind), "unknown");
    assert_eq!(
        word(&open_doors(&enabled, &[done(Action::BlockSignIn, -4)], at(200)), &kind),
        "held",
        "it was read back"
    );
}

#[test]
fn what_was_not_read_is_told_as_such() {
    let mut unread = snapshot_of(user(&json!({ "onPremisesSyncEnabled": true })), Vec::new());
    unread.domain = Part::Unread;
    let doors = open_doors(&unread, &[done(Action::ResetPasswordGraphAction, 10)], at(500));
    assert_eq!(word(&doors, &DoorKind::Password), "unknown", "whether it is an administrator was not read");
    for what in [Unseen::IdentityProvider, Unseen::OwnedApplications] {
        assert_eq!(word(&doors, &DoorKind::Unseen { what }), "unknown");
    }
}
