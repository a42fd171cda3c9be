//! What this library refuses to send, and why.

use std::fmt;
use std::time::Duration;

use super::administrator::{AdministratorLeft, list};
use crate::cloud::Cloud;
use crate::ids::{ObjectId, UserRef};
use crate::receipt::Preview;
use crate::target::{Scope, Target};
use crate::text::printable;

/// Says why nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A value given by the caller cannot be used.
    #[error("{what}: {reason}")]
    BadInput {
        /// Which value.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A field of an operation in JSON cannot be used.
    #[error("{path}: {reason}")]
    BadField {
        /// Where in the JSON, such as `scope.ids[0]`.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The client only reads.
    #[error("{operation} writes, and this client is read-only")]
    ReadOnly {
        /// The operation's name.
        operation: &'static str,
    },
    /// The client is in dry-run mode; this is what would have been sent.
    #[error("dry run: {0} was not sent")]
    DryRun(Preview),
    /// The account is protected.
    #[error("{operation} would touch the protected account {account}{by}{}", through(target, account))]
    Protected {
        /// The operation's name.
        operation: &'static str,
        /// What it acts on.
        target: Target,
        /// The account that it is, or belongs to.
        account: UserRef,
        /// What protects the account.
        by: Protection,
    },
    /// The account is not one of those that the client may touch.
    #[error("{operation} would touch {target}, and this client may touch only the accounts that it names")]
    NotAllowed {
        /// The operation's name.
        operation: &'static str,
        /// What it acts on.
        target: Target,
    },
    /// The write reaches other accounts too.
    #[error("{operation} reaches beyond one account (scope {scope})")]
    TenantWide {
        /// The operation's name.
        operation: &'static str,
        /// Whom it reaches.
        scope: Scope,
    },
    /// Whose the target is could not be found out where the guard checks accounts.
    #[error(
        "{operation} acts on {target}, whose owner is unknown ({}), and the guard has to know it",
        printable(reason)
    )]
    OwnerUnknown {
        /// The operation's name.
        operation: &'static str,
        /// What it acts on.
        target: Target,
        /// Why the owner is unknown.
        reason: String,
    },
    /// The write would leave nobody who can administer the tenant.
    #[error("{operation} on {target} would leave no enabled, permanent Global Administrator{}", list(left))]
    LastAdministrator {
        /// The operation's name.
        operation: &'static str,
        /// What it acts on.
        target: Target,
        /// The Global Administrators that would be left, none of whom counts.
        left: Vec<AdministratorLeft>,
    },
    /// The administrators could not be read, so nobody knows who would be left.
    #[error("{operation} was not sent: the Global Administrators could not be read ({})", printable(reason))]
    AdministratorsNotRead {
        /// The operation's name.
        operation: &'static str,
        /// Why not.
        reason: String,
    },
    /// The members of a group of the guard could not be read, so nobody knows whom it names.
    #[error(
        "the members of the group {group} could not be read ({}), so no write is sent at all",
        printable(reason)
    )]
    GroupNotRead {
        /// The group.
        group: ObjectId,
        /// Why not.
        reason: String,
    },
    /// An account that alone may be touched could not be found.
    #[error(
        "the account {entry}, which this client may touch, could not be resolved ({reason}), so no write is sent at all"
    )]
    AllowedUnresolved {
        /// The entry.
        entry: String,
        /// Why not.
        reason: String,
    },
    /// An entry of the protected list could not be found, so nobody knows whom it protects.
    #[error("the protected account {entry} could not be resolved ({reason}), so no write is sent at all")]
    ProtectedUnresolved {
        /// The entry.
        entry: String,
        /// Why not.
        reason: String,
    },
    /// A write does not name its target where the guard checks accounts.
    #[error("{operation} does not say what it acts on, and the guard has to know it")]
    TargetUnknown {
        /// The operation's name.
        operation: &'static str,
    },
    /// The cloud does not have the operation.
    #[error("{operation} does not exist in the {cloud} cloud")]
    UnsupportedInCloud {
        /// The operation's name.
        operation: &'static str,
        /// The cloud.
        cloud: Cloud,
    },
    /// An address of another origin than the configured one; the token stays here.
    #[error("{what} points to {origin}, not to the configured Graph endpoint")]
    ForeignOrigin {
        /// What held the address.
        what: &'static str,
        /// The origin it names.
        origin: String,
    },
    /// Graph cannot reset a synced user's password for an application.
    #[error("an application cannot reset the password of {user}, who is synced from on-premises")]
    AppOnlyOnSynced {
        /// The account.
        user: UserRef,
    },
    /// The caller's own account.
    #[error("{operation} cannot be used on the caller's own account")]
    OwnAccount {
        /// The operation's name.
        operation: &'static str,
    },
    /// The account's domain is federated, so its password is not in Entra ID.
    #[error(
        "the domain {} is federated: the password is kept by another identity provider",
        printable(domain)
    )]
    Federated {
        /// The domain.
        domain: String,
    },
    /// An external guest's credentials are in another tenant.
    #[error(
        "{operation} cannot be used on the external guest {user}, whose credentials are in another tenant"
    )]
    Guest {
        /// The operation's name.
        operation: &'static str,
        /// The account.
        user: UserRef,
    },
    /// The chosen options do not go together for this account.
    #[error("{reason}")]
    Impossible {
        /// Why.
        reason: String,
        /// What to do instead.
        instead: &'static str,
    },
    /// The tenant's Temporary Access Pass policy does not allow what was asked.
    #[error("the Temporary Access Pass policy does not allow it: {reason}")]
    PassPolicy {
        /// The limit broken.
        reason: String,
    },
    /// Which account a write touches could not be found out where the guard checks accounts.
    #[error(
        "{operation} is about {user}, which could not be resolved ({reason}), and the guard has to know it"
    )]
    TargetUnresolved {
        /// The operation's name.
        operation: &'static str,
        /// The account, by the name given.
        user: UserRef,
        /// Why not.
        reason: String,
    },
    /// The service asked for a wait that is longer than the client accepts, and it is not over.
    #[error("{operation} was not sent: the service asked to wait, for {seconds} s more")]
    TooEarly {
        /// The operation's name.
        operation: &'static str,
        /// How long the wait goes on, in seconds, rounded up.
        seconds: u64,
    },
    /// An operation says that it only reads, and its request is a write.
    #[error("{operation} is described as a read, and sends a {method}")]
    NotARead {
        /// The operation's name.
        operation: &'static str,
        /// The HTTP method.
        method: String,
    },
    /// A request carries no description of its operation.
    #[error("the request carries no OperationSpec, so nobody knows whether it may be repeated")]
    NoSpec,
}

/// Says what protects an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protection {
    /// The list of protected accounts names it.
    Listed,
    /// It is, or is in, a protected group.
    Group(ObjectId),
    /// It is the caller's own.
    Caller,
    /// It synchronizes the directory: without it nothing that is done in Active Directory arrives.
    SyncAccount,
}

impl fmt::Display for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listed => Ok(()),
            Self::Group(group) => write!(f, " (in the protected group {group})"),
            Self::Caller => f.write_str(" (the caller's own)"),
            Self::SyncAccount => f.write_str(" (it synchronizes the directory)"),
        }
    }
}

impl Protection {
    const fn advice(self) -> &'static str {
        match self {
            Self::Listed => {
                "if this account is really meant, take it off the protected list and build a new client"
            }
            Self::Group(_) => {
                "if this account is really meant, build a new client that does not protect the group"
            }
            Self::Caller => {
                "let another administrator do it, or build a client with `Guard::allow_own_account` if it is your \
                 own account that you clean up"
            }
            Self::SyncAccount => {
                "leave it alone: the synchronization from Active Directory stops without it; if it is really meant, \
                 build a client with `Guard::allow_sync_accounts`"
            }
        }
    }
}

/// Says through what an account would be touched, if not directly.
fn through(target: &Target, account: &UserRef) -> String {
    match target.user() {
        Some(user) if user == account => String::new(),
        _ => format!(" through {target}"),
    }
}

impl Refusal {
    /// Returns the stable word for it, as it stands in an [`ErrorRecord`](crate::ErrorRecord).
    pub const fn word(&self) -> &'static str {
        match self {
            Self::BadInput { .. } => "bad-input",
            Self::BadField { .. } => "bad-field",
            Self::ReadOnly { .. } => "read-only",
            Self::DryRun(_) => "dry-run",
            Self::Protected { .. } => "protected",
            Self::ProtectedUnresolved { .. } => "protected-unresolved",
            Self::TargetUnknown { .. } => "target-unknown",
            Self::UnsupportedInCloud { .. } => "unsupported-in-cloud",
            Self::ForeignOrigin { .. } => "foreign-origin",
            Self::AppOnlyOnSynced { .. } => "app-only-on-synced",
            Self::OwnAccount { .. } => "own-account",
            Self::Federated { .. } => "federated",
            Self::Guest { .. } => "guest",
            Self::Impossible { .. } => "impossible",
            Self::PassPolicy { .. } => "pass-policy",
            Self::TargetUnresolved { .. } => "target-unresolved",
            Self::TooEarly { .. } => "too-early",
            Self::NotARead { .. } => "not-a-read",
            Self::NoSpec => "no-spec",
            Self::NotAllowed { .. } => "not-allowed",
            Self::TenantWide { .. } => "tenant-wide",
            Self::OwnerUnknown { .. } => "owner-unknown",
            Self::LastAdministrator { .. } => "last-administrator",
            Self::AdministratorsNotRead { .. } => "administrators-not-read",
            Self::GroupNotRead { .. } => "group-not-read",
            Self::AllowedUnresolved { .. } => "allowed-unresolved",
        }
    }

    /// Returns how long the service asked to wait, if that is why nothing was sent.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooEarly { seconds, .. } => Some(Duration::from_secs(*seconds)),
            _ => None,
        }
    }

    /// Says what to do next, in one sentence.
    pub fn advice(&self) -> String {
        match self {
            Self::BadInput { .. } | Self::BadField { .. } => "correct the value and call again".into(),
            Self::ReadOnly { .. } => "build a client without the read-only guard to write".into(),
            Self::DryRun(_) => "build a client without the dry-run guard to send it".into(),
            Self::Protected { by, .. } => by.advice().into(),
            Self::NotAllowed { .. } => {
                "if it is really meant, build a new client whose `only` or `only_group` has the account".into()
            }
            Self::TenantWide { .. } => {
                "look whom else it reaches; if that is meant, build a client with `Guard::allow_tenant_wide`".into()
            }
            Self::OwnerUnknown { .. } => {
                "find out whose it is; if it belongs to no protected account, call again with `owner_checked()`".into()
            }
            Self::LastAdministrator { .. } => {
                "first make sure that another Global Administrator, permanent and enabled, is in safe hands: an \
                 emergency access account above all"
                    .into()
            }
            Self::AdministratorsNotRead { .. } => {
                "let the caller read role assignments (RoleManagement.Read.Directory, \
                 RoleAssignmentSchedule.Read.Directory), the members of groups (GroupMember.Read.All) and users \
                 (User.Read.All), then call again"
                    .into()
            }
            Self::GroupNotRead { .. } => {
                "correct the id of the group, or let the caller read its members (GroupMember.Read.All and \
                 User.Read.All), then call again"
                    .into()
            }
            Self::AllowedUnresolved { .. } => {
                "correct the list, or let the caller read users (User.Read.All), then call again".into()
            }
            Self::ProtectedUnresolved { .. } => {
                "correct the protected list, or let the caller read users (User.Read.All), then call again".into()
            }
            Self::TargetUnknown { .. } => {
                "name its targets (`RequestBuilder::about`), or use a client whose guard has no lists".into()
            }
            Self::UnsupportedInCloud { .. } => {
                "use the portal of that cloud; docs/operations.md lists what each cloud has".into()
            }
            Self::ForeignOrigin { .. } => {
                "check the configured endpoint and any proxy in between; the token was not sent".into()
            }
            Self::AppOnlyOnSynced { .. } => {
                "reset the password in on-premises Active Directory, or sign in as an Authentication Administrator \
                 and let password writeback do it; block_sign_in and revoke_sign_in_sessions work meanwhile"
                    .into()
            }
            Self::OwnAccount { .. } => "let another administrator do it".into(),
            Self::Federated { .. } => {
                "reset the password at the identity provider that the domain is federated with (Active Directory \
                 behind AD FS), then revoke_sign_in_sessions here; a synced user's is written back for a signed-in \
                 administrator (way write-back), a cloud-only user's is set by the way password-profile"
                    .into()
            }
            Self::Guest { .. } => {
                "ask the guest's home tenant; here, block_sign_in shuts the guest out of this tenant".into()
            }
            Self::Impossible { instead, .. } => (*instead).into(),
            Self::PassPolicy { .. } => {
                "ask for what the policy allows, or change the policy (Authentication Policy Administrator)".into()
            }
            Self::TargetUnresolved { .. } => {
                "name the account by its object id, or let the caller read users (User.Read.All)".into()
            }
            Self::TooEarly { seconds, .. } => format!("wait {seconds} s and call again"),
            Self::NotARead { .. } => "describe it with `OperationSpec::write`".into(),
            Self::NoSpec => "insert the operation's `&'static OperationSpec` into the request's extensions".into(),
        }
    }
}
