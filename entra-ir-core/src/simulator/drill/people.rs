//! What people do: the steps of a plan that no run does, and the return of the rightful user.

use super::super::seed::method::NewMethod;
use super::super::sign_in::{Elsewhere, SecondFactor, Session, SignIn};
use super::super::tenant::app::App;
use super::stage::Stage;
use crate::containment::PlanStep;
use crate::knowledge::{Action, Task};
use crate::operation::Client;

/// Lets a person do a step. Returns whether it was done.
pub(super) async fn does(stage: &Stage, client: &Client, step: &PlanStep) -> bool {
    for call in &step.among {
        // Whoever chooses knows whose it is: everything that is not the user's.
        _ = client.run(call.clone()).owner_checked().await;
    }
    for action in &step.actions {
        acts(stage, *action);
    }
    if let Some(task) = step.task {
        return works(stage, task);
    }
    true
}

fn acts(stage: &Stage, action: Action) {
    let (user, portal) = (stage.user.as_str(), stage.simulation.portal());
    let mut table = stage.between.table();
    match action {
        Action::BlockOnPremises => stage.tenant.set_enabled_on_premises(user, false),
        Action::ResetPasswordOnPremises => {
            _ = portal.reset_password_on_premises(user);
            table.adversary.loses(Elsewhere::ActiveDirectory);
        }
        Action::BlockInHomeTenant if !stage.home_stays() => {
            portal.revoke_sessions_in_home_tenant(user);
            table.adversary.loses_home();
        }
        Action::DisableComputerOnPremises => {
            let hybrid = table.adversary.devices().iter().map(|device| device.id).collect::<Vec<_>>();
            for id in hybrid {
                stage.tenant.set_computer_enabled_on_premises(id, false);
            }
        }
        Action::WipeDevice => {
            let lost = table.adversary.devices().iter().map(|device| device.id).collect::<Vec<_>>();
            for id in lost {
                table.adversary.loses_device(id);
            }
        }
        Action::DeleteAppPasswords => portal.delete_app_passwords(user),
        Action::RemoveAppPermission => {
            if let Some(client) = table.adversary.application() {
                stage.tenant.remove_app_permissions(client);
            }
        }
        Action::DisableMailRules => table.adversary.loses(Elsewhere::MailRule),
        _ => {}
    }
}

fn works(stage: &Stage, task: Task) -> bool {
    let mut table = stage.between.table();
    let adversary = &mut table.adversary;
    match task {
        Task::TellHelpDesk => adversary.desk_is_told(),
        Task::IsolateEndpoint => adversary.loses(Elsewhere::Endpoint),
        Task::CleanApplication => {
            if let Some(client) = adversary.application() {
                stage.tenant.delete_tenant_wide_grants(client);
            }
        }
        Task::StopConsent => adversary.consent_is_stopped(),
        Task::CleanOwnedApplications => adversary.loses(Elsewhere::OwnedApplication),
        Task::EnableOnPremises => {
            stage.tenant.set_enabled_on_premises(&stage.user, true);
        }
        Task::SearchMailbox => adversary.loses(Elsewhere::Mailbox),
        Task::SearchTenant => adversary.loses(Elsewhere::SecondAccount),
        Task::SearchAzure => adversary.loses(Elsewhere::Azure),
        Task::SearchIntune => adversary.loses(Elsewhere::Intune),
        Task::SearchOthers => adversary.loses(Elsewhere::OtherAccounts),
        // An attacker who calls cannot prove to be the user.
        Task::ProveIdentity => return !stage.caller_is_attacker(),
        _ => {}
    }
    true
}

/// Lets the rightful user come back, with the pass or the new password. Returns whether the user got in.
pub(super) fn returns(stage: &Stage) -> bool {
    let simulation = &stage.simulation;
    let enters = |first: &dyn Fn(SignIn) -> SignIn| -> Option<Session> {
        let sign_in = || {
            first(simulation.sign_in(&stage.user, &stage.computer, App::OfficePortal))
                .changing_password_to("User-chose-1-this")
                .registering(NewMethod::authenticator("Pixel 10"))
        };
        sign_in().attempt().or_else(|_| sign_in().then(SecondFactor::Push).attempt()).ok()
    };
    let by_pass = enters(&SignIn::current_access_pass);
    let came = by_pass.or_else(|| enters(&SignIn::passkey)).or_else(|| enters(&SignIn::in_home_tenant));
    // Whoever has a new password types it, and changes it where that is asked for.
    let typed = enters(&SignIn::current_password);
    let mut table = stage.between.table();
    came.iter().chain(&typed).take(1).for_each(|session| table.adversary.lures(session));
    if table.adversary.has(Elsewhere::Endpoint) {
        let seen = stage.tenant.password_of(&stage.user).filter(|_| typed.is_some());
        if let Some(password) = seen {
            table.adversary.sees_password(password);
        }
        came.iter().chain(&typed).for_each(|session| table.adversary.steals(session));
    }
    came.or(typed).is_some()
}
