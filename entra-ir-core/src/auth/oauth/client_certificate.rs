//! An application signs in with its certificate.

use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::application::Application;
use super::as_application::{asserted, grant, sign_in};
use super::certificate::Certificate;
use crate::auth::{AccessToken, CallerKind, TokenProvider, TokenRequest};
use crate::error::{AuthError, AuthErrorKind, Result};

/// How long an assertion is valid.
const LIFE: Duration = Duration::from_secs(10 * 60);

/// Signs an application in with a certificate, whose private key never leaves this machine.
///
/// The assertion is signed by `PS256`, and names the certificate by its SHA-256 digest (`x5t#S256`). If the
/// token endpoint answers that the assertion is not valid at this time, it is signed once more by the
/// endpoint's own clock. The key is RSA: Microsoft Entra ID accepts no other.
///
/// Source: [Microsoft identity platform application authentication certificate
/// credentials](https://learn.microsoft.com/entra/identity-platform/certificate-credentials).
///
/// ```no_run
/// use entra_ir_core::ClientCertificate;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (tenant, client_id) = ("contoso.onmicrosoft.com", "3b41c05e-73a1-43b7-86d7-ed8409f55900");
/// let pem = std::fs::read("entra-ir.pem")?; // the certificate and its private key
/// let credential = ClientCertificate::from_pem(tenant, client_id, &pem, None)?;
/// # drop(credential);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ClientCertificate {
    application: Application,
    certificate: Certificate,
}

impl ClientCertificate {
    /// Takes the tenant's id or domain, the application's (client) id, and a PEM text that holds the
    /// certificate and its private key, which may have a password. Nothing is sent.
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) if one of them is not valid, the key is missing or of another
    /// certificate, or the password is wrong.
    pub fn from_pem(
        tenant: &str,
        client_id: &str,
        pem: &[u8],
        password: Option<&SecretString>,
    ) -> Result<Self> {
        let application = Application::new(tenant, client_id)?;
        Ok(Self { application, certificate: Certificate::from_pem(pem, password)? })
    }

    /// Takes the tenant's id or domain, the application's (client) id, and the content of a PFX (PKCS #12)
    /// file, which may have a password. Nothing is sent.
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) if one of them is not valid, the key is missing or of another
    /// certificate, or the password is wrong.
    pub fn from_pfx(
        tenant: &str,
        client_id: &str,
        pfx: &[u8],
        password: Option<&SecretString>,
    ) -> Result<Self> {
        let application = Application::new(tenant, client_id)?;
        Ok(Self { application, certificate: Certificate::from_pfx(pfx, password)? })
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

    /// Makes an assertion that is valid from `now`.
    fn assertion(&self, audience: &str, now: OffsetDateTime) -> Result<String> {
        let begins = now.unix_timestamp();
        let header = json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": self.certificate.digest });
        let claims = json!({
            "aud": audience,
            "iss": self.application.client_id,
            "sub": self.application.client_id,
            "jti": Uuid::new_v4(),
            "nbf": begins,
            "iat": begins,
            "exp": begins.saturating_add_unsigned(LIFE.as_secs()),
        });
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let signature = self.certificate.sign(&message).ok_or_else(|| {
            AuthError::new(AuthErrorKind::Other, "the private key of the certificate cannot sign")
        })?;
        Ok(format!("{message}.{signature}"))
    }
}

#[async_trait]
impl TokenProvider for ClientCertificate {
    async fn token(&self, request: &TokenRequest) -> Result<AccessToken> {
        if let Some(end) = self.certificate.expired() {
            let reason = format!("the certificate expired at {end}");
            return Err(AuthError::new(AuthErrorKind::UnknownCertificate, reason).into());
        }
        let audience = self.application.endpoint(request, "token");
        let form = |now| -> Result<_> {
            Ok(asserted(grant(&self.application, request), self.assertion(&audience, now)?))
        };
        let first = sign_in(&self.application, request, &form(OffsetDateTime::now_utc())?).await;
        match first {
            Err(refused) if refused.error.kind == AuthErrorKind::ClockSkew => match refused.date {
                Some(their_time) => {
                    let again = sign_in(&self.application, request, &form(their_time)?).await;
                    Ok(again.map_err(|refused| refused.error)?)
                }
                None => Err(refused.error.into()),
            },
            answer => Ok(answer.map_err(|refused| refused.error)?),
        }
    }

    fn caller_kind(&self) -> Option<CallerKind> {
        Some(CallerKind::AppOnly)
    }

    fn name(&self) -> &'static str {
        "client certificate"
    }
}
