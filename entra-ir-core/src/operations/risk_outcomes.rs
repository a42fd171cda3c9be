//! The result of feedback on the risk of several users, with the outcome of each.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use time::OffsetDateTime;

use crate::ids::{ObjectId, UserRef};
use crate::model::timestamp;
use crate::operation::Output;
use crate::receipt::{Grade, Receipt};
use crate::text::printable;

/// The outcome of feedback on the risk of several users.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = Self::beside))]
#[non_exhaustive]
pub struct RiskOutcomes {
    /// What was sent: one exchange for each request. The worst outcome of a user decides its grade.
    pub receipt: Receipt,
    /// Each user once, in the order asked for.
    pub users: Vec<RiskOutcome>,
}

/// The result for one user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RiskOutcome {
    /// How the caller named the user.
    pub asked: UserRef,
    /// The object id, if known.
    pub id: Option<ObjectId>,
    /// The outcome.
    pub outcome: FeedbackOutcome,
    /// Why, where the outcome alone does not say.
    pub reason: Option<String>,
    /// The service's own time when it accepted the feedback. UTC, whole seconds.
    #[serde(default, with = "timestamp")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub at: Option<OffsetDateTime>,
}

/// Names the outcome for one user.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FeedbackOutcome {
    /// The service accepted the feedback, and processes it within minutes.
    Accepted,
    /// The service refused it.
    Refused,
    /// Whether the service took it is unknown.
    Unknown,
    /// There is no such user: nothing was sent.
    NotFound,
    /// An external guest, whose risk the home tenant keeps: nothing was sent.
    InHomeTenant,
    /// The client's guard does not allow it: nothing was sent.
    Guarded,
    /// Nothing was sent: the user could not be read, or the work ended before.
    NotTried,
    /// Dry run: it would have been sent.
    WouldSend,
    /// A word of another version.
    #[serde(untagged)]
    Other(String),
}

impl FeedbackOutcome {
    /// Lists every outcome that this version knows.
    pub const ALL: [Self; 8] = [
        Self::Accepted,
        Self::Refused,
        Self::Unknown,
        Self::NotFound,
        Self::InHomeTenant,
        Self::Guarded,
        Self::NotTried,
        Self::WouldSend,
    ];

    /// Returns the grade of the feedback on this user.
    pub const fn grade(&self) -> Grade {
        match self {
            Self::Accepted => Grade::Accepted,
            Self::Refused => Grade::Refused,
            Self::Unknown | Self::Other(_) => Grade::Unknown,
            Self::NotFound | Self::InHomeTenant | Self::Guarded | Self::NotTried | Self::WouldSend => {
                Grade::NotSent
            }
        }
    }

    const fn words(&self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::NotFound => "not found",
            Self::InHomeTenant => "in the home tenant",
            Self::Guarded => "guarded",
            Self::NotTried => "not tried",
            Self::WouldSend => "would send",
            Self::Other(_) => "of another version",
        }
    }
}

impl RiskOutcomes {
    /// Returns how many users have an outcome.
    pub fn count(&self, outcome: &FeedbackOutcome) -> usize {
        self.users.iter().filter(|user| user.outcome == *outcome).count()
    }

    /// Returns whether the service accepted every request, and no user was left out but external guests; see
    /// [`Receipt::is_success`].
    pub const fn is_success(&self) -> bool {
        self.receipt.is_success()
    }

    /// Returns whether the new risks were read back, which this operation does not do; see
    /// [`Receipt::is_complete`].
    pub const fn is_complete(&self) -> bool {
        self.receipt.is_complete()
    }

    /// Lists the users for whom the service did not accept the feedback.
    pub fn open(&self) -> impl Iterator<Item = &RiskOutcome> {
        self.users.iter().filter(|user| user.outcome != FeedbackOutcome::Accepted)
    }

    /// Returns the worst of the outcomes as the grade of the whole.
    pub(super) fn grade(&self) -> Grade {
        use FeedbackOutcome as Of;
        let any = |outcomes: &[Of]| self.users.iter().any(|user| outcomes.contains(&user.outcome));
        if any(&[Of::Unknown]) {
            Grade::Unknown
        } else if any(&[Of::Refused]) {
            Grade::Refused
        } else if !any(&[Of::Accepted]) {
            Grade::NotSent
        } else if any(&[Of::NotTried]) {
            Grade::Unknown
        } else if any(&[Of::NotFound, Of::Guarded]) {
            Grade::Refused
        } else {
            Grade::Accepted
        }
    }

    /// Returns the number of users for each outcome, in words.
    pub fn summary(&self) -> String {
        let counted = FeedbackOutcome::ALL.iter().map(|outcome| (self.count(outcome), outcome.words()));
        let counted =
            counted.filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}"));
        let counted: Vec<_> = counted.collect();
        format!("{} users: {}", self.users.len(), counted.join(", "))
    }
}

impl fmt::Display for RiskOutcomes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.receipt.operation, self.summary())?;
        for user in self.open() {
            write!(f, "\n  {}: {}", user.asked, user.outcome.words())?;
            if let Some(reason) = &user.reason {
                write!(f, ": {}", printable(reason))?;
            }
        }
        for warning in &self.receipt.warnings {
            write!(f, "\n  ! {warning}")?;
        }
        Ok(())
    }
}

impl Output for RiskOutcomes {
    fn receipt(&self) -> Option<&Receipt> {
        Some(&self.receipt)
    }
}

#[cfg(feature = "schema")]
impl RiskOutcomes {
    fn beside(schema: &mut schemars::Schema) {
        let is_success = "Whether the service accepted every request, and no user was left out but external guests; as in the receipt.";
        crate::schema::add::<bool>(schema, "is_success", is_success);
        let is_complete =
            "Whether the new risks were read back, which this operation does not do; as in the receipt.";
        crate::schema::add::<bool>(schema, "is_complete", is_complete);
        let summary = "The number of users for each outcome, in words.";
        crate::schema::add::<String>(schema, "summary", summary);
    }
}

impl Serialize for RiskOutcomes {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut object = serializer.serialize_struct("RiskOutcomes", 5)?;
        object.serialize_field("receipt", &self.receipt)?;
        object.serialize_field("is_success", &self.is_success())?;
        object.serialize_field("is_complete", &self.is_complete())?;
        object.serialize_field("summary", &self.summary())?;
        object.serialize_field("users", &self.users)?;
        object.end()
    }
}
