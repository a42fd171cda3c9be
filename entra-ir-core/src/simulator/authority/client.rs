//! Which application asks, and whether it is the one that it says.

use secrecy::ExposeSecret;

use super::assertion::verify;
use super::endpoint::Endpoint;
use super::form::Form;
use super::refusal::Refusal;
use crate::simulator::tenant::registration::Registration;
use crate::simulator::tenant::state::State;

const BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Finds the application that a request names.
pub(super) fn named(state: &State, form: &Form) -> Result<Registration, Refusal> {
    let app_id = form.demand("client_id")?;
    let found = state.tokens.registrations.find(app_id).ok_or_else(|| Refusal::no_application(app_id))?;
    let principal = state.applications.by_app_id(app_id).ok_or_else(|| Refusal::no_application(app_id))?;
    if principal.account_enabled == Some(false) || principal.disabled_by_microsoft_status.is_some() {
        return Err(Refusal::disabled(found));
    }
    Ok(found.clone())
}

/// Finds the application, and verifies its secret or its assertion. Returns whether it proved who it is.
pub(super) fn proven(state: &State, at: &Endpoint, form: &Form) -> Result<(Registration, bool), Refusal> {
    let registration = named(state, form)?;
    if let Some(assertion) = form.get("client_assertion") {
        if form.demand("client_assertion_type")? != BEARER {
            return Err(Refusal::malformed());
        }
        verify(state, at, &registration, assertion)?;
    } else if let Some(secret) = form.get("client_secret") {
        let known = registration.secrets.iter().filter(|known| known.value.expose_secret() == secret);
        let mut expiries = known.map(|known| known.until).peekable();
        if expiries.peek().is_none() {
            return Err(Refusal::wrong_secret(&registration));
        }
        if !expiries.any(|until| until.is_none_or(|until| state.now() < until)) {
            return Err(Refusal::expired_secret(&registration));
        }
    } else {
        return Ok((registration, false));
    }
    Ok((registration, true))
}
