//! The steps for each situation, as they are read.

use super::super::action::Action;
use super::super::source;
use super::Situation;

/// Says for whom a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// Any account.
    Everybody,
    /// An external guest.
    Guest,
    /// Any but an external guest.
    NoGuest,
    /// Synced from on-premises.
    Synced,
    /// Neither synced nor an external guest.
    KeptHere,
    /// The password is this tenant's own.
    PasswordHere,
    /// The password is Active Directory's, and reset through write-back.
    PasswordSynced,
    /// Another identity provider checks the password.
    Federated,
    /// App passwords are not ruled out.
    AppPasswords,
    /// Methods can be registered anew with a pass.
    CanRegister,
}

/// One step of a playbook.
#[derive(Clone, Copy, Debug)]
pub(super) struct Planned {
    pub(super) action: Action,
    pub(super) for_whom: When,
    pub(super) when: &'static str,
    pub(super) reason: &'static str,
    pub(super) source: &'static str,
    pub(super) cost: &'static str,
    /// Empty: what the operation says of itself.
    pub(super) does_not: &'static str,
}

const AT_ONCE: &str = "at once";
const THEN: &str = "then";
const LAST: &str = "last, five minutes after the step before";
const VERIFIED: &str = "when the rightful user is verified by another channel";

const BLOCK: Planned = Planned {
    action: Action::BlockSignIn,
    for_whom: When::Everybody,
    when: AT_ONCE,
    reason: "nobody gets a new token while the rest is done",
    source: source::REVOKE_ACCESS,
    cost: "the user cannot work until unblocked",
    does_not: "",
};
const BLOCK_ON_PREMISES: Planned = Planned {
    action: Action::BlockOnPremises,
    for_whom: When::Synced,
    when: AT_ONCE,
    reason: "the next sync may undo the block made here",
    source: source::REVOKE_ACCESS,
    cost: "the user cannot sign in to Windows or on-premises services either",
    does_not: "Does not end Kerberos tickets that were issued; is seen here only after the next sync.",
};
const HOME: Planned = Planned {
    action: Action::BlockInHomeTenant,
    for_whom: When::Guest,
    when: AT_ONCE,
    reason: "a guest signs in through the home tenant: only that can end the sessions and reset the password",
    source: source::REVOKE,
    cost: "the user cannot work anywhere until the home tenant says so",
    does_not: "Does not end what an application here keeps for itself; is not seen from here.",
};
const REVOKE_FIRST: Planned = Planned {
    action: Action::RevokeSignInSessions,
    for_whom: When::NoGuest,
    when: AT_ONCE,
    reason: "ends the sessions that an attacker holds now; repeated at the end, for what begins until then",
    source: source::REVOKE,
    cost: "the user signs in again everywhere",
    does_not: "",
};
const REVOKE_LAST: Planned = Planned {
    action: Action::RevokeSignInSessions,
    for_whom: When::NoGuest,
    when: LAST,
    reason: "neither a reset nor removing methods ends every session, and one may have begun in between",
    source: source::REFRESH_TOKENS,
    cost: "the user signs in again everywhere",
    does_not: "",
};
const COMPROMISED: Planned = Planned {
    action: Action::ConfirmCompromised,
    for_whom: When::NoGuest,
    when: THEN,
    reason: "risk policies act on it, and colleagues see it",
    source: source::RISK,
    cost: "risk policies may ask for more until the risk is dismissed or remediated",
    does_not: "Changes neither password nor sessions nor methods by itself.",
};
const RESET_HERE: Planned = Planned {
    action: Action::ResetPasswordGraphProfile,
    for_whom: When::PasswordHere,
    when: THEN,
    reason: "the old password lets nobody in any more",
    source: source::UPDATE_USER,
    cost: "the user needs the new password by a safe channel, and changes it",
    does_not: "",
};
const RESET_SYNCED: Planned = Planned {
    action: Action::ResetPasswordGraphAction,
    for_whom: When::PasswordSynced,
    reason: "the old password lets nobody in any more; written back on-premises, for a signed-in caller only",
    source: source::RESET,
    ..RESET_HERE
};
const RESET_FEDERATED: Planned = Planned {
    action: Action::ResetPasswordOnPremises,
    for_whom: When::Federated,
    reason: "the identity provider checks the password: one that is set here counts for nothing",
    source: source::WRITEBACK,
    does_not: "Ends no session here: no page says which.",
    ..RESET_HERE
};
const METHODS: Planned = Planned {
    action: Action::DeleteMethods,
    for_whom: When::NoGuest,
    when: THEN,
    reason: "an attacker's own passkey or phone is among them, and nobody can tell which by its name",
    source: source::DELETE_METHODS,
    cost: "the user registers every method anew",
    does_not: "",
};
const METHODS_OF_GUEST: Planned = Planned {
    for_whom: When::Guest,
    reason: "an attacker may have registered a phone or an app here: it counts wherever this tenant does not trust the home tenant's MFA",
    source: source::GUESTS,
    cost: "the guest registers anew here at the next MFA, which an attacker who signs in at home can do, too",
    ..METHODS
};
const APP_PASSWORDS: Planned = Planned {
    action: Action::DeleteAppPasswords,
    for_whom: When::AppPasswords,
    when: THEN,
    reason: "an app password passes by MFA, and no Graph list shows it",
    source: source::MANAGE_MFA,
    cost: "old applications need a new one",
    does_not: "Ends no session that has begun.",
};
const CONSENTS: Planned = Planned {
    action: Action::DeleteConsent,
    for_whom: When::Everybody,
    when: THEN,
    reason: "those that the rightful user does not know: an application goes on whatever becomes of the password",
    source: source::GRANT,
    cost: "the application asks for consent again",
    does_not: "Does not end access tokens that were issued; a consent for the whole organisation still covers the user.",
};
const DEVICES: Planned = Planned {
    action: Action::DisableDevice,
    for_whom: When::NoGuest,
    when: THEN,
    reason: "those that the rightful user does not know: a device's primary refresh token may outlive a revocation",
    source: source::PRT,
    cost: "nothing on that device signs in by itself any more",
    does_not: "Does not wipe it, and ends no session elsewhere; a hybrid device may be enabled again by sync.",
};
const UNBLOCK: Planned = Planned {
    action: Action::UnblockSignIn,
    for_whom: When::KeptHere,
    when: VERIFIED,
    reason: "a blocked account cannot use a pass; whatever was not shut is open again from here on",
    source: source::TAP,
    cost: "none",
    does_not: "",
};
const UNBLOCK_SYNCED: Planned = Planned {
    for_whom: When::Synced,
    reason: "a blocked account cannot use a pass; enable it in Active Directory before, or the next sync blocks it again; whatever was not shut is open again from here on",
    source: source::REVOKE_ACCESS,
    ..UNBLOCK
};
const PASS: Planned = Planned {
    action: Action::CreateTemporaryAccessPass,
    for_whom: When::CanRegister,
    when: VERIFIED,
    reason: "the way to register anew with no method left; a passkey that is still there would keep the user from being asked",
    source: source::TAP,
    cost: "a call to verify, and registration at aka.ms/mysecurityinfo within the pass's time",
    does_not: "",
};

/// Somebody else may be in.
static HOSTILE: &[Planned] = &[
    // At the root first: a sync in between would take the block here back.
    BLOCK_ON_PREMISES,
    BLOCK,
    HOME,
    REVOKE_FIRST,
    COMPROMISED,
    RESET_HERE,
    RESET_SYNCED,
    RESET_FEDERATED,
    METHODS,
    METHODS_OF_GUEST,
    APP_PASSWORDS,
    CONSENTS,
    DEVICES,
    REVOKE_LAST,
    UNBLOCK,
    UNBLOCK_SYNCED,
    PASS,
];

static DEVICE_LOST: &[Planned] = &[
    HOME,
    Planned { for_whom: When::Guest, ..BLOCK },
    REVOKE_FIRST,
    Planned {
        for_whom: When::Everybody,
        when: AT_ONCE,
        reason: "ends the primary refresh token on it, which a revocation may not",
        ..DEVICES
    },
    Planned { reason: "whoever unlocks the device may find or have seen the password", ..RESET_HERE },
    RESET_SYNCED,
    RESET_FEDERATED,
    Planned {
        reason: "Authenticator, Windows Hello, platform credentials and passkeys may live on it",
        ..METHODS
    },
    METHODS_OF_GUEST,
    APP_PASSWORDS,
    REVOKE_LAST,
    PASS,
];

static FACTORS_LOST: &[Planned] = &[
    Planned {
        action: Action::RequireMfaReregistration,
        for_whom: When::NoGuest,
        when: VERIFIED,
        reason: "takes the phone numbers, Authenticator apps and tokens that are lost",
        source: source::MANAGE_MFA,
        cost: "the user registers anew",
        does_not: "",
    },
    Planned {
        when: THEN,
        reason: "a passkey or Windows Hello that is left still signs in, and keeps the user from being asked to register",
        source: source::FIELD_REPORT,
        cost: "those that are not lost are registered anew, too",
        ..METHODS
    },
    // An honest guest is not blocked at home.
    Planned {
        action: Action::RequireMfaReregistration,
        for_whom: When::Guest,
        when: VERIFIED,
        reason: "takes what the guest registered here; what is registered in the home tenant only that can reset",
        source: source::GUESTS,
        cost: "the user registers anew",
        does_not: "",
    },
    Planned { when: THEN, reason: "the lost phone may still hold sessions", ..REVOKE_FIRST },
    Planned { when: "last, to the user who was verified", ..PASS },
];

static MALICIOUS_CONSENT: &[Planned] = &[
    Planned {
        when: AT_ONCE,
        reason: "the application gets no new token for what was granted; disable it for the whole tenant in Enterprise applications",
        ..CONSENTS
    },
    Planned {
        when: LAST,
        reason: "ends the refresh tokens that the application holds for the user",
        ..REVOKE_FIRST
    },
    Planned {
        for_whom: When::Guest,
        reason: "a guest's sessions cannot be revoked here: blocking is what is left",
        ..BLOCK
    },
];

pub(super) fn of(situation: &Situation) -> &'static [Planned] {
    match situation {
        Situation::PasswordKnown | Situation::SessionStolen | Situation::MethodRegistered { .. } => HOSTILE,
        Situation::DeviceLost { .. } => DEVICE_LOST,
        Situation::FactorsLost => FACTORS_LOST,
        Situation::MaliciousConsent { .. } => MALICIOUS_CONSENT,
    }
}
