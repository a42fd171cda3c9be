//! What the token endpoint answers, and what Graph answers to its tokens.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::*;

pub(super) const TOKEN: &str = "/contoso.example/oauth2/v2.0/token";
pub(super) const SCOPE: &str = "https://graph.microsoft.com/.default";
pub(super) const APP: &str = SimulatedTenant::CONTOSO_APP_ID;
pub(super) const SECRET: &str = SimulatedTenant::CONTOSO_APP_SECRET;

/// Sends a form, and returns status and JSON.
pub(super) async fn post(tenant: &SimulatedTenant, path: &str, fields: &[(&str, &str)]) -> (u16, Value) {
    let escape = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let body: Vec<_> =
        fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    let mut request = Request::new(Bytes::from(body.join("&")));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = format!("https://login.microsoftonline.com{path}").parse().unwrap();
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    request.headers_mut().insert(CONTENT_TYPE, form);
    let answer = tenant.send(request).await.unwrap();
    assert!(answer.headers().contains_key("x-ms-request-id") && !answer.headers().contains_key("request-id"));
    (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap())
}

/// Returns status, error and code of a refusal.
pub(super) async fn refusal(
    tenant: &SimulatedTenant,
    path: &str,
    fields: &[(&str, &str)],
) -> (u16, String, u64) {
    let (status, answer) = post(tenant, path, fields).await;
    let code = answer["error_codes"][0].as_u64().unwrap_or_default();
    let text = answer["error_description"].as_str().unwrap();
    assert!(code == 0 || text.starts_with(&format!("AADSTS{code}: ")), "{text}");
    for field in ["timestamp", "trace_id", "correlation_id"] {
        assert!(answer[field].is_string(), "{answer}");
    }
    (status, answer["error"].as_str().unwrap().to_owned(), code)
}

fn with_secret<'a>(app: &'a str, secret: &'a str) -> [(&'a str, &'a str); 4] {
    let kind = ("grant_type", "client_credentials");
    [kind, ("client_id", app), ("client_secret", secret), ("scope", SCOPE)]
}

/// Calls Graph with a token, and returns the answer.
pub(super) async fn graph(
    tenant: &SimulatedTenant,
    token: &str,
    method: &str,
    path: &str,
    body: Value,
) -> Response {
    let mut request = request(method, path, &body);
    request.headers_mut().insert(AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    tenant.send(request).await.unwrap()
}

pub(super) async fn status(tenant: &SimulatedTenant, token: &str, path: &str) -> u16 {
    graph(tenant, token, "GET", path, Value::Null).await.status().as_u16()
}

pub(super) fn claims(token: &str) -> Value {
    let claims = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

pub(super) fn text<'a>(answer: &'a Value, field: &str) -> &'a str {
    answer[field].as_str().unwrap_or_else(|| panic!("{field}: {answer}"))
}

pub(super) async fn app_token(tenant: &SimulatedTenant, app: &str, secret: &str) -> String {
    let (status, answer) = post(tenant, TOKEN, &with_secret(app, secret)).await;
    assert_eq!(status, 200, "{answer}");
    text(&answer, "access_token").to_owned()
}

#[tokio::test(start_paused = true)]
async fn an_application_signs_in_with_its_secret_and_may_do_what_it_was_granted() {
    let tenant = SimulatedTenant::contoso();
    let (status_of, answer) = post(&tenant, TOKEN, &with_secret(APP, SECRET)).await;
    assert_eq!(
        (status_of, &answer["token_type"], &answer["expires_in"]),
        (200, &json!("Bearer"), &json!(3599))
    );
    assert!(answer["refresh_token"].is_null() && answer["refresh_in"].is_null());
    let token = text(&answer, "access_token");
    let said = claims(token);
    assert_eq!(said["aud"], "https://graph.microsoft.com");
    assert_eq!((text(&said, "idtyp"), text(&said, "appid")), ("app", APP));
    assert_eq!(text(&said, "tid"), SimulatedTenant::ID.to_string());
    assert!(said["scp"].is_null() && said["wids"].is_null());
    assert_eq!(status(&tenant, token, ADELE).await, 200);
    assert_eq!(status(&tenant, token, "/v1.0/me").await, 400, "it is nobody's own");

    let reader = NewAppRegistration::named("Reader")
        .app_id("reader")
        .secret("s")
        .application_permissions(["User.Read.All"]);
    tenant.add_app_registration(reader);
    let token = app_token(&tenant, "reader", "s").await;
    assert_eq!(claims(&token)["roles"], json!(["User.Read.All"]));
    assert_eq!(status(&tenant, &token, ADELE).await, 200);
    let block = json!({ "accountEnabled": false });
    let answer = graph(&tenant, &token, "PATCH", ADELE, block.clone()).await;
    assert_eq!(answer.status(), 403);
    assert!(tenant.user("adele@contoso.example").unwrap().enabled);
    let any_other = call(&tenant, "PATCH", ADELE, block).await;
    assert_eq!(any_other.0, 204, "another token means the caller that the tenant is set to");
}

#[tokio::test(start_paused = true)]
async fn permissions_count_until_they_are_taken_away() {
    let tenant = SimulatedTenant::contoso();
    let token = app_token(&tenant, APP, SECRET).await;
    tenant.remove_app_permissions(tenant.service_principal("Contoso Responders").unwrap());
    assert_eq!(status(&tenant, &token, ADELE).await, 200, "a running token keeps what it says");
    let token = app_token(&tenant, APP, SECRET).await;
    assert_eq!(status(&tenant, &token, ADELE).await, 403);
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_is_wrong_or_has_expired_is_refused() {
    let tenant = SimulatedTenant::contoso();
    let until = tenant.now().saturating_add(time::Duration::hours(1));
    tenant.add_app_registration(NewAppRegistration::named("Old").app_id("old").secret_until("s", until));
    let invalid = |code| (401, "invalid_client".to_owned(), code);
    assert_eq!(refusal(&tenant, TOKEN, &with_secret(APP, "no")).await, invalid(7_000_215));
    assert_eq!(refusal(&tenant, TOKEN, &with_secret(APP, "")).await, invalid(7_000_218));
    app_token(&tenant, "old", "s").await;
    tenant.advance(Duration::from_secs(3600));
    assert_eq!(refusal(&tenant, TOKEN, &with_secret("old", "s")).await, invalid(7_000_222));
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_for_must_exist() {
    let tenant = SimulatedTenant::contoso();
    let (request, grant) = ("invalid_request".to_owned(), "unsupported_grant_type".to_owned());
    let fields = with_secret(APP, SECRET);
    let elsewhere = "/fabrikam.example/oauth2/v2.0/token";
    assert_eq!(refusal(&tenant, elsewhere, &fields).await, (400, request.clone(), 90_002));
    let open = "/common/oauth2/v2.0/token";
    assert_eq!(refusal(&tenant, open, &fields).await, (400, request.clone(), 90_002));
    assert_eq!(refusal(&tenant, TOKEN, &[]).await, (400, request.clone(), 900_144));
    assert_eq!(refusal(&tenant, TOKEN, &fields[..1]).await, (400, request, 900_144));
    assert_eq!(refusal(&tenant, TOKEN, &[("grant_type", "password")]).await, (400, grant, 70_003));
    let unknown = refusal(&tenant, TOKEN, &with_secret("nobody", SECRET)).await;
    assert_eq!(unknown, (400, "unauthorized_client".into(), 700_016));
    for (scope, error, code) in [
        ("https://graph.microsoft.com/User.Read.All", "invalid_scope", 1_002_012),
        ("https://unknown.example/.default", "invalid_resource", 500_011),
    ] {
        let fields = [fields[0], fields[1], fields[2], ("scope", scope)];
        assert_eq!(refusal(&tenant, TOKEN, &fields).await, (400, error.into(), code));
    }
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = format!("https://login.microsoftonline.com{TOKEN}").parse().unwrap();
    let answer = tenant.send(request).await.unwrap();
    assert_eq!(answer.status(), 400);
    assert!(String::from_utf8_lossy(answer.body()).contains("AADSTS900561"));
}

#[tokio::test(start_paused = true)]
async fn graph_refuses_a_token_that_expired_was_changed_or_is_for_another_resource() {
    let tenant = SimulatedTenant::contoso();
    let token = app_token(&tenant, APP, SECRET).await;
    let (head, _) = token.rsplit_once('.').unwrap();
    assert_eq!(status(&tenant, &format!("{head}.AAAA"), ADELE).await, 401);
    let [kind, id, secret, _] = with_secret(APP, SECRET);
    for (scope, expected) in [
        ("https://vault.azure.net/.default", 401),
        ("https://graph.microsoft.us/.default", 401),
        ("00000003-0000-0000-c000-000000000000/.default", 200),
    ] {
        let (_, answer) = post(&tenant, TOKEN, &[kind, id, secret, ("scope", scope)]).await;
        assert_eq!(status(&tenant, text(&answer, "access_token"), ADELE).await, expected, "{scope}");
    }
    tenant.advance(Duration::from_secs(3598));
    assert_eq!(status(&tenant, &token, ADELE).await, 200);
    tenant.advance(Duration::from_secs(1));
    let answer = graph(&tenant, &token, "GET", ADELE, Value::Null).await;
    assert_eq!(answer.status(), 401);
    assert!(!answer.headers()["www-authenticate"].to_str().unwrap().contains("insufficient_claims"));
}

#[tokio::test(start_paused = true)]
async fn nothing_keeps_a_secret_or_a_token() {
    let tenant = SimulatedTenant::contoso();
    let token = app_token(&tenant, APP, SECRET).await;
    let kept = tenant.exchanges().iter().map(|one| one.to_json().to_string()).collect::<String>();
    assert!(kept.contains("client%5Fsecret=***") && !kept.contains("secret%2Dof") && !kept.contains(&token));
    let registration = NewAppRegistration::named("x").secret("hunter2");
    assert!(!format!("{tenant:?} {registration:?}").contains("hunter2"));
}
