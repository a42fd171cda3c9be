//! The transport over real sockets: reqwest with redirects and retries turned off.

use std::time::Duration;

use async_trait::async_trait;
use http::uri::Scheme;
use reqwest::redirect;
#[cfg(feature = "rustls")]
use secrecy::{ExposeSecret as _, SecretString};

use super::gate::{HTTP1_CONNECTIONS, IDLE};
use super::{Gate, Permit, Transport};
use crate::error::{Error, TransportError};
use crate::wire::{Request, Response};

/// The interval of TCP keepalive probes to a silent host. Three unanswered probes end the connection.
const KEEPALIVE: Duration = Duration::from_secs(15);

/// How long sent bytes may stay unacknowledged. By default Linux waits for a quarter of an hour, and every
/// call on the connection waits with it.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);

/// If an HTTP/2 connection with requests in progress is silent for this time, it is pinged, and closed if it
/// stays silent as long again: after sleep or a change of networks every request on it would hang until the
/// system gives up.
const SILENCE: Duration = Duration::from_secs(10);

/// Sends requests with reqwest: HTTP/2 where the server offers it, no redirects, no retries, and few
/// connections, by a [`Gate`].
///
/// With TLS, proxies are taken from the environment (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`, in either case)
/// or, on macOS and Windows, from the system's settings, as administrators expect;
/// [`HttpTransportBuilder::no_proxy`] turns that off. An http address, which is allowed only on this machine,
/// is never reached through a proxy. The TLS library is rustls, and the platform verifies the certificates;
/// `add_root_certificate` of the builder adds a trusted root.
#[derive(Debug)]
pub struct HttpTransport(Gate<Clients>);

/// The client for each scheme.
#[derive(Debug)]
struct Clients {
    https: reqwest::Client,
    /// Bypasses any proxy: a token in clear text goes only to this machine.
    http: reqwest::Client,
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
    http1_connections: usize,
    from_environment: bool,
    /// Secret, since it may contain a name and a password.
    #[cfg(feature = "rustls")]
    proxy: Option<SecretString>,
    #[cfg(feature = "rustls")]
    roots: Vec<Vec<u8>>,
}

impl HttpTransport {
    /// Creates a transport with the defaults.
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
            http1_connections: HTTP1_CONNECTIONS,
            from_environment: true,
            #[cfg(feature = "rustls")]
            proxy: None,
            #[cfg(feature = "rustls")]
            roots: Vec::new(),
        }
    }
}

impl HttpTransportBuilder {
    /// Sets how long making a connection may take, including TLS and a proxy.
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets the maximum of concurrent requests over HTTP/1.1: see [`Gate::http1_connections`].
    pub const fn http1_connections(mut self, connections: usize) -> Self {
        self.http1_connections = connections;
        self
    }

    /// Ignores the proxies of the environment and the system.
    pub const fn no_proxy(mut self) -> Self {
        self.from_environment = false;
        self
    }

    /// Reaches every https address through this proxy, whatever the environment names: `http://host:port`, or
    /// `https`, `socks4`, `socks4a`, `socks5` or `socks5h`; a name and a password may precede the host.
    /// With `socks4` and `socks5` the service's name is resolved here, otherwise by the proxy.
    #[cfg(feature = "rustls")]
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(url.into().into());
        self
    }

    /// Trusts a root certificate in addition to those of the platform: PEM (any number) or DER.
    /// For networks whose proxy intercepts TLS connections with its own certificates.
    #[cfg(feature = "rustls")]
    pub fn add_root_certificate(mut self, certificate: impl Into<Vec<u8>>) -> Self {
        self.roots.push(certificate.into());
        self
    }

    /// Uses HTTP/2 without negotiation, over plain sockets too. For servers that are known to support it.
    pub const fn http2_only(mut self) -> Self {
        self.http2_only = true;
        self
    }

    /// Builds the transport.
    ///
    /// # Errors
    /// [`Error::Config`] if TLS cannot be set up, or a given proxy or certificate cannot be used.
    pub fn build(self) -> Result<HttpTransport, Error> {
        let mut https = self.client();
        if !self.from_environment {
            https = https.no_proxy();
        }
        let http = self.client().no_proxy();
        // It needs no certificate, and those of the platform take time to load.
        #[cfg(feature = "rustls")]
        let http = http.tls_certs_only([]);
        #[cfg(feature = "rustls")]
        {
            if let Some(url) = &self.proxy {
                https = https.no_proxy().proxy(proxy(url.expose_secret())?);
            }
            https = https.tls_certs_merge(certificates(&self.roots)?);
        }
        let built = |client: reqwest::ClientBuilder| {
            client.build().map_err(|error| Error::Config(format!("TLS cannot be set up: {error}")))
        };
        let clients = Clients { https: built(https)?, http: built(http)? };
        Ok(HttpTransport(Gate::new(clients).http1_connections(self.http1_connections)))
    }

    fn client(&self) -> reqwest::ClientBuilder {
        let client = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(self.connect_timeout)
            // Longer than the gate relies on the connection, shorter than Graph or a firewall keeps it.
            .pool_idle_timeout(IDLE + Duration::from_secs(5))
            // A further connection may begin just before another one is free. It is not kept.
            .pool_max_idle_per_host(self.http1_connections.max(1))
            .tcp_nodelay(true)
            .tcp_keepalive(KEEPALIVE)
            .tcp_keepalive_interval(KEEPALIVE)
            .tcp_keepalive_retries(3)
            .http2_keep_alive_interval(SILENCE)
            .http2_keep_alive_timeout(SILENCE);
        #[cfg(target_os = "linux")]
        let client = client.tcp_user_timeout(UNACKNOWLEDGED);
        if self.http2_only { client.http2_prior_knowledge() } else { client }
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn ready(&self, request: &Request) -> Result<Permit, TransportError> {
        self.0.ready(request).await
    }

    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.0.send(request).await
    }
}

#[async_trait]
impl Transport for Clients {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let clear = request.uri().scheme() == Some(&Scheme::HTTP);
        if clear { &self.http } else { &self.https }.send(request).await
    }
}

/// Returns a proxy for every https address, or an error that does not show the value, since it may hold a
/// password.
#[cfg(feature = "rustls")]
fn proxy(url: &str) -> Result<reqwest::Proxy, Error> {
    const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];
    let url = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
    let url = reqwest::Url::parse(&url).ok().filter(|url| SCHEMES.contains(&url.scheme()));
    url.and_then(|url| reqwest::Proxy::https(url).ok())
        .ok_or_else(|| Error::Config("the proxy's address is not valid: give it as http://host:port".into()))
}

/// Reads certificates, each one in DER or some in PEM.
#[cfg(feature = "rustls")]
fn certificates(given: &[Vec<u8>]) -> Result<Vec<reqwest::Certificate>, Error> {
    let bad =
        |why: &dyn std::fmt::Display| Error::Config(format!("a root certificate cannot be used: {why}"));
    let mut certificates = Vec::new();
    for bytes in given {
        // DER begins with the tag of a sequence.
        let mut read = if bytes.first() == Some(&0x30) {
            vec![reqwest::Certificate::from_der(bytes).map_err(|error| bad(&error))?]
        } else {
            reqwest::Certificate::from_pem_bundle(bytes).map_err(|error| bad(&error))?
        };
        if read.is_empty() {
            return Err(bad(&"it is neither PEM nor DER"));
        }
        certificates.append(&mut read);
    }
    Ok(certificates)
}
