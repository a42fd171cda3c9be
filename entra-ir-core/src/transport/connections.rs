//! Keeps the number of connections to a host at two.
//!
//! An HTTP client opens one connection for each request that finds none ready. Here a request that finds nothing in flight goes alone; by its answer
//! the host speaks HTTP/2, and all others share that connection, or HTTP/1.1, and two are in flight at a time. Whenever nothing is in flight the
//! connection may have been closed meanwhile, so the next request goes alone again.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use http::Uri;
use reqwest::Url;
use tokio::sync::{MutexGuard, Semaphore, SemaphorePermit};

/// How many HTTP/1.1 connections a host gets.
pub(super) const PER_HOST: usize = 2;

/// Admits requests host by host.
#[derive(Debug, Default)]
pub(super) struct Connections {
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

/// What is known of one host.
#[derive(Debug)]
pub(super) struct Host {
    /// How many answers came, in the higher bits; the lowest one tells whether the last came by HTTP/2.
    answers: AtomicU64,
    /// How often no connection could be made.
    failures: AtomicU64,
    /// How many HTTP/2 streams are open.
    streams: AtomicUsize,
    first: tokio::sync::Mutex<()>,
    slots: Semaphore,
    /// The host's own address, from which the addresses of requests are made.
    base: Option<Url>,
}

/// Leave to send; given back when it is dropped.
#[derive(Debug)]
pub(super) enum Pass<'a> {
    /// Nothing is in flight: this one goes alone, and takes a slot in case the host speaks HTTP/1.1.
    First { _alone: MutexGuard<'a, ()>, _slot: Option<SemaphorePermit<'a>> },
    /// One of two HTTP/1.1 connections.
    Slot { _slot: SemaphorePermit<'a> },
    /// A stream of the HTTP/2 connection.
    Stream { _stream: Stream<'a> },
}

/// Counts an open stream.
#[derive(Debug)]
pub(super) struct Stream<'a>(&'a AtomicUsize);

impl<'a> Stream<'a> {
    fn open(streams: &'a AtomicUsize) -> Self {
        streams.fetch_add(1, Ordering::Relaxed);
        Self(streams)
    }
}

impl Drop for Stream<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Connections {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn host(&self, uri: &Uri) -> Arc<Host> {
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = hosts.get(authority) {
            return Arc::clone(host);
        }
        let host = Arc::new(Host {
            answers: AtomicU64::new(0),
            failures: AtomicU64::new(0),
            streams: AtomicUsize::new(0),
            first: tokio::sync::Mutex::default(),
            slots: Semaphore::new(PER_HOST),
            base: Url::parse(&format!("{}://{authority}", uri.scheme_str().unwrap_or_default())).ok(),
        });
        hosts.insert(authority.to_owned(), Arc::clone(&host));
        host
    }
}

impl Host {
    /// Returns the address of a request to this host, in the form that reqwest takes. Reading the whole anew would cost more than the rest of the
    /// transport does.
    pub(super) fn url(&self, uri: &Uri) -> Option<Url> {
        let base = self.base.as_ref().filter(|base| Some(base.scheme()) == uri.scheme_str())?;
        let mut url = base.clone();
        url.set_path(uri.path());
        url.set_query(uri.query());
        Some(url)
    }

    /// Waits until a request may be sent. `None` if another one found meanwhile that no connection can be made: to try one after the other would take
    /// each its whole time.
    pub(super) async fn enter(&self) -> Option<Pass<'_>> {
        let (answers, failures) =
            (self.answers.load(Ordering::Relaxed), self.failures.load(Ordering::Relaxed));
        if answers & 1 == 1 && self.streams.load(Ordering::Relaxed) > 0 {
            return Some(self.stream());
        }
        if answers > 0 && answers & 1 == 0 {
            return self.slot().await;
        }
        let alone = self.first.lock().await;
        if self.failures.load(Ordering::Relaxed) != failures {
            return None;
        }
        match self.answers.load(Ordering::Relaxed) {
            // An answer came while this one waited: the connection is there.
            now if now != answers && now & 1 == 1 => Some(self.stream()),
            now if now != answers && now > 0 => {
                drop(alone);
                self.slot().await
            }
            _ => {
                let slot = self.slots.acquire().await.ok();
                Some(Pass::First { _alone: alone, _slot: slot })
            }
        }
    }

    async fn slot(&self) -> Option<Pass<'_>> {
        // The semaphore is never closed.
        self.slots.acquire().await.ok().map(|slot| Pass::Slot { _slot: slot })
    }

    fn stream(&self) -> Pass<'_> {
        Pass::Stream { _stream: Stream::open(&self.streams) }
    }

    /// Notes that an answer came.
    pub(super) fn answered(&self, http2: bool) {
        let next = |answers: u64| Some(((answers | 1) + 1) | u64::from(http2));
        // The closure always gives a value.
        let _ = self.answers.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
    }

    /// Notes that a request failed: nothing is known of the host any more.
    pub(super) fn failed(&self, no_connection: bool) {
        self.answers.store(0, Ordering::Relaxed);
        if no_connection {
            self.failures.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn uri(text: &str) -> Uri {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_is_what_reading_it_whole_would_give() {
        let connections = Connections::new();
        for path in [
            "/v1.0/users/a%23EXT%23@contoso.example?$select=id,userPrincipalName",
            "/v1.0/users('%24s%27%27m@contoso.example')/authentication/methods",
            "//evil.example/v1.0/me",
            "/beta/x/-2_G~.a?$skiptoken=a%2Bb%3D&q=%27x%27",
            "/v1.0/../me?a=../b",
            "/",
        ] {
            let uri = uri(&format!("https://graph.example:8443{path}"));
            let url = connections.host(&uri).url(&uri).unwrap();
            assert_eq!(url, Url::parse(&uri.to_string()).unwrap(), "{path}");
            assert_eq!(url.host_str(), Some("graph.example"));
        }
        let http = uri("http://graph.example:8443/");
        assert!(connections.host(&http).url(&http).is_none(), "another scheme at the same place");
    }

    async fn waits(host: &Host) -> bool {
        tokio::time::timeout(Duration::from_secs(1), host.enter()).await.is_err()
    }

    #[tokio::test(start_paused = true)]
    async fn over_http_1_the_first_goes_alone_then_two() {
        let connections = Connections::new();
        let host = connections.host(&uri("https://graph.example"));
        let first = host.enter().await.unwrap();
        assert!(matches!(first, Pass::First { .. }));
        assert!(waits(&host).await, "nobody else meanwhile");
        host.answered(false);
        drop(first);
        let (a, b) = (host.enter().await.unwrap(), host.enter().await.unwrap());
        assert!(matches!((&a, &b), (Pass::Slot { .. }, Pass::Slot { .. })));
        assert!(waits(&host).await, "two, and no more");
        drop((a, b));
        host.failed(false);
        assert!(matches!(host.enter().await.unwrap(), Pass::First { .. }));
    }

    #[tokio::test(start_paused = true)]
    async fn over_http_2_all_share_and_after_idleness_the_first_goes_alone() {
        let connections = Connections::new();
        let host = connections.host(&uri("https://graph.example"));
        let first = host.enter().await.unwrap();
        let waiting = async {
            let pass = host.enter().await.unwrap();
            assert!(matches!(pass, Pass::Stream { .. }), "{pass:?}");
            pass
        };
        let answered = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            host.answered(true);
            drop(first);
        };
        let (stream, ()) = futures_util::join!(waiting, answered);
        for _ in 0..100 {
            assert!(matches!(host.enter().await.unwrap(), Pass::Stream { .. }));
        }
        drop(stream);
        let alone = host.enter().await.unwrap();
        assert!(matches!(alone, Pass::First { .. }), "the connection may be gone");
        assert!(waits(&host).await);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waited_for_a_connection_that_cannot_be_made_does_not_try_again() {
        let connections = Connections::new();
        let host = connections.host(&uri("https://graph.example"));
        let first = host.enter().await.unwrap();
        let failing = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            host.failed(true);
            drop(first);
        };
        let (waited, ()) = futures_util::join!(host.enter(), failing);
        assert!(waited.is_none());
        assert!(matches!(host.enter().await, Some(Pass::First { .. })));
    }

    #[test]
    fn an_answer_is_always_something_new() {
        let host = Connections::new().host(&uri("https://graph.example"));
        let mut last = 0;
        for http2 in [true, true, false, true, false, false] {
            host.answered(http2);
            let answers = host.answers.load(Ordering::Relaxed);
            assert!(answers > last && (answers & 1 == 1) == http2);
            last = answers;
        }
    }
}
