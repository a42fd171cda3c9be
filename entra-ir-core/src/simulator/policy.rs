//! The authentication methods policy, and the domains.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refused};
use super::clock::{START, stamp};
use super::route::Url;
use super::state::State;

/// The group of the users who are left out of the Temporary Access Pass policy.
const NO_PASS_GROUP: &str = "a9c5e0d4-7d1b-4a0e-9d3c-5f7f3c1b2a90";

fn demand_read(state: &State) -> Result<(), Refused> {
    state.demand(&[
        &["Policy.Read.AuthenticationMethod"],
        &["Policy.Read.All"],
        &["Policy.ReadWrite.AuthenticationMethod"],
    ])
}

/// `GET /policies/authenticationMethodsPolicy`.
pub(super) fn get(state: &State, url: &Url) -> Outcome {
    demand_read(state)?;
    let policy = json!({
        "id": "authenticationMethodsPolicy",
        "displayName": "Authentication Methods Policy",
        "description": "The tenant-wide policy that controls which authentication methods are allowed.",
        "lastModifiedDateTime": stamp(START),
        "policyVersion": "1.5",
        "policyMigrationState": "migrationComplete",
        "reconfirmationInDays": null,
        "authenticationMethodConfigurations": configurations(state),
    });
    Ok(Answer::entity(url.context("authenticationMethodsPolicy"), object(policy)))
}

/// `GET …/authenticationMethodConfigurations`.
pub(super) fn list(state: &State, url: &Url) -> Outcome {
    demand_read(state)?;
    let mut body = Map::new();
    body.insert("value".into(), configurations(state).into());
    let context = url.context("policies/authenticationMethodsPolicy/authenticationMethodConfigurations");
    Ok(Answer::entity(context, body))
}

/// `GET …/authenticationMethodConfigurations/{key}`, the key in any case.
pub(super) fn configuration(state: &State, url: &Url, key: &str) -> Outcome {
    demand_read(state)?;
    let is_wanted = |item: &Value| item["id"].as_str().is_some_and(|id| id.eq_ignore_ascii_case(key));
    let found = configurations(state).into_iter().find(is_wanted).ok_or_else(Refused::gone)?;
    let context = url.context("authenticationMethodConfigurations/$entity");
    Ok(Answer::entity(context, object(found)))
}

fn configurations(state: &State) -> Vec<Value> {
    let rules = &state.pass_rules;
    let left_out = state.directory.all().any(|account| !account.in_pass_scope);
    let everybody = json!([{ "id": "all_users", "targetType": "group", "isRegistrationRequired": false }]);
    let configuration = |id: &str, name: &str, enabled: bool| {
        json!({
            "@odata.type": format!("#microsoft.graph.{name}AuthenticationMethodConfiguration"),
            "id": id,
            "state": if enabled { "enabled" } else { "disabled" },
            "excludeTargets": [],
        })
    };
    let mut pass = configuration("TemporaryAccessPass", "temporaryAccessPass", rules.enabled);
    pass["minimumLifetimeInMinutes"] = rules.minimum_minutes.into();
    pass["maximumLifetimeInMinutes"] = rules.maximum_minutes.into();
    pass["defaultLifetimeInMinutes"] = rules.default_minutes.into();
    pass["defaultLength"] = rules.length.into();
    pass["isUsableOnce"] = rules.usable_once.into();
    pass["includeTargets"] = everybody;
    if left_out {
        pass["excludeTargets"] = json!([{ "id": NO_PASS_GROUP, "targetType": "group" }]);
    }
    vec![
        configuration("Fido2", "fido2", true),
        configuration("MicrosoftAuthenticator", "microsoftAuthenticator", true),
        configuration("Sms", "sms", true),
        pass,
        configuration("SoftwareOath", "softwareOath", true),
        configuration("Voice", "voice", false),
        configuration("Email", "email", true),
    ]
}

/// `GET /domains/{name}`.
pub(super) fn domain(state: &State, url: &Url, name: &str) -> Outcome {
    state.demand(&[
        &["Domain.Read.All"],
        &["Domain.ReadWrite.All"],
        &["Directory.Read.All"],
        &["Directory.ReadWrite.All"],
    ])?;
    let known = state.domains.iter().find(|domain| domain.name.eq_ignore_ascii_case(name));
    let known = known.ok_or_else(|| Refused::no_object(name))?;
    let mut shown = object(json!({
        "id": known.name,
        "authenticationType": if known.federated { "Federated" } else { "Managed" },
        "availabilityStatus": null,
        "isAdminManaged": true,
        "isDefault": known.name == "contoso.example",
        "isInitial": known.name == "contoso.onmicrosoft.com",
        "isRoot": true,
        "isVerified": true,
        "supportedServices": ["Email"],
    }));
    if let Some(names) = url.select() {
        shown.retain(|name, _| names.iter().any(|wanted| wanted.eq_ignore_ascii_case(name)));
    }
    Ok(Answer::entity(url.context("domains/$entity"), shown))
}

fn object(value: Value) -> Map<String, Value> {
    if let Value::Object(map) = value { map } else { Map::new() }
}
