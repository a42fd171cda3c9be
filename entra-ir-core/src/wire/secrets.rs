//! Masks secrets in JSON before anything is shown or kept.

use serde_json::Value;

/// The replacement of a secret.
pub(super) const MASK: &str = "***";

/// Copies a JSON body with every secret masked.
pub(crate) fn masked(body: &[u8]) -> Option<Value> {
    let mut value = serde_json::from_slice(body).ok()?;
    mask(&mut value);
    Some(value)
}

/// Masks every secret in a JSON value.
pub(crate) fn mask(value: &mut Value) {
    match value {
        Value::Object(map) => map.iter_mut().for_each(|(key, value)| match value {
            Value::Null => {}
            Value::Object(_) if is_secret(key) => mask_all(value),
            value if is_secret(key) => *value = Value::from(MASK),
            value => mask(value),
        }),
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

/// Masks every text and number below a secret's name; the names below it are kept.
fn mask_all(value: &mut Value) {
    match value {
        Value::Object(map) => map.values_mut().for_each(mask_all),
        Value::Array(items) => items.iter_mut().for_each(mask_all),
        Value::Null | Value::Bool(_) => {}
        value => *value = Value::from(MASK),
    }
}

/// Collects the texts of every secret in a JSON value.
pub(super) fn collect(value: &Value, secrets: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| match value {
            Value::String(text) if is_secret(key) => secrets.push(text.clone()),
            value => collect(value, secrets),
        }),
        Value::Array(items) => items.iter().for_each(|item| collect(item, secrets)),
        _ => {}
    }
}

fn is_secret(key: &str) -> bool {
    const SECRETS: [&str; 14] = [
        "password",
        "newpassword",
        "temporaryaccesspass",
        "secretkey",
        "code",
        "rawcontent",
        "binaryvalue",
        "secret",
        "pin",
        "passcode",
        "pass_code",
        "otp",
        "clientsecret",
        "privatekey",
    ];
    SECRETS.iter().any(|secret| key.eq_ignore_ascii_case(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_at_any_depth() {
        let shown =
            masked(br#"{"passwordProfile":{"password":"hunter2","force":true},"newPassword":"x"}"#).unwrap();
        assert_eq!(
            shown.to_string(),
            r#"{"newPassword":"***","passwordProfile":{"force":true,"password":"***"}}"#
        );
        let shown = masked(br#"{"password":{"value":"x","list":[1,"y"],"set":true},"code":null}"#).unwrap();
        let hidden = r#"{"code":null,"password":{"list":["***","***"],"set":true,"value":"***"}}"#;
        assert_eq!(shown.to_string(), hidden);
    }
}
