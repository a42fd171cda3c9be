//! A server on this machine, optionally with TLS, that counts its connections.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Barrier;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

pub(crate) const ID: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";
pub(crate) const USER: &str = r#"{"id":"3b41c05e-73a1-43b7-86d7-ed8409f55900"}"#;

/// A certificate made for this run.
pub(crate) struct Identity {
    pub(crate) pem: String,
    pub(crate) der: Vec<u8>,
    key: Vec<u8>,
}

impl Identity {
    pub(crate) fn of(name: &str) -> Self {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        Self { pem: made.cert.pem(), der: made.cert.der().to_vec(), key: made.signing_key.serialize_der() }
    }

    /// Accepts TLS, and offers these protocols.
    pub(crate) fn acceptor(&self, protocols: &[&str]) -> TlsAcceptor {
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.clone()));
        let mut config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![self.der.clone().into()], key)
            .unwrap();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// What a server counts.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// All connections so far.
    pub(crate) connections: AtomicUsize,
    /// Those that are open.
    pub(crate) open: AtomicUsize,
    /// The most that were open at once.
    pub(crate) most: AtomicUsize,
    pub(crate) requests: AtomicUsize,
    /// The most requests that were under way at once.
    pub(crate) at_once: AtomicUsize,
    under_way: AtomicUsize,
    pub(crate) over_http2: AtomicUsize,
}

impl Counts {
    pub(crate) fn get(counter: &AtomicUsize) -> usize {
        counter.load(Ordering::SeqCst)
    }
}

/// How a server behaves.
#[derive(Clone, Default)]
pub(crate) struct Server {
    pub(crate) tls: Option<TlsAcceptor>,
    /// Speaks HTTP/2 over a plain socket.
    pub(crate) http2: bool,
    pub(crate) delay: Duration,
    /// Answers the first request, and each other one when so many are there.
    pub(crate) together: Option<Arc<Barrier>>,
    /// Sends away each HTTP/2 connection after so many requests.
    pub(crate) go_away_after: Option<usize>,
}

impl Server {
    /// Starts it, and returns its port and what it counts.
    pub(crate) async fn start(self) -> (u16, Arc<Counts>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let counts = Arc::new(Counts::default());
        let counted = Arc::clone(&counts);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                counted.connections.fetch_add(1, Ordering::SeqCst);
                let open = counted.open.fetch_add(1, Ordering::SeqCst) + 1;
                counted.most.fetch_max(open, Ordering::SeqCst);
                let (server, counts) = (self.clone(), Arc::clone(&counted));
                tokio::spawn(async move {
                    match &server.tls {
                        None => server.serve(stream, server.http2, &counts).await,
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                                server.serve(stream, http2, &counts).await;
                            }
                        }
                    }
                    counts.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        (port, counts)
    }

    async fn serve(
        &self,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        http2: bool,
        counts: &Arc<Counts>,
    ) {
        let served = Arc::new(tokio::sync::Semaphore::new(0));
        let (delay, together) = (self.delay, self.together.clone());
        let (counts, serving) = (Arc::clone(counts), Arc::clone(&served));
        let service = service_fn(move |request: http::Request<hyper::body::Incoming>| {
            let first = counts.requests.fetch_add(1, Ordering::SeqCst) == 0;
            let under_way = counts.under_way.fetch_add(1, Ordering::SeqCst) + 1;
            counts.at_once.fetch_max(under_way, Ordering::SeqCst);
            if request.version() == http::Version::HTTP_2 {
                counts.over_http2.fetch_add(1, Ordering::SeqCst);
            }
            serving.add_permits(1);
            let (counts, together) = (Arc::clone(&counts), together.clone().filter(|_| !first));
            async move {
                if let Some(together) = together {
                    together.wait().await;
                }
                tokio::time::sleep(delay).await;
                counts.under_way.fetch_sub(1, Ordering::SeqCst);
                Ok::<_, Infallible>(http::Response::new(Full::new(Bytes::from_static(USER.as_bytes()))))
            }
        });
        let stream = TokioIo::new(stream);
        if !http2 {
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(stream, service).await;
            return;
        }
        let connection =
            hyper::server::conn::http2::Builder::new(TokioExecutor::new()).serve_connection(stream, service);
        let mut connection = std::pin::pin!(connection);
        let Some(requests) = self.go_away_after.and_then(|requests| u32::try_from(requests).ok()) else {
            let _ = connection.await;
            return;
        };
        tokio::select! {
            _ = connection.as_mut() => return,
            _ = served.acquire_many(requests) => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }
}
