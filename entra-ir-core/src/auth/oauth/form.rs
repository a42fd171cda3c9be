//! The form of a token request, whose fields may be secret.

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};

/// What stays as it is in a form.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The fields of a form, some of them secret.
#[derive(Debug, Default)]
pub(super) struct Form(Vec<(&'static str, SecretString)>);

impl Form {
    /// Adds a field. It counts as secret: an error never shows its value.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<SecretString>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    /// Returns the body of a request.
    pub(super) fn encoded(&self) -> Bytes {
        let field = |(name, value): &(&str, SecretString)| {
            format!("{name}={}", utf8_percent_encode(value.expose_secret(), PLAIN))
        };
        self.0.iter().map(field).collect::<Vec<_>>().join("&").into()
    }

    /// Returns the values that an answer must not be quoted with.
    fn secrets(&self) -> impl Iterator<Item = &str> {
        const SECRET: [&str; 4] = ["client_secret", "client_assertion", "refresh_token", "device_code"];
        let secret = self.0.iter().filter(|(name, _)| SECRET.contains(name));
        secret.map(|(_, value)| value.expose_secret())
    }

    /// Masks the values of secret fields.
    pub(super) fn masked(&self, text: &str) -> String {
        masked(text, self.secrets())
    }
}

/// Masks secrets in a text, also where they are encoded as in a form.
pub(super) fn masked<'a>(text: &str, secrets: impl Iterator<Item = &'a str>) -> String {
    secrets.filter(|secret| secret.len() >= 4).fold(text.to_owned(), |text, secret| {
        text.replace(secret, "***").replace(&utf8_percent_encode(secret, PLAIN).to_string(), "***")
    })
}
