//! Bytes on a real socket: few connections, broken ones, and what a server may do to them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use entra_ir_core::wire::{Request, Response};
use entra_ir_core::{
    Client, Error, HttpTransport, Permit, RetryPolicy, Sent, StaticToken, Transport, TransportError,
    TransportErrorKind, graph_answer,
};
use entra_ir_tests::{Judge, client_at, client_over, graph};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use wiremock::matchers::{header, method};
use wiremock::{Mock, MockServer};

const ID: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";
const USER: &str = r#"{"id":"3b41c05e-73a1-43b7-86d7-ed8409f55900"}"#;

/// Reads one request; `None` when the client has closed the connection.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&buffer[..read]);
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let length = text
                .to_ascii_lowercase()
                .split("content-length: ")
                .nth(1)
                .and_then(|rest| rest.split("\r\n").next()?.parse::<usize>().ok());
            if bytes.len() >= end + 4 + length.unwrap_or(0) {
                return Some(text);
            }
        }
    }
}

/// A keep-alive server that counts its connections, and handles the n-th request by a script: `None` answers,
/// `Some(bytes)` writes them and closes.
async fn server(
    torn: impl Fn(usize) -> Option<&'static [u8]> + Send + Sync + 'static,
) -> (String, Arc<AtomicUsize>, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (connections, requests) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counted, served, torn) = (Arc::clone(&connections), Arc::clone(&requests), Arc::new(torn));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            let (served, torn) = (Arc::clone(&served), Arc::clone(&torn));
            tokio::spawn(async move {
                while request(&mut stream).await.is_some() {
                    if let Some(bytes) = torn(served.fetch_add(1, Ordering::SeqCst)) {
                        let _ = stream.write_all(bytes).await;
                        return;
                    }
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    let answer = format!(
                        "HTTP/1.1 200 OK\r\nrequest-id: a\r\ncontent-length: {}\r\n\r\n{USER}",
                        USER.len()
                    );
                    if stream.write_all(answer.as_bytes()).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    (address, connections, requests)
}

#[tokio::test]
async fn forty_calls_at_once_are_all_answered() {
    let (address, connections, requests) = server(|_| None).await;
    let client = client_at(&address).build().unwrap();
    let calls = (0..40).map(|_| client.get_user(ID).into_future());
    assert!(futures_util::future::join_all(calls).await.iter().all(Result::is_ok));
    assert_eq!(requests.load(Ordering::SeqCst), 40);
    assert!(connections.load(Ordering::SeqCst) < 40);
}

#[tokio::test]
async fn two_hundred_calls_at_once_share_one_http2_connection() {
    use axum::serve::ListenerExt;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    let listener = listener.tap_io(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
    });
    let answer = || async {
        tokio::time::sleep(Duration::from_millis(5)).await;
        USER
    };
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(answer)).await });
    let transport = HttpTransport::builder().no_proxy().http2_only().build().unwrap();
    let client = client_over(transport, Judge::Client).graph_endpoint(address).build().unwrap();
    let calls = (0..200).map(|_| client.get_user(ID).into_future());
    assert!(futures_util::future::join_all(calls).await.iter().all(Result::is_ok));
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

/// Lets a request wait for its turn, then takes its time.
#[derive(Debug)]
struct Slow {
    turn: Duration,
    answer: Duration,
    slots: Arc<Semaphore>,
}

#[async_trait]
impl Transport for Slow {
    async fn ready(&self, _: &Request) -> Result<Permit, TransportError> {
        tokio::time::sleep(self.turn).await;
        Ok(Permit::holding(Arc::clone(&self.slots).acquire_owned().await))
    }

    async fn send(&self, _: Request) -> Result<Response, TransportError> {
        assert_eq!(self.slots.available_permits(), 0, "the permit is held");
        tokio::time::sleep(self.answer).await;
        Ok(graph_answer(200, USER))
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_turn_is_no_timeout() {
    let slots = Arc::new(Semaphore::new(1));
    let client = |turn, answer| {
        let [turn, answer] = [turn, answer].map(Duration::from_secs);
        client_over(Slow { turn, answer, slots: Arc::clone(&slots) }, Judge::Client)
            .timeout(Duration::from_secs(30))
            .retry(RetryPolicy::never())
            .build()
            .unwrap()
    };
    client(3_600, 29).get_user(ID).await.unwrap();
    let Err(Error::Transport(late)) = client(0, 31).get_user(ID).await else { panic!("in time") };
    assert_eq!((late.error.kind, late.error.sent), (TransportErrorKind::Timeout, Sent::Maybe));
    assert_eq!(slots.available_permits(), 1, "given back after an answer, and after a time-out");
    let client = client(0, 20);
    let given_up = tokio::time::timeout(Duration::from_secs(10), client.get_user(ID).into_future());
    assert!(given_up.await.is_err());
    assert_eq!(slots.available_permits(), 1, "and after a call is dropped");
}

/// A transport of a tool that does not implement `ready`.
#[derive(Debug)]
struct Unaware<T>(T);

#[async_trait]
impl<T: Transport> Transport for Unaware<T> {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.0.send(request).await
    }
}

#[tokio::test]
async fn a_transport_that_does_not_pass_turns_on_works_all_the_same() {
    let (address, _, requests) = server(|_| None).await;
    let transport = Unaware(HttpTransport::builder().no_proxy().build().unwrap());
    let client = client_over(transport, Judge::Client).graph_endpoint(address).build().unwrap();
    let calls = (0..40).map(|_| client.get_user(ID).into_future());
    assert!(futures_util::future::join_all(calls).await.iter().all(Result::is_ok));
    assert_eq!(requests.load(Ordering::SeqCst), 40);
}

#[tokio::test]
async fn a_call_that_is_dropped_midway_blocks_nobody() {
    let (address, ..) = server(|_| None).await;
    let client = client_at(&address).build().unwrap();
    for _ in 0..5 {
        let call = client.get_user(ID).into_future();
        assert!(tokio::time::timeout(Duration::from_millis(1), call).await.is_err());
    }
    client.get_user(ID).await.unwrap();
}

#[tokio::test]
async fn a_write_without_a_body_says_that_it_has_none() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let seen = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let user = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{USER}", USER.len());
        request(&mut stream).await.unwrap();
        stream.write_all(user.as_bytes()).await.unwrap();
        let post = request(&mut stream).await.unwrap();
        stream.write_all(b"HTTP/1.1 204 No Content\r\nrequest-id: b\r\n\r\n").await.unwrap();
        post
    });
    client_at(&address).build().unwrap().revoke_sign_in_sessions(ID).await.unwrap();
    let post = seen.await.unwrap();
    assert!(
        post.starts_with("POST ") && post.to_ascii_lowercase().contains("\r\ncontent-length: 0\r\n"),
        "{post}"
    );
}

/// A client that tries once.
fn once_at(address: &str) -> Client {
    client_at(address).retry(RetryPolicy::never()).build().unwrap()
}

#[tokio::test]
async fn a_connection_that_ends_without_an_answer_leaves_it_open() {
    for bytes in [&b""[..], b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"id\":"]
    {
        let (address, ..) = server(move |_| Some(bytes)).await;
        let error = once_at(&address).revoke_sign_in_sessions(ID).await.unwrap_err();
        assert!(matches!(error, Error::Transport(_)), "{error}");
        let (address, ..) = server(move |request| (request == 1).then_some(bytes)).await;
        let error = once_at(&address).block_sign_in(ID).await.unwrap_err();
        assert!(error.outcome_unknown() && error.advice().contains("accountEnabled"), "{bytes:?}: {error}");
        assert!(!error.to_string().contains("127.0.0.1"), "no address: {error}");
    }
}

#[tokio::test]
async fn a_torn_read_is_read_again() {
    let (address, _, requests) =
        server(|request| (request == 0).then_some(&b"HTTP/1.1 200 OK\r\ncontent-le"[..])).await;
    client_at(&address).build().unwrap().get_user(ID).await.unwrap();
    assert_eq!(requests.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn nothing_is_sent_where_nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = once_at(&address).block_sign_in(ID).await.unwrap_err();
    assert!(!error.outcome_unknown() && error.is_retryable(), "{error}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = MockServer::start().await;
    let elsewhere = graph(307).insert_header("location", "https://evil.example/v1.0/users");
    Mock::given(method("GET")).respond_with(elsewhere).expect(1).mount(&server).await;
    let error = client_at(&server.uri()).build().unwrap().get_user(ID).await.unwrap_err();
    assert_eq!(error.as_graph().unwrap().status, 307);
}

#[tokio::test]
async fn headers_say_who_calls_and_for_which_call() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(header("authorization", "Bearer canary-token"))
        .and(header("accept", "application/json"))
        .respond_with(graph(200).set_body_raw(USER, "application/json"))
        .expect(1)
        .mount(&server)
        .await;
    client_at(&server.uri()).user_agent("playbook/7").build().unwrap().get_user(ID).await.unwrap();
    let request = &server.received_requests().await.unwrap()[0];
    let agent = request.headers["user-agent"].to_str().unwrap();
    assert!(agent.starts_with("playbook/7 entra-ir/"), "{agent}");
    assert_eq!(request.headers["client-request-id"].to_str().unwrap().len(), 36);
}

#[tokio::test]
async fn a_large_answer_is_read_whole() {
    let server = MockServer::start().await;
    let methods: Vec<String> =
        (0..20_000).map(|number| format!(r#"{{"id":"m{number}","filler":"{}"}}"#, "x".repeat(100))).collect();
    let body = format!(r#"{{"value":[{}]}}"#, methods.join(","));
    Mock::given(method("GET"))
        .respond_with(graph(200).set_body_raw(body, "application/json"))
        .mount(&server)
        .await;
    let list = client_at(&server.uri()).build().unwrap().list_methods(ID).await.unwrap();
    assert_eq!(list.methods.len(), 20_000);
}

#[tokio::test]
async fn the_builder_says_what_is_missing() {
    assert!(matches!(Client::builder().build(), Err(Error::Config(reason)) if reason.contains("credential")));
    let bad = Client::builder()
        .credential(StaticToken::new("t"))
        .graph_endpoint("http://graph.microsoft.com")
        .build();
    assert!(matches!(bad, Err(Error::Config(reason)) if reason.contains("only over https")));
    let bad = Client::builder().credential(StaticToken::new("t")).user_agent("two\nlines").build();
    assert!(matches!(bad, Err(Error::Config(reason)) if reason.contains("user agent")));
    assert!(Client::builder().credential(StaticToken::new("t")).build().is_ok());
}
