//! Opens an application with a session: by the application's own session, by an access token, or by what
//! obtains a new one.

use time::OffsetDateTime;

use super::answer::{Answer, Means, Why};
use super::credential::{Credential, CredentialKind};
use super::factors::{SecondFactor, can_do_mfa, check_second};
use super::session_state::Held;
use super::sign_ins::SignIns;
use crate::simulator::tenant::account::Account;
use crate::simulator::tenant::app::App;
use crate::simulator::tenant::clock::whole_seconds;
use crate::simulator::tenant::state::State;

/// Opens an application with a session.
pub(super) fn open(sign_ins: &mut SignIns, state: &State, number: usize, app: App) -> Answer {
    let now = whole_seconds(state.now());
    let (session, delay) = (&sign_ins.sessions[number], sign_ins.delay(app));
    if session.own.get(&app).is_some_and(|until| now < *until) {
        return Answer::Works { by: Means::AppSession };
    }
    let account = state.directory.get(session.user);
    let validity = account.map(|account| &account.validity);
    // An account that vanished otherwise counts as deleted long ago.
    let gone = || sign_ins.deleted.get(&session.user).copied().unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let token = session.tokens.get(&app);
    if token.is_some_and(|token| token.is_taken(app, validity.ok_or_else(gone), delay, now)) {
        return Answer::Works { by: Means::AccessToken };
    }
    let account = match renewable(sign_ins, account, app, now) {
        Ok(account) => account,
        Err(answer) => return answer,
    };
    let mut asked = Answer::AsksToSignIn;
    for credential in candidates(sign_ins, number) {
        if !is_good(sign_ins, state, account, number, &credential) {
            continue;
        }
        let device = sign_ins.sessions[number].device;
        let demand = sign_ins.demand(account);
        let remembered = sign_ins.remembered(state, account, device).is_some();
        if demand.is_satisfied(&credential, &account.validity, remembered) {
            renew(sign_ins, number, account, credential, app, now);
            return Answer::Works { by: credential.kind.means() };
        }
        let can = sign_ins.proves_at_home(account) || can_do_mfa(state, account);
        asked = if can { Answer::AsksForMfa } else { Answer::AsksToRegister };
    }
    asked
}

/// Refuses a user for whom no credential works.
pub(super) fn renewable<'a>(
    sign_ins: &SignIns,
    account: Option<&'a Account>,
    app: App,
    now: OffsetDateTime,
) -> Result<&'a Account, Answer> {
    let account = account.ok_or(Answer::Refused(Why::NoSuchUser))?;
    if !account.enabled {
        return Err(Answer::Refused(Why::Blocked));
    }
    if sign_ins.rules.block_high_risk && account.risk.is_high() {
        return Err(Answer::Refused(Why::HighRisk));
    }
    if app.hears_events() && account.validity.is_blocked_at(app, sign_ins.delay(app), now) {
        return Err(Answer::Refused(Why::StillBlockedForApp));
    }
    Ok(account)
}

/// Lists what may obtain a new access token: the session's own credential, then the device's primary refresh
/// token.
pub(super) fn candidates(sign_ins: &SignIns, number: usize) -> Vec<Credential> {
    let session = &sign_ins.sessions[number];
    let primary = sign_ins.primary(session.device, session.user);
    let primary = primary.filter(|_| session.kind.has_primary());
    let own = match session.held {
        Held::Own(credential) => Some(credential),
        Held::Nothing | Held::Primary => None,
    };
    own.into_iter().chain(primary).collect()
}

pub(super) fn is_good(
    sign_ins: &SignIns,
    state: &State,
    account: &Account,
    number: usize,
    credential: &Credential,
) -> bool {
    let now = whole_seconds(state.now());
    let signed_out = credential.kind.is_cookie() && sign_ins.signed_out.contains(&credential.browser_session);
    !signed_out
        && credential.is_good(&account.validity, state.device_standing(sign_ins.sessions[number].device), now)
}

/// Returns the credential that obtains a new token for a session.
pub(super) fn good(sign_ins: &SignIns, state: &State, number: usize) -> Result<Credential, Answer> {
    let account = state.directory.get(sign_ins.sessions[number].user);
    let account = renewable(sign_ins, account, App::LineOfBusiness, whole_seconds(state.now()))?;
    let is_good = |credential: &Credential| is_good(sign_ins, state, account, number, credential);
    candidates(sign_ins, number).into_iter().find(is_good).ok_or(Answer::AsksToSignIn)
}

fn renew(
    sign_ins: &mut SignIns,
    number: usize,
    account: &Account,
    mut credential: Credential,
    app: App,
    now: OffsetDateTime,
) {
    let primary = credential.kind == CredentialKind::PrimaryRefreshToken;
    credential.used = now;
    let fresh = sign_ins.next_number();
    let session = &mut sign_ins.sessions[number];
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
        // The device signed the browser, or the app, in again.
        let has_browser = session.kind.has_browser();
        let kind = if has_browser {
            CredentialKind::Cookie { persistent: false }
        } else {
            CredentialKind::RefreshToken
        };
        let not_after = credential.not_after.filter(|_| !has_browser);
        let again = Credential { kind, issued: now, browser_session: fresh, not_after, ..credential };
        session.held = Held::Own(again);
    }
    sign_ins.primaries.insert(place, credential);
}

/// Lets the user do MFA in a session that is otherwise good.
pub(super) fn answer_mfa(
    sign_ins: &mut SignIns,
    state: &mut State,
    number: usize,
    second: SecondFactor,
) -> Result<(), Answer> {
    let now = whole_seconds(state.now());
    let user = sign_ins.sessions[number].user;
    let account = state.directory.get(user).ok_or(Answer::Refused(Why::NoSuchUser))?;
    if !account.enabled {
        return Err(Answer::Refused(Why::Blocked));
    }
    let good = |credential: &Credential| is_good(sign_ins, state, account, number, credential);
    let mut credential = candidates(sign_ins, number).into_iter().find(good).ok_or(Answer::AsksToSignIn)?;
    if !sign_ins.proves_at_home(account) {
        check_second(state, account, second, None)?;
    }
    credential.mfa = Some(now);
    if second == SecondFactor::AccessPass {
        state.directory.change(user, state.clock.now(), Account::use_access_pass);
    }
    if credential.kind == CredentialKind::PrimaryRefreshToken {
        sign_ins.primaries.insert((sign_ins.sessions[number].device, user), credential);
    } else {
        sign_ins.sessions[number].held = Held::Own(credential);
    }
    Ok(())
}
