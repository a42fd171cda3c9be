//! One step of a run: whether it is done, why it waits, and how it is sent.

use std::time::Duration;

use time::OffsetDateTime;

use super::super::earlier::{Before, Earlier};
use super::super::journal::Event;
use super::super::others;
use super::super::plan::{OnFailure, Phase};
use super::super::secrets::Armed;
use super::super::settle::{Settled, must_not_repeat, settle, state_of};
use super::super::step_run::{StepRun, StepState};
use super::Runner;
use crate::error::{ErrorRecord, GraphErrorKind, Refusal, Result};
use crate::knowledge::{AccountKind, Action, Wanted};
use crate::model::{AccessPassMethod, AuthenticationMethod, MethodKind, Part};
use crate::operation::Call;
use crate::operations::{AnyOperation, AnyOutput, MethodScope, NO_GATE};
use crate::receipt::Receipt;
use crate::spec::Effect;

/// The refusals that another caller may not get.
const DENIED: [GraphErrorKind; 2] = [GraphErrorKind::Denied, GraphErrorKind::RestrictedUnit];

/// How long a step that needs Identity Protection waits to know whether the tenant has it.
const RISK: Duration = Duration::from_secs(5);

impl Runner<'_> {
    pub(super) async fn step(&mut self, place: usize) -> Result<StepRun> {
        let before = self.earlier.as_ref().map(|earlier| earlier.step(place)).unwrap_or_default();
        if !self.is_meant(place) {
            return Ok(self.not_asked(place));
        }
        let is_again = self.options.only.is_some();
        let renews = self.renews(place);
        let is_interrupted = matches!(before, Before::Interrupted(_));
        let was_done = matches!(before, Before::Done(_));
        match before {
            Before::TickedOff(tick) => {
                return Ok(StepRun { ticked: Some(tick), ..self.left(place, StepState::TickedOff, None) });
            }
            Before::Undone => return Ok(self.left(place, StepState::Undone, None)),
            Before::Done(output) if !is_again && !renews && !self.is_undone(place) => {
                return Ok(StepRun { output, ..self.left(place, StepState::Done, None) });
            }
            _ => {}
        }
        let planned = self.plan.steps[place].clone();
        if planned.call.is_some() && planned.phase < Phase::Recover && self.was_given_back() {
            let why = "the account was given back to its user: make a new plan";
            return Ok(self.left(place, StepState::Waits, Some(why.into())));
        }
        if let Some(why) = &self.halt {
            return Ok(self.left(place, StepState::Waits, Some(why.clone())));
        }
        let Some(call) = &planned.call else {
            if planned.on_failure == OnFailure::Stop {
                self.halt = Some(format!("it waits for \"{}\", which a person ticks off", planned.title));
            }
            return Ok(self.left(place, StepState::ByHand, None));
        };
        if let Before::Interrupted(began) = before
            && must_not_repeat(call)
            && !self.options.again.contains(&place)
        {
            match settle(&self.observed, call, began).await {
                Settled::Open(reason) => {
                    self.stop_at(place);
                    return Ok(self.left(place, StepState::Unsettled, Some(reason)));
                }
                Settled::NotDone(reason) => {
                    self.record.write(Event::Settled { step: place, done: false, reason }).await?;
                }
            }
        }
        if let Some(reason) = self.not_needed(call).await {
            return Ok(self.left(place, StepState::Skipped, Some(reason)));
        }
        if let Some(due) = self.record.due(planned.wait.filter(|_| !was_done)).await {
            let left = due - OffsetDateTime::now_utc() - self.options.ahead;
            match Duration::try_from(left) {
                Ok(left) if self.options.waits => tokio::time::sleep(left).await,
                Ok(left) if !left.is_zero() => {
                    self.halt = Some(format!("it comes after \"{}\", which is due later", planned.title));
                    return Ok(StepRun { due: Some(due), ..self.left(place, StepState::Due, None) });
                }
                _ => {}
            }
        }
        if let Some(reason) = self.not_yet(call).await {
            self.stop_at(place);
            return Ok(self.left(place, StepState::Waits, Some(reason)));
        }
        if matches!(call, AnyOperation::UnblockSignIn(_))
            && let Some(left) = self.lift(place, is_interrupted).await?
        {
            self.stop_at(place);
            return Ok(left);
        }
        let ran = self.send(place, call.clone()).await?;
        match ran.state {
            StepState::Failed => self.stop_at(place),
            StepState::Done if planned.actions.contains(&Action::BlockSignIn) => {
                self.meanwhile.enabled_again = false;
                self.meanwhile.enabled = None;
                let (reader, account) = (self.client.clone(), self.plan.account);
                self.look.spawn(async move { reader.get_user(account).await });
            }
            _ => {}
        }
        Ok(StepRun {
            reason: ran.reason.or_else(|| renews.then(|| "the block was renewed".to_owned())),
            ..ran
        })
    }

    /// Returns whether a block that was done is done again: sign-in of a synced account was enabled since.
    fn renews(&self, place: usize) -> bool {
        let is_block = self.plan.steps[place].actions.contains(&Action::BlockSignIn);
        self.meanwhile.enabled_again && is_block && self.plan.seen.kind == AccountKind::Synced
    }

    /// Returns whether what a step ended may have begun again since: sign-in was enabled in between, or the
    /// account has methods again.
    fn is_undone(&self, place: usize) -> bool {
        let is_back = self.was_given_back();
        match &self.plan.steps[place].call {
            Some(AnyOperation::RevokeSignInSessions(_) | AnyOperation::RequireMfaReregistration(_)) => {
                self.renewed() && !is_back
            }
            Some(AnyOperation::DeleteMethods(delete)) => {
                let seen = self.seen.as_ref().and_then(|seen| seen.methods.collected());
                let removable = |method: &AuthenticationMethod| {
                    method.kind.is_removable() && method.kind != MethodKind::TemporaryAccessPass
                };
                let has_more = seen.is_some_and(|list| list.methods.iter().any(removable));
                !is_back && (self.renewed() || delete.scope == MethodScope::AllRemovable && has_more)
            }
            _ => false,
        }
    }

    /// Returns whether this call blocked sign-in again, which was enabled since.
    fn renewed(&self) -> bool {
        self.meanwhile.reopened && self.plan.seen.kind == AccountKind::Synced
    }

    /// Returns whether this run let the user in.
    fn was_given_back(&self) -> bool {
        self.earlier.as_ref().is_some_and(Earlier::was_given_back)
    }

    /// Returns why sign-in may not be blocked. It is read: an accepted block may have been undone.
    async fn not_blocked(&mut self) -> Option<String> {
        if let Some(Ok(Ok(user))) = self.look.join_next().await {
            self.meanwhile.enabled = user.account_enabled;
        }
        if self.meanwhile.enabled != Some(false) {
            match self.observed.get_user(self.plan.account).await {
                Ok(user) => self.meanwhile.enabled = user.account_enabled,
                Err(error) => return Some(format!("whether sign-in is blocked could not be read: {error}")),
            }
        }
        let why = "sign-in is not blocked: without its methods, whoever knows the password registers one";
        (self.meanwhile.enabled != Some(false)).then(|| why.to_owned())
    }

    /// Returns why removing methods may leave the user without any: the pass that was made no longer works.
    async fn no_pass(&self) -> Option<String> {
        let made = |ran: &StepRun| {
            ran.is_done() && self.plan.steps[ran.step].actions.contains(&Action::CreateTemporaryAccessPass)
        };
        if !self.steps.iter().any(made) {
            return None;
        }
        match self.observed.list_temporary_access_passes(self.plan.account).await {
            Ok(passes) if passes.iter().any(AccessPassMethod::may_work) => None,
            Ok(_) => Some("the pass that was made no longer works: make another one, then resume".into()),
            Err(error) => Some(format!("whether the pass still works could not be read: {error}")),
        }
    }

    fn stop_at(&mut self, place: usize) {
        let planned = &self.plan.steps[place];
        if planned.on_failure == OnFailure::Stop {
            self.halt = Some(format!("it comes after \"{}\", which is not done", planned.title));
        }
    }

    /// Returns why a step does not apply.
    async fn not_needed(&mut self, call: &AnyOperation) -> Option<String> {
        match call {
            AnyOperation::ConfirmUserCompromised(_) | AnyOperation::DismissUserRisk(_) => {
                if let Ok(Some(Ok(risk))) = tokio::time::timeout(RISK, self.risk.join_next()).await {
                    self.licensed = !matches!(risk, Part::NotLicensed { .. });
                }
                (!self.licensed).then(|| "the tenant has no licence for Identity Protection".into())
            }
            _ => None,
        }
    }

    /// Returns why a step has to wait.
    async fn not_yet(&mut self, call: &AnyOperation) -> Option<String> {
        if let AnyOperation::DeleteMethods(delete) = call
            && matches!(delete.scope, MethodScope::Ids(_))
            && let Some(seen) = &self.seen
            && !others::methods_added(&self.plan, seen).is_empty()
        {
            return Some(
                "it names methods, and others were added since the plan was made: make a new plan".into(),
            );
        }
        if call.spec().effect == Effect::Destroy && !self.is_stored(call) {
            return Some(
                "what it destroys is not in the evidence: free space or fix the folder, then resume".into(),
            );
        }
        let removes = matches!(
            call,
            AnyOperation::DeleteMethods(_)
                | AnyOperation::DeleteMethod(_)
                | AnyOperation::RequireMfaReregistration(_)
        );
        if removes {
            let why = if self.plan.blocks() { self.not_blocked().await } else { self.no_pass().await };
            if why.is_some() {
                return why;
            }
        }
        None
    }

    /// Returns whether the evidence holds what a call destroys. Without a store there is nothing to wait for.
    fn is_stored(&self, call: &AnyOperation) -> bool {
        let id = call.spec().id;
        let read = if id.contains("device") { "registered_devices" } else { "list_methods" };
        let kept = self.record.evidence_of_this_call();
        let mut kept = kept.iter().filter(|kept| kept.name.contains(read) && kept.status == 200);
        !self.record.place().has_store() || kept.any(|kept| kept.missing.is_none())
    }

    /// Does a step, and writes it down.
    async fn send(&mut self, place: usize, call: AnyOperation) -> Result<StepRun> {
        let planned = &self.plan.steps[place];
        let phase = planned.phase;
        self.record.begins(place);
        self.events.of_step((place, phase), None, planned.title.clone());
        let mut call = call;
        for (name, secret) in &self.options.slots {
            call.fill(name, secret.clone());
        }
        let armed = Armed::new(call, self.plan.account, &*self.options.secrets).await?;
        self.record.write(Event::step_begins(place, armed.call.clone())).await?;
        let client = if phase == Phase::LockOut { &self.hasty } else { &self.observed };
        let sent = self.known.clone().into_iter().fold(client.run(armed.call.clone()), Call::knowing).await;
        let mut notes = armed.settle(&sent, &*self.options.secrets).await;
        match sent {
            Ok(mut output) => {
                // This run asked the gate.
                if let AnyOutput::UnblockSignIn(receipt) = &mut output {
                    receipt.warnings.retain(|warning| warning.code != NO_GATE.code());
                }
                self.record.write(Event::step_ended(place, &output)).await?;
                let state = state_of(&armed.call, &output);
                if let AnyOutput::LockOut(locked) = &output
                    && !locked.password_grade.is_success()
                {
                    notes.push(format!("the new password: {}", locked.password_grade));
                }
                if output.receipt().is_some_and(Receipt::is_dry_run) {
                    notes.push(
                        "the client is in dry-run mode, so nothing was sent: `preview` shows a plan".into(),
                    );
                }
                if let Some(receipt) = output.receipt().filter(|_| state != StepState::Done) {
                    notes.extend(receipt.warnings.iter().map(ToString::to_string));
                    if receipt.exchanges.iter().any(|exchange| exchange.status == Some(403)) {
                        notes.extend(self.hands_over(&armed.call).await);
                    }
                }
                let reason = (!notes.is_empty()).then(|| notes.join("; "));
                Ok(StepRun { output: Some(Box::new(output)), ..self.left(place, state, reason) })
            }
            // The journal cannot be written: nothing was sent, and nothing more is.
            Err(error) if matches!(error.as_refusal(), Some(Refusal::Journal { .. })) => Err(error),
            Err(error) => {
                let unsettled = error.outcome_unknown() && must_not_repeat(&armed.call);
                let denied = error.as_graph().is_some_and(|graph| DENIED.contains(&graph.kind()));
                let hands_over = if denied { self.hands_over(&armed.call).await } else { None };
                let error = Box::new(ErrorRecord::from(&error));
                self.record.write(Event::step_failed(place, (*error).clone())).await?;
                notes.extend(hands_over);
                let state = if unsettled { StepState::Unsettled } else { StepState::Failed };
                let reason = (!notes.is_empty()).then(|| notes.join("; "));
                Ok(StepRun { error: Some(error), ..self.left(place, state, reason) })
            }
        }
    }

    /// Returns who has to do what Graph did not let this caller do: a permission or a role is missing, or the
    /// account takes a higher one. The account stays as the steps before left it.
    async fn hands_over(&self, call: &AnyOperation) -> Option<String> {
        let seen = self.client.snapshot(self.plan.account).without_risk().await.ok();
        let found = self.client.preflight([Wanted::from(call)], seen.as_ref()).await.ok()?;
        let check = found.checks.into_iter().next()?;
        let reasons: Vec<_> = check.because.into_iter().map(|obstacle| obstacle.text).collect();
        (!reasons.is_empty()).then(|| format!("hand it over: {}", reasons.join("; ")))
    }
}
