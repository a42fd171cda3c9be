//! `delete_methods`: many authentication methods at once, and what is left.

use std::time::Duration;

use serde::Serialize;
use time::OffsetDateTime;

use super::account;
use super::deactivate_hardware_oath::Deactivate;
use super::default_method::PreferMobile;
use super::delete_method::{DELETION, Delete, Removed};
use super::list_methods::{ListMethods, MethodList};
use crate::error::{Error, GraphErrorKind, Result};
use crate::ids::{MethodId, UserRef};
use crate::model::{AuthenticationMethod, MethodKind};
use crate::operation::{Context, Grade, Mechanism, Procedure, Receipt, Warning};
use crate::spec::OperationSpec;

/// Removes the user's authentication methods, those that the scope names, one by one in an order that works.
///
/// # Effect
/// Removed methods no longer sign in, and cannot be brought back: the user registers them anew. Sessions go on. A user's default method can go
/// only when it is the last one, and a mobile number only after the alternate one; what is refused for that is tried again after the
/// others, three rounds at most. A method that the service does not find counts as gone. At the end the list is read again: the result tells
/// what became of each method and what remains, and never claims all with a survivor.
///
/// # Permissions
/// `UserAuthenticationMethod.ReadWrite.All`, delegated or application. A delegated caller needs a role: Authentication Administrator,
/// for a privileged target Privileged Authentication Administrator.
///
/// # Errors
/// [`Error`] if the list cannot be read: then nothing was removed. A refusal of a single method is no error but its [`Outcome`].
///
/// Source: "Authentication methods API overview" and the "Delete …Method" pages on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::{MethodScope, SimulatedTenant};
/// let client = SimulatedTenant::contoso().client()?;
/// let deleted = client.delete_methods("adele@contoso.example", MethodScope::AllRemovable).await?;
/// assert!(deleted.is_complete());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeleteMethods {
    /// The account.
    pub user: UserRef,
    /// Which methods.
    pub scope: MethodScope,
}

/// Says which methods are meant. There is no default: what is removed is chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum MethodScope {
    /// What the portal's "Require re-register multifactor authentication" takes: phone numbers, Microsoft Authenticator, software OATH tokens are
    /// removed, hardware OATH tokens deactivated. Passkeys and Windows Hello stay, and still sign in.
    PortalReregister,
    /// Every method that Graph can remove: what an attacker may have registered is among them.
    AllRemovable,
    /// Methods of these types.
    Only(Vec<MethodKind>),
    /// The methods with these ids.
    Ids(Vec<MethodId>),
    /// Methods registered at this moment or later. One without a date is left and listed as of unknown age.
    RegisteredSince(#[serde(with = "time::serde::rfc3339")] OffsetDateTime),
}

/// What [`DeleteMethods`] is.
pub static SPEC: OperationSpec = OperationSpec {
    id: "delete_methods",
    summary: "Removes the user's authentication methods that the scope names, one by one, and lists what remains.",
    does_not: "Does not end a session, does not make the user register anew (a Temporary Access Pass does), cannot remove passwords, app \
        passwords, security questions or certificate bindings.",
    undo: "Cannot be undone; the user registers methods anew, with a Temporary Access Pass if none is left.",
    if_unknown: "list_methods shows what is left; or call again: a method that is not there counts as gone",
    uses: &[
        &super::get_user::SPEC,
        &super::list_methods::SPEC,
        &super::delete_method::SPEC,
        &super::deactivate_hardware_oath::SPEC,
        &super::default_method::SPEC,
    ],
    ..DELETION
};

/// How often the methods that were refused for their order are tried.
const ROUNDS: u32 = 3;

impl DeleteMethods {
    /// Makes the operation for a user and a scope.
    ///
    /// # Errors
    /// [`Error::Refused`] if the name cannot be one.
    pub fn of<U>(user: U, scope: MethodScope) -> Result<Self>
    where
        U: TryInto<UserRef>,
        Error: From<U::Error>,
    {
        Ok(Self { user: user.try_into()?, scope })
    }
}

/// Says what became of the methods.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct MethodsDeleted {
    /// What was done.
    pub receipt: Receipt,
    /// What was asked.
    pub scope: MethodScope,
    /// What became of each method that the scope named, and of each that it could not tell.
    pub methods: Vec<MethodOutcome>,
    /// What the user has afterwards, as read back; `None` if the list could not be read.
    pub remaining: Option<Vec<AuthenticationMethod>>,
}

/// Says what became of one method.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct MethodOutcome {
    /// The method's id.
    pub id: MethodId,
    /// The method, as it was listed; `None` for an id that the user does not have.
    pub method: Option<AuthenticationMethod>,
    /// What became of it.
    pub outcome: Outcome,
}

/// Names what can become of a method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is", content = "why")]
#[non_exhaustive]
pub enum Outcome {
    /// The service accepted the removal, and the list at the end did not show it, or could not be read.
    Removed,
    /// The service did not find it.
    AlreadyGone,
    /// A hardware token: it stays assigned and no longer works.
    Deactivated,
    /// The removal was accepted, but the list at the end still shows it: not visible yet, or registered again.
    StillListed,
    /// The service refused, for this reason.
    Refused(String),
    /// Nobody knows whether it was removed, for this reason.
    Unknown(String),
    /// Graph has no call that removes it: a password.
    NotRemovable,
    /// A type that this version does not know, or that this cloud has no path for.
    UnknownType,
    /// It has no date, so whether it was registered since is not known. It was left.
    UnknownAge,
    /// It was not tried, since the connection or the credential failed before its turn, for this reason.
    NotTried(String),
    /// Dry run: it would have been removed or deactivated.
    WouldRemove,
}

impl Outcome {
    /// Tells whether the method does not sign in any more.
    pub const fn is_closed(&self) -> bool {
        matches!(self, Self::Removed | Self::AlreadyGone | Self::Deactivated)
    }
}

impl MethodsDeleted {
    /// Tells whether every method that the scope names is closed, and that was seen by reading back.
    ///
    /// The password does not count unless it was named by type or id: it cannot be removed.
    pub fn is_complete(&self) -> bool {
        let Some(remaining) = &self.remaining else { return false };
        let whole_list = !self.receipt.warns("beta-not-read") && !self.receipt.warns("partial-list");
        let deactivated = |method: &AuthenticationMethod| {
            self.methods.iter().any(|of| of.id == method.id && of.outcome == Outcome::Deactivated)
        };
        whole_list
            && self.methods.iter().all(|of| of.outcome.is_closed() || self.is_password_in_passing(of.method.as_ref()))
            && remaining.iter().all(|method| {
                !self.scope.names(method) || deactivated(method) || self.is_password_in_passing(Some(method))
            })
    }

    /// Lists what was not closed.
    pub fn open(&self) -> impl Iterator<Item = &MethodOutcome> {
        self.methods.iter().filter(|of| !of.outcome.is_closed())
    }

    fn is_password_in_passing(&self, method: Option<&AuthenticationMethod>) -> bool {
        method.is_some_and(|method| method.kind == MethodKind::Password)
            && !matches!(self.scope, MethodScope::Only(_) | MethodScope::Ids(_))
    }
}

impl MethodScope {
    /// Tells whether the scope names a method. Without a date it may have been registered since.
    fn names(&self, method: &AuthenticationMethod) -> bool {
        match self {
            Self::PortalReregister => method.kind.is_reregistered_by_portal(),
            // An unknown type is among them: it must be told that it stays.
            Self::AllRemovable => true,
            Self::Only(kinds) => kinds.contains(&method.kind),
            Self::Ids(ids) => ids.contains(&method.id),
            Self::RegisteredSince(since) => method.created.is_none_or(|created| created >= *since),
        }
    }
}

impl Procedure for DeleteMethods {
    const SPEC: &'static OperationSpec = &SPEC;
    type Output = MethodsDeleted;

    async fn run(self, context: &Context) -> Result<MethodsDeleted> {
        delete(context, &SPEC, self.user, self.scope).await
    }
}

/// Removes methods, for this operation and those that come down to it.
pub(super) async fn delete(
    context: &Context,
    spec: &'static OperationSpec,
    user: UserRef,
    scope: MethodScope,
) -> Result<MethodsDeleted> {
    let target = account::target(context, &user).await?;
    let mut receipt = Receipt::new(spec, &target, Mechanism::DeleteEachMethod);
    let listed = list(context, &target).await?;
    if listed.partial {
        receipt.warn(Warning::PartialList);
    }
    if let Some(reason) = listed.beta_unread {
        receipt.warn(Warning::BetaNotRead(reason));
    }
    let mut work = select(context, &scope, listed.methods);
    remove_all(context, &target, &scope, &mut work, &mut receipt).await?;
    let methods = work.into_iter().map(Work::finish).collect();
    let mut deleted = MethodsDeleted { receipt, scope, methods, remaining: None };
    if !deleted.receipt.is_dry_run() {
        look_back(context, &target, &mut deleted).await;
    }
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
    fn finish(self) -> MethodOutcome {
        let outcome = self.outcome.unwrap_or_else(|| Outcome::Refused(self.put_off.unwrap_or_default()));
        MethodOutcome { id: self.id, method: self.method, outcome }
    }
}

fn select(context: &Context, scope: &MethodScope, listed: Vec<AuthenticationMethod>) -> Vec<Work> {
    let mut work: Vec<Work> = Vec::new();
    if let MethodScope::Ids(ids) = scope {
        let missing = ids.iter().filter(|id| listed.iter().all(|method| method.id != **id));
        let gone = |id: &MethodId| Work { id: id.clone(), method: None, outcome: Some(Outcome::AlreadyGone), put_off: None };
        work.extend(missing.map(gone));
    }
    for method in listed.into_iter().filter(|method| scope.names(method)) {
        let outcome = match &method.kind {
            MethodKind::Unknown(_) => Some(Outcome::UnknownType),
            kind if !kind.is_removable() => Some(Outcome::NotRemovable),
            kind if !kind.is_in(context.cloud()) => Some(Outcome::UnknownType),
            _ if matches!(scope, MethodScope::RegisteredSince(_)) && method.created.is_none() => Some(Outcome::UnknownAge),
            _ => None,
        };
        work.push(Work { id: method.id.clone(), method: Some(method), outcome, put_off: None });
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

/// Goes through the methods until a round changes nothing. Never two at a time: the default moves while methods go.
async fn remove_all(
    context: &Context,
    user: &UserRef,
    scope: &MethodScope,
    work: &mut [Work],
    receipt: &mut Receipt,
) -> Result<()> {
    for _ in 0..ROUNDS {
        let mut progress = false;
        for at in 0..work.len() {
            let Work { id, method: Some(method), outcome: None, .. } = &work[at] else { continue };
            let deactivate = *scope == MethodScope::PortalReregister && method.kind == MethodKind::HardwareOath;
            let result = if deactivate {
                let done = context.write(&Deactivate { user, id }, receipt).await;
                done.map(|done| done.map(|()| Outcome::Deactivated))
            } else {
                let done = context.write(&Delete { user, kind: &method.kind, id }, receipt).await;
                done.map(|done| done.map(|removed| match removed {
                    Removed::Now => Outcome::Removed,
                    Removed::AlreadyGone => Outcome::AlreadyGone,
                }))
            };
            let outcome = match result {
                Ok(done) => done.unwrap_or(Outcome::WouldRemove),
                Err(error) if comes_later(&error) => {
                    work[at].put_off = Some(error.to_string());
                    continue;
                }
                // The guard: it stops the first write, so nothing was done.
                Err(error @ Error::Refused(_)) => return Err(error),
                Err(error @ (Error::Transport(_) | Error::Auth { .. })) => {
                    give_up(work, at, &error);
                    return Ok(());
                }
                Err(error) if error.outcome_unknown() => Outcome::Unknown(error.to_string()),
                Err(error) => Outcome::Refused(error.to_string()),
            };
            progress |= outcome.is_closed();
            work[at].outcome = Some(outcome);
        }
        let stuck = || !progress && !work.iter().all(|work| work.outcome.is_some());
        if progress || stuck() && prefer_mobile(context, user, work, receipt).await {
            continue;
        }
        break;
    }
    Ok(())
}

/// Frees an alternate mobile number that is the default: it cannot go for that, nor the mobile number for it. Makes the mobile number the default,
/// which then goes last. Tells whether that was done.
async fn prefer_mobile(context: &Context, user: &UserRef, work: &[Work], receipt: &mut Receipt) -> bool {
    let put_off = |phone: &str| {
        let mut open = work.iter().filter(|work| work.outcome.is_none());
        open.any(|work| work.method.as_ref().is_some_and(|method| method.is_phone(phone)))
    };
    put_off("alternateMobile")
        && put_off("mobile")
        && context.write(&PreferMobile { user }, receipt).await.is_ok_and(|done| done.is_some())
}

/// Tells whether a refusal is one of order alone.
fn comes_later(error: &Error) -> bool {
    error.as_graph().is_some_and(|graph| {
        matches!(graph.kind(), GraphErrorKind::DefaultMethod | GraphErrorKind::AlternateMobileFirst)
    })
}

/// Without a connection or a token the others have no chance either; each would cost all its retries.
fn give_up(work: &mut [Work], at: usize, error: &Error) {
    let reason = error.to_string();
    let unknown = error.outcome_unknown();
    for (place, work) in work.iter_mut().enumerate().filter(|(_, work)| work.outcome.is_none()) {
        work.outcome = Some(if place == at && unknown {
            Outcome::Unknown(reason.clone())
        } else {
            Outcome::NotTried(reason.clone())
        });
    }
}

/// How long to wait for the list to show the removals, look by look. Microsoft states no bound.
const LOOKS: [Duration; 4] = [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// Reads the list again, and holds it against what was accepted.
async fn look_back(context: &Context, user: &UserRef, deleted: &mut MethodsDeleted) {
    let mut seen = None;
    for pause in LOOKS {
        context.sleep(pause).await;
        match list(context, user).await {
            Ok(now) => {
                let stale = now.methods.iter().any(|method| deleted.was_removed(method));
                seen = Some(Ok(now));
                if !stale {
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
            if let Some(reason) = now.beta_unread {
                deleted.receipt.warn(Warning::BetaNotRead(reason));
            }
            for of in &mut deleted.methods {
                let listed = now.methods.iter().any(|method| method.id == of.id);
                if of.outcome == Outcome::Removed && listed {
                    of.outcome = Outcome::StillListed;
                }
            }
            deleted.remaining = Some(now.methods);
        }
        Some(Err(error)) => deleted.receipt.warn(Warning::RemainderNotRead(error.to_string())),
        None => {}
    }
    conclude(deleted);
}

fn conclude(deleted: &mut MethodsDeleted) {
    let alone = deleted.remaining.iter().flatten();
    let alone = alone.filter(|method| method.kind.signs_in_alone() && method.kind != MethodKind::Password);
    let alone: Vec<String> = alone.map(AuthenticationMethod::label).collect();
    if !alone.is_empty() {
        deleted.receipt.warn(Warning::StillSignsIn(alone));
    }
    if !deleted.receipt.exchanges.is_empty() {
        deleted.receipt.warn(Warning::MethodsGoSessionsStay);
    }
    if deleted.methods.iter().any(|of| matches!(of.outcome, Outcome::Unknown(_))) {
        deleted.receipt.grade = Grade::Unknown;
    } else if deleted.is_complete() && !deleted.receipt.exchanges.is_empty() {
        deleted.receipt.grade = Grade::Confirmed;
    }
}

impl MethodsDeleted {
    fn was_removed(&self, method: &AuthenticationMethod) -> bool {
        self.methods.iter().any(|of| of.id == method.id && of.outcome == Outcome::Removed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn method(kind: &str, more: &str) -> AuthenticationMethod {
        let json = format!(r##"{{"@odata.type":"#microsoft.graph.{kind}AuthenticationMethod","id":"{kind}{more}","phoneType":"{more}"}}"##);
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn the_order_is_the_one_that_works() {
        let mut methods: Vec<_> = ["mobile", "office", "alternateMobile"].map(|phone| method("phone", phone)).into();
        methods.extend(["hardwareOath", "microsoftAuthenticator", "password", "fido2"].map(|kind| method(kind, "")));
        methods.push(method("temporaryAccessPass", ""));
        methods.sort_by_key(order);
        let ids: Vec<_> = methods.iter().map(|method| method.id.as_str()).collect();
        assert_eq!(
            ids,
            ["temporaryAccessPass", "fido2", "microsoftAuthenticator", "phonealternateMobile", "phoneoffice",
                "phonemobile", "hardwareOath", "password"]
        );
    }

    #[test]
    fn a_scope_names_what_it_says() {
        let (phone, passkey) = (method("phone", "mobile"), method("fido2", ""));
        assert!(MethodScope::PortalReregister.names(&phone) && !MethodScope::PortalReregister.names(&passkey));
        assert!(MethodScope::AllRemovable.names(&method("brandNew", "")));
        assert!(!MethodScope::Only(vec![MethodKind::Email]).names(&phone));
        assert!(MethodScope::RegisteredSince(OffsetDateTime::UNIX_EPOCH).names(&phone), "no date: it may be new");
    }
}
