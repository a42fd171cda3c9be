//! The assessment context: the actions that apply to this account, which of them close a door, and for how
//! long.

use std::time::Duration;

use time::OffsetDateTime;

use super::super::account::{AccountKind, Reach};
use super::super::action::Action;
use super::super::claim::{Claim, Fate, REPLICATION, Within};
use super::super::done::{ActionDone, Touched};
use super::super::source;
use super::is_proposed;
use crate::cloud::Cloud;
use crate::ids::ObjectId;
use crate::model::{AccountSnapshot, DomainAuthentication, MethodKind};
use crate::text::moment;

/// Adds a bound to a time, saturating at the maximum.
pub(super) fn later(at: OffsetDateTime, by: Duration) -> OffsetDateTime {
    at.saturating_add(time::Duration::try_from(by).unwrap_or(time::Duration::MAX))
}

/// An action that counts: done before now, and applicable to this account.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deed<'a> {
    pub(super) done: &'a ActionDone,
    /// Whether it is certain that it acts.
    pub(super) sure: bool,
    pub(super) reach: Claim<Reach>,
}

/// A period in which something closes a door.
#[derive(Clone, Copy, Debug)]
pub(super) struct Closing {
    pub(super) action: Action,
    pub(super) at: OffsetDateTime,
    /// The time from which it is certainly closed; `None` if no source gives a bound.
    pub(super) from: Option<OffsetDateTime>,
    /// The end, if what closed it was undone.
    pub(super) to: Option<OffsetDateTime>,
    pub(super) sure: bool,
    pub(super) claim: Claim<Fate>,
}

impl Closing {
    /// Returns whether it holds the door and does not end it.
    pub(super) fn holds(&self) -> bool {
        self.claim.effect == Fate::Held
    }

    /// Returns whether it certainly closes the door at a given time.
    pub(super) fn is_in_force(&self, now: OffsetDateTime) -> bool {
        self.sure && self.from.is_some_and(|from| from <= now) && self.to.is_none_or(|to| to > now)
    }
}

/// The snapshot, the time, and the actions that count.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) snapshot: &'a AccountSnapshot,
    pub(super) now: OffsetDateTime,
    pub(super) deeds: Vec<Deed<'a>>,
    pub(super) kind: AccountKind,
    /// `None` if unknown.
    pub(super) federated: Option<bool>,
    ahead: usize,
    of_others: usize,
}

impl<'a> Scene<'a> {
    pub(super) fn of(snapshot: &'a AccountSnapshot, done: &'a [ActionDone], now: OffsetDateTime) -> Self {
        let federated = match snapshot.domain.collected() {
            Some(DomainAuthentication::Managed) => Some(false),
            Some(DomainAuthentication::Federated) => Some(true),
            _ => None,
        };
        let kind = AccountKind::from(&snapshot.user);
        let mut scene = Self { snapshot, now, deeds: Vec::new(), kind, federated, ahead: 0, of_others: 0 };
        let (done, others): (Vec<_>, Vec<_>) = done.iter().partition(|done| done.concerns(snapshot.user.id));
        scene.of_others = others.iter().filter(|done| done.is_done()).count();
        scene.ahead = done.iter().filter(|done| done.is_done() && done.at > now).count();
        // A sync between a block here and one on-premises undoes the first one until the next sync.
        let blocked_at_the_root = |by: OffsetDateTime| {
            done.iter().any(|done| {
                done.action == Action::BlockOnPremises && done.grade.is_done() && done.at <= by.min(now)
            })
        };
        let mut deeds = Vec::new();
        for done in done.iter().copied().filter(|done| done.is_done() && done.at <= now) {
            let reach = scene.reach(done.action);
            let acts = match reach.effect {
                Reach::Acts => true,
                Reach::UntilSync => blocked_at_the_root(done.at),
                Reach::Unknown => false,
                Reach::NoEffectHere | Reach::Refused => continue,
            };
            let sure = acts && done.grade.is_done() && !scene.contradicts(done);
            deeds.push(Deed { done, sure, reach });
        }
        deeds.sort_by_key(|deed| deed.done.at);
        scene.deeds = deeds;
        scene
    }

    /// Returns whether an action applies to this account: the weaker claim for its kind and for its domain.
    pub(super) fn reach(&self, action: Action) -> Claim<Reach> {
        let by_kind = action.on_account(self.kind).weakest();
        if self.may_be_synced_administrator() && is_written_back(action) {
            return Claim::documented(Reach::Unknown, Within::Unknown, source::CLOUD_SYNC_WRITEBACK).note(
                if self.snapshot.is_privileged().is_some() {
                    "an administrator's password is not written back: reset it in Active Directory"
                } else {
                    "whether it is an administrator was not read: an administrator's password is not written back"
                },
            );
        }
        let by_domain = action.on_account(AccountKind::Federated).weakest();
        let by_domain = match self.federated {
            Some(false) => return by_kind,
            None if by_domain.effect == Reach::Acts => return by_kind,
            // Federation concerns the password; whether the domain is federated is unknown.
            None => Claim {
                effect: Reach::Unknown,
                note: "whether the domain is federated was not read",
                ..by_domain
            },
            // The password of a federated account belongs to the identity provider, whatever its kind.
            Some(true)
                if action == Action::ResetPasswordOnPremises && self.kind != AccountKind::ExternalGuest =>
            {
                return by_domain;
            }
            Some(true) => by_domain,
        };
        if by_domain.effect < by_kind.effect { by_domain } else { by_kind }
    }

    fn may_be_synced_administrator(&self) -> bool {
        self.kind == AccountKind::Synced && self.snapshot.is_privileged() != Some(false)
    }

    /// Returns whether a snapshot that is newer than the action shows that it is not in force.
    fn contradicts(&self, done: &ActionDone) -> bool {
        if self.snapshot.taken_at < later(done.at, REPLICATION) {
            return false;
        }
        let user = &self.snapshot.user;
        // The time of the action may come from another clock than the directory's.
        let is_older =
            |shown: Option<OffsetDateTime>| shown.is_some_and(|shown| later(shown, REPLICATION) < done.at);
        match done.action {
            Action::RevokeSignInSessions | Action::RevokeMfaSessions => {
                is_older(user.sign_in_sessions_valid_from_date_time)
            }
            action if action.sets_password() => is_older(user.last_password_change_date_time),
            _ => false,
        }
    }

    /// Lists what closes a door, where `fate` is the effect of an action on it.
    pub(super) fn closings(&self, fate: impl Fn(&Deed<'_>) -> Option<(Claim<Fate>, bool)>) -> Vec<Closing> {
        let mut closings = Vec::new();
        for deed in &self.deeds {
            let Some((claim, sure)) = fate(deed) else { continue };
            let claim = self.as_it_is_here(claim);
            let to = match claim.effect {
                Fate::Held => match self.released(deed.done) {
                    Held::Never => continue,
                    Held::Until(to) => to,
                },
                Fate::Ended | Fate::AskedAgain | Fate::Unknown => None,
                _ => continue,
            };
            let sure = sure && !(claim.effect == Fate::Held && self.shown_enabled_since(deed.done));
            let from = claim.within.bound().map(|bound| later(deed.done.at, bound));
            let sure = sure && claim.effect.closes() && from.is_some();
            closings.push(Closing { action: deed.done.action, at: deed.done.at, from, to, sure, claim });
        }
        closings
    }

    /// Adds what the snapshot itself shows: sign-in is blocked.
    pub(super) fn blocked_in_snapshot(&self, claim: Claim<Fate>) -> Option<Closing> {
        if self.snapshot.user.account_enabled != Some(false)
            || self.snapshot.taken_at > self.now
            || claim.effect != Fate::Held
        {
            return None;
        }
        let claim = self.as_it_is_here(claim);
        let at = self.snapshot.taken_at;
        let to = self.unblocked_after(at.saturating_sub(time::Duration::minutes(5)));
        let rooted = self
            .deeds
            .iter()
            .any(|deed| deed.done.action == Action::BlockOnPremises && deed.sure && deed.done.at <= at);
        let sure = match self.kind {
            AccountKind::Synced => rooted,
            AccountKind::Unknown => false,
            _ => true,
        };
        let from = claim.within.bound().map(|bound| later(at, bound));
        Some(Closing { action: Action::BlockSignIn, at, from, to, sure: sure && from.is_some(), claim })
    }

    /// Returns the time to effect here: guests get no critical events, and outside the public cloud not every
    /// resource does.
    fn as_it_is_here(&self, claim: Claim<Fate>) -> Claim<Fate> {
        match claim.within {
            Within::CaeEvent if self.kind == AccountKind::ExternalGuest => Claim {
                within: Within::AccessToken,
                note: "continuous access evaluation does not support guests",
                ..claim
            },
            // A guest has an ordinary token.
            Within::CaeToken if self.kind == AccountKind::ExternalGuest => {
                Claim { within: Within::AccessToken, ..claim }
            }
            Within::CaeEvent if self.snapshot.cloud != Cloud::Global => Claim {
                within: Within::CaeToken,
                note: "in this cloud critical events are documented for Exchange Online at most",
                ..claim
            },
            _ => claim,
        }
    }

    /// Returns when an application was, or may have been, enabled again.
    pub(super) fn enabled_again(
        &self,
        application: Option<ObjectId>,
        at: OffsetDateTime,
    ) -> Option<OffsetDateTime> {
        let enabled = self.deeds.iter().find(|deed| {
            deed.done.action == Action::EnableApplication
                && deed.done.at >= at
                && match deed.done.target {
                    Touched::Application(id) => application.is_none_or(|application| application == id),
                    _ => true,
                }
        });
        enabled.map(|deed| deed.done.at)
    }

    fn unblocked_after(&self, at: OffsetDateTime) -> Option<OffsetDateTime> {
        let unblocked = |deed: &&Deed<'_>| deed.done.action == Action::UnblockSignIn && deed.done.at >= at;
        self.deeds.iter().find(unblocked).map(|deed| deed.done.at)
    }

    /// Returns whether a snapshot taken minutes after an unconfirmed block shows sign-in enabled: reads lag,
    /// or the block failed.
    fn shown_enabled_since(&self, block: &ActionDone) -> bool {
        block.action == Action::BlockSignIn
            && !block.grade.is_complete()
            && self.snapshot.user.account_enabled == Some(true)
            && self.snapshot.taken_at <= self.now
            && whole_seconds(self.snapshot.taken_at) > whole_seconds(block.at)
    }

    /// Returns how long a block held: until it was lifted, or not at all if a newer snapshot shows sign-in
    /// enabled.
    fn released(&self, block: &ActionDone) -> Held {
        if block.action == Action::DisableApplication {
            let application = match block.target {
                Touched::Application(id) => Some(id),
                _ => None,
            };
            return Held::Until(self.enabled_again(application, block.at));
        }
        if !matches!(block.action, Action::BlockSignIn | Action::BlockOnPremises) {
            return Held::Until(None);
        }
        let lifted = self.unblocked_after(block.at);
        let seen_enabled = self.snapshot.user.account_enabled == Some(true)
            && self.snapshot.taken_at <= self.now
            && self.snapshot.taken_at >= later(block.at, REPLICATION);
        match lifted {
            Some(lifted) if !seen_enabled || lifted <= self.snapshot.taken_at => Held::Until(Some(lifted)),
            _ if seen_enabled => Held::Never,
            lifted => Held::Until(lifted),
        }
    }

    /// Lists what would close a door.
    pub(super) fn closers(&self, fate: impl Fn(Action) -> Fate) -> Vec<Action> {
        Action::all()
            .filter(|action| is_proposed(*action) && fate(*action).closes() && self.may_reach(*action))
            .collect()
    }

    /// Returns whether an action is worth proposing for this account.
    pub(super) fn may_reach(&self, action: Action) -> bool {
        let reach = if self.federated.is_none() {
            action.on_account(self.kind).weakest().effect
        } else {
            self.reach(action).effect
        };
        reach >= Reach::UntilSync
    }

    /// What blocks sign-in by a type of method, or by any.
    pub(super) fn blocks(&self, kind: &MethodKind) -> Vec<Closing> {
        let mut blocks = self.closings(|deed| {
            deed.done.action.is_block().then(|| (deed.done.action.on_method(kind).weakest(), deed.sure))
        });
        blocks.extend(self.blocked_in_snapshot(Action::BlockSignIn.on_method(kind).weakest()));
        blocks
    }

    /// Notes for reading the doors.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.ahead > 0 {
            notes.push(format!(
                "{} after the requested time ({}) and not counted: request a later time to count what was \
                done since",
                done(self.ahead),
                moment(self.now)
            ));
        }
        if self.of_others > 0 {
            notes.push(format!("{} to another account and not counted for this one", done(self.of_others)));
        }
        if self.snapshot.taken_at > self.now {
            notes.push(format!("the snapshot was taken after the requested time ({})", moment(self.now)));
        }
        for deed in &self.deeds {
            if self.contradicts(deed.done) {
                notes.push(format!("{}: the snapshot is newer and does not show it", deed.done.action));
            } else if deed.reach.effect != Reach::Acts {
                notes.push(format!(
                    "{}: {} for this account ({})",
                    deed.done.action, deed.reach.effect, deed.reach.note
                ));
            }
        }
        if self.kind == AccountKind::Unknown {
            notes.push(
                "the kind of account has a name that this version does not know: no action is known to act \
                on it"
                    .into(),
            );
        }
        if self.federated.is_none() && self.kind != AccountKind::ExternalGuest {
            notes.push(
                "whether the domain is federated was not read: if it is, its password is checked elsewhere"
                    .into(),
            );
        }
        notes.push(
            "assumed: an access token lives for 90 minutes at most, and a change takes five to propagate through the directory; a token lifetime policy can make it longer".into(),
        );
        notes.dedup();
        notes
    }
}

/// Returns whether an administrator's reset reaches a synced account by password write-back.
const fn is_written_back(action: Action) -> bool {
    matches!(
        action,
        Action::ResetPasswordAzurePortal
            | Action::ResetPasswordEntraAdminCenter
            | Action::ResetPasswordGraphAction
    )
}

/// Begins a sentence about actions.
fn done(number: usize) -> String {
    if number == 1 { "1 action was done".into() } else { format!("{number} actions were done") }
}

/// How long a block holds.
enum Held {
    Never,
    Until(Option<OffsetDateTime>),
}

/// Truncates a time to whole seconds, as the service compares: a session of the same second may have
/// survived.
pub(super) fn whole_seconds(moment: OffsetDateTime) -> OffsetDateTime {
    moment.replace_nanosecond(0).unwrap_or(moment)
}
