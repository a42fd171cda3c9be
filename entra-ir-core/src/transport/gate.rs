//! Limits concurrent requests: the first request to an origin goes alone, and its answer decides how many may
//! follow. An HTTP client opens a connection for each request that finds none ready. Over HTTP/2 one
//! connection serves all, but the protocol is unknown until the first answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use http::uri::{Authority, Scheme};
use http::{Uri, Version};
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::{Permit, Transport};
use crate::error::{Sent, TransportError, TransportErrorKind};
use crate::wire::{Request, Response};

/// After this time without a request the connection may be gone, and the next request goes alone.
pub(super) const IDLE: Duration = Duration::from_secs(60);

/// A request that waited this long for others that went alone and failed gives up. Otherwise an unreachable
/// host would cost each waiting call its whole time, one after the other.
const PATIENCE: Duration = Duration::from_secs(5);

/// The maximum of concurrent requests over HTTP/1.1.
pub(super) const HTTP1_CONNECTIONS: usize = 16;

/// Limits the concurrent requests of a transport, so that few connections are opened.
///
/// The first request to an origin (scheme, host and port) goes alone. So does the next one after 60 s without
/// a request, and after an error of the transport. If a request that goes alone fails, the next one goes
/// alone; a request that has waited for 5 s by then gives up without being sent. After an answer all others
/// follow: over HTTP/2 at once, on the same connection; over HTTP/1.1 at most 16 at a time, each on its own
/// connection.
///
/// [`HttpTransport`](super::HttpTransport) and
/// [`ClientBuilder::http_client`](crate::ClientBuilder::http_client) have a gate. A transport behind a gate
/// must set the [version](http::Response::version) of its answers.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use entra_ir_core::{Client, Gate, StaticToken};
///
/// let own = reqwest::Client::builder()
///     .redirect(reqwest::redirect::Policy::none())
///     .retry(reqwest::retry::never())
///     .build()?;
/// let client = Client::builder()
///     .transport(Gate::new(own).http1_connections(4))
///     .credential(StaticToken::new("eyJ0eXAi..."))
///     .build()?;
/// # drop(client);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Gate<T> {
    inner: T,
    http1_connections: usize,
    origins: Mutex<Vec<Arc<Turns>>>,
}

/// The turns at one origin.
#[derive(Debug)]
struct Turns {
    scheme: Scheme,
    authority: Authority,
    /// Held by the request that goes alone.
    alone: Arc<tokio::sync::Mutex<()>>,
    slots: Arc<Semaphore>,
    known: Mutex<Known>,
}

/// The state of an origin.
#[derive(Debug)]
struct Known {
    /// The protocol of the last answer; `None` if unknown.
    version: Option<Version>,
    /// When the last request was admitted.
    used: Instant,
    /// How many requests went alone without an answer.
    failures: u64,
}

/// The permit of a request that goes alone.
struct Alone {
    turns: Arc<Turns>,
    _held: (Option<OwnedSemaphorePermit>, OwnedMutexGuard<()>),
}

impl<T> Gate<T> {
    /// Puts a gate before a transport.
    pub const fn new(inner: T) -> Self {
        Self { inner, http1_connections: HTTP1_CONNECTIONS, origins: Mutex::new(Vec::new()) }
    }

    /// Sets the maximum of concurrent requests over HTTP/1.1, where each request takes a connection.
    /// The default is 16. 0 counts as 1.
    pub const fn http1_connections(mut self, connections: usize) -> Self {
        self.http1_connections = connections;
        self
    }

    /// Returns the turns at the origin of an address; `None` if it has none.
    fn turns(&self, uri: &Uri) -> Option<Arc<Turns>> {
        let (scheme, authority) = (uri.scheme()?, uri.authority()?);
        let mut origins = lock(&self.origins);
        let known = |turns: &&Arc<Turns>| turns.scheme == *scheme && turns.authority == *authority;
        if let Some(turns) = origins.iter().find(known) {
            return Some(Arc::clone(turns));
        }
        let turns = Arc::new(Turns {
            scheme: scheme.clone(),
            authority: authority.clone(),
            alone: Arc::default(),
            slots: Arc::new(Semaphore::new(self.http1_connections.clamp(1, Semaphore::MAX_PERMITS))),
            known: Mutex::new(Known { version: None, used: Instant::now(), failures: 0 }),
        });
        origins.push(Arc::clone(&turns));
        Some(turns)
    }
}

#[async_trait]
impl<T: Transport> Transport for Gate<T> {
    async fn ready(&self, request: &Request) -> Result<Permit, TransportError> {
        let permit = match self.turns(request.uri()) {
            Some(turns) => turns.turn().await?,
            None => Permit::default(),
        };
        Ok(permit.and(self.inner.ready(request).await?))
    }

    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let turns = self.turns(request.uri());
        let answer = self.inner.send(request).await;
        if let Some(turns) = turns {
            turns.note(&answer);
        }
        if answer.as_ref().is_ok_and(|answer| answer.version() != Version::HTTP_2) {
            // A separate task returns the connection to the pool: let it run before the next request.
            tokio::task::yield_now().await;
        }
        answer
    }
}

impl Turns {
    /// Waits for a turn.
    async fn turn(self: Arc<Self>) -> Result<Permit, TransportError> {
        if let Some(version) = self.version() {
            return Ok(self.beside_others(version).await);
        }
        let (asked, failures) = (Instant::now(), lock(&self.known).failures);
        let alone = Arc::clone(&self.alone).lock_owned().await;
        if let Some(version) = self.version() {
            drop(alone);
            return Ok(self.beside_others(version).await);
        }
        if lock(&self.known).failures != failures && asked.elapsed() >= PATIENCE {
            let error = TransportError::new(TransportErrorKind::Connect, Sent::No);
            return Err(error.caused_by("another request just got no answer from the host"));
        }
        // Earlier requests may still be in progress over HTTP/1.1.
        let slot = self.slot().await;
        Ok(Permit::holding(Alone { turns: self, _held: (slot, alone) }))
    }

    /// Waits for a turn among other requests.
    async fn beside_others(&self, version: Version) -> Permit {
        if version == Version::HTTP_2 {
            return Permit::default();
        }
        Permit::holding(self.slot().await)
    }

    async fn slot(&self) -> Option<OwnedSemaphorePermit> {
        // The semaphore is never closed.
        let slot = Arc::clone(&self.slots).acquire_owned().await.ok();
        lock(&self.known).used = Instant::now();
        slot
    }

    /// Returns the protocol of the last answer, unless the connection may be gone.
    fn version(&self) -> Option<Version> {
        let mut known = lock(&self.known);
        let now = Instant::now();
        if now - std::mem::replace(&mut known.used, now) > IDLE {
            known.version = None;
        }
        known.version
    }

    /// Records the protocol of an answer, or that the connection may be gone.
    fn note(&self, answer: &Result<Response, TransportError>) {
        match answer {
            Ok(answer) => lock(&self.known).version = Some(answer.version()),
            Err(error) if error.kind == TransportErrorKind::Request => {}
            Err(_) => lock(&self.known).version = None,
        }
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        let mut known = lock(&self.turns.known);
        if known.version.is_none() {
            known.failures += 1;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
