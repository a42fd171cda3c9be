//! The places that only people outside Graph can close: the place, the access, how to check, who closes it.

use serde::Serialize;

use super::facts::Facts;
use crate::knowledge::AccountKind;
use crate::knowledge::source::{self, Source};

/// A place that Graph does not reach, what may be open there, and who checks and closes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Outside {
    /// The place.
    pub place: &'static str,
    /// What may be open there.
    pub door: &'static str,
    /// The cmdlet, the console or the people to check and close it.
    pub close: &'static str,
    /// The source.
    pub source: Source,
}

const fn place(place: &'static str, door: &'static str, close: &'static str, source: Source) -> Outside {
    Outside { place, door, close, source }
}

const ON_PREMISES: &str = "Active Directory";

static PLACES: &[Outside] = &[
    place(
        "Exchange",
        "forwarding, hidden and sweep rules, delegates, send-as, add-ins, mobile partnerships, transport rules, connectors",
        "Get-Mailbox, Get-InboxRule -IncludeHidden, Get-SweepRule, Get-MailboxPermission, Get-RecipientPermission, Get-MobileDevice, Get-TransportRule, Get-InboundConnector; Set-Mailbox -ForwardingSmtpAddress $null -ForwardingAddress $null -DeliverToMailboxAndForward $false",
        source::COMPROMISED_MAIL,
    ),
    place(
        "SharePoint, OneDrive",
        "anonymous and company links, guests invited, copies already synced",
        "SharePoint admin center; the unified audit log (Search-UnifiedAuditLog)",
        source::PRACTICE,
    ),
    place(
        "Teams",
        "external chats, guests, webhooks, meeting links, recordings",
        "Teams admin center",
        source::PRACTICE,
    ),
    place(
        "Power Platform",
        "flows and connections with their own tokens",
        "Power Platform admin center",
        source::ORPHAN_FLOWS,
    ),
    place(
        "Azure, DevOps",
        "role assignments, elevation at the root, keys, SAS, runbooks, personal access tokens",
        "az role assignment list --all; rotate what was read",
        source::ELEVATE,
    ),
    place(
        "Intune, endpoint",
        "scripts, apps, a local administrator, passwords saved in a browser, an infected device",
        "Intune admin center; Microsoft Defender portal > Isolate device",
        source::TOKEN_THEFT,
    ),
    place(
        ON_PREMISES,
        "the account and the computer, Kerberos tickets (ten hours by default), VPN, RDP, cached logon (about four hours), AD FS, pass-through authentication, Connect",
        "the Active Directory team: Disable-ADAccount, reset the password twice; end VPN and RDP sessions",
        source::REVOKE_ACCESS,
    ),
    place(
        "Applications by single sign-on",
        "their own sessions, API tokens, local passwords, late deprovisioning",
        "the administrators of each application that the account signed in to (sign-in logs)",
        source::REVOKE_ACCESS,
    ),
    place(
        "Other tenants",
        "this user as a guest there; partners with rights here",
        "the administrators there; delegated admin relationships and role assignments here",
        source::GUESTS,
    ),
    place(
        "Data and money",
        "mail and files that were read or sent, payments: no containment undoes them",
        "the unified audit log (Search-UnifiedAuditLog); the bank, at once",
        source::PRACTICE,
    ),
];

impl Outside {
    /// Lists every place.
    pub const fn all() -> &'static [Self] {
        PLACES
    }
}

/// Lists the places for an account; Active Directory only if the account may be synced from it.
pub(super) fn of(facts: &Facts) -> Vec<Outside> {
    let on_premises = facts.account == AccountKind::Synced || facts.federated != Some(false);
    PLACES.iter().copied().filter(|of| of.place != ON_PREMISES || on_premises).collect()
}

/// Lists the places for a kind of account, if nothing more is known of it: Active Directory for a kind that
/// may be synced or federated.
///
/// ```
/// use entra_ir_core::knowledge::{AccountKind, outside};
///
/// assert!(outside(AccountKind::Synced).iter().any(|of| of.place == "Active Directory"));
/// assert!(outside(AccountKind::Cloud).iter().any(|of| of.place == "Exchange"));
/// ```
pub fn outside(kind: AccountKind) -> Vec<Outside> {
    let on_premises =
        !matches!(kind, AccountKind::Cloud | AccountKind::ExternalGuest | AccountKind::Customer);
    PLACES.iter().copied().filter(|of| of.place != ON_PREMISES || on_premises).collect()
}
