mod playbooks;

use serde_json::json;
use time::OffsetDateTime;

use super::super::{Action, ActionDone, DoorKind, Touched, open_doors, source};
use super::{Advice, Incident, RegisteredBy, Task, advise};
use crate::model::{AccountSnapshot, DomainAuthentication, MethodList, Part, RoleHeld};

fn snapshot(more: &serde_json::Value) -> AccountSnapshot {
    let mut user = json!({ "id": "3b41c05e-73a1-43b7-86d7-ed8409f55900", "accountEnabled": true });
    user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let mut snapshot = AccountSnapshot::new(
        serde_json::from_value(user).unwrap(),
        OffsetDateTime::from_unix_timestamp(1_780_000_000).unwrap(),
    );
    let methods = json!([
        { "@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "id": "key" },
        { "@odata.type": "#microsoft.graph.phoneAuthenticationMethod", "id": "phone" },
    ]);
    snapshot.methods = Part::Collected(MethodList::new(serde_json::from_value(methods).unwrap()));
    snapshot.devices = Part::Collected(Vec::new());
    snapshot.domain = Part::Collected(DomainAuthentication::Managed);
    snapshot
}

fn incidents() -> [Incident; 10] {
    [
        Incident::AccountTakeover,
        Incident::Privileged,
        Incident::TokenTheft,
        Incident::SuspiciousMethod { suspects: vec!["key".parse().unwrap()], by: RegisteredBy::Unknown },
        Incident::LostDevice { device: None },
        Incident::HelpDeskTricked { since: OffsetDateTime::from_unix_timestamp(1_779_990_000).ok() },
        Incident::LostMethods { lost: Vec::new() },
        Incident::MaliciousConsent { grant: Some("grant".into()) },
        Incident::Lockdown,
        Incident::Recover,
    ]
}

fn actions(advice: &Advice) -> Vec<Action> {
    advice.steps.iter().flat_map(|step| step.actions.clone()).collect()
}

/// Returns whether these come in this order, with or without others between them.
fn in_order(advice: &Advice, wanted: &[&str]) -> bool {
    let mut titles = advice.steps.iter().map(|step| step.title.as_str());
    wanted.iter().all(|wanted| titles.any(|title| title.starts_with(wanted)))
}

#[test]
fn each_step_says_all_it_must() {
    for user in
        [json!({}), json!({ "onPremisesSyncEnabled": true }), json!({ "externalUserState": "Accepted" })]
    {
        let snapshot = snapshot(&user);
        for incident in incidents() {
            let advice = advise(incident, &snapshot);
            assert!(!advice.steps.is_empty(), "{advice}");
            for step in &advice.steps {
                let said = [step.reason, step.source.title, step.does_not, step.cost, step.when, &step.needs];
                assert!(said.iter().all(|text| !text.is_empty()), "{} of {advice}", step.title);
                assert!(
                    said.iter().all(|text| !text.contains("no page")),
                    "that would claim a search: {advice}"
                );
                assert!(step.operation.is_some() || step.elsewhere.is_some(), "{}", step.title);
                assert!(step.actions.is_empty() == step.task.is_some() && !step.title.is_empty());
                let ids = step.actions.iter().flat_map(|action| action.ids());
                assert!(ids.into_iter().all(|id| step.ids.contains(id)), "{}", step.title);
                assert!(step.operation.is_none() || !step.ids.is_empty(), "{}", step.title);
            }
        }
    }
}

#[test]
fn against_an_attacker_only_what_the_advice_opened_is_left() {
    for incident in incidents().into_iter().take(6) {
        let advice = advise(incident, &snapshot(&json!({})));
        let opened = |kind: &DoorKind| {
            matches!(
                kind,
                DoorKind::NewPassword { .. } | DoorKind::AccessPass { .. } | DoorKind::Registration
            )
        };
        assert!(advice.left_open.iter().all(|left| opened(&left.kind)), "{advice}");
        assert!(!advice.left_open.is_empty() && !advice.disagreements.is_empty());
        assert_eq!(
            actions(&advice).iter().filter(|action| **action == Action::RevokeSignInSessions).count(),
            2
        );
    }
}

#[test]
fn variants_come_from_the_snapshot() {
    let synced = advise(Incident::AccountTakeover, &snapshot(&json!({ "onPremisesSyncEnabled": true })));
    let steps = actions(&synced);
    assert!(steps.contains(&Action::BlockOnPremises) && steps.contains(&Action::ResetPasswordGraphAction));
    assert!(!steps.contains(&Action::ResetPasswordGraphProfile));
    let unblock: Vec<_> = synced.steps.iter().filter(|step| step.has(Action::UnblockSignIn)).collect();
    assert!(
        unblock.len() == 1
            && in_order(&synced, &["Enable the account in Active Directory", "Issue", "Allow"]),
        "{synced}"
    );
    assert!(synced.disagreements.iter().any(|disagreement| disagreement.about.contains("synced")));

    let mut federated = snapshot(&json!({}));
    federated.domain = Part::Collected(DomainAuthentication::Federated);
    assert!(
        actions(&advise(Incident::AccountTakeover, &federated)).contains(&Action::ResetPasswordOnPremises)
    );

    let guest = advise(Incident::AccountTakeover, &snapshot(&json!({ "externalUserState": "Accepted" })));
    let steps = actions(&guest);
    assert!(steps.contains(&Action::BlockInHomeTenant) && steps.contains(&Action::BlockSignIn));
    assert!(!steps.contains(&Action::UnblockSignIn) && !steps.contains(&Action::CreateTemporaryAccessPass));

    let mut privileged = snapshot(&json!({}));
    privileged.active_roles = Part::Collected(vec![RoleHeld::direct("id", "Global\u{202e} Administrator")]);
    let advice = advise(Incident::AccountTakeover, &privileged);
    assert_eq!(advice.privileged, Some(true));
    assert!(advice.steps.iter().any(|step| step.needs.contains("Privileged Authentication Administrator")));
    assert!(
        advice.notes.iter().any(|note| note.contains("Global")) && !advice.to_string().contains('\u{202e}')
    );
}

#[test]
fn of_an_unknown_kind_the_advice_says_so() {
    let advice = advise(Incident::AccountTakeover, &snapshot(&json!({ "creationType": "Teleported" })));
    assert_eq!(advice.account, crate::knowledge::AccountKind::Unknown);
    assert!(advice.notes.iter().any(|note| note.contains("not know")), "{advice}");
    assert!(actions(&advice).contains(&Action::RevokeSignInSessions));
}

#[test]
fn an_honest_user_with_a_new_phone_is_not_locked_out() {
    let mut snapshot_of_phone = snapshot(&json!({}));
    snapshot_of_phone.methods = Part::Collected(MethodList::new(
        serde_json::from_value(json!([
            { "@odata.type": "#microsoft.graph.phoneAuthenticationMethod", "id": "phone" },
        ]))
        .unwrap(),
    ));
    let lost = || Incident::LostMethods { lost: Vec::new() };
    let advice = advise(lost(), &snapshot_of_phone);
    assert!(
        in_order(&advice, &["Prove", "Weigh", "Issue a Temporary", "Require re-register", "Revoke", "Watch"]),
        "{advice}"
    );
    assert!(!actions(&advice).contains(&Action::BlockSignIn));
    assert!(advice.left_open.iter().any(|left| left.kind == DoorKind::Password), "{advice}");

    let blocks = [Action::BlockSignIn, Action::BlockOnPremises, Action::BlockInHomeTenant];
    for user in [json!({ "externalUserState": "Accepted" }), json!({ "onPremisesSyncEnabled": true })] {
        let advice = advise(lost(), &snapshot(&user));
        assert!(actions(&advice).iter().all(|action| !blocks.contains(action)), "{advice}");
        assert!(!advice.steps.is_empty());
        let disputed = |what| advice.disagreements.iter().any(|of| of.about.contains(what));
        assert!(!disputed("blocked"), "nobody is to be blocked: {advice}");
    }
}

#[test]
fn a_passkey_that_still_works_is_used_and_stays() {
    let advice =
        advise(Incident::LostMethods { lost: vec!["phone".parse().unwrap()] }, &snapshot(&json!({})));
    assert!(advice.steps.iter().any(|step| step.task == Some(Task::UseWorkingMethod)), "{advice}");
    assert!(!actions(&advice).contains(&Action::CreateTemporaryAccessPass), "no pass is needed: {advice}");
    let removed = advice.steps.iter().find(|step| step.has(Action::DeleteMethods)).unwrap();
    let Touched::Methods(methods) = &removed.target else { panic!("{removed:?}") };
    assert_eq!(methods.iter().map(|method| method.id.as_str()).collect::<Vec<_>>(), ["phone"]);

    // The passkey itself is lost: then a pass, before anything goes.
    let both = ["phone", "key"].map(|id| id.parse().unwrap()).to_vec();
    let advice = advise(Incident::LostMethods { lost: both }, &snapshot(&json!({})));
    assert!(in_order(&advice, &["Prove", "Issue a Temporary", "Delete methods", "Revoke"]), "{advice}");
}

#[test]
fn signs_that_an_attacker_calls_are_shown() {
    let mut snapshot = snapshot(&json!({ "lastPasswordChangeDateTime": "2026-05-20T00:00:00Z" }));
    snapshot.methods = Part::Collected(MethodList::new(
        serde_json::from_value(json!([
            { "@odata.type": "#microsoft.graph.phoneAuthenticationMethod", "id": "phone", "createdDateTime": "2026-05-27T00:00:00Z" },
            { "@odata.type": "#microsoft.graph.softwareOathAuthenticationMethod", "id": "app", "lastUsedDateTime": "2026-05-28T20:00:00Z" },
        ]))
        .unwrap(),
    ));
    let advice = advise(Incident::LostMethods { lost: Vec::new() }, &snapshot);
    let signs = advice.signs.join("\n");
    for sign in [
        "used on 2026-05-28T20:00:00Z",
        "registered lately: 2026-05-27",
        "password was set or reset lately: 2026-05-20",
        "new places",
        "user's risk",
    ] {
        assert!(signs.contains(sign), "{sign} in {signs}");
    }
    assert!(advise(Incident::AccountTakeover, &snapshot).signs.is_empty());
}

#[test]
fn one_order_everywhere() {
    let order = [
        "Keep the evidence",
        "Block sign-in and reset the password",
        "Revoke sessions",
        "Confirm the user compromised",
        "Disable a device",
        "Remove a directory role",
        "Delete a consent",
        "Disable inbox rules",
        "Delete methods",
        "Revoke sessions",
        "Prove who the user is",
        "Issue a Temporary Access Pass",
        "Dismiss the user's risk",
        "Allow sign-in again",
    ];
    for incident in [
        Incident::AccountTakeover,
        Incident::TokenTheft,
        Incident::SuspiciousMethod { suspects: Vec::new(), by: RegisteredBy::User },
        Incident::HelpDeskTricked { since: None },
    ] {
        let advice = advise(incident, &snapshot(&json!({})));
        assert!(in_order(&advice, &order), "{advice}");
    }
}

#[test]
fn suspects_and_who_registered_them_change_the_steps() {
    let of = |suspects: &[&str], by| {
        let suspects = suspects.iter().map(|id| id.parse().unwrap()).collect();
        advise(Incident::SuspiciousMethod { suspects, by }, &snapshot(&json!({})))
    };
    let without = of(&[], RegisteredBy::Unknown);
    let named = of(&["key"], RegisteredBy::Unknown);
    assert_eq!(named.steps.len(), without.steps.len() + 1);
    assert!(
        in_order(&named, &["Block sign-in and reset", "Revoke", "Delete methods", "Delete methods"]),
        "{named}"
    );
    assert!(named.notes.iter().any(|note| note.contains("initiatedBy")), "{named}");
    let by_application = of(&[], RegisteredBy::Application);
    assert!(actions(&by_application).contains(&Action::DisableApplication), "{by_application}");
    assert!(!actions(&without).contains(&Action::DisableApplication));
}

#[test]
fn a_hostile_application_is_disabled_first_and_once() {
    let advice = advise(Incident::MaliciousConsent { grant: None }, &snapshot(&json!({})));
    assert!(
        in_order(
            &advice,
            &[
                "Keep",
                "Disable an application",
                "Delete a consent",
                "Remove an application",
                "Look at what else",
                "Keep the user from",
                "Disable inbox",
                "Revoke"
            ]
        ),
        "{advice}"
    );
    assert_eq!(actions(&advice).iter().filter(|action| **action == Action::DisableApplication).count(), 1);
}

#[test]
fn a_tricked_help_desk_is_undone() {
    let since = OffsetDateTime::from_unix_timestamp(1_779_990_000).ok();
    let advice = advise(Incident::HelpDeskTricked { since }, &snapshot(&json!({})));
    assert!(
        in_order(
            &advice,
            &[
                "Keep",
                "Find what was done",
                "Tell the help desk",
                "Block",
                "Revoke",
                "Delete a Temporary",
                "Delete methods",
                "Look for other accounts",
                "Prove"
            ]
        ),
        "{advice}"
    );
    assert!(advice.notes.iter().any(|note| note.starts_with("since the call")), "{advice}");
}

#[test]
fn a_synced_account_is_locked_in_the_cloud_only_until_people_have_done_their_part() {
    let synced = snapshot(&json!({ "onPremisesSyncEnabled": true }));
    let advice = advise(Incident::AccountTakeover, &synced);
    assert!(
        in_order(&advice, &["Isolate", "Reset password (Graph", "Reset password (Active Directory"]),
        "{advice}"
    );
    assert!(advice.notes.iter().any(|note| note.contains("locked in the cloud only")), "{advice}");
    let by_hand: Vec<_> = advice.by_hand().flat_map(|step| step.actions.clone()).collect();
    for action in
        [Action::BlockOnPremises, Action::DisableComputerOnPremises, Action::ResetPasswordOnPremises]
    {
        assert!(by_hand.contains(&action), "{action}: {advice}");
    }
    assert!(advice.outside.iter().any(|outside| outside.place == "Active Directory"));

    // An administrator's password is not written back.
    let mut administrator = synced;
    administrator.active_roles = Part::Collected(vec![RoleHeld::direct("id", "Helpdesk Administrator")]);
    let steps = actions(&advise(Incident::AccountTakeover, &administrator));
    assert!(!steps.contains(&Action::ResetPasswordGraphAction), "{steps:?}");
    assert_eq!(steps.iter().filter(|action| **action == Action::ResetPasswordOnPremises).count(), 2);
}

#[test]
fn while_nobody_is_blocked_the_pass_comes_before_the_last_method_goes() {
    for incident in [
        Incident::LostDevice { device: None },
        Incident::LostMethods { lost: vec!["key".parse().unwrap(), "phone".parse().unwrap()] },
    ] {
        let snapshot = snapshot(&json!({}));
        let advice = advise(incident, &snapshot);
        assert!(in_order(&advice, &["Issue a Temporary", "Delete methods"]), "{advice}");
        // Told right after the methods went: registration is not simply open.
        let mut at = snapshot.taken_at;
        let mut done: Vec<ActionDone> = Vec::new();
        for step in &advice.steps {
            at += time::Duration::minutes(1);
            done.extend(step.done(at, crate::receipt::Grade::Confirmed).into_iter().map(|done| {
                match done.action {
                    Action::CreateTemporaryAccessPass => done.of_the_pass(None, None, Some(60)),
                    _ => done,
                }
            }));
        }
        let doors = open_doors(&snapshot, &done, at);
        let registration = doors.find(&DoorKind::Registration).unwrap();
        assert_eq!(registration.state.word(), "unknown", "{registration:?}");
    }
}

#[test]
fn a_hybrid_device_is_disabled_at_its_root_whatever_the_kind_of_account() {
    let steps = |trust: &str| {
        let mut account = snapshot(&json!({}));
        let device = json!({ "id": "00000000-0000-4000-8000-000000000001", "trustType": trust });
        account.devices = Part::Collected(vec![serde_json::from_value(device).unwrap()]);
        actions(&advise(Incident::AccountTakeover, &account))
    };
    let hybrid = steps("ServerAd");
    let place = |action| hybrid.iter().position(|one| *one == action);
    let computer = place(Action::DisableComputerOnPremises);
    assert!(computer.is_some() && computer < place(Action::DisableDevice), "{hybrid:?}");
    assert!(!steps("AzureAd").contains(&Action::DisableComputerOnPremises));
}

#[test]
fn the_places_outside_graph_name_who_closes_them() {
    let advice = advise(Incident::AccountTakeover, &snapshot(&json!({})));
    let exchange = advice.outside.iter().find(|outside| outside.place == "Exchange").unwrap();
    assert!(exchange.close.contains("Get-InboxRule -IncludeHidden"));
    assert!(advice.outside.iter().all(|outside| outside.place != "Active Directory"), "a cloud account");
    assert!(advice.steps.iter().any(|step| step.source == source::DEVICE_FAQ));
}

#[test]
fn no_step_is_void_for_its_kind_of_account() {
    let kinds = [
        json!({}),
        json!({ "onPremisesSyncEnabled": true }),
        json!({ "externalUserState": "Accepted" }),
        json!({ "creationType": "LocalAccount" }),
    ];
    for user in kinds {
        let snapshot = snapshot(&user);
        for incident in incidents() {
            let advice = advise(incident, &snapshot);
            for action in actions(&advice) {
                let reach = action.on_account(advice.account).weakest().effect;
                assert!(
                    !matches!(
                        reach,
                        crate::knowledge::Reach::NoEffectHere | crate::knowledge::Reach::Refused
                    ),
                    "{action} for {}: {advice}",
                    advice.account
                );
            }
        }
    }
}

#[test]
fn what_an_account_of_another_kind_needs_is_said() {
    let guest = json!({ "externalUserState": "Accepted" });
    let mut privileged = snapshot(&guest);
    privileged.active_roles = Part::Collected(vec![RoleHeld::direct("id", "Global Administrator")]);
    assert!(
        actions(&advise(Incident::AccountTakeover, &privileged)).contains(&Action::RemoveRole),
        "roles here are ours"
    );
    let consent = advise(Incident::MaliciousConsent { grant: None }, &snapshot(&guest));
    assert!(in_order(&consent, &["Keep", "Block sign-in", "Disable an application"]), "{consent}");

    let lost =
        advise(Incident::LostDevice { device: None }, &snapshot(&json!({ "onPremisesSyncEnabled": true })));
    assert!(in_order(&lost, &["Wipe", "Disable the computer account", "Disable a device"]), "{lost}");
    assert!(
        lost.notes.iter().all(|note| !note.contains("locked in the cloud only")),
        "nothing is locked: {lost}"
    );
    let planted =
        Incident::SuspiciousMethod { suspects: vec!["key".parse().unwrap()], by: RegisteredBy::Application };
    let planted = advise(planted, &snapshot(&json!({})));
    assert!(
        in_order(&planted, &["Revoke", "Disable an application", "Delete methods"]),
        "or it plants another: {planted}"
    );
    let synced = advise(Incident::AccountTakeover, &snapshot(&json!({ "onPremisesSyncEnabled": true })));
    let reset = synced.steps.iter().find(|step| step.has(Action::ResetPasswordGraphAction)).unwrap();
    assert!(reset.needs.starts_with("UserAuthenticationMethod.ReadWrite.All"), "{}", reset.needs);
}

#[test]
fn each_call_is_the_steps_operation_with_the_account_and_its_options() {
    let mut snapshot = snapshot(&json!({}));
    let lost = Incident::LostMethods { lost: vec!["key".parse().unwrap()] };
    let calls = |incident, snapshot: &AccountSnapshot| {
        let steps = advise(incident, snapshot).steps;
        let calls = steps.iter().flat_map(|step| {
            assert!(step.calls.iter().all(|call| step.operation == Some(call.spec().id)), "{}", step.title);
            step.calls.iter().map(|call| serde_json::to_value(call).unwrap())
        });
        calls.collect::<Vec<_>>()
    };
    let id = snapshot.user.id.to_string();
    for call in calls(Incident::TokenTheft, &snapshot) {
        assert_eq!(call["user"], json!(id), "by object id: {call}");
    }
    assert!(calls(Incident::TokenTheft, &snapshot).iter().any(|call| call["operation"] == "lock_out"));
    assert!(
        calls(Incident::TokenTheft, &snapshot).iter().any(|call| call["operation"] == "dismiss_user_risk")
    );
    let removal = |incident, snapshot: &AccountSnapshot| {
        calls(incident, snapshot).into_iter().find(|call| call["operation"] == "delete_methods").unwrap()
    };
    assert_eq!(removal(Incident::TokenTheft, &snapshot)["scope"], "all-removable");
    assert_eq!(removal(lost, &snapshot)["scope"], json!({ "ids": ["key"] }));
    // A pass that the snapshot shows is deleted by its id; without one there is nothing to call.
    let tricked = || Incident::HelpDeskTricked { since: None };
    let deletes = |call: &serde_json::Value| call["operation"] == "delete_temporary_access_pass";
    assert!(!calls(tricked(), &snapshot).iter().any(deletes));
    let pass =
        json!([{ "@odata.type": "#microsoft.graph.temporaryAccessPassAuthenticationMethod", "id": "p" }]);
    snapshot.methods = Part::Collected(MethodList::new(serde_json::from_value(pass).unwrap()));
    let found = calls(tricked(), &snapshot).into_iter().find(deletes).unwrap();
    assert_eq!(found["id"], "p");
    // A lost device that is named is disabled; which devices an attacker has, only the user knows.
    let disables = |call: &serde_json::Value| call["operation"] == "disable_device";
    let named = |device| calls(Incident::LostDevice { device }, &snapshot).into_iter().find(disables);
    let device = "00000000-0000-4000-8000-000000000001".parse().unwrap();
    let call = named(Some(device)).unwrap();
    assert_eq!((&call["device"], &call["user"]), (&json!(device), &json!(id)));
    assert!(named(None).is_none() && !calls(Incident::TokenTheft, &snapshot).iter().any(disables));
}

#[test]
fn the_operations_of_an_incident_are_those_of_its_steps_for_any_account() {
    let ids = |incident: Incident| incident.operations().iter().map(|spec| spec.id).collect::<Vec<_>>();
    let takeover = ids(Incident::AccountTakeover);
    for id in ["snapshot", "lock_out", "reset_password", "delete_methods", "disable_device"] {
        assert!(takeover.contains(&id), "{takeover:?}");
    }
    assert!(!ids(Incident::Lockdown).contains(&"delete_methods"));
}

#[test]
fn the_permissions_of_an_advice_are_those_of_its_calls_and_of_the_snapshot() {
    let set = advise(Incident::Lockdown, &snapshot(&json!({}))).permissions();
    assert!(["snapshot", "lock_out", "revoke_sign_in_sessions"].iter().all(|id| set.operations.contains(id)));
    assert!(!set.operations.contains(&"delete_methods"));
}
