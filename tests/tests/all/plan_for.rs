//! The plan that follows from the tables alone: nothing can be omitted, nothing that can be closed is left
//! open. For Contoso, each difference from the ready plans has a reason.

use std::collections::{BTreeSet, HashMap};

use entra_ir_core::SimulatedTenant;
use entra_ir_core::knowledge::{
    AccountKind, Action, ActionDone, Door, DoorKind, DoorState, Incident, Needed, RegisteredBy, Touched,
    advise, open_doors, plan_for,
};
use entra_ir_core::model::{AccountSnapshot, AuthenticationMethod, MethodKind};
use entra_ir_core::receipt::Grade;
use entra_ir_tests::client_of;
use proptest::prelude::*;
use time::OffsetDateTime;

use crate::doors::{actions, at, done, incident, snapshot_with};
use crate::random::properties;

/// A time after the list at which every token has expired.
const AFTERWARDS: i64 = 60_000;

/// The time of the action at a place of a list.
fn time_of(place: usize) -> OffsetDateTime {
    at(10 * i64::try_from(place + 1).unwrap())
}

fn carried_out(needed: &[Needed]) -> Vec<ActionDone> {
    needed.iter().enumerate().map(|(place, one)| one.done(time_of(place), Grade::Confirmed)).collect()
}

/// The rank of each door, with the block and without it. What was given to the rightful user counts as
/// closed, a pass that only expires as open.
fn ranks(snapshot: &AccountSnapshot, done: &[ActionDone]) -> [HashMap<DoorKind, u8>; 2] {
    let doors = open_doors(snapshot, done, at(AFTERWARDS));
    [&doors.doors, &doors.if_unblocked().doors].map(|doors| {
        let rank = |door: &Door| match door.state {
            _ if door.given => 4,
            DoorState::Closed { by: Action::TemporaryAccessPassExpires, since } if since > at(0) => 0,
            state => state.rank(),
        };
        doors.iter().map(|door| (door.kind.clone(), rank(door))).collect()
    })
}

/// Returns whether a door is worse than before; one that is new counts as closed before.
fn is_worse(now: &[HashMap<DoorKind, u8>; 2], before: &[HashMap<DoorKind, u8>; 2]) -> bool {
    now.iter()
        .zip(before)
        .any(|(now, before)| now.iter().any(|(kind, rank)| *rank < before.get(kind).copied().unwrap_or(4)))
}

/// Each way to omit a part of a list: an action, or one of several methods.
fn each_omission(done: &[ActionDone]) -> Vec<Vec<ActionDone>> {
    let mut all = Vec::new();
    for place in 0..done.len() {
        let mut fewer = done.to_vec();
        let omitted = fewer.remove(place);
        all.push(fewer);
        if let Touched::Methods(methods) = &omitted.target
            && methods.len() > 1
        {
            for left in 0..methods.len() {
                let mut fewer = done.to_vec();
                let Touched::Methods(methods) = &mut fewer[place].target else { unreachable!() };
                methods.remove(left);
                all.push(fewer);
            }
        }
    }
    all
}

/// Returns whether an incident's playbook could hold it, and it does more than open a door.
fn is_allowed(incident: &Incident, action: Action) -> bool {
    let consents = matches!(action, Action::DeleteConsent | Action::DisableApplication);
    match incident {
        Incident::Lockdown => {
            action.is_block() || action.sets_password() || action == Action::RevokeSignInSessions
        }
        Incident::MaliciousConsent { .. } => consents || action == Action::RevokeSignInSessions,
        _ => action != Action::CreateTemporaryAccessPass && (consents || !action.is_shared()),
    }
}

properties! {
    100 cases;

    fn nothing_can_be_omitted(snapshot in snapshot_with(-600..1), incident in incident()) {
        let needed = plan_for(&incident, &snapshot);
        prop_assert_eq!(&needed, &plan_for(&incident, &snapshot));
        let done = carried_out(&needed);
        let with = ranks(&snapshot, &done);
        for fewer in each_omission(&done) {
            prop_assert!(is_worse(&ranks(&snapshot, &fewer), &with), "{fewer:#?}\nis enough of\n{needed:#?}");
        }
        for one in &needed {
            prop_assert!(!one.closes.is_empty() && one.why.starts_with("without it"), "{one:?}");
        }
    }

    fn nothing_that_can_be_closed_is_left_open(
        snapshot in snapshot_with(-600..1),
        which in 0..4_usize,
        others in proptest::collection::vec(done(actions()), 0..12),
    ) {
        let incident = [
            Incident::AccountTakeover,
            Incident::Privileged,
            Incident::Lockdown,
            Incident::MaliciousConsent { grant: None },
        ][which].clone();
        let with = ranks(&snapshot, &carried_out(&plan_for(&incident, &snapshot)));
        let mut others: Vec<_> =
            others.into_iter().filter(|done| is_allowed(&incident, done.action)).collect();
        others.iter_mut().enumerate().for_each(|(place, done)| done.at = time_of(place));
        let before = ranks(&snapshot, &[]);
        let other = ranks(&snapshot, &others);
        for (view, before) in before.iter().enumerate() {
            // What is registered once no method is left is judged with the methods.
            for kind in before.keys().filter(|kind| **kind != DoorKind::Registration) {
                let (ours, theirs) = (with[view].get(kind), other[view].get(kind));
                // What may have an effect closes no door.
                let is_shut = theirs > Some(&DoorState::Unknown.rank());
                prop_assert!(ours >= theirs || !is_shut, "{kind:?}: {ours:?}, and {theirs:?} by {others:#?}");
            }
        }
    }

    fn an_incident_limits_what_is_done(snapshot in snapshot_with(-600..1), incident in incident()) {
        let needed = plan_for(&incident, &snapshot);
        let does = |is: fn(Action) -> bool| needed.iter().any(|one| is(one.action));
        let resets_or_removes = |action: Action| {
            action.sets_password() || matches!(action, Action::DeleteMethods | Action::DeleteAppPasswords)
        };
        prop_assert!(!needed.iter().any(|one| matches!(one.action, Action::CreateTemporaryAccessPass | Action::UnblockSignIn | Action::EnableDevice | Action::DismissRisk)));
        match &incident {
            Incident::Recover => prop_assert!(needed.is_empty()),
            Incident::LostMethods { .. } => prop_assert!(!does(Action::is_block) && !does(Action::is_about_a_device) && !does(Action::sets_password)),
            Incident::MaliciousConsent { .. } => prop_assert!(!does(resets_or_removes) && !does(Action::is_about_a_device)),
            Incident::Lockdown => prop_assert!(needed.iter().all(|one| is_allowed(&incident, one.action))),
            Incident::LostDevice { .. } => prop_assert!(!does(|action| action == Action::DeleteConsent)),
            _ => prop_assert!(!does(Action::is_shared)),
        }
    }
}

/// A difference between a ready plan and the tables.
struct Difference {
    /// Whether the ready plan has the action, and the tables do not need it.
    ready: bool,
    action: Action,
    /// The incidents and accounts for which the reason holds.
    holds: fn(&Incident, &AccountSnapshot) -> bool,
    reason: &'static str,
}

const fn more(
    action: Action,
    holds: fn(&Incident, &AccountSnapshot) -> bool,
    reason: &'static str,
) -> Difference {
    Difference { ready: true, action, holds, reason }
}

const fn lacks(
    action: Action,
    holds: fn(&Incident, &AccountSnapshot) -> bool,
    reason: &'static str,
) -> Difference {
    Difference { ready: false, action, holds, reason }
}

fn always(_: &Incident, _: &AccountSnapshot) -> bool {
    true
}

fn is_removable(method: &AuthenticationMethod) -> bool {
    method.kind.is_removable()
}

fn methods(snapshot: &AccountSnapshot) -> &[AuthenticationMethod] {
    &snapshot.methods.collected().unwrap().methods
}

fn has_consent(_: &Incident, snapshot: &AccountSnapshot) -> bool {
    snapshot.grants.collected().unwrap().own.iter().any(|listed| listed.grant.reaches_data())
}

fn has_no_consent(incident: &Incident, snapshot: &AccountSnapshot) -> bool {
    !has_consent(incident, snapshot)
}

fn has_token(_: &Incident, snapshot: &AccountSnapshot) -> bool {
    methods(snapshot).iter().any(|method| method.kind == MethodKind::HardwareOath)
}

fn is_lockdown(incident: &Incident, _: &AccountSnapshot) -> bool {
    *incident == Incident::Lockdown
}

const KEPT_ELSEWHERE: &str = "a lockdown takes seconds, and the reset of a password that is kept elsewhere does \
    not: the ready plan names it as left open";

/// Every difference for Contoso, and why it is right.
const DIFFERENCES: &[Difference] = &[
    more(Action::CreateTemporaryAccessPass, always, "lets the rightful user in: it closes no door"),
    more(Action::UnblockSignIn, always, "lets the rightful user in: it closes no door"),
    more(Action::DismissRisk, always, "lets the rightful user in: it closes no door"),
    more(Action::ConfirmCompromised, always, "ends nothing by itself: the tenant's policies may"),
    more(Action::RemoveRole, always, "a role is what an intruder can do, and no way in"),
    more(Action::DisableMailRules, always, "rules run without a sign-in: they are unseen, never closed"),
    more(Action::RemoveAppPermission, always, "belongs to the application: no door of the account"),
    more(Action::WipeDevice, always, "when it takes effect is unknown: disabling the device closes the door"),
    more(
        Action::DisableApplication,
        has_consent,
        "deleting the consent closes the door; the application is disabled for the other accounts",
    ),
    more(Action::DisableApplication, has_no_consent, "the snapshot shows no consent"),
    more(Action::DeleteConsent, has_no_consent, "the snapshot shows no consent"),
    more(
        Action::ResetPasswordOnPremises,
        |_, snapshot| AccountKind::from(&snapshot.user) == AccountKind::Synced,
        "the second reset is for protocols on-premises, which are unseen",
    ),
    more(
        Action::RequireMfaReregistration,
        |incident, _| matches!(incident, Incident::LostMethods { .. }),
        "the tables remove the same methods by their ids, which need no other choice",
    ),
    more(
        Action::DeleteMethods,
        |_, snapshot| !methods(snapshot).iter().any(is_removable),
        "the snapshot shows no method that can be removed",
    ),
    more(
        Action::DeleteMethods,
        |_, snapshot| AccountKind::from(&snapshot.user) == AccountKind::Customer,
        "what it does for a customer account is unknown",
    ),
    more(
        Action::DeleteTemporaryAccessPass,
        always,
        "there is no pass, or it is removed with the other methods",
    ),
    more(
        Action::BlockSignIn,
        |_, snapshot| snapshot.user.account_enabled == Some(false),
        "the snapshot shows the block",
    ),
    more(
        Action::DisableDevice,
        |_, snapshot| {
            let devices = snapshot.devices.collected().unwrap();
            devices.iter().all(|device| device.account_enabled == Some(false))
        },
        "the snapshot shows no enabled device",
    ),
    lacks(
        Action::DeleteMethods,
        |incident, _| matches!(incident, Incident::LostMethods { lost } if lost.is_empty()),
        "the ready plan requires the registration again, as the portal does",
    ),
    lacks(Action::ResetPasswordGraphAction, is_lockdown, KEPT_ELSEWHERE),
    lacks(Action::ResetPasswordOnPremises, is_lockdown, KEPT_ELSEWHERE),
    lacks(
        Action::DeactivateHardwareOath,
        has_token,
        "the ready plan removes all methods in one step; to deactivate the token is enough, and destroys less",
    ),
];

/// The incidents, those that name a part of the account with and without the name.
fn incidents(snapshot: &AccountSnapshot) -> Vec<Incident> {
    let device = snapshot.devices.collected().unwrap().first().and_then(|device| device.id);
    let grants = &snapshot.grants.collected().unwrap().own;
    let grant = grants.iter().find(|listed| listed.grant.reaches_data());
    let grant = grant.and_then(|listed| Some(listed.grant.id.as_ref()?.as_str().to_owned()));
    let lost = methods(snapshot).iter().find(|method| is_removable(method)).map(|method| method.id.clone());
    let mut all = vec![
        Incident::AccountTakeover,
        Incident::TokenTheft,
        Incident::SuspiciousMethod { suspects: Vec::new(), by: RegisteredBy::Unknown },
        Incident::LostDevice { device: None },
        Incident::LostMethods { lost: Vec::new() },
        Incident::MaliciousConsent { grant: None },
        Incident::HelpDeskTricked { since: None },
        Incident::Privileged,
        Incident::Lockdown,
        Incident::Recover,
    ];
    all.extend(device.map(|device| Incident::LostDevice { device: Some(device) }));
    all.extend(grant.map(|grant| Incident::MaliciousConsent { grant: Some(grant) }));
    all.extend(lost.map(|lost| Incident::LostMethods { lost: vec![lost] }));
    all
}

#[tokio::test]
async fn each_difference_from_the_ready_plans_has_a_reason() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let (mut unexplained, mut used) = (Vec::new(), BTreeSet::new());
    for user in tenant.users() {
        let snapshot = client.snapshot(user.id).await.unwrap();
        for incident in incidents(&snapshot) {
            let needed: BTreeSet<_> = plan_for(&incident, &snapshot).iter().map(|one| one.action).collect();
            let steps = advise(incident.clone(), &snapshot).steps;
            let ready: BTreeSet<_> = steps.into_iter().flat_map(|step| step.actions).collect();
            for action in needed.symmetric_difference(&ready) {
                let explains = |of: &&Difference| {
                    of.action == *action
                        && of.ready == ready.contains(action)
                        && (of.holds)(&incident, &snapshot)
                };
                match DIFFERENCES.iter().find(explains) {
                    Some(difference) => {
                        used.insert((*action, difference.reason));
                    }
                    None => unexplained.push(format!(
                        "{} of {}: {action}, {}",
                        incident.slug(),
                        user.user_principal_name,
                        if ready.contains(action) { "not needed" } else { "not in the ready plan" }
                    )),
                }
            }
        }
    }
    assert!(unexplained.is_empty(), "{unexplained:#?}");
    let all: BTreeSet<_> = DIFFERENCES.iter().map(|of| (of.action, of.reason)).collect();
    assert_eq!(used, all, "a reason for what is no difference");
}
