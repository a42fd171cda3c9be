//! Credentials of the Azure SDK for Rust.

use std::sync::Arc;

use async_trait::async_trait;
use azure_core::credentials::TokenCredential;

use super::{AccessToken, CallerKind, TokenProvider, TokenRequest};
use crate::error::{Error, Result};

/// Turns any `azure_core` 1.x credential into a token provider. `azure_core` cannot pass claims: after a
/// claims challenge the credential is called again, and a token from its own cache is refused a second time.
/// A pre-release of `azure_core` has an incompatible trait of the same name.
///
/// ```
/// use std::sync::Arc;
/// use azure_core::credentials::TokenCredential;
/// use entra_ir_core::{AzureCredential, Client};
///
/// fn client(credential: Arc<dyn TokenCredential>) -> Result<Client, entra_ir_core::Error> {
///     Client::builder().credential(AzureCredential::new(credential)).build()
/// }
/// ```
#[derive(Clone, Debug)]
pub struct AzureCredential {
    credential: Arc<dyn TokenCredential>,
    caller: Option<CallerKind>,
}

impl AzureCredential {
    /// Wraps a credential.
    pub fn new(credential: Arc<dyn TokenCredential>) -> Self {
        Self { credential, caller: None }
    }

    /// Sets the kind of caller of the tokens. Without it the library asks Graph when it matters.
    pub const fn speaking_for(mut self, caller: CallerKind) -> Self {
        self.caller = Some(caller);
        self
    }
}

#[async_trait]
impl TokenProvider for AzureCredential {
    async fn token(&self, request: &TokenRequest) -> Result<AccessToken> {
        let token = self
            .credential
            .get_token(&[&request.scope], None)
            .await
            .map_err(|error| Error::auth(error.to_string(), Some(Box::new(error))))?;
        Ok(AccessToken::new(token.token.secret(), Some(token.expires_on.into())))
    }

    fn caller_kind(&self) -> Option<CallerKind> {
        self.caller
    }
}

#[cfg(all(test, feature = "test-util"))]
mod tests {
    use super::*;
    use crate::cloud::Cloud;
    use crate::transport::ScriptedTransport;
    use azure_core::credentials::TokenRequestOptions;
    use secrecy::ExposeSecret;
    use std::time::{Duration, SystemTime};

    #[derive(Debug)]
    struct Fake(bool);

    #[async_trait]
    impl TokenCredential for Fake {
        async fn get_token(
            &self,
            scopes: &[&str],
            _: Option<TokenRequestOptions<'_>>,
        ) -> azure_core::Result<azure_core::credentials::AccessToken> {
            if !self.0 {
                return Err(azure_core::Error::with_message(
                    azure_core::error::ErrorKind::Credential,
                    "AADSTS7000222",
                ));
            }
            let end = (SystemTime::now() + Duration::from_secs(3600)).into();
            Ok(azure_core::credentials::AccessToken::new(format!("for {}", scopes[0]), end))
        }
    }

    #[tokio::test]
    async fn a_credential_gives_its_token_or_its_reason() {
        let transport = Arc::new(ScriptedTransport::new([]));
        let request = TokenRequest::new("https://graph.microsoft.com/.default", Cloud::Global, transport);
        let token = AzureCredential::new(Arc::new(Fake(true))).token(&request).await.unwrap();
        assert_eq!(token.token.expose_secret(), "for https://graph.microsoft.com/.default");
        assert!(token.expires_on.unwrap() > SystemTime::now());

        let error = AzureCredential::new(Arc::new(Fake(false))).token(&request).await.unwrap_err();
        assert!(error.to_string().contains("AADSTS7000222"), "{error}");
    }
}
