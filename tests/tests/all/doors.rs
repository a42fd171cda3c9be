//! For any account and any actions: a door is closed only if a table says so, closing actions never open one,
//! and the advice names what it leaves open.

use entra_ir_core::knowledge::{
    Action, ActionDone, DoorKind, DoorState, OpenDoors, TokenClass, advise, open_doors,
};
use entra_ir_core::knowledge::{Fate, Incident, RegisteredBy, Step, Task, Unseen};
use entra_ir_core::model::{
    AccountSnapshot, AuthenticationMethod, Device, DomainAuthentication, GrantList, MethodKind, MethodList,
    Part, PerUserMfaState, RoleHeld, User,
};
use entra_ir_core::receipt::Grade;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::ops::Range;
use time::{Duration, OffsetDateTime};

use crate::random::properties;

/// Minutes after the snapshot was taken.
pub(crate) fn at(minute: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_780_000_000).unwrap() + Duration::minutes(minute)
}

fn user() -> impl Strategy<Value = User> {
    let kind = prop_oneof![
        3 => Just(json!({})),
        2 => Just(json!({ "onPremisesSyncEnabled": true })),
        1 => Just(json!({ "userPrincipalName": "a_b.example#EXT#@contoso.example" })),
        1 => Just(json!({ "creationType": "LocalAccount" })),
        1 => Just(json!({ "creationType": "Teleported" })),
    ];
    let date = || proptest::option::of((-600_i64..600).prop_map(|minute| at(minute).unix_timestamp()));
    (kind, proptest::option::of(any::<bool>()), date(), date()).prop_map(
        |(kind, enabled, valid_from, changed)| {
            let text = |seconds: Option<i64>| {
                let format = time::format_description::well_known::Rfc3339;
                seconds.map(|seconds| {
                    OffsetDateTime::from_unix_timestamp(seconds).unwrap().format(&format).unwrap()
                })
            };
            let mut user = json!({
                "id": "3b41c05e-73a1-43b7-86d7-ed8409f55900",
                "accountEnabled": enabled,
                "signInSessionsValidFromDateTime": text(valid_from),
                "lastPasswordChangeDateTime": text(changed),
            });
            user.as_object_mut().unwrap().extend(kind.as_object().unwrap().clone());
            serde_json::from_value(user).unwrap()
        },
    )
}

/// Methods registered in minutes of this range; the snapshot is taken at 0.
fn methods(registered: Range<i64>) -> impl Strategy<Value = Vec<AuthenticationMethod>> {
    let kinds = MethodKind::ALL
        .map(|kind| kind.odata_type())
        .into_iter()
        .chain(["#microsoft.graph.newAuthenticationMethod".into()]);
    let kinds: Vec<String> = kinds.collect();
    let one = (proptest::sample::select(kinds), proptest::option::of(registered), 0_i64..200, any::<bool>());
    proptest::collection::vec(one, 0..8).prop_map(|methods| {
        let method =
            |(number, (kind, created, lifetime, used)): (usize, (String, Option<i64>, i64, bool))| {
                let format = time::format_description::well_known::Rfc3339;
                let created = created.map(|minute| at(minute).format(&format).unwrap());
                let method: Value = json!({
                    "@odata.type": kind, "id": format!("m{number}"), "createdDateTime": created,
                    "startDateTime": created, "lifetimeInMinutes": lifetime,
                    "methodUsabilityReason": if used { "OneTimeUsed" } else { "EnabledByPolicy" },
                });
                serde_json::from_value(method).unwrap()
            };
        methods.into_iter().enumerate().map(method).collect()
    })
}

fn devices() -> impl Strategy<Value = Vec<Device>> {
    let trust = proptest::sample::select(vec!["AzureAd", "ServerAd", "Workplace", "Lunar"]);
    proptest::collection::vec((trust, proptest::option::of(any::<bool>())), 0..3).prop_map(|devices| {
        let device = |(number, (trust, enabled)): (usize, (&str, Option<bool>))| {
            let id = format!("00000000-0000-4000-8000-00000000000{number}");
            serde_json::from_value(json!({ "id": id, "trustType": trust, "accountEnabled": enabled }))
                .unwrap()
        };
        devices.into_iter().enumerate().map(device).collect()
    })
}

/// The consents of an account: one that was deleted, perhaps, and one of an application that is off, perhaps.
fn grants() -> impl Strategy<Value = GrantList> {
    proptest::collection::vec((any::<bool>(), any::<bool>()), 0..3).prop_map(|grants| {
        let grant = |(number, (enabled, first_party)): (usize, (bool, bool))| {
            let id = if number == 0 { "grant".to_owned() } else { format!("grant-{number}") };
            json!({
                "grant": { "id": id, "clientId": application(number), "scope": "Mail.Read" },
                "client": { "displayName": "App", "accountEnabled": enabled },
                "owner": if first_party { "microsoft" } else { "another-tenant" },
            })
        };
        let own: Vec<Value> = grants.into_iter().enumerate().map(grant).collect();
        serde_json::from_value(json!({ "own": own, "tenant_wide": [] })).unwrap()
    })
}

fn application(number: usize) -> String {
    format!("00000000-0000-4000-8000-0000000000a{number}")
}

fn part<T: Clone + std::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Part<T>> {
    (value, 0..8_u8).prop_map(|(value, state)| match state {
        0 => Part::Denied { reason: "no".into() },
        1 => Part::NotInThisCloud,
        _ => Part::Collected(value),
    })
}

/// A snapshot, among whose methods some have a date after it: clocks differ.
fn snapshot() -> impl Strategy<Value = AccountSnapshot> {
    snapshot_with(-600..600)
}

pub(crate) fn snapshot_with(registered: Range<i64>) -> impl Strategy<Value = AccountSnapshot> {
    let domain = proptest::sample::select(vec![
        DomainAuthentication::Managed,
        DomainAuthentication::Managed,
        DomainAuthentication::Federated,
        DomainAuthentication::Other("new".into()),
    ]);
    let mfa = proptest::sample::select(vec![PerUserMfaState::Disabled, PerUserMfaState::Enforced]);
    let parts = (part(domain), part(methods(registered)), part(devices()), part(mfa), part(grants()));
    (user(), parts, any::<bool>()).prop_map(|(user, (domain, methods, devices, mfa, grants), privileged)| {
        let mut snapshot = AccountSnapshot::new(user, at(0));
        snapshot.domain = domain;
        snapshot.methods = methods.map(MethodList::new);
        snapshot.devices = devices;
        snapshot.grants = grants;
        snapshot.per_user_mfa = mfa;
        if privileged {
            snapshot.active_roles = Part::Collected(vec![RoleHeld::direct("role", "Global Administrator")]);
        }
        snapshot
    })
}

pub(crate) fn actions() -> Vec<Action> {
    Action::all().collect()
}

/// Those that open nothing by themselves.
fn closing_actions() -> Vec<Action> {
    Action::all().filter(|action| action.opening().is_none()).collect()
}

pub(crate) fn done(of: Vec<Action>) -> impl Strategy<Value = ActionDone> {
    let grade =
        proptest::sample::select(vec![Grade::NotSent, Grade::Unknown, Grade::Accepted, Grade::Confirmed]);
    (proptest::sample::select(of), -300_i64..600, grade, 0..4_u8, 0..8_usize).prop_map(
        |(action, minute, grade, target, number)| {
            let done = ActionDone::new(action, at(minute), grade);
            match (action, target) {
                (Action::DeleteMethods | Action::RequireMfaReregistration, 0) => done.of_all_methods(),
                (Action::DeleteMethods, 1) => {
                    done.of_kinds([MethodKind::ALL[number].clone(), MethodKind::Fido2])
                }
                (Action::DeleteMethods | Action::DeactivateHardwareOath, 2) => {
                    done.of_ids([format!("m{number}").parse().unwrap()])
                }
                (Action::DisableDevice | Action::EnableDevice | Action::DeleteDevice, 0..=2) => done
                    .of_device(format!("00000000-0000-4000-8000-00000000000{}", number % 3).parse().unwrap()),
                (Action::DisableApplication | Action::EnableApplication, 0..=2) => {
                    done.of_application(application(number % 3).parse().unwrap())
                }
                (Action::DeleteConsent, 0) => done.of_consent("grant"),
                _ => done,
            }
        },
    )
}

pub(crate) fn incident() -> impl Strategy<Value = Incident> {
    prop_oneof![
        Just(Incident::AccountTakeover),
        Just(Incident::TokenTheft),
        Just(Incident::SuspiciousMethod { suspects: vec!["m0".parse().unwrap()], by: RegisteredBy::Unknown }),
        Just(Incident::LostDevice { device: Some("00000000-0000-4000-8000-000000000000".parse().unwrap()) }),
        Just(Incident::LostDevice { device: None }),
        Just(Incident::LostMethods { lost: vec!["m0".parse().unwrap()] }),
        Just(Incident::HelpDeskTricked { since: None }),
        Just(Incident::MaliciousConsent { grant: Some("grant".into()) }),
        Just(Incident::Privileged),
        Just(Incident::Lockdown),
        Just(Incident::Recover),
    ]
}

fn rank(doors: &OpenDoors, kind: &DoorKind) -> Option<u8> {
    doors.find(kind).map(|door| door.state.rank())
}

/// A block is lifted, a deleted device restored, and an application enabled again.
fn holds(by: Action) -> bool {
    by.is_block() || matches!(by, Action::DeleteDevice | Action::DisableApplication)
}

/// What closed a door must be an action that was done, and a cell must say that it closes it.
fn closed_by_a_cell(
    doors: &OpenDoors,
    done: &[ActionDone],
    snapshot: &AccountSnapshot,
) -> Result<(), TestCaseError> {
    for door in &doors.doors {
        let by = match door.state {
            DoorState::Closing { by, until, held } => {
                prop_assert!(until > doors.now, "{door}");
                prop_assert_eq!(held, holds(by), "{}", door);
                by
            }
            DoorState::Held { by, since } => {
                prop_assert!(since <= doors.now && holds(by), "{door}");
                by
            }
            DoorState::Closed { by, since } => {
                prop_assert!(since <= doors.now && !by.is_block(), "{door}");
                by
            }
            DoorState::Unknown => {
                prop_assert!(!door.why.is_empty() && !door.sources.is_empty());
                continue;
            }
            _ => continue,
        };
        let sure =
            done.iter().any(|done| done.action == by && done.grade.is_success() && done.at <= doors.now);
        let seen = match by {
            Action::BlockSignIn => snapshot.user.account_enabled == Some(false),
            Action::DisableDevice
            | Action::DisableApplication
            | Action::DeleteTemporaryAccessPass
            | Action::TemporaryAccessPassExpires => true,
            _ => false,
        };
        prop_assert!(sure || seen, "closed by what was not done: {door}");
        let cell = match &door.kind {
            DoorKind::Session { class, .. } => by.on_session(*class).weakest().effect,
            DoorKind::Method { method, .. } if by == Action::CreateTemporaryAccessPass => {
                prop_assert_eq!(method, &MethodKind::TemporaryAccessPass);
                Fate::Ended
            }
            DoorKind::Method { method, .. } => by.on_method(method).weakest().effect,
            DoorKind::Password => by.on_method(&MethodKind::Password).weakest().effect,
            DoorKind::Consent { .. } if by == Action::DeleteConsent => Fate::Ended,
            DoorKind::Consent { .. } if by == Action::DisableApplication => Fate::Held,
            DoorKind::Unseen { .. } => Fate::Unknown,
            _ => by.on_session(TokenClass::PlainAccessToken).weakest().effect,
        };
        prop_assert!(cell.closes(), "no cell closes it: {door}");
        prop_assert!(
            door.sources.iter().all(|source| entra_ir_core::knowledge::source::ALL.contains(source))
        );
    }
    Ok(())
}

properties! {
    600 cases;

    fn closed_only_where_it_is_written(
        snapshot in snapshot(),
        done in proptest::collection::vec(done(actions()), 0..8),
        now in -100_i64..3000,
    ) {
        let doors = open_doors(&snapshot, &done, at(now));
        closed_by_a_cell(&doors, &done, &snapshot)?;
        prop_assert!(doors.doors.windows(2).all(|pair| pair[0].state.rank() <= pair[1].state.rank()));
        if snapshot.methods.collected().is_none() {
            prop_assert_eq!(rank(&doors, &DoorKind::Unseen { what: Unseen::MethodsNotRead }), Some(1));
        }
        let unknown = |door: &&entra_ir_core::knowledge::Door| {
            matches!(&door.kind, DoorKind::Method { method: MethodKind::Unknown(_), .. } | DoorKind::Unseen { .. })
        };
        prop_assert!(doors.doors.iter().filter(unknown).all(|door| door.state == DoorState::Unknown));
        let app = DoorKind::Session { class: TokenClass::AppCookie, device: None };
        prop_assert_eq!(rank(&doors, &app), Some(1));
    }

    fn a_closing_action_more_never_opens_and_one_less_never_closes(
        snapshot in snapshot(),
        done in proptest::collection::vec(done(actions()), 0..7),
        more in done(closing_actions()),
        now in -100_i64..3000,
    ) {
        let before = open_doors(&snapshot, &done, at(now));
        let mut with: Vec<_> = done.clone();
        with.push(more);
        let after = open_doors(&snapshot, &with, at(now));
        // Registration asks for a pass while there is one: taking it back lets others register.
        let takes_a_pass = with.last().is_some_and(|more| more.action == Action::DeleteTemporaryAccessPass);
        let is_judged = |door: &&entra_ir_core::knowledge::Door| !(takes_a_pass && door.kind == DoorKind::Registration);
        for door in before.doors.iter().filter(is_judged) {
            // A door may be told more about, but not be worse.
            let now = rank(&after, &door.kind);
            prop_assert!(now.is_some_and(|rank| rank >= door.state.rank()), "{door}\nbecame\n{after}");
        }
        let new = after.doors.iter().filter(|door| before.find(&door.kind).is_none());
        prop_assert!(new.into_iter().all(|door| door.state != DoorState::Open), "{}", after);
    }

    fn what_sets_a_password_closes_doors_and_opens_the_one_that_it_is(
        snapshot in snapshot(),
        done in proptest::collection::vec(done(closing_actions()), 0..5),
        reset in done(Action::all().filter(|action| action.sets_password()).collect()),
        now in -100_i64..3000,
    ) {
        let before = open_doors(&snapshot, &done, at(now));
        let after = open_doors(&snapshot, &[done.as_slice(), std::slice::from_ref(&reset)].concat(), at(now));
        for door in &before.doors {
            prop_assert!(rank(&after, &door.kind).is_some_and(|rank| rank >= door.state.rank()), "{door}\nbecame\n{after}");
        }
        for door in after.doors.iter().filter(|door| before.find(&door.kind).is_none()) {
            prop_assert!(matches!(door.kind, DoorKind::NewPassword { .. }), "{}", door);
        }
    }

    fn unblocking_brings_back_what_was_held_and_nothing_that_was_ended(
        snapshot in snapshot(),
        done in proptest::collection::vec(done(actions()), 0..8),
        now in -100_i64..3000,
    ) {
        let doors = open_doors(&snapshot, &done, at(now));
        let unblocked = ActionDone::new(Action::UnblockSignIn, at(now), Grade::Confirmed);
        let done: Vec<_> = done.into_iter().chain([unblocked]).collect();
        let after = open_doors(&snapshot, &done, at(now));
        if doors.doors.iter().any(|door| door.state.is_only_held()) {
            prop_assert_eq!(&doors.if_unblocked().doors, &after.doors);
        }
        let ours = |door: &&entra_ir_core::knowledge::Door| match door.state {
            DoorState::Held { by, .. } => {
                !matches!(by, Action::BlockInHomeTenant | Action::DeleteDevice | Action::DisableApplication)
            },
            _ => false,
        };
        prop_assert_eq!(after.doors.iter().filter(ours).count(), 0, "{}", after);
        for door in doors.closed() {
            let session = matches!(door.kind, DoorKind::SessionsSince);
            prop_assert!(session || rank(&after, &door.kind) == Some(4), "{door}\nbecame\n{after}");
        }
        let held = doors.held().filter(|door| !door.given && !door.out_of_sight).count();
        prop_assert!(!doors.is_closed_in_sight() || held == 0, "{doors}");
    }

    fn time_only_closes(
        snapshot in snapshot(),
        done in proptest::collection::vec(done(closing_actions()), 0..6),
        now in 600_i64..2000,
        later in 0_i64..2000,
    ) {
        let before = open_doors(&snapshot, &done, at(now));
        let after = open_doors(&snapshot, &done, at(now + later));
        for door in &before.doors {
            prop_assert!(rank(&after, &door.kind).is_some_and(|rank| rank >= door.state.rank()), "{door}\nbecame\n{after}");
            if let DoorState::Closing { until, .. } = door.state && until <= after.now {
                prop_assert!(rank(&after, &door.kind) >= Some(3), "{door}");
            }
        }
    }

    fn what_the_advice_leaves_open_it_names(snapshot in snapshot_with(-600..1), incident in incident(), spacing in 0_i64..60, grade in 0..2_u8) {
        let advice = advise(incident.clone(), &snapshot);
        let grade = if grade == 0 { Grade::Accepted } else { Grade::Confirmed };
        // Whoever waits ten minutes between steps finds what the advice found; whoever does not, nothing that
        // is open besides.
        let minutes = |number: usize| i64::try_from(number + 1).unwrap() * spacing.max(10);
        let done: Vec<_> = advice.steps.iter().enumerate().flat_map(|(number, step): (usize, &Step)| step.done(at(minutes(number)), grade)).collect();
        let doors = open_doors(&snapshot, &done, at(100_000));
        // A lockdown ends with the block: it names what is open without it.
        let doors = if incident == Incident::Lockdown { doors.if_unblocked() } else { &doors };
        for door in doors.closable() {
            let named = advice.left_open.iter().any(|left| match (&left.kind, &door.kind) {
                // The moments differ, the doors do not.
                (DoorKind::NewPassword { .. }, DoorKind::NewPassword { .. }) | (DoorKind::AccessPass { .. }, DoorKind::AccessPass { .. }) => true,
                (left, open) => left == open,
            });
            prop_assert!(named, "not named: {door}\n{advice}\n{doors}");
        }
        for step in &advice.steps {
            prop_assert!(!step.reason.is_empty() && !step.source.title.is_empty() && !step.does_not.is_empty() && !step.cost.is_empty());
            prop_assert!(step.operation.is_some() || step.elsewhere.is_some());
        }
        if advice.privileged == Some(true) && advice.steps.iter().any(|step| step.operation.is_some()) {
            prop_assert!(advice.steps.iter().any(|step| step.needs.contains("Privileged Authentication Administrator")));
        }
    }

    fn against_an_attacker_nothing_but_the_owners_new_keys_stays_open(snapshot in snapshot_with(-600..1), which in 0..5_usize) {
        let incident = [
            Incident::AccountTakeover,
            Incident::TokenTheft,
            Incident::SuspiciousMethod { suspects: Vec::new(), by: RegisteredBy::Application },
            Incident::LostDevice { device: None },
            Incident::Privileged,
        ][which].clone();
        let advice = advise(incident, &snapshot);
        for left in &advice.left_open {
            let own = matches!(left.kind, DoorKind::NewPassword { .. } | DoorKind::AccessPass { .. } | DoorKind::Registration);
            // Whoever finds a device gets no consent by it.
            let own = own || which == 3 && matches!(left.kind, DoorKind::Consent { .. });
            prop_assert!(own, "{}\n{}", left.label, advice);
        }
    }

    fn a_lockdown_blocks_resets_revokes_and_removes_nothing(snapshot in snapshot_with(-600..1)) {
        let advice = advise(Incident::Lockdown, &snapshot);
        let done: Vec<_> = advice.steps.iter().flat_map(|step| step.actions.clone()).collect();
        let may = |action: &Action| action.is_block() || action.sets_password() || *action == Action::RevokeSignInSessions;
        prop_assert!(done.iter().all(may) && done.contains(&Action::BlockSignIn), "{}", advice);
    }

    fn recovery_begins_with_proof_of_identity_and_only_lets_in(snapshot in snapshot_with(-600..1)) {
        let advice = advise(Incident::Recover, &snapshot);
        prop_assert!(advice.steps.first().is_some_and(|step| step.task == Some(Task::ProveIdentity)), "{}", advice);
        let may = [Action::CreateTemporaryAccessPass, Action::DismissRisk, Action::UnblockSignIn];
        prop_assert!(advice.steps.iter().flat_map(|step| &step.actions).all(|action| may.contains(action)), "{}", advice);
    }
}
