//! Serves the simulated tenant over HTTP, for curl or any Graph client.
//!
//! `cargo run -p entra-ir-examples --example serve_simulated_tenant [PORT [LOG]]`, then for example `curl -H
//! 'Authorization: Bearer x' http://127.0.0.1:8765/v1.0/users/adele@contoso.example/authentication/methods`.
//! With a log file, each exchange is written into it as a line of JSON, secrets included.

use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderValue, Request, Response, StatusCode, Uri, header};
use entra_ir_core::{SimulatedTenant, Transport};

/// No Graph request is larger.
const LARGEST_REQUEST: usize = 4 << 20;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::args().nth(1).map_or(Ok(8765), |port| port.parse::<u16>())?;
    let log = std::env::args().nth(2).map(File::create).transpose()?.map(|file| Arc::new(Mutex::new(file)));
    let tenant = SimulatedTenant::contoso();
    // Otherwise they are not used.
    tenant.keep_exchanges(log.is_some());
    // This machine only: the tenant accepts any token.
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("simulated tenant at http://{}, with:", listener.local_addr()?);
    for user in tenant.users() {
        println!("  {}  {:32} {}", user.id, user.user_principal_name, user.description);
    }
    axum::serve(listener, Router::new().fallback(answer).with_state((tenant, log))).await?;
    Ok(())
}

type Log = Option<Arc<Mutex<File>>>;

async fn answer(
    State((tenant, log)): State<(SimulatedTenant, Log)>,
    request: Request<Body>,
) -> Response<Body> {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_REQUEST).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE);
    };
    // A transport needs an absolute address; next links name the host that the client knows.
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let Ok(uri) = Uri::builder().scheme("http").authority(host).path_and_query(path).build() else {
        return plain(StatusCode::BAD_REQUEST);
    };
    parts.uri = uri;
    let answer = tenant.send(Request::from_parts(parts, body)).await;
    if let Some(Ok(mut file)) = log.as_ref().map(|log| log.lock()) {
        for exchange in tenant.exchanges() {
            if let Err(error) = writeln!(file, "{}", exchange.to_json()) {
                eprintln!("the log cannot be written: {error}");
            }
        }
        tenant.clear_exchanges();
    }
    match answer {
        Ok(answer) => {
            let mut answer = answer.map(Body::from);
            answer.headers_mut().insert(header::SERVER, HeaderValue::from_static("simulated-tenant"));
            answer
        }
        // An injected fault that drops the connection cannot be shown better over HTTP.
        Err(_) => plain(StatusCode::BAD_GATEWAY),
    }
}

fn plain(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
