//! Temporary Access Passes: listed and created.

use http::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Map;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::answer::{Answer, Outcome, Refused};
use super::body::read_optional;
use super::call::Call;
use super::method_entity::show;
use super::methods::{self, LIST_OPTIONS};
use super::passwords::make;
use super::route::Route;
use crate::model::{MethodKind, UserKind};
use crate::simulator::tenant::access_pass::Pass;
use crate::simulator::tenant::clock::whole_seconds;
use crate::simulator::tenant::method::Method;
use crate::simulator::tenant::role_matrix::Act;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[Route::at("/users/{user}/authentication/temporaryAccessPassMethods")
    .get(list)
    .post(create)
    .options(LIST_OPTIONS)];

fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    methods::list(state, call, Some(&MethodKind::TemporaryAccessPass))
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wanted {
    start_date_time: Option<String>,
    lifetime_in_minutes: Option<f64>,
    is_usable_once: Option<bool>,
}

/// Reads an integer as JSON may write it: `60.0` is an integer, `60.5` is not.
fn whole(number: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "it is held against the number that it came from")]
    let integer = i32::try_from(number as i64).ok()?;
    #[expect(clippy::float_cmp, reason = "an integer is written exactly, or it is none")]
    (f64::from(integer) == number).then(|| integer.into())
}

/// `POST /users/{user}/authentication/temporaryAccessPassMethods`. A pass that the user has is replaced.
fn create(state: &mut State, call: &Call<'_>) -> Outcome {
    let (url, id) = (call.url, call.user(state)?);
    state.demand(&[&["UserAuthMethod-TAP.ReadWrite.All"], &["UserAuthenticationMethod.ReadWrite.All"]])?;
    let account = state.account(id)?;
    if state.is_self(id) {
        return Err(Refused::denied());
    }
    state.demand_role(Act::ChangeMethods, account)?;
    let bad = || Refused::methods("The request body is not valid.");
    let wanted: Wanted = read_optional(call.body).ok_or_else(bad)?;
    if account.kind() == UserKind::ExternalGuest {
        return Err(Refused::methods("Temporary Access Pass cannot be added to an external guest user."));
    }
    let rules = state.pass_rules;
    // Microsoft documents no text for this case; this one is a community mock's.
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
    let secret = SecretString::from(make(rules.length.into())?);
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
    let mut shown = show(state, account, &method, url.version, false);
    shown.insert("temporaryAccessPass".into(), secret.expose_secret().into());
    state.change(id, |account| {
        account.methods.retain(|method| method.kind != MethodKind::TemporaryAccessPass);
        account.methods.push(method);
    })?;
    let context = format!("users('{id}')/authentication/temporaryAccessPassMethods/$entity");
    Ok(Answer::entity(url.context(&context), shown).status(StatusCode::CREATED))
}
