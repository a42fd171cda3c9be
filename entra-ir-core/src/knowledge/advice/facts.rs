//! The facts of the snapshot and the incident that change the advice: who a step is for, and what it
//! requires.

use super::super::account::{AccountKind, Reach};
use super::super::action::Action;
use super::incident::{Incident, RegisteredBy};
use super::steps::When;
use crate::model::{AccountSnapshot, DomainAuthentication, MethodKind, Part, PerUserMfaState};
use crate::spec::OperationSpec;
use crate::target::TargetKind;

/// The facts of the snapshot that change the advice.
#[expect(clippy::struct_excessive_bools, reason = "independent facts of one account")]
pub(super) struct Facts {
    pub(super) account: AccountKind,
    pub(super) federated: Option<bool>,
    pub(super) privileged: Option<bool>,
    app_passwords: bool,
    identity_protection: bool,
    suspects: bool,
    lost_named: bool,
    by_application: bool,
    /// A passkey or similar method is registered and not reported lost.
    still_has_method: bool,
    hybrid_device: bool,
}

impl Facts {
    pub(super) fn of(incident: &Incident, snapshot: &AccountSnapshot) -> Self {
        let lost = if let Incident::LostMethods { lost } = incident { lost.as_slice() } else { &[] };
        let (suspects, by_application) = match incident {
            Incident::SuspiciousMethod { suspects, by } => {
                (!suspects.is_empty(), *by == RegisteredBy::Application)
            }
            _ => (false, false),
        };
        let methods = snapshot.methods.collected().map(|list| list.methods.as_slice()).unwrap_or_default();
        let devices = snapshot.devices.collected().map(Vec::as_slice).unwrap_or_default();
        let works = |kind: &MethodKind| {
            matches!(kind, MethodKind::Fido2 | MethodKind::WindowsHello | MethodKind::PlatformCredential)
        };
        Self {
            suspects,
            by_application,
            hybrid_device: devices.iter().any(|device| device.is_hybrid() == Some(true)),
            lost_named: !lost.is_empty(),
            still_has_method: methods.iter().any(|method| works(&method.kind) && !lost.contains(&method.id)),
            account: (&snapshot.user).into(),
            federated: match snapshot.domain.collected() {
                Some(DomainAuthentication::Managed) => Some(false),
                Some(DomainAuthentication::Federated) => Some(true),
                _ => None,
            },
            privileged: snapshot.is_privileged(),
            identity_protection: !matches!(snapshot.risk, Part::NotLicensed { .. }),
            app_passwords: snapshot.per_user_mfa.collected() != Some(&PerUserMfaState::Disabled),
        }
    }

    /// Returns whether an action has an effect for this kind of account, as far as known.
    pub(super) fn may_reach(&self, action: Action) -> bool {
        // The password of a federated account belongs to the identity provider, whatever its kind.
        let elsewhere = action == Action::ResetPasswordOnPremises && self.federated == Some(true);
        elsewhere
            || !matches!(
                action.on_account(self.account).weakest().effect,
                Reach::NoEffectHere | Reach::Refused
            )
    }

    /// Returns whether the tenant may have what an action requires: Identity Protection needs its licence.
    pub(super) fn has_licence_for(&self, action: Action) -> bool {
        !matches!(action, Action::ConfirmCompromised | Action::DismissRisk) || self.identity_protection
    }

    pub(super) fn meet(&self, when: When) -> bool {
        let guest = self.account == AccountKind::ExternalGuest;
        let synced = self.account == AccountKind::Synced;
        let federated = self.federated == Some(true);
        match when {
            When::Everybody => true,
            When::Guest => guest,
            When::NoGuest => !guest,
            When::Synced => synced,
            When::HybridDevices => synced || self.hybrid_device,
            When::NoRevocation => self.cannot_be_revoked(),
            When::CanBeRevoked | When::HasMailbox => !self.cannot_be_revoked(),
            When::KeptHere => !self.cannot_be_revoked() && !synced,
            When::PasswordHere => self.password_is_here(),
            When::PasswordElsewhere => !self.password_is_here(),
            When::PasswordSynced => synced && !federated && self.privileged != Some(true),
            When::AdministratorSynced => synced && !federated && self.privileged == Some(true),
            When::Federated => federated && !guest,
            When::AppPasswords => !guest && self.app_passwords,
            When::CanRegister => self.can_register(),
            When::CanRegisterAnew => self.can_register() && !self.still_has_method,
            When::StillHasMethod => self.still_has_method && !guest,
            When::Privileged => self.privileged != Some(false),
            When::Suspects => self.suspects,
            When::ByApplication => self.by_application,
            When::LostNamed => self.lost_named,
            When::LostNotNamed => !self.lost_named,
        }
    }

    fn password_is_here(&self) -> bool {
        !matches!(self.account, AccountKind::ExternalGuest | AccountKind::Synced)
            && self.federated != Some(true)
    }

    const fn cannot_be_revoked(&self) -> bool {
        matches!(self.account, AccountKind::ExternalGuest | AccountKind::Customer)
    }

    const fn can_register(&self) -> bool {
        matches!(self.account, AccountKind::Cloud | AccountKind::Synced)
    }

    /// Returns the permission and role that an action requires.
    pub(super) fn needs(&self, action: Action) -> String {
        let Some(spec) = action.operation() else { return without_operation(action).into() };
        if action == Action::ResetPasswordGraphAction {
            return "UserAuthenticationMethod.ReadWrite.All of a signed-in caller, no application; role Password Administrator or Helpdesk Administrator or Authentication Administrator or User Administrator".into();
        }
        self.needs_for(spec)
    }

    /// Returns the permission and role that an operation requires.
    pub(super) fn needs_for(&self, spec: &OperationSpec) -> String {
        if spec.target == TargetKind::Device {
            return device_needs(spec);
        }
        let permission = spec.permissions.delegated.first().map(|set| set.join(" with ")).unwrap_or_default();
        let above = ["Privileged Authentication Administrator", "Global Administrator"];
        let roles: Vec<_> = spec.roles.iter().copied().filter(|role| !above.contains(role)).collect();
        let roles = if roles.is_empty() { "none".to_owned() } else { roles.join(" or ") };
        let role = match self.privileged {
            // The role depends on the account only where the account itself is changed.
            _ if spec.target != TargetKind::User => roles,
            Some(false) => roles,
            Some(true) => "Privileged Authentication Administrator, since the account is privileged; an application needs a role too".into(),
            None => format!(
                "{roles}, or Privileged Authentication Administrator if the account is privileged, which could not be read"
            ),
        };
        format!("{permission}; role {role}")
    }
}

/// A change of a device takes the same whoever owns it.
fn device_needs(spec: &OperationSpec) -> String {
    let least = |sets: &[&[&str]]| sets.first().map(|set| set.join(" with ")).unwrap_or_default();
    let (delegated, application) = (least(spec.permissions.delegated), least(spec.permissions.application));
    let roles = spec.roles.join(" or ");
    format!("signed in: {delegated}, role {roles}; an application: {application}, for Windows devices only")
}

const fn without_operation(action: Action) -> &'static str {
    match action {
        Action::WipeDevice => {
            "DeviceManagementManagedDevices.ReadWrite.All, an application too; role Intune Administrator or Help Desk Operator"
        }
        Action::BlockOnPremises | Action::ResetPasswordOnPremises => {
            "an administrator of the directory there; by Defender for Identity: SecurityIdentitiesActions.ReadWrite.All, an application too, role Security Administrator"
        }
        Action::DisableComputerOnPremises => "an administrator of the directory there",
        Action::BlockInHomeTenant => "an administrator of the home tenant",
        Action::RemoveAppPermission => {
            "AppRoleAssignment.ReadWrite.All; role Cloud Application Administrator, Privileged Role Administrator for permissions of Graph"
        }
        Action::RemoveRole => "RoleManagement.ReadWrite.Directory; role Privileged Role Administrator",
        Action::DisableMailRules => {
            "MailboxSettings.ReadWrite of an application: a signed-in administrator is refused"
        }
        Action::DeleteAppPasswords => "role Authentication Administrator, on the per-user MFA page",
        Action::BlockLegacyAuthentication | Action::GuardRegistration => {
            "Policy.ReadWrite.ConditionalAccess with Policy.Read.All and Application.Read.All; role Conditional Access Administrator; licence P1"
        }
        Action::ClearCertificateBindings => {
            "User.ReadWrite.All; role Privileged Authentication Administrator"
        }
        _ => "an administrator of the tenant",
    }
}
