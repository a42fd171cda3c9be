//! Reads the body of a request, and checks whether it may have one.

use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::answer::Refused;
use crate::wire::Request;

/// Refuses a body that does not say that it is JSON.
pub(super) fn demand_json(request: &Request) -> Result<(), Refused> {
    if request.body().is_empty() {
        return Ok(());
    }
    let Some(content_type) = request.headers().get(CONTENT_TYPE) else {
        let message = "Write requests (excluding DELETE) must contain the Content-Type header declaration.";
        return Err(Refused::new(StatusCode::BAD_REQUEST, "BadRequest", message));
    };
    let media = content_type.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if media.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let message = "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.";
    Err(Refused::new(StatusCode::BAD_REQUEST, "BadRequest", message))
}

/// Reads a body. Annotations, which Microsoft's own clients put into every object, do not affect the request.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    let mut value = serde_json::from_slice(body).ok()?;
    strip(&mut value);
    serde_json::from_value(value).ok()
}

/// Reads the body of an action, which may be without one.
pub(super) fn read_optional<T: DeserializeOwned + Default>(body: &[u8]) -> Option<T> {
    if body.is_empty() { Some(T::default()) } else { read(body) }
}

/// Refuses parameters of an action that takes none.
pub(super) fn demand_no_parameters(body: &[u8], action: &str) -> Result<(), Refused> {
    let given: Option<Map<String, Value>> = read_optional(body);
    let given = given.ok_or_else(|| {
        let message = "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.";
        Refused::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    })?;
    given.keys().next().map_or(Ok(()), |name| {
        let message =
            format!("The parameter '{name}' in the request payload is not a valid parameter for the operation '{action}'.");
        Err(Refused::new(StatusCode::BAD_REQUEST, "BadRequest", message))
    })
}

/// Removes annotations at any depth.
fn strip(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|name, _| !name.contains("@odata."));
            object.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}
