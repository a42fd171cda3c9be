//! An application signs in with a token of another identity provider.

use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};

use super::application::Application;
use super::as_application::{asserted, grant, sign_in};
use crate::auth::{AccessToken, CallerKind, TokenProvider, TokenRequest};
use crate::error::{AuthError, AuthErrorKind, Result};

/// How often the file is read at most, while it is absent or empty: it may be being replaced.
const READS: u32 = 4;

/// The pause between two reads.
const PAUSE: Duration = Duration::from_millis(250);

/// Signs an application in with the token of another identity provider that it trusts: workload identity
/// federation, as of Kubernetes, GitHub Actions or another cloud. There is no secret.
///
/// The provider writes its token to a file and replaces it from time to time. The file is read for each
/// sign-in, so a replaced token counts at once. A file that is absent or empty is read again for a second. If
/// the token is refused and the file has changed meanwhile, the new one is tried once.
///
/// Source: [Workload identity
/// federation](https://learn.microsoft.com/entra/workload-id/workload-identity-federation).
///
/// ```
/// use entra_ir_core::WorkloadIdentity;
///
/// # fn main() -> Result<(), entra_ir_core::Error> {
/// let credential = WorkloadIdentity::new(
///     "contoso.onmicrosoft.com",
///     "3b41c05e-73a1-43b7-86d7-ed8409f55900",
///     "/var/run/secrets/azure/tokens/azure-identity-token",
/// )?;
/// # drop(credential);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct WorkloadIdentity {
    application: Application,
    file: PathBuf,
}

impl WorkloadIdentity {
    /// Takes the tenant's id or domain, the application's (client) id, and the file with the token. Nothing
    /// is sent or read.
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) if one of them is not valid.
    pub fn new(tenant: &str, client_id: &str, file: impl Into<PathBuf>) -> Result<Self> {
        Ok(Self { application: Application::new(tenant, client_id)?, file: file.into() })
    }

    /// Sets another authority than the cloud's: scheme and host, https, or http on a loopback address.
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) if an assertion must not be sent there.
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

    /// Reads the provider's token.
    async fn assertion(&self) -> Result<SecretString> {
        let mut left = READS;
        loop {
            left -= 1;
            let read = std::fs::read_to_string(&self.file);
            let why = match read.as_ref().map(|text| text.trim()) {
                Ok("") => "it is empty".to_owned(),
                Ok(token) if token.bytes().all(|byte| byte.is_ascii_graphic()) => return Ok(token.into()),
                Ok(_) => "it holds more than a token".to_owned(),
                Err(error) => error.to_string(),
            };
            if left == 0 {
                let reason = format!("the token file {} cannot be used: {why}", self.file.display());
                return Err(AuthError::new(AuthErrorKind::NotAvailable, reason).into());
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

#[async_trait]
impl TokenProvider for WorkloadIdentity {
    async fn token(&self, request: &TokenRequest) -> Result<AccessToken> {
        let assertion = self.assertion().await?;
        let form = |assertion| asserted(grant(&self.application, request), assertion);
        let refused = match sign_in(&self.application, request, &form(assertion.clone())).await {
            Ok(token) => return Ok(token),
            Err(refused) => refused.error,
        };
        if refused.kind.is_temporary() {
            return Err(refused.into());
        }
        // The token may have expired in the moment before its replacement was written.
        let newer = self.assertion().await?;
        if newer.expose_secret() == assertion.expose_secret() {
            return Err(refused.into());
        }
        Ok(sign_in(&self.application, request, &form(newer)).await.map_err(|refused| refused.error)?)
    }

    fn caller_kind(&self) -> Option<CallerKind> {
        Some(CallerKind::AppOnly)
    }

    fn name(&self) -> &'static str {
        "workload identity"
    }
}
