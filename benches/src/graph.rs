//! The requests to Microsoft Graph and its answers.

use bytes::Bytes;
use entra_ir_core::ObjectId;
use http::header::{
    CACHE_CONTROL, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, STRICT_TRANSPORT_SECURITY, VARY,
};
use uuid::Uuid;

/// The length of the bearer token. Entra ID's tokens have one to two and a half kilobytes, and every request
/// carries one.
pub const TOKEN_LENGTH: usize = 1_600;

/// Returns the answer to `GET /v1.0/users/{id}` with the properties that `get_user` selects, about the
/// requested account.
pub fn answer_body(asked: &str) -> Bytes {
    include_str!("user.json").replace("3b41c05e-73a1-43b7-86d7-ed8409f55900", asked).into()
}

/// Returns the answer about an account that does not exist.
pub fn not_found_body(asked: &str) -> Bytes {
    include_str!("not_found.json").replace("3b41c05e-73a1-43b7-86d7-ed8409f55900", asked).into()
}

/// Returns the headers that Graph sends with an answer.
pub fn answer_headers() -> HeaderMap {
    let json =
        "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
    let server = r#"{"ServerInfo":{"DataCenter":"West Europe","Slice":"E","Ring":"5","ScaleUnit":"007","RoleInstance":"AM1PEPF00012345"}}"#;
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (CACHE_CONTROL.as_str(), "no-cache"),
        (CONTENT_TYPE.as_str(), json),
        (VARY.as_str(), "Accept-Encoding"),
        (STRICT_TRANSPORT_SECURITY.as_str(), "max-age=31536000"),
        ("request-id", "6f1a0c8e-9f1d-4c52-8a53-0d6b1c2e7f90"),
        ("client-request-id", "6f1a0c8e-9f1d-4c52-8a53-0d6b1c2e7f90"),
        ("x-ms-ags-diagnostic", server),
        ("x-ms-resource-unit", "1"),
        ("odata-version", "4.0"),
        (DATE.as_str(), "Mon, 02 Mar 2026 09:30:00 GMT"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}

/// Returns an invalid bearer token of the usual length.
pub fn token() -> String {
    "eyJ0eXAiOiJKV1QiLCJub25jZSI6".chars().cycle().take(TOKEN_LENGTH).collect()
}

/// Returns the object id of one of many accounts, the same in each run.
pub fn id(account: u128) -> ObjectId {
    ObjectId::new(Uuid::from_u128(0x3b41_c05e_73a1_43b7_86d7_ed84_0000_0000 + account))
}

/// The prefix of the object ids of accounts that do not exist.
pub(crate) const MISSING: &str = "00000404-";

/// Returns the object id of one of many accounts that do not exist.
pub fn missing_id(account: u128) -> ObjectId {
    ObjectId::new(Uuid::from_u128(0x0000_0404_73a1_43b7_86d7_ed84_0000_0000 + account))
}
