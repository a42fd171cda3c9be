//! A time by which an incident has to be reported.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::knowledge::Duty;

/// A time by which an authority has to know, where a law says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DueTime {
    /// The law and the article.
    pub law: String,
    /// What is reported, and to whom.
    pub what: String,
    /// When the duty applies.
    pub applies: String,
    /// The latest time. UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub at: OffsetDateTime,
    /// The page of the law.
    pub source: Option<String>,
}

impl DueTime {
    pub(super) fn of(duty: &Duty, aware: OffsetDateTime) -> Self {
        Self {
            law: duty.law.to_owned(),
            what: duty.what.to_owned(),
            applies: duty.applies.to_owned(),
            at: duty.due(aware),
            source: duty.source.url.map(str::to_owned),
        }
    }
}
