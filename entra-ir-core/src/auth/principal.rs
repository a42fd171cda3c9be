//! Whom a token speaks for, as far as it can be read without verifying it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::ids::ObjectId;

/// Reads the object id of the user or service principal, `oid`, if the token is a JSON web token.
///
/// Nothing is verified, so the id may only ever protect more. Source: "Access token claims reference".
pub(super) fn principal(token: &str) -> Option<ObjectId> {
    claim(token, "oid")?.parse().ok()
}

/// Reads the application that the token was issued to, `appid` or `azp`, as [`principal`] does.
pub(super) fn application(token: &str) -> Option<String> {
    claim(token, "appid").or_else(|| claim(token, "azp"))
}

/// Reads the tenant that the token was issued for, `tid`, as [`principal`] does.
pub(super) fn tenant(token: &str) -> Option<ObjectId> {
    claim(token, "tid")?.parse().ok()
}

/// Reads a claim that is a text.
pub(super) fn claim(token: &str, name: &str) -> Option<String> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Map<String, Value> = serde_json::from_slice(&claims).ok()?;
    claims.get(name)?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_json_web_token_names_its_principal_and_anything_else_names_none() {
        let id: ObjectId = "3b41c05e-73a1-43b7-86d7-ed8409f55900".parse().unwrap();
        let token = |claims: &str| format!("eyJhbGciOiJub25lIn0.{}.c2ln", URL_SAFE_NO_PAD.encode(claims));
        let of_user = token(&format!(r#"{{"oid":"{id}","appid":"x"}}"#));
        assert_eq!((principal(&of_user), application(&of_user).as_deref()), (Some(id), Some("x")));
        assert_eq!(application(&token(r#"{"azp":"y"}"#)).as_deref(), Some("y"));
        assert_eq!(tenant(&token(&format!(r#"{{"tid":"{id}"}}"#))), Some(id));
        for other in ["", "opaque", "a.b.c", &token("{}"), &token(r#"{"oid":7}"#), "..", "a.!.c"] {
            assert_eq!((principal(other), application(other), tenant(other)), (None, None, None), "{other}");
        }
    }
}
