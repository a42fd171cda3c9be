//! Access tokens: credentials, the token cache, and the kind of caller.

#[cfg(feature = "azure-identity")]
mod azure;
mod cache;
mod challenge;
mod principal;

#[cfg(feature = "azure-identity")]
pub use azure::AzureCredential;
pub(crate) use cache::TokenCache;
pub(crate) use challenge::claims_challenge;

use std::fmt::Debug;
use std::time::SystemTime;

use async_trait::async_trait;
use secrecy::SecretString;

use crate::error::Result;

/// Provides access tokens for Microsoft Graph. The library calls it when no token is valid for another five
/// minutes, one call at a time, and caches the answer: a provider needs no cache.
#[async_trait]
pub trait TokenProvider: Debug + Send + Sync + 'static {
    /// Gets a new token.
    ///
    /// # Errors
    /// [`Error::auth`](crate::Error::auth) with the reason, never with a secret in it. The library abandons a
    /// provider that takes longer than five minutes.
    async fn token(&self, request: &TokenRequest) -> Result<AccessToken>;

    /// Returns the kind of caller of the tokens, if the provider knows.
    fn caller_kind(&self) -> Option<CallerKind> {
        None
    }
}

/// Describes the requested token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenRequest {
    /// The scope, such as `https://graph.microsoft.com/.default`.
    pub scope: String,
    /// The claims that a 401 challenge asked for: JSON, to be sent as the token request's `claims`. An
    /// earlier cached token is not enough.
    pub claims: Option<String>,
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
}

impl AccessToken {
    /// Creates a token.
    pub fn new(token: impl Into<SecretString>, expires_on: Option<SystemTime>) -> Self {
        Self { token: token.into(), expires_on }
    }
}

/// The kind of caller of a token. Several operations exist for only one of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CallerKind {
    /// A signed-in user, through an application.
    Delegated,
    /// An application by itself.
    AppOnly,
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
