//! What the tenant answers to requests as they come over the wire.

mod accounts;
mod devices;
mod directory;
mod lists;
mod methods;
mod not_simulated;
mod service;
#[cfg(feature = "oauth")]
mod tokens;
#[cfg(feature = "oauth")]
mod user_tokens;

use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::*;
use crate::error::{Sent, TransportErrorKind};
use crate::model::{MethodKind, PerUserMfaState, UserKind};

const ADELE: &str = "/v1.0/users/adele@contoso.example";
const MOBILE: &str = "3179e48a-750b-4051-897c-87b9720928f7";
const ALTERNATE: &str = "b6332ec1-7057-4abe-9331-3d72feddfe41";
const PASSWORD: &str = "28c10230-6103-485e-b985-444c60001490";

/// Sends a request with a token, and returns status and JSON.
async fn call(tenant: &SimulatedTenant, method: &str, path: &str, body: Value) -> (u16, Value) {
    let answer = tenant.send(request(method, path, &body)).await.unwrap();
    let json = serde_json::from_slice(answer.body()).unwrap_or(Value::Null);
    (answer.status().as_u16(), json)
}

fn request(method: &str, path: &str, body: &Value) -> Request {
    let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
    let mut request = Request::new(body);
    *request.method_mut() = method.parse().unwrap();
    *request.uri_mut() = format!("https://graph.microsoft.com{path}").parse().unwrap();
    request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_static("Bearer t"));
    if !request.body().is_empty() {
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    request
}

async fn get(tenant: &SimulatedTenant, path: &str) -> Value {
    let (status, json) = call(tenant, "GET", path, Value::Null).await;
    assert_eq!(status, 200, "{path}: {json}");
    json
}

async fn delete(tenant: &SimulatedTenant, path: &str) -> (u16, String) {
    let (status, json) = call(tenant, "DELETE", path, Value::Null).await;
    (status, json["error"]["message"].as_str().unwrap_or_default().to_owned())
}

/// Finds the id of the user's first method of a type.
fn id_of(tenant: &SimulatedTenant, user: &str, kind: &MethodKind) -> String {
    let methods = tenant.methods_of(user);
    methods.iter().find(|method| method.kind == *kind).unwrap().id.to_string()
}
