//! Access tokens: credentials, the token cache, and the kind of caller.

#[cfg(feature = "azure-identity")]
mod azure;
mod cache;
mod callers;
mod challenge;
mod claims;
#[cfg(feature = "oauth")]
mod oauth;

#[cfg(feature = "azure-identity")]
pub use azure::AzureCredential;
pub(crate) use cache::TokenCache;
pub(crate) use callers::{Callers, Credential};
pub(crate) use challenge::claims_challenge;
pub(crate) use claims::TokenClaims;
#[cfg(feature = "oauth")]
pub use oauth::{
    AzureCli, Chain, ClientCertificate, ClientSecret, DeviceCode, DevicePrompt, ManagedIdentity,
    WorkloadIdentity,
};

use std::fmt::Debug;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use secrecy::SecretString;

use crate::cloud::Cloud;
use crate::error::{Result, Sent, TransportError, TransportErrorKind};
use crate::spec::CallerKind;
use crate::transport::Transport;
use crate::wire::{Request, Response};

/// Provides access tokens for Microsoft Graph. The library calls it when no token is valid for another five
/// minutes (or when [`AccessToken::renew_at`] has come), one call at a time, and caches the answer: a
/// provider needs no cache.
#[async_trait]
pub trait TokenProvider: Debug + Send + Sync + 'static {
    /// Gets a new token.
    ///
    /// # Errors
    /// [`AuthError`](crate::AuthError) with the reason, never with a secret in it. The library abandons a
    /// provider that takes longer than its [`patience`](Self::patience), and uses the old token after half a
    /// minute if that is still valid.
    async fn token(&self, request: &TokenRequest) -> Result<AccessToken>;

    /// Returns how long a token may take. The default is five minutes: a person may have to sign in.
    fn patience(&self) -> Duration {
        Duration::from_secs(5 * 60)
    }

    /// Returns the name of the way, for messages.
    fn name(&self) -> &'static str {
        "credential"
    }

    /// Returns the kind of caller of the tokens, if the provider knows.
    fn caller_kind(&self) -> Option<CallerKind> {
        None
    }
}

#[async_trait]
impl<T: TokenProvider + ?Sized> TokenProvider for Arc<T> {
    async fn token(&self, request: &TokenRequest) -> Result<AccessToken> {
        (**self).token(request).await
    }

    fn patience(&self) -> Duration {
        (**self).patience()
    }

    fn name(&self) -> &'static str {
        (**self).name()
    }

    fn caller_kind(&self) -> Option<CallerKind> {
        (**self).caller_kind()
    }
}

/// How long one request for a token may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Describes the requested token, and carries requests for it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TokenRequest {
    /// The scope, such as `https://graph.microsoft.com/.default`.
    pub scope: String,
    /// The claims that a 401 challenge asked for: JSON, to be sent as the token request's `claims`. An
    /// earlier cached token is not enough.
    pub claims: Option<String>,
    /// The cloud of the client.
    pub cloud: Cloud,
    /// The transport of the client. A provider that sends by it needs no HTTP client of its own, and takes
    /// the client's proxies.
    pub transport: Arc<dyn Transport>,
}

impl TokenRequest {
    /// Creates a request for a token, to call a provider without a client.
    ///
    /// ```
    /// # #[cfg(feature = "simulator")]
    /// # {
    /// use std::sync::Arc;
    /// use entra_ir_core::{Cloud, SimulatedTenant, TokenRequest};
    ///
    /// let transport = Arc::new(SimulatedTenant::contoso());
    /// let request = TokenRequest::new(Cloud::Global.graph_scope(), Cloud::Global, transport);
    /// assert!(request.claims.is_none());
    /// # }
    /// ```
    pub fn new(scope: impl Into<String>, cloud: Cloud, transport: Arc<dyn Transport>) -> Self {
        Self { scope: scope.into(), claims: None, cloud, transport }
    }

    /// Sends one request by the client's transport: waits for its turn, and at most 30 seconds for its
    /// answer. The address is absolute. Such a request has no operation, and passes none of the client's
    /// stages.
    ///
    /// # Errors
    /// [`TransportError`] if there is no answer.
    pub async fn send(&self, request: Request) -> Result<Response, TransportError> {
        // Dereference the `Arc`: its blanket implementation would box the futures twice.
        let transport = &*self.transport;
        let _permit = transport.ready(&request).await?;
        match tokio::time::timeout(TIMEOUT, transport.send(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(TransportError::new(TransportErrorKind::Timeout, Sent::Maybe)),
        }
    }
}

/// Holds an access token and its expiry time.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AccessToken {
    /// The token. It is opaque, but for one thing: where it is a JSON web token, its `oid` says which account
    /// the guard protects as the tool's own.
    pub token: SecretString,
    /// When it expires; `None` if unknown: it is used until it is refused.
    pub expires_on: Option<SystemTime>,
    /// When to renew it, if the issuer said so (`refresh_in`). It is renewed five minutes before its end at
    /// the latest.
    pub renew_at: Option<SystemTime>,
}

impl AccessToken {
    /// Creates a token.
    pub fn new(token: impl Into<SecretString>, expires_on: Option<SystemTime>) -> Self {
        Self { token: token.into(), expires_on, renew_at: None }
    }

    /// Sets when to renew the token.
    pub const fn renew_at(mut self, at: SystemTime) -> Self {
        self.renew_at = Some(at);
        self
    }
}

/// Provides one token that was obtained elsewhere, until it is refused.
///
/// ```
/// use entra_ir_core::{CallerKind, StaticToken};
///
/// let token = StaticToken::new("eyJ0eXAi...").speaking_for(CallerKind::Delegated);
/// assert!(!format!("{token:?}").contains("eyJ"));
/// ```
#[derive(Clone, Debug)]
pub struct StaticToken {
    token: SecretString,
    caller: Option<CallerKind>,
}

impl StaticToken {
    /// Wraps a token.
    pub fn new(token: impl Into<SecretString>) -> Self {
        Self { token: token.into(), caller: None }
    }

    /// Sets the kind of caller of the token. Without it the library asks Graph when it matters.
    pub const fn speaking_for(mut self, caller: CallerKind) -> Self {
        self.caller = Some(caller);
        self
    }
}

#[async_trait]
impl TokenProvider for StaticToken {
    async fn token(&self, _: &TokenRequest) -> Result<AccessToken> {
        Ok(AccessToken::new(self.token.clone(), None))
    }

    fn caller_kind(&self) -> Option<CallerKind> {
        self.caller
    }
}
