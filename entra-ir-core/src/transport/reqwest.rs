//! reqwest at the seam.

use std::error::Error as StdError;
use std::io;

use async_trait::async_trait;
use bytes::BytesMut;
use reqwest::{Client, Error};

use super::Transport;
use crate::error::{Sent, TransportError, TransportErrorKind};
use crate::wire::{Request, Response};

/// The largest answer that is read, in bytes. Graph's pages are far smaller; a proxy's endless page ends here.
const LARGEST_ANSWER: usize = 64 << 20;

/// Sends requests with a client of reqwest 0.13 as it is: its proxies, certificates, connections and time-outs. [`Gate`](super::Gate) adds the turns.
///
/// * Turn its **redirects** off (`redirect::Policy::none()`): reqwest turns some writes into reads at another address, where the token does not go along to
///   another host. An answer of another address is an error that says so, and leaves a write open. Two things cannot be seen: a chain of redirects that
///   ends where it began, and that a connection which could not be made was one to follow a redirect.
/// * Turn its **retries** off (`retry(reqwest::retry::never())`): by default reqwest sends again what the server says it did not process, and with a policy
///   of your own also what it may have processed.
/// * A **time-out** of its own counts beside that of the [`ClientBuilder`](crate::ClientBuilder::timeout); a write that it ends may have been done.
/// * A **proxy** in it sees an http address, and the token with it. Only an endpoint on this machine is one: give such a client none for it.
///
/// Certain that nothing was sent is only a request for which no connection could be made.
#[async_trait]
impl Transport for Client {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let (mut parts, body) = request.into_parts();
        let url = parts.uri.to_string().parse().map_err(|_| {
            TransportError::new(TransportErrorKind::Request, Sent::No).caused_by("its address is no URL")
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

/// Sorts an error of reqwest. Its text is that of the deepest cause: those above it name the step, and may name an address.
fn describe(error: Error) -> TransportError {
    use TransportErrorKind as Kind;
    let error = error.without_url();
    let causes = || std::iter::successors(Some(&error as &(dyn StdError + 'static)), |error| inside(*error));
    let (kind, sent) = if error.is_connect() {
        (if causes().any(is_about_certificate) { Kind::Certificate } else { Kind::Connect }, Sent::No)
    } else if error.is_builder() {
        // With redirects on, the address that cannot be used may be that of a redirect.
        (Kind::Request, Sent::Maybe)
    } else if error.is_timeout() {
        (Kind::Timeout, Sent::Maybe)
    } else {
        (Kind::Interrupted, Sent::Maybe)
    };
    let deepest = causes().last().map(ToString::to_string).unwrap_or_default();
    TransportError::new(kind, sent).caused_by(deepest)
}

/// Returns the cause of an error. What an input/output error was made of is none of its sources.
fn inside<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

/// Returns whether the server's certificate was not accepted: trying again changes nothing then.
#[cfg(feature = "rustls")]
fn is_about_certificate(error: &(dyn StdError + 'static)) -> bool {
    use rustls::Error::{InvalidCertificate, NoCertificatesPresented};
    matches!(error.downcast_ref(), Some(InvalidCertificate(_) | NoCertificatesPresented))
}

#[cfg(not(feature = "rustls"))]
const fn is_about_certificate(_: &(dyn StdError + 'static)) -> bool {
    false
}
