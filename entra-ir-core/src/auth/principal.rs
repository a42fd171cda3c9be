//! Whom a token speaks for, as far as it can be read without verifying it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::ids::ObjectId;

/// Reads the object id of the user or service principal, `oid`, if the token is a JSON web token.
///
/// Nothing is verified, so the id may only ever protect more. Source: "Access token claims reference".
pub(super) fn principal(token: &str) -> Option<ObjectId> {
    #[derive(Deserialize)]
    struct Claims {
        oid: ObjectId,
    }
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&claims).ok().map(|Claims { oid }| oid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_json_web_token_names_its_principal_and_anything_else_names_none() {
        let id: ObjectId = "3b41c05e-73a1-43b7-86d7-ed8409f55900".parse().unwrap();
        let token = |claims: &str| format!("eyJhbGciOiJub25lIn0.{}.c2ln", URL_SAFE_NO_PAD.encode(claims));
        assert_eq!(principal(&token(&format!(r#"{{"oid":"{id}","appid":"x"}}"#))), Some(id));
        for other in ["", "opaque", "a.b.c", &token("{}"), &token(r#"{"oid":7}"#), "..", "a.!.c"] {
            assert_eq!(principal(other), None, "{other}");
        }
    }
}
