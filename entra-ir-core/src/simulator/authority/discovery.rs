//! The documents by which clients find the endpoint.

use serde_json::{Map, Value, json};

use super::endpoint::Endpoint;
use crate::simulator::tenant::applications::TENANT;

/// `GET /{tenant}/v2.0/.well-known/openid-configuration`, with what clients read of it.
pub(super) fn configuration(at: &Endpoint) -> Map<String, Value> {
    let (origin, tenant) = (&at.origin, TENANT);
    object(json!({
        "token_endpoint": format!("{origin}/{tenant}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        "jwks_uri": format!("{origin}/{tenant}/discovery/v2.0/keys"),
        "issuer": format!("{origin}/{tenant}/v2.0"),
        "authorization_endpoint": format!("{origin}/{tenant}/oauth2/v2.0/authorize"),
        "device_authorization_endpoint": format!("{origin}/{tenant}/oauth2/v2.0/devicecode"),
        "end_session_endpoint": format!("{origin}/{tenant}/oauth2/v2.0/logout"),
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "subject_types_supported": ["pairwise"],
        // The service signs with RS256.
        "id_token_signing_alg_values_supported": ["HS256"],
    }))
}

/// `GET /common/discovery/instance`.
pub(super) fn instance(at: &Endpoint) -> Map<String, Value> {
    let host = at.origin.split_once("://").map_or("", |(_, host)| host);
    object(json!({
        "tenant_discovery_endpoint": format!("{}/{TENANT}/v2.0/.well-known/openid-configuration", at.origin),
        "api-version": "1.1",
        "metadata": [{ "preferred_network": host, "preferred_cache": host, "aliases": [host] }],
    }))
}

/// `GET /{tenant}/discovery/v2.0/keys`: there is no public key.
pub(super) fn keys() -> Map<String, Value> {
    object(json!({ "keys": [] }))
}

fn object(value: Value) -> Map<String, Value> {
    if let Value::Object(object) = value { object } else { Map::new() }
}
