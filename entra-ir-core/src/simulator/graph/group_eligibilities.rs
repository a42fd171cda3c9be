//! Eligibilities for groups through Privileged Identity Management.

use http::StatusCode;
use serde_json::{Map, Value};

use super::answer::{Outcome, Refused};
use super::call::Call;
use super::filter::Rules;
use super::filter_text::Expr;
use super::groups::show;
use super::paging::{collection, select};
use super::query::{FILTERED, Options};
use super::route::Route;
use crate::simulator::tenant::clock::{START, stamp};
use crate::simulator::tenant::group::{Group, GroupAccess, Promise};
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] =
    &[Route::at("/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances")
        .get(list)
        .options(
            Options::of("privilegedAccessGroupEligibilityScheduleInstance", PROPERTIES)
                .with(FILTERED)
                .expanding(&["group"]),
        )];

const PROPERTIES: &[&str] = &[
    "id",
    "principalId",
    "groupId",
    "accessId",
    "memberType",
    "startDateTime",
    "endDateTime",
    "eligibilityScheduleId",
];

const FILTERS: Rules = Rules {
    resource: "privilegedAccessGroupEligibilityScheduleInstance",
    texts: &[],
    others: &["principalId", "groupId", "accessId"],
    collections: &[],
};

/// `GET /identityGovernance/privilegedAccess/group/eligibilityScheduleInstances`, of one principal or one
/// group.
fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let url = call.url;
    state.demand(&[
        &["PrivilegedEligibilitySchedule.Read.AzureADGroup"],
        &["PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup"],
    ])?;
    state.demand_p2()?;
    let filter = url.filter(&FILTERS)?.filter(names_principal_or_group).ok_or_else(|| {
        // The documentation says that one of the two is needed, but gives no text.
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

/// Returns whether every way to match a filter names a principal or a group.
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
