//! Compares an account with what it showed at the run's end or in the round before.

use time::OffsetDateTime;

use super::super::earlier::Earlier;
use super::super::finding::{Finding, FindingKind};
use super::super::others::SLACK;
use super::super::sighting::{Item, Sighting, UNKNOWN, reads};
use crate::knowledge::Action;
use crate::model::AccountSnapshot;
use crate::operations::AnyOutput;
use crate::text::moment;

/// What one reading of the account shows.
#[derive(Debug, Default)]
pub(super) struct Compared {
    /// What is new in this round.
    pub(super) new: Vec<Finding>,
    /// What was found before, each with whether it is gone.
    pub(super) earlier: Vec<Finding>,
    /// What could not be compared, with the reasons.
    pub(super) unknown: Vec<String>,
    /// What is known of the account now.
    pub(super) seen: Sighting,
}

/// Compares an account with what was known of it before.
pub(super) fn compare(earlier: &Earlier, now: &AccountSnapshot) -> Compared {
    let before = &earlier.sighting;
    let at = now.taken_at;
    let found = |is, what: String, id, certain| Finding { is, what, id, at, certain, gone: false };
    let mut compared = Compared {
        seen: Sighting::of(now).or(before),
        earlier: earlier.found.clone(),
        ..Compared::default()
    };
    let mut now_has = Vec::new();
    let mut unread = Vec::new();
    for read in reads(now) {
        let items = match read.items {
            Ok(items) => items,
            Err(why) => {
                compared.unknown.push(format!("{}: not read: {why}", read.part));
                unread.push(read.part);
                continue;
            }
        };
        if !read.is_whole {
            compared.unknown.push(format!("{}: the list is not complete", read.part));
        }
        match before.parts.get(read.part) {
            None => {
                compared.unknown.push(format!("{}: not read before, so what is new is unknown", read.part));
            }
            Some(known) => {
                let certain = !before.incomplete.iter().any(|part| part == read.part);
                for item in &items {
                    if is_own_pass(earlier, item) {
                        continue;
                    }
                    let id = Some(item.key.clone());
                    match known.get(&item.key) {
                        None => compared.new.push(found(item.new, item.what.clone(), id, certain)),
                        Some(mark) if *mark != item.mark && mark != UNKNOWN && item.mark != UNKNOWN => {
                            let is_opened =
                                item.changed != Some(FindingKind::DeviceEnabled) || item.mark == "enabled";
                            if let Some(changed) = item.changed.filter(|_| is_opened) {
                                compared.new.push(found(changed, item.what.clone(), id, true));
                            }
                        }
                        Some(_) => {}
                    }
                }
            }
        }
        now_has.extend(items.into_iter().map(|item| (read.part, item)));
    }
    let enabled = now.user.account_enabled;
    if enabled.is_none() {
        compared.unknown.push("account: whether sign-in is enabled was not read".into());
    }
    let blocked = before.enabled == Some(false) || earlier.last_done(Action::BlockSignIn).is_some();
    let stands = |kind| earlier.found.iter().any(|finding| finding.is == kind && !finding.gone);
    if enabled == Some(true) && blocked && !earlier.was_given_back() && !stands(FindingKind::EnabledAgain) {
        let what = "sign-in was enabled again: by a sync, or by a person".to_owned();
        compared.new.push(found(FindingKind::EnabledAgain, what, None, true));
    }
    let set = earlier.password_set();
    if let Some(changed) = later(now.user.last_password_change_date_time, before.password_changed)
        && is_of_others(changed, set)
    {
        let what = format!("the password was changed at {}, not by this run", moment(changed));
        compared.new.push(Finding { at: changed, ..found(FindingKind::PasswordChanged, what, None, true) });
    }
    let revoked = earlier.last_done(Action::RevokeSignInSessions).max(set);
    if let Some(from) = later(now.user.sign_in_sessions_valid_from_date_time, before.sessions_valid_from)
        && is_of_others(from, revoked)
    {
        let what = format!("the sessions were revoked at {}, not by this run", moment(from));
        compared.new.push(found(FindingKind::SessionsMoved, what, None, true));
    }
    // A moment does not stay.
    compared.earlier.retain(|finding| finding.is != FindingKind::SessionsMoved);
    for finding in compared.earlier.iter_mut().filter(|finding| !finding.gone) {
        finding.gone = match (finding.is, &finding.id) {
            (FindingKind::EnabledAgain, _) => enabled == Some(false),
            // The run set another one since.
            (FindingKind::PasswordChanged, _) => set.is_some_and(|set| set > finding.at),
            (is, Some(id)) => {
                let is_it = |item: &Item| item.key == *id && (item.new == is || item.changed == Some(is));
                let shuts = |item: &Item| is == FindingKind::DeviceEnabled && item.mark == "disabled";
                let could_show = unread.is_empty();
                could_show && !now_has.iter().any(|(_, item)| is_it(item) && !shuts(item))
            }
            (_, None) => false,
        };
    }
    compared
}

fn later(now: Option<OffsetDateTime>, before: Option<OffsetDateTime>) -> Option<OffsetDateTime> {
    now.filter(|now| before.is_some_and(|before| *now > before))
}

/// Returns whether a moment is none of what the run did, by the service's clock.
fn is_of_others(at: OffsetDateTime, own: Option<OffsetDateTime>) -> bool {
    own.is_none_or(|own| at > own.saturating_add(SLACK))
}

/// Returns whether the run made a pass.
fn is_own_pass(earlier: &Earlier, item: &Item) -> bool {
    item.new == FindingKind::NewPass
        && earlier.outputs().any(|(_, output)| match output {
            AnyOutput::CreateTemporaryAccessPass(made) => {
                made.id.as_ref().is_some_and(|id| id.as_str() == item.key)
            }
            _ => false,
        })
}
