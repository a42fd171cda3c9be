//! The default method, as beta shows and changes it.

use serde::Deserialize;
use serde_json::Map;

use super::answer::{Answer, Outcome, Refused};
use super::body::read;
use super::call::Call;
use super::method_access::{demand_change, demand_read};
use super::route::{Route, beta};
use crate::model::MethodKind;
use crate::simulator::tenant::method::Method;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] =
    &[Route::at("/users/{user}/authentication/signInPreferences").only(beta).get(get).patch(patch)];

/// `GET …/authentication/signInPreferences`.
fn get(state: &mut State, call: &Call<'_>) -> Outcome {
    let (url, id) = (call.url, call.user(state)?);
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
fn patch(state: &mut State, call: &Call<'_>) -> Outcome {
    let id = call.user(state)?;
    // The default method is the user's, whatever its type.
    demand_change(state, id, &MethodKind::Password)?;
    let bad = || Refused::methods("The user has no method for this preference.");
    let wanted: Preferences = read(call.body).ok_or_else(bad)?;
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
