//! Secrets in JSON, masked before anything is shown or kept.

use serde_json::Value;

/// Copies a JSON body with every secret masked.
pub(crate) fn masked(body: &[u8]) -> Option<Value> {
    let mut value = serde_json::from_slice(body).ok()?;
    mask(&mut value);
    Some(value)
}

/// Masks every secret in a JSON value.
pub(crate) fn mask(value: &mut Value) {
    match value {
        Value::Object(map) => map.iter_mut().for_each(|(key, value)| {
            if is_secret(key) && !value.is_null() && !value.is_object() {
                *value = Value::from("***");
            } else {
                mask(value);
            }
        }),
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

fn is_secret(key: &str) -> bool {
    const SECRETS: [&str; 7] =
        ["password", "newpassword", "temporaryaccesspass", "secretkey", "code", "rawcontent", "binaryvalue"];
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
    }
}
