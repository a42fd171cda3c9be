//! A user's risk in Identity Protection.

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refused};
use super::body::read;
use super::call::Call;
use super::paging::select;
use super::query::Options;
use super::route::Route;
use crate::ids::ObjectId;
use crate::model::{RiskLevel, RiskState, UserKind, UserRisk};
use crate::simulator::tenant::clock::{stamp, whole_seconds};
use crate::simulator::tenant::role::Role;
use crate::simulator::tenant::settings::Licence;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[
    Route::action("/identityProtection/riskyUsers/confirmCompromised", confirm_compromised),
    Route::at("/identityProtection/riskyUsers/{user id}")
        .get(get)
        .options(Options::of("riskyUser", PROPERTIES)),
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

/// Who may change risk, of signed-in callers; Microsoft's pages disagree on Security Operator. Source:
/// "riskyUser: confirmCompromised".
const WRITERS: [Role; 2] = [Role::GlobalAdministrator, Role::SecurityAdministrator];

/// The most users that one call takes, as seen by others with `dismiss`.
const MOST_USERS: usize = 60;

fn demand_role_and_licence(state: &State, roles: &[Role]) -> Result<(), Refused> {
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

/// `POST /identityProtection/riskyUsers/confirmCompromised`. The risk of a guest is the home tenant's:
/// accepted, without any effect.
fn confirm_compromised(state: &mut State, call: &Call<'_>) -> Outcome {
    state.demand(&[&["IdentityRiskyUser.ReadWrite.All"]])?;
    demand_role_and_licence(state, &WRITERS)?;
    let bad = || Refused::directory("The userIds are invalid.".to_owned());
    let Users { user_ids } = read(call.body).ok_or_else(bad)?;
    if user_ids.is_empty() || user_ids.len() > MOST_USERS {
        return Err(bad());
    }
    let ids =
        user_ids.iter().map(|id| id.parse()).collect::<Result<Vec<ObjectId>, _>>().map_err(|_| bad())?;
    for id in ids {
        if state.account(id)?.kind() == UserKind::ExternalGuest {
            continue;
        }
        let now = whole_seconds(state.now());
        state.change(id, |account| {
            let mut risk = UserRisk::new(RiskLevel::High, RiskState::ConfirmedCompromised);
            risk.detail = Some("adminConfirmedUserCompromised".into());
            risk.last_updated = Some(now);
            account.risk = Some(risk);
        })?;
    }
    Ok(Answer::no_content())
}

/// `GET /identityProtection/riskyUsers/{id}`: by object id only.
fn get(state: &mut State, call: &Call<'_>) -> Outcome {
    let (url, [key]) = (call.url, call.keys());
    state.demand(&[&["IdentityRiskyUser.Read.All"], &["IdentityRiskyUser.ReadWrite.All"]])?;
    demand_role_and_licence(state, &READERS)?;
    let id = key.parse().map_err(|_| Refused::directory(format!("Invalid object identifier '{key}'.")))?;
    let account = state.seen(id)?;
    // The body for a user who never was risky is not documented.
    let risk = account.risk.as_ref().ok_or_else(Refused::gone)?;
    let updated = risk.last_updated.unwrap_or_else(|| whole_seconds(state.now()));
    let shown = json!({
        "id": id,
        "isDeleted": false,
        "isProcessing": risk.is_processing.unwrap_or_default(),
        "riskDetail": risk.detail.as_deref().unwrap_or("none"),
        "riskLastUpdatedDateTime": stamp(updated),
        "riskLevel": risk.level,
        "riskState": risk.state,
        "userDisplayName": account.display_name,
        "userPrincipalName": account.name,
    });
    let shown = if let Value::Object(shown) = shown { shown } else { Map::new() };
    Ok(Answer::entity(url.context("identityProtection/riskyUsers/$entity"), select(url, shown)))
}
