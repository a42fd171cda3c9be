//! The tenant's own entry.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refused};
use super::call::Call;
use super::paging::{collection, select};
use super::query::Options;
use super::route::Route;
use crate::simulator::tenant::applications::TENANT;
use crate::simulator::tenant::clock::{START, stamp};
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[
    Route::at("/organization").get(list).options(OPTIONS),
    Route::at("/organization/{organization}").get(get).options(OPTIONS),
];

const OPTIONS: Options = Options::of("organization", PROPERTIES);

const PROPERTIES: &[&str] = &[
    "id",
    "assignedPlans",
    "businessPhones",
    "countryLetterCode",
    "createdDateTime",
    "displayName",
    "onPremisesSyncEnabled",
    "technicalNotificationMails",
    "tenantType",
    "verifiedDomains",
];

/// `GET /organization`: a list of one.
fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let url = call.url;
    demand(state)?;
    collection(state, url, "organization", vec![select(url, show(state)).into()])
}

/// `GET /organization/{id}`.
fn get(state: &mut State, call: &Call<'_>) -> Outcome {
    let (url, [key]) = (call.url, call.keys());
    demand(state)?;
    if !key.eq_ignore_ascii_case(&TENANT.to_string()) {
        return Err(Refused::no_object(key));
    }
    Ok(Answer::entity(url.context("organization/$entity"), select(url, show(state))))
}

fn demand(state: &State) -> Result<(), Refused> {
    state.demand(&[
        &["Organization.Read.All"],
        &["Organization.ReadWrite.All"],
        &["Directory.Read.All"],
        &["Directory.ReadWrite.All"],
        &["User.Read"],
    ])
}

fn show(state: &State) -> Map<String, Value> {
    let domains = state.domains.iter().map(|domain| {
        json!({
            "capabilities": "Email, OfficeCommunicationsOnline",
            "isDefault": domain.name == "contoso.example",
            "isInitial": domain.name == "contoso.onmicrosoft.com",
            "name": domain.name,
            "type": if domain.federated { "Federated" } else { "Managed" },
        })
    });
    let all = json!({
        "id": TENANT,
        "assignedPlans": [],
        "businessPhones": [],
        "countryLetterCode": "US",
        "createdDateTime": stamp(START.saturating_sub(time::Duration::days(2000))),
        "displayName": "Contoso",
        "onPremisesSyncEnabled": state.directory.all().any(|account| account.synced).then_some(true),
        "technicalNotificationMails": ["security@contoso.example"],
        "tenantType": "AAD",
        "verifiedDomains": domains.collect::<Vec<_>>(),
    });
    if let Value::Object(all) = all { all } else { Map::new() }
}
