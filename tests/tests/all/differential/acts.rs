//! The steps of a case: what users and attackers do, and what responders press, with the report of it.

use std::time::Duration;

use entra_ir_core::knowledge::{Action, ActionDone, Evidence};
use entra_ir_core::model::{MethodKind, RiskLevel, RiskState, UserRisk};
use entra_ir_core::operations::{ForceChange, MethodScope};
use entra_ir_core::receipt::{Grade, Receipt};
use entra_ir_core::simulator::NewMethod;
use entra_ir_core::simulator::sign_in::SecondFactor;
use time::OffsetDateTime;

use super::case::{Step, Way, Which};
use super::stage::{Pass, Stage, USED};

impl Stage {
    pub(super) async fn act(&mut self, step: Step) {
        let before = self.done.len();
        match step {
            Step::SignIn { .. }
            | Step::Windows { .. }
            | Step::Steal { .. }
            | Step::Open { .. }
            | Step::AnswerMfa { .. } => {
                self.use_sessions(step);
            }
            Step::SignOut { .. } | Step::CloseBrowser { .. } => self.end_own(step),
            Step::MakeAppPassword => {
                self.tell("an app password is made");
                self.app_passwords.extend(self.simulation.create_app_password(&self.user));
            }
            Step::RegisterPasskey if !self.is_guest() => {
                self.tell("a passkey is registered");
                _ = self.tenant().add_method(&self.user, NewMethod::passkey("another key"));
                self.note_methods();
            }
            Step::RegisterPasskey => {}
            Step::ChangePassword { self_service, reported } => self.change_password(self_service, reported),
            Step::Sync => {
                self.tell("a sync runs");
                self.tenant().run_sync();
            }
            Step::RestoreDevice => {
                let restored = self.with_object().map(|device| self.simulation.restore_device(device));
                self.tell(format_args!("deleted devices are restored: {restored:?}"));
            }
            Step::RevokeMfaAsBefore
            | Step::DeleteAppPasswords
            | Step::BlockOnPremises
            | Step::HomeRevokes
            | Step::Computer { .. }
            | Step::GuardRegistration
            | Step::BlockLegacy
            | Step::Risk => {
                self.press_elsewhere(step);
            }
            Step::Reset(way) => self.reset(way).await,
            Step::IssuePass { once, hours, begins_in } => self.issue(once, hours, begins_in).await,
            _ => self.press(step).await,
        }
        self.note_methods();
        for number in before..self.done.len() {
            let done = &self.done[number];
            let line = format!("reported: {} at {} ({}) {:?}", done.action, done.at, done.grade, done.target);
            self.tell(line);
        }
        if self.done.len() > before {
            self.take_snapshot().await;
        }
    }

    fn use_sessions(&mut self, step: Step) {
        match step {
            Step::SignIn { device, how, app, keep, remember, challenges } => {
                let device = self.with_apps()[device].clone();
                let mut sign_in = self.simulation.sign_in(&self.user, &device, USED[app]);
                if keep {
                    sign_in = sign_in.keep_me_signed_in();
                }
                if !challenges {
                    sign_in = sign_in.without_claims_challenges();
                }
                self.sign_in(sign_in, how, &device, remember);
            }
            Step::Windows { device, how } => {
                let device = self.with_primary()[device].clone();
                let sign_in = self.simulation.sign_in_to_windows(&self.user, &device);
                self.sign_in(sign_in, how, &device, false);
            }
            Step::Steal { session } if session < self.kept.len() => self.steal(session),
            Step::Open { session, app } => self.open(session, USED[app]),
            Step::AnswerMfa { session } => {
                let factor = self.factors().first().copied().unwrap_or(SecondFactor::Push);
                if let Some(kept) = self.kept.get(session) {
                    _ = kept.session.answer_mfa(factor);
                }
            }
            _ => {}
        }
    }

    fn end_own(&mut self, step: Step) {
        match step {
            Step::SignOut { session } if session < self.kept.len() => {
                self.tell(format_args!("session {session} signs out"));
                let before: Vec<_> = self.kept.iter().map(|kept| kept.session.credential()).collect();
                self.kept[session].session.sign_out();
                let signed_out = before[session];
                // Copies of a cookie end with it.
                for (kept, held) in self.kept.iter_mut().zip(before) {
                    let same = held
                        .zip(signed_out)
                        .is_some_and(|(held, out)| held.issued == out.issued && held.kind == out.kind);
                    kept.ended |= same;
                }
            }
            Step::CloseBrowser { device } => {
                let device = self.with_apps()[device].clone();
                self.tell(format_args!("the browser on {} is closed", device.name));
                self.simulation.close_browser(&device);
                for kept in self.kept.iter_mut().filter(|kept| *kept.session.device() == device) {
                    kept.ended = true;
                }
                self.remembered.retain(|(on, _)| self.simulation.remembers_mfa(&self.user, on));
            }
            _ => {}
        }
    }

    fn steal(&mut self, session: usize) {
        let number = self.kept.len();
        self.tell(format_args!("session {number}: a copy of session {session}"));
        let thief = self.simulation.browser();
        let copy = self.kept[session].session.copy_to(&thief);
        let origin = self.origin(session).clone();
        let of = &self.kept[session];
        let kept = super::stage::Kept {
            session: copy,
            origin,
            began: of.began,
            used: of.used,
            ended: of.ended,
            pass_end: of.pass_end,
        };
        self.kept.push(kept);
    }

    fn change_password(&mut self, self_service: bool, reported: bool) {
        let new = self.new_password();
        let factor = self.factors().into_iter().next().unwrap_or(SecondFactor::EmailCode);
        let outcome = if self_service {
            self.simulation.self_service_password_reset(&self.user, factor, new)
        } else {
            let Some(old) = self.tenant().password_of(&self.user) else { return };
            self.simulation.change_password(&self.user, old, new)
        };
        let now = self.now();
        self.tell(format_args!("the password is changed, reported: {reported}: {outcome:?}"));
        if outcome.is_ok() {
            self.note_password(reported.then_some(now));
            if reported {
                self.done.push(ActionDone::new(Action::ChangePassword, now, Grade::Confirmed));
            }
        }
    }

    fn report(&mut self, action: Action) {
        self.done.push(ActionDone::new(action, self.now(), Grade::Accepted));
    }

    fn receipt(&mut self, receipt: &Receipt) {
        self.done.extend(ActionDone::from_receipt(receipt, self.now()));
    }

    fn press_elsewhere(&mut self, step: Step) {
        match step {
            Step::RevokeMfaAsBefore => {
                self.simulation.portal().revoke_mfa_sessions_before_february_2026(&self.user);
                self.report(Action::RevokeMfaSessionsOld);
            }
            Step::DeleteAppPasswords => {
                self.simulation.portal().delete_app_passwords(&self.user);
                self.report(Action::DeleteAppPasswords);
            }
            Step::BlockOnPremises if self.is_synced() => {
                self.tenant().set_enabled_on_premises(&self.user, false);
                self.report(Action::BlockOnPremises);
            }
            Step::HomeRevokes if self.is_guest() => {
                self.simulation.portal().revoke_sessions_in_home_tenant(&self.user);
                self.report(Action::BlockInHomeTenant);
            }
            Step::Computer { device } => {
                let device = self.with_object()[device].clone();
                self.tenant().set_computer_enabled_on_premises(device.id, false);
                let done = ActionDone::new(Action::DisableComputerOnPremises, self.now(), Grade::Accepted);
                self.done.push(done.of_device(device.id));
            }
            Step::GuardRegistration => {
                self.simulation.guard_registration(true);
                self.report(Action::GuardRegistration);
            }
            Step::BlockLegacy => {
                self.simulation.block_legacy_authentication(true);
                self.report(Action::BlockLegacyAuthentication);
            }
            Step::Risk => {
                self.tenant().set_risk(
                    &self.user,
                    Some(UserRisk::new(RiskLevel::High, RiskState::ConfirmedCompromised)),
                );
                self.report(Action::ConfirmCompromised);
            }
            _ => {}
        }
    }

    /// Calls what Graph has a call for. A refused call is not reported.
    async fn press(&mut self, step: Step) {
        let (client, user) = (self.client.clone(), self.user.clone());
        let user = user.as_str();
        match step {
            Step::Revoke => {
                let revoked = client.revoke_sign_in_sessions(user).await.unwrap();
                self.receipt(&revoked.receipt);
            }
            Step::RevokeMfa => {
                let revoked = client.revoke_mfa_sessions(user).await.unwrap();
                self.receipt(&revoked.sessions.receipt);
            }
            Step::RequireChange => {
                if let Ok(receipt) = client.require_password_change(user).await {
                    self.receipt(&receipt);
                }
            }
            Step::Reregister { in_portal: true } => {
                self.simulation.portal().require_reregistration(user);
                self.report(Action::RequireMfaReregistration);
            }
            Step::Reregister { in_portal: false } => {
                if let Ok(required) = client.require_mfa_reregistration(user).await {
                    self.done.push(ActionDone::from_methods(&required.deleted, self.now()));
                }
            }
            Step::Delete(which) => {
                let removable =
                    self.tenant().methods_of(user).into_iter().filter(|method| method.kind.is_removable());
                let ids: Vec<_> = removable.map(|method| method.id).collect();
                let scope = match which {
                    Which::All => MethodScope::AllRemovable,
                    Which::Alone => MethodScope::Only(vec![
                        MethodKind::Fido2,
                        MethodKind::WindowsHello,
                        MethodKind::TemporaryAccessPass,
                    ]),
                    Which::One(_) if ids.is_empty() => return,
                    Which::One(number) => MethodScope::Ids(vec![ids[number % ids.len()].clone()]),
                };
                if let Ok(deleted) = client.delete_methods(user, scope).await {
                    self.done.push(ActionDone::from_methods(&deleted, self.now()));
                }
            }
            Step::DeactivateHardware => {
                let Some(id) = self.method_of(&MethodKind::HardwareOath) else { return };
                if let Ok(receipt) = client.deactivate_hardware_oath(user, id.as_str()).await {
                    self.done
                        .extend(ActionDone::from_receipt(&receipt, self.now()).map(|done| done.of_ids([id])));
                }
            }
            Step::DeletePass => {
                let Some(id) = self.method_of(&MethodKind::TemporaryAccessPass) else { return };
                if let Ok(deleted) = client.delete_temporary_access_pass(user, id.as_str()).await {
                    self.receipt(&deleted.receipt);
                }
            }
            Step::LockOut => {
                if let Ok(locked) = client.lock_out(user).await {
                    let reset = |done: &&ActionDone| done.action.sets_password() && done.is_done();
                    if let Some(reset) = locked.actions().iter().find(reset) {
                        self.note_password(Some(reset.at));
                    }
                    self.done.extend(locked.actions());
                }
            }
            Step::Device { device, delete } => {
                let device = self.with_object()[device].id;
                let receipt = if delete {
                    client.delete_device(device).losing_recovery_keys().for_user(user).await
                } else {
                    client.disable_device(device).for_user(user).await
                };
                if let Ok(receipt) = receipt {
                    self.receipt(&receipt);
                }
            }
            Step::Block => {
                if let Ok(receipt) = client.block_sign_in(user).await {
                    self.receipt(&receipt);
                }
            }
            Step::Unblock => {
                if let Ok(receipt) = client.unblock_sign_in(user).await {
                    self.receipt(&receipt);
                }
            }
            _ => {}
        }
    }

    async fn reset(&mut self, way: Way) {
        let (portal, chosen, user) = (self.simulation.portal(), self.new_password(), self.user.clone());
        let now = self.now();
        let by_portal = |done: bool, action| done.then(|| ActionDone::new(action, now, Grade::Accepted));
        let done = match way {
            Way::Entra => by_portal(
                portal.reset_password_in_entra(&user).is_some(),
                Action::ResetPasswordEntraAdminCenter,
            ),
            Way::Microsoft365 => by_portal(
                portal.reset_password_in_microsoft_365(&user, chosen, false),
                Action::ResetPasswordM365AdminCenter,
            ),
            Way::Azure => by_portal(
                portal.reset_password_in_azure_portal(&user).is_some(),
                Action::ResetPasswordAzurePortal,
            ),
            Way::Graph { forced, with_mfa } => {
                let force = match (forced, with_mfa) {
                    (false, _) => ForceChange::Never,
                    (true, true) => ForceChange::WithMfa,
                    (true, false) => ForceChange::NextSignIn,
                };
                let reset = self.client.reset_password(user.as_str()).force_change(force).await;
                let reset = match reset {
                    Ok(reset) => Ok(reset),
                    // Where a change is always forced.
                    Err(_) => self.client.reset_password(user.as_str()).await,
                };
                reset.ok().and_then(|reset| ActionDone::from_receipt(&reset.receipt, self.now()))
            }
        };
        if let Some(done) = done {
            self.note_password(Some(done.at));
            self.done.push(done);
        }
    }

    async fn issue(&mut self, once: bool, hours: u8, begins_in: u8) {
        let lifetime = Duration::from_secs(3600 * u64::from(hours));
        let mut call =
            self.client.create_temporary_access_pass(self.user.as_str()).lifetime(lifetime).one_time(once);
        if begins_in > 0 {
            call = call.starts_at(self.now() + time::Duration::minutes(20 * i64::from(begins_in)));
        }
        let Ok(created) = call.await else { return };
        let done = ActionDone::from_pass(&created, self.now());
        let start: OffsetDateTime = created.starts_at.unwrap_or(done.at);
        if let Some(id) = created.id {
            let end = start + time::Duration::hours(i64::from(hours));
            self.passes.push(Pass { id, secret: created.pass, issued_at: Some(done.at), start, end, once });
        }
        self.note_methods();
        self.done.push(done);
    }
}
