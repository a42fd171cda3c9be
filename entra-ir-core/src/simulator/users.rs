//! Users as they are listed, read and changed, and the revocation of sessions.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::answer::{Answer, Outcome, Refused};
use super::filter::Rules;
use super::matrix::Act;
use super::paging::collection_by;
use super::passwords::check_password;
use super::route::Url;
use super::state::State;
use crate::ids::ObjectId;
use crate::model::UserKind;

const READ: &[&[&str]] =
    &[&["User.Read.All"], &["User.ReadWrite.All"], &["Directory.Read.All"], &["Directory.ReadWrite.All"]];

const SYNCED: &str = "Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently \
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
struct Changes {
    account_enabled: Option<bool>,
    password_profile: Option<PasswordProfile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PasswordProfile {
    password: Option<String>,
    force_change_password_next_sign_in: Option<bool>,
    force_change_password_next_sign_in_with_mfa: Option<bool>,
}

/// `PATCH /users/{user}`: `accountEnabled` and `passwordProfile`.
pub(super) fn patch(state: &mut State, body: &[u8], id: ObjectId) -> Outcome {
    let changes: Changes = serde_json::from_slice(body).map_err(|_| {
        Refused::directory("One or more property values specified are invalid, or the simulated tenant has no such property.")
    })?;
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
    state.demand_role(Act::Sensitive, account)?;
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
pub(super) fn revoke_sessions(state: &mut State, url: &Url, id: ObjectId) -> Outcome {
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
