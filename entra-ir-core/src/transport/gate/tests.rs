//! Tests of the gate on a simulated clock.

use super::*;
use std::sync::atomic::{AtomicBool, Ordering};

/// Answers at once, or fails, and may have its own turn to give.
#[derive(Debug)]
struct Fake {
    version: Version,
    breaks: AtomicBool,
    own: Option<Arc<Semaphore>>,
}

#[async_trait]
impl Transport for Fake {
    async fn ready(&self, _: &Request) -> Result<Permit, TransportError> {
        let Some(own) = &self.own else { return Ok(Permit::default()) };
        Ok(Permit::holding(Arc::clone(own).acquire_owned().await))
    }

    async fn send(&self, _: Request) -> Result<Response, TransportError> {
        if self.breaks.load(Ordering::Relaxed) {
            return Err(TransportError::new(TransportErrorKind::Interrupted, Sent::Maybe));
        }
        let mut response = Response::default();
        *response.version_mut() = self.version;
        Ok(response)
    }
}

fn gate(version: Version) -> Gate<Fake> {
    Gate::new(Fake { version, breaks: AtomicBool::new(false), own: None })
}

fn request(uri: &'static str) -> Request {
    let mut request = Request::default();
    *request.uri_mut() = Uri::from_static(uri);
    request
}

fn graph() -> Request {
    request("https://graph.example/v1.0/me")
}

impl Gate<Fake> {
    async fn turn(&self) -> Permit {
        self.ready(&graph()).await.unwrap()
    }

    async fn call(&self) -> Result<Response, TransportError> {
        let _permit = self.ready(&graph()).await?;
        self.send(graph()).await
    }

    /// Whether a request to an address has to wait.
    async fn holds(&self, uri: &'static str) -> bool {
        tokio::time::timeout(Duration::from_secs(1), self.ready(&request(uri))).await.is_err()
    }

    async fn holds_graph(&self) -> bool {
        self.holds("https://graph.example/v1.0/users").await
    }

    fn break_off(&self, breaks: bool) {
        self.inner.breaks.store(breaks, Ordering::Relaxed);
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_goes_alone_then_all_over_http2() {
    let gate = gate(Version::HTTP_2);
    let first = gate.turn().await;
    assert!(gate.holds_graph().await);
    gate.send(graph()).await.unwrap();
    drop(first);
    let permits = futures_util::future::join_all((0..300).map(|_| gate.turn())).await;
    assert!(!gate.holds_graph().await);
    drop(permits);
}

#[tokio::test(start_paused = true)]
async fn over_http1_as_many_follow_as_are_set() {
    for (gate, connections) in [
        (gate(Version::HTTP_11), 16),
        (gate(Version::HTTP_11).http1_connections(3), 3),
        (gate(Version::HTTP_11).http1_connections(0), 1),
        (gate(Version::HTTP_11).http1_connections(usize::MAX), 300),
    ] {
        gate.call().await.unwrap();
        let mut permits = futures_util::future::join_all((0..connections).map(|_| gate.turn())).await;
        assert_eq!(gate.holds_graph().await, connections < 300);
        permits.pop();
        assert!(!gate.holds_graph().await);
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_minute_without_requests_the_next_goes_alone() {
    let gate = gate(Version::HTTP_2);
    gate.call().await.unwrap();
    for (pause, alone) in [(59, false), (60, false), (61, true)] {
        tokio::time::sleep(Duration::from_secs(pause)).await;
        let permit = gate.turn().await;
        assert_eq!(gate.holds_graph().await, alone, "{pause} s");
        drop(permit);
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_hang_up_the_next_goes_alone() {
    let gate = gate(Version::HTTP_2);
    gate.call().await.unwrap();
    gate.break_off(true);
    gate.call().await.unwrap_err();
    let alone = gate.turn().await;
    assert!(gate.holds_graph().await);
    // Another one, on a connection that still works, makes the protocol known again.
    gate.break_off(false);
    gate.send(graph()).await.unwrap();
    assert!(!gate.holds_graph().await);
    drop(alone);
}

#[tokio::test(start_paused = true)]
async fn the_one_that_goes_alone_takes_a_slot_too() {
    let gate = gate(Version::HTTP_11).http1_connections(2);
    gate.call().await.unwrap();
    let two = (gate.turn().await, gate.turn().await);
    gate.break_off(true);
    gate.send(graph()).await.unwrap_err();
    assert!(gate.holds_graph().await, "two are under way still");
    drop(two);
    drop(gate.turn().await);
}

#[tokio::test(start_paused = true)]
async fn when_the_first_fails_or_is_given_up_the_next_goes() {
    let gate = gate(Version::HTTP_2);
    gate.break_off(true);
    let outcomes = futures_util::future::join_all((0..3).map(|_| gate.call())).await;
    assert!(outcomes.iter().all(|outcome| {
        outcome.as_ref().is_err_and(|error| error.kind == TransportErrorKind::Interrupted)
    }));
    let given_up = gate.turn().await;
    let next = async {
        let _next = gate.turn().await;
        assert!(gate.holds_graph().await, "one after the other");
    };
    futures_util::join!(next, async { drop(given_up) });
}

#[tokio::test(start_paused = true)]
async fn who_waited_long_for_one_that_failed_gives_up() {
    for (taken, gives_up) in [(4, false), (5, true)] {
        let gate = gate(Version::HTTP_2);
        let first = gate.turn().await;
        let failing = async {
            tokio::time::sleep(Duration::from_secs(taken)).await;
            drop(first);
        };
        let (next, ()) = futures_util::join!(gate.call(), failing);
        let kinds = next.err().map(|error| (error.kind, error.sent));
        assert_eq!(kinds, gives_up.then_some((TransportErrorKind::Connect, Sent::No)), "{taken} s");
        gate.call().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn each_origin_has_its_own_turns() {
    let gate = gate(Version::HTTP_2);
    let _first = gate.turn().await;
    assert!(gate.holds("https://GRAPH.example/beta/me").await);
    for other in
        ["http://graph.example/", "https://graph.example:8443/", "https://graph.example.evil/", "/v1.0/me"]
    {
        assert!(!gate.holds(other).await, "{other}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_turns_of_the_inner_transport_count_too() {
    let own = Arc::new(Semaphore::new(1));
    let mut gate = gate(Version::HTTP_2);
    gate.inner.own = Some(Arc::clone(&own));
    gate.call().await.unwrap();
    let permit = gate.turn().await;
    assert!(gate.holds_graph().await);
    drop(permit);
    assert_eq!(own.available_permits(), 1);
}
