//! What a session is answered: by the application's own session, by an access token, or by what brings a new
//! one.

use time::OffsetDateTime;

use super::answer::{Answer, Means, Why};
use super::credential::{Credential, CredentialKind};
use super::factors::{SecondFactor, can_do_mfa, check_second};
use super::session_state::Held;
use super::state::World;
use crate::simulator::tenant::account::Account;
use crate::simulator::tenant::app::App;
use crate::simulator::tenant::clock::whole_seconds;
use crate::simulator::tenant::state::State;

/// Opens an application with a session.
pub(super) fn open(world: &mut World, state: &State, number: usize, app: App) -> Answer {
    let now = whole_seconds(state.now());
    let (session, delay) = (&world.sessions[number], world.delay(app));
    if session.own.get(&app).is_some_and(|until| now < *until) {
        return Answer::Works { by: Means::AppSession };
    }
    let account = state.directory.get(session.user);
    let validity = account.map(|account| &account.validity);
    // An account that vanished otherwise is taken for deleted long ago.
    let gone = || world.deleted.get(&session.user).copied().unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let token = session.tokens.get(&app);
    if token.is_some_and(|token| token.is_taken(app, validity.ok_or_else(gone), delay, now)) {
        return Answer::Works { by: Means::AccessToken };
    }
    let account = match renewable(world, account, app, now) {
        Ok(account) => account,
        Err(answer) => return answer,
    };
    let mut asked = Answer::AsksToSignIn;
    for credential in candidates(world, number) {
        if !is_good(world, state, account, number, &credential) {
            continue;
        }
        let device = world.sessions[number].device;
        let demand = world.demand(account);
        let remembered = world.remembered(state, account, device).is_some();
        if demand.is_satisfied(&credential, &account.validity, remembered) {
            renew(world, number, account, credential, app, now);
            return Answer::Works { by: credential.kind.means() };
        }
        let can = world.proves_at_home(account) || can_do_mfa(state, account);
        asked = if can { Answer::AsksForMfa } else { Answer::AsksToRegister };
    }
    asked
}

/// Refuses whom no credential helps.
pub(super) fn renewable<'a>(
    world: &World,
    account: Option<&'a Account>,
    app: App,
    now: OffsetDateTime,
) -> Result<&'a Account, Answer> {
    let account = account.ok_or(Answer::Refused(Why::NoSuchUser))?;
    if !account.enabled {
        return Err(Answer::Refused(Why::Blocked));
    }
    if world.rules.block_high_risk && account.is_at_high_risk() {
        return Err(Answer::Refused(Why::HighRisk));
    }
    if app.hears_events() && account.validity.is_blocked_at(app, world.delay(app), now) {
        return Err(Answer::Refused(Why::StillBlockedForApp));
    }
    Ok(account)
}

/// Lists what may bring a new access token: what the session holds, then the device's primary refresh token.
pub(super) fn candidates(world: &World, number: usize) -> Vec<Credential> {
    let session = &world.sessions[number];
    let primary = world.primary(session.device, session.user);
    let primary = primary.filter(|_| session.kind.has_primary());
    let own = match session.held {
        Held::Own(credential) => Some(credential),
        Held::Nothing | Held::Primary => None,
    };
    own.into_iter().chain(primary).collect()
}

pub(super) fn is_good(
    world: &World,
    state: &State,
    account: &Account,
    number: usize,
    credential: &Credential,
) -> bool {
    let now = whole_seconds(state.now());
    let signed_out = credential.kind.is_cookie() && world.signed_out.contains(&credential.browser_session);
    !signed_out
        && credential.is_good(&account.validity, state.device_standing(world.sessions[number].device), now)
}

fn renew(
    world: &mut World,
    number: usize,
    account: &Account,
    mut credential: Credential,
    app: App,
    now: OffsetDateTime,
) {
    let primary = credential.kind == CredentialKind::PrimaryRefreshToken;
    credential.used = now;
    let fresh = world.next_number();
    let session = &mut world.sessions[number];
    session.issue(app, account, credential.not_after, now);
    if let Some(life) = app.own_session().filter(|_| session.kind.has_browser()) {
        session.own.insert(app, now.saturating_add(life));
    }
    if !primary {
        session.held = Held::Own(credential);
        return;
    }
    let place = (session.device, session.user);
    if !matches!(session.held, Held::Primary) {
        // The device signed the browser in anew.
        let kind = CredentialKind::Cookie { persistent: false };
        let cookie = Credential { kind, issued: now, browser_session: fresh, not_after: None, ..credential };
        session.held = Held::Own(cookie);
    }
    world.primaries.insert(place, credential);
}

/// Lets the user do MFA in a session that is otherwise good.
pub(super) fn answer_mfa(
    world: &mut World,
    state: &mut State,
    number: usize,
    second: SecondFactor,
) -> Result<(), Answer> {
    let now = whole_seconds(state.now());
    let user = world.sessions[number].user;
    let account = state.directory.get(user).ok_or(Answer::Refused(Why::NoSuchUser))?;
    if !account.enabled {
        return Err(Answer::Refused(Why::Blocked));
    }
    let good = |credential: &Credential| is_good(world, state, account, number, credential);
    let mut credential = candidates(world, number).into_iter().find(good).ok_or(Answer::AsksToSignIn)?;
    if !world.proves_at_home(account) {
        check_second(state, account, second, None)?;
    }
    credential.mfa = Some(now);
    if second == SecondFactor::AccessPass {
        state.directory.change(user, state.clock.now(), Account::use_access_pass);
    }
    if credential.kind == CredentialKind::PrimaryRefreshToken {
        world.primaries.insert((world.sessions[number].device, user), credential);
    } else {
        world.sessions[number].held = Held::Own(credential);
    }
    Ok(())
}
