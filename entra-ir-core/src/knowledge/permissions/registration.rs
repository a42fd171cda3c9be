//! Four application registrations, so that no credential can do everything.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::needs::parts;
use super::permissions_for;
use super::set::PermissionSet;
use super::takeover::takeover;
use crate::CallerKind;
use crate::error::{Error, Refusal};
use crate::operations::CATALOG;
use crate::spec::{OperationSpec, Workload};
use crate::target::TargetKind;

/// One of four application registrations, each with its own credential and its own permissions. Which
/// operation belongs to which follows from its description: what its writes reach.
///
/// ```
/// use entra_ir_core::knowledge::Registration;
///
/// let lock: Vec<_> = Registration::Lock.operations().map(|spec| spec.id).collect();
/// assert!(lock.contains(&"lock_out") && !lock.contains(&"delete_methods"));
/// let takeover = |registration: Registration| registration.permissions().takeovers().count();
/// assert_eq!(Registration::ALL.map(takeover), [0, 0, 0, 2]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Registration {
    /// Reads, and changes nothing.
    Look,
    /// Locks an account and lifts the lock: sign-in, password, sessions, risk. Removes nothing.
    Lock,
    /// Removes what an attacker holds, and issues passes: methods, devices, consents, write-back.
    Evict,
    /// Needs a permission by which an application can take over the tenant.
    Privileged,
}

impl Registration {
    /// Lists them, the most harmless first.
    pub const ALL: [Self; 4] = [Self::Look, Self::Lock, Self::Evict, Self::Privileged];

    /// Returns the registration that an operation belongs to.
    pub fn of(spec: &'static OperationSpec) -> Self {
        let writes: Vec<_> = parts(spec).into_iter().filter(|part| part.effect.writes()).collect();
        if writes.is_empty() {
            return Self::Look;
        }
        if writes.iter().any(|part| takes_over(part)) {
            return Self::Privileged;
        }
        let locks = |part: &&OperationSpec| {
            part.target == TargetKind::User && part.workload != Workload::AuthenticationMethods
        };
        if writes.iter().copied().all(|part| locks(&part)) { Self::Lock } else { Self::Evict }
    }

    /// Lists its operations, in the order of the catalog.
    pub fn operations(self) -> impl Iterator<Item = &'static OperationSpec> {
        CATALOG.iter().copied().filter(move |spec| Self::of(spec) == self)
    }

    /// Returns the fewest permissions for its operations.
    pub fn permissions(self) -> PermissionSet {
        permissions_for(self.operations())
    }

    /// Returns its word: `look`, `lock`, `evict` or `privileged`.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Lock => "lock",
            Self::Evict => "evict",
            Self::Privileged => "privileged",
        }
    }

    /// Returns what it may do.
    pub const fn may(self) -> &'static str {
        match self {
            Self::Look => "reads accounts, their methods, devices, roles, consents and risk; changes nothing",
            Self::Lock => {
                "blocks and unblocks sign-in, sets passwords kept in this tenant, revokes sessions, confirms and \
                 dismisses risk"
            }
            Self::Evict => {
                "removes methods and consents, disables and deletes devices, issues passes, resets passwords with \
                 write-back"
            }
            Self::Privileged => "disables applications, and removes their assignments",
        }
    }

    /// Returns why it is apart from the others.
    pub const fn why(self) -> &'static str {
        match self {
            Self::Look => "a credential that only reads can be at hand at all times, also in automation",
            Self::Lock => {
                "whoever holds it can lock accounts, and nothing that it does removes anything for good"
            }
            Self::Evict => {
                "whoever holds it can remove methods for good, and can enter an account by a pass of his own"
            }
            Self::Privileged => {
                "whoever holds it can take over the tenant: no default holds it, and a person brings it out for \
                 one step"
            }
        }
    }
}

/// Returns whether some kind of caller can send a request by a takeover permission only.
fn takes_over(part: &'static OperationSpec) -> bool {
    [CallerKind::Delegated, CallerKind::AppOnly].into_iter().any(|caller| {
        let sets = part.permissions.of(caller);
        !sets.is_empty() && sets.iter().all(|set| set.iter().any(|name| takeover(name).is_some()))
    })
}

impl fmt::Display for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

impl FromStr for Registration {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        let known = Self::ALL.into_iter().find(|registration| registration.slug() == word);
        Ok(known.ok_or_else(|| Refusal::BadInput {
            what: "registration",
            reason: format!("{word:?} is not one of look, lock, evict, privileged"),
        })?)
    }
}
