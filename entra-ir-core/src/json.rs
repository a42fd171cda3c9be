//! JSON forms of values that have none of their own.

use serde::Serialize;

/// A duration, in seconds.
pub(crate) mod seconds {
    use std::time::Duration;

    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "serde passes the field as it is")]
    pub(crate) fn serialize<S: Serializer>(time: &Option<Duration>, to: S) -> Result<S::Ok, S::Error> {
        // Whole seconds are written as such.
        match time {
            Some(time) if time.subsec_nanos() == 0 => time.as_secs().serialize(to),
            time => time.map(|time| time.as_secs_f64()).serialize(to),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
        let seconds: Option<f64> = Deserialize::deserialize(from)?;
        seconds.map(Duration::try_from_secs_f64).transpose().map_err(D::Error::custom)
    }
}

/// Writes a struct with what follows from its fields beside them: computed here once, for every reader of the
/// JSON.
///
/// The struct derives `Serialize` with `#[serde(remote = "Self")]`; its schema names `Self::beside` as a
/// transform.
macro_rules! beside {
    ($type:ident { $($(#[doc = $doc:literal])+ $name:ident: $kind:ty = $value:expr;)+ }) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
                #[derive(serde::Serialize)]
                struct Written<'a> {
                    #[serde(flatten, serialize_with = "fields")]
                    fields: &'a $type,
                    $($name: $kind,)+
                }
                fn fields<S: serde::Serializer>(of: &&$type, to: S) -> std::result::Result<S::Ok, S::Error> {
                    // The derived function, which the trait's does not hide.
                    $type::serialize(of, to)
                }
                let written = Written { fields: self, $($name: ($value)(self).into(),)+ };
                serde::Serialize::serialize(&written, to)
            }
        }

        #[cfg(feature = "schema")]
        impl $type {
            fn beside(schema: &mut schemars::Schema) {
                $($crate::schema::add::<$kind>(schema, stringify!($name), concat!($($doc),+));)+
            }
        }
    };
}
pub(crate) use beside;

/// A moment that may be missing, in RFC 3339.
#[derive(Serialize)]
#[serde(transparent)]
pub(crate) struct Moment(#[serde(with = "time::serde::rfc3339::option")] Option<time::OffsetDateTime>);

impl From<Option<time::OffsetDateTime>> for Moment {
    fn from(moment: Option<time::OffsetDateTime>) -> Self {
        Self(moment)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Moment {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Option::<crate::schema::Moment>::json_schema(generator)
    }
}
