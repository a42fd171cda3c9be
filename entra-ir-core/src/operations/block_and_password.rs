//! The writes of `lock_out`: the block and the password in one request, or one after the other.

use secrecy::SecretString;

use super::account::Account;
use super::domain::{DOMAIN_NOT_READ, FEDERATED_NO_EFFECT, ReadDomain};
use super::locked_out::{BLOCK_THEN_PASSWORD, LockedOut, NOT_BLOCKED, PASSWORD_NOT_SET, PASSWORD_UNKNOWN};
use super::password;
use super::reset_password::{ForceChange, NEEDS_MFA_METHOD, password_profile};
use super::settle;
use super::sign_in_block::ACCOUNT_ENABLED;
use crate::error::{Error, GraphErrorKind, Result};
use crate::ids::UserRef;
use crate::model::{DomainAuthentication, User, UserKind};
use crate::operation::{Context, GraphCall};
use crate::receipt::{Grade, Receipt};
use crate::spec::OperationSpec;
use crate::wire::{Request, RequestBuilder, Response, decode_nothing};

/// Reads whether the password of a domain is checked elsewhere; `None` without a domain.
pub(super) async fn is_federated(context: &Context, domain: Option<&str>) -> Option<Result<bool>> {
    let not_federated = |kept: &DomainAuthentication| *kept != DomainAuthentication::Federated;
    let read = context.read_kept(&ReadDomain(domain?), not_federated).await;
    Some(read.map(|authentication| authentication == DomainAuthentication::Federated))
}

/// The work on one account.
pub(super) struct Work<'a> {
    pub(super) context: &'a Context,
    pub(super) spec: &'static OperationSpec,
    pub(super) account: &'a Account,
    pub(super) chosen: Option<&'a SecretString>,
    pub(super) force_change: ForceChange,
    pub(super) receipt: Receipt,
}

impl Work<'_> {
    /// Returns where the password is kept, if it cannot be set here, and what to do there.
    pub(super) fn kept_elsewhere(&mut self, federated: Option<Result<bool>>) -> Option<String> {
        match self.account.kind() {
            Some(UserKind::ExternalGuest) => {
                return Some("the guest's home tenant keeps it: ask its administrators to reset it".into());
            }
            Some(UserKind::Synced) => {
                return Some(
                    "Active Directory keeps it: reset it there, twice, and disable the account there".into(),
                );
            }
            _ => {}
        }
        match federated? {
            Ok(true) => Some("the domain is federated: reset it at its identity provider".into()),
            Ok(false) => None,
            Err(error) => {
                self.receipt.warn(DOMAIN_NOT_READ.with(error));
                None
            }
        }
    }

    /// Sends the block only.
    pub(super) async fn block_alone(mut self, place: &str) -> Result<LockedOut> {
        self.receipt.mechanism = ACCOUNT_ENABLED;
        self.receipt.warn(PASSWORD_NOT_SET.with(place));
        match self.block().await {
            Ok(()) => Ok(self.end(Grade::NotSent, None)),
            Err(error) => Err(error),
        }
    }

    /// Sends both in one request. The domain of an account that was asked for by its id alone is read beside
    /// it: the block waits for no other answer.
    pub(super) async fn both(mut self, domain_unread: bool) -> Result<LockedOut> {
        let made = self.password()?;
        let pair = Write {
            spec: self.spec,
            user: &self.account.target,
            block: true,
            password: Some((&made, self.force_change)),
        };
        let domain = self.account.user().and_then(User::domain).filter(|_| domain_unread);
        let (sent, federated) = futures_util::join!(
            self.context.write(&pair, &mut self.receipt),
            is_federated(self.context, domain)
        );
        match federated {
            Some(Ok(true)) => self.receipt.warn(&FEDERATED_NO_EFFECT),
            Some(Err(error)) => self.receipt.warn(DOMAIN_NOT_READ.with(error)),
            Some(Ok(false)) | None => {}
        }
        match sent {
            Ok(Some(())) => Ok(self.end(Grade::Accepted, Some(made))),
            Ok(None) => Ok(self.end(Grade::NotSent, None)),
            Err(error) if error.outcome_unknown() => self.after_unknown(error, made).await,
            Err(error) if may_be_half_of_it(&error) => self.apart(error, made, false).await,
            Err(error) => Err(error),
        }
    }

    /// Settles a pair of unknown outcome by reading; what the account does not show is sent alone.
    async fn after_unknown(mut self, error: Error, made: SecretString) -> Result<LockedOut> {
        let blocked = |user: &User| user.account_enabled == Some(false);
        let read = settle::by_reading(
            self.context,
            self.account,
            &mut self.receipt,
            error,
            Grade::Confirmed,
            blocked,
        );
        match read.await {
            Ok(user) if self.is_newer(&user) => Ok(self.end(Grade::Accepted, Some(made))),
            Ok(_) => {
                let grade = self.set_password(&made, true).await;
                Ok(self.end(grade, Some(made)))
            }
            Err(error) => self.apart(error, made, true).await,
        }
    }

    /// Sends the block alone, then the password alone. The pair may have been done if its outcome is unknown.
    async fn apart(mut self, pair: Error, made: SecretString, unknown: bool) -> Result<LockedOut> {
        self.receipt.mechanism = BLOCK_THEN_PASSWORD;
        let block = self.block().await;
        let blocked = self.receipt.grade;
        let (made, password) = if let Some(reason) = useless(&pair, self.chosen.is_some()) {
            self.receipt.warn(PASSWORD_NOT_SET.with(reason));
            (made, Grade::Refused)
        } else {
            // Graph does not say which word it bans: another password may not hold it.
            let made = if unknown { made } else { self.password()? };
            let grade = self.set_password(&made, unknown).await;
            (made, grade)
        };
        match block {
            Ok(()) => self.receipt.grade = blocked,
            Err(error) if password.may_be_done() => {
                self.receipt.grade = if unknown { Grade::Unknown } else { blocked };
                self.receipt.warn(NOT_BLOCKED.with(error.brief()));
            }
            Err(error) => return Err(error.with_receipt(&self.receipt)),
        }
        Ok(self.end(password, Some(made)))
    }

    /// Sends the block alone.
    async fn block(&mut self) -> Result<()> {
        let write = Write { spec: self.spec, user: &self.account.target, block: true, password: None };
        let Err(error) = self.context.write(&write, &mut self.receipt).await else { return Ok(()) };
        let blocked = |user: &User| user.account_enabled == Some(false);
        settle::by_reading(self.context, self.account, &mut self.receipt, error, Grade::Confirmed, blocked)
            .await
            .map(drop)
    }

    /// Sends the password alone. If the outcome of an earlier write of it is unknown, a refusal proves
    /// nothing.
    async fn set_password(&mut self, made: &SecretString, unknown: bool) -> Grade {
        let blocked = self.receipt.grade;
        let write = Write {
            spec: self.spec,
            user: &self.account.target,
            block: false,
            password: Some((made, self.force_change)),
        };
        let grade = match self.context.write(&write, &mut self.receipt).await {
            Ok(Some(())) => Grade::Accepted,
            Ok(None) => Grade::NotSent,
            Err(error) if error.outcome_unknown() || unknown => {
                self.receipt.warn(PASSWORD_UNKNOWN.with(error.brief()));
                Grade::Unknown
            }
            Err(error) => {
                self.receipt.warn(PASSWORD_NOT_SET.with(error.brief()));
                if error.as_graph().is_some() { Grade::Refused } else { Grade::NotSent }
            }
        };
        self.receipt.grade = blocked;
        grade
    }

    /// Returns whether the password was changed since the account was read.
    fn is_newer(&self, user: &User) -> bool {
        let before = self.account.before().map(|user| user.last_password_change_date_time);
        before.is_some_and(|before| user.last_password_change_date_time > before)
    }

    /// Returns the chosen password, or generates one.
    fn password(&self) -> Result<SecretString> {
        self.chosen.map_or_else(password::generate, |chosen| Ok(chosen.clone()))
    }

    /// Makes the result. A generated password is in it if it may be in force.
    fn end(mut self, password_grade: Grade, made: Option<SecretString>) -> LockedOut {
        if password_grade.may_be_done() && self.force_change == ForceChange::WithMfa {
            self.receipt.warn(&NEEDS_MFA_METHOD);
        }
        let password = made.filter(|_| self.chosen.is_none() && password_grade.may_be_done());
        LockedOut { receipt: self.receipt, password_grade, password, force_change: self.force_change.into() }
    }
}

/// Returns whether the refusal of a pair leaves room for one half of it: not if there is no such account, no
/// valid token, or no answer in time.
fn may_be_half_of_it(error: &Error) -> bool {
    use GraphErrorKind::{NotFound, Throttled, Unauthenticated, Unavailable, WrongToken};
    error.as_graph().is_some_and(|error| {
        !matches!(error.kind(), NotFound | Throttled | Unauthenticated | Unavailable | WrongToken)
    })
}

/// Returns why the password alone would be refused again, if that is certain.
fn useless(pair: &Error, is_chosen: bool) -> Option<String> {
    match pair.as_graph()?.kind() {
        GraphErrorKind::SyncedObject => {
            Some("Active Directory keeps it: reset it there, twice, and disable the account there".into())
        }
        GraphErrorKind::Password if is_chosen => Some(pair.brief()),
        _ => None,
    }
}

/// The one write, of both halves or of one.
#[derive(Debug)]
struct Write<'a> {
    spec: &'static OperationSpec,
    user: &'a UserRef,
    block: bool,
    password: Option<(&'a SecretString, ForceChange)>,
}

impl GraphCall for Write<'_> {
    type Output = ();

    fn spec(&self) -> &'static OperationSpec {
        self.spec
    }

    fn request(&self) -> Result<Request> {
        let mut body = serde_json::Map::new();
        if self.block {
            body.insert("accountEnabled".into(), false.into());
        }
        if let Some((password, force_change)) = self.password {
            body.insert("passwordProfile".into(), password_profile(Some(password), force_change));
        }
        RequestBuilder::new(self.spec).user(self.user).json(body.into()).build()
    }

    fn decode(&self, response: &Response) -> Result<()> {
        decode_nothing(self.spec, response)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sign_in_block::BLOCK;
    use super::*;

    #[test]
    fn one_request_says_both_things_or_one() {
        let (user, password) = ("x@contoso.example".parse().unwrap(), SecretString::from("S3cret!pass"));
        let body = |block, password: Option<&SecretString>| {
            let password = password.map(|password| (password, ForceChange::NextSignIn));
            let request = Write { spec: &BLOCK, user: &user, block, password }.request().unwrap();
            assert_eq!(
                (request.method().as_str(), request.uri().path()),
                ("PATCH", "/v1.0/users/x@contoso.example")
            );
            String::from_utf8(request.body().to_vec()).unwrap()
        };
        let profile = r#""passwordProfile":{"forceChangePasswordNextSignIn":true,"forceChangePasswordNextSignInWithMfa":false,"password":"S3cret!pass"}"#;
        assert_eq!(body(true, Some(&password)), format!(r#"{{"accountEnabled":false,{profile}}}"#));
        assert_eq!(body(true, None), r#"{"accountEnabled":false}"#);
        assert_eq!(body(false, Some(&password)), format!("{{{profile}}}"));
    }
}
