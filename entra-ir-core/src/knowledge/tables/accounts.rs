//! Action by kind of account.

use super::super::account::Reach;
use super::super::claim::{Cell, Claim, Within};
use super::super::source;
use super::{Row, table};
use Reach::{Acts, NoEffectHere, Refused, Unknown, UntilSync};

type C = Cell<Reach>;

const ACTS: C = Cell::new(&[Claim::inferred(Acts, Within::AtOnce, source::CONCLUDED)
    .note("the pages that we read name no exception for this kind")]);
const NOT_SAID: C = Cell::new(&[Claim::inferred(Unknown, Within::Unknown, source::CONCLUDED)
    .note("the pages that we read do not say what it does for this kind")]);
const SET_HERE: C = Cell::new(&[Claim::documented(Acts, Within::AtOnce, source::UPDATE_USER)]);
const BY_PORTAL: C = Cell::new(&[Claim::documented(Acts, Within::AtOnce, source::REFRESH_TOKENS)
    .note("the page has a row for what it ends")]);
const BY_ACTION: C = Cell::new(&[Claim::documented(Acts, Within::AtOnce, source::RESET)]);
const NOT_HERE: C = Cell::new(&[Claim::inferred(Refused, Within::AtOnce, source::CONCLUDED)
    .note("a guest has no password in this tenant")]);
const WRITTEN_BACK: C = Cell::new(&[Claim::documented(Acts, Within::AtOnce, source::RESET)
    .note("where password write-back is set up; not for an administrator, nor for a member of a protected on-premises group")]);
const BACK_FROM_PORTAL: C = Cell::new(&[Claim::documented(Acts, Within::AtOnce, source::RESET_IN_PORTAL)
    .note("where password write-back is set up; not for an administrator, nor for a member of a protected on-premises group")]);
const NOT_WRITTEN_BACK: C =
    Cell::new(&[Claim::documented(Refused, Within::AtOnce, source::CLOUD_SYNC_WRITEBACK)
        .note("the Microsoft 365 admin center does not write back")]);
const MASTERED: C = Cell::new(&[Claim::observed(Refused, Within::AtOnce, source::PRACTICE)
    .note("400: the object is mastered on-premises")]);
const CUSTOMER_RESET: C = Cell::new(&[Claim::documented(Refused, Within::AtOnce, source::RESET)
    .note("not for customer tenants; passwordProfile is")]);
const FEDERATED: C = Cell::new(&[Claim::observed(NoEffectHere, Within::AtOnce, source::PRACTICE)
    .note("another identity provider checks the password: reset it there")]);
const FEDERATED_RESET: C = Cell::new(&[Claim::documented(Refused, Within::AtOnce, source::RESET_IN_PORTAL)
    .note("changing the password of a user of a federated domain is not supported: reset it at the identity provider")]);
const FEDERATED_BACK: C = Cell::new(&[Claim::inferred(Unknown, Within::Unknown, source::WRITEBACK)
    .note("the user's own change acts where password write-back is set up, which is not read")]);
const REVOKES: C = Cell::new(&[Claim::documented(Acts, Within::AtOnce, source::REVOKE)]);
const CUSTOMER_SESSIONS: C = Cell::new(&[Claim::observed(NoEffectHere, Within::AtOnce, source::B2C_REPORT)
    .note(
        "the call succeeds and \"sessions valid from\" moves, but a refresh token still works: reported \
        several times",
    )]);
const GUEST_SESSIONS: C = Cell::new(&[
    Claim::documented(NoEffectHere, Within::AtOnce, source::REVOKE)
        .note("external users sign in through their home tenant"),
    Claim::documented(NoEffectHere, Within::AtOnce, source::REFRESH_TOKENS),
]);
const BLOCKS: C = Cell::new(&[Claim::documented(Acts, Within::AtOnce, source::REVOKE_ACCESS)]);
const BLOCKS_SYNCED: C = Cell::new(&[
    Claim::documented(UntilSync, Within::AtOnce, source::REVOKE_ACCESS)
        .note("disable the account in Active Directory"),
    Claim::observed(UntilSync, Within::AtOnce, source::PRACTICE)
        .note("one suite writes it and warns, one note says it is refused with 400"),
]);
const BLOCKS_GUEST: C = Cell::new(&[Claim::inferred(Acts, Within::AtOnce, source::REVOKE_ACCESS)
    .note("the guest's account here; continuous access evaluation does not support guests")]);
const GUEST_METHODS: C = Cell::new(&[Claim::documented(Acts, Within::AtOnce, source::GUESTS).note(
    "the methods registered in this tenant: phone, Authenticator, software OATH token; what is \
        registered in the home tenant remains",
)]);
const NO_GUEST_TOKEN: C = Cell::new(&[Claim::documented(NoEffectHere, Within::AtOnce, source::GUESTS)
    .note("a guest cannot register a hardware token here")]);
const GUEST_PASS: C =
    Cell::new(&[Claim::documented(Refused, Within::AtOnce, source::TAP).note("not for external guests")]);
const PASS_BEATS: C = Cell::new(&[
    Claim::documented(Acts, Within::AtOnce, source::TAP).note("a pass takes precedence over federation")
]);
const NOTHING_THERE: C = Cell::new(&[Claim::inferred(NoEffectHere, Within::AtOnce, source::CONCLUDED)
    .note("this kind of account has nothing there")]);
const PER_USER_ONLY: C = Cell::new(&[
    Claim::documented(Acts, Within::AtOnce, source::MANAGE_MFA_2023).note("with per-user MFA only")
]);
const SIGNED_HERE: C = Cell::new(&[
    Claim::documented(Acts, Within::AtOnce, source::REVOKE_ACCESS)
        .note("Cloud Device or Intune Administrator; a sync enables a hybrid device again"),
    Claim::documented(Acts, Within::AtOnce, source::UPDATE_DEVICE)
        .note("an application can disable Windows devices only"),
]);
const ENABLED_HERE: C = Cell::new(&[
    Claim::documented(Acts, Within::AtOnce, source::MANAGE_DEVICES)
        .note("Cloud Device or Intune Administrator; a sync disables a hybrid device again if its computer account is disabled"),
    Claim::documented(Acts, Within::AtOnce, source::UPDATE_DEVICE)
        .note("an application can enable Windows devices only"),
]);
const DELETED_HERE: C = Cell::new(&[Claim::documented(Acts, Within::AtOnce, source::MANAGE_DEVICES)
    .note("not recommended: recovery keys are deleted with it; a sync restores a hybrid device")]);
const MANAGED_ONLY: C = Cell::new(&[Claim::documented(Acts, Within::AtOnce, source::WIPE)
    .note("a device that Intune manages; a second administrator may have to approve; an application may, also for phones")]);
const GUEST_RISK: C = Cell::new(&[Claim::documented(NoEffectHere, Within::AtOnce, source::GUEST_RISK)
    .note("guests are not among the risky users here: their risk is the home tenant's")]);
const BY_POLICY: C = Cell::new(&[Claim::documented(Acts, Within::Unknown, source::APP_PASSWORDS)
    .note("for users whom the policy includes; requires a licence for Conditional Access (P1)")]);
const GUARDED: C = Cell::new(&[Claim::documented(Acts, Within::Unknown, source::GUARDED_REGISTRATION)
    .note("for users whom the policy includes; requires a licence for Conditional Access (P1)")]);
const BOUND_HERE: C = Cell::new(&[Claim::documented(Acts, Within::AtOnce, source::CERTIFICATES)
    .note("a binding by user principal name remains")]);
const BOUND_THERE: C = Cell::new(&[Claim::documented(Refused, Within::AtOnce, source::CERTIFICATES)
    .note("the bindings come by sync: clear them in Active Directory")]);
const APP_OFF: C = Cell::new(&[Claim::documented(Acts, Within::AtOnce, source::DISABLE_APP)]);
const APP_ON: C = Cell::new(&[Claim::inferred(Acts, Within::AtOnce, source::DISABLE_APP)]);
const UNASSIGNED: C = Cell::new(&[Claim::inferred(Acts, Within::AtOnce, source::CONCLUDED)
    .note("changes nothing for sign-in to an application that requires no assignment")]);
const APP_RIGHTS: C = Cell::new(&[Claim::documented(Acts, Within::AtOnce, source::APP_PERMISSIONS)]);
const ROLE: C = Cell::new(&[
    Claim::documented(Acts, Within::CaeEvent, source::DIRECTORY_LIMITS)
        .note("counts after up to 15 minutes, or at the next sign-in"),
    Claim::documented(Acts, Within::AtOnce, source::REMOVE_ROLE),
]);
const MAILBOX: C = Cell::new(&[Claim::documented(Acts, Within::AtOnce, source::INBOX_RULE)
    .note("with an application permission; a signed-in administrator reaches the own mailbox only; hidden rules are not shown")]);
const CONSENTED: C = Cell::new(&[
    Claim::documented(Acts, Within::AtOnce, source::GRANT),
    Claim::documented(Acts, Within::AtOnce, source::APP_PERMISSIONS).note(
        "the user can consent again; only Graph and PowerShell revoke what the portal's User consent \
            tab shows",
    ),
]);

/// Whether each action applies to each kind of account. Columns:
/// [`AccountKind::ALL`](super::super::AccountKind::ALL).
#[rustfmt::skip]
pub static ON_ACCOUNTS: &[Row<Reach, 5>] = table! {
//                                  cloud          synced            guest           customer        federated
    ResetPasswordAzurePortal:      [BY_PORTAL,     BACK_FROM_PORTAL, NOT_HERE,       NOT_SAID,       FEDERATED_RESET];
    ResetPasswordEntraAdminCenter: [BY_PORTAL,     BACK_FROM_PORTAL, NOT_HERE,       NOT_SAID,       FEDERATED_RESET];
    ResetPasswordM365AdminCenter:  [BY_PORTAL,     NOT_WRITTEN_BACK, NOT_HERE,       NOT_SAID,       FEDERATED_RESET];
    ResetPasswordGraphAction:      [BY_ACTION,     WRITTEN_BACK,     NOT_HERE,       CUSTOMER_RESET, FEDERATED_RESET];
    ResetPasswordGraphProfile:     [SET_HERE,      MASTERED,         NOT_HERE,       SET_HERE,       FEDERATED];
    ResetPasswordOnPremises:       [NOTHING_THERE, ACTS,             NOTHING_THERE,  NOTHING_THERE,  ACTS];
    ChangePassword:                [ACTS,          ACTS,             NOT_HERE,       ACTS,           FEDERATED_BACK];
    PasswordExpires:               [ACTS,          ACTS,             NOT_HERE,       ACTS,           FEDERATED];
    RequirePasswordChange:         [SET_HERE,      MASTERED,         NOT_HERE,       SET_HERE,       FEDERATED];
    RevokeSignInSessions:          [REVOKES,       REVOKES,          GUEST_SESSIONS, CUSTOMER_SESSIONS,  REVOKES];
    RevokeMfaSessions:             [REVOKES,       REVOKES,          GUEST_SESSIONS, CUSTOMER_SESSIONS,  REVOKES];
    RevokeMfaSessionsOld:          [PER_USER_ONLY, PER_USER_ONLY,    NOT_SAID,       NOT_SAID,       PER_USER_ONLY];
    RequireMfaReregistration:      [ACTS,          ACTS,             GUEST_METHODS,  NOT_SAID,       ACTS];
    DeleteMethods:                 [ACTS,          ACTS,             GUEST_METHODS,  NOT_SAID,       ACTS];
    DeactivateHardwareOath:        [ACTS,          ACTS,             NO_GUEST_TOKEN, NOT_SAID,       ACTS];
    DeleteAppPasswords:            [ACTS,          ACTS,             NOT_SAID,       NOT_SAID,       ACTS];
    CreateTemporaryAccessPass:     [ACTS,          ACTS,             GUEST_PASS,     NOT_SAID,       PASS_BEATS];
    DeleteTemporaryAccessPass:     [ACTS,          ACTS,             NOTHING_THERE,  NOT_SAID,       ACTS];
    TemporaryAccessPassExpires:    [ACTS,          ACTS,             NOTHING_THERE,  NOT_SAID,       ACTS];
    BlockSignIn:                   [BLOCKS,        BLOCKS_SYNCED,    BLOCKS_GUEST,   ACTS,           ACTS];
    UnblockSignIn:                 [ACTS,          BLOCKS_SYNCED,    ACTS,           ACTS,           ACTS];
    BlockOnPremises:               [NOTHING_THERE, ACTS,             NOTHING_THERE,  NOTHING_THERE,  ACTS];
    BlockInHomeTenant:             [NOTHING_THERE, NOTHING_THERE,    ACTS,           NOTHING_THERE,  ACTS];
    DisableDevice:                 [SIGNED_HERE,   SIGNED_HERE,      NOT_SAID,       NOT_SAID,       SIGNED_HERE];
    EnableDevice:                  [ENABLED_HERE, ENABLED_HERE, NOT_SAID, NOT_SAID, ENABLED_HERE];
    DeleteDevice:                  [DELETED_HERE, DELETED_HERE, NOT_SAID, NOT_SAID, DELETED_HERE];
    DisableComputerOnPremises:     [ACTS, ACTS, NOT_SAID, NOT_SAID, ACTS];
    WipeDevice:                    [MANAGED_ONLY, MANAGED_ONLY, NOT_SAID, NOT_SAID, MANAGED_ONLY];
    DeleteConsent:                 [CONSENTED, CONSENTED, CONSENTED, CONSENTED, CONSENTED];
    DisableApplication:            [APP_OFF, APP_OFF, APP_OFF, APP_OFF, APP_OFF];
    EnableApplication:             [APP_ON, APP_ON, APP_ON, APP_ON, APP_ON];
    RemoveAppAssignment:           [UNASSIGNED, UNASSIGNED, UNASSIGNED, UNASSIGNED, UNASSIGNED];
    RemoveAppPermission:           [APP_RIGHTS, APP_RIGHTS, APP_RIGHTS, APP_RIGHTS, APP_RIGHTS];
    RemoveRole:                    [ROLE, ROLE, ROLE, ROLE, ROLE];
    DisableMailRules:              [MAILBOX, MAILBOX, NOTHING_THERE, NOTHING_THERE, MAILBOX];
    ConfirmCompromised:            [ACTS, ACTS, GUEST_RISK, NOT_SAID, ACTS];
    DismissRisk:                   [ACTS, ACTS, GUEST_RISK, NOT_SAID, ACTS];
    BlockLegacyAuthentication:     [BY_POLICY, BY_POLICY, NOT_SAID, NOT_SAID, BY_POLICY];
    GuardRegistration:             [GUARDED, GUARDED, GUARDED, NOT_SAID, GUARDED];
    ClearCertificateBindings:      [BOUND_HERE, BOUND_THERE, NOTHING_THERE, NOT_SAID, BOUND_HERE];
    SingleSignOut:                 [ACTS,          ACTS,             ACTS,           ACTS,           ACTS];
};
