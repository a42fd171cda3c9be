//! Who is in a group.

use super::answer::{Outcome, Refused};
use super::call::Call;
use super::groups::SEE_GROUPS;
use super::paging::collection_by;
use super::query::{Options, PAGED};
use super::route::Route;
use super::users;
use crate::ids::ObjectId;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[Route::at("/groups/{group}/transitiveMembers/microsoft.graph.user")
    .get(list)
    .options(Options::of("user", users::PROPERTIES).with(PAGED))];

/// How many members a page has that was not asked for in another size.
const USUAL_PAGE: usize = 100;

/// `GET /groups/{group}/transitiveMembers/microsoft.graph.user`.
fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let (state, url, [key]) = (&*state, call.url, call.keys());
    state.demand(SEE_GROUPS)?;
    let group: ObjectId =
        key.parse().map_err(|_| Refused::directory(format!("Invalid object identifier '{key}'.")))?;
    if state.groups.get(group).is_none() {
        return Err(Refused::no_object(key));
    }
    let select = url.select();
    let members = state.directory.all().filter(|user| state.groups.of(user).iter().any(|of| of.id == group));
    let shown = members.map(|user| users::show(user, select.as_deref()).into());
    collection_by(state, url, "users", shown.collect(), Some(USUAL_PAGE))
}
