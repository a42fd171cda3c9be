//! The questions on which authorities disagree: each position, and the chosen one.

use std::fmt;

use serde::Serialize;

use super::super::source::{self, Source};
use super::Incident;
use super::steps::When;

/// Names a question on which authorities disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Disagreement {
    /// The question.
    pub about: &'static str,
    /// The positions.
    pub positions: &'static [Position],
    /// The choice of this library.
    pub chosen: &'static str,
    /// Why.
    pub why: &'static str,
}

/// The position of one authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Position {
    /// The position.
    pub says: &'static str,
    /// The source.
    pub source: Source,
}

/// A question, and when it arises.
struct Question {
    arises: fn(&Incident) -> bool,
    for_whom: When,
    is: Disagreement,
}

/// Returns whether an attacker's access is ended.
const fn evicts(incident: &Incident) -> bool {
    incident.is_hostile() && !matches!(incident, Incident::Recover)
}

const fn methods_go(incident: &Incident) -> bool {
    !matches!(incident, Incident::MaliciousConsent { .. } | Incident::Lockdown | Incident::Recover)
}

const fn confirms_risk(incident: &Incident) -> bool {
    incident.is_blocked() && !matches!(incident, Incident::Lockdown)
}

/// Returns whether blocking is among the steps.
const fn blocks(incident: &Incident) -> bool {
    incident.is_blocked()
}

const fn always(_: &Incident) -> bool {
    true
}

static QUESTIONS: &[Question] = &[
    Question {
        arises: evicts,
        for_whom: When::NoGuest,
        is: Disagreement {
            about: "block, revoke or reset first",
            positions: &[
                Position {
                    says: "disable the user, then revoke, then disable devices",
                    source: source::REVOKE_ACCESS,
                },
                Position {
                    says: "revoke sessions along with whichever button fits",
                    source: source::FIELD_REPORT,
                },
                Position {
                    says: "reset, remove methods, and revoke last: what comes after a revocation is not ended by it",
                    source: source::CONCLUDED,
                },
            ],
            chosen: "where somebody may be in: block, with the new password where one request can, and \
                revoke at once; reset (for `privileged`, the roles and what they changed come before it); then \
                what takes effect last or runs without a sign-in (devices, roles, applications, mail rules), \
                then methods; revoke again when that is confirmed and five minutes have passed; without a \
                block where the rightful user holds the account",
            why: "the first revocation locks a live attacker out, the last ends what began in between; \
                blocking costs the user most, and nothing bypasses it",
        },
    },
    Question {
        arises: methods_go,
        for_whom: When::NoGuest,
        is: Disagreement {
            about: "remove all methods or only suspect ones",
            positions: &[
                Position {
                    says: "the button takes phones, Authenticator apps and tokens, and leaves the rest",
                    source: source::MANAGE_MFA,
                },
                Position {
                    says: "re-register and a pass together, since a passkey survives the button",
                    source: source::FIELD_REPORT,
                },
                Position {
                    says: "those registered since the compromise, to spare the user the rest",
                    source: source::PRACTICE,
                },
            ],
            chosen: "all that can be removed, those that are suspect first (for lost factors: only what is lost), and never the last one without a block or a pass",
            why: "names and dates of methods prove nothing: an attacker chooses the name, and an older \
                method may be in the wrong hands",
        },
    },
    Question {
        arises: evicts,
        for_whom: When::NoGuest,
        is: Disagreement {
            about: "which sessions a password reset ends",
            positions: &[
                Position {
                    says: "in the Azure portal: those that began with the password",
                    source: source::REFRESH_TOKENS,
                },
                Position {
                    says: "in the admin centers: also refresh tokens that began without one",
                    source: source::REFRESH_TOKENS,
                },
                Position { says: "through Graph: not said", source: source::RESET },
            ],
            chosen: "the weakest: those that began with the password",
            why: "a session that is wrongly believed to have ended does more harm than a second revocation",
        },
    },
    Question {
        arises: evicts,
        for_whom: When::NoGuest,
        is: Disagreement {
            about: "whether a revocation ends a device's primary refresh token",
            positions: &[
                Position { says: "all refresh tokens issued before it", source: source::REVOKE },
                Position { says: "revocation is not among what makes one invalid", source: source::PRT },
            ],
            chosen: "not known: disable devices that the user does not know",
            why: "the weaker claim counts",
        },
    },
    Question {
        arises: confirms_risk,
        for_whom: When::NoGuest,
        is: Disagreement {
            about: "confirm the user compromised before or after the reset",
            positions: &[
                Position {
                    says: "confirm, then reset, block, revoke, disable devices",
                    source: source::RISK,
                },
                Position { says: "reset and block first, then confirm", source: source::TOKEN_THEFT },
                Position { says: "a reset by an administrator remediates the risk", source: source::RISK },
            ],
            chosen: "after the reset, and dismissed at the end",
            why: "the reset would remediate a risk that was confirmed before it, and a risk that is not \
                dismissed keeps the rightful user out",
        },
    },
    Question {
        arises: blocks,
        for_whom: When::Synced,
        is: Disagreement {
            about: "whether sign-in of a synced user can be blocked here",
            positions: &[
                Position { says: "disable the account in Active Directory", source: source::REVOKE_ACCESS },
                Position {
                    says: "write it here and warn; or: it is refused with 400",
                    source: source::PRACTICE,
                },
            ],
            chosen: "both, here at once and on-premises",
            why: "here it acts until the next sync, if it is taken at all",
        },
    },
    Question {
        arises: always,
        for_whom: When::NoGuest,
        is: Disagreement {
            about: "whether an application needs a role to reset or block",
            positions: &[
                Position { says: "the permission is enough", source: source::UPDATE_USER },
                Position { says: "a privileged account takes a role besides", source: source::ROLES },
            ],
            chosen: "the permission; the role where the account is privileged or a 403 comes back",
            why: "the pages that we read do not say that it works without one for a privileged account",
        },
    },
];

pub(super) fn of(incident: &Incident, meets: impl Fn(When) -> bool) -> Vec<Disagreement> {
    QUESTIONS
        .iter()
        .filter(|question| (question.arises)(incident) && meets(question.for_whom))
        .map(|question| question.is)
        .collect()
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.about)?;
        for position in self.positions {
            write!(f, " \"{}\" ({});", position.says, position.source)?;
        }
        write!(f, " chosen: {}, because {}", self.chosen, self.why)
    }
}
