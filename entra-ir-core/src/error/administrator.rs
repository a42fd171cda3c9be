//! Who would be left to administer the tenant.

use std::fmt;

use crate::ids::ObjectId;

/// Names a Global Administrator who would be left and does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AdministratorLeft {
    /// The account, by object id.
    pub account: ObjectId,
    /// Why it does not count.
    pub why: NotCounted,
}

/// The reason why a Global Administrator does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NotCounted {
    /// The account is on the list of this job, or suspect.
    OnTheList,
    /// The account is blocked, or was blocked by this client a moment ago.
    Disabled,
    /// The role is active for a time only.
    NotPermanent,
}

impl AdministratorLeft {
    pub(crate) const fn new(account: ObjectId, why: NotCounted) -> Self {
        Self { account, why }
    }
}

impl fmt::Display for AdministratorLeft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.why {
            NotCounted::OnTheList => "on the list of this job",
            NotCounted::Disabled => "disabled",
            NotCounted::NotPermanent => "not permanent",
        };
        write!(f, "{} ({why})", self.account)
    }
}

/// Lists those who are left, as the end of a sentence.
pub(super) fn list(left: &[AdministratorLeft]) -> String {
    if left.is_empty() {
        return String::new();
    }
    let left: Vec<_> = left.iter().map(ToString::to_string).collect();
    format!("; left would be {}", left.join(", "))
}
