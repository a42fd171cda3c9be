//! Reads unsuccessful answers: a refusal by Graph, or an answer of an intermediary.

use http::StatusCode;
use serde_json::Value;
use time::OffsetDateTime;

use super::answer::{request_id, retry_after};
use super::header::header;
use super::provenance::{fit, is_by_graph, is_html};
use super::repair::repaired;
use super::{Delivery, Response};
use crate::error::{Error, ErrorDetail, GraphError, NoAnswer, Sent, TransportError, TransportErrorKind};
use crate::spec::OperationSpec;

/// The maximum of entries of `error.details` that are kept.
const MOST_DETAILS: usize = 10;

/// Reads an unsuccessful answer. Whatever the body, this returns an error and never fails.
pub(crate) fn refusal(spec: &'static OperationSpec, response: &Response, now: OffsetDateTime) -> Error {
    if is_by_graph(response) { graph_error(spec, response, now).into() } else { not_graph(spec, response) }
}

/// Creates the error for an answer that Graph did not make. It proves nothing about what Graph did.
pub(crate) fn not_graph(spec: &'static OperationSpec, response: &Response) -> Error {
    let cause = if is_html(response) {
        "an HTML page, as a proxy or a sign-in portal sends"
    } else {
        "the answer has no request-id, which every answer of Graph has"
    };
    let kind = TransportErrorKind::Intermediary(response.status());
    let error = TransportError::new(kind, Sent::Maybe).caused_by(cause);
    let delivery = response.extensions().get::<Delivery>();
    let attempts = delivery.map_or(1, |delivery| delivery.attempts);
    NoAnswer::new(spec, attempts, client_request_id(response), spec.effect.writes(), error).into()
}

/// Reads a refusal of Graph.
pub(crate) fn graph_error(
    spec: &'static OperationSpec,
    response: &Response,
    now: OffsetDateTime,
) -> GraphError {
    let body = body(response);
    // The role service still uses the older envelope.
    let error = body.get("error").or_else(|| body.get("odata.error")).unwrap_or(&Value::Null);
    let (mut inner_code, mut inner_message) = (None, None);
    let mut found = Vec::new();
    details(error, &mut found);
    let mut level = error;
    while let Some(deeper) = level.get("innerError").or_else(|| level.get("innererror")) {
        inner_code = text_of(deeper, "code").or(inner_code);
        inner_message = message_of(deeper).or(inner_message);
        details(deeper, &mut found);
        level = deeper;
    }
    let headers = response.headers();
    let delivery = response.extensions().get::<Delivery>();
    let status = response.status();
    let fit = |text: String| fit(response, &text);
    GraphError {
        status,
        code: text_of(error, "code").map(fit).unwrap_or_default(),
        inner_code: inner_code.map(fit),
        message: message_of(error)
            .filter(|text| !text.is_empty())
            .or(inner_message)
            .map(fit)
            .unwrap_or_default(),
        details: kept(found, fit),
        request_id: request_id(response),
        client_request_id: client_request_id(response),
        date: header(headers, "date").map(|date| fit(date.to_owned())),
        retry_after: retry_after(headers, now),
        operation: spec.id,
        attempts: delivery.map_or(1, |d| d.attempts),
        outcome_unknown: spec.effect.writes()
            && (is_ambiguous(status) || delivery.is_some_and(|d| d.maybe_done)),
        insufficient_claims: headers
            .get_all(http::header::WWW_AUTHENTICATE)
            .iter()
            .any(|v| v.to_str().is_ok_and(|v| v.contains("insufficient_claims"))),
        receipt: None,
        target: None,
        spec,
    }
}

fn body(response: &Response) -> Value {
    let read = serde_json::from_slice(response.body());
    let repaired = || repaired(response.body()).and_then(|text| serde_json::from_str(&text).ok());
    read.ok().or_else(repaired).unwrap_or_default()
}

fn client_request_id(response: &Response) -> Option<String> {
    let sent = response.extensions().get::<Delivery>().and_then(|delivery| delivery.client_request_id);
    let told = || header(response.headers(), "client-request-id").map(|id| fit(response, id));
    sent.map(|id| id.to_string()).or_else(told)
}

/// Reads the message: a text, or in the older envelope an object with it.
fn message_of(error: &Value) -> Option<String> {
    text_of(error, "message").or_else(|| text_of(error.get("message")?, "value"))
}

/// Collects the entries of `details`, nested ones included: a list or a single entry; objects or texts.
fn details(error: &Value, found: &mut Vec<ErrorDetail>) {
    let entries = match error.get("details") {
        Some(Value::Array(entries)) => entries.as_slice(),
        Some(entry @ (Value::Object(_) | Value::String(_))) => std::slice::from_ref(entry),
        _ => &[],
    };
    for entry in entries {
        found.push(ErrorDetail {
            code: text_of(entry, "code").unwrap_or_default(),
            message: message_of(entry).or_else(|| entry.as_str().map(str::to_owned)).unwrap_or_default(),
            target: text_of(entry, "target"),
        });
        details(entry, found);
    }
}

/// Keeps the first entries, made safe to keep, and adds the number of the others.
fn kept(mut found: Vec<ErrorDetail>, fit: impl Fn(String) -> String) -> Vec<ErrorDetail> {
    let beyond = found.len().saturating_sub(MOST_DETAILS);
    found.truncate(MOST_DETAILS);
    for ErrorDetail { code, message, target } in &mut found {
        *code = fit(std::mem::take(code));
        *message = fit(std::mem::take(message));
        *target = target.take().map(&fit);
    }
    if beyond > 0 {
        let message = format!("{beyond} more entries were omitted");
        found.push(ErrorDetail { message, ..ErrorDetail::default() });
    }
    found
}

/// Reads a property that should be a text, and may be a number.
fn text_of(object: &Value, name: &str) -> Option<String> {
    match object.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Returns whether an answer leaves the outcome unknown: one of an intermediary always does.
pub(crate) fn leaves_open(response: &Response) -> bool {
    !is_by_graph(response) || is_ambiguous(response.status())
}

/// Returns whether a status of Graph leaves the outcome unknown. 429 and 503 are refusals before any work;
/// 500, 502 and 504 may come after it. An undocumented success proves nothing.
fn is_ambiguous(status: StatusCode) -> bool {
    let refuses = matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::NOT_IMPLEMENTED);
    status.is_success() || status.is_server_error() && !refuses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Effect, Endpoint, Verb};
    use bytes::Bytes;
    use http::header::HeaderValue;

    static READ: OperationSpec =
        OperationSpec::read("get_user", Endpoint::v1(Verb::Get, "/users/{user}"), &[], &[]);
    static WRITE: OperationSpec =
        OperationSpec::write("block", Endpoint::v1(Verb::Patch, "/users/{user}"), Effect::Contain, &[], &[]);
    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn answer(status: u16, retry: &str, body: &'static str) -> Response {
        let mut response = Response::new(Bytes::from_static(body.as_bytes()));
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        response.headers_mut().insert("request-id", HeaderValue::from_static("a"));
        response.headers_mut().insert("retry-after", HeaderValue::from_str(retry).unwrap());
        response
    }

    #[test]
    fn what_is_not_of_graph_leaves_every_write_open() {
        for status in [301, 302, 400, 401, 403, 404, 407, 408, 429, 451, 499, 500, 501, 503] {
            let mut foreign = answer(status, "1", "<html>");
            let error = refusal(&WRITE, &foreign, NOW);
            assert!(error.outcome_unknown() && !error.is_retryable(), "{status}");
            assert!(error.to_string().contains(&format!("an intermediary answered {status}")), "{error}");
            let read = refusal(&READ, &foreign, NOW);
            assert!(!read.outcome_unknown() && read.as_graph().is_none(), "{status}");
            foreign.headers_mut().remove("request-id");
            *foreign.body_mut() = Bytes::from_static(br#"{"error":{"code":"x","message":"y"}}"#);
            assert!(refusal(&WRITE, &foreign, NOW).outcome_unknown(), "{status}");
            assert!(leaves_open(&foreign));
        }
        for (status, open) in
            [(503, false), (501, false), (429, false), (403, false), (500, true), (504, true)]
        {
            let error = refusal(&WRITE, &answer(status, "1", "{}"), NOW);
            assert_eq!((error.outcome_unknown(), error.as_graph().is_some()), (open, true), "{status}");
        }
    }

    #[test]
    fn details_and_the_older_envelope_are_read() {
        let body = r#"{"error":{"code":"Request_BadRequest","message":"m","details":[{"code":"PasswordBanned","message":"b","target":"password"},7]}}"#;
        let error = graph_error(&READ, &answer(400, "1", body), NOW);
        assert_eq!((error.details.len(), error.details[0].code.as_str()), (2, "PasswordBanned"));
        assert_eq!(error.details[0].target.as_deref(), Some("password"));
        for (body, message) in [
            (r#"{"error":{"code":"c","message":"","innerError":{"message":"deep"}}}"#, "deep"),
            (r#"{"error":{"code":"c","message":"m","details":{"code":"d","message":"one"}}}"#, "m"),
            (
                r#"{"error":{"code":"c","message":"m","innerError":{"details":[{"code":"d","message":"one"}]}}}"#,
                "m",
            ),
            (r#"{"error":{"code":"c","message":"m","details":[{"details":["one"]}]}}"#, "m"),
        ] {
            let error = graph_error(&READ, &answer(400, "1", body), NOW);
            assert_eq!(error.message, message, "{body}");
            assert_eq!(error.details.iter().any(|detail| detail.message == "one"), message == "m", "{body}");
        }
        let many = format!(r#"{{"error":{{"details":[{}7]}}}}"#, r#""x","#.repeat(30));
        let mut long = answer(400, "1", "");
        *long.body_mut() = Bytes::from(many);
        let error = graph_error(&READ, &long, NOW);
        assert_eq!(error.details.len(), MOST_DETAILS + 1);
        assert!(error.details[MOST_DETAILS].message.starts_with("21 more"));
        let old = r#"{"odata.error":{"code":"Request_BadRequest","message":{"lang":"en","value":"Removing self"}}}"#;
        let error = graph_error(&READ, &answer(400, "1", old), NOW);
        assert_eq!((error.code.as_str(), error.message.as_str()), ("Request_BadRequest", "Removing self"));
    }

    #[test]
    fn a_poisoned_message_is_read_all_the_same() {
        let error = graph_error(
            &READ,
            &answer(403, "1", r#"{"error":{"code":"accessDenied","message":"x\ud83d"}}"#),
            NOW,
        );
        assert_eq!((error.code.as_str(), error.message.as_str()), ("accessDenied", "x\u{fffd}"));
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
