//! Identifies the caller of the client's token by asking Graph.

use http::StatusCode;
use serde::Deserialize;
use time::OffsetDateTime;

use super::GraphCall;
use crate::error::Result;
use crate::ids::ObjectId;
use crate::receipt::{WarningKind, Weight};
use crate::spec::{CallerKind, Endpoint, OperationSpec, Verb};
use crate::wire::{Request, RequestBuilder, Response, decode_entity, graph_error};

/// The caller could not be identified.
pub const CALLER_UNKNOWN: WarningKind = WarningKind::new(
    "caller-unknown",
    "the caller could not be identified, so the account may be the caller's own",
    Weight::Harmless,
);

/// The caller of the client's token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Caller {
    /// A signed-in user or an application; `None` if unknown.
    pub kind: Option<CallerKind>,
    /// The signed-in user's object id, if it can be read.
    pub id: Option<ObjectId>,
}

/// Asks Graph for the caller. Tokens are opaque, so this is the documented way.
/// `/me` exists only for a signed-in user; an application gets 400.
#[derive(Debug)]
pub(super) struct IdentifyCaller;

static SPEC: OperationSpec = OperationSpec {
    summary: "Reads the caller's own account.",
    doc: "https://learn.microsoft.com/graph/api/user-get",
    ..OperationSpec::read("identify_caller", Endpoint::v1(Verb::Get, "/me"), &[&["User.Read"]], &[])
};

impl GraphCall for IdentifyCaller {
    type Output = Caller;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(&SPEC).select("id").build()
    }

    /// A 400 with a code is an expected answer.
    fn accepts(&self, response: &Response) -> bool {
        let refusal = graph_error(&SPEC, response, OffsetDateTime::UNIX_EPOCH);
        response.status().is_success()
            || response.status() == StatusCode::BAD_REQUEST && !refusal.code.is_empty()
    }

    fn decode(&self, response: &Response) -> Result<Caller> {
        #[derive(Deserialize)]
        struct Identity {
            id: ObjectId,
        }
        if response.status() == StatusCode::BAD_REQUEST {
            return Ok(Caller { kind: Some(CallerKind::AppOnly), id: None });
        }
        let identity: Identity = decode_entity(&SPEC, response)?;
        Ok(Caller { kind: Some(CallerKind::Delegated), id: Some(identity.id) })
    }
}
