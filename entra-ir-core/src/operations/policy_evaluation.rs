//! Evaluates the authentication methods policy for one user, without I/O.
//!
//! Source: "Manage authentication methods" on Microsoft Learn. An exclusion wins over every inclusion; a
//! group counts with all its nested members; until the migration is complete, what this policy does not allow
//! may be allowed by settings that Graph does not show.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::policy_settings::settings;
use crate::ids::ObjectId;
use crate::model::{
    CampaignState, EffectiveMethodsPolicy, MethodKind, MethodPolicy, MethodsPolicy, MigrationState,
    PolicyTarget, RegistrationCampaign, Target, Verdict, excluded, included,
};

/// The `@odata.type`s of configurations that are understood, without their common end. The meaning of a newer
/// one is unknown.
const KNOWN: [&str; 12] = [
    "fido2",
    "microsoftAuthenticator",
    "sms",
    "voice",
    "email",
    "softwareOath",
    "hardwareOath",
    "temporaryAccessPass",
    "x509Certificate",
    "qrCodePin",
    "external",
    "verifiableCredentials",
];

/// Whether the user is in each group. A group that is not listed is unknown.
pub(super) type Membership = BTreeMap<ObjectId, bool>;

/// Lists the groups on which the policy's meaning for a user depends. A disabled configuration depends on
/// none.
pub(super) fn groups(policy: &MethodsPolicy) -> BTreeSet<ObjectId> {
    let mut groups = BTreeSet::new();
    let mut add = |targets: Vec<Target<'_>>| {
        for target in targets {
            if let PolicyTarget::Group(id) = target.who {
                groups.insert(id);
            }
        }
    };
    for raw in &policy.authentication_method_configurations {
        if is_enabled(raw) && type_of(raw).is_some() {
            add(included(list(raw, "includeTargets")));
            add(excluded(list(raw, "excludeTargets")));
        }
    }
    if let Some(campaign) = policy.campaign()
        && campaign.state != Some(CampaignState::Disabled)
    {
        add(campaign.included());
        add(campaign.excluded());
    }
    groups
}

/// Returns what each configuration means for the user, in the policy's order.
pub(super) fn methods(policy: &MethodsPolicy, user: ObjectId, membership: &Membership) -> Vec<MethodPolicy> {
    let closed = closed(policy.policy_migration_state.as_ref());
    let method = |raw: &Map<String, Value>| method(raw, user, membership, closed);
    let mut methods: Vec<_> = policy.authentication_method_configurations.iter().map(method).collect();
    passkeys_by_default(&mut methods);
    methods
}

/// Since 2026-09-01 passkeys are on for whoever is enabled for SMS or voice, unless the tenant opted out,
/// which v1.0 does not show.
///
/// Source: "Retirement of SMS and voice authentication" (2026-09-23).
fn passkeys_by_default(methods: &mut [MethodPolicy]) {
    let by_phone = methods.iter().any(|method| {
        ["sms", "voice"].iter().any(|id| method.id.eq_ignore_ascii_case(id))
            && method.verdict == Verdict::Allowed
    });
    let passkey = methods.iter_mut().find(|method| method.id.eq_ignore_ascii_case("fido2"));
    if let Some(passkey) = passkey.filter(|_| by_phone)
        && matches!(passkey.verdict, Verdict::NotAllowed | Verdict::LegacyMayAllow)
    {
        passkey.verdict = Verdict::Unknown;
        passkey.besides = Some(
            "since 2026-09-01 passkeys are on for users of SMS and voice, unless the tenant opted out, which Graph v1.0 does not show".into(),
        );
    }
}

/// A holder of a role may register and use what the password reset policy for administrators lists, also
/// after the migration.
///
/// Source: "Manage authentication methods for Microsoft Entra ID" (2025-03-04).
pub(super) const BY_ADMINISTRATORS_POLICY: &str = "the password reset policy for administrators stays active after the migration, and Graph does not show it";

/// Returns whether the verdict on a method depends on whether the user holds a role.
pub(super) fn depends_on_role(policy: &EffectiveMethodsPolicy) -> bool {
    policy.migration == MigrationState::MigrationComplete
        && policy
            .methods
            .iter()
            .any(|method| is_in_administrators_policy(&method.id) && method.verdict == Verdict::NotAllowed)
}

/// Withdraws verdicts that hold only for users without a role.
pub(super) fn for_administrator(policy: &mut EffectiveMethodsPolicy) {
    if !depends_on_role(policy) {
        return;
    }
    for method in &mut policy.methods {
        if is_in_administrators_policy(&method.id) && method.verdict == Verdict::NotAllowed {
            (method.verdict, method.besides) =
                (Verdict::LegacyMayAllow, Some(BY_ADMINISTRATORS_POLICY.into()));
        }
    }
    for method in &mut policy.registered {
        let listed = matches!(
            method.kind,
            MethodKind::Phone
                | MethodKind::Email
                | MethodKind::MicrosoftAuthenticator
                | MethodKind::SoftwareOath
                | MethodKind::HardwareOath
        );
        if listed && method.verdict == Verdict::NotAllowed {
            method.verdict = Verdict::LegacyMayAllow;
            method.because = format!("{}; {BY_ADMINISTRATORS_POLICY}", method.because);
        }
    }
    policy.lower_bound = true;
    policy.lower_bound_reason = Some(BY_ADMINISTRATORS_POLICY.into());
}

fn is_in_administrators_policy(id: &str) -> bool {
    ["sms", "voice", "email", "microsoftAuthenticator", "softwareOath", "hardwareOath"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(id))
}

/// What it means that this policy does not allow a method.
pub(super) fn closed(migration: Option<&MigrationState>) -> Verdict {
    match migration {
        Some(MigrationState::MigrationComplete) => Verdict::NotAllowed,
        _ => Verdict::LegacyMayAllow,
    }
}

fn method(
    raw: &Map<String, Value>,
    user: ObjectId,
    membership: &Membership,
    closed: Verdict,
) -> MethodPolicy {
    let id = raw.get("id").and_then(Value::as_str).unwrap_or_default();
    let mut method = MethodPolicy::new(id, Verdict::Unknown);
    method.state = raw.get("state").and_then(Value::as_str).map(str::to_owned);
    method.raw.clone_from(raw);
    let Some(kind) = type_of(raw) else {
        return method;
    };
    let all_included = included(list(raw, "includeTargets"));
    let all_excluded = excluded(list(raw, "excludeTargets"));
    let sorted = Sorted::new(&all_included, &all_excluded, user, membership);
    method.settings = settings(kind, raw, &sorted.included);
    let state = method.state.as_deref().unwrap_or_default();
    method.verdict = if state.eq_ignore_ascii_case("disabled") {
        closed
    } else if !is_enabled(raw) {
        Verdict::Unknown
    } else {
        match sorted.applies() {
            Some(true) => Verdict::Allowed,
            Some(false) => closed,
            None => Verdict::Unknown,
        }
    };
    method.included_by = names(&sorted.included);
    method.excluded_by = names(&sorted.excluded);
    if is_enabled(raw) {
        method.undecided = names(&sorted.undecided);
    }
    method
}

/// Returns what the registration campaign means for the user.
pub(super) fn campaign(
    policy: &MethodsPolicy,
    user: ObjectId,
    membership: &Membership,
) -> Option<RegistrationCampaign> {
    let campaign = policy.campaign()?;
    let (all_included, all_excluded) = (campaign.included(), campaign.excluded());
    let sorted = Sorted::new(&all_included, &all_excluded, user, membership);
    let state = campaign.state.clone().unwrap_or_else(|| CampaignState::Other(String::new()));
    let (applies, because) = match (&state, sorted.applies()) {
        (CampaignState::Disabled, _) => (Some(false), "the campaign is disabled".to_owned()),
        (_, Some(false)) if sorted.excluded.is_empty() => {
            (Some(false), "no target includes the user".to_owned())
        }
        (_, Some(false)) => (Some(false), format!("excluded by {}", text(&sorted.excluded))),
        (_, None) => (None, format!("whether the user is in {} is unknown", text(&sorted.undecided))),
        (CampaignState::Enabled, Some(true)) => {
            let who = text(&sorted.included);
            (Some(true), format!("included by {who}; it asks only who has not registered the method yet"))
        }
        (CampaignState::Default, Some(true)) => {
            (None, "it is managed by Microsoft, which decides whom it asks".to_owned())
        }
        (CampaignState::Other(_), Some(true)) => (None, "the campaign's state is unknown".to_owned()),
    };
    let mut methods: Vec<String> = Vec::new();
    for target in &sorted.included {
        let named = target.get("targetedAuthenticationMethod").and_then(Value::as_str);
        if let Some(named) = named.filter(|named| !methods.iter().any(|known| known == named)) {
            methods.push(named.to_owned());
        }
    }
    Some(RegistrationCampaign {
        state,
        applies,
        because,
        methods,
        snooze_days: campaign.snooze_duration_in_days,
    })
}

/// The targets, sorted by what they mean for the user.
struct Sorted<'a> {
    included: Vec<Target<'a>>,
    excluded: Vec<Target<'a>>,
    undecided: Vec<Target<'a>>,
    may_be_included: bool,
    may_be_excluded: bool,
}

impl<'a> Sorted<'a> {
    fn new(include: &[Target<'a>], exclude: &[Target<'a>], user: ObjectId, membership: &Membership) -> Self {
        let pick = |targets: &[Target<'a>], wanted: Option<bool>| -> Vec<Target<'a>> {
            targets.iter().filter(|target| is_in(target, user, membership) == wanted).cloned().collect()
        };
        let (may_include, may_exclude) = (pick(include, None), pick(exclude, None));
        Self {
            included: pick(include, Some(true)),
            excluded: pick(exclude, Some(true)),
            // A target that would also exclude the user includes nobody.
            may_be_included: may_include
                .iter()
                .any(|target| may_exclude.iter().all(|other| other.who != target.who)),
            may_be_excluded: !may_exclude.is_empty(),
            undecided: may_include.into_iter().chain(may_exclude).collect(),
        }
    }

    /// Returns whether the user is included and not excluded; `None` if that depends on an undecided target.
    fn applies(&self) -> Option<bool> {
        if !self.excluded.is_empty() {
            Some(false)
        } else if self.included.is_empty() {
            if self.may_be_included { None } else { Some(false) }
        } else if self.may_be_excluded {
            None
        } else {
            Some(true)
        }
    }
}

fn is_in(target: &Target<'_>, user: ObjectId, membership: &Membership) -> Option<bool> {
    match &target.who {
        PolicyTarget::AllUsers => Some(true),
        PolicyTarget::User(id) => Some(*id == user),
        PolicyTarget::Group(id) => membership.get(id).copied(),
        PolicyTarget::Other(_) => None,
    }
}

fn names(targets: &[Target<'_>]) -> Vec<PolicyTarget> {
    targets.iter().map(|target| target.who.clone()).collect()
}

fn text(targets: &[Target<'_>]) -> String {
    targets.iter().map(|target| target.who.to_string()).collect::<Vec<_>>().join(", ")
}

fn list<'a>(raw: &'a Map<String, Value>, name: &str) -> &'a Value {
    raw.get(name).unwrap_or(&Value::Null)
}

fn is_enabled(raw: &Map<String, Value>) -> bool {
    raw.get("state").and_then(Value::as_str).is_some_and(|state| state.eq_ignore_ascii_case("enabled"))
}

/// Returns the known type of a configuration, without its common end.
fn type_of(raw: &Map<String, Value>) -> Option<&'static str> {
    let name = raw.get("@odata.type")?.as_str()?;
    let name = name.trim_start_matches('#').strip_prefix("microsoft.graph.")?;
    let name = name.strip_suffix("AuthenticationMethodConfiguration")?;
    KNOWN.into_iter().find(|known| *known == name)
}
