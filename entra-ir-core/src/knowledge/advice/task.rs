//! The tasks of a person that are not actions on the account.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Names a task of a person that is not an action on the account: it has no row in the tables, and no
/// operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Task {
    /// Keep the evidence.
    KeepEvidence,
    /// Tell the help desk.
    TellHelpDesk,
    /// Find what the tricked help desk did.
    TraceTheCall,
    /// Prove who the user is.
    ProveIdentity,
    /// Weigh the signs that it is an attacker who calls.
    WeighSigns,
    /// Let the user sign in with what still works.
    UseWorkingMethod,
    /// Isolate the endpoint.
    IsolateEndpoint,
    /// Look at what the application holds.
    CleanApplication,
    /// Keep the user from consenting again.
    StopConsent,
    /// Look at the applications that the account owns.
    CleanOwnedApplications,
    /// Enable the account in Active Directory again.
    EnableOnPremises,
    /// Look at the mailbox in Exchange.
    SearchMailbox,
    /// Look at what a privileged account changed.
    SearchTenant,
    /// Look at who has access to Azure.
    SearchAzure,
    /// Look at what was done in Intune.
    SearchIntune,
    /// Watch the pass.
    WatchPass,
    /// Look for other accounts.
    SearchOthers,
}

impl Task {
    /// Lists every task.
    pub const ALL: [Self; 17] = [
        Self::KeepEvidence,
        Self::TellHelpDesk,
        Self::TraceTheCall,
        Self::ProveIdentity,
        Self::WeighSigns,
        Self::UseWorkingMethod,
        Self::IsolateEndpoint,
        Self::CleanApplication,
        Self::StopConsent,
        Self::CleanOwnedApplications,
        Self::EnableOnPremises,
        Self::SearchMailbox,
        Self::SearchTenant,
        Self::SearchAzure,
        Self::SearchIntune,
        Self::WatchPass,
        Self::SearchOthers,
    ];

    /// Returns where or with what it is done.
    pub const fn place(self) -> &'static str {
        match self {
            Self::KeepEvidence => {
                "snapshot (methods, devices, roles, risk); Entra admin center > Sign-in logs and Audit logs; GET /users/{id}/oauth2PermissionGrants; Get-InboxRule -IncludeHidden"
            }
            Self::TellHelpDesk => "the help desk's own channel, not the tenant's mail or chat",
            Self::TraceTheCall => {
                "the ticket, and Entra admin center > Audit logs, by the agent who acted and since the call"
            }
            Self::ProveIdentity => {
                "in person, by a call back to a number known before the incident, by the manager, or with Verified ID"
            }
            Self::WeighSigns => "the signs listed here, and Entra admin center > Sign-in logs for new places",
            Self::UseWorkingMethod => "the user, at aka.ms/mysecurityinfo",
            Self::IsolateEndpoint => "Microsoft Defender portal > Devices > Isolate device",
            Self::CleanApplication => {
                "GET /oauth2PermissionGrants for consentType AllPrincipals; /servicePrincipals/{id}/appRoleAssignments; /applications/{id}: owners, passwordCredentials, keyCredentials, federatedIdentityCredentials"
            }
            Self::StopConsent => "Entra admin center > Enterprise applications > Consent and permissions",
            Self::CleanOwnedApplications => {
                "GET /users/{id}/ownedObjects; Entra admin center > App registrations > Owned applications: Owners, then Certificates & secrets"
            }
            Self::EnableOnPremises => {
                "on-premises: Enable-ADAccount, then Start-ADSyncSyncCycle -PolicyType Delta"
            }
            Self::SearchMailbox => {
                "Exchange Online PowerShell: Get-Mailbox (Forwarding*, DeliverTo*), Get-InboxRule -IncludeHidden, Get-MailboxPermission, Get-RecipientPermission, Get-SweepRule, Get-MobileDevice"
            }
            Self::SearchTenant => {
                "Entra admin center > Audit logs, initiated by the account: roles, applications and their credentials, Conditional Access, federation, cross-tenant access; az role assignment list --all"
            }
            Self::SearchAzure => {
                "az role assignment list --role \"User Access Administrator\" --scope /, and with --all; az role assignment delete"
            }
            Self::SearchIntune => {
                "Intune admin center > Tenant administration: Audit logs, Roles, Multi Admin Approval"
            }
            Self::WatchPass => {
                "Entra admin center > Audit logs and Sign-in logs, until the pass is used or has expired"
            }
            Self::SearchOthers => {
                "Entra admin center > Audit logs: the same agent, the same caller, the same address, other accounts"
            }
        }
    }

    /// Returns who can do it.
    pub const fn needs(self) -> &'static str {
        match self {
            Self::KeepEvidence => {
                "AuditLog.Read.All, UserAuthenticationMethod.Read.All, Directory.Read.All, for roles RoleManagement.Read.Directory; role Security Reader or Global Reader; Exchange's view of the mailbox"
            }
            Self::TraceTheCall | Self::WatchPass | Self::SearchTenant | Self::SearchOthers => {
                "AuditLog.Read.All; role Security Reader or Reports Reader"
            }
            Self::WeighSigns => "this advice, and AuditLog.Read.All for the logs",
            Self::TellHelpDesk | Self::ProveIdentity => "a person",
            Self::UseWorkingMethod => "the user",
            Self::IsolateEndpoint => "Microsoft Defender for Endpoint",
            Self::CleanApplication => {
                "Application.Read.All and Directory.Read.All; role Cloud Application Administrator to change it"
            }
            Self::StopConsent => {
                "Policy.ReadWrite.Authorization; role Global Administrator: it is for the whole tenant"
            }
            Self::CleanOwnedApplications => {
                "Application.Read.All to look, Application.ReadWrite.All to change; role Cloud Application Administrator"
            }
            Self::SearchAzure => {
                "a Global Administrator with elevated access, or role User Access Administrator at the root"
            }
            Self::SearchIntune => {
                "role Intune Administrator; a second one where an access policy asks for it"
            }
            Self::EnableOnPremises => "an administrator of the directory there",
            Self::SearchMailbox => "role Exchange Administrator",
        }
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeepEvidence => "Keep the evidence",
            Self::TellHelpDesk => "Tell the help desk",
            Self::TraceTheCall => "Find what was done since the call",
            Self::ProveIdentity => "Prove who the user is",
            Self::WeighSigns => "Weigh the signs against it",
            Self::UseWorkingMethod => "Let the user sign in with the method that still works",
            Self::IsolateEndpoint => "Isolate or clean the endpoint",
            Self::CleanApplication => "Look at what else the application holds",
            Self::StopConsent => "Keep the user from consenting again",
            Self::CleanOwnedApplications => "Look at the applications that the account owns",
            Self::EnableOnPremises => "Enable the account in Active Directory again",
            Self::SearchMailbox => "Look at the mailbox in Exchange",
            Self::SearchTenant => "Look at what the account changed in the tenant",
            Self::SearchAzure => "Look at who has access to Azure",
            Self::SearchIntune => "Look at what was done in Intune",
            Self::WatchPass => "Watch the pass",
            Self::SearchOthers => "Look for other accounts",
        })
    }
}
