//! A reqwest client of an embedding tool, configured correctly and incorrectly.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use entra_ir_core::wire::Request;
use entra_ir_core::{Client, Error, RetryPolicy, Sent, StaticToken, Transport, TransportErrorKind};
use entra_ir_tests::graph;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Method};
use reqwest::redirect::Policy;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use wiremock::matchers::{any, method, path};
use wiremock::{Mock, MockServer};

use super::loopback::{Counts, ID, Identity, Server, USER};
use super::tls::{NAME, PASSWORD, proxy};

/// The token that the clients here send.
const TOKEN: &str = "canary-token";

/// As the documentation wants it.
fn careful() -> reqwest::ClientBuilder {
    reqwest::Client::builder().no_proxy().redirect(Policy::none()).retry(reqwest::retry::never())
}

fn client(own: reqwest::ClientBuilder, endpoint: impl Into<String>) -> Client {
    Client::builder()
        .http_client(own.build().unwrap())
        .graph_endpoint(endpoint)
        .credential(StaticToken::new(TOKEN))
        .retry(RetryPolicy::never())
        .build()
        .unwrap()
}

fn trusting(identity: &Identity) -> reqwest::Certificate {
    reqwest::Certificate::from_der(&identity.der).unwrap()
}

/// The error of a call without an answer.
fn no_answer<T>(result: Result<T, Error>) -> (TransportErrorKind, Sent, String) {
    match result {
        Err(Error::Transport(no_answer)) => {
            let error = &no_answer.error;
            (error.kind, error.sent, format!("{no_answer} {no_answer:?}"))
        }
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("an answer"),
    }
}

#[tokio::test]
async fn a_cold_burst_opens_one_connection_with_the_gate_and_several_without() {
    let identity = Identity::of("localhost");
    for gate in [true, false] {
        let server = Server { tls: Some(identity.acceptor(&["h2", "http/1.1"])), ..Server::default() };
        let (port, counts) = server.start().await;
        let own = careful().tls_certs_merge([trusting(&identity)]).build().unwrap();
        let builder = Client::builder().credential(StaticToken::new(TOKEN));
        let builder = if gate { builder.http_client(own) } else { builder.transport(own) };
        let client = builder.graph_endpoint(format!("https://localhost:{port}")).build().unwrap();
        let calls = (0..32).map(|_| client.get_user(ID).into_future());
        assert!(futures_util::future::join_all(calls).await.iter().all(Result::is_ok));
        assert_eq!(Counts::get(&counts.over_http2), 32);
        assert_eq!(Counts::get(&counts.connections) == 1, gate, "{counts:?}");
    }
}

#[tokio::test]
async fn an_answer_of_another_address_is_none() {
    let (here, elsewhere) = (MockServer::start().await, MockServer::start().await);
    Mock::given(any()).respond_with(graph(200).set_body_string(USER)).mount(&elsewhere).await;
    let own = || careful().redirect(Policy::default());
    for status in [301, 302, 303, 307, 308] {
        here.reset().await;
        let location = format!("{}/sign-in", elsewhere.uri());
        let redirect = graph(status).insert_header("location", location);
        Mock::given(any()).respond_with(redirect).expect(4).mount(&here).await;
        for verb in [Method::GET, Method::POST, Method::PATCH, Method::DELETE] {
            let mut request = Request::new("{}".into());
            *request.method_mut() = verb.clone();
            *request.uri_mut() = format!("{}/v1.0/users", here.uri()).parse().unwrap();
            request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_static(TOKEN));
            let error = own().build().unwrap().send(request).await.unwrap_err();
            assert!(matches!(error.kind, TransportErrorKind::Intermediary(_)), "{verb}: {error}");
            assert_eq!(error.sent, Sent::Maybe);
            let text = error.to_string();
            assert!(text.contains("turn its redirects off") && !text.contains("sign-in"), "{text}");
        }
        here.verify().await;
    }
    here.reset().await;
    Mock::given(method("GET")).respond_with(graph(200).set_body_string(USER)).mount(&here).await;
    let redirect = graph(302).insert_header("location", format!("{}/sign-in", elsewhere.uri()));
    Mock::given(method("POST")).respond_with(redirect).expect(1).mount(&here).await;
    let error = client(own(), here.uri()).revoke_sign_in_sessions(ID).await.unwrap_err();
    assert!(error.outcome_unknown(), "{error}");
    let seen = elsewhere.received_requests().await.unwrap();
    assert_eq!(seen.len(), 21);
    for request in seen {
        assert!(!request.headers.contains_key("authorization"), "the token stays here");
    }
}

#[tokio::test]
async fn an_answer_of_another_address_is_not_asked_for_again() {
    let server = MockServer::start().await;
    Mock::given(path("/elsewhere")).respond_with(graph(500)).mount(&server).await;
    Mock::given(any()).respond_with(graph(302).insert_header("location", "/elsewhere")).mount(&server).await;
    let client = Client::builder()
        .http_client(careful().redirect(Policy::default()).build().unwrap())
        .graph_endpoint(server.uri())
        .credential(StaticToken::new(TOKEN))
        .retry(RetryPolicy::default().with_jitter(|| 0.0))
        .build()
        .unwrap();
    let (kind, ..) = no_answer(client.get_user(ID).await);
    assert!(matches!(kind, TransportErrorKind::Intermediary(_)));
    assert_eq!(server.received_requests().await.unwrap().len(), 2, "once, and where it led");
}

#[tokio::test]
async fn redirects_that_do_not_end_leave_a_write_open() {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(graph(307).insert_header("location", "/again")).mount(&server).await;
    let client = client(careful().redirect(Policy::default()), server.uri());
    let (kind, sent, text) = no_answer(client.revoke_sign_in_sessions(ID).await);
    assert_eq!((kind, sent), (TransportErrorKind::Interrupted, Sent::Maybe), "{text}");
    assert!(text.contains("too many redirects") && !text.contains("/again"), "{text}");
}

#[tokio::test]
async fn its_proxy_leads_there_and_sees_no_token() {
    let identity = Identity::of(NAME);
    let server = Server { tls: Some(identity.acceptor(&["h2"])), ..Server::default() };
    let (to, counts) = server.start().await;
    // It checks that what it is asked holds no token.
    let (port, led) = proxy(to, None, true).await;
    let through = |password: &str| {
        let proxy = reqwest::Proxy::https(format!("http://someone:{password}@127.0.0.1:{port}")).unwrap();
        let own = careful().proxy(proxy).tls_certs_merge([trusting(&identity)]);
        client(own, format!("https://{NAME}"))
    };
    through(PASSWORD).get_user(ID).await.unwrap();
    assert_eq!((led.load(Ordering::SeqCst), Counts::get(&counts.over_http2)), (1, 1));
    assert!(!format!("{:?}", through(PASSWORD)).contains(PASSWORD));
    let (kind, sent, text) = no_answer(through("canary-wrong").block_sign_in(ID).await);
    assert_eq!((kind, sent), (TransportErrorKind::Connect, Sent::No), "{text}");
    assert!(!text.contains("canary-wrong") && !text.contains("127.0.0.1"), "{text}");
}

#[tokio::test]
async fn a_proxy_for_http_sees_the_token_of_an_endpoint_on_this_machine() {
    // The documentation says so; the transport of the library takes none for http.
    let proxy = MockServer::start().await;
    Mock::given(any()).respond_with(graph(200).set_body_string(USER)).mount(&proxy).await;
    let own = careful().proxy(reqwest::Proxy::all(proxy.uri()).unwrap());
    client(own, "http://127.0.0.1:9").get_user(ID).await.unwrap();
    let seen = proxy.received_requests().await.unwrap();
    assert_eq!(seen[0].headers["authorization"], format!("Bearer {TOKEN}"));
}

/// Accepts connections and requests, and never answers.
async fn silent() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let accepted = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&accepted);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(
                async move { while stream.read(&mut [0; 4096]).await.is_ok_and(|read| read > 0) {} },
            );
        }
    });
    (address, accepted)
}

// The clock is a simulated one: it stands while bytes are on their way, and jumps while everybody waits.
#[tokio::test(start_paused = true)]
async fn its_own_time_out_leaves_a_write_open() {
    for own in [careful().timeout(Duration::from_secs(2)), careful().read_timeout(Duration::from_secs(2))] {
        let (address, accepted) = silent().await;
        let client = client(own, address);
        let began = tokio::time::Instant::now();
        let (kind, sent, text) = no_answer(client.revoke_sign_in_sessions(ID).await);
        assert_eq!((kind, sent), (TransportErrorKind::Timeout, Sent::Maybe), "{text}");
        assert!(began.elapsed() < Duration::from_secs(3), "not the 30 s of the client");
        assert_eq!(accepted.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn where_nobody_listens_nothing_is_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let (kind, sent, text) = no_answer(client(careful(), &address).create_temporary_access_pass(ID).await);
    assert_eq!((kind, sent), (TransportErrorKind::Connect, Sent::No), "{text}");
}

#[tokio::test]
async fn what_it_refuses_to_send_is_not_tried_again() {
    let server = MockServer::start().await;
    let client = Client::builder()
        .http_client(careful().https_only(true).build().unwrap())
        .graph_endpoint(server.uri())
        .credential(StaticToken::new(TOKEN))
        .build()
        .unwrap();
    let error = client.get_user(ID).await.unwrap_err();
    let Error::Transport(no_answer) = &error else { panic!("{error}") };
    assert_eq!((no_answer.error.kind, no_answer.attempts), (TransportErrorKind::Request, 1));
    assert!(server.received_requests().await.unwrap().is_empty());
}
