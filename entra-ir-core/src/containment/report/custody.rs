//! The evidence of a run as a custody list.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::super::digest::Digest;
use super::super::journal::{Entry, Event};

/// An answer of the service that was kept as evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CustodyItem {
    /// Its number, from 1 on.
    pub number: usize,
    /// Its name in the store.
    pub name: String,
    /// What was asked: the path, without the query.
    pub path: String,
    /// Its length in bytes.
    pub bytes: usize,
    /// Its SHA-256.
    pub sha256: Digest,
    /// When the journal recorded it, by the clock of the machine. UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub at: OffsetDateTime,
    /// Who ran the run then, as claimed.
    pub by: Option<String>,
    /// Why it could not be stored; `None` if it was.
    pub missing: Option<String>,
}

pub(super) fn of(entries: &[Entry]) -> Vec<CustodyItem> {
    let mut by = None;
    let mut items = Vec::new();
    for entry in entries {
        match &entry.event {
            Event::Opened { about, .. } => by.clone_from(&about.owner),
            Event::HandedOver { to, .. } => by = Some(to.clone()),
            Event::Evidence { kept } => {
                let mut kept: Vec<_> = kept.iter().collect();
                kept.sort_by(|one, other| one.name.cmp(&other.name));
                items.extend(kept.into_iter().map(|kept| (entry.at, by.clone(), kept)));
            }
            _ => {}
        }
    }
    let items = items.into_iter().zip(1..).map(|((at, by, kept), number)| CustodyItem {
        number,
        name: kept.name.clone(),
        path: kept.path.clone(),
        bytes: kept.bytes,
        sha256: kept.sha256,
        at,
        by,
        missing: kept.missing.clone(),
    });
    items.collect()
}
