//! The wire format: requests built from a spec, responses parsed defensively.

mod answer;
mod header;
mod provenance;
mod refused;
mod repair;
mod request;
mod secrets;

pub(crate) use answer::{
    decode, decode_entity, decode_entity_noting, decode_failure, decode_nothing, decode_noting,
    decode_optional, request_id, retry_after, server_date,
};
pub(crate) use header::header;
pub(crate) use provenance::{Provenance, fit, is_by_graph, is_html, quotes_request, without_secrets};
pub(crate) use refused::{graph_error, leaves_open, not_graph, refusal};
pub use request::RequestBuilder;
pub(crate) use request::{follow, is_same_place, readdress, rename};
pub(crate) use secrets::{mask, masked};

use std::sync::Arc;

use bytes::Bytes;
use uuid::Uuid;

use crate::spec::CallerKind;
use crate::target::Target;

/// An HTTP request with its whole body. Between operation and transport the URI is a path below the Graph
/// endpoint, or an absolute address from Graph itself.
pub type Request = http::Request<Bytes>;

/// An HTTP response with its whole body.
pub type Response = http::Response<Bytes>;

/// The targets of a request, the main one first. They are in the request's extensions, beside the spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets(Arc<[Target]>);

impl Targets {
    /// Returns the targets.
    pub fn as_slice(&self) -> &[Target] {
        &self.0
    }

    /// Returns the main target; `None` if there is none.
    pub fn main(&self) -> Option<&Target> {
        self.0.first()
    }
}

impl FromIterator<Target> for Targets {
    fn from_iter<I: IntoIterator<Item = Target>>(targets: I) -> Self {
        Self(targets.into_iter().collect())
    }
}

/// Holds what the pipeline learnt while sending. It is in the response's extensions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// How often the request was sent.
    pub attempts: u32,
    /// The `client-request-id` of all attempts.
    pub client_request_id: Option<Uuid>,
    /// Whether an attempt may have had its effect although its answer did not show it.
    pub maybe_done: bool,
    /// The kind of caller that sent it, if the client has credentials of both.
    pub caller: Option<CallerKind>,
}
