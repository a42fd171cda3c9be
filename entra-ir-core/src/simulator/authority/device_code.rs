//! Device code: a code for the user to type elsewhere, and the polls of the client.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::client::{named, proven};
use super::endpoint::Endpoint;
use super::form::Form;
use super::issue::{SignedIn, Wanted, user_tokens};
use super::refresh_token::check_user;
use super::refusal::Refusal;
use super::scope::Scope;
use crate::simulator::tenant::clock::whole_seconds;
use crate::simulator::tenant::state::State;
use crate::simulator::tenant::token_service::{
    CODE_LIFE, CodeState, DeviceCode, POLLING_INTERVAL, RefreshToken,
};

/// The letters of a user code: none that is read as another.
const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// `POST /{tenant}/oauth2/v2.0/devicecode`.
pub(super) fn start(state: &mut State, at: &Endpoint, form: &Form) -> Result<Map<String, Value>, Refusal> {
    let registration = named(state, form)?;
    let scope = form.demand("scope")?;
    Scope::read(scope, &at.origin)?;
    let random = Uuid::new_v4().into_bytes();
    let letters = random.iter().take(9).map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]));
    let user_code: String = letters.collect();
    let code = Uuid::new_v4().simple().to_string();
    let address = at.device_login();
    let message = format!(
        "To sign in, use a web browser to open the page {address} and enter the code {user_code} to authenticate."
    );
    let mut body = Map::new();
    body.insert("user_code".into(), user_code.clone().into());
    body.insert("device_code".into(), code.clone().into());
    body.insert("verification_uri".into(), address.into());
    body.insert("expires_in".into(), CODE_LIFE.whole_seconds().into());
    body.insert("interval".into(), POLLING_INTERVAL.whole_seconds().into());
    body.insert("message".into(), message.into());
    let now = state.now();
    // Those that nobody asks for any more.
    state.tokens.device_codes.retain(|known| now < known.expires.saturating_add(CODE_LIFE));
    state.tokens.device_codes.push(DeviceCode {
        code,
        user_code,
        app_id: registration.app_id,
        scope: scope.to_owned(),
        expires: now.saturating_add(CODE_LIFE),
        interval: POLLING_INTERVAL,
        polled: None,
        state: CodeState::Pending,
    });
    Ok(body)
}

/// `grant_type=urn:ietf:params:oauth:grant-type:device_code`.
pub(super) fn poll(state: &mut State, at: &Endpoint, form: &Form) -> Result<Map<String, Value>, Refusal> {
    let (registration, is_confidential) = proven(state, at, form)?;
    if !registration.is_public && !is_confidential {
        return Err(Refusal::no_credential());
    }
    let device_code = form.demand("device_code")?;
    let wanted = Wanted::read(form)?;
    let now = state.now();
    let known =
        state.tokens.device_codes.iter_mut().find(|known| {
            known.code == device_code && known.app_id.eq_ignore_ascii_case(&registration.app_id)
        });
    let known = known.ok_or_else(Refusal::unknown_code)?;
    if now >= known.expires {
        return Err(Refusal::expired_code());
    }
    let (user, signed_in) = match known.state {
        CodeState::Declined => return Err(Refusal::declined()),
        CodeState::Approved { user, at } => (user, whole_seconds(at)),
        CodeState::Pending => {
            // A second of grace: the client counts from when it got the answer.
            let early = known.polled.is_some_and(|last| {
                now < last.saturating_add(known.interval).saturating_sub(time::Duration::SECOND)
            });
            known.polled = Some(now);
            if early {
                // RFC 8628, section 3.5.
                known.interval = known.interval.saturating_add(POLLING_INTERVAL);
                return Err(Refusal::slow_down());
            }
            return Err(Refusal::pending());
        }
    };
    let scope = Scope::read(&known.scope, &at.origin)?;
    let amr = vec!["pwd".into(), "mfa".into()];
    let app_id = registration.app_id.clone();
    let token = RefreshToken { app_id, user, issued: signed_in, used: signed_in, amr, is_confidential };
    check_user(state, &token)?;
    let signed_in = SignedIn { of: &registration, token };
    let answer = user_tokens(state, signed_in, &scope, at, (form, &wanted))?;
    // A code brings tokens once.
    state.tokens.device_codes.retain(|known| known.code != device_code);
    Ok(answer)
}

impl State {
    /// Approves the sign-in that a device code stands for. Returns whether there is such a pending code, and
    /// such a user who may sign in.
    pub(crate) fn approve_device_code(&mut self, user_code: &str, user: &str) -> bool {
        let at = self.now();
        let account = self.directory.find(user).and_then(|id| self.directory.get(id));
        let Some(user) = account.filter(|account| account.enabled).map(|account| account.id) else {
            return false;
        };
        self.settle_device_code(user_code, CodeState::Approved { user, at })
    }

    /// Declines it. Returns whether there is such a pending code.
    pub(crate) fn decline_device_code(&mut self, user_code: &str) -> bool {
        self.settle_device_code(user_code, CodeState::Declined)
    }

    fn settle_device_code(&mut self, user_code: &str, state: CodeState) -> bool {
        let now = self.now();
        let typed = user_code.trim();
        let pending = self.tokens.device_codes.iter_mut().find(|code| {
            code.user_code.eq_ignore_ascii_case(typed)
                && code.state == CodeState::Pending
                && now < code.expires
        });
        pending.map(|code| code.state = state).is_some()
    }
}
