//! The steps for each incident, in their order. The order is the same for all: evidence, block, revoke,
//! reset, what takes effect last or runs without a sign-in, methods, revoke again; then proof of identity,
//! the pass, the end of the risk, and only then unblocking. For a privileged account alone, the roles and
//! what it changed come right after the first revocation.

use super::incident::Incident;
use super::steps::{
    APP_PASSWORDS, APP_PERMISSIONS, APPLICATION, AT_ONCE, AZURE, BLOCK, BLOCK_AGAIN, BLOCK_ON_PREMISES,
    CLEAN_APPLICATION, COMPROMISED, COMPUTERS, CONSENTS, DELETE_PASS, DEVICES, DISMISS, ENABLE_ON_PREMISES,
    EVIDENCE, HOME, IDENTITY, INTUNE, ISOLATE, LOCK_OUT, LOST, MAIL_RULES, MAILBOX, METHODS,
    METHODS_OF_GUEST, OTHERS, OWNED, PASS, Planned, REREGISTER, RESET_ADMINISTRATOR, RESET_FEDERATED,
    RESET_HERE, RESET_SYNCED, RESET_TWICE, REVOKE, REVOKE_LAST, ROLES, SIGNS, STOP_CONSENT, SUSPECTS, TELL,
    TENANT, THEN, TRACE, UNBLOCK, UNBLOCK_GUEST, UNBLOCK_SYNCED, WATCH, WIPE, WORKING, When,
};

/// Somebody else may be in.
static HOSTILE: &[Planned] = &[
    EVIDENCE,
    TELL,
    LOCK_OUT,
    BLOCK.only(When::PasswordElsewhere),
    BLOCK_ON_PREMISES,
    BLOCK_AGAIN,
    HOME,
    REVOKE,
    APPLICATION.only(When::ByApplication).because(
        "an application registered the method: once it is disabled it cannot register another; \
            check who gave it the permission",
    ),
    APP_PERMISSIONS.only(When::ByApplication),
    SUSPECTS,
    ISOLATE,
    RESET_SYNCED,
    RESET_ADMINISTRATOR,
    RESET_FEDERATED,
    RESET_TWICE,
    COMPROMISED,
    COMPUTERS,
    DEVICES,
    ROLES,
    TENANT,
    CONSENTS,
    OWNED,
    MAIL_RULES,
    MAILBOX,
    METHODS,
    METHODS_OF_GUEST,
    APP_PASSWORDS,
    REVOKE_LAST,
    IDENTITY,
    ENABLE_ON_PREMISES,
    PASS,
    DISMISS,
    UNBLOCK,
    UNBLOCK_SYNCED,
];

static HELP_DESK_TRICKED: &[Planned] = &[
    EVIDENCE,
    TRACE,
    TELL,
    LOCK_OUT.because(
        "no new token is issued while the rest is done, and the password that the help desk gave no longer works",
    ),
    BLOCK.only(When::PasswordElsewhere),
    BLOCK_ON_PREMISES,
    BLOCK_AGAIN,
    HOME,
    REVOKE,
    DELETE_PASS,
    ISOLATE.because("a device that was registered or enrolled since the call is the attacker's"),
    RESET_SYNCED,
    RESET_ADMINISTRATOR,
    RESET_FEDERATED,
    RESET_TWICE,
    COMPROMISED,
    COMPUTERS,
    DEVICES.because("those registered since the call; disabling takes up to an hour to take effect"),
    ROLES,
    TENANT,
    CONSENTS,
    OWNED,
    MAIL_RULES,
    MAILBOX,
    METHODS.because(
        "what was registered since the call is the attacker's; while the account is blocked all methods \
        may be removed",
    ),
    METHODS_OF_GUEST,
    APP_PASSWORDS,
    REVOKE_LAST,
    OTHERS,
    IDENTITY,
    ENABLE_ON_PREMISES,
    PASS,
    DISMISS,
    UNBLOCK,
    UNBLOCK_SYNCED,
];

static LOST_DEVICE: &[Planned] = &[
    EVIDENCE,
    TELL.because("whoever has the device calls the help desk next: no reset and no pass for this account"),
    BLOCK.only(When::NoRevocation),
    HOME,
    REVOKE,
    RESET_HERE.because("whoever unlocks the device may find or have seen the password"),
    RESET_SYNCED,
    RESET_ADMINISTRATOR,
    RESET_FEDERATED,
    // A disabled device may not receive the wipe.
    WIPE,
    COMPUTERS.because("where it is a hybrid device: disabled here only, the next sync enables it again"),
    DEVICES.only(When::Everybody).because(
        "ends the primary refresh token on it, which a revocation may not; it takes up to an hour to take \
        effect",
    ),
    IDENTITY,
    // The account is not blocked: issue the pass before the last method is removed, or whoever knows the
    // password registers one.
    PASS.at("after the proof of identity, before the last method is removed"),
    METHODS.because(
        "Authenticator, Windows Hello, platform credentials and passkeys may live on it; a pass stays",
    ),
    METHODS_OF_GUEST,
    APP_PASSWORDS,
    REVOKE_LAST,
    WATCH,
];

static LOST_METHODS: &[Planned] = &[
    TELL.because(
        "an attacker whom one agent does not believe calls the next: no pass for this account until its user \
        is known",
    ),
    IDENTITY.at("first"),
    SIGNS,
    WORKING,
    PASS.only(When::CanRegisterAnew).at("after the proof of identity, before the last method is removed"),
    LOST,
    REREGISTER,
    REVOKE.at(THEN).because("the lost phone may still hold sessions"),
    WATCH.only(When::CanRegisterAnew),
];

static MALICIOUS_CONSENT: &[Planned] = &[
    EVIDENCE,
    TELL,
    BLOCK.only(When::NoRevocation).because("its sessions cannot be revoked here: only blocking is left"),
    APPLICATION,
    CONSENTS.because("the application gets no new token for what was granted, if somebody enables it again"),
    APP_PERMISSIONS,
    CLEAN_APPLICATION,
    STOP_CONSENT,
    MAIL_RULES.because("an application with rights on the mailbox may have made rules"),
    MAILBOX,
    REVOKE.at(THEN).because("ends the refresh tokens that the application holds for the user"),
];

static PRIVILEGED: &[Planned] = &[
    EVIDENCE,
    TELL,
    LOCK_OUT,
    BLOCK.only(When::PasswordElsewhere),
    BLOCK_ON_PREMISES,
    BLOCK_AGAIN,
    HOME,
    REVOKE,
    ROLES.at(AT_ONCE),
    TENANT.only(When::Everybody).at(AT_ONCE),
    OWNED.only(When::Everybody),
    CONSENTS,
    AZURE,
    INTUNE,
    ISOLATE,
    RESET_SYNCED,
    RESET_ADMINISTRATOR,
    RESET_FEDERATED,
    RESET_TWICE,
    COMPROMISED,
    COMPUTERS,
    DEVICES,
    MAIL_RULES,
    MAILBOX,
    METHODS,
    METHODS_OF_GUEST,
    APP_PASSWORDS,
    REVOKE_LAST,
    OTHERS.because("whoever administered the tenant may be in other accounts, or have created some"),
    IDENTITY,
    ENABLE_ON_PREMISES,
    PASS,
    DISMISS,
    UNBLOCK,
    UNBLOCK_SYNCED,
];

/// What a person does in seconds, before anything is known. Nothing is removed, so nothing is lost.
static LOCKDOWN: &[Planned] = &[
    TELL,
    LOCK_OUT.because("no new token is issued, and the old password no longer works afterwards"),
    BLOCK.only(When::PasswordElsewhere).because("no new token is issued"),
    BLOCK_ON_PREMISES,
    BLOCK_AGAIN,
    HOME,
    REVOKE,
    REVOKE_LAST.because("a session may have begun before the block was known everywhere"),
];

static RECOVER: &[Planned] = &[
    IDENTITY,
    ENABLE_ON_PREMISES,
    WORKING.because(
        "a passkey that survived the containment signs in, no pass is needed: let the user show it, and \
        delete one that the user does not have",
    ),
    PASS.only(When::CanRegisterAnew),
    DISMISS,
    UNBLOCK,
    UNBLOCK_SYNCED,
    UNBLOCK_GUEST,
    WATCH.only(When::CanRegisterAnew),
];

pub(super) fn of(incident: &Incident) -> &'static [Planned] {
    match incident {
        Incident::AccountTakeover | Incident::TokenTheft | Incident::SuspiciousMethod { .. } => HOSTILE,
        Incident::LostDevice { .. } => LOST_DEVICE,
        Incident::LostMethods { .. } => LOST_METHODS,
        Incident::MaliciousConsent { .. } => MALICIOUS_CONSENT,
        Incident::HelpDeskTricked { .. } => HELP_DESK_TRICKED,
        Incident::Privileged => PRIVILEGED,
        Incident::Lockdown => LOCKDOWN,
        Incident::Recover => RECOVER,
    }
}
