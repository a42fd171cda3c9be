//! A list of accounts and groups of a guard.

use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::OnceCell;

use super::super::Stage;
use super::ask::{Ask, Identity};
use super::fresh::Fresh;
use super::seen::Seen;
use crate::error::{Error, Protection, Refusal, Result};
use crate::fan_out;
use crate::ids::{ObjectId, UserRef};

/// Holds the list. Names are resolved once, before the first write; members of groups are cached for five
/// minutes.
#[derive(Debug)]
pub(super) struct List {
    accounts: Vec<UserRef>,
    /// Whether it includes the caller's own account.
    with_caller: bool,
    groups: Vec<Group>,
    resolved: OnceCell<Resolved>,
    /// Creates the refusal for an entry that cannot be resolved.
    unresolved: fn(entry: String, reason: String) -> Refusal,
}

#[derive(Debug)]
struct Group {
    id: ObjectId,
    members: Fresh<Arc<HashSet<ObjectId>>>,
}

#[derive(Debug)]
struct Resolved {
    accounts: HashSet<ObjectId>,
    caller: Option<ObjectId>,
}

impl List {
    /// Reads the entries.
    ///
    /// # Errors
    /// [`Error::Config`] for an entry that is not a valid name or id.
    pub(super) fn new(
        what: &str,
        accounts: &[String],
        groups: &[String],
        unresolved: fn(String, String) -> Refusal,
    ) -> Result<Self> {
        let wrong = |error: Error| Error::Config(format!("{what}: {error}"));
        let accounts = accounts.iter().map(|entry| entry.parse().map_err(|error| wrong(Error::from(error))));
        let groups = groups.iter().map(|entry| {
            let id = entry.parse().map_err(|error| wrong(Error::from(error)))?;
            Ok(Group { id, members: Fresh::default() })
        });
        Ok(Self {
            accounts: accounts.collect::<Result<_>>()?,
            with_caller: false,
            groups: groups.collect::<Result<_>>()?,
            resolved: OnceCell::new(),
            unresolved,
        })
    }

    /// Adds the caller's own account.
    pub(super) fn and_caller(self, with_caller: bool) -> Self {
        Self { with_caller, ..self }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.groups.is_empty() && !self.with_caller
    }

    /// Returns whether it needs a look-up: ids need none.
    pub(super) fn asks(&self) -> bool {
        self.with_caller || !self.groups.is_empty() || self.accounts.iter().any(|user| user.id().is_none())
    }

    /// Resolves the list: all entries, or none counts.
    ///
    /// # Errors
    /// [`Error::Refused`] that names the first entry that cannot be resolved.
    pub(super) async fn resolve<S: Stage>(&self, ask: Ask<'_, S>, seen: &Seen) -> Result<Named<'_>> {
        let resolved = self.resolved.get_or_try_init(|| self.look_up(ask, seen)).await?;
        let groups = self.groups.iter().map(|group| async move {
            let read = async {
                let members = ask.members::<Identity>(group.id, "id").await?;
                Ok(Arc::new(members.into_iter().map(|member| member.id).collect()))
            };
            let members = group.members.get(read).await.map_err(|error| {
                Error::from(Refusal::GroupNotRead { group: group.id, reason: error.to_string() })
            })?;
            Ok((group.id, members))
        });
        let groups = fan_out::all(groups).await.into_iter().collect::<Result<_>>()?;
        Ok(Named { resolved, groups })
    }

    async fn look_up<S: Stage>(&self, ask: Ask<'_, S>, seen: &Seen) -> Result<Resolved> {
        let accounts = self.accounts.iter().map(|user| async move {
            match user {
                // An id counts by itself: no answer can change it.
                UserRef::Id(id) => Ok(*id),
                UserRef::Name(_) => {
                    let found = ask.account(user).await;
                    found.map_err(|error| (self.unresolved)(user.to_string(), error.to_string()).into())
                }
            }
        });
        let accounts = fan_out::all(accounts).await.into_iter().collect::<Result<_>>()?;
        let caller = if self.with_caller { Some(self.caller(ask, seen).await?) } else { None };
        Ok(Resolved { accounts, caller })
    }

    async fn caller<S: Stage>(&self, ask: Ask<'_, S>, seen: &Seen) -> Result<ObjectId> {
        if let Some(id) = seen.own() {
            return Ok(id);
        }
        let asked = ask.caller().await;
        let id = asked.map_err(|error| (self.unresolved)("the caller".to_owned(), error.to_string()))?;
        seen.note_own(id);
        Ok(id)
    }
}

/// The accounts of a list at this time.
#[derive(Debug)]
pub(super) struct Named<'a> {
    resolved: &'a Resolved,
    groups: Vec<(ObjectId, Arc<HashSet<ObjectId>>)>,
}

impl Named<'_> {
    /// Returns why an account is on the list; `None` if it is not. A group is on its own list.
    pub(super) fn by(&self, id: ObjectId) -> Option<Protection> {
        if self.resolved.accounts.contains(&id) {
            return Some(Protection::Listed);
        }
        if self.resolved.caller == Some(id) {
            return Some(Protection::Caller);
        }
        let group = self.groups.iter().find(|(group, members)| *group == id || members.contains(&id))?;
        Some(Protection::Group(group.0))
    }
}
