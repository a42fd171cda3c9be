//! Device code and refresh tokens, and what ends them.

use super::tokens::{APP, SCOPE, SECRET, TOKEN, app_token, claims, graph, post, refusal, status, text};
use super::*;

const CODE: &str = "/organizations/oauth2/v2.0/devicecode";
const RESPONDER: &str = "responder@contoso.example";
const POLL: &str = "urn:ietf:params:oauth:grant-type:device_code";
const CAPABLE: &str = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;

async fn start(tenant: &SimulatedTenant) -> Value {
    let scope = format!("{SCOPE} openid offline_access");
    let (status, answer) = post(tenant, CODE, &[("client_id", APP), ("scope", &scope)]).await;
    assert_eq!((status, &answer["expires_in"], &answer["interval"]), (200, &json!(900), &json!(5)));
    assert!(text(&answer, "message").contains(text(&answer, "user_code")));
    answer
}

fn poll(code: &Value) -> [(&str, &str); 3] {
    [("grant_type", POLL), ("client_id", APP), ("device_code", text(code, "device_code"))]
}

/// Signs the responder in, and returns the answer with the tokens.
async fn signed_in(tenant: &SimulatedTenant, more: &[(&str, &str)]) -> Value {
    let code = start(tenant).await;
    assert!(tenant.approve_device_code(text(&code, "user_code"), RESPONDER));
    let fields = [&poll(&code)[..], more].concat();
    let (status, answer) = post(tenant, TOKEN, &fields).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

fn refresh(token: &str) -> [(&str, &str); 4] {
    let kind = ("grant_type", "refresh_token");
    [kind, ("client_id", APP), ("refresh_token", token), ("scope", SCOPE)]
}

#[tokio::test(start_paused = true)]
async fn a_user_signs_in_by_device_code_and_is_the_caller() {
    let tenant = SimulatedTenant::contoso();
    let code = start(&tenant).await;
    let pending = (400, "authorization_pending".to_owned(), 70_016);
    assert_eq!(refusal(&tenant, TOKEN, &poll(&code)).await, pending);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(refusal(&tenant, TOKEN, &poll(&code)).await.1, "slow_down");
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(refusal(&tenant, TOKEN, &poll(&code)).await, pending, "the interval grew to ten seconds");
    assert!(!tenant.approve_device_code("WRONGCODE", RESPONDER));
    assert!(!tenant.approve_device_code(text(&code, "user_code"), "liam@contoso.example"), "he is blocked");
    let typed = text(&code, "user_code").to_lowercase();
    assert!(tenant.approve_device_code(&format!(" {typed} "), RESPONDER));
    let (status_of, answer) = post(&tenant, TOKEN, &poll(&code)).await;
    assert_eq!(status_of, 200, "{answer}");
    let token = text(&answer, "access_token");
    let said = claims(token);
    assert_eq!((text(&said, "idtyp"), text(&said, "upn")), ("user", RESPONDER));
    assert!(text(&said, "scp").contains("User.RevokeSessions.All") && said["roles"].is_null());
    let administers_passwords = json!("fe930be7-5e62-47db-91af-98c3a49a38b1");
    assert!(said["wids"].as_array().unwrap().contains(&administers_passwords));
    assert_eq!(claims(text(&answer, "id_token"))["aud"], APP);
    let me = graph(&tenant, token, "GET", "/v1.0/me", Value::Null).await;
    assert!(String::from_utf8_lossy(me.body()).contains(RESPONDER));
    let again = refusal(&tenant, TOKEN, &poll(&code)).await;
    assert_eq!(again, (400, "bad_verification_code".into(), 70_018), "a code brings tokens once");
}

#[tokio::test(start_paused = true)]
async fn a_code_is_declined_or_expires() {
    let tenant = SimulatedTenant::contoso();
    let (declined, late) = (start(&tenant).await, start(&tenant).await);
    assert!(tenant.decline_device_code(text(&declined, "user_code")));
    let answer = refusal(&tenant, TOKEN, &poll(&declined)).await;
    assert_eq!(answer, (400, "authorization_declined".into(), 70_018));
    tenant.advance(Duration::from_secs(900));
    assert!(!tenant.approve_device_code(text(&late, "user_code"), RESPONDER));
    let answer = refusal(&tenant, TOKEN, &poll(&late)).await;
    assert_eq!(answer, (400, "expired_token".into(), 70_019));
}

#[tokio::test(start_paused = true)]
async fn a_user_without_consent_and_a_client_that_must_prove_itself_get_nothing() {
    let tenant = SimulatedTenant::contoso();
    let code = start(&tenant).await;
    assert!(tenant.approve_device_code(text(&code, "user_code"), "adele@contoso.example"));
    let answer = refusal(&tenant, TOKEN, &poll(&code)).await;
    assert_eq!(answer, (400, "invalid_grant".into(), 65_001));
    tenant.add_app_registration(NewAppRegistration::named("Web").app_id("web").secret("s"));
    let (_, code) = post(&tenant, CODE, &[("client_id", "web"), ("scope", SCOPE)]).await;
    let fields = [("grant_type", POLL), ("client_id", "web"), ("device_code", text(&code, "device_code"))];
    assert_eq!(refusal(&tenant, TOKEN, &fields).await, (401, "invalid_client".into(), 7_000_218));
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_lives_until_it_is_revoked_and_says_why() {
    let tenant = SimulatedTenant::contoso();
    let answer = signed_in(&tenant, &[]).await;
    let first = text(&answer, "refresh_token").to_owned();
    tenant.advance(Duration::from_secs(3600));
    let (status_of, answer) = post(&tenant, TOKEN, &refresh(&first)).await;
    assert_eq!(status_of, 200, "{answer}");
    let second = text(&answer, "refresh_token");
    assert!(second != first && post(&tenant, TOKEN, &refresh(&first)).await.0 == 200, "the old one remains");
    let running = text(&answer, "access_token");

    let revoke = "/v1.0/users/responder@contoso.example/revokeSignInSessions";
    tenant.set_caller(SimulatedCaller::app_only());
    assert_eq!(call(&tenant, "POST", revoke, Value::Null).await.0, 200);
    let (status_of, answer) = post(&tenant, TOKEN, &refresh(second)).await;
    assert_eq!(
        (status_of, text(&answer, "error"), text(&answer, "suberror")),
        (400, "invalid_grant", "bad_token")
    );
    assert!(text(&answer, "error_description").starts_with("AADSTS50173: "), "{answer}");
    assert_eq!(status(&tenant, running, ADELE).await, 200, "a running token lives on");
    let invalid = (400, "invalid_grant".to_owned(), 9_002_313);
    assert_eq!(refusal(&tenant, TOKEN, &refresh("made up")).await, invalid);
}

#[tokio::test(start_paused = true)]
async fn a_block_a_new_password_and_disuse_end_a_refresh_token() {
    let path = "/v1.0/users/responder@contoso.example";
    for (body, code) in [
        (json!({ "accountEnabled": false }), 50_057),
        (json!({ "passwordProfile": { "password": "Correct-horse-battery-9" } }), 50_173),
    ] {
        let tenant = SimulatedTenant::contoso();
        let answer = signed_in(&tenant, &[]).await;
        tenant.set_caller(SimulatedCaller::app_only());
        tenant.advance(Duration::from_secs(60));
        assert_eq!(call(&tenant, "PATCH", path, body).await.0, 204);
        let refused = refusal(&tenant, TOKEN, &refresh(text(&answer, "refresh_token"))).await;
        assert_eq!(refused, (400, "invalid_grant".into(), code));
    }
    let tenant = SimulatedTenant::contoso();
    let answer = signed_in(&tenant, &[]).await;
    tenant.advance(Duration::from_secs(90 * 24 * 3600));
    let refused = refusal(&tenant, TOKEN, &refresh(text(&answer, "refresh_token"))).await;
    assert_eq!(refused, (400, "invalid_grant".into(), 700_082));
}

#[tokio::test(start_paused = true)]
async fn policies_refuse_with_claims() {
    let tenant = SimulatedTenant::contoso();
    let answer = signed_in(&tenant, &[]).await;
    let token = text(&answer, "refresh_token");
    let with_secret = [
        ("grant_type", "client_credentials"),
        ("client_id", APP),
        ("client_secret", SECRET),
        ("scope", SCOPE),
    ];
    for (refusal, code, for_application) in
        [(TokenRefusal::MfaRequired, 50_076, 200), (TokenRefusal::BlockedByPolicy, 53_003, 400)]
    {
        tenant.refuse_tokens(Some(refusal));
        let (_, answer) = post(&tenant, TOKEN, &refresh(token)).await;
        assert_eq!(answer["error_codes"], json!([code]));
        assert!(text(&answer, "claims").starts_with(r#"{"access_token":"#));
        assert_eq!(post(&tenant, TOKEN, &with_secret).await.0, for_application);
    }
    tenant.refuse_tokens(None);
    let fresh = r#"{"access_token":{"amr":{"essential":true,"values":["ngcmfa"]}}}"#;
    let fields = [&refresh(token)[..], &[("claims", fresh)]].concat();
    assert_eq!(post(&tenant, TOKEN, &fields).await.0, 200);
    tenant.advance(Duration::from_secs(601));
    assert_eq!(refusal(&tenant, TOKEN, &fields).await, (400, "invalid_grant".into(), 50_076));
    let fields = [&refresh(token)[..], &[("claims", "{")]].concat();
    assert_eq!(refusal(&tenant, TOKEN, &fields).await, (400, "invalid_request".into(), 9_002_313));
}

/// Reads the `nbf` that a challenge asks for.
fn challenged(answer: &Response) -> Option<String> {
    use base64::Engine;
    let challenge = answer.headers().get("www-authenticate")?.to_str().ok()?;
    let (_, claims) = challenge.split_once("claims=\"")?;
    let claims = base64::prelude::BASE64_STANDARD.decode(claims.strip_suffix('"')?).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    claims["access_token"]["nbf"]["value"].as_str().map(str::to_owned)
}

#[tokio::test(start_paused = true)]
async fn a_client_that_understands_challenges_gets_long_tokens_and_a_challenge() {
    let tenant = SimulatedTenant::contoso();
    tenant.set_graph_gets_events(true);
    let answer = signed_in(&tenant, &[("claims", CAPABLE)]).await;
    assert_eq!((&answer["expires_in"], &answer["refresh_in"]), (&json!(100_799), &json!(50_399)));
    let token = text(&answer, "access_token");
    assert_eq!(claims(token)["xms_cc"], json!(["cp1"]));
    let ordinary = signed_in(&tenant, &[]).await;
    tenant.advance(Duration::from_secs(60));
    tenant.set_caller(SimulatedCaller::app_only());
    let revoke = "/v1.0/users/responder@contoso.example/revokeSignInSessions";
    call(&tenant, "POST", revoke, Value::Null).await;
    let refused = graph(&tenant, token, "GET", ADELE, Value::Null).await;
    assert_eq!(refused.status(), 401);
    assert_eq!(challenged(&refused).unwrap(), tenant.now().unix_timestamp().to_string());
    assert_eq!(status(&tenant, text(&ordinary, "access_token"), ADELE).await, 200);
    let newer = signed_in(&tenant, &[("claims", CAPABLE)]).await;
    assert_eq!(status(&tenant, text(&newer, "access_token"), ADELE).await, 200);
}

#[tokio::test(start_paused = true)]
async fn a_disabled_application_gets_no_token_and_its_long_ones_are_challenged() {
    let tenant = SimulatedTenant::contoso();
    let ordinary = app_token(&tenant, APP, SECRET).await;
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", APP),
        ("client_secret", SECRET),
        ("scope", SCOPE),
        ("claims", CAPABLE),
    ];
    let (_, answer) = post(&tenant, TOKEN, &fields).await;
    assert_eq!(answer["expires_in"], 86_399);
    let tool = tenant.service_principal("Contoso Responders").unwrap();
    let path = format!("/v1.0/servicePrincipals/{tool}");
    assert_eq!(call(&tenant, "PATCH", &path, json!({ "accountEnabled": false })).await.0, 204);
    let refused = graph(&tenant, text(&answer, "access_token"), "GET", ADELE, Value::Null).await;
    assert!(refused.status() == 401 && challenged(&refused).is_some());
    assert_eq!(status(&tenant, &ordinary, ADELE).await, 200);
    assert_eq!(refusal(&tenant, TOKEN, &fields).await, (400, "unauthorized_client".into(), 7_000_112));
}

#[tokio::test(start_paused = true)]
async fn faults_reach_the_endpoint_in_its_own_words() {
    let tenant = SimulatedTenant::contoso();
    tenant.inject(Fault::status(429).retry_after("3").on_path("/oauth2/v2.0/token"));
    tenant.inject(Fault::status(503).on_path("/oauth2/v2.0/token"));
    let fields = refresh("x");
    for (status, code) in [(429, 90_055), (503, 90_033)] {
        let answer = refusal(&tenant, TOKEN, &fields).await;
        assert_eq!(answer, (status, "temporarily_unavailable".into(), code));
    }
}

#[tokio::test(start_paused = true)]
async fn the_documents_lead_to_the_endpoint_and_the_page_takes_a_code() {
    let tenant = SimulatedTenant::contoso();
    let ask = async |method: &str, path: &str, body: &'static str| {
        let mut request = Request::new(Bytes::from_static(body.as_bytes()));
        *request.method_mut() = method.parse().unwrap();
        *request.uri_mut() = format!("http://127.0.0.1:1{path}").parse().unwrap();
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(CONTENT_TYPE, form);
        let answer = tenant.send(request).await.unwrap();
        (answer.status().as_u16(), String::from_utf8_lossy(answer.body()).into_owned())
    };
    let (status, text) = ask("GET", "/contoso.example/v2.0/.well-known/openid-configuration", "").await;
    let found: Value = serde_json::from_str(&text).unwrap();
    let endpoint = format!("http://127.0.0.1:1/{}/oauth2/v2.0/token", SimulatedTenant::ID);
    assert_eq!((status, &found["token_endpoint"]), (200, &json!(endpoint)));
    assert_eq!(ask("GET", "/fabrikam.example/v2.0/.well-known/openid-configuration", "").await.0, 400);
    assert!(ask("GET", "/common/discovery/instance", "").await.1.contains("tenant_discovery_endpoint"));
    let (_, code) = ask("POST", CODE, "client_id=c0a70500-5afe-4ace-9b1d-a99000000001&scope=User.Read").await;
    assert!(code.contains("http://127.0.0.1:1/devicelogin"), "{code}");
    assert!(ask("GET", "/devicelogin", "").await.1.contains("<form"));
    assert!(ask("POST", "/devicelogin", "user_code=x&user=%3Cb%3E").await.1.contains("no such"));
}
