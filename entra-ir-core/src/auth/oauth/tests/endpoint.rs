//! What the token endpoint answers, read by the client secret.

use super::*;
use crate::auth::TokenCache;
use crate::auth::oauth::ClientSecret;
use crate::error::{AuthErrorKind as Kind, Error, Sent, TransportErrorKind};

const SECRET: &str = "S3cret~Value.with&=+ signs";

fn credential() -> ClientSecret {
    ClientSecret::new(TENANT, CLIENT, SECRET).unwrap()
}

#[tokio::test]
async fn the_form_is_the_documented_one_and_the_answer_is_read() {
    let body = json!({
        "token_type": "Bearer", "expires_in": 86399, "refresh_in": "43199", "access_token": good_token(),
    });
    let (request, transport) = request(Cloud::Global, [answer(&body)]);
    let token = credential().token(&request).await.unwrap();
    assert_eq!(exposed(&token), good_token());
    assert_eq!(seconds_left(&token), 86_399);
    let renew = token.renew_at.unwrap().duration_since(SystemTime::now()).unwrap();
    assert!((43_190..=43_199).contains(&renew.as_secs()), "{renew:?}");

    let sent = &transport.requests()[0];
    assert_eq!(sent.method(), "POST");
    assert_eq!(
        sent.uri().to_string(),
        format!("https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token")
    );
    assert_eq!(sent.headers()["content-type"], "application/x-www-form-urlencoded");
    assert!(sent.headers().contains_key("client-request-id"));
    assert_eq!(field(sent, "grant_type").unwrap(), "client_credentials");
    assert_eq!(field(sent, "client_id").unwrap(), CLIENT);
    assert_eq!(field(sent, "client_secret").unwrap(), SECRET);
    assert_eq!(field(sent, "scope").unwrap(), "https://graph.microsoft.com/.default");
    assert_eq!(field(sent, "claims").unwrap(), r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#);
}

#[tokio::test]
async fn the_claims_of_a_challenge_are_sent_and_cae_can_be_turned_off() {
    let (mut request, transport) = request(Cloud::UsGovL5, [success(), success()]);
    request.scope = "https://graph.microsoft.com/.default".into();
    request.claims = Some(r#"{"access_token":{"nbf":{"essential":true,"value":"1"}}}"#.into());
    credential().token(&request).await.unwrap();
    let sent: Value = serde_json::from_str(&field(&transport.requests()[0], "claims").unwrap()).unwrap();
    assert_eq!(sent["access_token"]["nbf"]["value"], "1");
    assert_eq!(sent["access_token"]["xms_cc"]["values"][0], "cp1");
    request.claims = None;
    credential().cae(false).token(&request).await.unwrap();
    assert_eq!(field(&transport.requests()[1], "claims"), None);
    assert_eq!(transport.requests()[1].uri().host(), Some("login.microsoftonline.us"));
}

#[tokio::test]
async fn each_refusal_names_what_to_do_and_is_final() {
    let cases = [
        (401, "invalid_client", 7_000_215, "Invalid client secret provided.", Kind::WrongSecret),
        (
            401,
            "invalid_client",
            7_000_222,
            "The provided client secret keys are expired.",
            Kind::ExpiredSecret,
        ),
        (401, "invalid_client", 700_027, "The certificate is not registered.", Kind::UnknownCertificate),
        (400, "invalid_request", 90_002, "Tenant 'x' not found.", Kind::UnknownTenant),
        (400, "invalid_request", 900_023, "Specified tenant identifier is not valid.", Kind::UnknownTenant),
        (400, "invalid_request", 90_038, "Tenant is in another cloud.", Kind::WrongCloud),
        (400, "unauthorized_client", 700_016, "Application not found.", Kind::UnknownApplication),
        (400, "invalid_grant", 65_001, "No consent.", Kind::ConsentMissing),
        (400, "invalid_grant", 53_003, "Blocked by Conditional Access.", Kind::BlockedByPolicy),
        (400, "interaction_required", 50_076, "Use multi-factor.", Kind::InteractionRequired),
        (400, "invalid_grant", 50_057, "The account is disabled.", Kind::AccountDisabled),
        (400, "invalid_grant", 50_173, "The grant was revoked.", Kind::GrantRevoked),
        (400, "unauthorized_client", 7_000_112, "Application is disabled.", Kind::AccountDisabled),
        (400, "invalid_grant", 500_011, "The resource was not found.", Kind::WrongAudience),
        (400, "invalid_thing", 999_999, "Something new.", Kind::Other),
        (400, "invalid_grant", 999_999, "Something new.", Kind::GrantRevoked),
    ];
    for (status, word, code, text, kind) in cases {
        let (error, sent) = failure(&credential(), [refusal(status, word, code, text)]).await;
        assert_eq!((error.kind, error.code, sent), (kind, Some(code), 1), "{code}");
        assert_eq!(error.reason, format!("AADSTS{code}: {text}"), "the ids of the request are left out");
        let shown = Error::from(error).to_string();
        assert!(shown.contains("Next: ") && !shown.contains(SECRET), "{shown}");
    }
}

#[tokio::test]
async fn a_refusal_keeps_the_claims_that_a_person_has_to_satisfy() {
    let claims = r#"{"access_token":{"capolids":{"essential":true,"values":["x"]}}}"#;
    let body = json!({
        "error": "interaction_required", "error_description": "AADSTS50076: Due to a configuration change.",
        "error_codes": [50076], "suberror": "basic_action", "claims": claims,
    });
    let (error, _) = failure(&credential(), [ScriptedResponse::answer(400).body(body.to_string())]).await;
    assert_eq!((error.kind, error.claims.as_deref()), (Kind::InteractionRequired, Some(claims)));
}

#[tokio::test]
async fn damaged_answers_are_not_understood_and_not_quoted() {
    let page = format!("<html><body>proxy: client_secret={SECRET} was refused</body></html>");
    let cases = [
        (200, page.clone(), "a page of HTML"),
        (403, page, "a page of HTML"),
        (200, String::new(), "what is not JSON"),
        (400, String::new(), "nothing"),
        (200, r#"{"access_token":"eyJ"#.to_owned(), "what is not JSON"),
        (200, "{}".to_owned(), "no access token"),
        (200, r#"{"access_token":7}"#.to_owned(), "no access token"),
        (400, r#"{"error":{"code":7}}"#.to_owned(), "not an answer of Microsoft"),
        (302, "[]".to_owned(), "not an answer of Microsoft"),
    ];
    for (status, body, what) in cases {
        let (error, sent) = failure(&credential(), [ScriptedResponse::answer(status).body(body)]).await;
        assert_eq!((error.kind, sent), (Kind::NotUnderstood, 1), "{status} {what}");
        assert!(error.reason.contains(what) && !error.reason.contains(SECRET), "{}", error.reason);
    }
}

#[tokio::test]
async fn a_proxy_that_echoes_the_form_shows_no_secret() {
    let encoded = "S3cret~Value.with%26%3D%2B%20signs";
    let body = json!({ "error": "invalid_client", "error_description": format!("{SECRET} or {encoded}") });
    let (error, _) = failure(&credential(), [ScriptedResponse::answer(401).body(body.to_string())]).await;
    assert_eq!(error.reason, "*** or ***");
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_is_away_is_asked_four_times() {
    let down = || ScriptedResponse::failure(TransportErrorKind::Connect, Sent::No);
    let begun = tokio::time::Instant::now();
    let (error, sent) = failure(&credential(), [down(), down(), down(), down()]).await;
    assert_eq!((error.kind, sent), (Kind::Unreachable, 4));
    assert_eq!(begun.elapsed().as_secs(), 1 + 2 + 4);
    assert!(Error::from(error).is_retryable());

    let certificate = ScriptedResponse::failure(TransportErrorKind::Certificate, Sent::No);
    assert_eq!(failure(&credential(), [certificate]).await.1, 1, "no other answer will come");

    let (request, transport) =
        request(Cloud::Global, [down(), ScriptedResponse::answer(503).body("<html>"), success()]);
    assert!(credential().token(&request).await.is_ok());
    assert_eq!(transport.requests().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_slow_endpoint_does_not_hang_the_call() {
    let slow = || success().after(Duration::from_secs(3600));
    let begun = tokio::time::Instant::now();
    let (error, _) = failure(&credential(), [slow(), slow(), slow(), slow()]).await;
    assert_eq!(error.kind, Kind::Unreachable);
    assert!(begun.elapsed() < credential().patience(), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_throttled_endpoint_is_given_the_time_that_it_asks_for() {
    let busy = |seconds| ScriptedResponse::answer(429).header("retry-after", seconds);
    let begun = tokio::time::Instant::now();
    let (request, _) = request(Cloud::Global, [busy("7"), success()]);
    assert!(credential().token(&request).await.is_ok());
    assert_eq!(begun.elapsed().as_secs(), 7);

    let (error, sent) = failure(&credential(), [busy("600")]).await;
    assert_eq!((error.kind, sent), (Kind::Throttled, 1), "a long wait is the caller's to decide");
    assert_eq!(error.retry_after, Some(Duration::from_secs(600)));
    assert_eq!(Error::from(error).retry_after(), Some(Duration::from_secs(600)));

    let away = || {
        let body = r#"{"error":"temporarily_unavailable","error_codes":[90033]}"#;
        ScriptedResponse::answer(400).body(body)
    };
    assert_eq!(failure(&credential(), [away(), away(), away(), away()]).await.0.kind, Kind::Unreachable);
}

#[tokio::test]
async fn a_token_for_something_else_is_refused() {
    let cases = [
        (json!({ "aud": "https://graph.microsoft.us" }), Kind::WrongCloud),
        (json!({ "aud": "https://microsoftgraph.chinacloudapi.cn/" }), Kind::WrongCloud),
        (json!({ "aud": "https://management.azure.com" }), Kind::WrongAudience),
        (json!({ "aud": "https://graph.microsoft.com", "tid": CLIENT }), Kind::WrongTenant),
    ];
    for (claims, kind) in cases {
        let body = json!({ "expires_in": 3599, "access_token": token(&claims) });
        let (error, _) = failure(&credential(), [answer(&body)]).await;
        assert_eq!(error.kind, kind, "{claims}");
    }
    let fine = [
        "opaque".to_owned(),
        token(&json!({ "aud": "https://graph.microsoft.com/" })),
        token(&json!({ "aud": "00000003-0000-0000-c000-000000000000", "tid": TENANT })),
    ];
    for token in fine {
        let body = json!({ "expires_in": 3599, "access_token": token });
        let (request, _) = request(Cloud::Global, [answer(&body)]);
        assert!(credential().token(&request).await.is_ok(), "{token}");
    }
}

#[tokio::test]
async fn a_clients_calls_share_one_sign_in_and_a_token_without_an_end_is_used() {
    let (request, transport) = request(Cloud::Global, [answer(&json!({ "access_token": good_token() }))]);
    let cache = TokenCache::new(
        Arc::new(credential()),
        request.scope.clone(),
        Cloud::Global,
        Arc::new(transport.clone()),
    );
    let headers = futures_util::future::join_all((0..20).map(|_| cache.header())).await;
    assert!(headers.iter().all(Result::is_ok));
    assert_eq!(transport.requests().len(), 1);
}
