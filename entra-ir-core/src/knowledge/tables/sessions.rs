//! Action by class of token.

use super::super::claim::{Cell, Claim, Fate, Within};
use super::super::source;
use super::{Row, table};
use Fate::{AskedAgain, Ended, Held, Opens, Survives, Unknown};

type C = Cell<Fate>;

/// The row of the page says revoked.
const GONE: C = Cell::new(&[Claim::documented(Ended, Within::Replication, source::REFRESH_TOKENS)]);
/// The row of the page says alive.
const ALIVE: C = Cell::new(&[Claim::documented(Survives, Within::AtOnce, source::REFRESH_TOKENS)]);
/// The action is about something else.
const KEPT: C = Cell::new(&[
    Claim::inferred(Survives, Within::AtOnce, source::CONCLUDED).note("it does not act on tokens")
]);
/// What an application keeps for itself.
const OWN: C = Cell::new(&[Claim::documented(Survives, Within::AtOnce, source::REVOKE_ACCESS)
    .note("Entra cannot revoke it; the application decides when it ends")]);

const REVOKED: C = Cell::new(&[
    Claim::documented(Ended, Within::Replication, source::REVOKE)
        .note("issued before \"sign-in sessions valid from\""),
    Claim::documented(Ended, Within::Replication, source::REFRESH_TOKENS),
]);
const REVOKED_PRT: C = Cell::new(&[
    Claim::inferred(Ended, Within::Replication, source::REVOKE)
        .note("it is a refresh token issued before \"valid from\""),
    Claim::inferred(Unknown, Within::Unknown, source::PRT)
        .note("revocation is not among what the page lists as making a primary refresh token invalid"),
    Claim::observed(Ended, Within::Unknown, source::PRACTICE)
        .note("one attack tool's chain that began with a primary refresh token was refused with AADSTS50173"),
]);
const REVOKED_CAE: C = Cell::new(&[
    Claim::documented(Ended, Within::CaeEvent, source::CAE)
        .note("critical event; in GCC High and DoD documented for Exchange Online only; Office web apps are not supported, Teams in part; \
            a resource that the event does not reach honours the token for up to 28 hours"),
    Claim::observed(Ended, Within::AtOnce, source::FIELD_REPORT).note("Teams, SharePoint, Outlook: near at once"),
]);
const REVOKED_PLAIN: C = Cell::new(&[
    Claim::documented(Ended, Within::AccessToken, source::CAE).note("not renewed; valid until it expires"),
    Claim::observed(Ended, Within::AccessToken, source::FIELD_REPORT).note("within the hour"),
]);
/// The page names Graph only for the evaluation of policies. It does not say whether Graph gets the event of
/// a revocation.
const REVOKED_GRAPH: C = Cell::new(&[Claim::inferred(Ended, Within::CaeToken, source::CAE).note(
    "not renewed; Graph is not among those named for critical events, so it is valid until it expires",
)]);
const REVOKED_MFA: C = Cell::new(&[Claim::documented(Ended, Within::Replication, source::WHATS_NEW)
    .note("all sessions, MFA included, whatever enforced it")]);

/// Access tokens after a reset: a surviving session renews its own.
const RENEWED_CAE: C = Cell::new(&[
    Claim::documented(Ended, Within::CaeEvent, source::CAE).note("critical event: password changed or reset"),
    Claim::inferred(Survives, Within::AtOnce, source::REFRESH_TOKENS)
        .note("a session that began without a password renews it"),
]);
const RENEWED: C = Cell::new(&[
    Claim::documented(Ended, Within::AccessToken, source::CAE)
        .note("where the session that renewed it ended"),
    Claim::inferred(Survives, Within::AtOnce, source::REFRESH_TOKENS)
        .note("a session that began without a password renews it"),
]);
const RENEWED_GRAPH: C = Cell::new(&[
    Claim::inferred(Ended, Within::CaeToken, source::CAE)
        .note("where the session that renewed it ended; Graph is not among those named for critical events"),
    Claim::inferred(Survives, Within::AtOnce, source::REFRESH_TOKENS)
        .note("a session that began without a password renews it"),
]);
/// The page has no row for Graph: either the admin centers' or the Azure portal's may hold.
const BY_GRAPH: C = Cell::new(&[
    Claim::inferred(Ended, Within::Replication, source::REFRESH_TOKENS)
        .note("if it counts as a reset in an admin center"),
    Claim::inferred(Survives, Within::AtOnce, source::REFRESH_TOKENS).note(
        "if it counts as a reset in the Azure portal; the page has no row for Graph, so the weakest is used",
    ),
]);
const GONE_BY_ANY: C = Cell::new(&[Claim::inferred(Ended, Within::Replication, source::REFRESH_TOKENS)
    .note("every row for a reset says revoked; the page has none for Graph")]);
const ALIVE_IN_ALL: C = Cell::new(&[Claim::inferred(Survives, Within::AtOnce, source::REFRESH_TOKENS)
    .note("every row for a reset says alive; the page has none for Graph")]);
const PRT_CHANGED: C = Cell::new(&[Claim::documented(Ended, Within::Replication, source::PRT)
    .note("obtained with the password that was changed")]);
const PRT_RESET: C = Cell::new(&[Claim::inferred(Ended, Within::Replication, source::PRT)
    .note("the page speaks of the user changing it; a reset changes it too")]);
const PRT_KEPT: C = Cell::new(&[Claim::inferred(Survives, Within::AtOnce, source::PRT)
    .note("only the one obtained with the password is named")]);
const SYNCED_RESET: C = Cell::new(&[Claim::documented(Survives, Within::AtOnce, source::PASSWORD_HASH_SYNC)
    .note("a password that comes by sync does not touch running sessions")]);
/// Two pages: the table of the first one says alive, the second speaks of ID Protection's own button.
const ALIVE_SAID: C = Cell::new(&[
    Claim::documented(Survives, Within::AtOnce, source::REFRESH_TOKENS),
    Claim::documented(Ended, Within::Replication, source::RISK_FEEDBACK)
        .note("said of Reset password in ID Protection: it revokes the user's current sessions"),
]);

/// What blocking suspends.
const BLOCKED: C = Cell::new(&[Claim::documented(Held, Within::Replication, source::REVOKE_ACCESS)
    .note("a disabled account gets no new token; what was not revoked may work again after unblocking")]);
const BLOCKED_PRT: C = Cell::new(&[Claim::documented(Held, Within::Replication, source::PRT).note(
    "Windows signs in from its cache until the device talks to Entra, typically less than four hours",
)]);
const BLOCKED_CAE: C =
    Cell::new(
        &[Claim::documented(Held, Within::CaeEvent, source::CAE).note("critical event: user disabled")],
    );
const BLOCKED_PLAIN: C = Cell::new(&[
    Claim::documented(Held, Within::AccessToken, source::CAE).note("not renewed; valid until it expires")
]);
const BLOCKED_GRAPH: C = Cell::new(&[Claim::inferred(Held, Within::CaeToken, source::CAE).note(
    "not renewed; Graph is not among those named for critical events, so it is valid until it expires",
)]);
const BLOCKED_TOO: C = Cell::new(&[Claim::inferred(Held, Within::Replication, source::REVOKE_ACCESS)
    .note("it is a way to sign in, and a disabled account cannot sign in")]);
const FREED: C = Cell::new(&[Claim::inferred(Opens, Within::AtOnce, source::CAE)
    .note("what was held and not revoked works again; SharePoint and Teams see it after about 15 minutes, Exchange after about 40")]);
/// A block that is made elsewhere first: when it arrives here is unknown.
const AFTER_SYNC: C =
    Cell::new(&[Claim::inferred(Held, Within::Unknown, source::REVOKE_ACCESS)
        .note("once the sync has brought it here")]);
const AT_HOME: C = Cell::new(&[Claim::inferred(Held, Within::Unknown, source::REVOKE)
    .note("a guest signs in through the home tenant; tokens issued here remain valid")]);

const DEVICE_OFF: C = Cell::new(&[
    Claim::documented(Ended, Within::DeviceChange, source::DEVICE_FAQ)
        .note("of this device only; it may take up to an hour"),
    Claim::documented(Ended, Within::DeviceChange, source::MANAGE_DEVICES),
]);
const DEVICE_TOKENS: C = Cell::new(&[
    Claim::documented(Ended, Within::DeviceChange, source::MANAGE_DEVICES)
        .note("those on this device: disabling it revokes them"),
    Claim::inferred(Survives, Within::AtOnce, source::CONCLUDED)
        .note("those on any other device, or on one that the directory does not know"),
]);
const DEVICE_ON: C = Cell::new(&[Claim::inferred(Survives, Within::AtOnce, source::MANAGE_DEVICES)
    .note("what the disabling ended stays void; what it had not yet ended works on")]);
/// Soft-deleted: it can be restored for thirty days.
const DEVICE_GONE: C = Cell::new(&[
    Claim::documented(Held, Within::DeviceChange, source::SOFT_DELETE)
        .note("for 30 days it can be restored with its keys, and a sync restores a hybrid device by itself"),
    Claim::documented(Ended, Within::DeviceChange, source::MANAGE_DEVICES)
        .note("deleting removes the recovery keys for BitLocker and cannot be undone, this page says: save them before"),
    Claim::documented(Ended, Within::DeviceChange, source::PRT).note("of this device only"),
]);
const DEVICE_TOKENS_GONE: C = Cell::new(&[
    Claim::documented(Held, Within::DeviceChange, source::SOFT_DELETE)
        .note("those on this device; it can be restored for 30 days"),
    Claim::inferred(Survives, Within::AtOnce, source::CONCLUDED)
        .note("those on any other device, or on one that the directory does not know"),
]);
const COMPUTER_OFF: C = Cell::new(&[Claim::documented(Ended, Within::Unknown, source::DEVICE_FAQ)
    .note("of this device only, once the sync has brought it here; the sync may be slow or stopped")]);
const COMPUTER_TOKENS: C = Cell::new(&[
    Claim::inferred(Ended, Within::Unknown, source::MANAGE_DEVICES)
        .note("those on this device, once the sync has brought it here"),
    Claim::inferred(Survives, Within::AtOnce, source::CONCLUDED)
        .note("those on any other device, or on one that the directory does not know"),
]);
const WIPED: C = Cell::new(&[Claim::inferred(Ended, Within::Unknown, source::REVOKE_ACCESS)
    .note("of this device only, once it is online and wiped; until then its data can be read")]);
const WIPED_TOKENS: C = Cell::new(&[
    Claim::inferred(Ended, Within::Unknown, source::REVOKE_ACCESS)
        .note("those on this device, once it is online and wiped"),
    Claim::inferred(Survives, Within::AtOnce, source::CONCLUDED)
        .note("those that were copied from it, and those on any other device"),
]);
const MAYBE_HERE: C = Cell::new(&[
    Claim::documented(Ended, Within::AtOnce, source::REFRESH_TOKENS).note("in the browser that signed out"),
    Claim::inferred(Survives, Within::AtOnce, source::CONCLUDED)
        .note("in any other browser, such as an attacker's"),
]);
const SEEN_ALIVE: C = Cell::new(&[
    Claim::documented(Survives, Within::AtOnce, source::MANAGE_MFA_2023)
        .note("only remembered MFA was cleared"),
    Claim::observed(Survives, Within::AtOnce, source::FIELD_REPORT)
        .note("no effect on browser sessions; signed out once, not again"),
]);
const SEEN_ASKED: C = Cell::new(&[
    Claim::documented(Survives, Within::AtOnce, source::MANAGE_MFA_2023)
        .note("only remembered MFA was cleared"),
    Claim::observed(AskedAgain, Within::Unknown, source::FIELD_REPORT)
        .note("applications asked for MFA again"),
]);
const ASKED: C = Cell::new(&[
    Claim::documented(AskedAgain, Within::Replication, source::MANAGE_MFA_2023).note("per-user MFA only"),
    Claim::observed(AskedAgain, Within::Replication, source::FIELD_REPORT),
]);
const PASS_OVER: C = Cell::new(&[
    Claim::documented(Survives, Within::AtOnce, source::TAP)
        .note("the expiry of a pass ends no session that has begun; its tokens were issued for the pass's time at most"),
    Claim::documented(Ended, Within::Unknown, source::TAP)
        .note("the same page: an expired pass cannot be used non-interactively, and its user must sign in \
            again"),
]);
const PASS_GONE: C = Cell::new(&[
    Claim::inferred(Survives, Within::AtOnce, source::TAP)
        .note("the page says it of expiry only; tokens were issued for the pass's time at most"),
    Claim::documented(Ended, Within::Unknown, source::TAP).note(
        "the same page: a deleted pass cannot be used non-interactively, and its user must sign in again",
    ),
]);
const RISKY: C = Cell::new(&[
    Claim::documented(Survives, Within::AtOnce, source::RISK)
        .note("changes neither password nor sessions nor methods by itself"),
    Claim::documented(Ended, Within::Unknown, source::RISK_POLICIES)
        .note("under a policy with the grant Require risk remediation: it revokes the sessions"),
]);
const RISK_LEFT: C = Cell::new(&[Claim::documented(Survives, Within::AtOnce, source::RISK)
    .note("changes neither password nor sessions nor methods by itself")]);
const RISKY_CAE: C = Cell::new(&[
    Claim::documented(Ended, Within::CaeEvent, source::CAE)
        .note("critical event: high user risk; an older version of the page excepted SharePoint Online"),
    Claim::inferred(Survives, Within::AtOnce, source::RISK)
        .note("renewed, unless a policy blocks risky users"),
]);
const CONSENT: C = Cell::new(&[Claim::documented(Survives, Within::AtOnce, source::GRANT)
    .note("no new tokens for the scopes of the grant; issued access tokens are valid until they expire")]);
const APP_DISABLED: C = Cell::new(&[Claim::documented(Survives, Within::AtOnce, source::DISABLE_APP).note(
    "the application gets no new token, for any user; issued access tokens are valid until they expire",
)]);
const APP_ENABLED: C = Cell::new(&[Claim::inferred(Survives, Within::AtOnce, source::DISABLE_APP).note(
    "the application gets tokens again for what is still granted; no session of a user depends on it",
)]);
const UNASSIGNED: C = Cell::new(&[Claim::inferred(Survives, Within::AtOnce, source::CONCLUDED).note(
    "an assignment decides who may sign in to an application that requires one: no issued token depends on it",
)]);
const APP_PERMISSION: C = Cell::new(&[Claim::documented(Survives, Within::AtOnce, source::APP_PERMISSIONS)
    .note("an application permission belongs to the application: no token of a user depends on it")]);
const ROLE_GONE: C = Cell::new(&[Claim::inferred(Survives, Within::AtOnce, source::CAE).note(
    "the removal of a role is not a critical event: tokens issued before may act with it until they expire",
)]);
const APP_PASSWORDS_LEFT: C = Cell::new(&[
    Claim::documented(Survives, Within::AtOnce, source::APP_PASSWORDS)
        .note("app passwords are not revoked with the password; they bypass MFA and federation"),
    Claim::documented(Survives, Within::AtOnce, source::COMPROMISED_MAIL),
]);
const APP_PASSWORDS_KEPT: C = Cell::new(&[Claim::inferred(Survives, Within::AtOnce, source::APP_PASSWORDS)
    .note(
        "the page says it of the password; it names deletion and blocked legacy authentication as their end",
    )]);
const APP_PASSWORD: C = Cell::new(&[
    Claim::documented(Ended, Within::Unknown, source::MANAGE_MFA).note("the page does not say how soon")
]);
const LEGACY_BLOCKED: C = Cell::new(&[Claim::documented(Held, Within::Unknown, source::APP_PASSWORDS)
    .note("for users whom the policy includes")]);
const APP_PASSWORD_SYNC: C = Cell::new(&[Claim::documented(Held, Within::Unknown, source::APP_PASSWORDS)
    .note(
        "for a federated user it may take up to three hours; otherwise once the sync has brought it here",
    )]);

/// The same for every token; an application's own session, remembered MFA and app passwords survive.
const fn each(cell: C) -> [C; 13] {
    let mut row = [cell; 13];
    (row[10], row[11], row[12]) = (OWN, KEPT, KEPT);
    row
}

/// Only app passwords, the last column.
const fn app_password(cell: C) -> [C; 13] {
    let mut row = each(KEPT);
    row[12] = cell;
    row
}

/// What one device holds: its primary refresh tokens, and the refresh tokens of its clients.
const fn device(primary: C, tokens: C) -> [C; 13] {
    let mut row = each(KEPT);
    (row[1], row[3], row[5], row[6]) = (tokens, tokens, primary, primary);
    row
}

/// What each action does to each class of token. Columns: [`TokenClass::ALL`](super::super::TokenClass::ALL).
#[rustfmt::skip]
pub static ON_SESSIONS: &[Row<Fate, 13>] = table! {
//                                  pw cookie    pw refresh   other cookie  other refresh confidential  pw PRT       other PRT    CAE access   plain access   Graph access    app's own  remembered   app password
    ResetPasswordAzurePortal:      [GONE,        GONE,        ALIVE,        ALIVE,        ALIVE,        PRT_RESET,   PRT_KEPT,    RENEWED_CAE, RENEWED,       RENEWED_GRAPH, OWN,       KEPT,        APP_PASSWORDS_LEFT];
    ResetPasswordEntraAdminCenter: [GONE,        GONE,        ALIVE_SAID,   GONE,         GONE,         PRT_RESET,   PRT_KEPT,    RENEWED_CAE, RENEWED,       RENEWED_GRAPH, OWN,       KEPT,        APP_PASSWORDS_LEFT];
    ResetPasswordM365AdminCenter:  [GONE,        GONE,        ALIVE,        GONE,         GONE,         PRT_RESET,   PRT_KEPT,    RENEWED_CAE, RENEWED,       RENEWED_GRAPH, OWN,       KEPT,        APP_PASSWORDS_LEFT];
    ResetPasswordGraphAction:      [GONE_BY_ANY, GONE_BY_ANY, ALIVE_IN_ALL, BY_GRAPH,     BY_GRAPH,     PRT_RESET,   PRT_KEPT,    RENEWED_CAE, RENEWED,       RENEWED_GRAPH, OWN,       KEPT,        APP_PASSWORDS_LEFT];
    ResetPasswordGraphProfile:     [GONE_BY_ANY, GONE_BY_ANY, ALIVE_IN_ALL, BY_GRAPH,     BY_GRAPH,     PRT_RESET,   PRT_KEPT,    RENEWED_CAE, RENEWED,       RENEWED_GRAPH, OWN,       KEPT,        APP_PASSWORDS_LEFT];
    ResetPasswordOnPremises:       [SYNCED_RESET,SYNCED_RESET,KEPT,         KEPT,         KEPT,         SYNCED_RESET,PRT_KEPT,    RENEWED_CAE, RENEWED,       RENEWED_GRAPH, OWN,       KEPT,        APP_PASSWORDS_LEFT];
    ChangePassword:                [GONE,        GONE,        ALIVE,        ALIVE,        ALIVE,        PRT_CHANGED, PRT_KEPT,    RENEWED_CAE, RENEWED,       RENEWED_GRAPH, OWN,       KEPT,        APP_PASSWORDS_LEFT];
    PasswordExpires:               [ALIVE,       ALIVE,       ALIVE,        ALIVE,        ALIVE,        KEPT,        KEPT,        KEPT,        KEPT,          KEPT,          OWN,       KEPT,        KEPT];
    RequirePasswordChange:         each(KEPT);
    RevokeSignInSessions:          [REVOKED,     REVOKED,     REVOKED,      REVOKED,      REVOKED,      REVOKED_PRT, REVOKED_PRT, REVOKED_CAE, REVOKED_PLAIN, REVOKED_GRAPH, OWN,       REVOKED_MFA, APP_PASSWORDS_KEPT];
    RevokeMfaSessions:             [REVOKED,     REVOKED,     REVOKED,      REVOKED,      REVOKED,      REVOKED_PRT, REVOKED_PRT, REVOKED_CAE, REVOKED_PLAIN, REVOKED_GRAPH, OWN,       REVOKED_MFA, APP_PASSWORDS_KEPT];
    RevokeMfaSessionsOld:          [SEEN_ALIVE,  SEEN_ASKED,  SEEN_ALIVE,   SEEN_ASKED,   SEEN_ASKED,   SEEN_ASKED,  SEEN_ALIVE,  KEPT,        KEPT,          KEPT,          OWN,       ASKED,       KEPT];
    RequireMfaReregistration:      app_password(APP_PASSWORDS_KEPT);
    DeleteMethods:                 each(KEPT);
    DeactivateHardwareOath:        each(KEPT);
    DeleteAppPasswords:            app_password(APP_PASSWORD);
    CreateTemporaryAccessPass:     each(KEPT);
    DeleteTemporaryAccessPass:     [KEPT,        KEPT,        PASS_GONE,    PASS_GONE,    PASS_GONE,    KEPT,        PASS_GONE,   PASS_GONE,   PASS_GONE,     PASS_GONE,     OWN,       KEPT,        KEPT];
    TemporaryAccessPassExpires:    [KEPT,        KEPT,        PASS_OVER,    PASS_OVER,    PASS_OVER,    KEPT,        PASS_OVER,   PASS_OVER,   PASS_OVER,     PASS_OVER,     OWN,       KEPT,        KEPT];
    BlockSignIn:                   [BLOCKED,     BLOCKED,     BLOCKED,      BLOCKED,      BLOCKED,      BLOCKED_PRT, BLOCKED_PRT, BLOCKED_CAE, BLOCKED_PLAIN, BLOCKED_GRAPH, OWN,       BLOCKED_TOO, BLOCKED_TOO];
    UnblockSignIn:                 [FREED,       FREED,       FREED,        FREED,        FREED,        FREED,       FREED,       FREED,       FREED,         FREED,         OWN,       FREED,       FREED];
    BlockOnPremises:               [AFTER_SYNC,  AFTER_SYNC,  AFTER_SYNC,   AFTER_SYNC,   AFTER_SYNC,   AFTER_SYNC,  AFTER_SYNC,  AFTER_SYNC,  AFTER_SYNC,    AFTER_SYNC,    OWN,       AFTER_SYNC,  APP_PASSWORD_SYNC];
    BlockInHomeTenant:             [AT_HOME,     AT_HOME,     AT_HOME,      AT_HOME,      AT_HOME,      AT_HOME,     AT_HOME,     AT_HOME,     AT_HOME,       AT_HOME,       OWN,       AT_HOME,     AT_HOME];
    DisableDevice:                 device(DEVICE_OFF, DEVICE_TOKENS);
    EnableDevice:                  device(DEVICE_ON, DEVICE_ON);
    DeleteDevice:                  device(DEVICE_GONE, DEVICE_TOKENS_GONE);
    DisableComputerOnPremises:     device(COMPUTER_OFF, COMPUTER_TOKENS);
    WipeDevice:                    device(WIPED, WIPED_TOKENS);
    DeleteConsent:                 each(CONSENT);
    DisableApplication:            each(APP_DISABLED);
    EnableApplication:             each(APP_ENABLED);
    RemoveAppAssignment:           each(UNASSIGNED);
    RemoveAppPermission:           each(APP_PERMISSION);
    RemoveRole:                    each(ROLE_GONE);
    DisableMailRules:              each(KEPT);
    ConfirmCompromised:            [RISKY,       RISKY,       RISKY,        RISKY,        RISKY,        RISKY,       RISKY,       RISKY_CAE,   RISKY,         RISKY,         OWN,       RISK_LEFT,   RISK_LEFT];
    DismissRisk:                   each(RISK_LEFT);
    BlockLegacyAuthentication:     app_password(LEGACY_BLOCKED);
    GuardRegistration:             each(KEPT);
    ClearCertificateBindings:      each(KEPT);
    SingleSignOut:                 [MAYBE_HERE,  ALIVE,       MAYBE_HERE,   ALIVE,        ALIVE,        KEPT,        KEPT,        KEPT,        KEPT,          KEPT,          OWN,       KEPT,        KEPT];
};
