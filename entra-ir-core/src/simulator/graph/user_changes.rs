//! Changes of a user.

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::answer::{Answer, Outcome, Refused};
use super::body::read;
use super::call::Call;
use super::passwords::demand_strong;
use super::profile;
use crate::model::UserKind;
use crate::simulator::tenant::role_matrix::Act;
use crate::simulator::tenant::state::State;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PasswordProfile {
    password: Option<String>,
    force_change_password_next_sign_in: Option<bool>,
    force_change_password_next_sign_in_with_mfa: Option<bool>,
}

/// The changes of a user.
#[derive(Default)]
struct Changes {
    account_enabled: Option<bool>,
    password_profile: Option<PasswordProfile>,
    profile: Map<String, Value>,
}

impl Changes {
    fn read(body: &[u8]) -> Result<Self, Refused> {
        let mut given: Map<String, Value> = read(body).ok_or_else(|| {
            let message = "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.";
            Refused::new(StatusCode::BAD_REQUEST, "BadRequest", message)
        })?;
        let account_enabled = match given.remove("accountEnabled") {
            None => None,
            Some(Value::Bool(enabled)) => Some(enabled),
            Some(_) => return Err(profile::bad_value("accountEnabled")),
        };
        let password_profile = match given.remove("passwordProfile") {
            None => None,
            Some(value) => {
                Some(serde_json::from_value(value).map_err(|_| profile::bad_value("passwordProfile"))?)
            }
        };
        profile::check(&given)?;
        Ok(Self { account_enabled, password_profile, profile: given })
    }
}

/// `PATCH /users/{user}`: `accountEnabled`, `passwordProfile`, and the profile.
pub(super) fn patch(state: &mut State, call: &Call<'_>) -> Outcome {
    let id = call.user(state)?;
    let changes = Changes::read(call.body)?;
    if changes.account_enabled.is_some() {
        state.demand(&[
            &["User.EnableDisableAccount.All", "User.Read.All"],
            &["User.ReadWrite.All"],
            &["Directory.ReadWrite.All"],
        ])?;
    }
    if changes.password_profile.is_some() {
        let app_only: &[&str] = if state.caller.is_delegated() {
            &["Directory.AccessAsUser.All"]
        } else {
            &["User.ReadWrite.All"]
        };
        state.demand(&[&["User-PasswordProfile.ReadWrite.All"], app_only])?;
    }
    let account = state.account(id)?;
    if changes.profile.is_empty() || profile::has_sensitive(&changes.profile) {
        state.demand_role(Act::Sensitive, account)?;
    }
    profile::demand(state, account, &changes.profile)?;
    if let Some(profile) = &changes.password_profile {
        match account.kind() {
            UserKind::Synced => return Err(Refused::directory(profile::SYNCED)),
            UserKind::ExternalGuest => {
                return Err(Refused::directory(
                    "The password of an external user cannot be changed in this tenant.",
                ));
            }
            _ if state.is_federated(account.domain()) => {
                return Err(Refused::directory("The password of a federated user cannot be changed here."));
            }
            _ => {}
        }
        if let Some(password) = &profile.password {
            demand_strong(password, Refused::directory)?;
        }
    }
    let now = state.now();
    let (remediates, by) = (state.settings.reset_remediates_risk, state.caller_id());
    state.change(id, |account| {
        profile::apply(account, changes.profile);
        if let Some(enabled) = changes.account_enabled {
            account.enabled = enabled;
        }
        if let Some(profile) = changes.password_profile {
            if let Some(password) = profile.password {
                account.set_password(password.into(), now);
                if remediates {
                    account.risk.remediate_by_reset(now, by);
                }
                // Graph's own default: a new password must be changed.
                account.must_change_password = true;
                account.must_change_with_mfa = false;
            }
            if let Some(force) = profile.force_change_password_next_sign_in {
                account.must_change_password = force;
            }
            if let Some(force) = profile.force_change_password_next_sign_in_with_mfa {
                account.must_change_with_mfa = force;
            }
        }
    })?;
    Ok(Answer::no_content())
}
