//! Calls the `resetPassword` action and polls its long-running operation. A step of `reset_password`.

use std::time::Duration;

use http::Uri;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use time::OffsetDateTime;

use super::account::Account;
use super::revoke_sign_in_sessions::RESET_OR_REVOKE;
use crate::cloud::CloudSet;
use crate::error::{Error, GraphError, Result};
use crate::ids::UserRef;
use crate::model::LongRunningOperation;
use crate::operation::{Context, GraphCall};
use crate::receipt::{Grade, Mechanism, Receipt, WarningKind, Weight};
use crate::spec::{Effect, Endpoint, Idempotency, OperationSpec, Permissions, Verb, Workload};
use crate::target::{Scope, Target, TargetKind};
use crate::text::{cut, printable};
use crate::wire::{
    self, Request, RequestBuilder, Response, Targets, decode, decode_failure, decode_optional, fit,
    graph_error, header, is_by_graph, is_same_place, quotes_request, retry_after, without_secrets,
};

/// `POST …/authentication/methods/{id}/resetPassword`, written back on-premises if that is set up.
pub const RESET_PASSWORD_ACTION: Mechanism =
    Mechanism::new("reset-password-action", "POST resetPassword, written back on-premises if that is set up");

/// The end of the operation was not observed.
pub const END_NOT_SEEN: WarningKind = WarningKind::new(
    "end-not-seen",
    "the outcome is unknown: {}",
    Weight::MayRemain("the outcome is unknown"),
);

/// What the `resetPassword` action is.
pub(super) static WRITE_BACK: OperationSpec = OperationSpec {
    id: "reset_password_action",
    summary: "Resets the password by the resetPassword action, written back on-premises; the change at the next sign-in is forced.",
    does_not: "Does not exist for an application's own token.",
    endpoint: Endpoint::v1(
        Verb::Post,
        "/users/{user}/authentication/methods/28c10230-6103-485e-b985-444c60001490/resetPassword",
    ),
    target: TargetKind::User,
    scope: Scope::Account,
    effect: Effect::Contain,
    unseats: false,
    // A second generated password would replace the first, and an on-premises history may refuse the same one
    // twice.
    idempotency: Idempotency::Once,
    permissions: Permissions { delegated: &[&["UserAuthenticationMethod.ReadWrite.All"]], application: &[] },
    roles: RESET_OR_REVOKE,
    clouds: CloudSet::NOT_CHINA,
    undo: "Cannot be undone; set another password.",
    if_unknown: "read lastPasswordChangeDateTime with get_user, then reset again: a second password \
        replaces the first, but an on-premises history may refuse the same one twice",
    doc: "https://learn.microsoft.com/graph/api/authenticationmethod-resetpassword",
    workload: Workload::AuthenticationMethods,
    uses: &[],
};

/// The poll of the action.
pub(super) static OPERATION: OperationSpec = OperationSpec {
    summary: "Reads the state of a running password reset.",
    roles: &["Global Reader", "Authentication Administrator", "Privileged Authentication Administrator"],
    clouds: CloudSet::NOT_CHINA,
    doc: "https://learn.microsoft.com/graph/api/longrunningoperation-get",
    workload: Workload::AuthenticationMethods,
    ..OperationSpec::read(
        "password_reset_operation",
        Endpoint::v1(Verb::Get, "/users/{user}/authentication/operations/{id}"),
        &[&["UserAuthenticationMethod.Read.All"], &["UserAuthenticationMethod.ReadWrite.All"]],
        &[],
    )
};

/// How long a write-back is polled. It is synchronous on-premises, and its message there expires after a few
/// minutes.
const FOLLOW_FOR: Duration = Duration::from_secs(300);

/// Polls a reset to its end, at the service's address including the query, which names the unit that owns the
/// operation.
pub(super) async fn follow(
    context: &Context,
    account: &Account,
    location: &str,
    first_pause: Option<Duration>,
    password: Option<&SecretString>,
    receipt: &mut Receipt,
) -> Result<()> {
    let mut poll = context.poll_within(FOLLOW_FOR);
    let mut asked = first_pause;
    let operation = ReadOperation { account, location };
    while poll.pause(asked).await {
        let (state, response) = match poll.look(context.look(&operation)).await {
            Some(Ok(looked)) => looked,
            Some(Err(error)) => {
                receipt.warn(END_NOT_SEEN.with(without(password, &error.to_string())));
                return Ok(());
            }
            None => break,
        };
        // Only Graph's own answer ends it.
        match state.ended().filter(|_| is_by_graph(&response)) {
            Some(true) => {
                receipt.grade = Grade::Confirmed;
                return Ok(());
            }
            Some(false) => {
                receipt.grade = Grade::Refused;
                let error = Error::from(failed(state, &response, password, receipt));
                return Err(error.with_receipt(receipt));
            }
            None => asked = retry_after(response.headers(), OffsetDateTime::now_utc()),
        }
    }
    receipt.warn(END_NOT_SEEN.with(format_args!("it was still running after {} s", poll.waited().as_secs())));
    Ok(())
}

/// Creates the error of a failed reset: the error of the reset, not of the poll.
fn failed(
    state: LongRunningOperation,
    response: &Response,
    password: Option<&SecretString>,
    receipt: &Receipt,
) -> GraphError {
    let mut error = graph_error(&WRITE_BACK, response, OffsetDateTime::now_utc());
    "failed".clone_into(&mut error.code);
    let detail = state.status_detail.map(|detail| fit(response, &without(password, &detail)));
    error.message = detail.unwrap_or_else(|| "the password reset ended in failure".into());
    error.outcome_unknown = false;
    error.request_id = receipt.request_id().map(str::to_owned);
    error.client_request_id = receipt.client_request_id().map(str::to_owned);
    error
}

/// Masks the password in a text of the service, which knows it.
fn without(password: Option<&SecretString>, text: &str) -> String {
    let known: Vec<_> = password.map(|password| password.expose_secret().to_owned()).into_iter().collect();
    without_secrets(text, &known)
}

/// The write for a synced account, or with a password generated by Entra ID.
#[derive(Debug)]
pub(super) struct WriteBack<'a> {
    pub(super) user: &'a UserRef,
    pub(super) password: Option<&'a SecretString>,
}

/// A reset that has begun.
#[derive(Debug)]
pub(super) struct Started {
    pub(super) location: Option<String>,
    pub(super) retry_after: Option<Duration>,
    pub(super) password: Option<SecretString>,
}

impl GraphCall for WriteBack<'_> {
    type Output = Started;

    fn spec(&self) -> &'static OperationSpec {
        &WRITE_BACK
    }

    fn request(&self) -> Result<Request> {
        let body = match self.password {
            Some(password) => json!({ "newPassword": password.expose_secret() }),
            None => json!({}),
        };
        RequestBuilder::new(&WRITE_BACK).user(self.user).json(body).build()
    }

    fn decode(&self, response: &Response) -> Result<Started> {
        #[derive(Default, Deserialize)]
        struct Body {
            #[serde(default, rename = "newPassword")]
            new_password: Option<String>,
        }
        // With the caller's password the body is empty, or `{}`, and is not needed.
        let body = match decode::<Body>(&WRITE_BACK, response) {
            Ok(body) => body,
            Err(_) if self.password.is_some() => Body::default(),
            Err(error) => return Err(error),
        };
        if self.password.is_none() && body.new_password.is_none() {
            let reason = "the password generated by Entra ID is missing";
            return Err(decode_failure(&WRITE_BACK, "newPassword", reason, Some(response), true));
        }
        Ok(Started {
            location: header(response.headers(), "location")
                .filter(|location| !quotes_request(response, location))
                .map(str::to_owned),
            retry_after: retry_after(response.headers(), OffsetDateTime::now_utc()),
            password: body.new_password.map(SecretString::from),
        })
    }

    /// Only Entra ID can know a password that it generated.
    fn proves(&self, started: &Started) -> bool {
        started.password.is_some()
    }
}

/// A poll of a running reset. Its address comes from the service.
#[derive(Debug)]
struct ReadOperation<'a> {
    account: &'a Account,
    location: &'a str,
}

impl ReadOperation<'_> {
    /// Returns the operation's id: the last segment of its address.
    fn id(&self) -> &str {
        let path = self.location.split(['?', '#']).next().unwrap_or_default();
        path.rsplit('/').next().unwrap_or_default()
    }

    /// Returns whether the address is that of an operation of this account: the end of another operation
    /// proves nothing.
    fn is_of_account(&self, told: &Uri) -> Result<bool> {
        let own = |user: &UserRef| RequestBuilder::new(&OPERATION).user(user).var("{id}", self.id()).build();
        if is_same_place(own(&self.account.target)?.uri(), told) {
            return Ok(true);
        }
        let name = self.account.user().and_then(|user| user.user_principal_name.as_deref()?.parse().ok());
        // The name was resolved: another object id belongs to another account.
        Ok(match name {
            Some(name) => is_same_place(told, own(&name)?.uri()),
            None => false,
        })
    }
}

impl GraphCall for ReadOperation<'_> {
    type Output = LongRunningOperation;

    fn spec(&self) -> &'static OperationSpec {
        &OPERATION
    }

    fn request(&self) -> Result<Request> {
        let request = wire::follow(
            &OPERATION,
            self.location,
            Some(Targets::from_iter([Target::from(&self.account.target)])),
        )?;
        if self.is_of_account(request.uri())? {
            return Ok(request);
        }
        let host =
            request.uri().host().map(|host| format!(" (host {})", cut(printable(host)))).unwrap_or_default();
        let reason = format!("it is not the address of an operation of this account{host}");
        Err(decode_failure(&OPERATION, "Location", &reason, None, false))
    }

    fn decode(&self, response: &Response) -> Result<LongRunningOperation> {
        let state: LongRunningOperation = decode_optional(&OPERATION, response)?;
        let is_another = state.id.as_ref().is_some_and(|id| !id.eq_ignore_ascii_case(self.id()));
        // A failure counts, whatever else the answer contains.
        if is_another && state.ended() != Some(false) {
            let reason = "it is about another operation than the requested one";
            return Err(decode_failure(&OPERATION, "id", reason, Some(response), false));
        }
        Ok(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(location: &str, body: &'static str) -> Response {
        let mut response = Response::new(body.into());
        response.headers_mut().insert("location", location.parse().unwrap());
        response.headers_mut().insert("retry-after", "1.5".parse().unwrap());
        response
    }

    #[test]
    fn an_answer_without_body_is_no_error_where_the_password_is_known() {
        let (user, password) = ("x@contoso.example".parse().unwrap(), SecretString::from("S3cret!pass"));
        let step = WriteBack { user: &user, password: Some(&password) };
        assert_eq!(step.request().unwrap().body(), r#"{"newPassword":"S3cret!pass"}"#);
        for body in ["", "{}", "<html>"] {
            let started = step.decode(&answer("https://graph.example/op?aadgdc=a&aadgsu=b", body)).unwrap();
            assert_eq!(started.location.as_deref(), Some("https://graph.example/op?aadgdc=a&aadgsu=b"));
            assert_eq!(started.retry_after, Some(Duration::from_millis(1500)));
        }
    }

    #[test]
    fn a_generated_password_that_is_missing_is_an_accepted_write() {
        let user = "x@contoso.example".parse().unwrap();
        let step = WriteBack { user: &user, password: None };
        assert_eq!(step.request().unwrap().body(), "{}");
        let error = step.decode(&answer("/op", "{}")).unwrap_err();
        assert!(error.outcome_unknown(), "{error}");
        let started = step.decode(&answer("/op", r#"{"newPassword":"Cuyo5459"}"#)).unwrap();
        assert_eq!(started.password.unwrap().expose_secret(), "Cuyo5459");
    }

    #[test]
    fn states_are_read_in_any_case_and_unknown_ones_run_on() {
        let ended = |status: &str| {
            let body = format!(
                r#"{{"id":"d1a8a30","status":"{status}","lastActionDateTime":"2020-03-19T12-01-03.45Z"}}"#
            );
            decode_optional::<LongRunningOperation>(&OPERATION, &Response::new(body.into())).unwrap().ended()
        };
        assert_eq!(ended("Succeeded"), Some(true));
        assert_eq!(ended("failed"), Some(false));
        assert_eq!((ended("running"), ended("unknownFutureValue")), (None, None));
    }
}
