//! Rules for faults between a client and the service.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderName, Method, StatusCode};
use serde_json::json;

#[cfg(feature = "oauth")]
use super::answer::Service;
use super::answer::{Stamps, claims_challenge};
use crate::error::{Sent, TransportError, TransportErrorKind};
#[cfg(feature = "oauth")]
use crate::simulator::authority;
use crate::simulator::tenant::clock::zoneless;
use crate::wire::{Request, Response};

/// Describes a fault: what, where, and how often.
/// By default it applies once, to the next request.
///
/// ```
/// use entra_ir_core::simulator::{Fault, SimulatedTenant};
/// use http::Method;
///
/// let tenant = SimulatedTenant::contoso();
/// tenant.inject(Fault::status(429).retry_after("2.128").on(Method::DELETE, "/fido2Methods/").times(2));
/// tenant.inject(Fault::dropped().after_effect().on(Method::POST, "/temporaryAccessPassMethods"));
/// ```
#[derive(Clone, Debug)]
pub struct Fault {
    kind: Kind,
    headers: Vec<(HeaderName, String)>,
    body: Option<(String, String)>,
    code: Option<String>,
    /// Whether an intermediary answers, so that the answer has no `request-id` of the service.
    is_foreign: bool,
    takes_effect: bool,
    method: Option<Method>,
    path: Option<String>,
    skip: u32,
    times: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Status(StatusCode),
    Dropped,
    NoConnection,
    Truncated,
    Empty,
    Slow(Duration),
}

impl Fault {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            headers: Vec::new(),
            body: None,
            code: None,
            is_foreign: false,
            takes_effect: false,
            method: None,
            path: None,
            skip: 0,
            times: 1,
        }
    }

    /// Answers with this status and a Graph error body, and does nothing. A number that is not an HTTP status
    /// counts as 500.
    pub fn status(status: u16) -> Self {
        Self::new(Kind::Status(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)))
    }

    /// Refuses the token with a claims challenge: 401, or 403 as Conditional Access may. The claims are JSON.
    /// Source: "Claims challenges, claims requests, and client capabilities".
    ///
    /// ```
    /// use entra_ir_core::simulator::{Fault, SimulatedTenant};
    ///
    /// let tenant = SimulatedTenant::contoso();
    /// let claims = r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#;
    /// tenant.inject(Fault::claims_challenge(401, claims)); // once
    /// tenant.inject(Fault::claims_challenge(403, claims).on_path("/authentication/").always());
    /// ```
    pub fn claims_challenge(status: u16, claims: &str) -> Self {
        Self::status(status).header(WWW_AUTHENTICATE, &claims_challenge(claims))
    }

    /// An intermediary between client and service answers instead of the service, with this status and a
    /// small HTML page; the request does not reach the service.
    ///
    /// The answer has no `request-id`, `client-request-id` or `Date` of the service. [`body`](Self::body)
    /// sets another body. With [`after_effect`](Self::after_effect) the request reaches the service, and only
    /// the service's answer is lost. A number that is not an HTTP status counts as 500.
    ///
    /// ```
    /// use entra_ir_core::simulator::{Fault, SimulatedTenant};
    /// use http::Method;
    ///
    /// let tenant = SimulatedTenant::contoso();
    /// tenant.inject(Fault::middlebox(503).after_effect().on_method(Method::PATCH));
    /// tenant.inject(Fault::middlebox(200).body("application/json", r#"{"action":"blocked"}"#));
    /// tenant.inject(Fault::middlebox(403).body("text/plain", "")); // neither body nor content type
    /// ```
    pub fn middlebox(status: u16) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let title = status.canonical_reason().unwrap_or("Blocked");
        let page = format!("<html><body><h1>{title}</h1></body></html>");
        Self { is_foreign: true, ..Self::new(Kind::Status(status)) }.body("text/html", &page)
    }

    /// Answers with this status and an HTML page, as a proxy does: the same as
    /// [`middlebox`](Self::middlebox).
    pub fn html(status: u16) -> Self {
        Self::middlebox(status)
    }

    /// Ends the connection without an answer, and does nothing; the client cannot know that.
    pub fn dropped() -> Self {
        Self::new(Kind::Dropped)
    }

    /// Refuses the connection: the request certainly did not arrive.
    pub fn no_connection() -> Self {
        Self::new(Kind::NoConnection)
    }

    /// Runs the request, and answers with half of the body.
    pub fn truncated() -> Self {
        Self::new(Kind::Truncated)
    }

    /// Runs the request, and answers without a body.
    pub fn empty_body() -> Self {
        Self::new(Kind::Empty)
    }

    /// Waits first, then runs the request and answers. A client that gives up before has changed nothing.
    pub fn slow(time: Duration) -> Self {
        Self::new(Kind::Slow(time))
    }

    /// Runs the request before the fault: then [`dropped`](Self::dropped), a [`status`](Self::status),
    /// [`slow`](Self::slow) and a [`middlebox`](Self::middlebox) leave the outcome unknown.
    pub fn after_effect(mut self) -> Self {
        self.takes_effect = true;
        self
    }

    /// Adds `Retry-After`: seconds, a fraction of seconds, or an HTTP date.
    pub fn retry_after(self, value: &str) -> Self {
        self.header(http::header::RETRY_AFTER, value)
    }

    /// Adds a header to the answer.
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Replaces the body of the answer: the service's error, or the page of a [`middlebox`](Self::middlebox).
    /// An empty one has no type.
    pub fn body(mut self, content_type: &str, body: &str) -> Self {
        self.body = Some((content_type.to_owned(), body.to_owned()));
        self
    }

    /// Sets the code in the Graph error body. By default the status determines it.
    pub fn code(mut self, code: &str) -> Self {
        self.code = Some(code.to_owned());
        self
    }

    /// Limits it to a method, and to addresses with this text in path or query.
    pub fn on(self, method: Method, path: &str) -> Self {
        self.on_method(method).on_path(path)
    }

    /// Limits it to a method.
    pub fn on_method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// Limits it to addresses with this text in path or query.
    pub fn on_path(mut self, path: &str) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    /// Sets the number of requests that it applies to. Default: one.
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Applies it to every request from now on.
    pub fn always(self) -> Self {
        self.times(u32::MAX)
    }

    /// Skips the first matching requests.
    pub fn after(mut self, spared: u32) -> Self {
        self.skip = spared;
        self
    }

    /// Returns whether the request reaches the service at all.
    pub(super) fn arrives(&self) -> bool {
        self.kind != Kind::NoConnection
    }

    /// Returns whether the service runs the request.
    pub(super) fn takes_effect(&self) -> bool {
        self.takes_effect || matches!(self.kind, Kind::Truncated | Kind::Empty | Kind::Slow(_))
    }

    /// Returns how long it waits before the service does anything, and how long after.
    pub(crate) fn waits(&self) -> (Duration, Duration) {
        match self.kind {
            Kind::Slow(time) if self.takes_effect => (Duration::ZERO, time),
            Kind::Slow(time) => (time, Duration::ZERO),
            _ => (Duration::ZERO, Duration::ZERO),
        }
    }

    /// Turns the service's own answer, if there is one, into what the client gets.
    pub(super) fn apply(&self, stamps: &Stamps, own: Option<Response>) -> Result<Response, TransportError> {
        let mut response = match (self.kind, own) {
            (Kind::Dropped, _) => {
                return Err(TransportError::new(TransportErrorKind::Interrupted, Sent::Maybe));
            }
            (Kind::NoConnection, _) => {
                return Err(TransportError::new(TransportErrorKind::Connect, Sent::No));
            }
            (Kind::Status(status), _) => self.error(status, stamps),
            (Kind::Truncated, Some(mut response)) => {
                let half = response.body().len() / 2;
                response.body_mut().truncate(half);
                response
            }
            (Kind::Empty, Some(mut response)) => {
                response.body_mut().clear();
                response
            }
            (Kind::Slow(_), Some(response)) => response,
            // What takes effect has an answer of its own.
            (Kind::Truncated | Kind::Empty | Kind::Slow(_), None) => {
                self.error(StatusCode::INTERNAL_SERVER_ERROR, stamps)
            }
        };
        for (name, value) in &self.headers {
            if let Ok(value) = value.parse() {
                response.headers_mut().append(name, value);
            }
        }
        Ok(response)
    }

    fn error(&self, status: StatusCode, stamps: &Stamps) -> Response {
        if let Some((content_type, body)) = &self.body {
            return if self.is_foreign {
                foreign(status, content_type, body)
            } else {
                let body = Some(body.clone()).filter(|body| !body.is_empty());
                stamps.assemble(status, Vec::new(), body, content_type)
            };
        }
        #[cfg(feature = "oauth")]
        if stamps.service == Service::Authority {
            let (trace, correlation) = (stamps.request_id(), stamps.client_request_id());
            let body = authority::unavailable(status, stamps.now, trace, correlation);
            let body = (!status.is_success()).then(|| body.to_string());
            return stamps.assemble(status, Vec::new(), body, "application/json; charset=utf-8");
        }
        let (code, message) = match status.as_u16() {
            401 => ("InvalidAuthenticationToken", "Access token has expired or is not yet valid."),
            403 => ("Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
            404 => ("Request_ResourceNotFound", "The resource does not exist."),
            409 => ("Directory_ConcurrencyViolation", "The object was changed by somebody else."),
            429 => ("TooManyRequests", "Too many requests."),
            503 => ("serviceNotAvailable", "The service is not available."),
            400..=499 => ("BadRequest", "The request is not acceptable."),
            _ => ("generalException", "An unspecified error has occurred."),
        };
        let code = self.code.as_deref().unwrap_or(code);
        let inner = json!({
            "date": zoneless(stamps.now),
            "request-id": stamps.request_id(),
            "client-request-id": stamps.client_request_id(),
        });
        let body = json!({ "error": { "code": code, "message": message, "innerError": inner } });
        // A fault with a success status has no error text.
        let body = (!status.is_success()).then(|| body.to_string());
        stamps.assemble(status, Vec::new(), body, "application/json")
    }
}

/// Builds an answer without the headers of the service.
fn foreign(status: StatusCode, content_type: &str, body: &str) -> Response {
    let mut response = Response::new(Bytes::copy_from_slice(body.as_bytes()));
    *response.status_mut() = status;
    if let Some(value) = content_type.parse().ok().filter(|_| !body.is_empty()) {
        response.headers_mut().insert(CONTENT_TYPE, value);
    }
    response
}

/// A pending fault.
#[derive(Clone, Debug)]
pub(crate) struct Armed {
    fault: Fault,
    skip: u32,
    left: u32,
}

impl Armed {
    pub(crate) fn new(fault: Fault) -> Self {
        Self { skip: fault.skip, left: fault.times, fault }
    }

    fn fits(&self, request: &Request) -> bool {
        let address = request.uri().path_and_query().map_or("", |address| address.as_str());
        self.left > 0
            && self.fault.method.as_ref().is_none_or(|method| method == request.method())
            && self.fault.path.as_ref().is_none_or(|path| address.contains(path.as_str()))
    }

    /// Returns the fault if it applies to this request.
    fn strike(&mut self, request: &Request) -> Option<Fault> {
        if !self.fits(request) {
            return None;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        if self.left < u32::MAX {
            self.left -= 1;
        }
        Some(self.fault.clone())
    }

    /// Returns the first fault that applies to this request, and removes used-up faults.
    pub(super) fn first(armed: &mut Vec<Self>, request: &Request) -> Option<Fault> {
        let struck = armed.iter_mut().find_map(|armed| armed.strike(request));
        armed.retain(|armed| armed.left > 0);
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn request(method: Method, uri: &str) -> Request {
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = method;
        *request.uri_mut() = uri.parse().unwrap();
        request
    }

    #[test]
    fn a_fault_befalls_what_it_fits_as_often_as_it_says() {
        let mut armed = vec![Armed::new(Fault::status(503).on(Method::GET, "/methods").after(1).times(2))];
        let get =
            request(Method::GET, "https://graph.microsoft.com/v1.0/users/x/authentication/methods?$top=1");
        let delete =
            request(Method::DELETE, "https://graph.microsoft.com/v1.0/users/x/authentication/methods");
        assert!(Armed::first(&mut armed, &delete).is_none());
        let struck: Vec<bool> = (0..4).map(|_| Armed::first(&mut armed, &get).is_some()).collect();
        assert_eq!(struck, [false, true, true, false]);
        assert!(armed.is_empty());
    }
}
