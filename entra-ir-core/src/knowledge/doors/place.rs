//! The place where a person checks, and acts on, a door that Graph does not show.

use super::super::token::TokenClass;
use super::door::{DoorKind, Unseen};

const METHODS: &str = "Entra admin center > Users > Authentication methods";

/// Returns the place where a person checks, and acts on, an unknown door.
pub(super) const fn place(kind: &DoorKind) -> Option<&'static str> {
    Some(match kind {
        DoorKind::Session { class: TokenClass::AppCookie, .. } => {
            "the application itself, or Entra admin center > Enterprise applications"
        }
        DoorKind::Session { class: TokenClass::AppPassword | TokenClass::RememberedMfa, .. } => {
            "Entra admin center > Users > Per-user MFA"
        }
        DoorKind::Session { device: Some(_), .. } => "Entra admin center > Devices",
        DoorKind::Session { .. } | DoorKind::SessionsSince => "Entra admin center > Users > Sign-in logs",
        DoorKind::Consent { .. } => "Entra admin center > Enterprise applications > Permissions",
        DoorKind::HomeTenant => "the administrators of the home tenant",
        DoorKind::Method { .. } | DoorKind::Registration => METHODS,
        DoorKind::Unseen { what } => match what {
            Unseen::MethodsNotRead | Unseen::MethodsInPart | Unseen::CustomerMethods => METHODS,
            Unseen::LaterMethods => "read the account again (snapshot)",
            Unseen::PrivilegesNotRead => {
                "Entra admin center > Identity Governance > Privileged Identity Management"
            }
            Unseen::DevicesNotRead | Unseen::OtherDevices => "Entra admin center > Devices",
            Unseen::TenantWideConsents => {
                "Entra admin center > Enterprise applications > Permissions, or list_grants"
            }
            Unseen::Consents => "Entra admin center > Enterprise applications, and the user's My Apps",
            Unseen::Certificates => {
                "Entra admin center > Users > Authorization info, and Authentication methods > Certificate-based authentication"
            }
            Unseen::SecurityQuestions => "Entra admin center > Password reset > Authentication methods",
            Unseen::AccountRecovery => {
                "Entra admin center > Verified ID, or GET /identity/verifiedId/profiles"
            }
            Unseen::OwnedApplications => {
                "Entra admin center > App registrations > Owned applications, or GET /users/{id}/ownedObjects"
            }
            Unseen::HiddenMailRules => "Exchange admin center > Mailboxes, and Get-InboxRule -IncludeHidden",
            Unseen::OnPremises => "Active Directory Users and Computers",
            Unseen::IdentityProvider => "the administrators of the federated identity provider",
        },
        _ => return None,
    })
}
