//! Reads a receipt from JSON: leniently, since another version may have written it.

use std::borrow::Cow;
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use time::OffsetDateTime;

use super::{Exchange, Grade, Mechanism, Preview, Receipt, Warning};
use crate::ids::{MethodId, ObjectId, UserRef};
use crate::json;
use crate::target::Target;

/// The stored fields of a receipt; computed ones are not read.
#[derive(Deserialize)]
pub(super) struct Stored {
    operation: Cow<'static, str>,
    #[serde(deserialize_with = "Target::read_stored")]
    target: Target,
    #[serde(default)]
    account: Option<ObjectId>,
    #[serde(default)]
    asked_for: Option<UserRef>,
    #[serde(default, deserialize_with = "MethodId::read_listed")]
    method: Option<MethodId>,
    #[serde(default, with = "time::serde::rfc3339::option")]
    account_read_at: Option<OffsetDateTime>,
    mechanism: Cow<'static, str>,
    #[serde(default)]
    done_by: Cow<'static, str>,
    grade: Grade,
    #[serde(default)]
    exchanges: Vec<Exchange>,
    #[serde(default, deserialize_with = "json::seconds::deserialize")]
    retry_after: Option<Duration>,
    #[serde(default)]
    warnings: Vec<Warning>,
    #[serde(default)]
    would_send: Vec<Preview>,
}

impl From<Stored> for Receipt {
    fn from(stored: Stored) -> Self {
        let Stored { operation, target, method, account_read_at, grade, exchanges, .. } = stored;
        let asked_for = match stored.asked_for {
            Some(UserRef::Name(name)) => Some(name),
            _ => None,
        };
        Self {
            operation,
            target,
            account: stored.account,
            asked_for,
            method,
            account_read_at,
            mechanism: Mechanism::read(stored.mechanism, stored.done_by),
            grade,
            exchanges,
            retry_after: stored.retry_after,
            warnings: stored.warnings,
            would_send: stored.would_send,
        }
    }
}

impl<'de> Deserialize<'de> for Grade {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = Cow::<str>::deserialize(deserializer)?;
        let of = |grade: &Self| serde_json::to_value(grade).is_ok_and(|written| written == *word);
        Ok(Self::ALL.into_iter().find(of).unwrap_or(Self::Unknown))
    }
}
