//! Snapshots of users: their time, their requests, and the state of each part.

use std::collections::BTreeSet;
use std::time::Duration;

use entra_ir_core::model::{
    AccountSnapshot, DeviceTrust, DomainAuthentication, Part, PerUserMfaState, PreferredMethod, RiskLevel,
    RiskState, RoleVia, Verdict,
};
use entra_ir_core::simulator::{Fault, NewDevice, NewGroup, NewUser, Role, SimulatedCaller};
use entra_ir_core::{Client, Cloud, SimulatedTenant};
use entra_ir_tests::{client_of, client_of_faulty, shared};
use serde_json::Value;
use tokio::time::Instant;

const ADELE: &str = "adele@contoso.example";

/// The interval between two requests to Identity Protection.
const INTERVAL: Duration = Duration::from_secs(2);

fn client(tenant: &SimulatedTenant) -> Client {
    client_of(tenant).build().unwrap()
}

fn state_of<'a>(snapshot: &'a AccountSnapshot, part: &str) -> (&'a str, &'a str) {
    let found = snapshot.parts().into_iter().find(|(name, ..)| *name == part).unwrap();
    (found.1, found.2.unwrap_or_default())
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_takes_no_more_than_three_round_trips() {
    let tenant = SimulatedTenant::contoso();
    let gone = tenant.add_group(NewGroup::named("gone"));
    tenant.set_latency(Duration::from_millis(50));
    let client = client(&tenant);
    for user in tenant.users() {
        for name in [user.user_principal_name.clone(), user.id.to_string()] {
            tenant.clear_exchanges();
            let begun = Instant::now();
            let snapshot = client.snapshot(&name).await.unwrap();
            let took = begun.elapsed();
            println!("{name}: {} requests, {} ms", snapshot.requests, took.as_millis());
            // A history waits for the next turn at Identity Protection.
            let has_history = snapshot.risk_history.collected().is_some_and(|history| !history.is_empty());
            let turns = u32::from(has_history);
            assert!(took <= Duration::from_millis(150) + INTERVAL * turns, "{name}: {took:?}");
            assert_eq!(snapshot.requests as usize, tenant.exchanges().len());
            tokio::time::advance(INTERVAL).await;
        }
    }
    let target = entra_ir_core::model::PolicyTarget::Group(gone);
    tenant.set_methods_policy([entra_ir_core::simulator::MethodConfiguration::new("Sms").include(target)]);
    tenant.delete_group(gone);
    let begun = Instant::now();
    let elena = "elena@contoso.example";
    let snapshot = client_of_faulty(&tenant).build().unwrap().snapshot(elena).await.unwrap();
    assert!(begun.elapsed() <= Duration::from_millis(150));
    let policy = snapshot.policy.collected().unwrap();
    assert_eq!(policy.method("Sms").unwrap().verdict, Verdict::Unknown);
}

#[tokio::test(start_paused = true)]
async fn everything_is_in_it() {
    let tenant = SimulatedTenant::contoso();
    tenant.set_per_user_mfa(ADELE, PerUserMfaState::Enforced);
    let begun = tenant.now();
    let snapshot = client(&tenant).snapshot(ADELE).await.unwrap();
    assert!(snapshot.parts().iter().all(|part| part.1 == "collected"), "{:?}", snapshot.parts());
    assert_eq!(snapshot.taken_at, begun);
    assert_eq!(snapshot.cloud, Cloud::Global);
    assert_eq!(snapshot.domain, Part::Collected(DomainAuthentication::Managed));
    assert_eq!(snapshot.methods.collected().unwrap().methods.len(), 6);
    let default = snapshot.default_method.collected().unwrap();
    assert_eq!(default.default_method, Some(PreferredMethod::Push));
    assert_eq!(snapshot.per_user_mfa, Part::Collected(PerUserMfaState::Enforced));
    assert_eq!(snapshot.is_privileged(), Some(false));
    let devices = snapshot.devices.collected().unwrap();
    let trusts: Vec<_> = devices.iter().map(|device| device.trust_type.clone().unwrap()).collect();
    assert_eq!(trusts, [DeviceTrust::Hybrid, DeviceTrust::Registered]);
    assert!(devices.iter().all(|device| device.is_owned && device.is_registered && device.id.is_some()));
    let risk = snapshot.risk.collected().unwrap().as_ref().unwrap();
    assert_eq!(risk.level, Some(RiskLevel::High));
    let json = serde_json::to_value(&snapshot).unwrap();
    assert_eq!(json["policy"]["value"]["methods"][0]["verdict"], "allowed");
    assert_eq!(json["methods"]["state"], "collected");
}

#[tokio::test(start_paused = true)]
async fn roles_come_directly_through_groups_or_not_yet() {
    let tenant = SimulatedTenant::contoso();
    let client = client(&tenant);

    let elena = client.snapshot("elena@contoso.example").await.unwrap();
    let held = elena.active_roles.collected().unwrap();
    assert_eq!(held[0].role_definition_id.as_deref(), Some(Role::GlobalAdministrator.template_id()));
    assert_eq!((held[0].name.as_deref(), &held[0].via), (Some("Global Administrator"), &RoleVia::Direct));
    assert_eq!((held[0].directory_scope.as_deref(), elena.is_privileged()), (Some("/"), Some(true)));

    let jack = client.snapshot("jack@contoso.example").await.unwrap();
    let eligible = jack.eligible_roles.collected().unwrap();
    assert_eq!((eligible.len(), eligible[0].name.as_deref()), (1, Some("Global Administrator")));
    assert!(eligible[0].ends.is_some_and(|end| end > tenant.now()));
    assert!(jack.active_roles.collected().unwrap().is_empty() && jack.is_privileged() == Some(true));

    let nadia = client.snapshot("nadia@contoso.example").await.unwrap();
    let group = &nadia.role_groups.collected().unwrap()[0];
    assert_eq!(group.display_name.as_deref(), Some("Helpdesk"));
    for roles in [&nadia.active_roles, &nadia.eligible_roles] {
        assert_eq!(roles.collected().unwrap()[0].via, RoleVia::Group { id: Some(group.id) });
    }
    let devices = nadia.devices.collected().unwrap();
    assert_eq!(devices.iter().filter(|device| device.is_owned).count(), 1);

    let frank = client.snapshot("frank@contoso.example").await.unwrap();
    assert!(frank.active_roles.collected().unwrap().is_empty());
    assert_eq!(frank.is_privileged(), Some(true), "a role-assignable group without a role is enough");

    let liam = client.snapshot("liam@contoso.example").await.unwrap();
    assert_eq!(liam.devices.collected().unwrap()[0].account_enabled, Some(false));
    assert_eq!(elena.risk.collected(), Some(&None), "never risky");
    let diego = client.snapshot("diego@federated.example").await.unwrap();
    assert_eq!(diego.domain, Part::Collected(DomainAuthentication::Federated));
}

#[tokio::test(start_paused = true)]
async fn what_is_denied_is_named_with_its_permission() {
    let tenant = SimulatedTenant::contoso();
    tenant.set_caller(SimulatedCaller::app_only().with_permissions(["User.Read.All"]));
    let snapshot = client(&tenant).snapshot(ADELE).await.unwrap();
    assert_eq!(snapshot.user.account_enabled, Some(true));
    for (part, permission) in [
        ("domain", "Domain.Read.All"),
        ("methods", "UserAuthenticationMethod.Read.All"),
        ("default_method", "UserAuthenticationMethod.Read.All"),
        ("per_user_mfa", "Policy.Read.All"),
        ("policy", "Policy.Read.AuthenticationMethod"),
        ("active_roles", "RoleManagement.Read.Directory"),
        ("eligible_roles", "RoleEligibilitySchedule.Read.Directory"),
        ("role_groups", "GroupMember.Read.All"),
        ("risk", "IdentityRiskyUser.Read.All"),
    ] {
        let (state, reason) = state_of(&snapshot, part);
        assert_eq!(state, "denied", "{part}: {reason}");
        assert!(reason.contains(permission), "{part}: {reason}");
    }
    assert_eq!(snapshot.devices.state(), "collected");
    assert_eq!(snapshot.is_privileged(), None);

    let helpdesk = SimulatedCaller::delegated("responder@contoso.example", [Role::HelpdeskAdministrator]);
    tenant.set_caller(helpdesk);
    let snapshot = client(&tenant).snapshot(ADELE).await.unwrap();
    let (state, reason) = state_of(&snapshot, "methods");
    assert!(state == "denied" && reason.contains("Authentication Administrator"), "{reason}");
}

#[tokio::test(start_paused = true)]
async fn only_the_user_itself_is_indispensable() {
    let tenant = SimulatedTenant::contoso();
    let error = client(&tenant).snapshot("nobody@contoso.example").await.unwrap_err();
    assert_eq!(error.as_graph().unwrap().status, 404);

    for path in ["/registeredDevices", "/roleAssignments", "/riskyUsers", "/domains", "/transitiveMemberOf"] {
        tenant.clear_faults();
        tenant.clear_exchanges();
        tenant.inject(Fault::status(500).on_path(path).always());
        let snapshot = client_of_faulty(&tenant).build().unwrap().snapshot(ADELE).await.unwrap();
        let failed: Vec<_> = snapshot.parts().into_iter().filter(|part| part.1 != "collected").collect();
        // The history is not asked for where the risk cannot be read.
        let expected = if path == "/riskyUsers" { 2 } else { 1 };
        assert!(
            failed.len() == expected && failed.iter().all(|part| part.1 == "failed"),
            "{path}: {failed:?}"
        );
        assert_eq!(snapshot.requests as usize, tenant.exchanges().len(), "repeated ones are counted");
    }
    tenant.clear_faults();
    tenant.inject(Fault::status(403).on_path("/users/adele@contoso.example?").always());
    let error = client_of_faulty(&tenant).build().unwrap().snapshot(ADELE).await.unwrap_err();
    assert!(error.to_string().contains("User.Read.All"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn what_a_cloud_lacks_is_not_asked_for() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).cloud(Cloud::China).build().unwrap();
    let snapshot = client.snapshot(ADELE).await.unwrap();
    let lacking: BTreeSet<_> = snapshot
        .parts()
        .into_iter()
        .filter(|part| part.1 == "not-in-this-cloud")
        .map(|part| part.0)
        .collect();
    assert_eq!(lacking, BTreeSet::from(["policy", "risk", "risk_history"]));
    assert!(snapshot.methods.collected().unwrap().partial);
    let sent = tenant.exchanges();
    assert!(
        sent.iter().all(|one| ["/policies/", "riskyUsers"]
            .iter()
            .all(|lacking| !one.uri().path().contains(lacking)))
    );
}

#[tokio::test(start_paused = true)]
async fn pages_are_followed_to_the_end() {
    let tenant = SimulatedTenant::empty();
    let mut user =
        NewUser::cloud(ADELE).role(Role::ReportsReader).role(Role::GuestInviter).eligible(Role::Other);
    for number in 0..5 {
        user = user.device(NewDevice::registered(&format!("phone {number}"), "Android"));
    }
    tenant.add_user(user);
    for number in 0..5 {
        tenant.add_group(
            NewGroup::named(&format!("group {number}")).member(ADELE).role(Role::DirectoryReaders),
        );
    }
    tenant.set_page_size(2);
    let snapshot = client(&tenant).snapshot(ADELE).await.unwrap();
    assert_eq!(snapshot.devices.collected().unwrap().len(), 5);
    assert_eq!(snapshot.role_groups.collected().unwrap().len(), 5);
    assert_eq!(snapshot.active_roles.collected().unwrap().len(), 7);
    assert_eq!(snapshot.eligible_roles.collected().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_history_of_a_risk_shows_who_set_it() {
    let tenant = SimulatedTenant::contoso();
    let client = client(&tenant);
    let before = client.snapshot(ADELE).await.unwrap();
    client.confirm_user_compromised(ADELE).await.unwrap();
    let after = client.snapshot(ADELE).await.unwrap();
    let history = after.risk_history.collected().unwrap();
    let responder = tenant.user("responder@contoso.example").unwrap().id.to_string();
    let told: Vec<_> =
        history.iter().map(|event| (event.state.clone(), event.initiated_by.clone())).collect();
    let expected =
        [(Some(RiskState::ConfirmedCompromised), Some(responder)), (Some(RiskState::AtRisk), None)];
    assert_eq!(told, expected);
    let diff = after.diff(&before);
    let added: Vec<_> = diff.of_part("risk_history").map(|change| change.what.as_str()).collect();
    assert_eq!(added, ["change of risk to confirmedCompromised"]);

    tenant.clear_exchanges();
    let never = client.snapshot("elena@contoso.example").await.unwrap();
    assert_eq!(never.risk_history, Part::Collected(Vec::new()), "who never was risky has none");
    assert!(!tenant.exchanges().iter().any(|one| one.uri().path().ends_with("/history")));
}

#[tokio::test(start_paused = true)]
async fn the_risk_can_be_left_out() {
    let tenant = SimulatedTenant::contoso();
    let snapshot = client(&tenant).snapshot(ADELE).without_risk().await.unwrap();
    assert_eq!(state_of(&snapshot, "risk").0, "unread");
    assert_eq!(state_of(&snapshot, "risk_history").0, "unread");
    assert!(tenant.exchanges().iter().all(|one| !one.uri().path().contains("riskyUsers")));
}

#[tokio::test(start_paused = true)]
async fn recorded_answers_are_read_and_lose_nothing() {
    let Some(folder) = shared("recorded-cases") else { return };
    let text = std::fs::read_to_string(folder.join("cases.jsonl")).unwrap();
    let cases: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let tenant = SimulatedTenant::contoso();
    let answer = |path: &str, name: &str| {
        let case = cases.iter().find(|case| case["name"] == name).unwrap();
        let mut body = case["response"]["body"].clone();
        // The answer to a question about one account is about that account.
        if name.contains("risky") {
            body["value"][0]["id"] = tenant.user(ADELE).unwrap().id.to_string().into();
        }
        for row in body["value"].as_array_mut().into_iter().flatten().filter(|_| name.contains("role")) {
            row["principalId"] = tenant.user(ADELE).unwrap().id.to_string().into();
        }
        let body = body.to_string();
        tenant.inject(Fault::status(200).body("application/json", &body).on_path(path));
    };
    answer("/registeredDevices", "doc-registered-devices");
    answer("/ownedDevices", "doc-owned-devices");
    answer("/roleAssignments", "doc-role-assignments");
    answer("/riskyUsers", "doc-risky-user-get");
    answer("/signInPreferences", "ref-sign-in-preferences");
    let snapshot = client_of_faulty(&tenant).build().unwrap().snapshot(ADELE).await.unwrap();
    assert_eq!(snapshot.devices.collected().unwrap().len(), 2, "without a usable id none is the other");
    let roles = snapshot.active_roles.collected().unwrap();
    assert_eq!((roles.len(), roles[0].directory_scope.as_deref()), (2, Some("/")));
    let risk = snapshot.risk.collected().unwrap().as_ref().unwrap();
    assert_eq!(risk.level, Some(RiskLevel::Other("String".into())));
    assert_eq!(snapshot.default_method.collected().unwrap().system_preferred, Some(false));
}
