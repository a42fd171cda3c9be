//! The password reset action, and its long-running operation.

use http::StatusCode;
use http::header::{LOCATION, RETRY_AFTER};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::answer::{Answer, Outcome, Refused};
use super::body::read_optional;
use super::call::Call;
use super::passwords::{demand_strong, make};
use super::query::Options;
use super::route::Route;
use crate::model::UserKind;
use crate::simulator::tenant::clock::stamp;
use crate::simulator::tenant::method::PASSWORD_ID;
use crate::simulator::tenant::password_reset::{Failure, ResetOperation};
use crate::simulator::tenant::role::Role;
use crate::simulator::tenant::role_matrix::Act;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[
    Route::action("/users/{user}/authentication/methods/{method}/resetPassword", reset),
    // The options say where in the service the operation is.
    Route::at("/users/{user}/authentication/operations/{operation}")
        .get(operation)
        .options(Options::NONE.with(&["aadgdc", "aadgsu"])),
];

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Reset {
    new_password: Option<String>,
}

/// `POST /users/{user}/authentication/methods/{method}/resetPassword`.
fn reset(state: &mut State, call: &Call<'_>) -> Outcome {
    let (url, id, [method]) = (call.url, call.user(state)?, call.keys());
    state.demand_delegated()?;
    state.demand(&[&["UserAuthenticationMethod.ReadWrite.All"]])?;
    let account = state.account(id)?;
    if state.is_self(id) {
        return Err(Refused::denied());
    }
    state.demand_role(Act::ResetOrRevoke, account)?;
    if !method.eq_ignore_ascii_case(PASSWORD_ID) {
        return Err(Refused::gone());
    }
    let kind = account.kind();
    let not_written_back = state.is_synced_administrator(account);
    if matches!(kind, UserKind::ExternalGuest | UserKind::Customer) {
        return Err(Refused::methods("The password of this user cannot be reset by this action."));
    }
    let asked: Reset =
        read_optional(call.body).ok_or_else(|| Refused::methods("The request body is not valid."))?;
    let generated = asked.new_password.is_none();
    let password = match asked.new_password {
        Some(password) => password,
        None if kind == UserKind::Synced => {
            return Err(Refused::methods(
                "newPassword is required for a user who is synced from on-premises.",
            ));
        }
        None => make(12)?,
    };
    demand_strong(&password, Refused::methods)?;

    let now = state.now();
    let failure = state.settings.fail_next_reset.take();
    // An administrator's password is not written back; the pages that we read do not give the text.
    let failure = failure.or_else(|| not_written_back.then_some(Failure { detail: None }));
    if failure.is_none() {
        let (remediates, by) = (state.settings.reset_remediates_risk, state.caller_id());
        state.change(id, |account| {
            account.set_password(SecretString::from(password.clone()), now);
            account.must_change_password = true;
            if remediates {
                account.risk.remediate_by_reset(now, by);
            }
        })?;
    }
    let operation = Uuid::new_v4();
    let polls_left = state.settings.reset_polls;
    state.resets.push(ResetOperation { id: operation, user: id, begun: now, polls_left, failure });
    let location = format!(
        "{}/{}/users/{id}/authentication/operations/{operation}?aadgdc=DUB02P&aadgsu=ssprprod-a",
        url.origin,
        url.version.segment()
    );
    let answer = if generated {
        let mut body = Map::new();
        body.insert("newPassword".into(), Value::String(password));
        Answer::entity(url.context("microsoft.graph.passwordResetResponse"), body)
    } else {
        Answer::no_content()
    };
    Ok(answer.status(StatusCode::ACCEPTED).header(LOCATION, location).header(RETRY_AFTER, "1".into()))
}

/// `GET /users/{user}/authentication/operations/{operation}`. Each poll counts.
fn operation(state: &mut State, call: &Call<'_>) -> Outcome {
    let (url, id, [operation]) = (call.url, call.user(state)?, call.keys());
    state.demand_delegated()?;
    state.demand(&[&["UserAuthenticationMethod.Read.All"], &["UserAuthenticationMethod.ReadWrite.All"]])?;
    let readers = [
        Role::GlobalReader,
        Role::AuthenticationAdministrator,
        Role::PrivilegedAuthenticationAdministrator,
        Role::GlobalAdministrator,
    ];
    if !state.caller.roles.iter().any(|role| readers.contains(role)) {
        return Err(Refused::denied());
    }
    // Without these the service does not know which of its units has the operation.
    if url.option("aadgdc").is_none() || url.option("aadgsu").is_none() {
        return Err(Refused::gone());
    }
    let now = state.now();
    let wanted = |reset: &&mut ResetOperation| {
        reset.user == id && reset.id.to_string().eq_ignore_ascii_case(operation)
    };
    let reset = state.resets.iter_mut().find(wanted).ok_or_else(Refused::gone)?;
    reset.polls_left = reset.polls_left.saturating_sub(1);
    let (status, detail) = match (&reset.failure, reset.polls_left) {
        (Some(failure), 0) => ("failed", failure.detail.clone()),
        (None, 0) => ("succeeded", None),
        _ => ("running", None),
    };
    let shown = json!({
        "id": reset.id.to_string(),
        "status": status,
        "statusDetail": detail,
        "createdDateTime": stamp(reset.begun),
        "lastActionDateTime": stamp(now),
        "resourceLocation": null,
    });
    let context = url.context(&format!("users('{id}')/authentication/operations/$entity"));
    let Value::Object(shown) = shown else {
        return Err(Refused::gone());
    };
    Ok(Answer::entity(context, shown))
}
