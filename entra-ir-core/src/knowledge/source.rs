//! The sources of claims and steps: title, address, and the date that the page itself shows. A date here is
//! the page's own, never that of the copy that we read. `make old-claims` lists the claims whose page is
//! older than a year.

use std::fmt;

use serde::Serialize;

/// Names a source: a page of Microsoft, an observation or a conclusion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Source {
    /// The title of the page, or a description of another source.
    pub title: &'static str,
    /// The address of the page; empty if the source is not a page.
    pub url: Option<&'static str>,
    /// The page's own date: a day, a month or a year, in ISO 8601. Empty if the page shows none.
    pub dated: Option<&'static str>,
}

impl Source {
    const fn page(title: &'static str, url: &'static str, dated: &'static str) -> Self {
        Self { title, url: Some(url), dated: Some(dated) }
    }

    const fn undated(title: &'static str, url: &'static str) -> Self {
        Self { title, url: Some(url), dated: None }
    }

    const fn no_page(title: &'static str) -> Self {
        Self { title, url: None, dated: None }
    }

    /// Returns whether it is a page of Microsoft's documentation.
    pub fn is_page_of_microsoft(&self) -> bool {
        self.url.is_some_and(|url| url.starts_with("https://learn.microsoft.com/"))
    }

    /// Returns whether the page's own date is before a day in ISO 8601, such as `2025-11-28`. False if it
    /// shows none.
    ///
    /// ```
    /// use entra_ir_core::knowledge::source;
    /// assert!(source::PRT.is_older_than("2025-11-28") && !source::CAE.is_older_than("2025-11-28"));
    /// ```
    pub fn is_older_than(&self, day: &str) -> bool {
        self.dated.is_some_and(|dated| dated < day)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.dated, self.url) {
            (Some(dated), _) => write!(f, "{} ({dated})", self.title),
            (None, Some(_)) => write!(f, "{} (the page shows no date)", self.title),
            (None, None) => f.write_str(self.title),
        }
    }
}

/// Writes a list of sources.
pub(super) fn joined(sources: &[Source]) -> String {
    sources.iter().map(Source::to_string).collect::<Vec<_>>().join("; ")
}

macro_rules! sources {
    ($($name:ident: $make:ident($title:literal $(, $more:expr)* $(,)?);)+) => {
        $(
            #[doc = concat!("\"", $title, "\".")]
            pub const $name: Source = Source::$make($title $(, $more)*);
        )+

        /// Lists every source.
        pub const ALL: &[Source] = &[$($name),+];

        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($name)),+];
    };
}

sources! {
    REFRESH_TOKENS: page("Refresh tokens in the Microsoft identity platform", "https://learn.microsoft.com/entra/identity-platform/refresh-tokens", "2025-11-05");
    REVOKE: undated("user: revokeSignInSessions", "https://learn.microsoft.com/graph/api/user-revokesigninsessions");
    CAE: page("Continuous access evaluation in Microsoft Entra", "https://learn.microsoft.com/entra/identity/conditional-access/concept-continuous-access-evaluation", "2026-04-08");
    REVOKE_ACCESS: page("Revoke user access in an emergency in Microsoft Entra ID", "https://learn.microsoft.com/entra/identity/users/users-revoke-access", "2026-06-19");
    PRT: page("Understanding Primary Refresh Token (PRT) in Microsoft Entra ID", "https://learn.microsoft.com/entra/identity/devices/concept-primary-refresh-token", "2025-06-27");
    DEVICE_FAQ: page("Microsoft Entra device management FAQ", "https://learn.microsoft.com/entra/identity/devices/faq", "2024-11-25");
    MANAGE_DEVICES: page("Manage devices in Microsoft Entra ID using the Microsoft Entra admin center", "https://learn.microsoft.com/entra/identity/devices/manage-device-identities", "2026-06-17");
    STALE_DEVICES: page("How to manage stale devices in Microsoft Entra ID", "https://learn.microsoft.com/entra/identity/devices/manage-stale-devices", "2025-06-27");
    SOFT_DELETE: page("Device soft delete in Microsoft Entra ID (preview)", "https://learn.microsoft.com/entra/identity/devices/concept-soft-delete-devices", "2026-04-05");
    UPDATE_DEVICE: undated("Update device", "https://learn.microsoft.com/graph/api/device-update");
    WIPE: undated("wipe action (managedDevice)", "https://learn.microsoft.com/graph/api/intune-devices-manageddevice-wipe");
    MANAGE_MFA: page("Manage authentication methods for Microsoft Entra multifactor authentication", "https://learn.microsoft.com/entra/identity/authentication/howto-mfa-userdevicesettings", "2025-02-27");
    MANAGE_MFA_2023: page("Manage user authentication methods for Microsoft Entra multifactor authentication, the version that describes the old button", "https://learn.microsoft.com/entra/identity/authentication/howto-mfa-userdevicesettings", "2023-08");
    WHATS_NEW: page("What's new in Microsoft Entra, plan for change", "https://learn.microsoft.com/entra/fundamentals/whats-new", "2025-10");
    METHODS_MANAGE: page("Manage authentication methods", "https://learn.microsoft.com/entra/identity/authentication/concept-authentication-methods-manage", "2025-03-04");
    REGISTRATION: page("Combined registration for SSPR and Microsoft Entra multifactor authentication", "https://learn.microsoft.com/entra/identity/authentication/concept-registration-mfa-sspr-combined", "2025-03-04");
    GUARDED_REGISTRATION: page("Control security information registration with Conditional Access", "https://learn.microsoft.com/entra/identity/conditional-access/policy-all-users-security-info-registration", "2026-03-24");
    DELETE_METHODS: undated("Authentication methods API overview, and the Delete pages", "https://learn.microsoft.com/graph/api/resources/authenticationmethods-overview");
    APP_PASSWORDS: page("Configure app passwords for Microsoft Entra multifactor authentication", "https://learn.microsoft.com/entra/identity/authentication/howto-mfa-app-passwords", "2025-03-04");
    SSPR_DATA: page("Prepopulate contact information for self-service password reset", "https://learn.microsoft.com/entra/identity/authentication/howto-sspr-authenticationdata", "2025-03-04");
    CERTIFICATES: page("Mapping to the certificateUserIds attribute in Microsoft Entra ID", "https://learn.microsoft.com/entra/identity/authentication/concept-certificate-based-authentication-certificateuserids", "2025-03-04");
    ACCOUNT_RECOVERY: page("Account Recovery Overview in Microsoft Entra ID", "https://learn.microsoft.com/entra/identity/authentication/concept-account-recovery-overview", "2026-04-29");
    GUESTS: page("Authentication and Conditional Access for B2B users", "https://learn.microsoft.com/entra/external-id/authentication-conditional-access", "2026-03-27");
    GUEST_RISK: page("Microsoft Entra ID Protection for B2B users", "https://learn.microsoft.com/entra/id-protection/concept-identity-protection-b2b", "2025-08-06");
    HARDWARE_OATH: undated("hardwareOathAuthenticationMethod: deactivate (beta)", "https://learn.microsoft.com/graph/api/hardwareoathauthenticationmethod-deactivate?view=graph-rest-beta");
    TAP: page("Configure a Temporary Access Pass in Microsoft Entra ID to register passwordless authentication methods", "https://learn.microsoft.com/entra/identity/authentication/howto-authentication-temporary-access-pass", "2026-03-04");
    RESET: page("authenticationMethod: resetPassword", "https://learn.microsoft.com/graph/api/authenticationmethod-resetpassword", "2025-07-23");
    RESET_IN_PORTAL: page("Reset a user's password", "https://learn.microsoft.com/entra/fundamentals/users-reset-password-azure-portal", "2025-08-27");
    UPDATE_USER: page("Update user", "https://learn.microsoft.com/graph/api/user-update", "2026-07-04");
    GRANT: undated("Delete oAuth2PermissionGrant (a delegated permission grant)", "https://learn.microsoft.com/graph/api/oauth2permissiongrant-delete");
    APP_PERMISSIONS: page("Review permissions granted to enterprise applications", "https://learn.microsoft.com/entra/identity/enterprise-apps/manage-application-permissions", "2025-03-03");
    DISABLE_APP: page("Disable user sign-in for application", "https://learn.microsoft.com/entra/identity/enterprise-apps/disable-user-sign-in-portal", "2025-03-03");
    APP_CONSENT: page("App consent grant investigation", "https://learn.microsoft.com/security/operations/incident-response-playbook-app-consent", "2025-03-12");
    TOKEN_THEFT: page("Token theft playbook", "https://learn.microsoft.com/security/operations/token-theft-playbook", "2023-07-28");
    COMPROMISED_MAIL: page("Responding to a compromised email account", "https://learn.microsoft.com/defender-office-365/responding-to-a-compromised-email-account", "2024-06-10");
    RISK: page("Remediate risks and unblock users", "https://learn.microsoft.com/entra/id-protection/howto-identity-protection-remediate-unblock", "2026-05-15");
    RISK_POLICIES: page("Microsoft Entra ID Protection risk-based access policies", "https://learn.microsoft.com/entra/id-protection/concept-identity-protection-policies", "2026-05-15");
    RISK_FEEDBACK: page("Provide risk feedback in Microsoft Entra ID Protection", "https://learn.microsoft.com/entra/id-protection/howto-identity-protection-risk-feedback", "2025-05-27");
    WRITEBACK: page("How does self-service password reset writeback work", "https://learn.microsoft.com/entra/identity/authentication/concept-sspr-writeback", "2023");
    CLOUD_SYNC_WRITEBACK: page("Enable Microsoft Entra Connect cloud sync password writeback", "https://learn.microsoft.com/entra/identity/authentication/tutorial-enable-cloud-sync-sspr-writeback", "2025-03-04");
    PASSWORD_HASH_SYNC: page("Implement password hash synchronization with Microsoft Entra Connect Sync", "https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-password-hash-synchronization", "2025-04-09");
    REMOVE_ROLE: page("Remove Microsoft Entra role assignments", "https://learn.microsoft.com/entra/identity/role-based-access-control/groups-remove-assignment", "2025-05-25");
    INBOX_RULE: undated("Update rule (messageRule)", "https://learn.microsoft.com/graph/api/messagerule-update");
    DIRECTORY_LIMITS: page("Microsoft Entra service limits and restrictions", "https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions", "2026-10-01");
    MALICIOUS_APP: page("Compromised and malicious applications investigation", "https://learn.microsoft.com/security/operations/incident-response-playbook-compromised-malicious-app", "2025-03-12");
    ROLES: page("Privileged roles and permissions in Microsoft Entra ID (preview)", "https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions", "2026-06-05");
    ELEVATE: page("Elevate access to manage all Azure subscriptions and management groups", "https://learn.microsoft.com/azure/role-based-access-control/elevate-access-global-admin", "2025-03-10");
    MULTI_ADMIN_APPROVAL: page("Use Multi Admin Approval in Intune", "https://learn.microsoft.com/intune/fundamentals/role-based-access-control/multi-admin-approval", "2026-07-30");
    VERIFIED_HELPDESK: page("Verified helpdesk with Microsoft Entra Verified ID", "https://learn.microsoft.com/entra/verified-id/helpdesk-with-verified-id", "2024-12-13");
    ORPHAN_FLOWS: page("Manage orphan flow when owner leaves org", "https://learn.microsoft.com/troubleshoot/power-platform/power-automate/flow-management/manage-orphan-flow-when-owner-leaves-org", "2023-09-25");
    GDPR: page("Regulation (EU) 2016/679, article 33", "https://eur-lex.europa.eu/eli/reg/2016/679/oj", "2016-04-27");
    NIS2: page("Directive (EU) 2022/2555, article 23", "https://eur-lex.europa.eu/eli/dir/2022/2555/oj", "2022-12-14");
    B2C_REPORT: page("report: revocation has no effect for a customer account (msgraph-sdk-dotnet, issue 3019)", "https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/3019", "2025-10-21");
    FIELD_REPORT: no_page("field report on the portal's buttons");
    PRACTICE: no_page("practitioners' scripts and notes (2026)");
    CONCLUDED: no_page("concluded from the other sources");
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_source_is_used() {
        let text = concat!(
            include_str!("tables/sessions.rs"),
            include_str!("tables/methods.rs"),
            include_str!("tables/accounts.rs"),
            include_str!("tables/openings.rs"),
            include_str!("doors/devices.rs"),
            include_str!("doors/registration.rs"),
            include_str!("doors/scene.rs"),
            include_str!("doors/unseen.rs"),
            include_str!("advice/steps.rs"),
            include_str!("advice/disagreements.rs"),
            include_str!("advice/outside.rs"),
            include_str!("duty.rs"),
        );
        let used: HashSet<_> =
            text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':')).collect();
        let unused: Vec<_> =
            NAMES.iter().filter(|name| !used.contains(format!("source::{name}").as_str())).collect();
        assert!(unused.is_empty(), "{unused:?}");
    }

    #[test]
    fn each_page_has_an_address_and_no_two_sources_read_alike() {
        let mut seen = HashSet::new();
        for source in ALL {
            assert!(seen.insert(source.to_string()), "{source}");
            if let Some(url) = source.url {
                assert_eq!(
                    url.starts_with("https://learn.microsoft.com/"),
                    source.is_page_of_microsoft(),
                    "{source}"
                );
                assert!(url.starts_with("https://"), "{source}");
            }
            if let Some(dated) = source.dated {
                let parts: Vec<_> = dated.split('-').map(|part| (part.len(), part.parse::<u16>())).collect();
                let whole = parts.iter().enumerate().all(|(place, (digits, number))| {
                    number.is_ok() && *digits == if place == 0 { 4 } else { 2 }
                });
                assert!(source.url.is_some() && whole && parts.len() <= 3, "{source}");
            }
        }
    }
}
