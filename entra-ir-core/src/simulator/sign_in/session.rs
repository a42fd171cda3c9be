//! A session after a sign-in, and its credentials.

use std::fmt;

use time::OffsetDateTime;

use super::answer::Answer;
use super::credential::Credential;
use super::device::{Device, DeviceKind};
use super::factors::SecondFactor;
use super::open;
use super::session_state::Held;
use super::simulation::SignInSimulation;
use super::token::AccessTokenState;
use crate::ids::ObjectId;
use crate::simulator::seed::device::NewDevice;
use crate::simulator::tenant::app::App;

impl SignInSimulation {
    /// Opens an application with a session: the same as [`Session::open`].
    pub fn open(&self, session: &Session, app: App) -> Answer {
        session.open(app)
    }
}

/// Holds the result of a sign-in. A clone is another handle of the same session; [`copy_to`](Self::copy_to)
/// copies it as a thief does.
#[derive(Clone)]
pub struct Session {
    pub(super) simulation: SignInSimulation,
    pub(super) number: usize,
    pub(super) user: ObjectId,
    pub(super) device: Device,
}

impl Session {
    /// Returns the user of the session.
    pub const fn user(&self) -> ObjectId {
        self.user
    }

    /// Returns the device of the session.
    pub const fn device(&self) -> &Device {
        &self.device
    }

    /// Opens an application, and returns what the user sees.
    ///
    /// An access token that has ended is renewed silently if the session's cookie or refresh token is still
    /// valid.
    pub fn open(&self, app: App) -> Answer {
        self.simulation.with(|sign_ins, state| open::open(sign_ins, state, self.number, app))
    }

    /// Answers a prompt for MFA.
    ///
    /// # Errors
    /// What the user sees instead, for instance because the session is over.
    pub fn answer_mfa(&self, second: SecondFactor) -> Result<(), Answer> {
        self.simulation.with(|sign_ins, state| open::answer_mfa(sign_ins, state, self.number, second))
    }

    /// Signs out, everywhere in this browser (single sign-out): its cookie ends, and its copies with it.
    /// Tokens of clients survive.
    pub fn sign_out(&self) {
        self.simulation.with(|sign_ins, _| {
            let Some(session) = sign_ins.sessions.get_mut(self.number) else { return };
            if let Held::Own(credential) = session.held
                && credential.kind.is_cookie()
            {
                sign_ins.signed_out.insert(credential.browser_session);
                session.held = Held::Nothing;
                session.tokens.clear();
            }
        });
    }

    /// Copies cookies and tokens to another device, as a thief does. A primary refresh token is not copied.
    pub fn copy_to(&self, device: &Device) -> Self {
        let number = self.simulation.with(|sign_ins, state| {
            let mut copy = sign_ins.sessions[self.number].clone();
            (copy.device, copy.kind) = (device.id, device.kind);
            match &mut copy.held {
                Held::Primary => copy.held = Held::Nothing,
                Held::Own(credential) if device.id != self.device.id => {
                    credential.device_term = state.device_standing(device.id).term;
                }
                Held::Own(_) | Held::Nothing => {}
            }
            sign_ins.sessions.push(copy);
            sign_ins.sessions.len() - 1
        });
        Self { number, device: device.clone(), ..self.clone() }
    }

    /// Registers a phone with the session, as an attacker does who holds it: the phone gets a primary refresh
    /// token of what the session was begun with.
    ///
    /// # Errors
    /// What the user sees instead, for instance because the session is over.
    pub fn register_phone(&self, name: &str) -> Result<Device, Answer> {
        let credential = self.simulation.with(|sign_ins, state| open::good(sign_ins, state, self.number))?;
        let now = self.simulation.now();
        let new = NewDevice::registered(name, "Android").registered_at(now);
        let id = self.simulation.tenant().add_device(&self.user.to_string(), new);
        let phone = self.simulation.device(DeviceKind::RegisteredPhone, name, id);
        self.simulation.with(|sign_ins, state| {
            // Assumed: the new token is of the same means as the session, and as old as the registration.
            let primary = credential.on_device(now, state.device_standing(phone.id).term);
            sign_ins.primaries.insert((phone.id, self.user), primary);
        });
        Ok(phone)
    }

    /// Returns the credential that keeps the session, valid or not; `None` after it is wiped or signed out.
    pub fn credential(&self) -> Option<Credential> {
        self.simulation.with(|sign_ins, _| sign_ins.credential(self.number))
    }

    /// Returns the access token that the session holds for an application, valid or not.
    pub fn access_token(&self, app: App) -> Option<AccessTokenState> {
        self.simulation.with(|sign_ins, _| sign_ins.sessions[self.number].tokens.get(&app).copied())
    }

    /// Returns until when an application keeps its own session.
    pub fn own_session(&self, app: App) -> Option<OffsetDateTime> {
        self.simulation.with(|sign_ins, _| sign_ins.sessions[self.number].own.get(&app).copied())
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("user", &self.user)
            .field("device", &self.device.name)
            .field("credential", &self.credential())
            .finish_non_exhaustive()
    }
}
