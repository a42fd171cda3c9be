//! The validity of an account's cookies and tokens: the time from which each class is valid, and the events
//! for applications.

use time::OffsetDateTime;

use super::app::App;
use super::clock::whole_seconds;

/// The maximum of kept events: more than can be pending.
const KEPT: usize = 64;

/// A critical event of continuous access evaluation, and its opposite (Microsoft page "Continuous access
/// evaluation").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    SessionsRevoked,
    PasswordChanged,
    MfaEnabled,
    Blocked,
    HighRisk,
    Unblocked,
}

/// The times from which the classes of cookies and tokens are valid. The time that Graph shows as
/// `signInSessionsValidFromDateTime` moves with a new password, too. Yet by the table of the page "Refresh
/// tokens in the Microsoft identity platform", sessions that began without a password survive. So each class
/// has its own time here.
#[derive(Clone, Debug)]
pub(crate) struct Validity {
    /// Every cookie and token: sessions were revoked.
    pub(crate) all_from: OffsetDateTime,
    /// Cookies and tokens of public clients that were obtained with a password.
    pub(crate) password_from: OffsetDateTime,
    /// Tokens of clients, public or confidential, however they were obtained.
    pub(crate) tokens_from: OffsetDateTime,
    /// Whether a revocation spares primary refresh tokens: the sources disagree.
    pub(crate) spares_primaries: bool,
    /// MFA that applications remember in their tokens.
    pub(crate) mfa_from: OffsetDateTime,
    /// MFA that trusted devices remember.
    pub(crate) remembered_from: OffsetDateTime,
    events: Vec<(OffsetDateTime, Event)>,
}

impl Default for Validity {
    fn default() -> Self {
        let ever = OffsetDateTime::UNIX_EPOCH;
        Self {
            all_from: ever,
            password_from: ever,
            tokens_from: ever,
            spares_primaries: false,
            mfa_from: ever,
            remembered_from: ever,
            events: Vec::new(),
        }
    }
}

impl Validity {
    /// Ends everything that was issued before now, remembered MFA included (What's new, October 2025).
    pub(crate) fn revoke(&mut self, now: OffsetDateTime) {
        let now = whole_seconds(now);
        self.all_from = self.all_from.max(now);
        self.remembered_from = self.remembered_from.max(now);
        self.happened(Event::SessionsRevoked, now);
    }

    /// Ends what was obtained with a password before now: what every new password does.
    pub(crate) fn new_password(&mut self, now: OffsetDateTime) {
        let now = whole_seconds(now);
        self.password_from = self.password_from.max(now);
        self.happened(Event::PasswordChanged, now);
    }

    /// Ends the tokens of clients as well, as the resets of two admin centers do. Cookies survive.
    pub(crate) fn reset_by_admin_center(&mut self, now: OffsetDateTime) {
        self.tokens_from = self.tokens_from.max(whole_seconds(now));
    }

    /// Makes applications ask for MFA again, and trusted devices forget it.
    pub(crate) fn revoke_mfa(&mut self, now: OffsetDateTime) {
        let now = whole_seconds(now);
        self.mfa_from = self.mfa_from.max(now);
        self.remembered_from = self.remembered_from.max(now);
    }

    /// Records that the user's risk became high.
    pub(crate) fn high_risk(&mut self, now: OffsetDateTime) {
        self.happened(Event::HighRisk, whole_seconds(now));
    }

    /// Records that the account was blocked or unblocked.
    pub(crate) fn set_enabled(&mut self, enabled: bool, now: OffsetDateTime) {
        let event = if enabled { Event::Unblocked } else { Event::Blocked };
        self.happened(event, whole_seconds(now));
    }

    /// Records that MFA was enabled for the user.
    pub(crate) fn mfa_enabled(&mut self, now: OffsetDateTime) {
        self.happened(Event::MfaEnabled, whole_seconds(now));
    }

    fn happened(&mut self, event: Event, now: OffsetDateTime) {
        if self.events.len() == KEPT {
            self.events.remove(0);
        }
        self.events.push((now, event));
    }

    /// Returns whether a client's refresh token that was issued at a given time is still valid. For a
    /// confidential client not even the password with which it was obtained matters, only who reset it.
    pub(crate) fn keeps_refresh_token(
        &self,
        issued: OffsetDateTime,
        password_based: bool,
        is_confidential: bool,
    ) -> bool {
        let by_password = password_based && !is_confidential && issued < self.password_from;
        issued >= self.all_from && issued >= self.tokens_from && !by_password
    }

    /// Returns whether an application has received an event that ends tokens issued at a given time.
    pub(crate) fn has_ended(
        &self,
        issued: OffsetDateTime,
        delay: time::Duration,
        now: OffsetDateTime,
    ) -> bool {
        let ends = |(at, event): &(OffsetDateTime, Event)| {
            *event != Event::Unblocked && issued < *at && at.saturating_add(delay) <= now
        };
        self.events.iter().any(ends)
    }

    /// Returns whether an application treats the user as blocked, which lasts for some time after the
    /// unblocking.
    pub(crate) fn is_blocked_at(&self, app: App, delay: time::Duration, now: OffsetDateTime) -> bool {
        let heard = |(at, event): &&(OffsetDateTime, Event)| {
            let after = match event {
                Event::Blocked => delay,
                Event::Unblocked => app.unblocking_lag().max(delay),
                _ => return false,
            };
            at.saturating_add(after) <= now
        };
        self.events.iter().rfind(heard).is_some_and(|(_, event)| *event == Event::Blocked)
    }
}
