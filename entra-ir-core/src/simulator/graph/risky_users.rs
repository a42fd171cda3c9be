//! What Identity Protection says of a user.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refused};
use super::call::Call;
use super::paging::select;
use super::query::Options;
use super::route::Route;
use crate::simulator::tenant::clock::{stamp, whole_seconds};
use crate::simulator::tenant::role::Role;
use crate::simulator::tenant::settings::Licence;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[Route::at("/identityProtection/riskyUsers/{user id}")
    .get(get)
    .options(Options::of("riskyUser", PROPERTIES))];

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

/// `GET /identityProtection/riskyUsers/{id}`: by object id only.
fn get(state: &mut State, call: &Call<'_>) -> Outcome {
    let (url, [key]) = (call.url, call.keys());
    state.demand(&[&["IdentityRiskyUser.Read.All"], &["IdentityRiskyUser.ReadWrite.All"]])?;
    if state.caller.is_delegated() && !state.caller.roles.iter().any(|role| READERS.contains(role)) {
        return Err(Refused::denied());
    }
    if state.settings.licence < Licence::P2 {
        let message = "Your tenant is not licensed for this feature.";
        return Err(Refused::new(StatusCode::FORBIDDEN, "Forbidden", message));
    }
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
