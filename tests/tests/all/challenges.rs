//! A 401 is answered with one new token, never with a loop.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use entra_ir_core::{
    AccessToken, Client, Error, GraphErrorKind, ScriptedResponse, ScriptedTransport, TokenProvider,
    TokenRequest,
};
use entra_ir_tests::{Judge, client_over};

const ID: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";
const USER: &str = r#"{"id":"3b41c05e-73a1-43b7-86d7-ed8409f55900"}"#;
/// `{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}`
const CLAIMS: &str =
    "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNjA0MTA2NjUxIn19fQ==";

#[derive(Debug, Default)]
struct Numbered {
    given: AtomicUsize,
    claims: Mutex<Vec<Option<String>>>,
}

#[async_trait]
impl TokenProvider for &'static Numbered {
    async fn token(&self, request: &TokenRequest) -> Result<AccessToken, Error> {
        self.claims.lock().unwrap().push(request.claims.clone());
        let number = self.given.fetch_add(1, Ordering::SeqCst);
        Ok(AccessToken::new(format!("token-{number}"), Some(SystemTime::now() + Duration::from_secs(3600))))
    }
}

fn client(
    steps: impl IntoIterator<Item = ScriptedResponse>,
) -> (ScriptedTransport, &'static Numbered, Client) {
    let transport = ScriptedTransport::new(steps);
    let provider: &'static Numbered = Box::leak(Box::default());
    let client = client_over(transport.clone(), Judge::Client).credential(provider).build().unwrap();
    (transport, provider, client)
}

fn challenge() -> ScriptedResponse {
    let value = format!(
        r#"Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="{CLAIMS}""#
    );
    ScriptedResponse::answer(401)
        .header("www-authenticate", "Basic realm=\"proxy\"")
        .header("www-authenticate", &value)
}

fn bearer(transport: &ScriptedTransport) -> Vec<String> {
    let header = |request: &entra_ir_core::wire::Request| {
        request.headers()["authorization"].to_str().unwrap().to_owned()
    };
    transport.requests().iter().map(header).collect()
}

#[tokio::test]
async fn claims_reach_the_provider_and_the_call_is_replayed_once() {
    let (transport, provider, client) = client([challenge(), ScriptedResponse::answer(200).body(USER)]);
    client.get_user(ID).await.unwrap();
    assert_eq!(bearer(&transport), ["Bearer token-0", "Bearer token-1"]);
    let claims = provider.claims.lock().unwrap().clone();
    assert_eq!(claims[0], None);
    assert_eq!(
        claims[1].as_deref(),
        Some(r#"{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}"#)
    );
}

#[tokio::test]
async fn a_second_refusal_ends_it() {
    let (transport, _, client) = client([challenge(), challenge(), ScriptedResponse::answer(200).body(USER)]);
    let error = client.get_user(ID).await.unwrap_err();
    assert_eq!(error.as_graph().unwrap().kind(), GraphErrorKind::Unauthenticated);
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn a_plain_401_renews_once_too() {
    let (transport, provider, client) =
        client([ScriptedResponse::answer(401), ScriptedResponse::answer(200).body(USER)]);
    client.get_user(ID).await.unwrap();
    assert_eq!((transport.requests().len(), provider.given.load(Ordering::SeqCst)), (2, 2));
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_is_not_sent_again() {
    let transport = ScriptedTransport::new((0..5).map(|_| ScriptedResponse::answer(401)));
    let client = client_over(transport.clone(), Judge::Client).build().unwrap();
    assert!(client.get_user(ID).await.is_err());
    assert_eq!(transport.requests().len(), 1, "the same token would be refused again");
}

#[tokio::test]
async fn a_storm_of_401s_costs_one_renewal() {
    let refused = (0..40).map(|_| ScriptedResponse::answer(401).after(Duration::from_millis(50)));
    let (transport, provider, client) =
        client(refused.chain((0..40).map(|_| ScriptedResponse::answer(200).body(USER))));
    let calls = (0..40).map(|_| client.get_user(ID).into_future());
    assert!(futures_util::future::join_all(calls).await.iter().all(Result::is_ok));
    assert_eq!((transport.requests().len(), provider.given.load(Ordering::SeqCst)), (80, 2));
}

fn denied() -> ScriptedResponse {
    ScriptedResponse::answer(403)
        .header("www-authenticate", "Bearer error=\"insufficient_claims\", claims=\"e30=\"")
}

#[tokio::test]
async fn a_403_for_claims_is_met_once_and_not_looped() {
    let (transport, provider, satisfied) = client([denied(), ScriptedResponse::answer(200).body(USER)]);
    satisfied.get_user(ID).await.unwrap();
    assert_eq!(bearer(&transport), ["Bearer token-0", "Bearer token-1"]);
    assert_eq!(provider.claims.lock().unwrap().last().unwrap().as_deref(), Some("{}"));

    let (transport, _, never) = client([denied(), denied(), ScriptedResponse::answer(200).body(USER)]);
    let error = never.get_user(ID).await.unwrap_err();
    assert!(error.as_graph().unwrap().insufficient_claims);
    assert!(error.advice().contains("conditional access"), "{error}");
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn a_plain_403_renews_nothing() {
    let (transport, provider, client) = client([ScriptedResponse::answer(403)]);
    client.get_user(ID).await.unwrap_err();
    assert_eq!((transport.requests().len(), provider.given.load(Ordering::SeqCst)), (1, 1));
}

#[derive(Debug)]
struct Broken;

#[async_trait]
impl TokenProvider for Broken {
    async fn token(&self, _: &TokenRequest) -> Result<AccessToken, Error> {
        Err(Error::auth("AADSTS7000222: the client secret has expired", None))
    }
}

#[tokio::test]
async fn without_a_token_nothing_is_sent() {
    let transport = ScriptedTransport::new([]);
    let client = client_over(transport.clone(), Judge::Client).credential(Broken).build().unwrap();
    let error = client.block_sign_in(ID).await.unwrap_err();
    assert!(
        error.to_string().contains("AADSTS7000222") && error.to_string().contains("nothing was done"),
        "{error}"
    );
    assert!(transport.requests().is_empty() && !error.outcome_unknown());
}

/// Returns one token, and then none: the operator's own account was affected.
#[derive(Debug, Default)]
struct Revoked(AtomicUsize);

#[async_trait]
impl TokenProvider for Revoked {
    async fn token(&self, _: &TokenRequest) -> Result<AccessToken, Error> {
        match self.0.fetch_add(1, Ordering::SeqCst) {
            0 => Ok(AccessToken::new("t", Some(SystemTime::now() + Duration::from_secs(3600)))),
            _ => Err(Error::auth("AADSTS50173: the grant was revoked", None)),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_lost_after_an_ambiguous_attempt_leaves_the_outcome_open() {
    let steps = [ScriptedResponse::answer(200).body(USER), ScriptedResponse::answer(504), challenge()];
    let transport = ScriptedTransport::new(steps);
    let client = client_over(transport, Judge::Client).credential(Revoked::default()).build().unwrap();
    let error = client.revoke_sign_in_sessions(ID).await.unwrap_err();
    assert!(matches!(error, Error::Auth { .. }) && error.outcome_unknown(), "{error:?}");
    assert!(error.to_string().contains("the write may have been done"), "{error}");
}
