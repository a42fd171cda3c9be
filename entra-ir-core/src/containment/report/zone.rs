//! The times of a report in a named time zone.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use time::OffsetDateTime;

use super::run_report::{LocalTimes, RunReport};
use crate::error::{Refusal, Result};
use crate::text::moment;

impl RunReport {
    /// Adds the times in a zone of the IANA database, such as `Europe/Berlin`, beside those in UTC.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) for a zone that the database does not have.
    pub fn in_zone(mut self, zone: &str) -> Result<Self> {
        let found = TimeZone::get(zone).ok().and_then(|found| found.iana_name().map(str::to_owned));
        let name = found.ok_or_else(|| Refusal::BadInput {
            what: "zone",
            reason: format!(
                "{zone:?} is not a time zone of the IANA database: name one such as Europe/Berlin or UTC"
            ),
        })?;
        self.zone = Some(LocalTimes { name, times: BTreeMap::new() });
        Ok(self.localized())
    }

    /// Writes the local time of each moment of the report, if it has a zone.
    pub(super) fn localized(mut self) -> Self {
        let moments = self.moments();
        if let Some(zone) = &mut self.zone
            && let Ok(found) = TimeZone::get(&zone.name)
        {
            let local = |at: OffsetDateTime| {
                let at = Timestamp::from_second(at.unix_timestamp()).ok()?.to_zoned_datetime(found.clone());
                Some(at.strftime("%Y-%m-%d %H:%M:%S %:z").to_string())
            };
            zone.times = moments.into_iter().filter_map(|at| Some((moment(at), local(at)?))).collect();
        }
        self
    }

    fn moments(&self) -> Vec<OffsetDateTime> {
        let run = [Some(self.began), Some(self.last), self.assessed, self.aware_since];
        let steps = self.steps.iter().flat_map(|step| [step.began, step.ended, step.due]);
        let doors = self.doors.iter().map(|door| door.at);
        let lines = self.timeline.iter().map(|entry| Some(entry.at));
        let evidence = self.evidence.iter().map(|item| Some(item.at));
        let due = self.due.iter().map(|due| Some(due.at));
        let approvals = self.approvals.iter().map(|approval| Some(approval.at));
        let all = run.into_iter().chain(steps).chain(doors).chain(lines).chain(evidence).chain(due);
        all.chain(approvals).flatten().collect()
    }
}
