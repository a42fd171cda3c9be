//! Decodes answers defensively: headers, entities and errors.

use std::time::Duration;

use http::header::{DATE, HeaderMap, RETRY_AFTER};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Response;
use super::header::header;
use super::provenance::{Provenance, fit};
use super::repair::repaired;
use crate::error::{Error, Result};
use crate::spec::OperationSpec;

/// Returns the service's id of the request.
pub(crate) fn request_id(response: &Response) -> Option<String> {
    let id = header(response.headers(), "request-id")?;
    // A GUID cannot quote a secret.
    Some(if Uuid::try_parse(id).is_ok() { id.to_owned() } else { fit(response, id) })
}

/// Returns the answer's own time.
pub(crate) fn server_date(headers: &HeaderMap) -> Option<OffsetDateTime> {
    let date = headers.get(DATE)?.to_str().ok()?;
    httpdate::parse_http_date(date).ok().map(OffsetDateTime::from)
}

/// The cap of a longer wait: an absurd wait counts as very long, not as none.
const LONGEST_WAIT: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Reads `Retry-After`: seconds, a fraction of seconds, or an HTTP date relative to the answer's own `Date`.
/// The service sends fractions such as `2.128`, contrary to RFC 9110.
pub(crate) fn retry_after(headers: &HeaderMap, now: OffsetDateTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        let long = (seconds > 0.0).then_some(LONGEST_WAIT);
        return Duration::try_from_secs_f64(seconds).ok().or(long).map(|wait| wait.min(LONGEST_WAIT));
    }
    let until = OffsetDateTime::from(httpdate::parse_http_date(value).ok()?);
    let wait = until - server_date(headers).unwrap_or(now);
    Some(Duration::try_from(wait).unwrap_or(Duration::ZERO).min(LONGEST_WAIT))
}

/// Decodes an answer's JSON; an error names the place. One invalid value is repaired, so that it does not
/// hide the others.
pub(crate) fn decode<T: DeserializeOwned>(spec: &'static OperationSpec, response: &Response) -> Result<T> {
    decode_noting(spec, response).map(|(value, _)| value)
}

/// Decodes an answer's JSON, and returns whether it had to be repaired.
pub(crate) fn decode_noting<T: DeserializeOwned>(
    spec: &'static OperationSpec,
    response: &Response,
) -> Result<(T, bool)> {
    // Tracking the path costs time: do it only after a failure.
    match serde_json::from_slice(response.body()) {
        Ok(value) => Ok((value, false)),
        Err(error) => decode_repaired(spec, response, error.classify()),
    }
}

#[cold]
fn decode_repaired<T: DeserializeOwned>(
    spec: &'static OperationSpec,
    response: &Response,
    wrong: Category,
) -> Result<(T, bool)> {
    if wrong == Category::Syntax
        && let Some(text) = repaired(response.body())
    {
        tracing::warn!(
            operation = spec.id,
            "the answer contained text that is not valid JSON or Unicode, and was repaired"
        );
        return decode_with_path(spec, response, text.as_bytes()).map(|value| (value, true));
    }
    decode_with_path(spec, response, response.body()).map(|value| (value, false))
}

fn decode_with_path<T: DeserializeOwned>(
    spec: &'static OperationSpec,
    response: &Response,
    body: &[u8],
) -> Result<T> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let result = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        (path, error.into_inner())
    });
    let result = result.and_then(|value| json.end().map(|()| value).map_err(|error| (".".to_owned(), error)));
    result.map_err(|(path, error)| {
        // serde's own text may quote the value; the category and the place are enough.
        let encoding = header(response.headers(), "content-encoding").filter(|kind| *kind != "identity");
        let what = match error.classify() {
            Category::Syntax if encoding.is_some() => "it is compressed, which was not requested",
            Category::Eof => "the document ends too early",
            Category::Syntax | Category::Io => "it is not valid JSON",
            Category::Data => "unexpected type or missing property",
        };
        let reason = format!("{what} (line {}, column {})", error.line(), error.column());
        decode_failure(spec, &fit(response, &path), &reason, Some(response), spec.effect.writes())
    })
}

/// Reads the answer to a write for which Microsoft documents no body, or a body without information.
///
/// # Errors
/// [`Error::Decode`] for any other body: its meaning is unknown.
pub(crate) fn decode_nothing(spec: &'static OperationSpec, response: &Response) -> Result<()> {
    let body = response.body().trim_ascii();
    if body.is_empty() {
        return Ok(());
    }
    let fail = |reason| Err(decode_failure(spec, ".", reason, Some(response), true));
    match serde_json::from_slice::<Map<String, Value>>(body) {
        Ok(shown) if shown.contains_key("error") => fail("it contains an error"),
        Ok(shown) if denies(&shown, response) => fail("it shows a different value from the written one"),
        Ok(shown) if shown.keys().all(|key| key.starts_with('@')) || shown.contains_key("@odata.context") => {
            Ok(())
        }
        _ => fail("it has a body that is not documented for this call"),
    }
}

/// Returns whether an answer shows a different value from the one that the request wrote.
fn denies(shown: &Map<String, Value>, response: &Response) -> bool {
    let sent = response
        .extensions()
        .get::<Provenance>()
        .map(|of| serde_json::from_slice::<Map<String, Value>>(&of.body));
    let Some(Ok(sent)) = sent else { return false };
    let is_plain = |value: &Value| value.is_boolean() || value.is_string() || value.is_number();
    sent.iter()
        .filter(|(_, wrote)| is_plain(wrote))
        .any(|(name, wrote)| shown.get(name).is_some_and(|value| value != wrote))
}

/// Decodes a single entity that must have an id; some of Microsoft's examples wrap one in `{"value": {...}}`.
pub(crate) fn decode_entity<T: DeserializeOwned>(
    spec: &'static OperationSpec,
    response: &Response,
) -> Result<T> {
    decode_entity_noting(spec, response).map(|(entity, _)| entity)
}

/// Decodes such an entity, and returns whether the answer had to be repaired.
pub(crate) fn decode_entity_noting<T: DeserializeOwned>(
    spec: &'static OperationSpec,
    response: &Response,
) -> Result<(T, bool)> {
    match serde_json::from_slice(response.body()) {
        Ok(entity) => Ok((entity, false)),
        Err(_) => decode_wrapped(spec, response),
    }
}

/// Decodes a single entity whose properties are all optional. A wrapped one would decode into an empty one,
/// so that form is tried first.
pub(crate) fn decode_optional<T: DeserializeOwned>(
    spec: &'static OperationSpec,
    response: &Response,
) -> Result<T> {
    let may_be_wrapped = response.body().windows(7).any(|text| text == b"\"value\"");
    if may_be_wrapped {
        decode_wrapped(spec, response).map(|(entity, _)| entity)
    } else {
        decode(spec, response)
    }
}

#[cold]
fn decode_wrapped<T: DeserializeOwned>(
    spec: &'static OperationSpec,
    response: &Response,
) -> Result<(T, bool)> {
    #[derive(Deserialize)]
    struct Wrapped<T> {
        value: T,
    }
    match serde_json::from_slice(response.body()) {
        Ok(Wrapped { value }) => Ok((value, false)),
        Err(_) => decode_noting(spec, response),
    }
}

/// Creates a decode error for an answer.
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
        request_id: response.and_then(request_id),
        accepted,
        next: if accepted {
            spec.if_unknown
        } else {
            "call again; if the error recurs, quote the request-id in a support case with Microsoft"
        },
        receipt: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http::StatusCode;
    use http::header::HeaderValue;

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
        for absurd in ["inf", "1e308", "1e18", "99999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
            assert_eq!(read(absurd), Some(LONGEST_WAIT), "{absurd}");
        }
        for nonsense in ["-3", "soon", "NaN", "-inf"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }
}
