//! Answers of the real service decode, or fail with a typed error; nothing in them is lost.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use entra_ir_core::model::{AuthenticationMethod, MethodDetail, MethodKind, PerUserMfaState};
use entra_ir_core::operations::NOT_YET_VALID;
use entra_ir_core::operations::{MethodScope, Outcome};
use entra_ir_core::{Client, Error, GraphErrorKind, Page, RetryPolicy, ScriptedResponse, ScriptedTransport};
use entra_ir_tests::{Judge, client_over, shared};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

const ID: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";

fn cases() -> Option<HashMap<String, Value>> {
    let text = fs::read_to_string(shared("recorded-cases")?.join("cases.jsonl")).unwrap();
    let cases = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    Some(cases.map(|case| (case["name"].as_str().unwrap().to_owned(), case)).collect())
}

/// The recorded answer as a step of a script.
fn answer(case: &Value) -> ScriptedResponse {
    let response = &case["response"];
    let mut step = ScriptedResponse::answer(u16::try_from(response["status"].as_u64().unwrap()).unwrap());
    for (name, value) in response["headers"].as_object().unwrap() {
        let name: &'static str = Box::leak(name.to_ascii_lowercase().into_boxed_str());
        step = step.header(name, value.as_str().unwrap());
    }
    match &response["body"] {
        Value::Null => step,
        Value::String(text) => step.body(text.clone()),
        body => step.body(body.to_string()),
    }
}

fn script(steps: impl IntoIterator<Item = ScriptedResponse>) -> Client {
    let transport = ScriptedTransport::new(steps);
    client_over(transport, Judge::Client).retry(RetryPolicy::never()).build().unwrap()
}

fn page(case: &Value) -> Page<AuthenticationMethod> {
    serde_json::from_value(case["response"]["body"].clone()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn every_answer_decodes_or_fails_typed_whatever_was_asked() {
    let Some(cases) = cases() else { return };
    assert_eq!(cases.len(), 109);
    let mut understood = 0;
    for (name, case) in &cases {
        let results: [Result<(), Error>; 5] = [
            script([answer(case)]).get_user(ID).await.map(drop),
            script([answer(case)]).list_methods(ID).await.map(drop),
            script([answer(case)]).list_temporary_access_passes(ID).await.map(drop),
            script([answer(case), answer(case)]).block_sign_in(ID).await.map(drop),
            script([answer(case), answer(case), answer(case)]).revoke_mfa_sessions(ID).await.map(drop),
        ];
        for result in results {
            match result {
                Ok(()) => understood += 1,
                Err(Error::Graph(error)) => assert!(error.status.as_u16() >= 400, "{name}: {error}"),
                Err(Error::Decode { operation, path, .. }) => {
                    assert!(!operation.is_empty() && !path.is_empty(), "{name}");
                }
                // A next page on a host of the recording, or beyond the script.
                Err(Error::Refused(_) | Error::Transport(_)) => {}
                Err(other) => panic!("{name}: {other:?}"),
            }
        }
    }
    assert!(understood > 100, "{understood}");
}

#[tokio::test(start_paused = true)]
async fn lists_of_methods_keep_every_item() {
    let Some(cases) = cases() else { return };
    let list = script([answer(&cases["doc-methods-list"])]).list_methods(ID).await.unwrap().methods;
    assert_eq!(
        list.iter().map(|method| method.kind.clone()).collect::<Vec<_>>(),
        [MethodKind::Fido2, MethodKind::WindowsHello]
    );
    assert!(list[0].created.is_some(), "by its older name");
    assert_eq!(list[0].raw["attestationCertificates"].as_array().unwrap().len(), 1);

    for name in [
        "doc-password-methods-list",
        "doc-phone-methods-list",
        "doc-email-methods-list",
        "doc-fido2-methods-list",
        "doc-authenticator-methods-list",
        "doc-windows-hello-list",
        "doc-software-oath-list",
        "docs-passwordless-list",
        "ref-hardware-oath-list",
    ] {
        let case = &cases[name];
        let given = case["response"]["body"]["value"].as_array().unwrap();
        let read = page(case).value;
        assert_eq!(read.len(), given.len(), "{name}");
        for (read, given) in read.iter().zip(given) {
            assert_eq!(json!(read.id), given["id"], "{name}");
            assert!(
                given.as_object().unwrap().iter().all(|(key, value)| {
                    read.raw.get(key) == Some(value) || ["password", "secretKey"].contains(&key.as_str())
                }),
                "{name}: something was lost"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn types_without_at_are_unknown_and_reported_as_not_removed() {
    let Some(cases) = cases() else { return };
    let odd = || answer(&cases["ref-methods-odata-type-without-at"]);
    let empty = || ScriptedResponse::answer(200).body(r#"{"value":[]}"#);
    let client = script([odd(), empty(), odd(), empty()]);
    let deleted = client.delete_methods(ID, MethodScope::AllRemovable).await.unwrap();
    assert_eq!(deleted.methods.len(), 2);
    assert!(
        deleted.methods.iter().all(|of| of.outcome == Outcome::UnknownType && !of.id.as_str().is_empty())
    );
    assert!(!deleted.is_complete());
}

#[tokio::test(start_paused = true)]
async fn ids_with_number_signs_are_encoded() {
    let Some(cases) = cases() else { return };
    let token = page(&cases["ref-hardware-oath-list"]).value.remove(0);
    let transport = ScriptedTransport::new([ScriptedResponse::answer(204)]);
    let client = client_over(transport.clone(), Judge::Client).build().unwrap();
    client.delete_method(ID, MethodKind::HardwareOath, token.id).await.unwrap();
    let path = transport.requests()[0].uri().path().to_owned();
    assert!(path.contains("/hardwareOathMethods/aad49556-%23%23%23%23-"), "{path}");
}

#[test]
fn single_methods_are_read_bare_and_unknown_words_are_kept() {
    let Some(cases) = cases() else { return };
    let one =
        |name: &str| serde_json::from_value::<AuthenticationMethod>(cases[name]["response"]["body"].clone());
    assert_eq!(one("doc-method-get").unwrap().kind, MethodKind::WindowsHello);
    assert!(one("doc-password-method-get").is_ok() && one("doc-phone-method-get").is_ok());
    let phone = one("doc-phone-method-create").unwrap();
    assert_eq!(phone.raw["phoneType"], "phoneType-value");
    let qr = one("ref-qrcode-create").unwrap();
    assert_eq!(qr.kind, MethodKind::QrCodePin);
    assert!(qr.created.is_some() && qr.last_used.is_none(), "year one means never");
    for wrapped in [
        "doc-email-method-get",
        "doc-fido2-method-get",
        "doc-authenticator-method-get",
        "doc-windows-hello-get",
    ] {
        assert!(one(wrapped).is_err(), "{wrapped}: a wrapped entity has no id, and none is made up");
    }
}

#[tokio::test(start_paused = true)]
async fn passes_are_read_and_stay_secret() {
    let Some(cases) = cases() else { return };
    let listed = script([answer(&cases["doc-tap-list"])]).list_temporary_access_passes(ID).await.unwrap();
    assert!(
        listed[0].temporary_access_pass.is_none()
            && listed[0].is_because("NotYetValid")
            && listed[0].created_date_time.is_some()
    );

    let user = ScriptedResponse::answer(200).body(format!(r#"{{"id":"{ID}","userType":"Member"}}"#));
    let me = ScriptedResponse::answer(200).body(r#"{"id":"11111111-73a1-43b7-86d7-ed8409f55900"}"#);
    let none = ScriptedResponse::answer(200).body(r#"{"value":[]}"#);
    let client =
        script([user, me, answer(&cases["doc-config-tap-get"]), none, answer(&cases["doc-tap-create"])]);
    let made = client.create_temporary_access_pass(ID).lifetime(Duration::from_secs(3600)).await.unwrap();
    assert_eq!(made.pass.as_ref().unwrap().expose_secret(), "+drkzqAD");
    assert!(made.receipt.has(&NOT_YET_VALID) && made.is_usable == Some(false));
    assert!(!format!("{made:?}").contains("drkzqAD"));

    script([answer(&cases["doc-tap-delete"])]).delete_temporary_access_pass(ID, "22e20d8a").await.unwrap();
    let method =
        serde_json::from_value::<AuthenticationMethod>(cases["doc-tap-get"]["response"]["body"].clone())
            .unwrap();
    assert!(matches!(method.detail, MethodDetail::TemporaryAccessPass(_)));
}

#[tokio::test(start_paused = true)]
async fn a_reset_is_followed_from_the_recorded_address() {
    let Some(cases) = cases() else { return };
    let user =
        || ScriptedResponse::answer(200).body(format!(r#"{{"id":"{ID}","onPremisesSyncEnabled":true}}"#));
    let me = || ScriptedResponse::answer(200).body(r#"{"id":"11111111-73a1-43b7-86d7-ed8409f55900"}"#);
    let done = ScriptedResponse::answer(200).body(r#"{"status":"Succeeded"}"#);
    // The two examples are about two operations, and of another account.
    let operation = "9126d720-a431-4c8b-8cee-1bf33fe41645";
    let (mut reset, mut running) = (cases["doc-reset-password"].clone(), cases["doc-operation-get"].clone());
    let address = format!(
        "https://graph.microsoft.com/v1.0/users/{ID}/authentication/operations/{operation}?aadgdc=DUB02P&aadgsu=ssprprod-a"
    );
    reset["response"]["headers"]["Location"] = address.into();
    running["response"]["body"]["id"] = operation.into();
    let steps = [user(), me(), answer(&reset), answer(&running), done];
    let transport = ScriptedTransport::new(steps);
    let client = client_over(transport.clone(), Judge::Client).build().unwrap();
    let reset = client.reset_password(ID).await.unwrap();
    assert_eq!(reset.receipt.grade, entra_ir_core::receipt::Grade::Confirmed);
    let requests = transport.requests();
    assert_eq!(requests.len(), 5);
    assert!(
        requests[4].uri().to_string().ends_with("?aadgdc=DUB02P&aadgsu=ssprprod-a"),
        "{}",
        requests[4].uri()
    );
}

#[tokio::test(start_paused = true)]
async fn users_revocations_and_states() {
    let Some(cases) = cases() else { return };
    for name in ["az-user-get-upn", "az-me", "az-user-get-dollar-upn"] {
        let id = cases[name]["response"]["body"]["id"].as_str().unwrap();
        let user = script([answer(&cases[name])]).get_user(id).await.unwrap();
        assert_eq!(json!(user.id), id, "{name}");
        let other = script([answer(&cases[name])]).get_user(ID).await;
        assert!(matches!(other, Err(Error::Decode { .. })), "{name}: another account than the one asked for");
    }
    let error = script([answer(&cases["doc-user-get"])]).get_user(ID).await.unwrap_err();
    assert!(matches!(error, Error::Decode { .. }), "without an id: no user");
    let user = ScriptedResponse::answer(200).body(format!(r#"{{"id":"{ID}"}}"#));
    let client = script([user, answer(&cases["doc-revoke"])]);
    client.revoke_sign_in_sessions(ID).await.unwrap();
    let user = ScriptedResponse::answer(200).body(format!(r#"{{"id":"{ID}"}}"#));
    let revoked = script([user, answer(&cases["doc-revoke"]), answer(&cases["ref-per-user-mfa"])])
        .revoke_mfa_sessions(ID)
        .await
        .unwrap();
    assert_eq!(revoked.per_user_mfa, Some(PerUserMfaState::Enforced));
    let user = ScriptedResponse::answer(200).body(format!(r#"{{"id":"{ID}"}}"#));
    script([user, answer(&cases["az-user-update"])]).unblock_sign_in(ID).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn errors_keep_what_the_service_said() {
    let Some(cases) = cases() else { return };
    for (name, kind) in [("az-group-404", GraphErrorKind::NotFound), ("az-forbidden", GraphErrorKind::Denied)]
    {
        let error = script([answer(&cases[name])]).get_user(ID).await.unwrap_err();
        let graph = error.as_graph().unwrap();
        assert_eq!(graph.kind(), kind);
        assert_eq!(json!(graph.request_id), cases[name]["response"]["headers"]["request-id"]);
        assert_eq!(json!(graph.code), cases[name]["response"]["body"]["error"]["code"]);
    }
    let error = script([answer(&cases["concept-throttled-decimal"])]).get_user(ID).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_millis(2128)));
    assert_eq!(error.as_graph().unwrap().inner_code.as_deref(), Some("429"));
}
