//! Orders of containment that others publish, and the portal's buttons alone: what they do, in their order.

use std::fmt;

/// Names what an order does in one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Press {
    /// Disables the account in Active Directory. A synced account only.
    BlockOnPremises,
    /// Resets the password in Active Directory, twice. A synced account only.
    ResetOnPremises,
    /// Blocks sign-in.
    Block,
    /// Revokes the sessions.
    Revoke,
    /// Presses *Revoke MFA sessions* as it was before February 2026.
    RevokeMfaBefore2026,
    /// Resets the password.
    Reset,
    /// Disables the account's devices.
    DisableDevices,
    /// Confirms the user compromised.
    ConfirmCompromised,
    /// Removes the methods, each once, in the order of the list.
    RemoveMethods,
    /// Removes methods and devices that were added.
    RemoveAdded,
    /// Disables the application.
    DisableApplication,
    /// Revokes the consents.
    RevokeConsents,
    /// Keeps users from consenting.
    StopConsent,
    /// Disables inbox rules.
    InboxRules,
    /// Switches forwarding off.
    Forwarding,
    /// Blocks legacy authentication.
    BlockLegacy,
    /// Blocks the attacker's address: he has others.
    BlockAddress,
    /// Requires MFA registration again.
    Reregister,
    /// Makes a Temporary Access Pass for the user.
    Pass,
}

/// An order of containment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Order {
    /// A short name.
    pub name: &'static str,
    /// Who publishes it.
    pub source: &'static str,
    /// What it does, in its order.
    pub presses: &'static [Press],
}

use Press::{
    Block, BlockAddress, BlockLegacy, BlockOnPremises, ConfirmCompromised, DisableApplication,
    DisableDevices, Forwarding, InboxRules, Pass, RemoveAdded, RemoveMethods, Reregister, Reset,
    ResetOnPremises, Revoke, RevokeConsents, RevokeMfaBefore2026, StopConsent,
};

const fn order(name: &'static str, source: &'static str, presses: &'static [Press]) -> Order {
    Order { name, source, presses }
}

impl Order {
    /// Lists the orders, the buttons alone last. Where a text leaves something open, the reading that helps
    /// it most is used.
    pub const ALL: &[Self] = &[
        order(
            "revoke-access",
            "Microsoft, \"Revoke user access in Microsoft Entra ID\" (2026-06-19)",
            &[BlockOnPremises, ResetOnPremises, Block, Revoke, DisableDevices],
        ),
        order(
            "token-theft",
            "Microsoft, \"Token theft playbook\"",
            &[
                Reset,
                BlockOnPremises,
                ResetOnPremises,
                Block,
                Revoke,
                ConfirmCompromised,
                BlockAddress,
                RemoveAdded,
            ],
        ),
        order(
            "password-spray",
            "Microsoft, \"Password spray investigation\"",
            &[Reset, ResetOnPremises, Block, ConfirmCompromised, BlockAddress, BlockLegacy],
        ),
        order(
            "compromised-mailbox",
            "Microsoft, \"Responding to a compromised email account\"",
            &[Reset, ResetOnPremises, Forwarding, InboxRules],
        ),
        order(
            "app-consent",
            "Microsoft, \"App consent grant investigation\"",
            &[DisableApplication, RevokeConsents, StopConsent],
        ),
        order(
            "id-protection",
            "Microsoft, \"Remediate risks and unblock users\"",
            &[ConfirmCompromised, Reset, ResetOnPremises, Block, Revoke, DisableDevices],
        ),
        order(
            "cipp",
            "CIPP, BEC remediation (its behaviour, read in its source)",
            &[Reset, Block, Revoke, RemoveMethods, InboxRules],
        ),
        order("realmjoin", "RealmJoin, runbook \"Revoke or restore access\"", &[Block, Revoke, Reset]),
        order("graphtools", "GraphTools, incident script", &[Revoke, Block, Reset, DisableDevices]),
        order("cloud-ai-skills", "cloud-ai-security-skills, Entra containment", &[Block, Revoke]),
        order(
            "soar-connectors",
            "Connectors of Rapid7, Sekoia, Google SecOps and FortiSOAR",
            &[Revoke, Reset, Block],
        ),
        order("swimlane", "Swimlane, component", &[Reset, Revoke]),
        order(
            "aitm-guides",
            "Guides of practitioners, adversary in the middle",
            &[Revoke, Reset, RemoveMethods],
        ),
        order("cisa", "CISA COUN7ER, CM0033, CM0071, CM0077", &[Reset, ResetOnPremises, RemoveAdded, Revoke]),
        order("help-desk", "What a help desk does for \"lost my phone\"", &[Reregister, Pass]),
        order("button-reset-password", "The portal: Reset password", &[Reset]),
        order("button-reregister", "The portal: Require re-register MFA", &[Reregister]),
        order(
            "button-revoke-mfa-before-2026",
            "The portal: Revoke MFA sessions, before February 2026",
            &[RevokeMfaBefore2026],
        ),
        order(
            "button-revoke-sessions",
            "The portal: Revoke sessions (and Revoke MFA sessions since February 2026)",
            &[Revoke],
        ),
        order("button-pass", "The portal: Add Temporary Access Pass", &[Pass]),
    ];

    /// Finds an order by its name.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|order| order.name == name)
    }

    /// Returns whether it makes a pass for whoever asks.
    pub(super) fn makes_pass(&self) -> bool {
        self.presses.contains(&Pass)
    }
}

impl fmt::Display for Press {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BlockOnPremises => "disable in Active Directory",
            Self::ResetOnPremises => "reset twice in Active Directory",
            Self::Block => "block",
            Self::Revoke => "revoke sessions",
            Self::RevokeMfaBefore2026 => "revoke MFA sessions",
            Self::Reset => "reset the password",
            Self::DisableDevices => "disable devices",
            Self::ConfirmCompromised => "confirm compromised",
            Self::RemoveMethods => "remove methods",
            Self::RemoveAdded => "remove what was added",
            Self::DisableApplication => "disable the application",
            Self::RevokeConsents => "revoke consents",
            Self::StopConsent => "stop consent",
            Self::InboxRules => "inbox rules off",
            Self::Forwarding => "forwarding off",
            Self::BlockLegacy => "block legacy authentication",
            Self::BlockAddress => "block the address",
            Self::Reregister => "require registration again",
            Self::Pass => "make a pass",
        })
    }
}
