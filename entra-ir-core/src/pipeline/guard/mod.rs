//! Refuses or previews a write: by mode, cloud and scope, by whom it touches, and by who would be left.

mod administrators;
mod ask;
mod fresh;
mod list;
mod owners;
mod seen;
mod sync;

pub(crate) use owners::OwnerChecked;
pub(crate) use seen::Seen;

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use http::Method;

use super::{Stage, spec_of};
use crate::auth::TokenCache;
use crate::cloud::Cloud;
use crate::error::{Error, Protection, Refusal, Result};
use crate::ids::{ObjectId, UserRef};
use crate::receipt::{Preview, SYNC_ACCOUNTS_NOT_READ, Warning};
use crate::spec::{OperationSpec, asks};
use crate::target::{Scope, Target, TargetKind};
use crate::wire::{Request, Response, Targets, masked, readdress, rename};

use administrators::Administrators;
use ask::Ask;
use list::{List, Named};
use owners::{Owner, owner};
use seen::is_sync_name;
use sync::SyncRole;

/// Says what a client may send.
///
/// Without being asked, a guard protects the account that calls, where the token or an earlier answer says which
/// it is, and the accounts that synchronize the directory, where their names are known. It refuses writes that
/// reach beyond one account. A target that belongs to a protected account is protected like the account: a device
/// by its owners, a grant, an assignment, a role or a rule by its principal.
///
/// ```
/// use entra_ir_core::{Client, Guard, SimulatedTenant};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let tenant = SimulatedTenant::contoso();
/// let client = tenant.client_builder().guard(Guard::new().protect(["breakglass@contoso.example"])).build()?;
/// let error = client.block_sign_in("breakglass@contoso.example").await.unwrap_err();
/// assert!(error.to_string().contains("protected account"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Guard {
    mode: Mode,
    protected: Vec<String>,
    protected_groups: Vec<String>,
    only: Option<Vec<String>>,
    only_groups: Vec<String>,
    own_account: OwnAccount,
    not_counted: Option<Vec<String>>,
    allow_sync_accounts: bool,
    allow_tenant_wide: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Send,
    ReadOnly,
    DryRun,
}

/// Says how the account that calls is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum OwnAccount {
    /// Where it is known.
    #[default]
    IfKnown,
    /// In any case: Graph is asked.
    Always,
    /// Not at all.
    Never,
}

impl Guard {
    /// Lets everything through that reaches one account, but for the accounts that are protected without being
    /// named.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets reads through and refuses every write.
    pub fn read_only() -> Self {
        Self { mode: Mode::ReadOnly, ..Self::default() }
    }

    /// Lets reads through and shows what each write would have sent, secrets masked, instead of sending it.
    pub fn dry_run() -> Self {
        Self { mode: Mode::DryRun, ..Self::default() }
    }

    /// Names accounts, by object id or user principal name, that no write may touch: emergency access accounts
    /// above all.
    ///
    /// Names are resolved to object ids before the first write. If one cannot be, no write is sent at all: a list
    /// with a typing error protects nobody. An object id is taken as it stands, and not looked up. Whose a device,
    /// a grant or an assignment is, is read where the write does not say it; if it cannot be read, the write is
    /// refused unless [`Call::owner_checked`](crate::Call::owner_checked) is said.
    ///
    /// # Permissions
    /// `User.Read.All`, to resolve the names; `Device.Read.All`, `Directory.Read.All` and
    /// `RoleManagement.Read.Directory`, to read whose a device, a grant or a role is.
    pub fn protect(mut self, accounts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.protected.extend(accounts.into_iter().map(Into::into));
        self
    }

    /// Protects the members of a group, named by its object id, those of nested groups too, and the group itself.
    ///
    /// The members are read before the first write and count for five minutes. If they cannot be read, no write is
    /// sent at all.
    ///
    /// # Permissions
    /// `GroupMember.Read.All` and `User.Read.All`.
    ///
    /// ```
    /// use entra_ir_core::{Guard, Refusal, SimulatedTenant};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), entra_ir_core::Error> {
    /// let tenant = SimulatedTenant::contoso();
    /// # let group = "7d3a1c52-0000-4000-8000-000000000001".parse()?;
    /// # let adele = "adele@contoso.example";
    /// # tenant.add_group(entra_ir_core::simulator::NewGroup::named("EmergencyAccess").id(group).member(adele));
    /// let client = tenant.client_builder().guard(Guard::new().protect_group(group.to_string())).build()?;
    /// let error = client.block_sign_in("adele@contoso.example").await.unwrap_err();
    /// assert!(matches!(error.as_refusal(), Some(Refusal::Protected { .. })));
    /// # Ok(())
    /// # }
    /// ```
    pub fn protect_group(mut self, group: impl Into<String>) -> Self {
        self.protected_groups.push(group.into());
        self
    }

    /// Names the only accounts that a write may touch, by object id or user principal name; of an empty list, none.
    /// Said several times, and with [`only_group`](Self::only_group), all that are named count. A protected account
    /// stays protected.
    ///
    /// Names that cannot be resolved and owners that cannot be read are treated as by [`protect`](Self::protect).
    ///
    /// # Permissions
    /// As for [`protect`](Self::protect).
    pub fn only(mut self, accounts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.only.get_or_insert_default().extend(accounts.into_iter().map(Into::into));
        self
    }

    /// Names a group, by object id, whose members are the only accounts that a write may touch; see
    /// [`only`](Self::only).
    ///
    /// # Permissions
    /// As for [`protect_group`](Self::protect_group).
    pub fn only_group(mut self, group: impl Into<String>) -> Self {
        self.only_groups.push(group.into());
        self
    }

    /// Protects the account that calls in any case: Graph is asked who it is. For a delegated token; an application
    /// has none, and is refused every write.
    pub fn protect_caller(mut self) -> Self {
        self.own_account = OwnAccount::Always;
        self
    }

    /// Lets writes touch the account that calls: for those who clean up their own account. Some operations refuse
    /// the caller's own account all the same, because Graph would.
    pub fn allow_own_account(mut self) -> Self {
        self.own_account = OwnAccount::Never;
        self
    }

    /// Lets writes touch the accounts that synchronize the directory from Active Directory.
    ///
    /// They are told by their names, `Sync_…@….onmicrosoft.com` and `ADToAADSyncServiceAccount@…`; where a list of
    /// this guard has to be looked up, by their role, too.
    pub fn allow_sync_accounts(mut self) -> Self {
        self.allow_sync_accounts = true;
        self
    }

    /// Lets writes through that reach other accounts than one: those of the scopes
    /// [`Shared`](Scope::Shared) and [`Tenant`](Scope::Tenant).
    pub fn allow_tenant_wide(mut self) -> Self {
        self.allow_tenant_wide = true;
        self
    }

    /// Refuses a block, a deletion or the removal of a role that would leave no enabled, permanent Global
    /// Administrator beside the accounts given: those that this job is about, and those that are suspect, by object
    /// id or user principal name.
    ///
    /// A role that is active for a time, by PIM, is not permanent. A membership that PIM for groups activated counts
    /// as one like any other. If the administrators cannot be read, such a write is refused, too.
    ///
    /// # Permissions
    /// `RoleManagement.Read.Directory` and `RoleAssignmentSchedule.Read.Directory`; `GroupMember.Read.All` and
    /// `User.Read.All`.
    pub fn keep_an_administrator(mut self, beside: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.not_counted.get_or_insert_default().extend(beside.into_iter().map(Into::into));
        self
    }
}

/// Holds a warning for the receipt, in the extensions of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Noted(pub(crate) Warning);

/// The stage.
#[derive(Debug)]
pub(super) struct Guarded<S> {
    mode: Mode,
    cloud: Cloud,
    allow_tenant_wide: bool,
    own_account: OwnAccount,
    protected: List,
    /// The only accounts that may be touched; `None` if all may.
    only: Option<List>,
    /// Who synchronizes the directory; `None` if that does not matter.
    sync: Option<SyncRole>,
    administrators: Option<Administrators>,
    seen: Seen,
    tokens: Arc<TokenCache>,
    next: S,
}

impl<S> Guarded<S> {
    pub(super) fn new(guard: &Guard, cloud: Cloud, tokens: Arc<TokenCache>, next: S) -> Result<Self> {
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
            tokens,
            next,
        })
    }

    pub(super) const fn cloud(&self) -> Cloud {
        self.cloud
    }

    /// Returns what was learnt of accounts that are protected without being named.
    pub(super) const fn seen(&self) -> &Seen {
        &self.seen
    }

    /// Refuses what can be refused by its spec alone.
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

    /// Returns whether the accounts that a write touches have to be known.
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
        let warning = Box::pin(self.check(spec, request)).await?;
        if self.mode == Mode::DryRun {
            return Err(Refusal::DryRun(preview(spec, request)).into());
        }
        let mut response = self.next.send(request).await?;
        if let Some(warning) = warning {
            response.extensions_mut().insert(Noted(warning));
        }
        Ok(response)
    }
}

/// What a write is checked against.
struct Rules<'a> {
    protected: Option<Named<'a>>,
    only: Option<Named<'a>>,
    own: Option<ObjectId>,
    sync: Arc<HashSet<ObjectId>>,
}

impl<S: Stage> Guarded<S> {
    const fn ask(&self) -> Ask<'_, S> {
        Ask(&self.next)
    }

    /// Refuses a write by what it touches. An account named by name is named by object id from here on, if it was
    /// looked up: between look-up and write nobody can rename accounts.
    async fn check(&self, spec: &'static OperationSpec, request: &mut Request) -> Result<Option<Warning>> {
        let count = targets(request).len();
        if count == 0 && spec.target != TargetKind::None && self.looks_at(spec) {
            return Err(Refusal::TargetUnknown { operation: spec.id }.into());
        }
        let (rules, warning) = self.rules().await?;
        for at in 0..count {
            self.check_target(spec, request, at, &rules).await?;
        }
        if let Some(administrators) = self.administrators.as_ref().filter(|_| spec.unseats) {
            let is_sent = self.mode == Mode::Send;
            administrators.check(self.ask(), &self.seen, spec, targets(request), is_sent).await?;
        }
        Ok(warning)
    }

    /// Finds out what the write is checked against. Nothing is asked for what nobody asked to protect.
    async fn rules(&self) -> Result<(Rules<'_>, Option<Warning>)> {
        let (ask, seen) = (self.ask(), &self.seen);
        let own = match (self.own_account, seen.own()) {
            (OwnAccount::Never, _) => None,
            (_, Some(own)) => Some(own),
            (_, None) => self.tokens.principal().await?,
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
    ) -> Result<()> {
        let target = targets(request)[at].clone();
        let owner = if self.has_lists() {
            owner(self.ask(), &target).await
        } else {
            target.principal().map_or(Owner::Nobody, |account| Owner::Accounts(vec![account]))
        };
        // What calls may be a service principal.
        if let Some(id) = target.object_id().filter(|id| rules.own == Some(*id)) {
            let (account, by) = (UserRef::Id(id), Protection::Caller);
            return Err(Refusal::Protected { operation: spec.id, target, account, by }.into());
        }
        // Who may not touch a group's members may not add to them either.
        if let Target::GroupMembership { group, .. } = target
            && let Some(by) = rules.protected.as_ref().and_then(|list| list.by(group))
        {
            let account = UserRef::Id(group);
            return Err(Refusal::Protected { operation: spec.id, target, account, by }.into());
        }
        match owner {
            Owner::Accounts(accounts) => {
                for account in accounts {
                    self.check_account(spec, request, &target, account, rules).await?;
                }
            }
            Owner::Nobody if spec.scope == Scope::Account && target.kind() != TargetKind::None => {
                if rules.only.is_some() {
                    return Err(Refusal::NotAllowed { operation: spec.id, target }.into());
                }
            }
            Owner::Nobody => {}
            Owner::Everyone => self.allow_wide(spec, Scope::Tenant)?,
            Owner::Unknown(reason) => {
                if request.extensions().get::<OwnerChecked>().is_none() {
                    return Err(Refusal::OwnerUnknown { operation: spec.id, target, reason }.into());
                }
            }
        }
        Ok(())
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
        // One account has several names; only its object id tells whether it is protected.
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
        if rules.own == Some(id) {
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

fn targets(request: &Request) -> &[Target] {
    request.extensions().get::<Targets>().map_or(&[], Targets::as_slice)
}

fn preview(spec: &OperationSpec, request: &Request) -> Preview {
    let body: &Bytes = request.body();
    Preview::new(
        spec.id,
        request.method().to_string(),
        request.uri().path_and_query().map_or_else(String::new, ToString::to_string),
        masked(body),
    )
}
