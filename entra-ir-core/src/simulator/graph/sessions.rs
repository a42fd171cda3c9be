//! The revocation of sessions.

use serde_json::{Map, Value};

use super::answer::{Answer, Outcome};
use super::body::demand_no_parameters;
use super::call::Call;
use super::route::Route;
use crate::model::UserKind;
use crate::simulator::tenant::role_matrix::Act;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[Route::action("/users/{user}/revokeSignInSessions", revoke)];

/// `POST /users/{user}/revokeSignInSessions`.
fn revoke(state: &mut State, call: &Call<'_>) -> Outcome {
    let (url, id) = (call.url, call.user(state)?);
    demand_no_parameters(call.body, "revokeSignInSessions")?;
    state.demand(&[&["User.RevokeSessions.All"], &["User.ReadWrite.All"], &["Directory.ReadWrite.All"]])?;
    let account = state.account(id)?;
    if !state.is_self(id) {
        state.demand_role(Act::ResetOrRevoke, account)?;
    }
    // The sessions of an external guest belong to the home tenant: accepted, without any effect.
    if account.kind() != UserKind::ExternalGuest {
        let now = state.now();
        state.change(id, |account| account.revoke_sessions(now))?;
    }
    let mut body = Map::new();
    body.insert("value".into(), Value::Bool(true));
    Ok(Answer::entity(url.context("Edm.Boolean"), body))
}
