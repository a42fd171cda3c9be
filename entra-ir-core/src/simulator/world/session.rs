//! A session that somebody has after a sign-in, and what it holds.

use std::collections::BTreeMap;
use std::fmt;

use time::OffsetDateTime;

use super::super::account::Account;
use super::SignInWorld;
use super::answer::Answer;
use super::app::App;
use super::credential::{Credential, CredentialKind};
use super::device::{Device, DeviceKind};
use super::factors::SecondFactor;
use super::open;
use super::state::World;
use super::token::AccessTokenState;
use crate::ids::ObjectId;
use crate::model::UserKind;

/// Where a session's credential is.
#[derive(Clone, Copy)]
pub(super) enum Held {
    Nothing,
    Own(Credential),
    /// The device has it.
    Primary,
}

#[derive(Clone)]
pub(super) struct SessionState {
    pub(super) user: ObjectId,
    pub(super) device: ObjectId,
    pub(super) kind: DeviceKind,
    pub(super) held: Held,
    pub(super) tokens: BTreeMap<App, AccessTokenState>,
    /// Until when applications keep sessions of their own.
    pub(super) own: BTreeMap<App, OffsetDateTime>,
    /// Whether the client understands claims challenges, so that its tokens can be refused early.
    pub(super) hears_challenges: bool,
}

impl SessionState {
    pub(super) fn new(
        user: ObjectId,
        device: ObjectId,
        kind: DeviceKind,
        held: Held,
        hears_challenges: bool,
    ) -> Self {
        Self { user, device, kind, held, tokens: BTreeMap::new(), own: BTreeMap::new(), hears_challenges }
    }

    /// Issues an access token. Guests have no continuous access evaluation.
    pub(super) fn issue(
        &mut self,
        app: App,
        account: &Account,
        not_after: Option<OffsetDateTime>,
        now: OffsetDateTime,
    ) {
        let long =
            app.takes_long_tokens() && self.hears_challenges && account.kind() != UserKind::ExternalGuest;
        self.tokens.insert(app, AccessTokenState::new(app, long, not_after, now));
    }

    pub(super) fn credential(&self, world: &World) -> Option<Credential> {
        match self.held {
            Held::Nothing => None,
            Held::Own(credential) => Some(credential),
            Held::Primary => world.primary(self.device, self.user),
        }
    }
}

/// Holds what a sign-in gave. A clone is another handle of the same session; [`copy_to`](Self::copy_to) is what a thief does.
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
    /// An access token that has ended is renewed silently where the session's cookie or refresh token is still good.
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

    /// Signs out, everywhere in this browser (single sign-out): its cookie ends, and its copies with it. Tokens of clients live on.
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

    /// Copies cookies and tokens to another device, as a thief does. A primary refresh token stays where it is.
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
        self.world.with(|world, _| world.sessions[self.number].credential(world))
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

/// Lets a browser be closed: what it keeps, it loses, unless the user chose to be kept signed in.
pub(super) fn close_browser(world: &mut World, device: &Device) {
    let private = device.kind == DeviceKind::InPrivateBrowser;
    let here = |session: &&mut SessionState| session.device == device.id && session.kind.has_browser();
    for session in world.sessions.iter_mut().filter(here) {
        // What a client of Windows itself holds is in no browser.
        if matches!(session.held, Held::Primary) {
            continue;
        }
        session.tokens.clear();
        let stays = matches!(session.held, Held::Own(credential)
            if credential.kind == (CredentialKind::Cookie { persistent: true }));
        if private || !stays {
            session.held = Held::Nothing;
        }
        if private {
            session.own.clear();
        }
    }
    if private {
        world.remembered.retain(|(on, _), _| *on != device.id);
    }
}
