//! An answer counts only for its subject: a page, operation, role or domain of another account proves nothing
//! about the requested one.

use entra_ir_core::model::AccountSnapshot;
use entra_ir_core::operations::MethodScope;
use entra_ir_core::operations::{CALLER_UNKNOWN, END_NOT_SEEN, POLICY_NOT_READ};
use entra_ir_core::receipt::Grade;
use entra_ir_core::simulator::{Fault, SimulatedTenant};
use entra_ir_core::{
    Client, Error, GraphErrorKind, Refusal, RetryPolicy, ScriptedResponse, ScriptedTransport,
};
use entra_ir_tests::{Judge, client_of_faulty, client_over};
use http::Method;
use serde_json::{Value, json};

const ADELE: &str = "adele@contoso.example";
const ID: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";
const OTHER: &str = "0ddb0000-0000-4000-8000-000000000000";
const ORIGIN: &str = "https://graph.microsoft.com";

fn script(steps: impl IntoIterator<Item = ScriptedResponse>) -> (ScriptedTransport, Client) {
    let transport = ScriptedTransport::new(steps);
    let client = client_over(transport.clone(), Judge::Client).retry(RetryPolicy::never()).build().unwrap();
    (transport, client)
}

fn ok(body: &Value) -> ScriptedResponse {
    ScriptedResponse::answer(200).body(body.to_string())
}

fn refused(status: u16, code: &str, message: &str) -> ScriptedResponse {
    ScriptedResponse::answer(status)
        .body(json!({ "error": { "code": code, "message": message } }).to_string())
}

fn account() -> ScriptedResponse {
    ok(&json!({ "id": ID, "userPrincipalName": ADELE, "onPremisesSyncEnabled": true }))
}

async fn snapshot_with(path: &str, status: u16, body: &Value) -> AccountSnapshot {
    let tenant = SimulatedTenant::contoso();
    let fault = Fault::status(status).body("application/json", &body.to_string());
    tenant.inject(fault.on_path(path).always());
    client_of_faulty(&tenant).build().unwrap().snapshot(ADELE).await.unwrap()
}

fn state<'a>(snapshot: &'a AccountSnapshot, part: &str) -> &'a str {
    snapshot.parts().into_iter().find(|told| told.0 == part).unwrap().1
}

#[tokio::test(start_paused = true)]
async fn a_next_page_is_one_of_the_same_account() {
    for place in [
        format!("/v1.0/users/{OTHER}/authentication/methods"),
        format!("/v1.0/users('{OTHER}')/authentication/methods"),
        format!("/beta/users/{ID}/authentication/methods"),
        "/v1.0/groups".to_owned(),
    ] {
        let first = json!({ "value": [], "@odata.nextLink": format!("{ORIGIN}{place}?$skiptoken=a") });
        let (transport, client) = script([account(), ok(&first)]);
        let error = client.delete_methods(ID, MethodScope::AllRemovable).await.unwrap_err();
        assert!(error.to_string().contains("another place"), "{place}: {error}");
        assert!(transport.requests().iter().all(|request| request.method() == Method::GET), "{place}");
    }
    let again = |spelling: &str| {
        let next = format!("{ORIGIN}/v1.0/users/{ID}/authentication/temporaryAccessPassMethods{spelling}");
        ok(&json!({ "value": [], "@odata.nextLink": next }))
    };
    for spellings in [["?$skiptoken=a", "?%24skiptoken=%61"], ["?$skiptoken=a#1", "?$skiptoken=a#2"]] {
        let (transport, client) = script(spellings.map(again).into_iter().chain([again(spellings[0])]));
        let error = client.list_temporary_access_passes(ID).await.unwrap_err();
        assert!(error.to_string().contains("read before"), "{error}");
        assert!(transport.requests().len() <= 3);
    }
}

#[tokio::test(start_paused = true)]
async fn a_reset_has_succeeded_if_its_own_operation_says_so() {
    let me = || ok(&json!({ "id": OTHER }));
    let domain = || ok(&json!({ "id": "contoso.example", "authenticationType": "Managed" }));
    let own = format!("/v1.0/users/{ID}/authentication/operations/0af1");
    let by_name = format!("/v1.0/users/{ADELE}/authentication/operations/0af1");
    let started =
        |place: &str| ScriptedResponse::answer(202).header("location", &format!("{ORIGIN}{place}?aadgdc=a"));
    let said = |id: &str, status: &str| ok(&json!({ "id": id, "status": status }));
    for (place, id, grade) in [
        (own.clone(), "0af1", Grade::Confirmed),
        (own.clone(), "0AF1", Grade::Confirmed),
        (by_name, "0af1", Grade::Confirmed),
        (own.clone(), "ffff", Grade::Accepted),
        (format!("/v1.0/users/{OTHER}/authentication/operations/0af1"), "0af1", Grade::Accepted),
        (format!("/v1.0/users/{OTHER}"), "0af1", Grade::Accepted),
    ] {
        let (_, client) = script([account(), me(), domain(), started(&place), said(id, "succeeded")]);
        let reset = client.reset_password(ID).await.unwrap();
        assert_eq!(reset.receipt.grade, grade, "{place} {id}: {:?}", reset.receipt.warnings);
        assert_eq!(reset.receipt.has(&END_NOT_SEEN), grade == Grade::Accepted, "{place} {id}");
    }
    let (_, client) = script([account(), me(), domain(), started(&own), said("ffff", "failed")]);
    let error = client.reset_password(ID).await.unwrap_err();
    assert_eq!(error.as_graph().unwrap().kind(), GraphErrorKind::OperationFailed, "{error}");
}

#[tokio::test(start_paused = true)]
async fn rows_about_somebody_else_make_nobody_privileged_or_not() {
    let admin = json!({ "value": [{ "principalId": OTHER, "roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10" }] });
    for (path, part) in
        [("/roleAssignments", "active_roles"), ("/roleEligibilityScheduleInstances", "eligible_roles")]
    {
        let snapshot = snapshot_with(path, 200, &admin).await;
        assert_eq!((state(&snapshot, part), snapshot.is_privileged()), ("failed", None), "{path}");
    }
    let eligible = |principal: &str, group: Value| json!({ "value": [{ "principalId": principal, "groupId": OTHER, "group": group }] });
    let adele = SimulatedTenant::contoso().user(ADELE).unwrap().id.to_string();
    for (group, privileged) in [
        (json!({ "id": OTHER, "displayName": "x", "isAssignableToRole": true }), Some(true)),
        (json!({ "id": OTHER, "displayName": "x", "isAssignableToRole": null }), Some(false)),
        (json!({ "id": OTHER, "displayName": "x", "isAssignableToRole": "true" }), None),
        (json!({ "id": OTHER }), None),
    ] {
        let snapshot = snapshot_with("/privilegedAccess/group", 200, &eligible(&adele, group.clone())).await;
        assert_eq!(snapshot.is_privileged(), privileged, "{group}");
    }
    let group = json!({ "id": OTHER, "displayName": "x", "isAssignableToRole": true });
    let snapshot = snapshot_with("/privilegedAccess/group", 200, &eligible(OTHER, group)).await;
    assert_eq!(snapshot.is_privileged(), None);
    // An odd name hides no flag.
    let odd = json!({ "value": [{ "id": OTHER, "displayName": 7, "isAssignableToRole": true }] });
    assert_eq!(snapshot_with("/transitiveMemberOf/", 200, &odd).await.is_privileged(), Some(true));
    // A list that omits some is not complete.
    let some =
        json!({ "value": [{ "id": OTHER, "displayName": "x", "isAssignableToRole": true }, { "id": ID }] });
    assert_eq!(state(&snapshot_with("/transitiveMemberOf/", 200, &some).await, "role_groups"), "denied");
    let domain = json!({ "id": "fabrikam.example", "authenticationType": "Federated" });
    assert_eq!(state(&snapshot_with("/domains/", 200, &domain).await, "domain"), "failed");
}

#[tokio::test(start_paused = true)]
async fn another_methods_policy_refuses_no_pass() {
    let policy = json!({ "id": "Fido2", "state": "disabled" });
    let made = ScriptedResponse::answer(201)
        .body(json!({ "id": "p", "temporaryAccessPass": "drkzqAD7" }).to_string());
    let (_, client) = script([
        ok(&json!({ "id": ID })),
        ok(&json!({ "id": OTHER })),
        ok(&policy),
        ok(&json!({ "value": [] })),
        made,
    ]);
    let created = client.create_temporary_access_pass(ID).await.unwrap();
    assert!(created.pass.is_some() && created.receipt.has(&POLICY_NOT_READ));
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_a_page_for_people_proves_nothing() {
    let list = || ScriptedResponse::answer(200).body(r#"{"@odata.context":"c","value":[]}"#);
    for (step, is_list) in
        [(list().unmarked(), true), (list().unmarked().header("content-type", "text/html"), false)]
    {
        let (_, client) = script([step]);
        assert_eq!(client.list_temporary_access_passes(ID).await.is_ok(), is_list);
    }
}

#[tokio::test(start_paused = true)]
async fn a_404_about_the_path_says_nothing_of_the_account() {
    let error = |code: &str, message: &str| json!({ "error": { "code": code, "message": message } });
    for (code, message, found) in [
        ("BadRequest", "Resource not found for the segment 'riskyUsers'.", "failed"),
        ("resourceNotFound", "Resource not found for the segment 'riskyUsers'.", "failed"),
        ("UnknownError", "", "failed"),
        ("ResourceNotFound", "There is no such user.", "collected"),
    ] {
        let snapshot = snapshot_with("/riskyUsers/", 404, &error(code, message)).await;
        assert_eq!(state(&snapshot, "risk"), found, "{code}: {message}");
    }
    for body in [json!(7), json!("x"), json!([]), json!({ "value": [] })] {
        assert_eq!(state(&snapshot_with("/riskyUsers/", 200, &body).await, "risk"), "failed", "{body}");
    }
    let segment = error("Request_ResourceNotFound", "Resource not found for the segment 'ownedObjects'.");
    let snapshot = snapshot_with("/ownedObjects/", 404, &segment).await;
    assert_eq!((state(&snapshot, "owned_role_groups"), snapshot.is_privileged()), ("failed", None));
    for (code, message) in [
        ("resourceNotFound", "User not found"),
        ("itemNotFound", "The user could not be found."),
        ("ResourceNotFound", "The tenant could not be found"),
        ("resourceNotFound", "The user does not exist in the tenant."),
    ] {
        let (_, client) = script([refused(404, code, message)]);
        let error = client.delete_method(ID, entra_ir_core::model::MethodKind::Fido2, "k").await.unwrap_err();
        assert_eq!(error.as_graph().unwrap().kind(), GraphErrorKind::NotFound, "{message}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_404_about_the_method_says_that_it_is_gone() {
    for message in ["The method was not found for this user in the tenant.", "Resource not found", ""] {
        let (_, client) = script([refused(404, "resourceNotFound", message), ok(&json!({ "id": ID }))]);
        let deleted = client.delete_method(ID, entra_ir_core::model::MethodKind::Fido2, "k").await.unwrap();
        assert_eq!((deleted.was_gone, deleted.receipt.grade), (Some(true), Grade::NothingToDo), "{message}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_for_the_moment_is_asked_again() {
    for moment in [503, 429, 500, 401] {
        let done = || ScriptedResponse::answer(204);
        let busy = || refused(moment, "x", "busy");
        let (_, client) = script([
            ok(&json!({ "id": OTHER })),
            busy(),
            done(),
            ok(&json!({ "id": ID })),
            ok(&json!({ "id": ID })),
        ]);
        let first = client.reset_password(OTHER).await.unwrap();
        assert!(first.receipt.has(&CALLER_UNKNOWN), "{moment}");
        let error = client.reset_password(ID).await.unwrap_err();
        assert!(matches!(error.as_refusal(), Some(Refusal::OwnAccount { .. })), "{moment}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_shows_the_opposite_is_no_success() {
    for body in [
        json!({ "@odata.context": "c", "accountEnabled": true }),
        json!({ "@odata.context": "c", "accountEnabled": false, "error": { "code": "x" } }),
    ] {
        let (_, client) = script([account(), ok(&body), refused(503, "x", "y")]);
        let error = client.block_sign_in(ID).await.unwrap_err();
        assert!(error.outcome_unknown() && matches!(error, Error::Decode { .. }), "{body}: {error}");
    }
    let shown = json!({ "@odata.context": "c", "accountEnabled": false });
    let (_, client) = script([account(), ok(&shown)]);
    assert!(client.block_sign_in(ID).await.unwrap().is_success());
}

#[tokio::test(start_paused = true)]
async fn a_name_in_a_refusal_is_not_its_cause() {
    for name in ["licensing@contoso.example", "mfa.required@contoso.example"] {
        let message = format!(
            "Resource '{name}' does not exist or one of its queried reference-property objects are not present."
        );
        let (_, client) = script([refused(404, "Request_ResourceNotFound", &message)]);
        let error = client.block_sign_in(name).await.unwrap_err();
        assert!(error.advice().contains("find_users"), "{error}");
    }
    let denied =
        "Insufficient privileges. One of the roles 'Global Reader, License Administrator' is needed.";
    let body = json!({ "error": { "code": "Authorization_RequestDenied", "message": denied } });
    for path in ["/roleAssignments", "/transitiveMemberOf/", "/ownedObjects/"] {
        assert_eq!(snapshot_with(path, 403, &body).await.is_privileged(), None, "{path}");
    }
}
