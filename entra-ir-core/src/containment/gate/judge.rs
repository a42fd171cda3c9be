//! What a journal and an account show of each item of the gate.

use time::Duration;

use super::super::earlier::{Before, Earlier};
use super::super::journal::Tick;
use super::super::others::SLACK;
use super::super::plan::{Phase, PlanStep};
use super::{GateItem, GateItemKind, GateState};
use crate::knowledge::{AccountKind, Action, Task};
use crate::model::{AccountSnapshot, AuthenticationMethod, MethodDetail, MethodKind, MethodList};
use crate::operations::{AnyOperation, AnyOutput, MethodScope};
use crate::text::moment;

/// How old a pass may be: it is made minutes before the block is lifted.
const PASS: Duration = Duration::hours(1);

/// How far before its answer the service may set the time of a revocation.
const REVOCATION: Duration = Duration::seconds(5);

/// What a journal cannot show that holds no containment.
const ELSEWHERE: &str = "this journal holds no containment, so it does not show it";
const LOOK_THERE: &str = "look at the run that contained the account";

pub(super) fn items(earlier: &Earlier, now: &AccountSnapshot) -> Vec<GateItem> {
    let judge = Judge { earlier, now };
    let mut items = vec![
        judge.identity(),
        judge.password(),
        judge.suspects(),
        judge.sessions(),
        judge.second_factor(),
        judge.pass(),
        judge.block(),
        judge.ticked(GateItemKind::Endpoint, Task::IsolateEndpoint, "isolate or clean the endpoint"),
        judge.ticked(GateItemKind::HelpDesk, Task::TellHelpDesk, "tell the help desk"),
    ];
    items.extend(judge.on_premises());
    items.push(judge.manual_steps());
    items
}

struct Judge<'a> {
    earlier: &'a Earlier,
    now: &'a AccountSnapshot,
}

fn met(is: GateItemKind, reason: impl Into<String>) -> GateItem {
    GateItem { is, state: GateState::Met, reason: reason.into(), next: None, steps: Vec::new() }
}

fn missing(is: GateItemKind, reason: impl Into<String>, next: impl Into<String>) -> GateItem {
    GateItem { state: GateState::Missing, next: Some(next.into()), ..met(is, reason) }
}

fn unknown(is: GateItemKind, reason: impl Into<String>, next: impl Into<String>) -> GateItem {
    GateItem { state: GateState::Unknown, next: Some(next.into()), ..met(is, reason) }
}

fn by(tick: &Tick) -> String {
    match tick.proof.as_deref().map(str::trim).filter(|proof| !proof.is_empty()) {
        Some(proof) => format!("ticked off by {}: {proof}", tick.by),
        None => format!("ticked off by {}", tick.by),
    }
}

impl Judge<'_> {
    fn steps(&self) -> impl Iterator<Item = (usize, &PlanStep)> {
        self.earlier.plan.steps.iter().enumerate()
    }

    /// Returns whether the journal shows a containment at all: its plan blocks.
    fn contains(&self) -> bool {
        self.earlier.plan.blocks()
    }

    fn methods(&self) -> Option<&MethodList> {
        self.now.methods.collected()
    }

    /// Returns the tick of a step.
    fn tick(&self, step: usize) -> Option<&Tick> {
        self.earlier.ticks().find(|(place, _)| *place == step).map(|(_, tick)| tick)
    }

    fn step_of(&self, task: Task) -> Option<usize> {
        self.steps().find(|(_, step)| step.task == Some(task)).map(|(place, _)| place)
    }

    fn identity(&self) -> GateItem {
        const IS: GateItemKind = GateItemKind::Identity;
        let channel = "in person, by a call to a number known before the incident, by the manager";
        let Some(step) = self.step_of(Task::ProveIdentity) else {
            let next =
                format!("prove the identity by another channel ({channel}), and record it in the ticket");
            return unknown(IS, "the plan has no such step, so its journal cannot show it", next);
        };
        let number = step + 1;
        match self.tick(step) {
            None => GateItem {
                steps: vec![step],
                ..missing(
                    IS,
                    "nobody proved who the user is",
                    format!(
                        "prove it by another channel ({channel}), then tick step {number} off with the channel as proof"
                    ),
                )
            },
            Some(tick) if tick.proof.as_deref().is_some_and(|proof| !proof.trim().is_empty()) => {
                met(IS, by(tick))
            }
            Some(tick) => unknown(
                IS,
                format!("{}, without a proof: by which channel is unknown", by(tick)),
                format!("tick step {number} off again, with the channel as proof"),
            ),
        }
    }

    fn password(&self) -> GateItem {
        const IS: GateItemKind = GateItemKind::Password;
        let (seen, kind) = (&self.earlier.plan.seen, AccountKind::from(&self.now.user));
        if kind == AccountKind::ExternalGuest {
            let next = "ask the home tenant";
            return unknown(IS, "the guest's home tenant keeps the password", next);
        }
        let Some(now) = self.now.user.last_password_change_date_time else {
            return unknown(IS, "the account does not show when it was changed", "read the account again");
        };
        let is_new = seen.password_changed.is_none_or(|before| now > before);
        let resets = [
            Action::ResetPasswordOnPremises,
            Action::ResetPasswordGraphAction,
            Action::ResetPasswordGraphProfile,
        ];
        let of_reset = |step: usize| {
            let step = &self.earlier.plan.steps[step];
            resets.iter().any(|action| step.actions.contains(action))
        };
        let ticked = self.earlier.ticks().filter(|(step, _)| of_reset(*step)).last();
        match (self.earlier.password_set(), ticked) {
            (Some(own), None) if now > own.saturating_add(SLACK) => missing(
                IS,
                format!("it was changed again at {}, not by this run", moment(now)),
                "find out who changed it; set it again with a new plan",
            ),
            (Some(own), _) if is_new && now >= own.saturating_sub(SLACK) => {
                met(IS, format!("this run changed it, and the account shows {}", moment(now)))
            }
            (Some(own), _) => unknown(
                IS,
                format!("this run changed it at {}, and the account does not show that yet", moment(own)),
                "read the account again in a minute",
            ),
            (None, Some((_, tick))) if is_new => {
                met(IS, format!("{}; the account shows {}", by(tick), moment(now)))
            }
            (None, Some((_, tick))) => unknown(
                IS,
                format!("{}; the account does not show a change", by(tick)),
                "wait for the sync, and read the account again; a password that another provider keeps is not seen here",
            ),
            (None, None) if !self.contains() => unknown(IS, ELSEWHERE, LOOK_THERE),
            (None, None) if self.earlier.last_done(Action::BlockSignIn).is_some_and(|block| now > block) => {
                unknown(
                    IS,
                    format!("it was changed at {}, not by this run: by whom is unknown", moment(now)),
                    "find out who changed it, and tick off the step that changes it",
                )
            }
            (None, None) => missing(
                IS,
                "the old password still works",
                "change it with a new plan, or tick off where it was changed",
            ),
        }
    }

    /// Returns whether the run made a pass, by its id.
    fn own_pass(&self, method: &AuthenticationMethod) -> Option<usize> {
        self.earlier.outputs().find_map(|(step, output)| match output {
            AnyOutput::CreateTemporaryAccessPass(made) => {
                (made.id.as_ref() == Some(&method.id)).then_some(step)
            }
            _ => None,
        })
    }

    /// Returns whether the plan removes a method that it saw; `None` if no step of it removes methods.
    fn removes(&self, method: &AuthenticationMethod) -> Option<bool> {
        let mut removes = None;
        for (_, step) in self.steps() {
            let of_step = match &step.call {
                Some(AnyOperation::DeleteMethods(delete)) => match &delete.scope {
                    MethodScope::AllRemovable => method.kind.is_removable(),
                    MethodScope::Only(kinds) => kinds.contains(&method.kind),
                    MethodScope::Ids(ids) => ids.contains(&method.id),
                    MethodScope::PortalReregister => method.kind.is_reregistered_by_portal(),
                    MethodScope::RegisteredSince(since) => {
                        method.created.is_none_or(|created| created >= *since)
                    }
                },
                Some(AnyOperation::RequireMfaReregistration(_)) => method.kind.is_reregistered_by_portal(),
                Some(AnyOperation::DeleteTemporaryAccessPass(delete)) => delete.id == method.id,
                _ => continue,
            };
            removes = Some(removes == Some(true) || of_step);
        }
        removes
    }

    fn suspects(&self) -> GateItem {
        const IS: GateItemKind = GateItemKind::Suspects;
        let Some(list) = self.methods() else {
            let why = self.now.methods.reason().unwrap_or_else(|| self.now.methods.state());
            let next = "let the caller read methods (UserAuthenticationMethod.Read.All)";
            return unknown(IS, format!("the methods could not be read: {why}"), next);
        };
        let Some(before) = &self.earlier.plan.seen.methods else {
            let reason = "the methods of before the run were not read";
            return unknown(IS, reason, "ask the user about each method that the account has");
        };
        let (mut left, mut added, mut doubtful) = (Vec::new(), Vec::new(), Vec::new());
        for method in list.methods.iter().filter(|method| method.kind != MethodKind::Password) {
            let label = || format!("{} ({})", method.label(), method.id);
            if !before.contains(&method.id) {
                if self.own_pass(method).is_none() {
                    added.push(label());
                }
            } else if self.removes(method) == Some(true) {
                left.push(label());
            } else {
                doubtful.push(label());
            }
        }
        if !left.is_empty() || !added.is_empty() {
            let mut reasons = Vec::new();
            if !left.is_empty() {
                reasons.push(format!("not removed: {}", left.join(", ")));
            }
            if !added.is_empty() {
                reasons.push(format!("added since, and not by this run: {}", added.join(", ")));
            }
            let next = "delete them, or show that they are the user's own";
            return missing(IS, reasons.join("; "), next);
        }
        if !doubtful.is_empty() {
            let reason = format!("of before the run, and no step removes them: {}", doubtful.join(", "));
            return unknown(
                IS,
                reason,
                "let the user show each of them, and delete what the user does not have",
            );
        }
        if !list.is_whole() {
            return unknown(
                IS,
                "the list of methods is not complete",
                "look in the portal for other methods",
            );
        }
        if !self.contains() {
            return unknown(IS, ELSEWHERE, LOOK_THERE);
        }
        met(IS, "the methods of before the run are gone, and nobody added one")
    }

    fn sessions(&self) -> GateItem {
        const IS: GateItemKind = GateItemKind::Sessions;
        if matches!(AccountKind::from(&self.now.user), AccountKind::ExternalGuest | AccountKind::Customer) {
            let reason = "a revocation here does nothing for an account of this kind";
            return unknown(IS, reason, "ask where the account lives");
        }
        if !self.contains() {
            return unknown(IS, ELSEWHERE, LOOK_THERE);
        }
        let is_removal = |output: &AnyOutput| {
            matches!(output, AnyOutput::DeleteMethods(_) | AnyOutput::RequireMfaReregistration(_))
        };
        let removed = self.earlier.outputs().filter(|(_, output)| is_removal(output));
        let removed = removed.filter_map(|(_, output)| output.receipt()?.server_date()).max();
        let after = removed.max(self.earlier.password_set());
        let left: Vec<_> = self
            .earlier
            .places(Action::RevokeSignInSessions)
            .filter(|step| !matches!(self.earlier.step(*step), Before::Done(_) | Before::TickedOff(_)))
            .collect();
        let ticked = self.earlier.places(Action::RevokeSignInSessions).find_map(|step| self.tick(step));
        let next = "resume the run: it revokes the sessions again";
        match (self.earlier.last_done(Action::RevokeSignInSessions), ticked) {
            (Some(revoked), _) if after.is_some_and(|after| revoked < after) && ticked.is_none() => {
                let reason = format!(
                    "the last revocation, at {}, came before the new password or before methods were removed",
                    moment(revoked)
                );
                GateItem { steps: left, ..missing(IS, reason, next) }
            }
            _ if !left.is_empty() => {
                let reason = "a revocation of the plan is not done";
                GateItem { steps: left, ..missing(IS, reason, next) }
            }
            (_, Some(tick)) => {
                unknown(IS, format!("{}: when is not known", by(tick)), "revoke the sessions again")
            }
            (None, None) => missing(IS, "the sessions were not revoked", "revoke the sessions"),
            (Some(revoked), None) => {
                let shows = self.now.user.sign_in_sessions_valid_from_date_time;
                if shows.is_some_and(|from| from >= revoked.saturating_sub(REVOCATION)) {
                    let reason = format!(
                        "revoked at {}, after the new password and after methods were removed",
                        moment(revoked)
                    );
                    return met(IS, reason);
                }
                let reason =
                    format!("revoked at {}, and the account does not show that yet", moment(revoked));
                unknown(IS, reason, "read the account again in a minute")
            }
        }
    }

    fn second_factor(&self) -> GateItem {
        const IS: GateItemKind = GateItemKind::SecondFactor;
        let Some(list) = self.methods() else {
            let next = "let the caller read methods (UserAuthenticationMethod.Read.All)";
            return unknown(IS, "the methods could not be read", next);
        };
        let works = |method: &&AuthenticationMethod| {
            method.kind.counts_as_mfa() == Some(true)
                && !matches!(&method.detail, MethodDetail::TemporaryAccessPass(pass) if !pass.may_work())
        };
        match list.methods.iter().find(works) {
            Some(method) => met(IS, format!("the account has one: {}", method.label())),
            None if !list.is_whole() => {
                unknown(IS, "the list of methods is not complete", "look in the portal for other methods")
            }
            None => missing(
                IS,
                "the account has no second factor and no pass: whoever knows the password would register one",
                "make a pass, minutes before the block is lifted",
            ),
        }
    }

    fn pass(&self) -> GateItem {
        const IS: GateItemKind = GateItemKind::Pass;
        let Some(list) = self.methods() else {
            let next = "let the caller read methods (UserAuthenticationMethod.Read.All)";
            return unknown(IS, "whether there is a pass could not be read", next);
        };
        let again = "delete it, and make another one after the proof of identity";
        let proof = self.step_of(Task::ProveIdentity);
        let proven = proof.and_then(|step| self.earlier.entry_of(step).filter(|_| self.tick(step).is_some()));
        let mut doubt = None;
        for pass in list.methods.iter().filter(|method| method.kind == MethodKind::TemporaryAccessPass) {
            let Some(step) = self.own_pass(pass) else {
                return missing(IS, format!("this run did not make it: {}", pass.id), again);
            };
            if proof.is_some() && proven.is_none_or(|proven| self.earlier.entry_of(step) < Some(proven)) {
                return missing(IS, "it was made before the proof of identity", again);
            }
            match pass.created {
                Some(created) if self.now.taken_at > created.saturating_add(PASS) => {
                    let reason = format!("it was made at {}, more than an hour ago", moment(created));
                    return missing(IS, reason, again);
                }
                Some(_) => {}
                None => doubt = Some(pass.id.to_string()),
            }
        }
        let has_pass = list.methods.iter().any(|method| method.kind == MethodKind::TemporaryAccessPass);
        match doubt {
            Some(id) => unknown(IS, format!("when it was made is unknown: {id}"), again),
            None if has_pass => met(IS, "it was made after the proof of identity, within the last hour"),
            None => met(IS, "the account has none"),
        }
    }

    fn block(&self) -> GateItem {
        const IS: GateItemKind = GateItemKind::Block;
        let (plan, enabled) = (&self.earlier.plan, self.now.user.account_enabled);
        let ask = "ask whoever blocked it; the audit logs name the actor";
        if !self.contains() {
            return unknown(IS, "this journal holds no block, so whose it is is unknown", LOOK_THERE);
        }
        if plan.seen.enabled == Some(false) {
            return missing(IS, "sign-in was blocked before this run: whoever blocked it decides", ask);
        }
        if self.earlier.blocked_by_others {
            return missing(IS, "somebody else blocked sign-in before this run did", ask);
        }
        let ticked = self.earlier.places(Action::BlockSignIn).find_map(|step| self.tick(step));
        let own = self.earlier.last_done(Action::BlockSignIn).is_some();
        match (enabled, own, ticked) {
            (None, ..) => {
                unknown(IS, "whether sign-in is blocked could not be read", "read the account again")
            }
            (Some(true), ..) if self.earlier.was_given_back() => met(IS, "this run lifted its block"),
            (Some(true), true, _) => missing(
                IS,
                "sign-in was enabled since this run blocked it, not by this run",
                "find out who enabled it; resume the run for a synced account, or block again with a new plan",
            ),
            (Some(true), false, _) => {
                unknown(IS, "sign-in is not blocked, and this run did not block it", "read the audit logs")
            }
            (Some(false), true, _) if plan.seen.enabled == Some(true) => {
                met(IS, "this run blocked it, and it was not blocked before")
            }
            (Some(false), _, Some(tick)) => met(IS, by(tick)),
            (Some(false), ..) => unknown(IS, "whether it was blocked before this run is unknown", ask),
        }
    }

    fn ticked(&self, is: GateItemKind, task: Task, what: &str) -> GateItem {
        let Some(step) = self.step_of(task) else {
            let reason = "the plan has no such step, so its journal cannot show it";
            return unknown(is, reason, format!("{what}, and record it in the ticket"));
        };
        match self.tick(step) {
            Some(tick) => met(is, by(tick)),
            None => GateItem {
                steps: vec![step],
                ..missing(is, "not ticked off", format!("{what}, then tick step {} off", step + 1))
            },
        }
    }

    /// Returns whether a step is done in Active Directory.
    fn is_on_premises(step: &PlanStep) -> bool {
        let actions =
            [Action::BlockOnPremises, Action::ResetPasswordOnPremises, Action::DisableComputerOnPremises];
        step.task == Some(Task::EnableOnPremises)
            || step.call.is_none() && actions.iter().any(|action| step.actions.contains(action))
    }

    fn on_premises(&self) -> Option<GateItem> {
        const IS: GateItemKind = GateItemKind::OnPremises;
        if AccountKind::from(&self.now.user) != AccountKind::Synced {
            return None;
        }
        let of_plan: Vec<_> = self.steps().filter(|(_, step)| Self::is_on_premises(step)).collect();
        if of_plan.is_empty() {
            let reason = "the plan has no step in Active Directory, so its journal cannot show it";
            return Some(unknown(IS, reason, "ask the team of Active Directory"));
        }
        Some(self.left(IS, &of_plan, "every step in Active Directory is ticked off"))
    }

    fn manual_steps(&self) -> GateItem {
        const IS: GateItemKind = GateItemKind::ManualSteps;
        let unblocks = self.earlier.places(Action::UnblockSignIn).next();
        let own = [Task::ProveIdentity, Task::IsolateEndpoint, Task::TellHelpDesk];
        let is_synced = AccountKind::from(&self.now.user) == AccountKind::Synced;
        let of_plan: Vec<_> = self
            .steps()
            .filter(|(place, step)| {
                step.call.is_none()
                    && unblocks.map_or(step.phase < Phase::Recover, |unblocks| *place < unblocks)
                    && step.task.is_none_or(|task| !own.contains(&task))
                    && !(is_synced && Self::is_on_premises(step))
            })
            .collect();
        let item = self.left(IS, &of_plan, "every other step of people is ticked off");
        if item.state == GateState::Met && !self.contains() {
            return unknown(IS, ELSEWHERE, LOOK_THERE);
        }
        item
    }

    /// Returns the item of several steps: which of them nobody ticked off.
    fn left(&self, is: GateItemKind, of_plan: &[(usize, &PlanStep)], all: &str) -> GateItem {
        let left: Vec<_> = of_plan.iter().filter(|(place, _)| self.tick(*place).is_none()).collect();
        if left.is_empty() {
            return met(is, all);
        }
        let names: Vec<_> =
            left.iter().map(|(place, step)| format!("{}. {}", place + 1, step.title)).collect();
        let steps = left.iter().map(|(place, _)| *place).collect();
        let next =
            "do each of them, and tick it off; tick off one that does not apply with the reason as proof";
        GateItem { steps, ..missing(is, format!("not ticked off: {}", names.join(", ")), next) }
    }
}
