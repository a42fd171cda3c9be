//! What became of a play.

use std::time::Duration;

use super::super::sign_in::{Move, Way};

pub(super) const MINUTE: Duration = Duration::from_secs(60);
/// How much later is worse: a step that is left out shifts by minutes what people do after it.
const GAINS_LATER: Duration = Duration::from_secs(5 * 60);
const IN_LATER: Duration = Duration::from_secs(20 * 60);

pub(super) const HOUR: Duration = Duration::from_secs(3600);

/// How long the account stays contained: longer than the longest token lives.
pub(super) const CONTAINED: Duration = Duration::from_secs(30 * 3600);

/// How long he is watched after the account was given back.
pub(super) const AFTERWARDS: Duration = Duration::from_secs(3 * 24 * 3600);

/// What became of a play.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Played {
    /// By what he is in when everything is done to contain the account.
    pub contained: Vec<Way>,
    /// By what he is in long after the account was given back to its user; `None` if it was not.
    pub afterwards: Option<Vec<Way>>,
    /// What of that neither the run nor the doors name as open.
    pub unnamed: Vec<Way>,
    /// The last time that he got something new, after the first request.
    pub last_gain: Option<Duration>,
    /// The last time that he was in, after the first request, and by what.
    pub last_access: Option<(Way, Duration)>,
    /// Whether the rightful user is back; `None` if the account was not given back.
    pub user_is_back: Option<bool>,
    /// The run's headline at the end of the containment.
    pub headline: String,
    /// The moves that would have had an effect, and in which gap; empty unless that was asked for.
    pub effective: Vec<(usize, Move)>,
}

impl Played {
    /// Returns whether he is in, in the end.
    pub fn is_in(&self) -> bool {
        !self.afterwards.as_ref().unwrap_or(&self.contained).is_empty()
    }

    /// Returns what is worse here than in another play; empty if nothing is.
    pub fn worse_than(&self, other: &Self) -> Vec<String> {
        let mut worse = Vec::new();
        let more = |own: &[Way], others: &[Way]| {
            let more: Vec<_> = own.iter().filter(|way| !others.iter().any(|of| same(of, way))).collect();
            more.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        for way in more(&self.contained, &other.contained) {
            worse.push(format!("contained, and in by {way}"));
        }
        if let (Some(own), Some(others)) = (&self.afterwards, &other.afterwards) {
            worse.extend(more(own, others).into_iter().map(|way| format!("given back, and in by {way}")));
        }
        let later = |own: Option<Duration>, other: Option<Duration>, by| {
            own.unwrap_or_default() > other.unwrap_or_default() + by
        };
        if later(self.last_gain, other.last_gain, GAINS_LATER) {
            let gain = |gain: Option<Duration>| gain.unwrap_or_default().as_secs() / 60;
            worse.push(format!("gains for {} minutes, not {}", gain(self.last_gain), gain(other.last_gain)));
        }
        let access = |played: &Self| played.last_access.as_ref().map(|(_, at)| *at);
        if later(access(self), access(other), IN_LATER) {
            let minutes = |played: &Self| access(played).unwrap_or_default().as_secs() / 60;
            worse.push(format!("is in for {} minutes, not {}", minutes(self), minutes(other)));
        }
        if other.user_is_back == Some(true) && self.user_is_back != Some(true) {
            worse.push("the user does not get back in".into());
        }
        worse
    }
}

/// Returns whether two ways are of one sort: ids differ between plays.
fn same(one: &Way, other: &Way) -> bool {
    one.to_string() == other.to_string()
}
