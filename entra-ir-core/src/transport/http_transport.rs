//! The transport over real sockets: reqwest, kept from doing anything of its own.

use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::uri::Scheme;
use http::{Uri, Version};
use reqwest::Url;

use super::connections::{Connections, PER_HOST};
use super::{Stopwatch, Transport};
use crate::error::{Error, Sent, TransportError, TransportErrorKind};
use crate::wire::{Request, Response};

/// The largest answer that is read, in bytes. Graph's pages are far smaller; a proxy's endless page ends here.
const LARGEST_ANSWER: usize = 64 << 20;

/// Sends requests with reqwest: HTTP/2 where the server offers it, at most two connections per host, no redirects, no retries.
///
/// Proxies are taken from the environment (`HTTPS_PROXY`, `NO_PROXY`), as administrators expect; [`HttpTransportBuilder::no_proxy`] turns that off. An
/// http address, which is allowed on this machine only, is never reached through one.
#[derive(Debug)]
pub struct HttpTransport {
    client: reqwest::Client,
    /// For http, which is allowed on a loopback address only: made when it is first needed.
    direct: OnceLock<reqwest::Client>,
    settings: HttpTransportBuilder,
    connections: Connections,
}

/// Sets up an [`HttpTransport`].
#[derive(Debug)]
pub struct HttpTransportBuilder {
    connect_timeout: Duration,
    proxy: bool,
    http2_only: bool,
}

impl HttpTransport {
    /// Makes a transport with the defaults.
    ///
    /// # Errors
    /// [`Error::Config`] if TLS cannot be set up.
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Returns the client for an address. A token in clear goes to this machine only, past any proxy.
    fn client_for(&self, uri: &Uri) -> Result<&reqwest::Client, TransportError> {
        if uri.scheme() != Some(&Scheme::HTTP) {
            return Ok(&self.client);
        }
        if let Some(direct) = self.direct.get() {
            return Ok(direct);
        }
        let direct = self.settings.client(false).map_err(|error| {
            TransportError::new(TransportErrorKind::Request, Sent::No).caused_by(error.to_string())
        })?;
        Ok(self.direct.get_or_init(|| direct))
    }

    /// Starts from the defaults: 10 s to connect, proxies from the environment.
    pub const fn builder() -> HttpTransportBuilder {
        HttpTransportBuilder { connect_timeout: Duration::from_secs(10), proxy: true, http2_only: false }
    }
}

impl HttpTransportBuilder {
    /// Sets how long making a connection may take.
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Ignores proxies named by the environment.
    pub const fn no_proxy(mut self) -> Self {
        self.proxy = false;
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
    /// [`Error::Config`] if TLS cannot be set up.
    pub fn build(self) -> Result<HttpTransport, Error> {
        let client = self.client(self.proxy)?;
        Ok(HttpTransport { client, direct: OnceLock::new(), settings: self, connections: Connections::new() })
    }

    fn client(&self, proxy: bool) -> Result<reqwest::Client, Error> {
        let mut client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(self.connect_timeout)
            .pool_max_idle_per_host(PER_HOST)
            .tcp_nodelay(true);
        if !proxy {
            client = client.no_proxy();
        }
        if self.http2_only {
            client = client.http2_prior_knowledge();
        }
        client.build().map_err(|error| Error::Config(format!("the HTTP client: {error}")))
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let host = self.connections.host(request.uri());
        let client = self.client_for(request.uri())?;
        let stopwatch = request.extensions().get::<Stopwatch>().cloned();
        let request = match host.url(request.uri()) {
            Some(url) => at(url, request),
            None => reqwest::Request::try_from(request).map_err(describe)?,
        };
        if let Some(stopwatch) = &stopwatch {
            stopwatch.stop();
        }
        let Some(pass) = host.enter().await else {
            let error = TransportError::new(TransportErrorKind::Connect, Sent::No);
            return Err(error.caused_by("another request has just found that the host cannot be reached"));
        };
        if let Some(stopwatch) = &stopwatch {
            stopwatch.restart();
        }
        let answer = async {
            let answer = client.execute(request).await?;
            let http2 = answer.version() == Version::HTTP_2;
            read(answer).await.map(|response| (response, http2))
        };
        match answer.await {
            Ok((response, http2)) => {
                host.answered(http2);
                if !http2 {
                    // The connection goes back to its pool in a task of its own: the next request should find it there.
                    tokio::task::yield_now().await;
                }
                drop(pass);
                response
            }
            Err(error) => {
                host.failed(error.is_connect());
                Err(describe(error))
            }
        }
    }
}

/// Makes reqwest's request of ours.
fn at(url: Url, request: Request) -> reqwest::Request {
    let (mut parts, body) = request.into_parts();
    let mut request = reqwest::Request::new(parts.method, url);
    std::mem::swap(request.headers_mut(), &mut parts.headers);
    if !body.is_empty() {
        *request.body_mut() = Some(body.into());
    }
    request
}

async fn read(mut answer: reqwest::Response) -> Result<Result<Response, TransportError>, reqwest::Error> {
    // Almost every answer is one chunk, which then needs no copy.
    let mut body = Bytes::new();
    let mut more: Option<BytesMut> = None;
    while let Some(chunk) = answer.chunk().await? {
        if body.len() + more.as_ref().map_or(0, BytesMut::len) + chunk.len() > LARGEST_ANSWER {
            let error = TransportError::new(TransportErrorKind::Interrupted, Sent::Maybe);
            return Ok(Err(error.caused_by("the answer is larger than 64 MiB")));
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
    let mut response = Response::new(body);
    *response.status_mut() = answer.status();
    *response.version_mut() = answer.version();
    std::mem::swap(response.headers_mut(), answer.headers_mut());
    Ok(Ok(response))
}

/// Sorts reqwest's error, without the URL, which may name a user.
fn describe(error: reqwest::Error) -> TransportError {
    use TransportErrorKind as Kind;
    let error = error.without_url();
    let (kind, sent) = if error.is_builder() {
        (Kind::Request, Sent::No)
    } else if error.is_connect() {
        (Kind::Connect, Sent::No)
    } else if error.is_timeout() {
        (Kind::Timeout, Sent::Maybe)
    } else {
        // hyper calls a connection that closed early a request error; the request may have been read.
        (Kind::Interrupted, Sent::Maybe)
    };
    let mut cause: &dyn std::error::Error = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    let cause = cause.to_string();
    TransportError::new(kind, sent).caused_by(cause)
}
