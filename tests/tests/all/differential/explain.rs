//! The accepted reasons why an open or unknown door gives no access, and how often each was needed.

use std::collections::BTreeMap;
use std::fmt;

use entra_ir_core::knowledge::{AccountKind, Fate, Reach};
use entra_ir_core::knowledge::{Action, ActionDone, DoorKind, DoorState, TokenClass};
use entra_ir_core::model::{AccountSnapshot, MethodKind};
use entra_ir_core::simulator::sign_in::{Answer, Why};

/// The reason why a door that is not closed gives no access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Because {
    /// The door is unknown.
    Unknown,
    NothingThere,
    Disputed,
    NotSaid,
    OwnerEnded,
    Aged,
    PassOver,
    MfaAsked,
    UnblockLag,
    RiskPolicy,
    Unreported,
    DeviceGone,
    BlockedBySync,
    SameSecond,
    PassUsed,
    PassNotYet,
    NotSimulated,
    ChangeNeedsMfa,
    NoWayToUse,
    StillListed,
    Renewed,
    RefusedByBlock,
    Guarded,
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "the door is unknown",
            Self::NothingThere => "nobody in this case has such a session, password, pass or device",
            Self::Disputed => {
                "sources disagree on an action that was done: open by the weaker claim, ended by the stronger"
            }
            Self::NotSaid => "no source says that an action that was done reaches it; the simulation ends it",
            Self::OwnerEnded => "its owner signed out or closed the browser, which Graph does not show",
            Self::Aged => "it ended by age or disuse, which the tables do not count on",
            Self::PassOver => "a token issued for a pass ends with the time of the pass",
            Self::MfaAsked => "it is good, and MFA or registration is asked for",
            Self::UnblockLag => "an application still takes the account for blocked after it was unblocked",
            Self::RiskPolicy => "a policy refuses risky users; nobody reads Conditional Access",
            Self::Unreported => "somebody changed the password, and nobody reported it",
            Self::DeviceGone => "its device was disabled or deleted; the snapshot does not list it so",
            Self::BlockedBySync => "a sync blocked the account after Active Directory did; the time is unknown",
            Self::SameSecond => {
                "it was blocked and unblocked within one second: which came last the tables do not know"
            }
            Self::PassUsed => "the pass works once and was used, or was replaced, or is over",
            Self::PassNotYet => "the pass does not work yet, and counts as open from the time of its issue",
            Self::NotSimulated => "the simulation cannot sign in by this type of method",
            Self::ChangeNeedsMfa => "the password must be changed after MFA, and there is no method for that",
            Self::Renewed => "an event ended that access token, and the session got another one",
            Self::RefusedByBlock => "a block ended that access token for good; the pages that we read do \
                not say whether unblocking restores it",
            Self::StillListed => "it was removed, and a snapshot that is no older lists it still: reads lag, or it was registered again",
            Self::Guarded => "a policy demands MFA for registration; nobody reads Conditional Access",
            Self::NoWayToUse => "a second factor, and the account has no password here to go with it",
        })
    }
}

/// How often what was seen.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) looks: u64,
    /// By door and state: how often it was seen, how often somebody got in, and how often something was there
    /// that could have.
    pub(super) doors: BTreeMap<String, BTreeMap<&'static str, [u64; 3]>>,
    pub(super) because: BTreeMap<Because, u64>,
}

impl Counts {
    pub(super) fn count(&mut self, kind: &DoorKind, state: &DoorState, entered: bool, there: bool) {
        let seen = self.doors.entry(name(kind)).or_default().entry(state.word()).or_default();
        seen[0] += 1;
        seen[1] += u64::from(entered);
        seen[2] += u64::from(there);
    }

    /// How often a door was seen in a state while something was there that could have got in.
    pub(super) fn seen(&self, door: &str, state: &str) -> u64 {
        self.doors.get(door).and_then(|states| states.get(state)).map_or(0, |seen| seen[2])
    }
}

pub(super) fn name(kind: &DoorKind) -> String {
    match kind {
        DoorKind::Session { class, .. } => class.slug().to_owned(),
        DoorKind::Method { method, .. } => format!("method {}", method.slug()),
        kind => kind.slug().to_owned(),
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} looks; of each door and state: seen, of these with something there, entered",
            self.looks
        )?;
        for (door, states) in &self.doors {
            write!(f, "{door:<36}")?;
            for (state, [seen, entered, there]) in states {
                write!(f, "  {state} {seen}/{there}/{entered}")?;
            }
            writeln!(f)?;
        }
        for (because, times) in &self.because {
            writeln!(f, "{times:>8}  {because}")?;
        }
        Ok(())
    }
}

/// Returns whether a done action has a disputed or unknown cell for this class.
pub(super) fn weaker_claim(
    done: &[ActionDone],
    class: TokenClass,
    snapshot: &AccountSnapshot,
) -> Option<Because> {
    let kind = AccountKind::from(snapshot.user.kind());
    let mut because = None;
    for deed in done {
        let cell = deed.action.on_session(class);
        let ends = |fate: Fate| fate.closes();
        if cell.is_disputed() && cell.claims().iter().any(|claim| ends(claim.effect)) {
            because = because.or(Some(Because::Disputed));
        }
        let reach = deed.action.on_account(kind).weakest().effect;
        let federated = deed.action.on_account(AccountKind::Federated).weakest().effect;
        let unsure = reach != Reach::Acts || federated != Reach::Acts;
        if cell.weakest().effect == Fate::Unknown || (unsure && ends(cell.weakest().effect)) {
            because = because.or(Some(Because::NotSaid));
        }
    }
    because
}

/// Reads a reason in an answer.
pub(super) fn by_answer(answer: Answer, done: &[ActionDone]) -> Option<Because> {
    match answer {
        Answer::AsksForMfa | Answer::AsksToRegister => Some(Because::MfaAsked),
        Answer::Refused(Why::StillBlockedForApp) => Some(Because::UnblockLag),
        Answer::Refused(Why::HighRisk) => Some(Because::RiskPolicy),
        Answer::Refused(Why::RegistrationGuarded) => Some(Because::Guarded),
        Answer::Refused(Why::DeviceRefused) => Some(Because::DeviceGone),
        Answer::Refused(Why::PasswordChangeNeedsMfa) => Some(Because::ChangeNeedsMfa),
        Answer::Refused(Why::Blocked) if done.iter().any(|deed| deed.action == Action::BlockOnPremises) => {
            Some(Because::BlockedBySync)
        }
        Answer::Refused(Why::Blocked) if blocked_as_it_was_unblocked(done) => Some(Because::SameSecond),
        _ => None,
    }
}

/// Returns whether the account was blocked in the second in which it was unblocked.
fn blocked_as_it_was_unblocked(done: &[ActionDone]) -> bool {
    let of = |action| done.iter().filter(move |deed| deed.action == action);
    let seconds = |deed: &ActionDone| deed.at.unix_timestamp();
    of(Action::BlockSignIn)
        .any(|block| of(Action::UnblockSignIn).any(|unblock| seconds(block) == seconds(unblock)))
}

/// Returns whether a type counts only together with a password.
pub(super) fn is_second(kind: &MethodKind) -> bool {
    !matches!(
        kind,
        MethodKind::Fido2
            | MethodKind::WindowsHello
            | MethodKind::PlatformCredential
            | MethodKind::PasswordlessAuthenticator
            | MethodKind::TemporaryAccessPass
    )
}
