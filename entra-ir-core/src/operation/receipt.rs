//! What a write returns: what was asked, what was answered, how it was done, and how sure that is.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use time::OffsetDateTime;

use crate::error::Preview;
use crate::ids::UserRef;
use crate::model::timestamp;
use crate::spec::OperationSpec;
use crate::wire::{Delivery, Response, header, server_date};

/// Says what became of a write. It holds identifiers, never secrets, and serialises to JSON.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Receipt {
    /// The operation's name.
    pub operation: &'static str,
    /// The account, by object id where that is known.
    pub target: UserRef,
    /// How it was done.
    pub mechanism: Mechanism,
    /// How sure it is.
    pub grade: Grade,
    /// The writes that were accepted, in their order.
    pub exchanges: Vec<Exchange>,
    /// What the result does not say by itself and a responder must know.
    pub warnings: Vec<Warning>,
    /// In dry-run mode: what would have been sent, secrets masked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub would_send: Vec<Preview>,
}

/// Records one write that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Exchange {
    /// The HTTP method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The HTTP status.
    pub status: u16,
    /// The service's id of the request, to name it to Microsoft.
    pub request_id: Option<String>,
    /// This library's id of the call, the same for all attempts.
    pub client_request_id: Option<String>,
    /// The service's own time of the answer. UTC, whole seconds.
    #[serde(serialize_with = "timestamp::serialize")]
    pub server_date: Option<OffsetDateTime>,
    /// How often it was sent.
    pub attempts: u32,
}

/// Says how sure it is that a write took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Grade {
    /// Nothing was sent: dry run, or there was nothing to do.
    NotSent,
    /// Some of it may have happened; nobody knows.
    Unknown,
    /// The service said yes.
    Accepted,
    /// The new state was read back.
    Confirmed,
    /// The new state is known to be in force everywhere. No operation can claim this from Graph alone.
    Effective,
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSent => "not sent",
            Self::Unknown => "unknown",
            Self::Accepted => "accepted",
            Self::Confirmed => "confirmed",
            Self::Effective => "effective",
        })
    }
}

/// Names the Graph mechanism that did the work; the operation's name may promise another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum Mechanism {
    /// `POST /users/{id}/revokeSignInSessions`.
    RevokeSignInSessions,
    /// `POST …/authentication/methods/{id}/resetPassword`, written back on-premises where that is set up.
    ResetPasswordAction,
    /// `PATCH /users/{id}` with `passwordProfile`.
    PasswordProfile,
    /// `PATCH /users/{id}` with `accountEnabled`.
    AccountEnabled,
    /// One `DELETE` for each method.
    DeleteEachMethod,
    /// `POST …/hardwareOathMethods/{id}/deactivate` (beta).
    DeactivateHardwareOath,
    /// `POST …/temporaryAccessPassMethods`.
    CreateTemporaryAccessPass,
}

/// Tells a responder what the result alone does not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Warning {
    /// The account's sessions belong to another tenant.
    #[error(
        "this is an external guest: Graph accepts the call, but it has no effect here; the sessions belong to the guest's home tenant"
    )]
    NoEffectOnGuest,
    /// A customer account; Microsoft does not say that the call works for it.
    #[error(
        "this is a local account of a customer tenant (B2C): Graph accepts the call, but no effect is documented for it here"
    )]
    NoEffectOnCustomer,
    /// The account could not be read beforehand.
    #[error("the account could not be read beforehand, so what kind it is stays unknown: {0}")]
    AccountNotRead(String),
    /// The change is not visible yet.
    #[error(
        "accepted, not yet visible: the directory still showed the old state after {waited_seconds} s; read again, do not repeat"
    )]
    NotYetVisible {
        /// How long was waited.
        waited_seconds: u64,
    },
    /// The change could not be looked for.
    #[error("accepted, but it could not be read back: {0}")]
    NotReadBack(String),
    /// A second revocation in the same second cannot be told from the first.
    #[error(
        "sessions were already valid from this very second only, so this revocation cannot be told from the one before it"
    )]
    SameSecond,
    /// The account is synced, and the next sync may undo the change.
    #[error(
        "this user is synced from on-premises: the change may be undone by the next sync; make it in Active Directory too"
    )]
    MayBeUndoneBySync,
    /// What was done leaves sessions alone.
    #[error(
        "which sessions a reset through Graph ends is not documented; those that began without a password go on: revoke_sign_in_sessions next"
    )]
    SessionsGoOn,
    /// MFA is required for the forced change, and it may no longer be possible.
    #[error(
        "the user must pass MFA before changing the password: with no usable method left, only a Temporary Access Pass helps"
    )]
    NeedsMfaMethod,
    /// Nobody is locked out by a forced change.
    #[error("this locks nobody out: whoever knows the password can still sign in and choose the new one")]
    LocksNobodyOut,
    /// The operation's address was not followed.
    #[error("accepted, but how it ended is unknown: {0}")]
    EndNotSeen(String),
    /// Ways to sign in alone remain.
    #[error("a passkey or Windows Hello still signs in, and no re-registration will be asked for until a Temporary Access Pass is issued: {}", .0.join(", "))]
    StillSignsIn(Vec<String>),
    /// Some methods could not be addressed.
    #[error(
        "{0} method(s) came in a form that cannot be understood or addressed, and were left: look at them in the portal"
    )]
    UnreadableMethods(usize),
    /// The default method was changed on the way.
    #[error("the mobile number was made the default method on the way, so that the alternate one could go")]
    DefaultChanged,
    /// Whether the default method was changed is not known.
    #[error("whether the mobile number was made the default method is not known: {0}")]
    DefaultUnknown(String),
    /// The beta list could not be read.
    #[error(
        "the beta list could not be read, so hardware OATH tokens and other beta-only methods may remain unseen: {0}"
    )]
    BetaNotRead(String),
    /// The cloud has no list of all methods.
    #[error("this cloud lists only some types of methods; others may remain unseen")]
    PartialList,
    /// The list at the end could not be read.
    #[error("what remains could not be listed: {0}")]
    RemainderNotRead(String),
    /// The pass exists, but the policy does not let this user sign in with it.
    #[error(
        "the pass was created, but the policy does not let this user sign in with it (DisabledByPolicy): include the user in the policy"
    )]
    DisabledByPolicy,
    /// The pass does not work yet.
    #[error("the pass does not work yet: it begins at its start time")]
    NotYetValid,
    /// The pass does not work, for a reason this version does not know.
    #[error("the pass does not work now; the service says {0:?}")]
    NotUsable(String),
    /// An older pass is gone.
    #[error("an older Temporary Access Pass of this user was replaced and no longer works")]
    ReplacedOlderPass,
    /// The older passes could not be read.
    #[error("whether an older pass was replaced could not be read: {0}")]
    PassesNotRead(String),
    /// A blocked account cannot use a pass.
    #[error("sign-in is blocked for this account: the pass does not work until unblock_sign_in")]
    AccountBlocked,
    /// The policy could not be read.
    #[error("the Temporary Access Pass policy could not be read, so its limits were not checked: {0}")]
    PolicyNotRead(String),
    /// A pass removes nothing.
    #[error("a pass removes no method and ends no session: the old ones still work")]
    PassRemovesNothing,
    /// The domain could not be read.
    #[error(
        "whether the user's domain is federated could not be read: if it is, the new password has no effect; {0}"
    )]
    DomainNotRead(String),
    /// The caller could not be identified.
    #[error("who is calling could not be read, so the caller's own account was not ruled out")]
    CallerUnknown,
    /// There is no call for the old state.
    #[error(
        "Graph has no call that clears remembered MFA devices alone; this operation revokes all sign-in sessions instead"
    )]
    NoCallForRememberedMfa,
    /// Removing methods does not end sessions.
    #[error("removing methods ends no session: revoke_sign_in_sessions next")]
    MethodsGoSessionsStay,
}

impl Warning {
    /// Returns a short stable word for the warning.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoEffectOnGuest => "no-effect-on-guest",
            Self::NoEffectOnCustomer => "no-effect-on-customer",
            Self::AccountNotRead(_) => "account-not-read",
            Self::NotYetVisible { .. } => "not-yet-visible",
            Self::NotReadBack(_) => "not-read-back",
            Self::SameSecond => "same-second",
            Self::UnreadableMethods(_) => "unreadable-methods",
            Self::DefaultChanged => "default-changed",
            Self::DefaultUnknown(_) => "default-unknown",
            Self::PassesNotRead(_) => "passes-not-read",
            Self::MayBeUndoneBySync => "may-be-undone-by-sync",
            Self::SessionsGoOn => "sessions-go-on",
            Self::NeedsMfaMethod => "needs-mfa-method",
            Self::LocksNobodyOut => "locks-nobody-out",
            Self::EndNotSeen(_) => "end-not-seen",
            Self::StillSignsIn(_) => "still-signs-in",
            Self::BetaNotRead(_) => "beta-not-read",
            Self::PartialList => "partial-list",
            Self::RemainderNotRead(_) => "remainder-not-read",
            Self::DisabledByPolicy => "disabled-by-policy",
            Self::NotYetValid => "not-yet-valid",
            Self::NotUsable(_) => "not-usable",
            Self::ReplacedOlderPass => "replaced-older-pass",
            Self::AccountBlocked => "account-blocked",
            Self::PolicyNotRead(_) => "policy-not-read",
            Self::PassRemovesNothing => "pass-removes-nothing",
            Self::DomainNotRead(_) => "domain-not-read",
            Self::CallerUnknown => "caller-unknown",
            Self::NoCallForRememberedMfa => "no-call-for-remembered-mfa",
            Self::MethodsGoSessionsStay => "methods-go-sessions-stay",
        }
    }
}

impl Serialize for Warning {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut object = serializer.serialize_struct("Warning", 2)?;
        object.serialize_field("code", self.code())?;
        object.serialize_field("message", &self.to_string())?;
        object.end()
    }
}

impl Receipt {
    /// Opens a receipt: nothing was sent yet.
    pub fn new(spec: &'static OperationSpec, target: &UserRef, mechanism: Mechanism) -> Self {
        Self {
            operation: spec.id,
            target: target.clone(),
            mechanism,
            grade: Grade::NotSent,
            exchanges: Vec::new(),
            warnings: Vec::new(),
            would_send: Vec::new(),
        }
    }

    /// Returns the service's id of the last write.
    pub fn request_id(&self) -> Option<&str> {
        self.exchanges.last()?.request_id.as_deref()
    }

    /// Returns this library's id of the last write.
    pub fn client_request_id(&self) -> Option<&str> {
        self.exchanges.last()?.client_request_id.as_deref()
    }

    /// Returns the service's own time of the last write.
    pub fn server_date(&self) -> Option<OffsetDateTime> {
        self.exchanges.last()?.server_date
    }

    /// Returns how many requests the writes took, repeats included.
    pub fn attempts(&self) -> u32 {
        self.exchanges.iter().map(|exchange| exchange.attempts).sum()
    }

    /// Tells whether the receipt is that of a dry run.
    pub fn is_dry_run(&self) -> bool {
        !self.would_send.is_empty()
    }

    /// Tells whether the receipt has a warning with this code.
    pub fn warns(&self, code: &str) -> bool {
        self.warnings.iter().any(|warning| warning.code() == code)
    }

    pub(crate) fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    pub(super) fn sent(&mut self, exchange: Exchange) {
        self.exchanges.push(exchange);
        self.grade = Grade::Accepted;
    }

    pub(super) fn not_sent(&mut self, preview: Preview) {
        self.would_send.push(preview);
    }
}

impl Exchange {
    pub(super) fn of(method: String, path: String, response: &Response) -> Self {
        let delivery = response.extensions().get::<Delivery>();
        Self {
            method,
            path,
            status: response.status().as_u16(),
            request_id: header(response.headers(), "request-id").map(str::to_owned),
            client_request_id: delivery
                .and_then(|delivery| delivery.client_request_id)
                .map(|id| id.to_string()),
            server_date: server_date(response.headers()),
            attempts: delivery.map_or(1, |delivery| delivery.attempts),
        }
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.operation, self.target, self.grade)?;
        for preview in &self.would_send {
            write!(f, "\n  would send {preview}")?;
        }
        for exchange in &self.exchanges {
            write!(f, "\n  {} {} -> {}", exchange.method, exchange.path, exchange.status)?;
            if let Some(id) = &exchange.request_id {
                write!(f, " (request-id {id})")?;
            }
        }
        for warning in &self.warnings {
            write!(f, "\n  ! {warning}")?;
        }
        Ok(())
    }
}
