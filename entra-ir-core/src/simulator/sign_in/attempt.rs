//! The steps of a sign-in.

use secrecy::ExposeSecret;
use time::OffsetDateTime;

use super::answer::{Answer, Why};
use super::choices::Choices;
use super::credential::{Credential, CredentialKind};
use super::device::{Device, DeviceKind};
use super::factors::{First, Proof, SecondFactor, can_do_mfa, check_first, check_second, has_registered};
use super::session_state::{Held, SessionState};
use super::sign_ins::SignIns;
use crate::ids::ObjectId;
use crate::model::{MethodKind, PerUserMfaState, UserKind};
use crate::simulator::tenant::account::Account;
use crate::simulator::tenant::clock::whole_seconds;
use crate::simulator::tenant::password::check;
use crate::simulator::tenant::state::State;

/// Tries to sign in. Returns the number of the new session, and the user.
pub(super) fn attempt(
    sign_ins: &mut SignIns,
    state: &mut State,
    wish: &Choices,
) -> Result<(usize, ObjectId), Answer> {
    let id = state.directory.find(&wish.user).ok_or(Answer::Refused(Why::NoSuchUser))?;
    if wish.app.is_none() && !wish.device.kind.has_primary() {
        return Err(Answer::Refused(Why::NotOnThisDevice));
    }
    // The keys of Windows Hello on it are refused with it.
    let by_its_key = matches!(wish.first, First::Strong(MethodKind::WindowsHello));
    if (wish.app.is_none() || by_its_key) && state.device_standing(wish.device.id).is_refused {
        return Err(Answer::Refused(Why::DeviceRefused));
    }
    let account = current(state, id)?;
    let now = whole_seconds(state.now());
    let mut proof = first_step(sign_ins, state, &account, wish)?;
    // A block reaches sign-ins when it has spread.
    let shown = state.directory.seen(id, state.now(), sign_ins.rules.block_delay);
    if !account.enabled && shown.is_none_or(|shown| !shown.enabled) {
        return Err(Answer::Refused(Why::Blocked));
    }
    if sign_ins.rules.block_high_risk && account.risk.is_high() {
        return Err(Answer::Refused(Why::HighRisk));
    }
    if proof.pass_until.is_some() {
        state.directory.change(id, state.clock.now(), Account::use_access_pass);
    }
    if proof.typed_password && (account.must_change_password || account.must_change_with_mfa) {
        // Without its flag, the change comes before MFA.
        if account.must_change_with_mfa {
            if !can_do_mfa(state, &account) {
                return Err(Answer::Refused(Why::PasswordChangeNeedsMfa));
            }
            proof.mfa = Some(second_step(sign_ins, state, &account, wish, now)?);
        }
        change_password(state, id, wish)?;
    }
    // Windows itself asks for no second factor.
    if wish.app.is_some() {
        require_mfa(sign_ins, state, id, wish, &mut proof)?;
    }
    if let Some(app) = wish.app.filter(|app| app.hears_events())
        && account.validity.is_blocked_at(app, sign_ins.delay(app), now)
    {
        return Err(Answer::Refused(Why::StillBlockedForApp));
    }
    Ok((begin(sign_ins, state, id, wish, proof), id))
}

fn current(state: &State, id: ObjectId) -> Result<Account, Answer> {
    state.directory.get(id).cloned().ok_or(Answer::Refused(Why::NoSuchUser))
}

fn first_step(sign_ins: &SignIns, state: &State, account: &Account, wish: &Choices) -> Result<Proof, Answer> {
    let now = whole_seconds(state.now());
    match &wish.first {
        // What a guest proves, it proves at home; nothing of this tenant matters.
        First::HomeTenant if account.kind() == UserKind::ExternalGuest => {
            let mfa = wish.second.filter(|_| sign_ins.rules.trust_guest_mfa).map(|_| now);
            Ok(Proof { password_based: false, typed_password: false, mfa, pass_until: None })
        }
        First::SingleSignOn => {
            let primary = sign_ins.primary(wish.device.id, account.id).ok_or(Answer::AsksToSignIn)?;
            if !primary.is_good(&account.validity, state.device_standing(wish.device.id), now) {
                return Err(Answer::AsksToSignIn);
            }
            Ok(Proof {
                password_based: primary.password_based,
                typed_password: false,
                mfa: primary.mfa,
                pass_until: None,
            })
        }
        _ if account.kind() == UserKind::ExternalGuest => Err(Answer::Refused(Why::NotHere)),
        first => check_first(state, account, first, wish.using.as_ref(), wish.device.kind),
    }
}

fn second_step(
    sign_ins: &SignIns,
    state: &mut State,
    account: &Account,
    wish: &Choices,
    now: OffsetDateTime,
) -> Result<OffsetDateTime, Answer> {
    let second = wish.second.ok_or(Answer::AsksForMfa)?;
    // The guest's own tenant checked it at home.
    if !sign_ins.proves_at_home(account) {
        check_second(state, account, second, wish.using.as_ref())?;
        if second == SecondFactor::AccessPass {
            state.directory.change(account.id, state.clock.now(), Account::use_access_pass);
        }
    }
    Ok(now)
}

fn change_password(state: &mut State, id: ObjectId, wish: &Choices) -> Result<(), Answer> {
    let new = wish.new_password.clone().ok_or(Answer::AsksToChangePassword)?;
    check(new.expose_secret()).map_err(|_| Answer::Refused(Why::PasswordNotAllowed))?;
    let now = state.now();
    state.directory.change(id, now, |account| {
        account.set_password(new, now);
        account.must_change_password = false;
        account.must_change_with_mfa = false;
    });
    Ok(())
}

/// Asks for MFA or for registration, if required.
fn require_mfa(
    sign_ins: &mut SignIns,
    state: &mut State,
    id: ObjectId,
    wish: &Choices,
    proof: &mut Proof,
) -> Result<(), Answer> {
    let now = whole_seconds(state.now());
    let account = current(state, id)?;
    let demand = sign_ins.demand(&account);
    if !demand.any() {
        return Ok(());
    }
    // A pass leads past passkeys to registration; a passkey itself never does.
    let leads_to_registration = proof.pass_until.is_some() && !has_registered(&account);
    let remembered = sign_ins.remembered(state, &account, wish.device.id);
    let probe = probe(state, &wish.device, *proof, now);
    if demand.is_satisfied(&probe, &account.validity, remembered.is_some()) && !leads_to_registration {
        // The token records when MFA was really done.
        proof.mfa = proof.mfa.or(remembered);
        return Ok(());
    }
    if leads_to_registration || !(sign_ins.proves_at_home(&account) || can_do_mfa(state, &account)) {
        if sign_ins.rules.guard_registration && proof.mfa.is_none() {
            return Err(Answer::Refused(Why::RegistrationGuarded));
        }
        register(state, id, wish)?;
        proof.mfa = Some(now);
    } else {
        proof.mfa = Some(second_step(sign_ins, state, &account, wish, now)?);
        if wish.remember && demand.per_user && sign_ins.rules.remembered_for(state).is_some() {
            sign_ins.remembered.insert((wish.device.id, id), now);
        }
    }
    Ok(())
}

fn register(state: &mut State, id: ObjectId, wish: &Choices) -> Result<(), Answer> {
    let method = wish.registering.clone().ok_or(Answer::AsksToRegister)?;
    method.register_for(id, state);
    let now = state.now();
    state.directory.change(id, now, |account| {
        if account.per_user_mfa == PerUserMfaState::Enabled {
            account.per_user_mfa = PerUserMfaState::Enforced;
        }
    });
    Ok(())
}

/// Returns what the sign-in would be kept by.
fn probe(state: &State, device: &Device, proof: Proof, now: OffsetDateTime) -> Credential {
    let kind = match device.kind {
        DeviceKind::Phone | DeviceKind::RegisteredPhone => CredentialKind::RefreshToken,
        DeviceKind::WebServer => CredentialKind::ConfidentialRefreshToken,
        _ => CredentialKind::Cookie { persistent: false },
    };
    Credential {
        kind,
        password_based: proof.password_based,
        issued: now,
        mfa: proof.mfa,
        used: now,
        // Tokens are capped when they are issued; a browser session continues (page "Temporary Access Pass").
        not_after: proof.pass_until.filter(|_| !kind.is_cookie()),
        browser_session: 0,
        device_term: state.device_standing(device.id).term,
    }
}

fn begin(sign_ins: &mut SignIns, state: &State, id: ObjectId, wish: &Choices, proof: Proof) -> usize {
    let now = whole_seconds(state.now());
    let mut credential = probe(state, &wish.device, proof, now);
    credential.browser_session = sign_ins.next_number();
    if let CredentialKind::Cookie { persistent } = &mut credential.kind {
        *persistent = wish.keep;
    }
    let Device { id: device, kind, .. } = wish.device;
    let held = if wish.app.is_none() {
        credential.kind = CredentialKind::PrimaryRefreshToken;
        credential.not_after = proof.pass_until;
        sign_ins.primaries.insert((device, id), credential);
        Held::Primary
    } else {
        Held::Own(credential)
    };
    let mut session = SessionState::new(id, device, kind, held, wish.hears_challenges);
    if let (Some(app), Some(account)) = (wish.app, state.directory.get(id)) {
        session.issue(app, account, proof.pass_until, now);
        if let Some(life) = app.own_session().filter(|_| kind.has_browser()) {
            session.own.insert(app, now.saturating_add(life));
        }
    }
    sign_ins.sessions.push(session);
    sign_ins.sessions.len() - 1
}
