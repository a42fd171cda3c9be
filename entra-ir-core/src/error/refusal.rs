//! What this library refuses to send, and why.

use std::fmt;
use std::time::Duration;

use super::administrator::{AdministratorLeft, list};
use crate::cloud::Cloud;
use crate::ids::{ObjectId, UserRef};
use crate::receipt::Preview;
use crate::target::{Scope, Target};
use crate::text::printable;

/// Describes why nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A value from the caller is not valid.
    #[error("{what}: {reason}")]
    BadInput {
        /// Which value.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A field of an operation in JSON is not valid.
    #[error("{path}: {reason}")]
    BadField {
        /// The place in the JSON, such as `scope.ids[0]`.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The journal of a run cannot be trusted, or a line of it cannot be stored.
    #[error("{reason}")]
    Journal {
        /// What is wrong.
        reason: String,
        /// What to do next.
        instead: &'static str,
    },
    /// A run is not confirmed, or not for this account.
    #[error("{reason}")]
    NotConfirmed {
        /// What is wrong.
        reason: String,
        /// What to do next.
        instead: &'static str,
    },
    /// The account is not ready to be given back.
    #[error("the block is not lifted: {}", printable(&missing.join("; ")))]
    NotReady {
        /// What is missing, a line each.
        missing: Vec<String>,
        /// The words by which what is missing can be named.
        words: Vec<&'static str>,
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
    #[error("{operation} would modify the protected account {account}{by}{}", through(target, account))]
    Protected {
        /// The operation's name.
        operation: &'static str,
        /// What it acts on.
        target: Target,
        /// The account that is the target, or owns it.
        account: UserRef,
        /// What protects the account.
        by: Protection,
    },
    /// The account is not one of those that the client may modify.
    #[error("{operation} would modify {target}, and this client may modify only the accounts that it names")]
    NotAllowed {
        /// The operation's name.
        operation: &'static str,
        /// What it acts on.
        target: Target,
    },
    /// The write affects other accounts, too.
    #[error("{operation} affects more than one account (scope {scope})")]
    TenantWide {
        /// The operation's name.
        operation: &'static str,
        /// The affected accounts.
        scope: Scope,
    },
    /// The owner of the target is unknown, and the guard checks accounts.
    #[error(
        "{operation} acts on {target}, whose owner is unknown ({}), and the guard must know it",
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
    /// The write would leave no administrator of the tenant.
    #[error("{operation} on {target} would leave no enabled, permanent Global Administrator{}", list(left))]
    LastAdministrator {
        /// The operation's name.
        operation: &'static str,
        /// What it acts on.
        target: Target,
        /// The Global Administrators that would remain, none of whom counts.
        left: Vec<AdministratorLeft>,
    },
    /// The administrators could not be read, so who would remain is unknown.
    #[error("{operation} was not sent: the Global Administrators could not be read ({})", printable(reason))]
    AdministratorsNotRead {
        /// The operation's name.
        operation: &'static str,
        /// Why not.
        reason: String,
    },
    /// The members of a group of the guard could not be read, so its accounts are unknown.
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
    /// An account of the list of allowed accounts could not be resolved.
    #[error(
        "the account {entry}, which this client may modify, could not be resolved ({reason}), so no write \
        is sent at all"
    )]
    AllowedUnresolved {
        /// The entry.
        entry: String,
        /// Why not.
        reason: String,
    },
    /// An entry of the protected list could not be resolved, so the account that it protects is unknown.
    #[error("the protected account {entry} could not be resolved ({reason}), so no write is sent at all")]
    ProtectedUnresolved {
        /// The entry.
        entry: String,
        /// Why not.
        reason: String,
    },
    /// A write does not name its target, and the guard checks accounts.
    #[error("{operation} does not name its target, and the guard must know it")]
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
    /// An address has another origin than the configured one; the token is not sent there.
    #[error("{what} points to {origin}, not to the configured Graph endpoint")]
    ForeignOrigin {
        /// The source of the address.
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
    /// An application can change no device that is not a Windows device.
    #[error(
        "{operation} cannot be used by an application on the device {device}, whose system is {}: Graph lets an \
        application change Windows devices only",
        printable(system)
    )]
    AppOnlyOnDevice {
        /// The operation's name.
        operation: &'static str,
        /// The device.
        device: ObjectId,
        /// Its operating system.
        system: String,
    },
    /// The write destroys more than its target, and the caller did not say that this is meant.
    #[error("{operation} would destroy {loss}, and the call does not say that this is meant")]
    LossNotNamed {
        /// The operation's name.
        operation: &'static str,
        /// What would be lost.
        loss: &'static str,
        /// What to do instead, and how to say that it is meant.
        instead: &'static str,
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
    /// The chosen options cannot be combined for this account.
    #[error("{reason}")]
    Impossible {
        /// Why.
        reason: String,
        /// What to do instead.
        instead: &'static str,
    },
    /// The tenant's Temporary Access Pass policy does not allow the request.
    #[error("the Temporary Access Pass policy does not allow this pass: {reason}")]
    PassPolicy {
        /// The limit that is exceeded.
        reason: String,
    },
    /// The account that a write modifies could not be resolved, and the guard checks accounts.
    #[error("the account {user} of {operation} could not be resolved ({reason}), and the guard must know it")]
    TargetUnresolved {
        /// The operation's name.
        operation: &'static str,
        /// The account, by the given name.
        user: UserRef,
        /// Why not.
        reason: String,
    },
    /// The service asked for a longer wait than the client accepts, and the wait is not over.
    #[error("{operation} was not sent: the service asked to wait {seconds} s more")]
    TooEarly {
        /// The operation's name.
        operation: &'static str,
        /// The rest of the wait, in seconds, rounded up.
        seconds: u64,
    },
    /// An operation is declared as a read, and its request is a write.
    #[error("{operation} is declared as a read, but sends a {method}")]
    NotARead {
        /// The operation's name.
        operation: &'static str,
        /// The HTTP method.
        method: String,
    },
    /// A request carries no description of its operation.
    #[error("the request carries no OperationSpec, so whether it may be repeated is unknown")]
    NoSpec,
}

/// What protects an account.
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
                "if you mean this account, remove it from the protected list and build a new client"
            }
            Self::Group(_) => "if you mean this account, build a new client that does not protect the group",
            Self::Caller => {
                "let another administrator do it, or build a client with `Guard::allow_own_account` to \
                clean up your own account"
            }
            Self::SyncAccount => {
                "do not modify it: the synchronization from Active Directory stops without it; if you mean \
                it, build a client with `Guard::allow_sync_accounts`"
            }
        }
    }
}

/// Describes through what an account would be modified, if not directly.
fn through(target: &Target, account: &UserRef) -> String {
    match target.user() {
        Some(user) if user == account => String::new(),
        _ => format!(" through {target}"),
    }
}

impl Refusal {
    /// Returns the stable word for it, as used in an [`ErrorRecord`](crate::ErrorRecord).
    pub const fn word(&self) -> &'static str {
        match self {
            Self::BadInput { .. } => "bad-input",
            Self::BadField { .. } => "bad-field",
            Self::Journal { .. } => "journal",
            Self::NotConfirmed { .. } => "not-confirmed",
            Self::NotReady { .. } => "not-ready",
            Self::ReadOnly { .. } => "read-only",
            Self::DryRun(_) => "dry-run",
            Self::Protected { .. } => "protected",
            Self::ProtectedUnresolved { .. } => "protected-unresolved",
            Self::TargetUnknown { .. } => "target-unknown",
            Self::UnsupportedInCloud { .. } => "unsupported-in-cloud",
            Self::ForeignOrigin { .. } => "foreign-origin",
            Self::AppOnlyOnSynced { .. } => "app-only-on-synced",
            Self::AppOnlyOnDevice { .. } => "app-only-on-device",
            Self::LossNotNamed { .. } => "loss-not-named",
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

    /// Returns how long the service asked to wait, if this is the reason that nothing was sent.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooEarly { seconds, .. } => Some(Duration::from_secs(*seconds)),
            _ => None,
        }
    }

    /// Returns the next step, in one sentence.
    pub fn advice(&self) -> String {
        match self {
            Self::BadInput { .. } | Self::BadField { .. } => "correct the value and call again".into(),
            Self::NotReady { words, .. } => {
                format!("do what each item says; to lift the block all the same, name each: {}", words.join(", "))
            }
            Self::ReadOnly { .. } => "build a client without the read-only guard to write".into(),
            Self::DryRun(_) => "build a client without the dry-run guard to send it".into(),
            Self::Protected { by, .. } => by.advice().into(),
            Self::NotAllowed { .. } => {
                "if you mean it, build a new client whose `only` or `only_group` includes the account".into()
            }
            Self::TenantWide { .. } => {
                "check which other accounts it affects; if you mean that, build a client with \
                `Guard::allow_tenant_wide`".into()
            }
            Self::OwnerUnknown { .. } => {
                "find its owner; if it belongs to no protected account, call again with \
                `owner_checked()`".into()
            }
            Self::LastAdministrator { .. } => {
                "first make sure that another Global Administrator, permanent and enabled, is in safe \
                hands: above all an emergency access account"
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
            Self::AppOnlyOnDevice { .. } => {
                "sign in as a Cloud Device Administrator and call again, or lock, retire or wipe the device in \
                 Intune, which takes applications too"
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
                "ask the guest's home tenant; block_sign_in locks the guest out of this tenant".into()
            }
            Self::Impossible { instead, .. }
            | Self::Journal { instead, .. }
            | Self::NotConfirmed { instead, .. }
            | Self::LossNotNamed { instead, .. } => {
                (*instead).into()
            }
            Self::PassPolicy { .. } => {
                "request what the policy allows, or change the policy (Authentication Policy \
                Administrator)".into()
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
