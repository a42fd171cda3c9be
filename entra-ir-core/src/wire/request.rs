//! Builds requests from a spec's path template, or to an address from Graph.

use bytes::Bytes;
use http::Uri;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::Value;
use uuid::Uuid;

use super::{Request, Targets, decode_failure};
use crate::error::{Error, Refusal, Result};
use crate::ids::{ObjectId, UserRef};
use crate::spec::{Endpoint, OperationSpec};
use crate::target::Target;

/// Characters that stay unencoded in a path segment: RFC 3986 unreserved, and `@`.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@');

/// Characters that stay unencoded in a query value: the same, and those that OData uses safely.
const QUERY: &AsciiSet = &SEGMENT.remove(b'$').remove(b',').remove(b'/').remove(b':');

/// Builds requests from the path template of an [`OperationSpec`]: every variable is percent-encoded as one
/// segment, and the request carries the spec. Fill the variables in the order of the template. Its `Debug`
/// hides the body.
pub struct RequestBuilder {
    spec: &'static OperationSpec,
    method: http::Method,
    /// The path and the query so far.
    path: String,
    /// The rest of the template.
    rest: &'static str,
    targets: Vec<Target>,
    body: Option<Value>,
    /// The first mistake.
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
        Self { spec, method, path, rest: endpoint.path, targets: Vec::new(), body: None, wrong: None }
    }

    /// Writes the template up to a variable, and returns whether the variable comes next.
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
    /// A name that begins with `$` is addressed as a quoted key, since Graph takes `/users/$…` for something
    /// else.
    pub fn user(mut self, user: &UserRef) -> Self {
        if self.up_to("/{user}") {
            write_user(&mut self.path, user);
        }
        self.about(Target::from(user))
    }

    /// Marks the request as being about something: what its path names by another variable than `{user}`, or
    /// an id in its body. The first one that is named is the main target.
    pub fn about(mut self, target: Target) -> Self {
        self.targets.push(target);
        self
    }

    /// Fills another variable of the template, named with its braces.
    pub fn var(mut self, name: &str, value: &str) -> Self {
        if matches!(value, "" | "." | "..") {
            self.wrong = Some(format!("{value:?} is not valid in a path"));
        } else if self.up_to(name) {
            self.path.extend(utf8_percent_encode(value, SEGMENT));
        }
        self
    }

    /// Adds an OData query option; all variables must be filled before.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.finish_path();
        self.path.push(if self.path.contains('?') { '&' } else { '?' });
        self.path.push_str(name);
        self.path.push('=');
        self.path.extend(utf8_percent_encode(value, QUERY));
        self
    }

    /// Selects these properties, whose names need no encoding.
    pub(crate) fn select(mut self, properties: &'static str) -> Self {
        self.finish_path();
        self.path.push(if self.path.contains('?') { '&' } else { '?' });
        self.path.push_str("$select=");
        self.path.push_str(properties);
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
    /// [`Error::Refused`] if a variable of the template was not filled, or its value would change the path.
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
            // Some proxies answer 411 to a write without a length, and hyper sends none for an empty body.
            request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        request.extensions_mut().insert(self.spec);
        if !self.targets.is_empty() {
            request.extensions_mut().insert(self.targets.into_iter().collect::<Targets>());
        }
        Ok(request)
    }
}

/// Writes the segment that names a user, with the slash before it if there is one.
fn write_user(path: &mut String, user: &UserRef) {
    match user {
        UserRef::Name(name) if name.as_str().starts_with('$') => {
            path.push_str("('");
            path.extend(utf8_percent_encode(&name.as_str().replace('\'', "''"), SEGMENT));
            path.push_str("')");
        }
        UserRef::Name(name) => {
            path.push('/');
            path.extend(utf8_percent_encode(name.as_str(), SEGMENT));
        }
        UserRef::Id(id) => {
            let mut buffer = Uuid::encode_buffer();
            path.push('/');
            path.push_str(id.as_uuid().hyphenated().encode_lower(&mut buffer));
        }
    }
}

/// Replaces the user name in a request by the object id, so that an account cannot be renamed between look-up
/// and write.
///
/// # Errors
/// [`Error::Refused`] if its path does not contain the name.
pub(crate) fn readdress(request: &mut Request, user: &UserRef, id: ObjectId) -> Result<()> {
    let (mut named, mut by_id) = ("/users".to_owned(), "/users".to_owned());
    write_user(&mut named, user);
    write_user(&mut by_id, &UserRef::Id(id));
    let refuse =
        || Error::from(Refusal::BadInput { what: "address", reason: "it does not name the user".into() });
    let address = request.uri().to_string();
    let (before, after) = address.split_once(&named).ok_or_else(refuse)?;
    if !matches!(after.chars().next(), None | Some('/' | '?')) {
        return Err(refuse());
    }
    *request.uri_mut() = format!("{before}{by_id}{after}").parse().map_err(|_| refuse())?;
    rename(request, user, id);
    Ok(())
}

/// Lets the targets of a request name a user by object id.
pub(crate) fn rename(request: &mut Request, user: &UserRef, id: ObjectId) {
    if let Some(targets) = request.extensions_mut().get_mut::<Targets>() {
        *targets = targets.as_slice().iter().map(|target| target.with_id(user, id)).collect();
    }
}

/// Builds a request to an unchanged address from Graph (next page, running operation).
/// The stage that adds the token checks its origin.
pub(crate) fn follow(
    spec: &'static OperationSpec,
    address: &str,
    targets: Option<Targets>,
) -> Result<Request> {
    let uri: Uri =
        address.parse().map_err(|_| decode_failure(spec, "address", "it is not a valid URL", None, false))?;
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = uri;
    request.extensions_mut().insert(spec);
    if let Some(targets) = targets {
        request.extensions_mut().insert(targets);
    }
    Ok(request)
}

/// Returns whether an address from Graph names the requested resource, whatever its spelling. It may have the
/// object id of a user who was requested by name, and the tenant after the version, as in recorded next
/// links.
pub(crate) fn is_same_place(asked: &Uri, told: &Uri) -> bool {
    let (asked, mut told) = (segments(asked.path()), segments(told.path()));
    if told.len() == asked.len() + 1 && told.len() > 2 {
        told.remove(2);
    }
    let same = |at: usize| {
        let is_user = at > 0 && asked[at - 1] == "users";
        let by_name = is_user && asked[at].parse::<ObjectId>().is_err();
        asked[at] == told[at] || by_name && told[at].parse::<ObjectId>().is_ok()
    };
    asked.len() == told.len() && (0..asked.len()).all(same)
}

/// Splits a path, `users('x')` like `users/x`, without case and encoding.
fn segments(path: &str) -> Vec<String> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().to_lowercase();
    let split = |part: &str| {
        let part = decode(part);
        match part.strip_suffix("')").and_then(|part| part.split_once("('")) {
            Some((collection, key)) => vec![collection.to_owned(), key.replace("''", "'")],
            None => vec![part],
        }
    };
    path.split('/').flat_map(split).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Verb;

    #[test]
    fn one_place_has_many_spellings() {
        let same = |asked: &str, told: &str| is_same_place(&asked.parse().unwrap(), &told.parse().unwrap());
        let id = "3b41c05e-73a1-43b7-86d7-ed8409f55900";
        let methods = format!("/v1.0/users/{id}/authentication/methods");
        for told in [
            format!("https://graph.microsoft.com/v1.0/users/{id}/authentication/methods?$skiptoken=x"),
            format!("/v1.0/users('{id}')/authentication/methods"),
            format!("/v1.0/0ddb0000-0000-4000-8000-000000000000/users/{id}/authentication/methods"),
            format!("/v1.0/Users/{}/authentication/%6Dethods", id.to_uppercase()),
        ] {
            assert!(same(&methods, &told), "{told}");
        }
        assert!(same("/v1.0/users/adele%40contoso.example/x", "/v1.0/users/adele@contoso.example/x"));
        assert!(same("/v1.0/users/adele@contoso.example/x", &format!("/v1.0/users/{id}/x")));
        for told in [
            "/v1.0/users/0ddb0000-0000-4000-8000-000000000000/authentication/methods".to_owned(),
            "/v1.0/users/olga@contoso.example/authentication/methods".to_owned(),
            format!("/v1.0/users/{id}/authentication/phoneMethods"),
            format!("/beta/users/{id}/authentication/methods"),
            format!("/beta/tenant/users/{id}/authentication/methods"),
            format!("/v1.0/users/{id}/authentication/methods/x"),
            format!("/v1.0/users/{id}/authentication"),
            "/v1.0/groups".to_owned(),
        ] {
            assert!(!same(&methods, &told), "{told}");
        }
        assert!(!same("/v1.0/users/adele@contoso.example/x", "/v1.0/users/olga@contoso.example/x"));
    }

    static READ: OperationSpec =
        OperationSpec::read("get_user", Endpoint::v1(Verb::Get, "/users/{user}"), &[], &[]);

    static METHODS: OperationSpec = OperationSpec::read(
        "list",
        Endpoint::v1(Verb::Get, "/users/{user}/authentication/methods"),
        &[],
        &[],
    );

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

    #[test]
    fn a_name_gives_way_to_the_id() {
        let id: ObjectId = "3b41c05e-73a1-43b7-86d7-ed8409f55900".parse().unwrap();
        for name in ["adele@contoso.example", "a#EXT#@contoso.example", "$s'm@contoso.example"] {
            let user: UserRef = name.parse().unwrap();
            let mut request = RequestBuilder::new(&METHODS).user(&user).build().unwrap();
            readdress(&mut request, &user, id).unwrap();
            assert_eq!(request.uri().to_string(), format!("/v1.0/users/{id}/authentication/methods"));
            assert_eq!(request.extensions().get::<Targets>().unwrap().as_slice(), [Target::from(id)]);
            assert!(readdress(&mut request, &user, id).is_err(), "{name}");
        }
    }
}
