//! The token of an application by itself.

use serde_json::{Map, Value};

use super::client::proven;
use super::endpoint::Endpoint;
use super::form::Form;
use super::issue::{Wanted, app_token};
use super::refusal::Refusal;
use super::scope::Scope;
use crate::simulator::tenant::state::State;
use crate::simulator::tenant::token_service::TokenRefusal;

/// `grant_type=client_credentials`.
pub(super) fn answer(state: &mut State, at: &Endpoint, form: &Form) -> Result<Map<String, Value>, Refusal> {
    // Assumed: `common` and `organizations` name no tenant, and an application has no home to find one by.
    at.demand_tenant(state)?;
    let (registration, true) = proven(state, at, form)? else { return Err(Refusal::no_credential()) };
    let text = form.demand("scope")?;
    let scope = Scope::read(text, &at.origin)?;
    if !scope.is_default {
        return Err(Refusal::scope_without_default(text));
    }
    if state.tokens.refusal == Some(TokenRefusal::BlockedByPolicy) {
        return Err(Refusal::by_policy());
    }
    app_token(state, &registration, &scope, at, &Wanted::read(form)?)
}
