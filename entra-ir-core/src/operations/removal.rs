//! Deletes methods one at a time and verifies that they are gone.

use std::time::Duration;

use super::account::{Account, CUSTOMER_METHODS_UNSEEN};
use super::deactivate_hardware_oath::Deactivate;
use super::default_method::PreferMobile;
use super::delete_method::{DELETE_EACH_METHOD, Delete, Removed};
use super::list_methods::list;
use super::methods_deleted::{
    BETA_NOT_READ, MethodOutcome, MethodScope, MethodsDeleted, Outcome, PARTIAL_LIST, TYPES_NOT_READ,
    UNREADABLE_METHODS,
};
use super::removal_grade::{Before, DEFAULT_UNKNOWN, conclude};
use crate::error::{Error, GraphErrorKind, Result};
use crate::ids::{MethodId, UserRef};
use crate::model::{AuthenticationMethod, MethodKind, MethodList, UserKind};
use crate::operation::Context;
use crate::receipt::{ANSWER_REPAIRED, Receipt, WarningKind, Weight};
use crate::spec::OperationSpec;

/// For a guest, only the methods registered here can be removed.
pub const GUEST_METHODS_ELSEWHERE: WarningKind = WarningKind::new(
    "guest-methods-elsewhere",
    "this is an external guest: only the methods registered in this tenant can be removed here; the password, the sessions and the other methods belong to the home tenant",
    Weight::MayRemain("others remain in the home tenant"),
);

/// The default method was changed during the removal.
pub const DEFAULT_CHANGED: WarningKind = WarningKind::new(
    "default-changed",
    "the mobile number was made the default method, so that the alternate one could be removed",
    Weight::Harmless,
);

/// The list at the end could not be read.
pub const REMAINDER_NOT_READ: WarningKind = WarningKind::new(
    "remainder-not-read",
    "what remains could not be listed: {}",
    Weight::MayRemain("what remains is unknown"),
);

/// How often methods that were refused because of the order are tried.
const ROUNDS: u32 = 3;

/// How long the list may take to show the removals. Microsoft states no bound.
const SHOWN_WITHIN: Duration = Duration::from_secs(8);

/// Removes the methods in a scope, for `delete_methods` and the operations that are based on it; the receipt
/// names the operation.
pub(super) async fn remove(
    context: &Context,
    spec: &'static OperationSpec,
    user: UserRef,
    scope: MethodScope,
) -> Result<MethodsDeleted> {
    let (account, before) = read(context, user).await?;
    let mut receipt = account.receipt(spec, DELETE_EACH_METHOD);
    let customer = account.kind() == Some(UserKind::Customer);
    let before = if customer { before.of_customer() } else { before };
    if customer {
        receipt.warn(&CUSTOMER_METHODS_UNSEEN);
    } else if account.kind() == Some(UserKind::ExternalGuest) {
        receipt.warn(&GUEST_METHODS_ELSEWHERE);
    }
    note(&mut receipt, &before);
    let blocked = account.user().is_some_and(|user| user.account_enabled == Some(false));
    let target = account.target;
    let deactivates = scope == MethodScope::PortalReregister;
    let mut removal = Removal { context, user: &target, deactivates, receipt };
    let mut work = select(context, &scope, &before);
    removal.remove_all(&mut work).await?;
    let methods = work.into_iter().map(Work::finish).collect();
    let showed = Before {
        whole: before.is_whole(),
        types_unread: before.types_unread.iter().any(|of| !of.absent && scope.may_name(&of.kind)),
        blocked,
    };
    let mut deleted =
        MethodsDeleted { receipt: removal.receipt, scope: scope.into(), methods, remaining: None };
    if !deleted.receipt.is_dry_run() {
        look_back(context, &target, &mut deleted).await;
    }
    conclude(&mut deleted, before.all(), showed);
    Ok(deleted)
}

/// Reads the account, whose kind decides what a removal proves, and its methods: both at once if the object
/// id is known.
async fn read(context: &Context, user: UserRef) -> Result<(Account, MethodList)> {
    if user.id().is_some() {
        let (account, before) =
            futures_util::join!(Account::read(context, user.clone()), list(context, &user, true));
        return Ok((account?, before?));
    }
    let account = Account::read(context, user).await?;
    let before = list(context, &account.target, true).await?;
    Ok((account, before))
}

/// A method in the scope. Without an outcome it is still to be removed.
#[derive(Debug)]
struct Work {
    id: MethodId,
    method: Option<AuthenticationMethod>,
    outcome: Option<Outcome>,
    /// Why the service has not accepted it yet.
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
            Outcome::Unknown("the list was not complete, so this id could not be found".into())
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

/// The rank of a method in the order that works: what signs in by itself first, an alternate mobile number
/// before the mobile one.
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
    /// Repeats rounds until one changes nothing. One method at a time, because the default changes while
    /// methods are removed.
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

    /// Tries every method once, and returns whether any was removed; `None` if the rest cannot succeed.
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
                // Before anything was sent, this is a refusal of the whole.
                Err(error @ (Error::Refused(_) | Error::Transport(_) | Error::Auth(_)))
                    if self.receipt.exchanges.is_empty() =>
                {
                    return Err(error);
                }
                Err(error @ (Error::Refused(_) | Error::Transport(_) | Error::Auth(_))) => {
                    self.give_up(work, at, &error);
                    return Ok(None);
                }
                // Everything else would get the same answer: send nothing more before the time that the
                // service named.
                Err(error) if asks_to_wait(&error) => {
                    self.give_up(work, at, &error);
                    return Ok(None);
                }
                Err(error) if error.outcome_unknown() => Outcome::Unknown(error.to_string()),
                Err(error) => Outcome::Refused(error.to_string()),
            };
            progress |= outcome.is_closed();
            work[at].outcome = Some(outcome);
        }
        Ok(Some(progress))
    }

    /// Ends the work: without a connection, a token or permission the others cannot succeed either, and each
    /// would cost all its retries.
    fn give_up(&mut self, work: &mut [Work], at: usize, error: &Error) {
        if let Some(wait) = error.retry_after() {
            self.receipt.throttled(wait);
        }
        let reason = error.to_string();
        for (place, work) in work.iter_mut().enumerate().filter(|(_, work)| work.outcome.is_none()) {
            work.outcome = Some(match error {
                _ if place == at && error.outcome_unknown() => Outcome::Unknown(reason.clone()),
                Error::Graph(_) if place == at => Outcome::Refused(reason.clone()),
                _ => Outcome::NotTried(reason.clone()),
            });
        }
    }

    async fn remove(&mut self, id: &MethodId, kind: &MethodKind) -> Result<Outcome> {
        let Self { context, user, .. } = *self;
        let done = if self.deactivates && *kind == MethodKind::HardwareOath {
            context.write(&Deactivate { user, id }, &mut self.receipt).await?.map(|()| Outcome::Deactivated)
        } else {
            let removed = context.write(&Delete { user, kind, id }, &mut self.receipt).await?;
            removed.map(|removed| match removed {
                Removed::Now | Removed::Perhaps => Outcome::Removed,
                Removed::AlreadyGone => Outcome::AlreadyGone,
            })
        };
        Ok(done.unwrap_or(Outcome::WouldRemove))
    }

    /// Unblocks an alternate mobile number that is the default: it cannot be removed, and so neither can the
    /// mobile number. Makes the mobile number the default, which is then removed last. Returns whether
    /// another round may succeed.
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
                    self.receipt.warn(&DEFAULT_CHANGED);
                }
                done.is_some()
            }
            Err(error) if error.outcome_unknown() => {
                self.receipt.warn(DEFAULT_UNKNOWN.with(error));
                true
            }
            Err(_) => false,
        }
    }
}

/// Adds warnings about what a list did not show.
fn note(receipt: &mut Receipt, listed: &MethodList) {
    if listed.repaired {
        receipt.warn(&ANSWER_REPAIRED);
    }
    if listed.partial && !receipt.has(&CUSTOMER_METHODS_UNSEEN) {
        receipt.warn(&PARTIAL_LIST);
    }
    if !listed.types_unread.is_empty() && !receipt.has(&TYPES_NOT_READ) {
        let unread = listed.types_unread.iter().map(|of| format!("{} ({})", of.kind, of.brief));
        receipt.warn(TYPES_NOT_READ.with(unread.collect::<Vec<_>>().join(", ")));
    }
    if let Some(reason) = &listed.beta_unread
        && !receipt.has(&BETA_NOT_READ)
    {
        receipt.warn(BETA_NOT_READ.with(reason));
    }
    if !listed.unreadable.is_empty() {
        receipt.warn(UNREADABLE_METHODS.with(listed.unreadable.len()));
    }
}

/// Returns whether a method was refused only because another one must be removed first.
fn comes_later(error: &Error) -> bool {
    error.as_graph().is_some_and(|graph| {
        matches!(graph.kind(), GraphErrorKind::DefaultMethod | GraphErrorKind::AlternateMobileFirst)
    })
}

/// Returns whether the service refuses everything for a time: it throttles, or is unavailable for a named
/// time.
fn asks_to_wait(error: &Error) -> bool {
    error.as_graph().is_some_and(|graph| match graph.kind() {
        GraphErrorKind::Throttled => true,
        GraphErrorKind::Unavailable => graph.retry_after.is_some(),
        _ => false,
    })
}

/// Reads the list again until it shows what was accepted, and compares it with that.
async fn look_back(context: &Context, user: &UserRef, deleted: &mut MethodsDeleted) {
    let mut poll = context.poll_within(SHOWN_WITHIN);
    let mut seen = None;
    loop {
        match list(context, user, true).await {
            Ok(now) => {
                let customer = deleted.receipt.has(&CUSTOMER_METHODS_UNSEEN);
                let now = if customer { now.of_customer() } else { now };
                let gone = |of: &MethodOutcome| matches!(of.outcome, Outcome::Removed | Outcome::AlreadyGone);
                let stale = deleted.methods.iter().any(|of| gone(of) && lists(&now, of));
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
                    Outcome::Removed | Outcome::AlreadyGone if lists(&now, of) => {
                        of.outcome = Outcome::StillListed;
                    }
                    Outcome::Unknown(_) if of.method.is_some() && now.is_whole() && !lists(&now, of) => {
                        of.outcome = Outcome::Removed;
                    }
                    // Somebody else removed it in the meantime, or the service has another code for "not
                    // found".
                    Outcome::Refused(_) if now.is_whole() && !lists(&now, of) => {
                        of.outcome = Outcome::AlreadyGone;
                    }
                    _ => {}
                }
            }
            deleted.remaining = Some(now.all());
        }
        Some(Err(error)) => deleted.receipt.warn(REMAINDER_NOT_READ.with(error)),
        None => {}
    }
}

fn lists(list: &MethodList, of: &MethodOutcome) -> bool {
    list.has(&of.id, of.method.as_ref().map(|method| &method.kind))
}

#[cfg(test)]
mod tests {
    use super::super::methods_deleted::tests::method;
    use super::*;

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
