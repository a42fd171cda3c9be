//! Reads values that the service does not always write as documented.

use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// Reads a timestamp; an empty, malformed or year-one value is read as absent.
///
/// Seen in Microsoft's own examples: `""`, `2020-03-19T12-01-03.45Z`, and `0001-01-01T00:00:00Z` for "never".
pub(super) fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<OffsetDateTime>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Text<'a> {
        Borrowed(#[serde(borrow)] &'a str),
        Other(serde_json::Value),
    }
    Ok(match Option::<Text<'de>>::deserialize(deserializer)? {
        Some(Text::Borrowed(text)) => parse_date(text),
        Some(Text::Other(value)) => value.as_str().and_then(parse_date),
        None => None,
    })
}

/// Reads a value of its type; anything else is read as absent.
pub(super) fn lenient<'de, T: DeserializeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}

/// Reads a value of its type; anything else is read as its default.
pub(super) fn or_default<'de, T: DeserializeOwned + Default, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(lenient(deserializer)?.unwrap_or_default())
}

/// Reads a flag of this library; anything except `true` is false.
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    or_default(deserializer)
}

/// Reads a secret text.
pub(super) fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(SecretString::from))
}

/// Parses an RFC 3339 timestamp, leniently as [`date`] does.
pub(super) fn parse_date(text: &str) -> Option<OffsetDateTime> {
    let date = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    // At the edge of the calendar the time has no form in other offsets.
    date.checked_to_offset(UtcOffset::UTC).filter(|date| (2..9999).contains(&date.year()))
}

/// Writes timestamps as RFC 3339, for receipts and results.
pub(crate) mod timestamp {
    use serde::{Deserializer, Serialize, Serializer};
    use time::OffsetDateTime;
    use time::format_description::well_known::Rfc3339;

    #[expect(clippy::ref_option, reason = "the signature serde asks for")]
    pub(crate) fn serialize<S: Serializer>(
        date: &Option<OffsetDateTime>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        date.and_then(|date| date.format(&Rfc3339).ok()).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<OffsetDateTime>, D::Error> {
        super::date(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_that_are_none_are_absent() {
        #[derive(Deserialize)]
        struct Holder {
            #[serde(default, deserialize_with = "date")]
            at: Option<OffsetDateTime>,
        }
        for json in [
            "{}",
            r#"{"at":null}"#,
            r#"{"at":""}"#,
            r#"{"at":7}"#,
            r#"{"at":"2020-03-19T12-01-03.45Z"}"#,
            r#"{"at":"0001-01-01T00:00:00Z"}"#,
            r#"{"at":"0001-01-01T00:00:00+14:00"}"#,
            r#"{"at":"9999-12-31T23:59:59-14:00"}"#,
            r#"{"at":"9999-12-31T23:59:59Z"}"#,
        ] {
            assert_eq!(serde_json::from_str::<Holder>(json).unwrap().at, None, "{json}");
        }
        let read: Holder = serde_json::from_str(r#"{"at":"2026-03-02T09:00:00Z"}"#).unwrap();
        assert_eq!(read.at.unwrap().unix_timestamp(), 1_772_442_000);
    }
}
