//! Who made an answer, and what of the request it may quote.

use bytes::Bytes;
use http::HeaderValue;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::secrets::{MASK, collect};
use super::{Response, header};
use crate::text::{cut, without_tokens};

/// Shorter texts are words that may stand anywhere, and no secrets of ours.
const SHORTEST_SECRET: usize = 8;

/// A beginning of a token that is long enough to be nothing else.
const TOKEN_START: usize = 16;

/// What the last stage notes on each answer: the secrets that went with the request, and whether an answer without a mark is trusted.
#[derive(Clone)]
pub(crate) struct Provenance {
    pub(crate) token: HeaderValue,
    pub(crate) body: Bytes,
    pub(crate) trusted: bool,
}

/// Returns whether Graph made the answer: it marks each of its own with `request-id`, and none is HTML.
pub(crate) fn is_by_graph(response: &Response) -> bool {
    let marked = header(response.headers(), "request-id").is_some_and(|id| !id.trim().is_empty());
    let trusted = || response.extensions().get::<Provenance>().is_some_and(|of| of.trusted);
    !is_html(response) && (marked || trusted())
}

/// Returns whether an answer is a page for people.
pub(crate) fn is_html(response: &Response) -> bool {
    let html = header(response.headers(), "content-type")
        .is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"));
    html || response.body().trim_ascii_start().starts_with(b"<")
}

/// Makes a text of an answer fit to be kept: the token and the secrets of the very request masked, the rest cut.
pub(crate) fn fit(response: &Response, text: &str) -> String {
    let masked = match response.extensions().get::<Provenance>() {
        Some(of) => without_secrets(text, &secrets(of)),
        None => without_tokens(text),
    };
    cut(masked)
}

/// Masks secrets in a text, in the forms in which a service quotes them.
pub(crate) fn without_secrets(text: &str, secrets: &[String]) -> String {
    let mut text = without_tokens(text);
    for secret in secrets.iter().filter(|secret| secret.len() >= SHORTEST_SECRET) {
        if text.contains(secret.as_str()) {
            text = text.replace(secret.as_str(), MASK);
        }
        let in_json = Value::from(secret.as_str()).to_string();
        let in_url = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
        for form in [in_json.trim_matches('"'), in_url.as_str()] {
            if form != secret && text.contains(form) {
                text = text.replace(form, MASK);
            }
        }
    }
    text
}

fn secrets(of: &Provenance) -> Vec<String> {
    let mut secrets = Vec::new();
    if let Some(token) = of.token.to_str().ok().and_then(|header| header.strip_prefix("Bearer ")) {
        secrets.push(token.to_owned());
        // A filter may quote the beginning of a header alone.
        secrets.extend(token.get(..TOKEN_START).map(str::to_owned));
    }
    if let Ok(body) = serde_json::from_slice(&of.body) {
        collect(&body, &mut secrets);
    }
    secrets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(content_type: Option<&'static str>, id: Option<&'static str>, body: &'static str) -> Response {
        let mut response = Response::new(Bytes::from_static(body.as_bytes()));
        let headers = [("content-type", content_type), ("request-id", id)];
        for (name, value) in headers.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }

    #[test]
    fn only_what_is_marked_and_no_page_is_of_graph() {
        assert!(is_by_graph(&answer(None, Some("a"), "")));
        assert!(is_by_graph(&answer(Some("application/json"), Some("a"), "{}")));
        assert!(!is_by_graph(&answer(Some("application/json"), None, "{}")));
        assert!(!is_by_graph(&answer(None, Some(" "), "")));
        assert!(!is_by_graph(&answer(Some("Text/HTML; charset=utf-8"), Some("a"), "")));
        assert!(!is_by_graph(&answer(None, Some("a"), "\n <!doctype html>")));
    }

    #[test]
    fn what_the_request_held_is_masked_in_every_form() {
        let token = "opaque-token-of-forty-characters-or-more";
        let mut response = answer(None, Some("a"), "");
        response.extensions_mut().insert(Provenance {
            token: HeaderValue::from_str(&format!("Bearer {token}")).unwrap(),
            body: Bytes::from_static(br#"{"passwordProfile":{"password":"Hunter\"2 &x","force":true}}"#),
            trusted: false,
        });
        let quoted = [
            format!("header {token} refused"),
            format!("header {}... refused", &token[..20]),
            r#"the password Hunter"2 &x is banned"#.to_owned(),
            r#"body {\"password\":\"Hunter\"2 &x\"}"#.to_owned(),
            r#"{"password":"Hunter\"2 &x"}"#.to_owned(),
            "?password=Hunter%222%20%26x".to_owned(),
        ];
        for text in quoted {
            let kept = fit(&response, &text);
            assert!(kept.contains(MASK), "{text}");
            assert!(!kept.contains("Hunter") && !kept.contains(&token[..16]), "{kept}");
        }
        assert_eq!(fit(&response, &"x".repeat(10_000_000)).chars().count(), 601);
    }
}
