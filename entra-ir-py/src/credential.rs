//! Credentials of Python as a token provider of the core.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use entra_ir_core::{AccessToken, CallerKind, Error, Result, TokenProvider, TokenRequest};
use pyo3::prelude::*;
use secrecy::SecretString;

use crate::secret::{MASK, Secret};

/// Asks a Python callable for tokens: `(scope, claims) -> (Secret, seconds since 1970 or None)`.
/// It runs on a separate thread, since it may take long: a device code waits for a person.
#[derive(Debug)]
pub(crate) struct PythonCredential {
    // Shared, so that no thread that sends has to take the interpreter.
    callable: Arc<Py<PyAny>>,
    caller: Option<CallerKind>,
}

impl PythonCredential {
    pub(crate) fn new(callable: Py<PyAny>, caller: Option<CallerKind>) -> Self {
        Self { callable: Arc::new(callable), caller }
    }

    fn ask(
        py: Python<'_>,
        callable: &Py<PyAny>,
        request: &TokenRequest,
    ) -> PyResult<(SecretString, Option<f64>)> {
        let answer = callable.bind(py).call1((&request.scope, request.claims.as_deref()))?;
        let (secret, expires): (Bound<'_, Secret>, Option<f64>) = answer.extract()?;
        Ok((secret.get().get()?.clone(), expires))
    }
}

#[async_trait]
impl TokenProvider for PythonCredential {
    async fn token(&self, request: &TokenRequest) -> Result<AccessToken> {
        let (callable, request) = (Arc::clone(&self.callable), request.clone());
        let asking = tokio::task::spawn_blocking(move || {
            Python::attach(|py| {
                Self::ask(py, &callable, &request).map_err(|error| {
                    let name = error.get_type(py).name().map(|name| name.to_string()).unwrap_or_default();
                    let text: String =
                        without_tokens(&error.value(py).to_string()).chars().take(500).collect();
                    Error::auth(format!("the credential raised {name}: {text}"), Some(Box::new(error)))
                })
            })
        });
        let (token, expires) = asking
            .await
            .map_err(|_| Error::auth("the thread of the credential ended unexpectedly", None))??;
        let expires = expires.and_then(|seconds| {
            let since_1970 = Duration::try_from_secs_f64(seconds).ok()?;
            SystemTime::UNIX_EPOCH.checked_add(since_1970)
        });
        if expires.is_some_and(|expires| expires <= SystemTime::now()) {
            return Err(Error::auth("the credential returned a token that has expired", None));
        }
        Ok(AccessToken::new(token, expires))
    }

    fn caller_kind(&self) -> Option<CallerKind> {
        self.caller
    }
}

/// Masks what looks like an access token: an exception may quote its input.
fn without_tokens(text: &str) -> String {
    let stands_in_one = |char: char| char.is_ascii_alphanumeric() || "-_.+/=".contains(char);
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("eyJ") {
        let (before, from) = rest.split_at(start);
        let end = from.find(|char| !stands_in_one(char)).unwrap_or(from.len());
        told.push_str(before);
        told.push_str(MASK);
        rest = &from[end..];
    }
    told + rest
}
