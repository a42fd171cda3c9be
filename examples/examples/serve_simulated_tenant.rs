//! Serves the simulated tenant over HTTP, for curl or any Graph client.
//!
//! `cargo run -p entra-ir-examples --example serve_simulated_tenant [PORT [LOG]]`, then for example `curl -H
//! 'Authorization: Bearer x' http://127.0.0.1:8765/v1.0/users/adele@contoso.example/authentication/methods`.
//! With a log file, each exchange with Graph is written into it as a line of JSON, secrets included.
//!
//! The token endpoint is under the same address. Two options come after that:
//! * `--tls FILE` serves https, for clients that give a token to nothing else, and writes the certificate to
//!   the file;
//! * `--registration FILE` registers an application, as JSON: `appId`, `secrets`, `certificates` (PEM),
//!   `federated` (each with `issuer`, `subject`, `publicKey`), `applicationPermissions`, `publicClient`.

use std::error::Error;
use std::fs::{self, File};
use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderValue, Request, Response, StatusCode, Uri, header};
use axum::serve::Listener;
use entra_ir_core::simulator::NewAppRegistration;
use entra_ir_core::{SimulatedTenant, Transport};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::server::TlsStream;

/// No Graph request is larger.
const LARGEST_REQUEST: usize = 4 << 20;

/// How long a client may take until its connection is encrypted.
const HANDSHAKE: Duration = Duration::from_secs(5);

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (mut places, mut tls) = (Vec::new(), None);
    let tenant = SimulatedTenant::contoso();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--tls" => tls = Some(arguments.next().ok_or("--tls FILE")?),
            "--registration" => {
                let file = arguments.next().ok_or("--registration FILE")?;
                tenant.add_app_registration(registration(&serde_json::from_slice(&fs::read(file)?)?)?);
            }
            _ => places.push(argument),
        }
    }
    let port = places.first().map_or(Ok(8765), |port| port.parse::<u16>())?;
    let log = places.get(1).map(File::create).transpose()?.map(|file| Arc::new(Mutex::new(file)));
    // Otherwise they are not used.
    tenant.keep_exchanges(log.is_some());
    // This machine only: the tenant accepts any token.
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let (scheme, acceptor) = match tls {
        Some(file) => ("https", Some(certified(&file)?)),
        None => ("http", None),
    };
    let origin = format!("{scheme}://{}", listener.local_addr()?);
    println!("simulated tenant at {origin}, with:");
    for user in tenant.users() {
        println!("  {}  {:32} {}", user.id, user.user_principal_name, user.description);
    }
    println!(
        "tokens: client id {}, secret {}",
        SimulatedTenant::CONTOSO_APP_ID,
        SimulatedTenant::CONTOSO_APP_SECRET
    );
    println!("  from {origin}/{}/oauth2/v2.0/token", SimulatedTenant::ID);
    println!("  device codes are typed at {origin}/devicelogin");
    let router = Router::new().fallback(answer).with_state((tenant, log, scheme));
    match acceptor {
        Some(acceptor) => axum::serve(Encrypted { listener, acceptor }, router).await?,
        None => axum::serve(listener, router).await?,
    }
    Ok(())
}

/// Reads a registration.
fn registration(given: &Value) -> Result<NewAppRegistration, Failure> {
    let texts = |name: &str| {
        let list = given[name].as_array().cloned().unwrap_or_default();
        list.into_iter().filter_map(|text| text.as_str().map(str::to_owned))
    };
    let app_id = given["appId"].as_str().ok_or("a registration has an appId")?;
    let mut new = NewAppRegistration::named("Registered").app_id(app_id);
    for secret in texts("secrets") {
        new = new.secret(&secret);
    }
    for certificate in texts("certificates") {
        new = new.certificate(&certificate)?;
    }
    for credential in given["federated"].as_array().into_iter().flatten() {
        let part = |name: &str| credential[name].as_str().unwrap_or_default();
        new = new.federated(part("issuer"), part("subject"), part("publicKey"))?;
    }
    if given["publicClient"] == true {
        new = new.public_client();
    }
    Ok(new.application_permissions(texts("applicationPermissions")))
}

/// Makes a certificate for this machine, and writes it to a file.
fn certified(file: &str) -> Result<TlsAcceptor, Failure> {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned(), "localhost".to_owned()])?;
    fs::write(file, made.cert.pem())?;
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der())?;
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Accepts encrypted connections.
struct Encrypted {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for Encrypted {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = Listener::accept(&mut self.listener).await;
            // A client that does not get through the handshake has hung up: the next one, then.
            let shaken = tokio::time::timeout(HANDSHAKE, self.acceptor.accept(stream)).await;
            if let Ok(Ok(stream)) = shaken {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

type Log = Option<Arc<Mutex<File>>>;

async fn answer(
    State((tenant, log, scheme)): State<(SimulatedTenant, Log, &'static str)>,
    request: Request<Body>,
) -> Response<Body> {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_REQUEST).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE);
    };
    // A transport needs an absolute address; next links name the host that the client knows.
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let Ok(uri) = Uri::builder().scheme(scheme).authority(host).path_and_query(path).build() else {
        return plain(StatusCode::BAD_REQUEST);
    };
    parts.uri = uri;
    let answer = tenant.send(Request::from_parts(parts, body)).await;
    if let Some(Ok(mut file)) = log.as_ref().map(|log| log.lock()) {
        let graph = |path: &str| path.starts_with("/v1.0/") || path.starts_with("/beta/");
        for exchange in tenant.exchanges().iter().filter(|exchange| graph(exchange.uri().path())) {
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
