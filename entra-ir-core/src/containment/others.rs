//! What others did to the account meanwhile. It is named, and never taken back.

use time::Duration;

use super::earlier::Earlier;
use super::plan::Plan;
use crate::ids::MethodId;
use crate::knowledge::Action;
use crate::model::{AccountSnapshot, User};
use crate::text::moment;

/// How far apart the service's times of one change may lie.
pub(super) const SLACK: Duration = Duration::seconds(60);

/// What others did to an account since the last entry of a run's journal.
#[derive(Debug, Default)]
pub(super) struct Meanwhile {
    /// The same for people, a line each.
    pub(super) told: Vec<String>,
    /// Whether sign-in was enabled since the run blocked it, and was not blocked again.
    pub(super) enabled_again: bool,
    /// Whether that is so, or was at the beginning of this call: what was ended before may have begun again.
    pub(super) reopened: bool,
    /// Whether somebody else blocked sign-in before the run did.
    pub(super) blocked_by_others: bool,
    /// Whether sign-in is enabled, as it was read last.
    pub(super) enabled: Option<bool>,
}

impl Meanwhile {
    /// Compares an account with what the journal says of it.
    pub(super) fn of(earlier: &Earlier, user: &User) -> Self {
        let enabled_again = enabled_again(earlier, user);
        Self {
            told: since(earlier, user),
            enabled_again,
            reopened: enabled_again,
            blocked_by_others: earlier.blocked_by_others || blocked_by_others(earlier, user),
            enabled: user.account_enabled,
        }
    }
}

/// Returns whether sign-in was enabled since a run blocked it, not by this run.
fn enabled_again(earlier: &Earlier, user: &User) -> bool {
    user.account_enabled == Some(true)
        && earlier.last_done(Action::BlockSignIn).is_some()
        && !earlier.was_given_back()
}

/// Returns whether somebody else blocked sign-in before a run did.
fn blocked_by_others(earlier: &Earlier, user: &User) -> bool {
    (user.account_enabled, earlier.plan.seen.enabled) == (Some(false), Some(true))
        && !earlier.began(Action::BlockSignIn)
}

/// Lists what others did to an account between the interruption of a run and now.
fn since(earlier: &Earlier, user: &User) -> Vec<String> {
    let (plan, seen) = (&earlier.plan, &earlier.plan.seen);
    let mut others = Vec::new();
    if enabled_again(earlier, user) {
        others.push("sign-in was enabled since this run blocked it: by a sync, or by a person".into());
    }
    if blocked_by_others(earlier, user) {
        let by = "sign-in was blocked by somebody else, such as attack disruption or a colleague";
        others.push(format!("{by}: this run does not lift that block"));
    }
    let password = earlier.password_set();
    if let Some(changed) = user.last_password_change_date_time
        && seen.password_changed.is_none_or(|before| changed > before)
    {
        match password {
            Some(at) if changed > at.saturating_add(SLACK) => {
                others
                    .push(format!("the password was changed again at {}, not by this run", moment(changed)));
            }
            None if ![Action::ResetPasswordGraphProfile, Action::ResetPasswordGraphAction]
                .into_iter()
                .any(|reset| earlier.began(reset)) =>
            {
                others.push(format!("the password was changed at {}, not by this run", moment(changed)));
            }
            _ => {}
        }
    }
    if let Some(from) = user.sign_in_sessions_valid_from_date_time
        && seen.sessions_valid_from.is_none_or(|before| from > before)
    {
        let own = earlier.last_done(Action::RevokeSignInSessions).into_iter().chain(password).max();
        if plan_has(plan, Action::RevokeSignInSessions)
            && own.is_none_or(|at| from > at.saturating_add(SLACK))
            && !(own.is_none() && earlier.began(Action::RevokeSignInSessions))
            && !(own.is_none() && earlier.began(Action::BlockSignIn))
        {
            others.push(format!("the sessions were revoked at {}, not by this run", moment(from)));
        }
    }
    others
}

/// Lists the methods that were added since a plan was made.
pub(super) fn methods_added(plan: &Plan, now: &AccountSnapshot) -> Vec<MethodId> {
    let (Some(before), Some(now)) = (&plan.seen.methods, now.methods.collected()) else { return Vec::new() };
    now.methods.iter().map(|method| &method.id).filter(|id| !before.contains(id)).cloned().collect()
}

/// Returns why the plan no longer fits the account: it is of another kind than when the plan was made.
pub(super) fn changed(plan: &Plan, now: &AccountSnapshot) -> Option<String> {
    let (seen, kind) = (&plan.seen, (&now.user).into());
    if seen.kind != kind {
        return Some(format!("the account was {} when the plan was made, and is {kind} now", seen.kind));
    }
    (seen.privileged == Some(false) && now.is_privileged() == Some(true))
        .then(|| "the account has become privileged since the plan was made".to_owned())
}

fn plan_has(plan: &Plan, action: Action) -> bool {
    plan.steps.iter().any(|step| step.call.is_some() && step.actions.contains(&action))
}
