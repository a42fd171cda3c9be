//! A transport without a network.

use async_trait::async_trait;
use entra_ir_core::wire::{Request, Response};
use entra_ir_core::{Transport, TransportError};

use crate::{answer_body, answer_headers, id};

/// Answers every request at once with a copy of one answer.
#[derive(Clone, Debug)]
pub struct NoOp {
    answer: Response,
    any_user: bool,
}

impl NoOp {
    /// Answers a `get_user` of the first account.
    pub fn user() -> Self {
        let mut answer = Response::new(answer_body(&id(0).to_string()));
        *answer.headers_mut() = answer_headers();
        Self { answer, any_user: false }
    }

    /// Answers a `get_user` of any account, which costs the transport one more copy.
    pub fn any_user() -> Self {
        Self { any_user: true, ..Self::user() }
    }

    /// Answers a `DELETE`.
    pub fn no_content() -> Self {
        let mut answer = Response::new(bytes::Bytes::new());
        *answer.status_mut() = http::StatusCode::NO_CONTENT;
        *answer.headers_mut() = answer_headers();
        answer.headers_mut().remove(http::header::CONTENT_TYPE);
        Self { answer, any_user: false }
    }
}

#[async_trait]
impl Transport for NoOp {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let mut answer = self.answer.clone();
        if self.any_user {
            let asked = request.uri().path().rsplit('/').next().unwrap_or_default();
            *answer.body_mut() = answer_body(asked);
        }
        Ok(answer)
    }
}
