//! The form in which a client asks for a token.

use http::header::CONTENT_TYPE;
use percent_encoding::percent_decode_str;

use super::refusal::Refusal;
use crate::wire::Request;

/// The fields of a request, and those of an answer, whose values are secrets.
const SECRETS: [&str; 7] = [
    "access_token",
    "client_assertion",
    "client_secret",
    "device_code",
    "id_token",
    "password",
    "refresh_token",
];

/// The fields of a request. Only the first of several with one name counts.
#[derive(Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads the body. A body of another type has no fields, as the service sees it.
    pub(super) fn read(request: &Request) -> Self {
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let media = kind.split(';').next().unwrap_or_default().trim();
        if !media.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Self::default();
        }
        let body = String::from_utf8_lossy(request.body());
        let fields = body.split('&').filter(|field| !field.is_empty());
        let fields = fields.map(|field| field.split_once('=').unwrap_or((field, "")));
        Self(fields.map(|(name, value)| (decode(name), decode(value))).collect())
    }

    /// Returns a field that is there and not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Returns a field without which the request is refused.
    pub(super) fn demand(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::missing(name))
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// Replaces the secrets in the body of a request to the endpoint or of its answer.
pub(crate) fn without_secrets(body: &[u8]) -> Vec<u8> {
    if let Ok(serde_json::Value::Object(mut object)) = serde_json::from_slice(body) {
        for name in SECRETS {
            object.entry(name).and_modify(|value| *value = "***".into());
        }
        return serde_json::Value::Object(object).to_string().into_bytes();
    }
    let text = String::from_utf8_lossy(body);
    let masked = text.split('&').map(|field| match field.split_once('=') {
        Some((name, _)) if SECRETS.contains(&decode(name).as_str()) => format!("{name}=***"),
        _ => field.to_owned(),
    });
    masked.collect::<Vec<_>>().join("&").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_in_both_directions() {
        let form = b"grant_type=client_credentials&client_secret=a%20b&client%5Fassertion=x";
        let masked = without_secrets(form);
        assert_eq!(masked, b"grant_type=client_credentials&client_secret=***&client%5Fassertion=***");
        let masked = without_secrets(br#"{"access_token":"eyJ","expires_in":3599}"#);
        assert_eq!(masked, br#"{"access_token":"***","expires_in":3599}"#);
        assert_eq!(without_secrets(b"<html>"), b"<html>");
    }
}
