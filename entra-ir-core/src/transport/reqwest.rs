//! `Transport` for `reqwest::Client`.

use std::error::Error as StdError;
use std::io;

use async_trait::async_trait;
use bytes::BytesMut;
use reqwest::{Client, Error};

use super::Transport;
use crate::error::{Sent, TransportError, TransportErrorKind};
use crate::wire::{Request, Response};

/// The largest answer that is read, in bytes. Graph's pages are far smaller; this ends an endless page.
const LARGEST_ANSWER: usize = 64 << 20;

/// Sends requests with a client of reqwest 0.13 as it is, with its proxies, certificates, connections and
/// timeouts. [`Gate`](super::Gate) limits concurrent requests.
///
/// * Turn off the client's **redirects** (`redirect::Policy::none()`). reqwest follows a redirect with the
///   token only to the same host, and turns some writes into reads. An answer from another address is an
///   error, and leaves the outcome of a write unknown. Two cases cannot be detected: redirects that lead back
///   to the first address, and a redirect to a host that cannot be reached, which looks like a request that
///   was not sent.
/// * Turn off the client's **retries** (`retry(reqwest::retry::never())`). By default reqwest repeats a
///   request that the server reports as not processed. Your own policy may repeat a write that was done.
/// * A **timeout** of the client applies in addition to that of the
///   [`ClientBuilder`](crate::ClientBuilder::timeout). The outcome of a write that it ends is unknown.
/// * A **proxy** of the client sees requests to an http endpoint in clear text, with the token. An http
///   endpoint is always on this machine, so build the client for it without a proxy.
///
/// It is certain that a request was not sent only if no connection could be made.
#[async_trait]
impl Transport for Client {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let (mut parts, body) = request.into_parts();
        let url = parts.uri.to_string().parse().map_err(|_| {
            TransportError::new(TransportErrorKind::Request, Sent::No)
                .caused_by("its address is not a valid URL")
        })?;
        let mut request = reqwest::Request::new(parts.method, url);
        std::mem::swap(request.headers_mut(), &mut parts.headers);
        if !body.is_empty() {
            *request.body_mut() = Some(body.into());
        }
        let asked = request.url().clone();
        let answer = self.execute(request).await.map_err(describe)?;
        if *answer.url() != asked {
            let error = TransportError::new(TransportErrorKind::Intermediary(answer.status()), Sent::Maybe);
            return Err(error.caused_by("the HTTP client followed a redirect: turn its redirects off"));
        }
        read(answer).await
    }
}

async fn read(mut answer: reqwest::Response) -> Result<Response, TransportError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = answer.chunk().await.map_err(describe)? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            let error = TransportError::new(TransportErrorKind::Interrupted, Sent::Maybe);
            return Err(error.caused_by("the answer is larger than 64 MiB"));
        }
        body.extend_from_slice(&chunk);
    }
    let mut response = Response::new(body.freeze());
    *response.status_mut() = answer.status();
    *response.version_mut() = answer.version();
    std::mem::swap(response.headers_mut(), answer.headers_mut());
    Ok(response)
}

/// Classifies an error of reqwest. The text is that of the deepest cause: those above it name the step, and
/// may name an address.
fn describe(error: Error) -> TransportError {
    use TransportErrorKind as Kind;
    let error = error.without_url();
    let causes = || std::iter::successors(Some(&error as &(dyn StdError + 'static)), |error| inside(*error));
    let (kind, sent) = if error.is_connect() {
        (if causes().any(is_about_certificate) { Kind::Certificate } else { Kind::Connect }, Sent::No)
    } else if error.is_builder() {
        // With redirects on, the invalid address may be that of a redirect.
        (Kind::Request, Sent::Maybe)
    } else if error.is_timeout() {
        (Kind::Timeout, Sent::Maybe)
    } else {
        (Kind::Interrupted, Sent::Maybe)
    };
    let deepest = causes().last().map(ToString::to_string).unwrap_or_default();
    TransportError::new(kind, sent).caused_by(deepest)
}

/// Returns the cause of an error. The inner error of an I/O error is not among its sources.
fn inside<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

/// Returns whether the server's certificate was not accepted: a retry does not help.
#[cfg(feature = "rustls")]
fn is_about_certificate(error: &(dyn StdError + 'static)) -> bool {
    use rustls::Error::{InvalidCertificate, NoCertificatesPresented};
    matches!(error.downcast_ref(), Some(InvalidCertificate(_) | NoCertificatesPresented))
}

#[cfg(not(feature = "rustls"))]
const fn is_about_certificate(_: &(dyn StdError + 'static)) -> bool {
    false
}
