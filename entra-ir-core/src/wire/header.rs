//! Headers of an answer.

use http::HeaderMap;

/// Returns a header as text, if it is present and readable.
pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
