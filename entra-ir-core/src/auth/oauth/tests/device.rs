//! The device code: what a person does, or does not.

use std::sync::Mutex;

use super::*;
use crate::auth::oauth::{DeviceCode, DevicePrompt};
use crate::error::{AuthErrorKind as Kind, Sent, TransportErrorKind};

type Shown = Arc<Mutex<Vec<DevicePrompt>>>;

fn credential() -> (DeviceCode, Shown) {
    let shown = Shown::default();
    let prompts = Arc::clone(&shown);
    let show = move |prompt: &DevicePrompt| prompts.lock().unwrap().push(prompt.clone());
    (DeviceCode::new(TENANT, CLIENT, show).unwrap(), shown)
}

fn code() -> ScriptedResponse {
    answer(&json!({
        "device_code": "device-code-secret", "user_code": "ABCDEFGHJ",
        "verification_uri": "https://login.microsoft.com/device", "expires_in": 900, "interval": 5,
        "message": "To sign in, open https://login.microsoft.com/device and enter ABCDEFGHJ.",
    }))
}

fn polled(word: &str, code: u32) -> ScriptedResponse {
    refusal(400, word, code, "As documented.")
}

fn pending() -> ScriptedResponse {
    polled("authorization_pending", 70_016)
}

fn signed_in(refresh: &str) -> ScriptedResponse {
    answer(&json!({ "expires_in": 4000, "access_token": good_token(), "refresh_token": refresh }))
}

#[tokio::test(start_paused = true)]
async fn a_person_signs_in_once_and_the_token_is_renewed_silently() {
    let (credential, shown) = credential();
    let slow = polled("slow_down", 0);
    let steps =
        [code(), pending(), slow, pending(), signed_in("refresh-1"), signed_in("refresh-2"), success()];
    let (request, transport) = request(Cloud::Global, steps);
    let begun = tokio::time::Instant::now();
    credential.token(&request).await.unwrap();
    assert_eq!(begun.elapsed().as_secs(), 5 + 5 + 10 + 10, "slow_down adds five seconds");
    let prompt = shown.lock().unwrap()[0].clone();
    assert_eq!((prompt.user_code.as_str(), prompt.message.contains("ABCDEFGHJ")), ("ABCDEFGHJ", true));
    assert_eq!(prompt.verification_uri, "https://login.microsoft.com/device");
    credential.token(&request).await.unwrap();
    credential.token(&request).await.unwrap();
    assert_eq!(shown.lock().unwrap().len(), 1);

    let sent = transport.requests();
    assert!(sent[0].uri().path().ends_with("/oauth2/v2.0/devicecode"));
    assert_eq!(field(&sent[0], "scope").unwrap(), "https://graph.microsoft.com/.default offline_access");
    assert_eq!(field(&sent[1], "grant_type").unwrap(), "urn:ietf:params:oauth:grant-type:device_code");
    assert_eq!(field(&sent[1], "device_code").unwrap(), "device-code-secret");
    assert_eq!(field(&sent[5], "refresh_token").unwrap(), "refresh-1");
    assert_eq!(field(&sent[6], "refresh_token").unwrap(), "refresh-2", "the newer one");
    assert!(sent.iter().all(|sent| field(sent, "client_secret").is_none()));
    assert!(sent.iter().all(|sent| field(sent, "claims").unwrap().contains("cp1")));
}

#[tokio::test(start_paused = true)]
async fn what_a_person_does_not_do_is_named() {
    let cases = [
        (polled("authorization_declined", 70_018), Kind::Declined),
        (polled("access_denied", 0), Kind::Declined),
        (polled("expired_token", 70_019), Kind::CodeExpired),
        (polled("bad_verification_code", 70_018), Kind::CodeExpired),
        (polled("invalid_grant", 53_003), Kind::BlockedByPolicy),
        (polled("invalid_grant", 65_001), Kind::ConsentMissing),
        (polled("invalid_client", 7_000_218), Kind::Other),
    ];
    for (step, kind) in cases {
        let (error, sent) = failure(&credential().0, [code(), pending(), step]).await;
        assert_eq!((error.kind, sent), (kind, 3), "{error}");
        let hint = match kind {
            Kind::BlockedByPolicy => "block the device code flow",
            Kind::Other => "Allow public client flows",
            _ => "",
        };
        assert!(error.reason.contains(hint), "{}", error.reason);
    }
}

#[tokio::test(start_paused = true)]
async fn a_code_that_nobody_enters_ends() {
    let (credential, _) = credential();
    let polls = (0..179).map(|_| pending());
    let begun = tokio::time::Instant::now();
    let (error, _) = failure(&credential, std::iter::once(code()).chain(polls)).await;
    assert_eq!((error.kind, begun.elapsed().as_secs()), (Kind::CodeExpired, 900));
    assert!(credential.patience() > Duration::from_secs(900));
    let steps = [code(), signed_in("r")];
    let (request, _) = request(Cloud::Global, steps);
    assert!(credential.token(&request).await.is_ok(), "the next call asks for a new code");
}

#[tokio::test(start_paused = true)]
async fn a_network_that_goes_away_while_the_person_signs_in_ends_nothing() {
    let down = || ScriptedResponse::failure(TransportErrorKind::Connect, Sent::No);
    let steps = [code(), down(), down(), down(), down(), pending(), signed_in("r")];
    let (request, _) = request(Cloud::Global, steps);
    assert!(credential().0.token(&request).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_abandoned_leaves_its_code_to_the_next_one() {
    let (credential, shown) = credential();
    let (request, transport) = request(Cloud::Global, [code(), pending(), pending(), signed_in("r")]);
    let cut = tokio::time::timeout(Duration::from_secs(7), credential.token(&request)).await;
    assert!(cut.is_err());
    credential.token(&request).await.unwrap();
    assert_eq!((shown.lock().unwrap().len(), transport.remaining()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_revoked_grant_and_unsatisfied_claims_ask_the_person_again() {
    let (credential, shown) = credential();
    let revoked = polled("invalid_grant", 50_173);
    let steps = [
        code(),
        signed_in("r1"),
        revoked,
        code(),
        signed_in("r2"),
        polled("interaction_required", 50_076),
        code(),
        signed_in("r3"),
    ];
    let (mut request, transport) = request(Cloud::Global, steps);
    credential.token(&request).await.unwrap();
    credential.token(&request).await.unwrap();
    request.claims = Some(r#"{"access_token":{"amr":{"essential":true,"values":["ngcmfa"]}}}"#.into());
    credential.token(&request).await.unwrap();
    assert_eq!((shown.lock().unwrap().len(), transport.remaining()), (3, 0));
    let last = transport.requests();
    for sent in &last[5..] {
        let claims = field(sent, "claims").unwrap();
        assert!(claims.contains("ngcmfa") && claims.contains("cp1"), "{claims}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_is_away_keeps_the_refresh_token() {
    let (credential, shown) = credential();
    let busy = || ScriptedResponse::answer(429).header("retry-after", "3600");
    let (request, _) = request(Cloud::Global, [code(), signed_in("r"), busy(), signed_in("r")]);
    credential.token(&request).await.unwrap();
    assert_eq!(reason(credential.token(&request).await).kind, Kind::Throttled);
    credential.token(&request).await.unwrap();
    assert_eq!(shown.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn another_answer_than_a_code_is_not_understood_and_its_text_is_printable() {
    let (error, _) = failure(&credential().0, [answer(&json!({ "user_code": "X" }))]).await;
    assert_eq!(error.kind, Kind::NotUnderstood);
    let (credential, shown) = credential();
    let body = json!({ "device_code": "d", "user_code": "A\u{1b}[2J", "verification_uri": "https://x" });
    let (request, _) = request(Cloud::Global, [answer(&body), success()]);
    let _ = tokio::time::timeout(Duration::from_millis(10), credential.token(&request)).await;
    let prompt = shown.lock().unwrap()[0].clone();
    assert!(!prompt.message.contains('\u{1b}') && !prompt.user_code.contains('\u{1b}'), "{prompt:?}");
}
