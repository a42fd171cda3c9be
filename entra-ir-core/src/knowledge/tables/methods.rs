//! Action by type of method.

use super::super::claim::{Cell, Claim, Fate, Within};
use super::super::source;
use super::{Row, table};
use Fate::{Ended, Held, NoEffectHere, Opens, Survives, Unknown};

type C = Cell<Fate>;

/// The action is about something else.
const KEPT: C = Cell::new(&[
    Claim::inferred(Survives, Within::AtOnce, source::CONCLUDED).note("it does not act on methods")
]);
/// The page lists what the button removes, without this one.
const LEFT: C = Cell::new(&[
    Claim::documented(Survives, Within::AtOnce, source::MANAGE_MFA).note("not in the page's list")
]);
const LEFT_SEEN: C = Cell::new(&[
    Claim::documented(Survives, Within::AtOnce, source::MANAGE_MFA).note("not in the page's list"),
    Claim::observed(Survives, Within::AtOnce, source::FIELD_REPORT)
        .note("still signs in; the user is not asked to register until a Temporary Access Pass is used"),
]);
const TAKEN: C = Cell::new(&[
    Claim::documented(Ended, Within::Replication, source::MANAGE_MFA)
        .note("afterwards it may be shown as not usable"),
    Claim::observed(Ended, Within::Replication, source::FIELD_REPORT),
    Claim::documented(Ended, Within::Replication, source::METHODS_MANAGE),
]);
const DELETED: C = Cell::new(&[Claim::documented(Ended, Within::Replication, source::DELETE_METHODS)
    .note("the methods that were named; how soon is not said, the directory's minutes are assumed")]);
/// Beta-only types: the list of permissions names their deletion.
const DELETED_BETA: C = Cell::new(&[Claim::inferred(Ended, Within::Replication, source::PRACTICE)
    .note("beta only: the list of permissions names the deletion; its page was not read")]);
const NOT_DELETED: C = Cell::new(&[Claim::documented(Survives, Within::AtOnce, source::DELETE_METHODS)
    .note("cannot be removed, only changed")]);
const DEACTIVATED: C = Cell::new(&[Claim::documented(Ended, Within::Replication, source::HARDWARE_OATH)
    .note("stays assigned; no list shows that it no longer works")]);
const PASS: C = Cell::new(&[
    Claim::documented(Ended, Within::Replication, source::TAP).note("ends no session that began with it")
]);
const ISSUED: C = Cell::new(&[Claim::documented(Opens, Within::Replication, source::TAP)
    .note("signs in and satisfies MFA; an older pass is replaced")]);
/// The old password.
const CHANGED: C = Cell::new(&[Claim::documented(Ended, Within::Replication, source::RESET)
    .note("the old one; the new one is a door for whoever knows it")]);
const CHANGED_PROFILE: C = Cell::new(&[Claim::documented(Ended, Within::Replication, source::UPDATE_USER)
    .note("the old one; the new one is a door for whoever knows it")]);
const CHANGED_CENTER: C = Cell::new(&[Claim::observed(Ended, Within::Replication, source::FIELD_REPORT)
    .note("the old one; the new one is a door for whoever knows it")]);
const CHANGED_BY_USER: C = Cell::new(&[Claim::inferred(Ended, Within::Replication, source::REFRESH_TOKENS)
    .note(
        "the old one; the page says what a change ends; that it replaces the password follows from what \
        it is",
    )]);
const CHANGED_THERE: C = Cell::new(&[Claim::inferred(Ended, Within::Unknown, source::WRITEBACK).note(
    "the old one; how soon depends on how the password is checked (hash sync, pass-through, federation)",
)]);
const MUST_CHANGE: C = Cell::new(&[Claim::documented(Survives, Within::AtOnce, source::UPDATE_USER)
    .note("whoever knows it signs in with it and chooses the new one")]);
const EXPIRED: C = Cell::new(&[Claim::inferred(Survives, Within::AtOnce, source::REFRESH_TOKENS)
    .note("whoever knows it signs in with it and chooses the new one")]);
const BLOCKED: C = Cell::new(&[Claim::documented(Held, Within::Replication, source::REVOKE_ACCESS)
    .note("a disabled account cannot sign in")]);
const FREED: C =
    Cell::new(&[Claim::inferred(Opens, Within::AtOnce, source::REVOKE_ACCESS).note("signs in again")]);
const AFTER_SYNC: C =
    Cell::new(&[Claim::inferred(Held, Within::Unknown, source::REVOKE_ACCESS)
        .note("once the sync has brought it here")]);
const AT_HOME: C =
    Cell::new(&[Claim::inferred(Held, Within::Unknown, source::REVOKE)
        .note("a guest signs in through the home tenant")]);
/// Phone sign-in is set up inside the registration of the Authenticator, which the button deletes.
const LEFT_PERHAPS: C = Cell::new(&[Claim::inferred(Survives, Within::AtOnce, source::MANAGE_MFA)
    .note("not in the page's list; it is set up inside the Authenticator's registration, which is deleted")]);
const HELLO_HELD: C = Cell::new(&[Claim::documented(Held, Within::DeviceChange, source::MANAGE_DEVICES)
    .note("the key of this device cannot be used while it is disabled; the key of another device can")]);
const HELLO_FREED: C =
    Cell::new(&[Claim::inferred(Opens, Within::AtOnce, source::MANAGE_DEVICES)
        .note("the key of this device works again")]);
const HELLO_HELD_TOO: C = Cell::new(&[Claim::inferred(Held, Within::DeviceChange, source::SOFT_DELETE)
    .note("the key of this device; it can be restored for 30 days")]);
const HELLO_AFTER_SYNC: C = Cell::new(&[Claim::inferred(Held, Within::Unknown, source::MANAGE_DEVICES)
    .note("the key of this device, once the sync has brought it here")]);
const HELLO_WIPED: C = Cell::new(&[Claim::inferred(Unknown, Within::Unknown, source::CONCLUDED)
    .note("a wiped device has lost its key; the registration stays in the list")]);
const ON_DEVICE: C = Cell::new(&[Claim::inferred(Unknown, Within::Unknown, source::MANAGE_DEVICES)
    .note("the page says it of Windows Hello, and does not mention platform credentials")]);
const NOT_A_METHOD: C = Cell::new(&[Claim::inferred(NoEffectHere, Within::AtOnce, source::CONCLUDED)
    .note("Graph does not list app passwords as methods")]);

const ALL_KEPT: [C; 14] = [KEPT; 14];

/// Keeps all except the password, the last column.
const fn password(cell: C) -> [C; 14] {
    let mut row = [KEPT; 14];
    row[13] = cell;
    row
}

/// Keeps all except the pass, the first column.
const fn pass(cell: C) -> [C; 14] {
    let mut row = [KEPT; 14];
    row[0] = cell;
    row
}

/// What is bound to one device: the keys of Windows Hello, and the platform credential.
const fn on_device(hello: C, platform: C) -> [C; 14] {
    let mut row = [KEPT; 14];
    (row[2], row[3]) = (hello, platform);
    row
}

/// What each action does to each type of method. Columns: [`MethodKind::ALL`](crate::model::MethodKind::ALL).
#[rustfmt::skip]
pub static ON_METHODS: &[Row<Fate, 14>] = table! {
//                                  pass       passkey    Hello      platform   external   QR code    e-mail     soft OATH  Authentic. pwless     phone      hard OATH    res. key   password
    ResetPasswordAzurePortal:       password(CHANGED_CENTER);
    ResetPasswordEntraAdminCenter:  password(CHANGED_CENTER);
    ResetPasswordM365AdminCenter:   password(CHANGED_CENTER);
    ResetPasswordGraphAction:       password(CHANGED);
    ResetPasswordGraphProfile:      password(CHANGED_PROFILE);
    ResetPasswordOnPremises:        password(CHANGED_THERE);
    ChangePassword:                 password(CHANGED_BY_USER);
    PasswordExpires:                password(EXPIRED);
    RequirePasswordChange:          password(MUST_CHANGE);
    RevokeSignInSessions:           ALL_KEPT;
    RevokeMfaSessions:              ALL_KEPT;
    RevokeMfaSessionsOld:           ALL_KEPT;
    RequireMfaReregistration:      [LEFT,      LEFT_SEEN, LEFT_SEEN, LEFT,      LEFT,      LEFT,      LEFT,      TAKEN,     TAKEN,     LEFT_PERHAPS, TAKEN,  TAKEN,       LEFT,      KEPT];
    DeleteMethods:                 [DELETED,   DELETED,   DELETED,   DELETED,   DELETED,   DELETED,   DELETED,   DELETED,   DELETED,   DELETED_BETA, DELETED, DELETED_BETA, DELETED,  NOT_DELETED];
    DeactivateHardwareOath:        [KEPT,      KEPT,      KEPT,      KEPT,      KEPT,      KEPT,      KEPT,      KEPT,      KEPT,      KEPT,      KEPT,      DEACTIVATED, KEPT,      KEPT];
    DeleteAppPasswords:             [NOT_A_METHOD; 14];
    CreateTemporaryAccessPass:      pass(ISSUED);
    DeleteTemporaryAccessPass:      pass(PASS);
    TemporaryAccessPassExpires:     pass(PASS);
    BlockSignIn:                    [BLOCKED; 14];
    UnblockSignIn:                  [FREED; 14];
    BlockOnPremises:                [AFTER_SYNC; 14];
    BlockInHomeTenant:              [AT_HOME; 14];
    DisableDevice:                  on_device(HELLO_HELD, ON_DEVICE);
    EnableDevice:                   on_device(HELLO_FREED, ON_DEVICE);
    DeleteDevice:                   on_device(HELLO_HELD_TOO, ON_DEVICE);
    DisableComputerOnPremises:      on_device(HELLO_AFTER_SYNC, ON_DEVICE);
    WipeDevice:                     on_device(HELLO_WIPED, HELLO_WIPED);
    DeleteConsent:                  ALL_KEPT;
    DisableApplication:             ALL_KEPT;
    EnableApplication:              ALL_KEPT;
    RemoveAppAssignment:            ALL_KEPT;
    RemoveAppPermission:            ALL_KEPT;
    RemoveRole:                     ALL_KEPT;
    DisableMailRules:               ALL_KEPT;
    ConfirmCompromised:             ALL_KEPT;
    DismissRisk:                    ALL_KEPT;
    BlockLegacyAuthentication:      ALL_KEPT;
    GuardRegistration:              ALL_KEPT;
    ClearCertificateBindings:       ALL_KEPT;
    SingleSignOut:                  ALL_KEPT;
};
