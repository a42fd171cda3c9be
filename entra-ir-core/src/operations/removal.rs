//! How methods go, one by one, and how it is seen that they went.

use std::time::Duration;

use super::account;
use super::deactivate_hardware_oath::Deactivate;
use super::default_method::PreferMobile;
use super::delete_method::{Delete, Removed};
use super::delete_methods::{MethodOutcome, MethodScope, MethodsDeleted, Outcome};
use super::list_methods::ListMethods;
use crate::error::{Error, GraphErrorKind, Result};
use crate::ids::{MethodId, UserRef};
use crate::model::{AuthenticationMethod, MethodKind, MethodList};
use crate::operation::{Context, Grade, Mechanism, Poll, Procedure, Receipt, Warning};
use crate::spec::OperationSpec;

/// How often the methods that were refused for their order are tried.
const ROUNDS: u32 = 3;

/// How long the list may take to show the removals. Microsoft states no bound.
const SHOWN_WITHIN: Duration = Duration::from_secs(8);

/// Removes the methods that a scope names, for `delete_methods` and those that come down to it: the receipt says which.
pub(super) async fn remove(
    context: &Context,
    spec: &'static OperationSpec,
    user: UserRef,
    scope: MethodScope,
) -> Result<MethodsDeleted> {
    let receipt = account::receipt_for(context, user, spec, Mechanism::DeleteEachMethod).await?;
    let target = receipt.target.clone();
    let before = list(context, &target).await?;
    let mut removal =
        Removal { context, user: &target, deactivates: scope == MethodScope::PortalReregister, receipt };
    removal.note(&before);
    let mut work = select(context, &scope, &before);
    removal.remove_all(&mut work).await?;
    let methods = work.into_iter().map(Work::finish).collect();
    let mut deleted = MethodsDeleted { receipt: removal.receipt, scope, methods, remaining: None };
    if !deleted.receipt.is_dry_run() {
        look_back(context, &target, &mut deleted).await;
    }
    conclude(&mut deleted, before.methods);
    Ok(deleted)
}

async fn list(context: &Context, user: &UserRef) -> Result<MethodList> {
    ListMethods { user: user.clone(), include_beta: true }.run(context).await
}

/// A method that the scope names. Without an outcome it is to be removed.
#[derive(Debug)]
struct Work {
    id: MethodId,
    method: Option<AuthenticationMethod>,
    outcome: Option<Outcome>,
    /// Why the service did not take it yet.
    put_off: Option<String>,
}

impl Work {
    const fn settled(id: MethodId, outcome: Outcome) -> Self {
        Self { id, method: None, outcome: Some(outcome), put_off: None }
    }

    fn finish(self) -> MethodOutcome {
        let outcome = self.outcome.unwrap_or_else(|| Outcome::Refused(self.put_off.unwrap_or_default()));
        MethodOutcome { id: self.id, method: self.method, outcome }
    }

    fn is_open_phone(&self, phone: &str) -> bool {
        self.outcome.is_none() && self.method.as_ref().is_some_and(|method| method.is_phone(phone))
    }
}

fn select(context: &Context, scope: &MethodScope, listed: &MethodList) -> Vec<Work> {
    let mut work: Vec<Work> = Vec::new();
    if let MethodScope::Ids(ids) = scope {
        let missing = ids.iter().filter(|id| listed.methods.iter().all(|method| method.id != **id));
        let outcome = if listed.is_whole() {
            Outcome::AlreadyGone
        } else {
            Outcome::Unknown("the list was not whole, so this id could not be looked for".into())
        };
        work.extend(missing.map(|id| Work::settled(id.clone(), outcome.clone())));
    }
    for method in listed.methods.iter().filter(|method| scope.names(method)) {
        let outcome = match &method.kind {
            MethodKind::Unknown(_) => Some(Outcome::UnknownType),
            kind if !kind.is_removable() => Some(Outcome::NotRemovable),
            kind if !kind.is_in(context.cloud()) => Some(Outcome::UnknownType),
            _ if matches!(scope, MethodScope::RegisteredSince(_)) && method.created.is_none() => {
                Some(Outcome::UnknownAge)
            }
            _ => None,
        };
        work.push(Work { id: method.id.clone(), method: Some(method.clone()), outcome, put_off: None });
    }
    work.sort_by_key(|work| work.method.as_ref().map(order));
    work
}

/// The place of a method in the order that works: what signs in alone first, an alternate mobile number before the mobile one.
fn order(method: &AuthenticationMethod) -> (usize, u8) {
    let kind = MethodKind::ALL.iter().position(|kind| *kind == method.kind).unwrap_or(usize::MAX);
    let phone = if method.is_phone("alternateMobile") { 0 } else { 1 + u8::from(method.is_phone("mobile")) };
    (kind, phone)
}

/// The work on one user.
#[derive(Debug)]
struct Removal<'a> {
    context: &'a Context,
    user: &'a UserRef,
    /// Whether hardware tokens are deactivated instead of removed.
    deactivates: bool,
    receipt: Receipt,
}

impl Removal<'_> {
    /// Says what the list did not show.
    fn note(&mut self, listed: &MethodList) {
        note(&mut self.receipt, listed);
    }

    /// Goes through the methods until a round changes nothing. Never two at a time: the default moves while methods go.
    async fn remove_all(&mut self, work: &mut [Work]) -> Result<()> {
        for _ in 0..ROUNDS {
            let Some(progress) = self.round(work).await? else {
                return Ok(());
            };
            let open = work.iter().any(|work| work.outcome.is_none());
            if !open || !progress && !self.prefer_mobile(work).await {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Tries every method once, and tells whether any went; `None` if the rest has no chance.
    async fn round(&mut self, work: &mut [Work]) -> Result<Option<bool>> {
        let mut progress = false;
        for at in 0..work.len() {
            let Work { id, method: Some(method), outcome: None, .. } = &work[at] else {
                continue;
            };
            let outcome = match self.remove(id, &method.kind).await {
                Ok(outcome) => outcome,
                Err(error) if comes_later(&error) => {
                    work[at].put_off = Some(error.to_string());
                    continue;
                }
                // The guard, before anything was done: a refusal of the whole.
                Err(error @ Error::Refused(_)) if self.receipt.exchanges.is_empty() => return Err(error),
                Err(error @ (Error::Refused(_) | Error::Transport(_) | Error::Auth { .. })) => {
                    give_up(work, at, &error);
                    return Ok(None);
                }
                Err(error) if is_gone(&error) => Outcome::AlreadyGone,
                Err(error) if error.outcome_unknown() => Outcome::Unknown(error.to_string()),
                Err(error) => Outcome::Refused(error.to_string()),
            };
            progress |= outcome.is_closed();
            work[at].outcome = Some(outcome);
        }
        Ok(Some(progress))
    }

    async fn remove(&mut self, id: &MethodId, kind: &MethodKind) -> Result<Outcome> {
        let Self { context, user, .. } = *self;
        let done = if self.deactivates && *kind == MethodKind::HardwareOath {
            context.write(&Deactivate { user, id }, &mut self.receipt).await?.map(|()| Outcome::Deactivated)
        } else {
            let removed = context.write(&Delete { user, kind, id }, &mut self.receipt).await?;
            removed.map(|removed| match removed {
                Removed::Now => Outcome::Removed,
                Removed::AlreadyGone => Outcome::AlreadyGone,
            })
        };
        Ok(done.unwrap_or(Outcome::WouldRemove))
    }

    /// Frees an alternate mobile number that is the default: it cannot go for that, nor the mobile number for it. Makes the mobile number the
    /// default, which then goes last. Tells whether another round has a chance.
    async fn prefer_mobile(&mut self, work: &[Work]) -> bool {
        let stuck = ["alternateMobile", "mobile"]
            .iter()
            .all(|phone| work.iter().any(|work| work.is_open_phone(phone)));
        if !stuck {
            return false;
        }
        match self.context.write(&PreferMobile { user: self.user }, &mut self.receipt).await {
            Ok(done) => {
                if done.is_some() {
                    self.receipt.warn(Warning::DefaultChanged);
                }
                done.is_some()
            }
            Err(error) if error.outcome_unknown() => {
                self.receipt.warn(Warning::DefaultUnknown(error.to_string()));
                true
            }
            Err(_) => false,
        }
    }
}

fn note(receipt: &mut Receipt, listed: &MethodList) {
    if listed.partial {
        receipt.warn(Warning::PartialList);
    }
    if let Some(reason) = &listed.beta_unread
        && !receipt.warns("beta-not-read")
    {
        receipt.warn(Warning::BetaNotRead(reason.clone()));
    }
    if !listed.unreadable.is_empty() {
        receipt.warn(Warning::UnreadableMethods(listed.unreadable.len()));
    }
}

/// Tells whether a refusal is one of order alone.
fn comes_later(error: &Error) -> bool {
    error.as_graph().is_some_and(|graph| {
        matches!(graph.kind(), GraphErrorKind::DefaultMethod | GraphErrorKind::AlternateMobileFirst)
    })
}

fn is_gone(error: &Error) -> bool {
    error.as_graph().is_some_and(crate::error::GraphError::says_method_is_gone)
}

/// Without a connection, a token or leave the others have no chance either; each would cost all its retries.
fn give_up(work: &mut [Work], at: usize, error: &Error) {
    let reason = error.to_string();
    for (place, work) in work.iter_mut().enumerate().filter(|(_, work)| work.outcome.is_none()) {
        let unknown = place == at && error.outcome_unknown();
        work.outcome =
            Some(if unknown { Outcome::Unknown(reason.clone()) } else { Outcome::NotTried(reason.clone()) });
    }
}

/// Reads the list again, until it shows what was accepted, and holds it against that.
async fn look_back(context: &Context, user: &UserRef, deleted: &mut MethodsDeleted) {
    let mut poll = Poll::within(SHOWN_WITHIN);
    let mut seen = None;
    loop {
        match list(context, user).await {
            Ok(now) => {
                let gone = |of: &MethodOutcome| matches!(of.outcome, Outcome::Removed | Outcome::AlreadyGone);
                let stale = deleted.methods.iter().any(|of| gone(of) && now.has(&of.id));
                seen = Some(Ok(now));
                if !stale || !poll.pause(None).await {
                    break;
                }
            }
            Err(error) => {
                seen = seen.or(Some(Err(error)));
                break;
            }
        }
    }
    match seen {
        Some(Ok(now)) => {
            note(&mut deleted.receipt, &now);
            for of in &mut deleted.methods {
                match &of.outcome {
                    Outcome::Removed | Outcome::AlreadyGone if now.has(&of.id) => {
                        of.outcome = Outcome::StillListed;
                    }
                    Outcome::Unknown(_) if of.method.is_some() && now.is_whole() && !now.has(&of.id) => {
                        of.outcome = Outcome::Removed;
                    }
                    // Somebody else removed it meanwhile, or the service has another word for "not found".
                    Outcome::Refused(_) if now.is_whole() && !now.has(&of.id) => {
                        of.outcome = Outcome::AlreadyGone;
                    }
                    _ => {}
                }
            }
            deleted.remaining = Some(now.methods);
        }
        Some(Err(error)) => deleted.receipt.warn(Warning::RemainderNotRead(error.to_string())),
        None => {}
    }
}

/// Warns of what still signs in, and says how sure the whole is.
fn conclude(deleted: &mut MethodsDeleted, before: Vec<AuthenticationMethod>) {
    let gone = |method: &AuthenticationMethod| {
        let of = deleted.methods.iter().find(|of| of.id == method.id);
        of.is_some_and(|of| of.outcome.is_closed() || of.outcome == Outcome::WouldRemove)
    };
    let left = match &deleted.remaining {
        Some(remaining) => remaining.clone(),
        // Not read back: what was there before, less what went.
        None => before.into_iter().filter(|method| !gone(method)).collect(),
    };
    let alone = left.iter().filter(|method| method.signs_in_alone() && method.kind != MethodKind::Password);
    let alone: Vec<String> = alone.map(AuthenticationMethod::label).collect();
    if !alone.is_empty() {
        deleted.receipt.warn(Warning::StillSignsIn(alone));
    }
    let sent = !deleted.receipt.exchanges.is_empty();
    if sent {
        deleted.receipt.warn(Warning::MethodsGoSessionsStay);
    }
    let any = |outcome: fn(&Outcome) -> bool| deleted.methods.iter().any(|of| outcome(&of.outcome));
    let unknown =
        any(|outcome| matches!(outcome, Outcome::Unknown(_))) || deleted.receipt.warns("default-unknown");
    if unknown {
        deleted.receipt.grade = Grade::Unknown;
    } else if sent && deleted.is_complete() && !any(|outcome| *outcome == Outcome::Deactivated) {
        deleted.receipt.grade = Grade::Confirmed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn method(kind: &str, more: &str) -> AuthenticationMethod {
        let json = format!(
            r##"{{"@odata.type":"#microsoft.graph.{kind}AuthenticationMethod","id":"{kind}{more}","phoneType":"{more}"}}"##
        );
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn the_order_is_the_one_that_works() {
        let mut methods: Vec<_> =
            ["mobile", "office", "alternateMobile"].map(|phone| method("phone", phone)).into();
        methods.extend(
            ["hardwareOath", "microsoftAuthenticator", "password", "fido2"].map(|kind| method(kind, "")),
        );
        methods.push(method("temporaryAccessPass", ""));
        methods.sort_by_key(order);
        let ids: Vec<_> = methods.iter().map(|method| method.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "temporaryAccessPass",
                "fido2",
                "microsoftAuthenticator",
                "phonealternateMobile",
                "phoneoffice",
                "phonemobile",
                "hardwareOath",
                "password"
            ]
        );
    }
}
