//! Access tokens: their lifetime, and which applications refuse them earlier.

use time::OffsetDateTime;

use crate::simulator::tenant::app::App;
use crate::simulator::tenant::validity::Validity;

/// The life of an ordinary access token: about an hour.
const ORDINARY: time::Duration = time::Duration::hours(1);

/// The longest life of one that can be refused earlier (page "Continuous access evaluation").
const LONG: time::Duration = time::Duration::hours(28);

/// The access token that a session holds for an application. Ground truth for tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessTokenState {
    /// When it was issued.
    pub issued: OffsetDateTime,
    /// When it expires.
    pub expires: OffsetDateTime,
    /// Whether the application refuses it after it gets a critical event.
    pub revocable: bool,
    /// Whether it lives for more than a day.
    pub long: bool,
}

impl AccessTokenState {
    pub(super) fn new(app: App, long: bool, not_after: Option<OffsetDateTime>, now: OffsetDateTime) -> Self {
        let end = now.saturating_add(if long { LONG } else { ORDINARY });
        let expires = not_after.map_or(end, |limit| limit.min(end));
        Self { issued: now, expires, revocable: long && app.hears_events(), long }
    }

    /// Returns whether the application accepts it. For a deleted account only the time of the deletion is
    /// known.
    pub(super) fn is_taken(
        &self,
        app: App,
        validity: Result<&Validity, OffsetDateTime>,
        delay: time::Duration,
        now: OffsetDateTime,
    ) -> bool {
        let ended = match validity {
            Ok(validity) => {
                validity.has_ended(self.issued, delay, now) || validity.is_blocked_at(app, delay, now)
            }
            Err(deleted) => deleted.saturating_add(delay) <= now,
        };
        now < self.expires && !(self.revocable && ended)
    }
}
