//! The end of a run: what the account shows, which doors are left, and the result.

use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::Instant;

use super::super::event::RunEventKind;
use super::super::headline::Headline;
use super::super::journal::{DoorSeen, Event, StepShown};
use super::super::run::Run;
use super::super::sighting::Sighting;
use super::super::step_run::StepState;
use super::super::verify;
use super::Runner;
use crate::error::Result;
use crate::knowledge::{Action, ActionDone, Evidence as _, OpenDoors, open_doors};
use crate::model::AccountSnapshot;
use crate::receipt::Grade;

impl Runner<'_> {
    /// Reads the account again until it shows what was done, and makes the result.
    pub(super) async fn end(mut self) -> Result<Run> {
        let mut now = None;
        if self.steps.iter().any(|step| step.state == StepState::Done) {
            now = self.verify().await;
        }
        self.evidence.shutdown().await;
        self.risk.shutdown().await;
        if let Err(error) = self.record.write_evidence().await {
            self.warn(format!("the evidence is not in the journal: {error}"));
        }
        let done = self.done(now.as_ref().map(|now| now.taken_at));
        let doors = now.as_ref().map(|now| {
            let last = done.iter().map(|done| done.at).fold(now.taken_at, OffsetDateTime::max);
            open_doors(now, &done, last)
        });
        let enabled = now.as_ref().and_then(|now| now.user.account_enabled);
        let headline = Headline::of(&self.plan, &self.steps, doors.as_ref(), enabled, self.until);
        let assessed = Event::Assessed {
            headline: headline.to_string(),
            remains: headline.remains().to_vec(),
            verified: now.is_some(),
            seen: now.as_ref().map(|now| Box::new(Sighting::of(now))),
            shown: self
                .steps
                .iter()
                .filter_map(|step| Some(StepShown::new(step.step, step.confirmed?)))
                .collect(),
            doors: now.as_ref().zip(doors.as_ref()).map(|(now, doors)| seen(doors, now)).unwrap_or_default(),
        };
        if let Err(error) = self.record.write(assessed).await {
            self.warn(format!("the assessment is not in the journal: {error}"));
        }
        let is_over = now.is_some()
            && self.steps.iter().all(|step| step.state.is_settled() && step.confirmed != Some(false));
        let closed = if is_over {
            self.record.close().await.unwrap_or_else(|error| {
                self.warn(format!("the journal could not be closed: {error}"));
                None
            })
        } else {
            None
        };
        if self.options.only.is_none() {
            self.events.tell(RunEventKind::Ends, headline.to_string());
        }
        Ok(Run {
            headline,
            account: self.plan.account,
            user_principal_name: self.plan.seen.user_principal_name.clone(),
            incident: self.plan.incident.clone(),
            plan: self.digest,
            place: self.record.place().place(),
            steps: self.steps,
            phases: self.phases,
            doors,
            done,
            others: self.meanwhile.told,
            warnings: self.warnings,
            evidence: self.record.evidence(),
            outside: self.plan.outside.clone(),
            closed,
        })
    }

    async fn verify(&mut self) -> Option<AccountSnapshot> {
        let began = Instant::now();
        let mut pause = Duration::from_secs(1);
        let (mut last, mut why) = (None, None);
        loop {
            match self.observed.snapshot(self.plan.account).without_risk().await {
                Ok(now) => {
                    let shows_all = verify::verify(&self.plan, &mut self.steps, &now);
                    last = Some(now);
                    if shows_all {
                        break;
                    }
                }
                Err(error) => why = Some(error.to_string()),
            }
            if began.elapsed().saturating_add(pause) > self.options.verify_within {
                break;
            }
            tokio::time::sleep(pause).await;
            pause = pause.saturating_mul(2);
        }
        if let Some(why) = why.filter(|_| last.is_none()) {
            self.warn(format!("nothing was verified: the account could not be read again: {why}"));
        }
        let confirmed = self.steps.iter().filter(|step| step.confirmed == Some(true)).count();
        let missing = self.steps.iter().filter(|step| step.confirmed == Some(false)).count();
        let text = format!("read again: {confirmed} steps confirmed, {missing} not seen yet");
        self.events.tell(RunEventKind::Verified, text);
        last
    }

    /// Lists what was done, by this run and elsewhere. What was ticked off before the account was read was
    /// done before that, whatever this machine's clock says.
    fn done(&self, read: Option<OffsetDateTime>) -> Vec<ActionDone> {
        let mut done: Vec<ActionDone> = Vec::new();
        for ran in &self.steps {
            let actions = ran.output.as_ref().map(|output| output.actions()).unwrap_or_default();
            done.extend(actions.into_iter().map(|action| match (ran.confirmed, action.grade) {
                (Some(true), Grade::Accepted) => ActionDone { grade: Grade::Confirmed, ..action },
                _ => action,
            }));
            if let Some(tick) = &ran.ticked {
                let planned = &self.plan.steps[ran.step];
                let at = read.map_or(tick.at, |read| read.min(tick.at));
                let by_hand = |action: &Action| ActionDone {
                    target: planned.target.clone(),
                    ..ActionDone::new(*action, at, Grade::Accepted)
                };
                done.extend(planned.actions.iter().map(by_hand));
            }
        }
        done
    }
}

/// Keeps the doors of an assessment for the journal.
fn seen(doors: &OpenDoors, now: &AccountSnapshot) -> Vec<DoorSeen> {
    doors.doors.iter().map(|door| DoorSeen::of(door, now)).collect()
}
