//! The settings of the authentication methods policy.

use serde_json::{Map, Value};

use crate::model::{CampaignState, MigrationState, PolicyTarget};

/// Describes a configuration of the authentication methods policy: one method, for whom, with which settings.
///
/// ```
/// use entra_ir_core::model::PolicyTarget;
/// use entra_ir_core::simulator::{MethodConfiguration, NewGroup, SimulatedTenant};
/// use serde_json::json;
///
/// let tenant = SimulatedTenant::contoso();
/// let pilots = tenant.add_group(NewGroup::named("Passkey pilots").member("adele@contoso.example"));
/// tenant.set_methods_policy([
///     MethodConfiguration::new("Fido2")
///         .include(PolicyTarget::Group(pilots))
///         .setting("isAttestationEnforced", json!(true)),
///     MethodConfiguration::new("Sms").disabled(),
/// ]);
/// ```
#[derive(Clone, Debug)]
pub struct MethodConfiguration {
    pub(crate) id: String,
    pub(crate) enabled: bool,
    pub(crate) include: Vec<(PolicyTarget, Map<String, Value>)>,
    pub(crate) exclude: Vec<PolicyTarget>,
    pub(crate) settings: Map<String, Value>,
}

impl MethodConfiguration {
    /// Makes the configuration of a method by its id (`Fido2`, `MicrosoftAuthenticator`, `Sms`, a GUID for an
    /// external method, ...), enabled, for nobody.
    pub fn new(id: &str) -> Self {
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
        Self::new(id).include(PolicyTarget::AllUsers)
    }

    /// Disables the method.
    pub fn disabled(mut self) -> Self {
        self.enabled = false;
        self
    }

    /// Includes a target.
    pub fn include(self, target: PolicyTarget) -> Self {
        self.include_with(target, Map::new())
    }

    /// Includes a target with its own settings, such as `authenticationMode`.
    pub fn include_with(mut self, target: PolicyTarget, settings: Map<String, Value>) -> Self {
        self.include.push((target, settings));
        self
    }

    /// Excludes a target.
    pub fn exclude(mut self, target: PolicyTarget) -> Self {
        self.exclude.push(target);
        self
    }

    /// Adds a setting of the method.
    pub fn setting(mut self, name: &str, value: Value) -> Self {
        self.settings.insert(name.to_owned(), value);
        self
    }
}

/// The registration campaign.
#[derive(Clone)]
pub(crate) struct Campaign {
    pub(crate) state: CampaignState,
    pub(crate) include: Vec<PolicyTarget>,
    pub(crate) exclude: Vec<PolicyTarget>,
}

/// The settings of the policy.
#[derive(Clone)]
pub(crate) struct PolicySettings {
    pub(crate) configurations: Option<Vec<MethodConfiguration>>,
    pub(crate) migration: MigrationState,
    pub(crate) campaign: Campaign,
}

impl PolicySettings {
    pub(crate) fn new() -> Self {
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
