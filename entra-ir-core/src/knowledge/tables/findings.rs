//! The findings of an audit against Microsoft's newest pages, one test each: the claim, its time, its
//! confidence and its page.

use crate::knowledge::claim::{Cell, Strength};
use crate::knowledge::source::{self, Source};
use crate::knowledge::{AccountKind, Action, Confidence, Fate, Opened, Reach, TokenClass, Within};
use crate::model::MethodKind;

use Confidence::{Documented, Inferred, Observed};

/// Asserts that decisions use this claim.
#[track_caller]
fn says<T: Strength + PartialEq + std::fmt::Debug>(
    cell: Cell<T>,
    effect: T,
    within: Within,
    confidence: Confidence,
    source: Source,
) {
    let claim = cell.weakest();
    assert_eq!(
        (claim.effect, claim.within, claim.confidence, claim.source),
        (effect, within, confidence, source)
    );
}

/// Asserts that this is among the claims, whichever one decisions use.
#[track_caller]
fn also_says<T: Strength + PartialEq + std::fmt::Debug>(
    cell: Cell<T>,
    effect: T,
    confidence: Confidence,
    source: Source,
    note: &str,
) {
    let found = cell
        .claims()
        .iter()
        .find(|claim| claim.effect == effect && claim.confidence == confidence && claim.source == source);
    let found = found.unwrap_or_else(|| panic!("{effect:?} by {source} is not among {:?}", cell.claims()));
    assert!(found.note.contains(note), "{note}: {}", found.note);
}

const PRTS: [TokenClass; 2] = [TokenClass::PasswordPrt, TokenClass::OtherPrt];
const CLIENTS: [TokenClass; 2] = [TokenClass::PasswordRefreshToken, TokenClass::OtherRefreshToken];
const RESETS: [Action; 7] = [
    Action::ResetPasswordAzurePortal,
    Action::ResetPasswordEntraAdminCenter,
    Action::ResetPasswordM365AdminCenter,
    Action::ResetPasswordGraphAction,
    Action::ResetPasswordGraphProfile,
    Action::ResetPasswordOnPremises,
    Action::ChangePassword,
];

#[test]
fn p1_and_p9_disabling_a_device_takes_an_hour_and_ends_what_it_holds() {
    for class in PRTS {
        let cell = Action::DisableDevice.on_session(class);
        says(cell, Fate::Ended, Within::DeviceChange, Documented, source::DEVICE_FAQ);
        also_says(cell, Fate::Ended, Documented, source::MANAGE_DEVICES, "");
    }
    for class in CLIENTS {
        let cell = Action::DisableDevice.on_session(class);
        says(cell, Fate::Survives, Within::AtOnce, Inferred, source::CONCLUDED);
        also_says(cell, Fate::Ended, Documented, source::MANAGE_DEVICES, "on this device");
        assert_eq!(cell.claims()[0].within, Within::DeviceChange);
    }
    let hello = Action::DisableDevice.on_method(&MethodKind::WindowsHello);
    says(hello, Fate::Held, Within::DeviceChange, Documented, source::MANAGE_DEVICES);
    let platform = Action::DisableDevice.on_method(&MethodKind::PlatformCredential);
    says(platform, Fate::Unknown, Within::Unknown, Inferred, source::MANAGE_DEVICES);
}

#[test]
fn enabling_a_device_frees_its_keys_and_no_token_that_was_ended() {
    for class in PRTS.into_iter().chain(CLIENTS) {
        let cell = Action::EnableDevice.on_session(class);
        says(cell, Fate::Survives, Within::AtOnce, Inferred, source::MANAGE_DEVICES);
        also_says(cell, Fate::Survives, Inferred, source::MANAGE_DEVICES, "stays void");
    }
    let hello = Action::EnableDevice.on_method(&MethodKind::WindowsHello);
    says(hello, Fate::Opens, Within::AtOnce, Inferred, source::MANAGE_DEVICES);
    let here = Action::EnableDevice.on_account(AccountKind::Cloud);
    says(here, Reach::Acts, Within::AtOnce, Documented, source::MANAGE_DEVICES);
    also_says(here, Reach::Acts, Documented, source::UPDATE_DEVICE, "Windows devices only");
    let opened = Action::EnableDevice.opening().unwrap();
    assert_eq!((opened.opens, opened.claim.source), (Opened::Device, source::MANAGE_DEVICES));
}

#[test]
fn p2_a_hybrid_device_is_closed_in_active_directory_and_a_deletion_is_held() {
    for class in PRTS {
        let deleted = Action::DeleteDevice.on_session(class);
        says(deleted, Fate::Held, Within::DeviceChange, Documented, source::SOFT_DELETE);
        also_says(deleted, Fate::Held, Documented, source::SOFT_DELETE, "restored with its keys");
        also_says(deleted, Fate::Ended, Documented, source::MANAGE_DEVICES, "recovery keys");
        also_says(deleted, Fate::Ended, Documented, source::PRT, "");
        let computer = Action::DisableComputerOnPremises.on_session(class);
        says(computer, Fate::Ended, Within::Unknown, Documented, source::DEVICE_FAQ);
        let wiped = Action::WipeDevice.on_session(class);
        says(wiped, Fate::Ended, Within::Unknown, Inferred, source::REVOKE_ACCESS);
    }
    for class in CLIENTS {
        let deleted = Action::DeleteDevice.on_session(class);
        says(deleted, Fate::Survives, Within::AtOnce, Inferred, source::CONCLUDED);
        also_says(deleted, Fate::Held, Documented, source::SOFT_DELETE, "30 days");
        also_says(
            Action::DisableComputerOnPremises.on_session(class),
            Fate::Ended,
            Inferred,
            source::MANAGE_DEVICES,
            "once the sync",
        );
        also_says(
            Action::WipeDevice.on_session(class),
            Fate::Ended,
            Inferred,
            source::REVOKE_ACCESS,
            "once it is online",
        );
    }
    let hello = |action: Action| action.on_method(&MethodKind::WindowsHello);
    says(hello(Action::DeleteDevice), Fate::Held, Within::DeviceChange, Inferred, source::SOFT_DELETE);
    says(
        hello(Action::DisableComputerOnPremises),
        Fate::Held,
        Within::Unknown,
        Inferred,
        source::MANAGE_DEVICES,
    );
    says(hello(Action::WipeDevice), Fate::Unknown, Within::Unknown, Inferred, source::CONCLUDED);
    for class in CLIENTS {
        let wiped = Action::WipeDevice.on_session(class);
        says(wiped, Fate::Survives, Within::AtOnce, Inferred, source::CONCLUDED);
    }
    let here = Action::DeleteDevice.on_account(AccountKind::Synced);
    says(here, Reach::Acts, Within::AtOnce, Documented, source::MANAGE_DEVICES);
    also_says(here, Reach::Acts, Documented, source::MANAGE_DEVICES, "recovery keys");
}

#[test]
fn p3_app_passwords_survive_every_reset_and_legacy_blocked_holds_them() {
    for reset in RESETS {
        let cell = reset.on_session(TokenClass::AppPassword);
        says(cell, Fate::Survives, Within::AtOnce, Documented, source::APP_PASSWORDS);
        also_says(cell, Fate::Survives, Documented, source::COMPROMISED_MAIL, "");
    }
    for action in [Action::RevokeSignInSessions, Action::RevokeMfaSessions, Action::RequireMfaReregistration]
    {
        let cell = action.on_session(TokenClass::AppPassword);
        says(cell, Fate::Survives, Within::AtOnce, Inferred, source::APP_PASSWORDS);
    }
    let blocked = Action::BlockLegacyAuthentication.on_session(TokenClass::AppPassword);
    says(blocked, Fate::Held, Within::Unknown, Documented, source::APP_PASSWORDS);
    let synced = Action::BlockOnPremises.on_session(TokenClass::AppPassword);
    says(synced, Fate::Held, Within::Unknown, Documented, source::APP_PASSWORDS);
    also_says(synced, Fate::Held, Documented, source::APP_PASSWORDS, "three hours");
    says(
        Action::BlockLegacyAuthentication.on_account(AccountKind::Cloud),
        Reach::Acts,
        Within::Unknown,
        Documented,
        source::APP_PASSWORDS,
    );
}

#[test]
fn p4_removing_methods_opens_registration() {
    for (action, page) in [
        (Action::RequireMfaReregistration, source::MANAGE_MFA),
        (Action::DeleteMethods, source::REGISTRATION),
        (Action::DeactivateHardwareOath, source::REGISTRATION),
    ] {
        let opening = action.opening().unwrap();
        assert_eq!((opening.opens, opening.claim.confidence), (Opened::Registration, Documented));
        assert_eq!((opening.claim.source, opening.claim.effect), (page, Fate::Opens));
    }
    let forced = Action::DeleteMethods.opening().unwrap().claim.note;
    assert!(forced.contains("2027-02-01"), "{forced}");
    says(
        Action::GuardRegistration.on_account(AccountKind::Cloud),
        Reach::Acts,
        Within::Unknown,
        Documented,
        source::GUARDED_REGISTRATION,
    );
}

#[test]
fn p6_a_guests_methods_here_are_ours() {
    for action in [Action::DeleteMethods, Action::RequireMfaReregistration] {
        let cell = action.on_account(AccountKind::ExternalGuest);
        says(cell, Reach::Acts, Within::AtOnce, Documented, source::GUESTS);
    }
}

#[test]
fn p8_certificate_bindings_of_a_cloud_account_can_be_cleared() {
    let on = |kind| Action::ClearCertificateBindings.on_account(kind);
    says(on(AccountKind::Cloud), Reach::Acts, Within::AtOnce, Documented, source::CERTIFICATES);
    says(on(AccountKind::Synced), Reach::Refused, Within::AtOnce, Documented, source::CERTIFICATES);
}

#[test]
fn p10_risk_is_the_home_tenants_and_a_policy_may_act_on_it() {
    for action in [Action::ConfirmCompromised, Action::DismissRisk] {
        let guest = action.on_account(AccountKind::ExternalGuest);
        says(guest, Reach::NoEffectHere, Within::AtOnce, Documented, source::GUEST_RISK);
    }
    let cell = Action::ConfirmCompromised.on_session(TokenClass::OtherCookie);
    says(cell, Fate::Survives, Within::AtOnce, Documented, source::RISK);
    also_says(cell, Fate::Ended, Documented, source::RISK_POLICIES, "Require risk remediation");
    let dismissed = Action::DismissRisk.on_session(TokenClass::OtherCookie);
    says(dismissed, Fate::Survives, Within::AtOnce, Documented, source::RISK);
    assert_eq!(Action::DismissRisk.opening().unwrap().opens, Opened::DespiteRisk);
}

#[test]
fn p11_the_portal_cannot_revoke_a_users_consent() {
    let operation = Action::DeleteConsent.operation().unwrap();
    assert_eq!(operation.endpoint.path, "/oauth2PermissionGrants/{id}");
    let cell = Action::DeleteConsent.on_account(AccountKind::Cloud);
    also_says(cell, Reach::Acts, Documented, source::APP_PERMISSIONS, "only Graph and PowerShell");
    also_says(cell, Reach::Acts, Documented, source::APP_PERMISSIONS, "consent again");
    let off = Action::DisableApplication.on_session(TokenClass::PlainAccessToken);
    says(off, Fate::Survives, Within::AtOnce, Documented, source::DISABLE_APP);
    let removed = Action::RemoveAppPermission.on_session(TokenClass::OtherRefreshToken);
    says(removed, Fate::Survives, Within::AtOnce, Documented, source::APP_PERMISSIONS);
}

#[test]
fn p12_an_application_disables_windows_devices_only() {
    let cell = Action::DisableDevice.on_account(AccountKind::Cloud);
    also_says(cell, Reach::Acts, Documented, source::UPDATE_DEVICE, "Windows devices only");
    let wipe = Action::WipeDevice.on_account(AccountKind::Cloud);
    says(wipe, Reach::Acts, Within::AtOnce, Documented, source::WIPE);
}

#[test]
fn p13_and_p14_write_back_is_neither_for_administrators_nor_for_federated_users() {
    for (reset, page) in [
        (Action::ResetPasswordGraphAction, source::RESET),
        (Action::ResetPasswordEntraAdminCenter, source::RESET_IN_PORTAL),
        (Action::ResetPasswordAzurePortal, source::RESET_IN_PORTAL),
    ] {
        also_says(reset.on_account(AccountKind::Synced), Reach::Acts, Documented, page, "administrator");
    }
    for reset in [
        Action::ResetPasswordGraphAction,
        Action::ResetPasswordEntraAdminCenter,
        Action::ResetPasswordAzurePortal,
        Action::ResetPasswordM365AdminCenter,
    ] {
        let cell = reset.on_account(AccountKind::Federated);
        says(cell, Reach::Refused, Within::AtOnce, Documented, source::RESET_IN_PORTAL);
    }
    let center = Action::ResetPasswordM365AdminCenter.on_account(AccountKind::Synced);
    says(center, Reach::Refused, Within::AtOnce, Documented, source::CLOUD_SYNC_WRITEBACK);
    let own = Action::ChangePassword.on_account(AccountKind::Federated);
    says(own, Reach::Unknown, Within::Unknown, Inferred, source::WRITEBACK);
}

#[test]
fn p16_the_resource_account_key_is_deleted_by_a_documented_call() {
    let cell = Action::DeleteMethods.on_method(&MethodKind::ResourceAccountKey);
    says(cell, Fate::Ended, Within::Replication, Documented, source::DELETE_METHODS);
}

#[test]
fn p18_pages_bear_their_own_dates() {
    for (page, dated) in [
        (source::MANAGE_MFA, "2025-02-27"),
        (source::PRT, "2025-06-27"),
        (source::CAE, "2026-04-08"),
        (source::REVOKE_ACCESS, "2026-06-19"),
        (source::TAP, "2026-03-04"),
    ] {
        assert_eq!(page.dated, Some(dated), "{page}");
    }
}

#[test]
fn d1_expiry_and_deletion_of_a_pass_are_told_apart() {
    let gone = Action::DeleteTemporaryAccessPass.on_session(TokenClass::OtherRefreshToken);
    says(gone, Fate::Survives, Within::AtOnce, Inferred, source::TAP);
    let over = Action::TemporaryAccessPassExpires.on_session(TokenClass::OtherRefreshToken);
    says(over, Fate::Survives, Within::AtOnce, Documented, source::TAP);
    for cell in [gone, over] {
        also_says(cell, Fate::Ended, Documented, source::TAP, "non-interactively");
    }
}

#[test]
fn d2_one_page_says_that_a_reset_ends_sessions() {
    let cell = Action::ResetPasswordEntraAdminCenter.on_session(TokenClass::OtherCookie);
    says(cell, Fate::Survives, Within::AtOnce, Documented, source::REFRESH_TOKENS);
    also_says(cell, Fate::Ended, Documented, source::RISK_FEEDBACK, "ID Protection");
}

#[test]
fn d3_whether_a_revocation_ends_a_primary_refresh_token_stays_unknown() {
    for class in PRTS {
        let cell = Action::RevokeSignInSessions.on_session(class);
        says(cell, Fate::Unknown, Within::Unknown, Inferred, source::PRT);
        also_says(cell, Fate::Ended, Observed, source::PRACTICE, "AADSTS50173");
    }
}

#[test]
fn d4_of_high_risk_sharepoint_may_not_hear() {
    let cell = Action::ConfirmCompromised.on_session(TokenClass::CaeAccessToken);
    also_says(cell, Fate::Ended, Documented, source::CAE, "SharePoint");
}

#[test]
fn d5_revocation_is_observed_to_do_nothing_for_a_customer() {
    for action in [Action::RevokeSignInSessions, Action::RevokeMfaSessions] {
        let cell = action.on_account(AccountKind::Customer);
        says(cell, Reach::NoEffectHere, Within::AtOnce, Observed, source::B2C_REPORT);
    }
}

#[test]
fn what_the_pages_do_not_say_of_a_kind_of_account_stays_unknown() {
    for action in [Action::DeleteMethods, Action::DisableDevice, Action::CreateTemporaryAccessPass] {
        let cell = action.on_account(AccountKind::Customer);
        says(cell, Reach::Unknown, Within::Unknown, Inferred, source::CONCLUDED);
    }
}

#[test]
fn d6_that_phone_sign_in_survives_the_button_is_inferred() {
    let cell = Action::RequireMfaReregistration.on_method(&MethodKind::PasswordlessAuthenticator);
    says(cell, Fate::Survives, Within::AtOnce, Inferred, source::MANAGE_MFA);
}

#[test]
fn d8_and_d9_a_block_reaches_windows_within_hours_and_a_sync_may_undo_it() {
    let cell = Action::BlockSignIn.on_session(TokenClass::PasswordPrt);
    also_says(cell, Fate::Held, Documented, source::PRT, "four hours");
    assert_eq!(Action::BlockSignIn.on_account(AccountKind::Synced).weakest().effect, Reach::UntilSync);
}

#[test]
fn a_password_that_comes_by_sync_touches_no_session_and_a_role_calls_back_no_token() {
    let cell = Action::ResetPasswordOnPremises.on_session(TokenClass::PasswordCookie);
    says(cell, Fate::Survives, Within::AtOnce, Documented, source::PASSWORD_HASH_SYNC);
    let role = Action::RemoveRole.on_session(TokenClass::CaeAccessToken);
    says(role, Fate::Survives, Within::AtOnce, Inferred, source::CAE);
    let on = |action: Action| action.on_account(AccountKind::Cloud);
    says(on(Action::RemoveRole), Reach::Acts, Within::CaeEvent, Documented, source::DIRECTORY_LIMITS);
    also_says(on(Action::RemoveRole), Reach::Acts, Documented, source::REMOVE_ROLE, "");
    says(on(Action::DisableMailRules), Reach::Acts, Within::AtOnce, Documented, source::INBOX_RULE);
    says(on(Action::DisableApplication), Reach::Acts, Within::AtOnce, Documented, source::DISABLE_APP);
    let removed = on(Action::RemoveAppPermission);
    says(removed, Reach::Acts, Within::AtOnce, Documented, source::APP_PERMISSIONS);
}

#[test]
fn a_token_for_graph_lives_to_its_end() {
    let token = |action: Action| action.on_session(TokenClass::GraphAccessToken);
    for revoke in [Action::RevokeSignInSessions, Action::RevokeMfaSessions] {
        says(token(revoke), Fate::Ended, Within::CaeToken, Inferred, source::CAE);
    }
    says(token(Action::BlockSignIn), Fate::Held, Within::CaeToken, Inferred, source::CAE);
    for reset in RESETS {
        says(token(reset), Fate::Survives, Within::AtOnce, Inferred, source::REFRESH_TOKENS);
        also_says(token(reset), Fate::Ended, Inferred, source::CAE, "not among those named");
    }
}
