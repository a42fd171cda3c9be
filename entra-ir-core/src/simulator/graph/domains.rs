//! The domains.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refused};
use super::call::Call;
use super::paging::select;
use super::query::Options;
use super::route::Route;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] =
    &[Route::at("/domains/{domain}").get(get).options(Options::of("domain", PROPERTIES))];

const PROPERTIES: &[&str] = &[
    "id",
    "authenticationType",
    "availabilityStatus",
    "isAdminManaged",
    "isDefault",
    "isInitial",
    "isRoot",
    "isVerified",
    "supportedServices",
];

/// `GET /domains/{name}`.
fn get(state: &mut State, call: &Call<'_>) -> Outcome {
    let (url, [name]) = (call.url, call.keys());
    state.demand(&[
        &["Domain.Read.All"],
        &["Domain.ReadWrite.All"],
        &["Directory.Read.All"],
        &["Directory.ReadWrite.All"],
    ])?;
    let known = state.domains.iter().find(|domain| domain.name.eq_ignore_ascii_case(name));
    let known = known.ok_or_else(|| Refused::no_object(name))?;
    let shown = json!({
        "id": known.name,
        "authenticationType": if known.federated { "Federated" } else { "Managed" },
        "availabilityStatus": null,
        "isAdminManaged": true,
        "isDefault": known.name == "contoso.example",
        "isInitial": known.name == "contoso.onmicrosoft.com",
        "isRoot": true,
        "isVerified": true,
        "supportedServices": ["Email"],
    });
    let shown = if let Value::Object(shown) = shown { shown } else { Map::new() };
    Ok(Answer::entity(url.context("domains/$entity"), select(url, shown)))
}
