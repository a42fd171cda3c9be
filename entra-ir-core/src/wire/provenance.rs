//! Checks whether Graph made an answer, and masks the secrets of the request in it.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;
use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::Response;
use super::header::header;
use super::secrets::{MASK, collect};
use crate::text::{cut, without_tokens};

/// Shorter texts are words that may occur anywhere, and not secrets of the request.
const SHORTEST_SECRET: usize = 6;

/// The length from which a part of a secret cannot be anything else.
const TELLING: usize = 16;

/// The part of an answer's text that is searched for secrets; the kept text is cut shorter.
const LOOKED_THROUGH: usize = 8 * 1024;

/// Characters that some URL encoders do not encode.
const LENIENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.');

/// What the last stage attaches to each answer: the secrets of the request, and whether an answer without
/// `request-id` is trusted.
#[derive(Clone)]
pub(crate) struct Provenance {
    pub(crate) token: HeaderValue,
    pub(crate) body: Bytes,
    pub(crate) trusted: bool,
    /// The forms of the secrets: computed for the first searched text, and reused for the others.
    forms: OnceLock<Vec<String>>,
}

impl Provenance {
    pub(crate) const fn new(token: HeaderValue, body: Bytes, trusted: bool) -> Self {
        Self { token, body, trusted, forms: OnceLock::new() }
    }
}

/// Returns whether Graph made the answer: each of its answers has `request-id`, and none is HTML.
pub(crate) fn is_by_graph(response: &Response) -> bool {
    let marked = header(response.headers(), "request-id").is_some_and(|id| !id.trim().is_empty());
    let trusted = || response.extensions().get::<Provenance>().is_some_and(|of| of.trusted);
    !is_html(response) && (marked || trusted())
}

/// Returns whether an answer is an HTML page.
pub(crate) fn is_html(response: &Response) -> bool {
    let html = header(response.headers(), "content-type")
        .is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"));
    html || response.body().trim_ascii_start().starts_with(b"<")
}

/// Makes a text of an answer safe to keep: masks the token and the secrets of its request, and cuts the rest.
pub(crate) fn fit(response: &Response, text: &str) -> String {
    let mut end = text.len().min(LOOKED_THROUGH);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let kept = masked(response, &text[..end]);
    cut(if end < text.len() { kept + "…" } else { kept })
}

/// Returns whether a text of an answer contains the token or a secret of its request.
pub(crate) fn quotes_request(response: &Response, text: &str) -> bool {
    masked(response, text) != text
}

fn masked(response: &Response, text: &str) -> String {
    match response.extensions().get::<Provenance>() {
        Some(of) => without_forms(text, of.forms.get_or_init(|| all_forms(&secrets(of)))),
        None => without_tokens(text),
    }
}

/// Masks secrets in a text, whole or cut, in the forms in which a service may quote them.
pub(crate) fn without_secrets(text: &str, secrets: &[String]) -> String {
    without_forms(text, &all_forms(secrets))
}

fn all_forms(secrets: &[String]) -> Vec<String> {
    let long = secrets.iter().filter(|secret| secret.len() >= SHORTEST_SECRET);
    long.flat_map(|secret| forms(secret)).collect()
}

fn without_forms(text: &str, forms: &[String]) -> String {
    let text = without_tokens(text);
    let mut runs: Vec<_> = forms.iter().flat_map(|form| shared(&text, form.as_bytes())).collect();
    runs.sort_unstable_by_key(|run| run.start);
    masked_runs(text, &runs)
}

/// Encodes a secret as in JSON, URLs, HTML and Base64.
fn forms(secret: &str) -> BTreeSet<String> {
    let in_json = |text: &str| Value::from(text).to_string().trim_matches('"').to_owned();
    let escaped = |digits: fn(u16) -> String| {
        let plain = |c: char| c.is_ascii() && !matches!(c, '"' | '&' | '\'' | '<' | '>' | '+' | '`');
        let mut out = String::with_capacity(secret.len());
        for c in secret.chars() {
            if plain(c) {
                out.push(c);
            } else {
                out.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| digits(*unit)));
            }
        }
        out
    };
    let in_url = utf8_percent_encode(secret, NON_ALPHANUMERIC);
    let lower = |part: &str| if part.starts_with('%') { part.to_ascii_lowercase() } else { part.to_owned() };
    let in_html =
        secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    [
        secret.to_owned(),
        in_json(secret),
        in_json(&in_json(secret)),
        escaped(|unit| format!("\\u{unit:04X}")),
        escaped(|unit| format!("\\u{unit:04x}")),
        in_url.to_string(),
        in_url.clone().map(lower).collect(),
        utf8_percent_encode(secret, LENIENT).to_string(),
        in_html.replace('\'', "&#39;"),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        in_html,
    ]
    .into()
}

/// Finds the runs that a text shares with a form of a secret: of two thirds of it, or of the length that
/// identifies it.
fn shared(text: &str, form: &[u8]) -> Vec<Range<usize>> {
    let telling = (form.len() * 2 / 3).clamp(SHORTEST_SECRET, TELLING);
    if text.len() < telling {
        return Vec::new();
    }
    let windows = text.as_bytes().windows(telling).enumerate();
    // A text is short and a token long: index the text by pairs of bytes, since few parts of a token share
    // one.
    let two = |part: &[u8]| usize::from(u16::from_be_bytes([part[0], part[1]]));
    let mut begins = [0_u64; 1 << 10];
    windows.clone().for_each(|(_, part)| begins[two(part) / 64] |= 1 << (two(part) % 64));
    let may_be = |part: &&[u8]| begins[two(part) / 64] >> (two(part) % 64) & 1 == 1;
    let parts: HashSet<_> = form.windows(telling).filter(may_be).collect();
    windows.filter(|(_, part)| parts.contains(part)).map(|(at, _)| at..at + telling).collect()
}

/// Masks runs, which are ordered by their starts and may overlap.
fn masked_runs(text: String, runs: &[Range<usize>]) -> String {
    if runs.is_empty() {
        return text;
    }
    let is_edge = |at: &usize| text.is_char_boundary(*at);
    let (mut out, mut done) = (String::with_capacity(text.len()), 0);
    for run in runs {
        let start = (0..=run.start).rev().find(is_edge).unwrap_or_default();
        if start > done || out.is_empty() {
            out.push_str(text.get(done..start).unwrap_or_default());
            out.push_str(MASK);
        }
        let end = (run.end..=text.len()).find(is_edge).unwrap_or(text.len());
        done = done.max(end);
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

fn secrets(of: &Provenance) -> Vec<String> {
    let mut secrets = Vec::new();
    if let Some(token) = of.token.to_str().ok().and_then(|header| header.strip_prefix("Bearer ")) {
        secrets.push(token.to_owned());
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
        response.extensions_mut().insert(Provenance::new(
            HeaderValue::from_str(&format!("Bearer {token}")).unwrap(),
            Bytes::from_static(br#"{"passwordProfile":{"password":"Hunter\"2 &x","force":true}}"#),
            false,
        ));
        let quoted = [
            format!("header {token} refused"),
            format!("header {}... refused", &token[..20]),
            r#"the password Hunter"2 &x is banned"#.to_owned(),
            r#"body {\"password\":\"Hunter\"2 &x\"}"#.to_owned(),
            r#"{"password":"Hunter\"2 &x"}"#.to_owned(),
            "?password=Hunter%222%20%26x".to_owned(),
            r"body Hunter\u00222 \u0026x".to_owned(),
            "<p>Hunter&quot;2 &amp;x</p>".to_owned(),
            r#"the password Hunter"2 &... is banned"#.to_owned(),
            "SHVudGVyIjIgJng=".to_owned(),
            "?password=Hunter%222%20%26x%2f&again=Hunter%222%20&x".to_owned(),
            format!("header ...{}", &token[token.len() - 20..]),
        ];
        for text in quoted {
            let kept = fit(&response, &text);
            assert!(kept.contains(MASK), "{text}");
            assert!(!kept.contains("Hunter") && !kept.contains(&token[..16]), "{kept}");
            assert!(quotes_request(&response, &text) && !kept.contains("or-more"), "{kept}");
        }
        let spared = "the password is too weak: Zoë 李, token of forty";
        assert_eq!(fit(&response, spared), spared);
        assert!(!quotes_request(&response, spared));
        assert_eq!(fit(&response, &"x".repeat(10_000_000)).chars().count(), 601);
    }
}
