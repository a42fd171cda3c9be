//! Duties to report an incident, and how long after somebody became aware of it. Reminders, not legal advice.

use serde::Serialize;
use time::{Date, Duration, Month, OffsetDateTime};

use super::source::{self, Source};

/// A duty to report an incident to an authority, for those to whom the law applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Duty {
    /// The law and the article.
    pub law: &'static str,
    /// What is reported, and to whom.
    pub what: &'static str,
    /// When the duty applies.
    pub applies: &'static str,
    /// How many hours after somebody became aware it is due.
    pub hours: u16,
    /// How many months after these hours it is due.
    pub months: u8,
    /// The source.
    pub source: Source,
}

const BREACH: &str = "a breach of personal data that is likely to be a risk to people";
const SIGNIFICANT: &str = "a significant incident at an essential or important entity";

/// The duties of which a report reminds, the earliest first.
pub static DUTIES: [Duty; 4] = [
    Duty {
        law: "NIS2, article 23(4)(a)",
        what: "an early warning to the CSIRT or the competent authority",
        applies: SIGNIFICANT,
        hours: 24,
        months: 0,
        source: source::NIS2,
    },
    Duty {
        law: "GDPR, article 33(1)",
        what: "a notification to the supervisory authority",
        applies: BREACH,
        hours: 72,
        months: 0,
        source: source::GDPR,
    },
    Duty {
        law: "NIS2, article 23(4)(b)",
        what: "an incident notification to the CSIRT or the competent authority",
        applies: SIGNIFICANT,
        hours: 72,
        months: 0,
        source: source::NIS2,
    },
    Duty {
        law: "NIS2, article 23(4)(d)",
        what: "a final report, one month after the incident notification at the latest",
        applies: SIGNIFICANT,
        hours: 72,
        months: 1,
        source: source::NIS2,
    },
];

impl Duty {
    /// Returns when it is due at the latest, if somebody became aware at this moment.
    ///
    /// ```
    /// use entra_ir_core::knowledge::DUTIES;
    /// use time::OffsetDateTime;
    ///
    /// let aware = OffsetDateTime::from_unix_timestamp(1_769_760_000)?; // 2026-01-30T08:00:00Z
    /// assert_eq!(DUTIES[1].due(aware).to_string(), "2026-02-02 8:00:00.0 +00:00:00");
    /// assert_eq!(DUTIES[3].due(aware).to_string(), "2026-03-02 8:00:00.0 +00:00:00");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn due(&self, aware: OffsetDateTime) -> OffsetDateTime {
        let mut due = aware.saturating_add(Duration::hours(self.hours.into()));
        for _ in 0..self.months {
            due = due.replace_date(next_month(due.date()));
        }
        due
    }
}

/// Returns the same day of the next month, or its last day.
fn next_month(date: Date) -> Date {
    let year = if date.month() == Month::December { date.year().saturating_add(1) } else { date.year() };
    let month = date.month().next();
    let day = date.day().min(month.length(year));
    Date::from_calendar_date(year, month, day).unwrap_or(date)
}
