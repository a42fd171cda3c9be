//! Users as they are listed, read and changed, and the revocation of sessions.

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::answer::{Answer, Outcome, Refused};
use super::body::{demand_no_parameters, read};
use super::filter::Rules;
use super::matrix::Act;
use super::paging::collection_by;
use super::passwords::check_password;
use super::profile;
use super::route::Url;
use super::state::State;
use crate::ids::ObjectId;
use crate::model::UserKind;

const READ: &[&[&str]] =
    &[&["User.Read.All"], &["User.ReadWrite.All"], &["Directory.Read.All"], &["Directory.ReadWrite.All"]];

pub(super) const SYNCED: &str = "Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently \
    undergoing migration.";

/// `GET /users/{user}`.
pub(super) fn get(state: &State, url: &Url, id: ObjectId) -> Outcome {
    if !(state.is_self(id) && state.caller.holds(&[&["User.Read"]])) {
        state.demand(READ)?;
    }
    let select = url.select();
    let shown = state.seen(id)?.show(select.as_deref());
    let context = match &select {
        Some(names) => format!("users({})/$entity", names.join(",")),
        None => "users/$entity".to_owned(),
    };
    Ok(Answer::entity(url.context(&context), shown))
}

/// To see a list of users; the basic properties are enough for that.
const LIST: &[&[&str]] = &[
    &["User.ReadBasic.All"],
    &["User.Read.All"],
    &["User.ReadWrite.All"],
    &["Directory.Read.All"],
    &["Directory.ReadWrite.All"],
];

/// How many users a page has that was not asked for in another size.
const USUAL_PAGE: usize = 100;

const FILTERS: Rules = Rules {
    resource: "user",
    texts: &[
        "id",
        "userPrincipalName",
        "mail",
        "displayName",
        "givenName",
        "surname",
        "jobTitle",
        "department",
        "usageLocation",
        "country",
    ],
    others: &["accountEnabled", "userType", "onPremisesSyncEnabled", "creationType"],
    collections: &["proxyAddresses", "otherMails"],
};

/// `GET /users`.
pub(super) fn list(state: &State, url: &Url) -> Outcome {
    state.demand(LIST)?;
    let (filter, select) = (url.filter(&FILTERS)?, url.select());
    let mut all = Vec::new();
    for id in state.directory.ids() {
        let account = state.seen(id)?;
        if filter.as_ref().is_none_or(|filter| filter.matches(&account.properties())) {
            all.push(account.show(select.as_deref()).into());
        }
    }
    let context = select.map_or_else(|| "users".to_owned(), |names| format!("users({})", names.join(",")));
    collection_by(state, url, &context, all, Some(USUAL_PAGE))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PasswordProfile {
    password: Option<String>,
    force_change_password_next_sign_in: Option<bool>,
    force_change_password_next_sign_in_with_mfa: Option<bool>,
}

/// What is to become of a user.
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

/// `PATCH /users/{user}`: `accountEnabled`, `passwordProfile`, and what says who somebody is.
pub(super) fn patch(state: &mut State, body: &[u8], id: ObjectId) -> Outcome {
    let changes = Changes::read(body)?;
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
            UserKind::Synced => return Err(Refused::directory(SYNCED)),
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
            check_password(password, Refused::directory)?;
        }
    }
    let now = state.now();
    state.change(id, |account| {
        profile::apply(account, changes.profile);
        if let Some(enabled) = changes.account_enabled {
            account.enabled = enabled;
        }
        if let Some(profile) = changes.password_profile {
            if let Some(password) = profile.password {
                account.set_password(password.into(), now);
                // Graph's own default: whoever is given a password must change it.
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

/// `POST /users/{user}/revokeSignInSessions`.
pub(super) fn revoke_sessions(state: &mut State, url: &Url, body: &[u8], id: ObjectId) -> Outcome {
    demand_no_parameters(body, "revokeSignInSessions")?;
    state.demand(&[&["User.RevokeSessions.All"], &["User.ReadWrite.All"], &["Directory.ReadWrite.All"]])?;
    let account = state.account(id)?;
    if !state.is_self(id) {
        state.demand_role(Act::ResetOrRevoke, account)?;
    }
    // The sessions of an external guest belong to the home tenant: accepted, without any effect.
    if account.kind() != UserKind::ExternalGuest {
        let now = state.now();
        state.change(id, |account| account.revoke_sessions(now))?;
    }
    let mut body = Map::new();
    body.insert("value".into(), Value::Bool(true));
    Ok(Answer::entity(url.context("Edm.Boolean"), body))
}
