//! An application signs in with its client secret.

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};

use super::application::Application;
use super::as_application::{grant, sign_in};
use crate::auth::{AccessToken, CallerKind, TokenProvider, TokenRequest};
use crate::error::{Error, Result};

/// Signs an application in with a client secret.
///
/// A secret can be copied and expires unnoticed; prefer [`ClientCertificate`](super::ClientCertificate), or
/// [`WorkloadIdentity`](super::WorkloadIdentity), which has no secret at all. A secret that has expired is
/// [`ExpiredSecret`](crate::AuthErrorKind::ExpiredSecret), a wrong one
/// [`WrongSecret`](crate::AuthErrorKind::WrongSecret).
///
/// Source: [Microsoft identity platform and the OAuth 2.0 client credentials
/// flow](https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow).
///
/// ```
/// use entra_ir_core::{Client, ClientSecret, SimulatedTenant};
///
/// # fn main() -> Result<(), entra_ir_core::Error> {
/// let credential = ClientSecret::new(
///     "contoso.onmicrosoft.com",
///     "3b41c05e-73a1-43b7-86d7-ed8409f55900",
///     "the secret's value",
/// )?;
/// assert!(!format!("{credential:?}").contains("the secret"));
/// let client = Client::builder().transport(SimulatedTenant::contoso()).credential(credential).build()?;
/// # drop(client);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ClientSecret {
    application: Application,
    secret: SecretString,
}

impl ClientSecret {
    /// Takes the tenant's id or domain, the application's (client) id, and the value of a secret. Nothing is
    /// sent.
    ///
    /// # Errors
    /// [`Error::Config`] if one of them is not valid.
    pub fn new(tenant: &str, client_id: &str, secret: impl Into<SecretString>) -> Result<Self> {
        let secret = secret.into();
        if secret.expose_secret().trim().is_empty() {
            return Err(Error::Config("the client secret is empty: give its value".into()));
        }
        Ok(Self { application: Application::new(tenant, client_id)?, secret })
    }

    /// Sets another authority than the cloud's: scheme and host, https, or http on a loopback address.
    ///
    /// # Errors
    /// [`Error::Config`] if a secret must not be sent there.
    pub fn authority(mut self, authority: &str) -> Result<Self> {
        self.application = self.application.at(authority)?;
        Ok(self)
    }

    /// Sets whether the tokens are for continuous access evaluation. Default: true. They are valid for up to
    /// 24 hours then, and end as soon as the application is disabled or revoked.
    pub const fn cae(mut self, cae: bool) -> Self {
        self.application.cae = cae;
        self
    }
}

#[async_trait]
impl TokenProvider for ClientSecret {
    async fn token(&self, request: &TokenRequest) -> Result<AccessToken> {
        let form = grant(&self.application, request).with("client_secret", self.secret.clone());
        Ok(sign_in(&self.application, request, &form).await.map_err(|refused| refused.error)?)
    }

    fn caller_kind(&self) -> Option<CallerKind> {
        Some(CallerKind::AppOnly)
    }

    fn name(&self) -> &'static str {
        "client secret"
    }
}
