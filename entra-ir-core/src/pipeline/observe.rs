//! Reports each write to an observer, before it is sent and after it was answered or not, and each answer to
//! a read.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

use super::{Stage, spec_of};
use crate::error::{Error, Result};
use crate::receipt::Exchange;
use crate::wire::{Delivery, Request, Response, is_by_graph, request_id, server_date};

/// Follows the requests of a run.
#[async_trait]
pub(crate) trait Observer: fmt::Debug + Send + Sync {
    /// Notes a write that is about to be sent. An error keeps it from being sent.
    async fn before(&self, method: &str, path: &str) -> Result<()>;

    /// Notes the outcome of a write.
    async fn after(&self, exchange: Exchange, outcome_unknown: bool);

    /// Notes the answer to a read, as it came.
    async fn read(&self, operation: &'static str, path: &str, status: u16, answer: &Bytes);
}

/// Names the observer of a request, in its extensions.
#[derive(Clone, Debug)]
pub(crate) struct Observed(pub(crate) Arc<dyn Observer>);

/// The stage: outside retry, so a write that is repeated is announced once.
#[derive(Debug)]
pub(super) struct Observe<S> {
    pub(super) next: S,
}

impl<S: Stage> Stage for Observe<S> {
    async fn send(&self, request: &mut Request) -> Result<Response> {
        let of_request = request.extensions().get::<Observed>().cloned();
        let Some(Observed(observer)) = of_request else { return self.next.send(request).await };
        let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
        let spec = spec_of(request)?;
        if !spec.effect.writes() {
            let response = self.next.send(request).await?;
            observer.read(spec.id, &path, response.status().as_u16(), response.body()).await;
            return Ok(response);
        }
        let id =
            request.headers().get("client-request-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
        observer.before(&method, &path).await?;
        let result = self.next.send(request).await;
        let (response, error) = match &result {
            Ok(response) => (Some(response), None),
            Err(error) => (None, Some(error)),
        };
        let unknown = match (response, error) {
            (Some(response), _) => !is_by_graph(response),
            (None, error) => error.is_some_and(Error::outcome_unknown),
        };
        let mut sent = exchange(method, path, response, error);
        // The answer gets the id only on its way out.
        sent.client_request_id = sent.client_request_id.or(id);
        observer.after(sent, unknown).await;
        result
    }
}

/// Records a write that was sent.
pub(crate) fn exchange(
    method: String,
    path: String,
    response: Option<&Response>,
    error: Option<&Error>,
) -> Exchange {
    let delivery = response.and_then(|response| response.extensions().get::<Delivery>());
    let no_answer = match error {
        Some(Error::Transport(no_answer)) => Some(no_answer),
        _ => None,
    };
    let code = error.and_then(Error::as_graph).map(|graph| graph.code.clone());
    let by_graph = response.filter(|response| is_by_graph(response));
    Exchange {
        method,
        path,
        status: response.map(|response| response.status().as_u16()),
        code: code.filter(|code| !code.is_empty()),
        request_id: by_graph.and_then(request_id),
        client_request_id: delivery
            .and_then(|delivery| delivery.client_request_id)
            .map(|id| id.to_string())
            .or_else(|| no_answer.and_then(|no_answer| no_answer.client_request_id.clone())),
        server_date: by_graph.and_then(|response| server_date(response.headers())),
        attempts: delivery.map_or_else(
            || no_answer.map_or(1, |no_answer| no_answer.attempts),
            |delivery| delivery.attempts,
        ),
        caller: delivery.and_then(|delivery| delivery.caller),
    }
}
