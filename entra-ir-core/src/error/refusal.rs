//! What this library refuses to send, and why.

use std::time::Duration;

use crate::cloud::Cloud;
use crate::ids::UserRef;
use crate::receipt::Preview;
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
    #[error("{operation} would touch the protected account {user}")]
    Protected {
        /// The operation's name.
        operation: &'static str,
        /// The account.
        user: UserRef,
    },
    /// An entry of the protected list could not be found, so nobody knows whom it protects.
    #[error("the protected account {entry} could not be resolved ({reason}), so no write is sent at all")]
    ProtectedUnresolved {
        /// The entry.
        entry: String,
        /// Why not.
        reason: String,
    },
    /// A write does not say whom it touches while accounts are protected.
    #[error("{operation} does not say which account it touches, and accounts are protected")]
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
    /// Which account a write touches could not be found out while accounts are protected.
    #[error(
        "{operation} is about {user}, which could not be resolved ({reason}), and accounts are protected"
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
            Self::Protected { .. } => {
                "if this account is really meant, take it off the protected list and build a new client".into()
            }
            Self::ProtectedUnresolved { .. } => {
                "correct the protected list, or let the caller read users (User.Read.All), then call again".into()
            }
            Self::TargetUnknown { .. } => "use a client without protected accounts for this operation".into(),
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
