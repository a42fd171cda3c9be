//! Few connections, under load, after GOAWAY, and with stale connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use entra_ir_core::wire::Request;
use entra_ir_core::{Client, HttpTransport, RetryPolicy, Sent, Transport, TransportErrorKind};
use entra_ir_tests::{Judge, client_over};
use futures_util::StreamExt;
use http::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{Barrier, Semaphore};

use super::loopback::{Counts, ID, Server, USER};

fn transport(http2: bool) -> HttpTransport {
    let builder = HttpTransport::builder().no_proxy();
    if http2 { builder.http2_only() } else { builder }.build().unwrap()
}

fn client(http2: bool, port: u16) -> Client {
    let client = client_over(transport(http2), Judge::Client);
    client.graph_endpoint(format!("http://127.0.0.1:{port}")).build().unwrap()
}

/// Makes so many calls, so many at a time, and returns how many failed.
async fn calls(client: &Client, calls: usize, in_flight: usize) -> usize {
    futures_util::stream::iter(0..calls)
        .map(|_| client.get_user(ID).into_future())
        .buffer_unordered(in_flight)
        .filter(|result| std::future::ready(result.is_err()))
        .count()
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_calls_are_sixteen_at_a_time_over_http1() {
    let (port, counts) = Server::default().start().await;
    let client = client(false, port);
    for in_flight in [3, 32, 256] {
        assert_eq!(calls(&client, 1_500, in_flight).await, 0);
    }
    assert_eq!(Counts::get(&counts.requests), 4_500);
    assert!(Counts::get(&counts.at_once) <= 16, "{counts:?}");
}

#[tokio::test]
async fn as_many_requests_as_are_set_are_under_way_over_http1() {
    for (set, at_once) in [(None, 16), (Some(3), 3)] {
        let together = Some(Arc::new(Barrier::new(at_once)));
        let (port, counts) = Server { together, ..Server::default() }.start().await;
        let builder = HttpTransport::builder().no_proxy();
        let builder = if let Some(set) = set { builder.http1_connections(set) } else { builder };
        let client = client_over(builder.build().unwrap(), Judge::Client);
        let client = client.graph_endpoint(format!("http://127.0.0.1:{port}")).build().unwrap();
        assert_eq!(calls(&client, 1 + 5 * at_once, 100).await, 0);
        assert_eq!(Counts::get(&counts.at_once), at_once);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_calls_take_one_http2_connection() {
    let (port, counts) = Server { http2: true, ..Server::default() }.start().await;
    let client = client(true, port);
    for in_flight in [3, 32, 256] {
        assert_eq!(calls(&client, 1_500, in_flight).await, 0);
    }
    assert_eq!((Counts::get(&counts.over_http2), Counts::get(&counts.connections)), (4_500, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_farewell_with_many_in_flight_opens_one_connection_at_a_time() {
    let delay = Duration::from_millis(20);
    let (port, counts) =
        Server { http2: true, delay, go_away_after: Some(150), ..Server::default() }.start().await;
    let client = client(true, port);
    assert_eq!(calls(&client, 2_000, 100).await, 0);
    assert!(Counts::get(&counts.connections) > 5, "{counts:?}");
    assert!(Counts::get(&counts.most) <= 2, "{counts:?}");
}

async fn open_becomes(counts: &Counts, wanted: impl Fn(usize) -> bool) {
    let settled = async {
        while !wanted(Counts::get(&counts.open)) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(10), settled).await.is_ok(), "{counts:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_are_given_up_leave_no_connection_behind() {
    for http2 in [false, true] {
        let delay = Duration::from_millis(4);
        let (port, counts) = Server { http2, delay, ..Server::default() }.start().await;
        let client = client(http2, port);
        let given_up = futures_util::stream::iter(0..300_u64)
            .map(|call| {
                tokio::time::timeout(Duration::from_millis(call % 10), client.get_user(ID).into_future())
            })
            .buffer_unordered(20)
            .filter(|result| std::future::ready(result.is_err()))
            .count()
            .await;
        assert!(given_up > 20, "{given_up}");
        assert_eq!(calls(&client, 50, 10).await, 0);
        // The server sees later than the client that a connection is closed.
        open_becomes(&counts, |open| open <= if http2 { 2 } else { 16 }).await;
    }
}

fn post(port: u16, path: &str) -> Request {
    let mut request = Request::new(Bytes::from_static(b"{}"));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = format!("http://127.0.0.1:{port}{path}").parse().unwrap();
    request
}

#[tokio::test]
async fn a_connection_that_was_closed_meanwhile_is_not_written_to() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (requests, closed) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
    let (counted, told) = (Arc::clone(&requests), Arc::clone(&closed));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            // Small requests come in one piece.
            if stream.read(&mut [0; 4096]).await.unwrap_or(0) > 0 {
                counted.fetch_add(1, Ordering::SeqCst);
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await.unwrap();
            }
            stream.shutdown().await.unwrap();
            // The client closes its side when it has seen it.
            while stream.read(&mut [0; 4096]).await.is_ok_and(|read| read > 0) {}
            told.add_permits(1);
        }
    });
    let transport = transport(false);
    for call in 1..=3 {
        transport.send(post(port, "/once")).await.unwrap();
        closed.acquire().await.unwrap().forget();
        assert_eq!(requests.load(Ordering::SeqCst), call);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_closes_after_each_answer_serves_all() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{USER}",
                    USER.len()
                );
                if stream.read(&mut [0; 4096]).await.is_ok_and(|read| read > 0) {
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
            });
        }
    });
    let client = client_over(transport(false), Judge::Client).retry(RetryPolicy::never());
    let client = client.graph_endpoint(format!("http://127.0.0.1:{port}")).build().unwrap();
    assert_eq!(calls(&client, 500, 100).await, 0);
}

#[tokio::test]
async fn idle_connections_are_closed() {
    for http2 in [false, true] {
        let (port, counts) = Server { http2, ..Server::default() }.start().await;
        let client = client(http2, port);
        assert_eq!(calls(&client, 10, 2).await, 0);
        assert!(Counts::get(&counts.open) > 0);
        tokio::time::pause();
        tokio::time::sleep(Duration::from_secs(200)).await;
        tokio::time::resume();
        open_becomes(&counts, |open| open == 0).await;
        assert_eq!(calls(&client, 10, 2).await, 0);
    }
}

#[tokio::test]
async fn an_address_without_a_host_is_not_sent() {
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = "/v1.0/me".parse().unwrap();
    let error = transport(false).send(request).await.unwrap_err();
    assert_eq!((error.kind, error.sent), (TransportErrorKind::Request, Sent::No));
}

#[tokio::test]
async fn an_endless_answer_ends_at_64_mib() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let piece = vec![b' '; 1 << 20];
        while stream.write_all(&piece).await.is_ok() {}
    });
    let error = transport(false).send(post(port, "/")).await.unwrap_err();
    assert_eq!((error.kind, error.sent), (TransportErrorKind::Interrupted, Sent::Maybe));
    assert!(error.to_string().contains("larger than 64 MiB"), "{error}");
}

/// Reads what a client sends, and never answers.
async fn swallow(mut socket: tokio::net::TcpStream) {
    let mut buffer = [0; 4_096];
    while socket.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
}

// The clock is a simulated one: it stands while bytes are on their way, and jumps while everybody waits.
#[tokio::test(start_paused = true)]
async fn an_http2_connection_that_fell_silent_takes_down_one_request_and_not_the_next() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/v1.0/users/{ID}", listener.local_addr().unwrap());
    let accepted = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&accepted);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            counting.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(swallow(socket));
        }
    });
    let transport = transport(true);
    for connections in 1..=2 {
        let request = http::Request::get(&address).body(Bytes::new()).unwrap();
        let began = tokio::time::Instant::now();
        let error = transport.send(request).await.unwrap_err();
        assert_eq!(error.sent, Sent::Maybe, "{error}");
        assert!(began.elapsed() <= Duration::from_secs(30), "{:?}", began.elapsed());
        assert_eq!(accepted.load(Ordering::Relaxed), connections);
    }
}
