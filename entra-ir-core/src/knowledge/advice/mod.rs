//! The advice for an incident: the ordered steps with reasons, and the disputed questions.

mod calls;
mod disagreements;
mod facts;
mod incident;
mod notes;
mod outside;
mod playbook;
mod signs;
mod steps;
mod task;

use std::fmt;

use serde::Serialize;
use time::{Duration, OffsetDateTime};

pub use disagreements::{Disagreement, Position};
pub use incident::{Incident, RegisteredBy};
pub use outside::{Outside, outside};
pub use task::Task;

use super::account::AccountKind;
use super::action::Action;
use super::done::{ActionDone, MethodTouched, Touched};
use super::doors::{DoorKind, open_doors};
use super::permissions::{PermissionSet, Wanted, permissions_for};
use super::source::Source;
use crate::ids::ObjectId;
use crate::model::{AccountSnapshot, ListedGrant, MethodKind};
use crate::operations::{AnyOperation, CATALOG, lock_out, snapshot};
use crate::receipt::Grade;
use crate::spec::OperationSpec;
use facts::Facts;
use steps::{Planned, What, When};

/// The advice for an incident: the ordered steps with reasons, and the disputed questions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Advice {
    /// The incident.
    pub incident: Incident,
    /// The kind of account.
    pub account: AccountKind,
    /// Whether the account is privileged; `None` if unknown.
    pub privileged: Option<bool>,
    /// The steps, in this order.
    pub steps: Vec<Step>,
    /// Signs in the snapshot that the requester is an attacker, and the signs that were not read. Only if
    /// somebody asks for help.
    pub signs: Vec<String>,
    /// The questions on which authorities disagree, and the choices.
    pub disagreements: Vec<Disagreement>,
    /// Doors that remain open after all steps, and could be closed. After a lockdown, those that are open
    /// when the block is lifted.
    pub left_open: Vec<LeftOpen>,
    /// Places that only people outside Graph can check and close.
    pub outside: Vec<Outside>,
    /// Further notes.
    pub notes: Vec<String>,
}

/// One recommended step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(remote = "Self")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = Self::beside))]
#[non_exhaustive]
pub struct Step {
    /// The actions on the account, which are done together; none if a person does something else.
    pub actions: Vec<Action>,
    /// A person's task that is not an action on the account.
    pub task: Option<Task>,
    /// The title.
    pub title: String,
    /// To what it is done.
    pub target: Touched,
    /// The time.
    pub when: &'static str,
    /// The reason.
    pub reason: &'static str,
    /// The source.
    pub source: Source,
    /// What it does not do.
    pub does_not: &'static str,
    /// What it costs the user.
    pub cost: &'static str,
    /// The permission or role that it requires.
    pub needs: String,
    /// The operation of this library.
    pub operation: Option<&'static str>,
    /// The operation with its options filled in, to run as it is. There is one for the account, or one for
    /// each device, grant or application that the snapshot shows, among which a person chooses. Empty without
    /// an operation, and where the snapshot does not show what to do it to.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<serde_json::Map<String, serde_json::Value>>"))]
    pub calls: Vec<AnyOperation>,
    /// The place to do it if there is none: the Graph call, the cmdlet, the console or the people.
    pub elsewhere: Option<&'static str>,
    /// The ids that public catalogs give to the actions: MITRE ATT&CK, MITRE D3FEND and CISA COUN7ER. Empty
    /// for a person's task.
    pub ids: Vec<&'static str>,
}

crate::json::beside!(Step {
    /// Whether a person chooses among the calls: each acts on one device, grant or application.
    choose: bool = Self::is_choice;
    /// Whether this library has no operation for it: a person does it elsewhere, and says so.
    by_hand: bool = Self::is_by_hand;
});

impl Step {
    /// Records the step as done: each of its actions; nothing if it is not an action on the account.
    pub fn done(&self, at: OffsetDateTime, grade: Grade) -> Vec<ActionDone> {
        self.actions.iter().map(|action| ActionDone::new(*action, at, grade).to(&self.target)).collect()
    }

    /// Returns whether the step consists of this action, alone or among others.
    pub fn has(&self, action: Action) -> bool {
        self.actions.contains(&action)
    }

    /// Returns whether a person chooses among the calls: each acts on one device, grant or application.
    pub fn is_choice(&self) -> bool {
        let acts_on_a_part = |action: &Action| {
            action.is_about_a_device() || matches!(action, Action::DeleteConsent | Action::DisableApplication)
        };
        self.target == Touched::Account && self.actions.iter().any(acts_on_a_part)
    }

    /// Returns whether this library has no operation for it: a person does it elsewhere, and confirms it.
    pub const fn is_by_hand(&self) -> bool {
        self.operation.is_none()
    }
}

impl Incident {
    /// Lists the operations that a step for it may call, for any kind of account, and the snapshot that each
    /// run takes; in the order of the catalog.
    pub fn operations(&self) -> Vec<&'static OperationSpec> {
        let ids: Vec<_> = playbook::of(self)
            .iter()
            .filter_map(|planned| match planned.what {
                What::Action(action) => action.operation().map(|spec| spec.id),
                What::LockOut => Some(lock_out::SPEC.id),
                What::Task(_) => None,
            })
            .chain([snapshot::SPEC.id])
            .collect();
        CATALOG.iter().copied().filter(|spec| ids.contains(&spec.id)).collect()
    }
}

impl Advice {
    /// Returns the fewest permissions for its steps, and for the snapshot that each run takes.
    pub fn permissions(&self) -> PermissionSet {
        let mut wanted = vec![Wanted::from(&snapshot::SPEC)];
        for step in &self.steps {
            // A call names more than the operation: the types of the methods.
            if step.calls.is_empty() {
                let named = CATALOG.iter().copied().filter(|spec| step.operation == Some(spec.id));
                wanted.extend(named.map(Wanted::from));
            }
            wanted.extend(step.calls.iter().map(Wanted::from));
        }
        permissions_for(wanted)
    }

    /// Lists the steps that a person does elsewhere.
    pub fn by_hand(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.is_by_hand())
    }
}

/// A door that remains open although something would close it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LeftOpen {
    /// The title.
    pub label: String,
    /// The door.
    pub kind: DoorKind,
    /// Why it remains open.
    pub why: &'static str,
    /// What would close it.
    pub closed_by: Vec<Action>,
}

/// Advises what to do in an incident, for this account. A pure function: the snapshot holds the kind of
/// account, its privileges and its methods. Each step has its reason, its source, what it does not do and
/// what it costs. Where authorities disagree, [`Advice::disagreements`] holds their positions and the chosen
/// one. [`Advice::left_open`] holds what remains open when every step is confirmed, as computed by
/// [`open_doors`].
///
/// Source: the tables of [`knowledge`](super), and for each step its own.
///
/// ```
/// use entra_ir_core::model::{AccountSnapshot, User};
/// use entra_ir_core::knowledge::{Action, Incident, advise};
/// use time::OffsetDateTime;
///
/// let user: User = serde_json::from_str(
///     r#"{"id":"3b41c05e-73a1-43b7-86d7-ed8409f55900","userPrincipalName":"a_b.example#EXT#@contoso.example"}"#,
/// )?;
/// let advice = advise(Incident::TokenTheft, &AccountSnapshot::new(user, OffsetDateTime::UNIX_EPOCH));
/// let steps = |action| advice.steps.iter().filter(|step| step.has(action)).count();
/// assert_eq!(steps(Action::BlockInHomeTenant), 1, "a guest's sessions are not ours");
/// assert_eq!(steps(Action::RevokeSignInSessions), 0);
/// println!("{advice}");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn advise(incident: Incident, snapshot: &AccountSnapshot) -> Advice {
    let facts = Facts::of(&incident, snapshot);
    let is_for_it = |planned: &&Planned| {
        let licensed = match planned.what {
            What::Action(action) => facts.has_licence_for(action) && facts.may_reach(action),
            What::LockOut | What::Task(_) => true,
        };
        licensed && facts.meet(planned.for_whom)
    };
    let planned = playbook::of(&incident).iter().filter(is_for_it);
    let steps: Vec<_> = planned.map(|planned| step(planned, &incident, &facts, snapshot)).collect();
    let left_open = left_open(&incident, &steps, snapshot);
    let disagreements = disagreements::of(&incident, |when| facts.meet(when));
    let notes = notes::of(&incident, &facts, snapshot);
    let signs = signs::of(&incident, snapshot);
    let outside = if incident.is_hostile() { outside::of(&facts) } else { Vec::new() };
    Advice {
        incident,
        account: facts.account,
        privileged: facts.privileged,
        steps,
        signs,
        disagreements,
        left_open,
        outside,
        notes,
    }
}

fn step(planned: &Planned, incident: &Incident, facts: &Facts, snapshot: &AccountSnapshot) -> Step {
    let common = Step {
        actions: Vec::new(),
        task: None,
        title: String::new(),
        target: Touched::Account,
        when: planned.when,
        reason: planned.reason,
        source: planned.source,
        does_not: planned.does_not,
        cost: planned.cost,
        needs: String::new(),
        operation: None,
        calls: Vec::new(),
        elsewhere: None,
        ids: Vec::new(),
    };
    let does_not = |spec: Option<&OperationSpec>| match spec {
        Some(spec) if planned.does_not.is_empty() => spec.does_not,
        _ => planned.does_not,
    };
    let step = match planned.what {
        What::Action(action) => {
            let (spec, target) = (action.operation(), target(action, planned, incident, snapshot));
            Step {
                actions: vec![action],
                title: action.to_string(),
                does_not: does_not(spec),
                needs: facts.needs(action),
                operation: spec.map(|spec| spec.id),
                calls: calls::of(action, &target, snapshot),
                elsewhere: action.elsewhere(),
                target,
                ..common
            }
        }
        What::LockOut => Step {
            actions: vec![Action::BlockSignIn, Action::ResetPasswordGraphProfile],
            title: "Block sign-in and reset the password, in one request".into(),
            does_not: does_not(Some(&lock_out::SPEC)),
            needs: facts.needs_for(&lock_out::SPEC),
            operation: Some(lock_out::SPEC.id),
            calls: calls::lock_out(snapshot),
            ..common
        },
        What::Task(task) => Step {
            task: Some(task),
            title: task.to_string(),
            needs: task.needs().into(),
            elsewhere: Some(task.place()),
            ..common
        },
    };
    Step { ids: ids(&step.actions), ..step }
}

/// Lists the ids of actions that are done together, each once.
fn ids(actions: &[Action]) -> Vec<&'static str> {
    let mut ids = Vec::new();
    for id in actions.iter().flat_map(|action| action.ids()) {
        if !ids.contains(id) {
            ids.push(*id);
        }
    }
    ids
}

/// Chooses the part of the account for the step.
fn target(action: Action, planned: &Planned, incident: &Incident, snapshot: &AccountSnapshot) -> Touched {
    let of_ids = |ids: &[crate::ids::MethodId]| {
        Touched::Methods(ids.iter().map(|id| MethodTouched::new(id.clone(), Grade::NotSent)).collect())
    };
    match (action, incident) {
        (Action::DeleteMethods, Incident::SuspiciousMethod { suspects, .. })
            if planned.for_whom == When::Suspects =>
        {
            of_ids(suspects)
        }
        (Action::DeleteMethods, Incident::LostMethods { lost }) => of_ids(lost),
        // The pass that was just issued is kept.
        (Action::DeleteMethods, Incident::LostDevice { .. }) => {
            let kinds = MethodKind::ALL.into_iter().filter(MethodKind::is_removable);
            Touched::MethodsOfKinds(kinds.filter(|kind| *kind != MethodKind::TemporaryAccessPass).collect())
        }
        (Action::DeleteMethods, _) => Touched::AllMethods,
        (action, Incident::LostDevice { device: Some(device) }) if action.is_about_a_device() => {
            Touched::Device(*device)
        }
        (Action::DeleteConsent, Incident::MaliciousConsent { grant: Some(grant) }) => {
            Touched::Consent(grant.clone())
        }
        (Action::DisableApplication, Incident::MaliciousConsent { grant: Some(grant) }) => {
            client_of(grant, snapshot).map_or(Touched::Account, Touched::Application)
        }
        _ => Touched::Account,
    }
}

/// Finds the application of a grant, the account's own or one for everybody.
fn client_of(grant: &str, snapshot: &AccountSnapshot) -> Option<ObjectId> {
    let grants = snapshot.grants.collected()?;
    let mut all = grants.own.iter().chain(&grants.tenant_wide);
    let is_it = |listed: &&ListedGrant| listed.grant.id.as_ref().is_some_and(|id| id.as_str() == grant);
    all.find(is_it)?.grant.client_id
}

/// Finds what remains open when every step is confirmed, each well after the previous one. What only a block
/// holds remains open if the steps end with the block.
fn left_open(incident: &Incident, steps: &[Step], snapshot: &AccountSnapshot) -> Vec<LeftOpen> {
    let mut at = snapshot.taken_at;
    let mut done = Vec::new();
    for step in steps {
        at = at.saturating_add(Duration::minutes(10));
        done.extend(step.done(at, Grade::Confirmed));
    }
    let doors = open_doors(snapshot, &done, at.saturating_add(Duration::days(40)));
    let locked_down = *incident == Incident::Lockdown;
    let doors = if locked_down { doors.if_unblocked() } else { &doors };
    let left = doors.closable().map(|door| LeftOpen {
        label: door.label.clone(),
        kind: door.kind.clone(),
        why: match door.kind {
            DoorKind::NewPassword { .. } | DoorKind::AccessPass { .. } => {
                "opened by these steps, for the rightful user"
            }
            _ if locked_down => "a lockdown removes nothing: open when the block is lifted, if not before",
            DoorKind::Registration => "until the rightful user has registered a method, with the pass",
            _ if *incident == Incident::Recover => {
                "not closed by these steps: check that the containment did"
            }
            DoorKind::SessionsSince => "sign-in remains possible by what is left open here",
            _ => "not part of this incident; close it if the account may be in other hands",
        },
        // Another block holds no more than the first.
        closed_by: door.closed_by.iter().copied().filter(|by| !(locked_down && by.is_block())).collect(),
    });
    left.collect()
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({} account)", self.incident, self.account)?;
        for (number, step) in self.steps.iter().enumerate() {
            let how = step.operation.or(step.elsewhere).unwrap_or_default();
            writeln!(f, "{}. {} [{how}], {}: {}", number + 1, step.title, step.when, step.reason)?;
            writeln!(
                f,
                "   does not: {} | costs: {} | needs: {} | {}",
                step.does_not, step.cost, step.needs, step.source
            )?;
        }
        for sign in &self.signs {
            writeln!(f, "sign against it: {sign}")?;
        }
        for left in &self.left_open {
            writeln!(f, "left open: {}: {}", left.label, left.why)?;
        }
        for outside in &self.outside {
            writeln!(f, "outside Graph: {}: {}: {}", outside.place, outside.door, outside.close)?;
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
