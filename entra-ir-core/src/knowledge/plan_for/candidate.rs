//! The candidates: the actions that the doors name, each with its target, in the order of a plan.

use std::cmp::Reverse;

use time::{Duration, OffsetDateTime};

use super::super::action::Action;
use super::super::advice::Incident;
use super::super::done::{ActionDone, MethodTouched, Touched};
use super::super::doors::{Door, DoorKind, consent_name, open_doors};
use super::scope;
use crate::model::{AccountSnapshot, ListedGrant, MethodKind};
use crate::receipt::Grade;
use crate::spec::Effect;

/// How long after one action the next is assumed: longer than the directory takes.
const APART: Duration = Duration::minutes(10);
/// When the actions are judged: when the last token has expired.
const AFTERWARDS: Duration = Duration::days(40);

/// An action that a door names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) action: Action,
    pub(super) target: Touched,
    stage: Stage,
}

/// The stages of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Block,
    Revoke,
    Contain,
    Destroy,
    RevokeAgain,
}

impl Candidate {
    fn new(action: Action, target: Touched) -> Self {
        let contains = action.operation().is_some_and(|spec| spec.effect == Effect::Contain);
        let stage = match action {
            action if action.is_block() => Stage::Block,
            action if action.ends_all_sessions() => Stage::Revoke,
            action if contains || action.sets_password() || action.is_about_a_device() => Stage::Contain,
            _ => Stage::Destroy,
        };
        Self { action, target, stage }
    }

    /// Its place in a plan. What is done in Active Directory comes first: a sync undoes what was done before
    /// only here.
    fn place(&self) -> (Stage, bool, Action) {
        let at_the_root = matches!(self.action, Action::BlockOnPremises | Action::DisableComputerOnPremises);
        (self.stage, !at_the_root, self.action)
    }

    /// What it costs among others, to compare: the dearest is omitted first.
    pub(super) fn cost(&self, among: &[Self]) -> impl Ord + use<> {
        (
            self.action.is_shared(),
            self.action.operation().is_none(),
            self.stage >= Stage::Destroy,
            self.target == Touched::Account,
            self.stage,
            // What is done to several parts is done together.
            Reverse(among.iter().filter(|other| other.action == self.action).count()),
            Reverse(self.action),
        )
    }
}

/// Lists every candidate, in the order of a plan. The revocation is there twice.
pub(super) fn all(incident: &Incident, snapshot: &AccountSnapshot) -> Vec<Candidate> {
    let mut all: Vec<Candidate> = Vec::new();
    loop {
        let (done, end) = done(snapshot, &all, |_| true);
        // At first, a pass has not expired.
        let now = if all.is_empty() { snapshot.taken_at } else { end };
        let doors = open_doors(snapshot, &done, now);
        let mut new = Vec::new();
        for door in doors.doors.iter().chain(&doors.if_unblocked().doors).filter(|door| !door.given) {
            for action in door.closed_by.iter().filter(|by| scope::allows(incident, **by, door, snapshot)) {
                let Some(target) = target(*action, door, snapshot) else { continue };
                let candidate = Candidate::new(*action, target);
                if !all.contains(&candidate) && !new.contains(&candidate) {
                    new.push(candidate);
                }
            }
        }
        if new.is_empty() {
            return all;
        }
        let revocations = new.iter().filter(|one| one.stage == Stage::Revoke);
        let again: Vec<_> =
            revocations.map(|one| Candidate { stage: Stage::RevokeAgain, ..one.clone() }).collect();
        all.extend(new);
        all.extend(again);
        all.sort_by_key(Candidate::place);
    }
}

/// Returns the candidates that are chosen as done, each action at its own time, and the time when all of them
/// have taken effect.
pub(super) fn done(
    snapshot: &AccountSnapshot,
    candidates: &[Candidate],
    is_chosen: impl Fn(usize) -> bool,
) -> (Vec<ActionDone>, OffsetDateTime) {
    let mut at = snapshot.taken_at;
    let mut done = Vec::new();
    let mut last = None;
    for (place, Candidate { action, target, stage }) in candidates.iter().enumerate() {
        // What is done to several parts is done together.
        if last.replace((*stage, *action)) != Some((*stage, *action)) {
            at = at.saturating_add(APART);
        }
        if is_chosen(place) {
            done.push(ActionDone::new(*action, at, Grade::Confirmed).to(target));
        }
    }
    (done, at.saturating_add(AFTERWARDS))
}

/// Returns the part that an action against a door is done to; `None` if the snapshot does not name it.
fn target(action: Action, door: &Door, snapshot: &AccountSnapshot) -> Option<Touched> {
    Some(match (&door.kind, action) {
        (DoorKind::Session { device, .. }, action) if action.is_about_a_device() => {
            Touched::Device(device.as_ref()?.parse().ok()?)
        }
        (
            DoorKind::Method { method: MethodKind::TemporaryAccessPass, id },
            Action::DeleteTemporaryAccessPass,
        ) => Touched::Pass { id: Some(id.clone()), starts_at: None, lifetime_in_minutes: None },
        (DoorKind::Method { id, .. }, Action::DeleteMethods | Action::DeactivateHardwareOath) => {
            Touched::Methods(vec![MethodTouched::new(id.clone(), Grade::NotSent)])
        }
        (DoorKind::Consent { id }, Action::DeleteConsent) => {
            Touched::Consent(listed(id.as_deref()?, snapshot)?.grant.id.as_ref()?.as_str().to_owned())
        }
        (DoorKind::Consent { id }, Action::DisableApplication) => {
            Touched::Application(listed(id.as_deref()?, snapshot)?.grant.client_id?)
        }
        _ => Touched::Account,
    })
}

/// Finds the grant of a door.
fn listed<'a>(door: &str, snapshot: &'a AccountSnapshot) -> Option<&'a ListedGrant> {
    let mut own = snapshot.grants.collected()?.own.iter().enumerate();
    own.find(|(place, listed)| consent_name(listed, *place) == door).map(|(_, listed)| listed)
}
