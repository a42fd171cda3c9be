//! A session that somebody has after a sign-in, and what it holds.

use std::fmt;

use time::OffsetDateTime;

use super::answer::Answer;
use super::credential::Credential;
use super::device::Device;
use super::factors::SecondFactor;
use super::open;
use super::session_state::Held;
use super::simulation::SignInWorld;
use super::token::AccessTokenState;
use crate::ids::ObjectId;
use crate::simulator::tenant::app::App;

impl SignInWorld {
    /// Opens an application with a session: the same as [`Session::open`].
    pub fn open(&self, session: &Session, app: App) -> Answer {
        session.open(app)
    }
}

/// Holds what a sign-in gave. A clone is another handle of the same session; [`copy_to`](Self::copy_to) is
/// what a thief does.
#[derive(Clone)]
pub struct Session {
    pub(super) world: SignInWorld,
    pub(super) number: usize,
    pub(super) user: ObjectId,
    pub(super) device: Device,
}

impl Session {
    /// Returns whose session it is.
    pub const fn user(&self) -> ObjectId {
        self.user
    }

    /// Returns where it is.
    pub const fn device(&self) -> &Device {
        &self.device
    }

    /// Opens an application, and says what the user sees.
    ///
    /// An access token that has ended is renewed silently where the session's cookie or refresh token is
    /// still good.
    pub fn open(&self, app: App) -> Answer {
        self.world.with(|world, state| open::open(world, state, self.number, app))
    }

    /// Answers a prompt for MFA.
    ///
    /// # Errors
    /// What the user sees instead, for instance because the session is over.
    pub fn answer_mfa(&self, second: SecondFactor) -> Result<(), Answer> {
        self.world.with(|world, state| open::answer_mfa(world, state, self.number, second))
    }

    /// Signs out, everywhere in this browser (single sign-out): its cookie ends, and its copies with it.
    /// Tokens of clients live on.
    pub fn sign_out(&self) {
        self.world.with(|world, _| {
            let Some(session) = world.sessions.get_mut(self.number) else { return };
            if let Held::Own(credential) = session.held
                && credential.kind.is_cookie()
            {
                world.signed_out.insert(credential.browser_session);
                session.held = Held::Nothing;
                session.tokens.clear();
            }
        });
    }

    /// Copies cookies and tokens to another device, as a thief does. A primary refresh token stays where it
    /// is.
    pub fn copy_to(&self, device: &Device) -> Self {
        let number = self.world.with(|world, _| {
            let mut copy = world.sessions[self.number].clone();
            (copy.device, copy.kind) = (device.id, device.kind);
            if matches!(copy.held, Held::Primary) {
                copy.held = Held::Nothing;
            }
            world.sessions.push(copy);
            world.sessions.len() - 1
        });
        Self { number, device: device.clone(), ..self.clone() }
    }

    /// Returns what the session is kept by, good or not; nothing once it is wiped or signed out.
    pub fn credential(&self) -> Option<Credential> {
        self.world.with(|world, _| world.credential(self.number))
    }

    /// Returns the access token that the session holds for an application, good or not.
    pub fn access_token(&self, app: App) -> Option<AccessTokenState> {
        self.world.with(|world, _| world.sessions[self.number].tokens.get(&app).copied())
    }

    /// Returns until when an application keeps a session of its own.
    pub fn own_session(&self, app: App) -> Option<OffsetDateTime> {
        self.world.with(|world, _| world.sessions[self.number].own.get(&app).copied())
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
