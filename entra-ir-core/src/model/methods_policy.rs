//! The `authenticationMethodsPolicy` resource.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::lenient::lenient;
use super::{CampaignState, MigrationState, PolicyTarget};
use crate::ids::ObjectId;

/// The policy. Source: "authenticationMethodsPolicy resource type".
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MethodsPolicy {
    #[serde(default, deserialize_with = "lenient")]
    pub(crate) policy_migration_state: Option<MigrationState>,
    #[serde(default, deserialize_with = "lenient")]
    registration_enforcement: Option<Enforcement>,
    /// An answer without them is not a policy.
    pub(crate) authentication_method_configurations: Vec<Map<String, Value>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Enforcement {
    #[serde(default, deserialize_with = "lenient")]
    authentication_methods_registration_campaign: Option<Campaign>,
}

/// The registration campaign.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Campaign {
    #[serde(default, deserialize_with = "lenient")]
    pub(crate) state: Option<CampaignState>,
    #[serde(default, deserialize_with = "lenient")]
    pub(crate) snooze_duration_in_days: Option<i64>,
    #[serde(default)]
    include_targets: Value,
    #[serde(default)]
    exclude_targets: Value,
}

impl MethodsPolicy {
    /// Returns the registration campaign, if there is one.
    pub(crate) fn campaign(&self) -> Option<&Campaign> {
        self.registration_enforcement.as_ref()?.authentication_methods_registration_campaign.as_ref()
    }
}

impl Campaign {
    /// Lists the included targets.
    pub(crate) fn included(&self) -> Vec<Target<'_>> {
        included(&self.include_targets)
    }

    /// Lists the excluded targets.
    pub(crate) fn excluded(&self) -> Vec<Target<'_>> {
        excluded(&self.exclude_targets)
    }
}

/// One target, with its settings.
#[derive(Clone, Debug)]
pub(crate) struct Target<'a> {
    pub(crate) who: PolicyTarget,
    raw: &'a Value,
}

impl Target<'_> {
    /// Returns one of its settings.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.raw.get(name).filter(|value| !value.is_null())
    }
}

/// Lists the including targets. A missing list could include anybody.
pub(crate) fn included(list: &Value) -> Vec<Target<'_>> {
    match list.as_array() {
        Some(items) => targets(items),
        None => vec![Target { who: PolicyTarget::Other("not shown".into()), raw: list }],
    }
}

/// Lists the excluding targets. An empty list may be null or missing; another value could exclude anybody.
pub(crate) fn excluded(list: &Value) -> Vec<Target<'_>> {
    match list {
        Value::Array(items) => targets(items),
        Value::Null => Vec::new(),
        odd => vec![Target { who: PolicyTarget::Other("not understood".into()), raw: odd }],
    }
}

fn targets(items: &[Value]) -> Vec<Target<'_>> {
    let target = |raw| Some(Target { who: who(raw)?, raw });
    items.iter().filter_map(target).collect()
}

/// Returns whom a target names; `None` for the empty GUID, which means "no group".
fn who(raw: &Value) -> Option<PolicyTarget> {
    let text = |name: &str| raw.get(name).and_then(Value::as_str).unwrap_or_default();
    let (id, kind) = (text("id"), text("targetType"));
    if id.eq_ignore_ascii_case("all_users") {
        return Some(PolicyTarget::AllUsers);
    }
    Some(match id.parse::<ObjectId>() {
        Ok(id) if id.as_uuid().is_nil() => return None,
        Ok(id) if kind.eq_ignore_ascii_case("group") => PolicyTarget::Group(id),
        Ok(id) if kind.eq_ignore_ascii_case("user") => PolicyTarget::User(id),
        _ if raw.is_object() => PolicyTarget::Other(format!("{kind} {id}")),
        _ => PolicyTarget::Other(raw.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn targets_are_read_whatever_they_are() {
        let id = "E04E8533-79D6-4F34-882B-CD5FCAA98EC5";
        let list = json!([
            { "id": "ALL_USERS", "targetType": "group" },
            { "id": id, "targetType": "Group" },
            { "id": id, "targetType": "user" },
            { "id": id, "targetType": "device" },
            { "id": "00000000-0000-0000-0000-000000000000", "targetType": "group" },
            7
        ]);
        let who: Vec<_> = included(&list).into_iter().map(|target| target.who).collect();
        let id: ObjectId = id.parse().unwrap();
        assert_eq!(who[..3], [PolicyTarget::AllUsers, PolicyTarget::Group(id), PolicyTarget::User(id)]);
        assert!(matches!(&who[3..], [PolicyTarget::Other(_), PolicyTarget::Other(_)]));
        assert!(matches!(included(&Value::Null)[0].who, PolicyTarget::Other(_)));
        assert!(excluded(&Value::Null).is_empty());
        for odd in [json!(5), json!("x"), json!({}), json!(true)] {
            assert!(matches!(excluded(&odd)[..], [Target { who: PolicyTarget::Other(_), .. }]), "{odd}");
        }
    }

    #[test]
    fn a_policy_without_configurations_is_none() {
        assert!(serde_json::from_str::<MethodsPolicy>("{}").is_err());
        let odd = r#"{"policyMigrationState":"half","registrationEnforcement":7,"authenticationMethodConfigurations":[]}"#;
        let odd: MethodsPolicy = serde_json::from_str(odd).unwrap();
        assert_eq!(odd.policy_migration_state, Some(MigrationState::Other("half".into())));
        assert!(odd.campaign().is_none());
    }
}
