//! How the authentication methods policy is set.

use serde_json::{Map, Value, json};

use super::SimulatedTenant;
use crate::model::{CampaignState, MigrationState, PolicyTarget};

/// Describes a configuration of the authentication methods policy: one method, for whom, with which settings.
///
/// ```
/// use entra_ir_core::PolicyTarget;
/// use entra_ir_core::simulator::{MethodConfiguration, NewGroup, SimulatedTenant};
/// use serde_json::json;
///
/// let tenant = SimulatedTenant::contoso();
/// let pilots = tenant.add_group(NewGroup::named("Passkey pilots").member("adele@contoso.example"));
/// tenant.set_methods_policy([
///     MethodConfiguration::of("Fido2").include(PolicyTarget::Group(pilots)).setting("isAttestationEnforced", json!(true)),
///     MethodConfiguration::of("Sms").disabled(),
/// ]);
/// ```
#[derive(Clone, Debug)]
pub struct MethodConfiguration {
    pub(super) id: String,
    enabled: bool,
    include: Vec<(PolicyTarget, Map<String, Value>)>,
    exclude: Vec<PolicyTarget>,
    settings: Map<String, Value>,
}

impl MethodConfiguration {
    /// Makes the configuration of a method by its id (`Fido2`, `MicrosoftAuthenticator`, `Sms`, a GUID for an external method, ...), enabled, for nobody.
    pub fn of(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            enabled: true,
            include: Vec::new(),
            exclude: Vec::new(),
            settings: Map::new(),
        }
    }

    /// Makes one that is enabled for everybody.
    pub fn for_all(id: &str) -> Self {
        Self::of(id).include(PolicyTarget::AllUsers)
    }

    /// Disables the method.
    pub fn disabled(mut self) -> Self {
        self.enabled = false;
        self
    }

    /// Lets a target in.
    pub fn include(self, target: PolicyTarget) -> Self {
        self.include_with(target, Map::new())
    }

    /// Lets a target in with settings of its own, such as `authenticationMode`.
    pub fn include_with(mut self, target: PolicyTarget, settings: Map<String, Value>) -> Self {
        self.include.push((target, settings));
        self
    }

    /// Leaves a target out.
    pub fn exclude(mut self, target: PolicyTarget) -> Self {
        self.exclude.push(target);
        self
    }

    /// Adds a setting of the method.
    pub fn setting(mut self, name: &str, value: Value) -> Self {
        self.settings.insert(name.to_owned(), value);
        self
    }

    /// Shows it as Graph does.
    pub(super) fn show(&self) -> Value {
        let mut shown = Map::new();
        shown.insert("@odata.type".into(), odata_type(&self.id).into());
        shown.insert("id".into(), self.id.clone().into());
        shown.insert("state".into(), if self.enabled { "enabled" } else { "disabled" }.into());
        let exclude: Vec<_> = self.exclude.iter().map(show).collect();
        shown.insert("excludeTargets".into(), exclude.into());
        if self.id.parse::<crate::ids::ObjectId>().is_ok() {
            shown.insert("displayName".into(), "External method".into());
            shown.insert("appId".into(), "11111111-1111-4111-8111-111111111111".into());
            let discovery = "https://idp.example/.well-known/openid-configuration";
            shown.insert(
                "openIdConnectSetting".into(),
                json!({ "clientId": "entra", "discoveryUrl": discovery }),
            );
        }
        shown.extend(self.settings.clone());
        let include = self.include.iter().map(|(target, settings)| {
            let mut shown = show(target);
            shown.insert("isRegistrationRequired".into(), false.into());
            shown.extend(settings.clone());
            shown
        });
        shown.insert("includeTargets".into(), include.collect::<Vec<_>>().into());
        shown.into()
    }
}

/// Returns the `@odata.type` of a configuration; an id that is not known gives a type that is not either.
fn odata_type(id: &str) -> String {
    let name = match id.to_ascii_lowercase().as_str() {
        "microsoftauthenticator" => "microsoftAuthenticator".into(),
        "softwareoath" => "softwareOath".into(),
        "hardwareoath" => "hardwareOath".into(),
        "temporaryaccesspass" => "temporaryAccessPass".into(),
        "x509certificate" => "x509Certificate".into(),
        "qrcodepin" => "qrCodePin".into(),
        "verifiablecredentials" => "verifiableCredentials".into(),
        _ if id.parse::<crate::ids::ObjectId>().is_ok() => "external".into(),
        other => other.to_owned(),
    };
    format!("#microsoft.graph.{name}AuthenticationMethodConfiguration")
}

/// Shows a target as Graph does.
pub(super) fn show(target: &PolicyTarget) -> Map<String, Value> {
    let (id, kind) = match target {
        PolicyTarget::AllUsers => ("all_users".to_owned(), "group"),
        PolicyTarget::User(id) => (id.to_string(), "user"),
        PolicyTarget::Group(id) => (id.to_string(), "group"),
        PolicyTarget::Other(text) => (text.clone(), "unknownFutureValue"),
    };
    Map::from_iter([("id".to_owned(), id.into()), ("targetType".to_owned(), kind.into())])
}

/// The registration campaign.
#[derive(Clone)]
pub(super) struct Campaign {
    pub(super) state: CampaignState,
    pub(super) include: Vec<PolicyTarget>,
    pub(super) exclude: Vec<PolicyTarget>,
}

/// What was set of the policy.
#[derive(Clone)]
pub(super) struct PolicySettings {
    pub(super) configurations: Option<Vec<MethodConfiguration>>,
    pub(super) migration: MigrationState,
    pub(super) campaign: Campaign,
}

impl PolicySettings {
    pub(super) fn new() -> Self {
        Self {
            configurations: None,
            migration: MigrationState::MigrationComplete,
            campaign: Campaign {
                state: CampaignState::Default,
                include: vec![PolicyTarget::AllUsers],
                exclude: Vec::new(),
            },
        }
    }
}

impl SimulatedTenant {
    /// Replaces the configurations of the authentication methods policy.
    ///
    /// One for Temporary Access Pass has the tenant's limits; who may use a pass is not set here, but by
    /// [`set_in_access_pass_scope`](Self::set_in_access_pass_scope).
    pub fn set_methods_policy(&self, configurations: impl IntoIterator<Item = MethodConfiguration>) {
        self.state().policy.configurations = Some(configurations.into_iter().collect());
    }

    /// Says how far the tenant is on its way from the legacy settings. Default: its migration is complete.
    pub fn set_policy_migration_state(&self, migration: MigrationState) {
        self.state().policy.migration = migration;
    }

    /// Sets the registration campaign, which asks for Microsoft Authenticator.
    pub fn set_registration_campaign(
        &self,
        state: CampaignState,
        include: impl IntoIterator<Item = PolicyTarget>,
        exclude: impl IntoIterator<Item = PolicyTarget>,
    ) {
        let (include, exclude) = (include.into_iter().collect(), exclude.into_iter().collect());
        self.state().policy.campaign = Campaign { state, include, exclude };
    }
}
