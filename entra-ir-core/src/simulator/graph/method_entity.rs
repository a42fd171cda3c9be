//! An authentication method as Graph shows it.

use serde_json::{Map, Value};

use crate::model::MethodKind;
use crate::simulator::tenant::access_pass::Pass;
use crate::simulator::tenant::account::Account;
use crate::simulator::tenant::clock::stamp;
use crate::simulator::tenant::method::Method;
use crate::simulator::tenant::state::State;
use crate::spec::ApiVersion;

/// Shows a method: with its type in a mixed list, without it below its own segment, as OData does. A pass has
/// its limits.
pub(super) fn show(
    state: &State,
    owner: &Account,
    method: &Method,
    version: ApiVersion,
    mixed: bool,
) -> Map<String, Value> {
    let mut shown = Map::new();
    if mixed {
        shown.insert("@odata.type".into(), method.kind.odata_type().into());
    }
    shown.insert("id".into(), method.id.clone().into());
    shown.insert("createdDateTime".into(), method.created.map(stamp).into());
    if version == ApiVersion::Beta {
        shown.insert("lastUsedDateTime".into(), Value::Null);
    }
    match method.kind {
        MethodKind::Password => _ = shown.insert("password".into(), Value::Null),
        MethodKind::PasswordlessAuthenticator => {
            shown.insert("creationDateTime".into(), method.created.map(stamp).into());
        }
        _ => {}
    }
    let only_beta = |name: &str| version == ApiVersion::V1 && name == "clientAppName";
    shown.extend(method.properties.clone().into_iter().filter(|(name, _)| !only_beta(name)));
    if let Some(pass) = &method.pass {
        show_pass(pass, &mut shown, state, owner, version);
    }
    shown
}

/// Adds the properties of a pass; beta does not say whether it is usable.
fn show_pass(
    pass: &Pass,
    shown: &mut Map<String, Value>,
    state: &State,
    owner: &Account,
    version: ApiVersion,
) {
    shown.insert("temporaryAccessPass".into(), Value::Null);
    shown.insert("startDateTime".into(), stamp(pass.start).into());
    shown.insert("lifetimeInMinutes".into(), pass.minutes.into());
    shown.insert("isUsableOnce".into(), pass.once.into());
    if version == ApiVersion::V1 {
        let reason = pass.reason(&state.pass_rules, owner.in_pass_scope, state.now());
        shown.insert("isUsable".into(), (reason == "EnabledByPolicy").into());
        shown.insert("methodUsabilityReason".into(), reason.into());
    }
}
