//! Per-user MFA.

use serde_json::Map;

use super::answer::{Answer, Outcome, Refused};
use super::body::read;
use super::call::Call;
use super::route::{Route, beta};
use crate::model::{PerUserMfaState, StrongAuthenticationRequirements};
use crate::simulator::tenant::method::Method;
use crate::simulator::tenant::role_matrix::Act;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] =
    &[Route::at("/users/{user}/authentication/requirements").only(beta).get(get).patch(patch)];

/// `GET …/authentication/requirements`.
fn get(state: &mut State, call: &Call<'_>) -> Outcome {
    let (url, id) = (call.url, call.user(state)?);
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
fn patch(state: &mut State, call: &Call<'_>) -> Outcome {
    let id = call.user(state)?;
    state.demand(&[&["Policy.ReadWrite.AuthenticationMethod"]])?;
    state.demand_role(Act::PerUserMfa, state.account(id)?)?;
    let bad = || Refused::methods("Invalid perUserMfaState specified.");
    let wanted: StrongAuthenticationRequirements = read(call.body).ok_or_else(bad)?;
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
