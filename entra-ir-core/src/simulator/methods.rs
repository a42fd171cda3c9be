//! Listing, reading and deactivating authentication methods, and what sign-in needs of them.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::account::Account;
use super::answer::{Answer, Outcome, Refused};
use super::body::{demand_no_parameters, read};
use super::matrix::Act;
use super::method::Method;
use super::paging::{collection, select};
use super::route::Url;
use super::state::State;
use crate::ids::ObjectId;
use crate::model::{MethodKind, PerUserMfaState, StrongAuthenticationRequirements};
use crate::spec::ApiVersion;

/// Shows a method; a pass with its limits.
pub(super) fn show(
    state: &State,
    owner: &Account,
    method: &Method,
    version: ApiVersion,
    mixed: bool,
) -> Map<String, Value> {
    let mut shown = method.show(version, mixed);
    if let Some(pass) = &method.pass {
        pass.show(&mut shown, state, owner, version);
    }
    shown
}

/// Demands what reading methods needs; for one type its narrow permission is enough.
fn demand_read(state: &State, id: ObjectId, kind: Option<&MethodKind>) -> Result<(), Refused> {
    let narrow = kind.map_or("", MethodKind::narrow_permission);
    let narrow_read = narrow.replace("ReadWrite", "Read");
    let broad: [&[&str]; 2] =
        [&["UserAuthenticationMethod.Read.All"], &["UserAuthenticationMethod.ReadWrite.All"]];
    let [read, write] = broad;
    if narrow.is_empty() {
        state.demand(&broad)?;
    } else {
        state.demand(&[read, write, &[narrow], &[&narrow_read]])?;
    }
    if state.is_self(id) { Ok(()) } else { state.demand_role(Act::ReadMethods, state.account(id)?) }
}

/// Demands what changing methods needs.
pub(super) fn demand_change(state: &State, id: ObjectId, kind: &MethodKind) -> Result<(), Refused> {
    let narrow = kind.narrow_permission();
    let broad: &[&str] = &["UserAuthenticationMethod.ReadWrite.All"];
    if narrow.is_empty() {
        state.demand(&[broad])?;
    } else {
        state.demand(&[broad, &[narrow]])?;
    }
    state.demand_role(Act::ChangeMethods, state.account(id)?)
}

/// `GET …/authentication/methods`, or below the segment of one type.
pub(super) fn list(state: &State, url: &Url, id: ObjectId, kind: Option<&MethodKind>) -> Outcome {
    demand_read(state, id, kind)?;
    let account = state.seen(id)?;
    let mixed = kind.is_none();
    let wanted = account
        .methods
        .iter()
        .filter(|method| method.is_in(url.version) && kind.is_none_or(|kind| method.kind == *kind));
    let all: Vec<Value> =
        wanted.map(|method| select(url, show(state, account, method, url.version, mixed)).into()).collect();
    let segment = kind.and_then(MethodKind::segment).unwrap_or("methods");
    collection(state, url, &format!("users('{id}')/authentication/{segment}"), all)
}

/// `GET …/authentication/methods/{id}`: any type.
pub(super) fn get(state: &State, url: &Url, id: ObjectId, method: &str) -> Outcome {
    demand_read(state, id, None)?;
    let account = state.seen(id)?;
    let wanted = |known: &&Method| known.is_in(url.version) && known.id.eq_ignore_ascii_case(method);
    let method = account.methods.iter().find(wanted).ok_or_else(Refused::gone)?;
    let context = url.context(&format!("users('{id}')/authentication/methods/$entity"));
    Ok(Answer::entity(context, select(url, show(state, account, method, url.version, true))))
}

/// `GET …/authentication/{segment}/{id}`, and of the QR code, which has no id in its path.
pub(super) fn get_typed(
    state: &State,
    url: &Url,
    id: ObjectId,
    kind: &MethodKind,
    method: Option<&str>,
) -> Outcome {
    demand_read(state, id, Some(kind))?;
    let account = state.seen(id)?;
    let found = match method {
        Some(method) => account.method(kind, method),
        None => account.methods.iter().find(|known| known.kind == *kind),
    };
    let shown = show(state, account, found.ok_or_else(Refused::gone)?, url.version, false);
    let segment = kind.segment().unwrap_or("methods");
    let context = url.context(&format!("users('{id}')/authentication/{segment}/$entity"));
    Ok(Answer::entity(context, select(url, shown)))
}

/// `POST …/authentication/hardwareOathMethods/{id}/deactivate`.
pub(super) fn deactivate(state: &mut State, body: &[u8], id: ObjectId, method: &str) -> Outcome {
    demand_no_parameters(body, "deactivate")?;
    demand_change(state, id, &MethodKind::HardwareOath)?;
    state.account(id)?.method(&MethodKind::HardwareOath, method).ok_or_else(Refused::gone)?;
    state.change(id, |account| {
        let token = |known: &&mut Method| {
            known.kind == MethodKind::HardwareOath && known.id.eq_ignore_ascii_case(method)
        };
        if let Some(token) = account.methods.iter_mut().find(token) {
            token.deactivate();
        }
        account.settle_default();
    })?;
    Ok(Answer::no_content())
}

/// `GET …/authentication/requirements`.
pub(super) fn get_requirements(state: &State, url: &Url, id: ObjectId) -> Outcome {
    state.demand(&[&["Policy.Read.All"], &["Policy.ReadWrite.AuthenticationMethod"]])?;
    state.demand_role(Act::PerUserMfa, state.account(id)?)?;
    let mfa = match &state.seen(id)?.per_user_mfa {
        PerUserMfaState::Disabled => "disabled",
        PerUserMfaState::Enabled => "enabled",
        PerUserMfaState::Enforced => "enforced",
        PerUserMfaState::Other(other) => other,
    };
    let mut body = Map::new();
    body.insert("perUserMfaState".into(), mfa.into());
    Ok(Answer::entity(url.context(&format!("users('{id}')/authentication/requirements")), body))
}

/// `PATCH …/authentication/requirements`. `enabled` becomes `enforced` for a user who has a method.
pub(super) fn patch_requirements(state: &mut State, body: &[u8], id: ObjectId) -> Outcome {
    state.demand(&[&["Policy.ReadWrite.AuthenticationMethod"]])?;
    state.demand_role(Act::PerUserMfa, state.account(id)?)?;
    let bad = || Refused::methods("Invalid perUserMfaState specified.");
    let wanted: StrongAuthenticationRequirements = read(body).ok_or_else(bad)?;
    let wanted = wanted.per_user_mfa_state.filter(|state| !matches!(state, PerUserMfaState::Other(_)));
    let wanted = wanted.ok_or_else(bad)?;
    state.change(id, |account| {
        let registered = account.methods.iter().any(Method::can_be_default);
        account.per_user_mfa = match wanted {
            PerUserMfaState::Enabled if registered => PerUserMfaState::Enforced,
            other => other,
        };
    })?;
    Ok(Answer::no_content())
}

/// `GET …/authentication/signInPreferences`.
pub(super) fn get_preferences(state: &State, url: &Url, id: ObjectId) -> Outcome {
    demand_read(state, id, None)?;
    let mut body = Map::new();
    body.insert("isSystemPreferredAuthenticationMethodEnabled".into(), true.into());
    body.insert("userPreferredMethodForSecondaryAuthentication".into(), state.seen(id)?.preference().into());
    Ok(Answer::entity(url.context(&format!("users('{id}')/authentication/signInPreferences")), body))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Preferences {
    user_preferred_method_for_secondary_authentication: Option<String>,
}

/// `PATCH …/authentication/signInPreferences`: makes another registered method the default one.
pub(super) fn patch_preferences(state: &mut State, body: &[u8], id: ObjectId) -> Outcome {
    // The default method is the user's, whatever its type.
    demand_change(state, id, &MethodKind::Password)?;
    let bad = || Refused::methods("The user has no method for this preference.");
    let wanted: Preferences = read(body).ok_or_else(bad)?;
    let Some(wanted) = wanted.user_preferred_method_for_secondary_authentication else {
        return Ok(Answer::no_content());
    };
    let voice = wanted == "voiceMobile";
    let name = if voice { "sms" } else { wanted.as_str() };
    let fits = |method: &&Method| method.can_be_default() && method.preference() == Some(name);
    let chosen =
        state.account(id)?.methods.iter().find(fits).map(|method| method.id.clone()).ok_or_else(bad)?;
    state.change(id, |account| {
        account.default_method = Some(chosen);
        account.prefers_voice = voice;
    })?;
    Ok(Answer::no_content())
}
