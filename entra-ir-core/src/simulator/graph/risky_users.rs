//! A user's risk in Identity Protection, and its history.

use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::answer::{Answer, Outcome, Refused};
use super::body::read;
use super::call::Call;
use super::paging::{collection, select};
use super::query::Options;
use super::route::Route;
use crate::ids::ObjectId;
use crate::model::{RiskLevel, RiskState, UserKind, UserRisk};
use crate::simulator::tenant::account::Account;
use crate::simulator::tenant::clock::{stamp, whole_seconds};
use crate::simulator::tenant::risk::{RiskChange, RiskRecord, told};
use crate::simulator::tenant::role::Role;
use crate::simulator::tenant::settings::Licence;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[
    Route::action("/identityProtection/riskyUsers/confirmCompromised", confirm_compromised),
    Route::action("/identityProtection/riskyUsers/dismiss", dismiss),
    Route::at("/identityProtection/riskyUsers/{user id}")
        .get(get)
        .options(Options::of("riskyUser", PROPERTIES)),
    Route::at("/identityProtection/riskyUsers/{user id}/history").get(history),
];

const PROPERTIES: &[&str] = &[
    "id",
    "isDeleted",
    "isProcessing",
    "riskDetail",
    "riskLastUpdatedDateTime",
    "riskLevel",
    "riskState",
    "userDisplayName",
    "userPrincipalName",
];

/// Who may see risk, of signed-in callers. Source: "Get riskyUser".
const READERS: [Role; 4] =
    [Role::GlobalAdministrator, Role::GlobalReader, Role::SecurityAdministrator, Role::SecurityOperator];

/// What may be read with.
const READ: &[&[&str]] = &[&["IdentityRiskyUser.Read.All"], &["IdentityRiskyUser.ReadWrite.All"]];

/// Who may dismiss risk, of signed-in callers. Source: "Remediate risks and unblock users"; the reference of
/// Graph names Security Administrator alone.
const DISMISSERS: [Role; 3] =
    [Role::GlobalAdministrator, Role::SecurityAdministrator, Role::SecurityOperator];

/// Who may confirm a compromise, of signed-in callers; Microsoft's pages disagree on Security Operator.
/// Source: "riskyUser: confirmCompromised".
const WRITERS: [Role; 2] = [Role::GlobalAdministrator, Role::SecurityAdministrator];

/// The most users that one call takes, as seen by others with `dismiss`.
const MOST_USERS: usize = 60;

/// The interval between two answers to the whole tenant. Source: "Microsoft Graph service-specific throttling
/// limits", Identity protection and conditional access.
const INTERVAL: Duration = Duration::from_secs(1);

/// Demands what every request needs: the turn, the permission, a role, the licence.
fn demand(state: &mut State, any_of: &[&[&str]], roles: &[Role]) -> Result<(), Refused> {
    let now = state.now();
    if state.settings.limits_identity_protection {
        if state.risk_answered.is_some_and(|last| now < last + INTERVAL) {
            // The limits' page says that this service sends no `Retry-After`.
            let message = "Too many requests.";
            return Err(Refused::new(StatusCode::TOO_MANY_REQUESTS, "TooManyRequests", message));
        }
        state.risk_answered = Some(now);
    }
    state.demand(any_of)?;
    if state.caller.is_delegated() && !state.caller.roles.iter().any(|role| roles.contains(role)) {
        return Err(Refused::denied());
    }
    if state.settings.licence < Licence::P2 {
        let message = "Your tenant is not licensed for this feature.";
        return Err(Refused::new(StatusCode::FORBIDDEN, "Forbidden", message));
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Users {
    user_ids: Vec<String>,
}

/// `POST /identityProtection/riskyUsers/confirmCompromised`.
fn confirm_compromised(state: &mut State, call: &Call<'_>) -> Outcome {
    give(
        state,
        call,
        &WRITERS,
        |_| true,
        |now| told(RiskLevel::High, RiskState::ConfirmedCompromised, "adminConfirmedUserCompromised", now),
    )
}

/// `POST /identityProtection/riskyUsers/dismiss`. A user without an open risk is assumed to be left as it is.
fn dismiss(state: &mut State, call: &Call<'_>) -> Outcome {
    give(state, call, &DISMISSERS, RiskRecord::is_open, |now| {
        told(RiskLevel::None, RiskState::Dismissed, "adminDismissedAllRiskForUser", now)
    })
}

/// Takes an administrator's feedback on users. The risk of a guest is the home tenant's: accepted, without
/// any effect. The answer to an unknown id is not documented; here it refuses the whole request.
fn give(
    state: &mut State,
    call: &Call<'_>,
    roles: &[Role],
    acts_on: fn(&RiskRecord) -> bool,
    risk: fn(OffsetDateTime) -> UserRisk,
) -> Outcome {
    demand(state, &[&["IdentityRiskyUser.ReadWrite.All"]], roles)?;
    let bad = || Refused::directory("The userIds are invalid.".to_owned());
    let Users { user_ids } = read(call.body).ok_or_else(bad)?;
    if user_ids.is_empty() || user_ids.len() > MOST_USERS {
        return Err(bad());
    }
    let ids =
        user_ids.iter().map(|id| id.parse()).collect::<Result<Vec<ObjectId>, _>>().map_err(|_| bad())?;
    for id in &ids {
        state.account(*id)?;
    }
    let (now, by) = (state.now(), state.caller_id());
    for id in ids {
        state.change(id, |account| {
            if account.kind() != UserKind::ExternalGuest && acts_on(&account.risk) {
                account.risk.set(Some(risk(now)), now, by.clone());
            }
        })?;
    }
    Ok(Answer::no_content())
}

/// Returns the account of a path, which takes an object id only, and its risk. The body for a user who never
/// was risky is not documented.
fn risky<'a>(state: &'a State, call: &Call<'_>) -> Result<(&'a Account, &'a UserRisk), Refused> {
    let [key] = call.keys();
    let id = key.parse().map_err(|_| Refused::directory(format!("Invalid object identifier '{key}'.")))?;
    let account = state.seen(id)?;
    Ok((account, account.risk.current.as_ref().ok_or_else(Refused::gone)?))
}

/// Writes a risk as both resources have it.
fn shown(account: &Account, risk: &UserRisk, since: OffsetDateTime) -> Map<String, Value> {
    let shown = json!({
        "id": account.id,
        "isDeleted": false,
        "isProcessing": risk.is_processing.unwrap_or_default(),
        "riskDetail": risk.detail.as_deref().unwrap_or("none"),
        "riskLastUpdatedDateTime": stamp(risk.last_updated.unwrap_or(since)),
        "riskLevel": risk.level,
        "riskState": risk.state,
        "userDisplayName": account.display_name,
        "userPrincipalName": account.name,
    });
    if let Value::Object(shown) = shown { shown } else { Map::new() }
}

/// `GET /identityProtection/riskyUsers/{id}`.
fn get(state: &mut State, call: &Call<'_>) -> Outcome {
    let url = call.url;
    demand(state, READ, &READERS)?;
    let (account, risk) = risky(state, call)?;
    let entity = shown(account, risk, whole_seconds(state.now()));
    Ok(Answer::entity(url.context("identityProtection/riskyUsers/$entity"), select(url, entity)))
}

/// `GET /identityProtection/riskyUsers/{id}/history`, the latest change first. The order, and the id of an
/// entry, are not documented.
fn history(state: &mut State, call: &Call<'_>) -> Outcome {
    let url = call.url;
    demand(state, READ, &READERS)?;
    let (account, _) = risky(state, call)?;
    let entry = |(number, change): (usize, &RiskChange)| {
        let mut entry = shown(account, &change.risk, change.at);
        entry.insert("id".into(), format!("{}{number}", account.id.as_uuid().simple()).into());
        entry.insert("userId".into(), account.id.to_string().into());
        entry.insert("initiatedBy".into(), change.by.clone().map_or(Value::Null, Value::from));
        let detail = change.risk.detail.as_deref().unwrap_or("none");
        entry.insert("activity".into(), json!({ "detail": detail, "riskEventTypes": [] }));
        Value::Object(entry)
    };
    let all: Vec<Value> = account.risk.history.iter().enumerate().rev().map(entry).collect();
    let context = format!("identityProtection/riskyUsers('{}')/history", account.id);
    collection(state, url, &context, all)
}
