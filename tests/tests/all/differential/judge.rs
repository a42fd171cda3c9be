//! Compares each door with what was tried.

use entra_ir_core::MethodId;
use entra_ir_core::knowledge::Fate;
use entra_ir_core::knowledge::{Action, ActionDone, Door, DoorKind, DoorState, OpenDoors, TokenClass};
use entra_ir_core::model::{AccountSnapshot, MethodKind};
use entra_ir_core::simulator::sign_in::{Answer, Why};
use time::OffsetDateTime;

use super::explain::{Because, Counts, by_answer, is_second, weaker_claim};
use super::probe::{Entry, Holding, Reality};
use super::stage::{Origin, Stage};

/// What became of one door.
#[derive(Default)]
struct Found {
    /// Who gets in of those of whom a closed door says that they do not.
    entered: Vec<String>,
    /// Something is there that may get in.
    there: bool,
    /// Why nobody gets in who might; `None` if there is no reason.
    because: Vec<(String, Option<Because>)>,
}

impl Found {
    fn try_one(
        &mut self,
        what: &str,
        outcome: Result<(), Answer>,
        because: impl FnOnce(Answer) -> Option<Because>,
    ) {
        self.there = true;
        match outcome {
            Ok(()) => self.entered.push(what.to_owned()),
            Err(answer) => self.because.push((format!("{what}: {answer}"), because(answer))),
        }
    }
}

pub(super) struct Judge<'a> {
    pub(super) stage: &'a Stage,
    pub(super) reality: &'a Reality,
    pub(super) snapshot: &'a AccountSnapshot,
    pub(super) now: OffsetDateTime,
}

impl Judge<'_> {
    /// Judges every door.
    ///
    /// # Errors
    /// What does not agree.
    pub(super) fn judge(&self, doors: &OpenDoors, counts: &mut Counts) -> Result<(), String> {
        if doors.find(&DoorKind::Registration).is_none() && self.reality.registration == Some(Ok(())) {
            return Err("whoever knows the password registers a method, and no door says so".into());
        }
        for door in &doors.doors {
            let Some(found) = self.find(door) else { continue };
            counts.count(&door.kind, &door.state, !found.entered.is_empty(), found.there);
            match door.state {
                DoorState::Closed { .. } | DoorState::Held { .. } => {
                    if let Some(who) = found.entered.first() {
                        return Err(format!("{}, and entered: {who}\n{door:?}", door.state.word()));
                    }
                }
                DoorState::Open => {
                    if found.entered.is_empty() && found.because.is_empty() {
                        *counts.because.entry(Because::NothingThere).or_default() += 1;
                    }
                    for (what, because) in found.because {
                        let because = because.ok_or_else(|| {
                            format!("open, not entered, and not explained: {what}\n{door:?}")
                        })?;
                        *counts.because.entry(because).or_default() += 1;
                    }
                }
                DoorState::Unknown if found.entered.is_empty() => {
                    *counts.because.entry(Because::Unknown).or_default() += 1;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn find(&self, door: &Door) -> Option<Found> {
        Some(match &door.kind {
            DoorKind::Session { class: TokenClass::AppCookie, .. } => {
                let own = (self.reality.own > 0).then(|| String::from("an application's own session"));
                Found { there: own.is_some(), entered: own.into_iter().collect(), because: Vec::new() }
            }
            DoorKind::Session { class: TokenClass::RememberedMfa, .. } => self.remembered(door),
            DoorKind::Session { class: TokenClass::AppPassword, .. } => self.app_password(),
            DoorKind::Session { class, device } => self.session(door, *class, device.as_deref()),
            DoorKind::Password => self.password(|of| of.is_none()),
            DoorKind::NewPassword { set_at } => {
                let mut found = self.password(|of| self.is_door(of, *set_at));
                self.begun_with(&mut found, |origin| match origin {
                    Origin::Password(place) => self.is_door(self.reported(*place), *set_at),
                    _ => false,
                });
                found
            }
            DoorKind::AccessPass { issued_at } => {
                let of = |place: &usize| self.stage.passes[*place].issued_at == Some(*issued_at);
                let mut found = Found::default();
                for place in (0..self.stage.passes.len()).filter(of) {
                    self.pass(&mut found, place);
                }
                self.begun_with(&mut found, |origin| matches!(origin, Origin::Pass(place) if of(place)));
                found
            }
            DoorKind::Method { method, id } => self.method(method, id),
            DoorKind::HomeTenant => {
                let mut found = Found::default();
                if let Some(outcome) = self.reality.home {
                    found.try_one("at home", outcome, |_| None);
                }
                found
            }
            DoorKind::Registration => {
                let mut found = Found::default();
                if let Some(outcome) = self.reality.registration {
                    found.try_one("registration", outcome, |answer| by_answer(answer, &self.stage.done));
                }
                found
            }
            DoorKind::SessionsSince => self.since(door),
            _ => return None,
        })
    }

    fn entries(&self, of: impl Fn(&Entry) -> bool) -> impl Iterator<Item = String> {
        let say = |entry: &Entry| {
            format!("session {} opens {} by {}, begun {}", entry.session, entry.app, entry.class, entry.began)
        };
        let found: Vec<_> = self.reality.entries.iter().filter(|entry| of(entry)).map(say).collect();
        found.into_iter()
    }

    fn session(&self, door: &Door, class: TokenClass, device: Option<&str>) -> Found {
        let is_it = |of: TokenClass, on: entra_ir_core::ObjectId, began: OffsetDateTime| {
            let spoken_of = door.began_before.is_none_or(|before| began < before);
            let there = match device {
                Some(device) => device == on.to_string(),
                // The door of a primary refresh token without a device is about the unregistered client.
                None => !class.is_prt() || on == self.stage.with_primary()[2].id,
            };
            of == class && there && spoken_of
        };
        let mut found = Found {
            entered: self.entries(|entry| is_it(entry.class, entry.device, entry.began)).collect(),
            ..Found::default()
        };
        let holdings: Vec<_> =
            self.reality.holdings.iter().filter(|held| is_it(held.class, held.device, held.began)).collect();
        found.there = !holdings.is_empty();
        let got_in = |session| {
            self.reality.entries.iter().any(|entry| entry.session == session && entry.class == class)
        };
        let kept_out = holdings.into_iter().filter(|held| !held.expired && !got_in(held.session));
        found.because = kept_out.map(|held| (format!("{held:?}"), self.explain(held))).collect();
        found
    }

    fn explain(&self, held: &Holding) -> Option<Because> {
        let stage = self.stage;
        let (is_prt, now) = (held.class.is_prt(), self.now);
        let primary = stage.primaries.get(&held.device).filter(|_| is_prt);
        let kept = &stage.kept[primary.copied().unwrap_or(held.session)];
        let off = Action::is_about_a_device;
        // What a cookie on a Windows client was begun with may be newer than what the case noted.
        let used = kept.used.max(held.began);
        let by_password = matches!(
            held.class,
            TokenClass::PasswordCookie
                | TokenClass::PasswordRefreshToken
                | TokenClass::PasswordPrt
                | TokenClass::CaeAccessToken
                | TokenClass::GraphAccessToken
        );
        if kept.ended && !is_prt {
            Some(Because::OwnerEnded)
        } else if held.idle.is_some_and(|idle| now - used >= idle) {
            Some(Because::Aged)
        } else if let Some(because) = by_answer(held.answer, &stage.done) {
            Some(because)
        } else if kept.pass_end.is_some_and(|end| end <= now)
            && !matches!(held.class, TokenClass::OtherCookie)
        {
            Some(Because::PassOver)
        } else if stage.done.iter().any(|deed| off(deed.action)) && (is_prt || self.is_on_an_object(held)) {
            Some(Because::DeviceGone)
        } else if by_password && stage.passwords.iter().skip(1).any(|password| password.set_at.is_none()) {
            Some(Because::Unreported)
        } else {
            let since: Vec<_> = stage.done.iter().filter(|deed| deed.at >= held.began).cloned().collect();
            let is_cae = held.class == TokenClass::CaeAccessToken;
            if is_cae && held.answer.works() {
                return Some(Because::Renewed);
            }
            let blocked = is_cae && since.iter().any(|deed| deed.action == Action::BlockSignIn);
            blocked
                .then_some(Because::RefusedByBlock)
                .or_else(|| weaker_claim(&since, held.class, self.snapshot))
        }
    }

    /// Returns whether it is a refresh token on a device of the directory, which ends with the device.
    fn is_on_an_object(&self, held: &Holding) -> bool {
        let is_token = matches!(held.class, TokenClass::PasswordRefreshToken | TokenClass::OtherRefreshToken);
        is_token && self.stage.with_object().iter().any(|device| device.id == held.device)
    }

    fn remembered(&self, door: &Door) -> Found {
        let mut found = Found::default();
        for (since, is, outcome) in &self.reality.remembered {
            if door.began_before.is_some_and(|before| *since >= before) {
                continue;
            }
            let outcome = if *is { *outcome } else { outcome.and(Err(Answer::AsksForMfa)) };
            found.try_one("a device that remembers MFA", outcome, |answer| {
                if self.now - *since >= time::Duration::days(14) {
                    return Some(Because::Aged);
                }
                let moved = weaker_claim(&self.stage.done, TokenClass::RememberedMfa, self.snapshot);
                by_answer(answer, &self.stage.done).filter(|_| *is).or(moved)
            });
        }
        found
    }

    fn app_password(&self) -> Found {
        let mut found = Found::default();
        if let Some(outcome) = self.reality.app_password {
            found.try_one("an app password", outcome, |answer| by_answer(answer, &self.stage.done));
        }
        found
    }

    /// Returns the reported password to which one belongs: an unreported change belongs to the previous one.
    fn reported(&self, place: usize) -> Option<(OffsetDateTime, bool)> {
        let passwords = &self.stage.passwords[..=place];
        let last = passwords.iter().rposition(|password| password.set_at.is_some())?;
        Some((passwords[last].set_at?, last == place))
    }

    /// Returns whether a password belongs to a door: that of the reported time, or of a change that only the
    /// snapshot shows.
    fn is_door(&self, of: Option<(OffsetDateTime, bool)>, set_at: OffsetDateTime) -> bool {
        of.is_some_and(|(reported, itself)| {
            reported == set_at
                || (!itself && self.snapshot.user.last_password_change_date_time == Some(set_at))
        })
    }

    fn password(&self, is_it: impl Fn(Option<(OffsetDateTime, bool)>) -> bool) -> Found {
        let mut found = Found::default();
        let last = self.reality.passwords.len();
        for (place, outcome) in self.reality.passwords.iter().enumerate() {
            if !is_it(self.reported(place)) {
                continue;
            }
            found.try_one(&format!("password {place}"), *outcome, |answer| {
                // An older one that somebody replaced is not what the door is open for.
                let replaced = place + 1 < last;
                by_answer(answer, &self.stage.done).or(replaced.then_some(Because::Unreported))
            });
        }
        found
    }

    fn begun_with(&self, found: &mut Found, is_it: impl Fn(&Origin) -> bool) {
        // Tokens for Graph, which survive the rest, are a separate door.
        let entered =
            self.entries(|entry| entry.class != TokenClass::GraphAccessToken && is_it(&entry.origin));
        found.there |= self.reality.holdings.iter().any(|held| is_it(self.stage.origin(held.session)));
        found.entered.extend(entered);
    }

    fn pass(&self, found: &mut Found, place: usize) {
        let pass = &self.stage.passes[place];
        let is_current = self.stage.method_of(&MethodKind::TemporaryAccessPass).as_ref() == Some(&pass.id);
        found.try_one(&format!("pass {place}"), self.reality.passes[place], |answer| match answer {
            Answer::Refused(Why::PassNotUsable) if self.now <= pass.start => Some(Because::PassNotYet),
            Answer::Refused(Why::PassNotUsable) if self.now >= pass.end || pass.once || !is_current => {
                Some(Because::PassUsed)
            }
            answer => by_answer(answer, &self.stage.done),
        });
    }

    fn method(&self, kind: &MethodKind, id: &MethodId) -> Found {
        let mut found = Found::default();
        if let Some(place) = self.stage.passes.iter().position(|pass| pass.id == *id) {
            self.pass(&mut found, place);
            return found;
        }
        // A phone number has the id of its place, also one that is registered after the old one is gone: that
        // is one of the unseen doors.
        let later = |at: &OffsetDateTime| *at > self.snapshot.taken_at - time::Duration::minutes(5);
        if self.stage.registered.get(id).is_some_and(later)
            && matches!(kind, MethodKind::Phone | MethodKind::Email)
        {
            return found;
        }
        match self.reality.methods.iter().find(|(known, _)| known == id).map(|(_, outcome)| *outcome) {
            Some(Some(outcome)) => found.try_one(&format!("{kind}"), outcome, |answer| {
                let here = answer == Answer::Refused(Why::NotHere) || self.stage.passwords.is_empty();
                let removes = |action: Action| action.on_method(kind).weakest().effect == Fate::Ended;
                let still = |deed: &ActionDone| removes(deed.action) && deed.at <= self.snapshot.taken_at;
                by_answer(answer, &self.stage.done)
                    .or((here && is_second(kind)).then_some(Because::NoWayToUse))
                    .or(self.stage.done.iter().any(still).then_some(Because::StillListed))
            }),
            _ => found.because.push((kind.to_string(), Some(Because::NotSimulated))),
        }
        found
    }

    fn since(&self, door: &Door) -> Found {
        let all = match door.state {
            DoorState::Closed { by, .. } => !by.ends_all_sessions(),
            _ => true,
        };
        let minutes = time::Duration::minutes(5);
        let spoken_of = |origin: &Origin| match origin {
            Origin::Password(place) => self.reported(*place).is_none(),
            Origin::Pass(place) => self.stage.passes[*place].issued_at.is_none(),
            Origin::Method(_, registered) => *registered <= self.snapshot.taken_at - minutes,
            Origin::Home => true,
        };
        let long = |entry: &Entry| entry.class == TokenClass::GraphAccessToken;
        let found: Vec<_> = self.entries(|entry| !long(entry) && (all || spoken_of(&entry.origin))).collect();
        Found { there: !self.reality.holdings.is_empty(), entered: found, because: Vec::new() }
    }
}
