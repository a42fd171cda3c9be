//! An application signs in as the managed identity of the Azure resource on which it runs.

use std::env;
use std::fmt::Write as _;
use std::time::Duration;

use async_trait::async_trait;
use http::{HeaderName, HeaderValue, Uri};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use super::answer::{self, resource};
use super::exchange::patiently;
use super::form::masked;
use crate::auth::{AccessToken, CallerKind, TokenProvider, TokenRequest};
use crate::error::{AuthError, AuthErrorKind, Error, Result};
use crate::ids::ObjectId;
use crate::text::{cut, without_tokens};
use crate::wire::{Request, Response};

/// The instance metadata service of virtual machines, an address that exists only inside Azure.
const METADATA: &str = "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01";

/// How long the metadata service may take to say that it is there. Elsewhere nothing answers.
const PROBE: Duration = Duration::from_secs(2);

/// Signs in as the managed identity of this virtual machine, App Service, Function or container app. There is
/// no secret.
///
/// The requests go by the client's transport to an address on this machine or inside Azure, over plain HTTP
/// as Azure offers it; the HTTP transport of this library sends them past any proxy. Not supported are Azure
/// Arc, Service Fabric and Cloud Shell. Managed identities have no continuous access evaluation; their tokens
/// are valid for up to 24 hours, and a change of their permissions may take as long to be in one.
///
/// Source: [How to use managed identities to acquire an access
/// token](https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token),
/// and for App Service [How to use managed identities for App
/// Service](https://learn.microsoft.com/azure/app-service/overview-managed-identity).
///
/// ```
/// use entra_ir_core::ManagedIdentity;
///
/// # fn main() -> Result<(), entra_ir_core::Error> {
/// let of_the_machine = ManagedIdentity::new();
/// let assigned = ManagedIdentity::with_client_id("3b41c05e-73a1-43b7-86d7-ed8409f55900")?;
/// # drop((of_the_machine, assigned));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ManagedIdentity {
    pub(super) client_id: Option<ObjectId>,
    pub(super) place: Place,
}

/// Where the tokens are.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// The metadata service of a virtual machine.
    Machine,
    /// The endpoint of an App Service, Function or container app.
    App { endpoint: String, secret: SecretString },
    /// A place that this library does not know.
    Unsupported(&'static str),
}

impl ManagedIdentity {
    /// Takes the system-assigned identity, or the only one that is assigned. Reads the environment
    /// (`IDENTITY_ENDPOINT`, `IDENTITY_HEADER`); nothing is sent.
    pub fn new() -> Self {
        Self { client_id: None, place: Place::of(|name| env::var(name).ok().filter(|it| !it.is_empty())) }
    }

    /// Takes the user-assigned identity with this client id.
    ///
    /// # Errors
    /// [`Error::Config`] if it is not a GUID.
    pub fn with_client_id(client_id: &str) -> Result<Self> {
        let client_id = client_id.parse().map_err(|_| {
            Error::Config("the client id of the managed identity is not valid: give a GUID".into())
        })?;
        Ok(Self { client_id: Some(client_id), ..Self::new() })
    }

    /// Makes the request for a token.
    fn request(&self, request: &TokenRequest) -> Result<Request> {
        let (mut address, header) = match &self.place {
            Place::Machine => (METADATA.to_owned(), ("metadata", SecretString::from("true"))),
            Place::App { endpoint, secret } => {
                let separator = if endpoint.contains('?') { '&' } else { '?' };
                let address = format!("{endpoint}{separator}api-version=2019-08-01");
                (address, ("x-identity-header", secret.clone()))
            }
            Place::Unsupported(what) => {
                let reason = format!("the managed identity of {what} is not supported");
                return Err(AuthError::new(AuthErrorKind::NotAvailable, reason).into());
            }
        };
        let resource = utf8_percent_encode(resource(&request.scope), NON_ALPHANUMERIC);
        let _ = write!(address, "&resource={resource}");
        if let Some(id) = self.client_id {
            let _ = write!(address, "&client_id={id}");
        }
        let invalid = || {
            Error::Config("the environment of the managed identity (IDENTITY_ENDPOINT) is not valid".into())
        };
        let mut get = Request::default();
        *get.uri_mut() = address.parse().map_err(|_| invalid())?;
        is_inside(get.uri()).then_some(()).ok_or_else(invalid)?;
        let mut value = HeaderValue::from_str(header.1.expose_secret()).map_err(|_| invalid())?;
        value.set_sensitive(true);
        get.headers_mut().insert(HeaderName::from_static(header.0), value);
        Ok(get)
    }

    /// Fails if there is no metadata service: nothing answers at its address outside Azure, and connecting
    /// would take long.
    async fn probe(&self, request: &TokenRequest) -> Result<()> {
        // Without the header the service refuses at once.
        let mut probe = Request::default();
        *probe.uri_mut() = Uri::from_static(METADATA);
        if let Ok(Ok(_)) = tokio::time::timeout(PROBE, request.send(probe)).await {
            return Ok(());
        }
        let reason = "no managed identity: the metadata service of Azure does not answer on this machine";
        Err(AuthError::new(AuthErrorKind::NotAvailable, reason).into())
    }
}

impl Default for ManagedIdentity {
    fn default() -> Self {
        Self::new()
    }
}

impl Place {
    pub(super) fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let (endpoint, header) = (variable("IDENTITY_ENDPOINT"), variable("IDENTITY_HEADER"));
        match (endpoint, header) {
            (Some(_), Some(_)) if variable("IDENTITY_SERVER_THUMBPRINT").is_some() => {
                Self::Unsupported("Service Fabric")
            }
            (Some(endpoint), Some(secret)) => Self::App { endpoint, secret: secret.into() },
            (Some(_), None) if variable("IMDS_ENDPOINT").is_some() => Self::Unsupported("Azure Arc"),
            (None, _) if variable("MSI_ENDPOINT").is_some() => Self::Unsupported("Cloud Shell"),
            _ => Self::Machine,
        }
    }
}

/// Returns whether a token may be asked for at an address in clear text: on this machine, or link-local.
fn is_inside(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let is_near = match host.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(ip)) => ip.is_loopback() || ip.is_link_local(),
        Ok(std::net::IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unicast_link_local(),
        Err(_) => host == "localhost",
    };
    uri.scheme_str() == Some("https") || (uri.scheme_str() == Some("http") && is_near)
}

/// Names what to do after a refusal.
fn refused(response: &Response, secret: Option<&SecretString>) -> AuthError {
    let status = response.status();
    let body: Map<String, Value> = serde_json::from_slice(response.body()).unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let described = text("error_description").or_else(|| text("message")).unwrap_or_default();
    let reason = format!("the managed identity's endpoint answered {}: {described}", status.as_u16());
    let kind = match status.as_u16() {
        // The machine has no identity, or not this one.
        400 | 404 => AuthErrorKind::NotAvailable,
        429 => AuthErrorKind::Throttled,
        410 | 500.. => AuthErrorKind::Unreachable,
        _ if body.is_empty() => AuthErrorKind::NotUnderstood,
        _ => AuthErrorKind::Other,
    };
    let reason = masked(&reason, secret.into_iter().map(ExposeSecret::expose_secret));
    AuthError::new(kind, cut(without_tokens(reason.trim_end_matches([':', ' ']))))
}

#[async_trait]
impl TokenProvider for ManagedIdentity {
    async fn token(&self, request: &TokenRequest) -> Result<AccessToken> {
        let get = self.request(request)?;
        if matches!(self.place, Place::Machine) {
            self.probe(request).await?;
        }
        // The metadata service answers 404 and 410 while it is updated.
        let again = |answer: &Response| matches!(answer.status().as_u16(), 404 | 410 | 429 | 500..);
        let response = patiently(request, again, || get.clone()).await?;
        if !response.status().is_success() {
            let secret = match &self.place {
                Place::App { secret, .. } => Some(secret),
                _ => None,
            };
            return Err(refused(&response, secret).into());
        }
        Ok(answer::read(&response, request, None)?.access)
    }

    fn caller_kind(&self) -> Option<CallerKind> {
        Some(CallerKind::AppOnly)
    }

    fn name(&self) -> &'static str {
        "managed identity"
    }
}
