//! What the authentication methods policy means for a user, with and without failures.

use entra_ir_core::model::{
    CampaignState, MethodKind, MethodSettings, MigrationState, PolicyTarget, Verdict,
};
use entra_ir_core::simulator::{Fault, MethodConfiguration, NewGroup, NewMethod, NewUser, SimulatedCaller};
use entra_ir_core::{Client, Guard, ObjectId, ScriptedResponse, ScriptedTransport, SimulatedTenant, UserRef};
use entra_ir_tests::{Judge, client_of, client_of_faulty, client_over, shared};
use http::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

const ADELE: &str = "adele@contoso.example";

fn group(number: usize) -> PolicyTarget {
    PolicyTarget::Group(id(number))
}

fn id(number: usize) -> ObjectId {
    ObjectId::new(Uuid::from_u128(0xbead_0000_0000_4000_8000_0000_0000_0000 + number as u128))
}

fn client(tenant: &SimulatedTenant) -> Client {
    client_of(tenant).build().unwrap()
}

/// Contoso with groups that hold adele if their number is even, and passkeys for all of them.
fn with_groups(count: usize) -> SimulatedTenant {
    let tenant = SimulatedTenant::contoso();
    let mut method = MethodConfiguration::new("Fido2");
    for number in 0..count {
        let new = NewGroup::named(&format!("group {number}")).id(id(number));
        tenant.add_group(if number % 2 == 0 { new.member(ADELE) } else { new });
        method = method.include(group(number));
    }
    tenant.set_methods_policy([method.clone(), MethodConfiguration::new("Sms").include(group(0)).disabled()]);
    tenant.set_registration_campaign(CampaignState::Disabled, [group(999)], []);
    tenant
}

fn questions(tenant: &SimulatedTenant) -> usize {
    tenant.exchanges().iter().filter(|exchange| exchange.uri().path().contains("checkMemberGroups")).count()
}

#[tokio::test(start_paused = true)]
async fn only_the_groups_that_matter_are_asked_about_twenty_at_a_time() {
    for (groups, calls) in [(0, 0), (1, 1), (20, 1), (21, 2), (400, 20)] {
        let tenant = with_groups(groups);
        tenant.set_latency(Duration::from_millis(50));
        let begun = Instant::now();
        let policy = client(&tenant).effective_methods_policy(ADELE).await.unwrap();
        // Whether the disabled method is closed to the user depends on roles: two rounds more.
        assert!(begun.elapsed() <= Duration::from_millis(200), "all at once");
        assert_eq!(questions(&tenant), calls, "{groups}");
        let fido2 = policy.method("fido2").unwrap();
        assert_eq!(fido2.included_by.len(), groups.div_ceil(2), "{groups}");
        assert_eq!(fido2.verdict == Verdict::Allowed, groups > 0);
        assert!(policy.undecided.is_empty() && !policy.lower_bound);
    }
    let tenant = SimulatedTenant::contoso();
    let all = MethodConfiguration::for_all("Fido2").exclude(PolicyTarget::User(id(1)));
    tenant.set_methods_policy([all]);
    client(&tenant).effective_methods_policy(ADELE).await.unwrap();
    assert_eq!(questions(&tenant), 0, "nobody needs to be asked");
}

#[tokio::test(start_paused = true)]
async fn a_group_that_is_gone_leaves_unknown_what_depends_on_it_and_nothing_else() {
    let tenant = with_groups(20);
    tenant.set_methods_policy([
        MethodConfiguration::new("Fido2").include(group(1)).include(group(3)),
        MethodConfiguration::new("Sms").include(group(2)),
        MethodConfiguration::new("Email").include(group(2)).exclude(group(3)),
        MethodConfiguration::new("Voice").include(group(1)),
    ]);
    tenant.delete_group(id(3));
    let policy = client_of_faulty(&tenant).build().unwrap().effective_methods_policy(ADELE).await.unwrap();
    let verdict = |method: &str| policy.method(method).unwrap().verdict;
    assert_eq!(verdict("Fido2"), Verdict::Unknown);
    assert_eq!(verdict("Sms"), Verdict::Allowed);
    assert_eq!(verdict("Email"), Verdict::Unknown, "the group could have excluded the user");
    assert_eq!(verdict("Voice"), Verdict::NotAllowed);
    assert_eq!(policy.undecided, [group(3)]);
    assert!(policy.undecided_reason.as_deref().is_some_and(|reason| reason.contains("does not exist")));
    assert!(policy.method("Fido2").unwrap().because().contains(&id(3).to_string()));

    tenant.set_refuses_unknown_groups(false);
    let policy = client(&tenant).effective_methods_policy(ADELE).await.unwrap();
    assert!(policy.undecided.is_empty(), "the service knows that nobody is in it");
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_read_is_said_by_name() {
    let tenant = with_groups(1);
    for (permissions, missing) in [
        (vec!["User.Read.All", "GroupMember.Read.All"], Some("Policy.Read.AuthenticationMethod")),
        (vec!["User.Read.All", "Policy.Read.All"], Some("GroupMember.Read.All")),
        (vec!["User.Read.All", "Policy.Read.All", "GroupMember.Read.All"], None),
    ] {
        tenant.set_caller(SimulatedCaller::app_only().with_permissions(permissions));
        let result = client(&tenant).effective_methods_policy(ADELE).await;
        if let Some(missing) = missing {
            assert!(result.unwrap_err().to_string().contains(missing), "{missing}");
        } else {
            let policy = result.unwrap();
            assert!(policy.registered.is_empty());
            assert!(policy.registered_unread.unwrap().contains("UserAuthenticationMethod.Read.All"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn until_the_migration_is_complete_it_is_a_lower_bound() {
    let tenant = SimulatedTenant::contoso();
    for (state, bound) in [
        (MigrationState::PreMigration, true),
        (MigrationState::MigrationInProgress, true),
        (MigrationState::MigrationComplete, false),
    ] {
        tenant.set_policy_migration_state(state.clone());
        let policy = client(&tenant).effective_methods_policy(ADELE).await.unwrap();
        assert_eq!((policy.lower_bound, policy.lower_bound_reason.is_some()), (bound, bound));
        assert_eq!(policy.migration, state);
        let expected = if bound { Verdict::LegacyMayAllow } else { Verdict::NotAllowed };
        assert_eq!(policy.method("Voice").unwrap().verdict, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn registered_methods_that_cannot_be_used_are_named() {
    let tenant = SimulatedTenant::contoso();
    let policy = client(&tenant).effective_methods_policy("hugo@contoso.example").await.unwrap();
    let unusable: Vec<_> = policy.unusable().map(|method| method.kind.clone()).collect();
    assert_eq!(unusable, [MethodKind::Phone, MethodKind::TemporaryAccessPass]);
    let pass = policy.method("TemporaryAccessPass").unwrap();
    assert!(pass.because().starts_with("excluded by group"), "{}", pass.because());
    assert!(matches!(
        pass.settings,
        MethodSettings::TemporaryAccessPass { maximum_minutes: Some(_), length: Some(_), .. }
    ));

    let kira = client(&tenant).effective_methods_policy("kira@contoso.example").await.unwrap();
    let verdict =
        |kind: MethodKind| kira.registered.iter().find(|method| method.kind == kind).unwrap().verdict;
    assert_eq!(verdict(MethodKind::Password), Verdict::NotGoverned);
    assert_eq!(verdict(MethodKind::WindowsHello), Verdict::NotGoverned);
    assert_eq!(verdict(MethodKind::Fido2), Verdict::Allowed);
    assert_eq!(verdict(MethodKind::HardwareOath), Verdict::Unknown, "the policy does not show it");
    assert_eq!(verdict(MethodKind::External), Verdict::Unknown);
    assert_eq!(verdict(MethodKind::PlatformCredential), Verdict::Unknown);
    assert!(kira.registered.iter().any(|method| matches!(method.kind, MethodKind::Unknown(_))));
}

#[tokio::test(start_paused = true)]
async fn settings_of_every_target_that_lets_in_are_reported() {
    let tenant = with_groups(3);
    let mode = |word: &str| serde_json::Map::from_iter([("authenticationMode".to_owned(), json!(word))]);
    let sign_in = |yes: bool| serde_json::Map::from_iter([("isUsableForSignIn".to_owned(), json!(yes))]);
    tenant.set_methods_policy([
        MethodConfiguration::new("MicrosoftAuthenticator")
            .include_with(group(0), mode("push"))
            .include_with(group(1), mode("any"))
            .include_with(group(2), mode("deviceBasedPush"))
            .setting("isSoftwareOathEnabled", json!(true)),
        MethodConfiguration::new("Sms")
            .include_with(group(0), sign_in(false))
            .include_with(group(2), sign_in(true)),
        MethodConfiguration::new("SoftwareOath").disabled(),
    ]);
    let policy = client(&tenant).effective_methods_policy(ADELE).await.unwrap();
    let MethodSettings::MicrosoftAuthenticator { modes, software_oath, .. } =
        &policy.method("MicrosoftAuthenticator").unwrap().settings
    else {
        panic!("{policy:?}");
    };
    assert_eq!((modes.join(" "), *software_oath), ("push deviceBasedPush".into(), Some(true)));
    let sms = &policy.method("Sms").unwrap().settings;
    assert!(matches!(sms, MethodSettings::Sms { usable_for_sign_in: Some(true), .. }));
    let codes = policy.registered.iter().find(|method| method.kind == MethodKind::SoftwareOath).unwrap();
    assert_eq!(codes.verdict, Verdict::Allowed, "by Authenticator's own codes: {}", codes.because);
}

#[tokio::test(start_paused = true)]
async fn a_passkey_of_a_model_that_is_not_allowed_is_unusable() {
    let models = ["90a3ccdf-635c-4729-a248-9b709135078f", "DE1E552D-DB1D-4423-A619-566B625CDC84"];
    for (kind, listed, enforced, expected) in [
        ("allow", models[0], true, Verdict::Allowed),
        ("allow", models[1], true, Verdict::NotAllowed),
        ("block", "90A3CCDF-635C-4729-A248-9B709135078F", true, Verdict::NotAllowed),
        ("block", models[0], false, Verdict::Allowed),
        ("frobnicate", models[1], true, Verdict::Unknown),
    ] {
        let restrictions = json!({ "isEnforced": enforced, "enforcementType": kind, "aaGuids": [listed] });
        let policy = json!({
            "policyMigrationState": "migrationComplete",
            "authenticationMethodConfigurations": [{
                "@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration", "id": "Fido2", "state": "enabled",
                "keyRestrictions": restrictions,
                "includeTargets": [{ "id": "all_users", "targetType": "group" }], "excludeTargets": [],
            }],
        });
        let methods = json!({ "value": [
            { "@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "id": "key", "aaGuid": models[0] },
            { "@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "id": "no-model", "aaGuid": null },
        ]});
        let read = scripted(&policy, &methods, []).await;
        let verdict = |at: usize| read.registered[at].verdict;
        assert_eq!(verdict(0), expected, "{kind} {listed} {enforced}: {}", read.registered[0].because);
        let untold = if enforced { Verdict::Unknown } else { Verdict::Allowed };
        assert_eq!(verdict(1), untold, "{kind} {listed} {enforced}: {}", read.registered[1].because);
    }
}

#[tokio::test(start_paused = true)]
async fn one_passkey_profile_that_lets_it_in_is_enough_and_one_that_is_not_shown_leaves_it_unknown() {
    let model = "90a3ccdf-635c-4729-a248-9b709135078f";
    let blocked = json!({ "isEnforced": true, "enforcementType": "block", "aaGuids": [model] });
    for (profiles, expected) in [
        (json!(["strict"]), Verdict::NotAllowed),
        (json!([]), Verdict::NotAllowed),
        (json!(["strict", "LAX"]), Verdict::Allowed),
        (json!(["strict", "gone"]), Verdict::Unknown),
        (json!(["gone", "lax"]), Verdict::Allowed),
        (json!(["gone"]), Verdict::Unknown),
    ] {
        let policy = json!({
            "policyMigrationState": "migrationComplete",
            "authenticationMethodConfigurations": [{
                "@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration", "id": "Fido2", "state": "enabled",
                "defaultPasskeyProfile": "strict",
                "passkeyProfiles": [{ "id": "strict", "keyRestrictions": blocked }, { "id": "lax", "keyRestrictions": null }],
                "includeTargets": [{ "id": "all_users", "targetType": "group", "allowedPasskeyProfiles": profiles }],
                "excludeTargets": [],
            }],
        });
        let key = json!({ "@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "id": "key", "aaGuid": model });
        let read = scripted(&policy, &json!({ "value": [key] }), []).await;
        assert_eq!(read.registered[0].verdict, expected, "{profiles}: {}", read.registered[0].because);
    }
}

/// Reads a policy as it is given, with methods, and answers to the questions about groups.
async fn scripted(
    policy: &Value,
    methods: &Value,
    answers: impl IntoIterator<Item = Value>,
) -> entra_ir_core::model::EffectiveMethodsPolicy {
    let user = json!({ "id": id(0) });
    let first = [&user, policy, methods, methods].map(Clone::clone);
    let steps =
        first.into_iter().chain(answers).map(|body| ScriptedResponse::answer(200).body(body.to_string()));
    let client = client_over(ScriptedTransport::new(steps), Judge::Client).build().unwrap();
    client.effective_methods_policy(UserRef::Id(id(0))).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn ids_in_any_case_named_twice_and_types_from_the_future() {
    let (upper, lower) = (id(7).to_string().to_uppercase(), id(7).to_string());
    let target = |id: &str, kind: &str| json!({ "id": id, "targetType": kind });
    let configuration = |name: &str, include: Value, exclude: Value| {
        json!({ "@odata.type": format!("#microsoft.graph.{name}AuthenticationMethodConfiguration"), "id": name, "state": "enabled",
            "includeTargets": include, "excludeTargets": exclude, "colour": "red" })
    };
    let everybody = json!([target("all_users", "group")]);
    let policy = json!({ "policyMigrationState": "migrationComplete", "authenticationMethodConfigurations": [
        configuration("sms", json!([target(&upper, "group"), target(&lower, "Group")]), json!([])),
        configuration("email", everybody.clone(), json!([target(&id(0).to_string().to_uppercase(), "user")])),
        configuration("brainwave", everybody.clone(), json!([])),
        configuration("voice", json!([target("x", "device")]), json!([])),
        configuration("fido2", Value::Null, json!([])),
        configuration("softwareOath", everybody, json!([target("00000000-0000-0000-0000-000000000000", "group")])),
    ]});
    let read = scripted(
        &policy,
        &json!({ "value": [] }),
        [json!({ "value": [upper] })].into_iter().chain(no_roles()),
    )
    .await;
    let verdict = |method: &str| read.method(method).unwrap().verdict;
    assert_eq!(verdict("SMS"), Verdict::Allowed);
    assert_eq!(verdict("email"), Verdict::NotAllowed);
    assert_eq!(verdict("brainwave"), Verdict::Unknown);
    assert_eq!(read.method("brainwave").unwrap().raw["colour"], "red");
    assert_eq!(verdict("voice"), Verdict::Unknown);
    assert_eq!(verdict("fido2"), Verdict::Unknown, "targets that are not told could hold anybody");
    assert_eq!(verdict("softwareOath"), Verdict::Allowed, "the empty id stands for no group");
}

/// No groups that carry roles, owned or to be activated, and no roles.
fn no_roles() -> impl Iterator<Item = Value> {
    std::iter::repeat_n(json!({ "value": [] }), 5)
}

#[tokio::test(start_paused = true)]
async fn what_is_off_may_be_on_for_an_administrator_after_the_migration() {
    for (user, administrator) in [(ADELE, false), ("breakglass@contoso.example", true)] {
        let tenant = SimulatedTenant::contoso();
        tenant.set_methods_policy([
            MethodConfiguration::for_all("Sms").disabled(),
            MethodConfiguration::for_all("X509Certificate").disabled(),
        ]);
        tenant.add_method(user, NewMethod::phone_mobile("+1 4255550131"));
        let client = client(&tenant);
        let alone = client.effective_methods_policy(user).await.unwrap();
        let snapshot = client.snapshot(user).await.unwrap();
        assert_eq!(snapshot.is_privileged(), Some(administrator), "{user}");
        for policy in [&alone, snapshot.policy.collected().unwrap()] {
            let sms = policy.method("Sms").unwrap();
            let expected = if administrator { Verdict::LegacyMayAllow } else { Verdict::NotAllowed };
            assert_eq!(sms.verdict, expected, "{user}: {}", sms.because());
            assert_eq!(sms.because().contains("password reset policy for administrators"), administrator);
            assert_eq!(
                policy.method("X509Certificate").unwrap().verdict,
                Verdict::NotAllowed,
                "not among its methods"
            );
            assert_eq!(policy.lower_bound, administrator);
            let phones = policy.unusable().filter(|method| method.kind == MethodKind::Phone).count();
            assert!(!administrator || phones == 0, "an attacker's phone is not called unusable");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn passkeys_may_be_on_for_users_of_sms() {
    let tenant = SimulatedTenant::contoso();
    let fido2 = MethodConfiguration::for_all("Fido2").disabled();
    tenant.set_methods_policy([fido2.clone(), MethodConfiguration::for_all("Sms")]);
    let policy = client(&tenant).effective_methods_policy(ADELE).await.unwrap();
    let passkey = policy.method("Fido2").unwrap();
    assert_eq!(passkey.verdict, Verdict::Unknown);
    assert!(passkey.because().contains("2026-09-01"), "{}", passkey.because());
    tenant.set_methods_policy([fido2, MethodConfiguration::for_all("Sms").disabled()]);
    let policy = client(&tenant).effective_methods_policy(ADELE).await.unwrap();
    assert_eq!(policy.method("Fido2").unwrap().verdict, Verdict::NotAllowed);
}

#[tokio::test(start_paused = true)]
async fn the_registration_campaign_is_explained() {
    let tenant = with_groups(2);
    let cases = [
        (CampaignState::Enabled, vec![group(0)], vec![], Some(true), "included by group"),
        (
            CampaignState::Enabled,
            vec![group(0)],
            vec![PolicyTarget::AllUsers],
            Some(false),
            "excluded by all users",
        ),
        (CampaignState::Enabled, vec![group(1)], vec![], Some(false), "no target"),
        (CampaignState::Default, vec![PolicyTarget::AllUsers], vec![], None, "managed by Microsoft"),
        (CampaignState::Disabled, vec![PolicyTarget::AllUsers], vec![], Some(false), "disabled"),
    ];
    for (state, include, exclude, applies, because) in cases {
        tenant.set_registration_campaign(state.clone(), include, exclude);
        let campaign = client(&tenant).effective_methods_policy(ADELE).await.unwrap().campaign.unwrap();
        assert_eq!((campaign.state, campaign.applies), (state, applies));
        assert!(campaign.because.contains(because), "{}", campaign.because);
    }
}

#[tokio::test(start_paused = true)]
async fn a_question_by_post_is_a_read() {
    let tenant = with_groups(21);
    let client = client_of(&tenant).guard(Guard::read_only()).build().unwrap();
    assert!(client.effective_methods_policy(ADELE).await.is_ok());
    tenant.inject(Fault::dropped().on(Method::POST, "checkMemberGroups").times(2));
    let client = client_of_faulty(&tenant).guard(Guard::dry_run()).build().unwrap();
    let policy = client.effective_methods_policy(ADELE).await.unwrap();
    assert_eq!(policy.method("Fido2").unwrap().included_by.len(), 11, "asked again after a lost answer");
}

#[tokio::test(start_paused = true)]
async fn the_recorded_policy_is_read() {
    let Some(folder) = shared("recorded-cases") else { return };
    let text = std::fs::read_to_string(folder.join("cases.jsonl")).unwrap();
    let cases = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let case = cases.into_iter().find(|case| case["name"] == "doc-policy-get").unwrap();
    let body = &case["response"]["body"];
    let nobody = json!({ "value": [] });
    let read = scripted(body, &nobody, std::iter::repeat_n(nobody.clone(), 5)).await;
    assert_eq!(read.methods.len(), body["authenticationMethodConfigurations"].as_array().unwrap().len());
    assert!(read.lower_bound);
    assert_eq!(read.method("Fido2").unwrap().verdict, Verdict::Allowed);
    assert_eq!(read.campaign.unwrap().applies, Some(false));
}

#[tokio::test(start_paused = true)]
async fn an_unknown_user_and_a_foreign_answer_are_errors() {
    let tenant = SimulatedTenant::empty();
    tenant.add_user(NewUser::cloud(ADELE));
    for nobody in ["nobody@contoso.example", "0c0ffee0-5afe-4ace-9b1d-0000000000ff"] {
        let error = client(&tenant).effective_methods_policy(nobody).await.unwrap_err();
        assert_eq!(error.as_graph().unwrap().status, 404);
    }
    tenant.inject(Fault::empty_body().on(Method::GET, "/authenticationMethodsPolicy"));
    let error = client_of_faulty(&tenant).build().unwrap().effective_methods_policy(ADELE).await.unwrap_err();
    assert!(error.to_string().contains("not understood"), "{error}");
}
