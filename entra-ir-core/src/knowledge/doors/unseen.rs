//! The doors that Graph cannot show, listed as unknown.

use super::super::account::AccountKind;
use super::super::action::Action;
use super::super::claim::Confidence;
use super::super::source;
use super::door::{Door, DoorKind, Unseen};
use super::scene::Scene;
use super::verdict::{Draft, Verdict};
use crate::model::{AccountSnapshot, GrantList, Part};
use crate::text::{moment, printable};

/// How many applications are named.
const MOST_NAMES: usize = 3;

pub(super) fn doors(scene: &Scene<'_>) -> Vec<Door> {
    let snapshot = scene.snapshot;
    let mut doors = Vec::new();
    let mut list = |what, why: String| doors.push(door(scene, what, why));
    match &snapshot.methods {
        // The list of a customer account is never complete, as reported below.
        Part::Collected(methods)
            if methods.beta_unread.is_some()
                || !methods.unreadable.is_empty()
                || !methods.types_unread.is_empty()
                || (methods.partial && scene.kind != AccountKind::Customer) =>
        {
            list(
                Unseen::MethodsInPart,
                "the list of methods was not complete: beta-only or unreadable methods may remain".into(),
            );
        }
        Part::Collected(_) => {}
        part => list(Unseen::MethodsNotRead, unread("the methods", part)),
    }
    list(
        Unseen::LaterMethods,
        format!(
            "what was registered since the snapshot was taken ({}) is not in it; a session registers a method only with MFA not older than ten minutes, a passkey five",
            moment(snapshot.taken_at)
        ),
    );
    if scene.kind == AccountKind::Customer {
        list(
            Unseen::CustomerMethods,
            "Graph does not list every method of a local account of a customer tenant: the phone that it signs in with is not among them".into(),
        );
    }
    if let Some(unread) = privileges_not_read(snapshot) {
        list(
            Unseen::PrivilegesNotRead,
            format!("not read: {unread}; the account can use what it holds, owns or may activate there"),
        );
    }
    match &snapshot.devices {
        Part::Collected(_) => {
            list(
                Unseen::OtherDevices,
                if scene.kind == AccountKind::Synced {
                    "hybrid devices have no owner unless Intune sets one, so the list usually lacks them; check the devices in the sign-in logs"
                } else {
                    "a device that the user neither owns nor is registered on may hold a primary refresh token"
                }
                .into(),
            );
        }
        part => list(Unseen::DevicesNotRead, unread("the devices", part)),
    }
    if let Some((what, why)) = consents(snapshot) {
        list(what, why);
    }
    list(
        Unseen::HiddenMailRules,
        "Graph shows neither hidden inbox rules nor the forwarding of the mailbox: check in Exchange".into(),
    );
    if !matches!(scene.kind, AccountKind::ExternalGuest | AccountKind::Customer) {
        list(
            Unseen::Certificates,
            "a certificate that is bound to the user, by authorizationInfo or by the user principal name, signs in whatever happens to the password and the methods"
                .into(),
        );
        list(
            Unseen::SecurityQuestions,
            "administrators can neither see nor change them, and they reset the password by self-service; until 2026-10-05 so did phone numbers and addresses of the profile".into(),
        );
        list(
            Unseen::AccountRecovery,
            "where it is enabled, whoever passes the identity check gets a pass with no method left; by default the first and last names are compared"
                .into(),
        );
    }
    if scene.kind == AccountKind::Synced
        || (scene.federated != Some(false) && snapshot.user.on_premises_sync_enabled == Some(true))
    {
        list(
            Unseen::OnPremises,
            "Graph does not show Active Directory, its Kerberos tickets and cached Windows sign-in".into(),
        );
    }
    if scene.federated != Some(false) && scene.kind != AccountKind::ExternalGuest {
        list(
            Unseen::IdentityProvider,
            if scene.federated.is_some() {
                "Graph does not show the identity provider's own sessions"
            } else {
                "whether the domain is federated was not read: if it is, its identity provider has its own sessions"
            }
            .into(),
        );
    }
    list(
        Unseen::OwnedApplications,
        "an owner of an application or its service principal can add a secret to it and sign in as the application: owned applications are not in the snapshot"
            .into(),
    );
    doors
}

/// Names the roles and groups that were not read. Without a licence there is nothing to activate, so nothing
/// is missing.
fn privileges_not_read(snapshot: &AccountSnapshot) -> Option<String> {
    let mut parts = Vec::new();
    let mut name = |what: &str, state: &str| {
        if !matches!(state, "collected" | "not-licensed") {
            parts.push(format!("{what} ({state})"));
        }
    };
    name("active roles", snapshot.active_roles.state());
    name("roles eligible for", snapshot.eligible_roles.state());
    name("role-assignable groups", snapshot.role_groups.state());
    name("role-assignable groups owned", snapshot.owned_role_groups.state());
    name("groups eligible for", snapshot.eligible_groups.state());
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Describes the consents that no door of the account stands for.
fn consents(snapshot: &AccountSnapshot) -> Option<(Unseen, String)> {
    match &snapshot.grants {
        Part::Collected(grants) => Some((Unseen::TenantWideConsents, tenant_wide(grants)?)),
        part => {
            let why =
                format!("{}; an application that has a consent keeps access", unread("the consents", part));
            Some((Unseen::Consents, why))
        }
    }
}

/// Describes the consents for the whole organisation; `None` if there are none.
fn tenant_wide(grants: &GrantList) -> Option<String> {
    if let Some(reason) = &grants.tenant_wide_unread {
        return Some(format!("the consents for the whole organisation were not read: {}", printable(reason)));
    }
    let number = grants.tenant_wide.len();
    let names: Vec<_> = grants
        .tenant_wide
        .iter()
        .filter(|listed| !listed.concerns.is_empty())
        .map(|listed| {
            listed.client_name.as_deref().map_or_else(|| "an unknown application".into(), printable)
        })
        .collect();
    let which = match names.as_slice() {
        [] => "none gives a reason to look at it".to_owned(),
        names => format!(
            "to look at first: {}{}",
            names.iter().take(MOST_NAMES).cloned().collect::<Vec<_>>().join(", "),
            if names.len() > MOST_NAMES { " and others" } else { "" }
        ),
    };
    (number > 0).then(|| {
        format!("{number} for the whole organisation, which no action on this account ends; {which}")
    })
}

fn unread<T>(what: &str, part: &Part<T>) -> String {
    let state = part.state();
    match part.reason() {
        Some(reason) => format!("{what} were not read ({state}): {}", crate::text::printable(reason)),
        None => format!("{what} were not read ({state})"),
    }
}

fn door(scene: &Scene<'_>, what: Unseen, why: String) -> Door {
    let (label, closers, source): (_, &[Action], _) = match what {
        Unseen::MethodsNotRead => {
            ("methods that were not read", &[Action::DeleteMethods], source::DELETE_METHODS)
        }
        Unseen::MethodsInPart => {
            ("methods that the list does not show", &[Action::DeleteMethods], source::DELETE_METHODS)
        }
        Unseen::CustomerMethods => {
            ("methods of a customer account that Graph does not list", &[], source::DELETE_METHODS)
        }
        Unseen::PrivilegesNotRead => ("roles and groups that were not read", &[], source::ROLES),
        Unseen::LaterMethods => ("methods registered since the snapshot", &[], source::DELETE_METHODS),
        Unseen::DevicesNotRead => {
            ("devices that were not read", &[Action::DisableDevice], source::REVOKE_ACCESS)
        }
        Unseen::OtherDevices => {
            ("devices that are not listed", &[Action::DisableDevice], source::MANAGE_DEVICES)
        }
        Unseen::Consents => (
            "consents that were not read",
            &[Action::DeleteConsent, Action::DisableApplication],
            source::APP_PERMISSIONS,
        ),
        Unseen::TenantWideConsents => ("consents for the whole organisation", &[], source::APP_PERMISSIONS),
        Unseen::HiddenMailRules => ("hidden inbox rules and forwarding", &[], source::COMPROMISED_MAIL),
        Unseen::Certificates => {
            ("sign-in by certificate", &[Action::ClearCertificateBindings], source::CERTIFICATES)
        }
        Unseen::OwnedApplications => ("applications that the account owns", &[], source::MALICIOUS_APP),
        Unseen::SecurityQuestions => ("security questions", &[], source::SSPR_DATA),
        Unseen::AccountRecovery => ("account recovery", &[], source::ACCOUNT_RECOVERY),
        Unseen::OnPremises => (
            "on-premises sign-in",
            &[Action::BlockOnPremises, Action::ResetPasswordOnPremises],
            source::REVOKE_ACCESS,
        ),
        Unseen::IdentityProvider => {
            ("the federated identity provider", &[Action::ResetPasswordOnPremises], source::CONCLUDED)
        }
    };
    let draft = Draft {
        kind: DoorKind::Unseen { what },
        label: label.into(),
        certain: false,
        why,
        closers: closers.iter().copied().filter(|action| scene.may_reach(*action)).collect(),
        source,
        confidence: Confidence::Inferred,
    };
    draft.finish(&Verdict::UNKNOWN)
}
