//! What a guard is set up with.

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

/// Says how the account that calls is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum OwnAccount {
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
    /// [`Shared`](crate::target::Scope::Shared) and [`Tenant`](crate::target::Scope::Tenant).
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
