//! What the authentication methods policy means for one user.

use std::borrow::Cow;
use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::{MethodKind, MethodSettings};
use crate::ids::{MethodId, ObjectId};

/// Says which methods a user may use by the authentication methods policy, and which registered ones thereby not.
///
/// The policy is not all there is: until its migration is complete, the legacy MFA and self-service password reset settings count beside it, and
/// Graph does not show them. Authentication strengths and Conditional Access may forbid a method for one application although it is allowed here.
/// Source: "Manage authentication methods" on Microsoft Learn.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct EffectiveMethodsPolicy {
    /// One entry per configuration of the policy, in the service's order.
    pub methods: Vec<MethodPolicy>,
    /// How far the tenant is on its way from the legacy settings to this policy.
    pub migration: MigrationState,
    /// Whether more may be allowed than this says.
    pub lower_bound: bool,
    /// Why, in one sentence.
    pub lower_bound_reason: Option<Cow<'static, str>>,
    /// The campaign that makes users register a method, if the policy has one.
    pub campaign: Option<RegistrationCampaign>,
    /// What the policy means for each registered method.
    pub registered: Vec<RegisteredMethod>,
    /// Why the registered methods could not be read, or not all of them.
    pub registered_unread: Option<String>,
    /// Groups that the policy names and of which nobody can tell whether the user is in them.
    pub undecided: Vec<PolicyTarget>,
    /// Why: what the service answered when it was asked about them.
    pub undecided_reason: Option<String>,
}

impl EffectiveMethodsPolicy {
    /// Returns the entry of a configuration, by its id in any case: `Fido2`, `Sms`, `TemporaryAccessPass`, ...
    pub fn method(&self, id: &str) -> Option<&MethodPolicy> {
        self.methods.iter().find(|method| method.id.eq_ignore_ascii_case(id))
    }

    /// Lists the registered methods that this user may not use, as far as that is certain.
    pub fn unusable(&self) -> impl Iterator<Item = &RegisteredMethod> {
        self.registered.iter().filter(|method| method.verdict == Verdict::NotAllowed)
    }

    /// Says what the policy means for a registered method.
    pub fn verdict_on(&self, kind: &MethodKind, id: &MethodId) -> Option<Verdict> {
        self.registered
            .iter()
            .find(|method| method.kind == *kind && method.id == *id)
            .map(|method| method.verdict)
    }
}

/// Says what the policy means for one method, and [why](Self::because).
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = Self::beside))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MethodPolicy {
    /// The configuration's id: `Fido2`, `Sms`, `TemporaryAccessPass`, a GUID for an external method, or
    /// something newer.
    pub id: String,
    /// Whether the user may use the method.
    pub verdict: Verdict,
    /// The configuration's state, in the service's word: `enabled` or `disabled`.
    pub state: Option<String>,
    /// The targets that let the user in.
    pub included_by: Vec<PolicyTarget>,
    /// The targets that leave the user out; one is enough.
    pub excluded_by: Vec<PolicyTarget>,
    /// Targets that could let the user in or leave the user out: nobody can tell.
    pub undecided: Vec<PolicyTarget>,
    /// The settings that apply to the user: those of the method, and of every target that lets the user in.
    pub settings: MethodSettings,
    /// What else is known of it; part of [`because`](Self::because).
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(skip_serializing_if = "Option::is_none"))]
    pub besides: Option<Cow<'static, str>>,
    /// The configuration as it came. Left out of JSON.
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

    /// Says why the verdict is what it is.
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
                Some(state) => format!("the method's state {state:?} is not known"),
                None => "the method's state is not told".into(),
            };
        }
        if !self.excluded_by.is_empty() {
            return format!("excluded by {}", names(&self.excluded_by));
        }
        if self.verdict == Verdict::Unknown && self.undecided.is_empty() && self.besides.is_none() {
            return "what this type of configuration means is not known".into();
        }
        if self.verdict == Verdict::Unknown && !self.undecided.is_empty() {
            return format!("it is not known whether the user is in {}", names(&self.undecided));
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
        policy.serialize_field("includedBy", &self.included_by)?;
        policy.serialize_field("excludedBy", &self.excluded_by)?;
        policy.serialize_field("undecided", &self.undecided)?;
        policy.serialize_field("settings", &self.settings)?;
        if let Some(besides) = &self.besides {
            policy.serialize_field("besides", besides)?;
        }
        policy.end()
    }
}

/// Says whether a user may use a method.
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
    /// Nobody can tell.
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

/// Says how far the tenant is on its way from the legacy settings to this policy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum MigrationState {
    /// The policy counts for sign-in, the legacy settings beside it.
    PreMigration,
    /// The policy counts for sign-in and password reset, the legacy settings beside it.
    MigrationInProgress,
    /// The policy alone counts.
    MigrationComplete,
    /// Not told.
    #[default]
    Unknown,
    /// A word this version does not know.
    #[serde(untagged)]
    Other(String),
}

/// Names whom a line of the policy is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", content = "id", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PolicyTarget {
    /// Everybody.
    AllUsers,
    /// A user.
    User(ObjectId),
    /// A group, with everybody who is in it directly or through other groups.
    Group(ObjectId),
    /// Something that is neither; nobody can tell who is in it.
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

/// Says what the policy means for one registered method.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RegisteredMethod {
    /// The type.
    pub kind: MethodKind,
    /// The id.
    pub id: MethodId,
    /// What it is, in a few words. It holds what the user or an attacker chose: escape it wherever it is shown.
    pub label: String,
    /// Whether the user may use it.
    pub verdict: Verdict,
    /// Why.
    pub because: String,
}

/// Describes the campaign that makes users register a method at sign-in. Source: "authenticationMethodsRegistrationCampaign resource type".
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RegistrationCampaign {
    /// Whether it runs.
    pub state: CampaignState,
    /// Whether it asks this user; `None` if nobody can tell.
    pub applies: Option<bool>,
    /// Why.
    pub because: String,
    /// The methods that it asks the user to register.
    pub methods: Vec<String>,
    /// For how many days it can be put off.
    pub snooze_days: Option<i64>,
}

/// Says whether a registration campaign runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum CampaignState {
    /// Managed by Microsoft, who decides and changes what that means.
    Default,
    /// It runs.
    Enabled,
    /// It does not.
    Disabled,
    /// A word this version does not know; empty if there was none.
    #[serde(untagged)]
    Other(String),
}
