//! What Identity Protection says of a user.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::SimulatedTenant;
use super::answer::{Answer, Outcome, Refused};
use super::caller::Role;
use super::clock::{stamp, whole_seconds};
use super::paging::select;
use super::route::Url;
use super::state::{Licence, State};
use crate::model::UserRisk;

/// Who may see risk, of signed-in callers. Source: "Get riskyUser".
const READERS: [Role; 4] =
    [Role::GlobalAdministrator, Role::GlobalReader, Role::SecurityAdministrator, Role::SecurityOperator];

impl SimulatedTenant {
    /// Sets what Identity Protection says of the user; nothing for one who never was risky.
    pub fn set_risk(&self, user: &str, risk: Option<UserRisk>) {
        self.change(user, |account| account.risk = risk);
    }
}

/// `GET /identityProtection/riskyUsers/{id}`: by object id only.
pub(super) fn get(state: &State, url: &Url, key: &str) -> Outcome {
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
