//! TLS, and the proxies that it goes through.

use std::error::Error as StdError;
use std::future::{Ready, ready};
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use rustls_platform_verifier::Verifier;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, DEFAULT_VERSIONS};
use tower_service::Service;

use super::connect::{Stream, tcp};
use crate::error::{BoxError, Error, Result};

/// Returns whether a connection failed since the server's certificate was not accepted: trying again changes nothing then.
pub(super) fn is_about_certificate(error: &(dyn StdError + 'static)) -> bool {
    let is_refusal = |error: &(dyn StdError + 'static)| {
        matches!(
            error.downcast_ref(),
            Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented)
        )
    };
    let mut cause = Some(error);
    while let Some(error) = cause {
        // The error inside an input/output error is none of its sources.
        let inside = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if is_refusal(error) || inside.is_some_and(|inside| is_refusal(inside)) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Connects with TLS, whose certificates the platform judges.
pub(super) struct Tls {
    to_service: TlsConnector,
    to_proxy: TlsConnector,
    proxies: Option<Matcher>,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The matcher leaves names and passwords out.
        f.debug_struct("Tls").field("proxies", &self.proxies).finish_non_exhaustive()
    }
}

impl Tls {
    /// Sets it up, with root certificates beside the platform's own.
    pub(super) fn new(http2_only: bool, roots: &[Vec<u8>], proxies: Option<Matcher>) -> Result<Self> {
        let failed = |error: &dyn std::fmt::Display| Error::Config(format!("TLS cannot be set up: {error}"));
        let provider =
            CryptoProvider::get_default().map_or_else(|| Arc::new(aws_lc_rs::default_provider()), Arc::clone);
        let roots = certificates(roots)?;
        let verifier = if roots.is_empty() {
            Verifier::new(Arc::clone(&provider))
        } else {
            Verifier::new_with_extra_roots(roots, Arc::clone(&provider))
        };
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(DEFAULT_VERSIONS)
            .map_err(|error| failed(&error))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier.map_err(|error| failed(&error))?))
            .with_no_client_auth();
        let to_proxy = TlsConnector::from(Arc::new(config.clone()));
        config.alpn_protocols.push(b"h2".to_vec());
        if !http2_only {
            config.alpn_protocols.push(b"http/1.1".to_vec());
        }
        Ok(Self { to_service: TlsConnector::from(Arc::new(config)), to_proxy, proxies })
    }

    /// Connects, and tells whether HTTP/2 was agreed on.
    pub(super) async fn connect(
        &self,
        connector: &HttpConnector,
        uri: &Uri,
    ) -> Result<(Box<dyn Stream>, bool), BoxError> {
        let stream: Box<dyn Stream> = match self.proxies.as_ref().and_then(|proxies| proxies.intercept(uri)) {
            None => Box::new(tcp(connector, uri).await?),
            Some(proxy) => self.through(&proxy, connector, uri).await?,
        };
        let stream = handshake(&self.to_service, uri, stream).await?;
        let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        Ok((Box::new(stream), http2))
    }

    /// Connects through a proxy.
    async fn through(
        &self,
        proxy: &Intercept,
        connector: &HttpConnector,
        uri: &Uri,
    ) -> Result<Box<dyn Stream>, BoxError> {
        let address = proxy.uri();
        let scheme = address.scheme_str().unwrap_or_default();
        if !matches!(scheme, "http" | "https" | "socks5" | "socks5h") {
            return Err(
                format!("a proxy by {scheme} is not supported: use http, https, socks5 or socks5h").into()
            );
        }
        let mut stream: Box<dyn Stream> = Box::new(tcp(connector, address).await?);
        if scheme == "https" {
            stream = Box::new(handshake(&self.to_proxy, address, stream).await?);
        }
        let opened = Opened(Some(TokioIo::new(stream)));
        let tunnel = if scheme.starts_with("socks") {
            let mut socks = SocksV5::new(address.clone(), opened);
            if let Some((name, password)) = proxy.raw_auth() {
                socks = socks.with_auth(name.to_owned(), password.to_owned());
            }
            socks.call(uri.clone()).await?
        } else {
            let mut tunnel = Tunnel::new(address.clone(), opened);
            if let Some(authorization) = proxy.basic_auth() {
                tunnel = tunnel.with_auth(authorization.clone());
            }
            tunnel.call(uri.clone()).await?
        };
        Ok(tunnel.into_inner())
    }
}

async fn handshake<S: Stream>(
    connector: &TlsConnector,
    uri: &Uri,
    stream: S,
) -> Result<TlsStream<S>, BoxError> {
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    Ok(connector.connect(ServerName::try_from(host.to_owned())?, stream).await?)
}

/// Reads certificates, each one in DER or some in PEM.
fn certificates(given: &[Vec<u8>]) -> Result<Vec<CertificateDer<'static>>> {
    let bad = |why: String| Error::Config(format!("a root certificate cannot be used: {why}"));
    let mut certificates = Vec::new();
    for bytes in given {
        // DER begins with a sequence's tag.
        if bytes.first() == Some(&0x30) {
            certificates.push(CertificateDer::from(bytes.clone()));
            continue;
        }
        let before = certificates.len();
        for certificate in CertificateDer::pem_slice_iter(bytes) {
            certificates.push(certificate.map_err(|error| bad(error.to_string()))?);
        }
        if certificates.len() == before {
            return Err(bad("it is neither PEM nor DER".into()));
        }
    }
    Ok(certificates)
}

/// Returns a proxy for every https address, or an error that does not show what was given, since it may hold a password.
pub(super) fn proxy(url: &str) -> Result<Matcher> {
    let proxies = Matcher::builder().https(url).build();
    if proxies.intercept(&Uri::from_static("https://graph.microsoft.com")).is_none() {
        return Err(Error::Config("the proxy's address cannot be used: give it as http://host:port".into()));
    }
    Ok(proxies)
}

/// Hands on a connection that is there already, as hyper-util's tunnels want it.
struct Opened(Option<TokioIo<Box<dyn Stream>>>);

impl Service<Uri> for Opened {
    type Response = TokioIo<Box<dyn Stream>>;
    type Error = io::Error;
    type Future = Ready<io::Result<Self::Response>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        ready(self.0.take().ok_or_else(|| io::ErrorKind::NotConnected.into()))
    }
}
