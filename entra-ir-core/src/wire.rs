//! Bytes of the protocol: requests built from a spec, answers read without trust.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use http::{StatusCode, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::{Error, GraphError, Refusal, Result};
use crate::ids::UserRef;
use crate::spec::{Endpoint, OperationSpec};

/// An HTTP request with its whole body.
///
/// Between operation and transport the URI is a path below the Graph endpoint, or an absolute address that Graph itself gave.
pub type Request = http::Request<Bytes>;

/// An HTTP response with its whole body.
pub type Response = http::Response<Bytes>;

/// Says which user a request is about. It stands in the request's extensions, beside the spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target(pub UserRef);

/// Holds what the pipeline learnt while sending. It stands in the response's extensions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// How often the request was sent.
    pub attempts: u32,
    /// The `client-request-id` of all attempts.
    pub client_request_id: Option<Uuid>,
    /// Whether some attempt may have had its effect although its answer did not say so.
    pub maybe_done: bool,
}

/// What may stand unencoded in a path segment: RFC 3986 unreserved, and `@`.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@');

/// What may stand unencoded in a query value: the same, and what OData uses without harm.
const QUERY: &AsciiSet = &SEGMENT.remove(b'$').remove(b',').remove(b'/').remove(b':');

/// Builds requests from the path template of an [`OperationSpec`]: every variable is percent-encoded as one segment, and the spec goes along.
///
/// Variables are filled in the order in which the template has them. Its `Debug` hides the body.
pub struct RequestBuilder {
    spec: &'static OperationSpec,
    method: http::Method,
    /// What is written of the path and the query.
    path: String,
    /// What is left of the template.
    rest: &'static str,
    target: Option<Target>,
    body: Option<Value>,
    /// What is wrong with it.
    wrong: Option<String>,
}

impl std::fmt::Debug for RequestBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { method, path, rest, .. } = self;
        f.debug_struct("RequestBuilder")
            .field("method", method)
            .field("path", path)
            .field("rest", rest)
            .finish_non_exhaustive()
    }
}

impl RequestBuilder {
    /// Starts a request to the spec's own endpoint.
    pub fn new(spec: &'static OperationSpec) -> Self {
        Self::at(spec, &spec.endpoint)
    }

    /// Starts a request of the operation to another endpoint than its main one.
    pub fn at(spec: &'static OperationSpec, endpoint: &Endpoint) -> Self {
        // Nearly every address fits.
        let mut path = String::with_capacity(384);
        path.push('/');
        path.push_str(endpoint.version.segment());
        let method = endpoint.verb.method();
        Self { spec, method, path, rest: endpoint.path, target: None, body: None, wrong: None }
    }

    /// Writes the template up to a variable, and tells whether it has it.
    fn up_to(&mut self, variable: &str) -> bool {
        let Some((before, after)) = self.rest.split_once(variable) else {
            self.wrong = Some(format!("{variable} is not what {:?} needs next", self.rest));
            return false;
        };
        self.path.push_str(before);
        self.rest = after;
        true
    }

    /// Fills `{user}` and marks the request as being about that user.
    ///
    /// A name that begins with `$` is addressed as a quoted key, since Graph takes `/users/$…` for something else.
    pub fn user(mut self, user: &UserRef) -> Self {
        match user {
            UserRef::Name(name) if name.as_str().starts_with('$') => {
                if self.up_to("/{user}") {
                    self.path.push_str("('");
                    self.path.extend(utf8_percent_encode(&name.as_str().replace('\'', "''"), SEGMENT));
                    self.path.push_str("')");
                }
            }
            UserRef::Name(name) => {
                if self.up_to("{user}") {
                    self.path.extend(utf8_percent_encode(name.as_str(), SEGMENT));
                }
            }
            UserRef::Id(id) => {
                if self.up_to("{user}") {
                    let mut buffer = Uuid::encode_buffer();
                    self.path.push_str(id.as_uuid().hyphenated().encode_lower(&mut buffer));
                }
            }
        }
        self.target = Some(Target(user.clone()));
        self
    }

    /// Fills another variable of the template, named with its braces.
    pub fn var(mut self, name: &str, value: &str) -> Self {
        if matches!(value, "" | "." | "..") {
            self.wrong = Some(format!("{value:?} cannot stand in a path"));
        } else if self.up_to(name) {
            self.path.extend(utf8_percent_encode(value, SEGMENT));
        }
        self
    }

    /// Adds an OData query option, when all variables are filled.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.finish_path();
        self.path.push(if self.path.contains('?') { '&' } else { '?' });
        self.path.push_str(name);
        self.path.push('=');
        self.path.extend(utf8_percent_encode(value, QUERY));
        self
    }

    /// Sets a JSON body.
    pub fn json(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    fn finish_path(&mut self) {
        let rest = std::mem::take(&mut self.rest);
        if rest.contains('{') {
            self.wrong = Some(format!("a variable of {rest:?} was not filled"));
        }
        self.path.push_str(rest);
    }

    /// Finishes the request.
    ///
    /// # Errors
    /// [`Error::Refused`] if a variable of the template was not filled, or with what would change the path.
    pub fn build(mut self) -> Result<Request> {
        self.finish_path();
        let refuse = |reason: String| Error::from(Refusal::BadInput { what: "address", reason });
        if let Some(reason) = self.wrong {
            return Err(refuse(reason));
        }
        let uri = Uri::from_maybe_shared(Bytes::from(self.path));
        let body = self.body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
        let mut request = Request::new(body);
        *request.method_mut() = self.method;
        *request.uri_mut() = uri.map_err(|error| refuse(error.to_string()))?;
        if !request.body().is_empty() {
            request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        } else if matches!(*request.method(), http::Method::POST | http::Method::PATCH) {
            // Some proxies answer 411 to a write without a length, and hyper names none for an empty body.
            request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        request.extensions_mut().insert(self.spec);
        if let Some(target) = self.target {
            request.extensions_mut().insert(target);
        }
        Ok(request)
    }
}

/// Builds a request to an address that Graph gave (next page, running operation), kept as it came.
///
/// Its origin is checked where the token is added.
pub(crate) fn follow(spec: &'static OperationSpec, address: &str, target: Option<Target>) -> Result<Request> {
    let uri: Uri =
        address.parse().map_err(|_| decode_failure(spec, "address", "it is no URL", None, false))?;
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = uri;
    request.extensions_mut().insert(spec);
    if let Some(target) = target {
        request.extensions_mut().insert(target);
    }
    Ok(request)
}

/// Returns a header as text, if it is there and readable.
pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Returns the answer's own time.
pub(crate) fn server_date(headers: &HeaderMap) -> Option<OffsetDateTime> {
    let date = headers.get(DATE)?.to_str().ok()?;
    httpdate::parse_http_date(date).ok().map(OffsetDateTime::from)
}

/// Reads `Retry-After`: seconds, a fraction of seconds, or an HTTP date held against the answer's own `Date`.
///
/// The service answers fractions such as `2.128`, against RFC 9110.
pub(crate) fn retry_after(headers: &HeaderMap, now: OffsetDateTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let until = OffsetDateTime::from(httpdate::parse_http_date(value).ok()?);
    let wait = until - server_date(headers).unwrap_or(now);
    Some(Duration::try_from(wait).unwrap_or(Duration::ZERO))
}

/// Decodes an answer's JSON, naming where it fails.
pub(crate) fn decode<T: DeserializeOwned>(spec: &'static OperationSpec, response: &Response) -> Result<T> {
    // The way to the place is only worth its cost when there is something to name.
    serde_json::from_slice(response.body()).or_else(|_| decode_with_path(spec, response))
}

#[cold]
fn decode_with_path<T: DeserializeOwned>(spec: &'static OperationSpec, response: &Response) -> Result<T> {
    let mut json = serde_json::Deserializer::from_slice(response.body());
    let result = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        (path, error.into_inner())
    });
    let result = result.and_then(|value| json.end().map(|()| value).map_err(|error| (".".to_owned(), error)));
    result.map_err(|(path, error)| {
        // serde's own text may quote the value; the category and place are enough.
        let what = match error.classify() {
            Category::Eof => "the document ends too early",
            Category::Syntax | Category::Io => "it is no JSON",
            Category::Data => "unexpected type or missing property",
        };
        let reason = format!("{what} (line {}, column {})", error.line(), error.column());
        decode_failure(spec, &path, &reason, Some(response), spec.effect.writes())
    })
}

/// Decodes a single entity that cannot be without its id; some of Microsoft's examples wrap one in `{"value": {...}}`.
pub(crate) fn decode_entity<T: DeserializeOwned>(
    spec: &'static OperationSpec,
    response: &Response,
) -> Result<T> {
    serde_json::from_slice(response.body()).or_else(|_| decode_wrapped(spec, response))
}

/// Decodes a single entity of which every property is optional: a wrapped one would decode into nothing, so that is tried first.
pub(crate) fn decode_optional<T: DeserializeOwned>(
    spec: &'static OperationSpec,
    response: &Response,
) -> Result<T> {
    let may_be_wrapped = response.body().windows(7).any(|text| text == b"\"value\"");
    if may_be_wrapped { decode_wrapped(spec, response) } else { decode(spec, response) }
}

#[cold]
fn decode_wrapped<T: DeserializeOwned>(spec: &'static OperationSpec, response: &Response) -> Result<T> {
    #[derive(Deserialize)]
    struct Wrapped<T> {
        value: T,
    }
    match serde_json::from_slice(response.body()) {
        Ok(Wrapped { value }) => Ok(value),
        Err(_) => decode(spec, response),
    }
}

/// Makes a decode error for an answer.
pub(crate) fn decode_failure(
    spec: &'static OperationSpec,
    path: &str,
    reason: &str,
    response: Option<&Response>,
    accepted: bool,
) -> Error {
    Error::Decode {
        operation: spec.id,
        path: path.to_owned(),
        reason: reason.to_owned(),
        request_id: response.and_then(|r| header(r.headers(), "request-id")).map(str::to_owned),
        accepted,
        next: if accepted { spec.if_unknown } else { "report the request-id; nothing was changed" },
    }
}

/// Reads a non-2xx answer. Whatever is in the body, this gives an error and never fails.
pub(crate) fn graph_error(
    spec: &'static OperationSpec,
    response: &Response,
    now: OffsetDateTime,
) -> GraphError {
    let body: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    let error = body.get("error").unwrap_or(&Value::Null);
    let mut inner_code = None;
    let mut level = error;
    while let Some(deeper) = level.get("innerError").or_else(|| level.get("innererror")) {
        inner_code = text_of(deeper, "code").or(inner_code);
        level = deeper;
    }
    let headers = response.headers();
    let text = |name| header(headers, name).map(str::to_owned);
    let delivery = response.extensions().get::<Delivery>();
    let status = response.status();
    GraphError {
        status,
        code: text_of(error, "code").unwrap_or_default(),
        inner_code,
        message: text_of(error, "message").unwrap_or_default(),
        request_id: text("request-id"),
        client_request_id: delivery
            .and_then(|d| d.client_request_id)
            .map(|id| id.to_string())
            .or_else(|| text("client-request-id")),
        date: text("date"),
        retry_after: retry_after(headers, now),
        operation: spec.id,
        attempts: delivery.map_or(1, |d| d.attempts),
        outcome_unknown: spec.effect.writes()
            && (is_ambiguous(status) || delivery.is_some_and(|d| d.maybe_done)),
        insufficient_claims: headers
            .get_all(http::header::WWW_AUTHENTICATE)
            .iter()
            .any(|v| v.to_str().is_ok_and(|v| v.contains("insufficient_claims"))),
        spec,
    }
}

/// Reads a property that should be a text, and may be a number.
fn text_of(object: &Value, name: &str) -> Option<String> {
    match object.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Tells whether an answer is a page of something in between: HTML, and not marked by the service.
pub(crate) fn is_foreign_page(response: &Response) -> bool {
    let html = header(response.headers(), "content-type")
        .is_some_and(|kind| kind.trim_start().starts_with("text/html"));
    let markup = response.body().trim_ascii_start().starts_with(b"<");
    (html || markup) && !response.headers().contains_key("request-id")
}

/// Tells whether a status leaves open if the service did what was asked.
///
/// 429 and 503 are refusals before any work; 500, 502 and 504 may come after it.
pub(crate) fn is_ambiguous(status: StatusCode) -> bool {
    status.is_server_error()
        && status != StatusCode::SERVICE_UNAVAILABLE
        && status != StatusCode::NOT_IMPLEMENTED
}

/// Copies a JSON body with every secret masked.
pub(crate) fn masked(body: &[u8]) -> Option<Value> {
    let mut value = serde_json::from_slice(body).ok()?;
    mask(&mut value);
    Some(value)
}

/// Masks every secret in a JSON value.
pub(crate) fn mask(value: &mut Value) {
    match value {
        Value::Object(map) => map.iter_mut().for_each(|(key, value)| {
            if is_secret(key) && !value.is_null() && !value.is_object() {
                *value = Value::from("***");
            } else {
                mask(value);
            }
        }),
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

fn is_secret(key: &str) -> bool {
    const SECRETS: [&str; 7] =
        ["password", "newpassword", "temporaryaccesspass", "secretkey", "code", "rawcontent", "binaryvalue"];
    SECRETS.iter().any(|secret| key.eq_ignore_ascii_case(secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Endpoint, OperationSpec, Verb};

    static READ: OperationSpec =
        OperationSpec::read("get_user", Endpoint::v1(Verb::Get, "/users/{user}"), &[], &[]);
    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn path(user: &str) -> String {
        let user = user.parse().unwrap();
        RequestBuilder::new(&READ).user(&user).build().unwrap().uri().to_string()
    }

    #[test]
    fn user_names_are_one_encoded_segment() {
        assert_eq!(path("adele@contoso.example"), "/v1.0/users/adele@contoso.example");
        assert_eq!(path("a#EXT#@contoso.example"), "/v1.0/users/a%23EXT%23@contoso.example");
        assert_eq!(path("o'neil@contoso.example"), "/v1.0/users/o%27neil@contoso.example");
        assert_eq!(path("a^b@contoso.example"), "/v1.0/users/a%5Eb@contoso.example");
        assert_eq!(path("$s'm@contoso.example"), "/v1.0/users('%24s%27%27m@contoso.example')");
    }

    fn answer(status: u16, retry: &str, body: &'static str) -> Response {
        let mut response = Response::new(Bytes::from_static(body.as_bytes()));
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_str(retry).unwrap());
        response
    }

    #[test]
    fn retry_after_is_understood_in_every_form() {
        let read = |value: &str| retry_after(answer(429, value, "").headers(), NOW);
        assert_eq!(read("2.128"), Some(Duration::from_millis(2128)));
        assert_eq!(read("0.249"), Some(Duration::from_millis(249)));
        assert_eq!(read("17"), Some(Duration::from_secs(17)));
        assert_eq!(read("Thu, 01 Jan 1970 00:01:00 GMT"), Some(Duration::from_secs(60)));
        for nonsense in ["-3", "soon", "NaN", "inf"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn odd_error_bodies_give_an_error_all_the_same() {
        for body in [
            "",
            "<html>bad gateway</html>",
            "[]",
            "{\"error\":null}",
            "{\"error\":{\"code\":null}}",
            "{\"err",
        ] {
            let error = graph_error(&READ, &answer(502, "1", body), NOW);
            assert_eq!((error.status.as_u16(), error.code.as_str()), (502, ""), "{body}");
        }
        let nested =
            r#"{"error":{"code":"","message":"m","innererror":{"code":"a","innerError":{"code":"b"}}}}"#;
        let error = graph_error(&READ, &answer(400, "1", nested), NOW);
        assert_eq!(error.inner_code.as_deref(), Some("b"));
    }

    #[test]
    fn one_odd_property_does_not_lose_the_others() {
        for (body, code, inner) in [
            (r#"{"error":{"code":"badRequest","message":"m","innerError":"text"}}"#, "badRequest", None),
            (r#"{"error":{"code":400,"message":"m","innerError":{"code":7}}}"#, "400", Some("7")),
            (
                r#"{"error":{"code":"c","message":"m","innerError":{"code":"a"},"innererror":{"code":"b"}}}"#,
                "c",
                Some("a"),
            ),
        ] {
            let error = graph_error(&READ, &answer(400, "1", body), NOW);
            assert_eq!(
                (error.code.as_str(), error.message.as_str(), error.inner_code.as_deref()),
                (code, "m", inner),
                "{body}"
            );
        }
    }

    #[test]
    fn secrets_are_masked_at_any_depth() {
        let shown =
            masked(br#"{"passwordProfile":{"password":"hunter2","force":true},"newPassword":"x"}"#).unwrap();
        assert_eq!(
            shown.to_string(),
            r#"{"newPassword":"***","passwordProfile":{"force":true,"password":"***"}}"#
        );
    }
}
