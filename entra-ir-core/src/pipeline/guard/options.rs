//! The options of a guard.

/// Sets what a client may send. By default, a guard protects the caller's own account, if the token or an
/// earlier answer names it, and the accounts that synchronize the directory, if their names are known. It
/// refuses writes that reach beyond one account. A target that belongs to a protected account is protected
/// like the account: a device by its owners, a grant, an assignment, a role or a rule by its principal.
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
    pub(super) mode: Mode,
    pub(super) protected: Vec<String>,
    pub(super) protected_groups: Vec<String>,
    pub(super) only: Option<Vec<String>>,
    pub(super) only_groups: Vec<String>,
    pub(super) own_account: OwnAccount,
    pub(super) not_counted: Option<Vec<String>>,
    pub(super) allow_sync_accounts: bool,
    pub(super) allow_tenant_wide: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    #[default]
    Send,
    ReadOnly,
    DryRun,
}

/// How the caller's own account is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum OwnAccount {
    /// If it is known.
    #[default]
    IfKnown,
    /// Always: Graph is asked.
    Always,
    /// Not at all.
    Never,
}

impl Guard {
    /// Allows everything that affects one account, except accounts that are protected without being named.
    pub fn new() -> Self {
        Self::default()
    }

    /// Allows reads and refuses every write.
    pub fn read_only() -> Self {
        Self { mode: Mode::ReadOnly, ..Self::default() }
    }

    /// Allows reads, and shows what each write would send, with secrets masked, instead of sending it.
    pub fn dry_run() -> Self {
        Self { mode: Mode::DryRun, ..Self::default() }
    }

    /// Protects accounts, by object id or user principal name, from every write: above all emergency access
    /// accounts.
    ///
    /// Names are resolved to object ids before the first write. If one cannot be resolved, no write is sent
    /// at all: a misspelt entry would protect nobody. An object id is not looked up. The owner of a device, a
    /// grant or an assignment is read if the write does not name it; if it cannot be read, the write is
    /// refused unless [`Call::owner_checked`](crate::Call::owner_checked) is set.
    ///
    /// # Permissions
    /// `User.Read.All`, to resolve the names; `Device.Read.All`, `Directory.Read.All` and
    /// `RoleManagement.Read.Directory`, to read the owner of a device, a grant or a role.
    pub fn protect(mut self, accounts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.protected.extend(accounts.into_iter().map(Into::into));
        self
    }

    /// Protects the members of a group, named by its object id, including those of nested groups, and the
    /// group itself. The members are read before the first write and cached for five minutes. If they cannot
    /// be read, no write is sent at all.
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

    /// Sets the only accounts that a write may modify, by object id or user principal name; with an empty
    /// list, none. Repeated calls, and [`only_group`](Self::only_group), add to the list. A protected account
    /// stays protected.
    ///
    /// Names that cannot be resolved and owners that cannot be read are treated as by
    /// [`protect`](Self::protect).
    ///
    /// # Permissions
    /// As for [`protect`](Self::protect).
    pub fn only(mut self, accounts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.only.get_or_insert_default().extend(accounts.into_iter().map(Into::into));
        self
    }

    /// Sets a group, by object id, whose members are the only accounts that a write may modify; see
    /// [`only`](Self::only).
    ///
    /// # Permissions
    /// As for [`protect_group`](Self::protect_group).
    pub fn only_group(mut self, group: impl Into<String>) -> Self {
        self.only_groups.push(group.into());
        self
    }

    /// Always protects the caller's own account: Graph is asked for it. For a delegated token: an application
    /// has no account, and every write is refused.
    pub fn protect_caller(mut self) -> Self {
        self.own_account = OwnAccount::Always;
        self
    }

    /// Allows writes on the caller's own account, for callers who clean up their own account. Some operations
    /// refuse the caller's own account all the same, because Graph would.
    pub fn allow_own_account(mut self) -> Self {
        self.own_account = OwnAccount::Never;
        self
    }

    /// Allows writes on the accounts that synchronize the directory from Active Directory. They are
    /// recognized by their names, `Sync_…@….onmicrosoft.com` and `ADToAADSyncServiceAccount@…`, and also by
    /// their role if a list of this guard must be looked up.
    pub fn allow_sync_accounts(mut self) -> Self {
        self.allow_sync_accounts = true;
        self
    }

    /// Allows writes that affect more than one account: those of the scopes
    /// [`Shared`](crate::target::Scope::Shared) and [`Tenant`](crate::target::Scope::Tenant).
    pub fn allow_tenant_wide(mut self) -> Self {
        self.allow_tenant_wide = true;
        self
    }

    /// Refuses a block, a deletion or the removal of a role that would leave no enabled, permanent Global
    /// Administrator besides the given accounts: those of this job, and suspect ones, by object id or user
    /// principal name.
    ///
    /// A role that is active for a time, by PIM, is not permanent. A membership that PIM for groups activated
    /// counts like any other. If the administrators cannot be read, such a write is refused, too.
    ///
    /// # Permissions
    /// `RoleManagement.Read.Directory` and `RoleAssignmentSchedule.Read.Directory`; `GroupMember.Read.All`
    /// and `User.Read.All`.
    pub fn keep_an_administrator(mut self, beside: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.not_counted.get_or_insert_default().extend(beside.into_iter().map(Into::into));
        self
    }
}
