//! The caller of a request, by its token.
//!
//! A token that the tenant issued decides who calls: the user or the application, the permissions, and the
//! roles that the token names. No page says whether Graph goes by the roles of the token or of the directory
//! (assumed: of the token). Any other token means the caller that the tenant is set to.

use serde_json::json;
use time::OffsetDateTime;

use super::answer::Refused;
use super::url::Url;
use crate::cloud::Cloud;
use crate::simulator::tenant::access_token::Claims;
use crate::simulator::tenant::app::App;
use crate::simulator::tenant::applications::GRAPH_APP_ID;
use crate::simulator::tenant::caller::SimulatedCaller;
use crate::simulator::tenant::clock::whole_seconds;
use crate::simulator::tenant::role::Role;
use crate::simulator::tenant::state::State;

/// Returns the caller that the token names; `None` for a token that the tenant did not issue.
pub(super) fn caller(state: &State, token: &str, url: &Url) -> Result<Option<SimulatedCaller>, Refused> {
    let Some(read) = state.tokens.key.read(token) else { return Ok(None) };
    let invalid = Refused::unauthorized;
    let claims = read.map_err(|()| invalid("Access token validation failure. Invalid signature."))?;
    if !is_for_graph(&claims.aud, &url.origin) {
        return Err(invalid("Access token validation failure. Invalid audience."));
    }
    let now = state.now().unix_timestamp();
    if now < claims.nbf || claims.exp <= now {
        return Err(invalid("Lifetime validation failed, the token is expired."));
    }
    if claims.can_be_challenged() && has_ended(state, &claims) {
        return Err(challenge(state));
    }
    Ok(Some(if claims.is_of_user() {
        let roles = claims.wids.iter().filter_map(|id| Role::of_template(id));
        let permissions = claims.scp.unwrap_or_default();
        SimulatedCaller::delegated(claims.oid, roles).with_permissions(permissions.split_whitespace())
    } else {
        SimulatedCaller::app_only().with_permissions(claims.roles.unwrap_or_default())
    }))
}

/// Returns whether a token is for Graph as it was asked. A served tenant, whose host is not
/// that of a cloud, accepts the tokens of every cloud.
fn is_for_graph(audience: &str, origin: &str) -> bool {
    let cloud = Cloud::ALL.iter().any(|cloud| cloud.graph_endpoint() == origin);
    audience == origin
        || audience == GRAPH_APP_ID
        || !cloud && Cloud::ALL.iter().any(|cloud| cloud.graph_endpoint() == audience)
}

/// Returns whether an event ended the token before its time, and Graph knows of it.
fn has_ended(state: &State, claims: &Claims) -> bool {
    if !claims.is_of_user() {
        // Page "Continuous access evaluation for workload identities".
        let principal = state.applications.by_app_id(&claims.appid);
        return principal.is_none_or(|principal| principal.account_enabled == Some(false));
    }
    let (Ok(user), true) = (claims.oid.parse(), state.tokens.graph_gets_events) else { return false };
    let issued = OffsetDateTime::from_unix_timestamp(claims.iat).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    state.directory.get(user).is_none_or(|account| {
        let (now, at_once) = (state.now(), time::Duration::ZERO);
        account.validity.has_ended(issued, at_once, now)
            || account.validity.is_blocked_at(App::Graph, at_once, now)
    })
}

/// Asks for a token that is issued from now on.
fn challenge(state: &State) -> Refused {
    let now = whole_seconds(state.now()).unix_timestamp().to_string();
    let claims = json!({ "access_token": { "nbf": { "essential": true, "value": now } } });
    let message = "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp";
    Refused::challenged(&claims.to_string(), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_for_one_cloud_where_the_host_says_which() {
        let (global, gov) = ("https://graph.microsoft.com", "https://graph.microsoft.us");
        assert!(is_for_graph(global, global) && !is_for_graph(gov, global));
        assert!(is_for_graph(gov, "http://127.0.0.1:1") && is_for_graph(GRAPH_APP_ID, global));
        assert!(!is_for_graph("https://vault.azure.net", "http://127.0.0.1:1"));
    }
}
