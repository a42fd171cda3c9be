//! What to do next, in which order, why, and what is disputed.

mod disagreements;
mod facts;
mod playbook;

use std::fmt;

use serde::Serialize;
use time::{Duration, OffsetDateTime};

pub use disagreements::{Disagreement, Position};

use super::account::AccountKind;
use super::action::Action;
use super::done::{ActionDone, Target};
use super::doors::{DoorKind, open_doors};
use crate::ids::{MethodId, ObjectId};
use crate::model::{MethodKind, UserPicture};
use crate::receipt::Grade;
use crate::text::printable;
use facts::Facts;
use playbook::Planned;

/// Says what happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
#[non_exhaustive]
pub enum Situation {
    /// An attacker knows the password.
    PasswordKnown,
    /// A session or a token was stolen, by an adversary in the middle for one.
    SessionStolen,
    /// An attacker registered a method.
    MethodRegistered {
        /// Those that are suspect, if any is.
        suspects: Vec<MethodId>,
    },
    /// A device was lost or stolen.
    DeviceLost {
        /// Which, by object id.
        device: Option<ObjectId>,
    },
    /// The rightful user lost all second factors: a new phone.
    FactorsLost,
    /// The user consented to a malicious application.
    MaliciousConsent {
        /// The permission grant, by id.
        grant: Option<String>,
    },
}

impl Situation {
    /// Returns whether somebody else may be in the account.
    pub const fn is_hostile(&self) -> bool {
        !matches!(self, Self::FactorsLost)
    }

    /// Returns a short stable word for the situation.
    pub const fn slug(&self) -> &'static str {
        match self {
            Self::PasswordKnown => "password-known",
            Self::SessionStolen => "session-stolen",
            Self::MethodRegistered { .. } => "method-registered",
            Self::DeviceLost { .. } => "device-lost",
            Self::FactorsLost => "factors-lost",
            Self::MaliciousConsent { .. } => "malicious-consent",
        }
    }
}

impl fmt::Display for Situation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PasswordKnown => "an attacker knows the password",
            Self::SessionStolen => "a session or token was stolen",
            Self::MethodRegistered { .. } => "an attacker registered a method",
            Self::DeviceLost { .. } => "a device was lost or stolen",
            Self::FactorsLost => "the rightful user lost all second factors",
            Self::MaliciousConsent { .. } => "the user consented to a malicious application",
        })
    }
}

/// Says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Advice {
    /// What happened.
    pub situation: Situation,
    /// What kind of account it is.
    pub account: AccountKind,
    /// Whether the account is privileged; `None` if nobody can tell.
    pub privileged: Option<bool>,
    /// What to do, in this order.
    pub steps: Vec<Step>,
    /// Where authorities disagree, and what was chosen.
    pub disagreements: Vec<Disagreement>,
    /// What stays open when all is done, and could be closed.
    pub left_open: Vec<LeftOpen>,
    /// What must be known besides.
    pub notes: Vec<String>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Step {
    /// What.
    pub action: Action,
    /// To what.
    pub target: Target,
    /// When.
    pub when: &'static str,
    /// Why.
    pub reason: &'static str,
    /// Who says so.
    pub source: &'static str,
    /// What it will not do.
    pub does_not: &'static str,
    /// What it costs the user.
    pub cost: &'static str,
    /// The permission or role it takes.
    pub needs: String,
    /// The operation of this library.
    pub operation: Option<&'static str>,
    /// Where it is done if there is none.
    pub elsewhere: Option<&'static str>,
}

impl Step {
    /// Records the step as done.
    pub fn done(&self, at: OffsetDateTime, grade: Grade) -> ActionDone {
        ActionDone { target: self.target.clone(), ..ActionDone::new(self.action, at, grade) }
    }
}

/// Names a door that stays open although something would close it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LeftOpen {
    /// What to call it.
    pub label: String,
    /// The door.
    pub kind: DoorKind,
    /// Why it stays.
    pub why: &'static str,
    /// What would close it.
    pub closed_by: Vec<Action>,
}

/// Advises what to do in a situation, for this account.
///
/// A pure function: the picture says what kind of account it is, what it can do and what it has. Each step says why, who says so, what it will not do and
/// what it costs; where authorities disagree, their positions stand in [`Advice::disagreements`] beside the one that was chosen. What stays open when
/// every step was confirmed is told in [`Advice::left_open`], as [`open_doors`] finds it.
///
/// Source: the tables of [`knowledge`](super), and for each step its own.
///
/// ```
/// use entra_ir_core::{User, UserPicture};
/// use entra_ir_core::knowledge::{Action, Situation, advise};
/// use time::OffsetDateTime;
///
/// let user: User = serde_json::from_str(
///     r#"{"id":"3b41c05e-73a1-43b7-86d7-ed8409f55900","userPrincipalName":"a_b.example#EXT#@contoso.example"}"#,
/// )?;
/// let advice = advise(Situation::SessionStolen, &UserPicture::of(user, OffsetDateTime::UNIX_EPOCH));
/// assert!(advice.steps.iter().any(|step| step.action == Action::BlockInHomeTenant), "a guest's sessions are not ours");
/// assert!(advice.steps.iter().all(|step| step.action != Action::RevokeSignInSessions));
/// println!("{advice}");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn advise(situation: Situation, picture: &UserPicture) -> Advice {
    let facts = Facts::of(picture);
    let planned = playbook::of(&situation)
        .iter()
        .filter(|planned| facts.meet(planned.for_whom) && facts.has_licence_for(planned.action));
    let steps: Vec<_> = planned.map(|planned| step(planned, &situation, &facts)).collect();
    let left_open = left_open(&steps, picture);
    let disagreements = disagreements::of(&situation, |when| facts.meet(when));
    let notes = notes(&situation, &facts, picture);
    Advice {
        situation,
        account: facts.account,
        privileged: facts.privileged,
        steps,
        disagreements,
        left_open,
        notes,
    }
}

fn step(planned: &Planned, situation: &Situation, facts: &Facts) -> Step {
    let operation = planned.action.operation();
    Step {
        action: planned.action,
        target: target(planned.action, situation),
        when: planned.when,
        reason: planned.reason,
        source: planned.source,
        does_not: operation.map_or(planned.does_not, |spec| {
            if planned.does_not.is_empty() { spec.does_not } else { planned.does_not }
        }),
        cost: planned.cost,
        needs: facts.needs(planned.action),
        operation: operation.map(|spec| spec.id),
        elsewhere: planned.action.elsewhere(),
    }
}

/// Chooses to what the step is done.
fn target(action: Action, situation: &Situation) -> Target {
    match (action, situation) {
        // What the button leaves and what still signs in: a passkey would keep the user from registering.
        (Action::DeleteMethods, Situation::FactorsLost) => Target::MethodsOfKinds(vec![
            MethodKind::Fido2,
            MethodKind::WindowsHello,
            MethodKind::PlatformCredential,
            MethodKind::PasswordlessAuthenticator,
            MethodKind::QrCodePin,
            MethodKind::External,
        ]),
        (Action::DeleteMethods, _) => Target::AllMethods,
        (Action::DisableDevice, Situation::DeviceLost { device: Some(device) }) => Target::Device(*device),
        (Action::DeleteConsent, Situation::MaliciousConsent { grant: Some(grant) }) => {
            Target::Consent(grant.clone())
        }
        _ => Target::Account,
    }
}

/// Finds what stays open when every step was confirmed, each well after the one before.
fn left_open(steps: &[Step], picture: &UserPicture) -> Vec<LeftOpen> {
    let mut at = picture.taken_at;
    let mut done = Vec::new();
    for step in steps {
        at = at.saturating_add(Duration::minutes(10));
        done.push(step.done(at, Grade::Confirmed));
    }
    let doors = open_doors(picture, &done, at.saturating_add(Duration::days(40)));
    let left = doors.closable().map(|door| LeftOpen {
        label: door.label.clone(),
        kind: door.kind.clone(),
        why: match door.kind {
            DoorKind::NewPassword { .. } | DoorKind::AccessPass { .. } => {
                "opened by these steps, for the rightful user"
            }
            DoorKind::SessionsSince => "sign-in stays possible by what is left open here",
            _ => "not what happened here; close it if the account may be in other hands",
        },
        closed_by: door.closed_by.clone(),
    });
    left.collect()
}

fn notes(situation: &Situation, facts: &Facts, picture: &UserPicture) -> Vec<String> {
    let mut notes = Vec::new();
    if facts.privileged == Some(true) {
        let held = [&picture.active_roles, &picture.eligible_roles]
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
        }
        AccountKind::Synced => notes.push(
            "synced: what is changed here only may be undone by the next sync; change it in Active Directory too, and mind Kerberos tickets there".into(),
        ),
        AccountKind::Customer => {
            notes.push("a local account of a customer tenant: no page says what revocation and method removal do for it".into());
        }
        AccountKind::Unknown => {
            notes.push("what kind of account it is has a name that this version does not know: whether a step acts on it is not known either".into());
        }
        _ => {}
    }
    if facts.federated.is_none() && facts.account != AccountKind::ExternalGuest {
        notes.push("whether the domain is federated was not read: if it is, reset the password at its identity provider".into());
    }
    if let Situation::MethodRegistered { suspects } = situation {
        let list = picture.methods.collected();
        let missing = suspects
            .iter()
            .filter(|id| list.is_none_or(|list| list.methods.iter().all(|method| method.id != **id)));
        let missing = missing.count();
        if missing > 0 {
            notes.push(format!(
                "{missing} of the suspect methods are not in the picture: gone, or not listed by Graph"
            ));
        }
    }
    if situation.is_hostile() {
        notes.push("before anything is removed, keep what is evidence: the list of methods, sign-in logs, inbox rules, consents".into());
        notes.push(
            "an application's own sessions, inbox rules and forwarding outlive every step: look at them"
                .into(),
        );
    }
    notes
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({} account)", self.situation, self.account)?;
        for (number, step) in self.steps.iter().enumerate() {
            let how = step.operation.or(step.elsewhere).unwrap_or_default();
            writeln!(f, "{}. {} [{how}], {}: {}", number + 1, step.action, step.when, step.reason)?;
            writeln!(
                f,
                "   does not: {} | costs: {} | needs: {} | {}",
                step.does_not, step.cost, step.needs, step.source
            )?;
        }
        for left in &self.left_open {
            writeln!(f, "left open: {}: {}", left.label, left.why)?;
        }
        for disagreement in &self.disagreements {
            writeln!(f, "disputed: {disagreement}")?;
        }
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
