//! Who is calling: tokens, where they come from, and how long they are kept.

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

/// Gives access tokens for Microsoft Graph.
///
/// The library asks when it has no token that lives another five minutes, one call at a time, and keeps the answer: a provider needs no cache.
#[async_trait]
pub trait TokenProvider: Debug + Send + Sync + 'static {
    /// Gets a new token.
    ///
    /// # Errors
    /// [`Error::auth`](crate::Error::auth) with the reason, never with a secret in it. A provider that takes longer than five minutes is given up.
    async fn token(&self, request: &TokenRequest) -> Result<AccessToken>;

    /// Tells who the tokens speak for, if the provider knows.
    fn caller_kind(&self) -> Option<CallerKind> {
        None
    }
}

/// Says which token is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenRequest {
    /// The scope, such as `https://graph.microsoft.com/.default`.
    pub scope: String,
    /// The claims that a 401 challenge asked for: JSON, to be sent as the token request's `claims`. A token kept from before will not do.
    pub claims: Option<String>,
}

/// Holds an access token and when it ends.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AccessToken {
    /// The token. It is opaque, but for one thing: where it is a JSON web token, its `oid` says which account the
    /// guard protects as the tool's own.
    pub token: SecretString,
    /// When it ends; `None` if nobody knows, then it is used until it is refused.
    pub expires_on: Option<SystemTime>,
}

impl AccessToken {
    /// Makes a token.
    pub fn new(token: impl Into<SecretString>, expires_on: Option<SystemTime>) -> Self {
        Self { token: token.into(), expires_on }
    }
}

/// Says who a token speaks for. Several operations exist for one of the two only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CallerKind {
    /// A signed-in user, through an application.
    Delegated,
    /// An application for itself.
    AppOnly,
}

/// Provides one token that was got elsewhere, until it is refused.
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

    /// Says who the token speaks for. Otherwise Graph is asked when it matters.
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
