//! SHA-256 of canonical JSON: the same value has the same digest, whoever wrote it.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Digest as _;

use crate::error::{Refusal, Result};

/// The SHA-256 of a value in canonical JSON (RFC 8785), or of bytes. In JSON and text it is written in
/// hexadecimal digits.
///
/// ```
/// use entra_ir_core::containment::Digest;
/// use serde_json::json;
///
/// let digest = Digest::of(&json!({ "b": 1, "a": 2 }))?;
/// assert_eq!(digest, Digest::of(&json!({ "a": 2, "b": 1.0 }))?);
/// assert_eq!(digest.to_string().len(), 64);
/// # Ok::<(), entra_ir_core::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Returns the digest of a value.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) for a value that cannot be written as JSON.
    pub fn of<T: Serialize>(value: &T) -> Result<Self> {
        let canonical = serde_json_canonicalizer::to_vec(value).map_err(|error| Refusal::BadInput {
            what: "a value to be digested",
            reason: error.to_string(),
        })?;
        Ok(Self::of_bytes(&canonical))
    }

    /// Returns the digest of bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl FromStr for Digest {
    type Err = crate::error::Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong =
            || Refusal::BadInput { what: "digest", reason: "it is not 64 hexadecimal digits".to_owned() };
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return Err(wrong().into());
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'_, str>>::deserialize(from)?;
        text.parse().map_err(|_| D::Error::custom("a digest is 64 hexadecimal digits"))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Digest {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Digest".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_digest_of_the_canonical_form() {
        let digest = Digest::of(&serde_json::json!({ "a": [1.0, "é"] })).unwrap();
        assert_eq!(digest, Digest::of_bytes(r#"{"a":[1,"é"]}"#.as_bytes()));
        assert_eq!(
            Digest::of_bytes(b"abc").to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn it_is_read_back_as_it_was_written() {
        let digest = Digest::of_bytes(b"abc");
        assert_eq!(digest.to_string().parse::<Digest>().unwrap(), digest);
        let json = serde_json::to_string(&digest).unwrap();
        assert_eq!(serde_json::from_str::<Digest>(&json).unwrap(), digest);
        for wrong in ["", "abc", &"g".repeat(64), &"é".repeat(32)] {
            assert!(wrong.parse::<Digest>().is_err(), "{wrong}");
        }
    }
}
