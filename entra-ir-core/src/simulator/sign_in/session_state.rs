//! The state of a session.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::credential::Credential;
use super::device::DeviceKind;
use super::token::AccessTokenState;
use crate::ids::ObjectId;
use crate::model::UserKind;
use crate::simulator::tenant::account::Account;
use crate::simulator::tenant::app::App;

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
    /// Until when applications keep their own sessions.
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
}
