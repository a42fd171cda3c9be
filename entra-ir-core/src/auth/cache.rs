//! Caches one token; one call at a time fetches the next.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use http::HeaderValue;
use secrecy::ExposeSecret;
use tokio::sync::Mutex;

use super::claims::TokenClaims;
use super::{AccessToken, TokenProvider, TokenRequest};
use crate::cloud::Cloud;
use crate::error::{AuthError, AuthErrorKind, Error, Result};
use crate::transport::Transport;

/// A token that expires sooner than this is renewed.
const MARGIN: Duration = Duration::from_secs(5 * 60);

/// The pause after a failed early renewal, while the old token is valid.
const TRY_AGAIN: Duration = Duration::from_secs(30);

/// How long an early renewal may take, while the old token is valid.
const EARLY: Duration = Duration::from_secs(30);

/// Returns the `Authorization` header of the cached token, and fetches a token when needed.
#[derive(Debug)]
pub(crate) struct TokenCache {
    provider: Arc<dyn TokenProvider>,
    scope: String,
    cloud: Cloud,
    transport: Arc<dyn Transport>,
    kept: RwLock<Option<Kept>>,
    fetching: Mutex<()>,
}

/// A token as a ready-made header, so that a call copies only a pointer.
#[derive(Clone, Debug)]
struct Kept {
    header: HeaderValue,
    expires_on: Option<SystemTime>,
    renew_at: Option<SystemTime>,
    claims: Option<Arc<TokenClaims>>,
}

impl Kept {
    fn lives(&self) -> bool {
        self.expires_on.is_none_or(|end| SystemTime::now() < end)
    }

    fn is_fresh(&self) -> bool {
        self.lives() && self.renew_at.is_none_or(|at| SystemTime::now() < at)
    }
}

impl TokenCache {
    pub(crate) fn new(
        provider: Arc<dyn TokenProvider>,
        scope: String,
        cloud: Cloud,
        transport: Arc<dyn Transport>,
    ) -> Self {
        Self { provider, scope, cloud, transport, kept: RwLock::default(), fetching: Mutex::default() }
    }

    fn kept(&self) -> Option<Kept> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns what the token says of its caller; `None` if it cannot be read. Fetches a token if there is
    /// none.
    pub(crate) async fn claims(&self) -> Result<Option<Arc<TokenClaims>>> {
        self.header().await?;
        Ok(self.kept().and_then(|kept| kept.claims))
    }

    /// Returns a header with a valid token.
    pub(crate) async fn header(&self) -> Result<HeaderValue> {
        match self.kept() {
            Some(kept) if kept.is_fresh() => Ok(kept.header),
            _ => self.fetch(None, None).await,
        }
    }

    /// Returns a header with a token other than the refused one, with the requested claims.
    pub(crate) async fn renewed(&self, refused: &HeaderValue, claims: Option<String>) -> Result<HeaderValue> {
        self.fetch(claims, Some(refused)).await
    }

    async fn fetch(&self, claims: Option<String>, refused: Option<&HeaderValue>) -> Result<HeaderValue> {
        let _one_at_a_time = self.fetching.lock().await;
        let kept = self.kept();
        if let Some(kept) = &kept {
            let acceptable = match refused {
                Some(refused) => kept.header != *refused,
                None => kept.is_fresh(),
            };
            if acceptable {
                return Ok(kept.header.clone());
            }
        }
        let transport = Arc::clone(&self.transport);
        let request = TokenRequest { scope: self.scope.clone(), claims, cloud: self.cloud, transport };
        let is_early = refused.is_none() && kept.as_ref().is_some_and(Kept::lives);
        let patience = self.provider.patience();
        let patience = if is_early { patience.min(EARLY) } else { patience };
        let answer = tokio::time::timeout(patience, self.provider.token(&request)).await;
        let answer = answer.unwrap_or_else(|_| Err(too_slow(patience)));
        let (new, result) = match (answer.and_then(|token| as_header(&token)), kept) {
            (Ok(new), _) => (new.clone(), Ok(new.header)),
            // A failed early renewal does no harm while the old token is valid.
            (Err(_), Some(kept)) if refused.is_none() && kept.lives() => {
                let header = kept.header.clone();
                (Kept { renew_at: Some(SystemTime::now() + TRY_AGAIN), ..kept }, Ok(header))
            }
            (Err(error), _) => return Err(error),
        };
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Some(new);
        result
    }
}

fn too_slow(patience: Duration) -> Error {
    let reason = format!("the credential did not answer within {} seconds", patience.as_secs());
    AuthError::new(AuthErrorKind::Unreachable, reason).into()
}

fn as_header(token: &AccessToken) -> Result<Kept> {
    let fail = |reason: &str| Error::auth(reason, None);
    let secret = token.token.expose_secret();
    if secret.is_empty() {
        return Err(fail("the credential returned an empty token"));
    }
    if token.expires_on.is_some_and(|end| end <= SystemTime::now()) {
        return Err(fail("the credential returned a token that has already expired"));
    }
    let mut header = HeaderValue::try_from(format!("Bearer {secret}"))
        .map_err(|_| fail("the credential returned a token with characters that are not valid in a token"))?;
    header.set_sensitive(true);
    let margin = token.expires_on.and_then(|end| end.checked_sub(MARGIN));
    let renew_at = margin.into_iter().chain(token.renew_at).min();
    let claims = TokenClaims::read(secret).map(Arc::new);
    Ok(Kept { header, expires_on: token.expires_on, renew_at, claims })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Sent, TransportError, TransportErrorKind};
    use crate::wire::{Request, Response};
    use async_trait::async_trait;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// Returns token after token, each valid for `life`, slowly.
    #[derive(Debug)]
    struct Counting {
        calls: AtomicU32,
        life: Duration,
    }

    #[async_trait]
    impl TokenProvider for Counting {
        async fn token(&self, request: &TokenRequest) -> Result<AccessToken> {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let call = self.calls.fetch_add(1, Ordering::SeqCst);
            let claims = request.claims.as_deref().unwrap_or_default();
            Ok(AccessToken::new(format!("t{call}{claims}"), Some(SystemTime::now() + self.life)))
        }
    }

    /// A transport that no test here uses.
    #[derive(Debug)]
    struct Nowhere;

    #[async_trait]
    impl Transport for Nowhere {
        async fn send(&self, _: Request) -> Result<Response, TransportError> {
            Err(TransportError::new(TransportErrorKind::Connect, Sent::No))
        }
    }

    fn cache(life: Duration) -> (Arc<Counting>, TokenCache) {
        let provider = Arc::new(Counting { calls: AtomicU32::new(0), life });
        (Arc::clone(&provider), over(provider))
    }

    fn over(provider: Arc<dyn TokenProvider>) -> TokenCache {
        TokenCache::new(provider, "scope".into(), Cloud::Global, Arc::new(Nowhere))
    }

    #[tokio::test(start_paused = true)]
    async fn many_callers_fetch_one_token() {
        let (provider, cache) = cache(Duration::from_secs(3600));
        let headers = futures_util::future::join_all((0..50).map(|_| cache.header())).await;
        assert!(headers.iter().all(|header| header.as_ref().unwrap() == "Bearer t0"));
        assert_eq!(provider.calls.load(Ordering::SeqCst), 1);
        assert!(headers[0].as_ref().unwrap().is_sensitive());
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_near_its_end_is_renewed() {
        let (provider, cache) = cache(Duration::from_secs(60));
        cache.header().await.unwrap();
        cache.header().await.unwrap();
        assert_eq!(provider.calls.load(Ordering::SeqCst), 2);
    }

    /// Returns one token that expires soon, then nothing.
    #[derive(Debug, Default)]
    struct Failing(AtomicU32);

    #[async_trait]
    impl TokenProvider for Failing {
        async fn token(&self, _: &TokenRequest) -> Result<AccessToken> {
            match self.0.fetch_add(1, Ordering::SeqCst) {
                0 => Ok(AccessToken::new("old", Some(SystemTime::now() + Duration::from_secs(60)))),
                1 => Err(Error::auth("the identity provider is away", None)),
                _ => std::future::pending().await,
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_that_lives_is_used_while_renewing_fails() {
        let provider = Arc::new(Failing::default());
        let cache = over(Arc::clone(&provider) as Arc<dyn TokenProvider>);
        for _ in 0..5 {
            assert_eq!(cache.header().await.unwrap(), "Bearer old");
        }
        assert_eq!(provider.0.load(Ordering::SeqCst), 2, "a failed renewal is not tried by every call");
        let error = cache.renewed(&HeaderValue::from_static("Bearer old"), None).await.unwrap_err();
        assert!(
            error.to_string().contains("within 300 seconds"),
            "a credential that hangs does not hang the call: {error}"
        );
    }

    /// Returns a token that is to be renewed at once; the renewal hangs.
    #[derive(Debug, Default)]
    struct Hanging(AtomicU32);

    #[async_trait]
    impl TokenProvider for Hanging {
        async fn token(&self, _: &TokenRequest) -> Result<AccessToken> {
            if self.0.fetch_add(1, Ordering::SeqCst) > 0 {
                return std::future::pending().await;
            }
            let now = SystemTime::now();
            Ok(AccessToken::new("old", Some(now + Duration::from_secs(86_400))).renew_at(now))
        }

        fn patience(&self) -> Duration {
            Duration::from_secs(900)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_early_renewal_waits_less_than_one_that_is_needed() {
        let provider = Arc::new(Hanging::default());
        let cache = over(Arc::clone(&provider) as Arc<dyn TokenProvider>);
        for seconds in [0, 30, 30] {
            let begun = tokio::time::Instant::now();
            assert_eq!(cache.header().await.unwrap(), "Bearer old");
            assert!(begun.elapsed().as_secs() <= seconds, "{:?}", begun.elapsed());
        }
        assert_eq!(provider.0.load(Ordering::SeqCst), 2, "`renew_at` asks for one renewal, and not for each");
        let begun = tokio::time::Instant::now();
        let error = cache.renewed(&HeaderValue::from_static("Bearer old"), None).await.unwrap_err();
        assert_eq!(begun.elapsed().as_secs(), 900);
        assert_eq!(error.as_auth().unwrap().kind, AuthErrorKind::Unreachable);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_is_dropped_lets_the_next_one_fetch() {
        let (provider, cache) = cache(Duration::from_secs(3600));
        assert!(tokio::time::timeout(Duration::from_millis(10), cache.header()).await.is_err());
        assert_eq!(cache.header().await.unwrap(), "Bearer t0");
        assert_eq!(provider.calls.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_storm_of_refusals_renews_once() {
        let (provider, cache) = cache(Duration::from_secs(3600));
        let old = cache.header().await.unwrap();
        let renewals = (0..20).map(|_| cache.renewed(&old, Some("{}".into())));
        for header in futures_util::future::join_all(renewals).await {
            assert_eq!(header.unwrap(), "Bearer t1{}");
        }
        assert_eq!(provider.calls.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn unusable_tokens_are_errors_that_do_not_show_them() {
        let past = Some(SystemTime::UNIX_EPOCH);
        for token in
            [AccessToken::new("", None), AccessToken::new("tok\nen", None), AccessToken::new("token", past)]
        {
            let error = as_header(&token).unwrap_err().to_string();
            assert!(!error.contains("tok\n") && error.starts_with("no access token"), "{error}");
        }
    }
}
