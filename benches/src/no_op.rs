//! A transport without a network.

use async_trait::async_trait;
use entra_ir_core::{Request, Response, Transport, TransportError};

use crate::{answer_body, answer_headers};

/// Answers every request at once with a copy of one answer.
#[derive(Clone, Debug)]
pub struct NoOp {
    answer: Response,
}

impl NoOp {
    /// Answers a `get_user`.
    pub fn user() -> Self {
        let mut answer = Response::new(answer_body());
        *answer.headers_mut() = answer_headers();
        Self { answer }
    }

    /// Answers a `DELETE`.
    pub fn no_content() -> Self {
        let mut answer = Response::new(bytes::Bytes::new());
        *answer.status_mut() = http::StatusCode::NO_CONTENT;
        *answer.headers_mut() = answer_headers();
        answer.headers_mut().remove(http::header::CONTENT_TYPE);
        Self { answer }
    }
}

#[async_trait]
impl Transport for NoOp {
    async fn send(&self, _: Request) -> Result<Response, TransportError> {
        Ok(self.answer.clone())
    }
}
