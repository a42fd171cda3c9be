//! Builds the tenant's answers: bodies, errors, headers.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue};
use http::{StatusCode, Version};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::simulator::tenant::clock::zoneless;
use crate::wire::Response;

/// The challenge of every 401.
const CHALLENGE: &str =
    "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\"";

/// Makes the challenge that asks for claims.
pub(super) fn claims_challenge(claims: &str) -> String {
    let claims = BASE64_STANDARD.encode(claims);
    format!("{CHALLENGE}, error=\"insufficient_claims\", claims=\"{claims}\"")
}

/// A success, or a refusal with Graph's error body.
pub(super) type Outcome = Result<Answer, Refused>;

#[derive(Debug)]
pub(super) struct Answer {
    status: StatusCode,
    headers: Vec<(HeaderName, String)>,
    body: Option<Value>,
}

impl Answer {
    pub(super) fn json(body: Map<String, Value>) -> Self {
        Self { status: StatusCode::OK, headers: Vec::new(), body: Some(Value::Object(body)) }
    }

    /// Answers with an entity and its context.
    pub(super) fn entity(context: String, entity: Map<String, Value>) -> Self {
        let mut body = Map::new();
        body.insert("@odata.context".into(), context.into());
        body.extend(entity);
        Self::json(body)
    }

    pub(super) fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, headers: Vec::new(), body: None }
    }

    pub(super) fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    pub(super) fn header(mut self, name: HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}

#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    code: &'static str,
    message: String,
    header: Option<(HeaderName, String)>,
    /// What is wrong with the password, as a code.
    detail: Option<&'static str>,
    repeats: bool,
}

impl Refused {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), header: None, detail: None, repeats: false }
    }

    /// Refuses as the directory does.
    pub(super) fn directory(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Request_BadRequest", message)
    }

    /// Refuses as the service for authentication methods does, which repeats its message inside.
    pub(super) fn methods(message: impl Into<String>) -> Self {
        Self { repeats: true, ..Self::new(StatusCode::BAD_REQUEST, "badRequest", message) }
    }

    pub(super) fn denied() -> Self {
        let message = "Insufficient privileges to complete the operation.";
        Self::new(StatusCode::FORBIDDEN, "Authorization_RequestDenied", message)
    }

    pub(super) fn unauthenticated() -> Self {
        Self::unauthorized("Access token is empty.")
    }

    pub(super) fn unauthorized(message: &'static str) -> Self {
        let header = Some((http::header::WWW_AUTHENTICATE, CHALLENGE.to_owned()));
        Self { header, ..Self::new(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message) }
    }

    /// Asks for a token with these claims, which are JSON.
    #[cfg(feature = "oauth")]
    pub(super) fn challenged(claims: &str, message: &'static str) -> Self {
        let header = Some((http::header::WWW_AUTHENTICATE, claims_challenge(claims)));
        Self { header, ..Self::unauthorized(message) }
    }

    /// Refuses because a directory object is missing.
    pub(super) fn no_object(key: &str) -> Self {
        let message = format!(
            "Resource '{key}' does not exist or one of its queried reference-property objects are not present."
        );
        Self::new(StatusCode::NOT_FOUND, "Request_ResourceNotFound", message)
    }

    /// Refuses because a method or operation is missing.
    pub(super) fn gone() -> Self {
        let message = "The requested resource was not found.";
        Self { repeats: true, ..Self::new(StatusCode::NOT_FOUND, "resourceNotFound", message) }
    }

    pub(super) fn no_path(segment: &str) -> Self {
        let message = format!("Resource not found for the segment '{segment}'.");
        Self::new(StatusCode::NOT_FOUND, "ResourceNotFound", message)
    }

    pub(super) fn no_such_method(allowed: String) -> Self {
        let message = "Specified HTTP method is not allowed for the request target.";
        let header = Some((ALLOW, allowed));
        Self { header, ..Self::new(StatusCode::METHOD_NOT_ALLOWED, "Request_BadRequest", message) }
    }

    pub(super) fn with_detail(mut self, code: &'static str) -> Self {
        self.detail = Some(code);
        self
    }

    fn body(self, stamps: &Stamps) -> Value {
        let mut inner = Map::new();
        if self.repeats {
            inner.insert("message".into(), self.message.clone().into());
        }
        inner.insert("date".into(), zoneless(stamps.now).into());
        inner.insert("request-id".into(), stamps.request_id.clone().into());
        inner.insert("client-request-id".into(), stamps.client_request_id.clone().into());
        let mut error = Map::new();
        error.insert("code".into(), self.code.into());
        error.insert("message".into(), self.message.clone().into());
        if let Some(code) = self.detail {
            let detail = json!([{ "code": code, "message": self.message, "target": "password" }]);
            error.insert("details".into(), detail);
        }
        error.insert("innerError".into(), inner.into());
        json!({ "error": error })
    }
}

/// The service that answers: each names its id in a header of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    Graph,
    #[cfg(feature = "oauth")]
    Authority,
}

impl Service {
    const fn id_header(self) -> HeaderName {
        match self {
            Self::Graph => HeaderName::from_static("request-id"),
            #[cfg(feature = "oauth")]
            Self::Authority => HeaderName::from_static("x-ms-request-id"),
        }
    }
}

/// The headers of every answer.
#[derive(Debug)]
pub(super) struct Stamps {
    pub(super) service: Service,
    pub(super) now: OffsetDateTime,
    request_id: String,
    client_request_id: String,
}

impl Stamps {
    pub(super) fn new(service: Service, now: OffsetDateTime, request: &HeaderMap) -> Self {
        let request_id = Uuid::new_v4().to_string();
        let given = request.get("client-request-id").and_then(|id| id.to_str().ok());
        // Without an id from the client the service uses its own.
        let client_request_id = given.map_or_else(|| request_id.clone(), str::to_owned);
        Self { service, now, request_id, client_request_id }
    }

    /// Makes the response.
    pub(super) fn response(&self, outcome: Outcome) -> Response {
        match outcome {
            Ok(Answer { status, headers, body }) => {
                self.assemble(status, headers, body.map(|body| body.to_string()), "application/json")
            }
            Err(mut refused) => {
                let headers = refused.header.take().into_iter().collect();
                let status = refused.status;
                let body = refused.body(self).to_string();
                self.assemble(status, headers, Some(body), "application/json")
            }
        }
    }

    pub(super) fn request_id(&self) -> &str {
        &self.request_id
    }

    pub(super) fn client_request_id(&self) -> &str {
        &self.client_request_id
    }

    /// Builds an answer, with the headers of every answer.
    pub(super) fn assemble(
        &self,
        status: StatusCode,
        headers: Vec<(HeaderName, String)>,
        body: Option<String>,
        content_type: &str,
    ) -> Response {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = status;
        *response.version_mut() = Version::HTTP_2;
        let own = [
            (self.service.id_header(), self.request_id.clone()),
            (HeaderName::from_static("client-request-id"), self.client_request_id.clone()),
            (DATE, httpdate::fmt_http_date(self.now.into())),
        ];
        let content_type = body.is_some().then(|| (CONTENT_TYPE, content_type.to_owned()));
        for (name, value) in own.into_iter().chain(content_type).chain(headers) {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        if let Some(body) = body {
            *response.body_mut() = Bytes::from(body);
        }
        response
    }
}
