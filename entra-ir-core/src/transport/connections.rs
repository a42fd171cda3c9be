//! At most two connections to a host: two of HTTP/1.1, or one of HTTP/2 and an older one that is being wound down.
//!
//! A host has two slots. A connection of HTTP/2 keeps one until it is closed; one of HTTP/1.1 keeps one while a request uses it, and until it is
//! closed if the request is given up. Connections are made one at a time, since only then it is known whether the host speaks HTTP/2, where one
//! serves all.

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::{Either, select};
use http::uri::Scheme;
use http::{HeaderValue, Uri};
use tokio::sync::{Notify, Semaphore};
use tokio::task::yield_now;

use super::Stopwatch;
use super::connect::{Connector, deepest};
use super::connection::{Connection, Opened, Own, Shared, Slot};
use crate::error::{BoxError, Sent, TransportError, TransportErrorKind};

/// How many connections a host gets.
pub(super) const PER_HOST: usize = 2;

/// After a pause of so long connections may have been closed without the runtime having noticed.
const DOUBTFUL: Duration = Duration::from_secs(1);

/// The hosts that requests went to: one, as a rule.
#[derive(Debug, Default)]
pub(super) struct Connections {
    hosts: Mutex<Vec<Arc<Host>>>,
}

/// A host and its connections.
#[derive(Debug)]
pub(super) struct Host {
    address: Uri,
    name: HeaderValue,
    slots: Arc<Semaphore>,
    /// Held while a connection is made.
    connecting: tokio::sync::Mutex<()>,
    /// How often none could be made.
    failures: AtomicU64,
    open: Mutex<Open>,
    /// Calls those who wait for a slot: a connection that serves all has come.
    arrived: Notify,
}

/// What a request waits for.
enum Turn {
    Slot(Slot),
    Shared(Shared),
}

/// The connections that a request may take.
#[derive(Debug)]
struct Open {
    shared: Option<Shared>,
    resting: Vec<Own>,
    /// When a request last looked here.
    used: Instant,
}

impl Connections {
    /// Returns the host of an address; `None` if it has none.
    pub(super) fn host(&self, uri: &Uri) -> Option<Arc<Host>> {
        let (scheme, authority) = (uri.scheme()?, uri.authority()?);
        let mut hosts = lock(&self.hosts);
        let known = |host: &&Arc<Host>| {
            host.address.scheme() == Some(scheme) && host.address.authority() == Some(authority)
        };
        if let Some(host) = hosts.iter().find(known) {
            return Some(Arc::clone(host));
        }
        let default = if *scheme == Scheme::HTTP { 80 } else { 443 };
        let name = match authority.port_u16() {
            Some(port) if port != default => format!("{}:{port}", authority.host()),
            _ => authority.host().to_owned(),
        };
        let address = Uri::builder().scheme(scheme.clone()).authority(authority.clone()).path_and_query("/");
        let host = Arc::new(Host {
            address: address.build().ok()?,
            name: HeaderValue::try_from(name).ok()?,
            slots: Arc::new(Semaphore::new(PER_HOST)),
            connecting: tokio::sync::Mutex::default(),
            failures: AtomicU64::new(0),
            open: Mutex::new(Open { shared: None, resting: Vec::new(), used: Instant::now() }),
            arrived: Notify::new(),
        });
        hosts.push(Arc::clone(&host));
        Some(host)
    }
}

impl Host {
    /// Returns what HTTP/1.1 wants as the `Host` header.
    pub(super) const fn name(&self) -> &HeaderValue {
        &self.name
    }

    /// Takes back a connection for the next request.
    pub(super) fn rest(&self, own: Own) {
        lock(&self.open).resting.push(own);
    }

    /// Returns a connection for one request. The stopwatch stands while the request waits for its turn.
    pub(super) async fn connection(
        &self,
        connector: &Connector,
        stopwatch: Option<&Stopwatch>,
    ) -> Result<Connection<'_>, TransportError> {
        if std::mem::replace(&mut lock(&self.open).used, Instant::now()).elapsed() >= DOUBTFUL {
            // Once for the runtime to look at its sockets, once for the connections' tasks to see what it found.
            yield_now().await;
            yield_now().await;
        }
        if let Some(shared) = lock(&self.open).shared() {
            return Ok(Connection::Shared(shared));
        }
        let failures = self.failures.load(Ordering::Relaxed);
        let slot = match waiting(stopwatch, self.turn()).await? {
            Turn::Slot(slot) => slot,
            Turn::Shared(shared) => return Ok(Connection::Shared(shared)),
        };
        let mut alone = None;
        loop {
            // What may have come while this one waited: first for its slot, then for those who connect.
            if let Some(shared) = lock(&self.open).shared() {
                return Ok(Connection::Shared(shared));
            }
            let resting = lock(&self.open).resting.pop();
            if let Some(mut own) = resting {
                if own.is_ready().await {
                    return Ok(own.lease(slot, self));
                }
            } else if alone.is_none() {
                alone = Some(waiting(stopwatch, self.connecting.lock()).await);
            } else if self.failures.load(Ordering::Relaxed) != failures {
                // To try one after the other would take each its whole time.
                return Err(not_made("another request has just found that the host cannot be reached"));
            } else {
                return Box::pin(self.connect(connector, slot)).await;
            }
        }
    }

    /// Waits for a slot, or for a connection that needs none: the other slot may be that of an older one, whose last answer takes long.
    async fn turn(&self) -> Result<Turn, TransportError> {
        let mut slot = pin!(Arc::clone(&self.slots).acquire_owned());
        loop {
            let mut arrived = pin!(self.arrived.notified());
            // Before the look, so that nothing comes unheard between the two.
            arrived.as_mut().enable();
            if let Some(shared) = lock(&self.open).shared() {
                return Ok(Turn::Shared(shared));
            }
            if let Either::Left((slot, _)) = select(slot.as_mut(), arrived).await {
                return slot.map(Turn::Slot).map_err(not_made);
            }
        }
    }

    async fn connect(&self, connector: &Connector, slot: Slot) -> Result<Connection<'_>, TransportError> {
        let made = connector.connect(&self.address).await.inspect_err(|_| {
            self.failures.fetch_add(1, Ordering::Relaxed);
        })?;
        match Opened::begin(made, slot).await.map_err(|error| not_made(deepest(&error)))? {
            Opened::Http1(own, slot) => Ok(own.lease(slot, self)),
            Opened::Http2(shared) => {
                let connection = Connection::Shared(shared.for_request());
                lock(&self.open).shared = Some(shared);
                self.arrived.notify_waiters();
                Ok(connection)
            }
        }
    }
}

impl Open {
    fn shared(&mut self) -> Option<Shared> {
        self.shared.take_if(|shared| shared.is_closed());
        self.shared.as_ref().map(Shared::for_request)
    }
}

/// Waits, while the stopwatch stands.
async fn waiting<T>(stopwatch: Option<&Stopwatch>, turn: impl Future<Output = T>) -> T {
    if let Some(stopwatch) = stopwatch {
        stopwatch.stop();
    }
    let turn = turn.await;
    if let Some(stopwatch) = stopwatch {
        stopwatch.restart();
    }
    turn
}

fn not_made(cause: impl Into<BoxError>) -> TransportError {
    TransportError::new(TransportErrorKind::Connect, Sent::No).caused_by(cause)
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    fn connector(http2_only: bool) -> Connector {
        #[cfg(feature = "rustls")]
        return Connector::new(
            Duration::from_secs(5),
            http2_only,
            super::super::tls::Tls::new(http2_only, &[], None).unwrap(),
        );
        #[cfg(not(feature = "rustls"))]
        Connector::new(Duration::from_secs(5), http2_only)
    }

    #[test]
    fn a_host_is_its_scheme_and_authority() {
        let hosts = Connections::default();
        let host = |address: &str| hosts.host(&address.parse().unwrap()).unwrap();
        let graph = host("https://graph.example/v1.0/me?a=b");
        assert!(Arc::ptr_eq(&graph, &host("https://GRAPH.example/beta")));
        for (other, name) in [
            ("http://graph.example/", "graph.example"),
            ("https://graph.example:8443/", "graph.example:8443"),
            ("https://graph.example:443/", "graph.example"),
            ("http://[::1]:80/", "[::1]"),
        ] {
            assert!(!Arc::ptr_eq(&graph, &host(other)), "{other}");
            assert_eq!(host(other).name, name);
        }
        assert!(hosts.host(&Uri::from_static("/v1.0/me")).is_none());
    }

    #[tokio::test]
    async fn a_slot_is_taken_until_its_connection_is_closed() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let (hosts, connector) = (Connections::default(), connector(false));
        let host = hosts.host(&address).unwrap();
        let free = || host.slots.available_permits();
        let first = host.connection(&connector, None).await.unwrap();
        let second = host.connection(&connector, None).await.unwrap();
        assert_eq!(free(), 0);
        let third = tokio::time::timeout(Duration::from_millis(50), host.connection(&connector, None));
        assert!(third.await.is_err(), "two, and no more");
        first.give_back();
        assert_eq!(free(), 1, "open, and at rest");
        assert!(matches!(host.connection(&connector, None).await, Ok(Connection::Own(_))));
        assert_eq!(free(), 0, "given up, and not closed yet");
        yield_now().await;
        assert_eq!(free(), 1);
        drop(second);
        assert_eq!(free(), 1);
        yield_now().await;
        assert_eq!(free(), 2);
    }

    #[tokio::test]
    async fn whoever_waits_for_a_slot_takes_the_connection_that_serves_all() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let (hosts, connector) = (Connections::default(), connector(true));
        let host = hosts.host(&address).unwrap();
        // An older connection is being wound down, and an answer on it takes long.
        let _older = Arc::clone(&host.slots).acquire_owned().await.unwrap();
        let connection = || host.connection(&connector, None);
        let three = async { tokio::join!(connection(), connection(), connection()) };
        let (one, two, three) = tokio::time::timeout(Duration::from_secs(5), three).await.unwrap();
        for connection in [one, two, three] {
            assert!(matches!(connection, Ok(Connection::Shared(_))));
        }
        assert_eq!(host.slots.available_permits(), 0);
    }
}
