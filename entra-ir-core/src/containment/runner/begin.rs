//! The beginning of a run: its plan, what it refuses before anything is sent, and its journal.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;
use tokio::task::JoinSet;

use super::super::digest::Digest;
use super::super::earlier::Earlier;
use super::super::event::{Events, RunEventKind};
use super::super::folder::RunPlace;
use super::super::gate::GateItemKind;
use super::super::options::Options;
use super::super::others::Meanwhile;
use super::super::plan::{Phase, Plan};
use super::super::preview::PlanFor;
use super::super::record::{Follow, Record};
use super::{Runner, What};
use crate::error::{Error, Refusal, Result};
use crate::ids::{ObjectId, UserRef};
use crate::model::{AccountSnapshot, Part, User, UserRisk};
use crate::operation::Client;
use crate::operations::AnyOperation;
use crate::operations::snapshot::first_look;
use crate::operations::user_risk::risk_and_history;
use crate::text::printable;

/// How long a run that continues looks at the account before it goes on.
const LOOK: Duration = Duration::from_secs(5);

fn refuse(reason: &str, instead: &'static str) -> Error {
    // A changed plan may name the account in any characters.
    Refusal::NotConfirmed { reason: printable(reason), instead }.into()
}

impl<'a> Runner<'a> {
    pub(super) async fn begin(
        client: &'a Client,
        what: What,
        mut options: Options,
        events: &'a Events,
    ) -> Result<Self> {
        let tenant = client.context().tenant().await?;
        let (known, plan, record, earlier) = match what {
            What::Journal(place) => {
                let at = place.place();
                let (record, earlier) = Record::read(place).await?;
                let earlier = earlier.ok_or_else(|| {
                    let reason = format!("{at} holds no run");
                    Refusal::Journal {
                        reason,
                        instead: "name the folder of a run, or begin one with `contain`",
                    }
                })?;
                earlier.plan.check()?;
                check_slots(
                    &earlier.plan,
                    &options,
                    options.until.unwrap_or_else(|| earlier.plan.default_phase()),
                )?;
                if options.until == Some(Phase::Recover) {
                    earlier.plan.check_confirm(options.confirm.as_deref(), earlier.digest)?;
                }
                (None, earlier.plan.clone(), record, Some(earlier))
            }
            What::Account { user, known, plan } => {
                let (known, plan) = choose(client, &user, known.map(|known| *known), plan).await?;
                plan.check()?;
                check_slots(&plan, &options, options.until.unwrap_or_else(|| plan.default_phase()))?;
                plan.check_confirm(options.confirm.as_deref(), plan.digest()?)?;
                check_secrets(&plan, &options, options.until.unwrap_or_else(|| plan.default_phase()))?;
                let folder = options.folder.take();
                let place = options.place.take().map_or_else(|| new_place(folder, plan.account), Ok)?;
                let (record, earlier) = Record::read(place).await?;
                (known, plan, record, earlier)
            }
        };
        let (digest, record) = (plan.digest()?, Arc::new(record));
        let until = options.until.unwrap_or_else(|| plan.default_phase());
        check_secrets(&plan, &options, until)?;
        check_again(&plan, &options)?;
        GateItemKind::named(&options.despite)?;
        let mut warnings: Vec<_> = record.place().warning().into_iter().collect();
        let mut meanwhile = Meanwhile::default();
        match &earlier {
            None => record.open(&plan, tenant, options.about.clone(), options.four_eyes).await?,
            Some(earlier) => {
                check_journal(earlier, digest, tenant, &record.place().place())?;
                options.four_eyes |= earlier.four_eyes;
                // Nothing may have been sent yet: a lock-out does not wait long for this.
                match client.get_user(plan.account).deadline(LOOK).await {
                    Ok(user) => meanwhile = Meanwhile::of(earlier, &user),
                    Err(error) => {
                        warnings.push(format!("what others did meanwhile could not be read: {error}"));
                        meanwhile.blocked_by_others = earlier.blocked_by_others;
                    }
                }
                record.resume(meanwhile.told.clone(), meanwhile.blocked_by_others).await?;
            }
        }
        if options.only.is_none() {
            tell_begin(events, &plan, &record.place().place());
        }
        let told = warnings.iter().chain(&meanwhile.told);
        told.for_each(|warning| events.tell(RunEventKind::Warning, warning.clone()));
        let follow = |waits| {
            let record = Arc::clone(&record);
            client.observed_by(Arc::new(Follow { record, waits }))
        };
        let (observed, hasty) = (follow(true), follow(false));
        let (evidence, risk) = read_beside(&observed, plan.account);
        Ok(Self {
            client,
            observed,
            hasty,
            record,
            earlier,
            plan,
            digest,
            options,
            until,
            events,
            known,
            evidence,
            risk,
            licensed: true,
            seen: None,
            steps: Vec::new(),
            phases: Vec::new(),
            meanwhile,
            look: JoinSet::new(),
            warnings,
            halt: None,
        })
    }
}

fn tell_begin(events: &Events, plan: &Plan, place: &str) {
    let (name, account) = (&plan.name, plan.account_name());
    events.tell(RunEventKind::Begins, format!("{name} on {account}; journal and evidence: {place}"));
}

/// Creates the folder of a run: the one that was named, or the default one.
fn new_place(folder: Option<PathBuf>, account: ObjectId) -> Result<RunPlace> {
    let created = match &folder {
        Some(folder) => RunPlace::create(folder),
        None => RunPlace::default_of(account, OffsetDateTime::now_utc()),
    };
    created.map_err(|error| {
        let folder = folder.map(|folder| format!(" {}", folder.display())).unwrap_or_default();
        let reason = printable(&format!("the folder{folder} of the run cannot be created: {error}"));
        let instead = "name a new folder that can be written; `resume` continues a run that one holds";
        Refusal::Journal { reason, instead }.into()
    })
}

/// Reads the account beside the lock-out: everything, and the risk by itself.
fn read_beside(
    client: &Client,
    account: ObjectId,
) -> (JoinSet<Result<AccountSnapshot>>, JoinSet<Part<Option<UserRisk>>>) {
    let (mut evidence, mut risk) = (JoinSet::new(), JoinSet::new());
    let reader = client.clone();
    evidence.spawn(async move { reader.snapshot(account).without_risk().await });
    let reader = client.clone();
    risk.spawn(async move { risk_and_history(reader.context(), account).await.0 });
    (evidence, risk)
}

/// Returns the account and the plan of a run. A plan against an incident takes one look at the account.
async fn choose(
    client: &Client,
    user: &UserRef,
    known: Option<User>,
    plan: PlanFor,
) -> Result<(Option<User>, Plan)> {
    let (known, plan) = match plan {
        PlanFor::Incident(incident) => {
            let seen = first_look(client.context(), user, known).await?;
            let plan = Plan::against(incident, &seen);
            (Some(seen.user), plan)
        }
        PlanFor::Plan(plan) => (known, *plan),
        PlanFor::Preview(preview) => (Some(preview.snapshot.user.clone()), preview.plan.clone()),
    };
    plan.check_account(user)?;
    Ok((known.filter(|known| known.id == plan.account), plan))
}

/// Refuses a step to be done again that the plan does not have.
fn check_again(plan: &Plan, options: &Options) -> Result<()> {
    match options.again.iter().find(|step| **step >= plan.steps.len()) {
        None => Ok(()),
        Some(step) => {
            let reason = format!("{step}: the plan has {} steps, from 0 on", plan.steps.len());
            Err(Refusal::BadInput { what: "again", reason }.into())
        }
    }
}

/// Refuses a pass that nobody could read.
fn check_secrets(plan: &Plan, options: &Options, until: Phase) -> Result<()> {
    let mut steps = plan.steps.iter().filter(|step| step.phase <= until);
    let makes_pass = steps.any(|step| matches!(step.call, Some(AnyOperation::CreateTemporaryAccessPass(_))));
    if makes_pass && !options.secrets.keeps() {
        let reason = "the plan makes a pass, and nobody could read it".to_owned();
        return Err(refuse(&reason, "say where secrets go, with `secrets`"));
    }
    Ok(())
}

/// Refuses a plan with a slot that nobody fills.
fn check_slots(plan: &Plan, options: &Options, until: Phase) -> Result<()> {
    let calls = plan.steps.iter().filter(|step| step.phase <= until).filter_map(|step| step.call.as_ref());
    let mut empty = calls.flat_map(AnyOperation::empty_slots);
    match empty.find(|name| options.slots.iter().all(|(filled, _)| filled != name)) {
        None => Ok(()),
        Some(name) => {
            let reason = format!("the plan takes a secret {name:?}, which is not given");
            Err(refuse(&reason, "give it, with `slot`"))
        }
    }
}

fn check_journal(earlier: &Earlier, digest: Digest, tenant: Option<ObjectId>, place: &str) -> Result<()> {
    let refuse = |reason: String, instead| Err(Refusal::Journal { reason, instead }.into());
    if earlier.digest != digest {
        let reason = format!("the journal {place} is of another plan");
        return refuse(reason, "choose the journal of this plan, or start a new one");
    }
    if earlier.tenant.is_some() && tenant.is_some() && earlier.tenant != tenant {
        let reason = format!("the journal {place} is of another tenant");
        return refuse(reason, "sign in to the tenant of the run");
    }
    Ok(())
}
