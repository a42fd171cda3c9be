//! The ids that public catalogs give to the actions, so that other tools understand a step.

use super::action::Action;

/// The techniques that a block answers, then the id of the block in D3FEND, then that in COUN7ER; so in each
/// row.
const BLOCK: &[&str] = &["T1078.004", "D3-AL", "CM0080"];
const PASSWORD: &[&str] = &["T1078.004", "T1110", "D3-CRO", "D3-PR", "CM0033"];
const SESSIONS: &[&str] = &["T1528", "T1539", "T1550.001", "D3-ANCI", "D3-ST", "CM0077", "CM0080"];
const METHODS: &[&str] = &["T1098.005", "T1556.006", "D3-CR", "CM0071"];
const CREDENTIALS: &[&str] = &["T1556.006", "D3-CR"];
const DEVICE: &[&str] = &["T1098.005", "D3-CE", "CM0071"];
const CONSENT: &[&str] = &["T1098.003", "T1528", "D3-CR", "D3-UAP", "CM0105"];
const APPLICATION: &[&str] = &["T1098.001", "T1098.003", "T1528", "D3-CR", "CM0105"];
const ACCESS_AGAIN: &[&str] = &["D3-RA"];

impl Action {
    /// Returns the ids that public catalogs give to it: the techniques of MITRE ATT&CK that it answers
    /// (`T1078.004`), the countermeasures of MITRE D3FEND (`D3-AL`) and those of CISA COUN7ER (`CM0080`).
    /// Empty if none was found that means the same.
    ///
    /// Source: the pages of the techniques on attack.mitre.org, the D3FEND ontology (2025-08), and the data
    /// of COUN7ER in cisagov/playbook-ng (2025-07). The choice is this library's: no catalog knows Graph.
    ///
    /// ```
    /// use entra_ir_core::knowledge::Action;
    /// assert!(Action::BlockSignIn.ids().contains(&"D3-AL"));
    /// ```
    pub const fn ids(self) -> &'static [&'static str] {
        match self {
            Self::BlockSignIn | Self::BlockOnPremises | Self::BlockInHomeTenant => BLOCK,
            Self::UnblockSignIn => &["D3-ULA"],
            Self::ResetPasswordAzurePortal
            | Self::ResetPasswordEntraAdminCenter
            | Self::ResetPasswordM365AdminCenter
            | Self::ResetPasswordGraphAction
            | Self::ResetPasswordGraphProfile
            | Self::ResetPasswordOnPremises
            | Self::ChangePassword
            | Self::RequirePasswordChange => PASSWORD,
            Self::RevokeSignInSessions | Self::RevokeMfaSessions | Self::RevokeMfaSessionsOld => SESSIONS,
            Self::DeleteMethods | Self::RequireMfaReregistration | Self::DeactivateHardwareOath => METHODS,
            Self::DeleteAppPasswords | Self::DeleteTemporaryAccessPass | Self::ClearCertificateBindings => {
                CREDENTIALS
            }
            Self::CreateTemporaryAccessPass => &["D3-RIC"],
            Self::DisableDevice | Self::DeleteDevice | Self::DisableComputerOnPremises => DEVICE,
            Self::DeleteConsent | Self::RemoveAppAssignment | Self::RemoveAppPermission => CONSENT,
            Self::DisableApplication => APPLICATION,
            Self::EnableDevice | Self::EnableApplication => ACCESS_AGAIN,
            Self::RemoveRole => &["T1098.003", "D3-UAP", "CM0118"],
            Self::DisableMailRules => &["T1114.003", "T1564.008", "CM0082"],
            Self::ConfirmCompromised => &["T1078.004"],
            Self::DismissRisk => &["D3-RUAA"],
            Self::PasswordExpires
            | Self::TemporaryAccessPassExpires
            | Self::WipeDevice
            | Self::BlockLegacyAuthentication
            | Self::GuardRegistration
            | Self::SingleSignOut => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn is_number(text: &str, digits: usize) -> bool {
        text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// Returns whether it reads as an id of ATT&CK, D3FEND or COUN7ER.
    fn is_id(id: &str) -> bool {
        if let Some(name) = id.strip_prefix("D3-") {
            return (2..=6).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_uppercase());
        }
        if let Some(number) = id.strip_prefix("CM") {
            return is_number(number, 4);
        }
        let Some(technique) = id.strip_prefix('T') else { return false };
        match technique.split_once('.') {
            Some((technique, sub)) => is_number(technique, 4) && is_number(sub, 3),
            None => is_number(technique, 4),
        }
    }

    #[test]
    fn each_action_with_an_operation_has_an_id_and_each_id_has_its_form() {
        for wrong in ["", "T1", "T1078.4", "T10780", "D3-", "D3-al", "CM80", "CM0080 ", "S0001"] {
            assert!(!is_id(wrong), "{wrong}");
        }
        for action in Action::all() {
            let ids = action.ids();
            assert!(ids.iter().all(|id| is_id(id)), "{action}: {ids:?}");
            assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "{action}: {ids:?}");
            assert!(action.operation().is_none() || !ids.is_empty(), "{action}");
        }
    }
}
