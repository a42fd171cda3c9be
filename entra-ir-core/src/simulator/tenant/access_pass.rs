//! Temporary Access Passes, and their limits.

use std::time::Duration;

use secrecy::SecretString;
use time::OffsetDateTime;

use super::clock::whole_seconds;

/// Holds the tenant's limits for Temporary Access Passes. The defaults are Microsoft's.
///
/// ```
/// use entra_ir_core::simulator::{AccessPassRules, SimulatedTenant};
///
/// let tenant = SimulatedTenant::contoso();
/// tenant.set_access_pass_policy(AccessPassRules { usable_once: true, ..AccessPassRules::default() });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessPassRules {
    /// Whether passes may be used at all.
    pub enabled: bool,
    /// The shortest lifetime, in minutes.
    pub minimum_minutes: u32,
    /// The longest lifetime, in minutes.
    pub maximum_minutes: u32,
    /// The lifetime of a pass that names none, in minutes.
    pub default_minutes: u32,
    /// The number of characters of every pass.
    pub length: u8,
    /// Whether every pass works once only.
    pub usable_once: bool,
}

impl Default for AccessPassRules {
    fn default() -> Self {
        Self {
            enabled: true,
            minimum_minutes: 60,
            maximum_minutes: 480,
            default_minutes: 60,
            length: 8,
            usable_once: false,
        }
    }
}

/// What makes a method a pass.
#[derive(Clone)]
pub(crate) struct Pass {
    pub(crate) secret: Option<SecretString>,
    pub(crate) start: OffsetDateTime,
    pub(crate) minutes: i64,
    pub(crate) once: bool,
    pub(crate) used: bool,
}

impl Pass {
    /// Creates a pass from before; its characters are unknown.
    pub(crate) fn registered(start: OffsetDateTime, lifetime: Duration) -> Self {
        let minutes = i64::try_from(lifetime.as_secs() / 60).unwrap_or(i64::MAX);
        Self { secret: None, start: whole_seconds(start), minutes, once: false, used: false }
    }

    /// Returns whether somebody can sign in with it.
    pub(crate) fn is_usable(&self, rules: &AccessPassRules, in_scope: bool, now: OffsetDateTime) -> bool {
        self.reason(rules, in_scope, now) == "EnabledByPolicy"
    }

    /// Returns when it ends.
    pub(crate) fn end(&self) -> OffsetDateTime {
        self.start.saturating_add(time::Duration::minutes(self.minutes.min(100_000)))
    }

    /// Returns why it can or cannot be used, in Graph's words.
    pub(crate) fn reason(
        &self,
        rules: &AccessPassRules,
        in_scope: bool,
        now: OffsetDateTime,
    ) -> &'static str {
        if now >= self.end() {
            "Expired"
        } else if self.once && self.used {
            "OneTimeUsed"
        } else if !rules.enabled || !in_scope {
            "DisabledByPolicy"
        } else if now < self.start {
            "NotYetValid"
        } else {
            "EnabledByPolicy"
        }
    }
}
