//! Tries several credentials in their order.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;

use crate::auth::{AccessToken, CallerKind, TokenProvider, TokenRequest};
use crate::error::{AuthError, AuthErrorKind, Error, Result};

/// Tries several credentials in their order, and keeps to the first one that gives a token.
///
/// From then on only that one is asked, whatever it answers: in the middle of a containment the caller must
/// not become another one. If none gives a token, the error names what each answered.
///
/// ```
/// use entra_ir_core::{AzureCli, Chain, ManagedIdentity};
///
/// let credential = Chain::new().then(ManagedIdentity::new()).then(AzureCli::new());
/// # drop(credential);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Chain {
    links: Vec<Arc<dyn TokenProvider>>,
    chosen: Arc<OnceLock<usize>>,
}

impl Chain {
    /// Starts without a credential.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a credential, to be tried after the others.
    pub fn then(mut self, credential: impl TokenProvider) -> Self {
        self.links.push(Arc::new(credential));
        // A chain of other credentials has chosen none of them yet.
        self.chosen = Arc::default();
        self
    }

    fn chosen(&self) -> Option<&dyn TokenProvider> {
        self.chosen.get().and_then(|at| self.links.get(*at)).map(|link| &**link)
    }
}

#[async_trait]
impl TokenProvider for Chain {
    async fn token(&self, request: &TokenRequest) -> Result<AccessToken> {
        if let Some(chosen) = self.chosen() {
            return chosen.token(request).await;
        }
        let mut failures = Vec::new();
        for (at, link) in self.links.iter().enumerate() {
            let patience = link.patience();
            let answer = tokio::time::timeout(patience, link.token(request)).await;
            match answer {
                Ok(Ok(token)) => {
                    let _ = self.chosen.set(at);
                    return Ok(token);
                }
                Ok(Err(Error::Auth(error))) => failures.push((link.name(), *error)),
                Ok(Err(error)) => return Err(error),
                Err(_) => {
                    let reason = format!("no answer within {} seconds", patience.as_secs());
                    failures.push((link.name(), AuthError::new(AuthErrorKind::Unreachable, reason)));
                }
            }
        }
        let said: Vec<_> =
            failures.iter().map(|(name, error)| format!("{name}: {}", error.brief())).collect();
        let reason = match said.as_slice() {
            [] => "the chain has no credential".to_owned(),
            _ => format!("no credential of the chain gave a token; {}", said.join("; ")),
        };
        // What is not on this machine says least about what to do.
        let told = failures
            .into_iter()
            .map(|(_, error)| error)
            .reduce(|first, other| if first.kind == AuthErrorKind::NotAvailable { other } else { first });
        let told = told.unwrap_or_else(|| AuthError::new(AuthErrorKind::NotAvailable, ""));
        Err(AuthError { reason: crate::text::cut(reason), ..told }.into())
    }

    /// Returns the kind of the credential that was chosen, or of all if they have the same.
    fn caller_kind(&self) -> Option<CallerKind> {
        if let Some(chosen) = self.chosen() {
            return chosen.caller_kind();
        }
        let mut kinds = self.links.iter().map(TokenProvider::caller_kind);
        let first = kinds.next()??;
        kinds.all(|kind| kind == Some(first)).then_some(first)
    }

    fn patience(&self) -> Duration {
        match self.chosen() {
            Some(chosen) => chosen.patience(),
            None => self.links.iter().map(TokenProvider::patience).sum(),
        }
    }

    fn name(&self) -> &'static str {
        "chain"
    }
}
