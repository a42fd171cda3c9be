//! What the picture says that changes the advice: for whom a step is, and what it takes.

use super::super::account::AccountKind;
use super::super::action::Action;
use super::playbook::When;
use crate::model::{DomainAuthentication, Part, PerUserMfaState, UserPicture};

/// What the picture says that changes the advice.
pub(super) struct Facts {
    pub(super) account: AccountKind,
    pub(super) federated: Option<bool>,
    pub(super) privileged: Option<bool>,
    app_passwords: bool,
    identity_protection: bool,
}

impl Facts {
    pub(super) fn of(picture: &UserPicture) -> Self {
        Self {
            account: (&picture.user).into(),
            federated: match picture.domain.collected() {
                Some(DomainAuthentication::Managed) => Some(false),
                Some(DomainAuthentication::Federated) => Some(true),
                _ => None,
            },
            privileged: picture.is_privileged(),
            identity_protection: !matches!(picture.risk, Part::NotLicensed { .. }),
            app_passwords: picture.per_user_mfa.collected() != Some(&PerUserMfaState::Disabled),
        }
    }

    /// Returns whether the tenant may have what an action takes: Identity Protection is not there without its licence.
    pub(super) fn has_licence_for(&self, action: Action) -> bool {
        action != Action::ConfirmCompromised || self.identity_protection
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
            When::KeptHere => !guest && !synced,
            When::PasswordHere => !guest && !synced && !federated,
            When::PasswordSynced => synced && !federated,
            When::Federated => federated && !guest,
            When::AppPasswords => !guest && self.app_passwords,
            When::CanRegister => matches!(self.account, AccountKind::Cloud | AccountKind::Synced),
        }
    }

    pub(super) fn needs(&self, action: Action) -> String {
        let Some(spec) = action.operation() else {
            return match action {
                Action::DisableDevice => "role Cloud Device Administrator".into(),
                Action::BlockOnPremises | Action::ResetPasswordOnPremises => "an administrator of the directory there".into(),
                Action::BlockInHomeTenant => "an administrator of the home tenant".into(),
                Action::ConfirmCompromised => {
                    "IdentityRiskyUser.ReadWrite.All, role Security Operator or Security Administrator (the pages differ); licence P2".into()
                }
                Action::DeleteConsent => "DelegatedPermissionGrant.ReadWrite.All".into(),
                _ => "an administrator of the tenant".into(),
            };
        };
        let permission = spec.permissions.delegated.first().map(|set| set.join(" with ")).unwrap_or_default();
        let role = match self.privileged {
            Some(false) => spec.roles.first().copied().unwrap_or("none").to_owned(),
            Some(true) => "Privileged Authentication Administrator, since the account is privileged; an application needs a role too".into(),
            None => format!(
                "{}, or Privileged Authentication Administrator if the account is privileged, which could not be read",
                spec.roles.first().copied().unwrap_or("none")
            ),
        };
        format!("{permission}; role {role}")
    }
}
