//! The actions on an account: by a responder, by a user, or by expiry.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::operations::{
    confirm_user_compromised, create_temporary_access_pass, deactivate_hardware_oath, delete_device,
    delete_methods, delete_temporary_access_pass, disable_device, dismiss_user_risk, remove_app_assignment,
    require_mfa_reregistration, require_password_change, reset_password, revoke_grant, revoke_mfa_sessions,
    revoke_sign_in_sessions, service_principal_enabled, sign_in_block,
};
use crate::spec::OperationSpec;

/// Names an action on an account. The same intention has different effects in different portals, so each is
/// an action of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Action {
    /// Reset password, in the Azure portal.
    ResetPasswordAzurePortal,
    /// Reset password, in the Entra admin center.
    ResetPasswordEntraAdminCenter,
    /// Reset password, in the Microsoft 365 admin center.
    ResetPasswordM365AdminCenter,
    /// Reset password, by Graph's `resetPassword` action (with write-back).
    ResetPasswordGraphAction,
    /// Reset password, by Graph's `passwordProfile`.
    ResetPasswordGraphProfile,
    /// Reset password, in on-premises Active Directory or at the federated identity provider.
    ResetPasswordOnPremises,
    /// The user changes the password, or resets it by self-service.
    ChangePassword,
    /// The password expires.
    PasswordExpires,
    /// The user must change the password at the next sign-in.
    RequirePasswordChange,
    /// Revoke sessions.
    RevokeSignInSessions,
    /// Revoke multifactor authentication sessions, since February 2026: the same as Revoke sessions.
    RevokeMfaSessions,
    /// Revoke multifactor authentication sessions, as it was before February 2026.
    RevokeMfaSessionsOld,
    /// Require re-register multifactor authentication.
    RequireMfaReregistration,
    /// Remove authentication methods.
    DeleteMethods,
    /// Deactivate a hardware OATH token.
    DeactivateHardwareOath,
    /// Delete the user's app passwords.
    DeleteAppPasswords,
    /// Issue a Temporary Access Pass.
    CreateTemporaryAccessPass,
    /// Delete a Temporary Access Pass.
    DeleteTemporaryAccessPass,
    /// A Temporary Access Pass expires.
    TemporaryAccessPassExpires,
    /// Block sign-in.
    BlockSignIn,
    /// Allow sign-in again.
    UnblockSignIn,
    /// Disable the account in on-premises Active Directory.
    BlockOnPremises,
    /// The home tenant of a guest blocks the account and revokes its sessions.
    BlockInHomeTenant,
    /// Disable a device.
    DisableDevice,
    /// Enable a device again.
    EnableDevice,
    /// Delete a device.
    DeleteDevice,
    /// Disable the computer account of a hybrid device in on-premises Active Directory.
    DisableComputerOnPremises,
    /// Wipe a managed device, through Intune.
    WipeDevice,
    /// Delete a delegated permission grant (consent).
    DeleteConsent,
    /// Disable an application in the tenant (its service principal).
    DisableApplication,
    /// Enable an application in the tenant again.
    EnableApplication,
    /// Remove the assignment of an application to the account.
    RemoveAppAssignment,
    /// Remove an application permission (an app role assignment) from an application.
    RemoveAppPermission,
    /// Remove a directory role.
    RemoveRole,
    /// Disable inbox rules.
    DisableMailRules,
    /// Confirm the user compromised (Identity Protection).
    ConfirmCompromised,
    /// Dismiss the user's risk (Identity Protection).
    DismissRisk,
    /// Block legacy authentication, by Conditional Access.
    BlockLegacyAuthentication,
    /// Block the registration of security information, or require MFA for it, by Conditional Access.
    GuardRegistration,
    /// Clear the certificate bindings of the user.
    ClearCertificateBindings,
    /// The user signs out, single sign-out included.
    SingleSignOut,
}

/// One row of the list of actions.
struct Row {
    action: Action,
    name: &'static str,
    /// The operation of this library.
    operation: Option<&'static OperationSpec>,
    /// The place to do it if there is none.
    elsewhere: &'static str,
}

#[rustfmt::skip]
macro_rules! rows {
    ($($action:ident $name:literal ($($operation:tt)+) $elsewhere:literal)+) => {
        &[$(Row { action: Action::$action, name: $name, operation: rows!(@ $($operation)+), elsewhere: $elsewhere }),+]
    };
    (@ none) => { None };
    (@ $spec:path) => { Some(&$spec) };
}

#[rustfmt::skip]
static ROWS: &[Row] = rows! {
//  action                         name                                                          operation                       without one, done in
    ResetPasswordAzurePortal       "Reset password (Azure portal)"                               (none)                          "Azure portal > Users"
    ResetPasswordEntraAdminCenter  "Reset password (Entra admin center)"                         (none)                          "Entra admin center > Users"
    ResetPasswordM365AdminCenter   "Reset password (Microsoft 365 admin center)"                 (none)                          "Microsoft 365 admin center > Active users"
    ResetPasswordGraphAction       "Reset password (Graph, resetPassword action)"                (reset_password::SPEC)          ""
    ResetPasswordGraphProfile      "Reset password (Graph, passwordProfile)"                     (reset_password::SPEC)          ""
    ResetPasswordOnPremises        "Reset password (Active Directory or identity provider)"      (none)                          "on-premises Active Directory (or Defender for Identity: identityAccounts/{id}/invokeAction, forcePasswordReset), or the federated identity provider"
    ChangePassword                 "The user changes or resets the password"                     (none)                          "the user's own security page"
    PasswordExpires                "The password expires"                                        (none)                          "nothing to do"
    RequirePasswordChange          "Require a password change"                                   (require_password_change::SPEC) ""
    RevokeSignInSessions           "Revoke sessions"                                             (revoke_sign_in_sessions::SPEC) ""
    RevokeMfaSessions              "Revoke MFA sessions (since February 2026)"                   (revoke_mfa_sessions::SPEC)     ""
    RevokeMfaSessionsOld           "Revoke MFA sessions (before February 2026)"                  (none)                          "nowhere any more: the portal's button is gone"
    RequireMfaReregistration       "Require re-register MFA"                                     (require_mfa_reregistration::SPEC) ""
    DeleteMethods                  "Delete methods"                                              (delete_methods::SPEC)          ""
    DeactivateHardwareOath         "Deactivate a hardware OATH token"                            (deactivate_hardware_oath::SPEC) ""
    DeleteAppPasswords             "Delete app passwords"                                        (none)                          "the per-user MFA page (Manage user settings: delete all existing app passwords)"
    CreateTemporaryAccessPass      "Issue a Temporary Access Pass"                               (create_temporary_access_pass::SPEC) ""
    DeleteTemporaryAccessPass      "Delete a Temporary Access Pass"                              (delete_temporary_access_pass::SPEC) ""
    TemporaryAccessPassExpires     "A Temporary Access Pass expires"                             (none)                          "nothing to do"
    BlockSignIn                    "Block sign-in"                                               (sign_in_block::BLOCK)          ""
    UnblockSignIn                  "Allow sign-in again"                                         (sign_in_block::UNBLOCK)        ""
    BlockOnPremises                "Disable the account on-premises"                             (none)                          "on-premises Active Directory (or Defender for Identity: POST /security/identities/identityAccounts/{id}/invokeAction, disable), then let it sync"
    BlockInHomeTenant              "Block and revoke in the home tenant"                         (none)                          "the guest's home tenant: ask its administrators"
    DisableDevice                  "Disable a device"                                            (disable_device::DISABLE)       ""
    EnableDevice                   "Enable a device again"                                       (disable_device::ENABLE)        ""
    DeleteDevice                   "Delete a device"                                             (delete_device::SPEC)           ""
    DisableComputerOnPremises      "Disable the computer account in Active Directory"            (none)                          "on-premises: Disable-ADAccount for the computer, then let it sync"
    WipeDevice                     "Wipe a managed device (Intune)"                              (none)                          "Intune admin center > Devices, or POST /deviceManagement/managedDevices/{id}/wipe"
    DeleteConsent                  "Delete a consent (permission grant)"                         (revoke_grant::SPEC)            ""
    DisableApplication             "Disable an application in the tenant"                        (service_principal_enabled::DISABLE) ""
    EnableApplication              "Enable an application in the tenant again"                   (service_principal_enabled::ENABLE) ""
    RemoveAppAssignment            "Remove the assignment of an application"                     (remove_app_assignment::SPEC)   ""
    RemoveAppPermission            "Remove an application permission"                            (none)                          "DELETE /servicePrincipals/{id of the resource}/appRoleAssignedTo/{id}"
    RemoveRole                     "Remove a directory role"                                     (none)                          "Entra admin center > Privileged Identity Management, or DELETE /roleManagement/directory/roleAssignments/{id}"
    DisableMailRules               "Disable inbox rules"                                         (none)                          "PATCH /users/{id}/mailFolders/inbox/messageRules/{id} with isEnabled false; hidden rules: Get-InboxRule -IncludeHidden, Disable-InboxRule"
    ConfirmCompromised             "Confirm the user compromised"                                (confirm_user_compromised::SPEC) ""
    DismissRisk                    "Dismiss the user's risk"                                     (dismiss_user_risk::SPEC)       ""
    BlockLegacyAuthentication      "Block legacy authentication (Conditional Access)"            (none)                          "Entra admin center > Conditional Access, client apps: Exchange ActiveSync and other clients"
    GuardRegistration              "Guard the registration of methods (Conditional Access)"      (none)                          "Entra admin center > Conditional Access, user action: Register security information"
    ClearCertificateBindings       "Clear certificate bindings"                                  (none)                          "PATCH /users/{id} with authorizationInfo.certificateUserIds empty"
    SingleSignOut                  "The user signs out"                                          (none)                          "the browser"
};

impl Action {
    /// Lists every action, in the order of the tables.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.action)
    }

    fn row(self) -> Option<&'static Row> {
        ROWS.iter().find(|row| row.action == self)
    }

    /// Returns the operation of this library that does it, if there is one.
    pub fn operation(self) -> Option<&'static OperationSpec> {
        self.row()?.operation
    }

    /// Returns the place to do it if this library has no operation for it.
    pub fn elsewhere(self) -> Option<&'static str> {
        self.row().map(|row| row.elsewhere).filter(|place| !place.is_empty())
    }

    /// Returns whether somebody can choose to do it: a password or a pass expires by itself.
    pub const fn can_be_done(self) -> bool {
        !matches!(self, Self::PasswordExpires | Self::TemporaryAccessPassExpires | Self::RevokeMfaSessionsOld)
    }

    /// Returns whether it blocks sign-in, here or elsewhere: it suspends access, and ends nothing.
    pub const fn is_block(self) -> bool {
        matches!(self, Self::BlockSignIn | Self::BlockOnPremises | Self::BlockInHomeTenant)
    }

    /// Returns whether it acts on one device.
    pub const fn is_about_a_device(self) -> bool {
        matches!(
            self,
            Self::DisableDevice
                | Self::EnableDevice
                | Self::DeleteDevice
                | Self::DisableComputerOnPremises
                | Self::WipeDevice
        )
    }

    /// Returns whether it acts on the whole tenant, or on something that other accounts use as well.
    pub const fn is_shared(self) -> bool {
        matches!(
            self,
            Self::DisableApplication
                | Self::EnableApplication
                | Self::RemoveAppPermission
                | Self::BlockLegacyAuthentication
                | Self::GuardRegistration
        )
    }

    /// Returns whether it sets a new password.
    pub const fn sets_password(self) -> bool {
        matches!(
            self,
            Self::ResetPasswordAzurePortal
                | Self::ResetPasswordEntraAdminCenter
                | Self::ResetPasswordM365AdminCenter
                | Self::ResetPasswordGraphAction
                | Self::ResetPasswordGraphProfile
                | Self::ResetPasswordOnPremises
                | Self::ChangePassword
        )
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().map_or("unknown", |row| row.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_action_says_where_it_is_done() {
        assert_eq!(Action::all().count(), 41);
        for action in Action::all() {
            let row = action.row().unwrap();
            assert!(row.operation.is_none() != row.elsewhere.is_empty(), "{action}");
        }
    }
}
