//! Answers: headers, entities, and errors, none of them trusted.

use std::time::Duration;

use http::StatusCode;
use http::header::{DATE, HeaderMap, RETRY_AFTER};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;
use time::OffsetDateTime;

use super::{Delivery, Response};
use crate::error::{Error, GraphError, Result};
use crate::spec::OperationSpec;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Endpoint, Verb};
    use bytes::Bytes;
    use http::header::HeaderValue;

    static READ: OperationSpec =
        OperationSpec::read("get_user", Endpoint::v1(Verb::Get, "/users/{user}"), &[], &[]);
    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

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
}
