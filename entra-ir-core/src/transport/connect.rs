//! Makes connections: a socket, and over it TLS and a proxy's tunnel where they are wanted.

use std::error::Error as StdError;
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper_util::client::legacy::connect::HttpConnector;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tower_service::Service as _;

#[cfg(feature = "rustls")]
use super::tls::Tls;
use crate::error::{BoxError, Sent, TransportError, TransportErrorKind};

/// How often TCP asks whether a silent host is still there. Three times without an answer end the connection.
const KEEPALIVE: Duration = Duration::from_secs(15);

/// How long sent bytes may stay unacknowledged. By itself Linux would wait for a quarter of an hour, and each call on the connection with it.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);

/// What a connection's bytes go through.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A new connection.
pub(super) struct Made {
    pub(super) stream: Box<dyn Stream>,
    pub(super) http2: bool,
}

/// Makes connections. Names are resolved, and addresses of both families tried, by hyper-util.
#[derive(Debug)]
pub(super) struct Connector {
    tcp: HttpConnector,
    timeout: Duration,
    http2_only: bool,
    #[cfg(feature = "rustls")]
    tls: Tls,
}

impl Connector {
    pub(super) fn new(timeout: Duration, http2_only: bool, #[cfg(feature = "rustls")] tls: Tls) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(timeout));
        tcp.set_keepalive(Some(KEEPALIVE));
        tcp.set_keepalive_interval(Some(KEEPALIVE));
        tcp.set_keepalive_retries(Some(3));
        #[cfg(target_os = "linux")]
        tcp.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
        Self {
            tcp,
            timeout,
            http2_only,
            #[cfg(feature = "rustls")]
            tls,
        }
    }

    /// Connects to the host of an address: by http straight, by https over TLS and through a proxy that is set for it.
    pub(super) async fn connect(&self, uri: &Uri) -> Result<Made, TransportError> {
        let failed = |cause: BoxError| {
            #[cfg(feature = "rustls")]
            let kind = if super::tls::is_about_certificate(&*cause) {
                TransportErrorKind::Certificate
            } else {
                TransportErrorKind::Connect
            };
            #[cfg(not(feature = "rustls"))]
            let kind = TransportErrorKind::Connect;
            TransportError::new(kind, Sent::No).caused_by(deepest(&*cause))
        };
        match tokio::time::timeout(self.timeout, self.reach(uri)).await {
            Ok(made) => made.map_err(failed),
            Err(_) => Err(failed(format!("it took longer than {:?}", self.timeout).into())),
        }
    }

    async fn reach(&self, uri: &Uri) -> Result<Made, BoxError> {
        let (stream, agreed): (Box<dyn Stream>, bool) = if uri.scheme() == Some(&Scheme::HTTP) {
            (Box::new(tcp(&self.tcp, uri).await?), false)
        } else {
            #[cfg(not(feature = "rustls"))]
            return Err("this build has no TLS: enable the feature `rustls`".into());
            #[cfg(feature = "rustls")]
            self.tls.connect(&self.tcp, uri).await?
        };
        Ok(Made { stream, http2: agreed || self.http2_only })
    }
}

/// Opens a socket to the host of an address.
pub(super) async fn tcp(connector: &HttpConnector, uri: &Uri) -> Result<TcpStream, BoxError> {
    Ok(connector.clone().call(uri.clone()).await?.into_inner())
}

/// Returns the text of what lies at the bottom of an error. Those above it name the step, and may name an address.
pub(super) fn deepest(error: &(dyn StdError + 'static)) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
