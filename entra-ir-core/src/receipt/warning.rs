//! What a result does not say by itself.

use serde::{Serialize, Serializer};

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
    #[error("how it ended is unknown: {0}")]
    EndNotSeen(String),
    /// Ways to sign in alone remain.
    #[error("these methods still sign in with nothing else: {}; no re-registration is asked for until a Temporary Access Pass is issued", .0.join(", "))]
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
    /// The lists of some types could not be read, where the cloud lists each type by itself.
    #[error("these types of methods could not be listed, so some of them may remain: {}", .0.join(", "))]
    TypesNotRead(Vec<String>),
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
    /// The answer did not come, or was not Graph's; a read shows the new state.
    #[error("the write had no answer of Graph ({0}), so the account was read: it shows the new state")]
    SettledByReading(String),
    /// The answer has no mark of Graph, and holds what only Graph can know.
    #[error("the answer has no request-id of Graph; what it holds is what Graph documents for this call")]
    AnswerUnmarked,
    /// An answer could be read only after it was repaired.
    #[error(
        "an answer of the service held text that is no valid JSON or Unicode; it was repaired, so a name may read differently"
    )]
    AnswerRepaired,
    /// A removal was repeated, and the last attempt found nothing.
    #[error(
        "the removal was sent more than once, and the last attempt found nothing: an earlier one may have done it"
    )]
    EarlierAttempt,
    /// The service asked for a longer wait than the client accepts.
    #[error("the service asked to wait {seconds} s: the rest was not tried, and nothing is sent before")]
    Throttled {
        /// The wait, in seconds, rounded up.
        seconds: u64,
    },
    /// Graph does not list every method of a customer account.
    #[error(
        "this is a local account of a customer tenant (B2C): Graph does not list every method that it signs in with, so others may remain"
    )]
    CustomerMethodsUnseen,
    /// Of a guest, only what is registered here is ours.
    #[error(
        "this is an external guest: only the methods registered in this tenant can be removed here; the password, the sessions and the other methods stay with the home tenant"
    )]
    GuestMethodsElsewhere,
    /// A pass whose code was lost was replaced.
    #[error("{0} pass(es) whose code nobody saw were deleted, and another one was created")]
    PassMadeAnew(u32),
    /// The password of a federated domain goes where the domain is federated.
    #[error(
        "the user's domain is federated: the password was sent to be written back on-premises, and sign-in is checked there"
    )]
    FederatedWriteBack,
    /// The password of a federated domain is not checked here.
    #[error(
        "the user's domain is federated: sign-in is checked by its identity provider, where the password set here has no effect"
    )]
    FederatedNoEffect,
    /// The flag belongs to Active Directory.
    #[error(
        "this user is synced from on-premises: set \"User must change password at next logon\" in Active Directory; the flag here has no effect unless it is synced"
    )]
    SetOnPremises,
    /// Removing methods does not end sessions.
    #[error("removing methods ends no session: revoke_sign_in_sessions next")]
    MethodsGoSessionsStay,
    /// Nothing is listed that registration asks for.
    #[error(
        "no method that is listed counts as MFA: whoever knows the password, or holds a session, registers a new one; block_sign_in, or create_temporary_access_pass for the rightful user, next"
    )]
    RegistrationOpen,
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
            Self::TypesNotRead(_) => "types-not-read",
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
            Self::SettledByReading(_) => "settled-by-reading",
            Self::AnswerUnmarked => "answer-unmarked",
            Self::AnswerRepaired => "answer-repaired",
            Self::EarlierAttempt => "earlier-attempt",
            Self::Throttled { .. } => "throttled",
            Self::CustomerMethodsUnseen => "customer-methods-unseen",
            Self::GuestMethodsElsewhere => "guest-methods-elsewhere",
            Self::PassMadeAnew(_) => "pass-made-anew",
            Self::FederatedWriteBack => "federated-write-back",
            Self::FederatedNoEffect => "federated-no-effect",
            Self::SetOnPremises => "set-on-premises",
            Self::MethodsGoSessionsStay => "methods-go-sessions-stay",
            Self::RegistrationOpen => "registration-open",
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
