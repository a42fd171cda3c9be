//! What the authentication methods policy means for one user.

use std::borrow::Cow;
use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::{MethodKind, MethodSettings};
use crate::ids::{MethodId, ObjectId};

/// Holds which methods the authentication methods policy allows a user, and which registered ones it does not
/// allow. The policy is not everything: until its migration is complete, the legacy MFA and self-service
/// password reset settings apply as well, and Graph does not show them. Authentication strengths and
/// Conditional Access may forbid a method for one application although it is allowed here. Source: "Manage
/// authentication methods" on Microsoft Learn.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct EffectiveMethodsPolicy {
    /// One entry per configuration of the policy, in the service's order.
    pub methods: Vec<MethodPolicy>,
    /// The state of the tenant's migration from the legacy settings to this policy.
    pub migration: MigrationState,
    /// Whether more may be allowed than this result shows.
    pub lower_bound: bool,
    /// The reason, in one sentence.
    pub lower_bound_reason: Option<Cow<'static, str>>,
    /// The campaign that makes users register a method, if the policy has one.
    pub campaign: Option<RegistrationCampaign>,
    /// What the policy means for each registered method.
    pub registered: Vec<RegisteredMethod>,
    /// Why not all registered methods could be read.
    pub registered_unread: Option<String>,
    /// Groups in the policy for which the user's membership is unknown.
    pub undecided: Vec<PolicyTarget>,
    /// The reason: the service's answer about them.
    pub undecided_reason: Option<String>,
}

impl EffectiveMethodsPolicy {
    /// Returns the entry of a configuration, by its id in any case: `Fido2`, `Sms`, `TemporaryAccessPass`,
    /// ...
    pub fn method(&self, id: &str) -> Option<&MethodPolicy> {
        self.methods.iter().find(|method| method.id.eq_ignore_ascii_case(id))
    }

    /// Lists the registered methods that this user may not use, as far as that is certain.
    pub fn unusable(&self) -> impl Iterator<Item = &RegisteredMethod> {
        self.registered.iter().filter(|method| method.verdict == Verdict::NotAllowed)
    }

    /// Returns what the policy means for a registered method.
    pub fn verdict_on(&self, kind: &MethodKind, id: &MethodId) -> Option<Verdict> {
        self.registered
            .iter()
            .find(|method| method.kind == *kind && method.id == *id)
            .map(|method| method.verdict)
    }
}

/// Holds what the policy means for one method, and the [reason](Self::because).
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = Self::beside))]
#[non_exhaustive]
pub struct MethodPolicy {
    /// The configuration's id: `Fido2`, `Sms`, `TemporaryAccessPass`, a GUID for an external method, or
    /// something newer.
    pub id: String,
    /// Whether the user may use the method.
    pub verdict: Verdict,
    /// The configuration's state, in the service's word: `enabled` or `disabled`.
    pub state: Option<String>,
    /// The targets that include the user.
    pub included_by: Vec<PolicyTarget>,
    /// The targets that exclude the user; one is enough.
    pub excluded_by: Vec<PolicyTarget>,
    /// Targets for which it is unknown whether they include or exclude the user.
    pub undecided: Vec<PolicyTarget>,
    /// The settings that apply to the user: those of the method, and of every target that includes the user.
    pub settings: MethodSettings,
    /// What else is known of it; part of [`because`](Self::because).
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(skip_serializing_if = "Option::is_none"))]
    pub besides: Option<Cow<'static, str>>,
    /// The unchanged configuration. Omitted from JSON.
    #[serde(skip)]
    pub raw: Map<String, Value>,
}

impl MethodPolicy {
    /// Makes an entry with a verdict and nothing else.
    pub fn new(id: impl Into<String>, verdict: Verdict) -> Self {
        Self {
            id: id.into(),
            verdict,
            state: None,
            included_by: Vec::new(),
            excluded_by: Vec::new(),
            undecided: Vec::new(),
            settings: MethodSettings::default(),
            besides: None,
            raw: Map::new(),
        }
    }

    /// Returns the reason for the verdict.
    pub fn because(&self) -> String {
        let because = self.by_its_configuration();
        self.besides.as_ref().map_or_else(|| because.clone(), |besides| format!("{because}; {besides}"))
    }

    fn by_its_configuration(&self) -> String {
        let names =
            |targets: &[PolicyTarget]| targets.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let enabled = self.state.as_deref().is_some_and(|state| state.eq_ignore_ascii_case("enabled"));
        if !enabled {
            return match self.state.as_deref() {
                Some(state) if state.eq_ignore_ascii_case("disabled") => "the method is disabled".into(),
                Some(state) => format!("the method's state {state:?} is unknown"),
                None => "the method's state is missing".into(),
            };
        }
        if !self.excluded_by.is_empty() {
            return format!("excluded by {}", names(&self.excluded_by));
        }
        if self.verdict == Verdict::Unknown && self.undecided.is_empty() && self.besides.is_none() {
            return "the meaning of this type of configuration is unknown".into();
        }
        if self.verdict == Verdict::Unknown && !self.undecided.is_empty() {
            return format!("whether the user is in {} is unknown", names(&self.undecided));
        }
        if self.included_by.is_empty() {
            return "no target includes the user".into();
        }
        format!("included by {}", names(&self.included_by))
    }
}

#[cfg(feature = "schema")]
impl MethodPolicy {
    fn beside(schema: &mut schemars::Schema) {
        let because = "Why.";
        crate::schema::add::<String>(schema, "because", because);
    }
}

impl Serialize for MethodPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut policy = serializer.serialize_struct("MethodPolicy", 8)?;
        policy.serialize_field("id", &self.id)?;
        policy.serialize_field("verdict", &self.verdict)?;
        policy.serialize_field("because", &self.because())?;
        policy.serialize_field("state", &self.state)?;
        policy.serialize_field("included_by", &self.included_by)?;
        policy.serialize_field("excluded_by", &self.excluded_by)?;
        policy.serialize_field("undecided", &self.undecided)?;
        policy.serialize_field("settings", &self.settings)?;
        if let Some(besides) = &self.besides {
            policy.serialize_field("besides", besides)?;
        }
        policy.end()
    }
}

/// Whether a user may use a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// Allowed.
    Allowed,
    /// Not allowed, and nothing else can allow it.
    NotAllowed,
    /// Not allowed by this policy; the legacy settings, which Graph does not show, may still allow it.
    LegacyMayAllow,
    /// The policy does not govern it: passwords, Windows Hello.
    NotGoverned,
    /// Unknown.
    Unknown,
}

impl<'de> Deserialize<'de> for Verdict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match &*String::deserialize(deserializer)? {
            "allowed" => Self::Allowed,
            "not-allowed" => Self::NotAllowed,
            "legacy-may-allow" => Self::LegacyMayAllow,
            "not-governed" => Self::NotGoverned,
            _ => Self::Unknown,
        })
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allowed => "allowed",
            Self::NotAllowed => "not allowed",
            Self::LegacyMayAllow => "not by this policy; legacy settings may still allow it",
            Self::NotGoverned => "not governed by this policy",
            Self::Unknown => "unknown",
        })
    }
}

/// The state of the tenant's migration from the legacy settings to this policy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum MigrationState {
    /// The policy applies to sign-in, together with the legacy settings.
    PreMigration,
    /// The policy applies to sign-in and password reset, together with the legacy settings.
    MigrationInProgress,
    /// Only the policy applies.
    MigrationComplete,
    /// Missing in the answer.
    #[default]
    Unknown,
    /// A word this version does not know.
    #[serde(untagged)]
    Other(String),
}

/// Names the target of a line of the policy.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", content = "id", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PolicyTarget {
    /// Everybody.
    AllUsers,
    /// A user.
    User(ObjectId),
    /// A group, with its direct and indirect members.
    Group(ObjectId),
    /// Something else; its members are unknown.
    Other(String),
}

impl fmt::Display for PolicyTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AllUsers => f.write_str("all users"),
            Self::User(id) => write!(f, "user {id}"),
            Self::Group(id) => write!(f, "group {id}"),
            Self::Other(text) => write!(f, "target {text:?}"),
        }
    }
}

/// Holds what the policy means for one registered method.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RegisteredMethod {
    /// The type.
    pub kind: MethodKind,
    /// The id.
    pub id: MethodId,
    /// What it is, in a few words. The user or an attacker chose parts of it: escape it when you show it.
    pub label: String,
    /// Whether the user may use it.
    pub verdict: Verdict,
    /// Why.
    pub because: String,
}

/// Describes the campaign that makes users register a method at sign-in. Source:
/// "authenticationMethodsRegistrationCampaign resource type".
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RegistrationCampaign {
    /// Whether it runs.
    pub state: CampaignState,
    /// Whether it asks this user; `None` if unknown.
    pub applies: Option<bool>,
    /// Why.
    pub because: String,
    /// The methods that it asks the user to register.
    pub methods: Vec<String>,
    /// For how many days the user can postpone it.
    pub snooze_days: Option<i64>,
}

/// The state of a registration campaign.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum CampaignState {
    /// Managed by Microsoft, which decides what that means.
    Default,
    /// It runs.
    Enabled,
    /// It does not.
    Disabled,
    /// A word this version does not know; empty if there was none.
    #[serde(untagged)]
    Other(String),
}
