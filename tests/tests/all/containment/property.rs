//! Random accounts, incidents, faults and crash points: journal plus resume ends in the state that the run
//! claims, nothing that must be done once is done twice, and no request opens the account to the attacker.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};

use entra_ir_core::async_trait::async_trait;
use entra_ir_core::containment::journal::{Event, Journal, Ledger, MemoryJournal};
use entra_ir_core::containment::{
    MemoryEvidence, MemorySecrets, Phase, Plan, Run, RunPlace, SecretKind, SecretState, StepState, tick_off,
};
use entra_ir_core::knowledge::{Incident, RegisteredBy};
use entra_ir_core::model::MethodKind;
use entra_ir_core::secrecy::ExposeSecret as _;
use entra_ir_core::simulator::Fault;
use entra_ir_core::wire::{Request, Response};
use entra_ir_core::{Client, Error, SimulatedTenant, Transport, TransportError};
use entra_ir_tests::client_of_faulty;
use proptest::prelude::*;

use super::{StopsAt, writes};
use crate::random::properties;

/// A tenant in which each answer is followed by a look at the account.
#[derive(Clone, Debug)]
struct Watched {
    tenant: SimulatedTenant,
    user: &'static str,
    old: String,
    blocks: bool,
    /// The requests that opened the account.
    opened: Arc<Mutex<Vec<String>>>,
    /// The passes that ever were, by id.
    passes: Arc<Mutex<BTreeSet<String>>>,
}

impl Watched {
    fn of(tenant: &SimulatedTenant, user: &'static str, blocks: bool) -> Self {
        let old = tenant.password_of(user).map(|old| old.expose_secret().to_owned()).unwrap_or_default();
        Self { tenant: tenant.clone(), user, old, blocks, opened: Arc::default(), passes: Arc::default() }
    }

    /// Returns whether the account is open to whoever knows the old password: it can sign in, and no second
    /// factor is left, or nothing at all.
    fn is_open(&self) -> bool {
        let user = self.tenant.user(self.user).unwrap();
        let methods = self.tenant.methods_of(self.user);
        let second = methods.iter().any(|method| method.kind.counts_as_mfa() == Some(true));
        let password = self.tenant.password_of(self.user);
        let is_old = password.is_some_and(|password| password.expose_secret() == self.old);
        user.enabled && !second && (is_old || methods.iter().all(|method| !method.kind.is_removable()))
    }
}

#[async_trait]
impl Transport for Watched {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let line = format!("{} {}", request.method(), request.uri().path());
        let before = self.is_open();
        let answer = self.tenant.send(request).await;
        if self.blocks && self.is_open() && !before {
            self.opened.lock().unwrap().push(line);
        }
        let passes = self.tenant.methods_of(self.user).into_iter();
        let passes = passes.filter(|method| method.kind == MethodKind::TemporaryAccessPass);
        self.passes.lock().unwrap().extend(passes.map(|pass| pass.id.as_str().to_owned()));
        answer
    }
}

#[derive(Clone, Debug)]
struct Case {
    user: &'static str,
    incident: Incident,
    faults: Vec<Fault>,
    stops_at: usize,
    until: Phase,
}

fn incident() -> impl Strategy<Value = Incident> {
    prop_oneof![
        Just(Incident::AccountTakeover),
        Just(Incident::TokenTheft),
        Just(Incident::SuspiciousMethod { suspects: Vec::new(), by: RegisteredBy::Unknown }),
        Just(Incident::HelpDeskTricked { since: None }),
        Just(Incident::LostDevice { device: None }),
        Just(Incident::LostMethods { lost: Vec::new() }),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    let kind = prop_oneof![
        Just(Fault::dropped()),
        Just(Fault::dropped().after_effect()),
        Just(Fault::status(403)),
        Just(Fault::status(500)),
        Just(Fault::status(503).after_effect()),
        Just(Fault::status(429).retry_after("2")),
        Just(Fault::status(429).retry_after("600")),
        Just(Fault::html(200)),
    ];
    let path = prop_oneof![
        Just("/users/"),
        Just("revokeSignInSessions"),
        Just("Methods/"),
        Just("temporaryAccessPassMethods"),
        Just("riskyUsers"),
    ];
    (kind, path, 0..6_u32, 1..4_u32)
        .prop_map(|(fault, path, after, times)| fault.on_path(path).after(after).times(times))
}

fn case() -> impl Strategy<Value = Case> {
    let user = prop_oneof![
        Just("adele@contoso.example"),
        Just("user@contoso.example"),
        Just("alex@contoso.example"),
        Just("nadia@contoso.example"),
    ];
    let until = prop_oneof![Just(Phase::LockOut), Just(Phase::Evict), Just(Phase::Recover)];
    (user, incident(), prop::collection::vec(fault(), 0..4), 1..70_usize, until).prop_map(
        |(user, incident, faults, stops_at, until)| Case { user, incident, faults, stops_at, until },
    )
}

async fn contain(
    client: &Client,
    plan: &Plan,
    user: &str,
    until: Phase,
    place: RunPlace,
    secrets: &MemorySecrets,
) -> Result<Run, Error> {
    client.contain(plan.account, plan).confirm(user).until(until).place(place).secrets(secrets.clone()).await
}

/// Runs a case to its end, and returns what is wrong.
async fn play(case: &Case) -> Result<(), String> {
    let tenant = SimulatedTenant::contoso();
    let reader = client_of_faulty(&tenant).build().unwrap();
    let snapshot = reader.snapshot(case.user).await.unwrap();
    let mut plan = Plan::against(case.incident.clone(), &snapshot);
    plan.steps.iter_mut().for_each(|step| step.wait = None);
    let watched = Watched::of(&tenant, case.user, plan.blocks());
    let client = client_of_faulty(&tenant).transport(watched.clone()).build().unwrap();
    let (stored, secrets) = (MemoryJournal::new(), MemorySecrets::new());

    case.faults.iter().cloned().for_each(|fault| tenant.inject(fault));
    let stops = StopsAt { stored: stored.clone(), lines: AtomicUsize::new(0), last: case.stops_at };
    let place = RunPlace::from(Arc::new(stops) as Arc<dyn Journal>).with_evidence(MemoryEvidence::new());
    // A run that a fault or the journal stops is resumed; its account may be in any state.
    _ = contain(&client, &plan, case.user, case.until, place, &secrets).await;
    let ledger = Ledger::read(&stored).await.map_err(|error| error.to_string())?;
    if ledger.entries.is_empty() {
        return if writes(&tenant) == 0 { Ok(()) } else { Err("a write without a journal".into()) };
    }
    let place = || RunPlace::from(stored.clone()).with_evidence(MemoryEvidence::new());
    _ = contain(&client, &plan, case.user, case.until, place(), &secrets).await;

    tenant.clear_faults();
    // The longest time that the service asked to wait.
    tokio::time::sleep(std::time::Duration::from_secs(600)).await;
    // Active Directory enables a synced account again.
    tenant.run_sync();
    if case.until == Phase::Recover {
        for (step, planned) in plan.steps.iter().enumerate().filter(|(_, planned)| planned.call.is_none()) {
            let _ = planned;
            _ = tick_off(stored.clone(), step, "Ada", None).await;
        }
    }
    let closed = Ledger::read(&stored).await.map_err(|error| error.to_string())?.closed().is_some();
    if closed {
        return judge(&tenant, &watched, &secrets, None);
    }
    let run = contain(&client, &plan, case.user, case.until, place(), &secrets).await;
    let run = run.map_err(|error| error.to_string())?;
    let ledger = Ledger::read(&stored).await.map_err(|error| error.to_string())?;
    let intents = ledger.entries.iter().filter(|entry| matches!(entry.event, Event::Intent { .. })).count();
    if intents == 0 && writes(&tenant) > 0 {
        return Err("writes without intents".into());
    }
    judge(&tenant, &watched, &secrets, Some(&run))
}

fn judge(
    tenant: &SimulatedTenant,
    watched: &Watched,
    secrets: &MemorySecrets,
    run: Option<&Run>,
) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("{what}\n{}", run.map(ToString::to_string).unwrap_or_default()));
    let opened = watched.opened.lock().unwrap().clone();
    if !opened.is_empty() {
        return wrong(&format!("the account was opened by {opened:?}"));
    }
    if watched.passes.lock().unwrap().len() > 1 {
        return wrong("more than one pass was made");
    }
    let user = tenant.user(watched.user).unwrap();
    let password = tenant.password_of(watched.user).map(|password| password.expose_secret().to_owned());
    let taken = secrets.taken();
    let of_passwords = || taken.iter().filter(|secret| secret.kind == SecretKind::Password);
    if let Some(password) = password.filter(|password| *password != watched.old) {
        let is_it =
            |secret: &&entra_ir_core::containment::RunSecret| *secret.value.expose_secret() == *password;
        let Some(last) = of_passwords().rfind(is_it) else {
            return wrong("a password is in force that the sink does not have");
        };
        if last.state == SecretState::Void {
            return wrong("the password in force was reported as void");
        }
    } else if of_passwords().next_back().is_some_and(|last| last.state == SecretState::InForce) {
        return wrong("a password was reported as in force, and the old one is");
    }
    let Some(run) = run else { return Ok(()) };
    if !run.is_verified() && run.steps.iter().any(|step| step.state == StepState::Done) {
        return wrong("the account could be read, and nothing was verified");
    }
    match run.headline.word() {
        "given-back"
            if !user.enabled
                && run.steps.iter().any(|step| {
                    step.operation == Some("unblock_sign_in") && step.confirmed == Some(true)
                }) =>
        {
            wrong("given back, and blocked")
        }
        "locked-out" | "locked-in-the-cloud-only" if user.enabled => wrong("locked out, and enabled"),
        "evicted-except" if user.enabled && watched.blocks => wrong("evicted, and enabled"),
        _ => {
            let removed = run
                .steps
                .iter()
                .find(|step| step.operation == Some("delete_methods") && step.confirmed == Some(true));
            let left = tenant.methods_of(watched.user).into_iter();
            let left = left.filter(|method| {
                method.kind.is_removable() && method.kind != MethodKind::TemporaryAccessPass
            });
            if removed.is_some() && watched.blocks && left.count() > 0 {
                return wrong("the methods are confirmed as removed, and some are left");
            }
            Ok(())
        }
    }
}

fn played(case: &Case) -> Result<(), String> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(play(case))
}

properties! {
    40 cases;

    fn journal_and_resume_end_in_the_state_that_the_run_claims(case in case()) {
        let ended = played(&case);
        prop_assert!(ended.is_ok(), "{}", ended.unwrap_err());
    }
}

/// The judge sees an account that is opened.
#[tokio::test(start_paused = true)]
async fn an_account_that_is_opened_is_seen() {
    const USER: &str = "adele@contoso.example";
    let tenant = SimulatedTenant::contoso();
    let watched = Watched::of(&tenant, USER, true);
    let client = client_of_faulty(&tenant).transport(watched.clone()).build().unwrap();
    client.block_sign_in(USER).await.unwrap();
    client.delete_methods(USER, entra_ir_core::operations::MethodScope::AllRemovable).await.unwrap();
    assert!(judge(&tenant, &watched, &MemorySecrets::new(), None).is_ok());
    client.unblock_sign_in(USER).await.unwrap();
    let opened = judge(&tenant, &watched, &MemorySecrets::new(), None).unwrap_err();
    assert!(opened.contains("PATCH"), "{opened}");
}
