//! The transport over real sockets: hyper, and nothing that acts of its own accord above it.

use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::Uri;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Incoming};
#[cfg(feature = "rustls")]
use hyper_util::client::proxy::matcher::Matcher;
#[cfg(feature = "rustls")]
use secrecy::{ExposeSecret as _, SecretString};

use super::connect::{Connector, deepest};
use super::connection::NoAnswer;
use super::connections::{Connections, PER_HOST};
#[cfg(feature = "rustls")]
use super::tls::{self, Tls};
use super::{Stopwatch, Transport};
use crate::error::{Error, Sent, TransportError, TransportErrorKind};
use crate::wire::{Request, Response};

/// The largest answer that is read, in bytes. Graph's pages are far smaller; a proxy's endless page ends here.
const LARGEST_ANSWER: usize = 64 << 20;

/// Sends requests over sockets: HTTP/2 where the server offers it, at most two connections per host, no redirects, no retries.
///
/// With TLS, proxies are taken from the environment (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`, in either case) or, on macOS and Windows, from the
/// system's settings, as administrators expect; [`HttpTransportBuilder::no_proxy`] turns that off. An http address, which is allowed on this machine
/// only, is never reached through one.
///
/// The TLS library is rustls, and the platform judges the certificates; `add_root_certificate` of the builder adds to what it trusts.
#[derive(Debug)]
pub struct HttpTransport {
    connector: Connector,
    connections: Connections,
}

/// Sets up an [`HttpTransport`].
///
/// ```no_run
/// # #[cfg(feature = "rustls")]
/// # fn transport(root: Vec<u8>) -> Result<entra_ir_core::HttpTransport, entra_ir_core::Error> {
/// use entra_ir_core::HttpTransport;
///
/// HttpTransport::builder().proxy("http://proxy.contoso.example:8080").add_root_certificate(root).build()
/// # }
/// ```
#[derive(Debug)]
pub struct HttpTransportBuilder {
    connect_timeout: Duration,
    http2_only: bool,
    #[cfg(feature = "rustls")]
    from_environment: bool,
    /// Secret, since a name and a password may stand in it.
    #[cfg(feature = "rustls")]
    proxy: Option<SecretString>,
    #[cfg(feature = "rustls")]
    roots: Vec<Vec<u8>>,
}

impl HttpTransport {
    /// Makes a transport with the defaults.
    ///
    /// # Errors
    /// [`Error::Config`] if TLS cannot be set up.
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Starts from the defaults: 10 s to connect, proxies from the environment.
    pub const fn builder() -> HttpTransportBuilder {
        HttpTransportBuilder {
            connect_timeout: Duration::from_secs(10),
            http2_only: false,
            #[cfg(feature = "rustls")]
            from_environment: true,
            #[cfg(feature = "rustls")]
            proxy: None,
            #[cfg(feature = "rustls")]
            roots: Vec::new(),
        }
    }
}

impl HttpTransportBuilder {
    /// Sets how long making a connection may take, with TLS and the way through a proxy.
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Ignores proxies named by the environment or the system.
    #[cfg_attr(not(feature = "rustls"), allow(unused_mut, reason = "there is no proxy without TLS"))]
    pub const fn no_proxy(mut self) -> Self {
        #[cfg(feature = "rustls")]
        {
            self.from_environment = false;
        }
        self
    }

    /// Reaches every https address through this proxy, whatever the environment names: `http://host:port`, or `https`, `socks5` or `socks5h`; a name
    /// and a password may stand before the host. The proxy resolves the service's name.
    #[cfg(feature = "rustls")]
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(url.into().into());
        self
    }

    /// Trusts a root certificate beside those of the platform: PEM (any number of them) or DER.
    ///
    /// For networks whose proxy opens TLS connections and signs anew what it lets through.
    #[cfg(feature = "rustls")]
    pub fn add_root_certificate(mut self, certificate: impl Into<Vec<u8>>) -> Self {
        self.roots.push(certificate.into());
        self
    }

    /// Speaks HTTP/2 without asking, over plain sockets too. For servers that are known to.
    pub const fn http2_only(mut self) -> Self {
        self.http2_only = true;
        self
    }

    /// Makes the transport.
    ///
    /// # Errors
    /// [`Error::Config`] if TLS cannot be set up, or a given proxy or certificate cannot be used.
    #[cfg_attr(not(feature = "rustls"), allow(clippy::unnecessary_wraps, reason = "TLS is what can fail"))]
    pub fn build(self) -> Result<HttpTransport, Error> {
        #[cfg(feature = "rustls")]
        let tls = {
            let proxies = match &self.proxy {
                Some(url) => Some(tls::proxy(url.expose_secret())?),
                None => self.from_environment.then(Matcher::from_system),
            };
            Tls::new(self.http2_only, &self.roots, proxies)?
        };
        let connector = Connector::new(
            self.connect_timeout,
            self.http2_only,
            #[cfg(feature = "rustls")]
            tls,
        );
        Ok(HttpTransport { connector, connections: Connections::default() })
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let address: Uri = request.uri().clone();
        let host = self.connections.host(&address).ok_or_else(|| {
            let error = TransportError::new(TransportErrorKind::Request, Sent::No);
            error.caused_by("its address names no host")
        })?;
        let stopwatch = request.extensions().get::<Stopwatch>().cloned();
        let mut request = request.map(Full::new);
        // Each connection that rests may turn out to be closed; then comes a new one.
        for _ in 0..=PER_HOST {
            let mut connection = host.connection(&self.connector, stopwatch.as_ref()).await?;
            match connection.send(request, &address).await {
                Ok(answer) => {
                    let response = read(answer).await?;
                    connection.give_back();
                    return Ok(response);
                }
                Err(NoAnswer::Unsent(unsent)) => request = *unsent,
                Err(NoAnswer::Lost(error)) => return Err(lost(&error)),
            }
        }
        let error = TransportError::new(TransportErrorKind::Connect, Sent::No);
        Err(error.caused_by("the host closes each connection before it is used"))
    }
}

async fn read(answer: http::Response<Incoming>) -> Result<Response, TransportError> {
    let (parts, mut incoming) = answer.into_parts();
    // Almost every answer is one chunk, which then needs no copy.
    let mut body = Bytes::new();
    let mut more: Option<BytesMut> = None;
    while !incoming.is_end_stream() {
        let Some(frame) = incoming.frame().await else { break };
        let Ok(chunk) = frame.map_err(|error| lost(&error))?.into_data() else { continue };
        if body.len() + more.as_ref().map_or(0, BytesMut::len) + chunk.len() > LARGEST_ANSWER {
            let error = TransportError::new(TransportErrorKind::Interrupted, Sent::Maybe);
            return Err(error.caused_by("the answer is larger than 64 MiB"));
        }
        match &mut more {
            Some(bytes) => bytes.extend_from_slice(&chunk),
            None if body.is_empty() => body = chunk,
            None => {
                let mut bytes = BytesMut::from(body.as_ref());
                bytes.extend_from_slice(&chunk);
                more = Some(bytes);
            }
        }
    }
    if let Some(bytes) = more {
        body = bytes.freeze();
    }
    Ok(Response::from_parts(parts, body))
}

/// Describes the end of a connection on which a request was under way.
fn lost(error: &hyper::Error) -> TransportError {
    let mut kind = TransportErrorKind::Interrupted;
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(this) = cause {
        let io = this.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::TimedOut) {
            kind = TransportErrorKind::Timeout;
        }
        cause = this.source();
    }
    TransportError::new(kind, Sent::Maybe).caused_by(deepest(error))
}
