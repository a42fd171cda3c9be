//! Directory roles, active or eligible.

use time::OffsetDateTime;

/// Names a directory role, of a caller or of the account a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Application Administrator.
    ApplicationAdministrator,
    /// Authentication Administrator.
    AuthenticationAdministrator,
    /// Authentication Policy Administrator: the only one for per-user MFA, beside Global Administrator.
    AuthenticationPolicyAdministrator,
    /// Cloud Application Administrator.
    CloudApplicationAdministrator,
    /// Cloud Device Administrator: enables, disables and deletes devices.
    CloudDeviceAdministrator,
    /// Directory Readers.
    DirectoryReaders,
    /// Directory Synchronization Accounts: the account of Entra Connect.
    DirectorySynchronizationAccounts,
    /// Global Administrator.
    GlobalAdministrator,
    /// Global Reader: sees methods, changes nothing.
    GlobalReader,
    /// Groups Administrator.
    GroupsAdministrator,
    /// Guest Inviter.
    GuestInviter,
    /// Helpdesk Administrator.
    HelpdeskAdministrator,
    /// Intune Administrator.
    IntuneAdministrator,
    /// Message Center Reader.
    MessageCenterReader,
    /// Password Administrator.
    PasswordAdministrator,
    /// Privileged Authentication Administrator.
    PrivilegedAuthenticationAdministrator,
    /// Privileged Role Administrator.
    PrivilegedRoleAdministrator,
    /// Reports Reader.
    ReportsReader,
    /// Security Administrator.
    SecurityAdministrator,
    /// Security Operator.
    SecurityOperator,
    /// Entra SOC Identity Responder.
    SocIdentityResponder,
    /// Usage Summary Reports Reader.
    UsageSummaryReportsReader,
    /// User Administrator.
    UserAdministrator,
    /// User Experience Success Manager.
    UserExperienceSuccessManager,
    /// Any other built-in or custom role.
    Other,
}

impl Role {
    /// Lists every role.
    pub const ALL: [Self; Self::Other as usize + 1] = [
        Self::ApplicationAdministrator,
        Self::AuthenticationAdministrator,
        Self::AuthenticationPolicyAdministrator,
        Self::CloudApplicationAdministrator,
        Self::CloudDeviceAdministrator,
        Self::DirectoryReaders,
        Self::DirectorySynchronizationAccounts,
        Self::GlobalAdministrator,
        Self::GlobalReader,
        Self::GroupsAdministrator,
        Self::GuestInviter,
        Self::HelpdeskAdministrator,
        Self::IntuneAdministrator,
        Self::MessageCenterReader,
        Self::PasswordAdministrator,
        Self::PrivilegedAuthenticationAdministrator,
        Self::PrivilegedRoleAdministrator,
        Self::ReportsReader,
        Self::SecurityAdministrator,
        Self::SecurityOperator,
        Self::SocIdentityResponder,
        Self::UsageSummaryReportsReader,
        Self::UserAdministrator,
        Self::UserExperienceSuccessManager,
        Self::Other,
    ];

    /// Finds a role by the id of its template.
    #[cfg(feature = "oauth")]
    pub(crate) fn of_template(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.template_id() == id)
    }

    /// Returns the id of the role's template, which is the built-in role's own id in every tenant.
    ///
    /// Source: "Microsoft Entra built-in roles" on Microsoft Learn. The custom role has one of this tenant.
    pub const fn template_id(self) -> &'static str {
        self.row().0
    }

    /// Returns the role's name.
    pub const fn display_name(self) -> &'static str {
        self.row().1
    }

    const fn row(self) -> (&'static str, &'static str) {
        match self {
            Self::ApplicationAdministrator => {
                ("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "Application Administrator")
            }
            Self::AuthenticationAdministrator => {
                ("c4e39bd9-1100-46d3-8c65-fb160da0071f", "Authentication Administrator")
            }
            Self::AuthenticationPolicyAdministrator => {
                ("0526716b-113d-4c15-b2c8-68e3c22b9f80", "Authentication Policy Administrator")
            }
            Self::CloudApplicationAdministrator => {
                ("158c047a-c907-4556-b7ef-446551a6b5f7", "Cloud Application Administrator")
            }
            Self::CloudDeviceAdministrator => {
                ("7698a772-787b-4ac8-901f-60d6b08affd2", "Cloud Device Administrator")
            }
            Self::DirectoryReaders => ("88d8e3e3-8f55-4a1e-953a-9b9898b8876b", "Directory Readers"),
            Self::DirectorySynchronizationAccounts => {
                ("d29b2b05-8046-44ba-8758-1e26182fcf32", "Directory Synchronization Accounts")
            }
            Self::GlobalAdministrator => ("62e90394-69f5-4237-9190-012177145e10", "Global Administrator"),
            Self::GlobalReader => ("f2ef992c-3afb-46b9-b7cf-a126ee74c451", "Global Reader"),
            Self::GroupsAdministrator => ("fdd7a751-b60b-444a-984c-02652fe8fa1c", "Groups Administrator"),
            Self::GuestInviter => ("95e79109-95c0-4d8e-aee3-d01accf2d47b", "Guest Inviter"),
            Self::HelpdeskAdministrator => ("729827e3-9c14-49f7-bb1b-9608f156bbb8", "Helpdesk Administrator"),
            Self::IntuneAdministrator => ("3a2c62db-5318-420d-8d74-23affee5d9d5", "Intune Administrator"),
            Self::MessageCenterReader => ("790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b", "Message Center Reader"),
            Self::PasswordAdministrator => ("966707d0-3269-4727-9be2-8c3a10f19b9d", "Password Administrator"),
            Self::PrivilegedAuthenticationAdministrator => {
                ("7be44c8a-adaf-4e2a-84d6-ab2649e08a13", "Privileged Authentication Administrator")
            }
            Self::PrivilegedRoleAdministrator => {
                ("e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator")
            }
            Self::ReportsReader => ("4a5d8f65-41da-4de4-8968-e035b65339cf", "Reports Reader"),
            Self::SecurityAdministrator => ("194ae4cb-b126-40b2-bd5b-6091b380977d", "Security Administrator"),
            Self::SecurityOperator => ("5f2222b1-57c3-48ba-8ad5-d4759f1fde6f", "Security Operator"),
            Self::SocIdentityResponder => {
                ("58f930cc-fcf4-4152-852c-1d7dbf502139", "Entra SOC Identity Responder")
            }
            Self::UsageSummaryReportsReader => {
                ("75934031-6c7e-415a-99d7-48dbd49e875e", "Usage Summary Reports Reader")
            }
            Self::UserAdministrator => ("fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator"),
            Self::UserExperienceSuccessManager => {
                ("27460883-1df1-4691-b032-3b79643e5e63", "User Experience Success Manager")
            }
            Self::Other => ("0c0ffee0-5afe-4ace-9b1d-00000000c057", "Contoso Operators"),
        }
    }
}

/// A role that may be activated, and until when.
#[derive(Clone, Debug)]
pub(crate) struct Eligible {
    pub(crate) role: Role,
    pub(crate) until: Option<OffsetDateTime>,
}
