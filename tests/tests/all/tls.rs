//! TLS on this machine: the negotiated protocol, the trusted certificates, and the use of proxies.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use entra_ir_core::{
    Client, Error, HttpTransport, HttpTransportBuilder, RetryPolicy, Sent, TransportErrorKind,
};
use entra_ir_tests::{Judge, client_over};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::loopback::{Counts, ID, Identity, Server};

/// A name that no resolver knows: only a proxy leads there.
pub(crate) const NAME: &str = "graph.contoso.example";
pub(crate) const PASSWORD: &str = "canary-proxy-password";

fn once(transport: HttpTransportBuilder, endpoint: &str) -> Client {
    client_over(transport.build().unwrap(), Judge::Client)
        .graph_endpoint(endpoint)
        .retry(RetryPolicy::never())
        .build()
        .unwrap()
}

/// The text of a call's failure, of which it is sure that nothing was sent.
async fn not_connected(client: &Client) -> String {
    failed(client, TransportErrorKind::Connect).await
}

/// The same of a certificate that is not accepted: that is not tried again.
async fn not_accepted(client: &Client) -> String {
    failed(client, TransportErrorKind::Certificate).await
}

async fn failed(client: &Client, kind: TransportErrorKind) -> String {
    let Err(Error::Transport(no_answer)) = client.get_user(ID).await else { panic!("a connection") };
    let error = &no_answer.error;
    assert_eq!((error.kind, error.sent), (kind, Sent::No), "{error}");
    format!("{error} {error:?}")
}

async fn start(identity: &Identity, protocols: &[&str]) -> (u16, Arc<Counts>) {
    Server { tls: Some(identity.acceptor(protocols)), ..Server::default() }.start().await
}

#[tokio::test]
async fn http2_is_spoken_where_it_is_offered() {
    for (protocols, http2, connections) in
        [(&["h2", "http/1.1"][..], 32, 1), (&["http/1.1"], 0, 31), (&[], 0, 31)]
    {
        let identity = Identity::of("localhost");
        let (port, counts) = start(&identity, protocols).await;
        let transport = HttpTransport::builder().no_proxy().add_root_certificate(identity.pem.clone());
        let client = once(transport, &format!("https://localhost:{port}"));
        let calls = (0..32).map(|_| client.get_user(ID).into_future());
        assert!(futures_util::future::join_all(calls).await.iter().all(Result::is_ok));
        assert_eq!(Counts::get(&counts.over_http2), http2, "{protocols:?}");
        assert!(Counts::get(&counts.connections) <= connections, "{protocols:?}: {counts:?}");
        assert!(http2 > 0 || Counts::get(&counts.at_once) <= 16, "{protocols:?}: {counts:?}");
    }
}

#[tokio::test]
async fn certificates_are_judged() {
    let identity = Identity::of("localhost");
    let (port, counts) = start(&identity, &["h2"]).await;
    let address = format!("https://localhost:{port}");
    let text = not_accepted(&once(HttpTransport::builder().no_proxy(), &address)).await;
    assert!(text.contains("certificate") && !text.contains(&port.to_string()), "{text}");
    assert_eq!(Counts::get(&counts.requests), 0);

    let trusting = || HttpTransport::builder().no_proxy().add_root_certificate(identity.der.clone());
    once(trusting(), &address).get_user(ID).await.unwrap();
    let text = not_accepted(&once(trusting(), &format!("https://127.0.0.1:{port}"))).await;
    let stubborn = client_over(HttpTransport::builder().no_proxy().build().unwrap(), Judge::Client);
    let error = stubborn.graph_endpoint(&address).build().unwrap().get_user(ID).await.unwrap_err();
    let Error::Transport(no_answer) = &error else { panic!("{error}") };
    assert_eq!((no_answer.attempts, error.is_retryable()), (1, false), "{error}");
    assert!(text.contains("certificate"), "trusted, and another host's: {text}");

    for bad in ["", "-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n", "0\u{0}"] {
        let built = HttpTransport::builder().add_root_certificate(bad).build();
        assert!(matches!(built, Err(Error::Config(_))), "{bad:?}");
    }
}

#[tokio::test]
async fn a_host_that_does_not_answer_the_handshake_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let transport = HttpTransport::builder().no_proxy().connect_timeout(Duration::from_millis(200));
    let text = not_connected(&once(transport, &address)).await;
    assert!(text.contains("timed out"), "{text}");
}

/// A proxy: leads every wish to one port, or answers `407` to who gives no password. Counts those it led.
pub(crate) async fn proxy(to: u16, tls: Option<TlsAcceptor>, password: bool) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let led = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&led);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (tls, counted) = (tls.clone(), Arc::clone(&counted));
            tokio::spawn(async move {
                match tls {
                    Some(tls) => lead(tls.accept(stream).await.unwrap(), to, password, &counted).await,
                    None => lead(stream, to, password, &counted).await,
                }
            });
        }
    });
    (port, led)
}

async fn lead(mut stream: impl AsyncRead + AsyncWrite + Unpin, to: u16, password: bool, led: &AtomicUsize) {
    let mut buffer = [0; 4096];
    let read = stream.read(&mut buffer).await.unwrap();
    if buffer[0] == 5 {
        stream.write_all(&[5, 0]).await.unwrap();
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(buffer[..read].windows(NAME.len()).any(|name| name == NAME.as_bytes()), "by its name");
        stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.unwrap();
    } else {
        let wish = String::from_utf8_lossy(&buffer[..read]).into_owned();
        assert!(wish.starts_with("CONNECT ") && !wish.contains("canary-token"), "{wish}");
        // "someone:canary-proxy-password"
        if password && !wish.contains("Basic c29tZW9uZTpjYW5hcnktcHJveHktcGFzc3dvcmQ=\r\n") {
            stream.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").await.unwrap();
            return;
        }
        stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
    }
    led.fetch_add(1, Ordering::SeqCst);
    let mut service = TcpStream::connect(("127.0.0.1", to)).await.unwrap();
    let _ = tokio::io::copy_bidirectional(&mut stream, &mut service).await;
}

#[tokio::test]
async fn a_proxy_leads_to_names_that_only_it_knows() {
    let (identity, of_proxy) = (Identity::of(NAME), Identity::of("localhost"));
    let (to, counts) = start(&identity, &["h2"]).await;
    let open = proxy(to, None, true).await;
    let over_tls = proxy(to, Some(of_proxy.acceptor(&[])), true).await;
    let trusting = |proxy: String| {
        let builder = HttpTransport::builder().proxy(proxy);
        builder.add_root_certificate(identity.pem.clone()).add_root_certificate(of_proxy.der.clone())
    };
    let endpoint = format!("https://{NAME}");
    for (url, led) in [
        (format!("http://someone:{PASSWORD}@127.0.0.1:{}", open.0), &open.1),
        (format!("https://someone:{PASSWORD}@localhost:{}", over_tls.0), &over_tls.1),
        (format!("socks5h://127.0.0.1:{}", open.0), &open.1),
    ] {
        let (before, requests) = (led.load(Ordering::SeqCst), Counts::get(&counts.over_http2));
        let transport = trusting(url.clone());
        assert!(!format!("{transport:?}").contains(PASSWORD));
        let transport = transport.build().unwrap();
        assert!(!format!("{transport:?}").contains(PASSWORD));
        let client = once(trusting(url.clone()), &endpoint);
        client.get_user(ID).await.unwrap_or_else(|error| panic!("{url}: {error}"));
        assert_eq!(led.load(Ordering::SeqCst), before + 1, "{url}");
        assert_eq!(Counts::get(&counts.over_http2), requests + 1, "{url}");
    }

    let text =
        not_connected(&once(trusting(format!("http://someone:else@127.0.0.1:{}", open.0)), &endpoint)).await;
    assert!(text.contains("proxy authorization required") && !text.contains("else"), "{text}");
    for bad in
        [&format!("ftp://someone:{PASSWORD}@x"), &format!("http://someone:{PASSWORD}@x:99999"), "", "http://"]
    {
        let Err(Error::Config(text)) = HttpTransport::builder().proxy(bad).build() else { panic!("{bad}") };
        assert!(text.contains("http://host:port") && !text.contains(PASSWORD), "{text}");
    }
}

/// The environment is global to the process, so each case runs this test in a separate process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_environment_names_proxies_for_https_only() {
    const CASE: &str = "ENTRA_IR_TEST_CASE";
    if let Ok(case) = std::env::var(CASE) {
        let (port, pem) = case.split_once('\n').unwrap();
        let transport = |proxies: bool| {
            let builder = HttpTransport::builder().add_root_certificate(pem);
            if proxies { builder } else { builder.no_proxy() }
        };
        once(transport(true), &format!("https://localhost:{port}")).get_user(ID).await.unwrap();
        once(transport(false), &format!("https://localhost:{port}")).get_user(ID).await.unwrap();
        let (plain, counts) = Server::default().start().await;
        once(transport(true), &format!("http://127.0.0.1:{plain}")).get_user(ID).await.unwrap();
        assert_eq!(Counts::get(&counts.requests), 1);
        return;
    }
    let identity = Identity::of("localhost");
    let (port, _) = start(&identity, &["h2"]).await;
    let (proxy, led) = proxy(port, None, false).await;
    let url = format!("http://127.0.0.1:{proxy}");
    for (variables, expected) in [
        (&[("HTTPS_PROXY", &*url)][..], 1),
        (&[("https_proxy", &url)], 1),
        (&[("ALL_PROXY", &url), ("HTTP_PROXY", &url)], 1),
        (&[("all_proxy", &url), ("no_proxy", "example.com")], 1),
        (&[("HTTPS_PROXY", &url), ("NO_PROXY", "example.com, localhost")], 0),
        (&[("HTTP_PROXY", &url), ("http_proxy", &url)], 0),
    ] {
        let mut run = Command::new(std::env::current_exe().unwrap());
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD"] {
            run.env_remove(name).env_remove(name.to_lowercase());
        }
        run.args(["--exact", "tls::the_environment_names_proxies_for_https_only"])
            .env(CASE, format!("{port}\n{}", identity.pem))
            .envs(variables.iter().copied());
        let before = led.load(Ordering::SeqCst);
        let output = tokio::task::spawn_blocking(move || run.output()).await.unwrap().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("1 passed"), "{variables:?}: {text}");
        assert_eq!(led.load(Ordering::SeqCst) - before, expected, "{variables:?}");
    }
}
