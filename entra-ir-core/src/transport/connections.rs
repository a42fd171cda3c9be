//! Keeps the number of connections to a host at two.
//!
//! An HTTP client opens one connection for each first request that finds none ready. Here the first request goes alone; by its answer the
//! host speaks HTTP/2, and all others share that connection, or HTTP/1.1, and two are in flight at a time.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{MutexGuard, Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// How many HTTP/1.1 connections a host gets.
pub(super) const PER_HOST: usize = 2;

/// After this long without an answer the next request goes alone again: the connection may be gone. Below the idle time after which the
/// pool drops one.
const TRUSTED: Duration = Duration::from_secs(60);

/// Admits requests host by host.
#[derive(Debug)]
pub(super) struct Connections {
    started: Instant,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

/// What is known of one host. `proven` is zero, or the milliseconds of the last answer shifted left, the lowest bit telling HTTP/2.
#[derive(Debug)]
pub(super) struct Host {
    started: Instant,
    proven: AtomicU64,
    first: tokio::sync::Mutex<()>,
    slots: Semaphore,
}

/// Leave to send; give it back with the answer.
#[derive(Debug)]
pub(super) enum Pass<'a> {
    /// Nothing is known of the host: this one goes alone, and takes a slot in case it is HTTP/1.1.
    First(#[expect(dead_code, reason = "held, not read")] (MutexGuard<'a, ()>, Option<SemaphorePermit<'a>>)),
    /// One of two HTTP/1.1 connections.
    Slot(#[expect(dead_code, reason = "held, not read")] SemaphorePermit<'a>),
    /// A stream of the HTTP/2 connection.
    Stream,
}

impl Connections {
    pub(super) fn new() -> Self {
        Self {
            started: Instant::now(),
            hosts: Mutex::default(),
        }
    }

    pub(super) fn host(&self, authority: &str) -> Arc<Host> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = hosts.get(authority) {
            return Arc::clone(host);
        }
        let host = Arc::new(Host {
            started: self.started,
            proven: AtomicU64::new(0),
            first: tokio::sync::Mutex::default(),
            slots: Semaphore::new(PER_HOST),
        });
        hosts.insert(authority.to_owned(), Arc::clone(&host));
        host
    }
}

impl Host {
    /// Waits until a request may be sent.
    pub(super) async fn enter(&self) -> Pass<'_> {
        if let Some(http2) = self.speaks_http2() {
            return self.pass(http2).await;
        }
        let alone = self.first.lock().await;
        match self.speaks_http2() {
            Some(http2) => {
                drop(alone);
                self.pass(http2).await
            }
            // The semaphore is never closed.
            None => Pass::First((alone, self.slots.acquire().await.ok())),
        }
    }

    async fn pass(&self, http2: bool) -> Pass<'_> {
        if http2 {
            return Pass::Stream;
        }
        // The semaphore is never closed.
        self.slots.acquire().await.map_or(Pass::Stream, Pass::Slot)
    }

    fn speaks_http2(&self) -> Option<bool> {
        let proven = self.proven.load(Ordering::Relaxed);
        let fresh = proven != 0 && self.now().saturating_sub(proven >> 1) < millis(TRUSTED);
        fresh.then_some(proven & 1 == 1)
    }

    /// Notes that an answer came.
    pub(super) fn answered(&self, http2: bool) {
        self.proven
            .store((self.now() << 1) | u64::from(http2), Ordering::Relaxed);
    }

    /// Notes that a connection failed: the next request goes alone.
    pub(super) fn failed(&self) {
        self.proven.store(0, Ordering::Relaxed);
    }

    fn now(&self) -> u64 {
        // From one on, since zero means that nothing is known.
        millis(self.started.elapsed()) + 1
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX >> 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_first_goes_alone_then_two_or_all() {
        let connections = Connections::new();
        let host = connections.host("graph");
        let first = host.enter().await;
        assert!(matches!(first, Pass::First(_)));
        assert!(
            tokio::time::timeout(Duration::from_secs(1), host.enter())
                .await
                .is_err(),
            "nobody else meanwhile"
        );
        host.answered(false);
        drop(first);

        let (a, b) = (host.enter().await, host.enter().await);
        assert!(matches!((&a, &b), (Pass::Slot(_), Pass::Slot(_))));
        assert!(
            tokio::time::timeout(Duration::from_secs(1), host.enter())
                .await
                .is_err(),
            "two over HTTP/1.1"
        );
        drop((a, b));

        host.answered(true);
        for _ in 0..100 {
            assert!(matches!(host.enter().await, Pass::Stream));
        }
        tokio::time::advance(TRUSTED).await;
        assert!(
            matches!(host.enter().await, Pass::First(_)),
            "an old connection is not trusted"
        );
        host.answered(true);
        host.failed();
        assert!(matches!(host.enter().await, Pass::First(_)));
    }
}
