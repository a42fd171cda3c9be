//! The claims of a token request: the client's capabilities, and what a challenge requests.

use serde_json::{Map, Value, json};

/// Returns the parameter `claims`: `cp1` if the tokens are for continuous access evaluation, and the claims
/// of a challenge. `None` if there is nothing to say.
///
/// Source: "Claims challenges, claims requests, and client capabilities".
pub(super) fn claims(cae: bool, challenge: Option<&str>) -> Option<String> {
    let mut claims: Map<String, Value> =
        challenge.and_then(|claims| serde_json::from_str(claims).ok()).unwrap_or_default();
    if cae {
        let access_token = claims.entry("access_token").or_insert_with(|| json!({}));
        if let Some(access_token) = access_token.as_object_mut() {
            access_token.insert("xms_cc".into(), json!({ "values": ["cp1"] }));
        }
    }
    (!claims.is_empty()).then(|| Value::Object(claims).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_merged_with_the_capability() {
        let read = |text: Option<String>| text.map(|text| serde_json::from_str::<Value>(&text).unwrap());
        let capable = json!({ "access_token": { "xms_cc": { "values": ["cp1"] } } });
        assert_eq!(read(claims(true, None)), Some(capable.clone()));
        assert_eq!(claims(false, None), None);
        let challenge = r#"{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}"#;
        assert_eq!(read(claims(false, Some(challenge))), Some(serde_json::from_str(challenge).unwrap()));
        let merged = read(claims(true, Some(challenge))).unwrap();
        assert_eq!(merged["access_token"]["nbf"]["value"], "1604106651");
        assert_eq!(merged["access_token"]["xms_cc"]["values"], json!(["cp1"]));
        assert_eq!(read(claims(true, Some("not JSON"))), Some(capable));
    }
}
