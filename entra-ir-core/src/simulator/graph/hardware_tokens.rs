//! The deactivation of hardware OATH tokens.

use super::answer::{Answer, Outcome, Refused};
use super::body::demand_no_parameters;
use super::call::Call;
use super::method_access::demand_change;
use super::route::{Route, beta};
use crate::model::MethodKind;
use crate::simulator::tenant::method::Method;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] =
    &[Route::action("/users/{user}/authentication/hardwareOathMethods/{method}/deactivate", deactivate)
        .only(beta)];

/// `POST …/authentication/hardwareOathMethods/{id}/deactivate`.
fn deactivate(state: &mut State, call: &Call<'_>) -> Outcome {
    let (id, [method]) = (call.user(state)?, call.keys());
    demand_no_parameters(call.body, "deactivate")?;
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
