//! Advice follows the cause of a refusal, whatever the status; a long wait ends the work; no error contains a
//! secret of the request.

use std::time::Duration;

use entra_ir_core::knowledge::{Incident, advise};
use entra_ir_core::model::{MethodKind, Part};
use entra_ir_core::operations::CALLER_UNKNOWN;
use entra_ir_core::operations::{MethodScope, Outcome};
use entra_ir_core::receipt::THROTTLED;
use entra_ir_core::simulator::{Fault, Licence, NewMethod, NewUser, Role, SimulatedTenant};
use entra_ir_core::{
    Client, Error, GraphErrorKind, Refusal, RetryPolicy, ScriptedResponse, ScriptedTransport, StaticToken,
};
use entra_ir_tests::{Judge, client_of, client_of_faulty, client_over};
use http::Method;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tokio::time::Instant;

const ADELE: &str = "adele@contoso.example";
const ID: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";

fn script(steps: impl IntoIterator<Item = ScriptedResponse>) -> Client {
    let transport = ScriptedTransport::new(steps);
    client_over(transport, Judge::Client).retry(RetryPolicy::never()).build().unwrap()
}

fn refused(status: u16, error: &Value) -> ScriptedResponse {
    ScriptedResponse::answer(status).body(json!({ "error": error }).to_string())
}

async fn error_of(status: u16, error: Value) -> Error {
    script([refused(status, &error)]).get_user(ID).await.unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn the_cause_is_told_by_code_or_text_whatever_the_status() {
    use GraphErrorKind as Kind;
    let cases = [
        (400, "AadPremiumLicenseRequired", "m", Kind::NotLicensed, "licence"),
        (403, "NoLicense", "Tenant does not meet license requirement!", Kind::NotLicensed, "licence"),
        (403, "Forbidden", "Your tenant is not licensed for this feature.", Kind::NotLicensed, "licence"),
        (
            403,
            "UnknownError",
            "Neither tenant is B2C or tenant doesn't have premium license",
            Kind::NotLicensed,
            "licence",
        ),
        (403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "", Kind::NotLicensed, "licence"),
        (
            403,
            "accessDenied",
            "MFA is required for a 'RemoveKey' operation, but was not performed.",
            Kind::MfaRequired,
            "MFA",
        ),
        (
            401,
            "unauthenticated",
            "MFA is required for a 'AddKey' operation, but was not performed.",
            Kind::MfaRequired,
            "MFA",
        ),
        (
            400,
            "RoleAssignmentRequestPolicyValidationFailed",
            r#"The following policy rules failed: ["MfaRule"]"#,
            Kind::MfaRequired,
            "MFA",
        ),
        (
            403,
            "Authorization_RequestDenied",
            "Target object is a member of a restricted management administrative unit and can only be modified by administrators scoped to it.",
            Kind::RestrictedUnit,
            "scoped",
        ),
        (
            401,
            "InvalidAuthenticationToken",
            "Access token validation failure. Invalid audience.",
            Kind::WrongToken,
            "another resource",
        ),
        (
            401,
            "Authorization_IdentityNotFound",
            "The identity of the calling application could not be established.",
            Kind::WrongToken,
            "another tenant",
        ),
        (
            400,
            "badRequest",
            "Converged UserCredentialPolicy does not allow the method [TemporaryAccessPass]",
            Kind::MethodPolicy,
            "policy",
        ),
        (
            401,
            "InvalidAuthenticationToken",
            "Lifetime validation failed, the token is expired.",
            Kind::Unauthenticated,
            "new token",
        ),
        (
            403,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
            Kind::Denied,
            "User.Read.All",
        ),
    ];
    for (status, code, message, kind, says) in cases {
        let error = error_of(status, json!({ "code": code, "message": message })).await;
        assert_eq!(error.as_graph().unwrap().kind(), kind, "{code} {message}");
        assert!(error.advice().contains(says), "{code}: {}", error.advice());
        let permissions = error.advice().contains("grant the permission");
        assert_eq!(permissions, kind == Kind::Denied, "{code}: {}", error.advice());
    }
}

#[tokio::test(start_paused = true)]
async fn details_are_kept_and_tell_the_cause() {
    let error = json!({ "code": "Request_BadRequest", "message": "The specified password does not comply.",
        "details": [{ "code": "PasswordBanned", "message": "m", "target": "password" }] });
    let error = error_of(400, error).await;
    let graph = error.as_graph().unwrap();
    assert_eq!((graph.kind(), graph.details.len()), (GraphErrorKind::Password, 1));
    assert!(
        error.to_string().contains("[PasswordBanned]") && error.advice().contains("another password"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_not_found_may_be_an_address() {
    let gone = || {
        refused(
            404,
            &json!({ "code": "Request_ResourceNotFound", "message": "Resource 'x' does not exist." }),
        )
    };
    let by_name = script([gone()]).block_sign_in("adele.vance@contoso.example").await.unwrap_err();
    assert!(
        by_name.advice().contains("mail address") && by_name.advice().contains("find_users"),
        "{by_name}"
    );
    let by_id = script([gone()]).get_user(ID).await.unwrap_err();
    assert!(!by_id.advice().contains("mail"), "{by_id}");

    let client = client_of(&SimulatedTenant::contoso()).build().unwrap();
    let found = client.find_users("adele.vance@contoso.example").await.unwrap();
    assert_eq!(found.users[0].user.user_principal_name.as_deref(), Some(ADELE));
    assert!(client.find_users("Adele").await.unwrap().users.len() == 1);
    assert!(client.find_users("o'nobody@contoso.example").await.unwrap().users.is_empty());
}

#[tokio::test(start_paused = true)]
async fn without_a_licence_there_is_no_eligibility_and_no_step_that_takes_it() {
    let tenant = SimulatedTenant::contoso();
    tenant.set_licence(Licence::P1);
    let snapshot = client_of(&tenant).build().unwrap().snapshot(ADELE).await.unwrap();
    for part in ["eligible_roles", "eligible_groups", "risk"] {
        let (_, state, reason) = snapshot.parts().into_iter().find(|told| told.0 == part).unwrap();
        assert_eq!(state, "not-licensed", "{part}");
        assert!(!reason.unwrap().contains("grant the permission"), "{reason:?}");
    }
    assert_eq!(snapshot.is_privileged(), Some(false));
    let advice = advise(Incident::AccountTakeover, &snapshot);
    let confirms = |advice: &entra_ir_core::knowledge::Advice| {
        advice.steps.iter().any(|step| step.has(entra_ir_core::knowledge::Action::ConfirmCompromised))
    };
    assert!(!confirms(&advice) && advice.privileged == Some(false));
    tenant.set_licence(Licence::P2);
    let snapshot = client_of(&tenant).build().unwrap().snapshot(ADELE).await.unwrap();
    assert!(confirms(&advise(Incident::AccountTakeover, &snapshot)));
}

#[tokio::test(start_paused = true)]
async fn owners_of_and_who_may_join_a_role_assignable_group_are_privileged() {
    let client = client_of(&SimulatedTenant::contoso()).build().unwrap();
    for user in ["olga@contoso.example", "pavel@contoso.example"] {
        assert_eq!(client.snapshot(user).await.unwrap().is_privileged(), Some(true), "{user}");
    }
    let tenant = SimulatedTenant::contoso();
    for path in ["/ownedObjects/", "/privilegedAccess/group/"] {
        tenant.clear_faults();
        tenant.inject(Fault::status(403).on_path(path).always());
        let snapshot = client_of_faulty(&tenant).build().unwrap().snapshot(ADELE).await.unwrap();
        assert_eq!(snapshot.is_privileged(), None, "{path} was not read");
    }
}

#[tokio::test(start_paused = true)]
async fn a_built_in_role_has_its_name_though_its_definition_did_not_come() {
    let entry = json!({ "value": [{ "roleDefinitionId": Role::GlobalAdministrator.template_id(), "directoryScopeId": "/" }] });
    let tenant = SimulatedTenant::contoso();
    tenant.inject(
        Fault::status(200).body("application/json", &entry.to_string()).on_path("/roleAssignments").always(),
    );
    let snapshot = client_of_faulty(&tenant).build().unwrap().snapshot(ADELE).await.unwrap();
    assert_eq!(snapshot.active_roles.collected().unwrap()[0].name.as_deref(), Some("Global Administrator"));
}

#[tokio::test(start_paused = true)]
async fn a_long_wait_ends_the_work_and_nothing_is_sent_before_it_is_over() {
    for wait in ["150", "150.5", "1e308"] {
        let tenant = SimulatedTenant::contoso();
        let client = client_of_faulty(&tenant).build().unwrap();
        tenant.inject(Fault::status(429).retry_after(wait).on_method(Method::DELETE));
        let started = Instant::now();
        let deleted = client.delete_methods(ADELE, MethodScope::AllRemovable).await.unwrap();
        assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
        let sent = || tenant.exchanges().iter().filter(|one| one.method() == Method::DELETE).count();
        assert_eq!(sent(), 1);
        assert!(matches!(deleted.methods[0].outcome, Outcome::Refused(_)));
        let rest = &deleted.methods[1..];
        assert!(
            rest.iter().all(|of| matches!(of.outcome, Outcome::NotTried(_) | Outcome::NotRemovable)),
            "{rest:?}"
        );
        assert!(
            deleted.receipt.retry_after.unwrap() >= Duration::from_secs(150)
                && deleted.receipt.has(&THROTTLED)
        );
        assert_eq!(
            (deleted.receipt.grade, deleted.is_success()),
            (entra_ir_core::receipt::Grade::Refused, false)
        );

        let error = client.delete_method(ADELE, MethodKind::Phone, "x").await.unwrap_err();
        assert!(matches!(error.as_refusal(), Some(Refusal::TooEarly { .. })), "{error}");
        assert!(error.retry_after().unwrap() > Duration::from_secs(140) && error.is_retryable(), "{error}");
        assert_eq!(sent(), 1, "not before the time that was named");
        client.block_sign_in(ADELE).await.expect("another part of the service");
        if !wait.starts_with('1') || wait.len() < 5 {
            tokio::time::sleep(Duration::from_secs(151)).await;
            assert!(client.delete_methods(ADELE, MethodScope::AllRemovable).await.unwrap().is_complete());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_unavailable_for_a_named_time_ends_the_work_too() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    tenant.inject(Fault::status(503).retry_after("600").on_method(Method::DELETE).always());
    let deleted = client.delete_methods(ADELE, MethodScope::AllRemovable).await.unwrap();
    let sent = tenant.exchanges().iter().filter(|one| one.method() == Method::DELETE).count();
    assert_eq!(sent, 1);
    assert!(deleted.methods.iter().any(|of| matches!(of.outcome, Outcome::NotTried(_))), "{deleted:?}");
    assert_eq!(deleted.receipt.retry_after, Some(Duration::from_secs(600)));
    assert!(deleted.receipt.has(&THROTTLED) && !deleted.is_success());
}

#[tokio::test(start_paused = true)]
async fn who_calls_is_asked_once_even_if_graph_does_not_tell() {
    let tenant = SimulatedTenant::contoso();
    tenant.inject(Fault::status(403).on_path("/v1.0/me").always());
    let client = client_of_faulty(&tenant).credential(StaticToken::new("opaque")).build().unwrap();
    let many = (0..50).map(|_| async { client.reset_password(ADELE).await.unwrap().receipt });
    let receipts = futures_util::future::join_all(many).await;
    assert!(receipts.iter().all(|receipt| receipt.has(&CALLER_UNKNOWN)));
    let asked = tenant.exchanges().iter().filter(|one| one.uri().path() == "/v1.0/me").count();
    assert_eq!(asked, 1);
}

#[tokio::test(start_paused = true)]
async fn a_question_without_an_answer_holds_nobody_up_and_is_asked_again() {
    let tenant = SimulatedTenant::contoso();
    tenant.set_latency(Duration::from_millis(20));
    tenant.inject(Fault::no_connection().on_path("/v1.0/me").times(5));
    let client = client_of_faulty(&tenant).credential(StaticToken::new("opaque")).build().unwrap();
    let many = (0..50).map(|_| async { client.reset_password(ADELE).await.unwrap().receipt });
    let receipts = futures_util::future::join_all(many).await;
    assert!(receipts.iter().all(|receipt| receipt.has(&CALLER_UNKNOWN)));
    assert!(!client.reset_password(ADELE).await.unwrap().receipt.has(&CALLER_UNKNOWN));
}

#[tokio::test(start_paused = true)]
async fn passes_are_made_anew_where_their_end_was_not_seen() {
    let tenant = SimulatedTenant::empty();
    let users: Vec<_> = (0..150).map(|number| format!("user{number}@contoso.example")).collect();
    for (number, user) in users.iter().enumerate() {
        tenant.add_user(NewUser::cloud(user));
        let posts = |fault: Fault| fault.on(Method::POST, &format!("{}/", tenant.user(user).unwrap().id));
        match number % 20 {
            0 => tenant.inject(posts(Fault::status(503))),
            5 => tenant.inject(posts(Fault::dropped().after_effect())),
            10 => tenant.inject(posts(Fault::middlebox(503).after_effect())),
            15 => tenant.inject(posts(Fault::middlebox(200).body("text/plain", "blocked").after_effect())),
            _ => {}
        }
    }
    let client = client_of_faulty(&tenant).build().unwrap();
    for user in &users {
        let made = client.create_temporary_access_pass(user.as_str()).reconcile().await.unwrap();
        let works = tenant.access_pass_of(user).unwrap();
        assert_eq!(made.pass.unwrap().expose_secret(), works.expose_secret(), "{user}");
        let passes =
            tenant.methods_of(user).into_iter().filter(|of| of.kind == MethodKind::TemporaryAccessPass);
        assert_eq!(passes.count(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_request_held_does_not_come_back_in_an_error() {
    const TOKEN: &str = "opaque-but-secret-token-of-this-client";
    const PASSWORD: &str = r#"Chosen"by\hand-7"#;
    let quoting = json!({ "code": format!("bad {PASSWORD}"), "message": format!("Authorization: Bearer {TOKEN}, password {PASSWORD}"),
        "details": [{ "code": TOKEN, "message": PASSWORD, "target": PASSWORD }],
        "innerError": { "code": &TOKEN[..20], "message": PASSWORD } });
    let user = ScriptedResponse::answer(200).body(format!(r#"{{"id":"{ID}"}}"#));
    let me = ScriptedResponse::answer(200).body(r#"{"id":"11111111-73a1-43b7-86d7-ed8409f55900"}"#);
    let answer = refused(400, &quoting).header("request-id", TOKEN);
    let transport = ScriptedTransport::new([user, me, answer]);
    let client = client_over(transport, Judge::Client).credential(StaticToken::new(TOKEN)).build().unwrap();
    let error = client.reset_password(ID).chosen(PASSWORD.into()).await.unwrap_err();
    let shown = format!("{error} {error:?} {}", serde_json::to_string(error.receipt().unwrap()).unwrap());
    assert!(!shown.contains(&TOKEN[..16]) && !shown.contains("hand-7"), "{shown}");

    let long = error_of(400, json!({ "code": "c", "message": "x".repeat(20_000_000) })).await;
    assert!(long.to_string().len() < 2_000, "{}", long.to_string().len());
}

#[tokio::test(start_paused = true)]
async fn a_write_back_that_failed_is_failed_whatever_else_it_says() {
    for detail in [json!(7), json!({ "code": "x" }), json!(["a"]), json!(true), Value::Null, json!("why")] {
        let tenant = SimulatedTenant::contoso();
        let state = json!({ "status": "Failed", "statusDetail": detail }).to_string();
        tenant.inject(
            Fault::status(200).body("application/json", &state).on_path("/authentication/operations/"),
        );
        let client = client_of_faulty(&tenant).build().unwrap();
        let error = client.reset_password("alex@contoso.example").await.unwrap_err();
        assert_eq!(error.as_graph().unwrap().kind(), GraphErrorKind::OperationFailed, "{detail}");
        assert!(!error.outcome_unknown() && !error.receipt().unwrap().is_success(), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_cloud_that_lacks_one_list_keeps_the_others() {
    let tenant = SimulatedTenant::contoso();
    let phone = NewMethod::phone_mobile("+86 1");
    tenant.add_user(NewUser::cloud("li@contoso.example").method(phone));
    tenant.inject(Fault::status(404).on_path("/platformCredentialMethods").always());
    let client = client_of_faulty(&tenant).cloud(entra_ir_core::Cloud::China).build().unwrap();
    let list = client.list_methods("li@contoso.example").await.unwrap();
    assert_eq!((list.methods.len(), list.types_unread.len(), list.is_whole()), (1, 1, false));
    assert_eq!(list.types_unread[0].kind, MethodKind::PlatformCredential);
    tenant.inject(Fault::status(403).on_path("Methods").always());
    assert!(client.list_methods("li@contoso.example").await.is_err(), "none could be read");
}

#[tokio::test(start_paused = true)]
async fn a_part_that_is_not_licensed_is_no_denied_one() {
    let tenant = SimulatedTenant::contoso();
    tenant.set_licence(Licence::Free);
    let snapshot = client_of(&tenant).build().unwrap().snapshot(ADELE).await.unwrap();
    assert!(matches!(snapshot.risk, Part::NotLicensed { .. }));
    assert!(matches!(snapshot.active_roles, Part::Collected(_)));
}
