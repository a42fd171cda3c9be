//! A person signs in on another device, with a code.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::{Map, Value};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::answer::{self, Tokens};
use super::application::Application;
use super::capabilities::claims;
use super::exchange::post;
use super::form::Form;
use super::refusal::Refused;
use crate::auth::{AccessToken, CallerKind, TokenProvider, TokenRequest};
use crate::error::{AuthError, AuthErrorKind, Result};
use crate::text::printable;
use crate::wire::Response;

/// The interval of the polls if the answer names none. Source: RFC 8628, section 3.2.
const INTERVAL: Duration = Duration::from_secs(5);

/// The life of a code if the answer names none.
const LIFE: Duration = Duration::from_secs(15 * 60);

/// The longest life of a code that is waited for.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// Signs a person in, who enters a code on a page of Microsoft in any browser, on any device. Multifactor
/// authentication happens there.
///
/// The code is shown by the function that you give: see [`DevicePrompt`]. The call that needs the token waits
/// until the person has signed in, declined, or let the code expire. If it is abandoned, the next one waits
/// for the same code. Afterwards a refresh token renews the access token silently. It is kept in memory only,
/// so that each program asks for a new sign-in. If it is no longer accepted, as after a revocation of the
/// operator's own sessions, the person is asked again.
///
/// Many tenants block this flow by Conditional Access, since attackers send codes to their victims: a code
/// that you did not ask for yourself is theirs. The application must be registered in the tenant with *Allow
/// public client flows*, and with delegated permissions that an administrator consented to.
///
/// Source: [Microsoft identity platform and the OAuth 2.0 device authorization grant
/// flow](https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code).
///
/// ```
/// use entra_ir_core::DeviceCode;
///
/// # fn main() -> Result<(), entra_ir_core::Error> {
/// let (tenant, client_id) = ("contoso.onmicrosoft.com", "3b41c05e-73a1-43b7-86d7-ed8409f55900");
/// let credential = DeviceCode::new(tenant, client_id, |prompt| eprintln!("{}", prompt.message))?;
/// # drop(credential);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct DeviceCode {
    application: Application,
    prompt: Arc<dyn Fn(&DevicePrompt) + Send + Sync>,
    kept: Arc<Mutex<Kept>>,
}

/// What a person needs to sign in. All of it is safe to print.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DevicePrompt {
    /// Microsoft's sentence with the address and the code, in English.
    pub message: String,
    /// The code to enter.
    pub user_code: String,
    /// The page on which to enter it.
    pub verification_uri: String,
    /// When the code expires.
    pub expires_on: SystemTime,
}

/// What is kept between two tokens.
#[derive(Default)]
struct Kept {
    refresh: Option<SecretString>,
    pending: Option<Pending>,
}

/// A code that a person was shown.
struct Pending {
    device_code: SecretString,
    interval: Duration,
    until: Instant,
    /// The claims that the sign-in requests.
    claims: Option<String>,
}

impl fmt::Debug for DeviceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceCode").field("application", &self.application).finish_non_exhaustive()
    }
}

impl DeviceCode {
    /// Takes the tenant's id or domain, the application's (client) id, and the function that shows the code.
    /// Nothing is sent.
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) if one of them is not valid.
    pub fn new(
        tenant: &str,
        client_id: &str,
        prompt: impl Fn(&DevicePrompt) + Send + Sync + 'static,
    ) -> Result<Self> {
        let application = Application::new(tenant, client_id)?;
        Ok(Self { application, prompt: Arc::new(prompt), kept: Arc::default() })
    }

    /// Sets another authority than the cloud's: scheme and host, https, or http on a loopback address.
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) if a refresh token must not be sent there.
    pub fn authority(mut self, authority: &str) -> Result<Self> {
        self.application = self.application.at(authority)?;
        Ok(self)
    }

    /// Sets whether the tokens are for continuous access evaluation. Default: true. They are valid for up to
    /// 28 hours then, and end as soon as the operator's account is disabled or revoked.
    pub const fn cae(mut self, cae: bool) -> Self {
        self.application.cae = cae;
        self
    }

    fn form(&self, request: &TokenRequest, grant: &'static str, claims: Option<String>) -> Form {
        let form = Form::default()
            .with("grant_type", grant)
            .with("client_id", self.application.client_id.clone())
            .with("scope", scope(request));
        match claims {
            Some(claims) => form.with("claims", claims),
            None => form,
        }
    }

    async fn tokens(&self, request: &TokenRequest, form: &Form) -> std::result::Result<Tokens, Box<Refused>> {
        let response = post(request, &self.application.endpoint(request, "token"), form).await?;
        Ok(answer::read(&response, request, self.application.tenant_id())?)
    }

    /// Renews the access token by the refresh token; `None` if a person has to sign in.
    async fn refreshed(
        &self,
        request: &TokenRequest,
        refresh: &SecretString,
        claims: Option<String>,
    ) -> Result<Option<Tokens>> {
        let form = self.form(request, "refresh_token", claims).with("refresh_token", refresh.clone());
        match self.tokens(request, &form).await {
            Ok(tokens) => Ok(Some(tokens)),
            Err(refused) => match refused.error.kind {
                AuthErrorKind::GrantRevoked | AuthErrorKind::InteractionRequired => Ok(None),
                _ => Err(refused.error.into()),
            },
        }
    }

    /// Asks for a code, and shows it.
    async fn begin(&self, request: &TokenRequest, claims: Option<String>) -> Result<Pending> {
        let form = Form::default()
            .with("client_id", self.application.client_id.clone())
            .with("scope", scope(request));
        let form = match &claims {
            Some(claims) => form.with("claims", claims.clone()),
            None => form,
        };
        let address = self.application.endpoint(request, "devicecode");
        let response = post(request, &address, &form).await.map_err(|refused| explained(refused.error))?;
        let code = Code::read(&response).ok_or_else(|| {
            let reason = "the token endpoint answered the request for a device code with something else";
            AuthError::new(AuthErrorKind::NotUnderstood, reason)
        })?;
        (self.prompt)(&code.prompt);
        let until = Instant::now() + code.life;
        Ok(Pending { device_code: code.secret, interval: code.interval, until, claims })
    }

    /// Polls until the person has signed in.
    async fn signed_in(&self, request: &TokenRequest, pending: &mut Pending) -> Result<Tokens> {
        const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
        let form = self.form(request, GRANT, pending.claims.clone());
        let form = form.with("device_code", pending.device_code.clone());
        loop {
            if Instant::now() + pending.interval >= pending.until {
                tokio::time::sleep_until(pending.until).await;
                let reason = "nobody entered the device code before it expired";
                return Err(AuthError::new(AuthErrorKind::CodeExpired, reason).into());
            }
            tokio::time::sleep(pending.interval).await;
            let refused = match self.tokens(request, &form).await {
                Ok(tokens) => return Ok(tokens),
                Err(refused) => refused,
            };
            match refused.word.as_str() {
                "authorization_pending" => {}
                // Source: RFC 8628, section 3.5.
                "slow_down" => pending.interval += INTERVAL,
                // The network may come back while the person signs in.
                _ if refused.error.kind.is_temporary() => {}
                _ => return Err(explained(refused.error).into()),
            }
        }
    }
}

/// The answer to the request for a code.
struct Code {
    secret: SecretString,
    interval: Duration,
    life: Duration,
    prompt: DevicePrompt,
}

impl Code {
    fn read(response: &Response) -> Option<Self> {
        let body: Map<String, Value> = serde_json::from_slice(response.body()).ok()?;
        let text = |name: &str| body.get(name)?.as_str().filter(|text| !text.is_empty());
        let seconds = |name: &str| answer::seconds(&body, name).filter(|seconds| !seconds.is_zero());
        let life = seconds("expires_in").unwrap_or(LIFE).min(LONGEST);
        let (user_code, address) = (printable(text("user_code")?), printable(text("verification_uri")?));
        let message = text("message").map_or_else(
            || format!("To sign in, open {address} in a browser and enter the code {user_code}."),
            printable,
        );
        Some(Self {
            secret: text("device_code")?.into(),
            interval: seconds("interval").unwrap_or(INTERVAL).min(LONGEST),
            life,
            prompt: DevicePrompt {
                message,
                user_code,
                verification_uri: address,
                expires_on: SystemTime::now() + life,
            },
        })
    }
}

/// Returns the scope: with a refresh token, so that the person signs in once.
fn scope(request: &TokenRequest) -> String {
    format!("{} offline_access", request.scope)
}

/// Adds what a refusal of this flow means that the description does not say.
fn explained(mut error: AuthError) -> AuthError {
    let hint = match (error.code, error.kind) {
        (Some(7_000_218), _) => "the application is not a public client: set \"Allow public client flows\"",
        (_, AuthErrorKind::BlockedByPolicy) => "many tenants block the device code flow",
        _ => return error,
    };
    error.reason = format!("{} ({hint})", error.reason);
    error
}

#[async_trait]
impl TokenProvider for DeviceCode {
    async fn token(&self, request: &TokenRequest) -> Result<AccessToken> {
        let mut kept = self.kept.lock().await;
        let claims = claims(self.application.cae, request.claims.as_deref());
        if let Some(refresh) = kept.refresh.clone() {
            if let Some(tokens) = self.refreshed(request, &refresh, claims.clone()).await? {
                kept.refresh = tokens.refresh.or(kept.refresh.take());
                return Ok(tokens.access);
            }
            kept.refresh = None;
        }
        // A call that was abandoned has shown its code already, and it may still be entered.
        let shown = kept.pending.take();
        let shown = shown.filter(|shown| shown.claims == claims && Instant::now() < shown.until);
        let pending = match shown {
            Some(shown) => shown,
            None => self.begin(request, claims).await?,
        };
        // It is kept while it is polled for: this future may be dropped at any time.
        let tokens = self.signed_in(request, kept.pending.insert(pending)).await;
        kept.pending = None;
        let tokens = tokens?;
        kept.refresh = tokens.refresh;
        Ok(tokens.access)
    }

    fn caller_kind(&self) -> Option<CallerKind> {
        Some(CallerKind::Delegated)
    }

    fn patience(&self) -> Duration {
        LONGEST + INTERVAL
    }

    fn name(&self) -> &'static str {
        "device code"
    }
}
