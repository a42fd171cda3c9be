//! Action by class of token.

use super::super::claim::{Cell, Claim, Fate, Within};
use super::super::source;
use super::{Row, table};
use Fate::{AskedAgain, Ended, Held, Opens, Survives, Unknown};

type C = Cell<Fate>;

/// The row of the page says revoked.
const GONE: C = Cell::of(&[Claim::documented(Ended, Within::Replication, source::REFRESH_TOKENS)]);
/// The row of the page says alive.
const ALIVE: C = Cell::of(&[Claim::documented(Survives, Within::AtOnce, source::REFRESH_TOKENS)]);
/// No page says that the action touches a token.
const KEPT: C =
    Cell::of(&[Claim::inferred(Survives, Within::AtOnce, source::CONCLUDED)
        .note("no page says that it ends a token")]);
/// What an application keeps for itself.
const OWN: C = Cell::of(&[Claim::documented(Survives, Within::AtOnce, source::REVOKE_ACCESS)
    .note("Entra cannot revoke it; the application ends it in its own time")]);

const REVOKED: C = Cell::of(&[
    Claim::documented(Ended, Within::Replication, source::REVOKE)
        .note("issued before \"sign-in sessions valid from\""),
    Claim::documented(Ended, Within::Replication, source::REFRESH_TOKENS),
]);
const REVOKED_PRT: C = Cell::of(&[
    Claim::inferred(Ended, Within::Replication, source::REVOKE)
        .note("it is a refresh token issued before \"valid from\""),
    Claim::inferred(Unknown, Within::Unknown, source::PRT)
        .note("revocation is not among what the page lists as making a primary refresh token invalid"),
]);
const REVOKED_CAE: C = Cell::of(&[
    Claim::documented(Ended, Within::CaeEvent, source::CAE)
        .note("critical event; in GCC High and DoD documented for Exchange Online only; Office web apps are not supported, Teams in part; \
            a resource that the event does not reach honours the token for up to 28 hours"),
    Claim::observed(Ended, Within::AtOnce, source::FIELD_REPORT).note("Teams, SharePoint, Outlook: near at once"),
]);
const REVOKED_PLAIN: C = Cell::of(&[
    Claim::documented(Ended, Within::AccessToken, source::CAE).note("not renewed; lives to its end"),
    Claim::observed(Ended, Within::AccessToken, source::FIELD_REPORT).note("within the hour"),
]);
const REVOKED_MFA: C = Cell::of(&[Claim::documented(Ended, Within::Replication, source::WHATS_NEW)
    .note("all sessions, MFA included, whatever enforced it")]);

/// Access tokens after a reset: those that a surviving session renews go on.
const RENEWED_CAE: C = Cell::of(&[
    Claim::documented(Ended, Within::CaeEvent, source::CAE).note("critical event: password changed or reset"),
    Claim::inferred(Survives, Within::AtOnce, source::REFRESH_TOKENS)
        .note("a session that began without a password renews it"),
]);
const RENEWED: C = Cell::of(&[
    Claim::documented(Ended, Within::AccessToken, source::CAE)
        .note("where the session that renewed it ended"),
    Claim::inferred(Survives, Within::AtOnce, source::REFRESH_TOKENS)
        .note("a session that began without a password renews it"),
]);
/// The page has no row for Graph: either the admin centers' or the Azure portal's may hold.
const BY_GRAPH: C = Cell::of(&[
    Claim::inferred(Ended, Within::Replication, source::REFRESH_TOKENS)
        .note("if it counts as a reset in an admin center"),
    Claim::inferred(Survives, Within::AtOnce, source::REFRESH_TOKENS).note(
        "if it counts as a reset in the Azure portal; the page has no row for Graph, so the weakest is used",
    ),
]);
const GONE_BY_ANY: C = Cell::of(&[Claim::inferred(Ended, Within::Replication, source::REFRESH_TOKENS)
    .note("every row for a reset says revoked; the page has none for Graph")]);
const ALIVE_IN_ALL: C = Cell::of(&[Claim::inferred(Survives, Within::AtOnce, source::REFRESH_TOKENS)
    .note("every row for a reset says alive; the page has none for Graph")]);
const PRT_CHANGED: C = Cell::of(&[Claim::documented(Ended, Within::Replication, source::PRT)
    .note("obtained with the password that was changed")]);
const PRT_RESET: C = Cell::of(&[Claim::inferred(Ended, Within::Replication, source::PRT)
    .note("the page speaks of the user changing it; a reset changes it too")]);
const PRT_KEPT: C = Cell::of(&[Claim::inferred(Survives, Within::AtOnce, source::PRT)
    .note("only the one obtained with the password is named")]);
const SYNCED_RESET: C = Cell::of(&[Claim::inferred(Unknown, Within::Unknown, source::CONCLUDED)
    .note("no page says when a password that comes by sync or from another provider ends a token")]);

/// What blocking holds back.
const BLOCKED: C = Cell::of(&[Claim::documented(Held, Within::Replication, source::REVOKE_ACCESS)
    .note("a disabled account gets no new token; what was not revoked may work again after unblocking")]);
const BLOCKED_PRT: C = Cell::of(&[Claim::documented(Held, Within::Replication, source::PRT)
    .note("Windows signs in from its cache until the device talks to Entra")]);
const BLOCKED_CAE: C =
    Cell::of(&[Claim::documented(Held, Within::CaeEvent, source::CAE).note("critical event: user disabled")]);
const BLOCKED_PLAIN: C = Cell::of(&[
    Claim::documented(Held, Within::AccessToken, source::CAE).note("not renewed; lives to its end")
]);
const BLOCKED_TOO: C = Cell::of(&[Claim::inferred(Held, Within::Replication, source::REVOKE_ACCESS)
    .note("it serves to sign in, and a disabled account cannot")]);
const FREED: C = Cell::of(&[Claim::inferred(Opens, Within::AtOnce, source::CAE)
    .note("what was held and not revoked works again; SharePoint and Teams see it after about 15 minutes, Exchange after about 40")]);
/// A block that is made elsewhere first: when it arrives is not known.
const AFTER_SYNC: C =
    Cell::of(&[Claim::inferred(Held, Within::Unknown, source::REVOKE_ACCESS)
        .note("once the sync has brought it here")]);
const AT_HOME: C = Cell::of(&[Claim::inferred(Held, Within::Unknown, source::REVOKE)
    .note("a guest signs in through the home tenant; what has been issued here lives on")]);

const DEVICE_PRT: C =
    Cell::of(&[Claim::documented(Ended, Within::Replication, source::PRT).note("of this device only")]);
const MAYBE_HERE: C = Cell::of(&[
    Claim::documented(Ended, Within::AtOnce, source::REFRESH_TOKENS).note("in the browser that signed out"),
    Claim::inferred(Survives, Within::AtOnce, source::CONCLUDED)
        .note("in any other browser, an attacker's for one"),
]);
const SEEN_ALIVE: C = Cell::of(&[
    Claim::documented(Survives, Within::AtOnce, source::MANAGE_MFA_2023)
        .note("only remembered MFA was cleared"),
    Claim::observed(Survives, Within::AtOnce, source::FIELD_REPORT)
        .note("no effect on browser sessions; signed out once, not again"),
]);
const SEEN_ASKED: C = Cell::of(&[
    Claim::documented(Survives, Within::AtOnce, source::MANAGE_MFA_2023)
        .note("only remembered MFA was cleared"),
    Claim::observed(AskedAgain, Within::Unknown, source::FIELD_REPORT)
        .note("applications asked for MFA again"),
]);
const ASKED: C = Cell::of(&[
    Claim::documented(AskedAgain, Within::Replication, source::MANAGE_MFA_2023).note("per-user MFA only"),
    Claim::observed(AskedAgain, Within::Replication, source::FIELD_REPORT),
]);
const PASS_GONE: C = Cell::of(&[Claim::documented(Survives, Within::AtOnce, source::TAP)
    .note("expiry or deletion ends no session that has begun; its tokens were issued for the pass's time")]);
const RISKY: C = Cell::of(&[Claim::documented(Survives, Within::AtOnce, source::RISK)
    .note("changes neither password nor sessions nor methods by itself")]);
const RISKY_CAE: C = Cell::of(&[
    Claim::documented(Ended, Within::CaeEvent, source::CAE).note("critical event: high user risk"),
    Claim::inferred(Survives, Within::AtOnce, source::RISK)
        .note("renewed, unless a policy blocks risky users"),
]);
const CONSENT: C = Cell::of(&[Claim::documented(Survives, Within::AtOnce, source::GRANT)
    .note("the grant goes, and with it new tokens for its scopes; running access tokens live to their end")]);
const NO_WORD: C = Cell::of(&[Claim::inferred(Unknown, Within::Unknown, source::CONCLUDED)
    .note("no page says what becomes of app passwords")]);
const APP_PASSWORD: C =
    Cell::of(&[Claim::documented(Ended, Within::Unknown, source::MANAGE_MFA).note("no page says how soon")]);

/// What each action does to each class of token. Columns: [`TokenClass::ALL`](super::super::TokenClass::ALL).
#[rustfmt::skip]
pub static ON_SESSIONS: &[Row<Fate, 12>] = table! {
//                                  pw cookie    pw refresh   other cookie  other refresh confidential  pw PRT       other PRT    CAE access   plain access  app's own  remembered   app password
    ResetPasswordAzurePortal:      [GONE,        GONE,        ALIVE,        ALIVE,        ALIVE,        PRT_RESET,   PRT_KEPT,    RENEWED_CAE, RENEWED,      OWN,       KEPT,        NO_WORD];
    ResetPasswordEntraAdminCenter: [GONE,        GONE,        ALIVE,        GONE,         GONE,         PRT_RESET,   PRT_KEPT,    RENEWED_CAE, RENEWED,      OWN,       KEPT,        NO_WORD];
    ResetPasswordM365AdminCenter:  [GONE,        GONE,        ALIVE,        GONE,         GONE,         PRT_RESET,   PRT_KEPT,    RENEWED_CAE, RENEWED,      OWN,       KEPT,        NO_WORD];
    ResetPasswordGraphAction:      [GONE_BY_ANY, GONE_BY_ANY, ALIVE_IN_ALL, BY_GRAPH,     BY_GRAPH,     PRT_RESET,   PRT_KEPT,    RENEWED_CAE, RENEWED,      OWN,       KEPT,        NO_WORD];
    ResetPasswordGraphProfile:     [GONE_BY_ANY, GONE_BY_ANY, ALIVE_IN_ALL, BY_GRAPH,     BY_GRAPH,     PRT_RESET,   PRT_KEPT,    RENEWED_CAE, RENEWED,      OWN,       KEPT,        NO_WORD];
    ResetPasswordOnPremises:       [SYNCED_RESET,SYNCED_RESET,KEPT,         KEPT,         KEPT,         SYNCED_RESET,PRT_KEPT,    RENEWED_CAE, RENEWED,      OWN,       KEPT,        NO_WORD];
    ChangePassword:                [GONE,        GONE,        ALIVE,        ALIVE,        ALIVE,        PRT_CHANGED, PRT_KEPT,    RENEWED_CAE, RENEWED,      OWN,       KEPT,        NO_WORD];
    PasswordExpires:               [ALIVE,       ALIVE,       ALIVE,        ALIVE,        ALIVE,        KEPT,        KEPT,        KEPT,        KEPT,         OWN,       KEPT,        KEPT];
    RequirePasswordChange:         [KEPT,        KEPT,        KEPT,         KEPT,         KEPT,         KEPT,        KEPT,        KEPT,        KEPT,         OWN,       KEPT,        KEPT];
    RevokeSignInSessions:          [REVOKED,     REVOKED,     REVOKED,      REVOKED,      REVOKED,      REVOKED_PRT, REVOKED_PRT, REVOKED_CAE, REVOKED_PLAIN,OWN,       REVOKED_MFA, NO_WORD];
    RevokeMfaSessions:             [REVOKED,     REVOKED,     REVOKED,      REVOKED,      REVOKED,      REVOKED_PRT, REVOKED_PRT, REVOKED_CAE, REVOKED_PLAIN,OWN,       REVOKED_MFA, NO_WORD];
    RevokeMfaSessionsOld:          [SEEN_ALIVE,  SEEN_ASKED,  SEEN_ALIVE,   SEEN_ASKED,   SEEN_ASKED,   SEEN_ASKED,  SEEN_ALIVE,  KEPT,        KEPT,         OWN,       ASKED,       KEPT];
    RequireMfaReregistration:      [KEPT,        KEPT,        KEPT,         KEPT,         KEPT,         KEPT,        KEPT,        KEPT,        KEPT,         OWN,       KEPT,        NO_WORD];
    DeleteMethods:                 [KEPT,        KEPT,        KEPT,         KEPT,         KEPT,         KEPT,        KEPT,        KEPT,        KEPT,         OWN,       KEPT,        KEPT];
    DeactivateHardwareOath:        [KEPT,        KEPT,        KEPT,         KEPT,         KEPT,         KEPT,        KEPT,        KEPT,        KEPT,         OWN,       KEPT,        KEPT];
    DeleteAppPasswords:            [KEPT,        KEPT,        KEPT,         KEPT,         KEPT,         KEPT,        KEPT,        KEPT,        KEPT,         OWN,       KEPT,        APP_PASSWORD];
    CreateTemporaryAccessPass:     [KEPT,        KEPT,        KEPT,         KEPT,         KEPT,         KEPT,        KEPT,        KEPT,        KEPT,         OWN,       KEPT,        KEPT];
    DeleteTemporaryAccessPass:     [PASS_GONE,   PASS_GONE,   PASS_GONE,    PASS_GONE,    PASS_GONE,    PASS_GONE,   PASS_GONE,   PASS_GONE,   PASS_GONE,    OWN,       KEPT,        KEPT];
    TemporaryAccessPassExpires:    [PASS_GONE,   PASS_GONE,   PASS_GONE,    PASS_GONE,    PASS_GONE,    PASS_GONE,   PASS_GONE,   PASS_GONE,   PASS_GONE,    OWN,       KEPT,        KEPT];
    BlockSignIn:                   [BLOCKED,     BLOCKED,     BLOCKED,      BLOCKED,      BLOCKED,      BLOCKED_PRT, BLOCKED_PRT, BLOCKED_CAE, BLOCKED_PLAIN,OWN,       BLOCKED_TOO, BLOCKED_TOO];
    UnblockSignIn:                 [FREED,       FREED,       FREED,        FREED,        FREED,        FREED,       FREED,       FREED,       FREED,        OWN,       FREED,       FREED];
    BlockOnPremises:               [AFTER_SYNC,  AFTER_SYNC,  AFTER_SYNC,   AFTER_SYNC,   AFTER_SYNC,   AFTER_SYNC,  AFTER_SYNC,  AFTER_SYNC,  AFTER_SYNC,   OWN,       AFTER_SYNC,  AFTER_SYNC];
    BlockInHomeTenant:             [AT_HOME,     AT_HOME,     AT_HOME,      AT_HOME,      AT_HOME,      AT_HOME,     AT_HOME,     AT_HOME,     AT_HOME,      OWN,       AT_HOME,     AT_HOME];
    DisableDevice:                 [KEPT,        KEPT,        KEPT,         KEPT,         KEPT,         DEVICE_PRT,  DEVICE_PRT,  KEPT,        KEPT,         OWN,       KEPT,        KEPT];
    DeleteDevice:                  [KEPT,        KEPT,        KEPT,         KEPT,         KEPT,         DEVICE_PRT,  DEVICE_PRT,  KEPT,        KEPT,         OWN,       KEPT,        KEPT];
    DeleteConsent:                 [CONSENT,     CONSENT,     CONSENT,      CONSENT,      CONSENT,      CONSENT,     CONSENT,     CONSENT,     CONSENT,      OWN,       KEPT,        KEPT];
    ConfirmCompromised:            [RISKY,       RISKY,       RISKY,        RISKY,        RISKY,        RISKY,       RISKY,       RISKY_CAE,   RISKY,        OWN,       RISKY,       RISKY];
    SingleSignOut:                 [MAYBE_HERE,  ALIVE,       MAYBE_HERE,   ALIVE,        ALIVE,        KEPT,        KEPT,        KEPT,        KEPT,         OWN,       KEPT,        KEPT];
};
