//! What the report of a run holds: plain data, the same in every format.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::super::digest::Digest;
use super::super::journal::{DoorSeen, RunAbout};
use super::super::step_run::StepState;
use super::again::MethodRemoved;
use super::clock::ClockOffset;
use super::custody::CustodyItem;
use super::due_time::DueTime;
use super::identifier::Identifier;
use super::outside_graph::OutsideGraph;
use super::step_report::StepReport;
use super::timeline::TimelineEntry;
use crate::knowledge::AccountKind;

/// What a run did, for managers, regulators and the next shift. It claims no more than the journal holds.
///
/// `to_string` writes it in Markdown, `to_html` as a page (feature `report`), and `serde_json` as JSON. In
/// Markdown and HTML everything that somebody else chose is escaped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RunReport {
    /// The version of this library.
    pub version: String,
    /// Where the journal is.
    pub place: String,
    /// The account, by object id.
    pub account: String,
    /// Its sign-in name, as the plan saw it.
    pub user_principal_name: Option<String>,
    /// The kind of account.
    pub kind: AccountKind,
    /// Whether it was privileged; `None` if unknown.
    pub privileged: Option<bool>,
    /// The tenant's id, if known.
    pub tenant: Option<String>,
    /// The kind of incident, as a word: `account-takeover`, `token-theft`, ...
    pub incident: String,
    /// The same for people.
    pub name: String,
    /// Who runs it, and why; every part is as claimed.
    pub about: RunAbout,
    /// Who has it now, if it was handed over.
    pub handed_over_to: Option<String>,
    /// Whether a second person had to approve what goes beyond the lock-out.
    pub four_eyes: bool,
    /// Who approved it.
    pub approvals: Vec<ApprovalSeen>,
    /// The digest of the plan.
    pub plan: Digest,
    /// The digest of the closing entry; `None` as long as the run is not over.
    pub closed: Option<Digest>,
    /// How many entries the journal has.
    pub entries: usize,
    /// When it began. UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub began: OffsetDateTime,
    /// When its last entry was written. UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub last: OffsetDateTime,
    /// The named time zone, with the times of the report in it.
    pub zone: Option<LocalTimes>,
    /// This machine's clock against the service's; `None` if no answer in the journal has a time.
    pub clock: Option<ClockOffset>,
    /// The headline of the last assessment; `None` before the first.
    pub headline: Option<String>,
    /// When that was. UTC.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub assessed: Option<OffsetDateTime>,
    /// Whether the account was read for it.
    pub verified: bool,
    /// What remained then, a line each.
    pub remains: Vec<String>,
    /// The steps, and what became of each.
    pub steps: Vec<StepReport>,
    /// What happened, in order.
    pub timeline: Vec<TimelineEntry>,
    /// Every way into the account, as it was read for the last assessment, the worst first.
    pub doors: Vec<DoorSeen>,
    /// The methods that were removed, by type: the user registers them again.
    pub removed: Vec<MethodRemoved>,
    /// What Graph does not show, and who closes it; what the plan names comes first.
    pub outside: Vec<OutsideGraph>,
    /// The answers of the service that were kept as evidence.
    pub evidence: Vec<CustodyItem>,
    /// When somebody became aware of the incident. UTC.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub aware_since: Option<OffsetDateTime>,
    /// When the incident has to be reported, where a law says so: reminders, not legal advice.
    pub due: Vec<DueTime>,
    /// The names and ids of people and things that the journal holds.
    pub identifiers: Vec<Identifier>,
    /// Whether these were replaced by placeholders.
    pub redacted: bool,
}

/// An approval of a second person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ApprovalSeen {
    /// The approver's object id if it is proven, otherwise the name as claimed.
    pub by: Option<String>,
    /// Whether Graph answered to the approver's own token who it is.
    pub proven: bool,
    /// When it was approved. UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub at: OffsetDateTime,
}

/// The times of a report in a named time zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LocalTimes {
    /// The zone, by its name in the IANA database: `Europe/Berlin`.
    pub name: String,
    /// Each time in UTC, with the local time and its offset.
    pub times: BTreeMap<String, String>,
}

impl RunReport {
    /// Returns the sign-in name of the account, or its object id if that is unknown.
    pub fn account_name(&self) -> &str {
        self.user_principal_name.as_deref().unwrap_or(&self.account)
    }

    /// Lists the steps that were ticked off since the last assessment, which does not know of them.
    pub(super) fn ticked_since(&self) -> Vec<&str> {
        let later = |step: &&StepReport| {
            step.state == StepState::TickedOff
                && step.ended.zip(self.assessed).is_some_and(|(ended, at)| ended > at)
        };
        self.steps.iter().filter(later).map(|step| step.title.as_str()).collect()
    }

    /// Returns who has the run, as claimed.
    pub fn owner(&self) -> Option<&str> {
        self.handed_over_to.as_deref().or(self.about.owner.as_deref())
    }
}
