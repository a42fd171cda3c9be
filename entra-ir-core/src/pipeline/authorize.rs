//! Adds the origin and the token, and sends.

use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, USER_AGENT};
use http::{HeaderValue, StatusCode, Uri};

use super::{Stage, spec_of};
use crate::auth::{Callers, Credential, claims_challenge};
use crate::error::{Error, NoAnswer, Result, Sent, TransportError, TransportErrorKind};
use crate::origin::Origin;
use crate::spec::{Idempotency, OperationSpec};
use crate::transport::Transport;
use crate::wire::{Delivery, Provenance, Request, Response, header, is_by_graph};

/// The last stage: the token goes only to the configured origin.
#[derive(Debug)]
pub(super) struct Authorize {
    pub(super) origin: Origin,
    pub(super) callers: Arc<Callers>,
    pub(super) user_agent: HeaderValue,
    pub(super) timeout: Duration,
    /// Whether an answer without `request-id` counts as Graph's: for a substitute on this machine.
    pub(super) trusts_unmarked: bool,
    pub(super) transport: Arc<dyn Transport>,
}

impl Stage for Authorize {
    async fn send(&self, request: &mut Request) -> Result<Response> {
        let uri = self.origin.resolve(request.uri())?;
        let spec = spec_of(request)?;
        let chosen = self.callers.choose(spec).await;
        let response = self.send_as(chosen, spec, request, &uri).await?;
        // Graph's own 403 proves that nothing was done.
        let denied = response.status() == StatusCode::FORBIDDEN && is_by_graph(&response);
        let Some(other) = self.callers.other(chosen, spec).filter(|_| denied) else { return Ok(response) };
        match self.send_as(other, spec, request, &uri).await {
            Ok(second) if second.status() == StatusCode::FORBIDDEN && is_by_graph(&second) => Ok(response),
            // Without a token nothing more was sent, unless a challenge by somebody else came between.
            Err(error @ Error::Auth { .. }) if !error.outcome_unknown() => Ok(response),
            second => second,
        }
    }
}

impl Authorize {
    /// Sends with the token of one credential. A challenge is met once.
    async fn send_as(
        &self,
        credential: &Credential,
        spec: &'static OperationSpec,
        request: &Request,
        uri: &Uri,
    ) -> Result<Response> {
        let token = credential.tokens.header().await?;
        let mut response = self.attempt(request, uri, token.clone()).await?;
        self.sign(&mut response, credential);
        let claims = claims_challenge(response.headers());
        // Conditional access answers 403 with claims.
        let challenged = match response.status() {
            StatusCode::UNAUTHORIZED => true,
            StatusCode::FORBIDDEN => claims.is_some(),
            _ => false,
        };
        if !challenged {
            return Ok(response);
        }
        // Only Graph's own answer proves that a write was not done.
        let left_open = spec.effect.writes() && !is_by_graph(&response);
        if left_open && spec.idempotency == Idempotency::Once {
            return Ok(response);
        }
        // Renew and replay once: a second challenge goes to the caller.
        let renewed = match credential.tokens.renewed(&token, claims.clone()).await {
            Ok(renewed) if renewed != token => renewed,
            Err(error) if claims.is_some() => return Err(if left_open { maybe_done(error) } else { error }),
            _ => return Ok(response),
        };
        match self.attempt(request, uri, renewed).await {
            Ok(mut response) => {
                self.sign(&mut response, credential);
                response.extensions_mut().get_or_insert_with(Delivery::default).maybe_done = left_open;
                Ok(response)
            }
            Err(error) => Err(if left_open { maybe_done(error) } else { error }),
        }
    }

    /// Notes who sent it, if the client has credentials of both kinds.
    fn sign(&self, response: &mut Response, credential: &Credential) {
        if let Some(caller) = self.callers.named(credential) {
            response.extensions_mut().get_or_insert_with(Delivery::default).caller = Some(caller);
        }
    }

    async fn attempt(&self, request: &Request, uri: &Uri, token: HeaderValue) -> Result<Response> {
        // Reserve for three headers here and one in the transport: a clone's map would have to grow.
        let mut outgoing = Request::new(request.body().clone());
        outgoing.method_mut().clone_from(request.method());
        outgoing.uri_mut().clone_from(uri);
        outgoing.extensions_mut().clone_from(request.extensions());
        let headers = outgoing.headers_mut();
        headers.reserve(request.headers().len() + 4);
        headers.extend(request.headers().iter().map(|(name, value)| (name.clone(), value.clone())));
        headers.insert(AUTHORIZATION, token.clone());
        headers.insert(USER_AGENT, self.user_agent.clone());
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        match self.deliver(outgoing).await {
            Ok(mut response) => {
                let body = request.body().clone();
                response.extensions_mut().insert(Provenance::new(token, body, self.trusts_unmarked));
                Ok(response)
            }
            Err(error) => {
                let spec = spec_of(request)?;
                let unknown = spec.effect.writes() && error.sent == Sent::Maybe;
                let id = header(request.headers(), "client-request-id").map(str::to_owned);
                Err(NoAnswer::new(spec, 1, id, unknown, error).into())
            }
        }
    }

    /// Waits for the request's turn, then gives the attempt its time.
    async fn deliver(&self, request: Request) -> Result<Response, TransportError> {
        // Dereference the `Arc`: its blanket implementation would box the futures twice.
        let transport = &*self.transport;
        let _permit = transport.ready(&request).await?;
        match tokio::time::timeout(self.timeout, transport.send(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(TransportError::new(TransportErrorKind::Timeout, Sent::Maybe)),
        }
    }
}

/// Marks the error: an attempt before the failed one may have done the write.
fn maybe_done(mut error: Error) -> Error {
    match &mut error {
        Error::Transport(no_answer) => no_answer.outcome_unknown = true,
        Error::Auth(error) => error.outcome_unknown = true,
        _ => {}
    }
    error
}
