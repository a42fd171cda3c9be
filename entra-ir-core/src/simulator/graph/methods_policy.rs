//! The authentication methods policy.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refused};
use super::call::Call;
use super::route::Route;
use crate::ids::ObjectId;
use crate::model::PolicyTarget;
use crate::simulator::tenant::clock::{START, stamp};
use crate::simulator::tenant::group::NO_PASS_GROUP;
use crate::simulator::tenant::methods_policy::MethodConfiguration;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[
    Route::at("/policies/authenticationMethodsPolicy").get(get),
    Route::at("/policies/authenticationMethodsPolicy/authenticationMethodConfigurations").get(list),
    Route::at("/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/{configuration}")
        .get(get_configuration),
];

fn demand_read(state: &State) -> Result<(), Refused> {
    state.demand(&[
        &["Policy.Read.AuthenticationMethod"],
        &["Policy.Read.All"],
        &["Policy.ReadWrite.AuthenticationMethod"],
    ])
}

/// `GET /policies/authenticationMethodsPolicy`.
fn get(state: &mut State, call: &Call<'_>) -> Outcome {
    let url = call.url;
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
fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let url = call.url;
    demand_read(state)?;
    let mut body = Map::new();
    body.insert("value".into(), configurations(state).into());
    let context = url.context("policies/authenticationMethodsPolicy/authenticationMethodConfigurations");
    Ok(Answer::entity(context, body))
}

/// `GET …/authenticationMethodConfigurations/{key}`, the key in any case.
fn get_configuration(state: &mut State, call: &Call<'_>) -> Outcome {
    let (url, [key]) = (call.url, call.keys());
    demand_read(state)?;
    let is_wanted = |item: &Value| item["id"].as_str().is_some_and(|id| id.eq_ignore_ascii_case(key));
    let found = configurations(state).into_iter().find(is_wanted).ok_or_else(Refused::gone)?;
    let context = url.context("authenticationMethodConfigurations/$entity");
    Ok(Answer::entity(context, object(found)))
}

fn campaign(state: &State) -> Value {
    let campaign = &state.policy.campaign;
    let include = campaign.include.iter().map(|target| {
        let mut shown = show_target(target);
        shown.insert("targetedAuthenticationMethod".into(), "microsoftAuthenticator".into());
        shown
    });
    json!({
        "state": campaign.state,
        "snoozeDurationInDays": 1,
        "includeTargets": include.collect::<Vec<_>>(),
        "excludeTargets": campaign.exclude.iter().map(show_target).collect::<Vec<_>>(),
    })
}

fn configurations(state: &State) -> Vec<Value> {
    let set = state.policy.configurations.as_ref();
    let shown = |configuration: &MethodConfiguration| {
        let mut shown = show_configuration(configuration);
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

/// The default policy.
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
        MethodConfiguration::new("MicrosoftAuthenticator")
            .include_with(PolicyTarget::AllUsers, mode("any"))
            .setting("isSoftwareOathEnabled", false.into()),
        all("Sms"),
        pass,
        all("SoftwareOath"),
        all("Voice").disabled().setting("isOfficePhoneAllowed", false.into()),
        all("Email"),
    ]
}

/// Shows a configuration as Graph does, except the limits of passes.
fn show_configuration(configuration: &MethodConfiguration) -> Value {
    let mut shown = Map::new();
    shown.insert("@odata.type".into(), odata_type(&configuration.id).into());
    shown.insert("id".into(), configuration.id.clone().into());
    shown.insert("state".into(), if configuration.enabled { "enabled" } else { "disabled" }.into());
    let exclude: Vec<_> = configuration.exclude.iter().map(show_target).collect();
    shown.insert("excludeTargets".into(), exclude.into());
    if configuration.id.parse::<crate::ids::ObjectId>().is_ok() {
        shown.insert("displayName".into(), "External method".into());
        shown.insert("appId".into(), "11111111-1111-4111-8111-111111111111".into());
        let discovery = "https://idp.example/.well-known/openid-configuration";
        shown
            .insert("openIdConnectSetting".into(), json!({ "clientId": "entra", "discoveryUrl": discovery }));
    }
    shown.extend(configuration.settings.clone());
    let include = configuration.include.iter().map(|(target, settings)| {
        let mut shown = show_target(target);
        shown.insert("isRegistrationRequired".into(), false.into());
        shown.extend(settings.clone());
        shown
    });
    shown.insert("includeTargets".into(), include.collect::<Vec<_>>().into());
    shown.into()
}

/// Returns the `@odata.type` of a configuration; an unknown id has an unknown type.
fn odata_type(id: &str) -> String {
    let name = match id.to_ascii_lowercase().as_str() {
        "microsoftauthenticator" => "microsoftAuthenticator".into(),
        "softwareoath" => "softwareOath".into(),
        "hardwareoath" => "hardwareOath".into(),
        "temporaryaccesspass" => "temporaryAccessPass".into(),
        "x509certificate" => "x509Certificate".into(),
        "qrcodepin" => "qrCodePin".into(),
        "verifiablecredentials" => "verifiableCredentials".into(),
        _ if id.parse::<ObjectId>().is_ok() => "external".into(),
        other => other.to_owned(),
    };
    format!("#microsoft.graph.{name}AuthenticationMethodConfiguration")
}

/// Shows a target as Graph does.
fn show_target(target: &PolicyTarget) -> Map<String, Value> {
    let (id, kind) = match target {
        PolicyTarget::AllUsers => ("all_users".to_owned(), "group"),
        PolicyTarget::User(id) => (id.to_string(), "user"),
        PolicyTarget::Group(id) => (id.to_string(), "group"),
        PolicyTarget::Other(text) => (text.clone(), "unknownFutureValue"),
    };
    Map::from_iter([("id".to_owned(), id.into()), ("targetType".to_owned(), kind.into())])
}

fn object(value: Value) -> Map<String, Value> {
    if let Value::Object(map) = value { map } else { Map::new() }
}
