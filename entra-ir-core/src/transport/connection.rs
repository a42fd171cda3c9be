//! One connection: made, used by requests, and closed.

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http::header::HOST;
use http::uri::PathAndQuery;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::{TrySendError, http1, http2};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::AbortHandle;

use super::connect::Made;
use super::connections::{Host, lock};

/// A connection on which no request has begun for so long, and none is under way, is closed before Graph or a firewall does it.
const IDLE: Duration = Duration::from_secs(45);

/// A connection of HTTP/2 with requests under way that is silent for so long is asked whether it still works, and closed if it is silent for as long
/// again: after sleep or a change of networks it would take down every request on it until the system gives up.
const SILENCE: Duration = Duration::from_secs(10);

/// A request as hyper takes it.
pub(super) type Outgoing = http::Request<Full<Bytes>>;

/// Leave to have a connection open.
pub(super) type Slot = OwnedSemaphorePermit;

/// Counts the requests that have begun on a connection. Each one that is under way holds it, beside the connection itself and its task.
type Uses = Arc<AtomicU64>;

/// A new connection.
pub(super) enum Opened {
    Http1(Own, Slot),
    Http2(Shared),
}

/// A connection of HTTP/2, for all requests at once. A clone of it is one request's.
#[derive(Clone, Debug)]
pub(super) struct Shared {
    sender: http2::SendRequest<Full<Bytes>>,
    uses: Uses,
}

/// A connection of HTTP/1.1, for one request at a time. To drop it is to close it.
#[derive(Debug)]
pub(super) struct Own {
    sender: http1::SendRequest<Full<Bytes>>,
    uses: Uses,
    task: AbortHandle,
    /// The slot, while a request uses the connection. Its task has it too, so that it stays taken until the socket is closed.
    slot: Arc<Mutex<Option<Slot>>>,
}

impl Drop for Own {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A connection for one request.
#[derive(Debug)]
pub(super) enum Connection<'a> {
    Shared(Shared),
    Own(Lease<'a>),
}

/// A connection of HTTP/1.1 in use. Dropped before the answer is read it is closed: what is left of the answer would be taken for the next one.
#[derive(Debug)]
pub(super) struct Lease<'a> {
    own: Own,
    host: &'a Host,
    _in_use: Uses,
}

/// Says that there is no answer.
#[derive(Debug)]
pub(super) enum NoAnswer {
    /// Nothing of the request was written: it can go elsewhere.
    Unsent(Box<Outgoing>),
    /// It may have arrived.
    Lost(hyper::Error),
}

impl Opened {
    /// Begins to speak HTTP on a new connection.
    pub(super) async fn begin(made: Made, slot: Slot) -> Result<Self, hyper::Error> {
        let socket = TokioIo::new(made.stream);
        let uses = Uses::default();
        if made.http2 {
            let mut http2 = http2::Builder::new(Tasks(Arc::new(slot)));
            http2.timer(TokioTimer::new()).keep_alive_interval(Some(SILENCE)).keep_alive_timeout(SILENCE);
            let (sender, connection) = http2.handshake(socket).await?;
            tokio::spawn(run(connection, Arc::clone(&uses)));
            return Ok(Self::Http2(Shared { sender, uses }));
        }
        let (sender, connection) = http1::handshake(socket).await?;
        let kept = Arc::new(Mutex::new(None));
        let (running, until_closed) = (run(connection, Arc::clone(&uses)), Arc::clone(&kept));
        let task = tokio::spawn(async move {
            running.await;
            drop(until_closed);
        });
        Ok(Self::Http1(Own { sender, uses, task: task.abort_handle(), slot: kept }, slot))
    }
}

impl Shared {
    pub(super) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// Returns it for one request.
    pub(super) fn for_request(&self) -> Self {
        self.uses.fetch_add(1, Ordering::Relaxed);
        self.clone()
    }
}

impl Own {
    /// Waits until it can take a request, and tells whether it is still open.
    pub(super) async fn is_ready(&mut self) -> bool {
        self.sender.ready().await.is_ok()
    }

    /// Gives it to a request.
    pub(super) fn lease(self, slot: Slot, host: &Host) -> Connection<'_> {
        *lock(&self.slot) = Some(slot);
        self.uses.fetch_add(1, Ordering::Relaxed);
        let in_use = Arc::clone(&self.uses);
        Connection::Own(Lease { own: self, host, _in_use: in_use })
    }
}

impl Connection<'_> {
    /// Sends a request to an absolute address.
    pub(super) async fn send(
        &mut self,
        mut request: Outgoing,
        address: &Uri,
    ) -> Result<http::Response<Incoming>, NoAnswer> {
        let sent = match self {
            Self::Shared(shared) => {
                request.uri_mut().clone_from(address);
                shared.sender.try_send_request(request).await
            }
            Self::Own(lease) => {
                // A path without a host, and the host in a header, is what servers of HTTP/1.1 expect.
                let path = address.path_and_query().cloned();
                *request.uri_mut() = path.unwrap_or_else(|| PathAndQuery::from_static("/")).into();
                request.headers_mut().insert(HOST, lease.host.name().clone());
                lease.own.sender.try_send_request(request).await
            }
        };
        sent.map_err(|mut error: TrySendError<Outgoing>| match error.take_message() {
            Some(request) => NoAnswer::Unsent(Box::new(request)),
            None => NoAnswer::Lost(error.into_error()),
        })
    }

    /// Gives it back after the whole answer was read.
    pub(super) fn give_back(self) {
        if let Self::Own(Lease { own, host, .. }) = self {
            let slot = lock(&own.slot).take();
            host.rest(own);
            // Whoever waits for the slot finds the connection.
            drop(slot);
        }
    }
}

/// Runs a connection until it ends, or has been idle for long.
async fn run(connection: impl Future, uses: Uses) {
    let mut connection = pin!(connection);
    loop {
        let begun = uses.load(Ordering::Relaxed);
        if tokio::time::timeout(IDLE, connection.as_mut()).await.is_ok() {
            return;
        }
        if uses.load(Ordering::Relaxed) == begun && Arc::strong_count(&uses) <= 2 {
            return;
        }
    }
}

/// Starts the tasks of a connection of HTTP/2. Its slot is free when the last one has ended.
#[derive(Clone)]
struct Tasks(Arc<Slot>);

impl<F: Future<Output: Send> + Send + 'static> hyper::rt::Executor<F> for Tasks {
    fn execute(&self, future: F) {
        let slot = Arc::clone(&self.0);
        tokio::spawn(async move {
            future.await;
            drop(slot);
        });
    }
}
