//! New tokens for a refresh token.

use serde_json::{Map, Value};

use super::client::proven;
use super::endpoint::Endpoint;
use super::form::Form;
use super::issue::{SignedIn, Wanted, user_tokens};
use super::refusal::Refusal;
use super::scope::Scope;
use crate::simulator::tenant::state::State;
use crate::simulator::tenant::token_service::{IDLE, RefreshToken, TokenRefusal};

/// How old multifactor authentication may be that counts as fresh (page "Microsoft Entra authentication
/// methods API overview").
const FRESH: time::Duration = time::Duration::minutes(10);

/// `grant_type=refresh_token`.
pub(super) fn answer(state: &mut State, at: &Endpoint, form: &Form) -> Result<Map<String, Value>, Refusal> {
    let (registration, is_confidential) = proven(state, at, form)?;
    let given = form.demand("refresh_token")?;
    let token = state.tokens.refresh_tokens.get(given).cloned().ok_or_else(Refusal::malformed_token)?;
    if !token.app_id.eq_ignore_ascii_case(&registration.app_id) {
        return Err(Refusal::malformed_token());
    }
    if token.is_confidential && !is_confidential {
        return Err(Refusal::no_credential());
    }
    // Without a scope, everything that was consented to.
    let text = form.get("scope").unwrap_or("https://graph.microsoft.com/.default");
    let mut scope = Scope::read(text, &at.origin)?;
    // A refresh token is answered with another one in its place; the old one remains valid.
    scope.offline = true;
    let wanted = Wanted::read(form)?;
    let now = state.now();
    if now >= token.used.saturating_add(IDLE) {
        return Err(Refusal::unused_for_too_long(token.issued));
    }
    check_user(state, &token)?;
    if wanted.fresh_mfa && now > token.issued.saturating_add(FRESH) {
        return Err(Refusal::mfa_required());
    }
    if let Some(known) = state.tokens.refresh_tokens.get_mut(given) {
        known.used = now;
    }
    user_tokens(state, SignedIn { of: &registration, token }, &scope, at, (form, &wanted))
}

/// Refuses a sign-in that no longer counts.
pub(super) fn check_user(state: &State, token: &RefreshToken) -> Result<(), Refusal> {
    let account = state.directory.get(token.user).ok_or_else(Refusal::no_user)?;
    if !account.enabled {
        return Err(Refusal::blocked_user());
    }
    let (by_password, confidential) = (token.is_password_based(), token.is_confidential);
    if !account.validity.keeps_refresh_token(token.issued, by_password, confidential) {
        return Err(Refusal::revoked(token.issued, account.sessions_valid_from));
    }
    match state.tokens.refusal {
        Some(TokenRefusal::BlockedByPolicy) => Err(Refusal::by_policy()),
        Some(TokenRefusal::MfaRequired) => Err(Refusal::mfa_required()),
        None => Ok(()),
    }
}
