//! The log of requests and answers.

use std::fmt;

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use http::{Method, StatusCode, Uri};
use serde_json::{Map, Value, json};

#[cfg(feature = "oauth")]
use crate::simulator::authority;
use crate::wire::{Request, Response};

/// Holds one request that arrived at a simulated tenant, and its answer.
///
/// The token is not kept, nor are the secrets in requests to the token endpoint and in its answers. Graph's
/// bodies are, with their secrets; `Debug` does not show them.
#[derive(Clone)]
pub struct RecordedExchange {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
    answer: Option<RecordedAnswer>,
}

#[derive(Clone)]
struct RecordedAnswer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl RecordedExchange {
    fn of(request: &Request) -> Self {
        let mut headers = request.headers().clone();
        if let Some(value) = headers.get_mut(AUTHORIZATION) {
            let bearer =
                value.as_bytes().get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer "));
            *value = HeaderValue::from_static(if bearer { "Bearer ***" } else { "***" });
        }
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers,
            body: kept(request.uri(), request.body()),
            answer: None,
        }
    }

    /// Returns the request's method.
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the request's whole address.
    pub const fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Returns the request's headers; `Authorization` shows its scheme only.
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the request's body, secrets included.
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// Returns the answer's status; `None` if the client got no answer.
    pub fn status(&self) -> Option<StatusCode> {
        self.answer.as_ref().map(|answer| answer.status)
    }

    /// Returns the answer's headers; `None` if the client got no answer.
    pub fn answer_headers(&self) -> Option<&HeaderMap> {
        self.answer.as_ref().map(|answer| &answer.headers)
    }

    /// Returns the answer's body, secrets included; `None` if the client got no answer.
    pub fn answer_body(&self) -> Option<&Bytes> {
        self.answer.as_ref().map(|answer| &answer.body)
    }

    /// Writes the exchange as conformance checkers of this project read it, bodies with their secrets
    /// included.
    pub fn to_json(&self) -> Value {
        let answer = self.answer.as_ref();
        json!({
            "method": self.method.as_str(),
            "url": self.uri.to_string(),
            "request_headers": headers(&self.headers),
            "request_body": body(&self.body),
            "status": answer.map(|answer| answer.status.as_u16()),
            "response_headers": answer.map(|answer| headers(&answer.headers)),
            "response_body": answer.map(|answer| body(&answer.body)),
        })
    }
}

/// Returns what is kept of a body.
#[cfg_attr(not(feature = "oauth"), expect(unused_variables, reason = "Graph alone is simulated"))]
fn kept(uri: &Uri, body: &Bytes) -> Bytes {
    #[cfg(feature = "oauth")]
    if authority::is_for(uri) {
        return authority::without_secrets(body).into();
    }
    body.clone()
}

fn headers(map: &HeaderMap) -> Value {
    let mut object = Map::new();
    for name in map.keys() {
        let values: Vec<_> = map.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
        object.insert(name.to_string(), values.join(", ").into());
    }
    object.into()
}

fn body(bytes: &Bytes) -> Value {
    if bytes.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into())
}

// Bodies hold passwords and passes, headers the token.
impl fmt::Debug for RecordedExchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedExchange")
            .field("method", &self.method)
            .field("uri", &self.uri)
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}

/// Names an entry of the log, also after others were cleared.
#[derive(Clone, Copy)]
pub(crate) struct Entry(u64);

#[derive(Clone, Default)]
pub(crate) struct Log {
    entries: Vec<RecordedExchange>,
    /// How many entries were ever cleared.
    cleared: u64,
    requests: usize,
    pub(crate) is_off: bool,
}

impl Log {
    /// Records a request when it arrives, since its answer may never be awaited.
    pub(crate) fn arrived(&mut self, request: &Request) -> Option<Entry> {
        self.requests += 1;
        if self.is_off {
            return None;
        }
        self.entries.push(RecordedExchange::of(request));
        Some(Entry(self.cleared + self.entries.len() as u64 - 1))
    }

    pub(crate) fn answered(&mut self, entry: Option<Entry>, response: &Response) {
        let Some(Entry(number)) = entry else { return };
        let index = number.checked_sub(self.cleared).and_then(|index| usize::try_from(index).ok());
        if let Some(exchange) = index.and_then(|index| self.entries.get_mut(index)) {
            exchange.answer = Some(RecordedAnswer {
                status: response.status(),
                headers: response.headers().clone(),
                body: kept(&exchange.uri, response.body()),
            });
        }
    }

    pub(crate) fn entries(&self) -> Vec<RecordedExchange> {
        self.entries.clone()
    }

    pub(crate) const fn requests(&self) -> usize {
        self.requests
    }

    pub(crate) fn clear(&mut self) {
        self.cleared += self.entries.len() as u64;
        self.entries.clear();
        self.requests = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exchange_shows_no_secret_unless_asked_for_its_body() {
        let mut log = Log::default();
        let mut request = Request::new(Bytes::from_static(br#"{"newPassword":"s3cret"}"#));
        request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_static("Bearer t0ken"));
        let first = log.arrived(&request);
        log.clear();
        let second = log.arrived(&request);
        log.answered(first, &Response::new(Bytes::from_static(b"for nobody")));
        log.answered(second, &Response::new(Bytes::from_static(b"<html>")));
        let [exchange] = &log.entries()[..] else { panic!("one entry") };
        let (shown, json) = (format!("{exchange:?}"), exchange.to_json().to_string());
        assert!(!shown.contains("s3cret") && !shown.contains("t0ken") && !json.contains("t0ken"));
        assert_eq!(exchange.to_json()["request_body"]["newPassword"], "s3cret");
        assert_eq!(exchange.to_json()["response_body"], "<html>");
    }
}
