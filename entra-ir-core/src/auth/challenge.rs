//! The claims challenge of continuous access evaluation.

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::header::{HeaderMap, WWW_AUTHENTICATE};

/// Reads the claims that a 401 requests, as JSON text.
///
/// There may be several headers with several parameters in any order; the value is base64 of either alphabet,
/// padded or not, and holds `=` itself, so quoted strings are parsed. Source: "Claims challenges, claims
/// requests, and client capabilities".
pub(crate) fn claims_challenge(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .filter(|value| parameter(value, "error").is_some_and(|error| error == "insufficient_claims"))
        .find_map(|value| decode(&parameter(value, "claims")?))
}

/// Finds `name="value"` (or `name=value`) among the parameters of a challenge.
fn parameter(challenge: &str, name: &str) -> Option<String> {
    let mut rest = challenge;
    loop {
        let equals = rest.find('=')?;
        let key = rest[..equals].trim_end().rsplit([' ', ',']).next().unwrap_or_default();
        let found = key.eq_ignore_ascii_case(name);
        rest = rest[equals + 1..].trim_start();
        let mut value = String::new();
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut escaped = false;
            let mut end = quoted.len();
            for (at, c) in quoted.char_indices() {
                match c {
                    _ if escaped => {
                        value.push(c);
                        escaped = false;
                    }
                    '\\' => escaped = true,
                    '"' => {
                        end = at + 1;
                        break;
                    }
                    _ => value.push(c),
                }
            }
            rest = &quoted[end..];
        } else {
            let end = rest.find([',', ' ']).unwrap_or(rest.len());
            value.push_str(&rest[..end]);
            rest = &rest[end..];
        }
        if found {
            return Some(value);
        }
    }
}

fn decode(text: &str) -> Option<String> {
    let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let json = [STANDARD, URL_SAFE]
        .iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, lenient).decode(text.trim()).ok())?;
    let json = String::from_utf8(json).ok()?;
    serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&json).ok()?;
    Some(json)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLAIMS: &str = r#"{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}"#;
    const BASE64: &str =
        "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNjA0MTA2NjUxIn19fQ==";

    fn read(challenges: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for challenge in challenges {
            headers.append(WWW_AUTHENTICATE, challenge.parse().unwrap());
        }
        claims_challenge(&headers)
    }

    #[test]
    fn challenges_are_read_in_every_form() {
        let documented = format!(
            r#"Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="{BASE64}""#
        );
        let reordered = format!(r#"bearer claims="{BASE64}", error="insufficient_claims""#);
        let bare = format!("Bearer error=insufficient_claims, claims=\"{}\"", BASE64.trim_end_matches('='));
        for challenge in [&documented, &reordered, &bare] {
            assert_eq!(read(&["Basic realm=\"x\"", challenge]).as_deref(), Some(CLAIMS), "{challenge}");
        }
    }

    #[test]
    fn other_challenges_ask_for_nothing() {
        let other = format!(r#"Bearer error="invalid_token", claims="{BASE64}""#);
        for challenge in
            [other.as_str(), "Bearer", "", "Bearer error=\"insufficient_claims\", claims=\"####\"", "x=\""]
        {
            assert_eq!(read(&[challenge]), None, "{challenge}");
        }
        assert_eq!(read(&[]), None);
    }
}
