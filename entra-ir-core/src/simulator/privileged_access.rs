//! Groups that a user owns, and those in which a user may take a place through Privileged Identity Management.

use http::StatusCode;
use serde_json::{Map, Value};

use super::answer::{Outcome, Refused};
use super::clock::{START, stamp};
use super::filter::{Expr, Rules};
use super::group::{Group, GroupAccess, Promise};
use super::memberships::{show, show_of_user};
use super::paging::{collection, select};
use super::route::Url;
use super::state::State;
use crate::ids::ObjectId;

/// `GET /users/{user}/ownedObjects`, bare or cast to groups. Nothing but groups has an owner here.
pub(super) fn owned(state: &State, url: &Url, id: ObjectId, cast: bool) -> Outcome {
    state.demand(&[
        &["User.Read.All"],
        &["User.ReadWrite.All"],
        &["Directory.Read.All"],
        &["Directory.ReadWrite.All"],
    ])?;
    let id = state.seen(id)?.id;
    let owned = state.groups.all().iter().filter(|group| group.owners.contains(&id));
    let shown = owned.map(|group| {
        let mut item = show_of_user(state, url, group);
        if !cast {
            item.insert("@odata.type".into(), "#microsoft.graph.group".into());
        }
        Value::Object(item)
    });
    collection(state, url, if cast { "groups" } else { "directoryObjects" }, shown.collect())
}

const FILTERS: Rules = Rules {
    resource: "privilegedAccessGroupEligibilityScheduleInstance",
    texts: &[],
    others: &["principalId", "groupId", "accessId"],
    collections: &[],
};

/// `GET /identityGovernance/privilegedAccess/group/eligibilityScheduleInstances`, of one principal or one group.
pub(super) fn eligibilities(state: &State, url: &Url) -> Outcome {
    state.demand(&[
        &["PrivilegedEligibilitySchedule.Read.AzureADGroup"],
        &["PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup"],
    ])?;
    state.demand_p2()?;
    let filter = url.filter(&FILTERS)?.filter(names_principal_or_group).ok_or_else(|| {
        // That one of the two is needed is documented; the words are not.
        let message = "A filter on principalId or groupId is required.";
        Refused::new(StatusCode::BAD_REQUEST, "Request_BadRequest", message)
    })?;
    let now = state.now();
    let all = state.groups.all().iter().flat_map(|group| {
        let running = group.promised.iter().filter(|promise| promise.until.is_none_or(|until| until > now));
        running.map(move |promise| entry(group, promise))
    });
    let wanted = all.filter(|(_, entry)| filter.matches(entry));
    let is_expanded = url.option("$expand").is_some();
    let shown = wanted.map(|(group, entry)| {
        let mut entry = select(url, entry);
        if is_expanded {
            entry.insert("group".into(), show(group).into());
        }
        Value::Object(entry)
    });
    let context = "identityGovernance/privilegedAccess/group/eligibilityScheduleInstances";
    collection(state, url, context, shown.collect())
}

/// Returns whether every way to fulfil a filter names a principal or a group.
fn names_principal_or_group(filter: &Expr) -> bool {
    match filter {
        Expr::Equal(name, _) => {
            ["principalId", "groupId"].iter().any(|wanted| wanted.eq_ignore_ascii_case(name))
        }
        Expr::And(parts) => parts.iter().any(names_principal_or_group),
        Expr::Or(parts) => parts.iter().all(names_principal_or_group),
        _ => false,
    }
}

fn entry<'a>(group: &'a Group, promise: &Promise) -> (&'a Group, Map<String, Value>) {
    let access = match promise.access {
        GroupAccess::Member => "member",
        GroupAccess::Owner => "owner",
    };
    let schedule = format!("{}_{access}_{}", group.id, promise.user);
    let mut entry = Map::new();
    entry.insert("id".into(), format!("{schedule}_1").into());
    entry.insert("principalId".into(), promise.user.to_string().into());
    entry.insert("groupId".into(), group.id.to_string().into());
    entry.insert("accessId".into(), access.into());
    entry.insert("memberType".into(), "direct".into());
    entry.insert("startDateTime".into(), stamp(START.saturating_sub(time::Duration::days(90))).into());
    entry.insert("endDateTime".into(), promise.until.map(stamp).into());
    entry.insert("eligibilityScheduleId".into(), schedule.into());
    (group, entry)
}
