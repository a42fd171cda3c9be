//! Refuses or previews a write: by mode, cloud and scope, by its target, and by the remaining administrators.

mod administrators;
mod ask;
mod fresh;
mod list;
mod options;
mod owners;
mod seen;
mod sync;

pub use options::Guard;
pub(crate) use owners::OwnerChecked;
pub(crate) use seen::Seen;

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use http::Method;

use super::{Stage, spec_of};
use crate::auth::Callers;
use crate::cloud::Cloud;
use crate::error::{Error, Protection, Refusal, Result};
use crate::ids::{ObjectId, UserRef};
use crate::receipt::{OTHER_USERS_UNKNOWN, Preview, SYNC_ACCOUNTS_NOT_READ, Warning};
use crate::spec::{CallerKind, OperationSpec, asks};
use crate::target::{Scope, Target, TargetKind};
use crate::wire::{Request, Response, Targets, masked, readdress, rename};

use administrators::Administrators;
use ask::Ask;
use list::{List, Named};
use options::{Mode, OwnAccount};
use owners::{Owner, owner};
use seen::is_sync_name;
use sync::SyncRole;

/// Holds the guard's warnings for the receipt, in the extensions of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Noted(pub(crate) Vec<Warning>);

/// Marks a request whose write is only described, as in dry-run mode.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Previewed;

/// The stage.
#[derive(Debug)]
pub(super) struct Guarded<S> {
    mode: Mode,
    cloud: Cloud,
    allow_tenant_wide: bool,
    own_account: OwnAccount,
    protected: List,
    /// The only accounts that may be modified; `None` if all may.
    only: Option<List>,
    /// The accounts that synchronize the directory; `None` if that does not matter.
    sync: Option<SyncRole>,
    administrators: Option<Administrators>,
    seen: Seen,
    callers: Arc<Callers>,
    next: S,
}

impl<S> Guarded<S> {
    pub(super) fn new(guard: &Guard, cloud: Cloud, callers: Arc<Callers>, next: S) -> Result<Self> {
        let protects = |entry, reason| Refusal::ProtectedUnresolved { entry, reason };
        let protected =
            List::new("protected account or group", &guard.protected, &guard.protected_groups, protects)?;
        let allows = |entry, reason| Refusal::AllowedUnresolved { entry, reason };
        let has_only = guard.only.is_some() || !guard.only_groups.is_empty();
        let only = has_only.then(|| {
            let accounts = guard.only.as_deref().unwrap_or_default();
            List::new("account or group that may be touched", accounts, &guard.only_groups, allows)
        });
        let not_counted = guard.not_counted.as_ref().map(|accounts| {
            List::new("account beside the administrators", accounts, &[], allows).map(Administrators::new)
        });
        Ok(Self {
            mode: guard.mode,
            cloud,
            allow_tenant_wide: guard.allow_tenant_wide,
            own_account: guard.own_account,
            protected: protected.and_caller(guard.own_account == OwnAccount::Always),
            only: only.transpose()?,
            sync: (!guard.allow_sync_accounts).then(SyncRole::default),
            administrators: not_counted.transpose()?,
            seen: Seen::default(),
            callers,
            next,
        })
    }

    pub(super) const fn cloud(&self) -> Cloud {
        self.cloud
    }

    /// Returns what is known about accounts that are protected without being named.
    pub(super) const fn seen(&self) -> &Seen {
        &self.seen
    }

    /// Refuses what the spec alone rules out.
    pub(super) fn admit(&self, spec: &'static OperationSpec) -> Result<()> {
        if !spec.clouds.contains(self.cloud) {
            return Err(Refusal::UnsupportedInCloud { operation: spec.id, cloud: self.cloud }.into());
        }
        if !spec.effect.writes() {
            return Ok(());
        }
        if self.mode == Mode::ReadOnly {
            return Err(Refusal::ReadOnly { operation: spec.id }.into());
        }
        if spec.scope != Scope::Account {
            self.allow_wide(spec, spec.scope)?;
        }
        Ok(())
    }

    fn allow_wide(&self, spec: &'static OperationSpec, scope: Scope) -> Result<()> {
        if self.allow_tenant_wide {
            Ok(())
        } else {
            Err(Refusal::TenantWide { operation: spec.id, scope }.into())
        }
    }

    /// Returns whether there are lists against which every write is checked.
    fn has_lists(&self) -> bool {
        !self.protected.is_empty() || self.only.is_some()
    }

    /// Returns whether the accounts that a write modifies must be known.
    fn looks_at(&self, spec: &OperationSpec) -> bool {
        self.has_lists() || spec.unseats && self.administrators.is_some()
    }
}

impl<S: Stage> Stage for Guarded<S> {
    async fn send(&self, request: &mut Request) -> Result<Response> {
        let spec = spec_of(request)?;
        self.admit(spec)?;
        let only_reads = match *request.method() {
            Method::GET => true,
            Method::POST => asks(request.uri().path()),
            _ => false,
        };
        if !spec.effect.writes() {
            if !only_reads {
                let method = request.method().to_string();
                return Err(Refusal::NotARead { operation: spec.id, method }.into());
            }
            return self.next.send(request).await;
        }
        // Boxed: the future of every request, reads included, would have the size of the look-ups.
        let warnings = Box::pin(self.check(spec, request)).await?;
        if self.mode == Mode::DryRun || is_previewed(request) {
            let caller = self.callers.named(self.callers.choose(spec).await);
            return Err(Refusal::DryRun(preview(spec, request, caller)).into());
        }
        let mut response = self.next.send(request).await?;
        if !warnings.is_empty() {
            response.extensions_mut().insert(Noted(warnings));
        }
        Ok(response)
    }
}

fn is_previewed(request: &Request) -> bool {
    request.extensions().get::<Previewed>().is_some()
}

/// What a write is checked against.
struct Rules<'a> {
    protected: Option<Named<'a>>,
    only: Option<Named<'a>>,
    /// The caller's own accounts: a signed-in user's, and an application's service principal.
    own: Vec<ObjectId>,
    sync: Arc<HashSet<ObjectId>>,
}

impl<S: Stage> Guarded<S> {
    const fn ask(&self) -> Ask<'_, S> {
        Ask(&self.next)
    }

    /// Refuses a write by its target. A name that was looked up is replaced by the object id, so that an
    /// account cannot be renamed between look-up and write.
    async fn check(&self, spec: &'static OperationSpec, request: &mut Request) -> Result<Vec<Warning>> {
        let count = targets(request).len();
        if count == 0 && spec.target != TargetKind::None && self.looks_at(spec) {
            return Err(Refusal::TargetUnknown { operation: spec.id }.into());
        }
        let (rules, warning) = self.rules().await?;
        let mut warnings: Vec<_> = warning.into_iter().collect();
        for at in 0..count {
            warnings.extend(self.check_target(spec, request, at, &rules).await?);
        }
        if let Some(administrators) = self.administrators.as_ref().filter(|_| spec.unseats) {
            let is_sent = self.mode == Mode::Send && !is_previewed(request);
            administrators.check(self.ask(), &self.seen, spec, targets(request), is_sent).await?;
        }
        Ok(warnings)
    }

    /// Reads what the write is checked against, and nothing that the guard does not need.
    async fn rules(&self) -> Result<(Rules<'_>, Option<Warning>)> {
        let (ask, seen) = (self.ask(), &self.seen);
        let own = match (self.own_account, seen.own()) {
            (OwnAccount::Never, _) => Vec::new(),
            (_, Some(own)) if !self.callers.are_two() => vec![own],
            (_, own) => {
                let claims = self.callers.claims().await?;
                own.into_iter().chain(claims.iter().filter_map(|claims| claims.principal)).collect()
            }
        };
        let mut rules = Rules { protected: None, only: None, own, sync: Arc::default() };
        if !self.protected.is_empty() {
            rules.protected = Some(self.protected.resolve(ask, seen).await?);
        }
        if let Some(only) = &self.only {
            rules.only = Some(only.resolve(ask, seen).await?);
        }
        let mut warning = None;
        let asks = self.protected.asks() || self.only.as_ref().is_some_and(List::asks);
        if let Some(sync) = self.sync.as_ref().filter(|_| asks) {
            match sync.holders(ask).await {
                Ok(holders) => rules.sync = holders,
                Err(reason) => warning = Some(SYNC_ACCOUNTS_NOT_READ.with(reason)),
            }
        }
        Ok((rules, warning))
    }

    async fn check_target(
        &self,
        spec: &'static OperationSpec,
        request: &mut Request,
        at: usize,
        rules: &Rules<'_>,
    ) -> Result<Option<Warning>> {
        let target = targets(request)[at].clone();
        // Several accounts may use one device, whatever an operation on one of them says.
        let may_be_shared = spec.scope == Scope::Account && target.kind() == TargetKind::Device;
        let owner = if self.has_lists() || may_be_shared && !self.allow_tenant_wide {
            owner(self.ask(), &target).await
        } else {
            target.principal().map_or(Owner::Nobody, |account| Owner::Accounts(vec![account]))
        };
        // The caller may be a service principal.
        if let Some(id) = target.object_id().filter(|id| rules.own.contains(id)) {
            let (account, by) = (UserRef::Id(id), Protection::Caller);
            return Err(Refusal::Protected { operation: spec.id, target, account, by }.into());
        }
        // A caller who must not modify a group's members must not add members either.
        if let Target::GroupMembership { group, .. } = target
            && let Some(by) = rules.protected.as_ref().and_then(|list| list.by(group))
        {
            let account = UserRef::Id(group);
            return Err(Refusal::Protected { operation: spec.id, target, account, by }.into());
        }
        if let Owner::Accounts(accounts) | Owner::Unknown(_, accounts) = &owner {
            let is_shared = may_be_shared && is_of_others(request, accounts);
            for account in accounts {
                self.check_account(spec, request, &target, account.clone(), rules).await?;
            }
            if is_shared {
                self.allow_wide(spec, Scope::Shared)?;
            }
        }
        match owner {
            Owner::Nobody if spec.scope == Scope::Account && target.kind() != TargetKind::None => {
                if rules.only.is_some() {
                    return Err(Refusal::NotAllowed { operation: spec.id, target }.into());
                }
            }
            Owner::Accounts(_) | Owner::Nobody => {}
            Owner::Everyone => self.allow_wide(spec, Scope::Tenant)?,
            Owner::Unknown(reason, _) => {
                if self.has_lists() && request.extensions().get::<OwnerChecked>().is_none() {
                    return Err(Refusal::OwnerUnknown { operation: spec.id, target, reason }.into());
                }
                return Ok(Some(OTHER_USERS_UNKNOWN.with(reason)));
            }
        }
        Ok(None)
    }

    async fn check_account(
        &self,
        spec: &'static OperationSpec,
        request: &mut Request,
        target: &Target,
        account: UserRef,
        rules: &Rules<'_>,
    ) -> Result<()> {
        let protected = |account: &UserRef, by| {
            let (target, account) = (target.clone(), account.clone());
            Err(Refusal::Protected { operation: spec.id, target, account, by }.into())
        };
        let has_sync_name = matches!(&account, UserRef::Name(name) if is_sync_name(name.as_str()));
        if self.sync.is_some() && has_sync_name {
            return protected(&account, Protection::SyncAccount);
        }
        // One account has several names; only its object id decides whether it is protected.
        let id = match &account {
            UserRef::Id(id) => *id,
            UserRef::Name(_) if self.looks_at(spec) => {
                self.ask().account(&account).await.map_err(|error| {
                    let (operation, user, reason) = (spec.id, account.clone(), error.to_string());
                    Error::from(Refusal::TargetUnresolved { operation, user, reason })
                })?
            }
            UserRef::Name(_) => return Ok(()),
        };
        if let Some(by) = rules.protected.as_ref().and_then(|list| list.by(id)) {
            return protected(&account, by);
        }
        if rules.own.contains(&id) {
            return protected(&account, Protection::Caller);
        }
        if self.sync.is_some() && (rules.sync.contains(&id) || self.seen.is_sync(id)) {
            return protected(&account, Protection::SyncAccount);
        }
        if rules.only.as_ref().is_some_and(|list| list.by(id).is_none()) {
            return Err(Refusal::NotAllowed { operation: spec.id, target: target.clone() }.into());
        }
        if account.id().is_none() {
            if target.user() == Some(&account) {
                readdress(request, &account, id)?;
            } else {
                rename(request, &account, id);
            }
        }
        Ok(())
    }
}

/// Returns whether accounts use a device that the write does not name; without a name, whether several do.
fn is_of_others(request: &Request, accounts: &[UserRef]) -> bool {
    let named: Vec<_> = targets(request).iter().filter_map(Target::user).collect();
    if named.is_empty() {
        accounts.len() > 1
    } else {
        accounts.iter().any(|account| !named.contains(&account))
    }
}

fn targets(request: &Request) -> &[Target] {
    request.extensions().get::<Targets>().map_or(&[], Targets::as_slice)
}

fn preview(spec: &OperationSpec, request: &Request, caller: Option<CallerKind>) -> Preview {
    let body: &Bytes = request.body();
    Preview::new(
        spec.id,
        request.method().to_string(),
        request.uri().path_and_query().map_or_else(String::new, ToString::to_string),
        masked(body),
        caller,
    )
}
