//! The layers below the pipeline never send a write again after a server has seen its beginning.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use entra_ir_core::wire::Request;
use entra_ir_core::{HttpTransport, Sent, Transport, TransportErrorKind};
use http::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Larger than what a socket takes at once.
const BODY: usize = 8 << 20;

fn write(port: u16, length: usize) -> Request {
    let mut request = Request::new(Bytes::from(vec![b' '; length]));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = format!("http://127.0.0.1:{port}/once").parse().unwrap();
    request
}

fn own(http2: bool) -> HttpTransport {
    let builder = HttpTransport::builder().no_proxy();
    if http2 { builder.http2_only() } else { builder }.build().unwrap()
}

/// A client of an embedding tool, with reqwest's own retries as they are by default.
fn embedded(http2: bool) -> reqwest::Client {
    let builder = reqwest::Client::builder().no_proxy();
    if http2 { builder.http2_prior_knowledge() } else { builder }.build().unwrap()
}

/// Sends a write that fails, after one that is answered if wanted. The outcome has to be open.
async fn left_open(transport: &dyn Transport, port: u16, length: usize, reused: bool, case: &str) {
    if reused {
        transport.send(write(port, 2)).await.unwrap_or_else(|error| panic!("{case}: {error}"));
    }
    let error = transport.send(write(port, length)).await.unwrap_err();
    assert_eq!((error.kind, error.sent), (TransportErrorKind::Interrupted, Sent::Maybe), "{case}: {error}");
    assert!(!error.to_string().contains("127.0.0.1"), "no address: {error}");
}

/// Where a server of HTTP/1.1 hangs up.
#[derive(Clone, Copy, Debug)]
enum Until {
    FirstByte,
    Headers,
    HalfTheBody,
    Whole,
    HalfTheAnswer,
}

/// Reads a request up to a point; `false` if the client has closed the connection before.
async fn read(stream: &mut TcpStream, until: Until) -> bool {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return false };
        head.push(byte);
        if matches!(until, Until::FirstByte) {
            return true;
        }
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()).unwrap();
    let length: usize = length.parse().unwrap();
    let wanted = match until {
        Until::Headers => 0,
        Until::HalfTheBody => length / 2,
        _ => length,
    };
    stream.read_exact(&mut vec![0; wanted]).await.unwrap();
    true
}

/// Answers so many requests, reads each later one up to a point, and hangs up. Counts those of which it read
/// anything.
async fn http1(until: Until, answered: usize) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            loop {
                let answers = counted.load(Ordering::SeqCst) < answered;
                if !read(&mut stream, if answers { Until::Whole } else { until }).await {
                    break;
                }
                counted.fetch_add(1, Ordering::SeqCst);
                if !answers {
                    if matches!(until, Until::HalfTheAnswer) {
                        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{").await.unwrap();
                    }
                    break;
                }
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await.unwrap();
            }
        }
    });
    (port, seen)
}

#[tokio::test]
async fn a_write_that_is_hung_up_on_is_sent_once_over_http1() {
    let clients: [&dyn Transport; 2] = [&own(false), &embedded(false)];
    for client in clients {
        for until in
            [Until::FirstByte, Until::Headers, Until::HalfTheBody, Until::Whole, Until::HalfTheAnswer]
        {
            for (length, reused) in [(2, false), (2, true), (BODY, false), (BODY, true)] {
                let case = format!("{until:?}, {length} bytes, on a used connection: {reused}");
                let (port, seen) = http1(until, usize::from(reused)).await;
                left_open(client, port, length, reused, &case).await;
                assert_eq!(seen.load(Ordering::SeqCst), 1 + usize::from(reused), "{case}");
            }
        }
    }
}

/// How a server of HTTP/2 refuses a request that it has seen.
#[derive(Clone, Copy, Debug)]
enum Refusal {
    HangUp,
    /// Answers that it processed nothing after the previous request.
    GoAwayBefore,
    /// Answers that it may have processed the request, and hangs up.
    GoAwayWith,
    /// Answers that it did not process the request.
    Refused,
    Cancelled,
}

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const ACK: u8 = 1;
/// `END_STREAM` and `END_HEADERS`.
const WHOLE: u8 = 5;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = u32::try_from(payload.len()).unwrap().to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// Answers so many requests and refuses each later one. Counts those that it saw the headers of.
async fn http2(refusal: Refusal, answered: usize) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // What the client hangs up on is nothing to count.
            tokio::spawn(serve(stream, refusal, answered, Arc::clone(&counted)));
        }
    });
    (port, seen)
}

async fn serve(
    mut socket: TcpStream,
    refusal: Refusal,
    answered: usize,
    seen: Arc<AtomicUsize>,
) -> std::io::Result<()> {
    socket.write_all(&frame(SETTINGS, 0, 0, &[])).await?;
    socket.read_exact(&mut [0; b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len()]).await?;
    loop {
        let mut head = [0; 9];
        socket.read_exact(&mut head).await?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        socket.read_exact(&mut vec![0; length.try_into().unwrap()]).await?;
        let (kind, flags) = (head[3], head[4]);
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        match kind {
            SETTINGS if flags & ACK == 0 => socket.write_all(&frame(SETTINGS, ACK, 0, &[])).await?,
            HEADERS if seen.fetch_add(1, Ordering::SeqCst) < answered => {
                // 0x88 is `:status: 200` in the static table.
                socket.write_all(&frame(HEADERS, WHOLE, stream, &[0x88])).await?;
            }
            HEADERS => {
                let reset = |code: u8| frame(RST_STREAM, 0, stream, &[0, 0, 0, code]);
                let go_away = |last: u32| {
                    let last = last.to_be_bytes();
                    frame(GOAWAY, 0, 0, &[&last[..], &[0, 0, 0, 0]].concat())
                };
                match refusal {
                    Refusal::HangUp => return Ok(()),
                    Refusal::GoAwayBefore => socket.write_all(&go_away(stream.saturating_sub(2))).await?,
                    Refusal::GoAwayWith => {
                        socket.write_all(&go_away(stream)).await?;
                        return Ok(());
                    }
                    Refusal::Refused => socket.write_all(&reset(7)).await?,
                    Refusal::Cancelled => socket.write_all(&reset(8)).await?,
                }
            }
            _ => {}
        }
    }
}

const REFUSALS: [Refusal; 5] =
    [Refusal::HangUp, Refusal::GoAwayBefore, Refusal::GoAwayWith, Refusal::Refused, Refusal::Cancelled];

/// Returns how often a server saw the write that it refused.
async fn times(client: &dyn Transport, refusal: Refusal, length: usize, reused: bool) -> usize {
    let (port, seen) = http2(refusal, usize::from(reused)).await;
    left_open(client, port, length, reused, &format!("{refusal:?}, {length} bytes, {reused}")).await;
    seen.load(Ordering::SeqCst) - usize::from(reused)
}

#[tokio::test]
async fn a_write_that_is_refused_is_sent_once_over_http2() {
    let own = own(true);
    for refusal in REFUSALS {
        for (length, reused) in [(0, false), (2, false), (2, true), (BODY, true)] {
            assert_eq!(times(&own, refusal, length, reused).await, 1, "{refusal:?}, {length}, {reused}");
        }
    }
}

#[tokio::test]
async fn retries_of_reqwest_repeat_what_the_server_says_it_did_not_process_and_nothing_else() {
    let embedded = embedded(true);
    for refusal in REFUSALS {
        let repeats = matches!(refusal, Refusal::GoAwayBefore | Refusal::Refused);
        let times = times(&embedded, refusal, 2, true).await;
        assert_eq!(times > 1, repeats, "{refusal:?}: {times}");
    }
}
