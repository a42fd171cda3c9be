//! The playbooks of a privileged account, a lockdown and a recovery.

use serde_json::json;

use super::super::{Advice, Incident, Task, advise};
use super::{actions, in_order, snapshot};
use crate::knowledge::{Action, DoorKind};
use crate::model::{MethodList, Part, RoleHeld};

#[test]
fn of_a_privileged_account_what_it_changed_comes_right_after_the_revocation() {
    let mut administrator = snapshot(&json!({ "onPremisesSyncEnabled": true }));
    administrator.active_roles = Part::Collected(vec![RoleHeld::direct("id", "Global Administrator")]);
    let advice = advise(Incident::Privileged, &administrator);
    let titles: Vec<_> = advice.steps.iter().map(|step| step.title.as_str()).collect();
    let revoked = titles.iter().position(|title| *title == "Revoke sessions").unwrap();
    let next = [
        "Remove a directory role",
        "Look at what the account changed in the tenant",
        "Look at the applications that the account owns",
        "Delete a consent (permission grant)",
        "Look at who has access to Azure",
        "Look at what was done in Intune",
    ];
    assert_eq!(titles[revoked + 1..=revoked + next.len()], next, "{advice}");
    assert!(in_order(
        &advice,
        &["Look at what was done in Intune", "Isolate", "Reset", "Delete methods", "Revoke"]
    ));
    assert!(advice.notes.iter().any(|note| note.contains("the application that this library signs in with")));

    // No role is shown any more: what was done with it remains.
    let mut without = snapshot(&json!({}));
    without.active_roles = Part::Collected(Vec::new());
    without.eligible_roles = Part::Collected(Vec::new());
    without.role_groups = Part::Collected(Vec::new());
    without.owned_role_groups = Part::Collected(Vec::new());
    without.eligible_groups = Part::Collected(Vec::new());
    let advice = advise(Incident::Privileged, &without);
    let tasks: Vec<_> = advice.steps.iter().filter_map(|step| step.task).collect();
    assert!(
        [Task::SearchTenant, Task::SearchAzure, Task::SearchIntune].iter().all(|task| tasks.contains(task))
    );
    assert_eq!(advice.privileged, Some(false));
    assert!(advice.notes.iter().any(|note| note.contains("the snapshot shows no role")), "{advice}");
}

#[test]
fn a_lockdown_removes_nothing_and_names_what_remains() {
    let of = |user| {
        let advice = advise(Incident::Lockdown, &snapshot(&user));
        (actions(&advice), advice)
    };
    let (done, advice) = of(json!({}));
    let revoke = Action::RevokeSignInSessions;
    assert_eq!(done, [Action::BlockSignIn, Action::ResetPasswordGraphProfile, revoke, revoke], "{advice}");
    assert_eq!(advice.steps.iter().filter_map(|step| step.task).collect::<Vec<_>>(), [Task::TellHelpDesk]);
    let methods = advice.left_open.iter().filter(|left| matches!(left.kind, DoorKind::Method { .. }));
    let removable = methods.filter(|left| left.closed_by.contains(&Action::DeleteMethods));
    assert_eq!(removable.count(), 2, "{advice}");
    let blocks = advice.left_open.iter().flat_map(|left| &left.closed_by).filter(|by| by.is_block());
    assert_eq!(blocks.count(), 0, "{advice}");
    assert!(advice.notes.iter().any(|note| note.starts_with("locked, not contained")), "{advice}");

    let (done, advice) = of(json!({ "onPremisesSyncEnabled": true }));
    let block = Action::BlockSignIn;
    assert_eq!(done, [block, Action::BlockOnPremises, block, revoke, revoke], "{advice}");
    assert!(advice.left_open.iter().any(|left| left.kind == DoorKind::Password), "{advice}");
    let (done, advice) = of(json!({ "externalUserState": "Accepted" }));
    assert_eq!(done, [block, Action::BlockInHomeTenant], "{advice}");
}

#[test]
fn after_containment_the_rightful_user_gets_back_in() {
    let mut contained = snapshot(&json!({ "accountEnabled": false }));
    contained.methods = Part::Collected(MethodList::new(Vec::new()));
    let advice = advise(Incident::Recover, &contained);
    let titles: Vec<_> = advice.steps.iter().map(|step| step.title.as_str()).collect();
    let all = [
        "Prove who the user is",
        "Issue a Temporary Access Pass",
        "Dismiss the user's risk",
        "Allow sign-in again",
        "Watch the pass",
    ];
    assert_eq!(titles, all, "{advice}");
    let not_blocked = |advice: &Advice| advice.notes.iter().any(|note| note.contains("is not blocked"));
    assert!(!not_blocked(&advice), "{advice}");
    assert!(Incident::Recover.is_hostile() && !advice.outside.is_empty());

    contained.user.on_premises_sync_enabled = Some(true);
    let advice = advise(Incident::Recover, &contained);
    assert!(in_order(
        &advice,
        &["Prove", "Enable the account in Active", "Issue", "Dismiss", "Allow", "Watch"]
    ));
    assert!(advice.notes.iter().any(|note| note.contains("locked in the cloud only")), "{advice}");
    // A passkey is there: whether it is the user's, the user shows.
    let advice = advise(Incident::Recover, &snapshot(&json!({})));
    assert!(not_blocked(&advice), "{advice}");
    assert!(in_order(&advice, &["Prove", "Let the user sign in", "Dismiss", "Allow"]), "{advice}");
    assert!(!actions(&advice).contains(&Action::CreateTemporaryAccessPass), "{advice}");
    let guest = advise(Incident::Recover, &snapshot(&json!({ "externalUserState": "Accepted" })));
    let unblock = guest.steps.iter().find(|step| step.has(Action::UnblockSignIn)).unwrap();
    assert!(unblock.when.contains("home tenant"), "{guest}");
    // Sessions of a customer's account cannot be ended: it stays blocked.
    let customer = advise(Incident::Recover, &snapshot(&json!({ "creationType": "LocalAccount" })));
    assert_eq!(actions(&customer), [], "{customer}");
}
