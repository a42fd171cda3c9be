//! A client with the credentials of a person and of an application: each request goes with the one that may
//! send it.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entra_ir_core::{
    AccessToken, CallerKind, Client, ClientBuilder, Error, Guard, ScriptedResponse, ScriptedTransport,
    StaticToken, TokenProvider, TokenRequest,
};
use entra_ir_tests::{Judge, client_over};
use serde_json::{Value, json};

const ID: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";
const OTHER: &str = "7a1f9c0d-52b6-4d3f-8a77-0a9c31f2e844";
const USER: &str = r#"{"id":"3b41c05e-73a1-43b7-86d7-ed8409f55900"}"#;
const DENIED: &str =
    r#"{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges"}}"#;
const USER_ADMINISTRATOR: &str = "fe930be7-5e62-47db-91af-98c3a49a38b1";
const GLOBAL_READER: &str = "f2ef992c-3afb-46b9-b7cf-a126ee74c451";

fn token(claims: &Value) -> String {
    format!("eyJhbGciOiJub25lIn0.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

fn person(scopes: &str, roles: &[&str]) -> String {
    token(&json!({ "scp": scopes, "wids": roles, "oid": OTHER }))
}

fn application(roles: &[&str]) -> String {
    token(&json!({ "roles": roles, "idtyp": "app" }))
}

fn both(builder: ClientBuilder, person: &str, application: &str) -> ClientBuilder {
    builder
        .credential(StaticToken::new(application).speaking_for(CallerKind::AppOnly))
        .second_credential(StaticToken::new(person).speaking_for(CallerKind::Delegated))
}

fn client(
    steps: impl IntoIterator<Item = ScriptedResponse>,
    person: &str,
    application: &str,
) -> (ScriptedTransport, Client) {
    let transport = ScriptedTransport::new(steps);
    let client = both(client_over(transport.clone(), Judge::Client), person, application).build().unwrap();
    (transport, client)
}

/// Returns who sent each request: `p` a person, `a` an application.
fn senders(transport: &ScriptedTransport, person: &str) -> String {
    let is_person = format!("Bearer {person}");
    let requests = transport.requests();
    requests
        .iter()
        .map(|request| if request.headers()["authorization"] == *is_person { 'p' } else { 'a' })
        .collect()
}

#[tokio::test]
async fn a_call_for_one_kind_of_caller_goes_with_that_one() {
    let (person, app) =
        (person("", &[]), application(&["User.Read.All", "UserAuthenticationMethod.ReadWrite.All"]));
    let synced = USER.replace('}', r#","onPremisesSyncEnabled":true}"#);
    let me = USER.replace(ID, OTHER);
    let steps = [synced, me].map(|user| ScriptedResponse::answer(200).body(user));
    let (transport, client) = client(steps.into_iter().chain([ScriptedResponse::answer(403)]), &person, &app);
    client.reset_password(ID).await.unwrap_err();
    // `/me` and the reset with write-back exist for a signed-in user only, whatever the tokens say.
    let paths: Vec<_> = transport.requests().iter().map(|request| request.uri().path().to_owned()).collect();
    assert!(paths[1].ends_with("/me") && paths[2].ends_with("/resetPassword"), "{paths:?}");
    assert_eq!(senders(&transport, &person), "app");
}

#[tokio::test]
async fn the_token_that_holds_permission_and_role_is_used() {
    let holds_all = "User.Read.All User.EnableDisableAccount.All";
    let app = application(&["User.Read.All", "User.EnableDisableAccount.All"]);
    let cases = [
        (person(holds_all, &[USER_ADMINISTRATOR]), "pp", CallerKind::Delegated),
        (person(holds_all, &[GLOBAL_READER]), "pa", CallerKind::AppOnly),
        (person("User.Read.All", &[USER_ADMINISTRATOR]), "pa", CallerKind::AppOnly),
        (person("", &[USER_ADMINISTRATOR]), "aa", CallerKind::AppOnly),
        ("opaque".to_owned(), "pp", CallerKind::Delegated),
    ];
    for (person, sent, caller) in cases {
        let steps = [ScriptedResponse::answer(200).body(USER), ScriptedResponse::answer(204)];
        let (transport, client) = client(steps, &person, &app);
        let receipt = client.block_sign_in(ID).await.unwrap();
        assert_eq!(senders(&transport, &person), sent);
        assert_eq!(receipt.exchanges[0].caller, Some(caller));
    }
}

#[tokio::test]
async fn what_is_refused_to_one_is_asked_of_the_other_once() {
    let (person, app) = (
        person("User.Read.All User.ReadWrite.All", &[USER_ADMINISTRATOR]),
        application(&["User.ReadWrite.All"]),
    );
    let denied = || ScriptedResponse::answer(403).body(DENIED);
    let read = || ScriptedResponse::answer(200).body(USER);
    let (transport, allowed) = client([read(), denied(), ScriptedResponse::answer(204)], &person, &app);
    let receipt = allowed.block_sign_in(ID).await.unwrap();
    assert_eq!(senders(&transport, &person), "ppa");
    assert_eq!(receipt.exchanges[0].caller, Some(CallerKind::AppOnly), "{receipt:?}");

    let (transport, refused) = client([read(), denied(), denied()], &person, &app);
    let error = refused.block_sign_in(ID).await.unwrap_err();
    assert_eq!(error.as_graph().unwrap().code, "Authorization_RequestDenied");
    assert_eq!(transport.requests().len(), 3);
    assert_eq!(error.receipt().unwrap().exchanges[0].caller, Some(CallerKind::Delegated));
}

/// Gives an application's token, and then none.
#[derive(Debug, Default)]
struct Once(AtomicUsize);

#[async_trait]
impl TokenProvider for Once {
    async fn token(&self, _: &TokenRequest) -> Result<AccessToken, Error> {
        match self.0.fetch_add(1, Ordering::SeqCst) {
            0 => Ok(AccessToken::new(application(&["User.ReadWrite.All"]), None)),
            _ => Err(Error::auth("the application is gone", None)),
        }
    }

    fn caller_kind(&self) -> Option<CallerKind> {
        Some(CallerKind::AppOnly)
    }
}

/// An intermediary challenged the second attempt, which may have been done: the refusal of the first one is
/// not all.
#[tokio::test]
async fn a_second_attempt_of_unknown_outcome_is_not_hidden_behind_the_first_refusal() {
    let person = person("User.Read.All User.ReadWrite.All", &[USER_ADMINISTRATOR]);
    let challenge = ScriptedResponse::answer(401)
        .unmarked()
        .header("www-authenticate", "Bearer error=\"insufficient_claims\", claims=\"e30=\"");
    let steps = [
        ScriptedResponse::answer(200).body(USER),
        ScriptedResponse::answer(403).body(DENIED),
        challenge,
        ScriptedResponse::answer(200).body(USER),
    ];
    let client = client_over(ScriptedTransport::new(steps), Judge::Client)
        .credential(StaticToken::new(person).speaking_for(CallerKind::Delegated))
        .second_credential(Once::default())
        .build()
        .unwrap();
    let error = client.revoke_sign_in_sessions(ID).await.unwrap_err();
    assert!(matches!(error, Error::Auth { .. }) && error.outcome_unknown(), "{error:?}");
}

#[tokio::test]
async fn a_preview_names_who_would_send_it() {
    let person = person("User.ReadWrite.All", &[GLOBAL_READER]);
    let transport = ScriptedTransport::new([ScriptedResponse::answer(200).body(USER)]);
    let client = both(client_over(transport, Judge::Client), &person, &application(&["User.ReadWrite.All"]));
    let client = client.guard(Guard::dry_run()).build().unwrap();
    let receipt = client.block_sign_in(ID).await.unwrap();
    assert_eq!(receipt.would_send[0].caller, Some(CallerKind::AppOnly));
    assert!(receipt.would_send[0].to_string().ends_with("(as the application)"));
}

#[tokio::test]
async fn with_one_credential_no_receipt_names_a_caller() {
    let steps = [ScriptedResponse::answer(200).body(USER), ScriptedResponse::answer(204)];
    let client = client_over(ScriptedTransport::new(steps), Judge::Client).build().unwrap();
    let receipt = client.block_sign_in(ID).await.unwrap();
    assert_eq!(receipt.exchanges[0].caller, None);
    assert!(!serde_json::to_string(&receipt).unwrap().contains("\"caller\""));
}

#[tokio::test]
async fn both_own_accounts_are_protected() {
    let application = token(&json!({ "roles": ["User.ReadWrite.All"], "oid": ID }));
    let person = person("User.ReadWrite.All", &[USER_ADMINISTRATOR]);
    for own in [ID, OTHER] {
        let user = USER.replace(ID, own);
        let (transport, client) = client([ScriptedResponse::answer(200).body(user)], &person, &application);
        let error = client.revoke_sign_in_sessions(own).await.unwrap_err();
        assert!(matches!(error, Error::Refused(_)), "{error}");
        assert!(transport.requests().iter().all(|request| request.method() == "GET"));
    }
}

#[test]
fn two_of_one_kind_and_kinds_that_are_unknown_are_refused() {
    let known = |kind| StaticToken::new("t").speaking_for(kind);
    for kind in [CallerKind::Delegated, CallerKind::AppOnly] {
        let builder = Client::builder().credential(known(kind)).second_credential(known(kind));
        assert!(matches!(builder.build(), Err(Error::Config(_))));
        let builder = Client::builder().credential(known(kind)).second_credential(StaticToken::new("t"));
        assert!(matches!(builder.build(), Err(Error::Config(told)) if told.contains("speaking_for")));
    }
}
