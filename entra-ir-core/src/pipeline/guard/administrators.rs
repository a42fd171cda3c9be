//! Keeps at least one Global Administrator.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::super::Stage;
use super::ask::Ask;
use super::list::{List, Named};
use super::seen::Seen;
use crate::error::{AdministratorLeft, Error, GraphErrorKind, NotCounted, Refusal, Result};
use crate::fan_out;
use crate::ids::{EntryId, ObjectId, UserRef};
use crate::spec::{Endpoint, OperationSpec, Verb};
use crate::target::Target;
use crate::wire::RequestBuilder;

static ASSIGNMENTS: OperationSpec = OperationSpec {
    summary: "Lists the holders of the role Global Administrator.",
    doc: "https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments",
    ..OperationSpec::read(
        "list_administrators",
        Endpoint::v1(Verb::Get, "/roleManagement/directory/roleAssignments"),
        &[&["RoleManagement.Read.Directory"], &["Directory.Read.All"]],
        &[&["RoleManagement.Read.Directory"], &["Directory.Read.All"]],
    )
};

static INSTANCES: OperationSpec = OperationSpec {
    summary: "Lists the ends of active assignments of Global Administrator, and which are activations.",
    doc: "https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignmentscheduleinstances",
    ..OperationSpec::read(
        "list_administrator_schedules",
        Endpoint::v1(Verb::Get, "/roleManagement/directory/roleAssignmentScheduleInstances"),
        &[&["RoleAssignmentSchedule.Read.Directory"], &["RoleManagement.Read.Directory"]],
        &[&["RoleAssignmentSchedule.Read.Directory"], &["RoleManagement.Read.Directory"]],
    )
};

static ENABLED: OperationSpec = OperationSpec {
    summary: "Reads whether an administrator's account is enabled.",
    doc: "https://learn.microsoft.com/graph/api/user-get",
    ..OperationSpec::read(
        "read_administrator",
        Endpoint::v1(Verb::Get, "/users/{user}"),
        &[&["User.Read.All"]],
        &[&["User.Read.All"]],
    )
};

/// The role's template. Source: "Microsoft Entra built-in roles".
const FILTER: &str = "roleDefinitionId eq '62e90394-69f5-4237-9190-012177145e10'";

/// How long the read administrators are cached.
const FOR: Duration = Duration::from_secs(5 * 60);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Assignment {
    id: EntryId,
    principal_id: ObjectId,
    principal: Option<Principal>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Member {
    id: ObjectId,
    account_enabled: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Principal {
    #[serde(rename = "@odata.type")]
    kind: String,
    account_enabled: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Instance {
    principal_id: ObjectId,
    assignment_type: Option<String>,
    end_date_time: Option<String>,
}

impl Instance {
    fn is_permanent(&self) -> bool {
        self.end_date_time.is_none()
            && self.assignment_type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("Assigned"))
    }
}

/// A user who holds the role.
#[derive(Debug, Default)]
struct Holder {
    enabled: bool,
    ways: Vec<Way>,
}

/// One assignment by which a user holds the role: the user's own, or that of a group.
#[derive(Debug)]
struct Way {
    assignment: EntryId,
    group: Option<ObjectId>,
    is_permanent: bool,
}

impl Holder {
    fn is_permanent(&self) -> bool {
        self.ways.iter().any(|way| way.is_permanent)
    }

    /// Returns whether a write on this target removes the last permanent assignment.
    fn loses_by(&self, account: ObjectId, target: &Target) -> bool {
        let mut ways = self.ways.iter().filter(|way| way.is_permanent);
        match target {
            Target::User { id } => id.id() == Some(account),
            Target::RoleAssignment { id, .. } => ways.all(|way| way.assignment == *id),
            Target::GroupMembership { group, member } => {
                *member == account && ways.all(|way| way.group == Some(*group))
            }
            _ => false,
        }
    }
}

/// The Global Administrators as read, and those that this client removed since.
#[derive(Debug)]
struct Read {
    at: Instant,
    holders: HashMap<ObjectId, Holder>,
    gone: HashSet<ObjectId>,
}

/// Ensures that one remains who is not on the list of this job.
#[derive(Debug)]
pub(super) struct Administrators {
    not_counted: List,
    /// Locked from the read to the decision: two concurrent writes must not each count the other's
    /// administrator as remaining.
    read: Mutex<Option<Read>>,
}

impl Administrators {
    pub(super) fn new(not_counted: List) -> Self {
        Self { not_counted, read: Mutex::default() }
    }

    /// Refuses a write that would leave no counting enabled, permanent Global Administrator. Otherwise those
    /// that it removes no longer count, if it is sent.
    pub(super) async fn check<S: Stage>(
        &self,
        ask: Ask<'_, S>,
        seen: &Seen,
        spec: &'static OperationSpec,
        targets: &[Target],
        is_sent: bool,
    ) -> Result<()> {
        let unread = |error: Error| {
            Error::from(Refusal::AdministratorsNotRead { operation: spec.id, reason: error.to_string() })
        };
        let not_counted = self.not_counted.resolve(ask, seen).await.map_err(unread)?;
        let mut kept = self.read.lock().await;
        let fresh = kept.take().filter(|read| read.at.elapsed() < FOR);
        let read = if let Some(read) = fresh {
            read
        } else {
            let holders = holders(ask).await.map_err(unread)?;
            Read { at: Instant::now(), holders, gone: HashSet::new() }
        };
        let read = kept.insert(read);
        let After { taken, target, is_safe, left } = read.after(targets, &not_counted);
        match target {
            Some(target) if !is_safe => {
                Err(Refusal::LastAdministrator { operation: spec.id, target, left }.into())
            }
            _ => {
                read.gone.extend(taken.into_iter().filter(|_| is_sent));
                Ok(())
            }
        }
    }
}

/// The effect of a write on the administrators.
struct After {
    /// Those who would no longer be enabled, permanent administrators.
    taken: Vec<ObjectId>,
    /// The target that would remove the first of them.
    target: Option<Target>,
    is_safe: bool,
    /// Those who would remain without counting.
    left: Vec<AdministratorLeft>,
}

impl Read {
    fn after(&self, targets: &[Target], not_counted: &Named<'_>) -> After {
        let mut after = After { taken: Vec::new(), target: None, is_safe: false, left: Vec::new() };
        for (&account, holder) in &self.holders {
            let enabled = holder.enabled && !self.gone.contains(&account);
            let why = if !holder.is_permanent() {
                NotCounted::NotPermanent
            } else if !enabled {
                NotCounted::Disabled
            } else if let Some(target) = targets.iter().find(|target| holder.loses_by(account, target)) {
                after.taken.push(account);
                after.target.get_or_insert_with(|| target.clone());
                continue;
            } else if not_counted.by(account).is_some() {
                NotCounted::OnTheList
            } else {
                after.is_safe = true;
                continue;
            };
            after.left.push(AdministratorLeft::new(account, why));
        }
        after.left.sort_by_key(|left| left.account);
        after
    }
}

/// Reads who holds the role, directly or through a group, and whether permanently.
async fn holders<S: Stage>(ask: Ask<'_, S>) -> Result<HashMap<ObjectId, Holder>> {
    let of = |spec: &'static OperationSpec| RequestBuilder::new(spec).query("$filter", FILTER);
    let assignments = of(&ASSIGNMENTS).query("$expand", "principal").build()?;
    let instances = of(&INSTANCES).build()?;
    let (assignments, instances) = futures_util::join!(
        ask.all::<Assignment>(&ASSIGNMENTS, assignments),
        ask.all::<Instance>(&INSTANCES, instances)
    );
    let instances = match instances {
        // Without a licence for PIM there are neither activations nor end dates.
        Err(Error::Graph(refusal)) if refusal.kind() == GraphErrorKind::NotLicensed => Vec::new(),
        instances => instances?,
    };
    let held = assignments?.into_iter().map(|assignment| async {
        let members = members(ask, &assignment).await?;
        Ok((assignment, members))
    });
    let mut holders: HashMap<ObjectId, Holder> = HashMap::new();
    for held in fan_out::all(held).await.into_iter().collect::<Result<Vec<_>>>()? {
        let (Assignment { id, principal_id, .. }, (group, members)) = held;
        let mut of_it = instances.iter().filter(|instance| instance.principal_id == principal_id).peekable();
        // An assignment that PIM does not show was made without it, and is permanent.
        let is_permanent = of_it.peek().is_none() || of_it.any(Instance::is_permanent);
        for member in members {
            let holder = holders.entry(member.id).or_default();
            holder.enabled = member.account_enabled == Some(true);
            holder.ways.push(Way { assignment: id.clone(), group, is_permanent });
        }
    }
    Ok(holders)
}

/// Lists the users of an assignment, and the group through which it applies.
async fn members<S: Stage>(
    ask: Ask<'_, S>,
    assignment: &Assignment,
) -> Result<(Option<ObjectId>, Vec<Member>)> {
    let id = assignment.principal_id;
    let (kind, account_enabled) = match &assignment.principal {
        Some(principal) => (principal.kind.as_str(), principal.account_enabled),
        None => ("#microsoft.graph.user", None),
    };
    match kind {
        "#microsoft.graph.group" => Ok((Some(id), ask.members(id, "id,accountEnabled").await?)),
        "#microsoft.graph.user" if account_enabled.is_some() => {
            Ok((None, vec![Member { id, account_enabled }]))
        }
        "#microsoft.graph.user" => {
            let user = UserRef::Id(id);
            let request = RequestBuilder::new(&ENABLED).user(&user).select("id,accountEnabled").build()?;
            Ok((None, vec![ask.one(&ENABLED, request).await?]))
        }
        // A service principal cannot sign in to repair the tenant.
        _ => Ok((None, Vec::new())),
    }
}
