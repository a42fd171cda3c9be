//! The authentication methods policy, and the domains.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refused};
use super::clock::{START, stamp};
use super::configuration::{MethodConfiguration, show};
use super::group::NO_PASS_GROUP;
use super::route::Url;
use super::state::State;
use crate::model::PolicyTarget;

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
        "policyMigrationState": state.policy.migration,
        "reconfirmationInDays": null,
        "registrationEnforcement": { "authenticationMethodsRegistrationCampaign": campaign(state) },
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

fn campaign(state: &State) -> Value {
    let campaign = &state.policy.campaign;
    let include = campaign.include.iter().map(|target| {
        let mut shown = show(target);
        shown.insert("targetedAuthenticationMethod".into(), "microsoftAuthenticator".into());
        shown
    });
    json!({
        "state": campaign.state,
        "snoozeDurationInDays": 1,
        "includeTargets": include.collect::<Vec<_>>(),
        "excludeTargets": campaign.exclude.iter().map(show).collect::<Vec<_>>(),
    })
}

fn configurations(state: &State) -> Vec<Value> {
    let set = state.policy.configurations.as_ref();
    let shown = |configuration: &MethodConfiguration| {
        let mut shown = configuration.show();
        if configuration.id.eq_ignore_ascii_case("TemporaryAccessPass") {
            limits(state, &mut shown);
        }
        shown
    };
    match set {
        Some(set) => set.iter().map(shown).collect(),
        None => usual(state).iter().map(shown).collect(),
    }
}

/// Adds the limits of passes.
fn limits(state: &State, pass: &mut Value) {
    let rules = &state.pass_rules;
    pass["minimumLifetimeInMinutes"] = rules.minimum_minutes.into();
    pass["maximumLifetimeInMinutes"] = rules.maximum_minutes.into();
    pass["defaultLifetimeInMinutes"] = rules.default_minutes.into();
    pass["defaultLength"] = rules.length.into();
    pass["isUsableOnce"] = rules.usable_once.into();
}

/// The policy as long as nobody set another one.
fn usual(state: &State) -> [MethodConfiguration; 7] {
    let all = MethodConfiguration::for_all;
    let mut pass = all("TemporaryAccessPass");
    if !state.pass_rules.enabled {
        pass = pass.disabled();
    }
    if state.directory.all().any(|account| !account.in_pass_scope) {
        pass = pass.exclude(PolicyTarget::Group(NO_PASS_GROUP));
    }
    let mode = |mode: &str| Map::from_iter([("authenticationMode".to_owned(), mode.into())]);
    [
        all("Fido2").setting("isSelfServiceRegistrationAllowed", true.into()),
        MethodConfiguration::of("MicrosoftAuthenticator")
            .include_with(PolicyTarget::AllUsers, mode("any"))
            .setting("isSoftwareOathEnabled", false.into()),
        all("Sms"),
        pass,
        all("SoftwareOath"),
        all("Voice").disabled().setting("isOfficePhoneAllowed", false.into()),
        all("Email"),
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
