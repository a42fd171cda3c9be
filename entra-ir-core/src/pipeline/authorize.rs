//! Adds the origin and the token, and sends.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, USER_AGENT};
use http::uri::{Authority, Parts, Scheme};
use http::{HeaderValue, StatusCode, Uri};

use super::{Stage, spec_of};
use crate::auth::{TokenCache, claims_challenge};
use crate::error::{Error, NoAnswer, Refusal, Result, Sent, TransportError, TransportErrorKind};
use crate::spec::Idempotency;
use crate::text::{cut, without_tokens};
use crate::transport::Transport;
use crate::wire::{Delivery, Provenance, Request, Response, header, is_by_graph};

/// The last stage: the token goes only to the configured origin.
#[derive(Debug)]
pub(super) struct Authorize {
    pub(super) origin: Origin,
    pub(super) tokens: Arc<TokenCache>,
    pub(super) user_agent: HeaderValue,
    pub(super) timeout: Duration,
    /// Whether an answer without `request-id` counts as Graph's: for a substitute on this machine.
    pub(super) trusts_unmarked: bool,
    pub(super) transport: Arc<dyn Transport>,
}

impl Stage for Authorize {
    async fn send(&self, request: &mut Request) -> Result<Response> {
        let uri = self.origin.resolve(request.uri())?;
        let token = self.tokens.header().await?;
        let response = self.attempt(request, &uri, token.clone()).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        let spec = spec_of(request)?;
        // Only Graph's own answer proves that a write was not done.
        let left_open = spec.effect.writes() && !is_by_graph(&response);
        if left_open && spec.idempotency == Idempotency::Once {
            return Ok(response);
        }
        // Renew and replay once: a second 401 goes to the caller.
        let claims = claims_challenge(response.headers());
        let renewed = match self.tokens.renewed(&token, claims.clone()).await {
            Ok(renewed) if renewed != token => renewed,
            Err(error) if claims.is_some() => return Err(if left_open { maybe_done(error) } else { error }),
            _ => return Ok(response),
        };
        match self.attempt(request, &uri, renewed).await {
            Ok(mut response) => {
                response.extensions_mut().get_or_insert_with(Delivery::default).maybe_done = left_open;
                Ok(response)
            }
            Err(error) => Err(if left_open { maybe_done(error) } else { error }),
        }
    }
}

impl Authorize {
    async fn attempt(&self, request: &Request, uri: &Uri, token: HeaderValue) -> Result<Response> {
        // Reserve for three headers here and one in the transport: a clone's map would have to grow.
        let mut outgoing = Request::new(request.body().clone());
        outgoing.method_mut().clone_from(request.method());
        outgoing.uri_mut().clone_from(uri);
        outgoing.extensions_mut().clone_from(request.extensions());
        let headers = outgoing.headers_mut();
        headers.reserve(request.headers().len() + 4);
        headers.extend(request.headers().iter().map(|(name, value)| (name.clone(), value.clone())));
        headers.insert(AUTHORIZATION, token.clone());
        headers.insert(USER_AGENT, self.user_agent.clone());
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        match self.deliver(outgoing).await {
            Ok(mut response) => {
                let body = request.body().clone();
                response.extensions_mut().insert(Provenance::new(token, body, self.trusts_unmarked));
                Ok(response)
            }
            Err(error) => {
                let spec = spec_of(request)?;
                let unknown = spec.effect.writes() && error.sent == Sent::Maybe;
                let id = header(request.headers(), "client-request-id").map(str::to_owned);
                Err(NoAnswer::new(spec, 1, id, unknown, error).into())
            }
        }
    }

    /// Waits for the request's turn, then gives the attempt its time.
    async fn deliver(&self, request: Request) -> Result<Response, TransportError> {
        // Dereference the `Arc`: its blanket implementation would box the futures twice.
        let transport = &*self.transport;
        let _permit = transport.ready(&request).await?;
        match tokio::time::timeout(self.timeout, transport.send(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(TransportError::new(TransportErrorKind::Timeout, Sent::Maybe)),
        }
    }
}

/// Marks the error: an attempt before the failed one may have done the write.
fn maybe_done(mut error: Error) -> Error {
    match &mut error {
        Error::Transport(no_answer) => no_answer.outcome_unknown = true,
        Error::Auth { outcome_unknown, .. } => *outcome_unknown = true,
        _ => {}
    }
    error
}

/// The scheme, host and port of the Graph endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    scheme: Scheme,
    authority: Authority,
}

impl Origin {
    /// Reads an endpoint: https, or http on a loopback address.
    pub(crate) fn parse(endpoint: &str) -> Result<Self> {
        // A password may precede the host, and a secret may follow it.
        let shown = endpoint.rsplit_once('@').map_or(endpoint, |(_, host)| host);
        let (scheme, rest) = shown.split_once("://").map_or(("", shown), |(scheme, rest)| (scheme, rest));
        let host = rest.split(['/', '?', '#', ' ']).next().unwrap_or_default();
        let shown = if scheme.is_empty() { host.to_owned() } else { format!("{scheme}://{host}") };
        let fail =
            |why: &str| Err(Error::Config(format!("the Graph endpoint {shown:?} is not valid: {why}")));
        let Ok(uri) = endpoint.parse::<Uri>() else {
            return fail(
                "it is not a valid URL: give a scheme and a host, such as https://graph.microsoft.com",
            );
        };
        let parts = uri.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return fail("give a scheme and a host, such as https://graph.microsoft.com");
        };
        if parts.path_and_query.is_some_and(|path| path.as_str() != "/") {
            return fail("give only a scheme and a host; the library adds the path");
        }
        if authority.as_str().rsplit(']').next().is_some_and(|end| end.contains(':'))
            && authority.port_u16().is_none()
        {
            return fail("its port must be a number up to 65535");
        }
        if authority.as_str().contains('@') {
            return fail("it must not contain a user name");
        }
        let origin = Self { scheme, authority };
        if origin.scheme != Scheme::HTTPS && !(origin.scheme == Scheme::HTTP && origin.is_loopback()) {
            return fail("a token is sent only over https (http is allowed for a loopback address)");
        }
        Ok(origin)
    }

    /// Returns whether the endpoint is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        let host = self.authority.host();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }

    /// Completes a path, or checks that an absolute address has this origin. Normalizes the host, because
    /// connections are pooled by it.
    pub(crate) fn resolve(&self, uri: &Uri) -> Result<Uri> {
        let foreign = |origin: String| {
            let origin = cut(without_tokens(&origin));
            Err(Refusal::ForeignOrigin { what: "an address in an answer of the service", origin }.into())
        };
        let is_here = match (uri.scheme(), uri.authority()) {
            (None, None) => true,
            (Some(scheme), Some(authority)) => self.is_same(scheme, authority),
            _ => false,
        };
        match uri.authority() {
            _ if is_here && uri.path().starts_with('/') => {
                let mut parts = Parts::default();
                parts.scheme = Some(self.scheme.clone());
                parts.authority = Some(self.authority.clone());
                parts.path_and_query = uri.path_and_query().cloned();
                Uri::from_parts(parts).or_else(|_| foreign(uri.path().to_owned()))
            }
            authority => foreign(authority.map_or_else(|| uri.to_string(), |host| host.host().to_owned())),
        }
    }

    fn is_same(&self, scheme: &Scheme, authority: &Authority) -> bool {
        let default = if self.scheme == Scheme::HTTPS { 443 } else { 80 };
        let port = |authority: &Authority| authority.port_u16().unwrap_or(default);
        *scheme == self.scheme
            && !authority.as_str().contains('@')
            && authority.host().eq_ignore_ascii_case(self.authority.host())
            && port(authority) == port(&self.authority)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_https_or_loopback() {
        for good in [
            "https://graph.microsoft.us",
            "https://graph.example:8443/",
            "http://127.0.0.1:9",
            "http://[::1]:9",
        ] {
            assert!(Origin::parse(good).is_ok(), "{good}");
        }
        let bad = [
            "",
            "graph.microsoft.com",
            "http://graph.microsoft.com",
            "https://x/v1.0",
            "https://u@x",
            "ftp://x",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
        ];
        for bad in bad {
            assert!(matches!(Origin::parse(bad), Err(Error::Config(_))), "{bad}");
        }
        for with_secret in ["https://x/SECRET", "https://x?SECRET", "https://x:99999", "https://x:"] {
            let told = Origin::parse(with_secret).unwrap_err().to_string();
            assert!(!told.contains("SECRET"), "{told}");
        }
        for with_password in ["https://me:hunter2@x", "https://me:hunter2@x/v1.0", "https://me:hunter2@x y"] {
            let told = Origin::parse(with_password).unwrap_err().to_string();
            assert!(told.contains("the Graph endpoint \"x") && !told.contains("hunter2"), "{told}");
        }
    }

    #[test]
    fn addresses_elsewhere_are_refused() {
        let origin = Origin::parse("https://graph.microsoft.com").unwrap();
        let resolve = |text: &str| origin.resolve(&text.parse().unwrap()).map(|uri| uri.to_string());
        assert_eq!(resolve("/v1.0/me?a=b").unwrap(), "https://graph.microsoft.com/v1.0/me?a=b");
        let kept = "https://graph.microsoft.com/v1.0/users/x/authentication/operations/y?aadgdc=DUB02P&aadgsu=ssprprod-a";
        assert_eq!(resolve(kept).unwrap(), kept);
        for spelling in ["https://GRAPH.microsoft.com:443", "https://graph.microsoft.com:0443"] {
            assert_eq!(
                resolve(&format!("{spelling}/v1.0/me")).unwrap(),
                "https://graph.microsoft.com/v1.0/me"
            );
        }
        for bad in [
            "https://graph.microsoft.com.evil.example/v1.0",
            "http://graph.microsoft.com/v1.0",
            "https://graph.microsoft.com:444/v1.0",
            "https://u@graph.microsoft.com/v1.0",
            "graph.microsoft.com:443",
        ] {
            assert!(matches!(resolve(bad), Err(Error::Refused(_))), "{bad}");
        }
    }
}
