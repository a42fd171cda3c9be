//! How each step is taken back: by a call, by a person, or never.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::super::earlier::{Before, Earlier};
use super::super::journal::Tick;
use super::super::plan::PlanStep;
use super::super::step_run::StepState;
use super::{UndoHow, UndoStep};
use crate::error::Result;
use crate::ids::{ObjectId, UserRef};
use crate::knowledge::{Action, Task};
use crate::model::{AccountSnapshot, AuthenticationMethod};
use crate::operations::{
    AnyOperation, AnyOutput, BlockSignIn, ConfirmUserCompromised, DeleteTemporaryAccessPass, DismissUserRisk,
    EnableDevice, EnableServicePrincipal, MethodOutcome, Outcome, UnblockSignIn,
};
use crate::receipt::{Grade, Receipt};

/// Lists each step that was done, and how it is taken back.
pub(super) fn steps(earlier: &Earlier, read: Option<&AccountSnapshot>) -> Vec<UndoStep> {
    let steps = earlier.plan.steps.iter().enumerate();
    steps.filter_map(|(place, planned)| Of { earlier, read, place, planned }.inverse()).collect()
}

struct Of<'a> {
    earlier: &'a Earlier,
    read: Option<&'a AccountSnapshot>,
    place: usize,
    planned: &'a PlanStep,
}

/// What was removed because it may be the attacker's.
const ATTACKERS: &str = "it was removed because it may be the attacker's";

impl Of<'_> {
    fn inverse(&self) -> Option<UndoStep> {
        match self.earlier.step(self.place) {
            Before::Done(output) => {
                let call = self.planned.call.as_ref()?;
                Some(self.of_call(call, output.as_deref()))
            }
            Before::Undone => {
                let call = self.planned.call.as_ref()?;
                let step = self.of_call(call, self.earlier.output(self.place));
                Some(UndoStep { state: Some(StepState::Done), ..step })
            }
            Before::TickedOff(tick) => self.of_person(&tick),
            _ => None,
        }
    }

    fn step(&self, how: UndoHow, reason: impl Into<String>) -> UndoStep {
        UndoStep {
            step: self.place,
            title: self.planned.title.clone(),
            operation: self.planned.call.as_ref().map(|call| call.spec().id),
            how,
            guarded: false,
            reason: reason.into(),
            before: Map::new(),
            call: None,
            state: None,
            output: None,
            error: None,
        }
    }

    fn never(&self, reason: &str) -> UndoStep {
        self.step(UndoHow::Never, reason)
    }

    /// Returns the step with a call that takes it back.
    fn by<O: Into<AnyOperation>>(&self, call: Result<O>, reason: &str) -> UndoStep {
        match call {
            Ok(call) => UndoStep { call: Some(call.into()), ..self.step(UndoHow::Call, reason) },
            Err(error) => self.step(UndoHow::ByHand, error.to_string()),
        }
    }

    fn user(&self) -> UserRef {
        UserRef::Id(self.earlier.plan.account)
    }

    fn of_call(&self, call: &AnyOperation, output: Option<&AnyOutput>) -> UndoStep {
        let receipt = output.and_then(AnyOutput::receipt);
        if receipt.is_some_and(|receipt| receipt.grade == Grade::NothingToDo) {
            return self.never("it changed nothing: it was so before the run");
        }
        match call {
            AnyOperation::LockOut(_) => {
                self.block("the new password stays: the old one cannot be restored", receipt)
            }
            AnyOperation::BlockSignIn(_) => self.block("", receipt),
            AnyOperation::UnblockSignIn(_) => with(
                self.by(BlockSignIn::new(self.user()), "sign-in is blocked again"),
                "account_enabled",
                &false,
            ),
            AnyOperation::CreateTemporaryAccessPass(_) => match output {
                Some(AnyOutput::CreateTemporaryAccessPass(made)) if made.id.is_some() => {
                    let delete = made.id.clone().into_iter();
                    let mut delete = delete.map(|id| DeleteTemporaryAccessPass::new(self.user(), id));
                    match delete.next() {
                        Some(delete) => self.by(delete, "the pass is deleted, if it still exists"),
                        None => self.never(""),
                    }
                }
                _ => self.step(UndoHow::ByHand, "delete_temporary_access_pass: which pass is unknown"),
            },
            AnyOperation::DisableDevice(disable) => self.device(disable.device),
            AnyOperation::DisableServicePrincipal(disable) => UndoStep {
                guarded: true,
                ..with(
                    self.by(Ok(EnableServicePrincipal::new(disable.application)), ATTACKERS),
                    "account_enabled",
                    &true,
                )
            },
            AnyOperation::ConfirmUserCompromised(_)
                if self.earlier.last_done(Action::DismissRisk).is_some() =>
            {
                self.never("this run dismissed the risk")
            }
            AnyOperation::ConfirmUserCompromised(_) => UndoStep {
                guarded: true,
                ..self.by(
                    DismissUserRisk::new(self.user()),
                    "dismisses the whole risk, also what Identity Protection found by itself",
                )
            },
            AnyOperation::DismissUserRisk(_) => self.by(
                ConfirmUserCompromised::new(self.user()),
                "the risk becomes high, whatever it was before",
            ),
            AnyOperation::RevokeGrant(revoke) => self.grant(revoke.grant.as_str(), output),
            AnyOperation::RemoveAppAssignment(_) => {
                let how = "POST /servicePrincipals/{resource}/appRoleAssignedTo with the values from before";
                match output {
                    Some(AnyOutput::RemoveAppAssignment(removed)) => {
                        all(self.step(UndoHow::ByHand, how), &removed.assignment)
                    }
                    _ => self.step(UndoHow::ByHand, how),
                }
            }
            AnyOperation::DeleteMethods(_) | AnyOperation::RequireMfaReregistration(_) => {
                let deleted = match output {
                    Some(AnyOutput::DeleteMethods(deleted)) => Some(&**deleted),
                    Some(AnyOutput::RequireMfaReregistration(required)) => Some(&required.deleted),
                    _ => None,
                };
                let methods = deleted.map(|deleted| {
                    let label = |of: &MethodOutcome| {
                        of.method.as_ref().map_or_else(|| of.id.to_string(), AuthenticationMethod::label)
                    };
                    let is_gone = |of: &&MethodOutcome| {
                        matches!(of.outcome, Outcome::Removed | Outcome::AlreadyGone | Outcome::StillListed)
                    };
                    deleted.methods.iter().filter(is_gone).map(label).collect::<Vec<_>>()
                });
                let step = self.never("a method is not given back: the user registers it again with a pass");
                with(step, "methods", &methods)
            }
            AnyOperation::DeleteMethod(_) | AnyOperation::DeactivateHardwareOath(_) => {
                self.never("a method is not given back: the user registers it again with a pass")
            }
            AnyOperation::DeleteTemporaryAccessPass(_) => {
                self.never("a pass is not given back: make another one after the proof of identity")
            }
            AnyOperation::ResetPassword(_) => {
                self.never("the old password cannot be restored: set another one")
            }
            AnyOperation::RevokeSignInSessions(_) | AnyOperation::RevokeMfaSessions(_) => {
                self.never("a revocation cannot be undone: the user signs in again")
            }
            other => self.step(UndoHow::ByHand, other.spec().undo),
        }
    }

    /// Returns how a block is lifted: one that is this run's own.
    fn block(&self, more: &str, receipt: Option<&Receipt>) -> UndoStep {
        let seen = self.earlier.plan.seen.enabled;
        let others = self.earlier.blocked_by_others;
        if seen == Some(false) || others || receipt.is_none() {
            return self
                .never("sign-in was blocked before, or by somebody else: this run does not lift that block");
        }
        if self.earlier.last_done(Action::UnblockSignIn).is_some() {
            return self.never("this run lifted it");
        }
        let step = self.by(UnblockSignIn::new(self.user()), more);
        UndoStep { guarded: true, ..with(step, "account_enabled", &seen) }
    }

    fn device(&self, id: ObjectId) -> UndoStep {
        let devices = self.read.and_then(|read| read.devices.collected());
        let device = devices.into_iter().flatten().find(|device| device.id == Some(id));
        let enabled = device.and_then(|device| device.account_enabled);
        if enabled == Some(false) {
            return self.never("the device was disabled before the run");
        }
        let enable = EnableDevice::new(id).and_then(|enable| enable.for_user(self.user()));
        let step = with(self.by(enable, "only a device that was checked"), "account_enabled", &enabled);
        with(step, "display_name", &device.and_then(|device| device.display_name.clone()))
    }

    fn grant(&self, id: &str, output: Option<&AnyOutput>) -> UndoStep {
        let is_suspect = self.earlier.plan.incident == "malicious-consent";
        let step = if is_suspect {
            self.never(ATTACKERS)
        } else {
            self.step(UndoHow::ByHand, "POST /oauth2PermissionGrants with the values from before")
        };
        match output {
            Some(AnyOutput::RevokeGrant(revoked)) if revoked.grant.is_some() => all(step, &revoked.grant),
            _ => with(step, "id", &id),
        }
    }

    /// Returns how a step of a person is taken back; `None` if it changed nothing.
    fn of_person(&self, tick: &Tick) -> Option<UndoStep> {
        let planned = self.planned;
        let has = |action| planned.actions.contains(&action);
        let place = planned.by_hand.as_deref().unwrap_or("where it was done");
        let step = if has(Action::ResetPasswordOnPremises)
            || has(Action::ResetPasswordGraphAction)
            || has(Action::ResetPasswordGraphProfile)
        {
            self.never("the old password cannot be restored: set another one")
        } else if has(Action::RevokeSignInSessions) {
            self.never("a revocation cannot be undone: the user signs in again")
        } else if has(Action::DeleteMethods)
            || has(Action::DeleteTemporaryAccessPass)
            || has(Action::WipeDevice)
        {
            self.never("what was removed or erased is not given back")
        } else if has(Action::RemoveRole) {
            let step = self.step(
                UndoHow::ByHand,
                "assign each role again, with its scope, only after the account was checked",
            );
            let roles = self.read.and_then(|read| read.active_roles.collected());
            let eligible = self.read.and_then(|read| read.eligible_roles.collected());
            with(with(step, "active_roles", &roles), "eligible_roles", &eligible)
        } else if has(Action::DisableMailRules) {
            let reason = "enable the user's own rules, each by its name; leave the attacker's disabled";
            with(self.step(UndoHow::ByHand, reason), "rules", &tick.proof)
        } else if has(Action::DeleteConsent) {
            let reason =
                "POST /oauth2PermissionGrants with the values from before, for those that were removed";
            let grants = self.read.and_then(|read| read.grants.collected());
            let own = grants.map(|list| list.own.iter().map(|listed| &listed.grant).collect::<Vec<_>>());
            with(self.step(UndoHow::ByHand, reason), "grants", &own)
        } else if has(Action::DisableDevice) {
            let devices = self.read.and_then(|read| read.devices.collected());
            let devices = devices.map(|all| {
                let line = |device: &crate::model::Device| {
                    json!({ "id": device.id, "display_name": device.display_name, "account_enabled": device.account_enabled })
                };
                all.iter().map(line).collect::<Vec<_>>()
            });
            with(self.step(UndoHow::ByHand, "enable_device, for one that was checked"), "devices", &devices)
        } else if !planned.actions.is_empty() {
            self.step(UndoHow::ByHand, format!("take it back where it was done: {place}"))
        } else {
            match planned.task {
                Some(Task::IsolateEndpoint) => {
                    self.step(UndoHow::ByHand, "Microsoft Defender portal > Devices > Release from isolation")
                }
                Some(Task::StopConsent | Task::EnableOnPremises | Task::CleanApplication) => {
                    self.step(UndoHow::ByHand, format!("take it back where it was done: {place}"))
                }
                _ => return None,
            }
        };
        Some(with(step, "ticked_off_by", &tick.by))
    }
}

/// Adds a value from before.
fn with(mut step: UndoStep, name: &str, value: &impl Serialize) -> UndoStep {
    if let Ok(value) = serde_json::to_value(value)
        && !value.is_null()
    {
        step.before.insert(name.to_owned(), value);
    }
    step
}

/// Adds every property of what was there before.
fn all(mut step: UndoStep, of: &impl Serialize) -> UndoStep {
    if let Ok(Value::Object(values)) = serde_json::to_value(of) {
        step.before.extend(values.into_iter().filter(|(_, value)| !value.is_null()));
    }
    step
}
