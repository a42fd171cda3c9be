//! Temporary Access Passes: their limits, and their creation.

use std::time::Duration;

use http::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::account::Account;
use super::answer::{Answer, Outcome, Refused};
use super::body::read_optional;
use super::clock::{stamp, whole_seconds};
use super::matrix::Act;
use super::method::Method;
use super::passwords::random_text;
use super::route::Url;
use super::state::State;
use crate::ids::ObjectId;
use crate::model::{MethodKind, UserKind};
use crate::spec::ApiVersion;

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
pub(super) struct Pass {
    pub(super) secret: Option<SecretString>,
    start: OffsetDateTime,
    minutes: i64,
    once: bool,
    pub(super) used: bool,
}

impl Pass {
    /// Makes a pass that was there before; nobody knows its characters.
    pub(super) fn registered(start: OffsetDateTime, lifetime: Duration) -> Self {
        let minutes = i64::try_from(lifetime.as_secs() / 60).unwrap_or(i64::MAX);
        Self { secret: None, start: whole_seconds(start), minutes, once: false, used: false }
    }

    /// Returns whether somebody can sign in with it.
    pub(super) fn is_usable(&self, rules: &AccessPassRules, in_scope: bool, now: OffsetDateTime) -> bool {
        self.reason(rules, in_scope, now) == "EnabledByPolicy"
    }

    /// Returns when it ends.
    pub(super) fn end(&self) -> OffsetDateTime {
        self.start.saturating_add(time::Duration::minutes(self.minutes.min(100_000)))
    }

    fn reason(&self, rules: &AccessPassRules, in_scope: bool, now: OffsetDateTime) -> &'static str {
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

    /// Adds the pass's properties; beta does not say whether it is usable.
    pub(super) fn show(
        &self,
        shown: &mut Map<String, Value>,
        state: &State,
        owner: &Account,
        version: ApiVersion,
    ) {
        shown.insert("temporaryAccessPass".into(), Value::Null);
        shown.insert("startDateTime".into(), stamp(self.start).into());
        shown.insert("lifetimeInMinutes".into(), self.minutes.into());
        shown.insert("isUsableOnce".into(), self.once.into());
        if version == ApiVersion::V1 {
            let reason = self.reason(&state.pass_rules, owner.in_pass_scope, state.now());
            shown.insert("isUsable".into(), (reason == "EnabledByPolicy").into());
            shown.insert("methodUsabilityReason".into(), reason.into());
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wanted {
    start_date_time: Option<String>,
    lifetime_in_minutes: Option<f64>,
    is_usable_once: Option<bool>,
}

/// Reads an integer as JSON may write it: `60.0` is one, `60.5` is none.
fn whole(number: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "it is held against the number that it came from")]
    let integer = i32::try_from(number as i64).ok()?;
    #[expect(clippy::float_cmp, reason = "an integer is written exactly, or it is none")]
    (f64::from(integer) == number).then(|| integer.into())
}

/// `POST /users/{user}/authentication/temporaryAccessPassMethods`. A pass that the user has is replaced.
pub(super) fn create(state: &mut State, url: &Url, body: &[u8], id: ObjectId) -> Outcome {
    state.demand(&[&["UserAuthMethod-TAP.ReadWrite.All"], &["UserAuthenticationMethod.ReadWrite.All"]])?;
    let account = state.account(id)?;
    if state.is_self(id) {
        return Err(Refused::denied());
    }
    state.demand_role(Act::ChangeMethods, account)?;
    let bad = || Refused::methods("The request body is not valid.");
    let wanted: Wanted = read_optional(body).ok_or_else(bad)?;
    if account.kind() == UserKind::ExternalGuest {
        return Err(Refused::methods("Temporary Access Pass cannot be added to an external guest user."));
    }
    let rules = state.pass_rules;
    // Microsoft documents no words for this case; these are a community mock's.
    if !rules.enabled {
        return Err(Refused::methods("Temporary Access Pass policy is not enabled for this user."));
    }
    let minutes = match wanted.lifetime_in_minutes {
        None => rules.default_minutes.into(),
        Some(minutes) => whole(minutes).ok_or_else(bad)?,
    };
    if !(i64::from(rules.minimum_minutes)..=i64::from(rules.maximum_minutes)).contains(&minutes) {
        return Err(Refused::methods(format!(
            "Invalid LifetimeInMinutes specified. The valid range between {} and {}.",
            rules.minimum_minutes, rules.maximum_minutes
        )));
    }
    // Nor for this one.
    if rules.usable_once && wanted.is_usable_once == Some(false) {
        return Err(Refused::methods("A multi-use Temporary Access Pass is not allowed by the policy."));
    }
    let now = whole_seconds(state.now());
    let start = match &wanted.start_date_time {
        None => now,
        Some(text) => OffsetDateTime::parse(text, &Rfc3339)
            .map(|moment| moment.to_offset(time::UtcOffset::UTC))
            .map_err(|_| Refused::methods("Invalid StartDateTime specified."))?,
    };
    let secret = SecretString::from(random_text(rules.length.into())?);
    let pass = Pass {
        secret: Some(secret.clone()),
        start,
        minutes,
        once: wanted.is_usable_once.unwrap_or(rules.usable_once),
        used: false,
    };
    let method = Method {
        id: Uuid::new_v4().to_string(),
        kind: MethodKind::TemporaryAccessPass,
        created: Some(now),
        properties: Map::new(),
        pass: Some(pass),
    };
    let mut shown = super::methods::show(state, account, &method, url.version, false);
    shown.insert("temporaryAccessPass".into(), secret.expose_secret().into());
    state.change(id, |account| {
        account.methods.retain(|method| method.kind != MethodKind::TemporaryAccessPass);
        account.methods.push(method);
    })?;
    let context = format!("users('{id}')/authentication/temporaryAccessPassMethods/$entity");
    Ok(Answer::entity(url.context(&context), shown).status(StatusCode::CREATED))
}
