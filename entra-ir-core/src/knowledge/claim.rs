//! Claims about an action: the effect, the time, the confidence and the source.

use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};

use super::source::Source;

/// Holds one claim: an effect, how soon it takes effect, how certain it is, and its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Claim<T> {
    /// The effect.
    pub effect: T,
    /// How soon it takes effect.
    pub within: Within,
    /// How certain it is.
    pub confidence: Confidence,
    /// Who says so: one of [`source`](super::source).
    pub source: Source,
    /// A qualification; may be empty.
    pub note: &'static str,
}

impl<T> Claim<T> {
    /// Creates a claim that a page documents.
    pub const fn documented(effect: T, within: Within, source: Source) -> Self {
        Self { effect, within, confidence: Confidence::Documented, source, note: "" }
    }

    /// Creates a claim that was observed.
    pub const fn observed(effect: T, within: Within, source: Source) -> Self {
        Self { effect, within, confidence: Confidence::Observed, source, note: "" }
    }

    /// Creates a claim that follows from other facts.
    pub const fn inferred(effect: T, within: Within, source: Source) -> Self {
        Self { effect, within, confidence: Confidence::Inferred, source, note: "" }
    }

    /// Adds a qualification.
    pub const fn note(mut self, note: &'static str) -> Self
    where
        T: Copy,
    {
        self.note = note;
        self
    }
}

/// An ordered effect: from the weakest to the strongest, with an `Unknown`.
pub trait Strength: Copy + Ord {
    /// Unknown.
    const UNKNOWN: Self;
}

/// Holds the claims about one action and one column. Where sources disagree, it holds both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell<T: 'static> {
    claims: &'static [Claim<T>],
}

impl<T: Strength> Cell<T> {
    /// Holds these claims.
    pub const fn new(claims: &'static [Claim<T>]) -> Self {
        Self { claims }
    }

    /// Lists the claims.
    pub const fn claims(&self) -> &'static [Claim<T>] {
        self.claims
    }

    /// Returns the weakest claim, and among equals the one that takes longest: decisions use this claim.
    pub fn weakest(&self) -> Claim<T> {
        let least = self.claims.iter().min_by_key(|claim| (claim.effect, std::cmp::Reverse(claim.within)));
        least.copied().unwrap_or(Claim {
            effect: T::UNKNOWN,
            within: Within::Unknown,
            confidence: Confidence::Inferred,
            source: super::source::CONCLUDED,
            note: "no source documents this",
        })
    }

    /// Returns whether the claims differ in their effect.
    pub fn is_disputed(&self) -> bool {
        self.claims.windows(2).any(|pair| pair[0].effect != pair[1].effect)
    }
}

/// The effect on a token, a session or a method, from the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Fate {
    /// The action grants access by it.
    Opens,
    /// It survives.
    Survives,
    /// The action does nothing for this kind of account.
    NoEffectHere,
    /// Unknown.
    Unknown,
    /// It survives, but MFA is required again.
    AskedAgain,
    /// It is suspended while the state lasts, and works again afterwards unless something else ended it.
    Held,
    /// It has ended.
    Ended,
}

impl Strength for Fate {
    const UNKNOWN: Self = Self::Unknown;
}

impl Fate {
    /// Returns whether it ends or suspends access.
    pub const fn closes(self) -> bool {
        matches!(self, Self::AskedAgain | Self::Held | Self::Ended)
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Opens => "opens",
            Self::Survives => "survives",
            Self::NoEffectHere => "no effect here",
            Self::Unknown => "unknown",
            Self::AskedAgain => "MFA asked again",
            Self::Held => "held",
            Self::Ended => "ended",
        })
    }
}

/// The minutes that a change takes to propagate through the directory. The pages say "a few minutes" and give
/// no number: five is assumed.
pub const REPLICATION: Duration = Duration::from_secs(5 * 60);
/// The documented maximum for a critical event to reach a resource with continuous access evaluation.
pub const CAE_EVENT: Duration = Duration::from_secs(15 * 60);
/// The maximum until a disabled device is refused, by the page "Microsoft Entra device management FAQ".
pub const DEVICE_CHANGE: Duration = Duration::from_secs(60 * 60);
/// The maximum lifetime of an access token. The pages say "about an hour"; lifetimes vary from 60 to 90
/// minutes, so 90 are assumed. A token lifetime policy of the tenant can make it longer, up to a day: assumed
/// absent, since it is not read.
pub const ACCESS_TOKEN: Duration = Duration::from_secs(90 * 60);
/// The documented maximum lifetime of an access token whose client and resource support continuous access
/// evaluation.
pub const CAE_TOKEN: Duration = Duration::from_secs(28 * 60 * 60);

/// The time until an effect is in force everywhere, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Within {
    /// With the answer.
    AtOnce,
    /// When the change has propagated through the directory: minutes.
    Replication,
    /// When the critical event has reached the resource: up to a quarter of an hour.
    CaeEvent,
    /// When the change of a device has been applied: up to an hour.
    DeviceChange,
    /// When the last access token issued before it has expired: about an hour.
    AccessToken,
    /// The same where a token of continuous access evaluation gets no event: up to 28 hours.
    CaeToken,
    /// No source gives a bound.
    Unknown,
}

impl Within {
    /// Lists every value.
    pub const ALL: [Self; 7] = [
        Self::AtOnce,
        Self::Replication,
        Self::CaeEvent,
        Self::DeviceChange,
        Self::AccessToken,
        Self::CaeToken,
        Self::Unknown,
    ];

    /// Returns the assumed upper bound, if there is one. An access token may still be issued while the change
    /// propagates, so those minutes are added to its lifetime.
    pub const fn bound(self) -> Option<Duration> {
        const fn and_replication(life: Duration) -> Duration {
            Duration::from_secs(life.as_secs() + REPLICATION.as_secs())
        }
        match self {
            Self::AtOnce => Some(Duration::ZERO),
            Self::Replication => Some(REPLICATION),
            Self::CaeEvent => Some(CAE_EVENT),
            Self::DeviceChange => Some(DEVICE_CHANGE),
            Self::AccessToken => Some(and_replication(ACCESS_TOKEN)),
            Self::CaeToken => Some(and_replication(CAE_TOKEN)),
            Self::Unknown => None,
        }
    }
}

impl Within {
    /// Returns a short stable word, such as `cae-event`.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::AtOnce => "at-once",
            Self::Replication => "replication",
            Self::CaeEvent => "cae-event",
            Self::DeviceChange => "device-change",
            Self::AccessToken => "access-token",
            Self::CaeToken => "cae-token",
            Self::Unknown => "unknown",
        }
    }

    /// Returns the sentence in as few words as a cell of a table has room for, such as `15 min`.
    pub const fn brief(self) -> &'static str {
        match self {
            Self::AtOnce => "at once",
            Self::Replication => "minutes",
            Self::CaeEvent => "15 min",
            Self::DeviceChange => "1 h",
            Self::AccessToken => "about 1 h",
            Self::CaeToken => "up to 28 h",
            Self::Unknown => "timing unknown",
        }
    }
}

impl fmt::Display for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AtOnce => "at once",
            Self::Replication => "minutes of replication",
            Self::CaeEvent => "up to 15 minutes",
            Self::DeviceChange => "up to an hour",
            Self::AccessToken => "when the access token expires, about an hour",
            Self::CaeToken => "when the access token expires, up to 28 hours",
            Self::Unknown => "unknown",
        })
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Within {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Within".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "The time until an effect is in force everywhere.",
            "type": "object",
            "properties": {
                "is": { "type": "string", "description": "How soon." },
                "slug": { "enum": Self::ALL.map(Self::slug), "description": "How soon, in a word." },
                "brief": {
                    "type": "string",
                    "description": "How soon, in as few words as a cell of a table has room for."
                },
                "bound_seconds": {
                    "type": ["integer", "null"],
                    "minimum": 0,
                    "description": "How soon at most, in seconds; None if no source gives a bound."
                }
            },
            "required": ["is", "slug", "brief", "bound_seconds"]
        })
    }
}

impl Serialize for Within {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut within = serializer.serialize_struct("Within", 4)?;
        within.serialize_field("is", &self.to_string())?;
        within.serialize_field("slug", self.slug())?;
        within.serialize_field("brief", self.brief())?;
        within.serialize_field("bound_seconds", &self.bound().map(|bound| bound.as_secs()))?;
        within.end()
    }
}

/// How certain a claim is, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Confidence {
    /// It follows from the sources.
    Inferred,
    /// It was seen.
    Observed,
    /// A page of Microsoft says it.
    Documented,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Inferred => "inferred",
            Self::Observed => "observed",
            Self::Documented => "documented",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn of_two_claims_the_one_that_closes_less_is_used() {
        use super::super::source::{CAE as A, PRT as B};
        const TWO: Cell<Fate> = Cell::new(&[
            Claim::documented(Fate::Ended, Within::Replication, A),
            Claim::observed(Fate::Survives, Within::AtOnce, B),
        ]);
        const SLOW: Cell<Fate> = Cell::new(&[
            Claim::documented(Fate::Ended, Within::Replication, A),
            Claim::documented(Fate::Ended, Within::CaeToken, B),
        ]);
        assert_eq!((TWO.weakest().effect, TWO.weakest().source), (Fate::Survives, B));
        assert!(TWO.is_disputed() && !SLOW.is_disputed());
        assert_eq!(SLOW.weakest().within, Within::CaeToken);
        assert_eq!(Cell::<Fate>::new(&[]).weakest().effect, Fate::Unknown);
    }

    #[test]
    fn a_bound_is_never_shorter_than_the_page_says() {
        assert_eq!(Within::CaeEvent.bound(), Some(Duration::from_secs(900)));
        assert_eq!(Within::AccessToken.bound(), Some(Duration::from_secs(95 * 60)));
        assert!(Within::ALL[..6].windows(2).all(|pair| pair[0].bound() < pair[1].bound()));
        assert_eq!(Within::Unknown.bound(), None);
    }

    #[test]
    fn each_time_has_a_word_and_a_short_form_of_its_own() {
        let words: BTreeSet<_> = Within::ALL.map(Within::slug).into();
        let brief: BTreeSet<_> = Within::ALL.map(Within::brief).into();
        assert_eq!((words.len(), brief.len()), (Within::ALL.len(), Within::ALL.len()));
        for within in Within::ALL {
            assert!(within.brief().len() <= within.to_string().len().max("timing unknown".len()));
        }
        let json = serde_json::to_value(Within::CaeEvent).unwrap();
        let told = serde_json::json!({
            "is": "up to 15 minutes", "slug": "cae-event", "brief": "15 min", "bound_seconds": 900
        });
        assert_eq!(json, told);
    }
}
