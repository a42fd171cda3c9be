//! A server on the loopback interface, in a separate process, so that its cost is not counted.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderMap};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::serve::ListenerExt;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use crate::graph::MISSING;
use crate::{answer_body, answer_headers, not_found_body};

/// The argument that turns a benchmark into the server.
const SERVE: &str = "serve-loopback";

/// Selects a listener. Each side has its own, so that its connections can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The library.
    Library = 0,
    /// Plain reqwest.
    Plain = 1,
}

/// Holds the server process. It ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    commands: Option<ChildStdin>,
    reports: BufReader<ChildStdout>,
    origins: [String; 2],
}

/// What one listener saw.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Seen {
    /// How many connections it accepted.
    pub connections: usize,
    /// Its first request: method, address, and headers in alphabetical order. The call's id and the host are
    /// omitted, as they must differ.
    pub request: String,
}

impl Server {
    /// Starts this program as the server; its `main` must begin with [`Server::be_if_asked`].
    ///
    /// # Errors
    /// If the process cannot be started, or does not print its address.
    pub fn start() -> io::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(SERVE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (commands, reports) = (child.stdin.take(), child.stdout.take());
        let mut reports = BufReader::new(reports.ok_or(io::ErrorKind::BrokenPipe)?);
        let origins = serde_json::from_str(&line(&mut reports)?)?;
        Ok(Self { child, commands, reports, origins })
    }

    /// Returns the scheme, host and port of one side's listener.
    pub fn origin(&self, side: Side) -> &str {
        &self.origins[side as usize]
    }

    /// Asks what the listeners saw: the library's, then plain reqwest's.
    ///
    /// # Errors
    /// If the server is gone.
    pub fn seen(&mut self) -> io::Result<[Seen; 2]> {
        writeln!(self.commands.as_mut().ok_or(io::ErrorKind::BrokenPipe)?)?;
        Ok(serde_json::from_str(&line(&mut self.reports)?)?)
    }

    /// Serves until its owner is gone, and never returns, if the program was started to be the server.
    ///
    /// # Errors
    /// If no port is available.
    pub fn be_if_asked() -> io::Result<()> {
        if std::env::args().nth(1).as_deref() != Some(SERVE) {
            return Ok(());
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(serve())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The server ends at the end of its input.
        self.commands = None;
        let _ = self.child.wait();
    }
}

fn line(from: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    from.read_line(&mut line)?;
    Ok(line)
}

/// What one listener noted.
#[derive(Clone, Debug, Default)]
struct Notes {
    connections: Arc<AtomicUsize>,
    request: Arc<OnceLock<String>>,
    headers: HeaderMap,
}

async fn serve() -> io::Result<()> {
    let notes: [Notes; 2] = std::array::from_fn(|_| Notes { headers: answer_headers(), ..Notes::default() });
    let mut origins = Vec::new();
    for notes in &notes {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        origins.push(format!("http://{}", listener.local_addr()?));
        let connections = Arc::clone(&notes.connections);
        let listener = listener.tap_io(move |stream| {
            connections.fetch_add(1, Ordering::Relaxed);
            // Without it answers would wait for acknowledgements, and the benchmark would measure only that.
            let _ = stream.set_nodelay(true);
        });
        let router = Router::new().fallback(answer).with_state(notes.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
    }
    println!("{}", serde_json::to_string(&origins)?);
    // Reading commands blocks, so the server runs on another thread.
    tokio::task::spawn_blocking(move || {
        for _ in io::stdin().lines() {
            let seen = notes.each_ref().map(|notes| Seen {
                connections: notes.connections.load(Ordering::Relaxed),
                request: notes.request.get().cloned().unwrap_or_default(),
            });
            println!("{}", serde_json::to_string(&seen)?);
        }
        std::process::exit(0)
    })
    .await?
}

async fn answer(State(notes): State<Notes>, request: Request) -> Response {
    notes.request.get_or_init(|| describe(&request));
    let asked = request.uri().path().rsplit('/').next().unwrap_or_default();
    let (status, body) = if *request.method() == Method::DELETE {
        (StatusCode::NO_CONTENT, Body::empty())
    } else if asked.starts_with(MISSING) {
        (StatusCode::NOT_FOUND, Body::from(not_found_body(asked)))
    } else {
        (StatusCode::OK, Body::from(answer_body(asked)))
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = notes.headers;
    if status == StatusCode::NO_CONTENT {
        response.headers_mut().remove(CONTENT_TYPE);
    }
    response
}

fn describe(request: &Request) -> String {
    let mut headers: Vec<_> = request
        .headers()
        .iter()
        .filter(|(name, _)| *name != "host" && *name != "client-request-id")
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    // The id's value may differ, its presence and length may not.
    let id = request.headers().get("client-request-id").map_or(0, http::HeaderValue::len);
    headers.push(format!("client-request-id: {id} bytes"));
    headers.sort();
    let address = request.uri().path_and_query().map_or("", |address| address.as_str());
    format!("{} {address} {:?}\n{}", request.method(), request.version(), headers.join("\n"))
}
