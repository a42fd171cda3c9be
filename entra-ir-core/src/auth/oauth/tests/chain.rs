//! Several credentials, one after the other.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;

use super::*;
use crate::auth::CallerKind;
use crate::auth::oauth::Chain;
use crate::error::{AuthErrorKind as Kind, Error};

/// Answers in turn; the last answer remains.
#[derive(Debug)]
struct Turns(&'static str, &'static [std::result::Result<(), Kind>], AtomicUsize);

impl Turns {
    fn new(name: &'static str, turns: &'static [std::result::Result<(), Kind>]) -> Arc<Self> {
        Arc::new(Self(name, turns, AtomicUsize::new(0)))
    }
}

/// A credential that a test counts.
#[derive(Debug)]
struct Shared(Arc<Turns>);

#[async_trait]
impl TokenProvider for Shared {
    async fn token(&self, _: &TokenRequest) -> Result<AccessToken> {
        let turn = self.0.2.fetch_add(1, Ordering::SeqCst).min(self.0.1.len() - 1);
        match self.0.1[turn] {
            Ok(()) => Ok(AccessToken::new(self.0.0, None)),
            Err(kind) => Err(AuthError::new(kind, format!("{} failed", self.0.0)).into()),
        }
    }

    fn caller_kind(&self) -> Option<CallerKind> {
        Some(if self.0.0 == "person" { CallerKind::Delegated } else { CallerKind::AppOnly })
    }

    fn name(&self) -> &'static str {
        self.0.0
    }
}

#[tokio::test]
async fn the_first_that_gives_a_token_stays_the_only_one() {
    let absent = Turns::new("machine", &[Err(Kind::NotAvailable)]);
    let second = Turns::new("person", &[Ok(()), Err(Kind::GrantRevoked)]);
    let third = Turns::new("app", &[Ok(())]);
    let chain = Chain::new()
        .then(Shared(Arc::clone(&absent)))
        .then(Shared(Arc::clone(&second)))
        .then(Shared(Arc::clone(&third)));
    let (request, _) = request(Cloud::Global, []);
    assert_eq!(chain.caller_kind(), None, "they differ");
    assert_eq!(exposed(&chain.token(&request).await.unwrap()), "person");
    assert_eq!(chain.caller_kind(), Some(CallerKind::Delegated));
    let error = reason(chain.token(&request).await);
    assert_eq!(error.kind, Kind::GrantRevoked, "the caller does not become another one");
    assert_eq!(absent.2.load(Ordering::SeqCst), 1);
    assert_eq!(third.2.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_chain_that_gives_nothing_says_what_each_answered() {
    let chain = Chain::new()
        .then(Shared(Turns::new("machine", &[Err(Kind::NotAvailable)])))
        .then(Shared(Turns::new("app", &[Err(Kind::ExpiredSecret)])));
    let (error, _) = failure(&chain, []).await;
    assert_eq!(error.kind, Kind::ExpiredSecret, "what this machine lacks says least");
    assert!(error.reason.contains("machine: machine failed; app: app failed"), "{}", error.reason);
    assert_eq!(chain.caller_kind(), Some(CallerKind::AppOnly));
    let (error, _) = failure(&Chain::new(), []).await;
    assert!(Error::from(error).to_string().contains("has no credential"));
}

/// Never answers.
#[derive(Debug)]
struct Hanging;

#[async_trait]
impl TokenProvider for Hanging {
    async fn token(&self, _: &TokenRequest) -> Result<AccessToken> {
        std::future::pending().await
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(7)
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_hangs_does_not_end_the_chain() {
    let chain = Chain::new().then(Hanging).then(Shared(Turns::new("app", &[Ok(())])));
    assert_eq!(chain.patience(), Duration::from_secs(7 + 300));
    let (request, _) = request(Cloud::Global, []);
    assert_eq!(exposed(&chain.token(&request).await.unwrap()), "app");
}
