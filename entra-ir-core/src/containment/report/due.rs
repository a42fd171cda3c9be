//! When the incident has to be reported: reminders, not legal advice.

use time::OffsetDateTime;

use super::due_time::DueTime;
use super::run_report::RunReport;
use crate::knowledge::DUTIES;

impl RunReport {
    /// Sets when somebody became aware of the incident, and adds the times by which it has to be reported.
    /// They are reminders, not legal advice: whether a duty applies is for a lawyer to say.
    pub fn aware_since(mut self, at: OffsetDateTime) -> Self {
        self.aware_since = Some(at);
        self.due = DUTIES.iter().map(|duty| DueTime::of(duty, at)).collect();
        #[cfg(feature = "report")]
        let this = self.localized();
        #[cfg(not(feature = "report"))]
        let this = self;
        this
    }
}
