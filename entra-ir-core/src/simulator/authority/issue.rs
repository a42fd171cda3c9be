//! Issues tokens.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::endpoint::Endpoint;
use super::form::Form;
use super::refusal::Refusal;
use super::scope::Scope;
use crate::simulator::tenant::access_token::Claims;
use crate::simulator::tenant::applications::{Seen, TENANT};
use crate::simulator::tenant::clock::whole_seconds;
use crate::simulator::tenant::registration::Registration;
use crate::simulator::tenant::state::State;
use crate::simulator::tenant::token_service::RefreshToken;

/// The life of an ordinary access token.
const ORDINARY: i64 = 3599;

/// The life of one that can be refused earlier, of a user and of an application (page "Continuous access
/// evaluation").
const LONG_OF_USER: i64 = 28 * 3600 - 1;
const LONG_OF_APPLICATION: i64 = 24 * 3600 - 1;

/// What the parameter `claims` asks for.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// The client understands claims challenges.
    is_capable: bool,
    acrs: Vec<String>,
    /// Multifactor authentication that is not older than ten minutes.
    pub(super) fresh_mfa: bool,
}

impl Wanted {
    pub(super) fn read(form: &Form) -> Result<Self, Refusal> {
        let Some(text) = form.get("claims") else { return Ok(Self::default()) };
        let claims: Value = serde_json::from_str(text).map_err(|_| Refusal::malformed())?;
        let values = |name: &str| -> Vec<String> {
            let claim = &claims["access_token"][name];
            let several = claim["values"].as_array().cloned().unwrap_or_default();
            let all = several.into_iter().chain([claim["value"].clone()]);
            all.filter_map(|value| value.as_str().map(str::to_owned)).collect()
        };
        Ok(Self {
            is_capable: values("xms_cc").iter().any(|value| value.eq_ignore_ascii_case("cp1")),
            acrs: values("acrs"),
            fresh_mfa: values("amr").iter().any(|value| value == "ngcmfa"),
        })
    }
}

/// Starts the claims of a token for an application.
fn claims(state: &State, of: &Registration, scope: &Scope, life: i64, wanted: &Wanted) -> Claims {
    let now = whole_seconds(state.now()).unix_timestamp();
    Claims {
        aud: scope.resource.clone(),
        iss: format!("https://sts.windows.net/{TENANT}/"),
        tid: TENANT.to_string(),
        appid: of.app_id.clone(),
        app_displayname: of.name.clone(),
        iat: now,
        nbf: now,
        exp: now + life,
        uti: Uuid::new_v4().simple().to_string(),
        ver: "1.0".into(),
        acrs: wanted.acrs.clone(),
        xms_cc: if wanted.is_capable { vec!["cp1".into()] } else { Vec::new() },
        ..Claims::default()
    }
}

fn answer(state: &State, claims: &Claims, life: i64) -> Result<Map<String, Value>, Refusal> {
    let token = state.tokens.key.sign(claims).ok_or_else(Refusal::transient)?;
    let mut body = Map::new();
    body.insert("token_type".into(), "Bearer".into());
    body.insert("expires_in".into(), life.into());
    body.insert("ext_expires_in".into(), life.into());
    // Long tokens are renewed at half of their life.
    if life > 2 * ORDINARY {
        body.insert("refresh_in".into(), (life / 2).into());
    }
    body.insert("access_token".into(), token.into());
    Ok(body)
}

/// Issues the token of an application by itself.
pub(super) fn app_token(
    state: &State,
    of: &Registration,
    scope: &Scope,
    at: &Endpoint,
    wanted: &Wanted,
) -> Result<Map<String, Value>, Refusal> {
    let principal = state.applications.by_app_id(&of.app_id).and_then(|principal| principal.id);
    let principal = principal.ok_or_else(|| Refusal::no_application(&of.app_id))?;
    let graph = state.graph();
    let mut assignments = state.applications.assignments(Seen::at(state.now(), std::time::Duration::ZERO));
    let is_assigned = assignments.any(|one| one.principal_id == Some(principal) && one.resource_id == graph);
    let life = if wanted.is_capable { LONG_OF_APPLICATION } else { ORDINARY };
    let claims = Claims {
        oid: principal.to_string(),
        sub: principal.to_string(),
        idtyp: "app".into(),
        roles: (is_assigned && scope.is_graph(&at.origin)).then(|| of.permissions.clone()),
        ..claims(state, of, scope, life, wanted)
    };
    answer(state, &claims, life)
}

/// The sign-in for which a user's tokens are issued.
pub(super) struct SignedIn<'a> {
    pub(super) of: &'a Registration,
    pub(super) token: RefreshToken,
}

/// Issues the tokens of a signed-in user.
pub(super) fn user_tokens(
    state: &mut State,
    SignedIn { of, token }: SignedIn<'_>,
    scope: &Scope,
    at: &Endpoint,
    (form, wanted): (&Form, &Wanted),
) -> Result<Map<String, Value>, Refusal> {
    let consented = consented(state, of, &token);
    let lacks = |name: &String| !consented.iter().any(|known| known.eq_ignore_ascii_case(name));
    if consented.is_empty() || !scope.is_graph(&at.origin) || scope.named.iter().any(lacks) {
        return Err(Refusal::no_consent(of));
    }
    let account = state.directory.get(token.user).ok_or_else(Refusal::no_user)?;
    let (roles, _) = state.standing(account);
    let mut wids: Vec<_> = roles.iter().map(|role| role.template_id().to_owned()).collect();
    wids.sort_unstable();
    wids.dedup();
    let life = if wanted.is_capable { LONG_OF_USER } else { ORDINARY };
    let claims = Claims {
        oid: account.id.to_string(),
        sub: account.id.to_string(),
        idtyp: "user".into(),
        scp: Some(consented.join(" ")),
        wids,
        upn: Some(account.name.clone()),
        amr: token.amr.clone(),
        auth_time: Some(token.issued.unix_timestamp()),
        ..claims(state, of, scope, life, wanted)
    };
    let mut body = answer(state, &claims, life)?;
    let granted = consented.iter().map(|name| format!("{}/{name}", scope.resource));
    body.insert("scope".into(), granted.collect::<Vec<_>>().join(" ").into());
    if scope.openid {
        let id_token = json!({
            "aud": of.app_id,
            "iss": format!("{}/{TENANT}/v2.0", at.origin),
            "iat": claims.iat,
            "nbf": claims.nbf,
            "exp": claims.exp,
            "name": account.display_name,
            "oid": claims.oid,
            "preferred_username": account.name,
            "sub": claims.sub,
            "tid": claims.tid,
            "ver": "2.0",
        });
        let id_token = state.tokens.key.sign(&id_token).ok_or_else(Refusal::transient)?;
        body.insert("id_token".into(), id_token.into());
    }
    // Microsoft's own libraries ask for it, and name the account in their caches by it.
    if form.get("client_info") == Some("1") {
        let info = json!({ "uid": claims.oid, "utid": claims.tid }).to_string();
        body.insert("client_info".into(), BASE64_URL_SAFE_NO_PAD.encode(info).into());
    }
    if scope.offline {
        let name =
            format!("1.{}", [Uuid::new_v4(), Uuid::new_v4()].map(|id| id.simple().to_string()).concat());
        let used = whole_seconds(state.now());
        state.tokens.refresh_tokens.insert(name.clone(), RefreshToken { used, ..token });
        body.insert("refresh_token".into(), name.into());
    }
    Ok(body)
}

/// Returns the delegated permissions of Graph that the user, or an administrator, consented to.
fn consented(state: &State, of: &Registration, token: &RefreshToken) -> Vec<String> {
    let client = state.applications.by_app_id(&of.app_id).and_then(|principal| principal.id);
    let graph = state.graph();
    let grants = state.applications.grants(Seen::at(state.now(), std::time::Duration::ZERO));
    let of_user = grants.filter(|grant| {
        let is_theirs = grant.is_tenant_wide() || grant.principal_id == Some(token.user);
        is_theirs && client.is_some() && grant.client_id == client && grant.resource_id == graph
    });
    let mut names: Vec<String> = Vec::new();
    for name in of_user.flat_map(|grant| grant.scope.as_deref().unwrap_or_default().split_whitespace()) {
        if name != "offline_access" && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}
