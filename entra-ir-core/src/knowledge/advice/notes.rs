//! Notes in addition to the steps.

use super::Facts;
use super::incident::{Incident, RegisteredBy};
use crate::knowledge::AccountKind;
use crate::model::AccountSnapshot;
use crate::text::printable;

pub(super) fn of(incident: &Incident, facts: &Facts, snapshot: &AccountSnapshot) -> Vec<String> {
    let mut notes = Vec::new();
    if facts.privileged == Some(true) {
        let held = [&snapshot.active_roles, &snapshot.eligible_roles]
            .into_iter()
            .filter_map(|part| part.collected())
            .flatten();
        let mut names: Vec<_> =
            held.map(|role| printable(role.name.as_deref().unwrap_or("a role without a name"))).collect();
        names.sort();
        names.dedup();
        notes.push(format!(
            "the account is privileged ({}): look at what it changed in the tenant; remove or end the roles while it is in doubt",
            if names.is_empty() { "by a role-assignable group".into() } else { names.join(", ") }
        ));
    }
    match facts.account {
        AccountKind::ExternalGuest => {
            notes.push("a guest's password and sessions, and the methods registered there, belong to the home tenant: only it can end them; methods registered in this tenant are removed here".into());
            if incident.is_blocked() {
                notes.push("let the guest in again (unblock_sign_in) when the home tenant has contained the account and vouches for it: sessions here continue from then on".into());
            }
        }
        AccountKind::Synced => {
            if incident.is_blocked() || *incident == Incident::Recover {
                notes.push("locked in the cloud only, until a person has checked: the endpoint, the account in Active Directory, its password twice, the computer account, VPN, and tickets".into());
            }
            notes.push("synced: the next sync may undo a change that is made only here; change it in Active Directory too, and consider Kerberos tickets there".into());
        }
        AccountKind::Customer => {
            notes.push("a local account of a customer tenant: revocation is reported to have no effect: keep it blocked until its refresh tokens have expired (90 days); what the removal of methods does is unknown".into());
        }
        AccountKind::Unknown => {
            notes.push("the kind of account has a name that this version does not know: whether a step acts on it is unknown, too".into());
        }
        _ => {}
    }
    if facts.federated.is_none() && facts.account != AccountKind::ExternalGuest {
        notes.push("whether the domain is federated was not read: if it is, reset the password at its identity provider".into());
    }
    if let Incident::SuspiciousMethod { suspects, by } = incident {
        notes.push(
            match by {
                RegisteredBy::Unknown => "the audit log shows who registered the method (initiatedBy): the user, an administrator, or an application, which since June 2026 can register passkeys for anybody",
                RegisteredBy::User => "registered as the user: somebody had a session with MFA not older than ten minutes, or the password while no method was there",
                RegisteredBy::Administrator => "registered by an administrator: that account is in doubt as well, contain it too",
                RegisteredBy::Application => "registered by an application: it can register another method until it is disabled, or loses UserAuthMethod-Passkey.ReadWrite.All and UserAuthenticationMethod.ReadWrite.All",
            }
            .into(),
        );
        let list = snapshot.methods.collected();
        let missing = suspects
            .iter()
            .filter(|id| list.is_none_or(|list| list.methods.iter().all(|method| method.id != **id)));
        let missing = missing.count();
        if missing > 0 {
            notes.push(format!(
                "{missing} of the suspect methods are not in the snapshot: gone, or not listed by Graph"
            ));
        }
    }
    if let Incident::HelpDeskTricked { since: Some(since) } = incident {
        let late = |at: Option<time::OffsetDateTime>| at.is_some_and(|at| at >= *since);
        let list = snapshot.methods.collected().map(|list| list.methods.as_slice()).unwrap_or_default();
        let devices = snapshot.devices.collected().map(Vec::as_slice).unwrap_or_default();
        notes.push(format!(
            "since the call: {} methods and {} devices registered, password {}; phone numbers have no date",
            list.iter().filter(|method| late(method.created)).count(),
            devices.iter().filter(|device| late(device.registered)).count(),
            if late(snapshot.user.last_password_change_date_time) { "changed" } else { "not changed" }
        ));
    }
    match incident {
        Incident::Privileged => privileged(facts, &mut notes),
        Incident::Lockdown => notes.push(
            "locked, not contained: methods, devices, consents, mail rules and roles remain, and what the block holds is open again once it is lifted: contain the account before that".into(),
        ),
        Incident::Recover => {
            if snapshot.user.account_enabled == Some(true) {
                notes.push("the account is not blocked: it was not contained, or somebody has let it in already".into());
            }
            notes.push("these steps end no access: begin when the account is contained, after the second revocation, and when people have closed the places outside Graph".into());
            notes.push("roles, consents and mail rules that were taken away stay away: give back what the user needs, after the sign-in with a new method".into());
        }
        _ => {}
    }
    if incident.is_hostile() {
        notes.push("Microsoft itself, Defender or a risk policy may act on the account too: a moved \"sessions valid from\" is not always yours or the user's".into());
        notes.push(
            "an application's own sessions, inbox rules and forwarding survive every step: check them".into(),
        );
    }
    notes
}

fn privileged(facts: &Facts, notes: &mut Vec<String>) {
    notes.push("the application that this library signs in with, and your own account, may be in the attacker's hands: check who changed them, their owners, secrets, methods and roles, and work from an account and a device that the attacker could not change".into());
    notes.push("trust an administrator, an emergency access account too, who is not in this incident, and who was not created or enabled, and got no role, method, pass or password, while it lasted: at least one must remain".into());
    if facts.privileged == Some(false) {
        notes.push("the snapshot shows no role: it may have been taken away, or its activation has ended; what was done with it remains".into());
    }
}
