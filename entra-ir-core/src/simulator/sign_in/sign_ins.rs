//! The state of a simulation besides the tenant: devices, sessions, choices, and event delays.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use time::OffsetDateTime;
use uuid::Uuid;

use super::application_state::ApplicationState;
use super::credential::{Credential, CredentialKind};
use super::device::{Device, DeviceKind};
use super::session_state::{Held, SessionState};
use crate::ids::ObjectId;
use crate::model::{MigrationState, PerUserMfaState, UserKind};
use crate::simulator::tenant::account::Account;
use crate::simulator::tenant::app::App;
use crate::simulator::tenant::clock::whole_seconds;
use crate::simulator::tenant::state::State;
use crate::simulator::tenant::validity::Validity;

/// The tenant's requirements for sign-ins that Graph does not show here.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches of one tenant")]
pub(super) struct Rules {
    /// A Conditional Access policy requires MFA of everybody.
    pub(super) require_mfa: bool,
    pub(super) block_high_risk: bool,
    pub(super) block_legacy: bool,
    /// A Conditional Access policy requires MFA of whoever registers security information.
    pub(super) guard_registration: bool,
    /// The tenant trusts the MFA that a guest did at home.
    pub(super) trust_guest_mfa: bool,
    /// For how long trusted devices may remember MFA (legacy settings).
    pub(super) trusted_days: Option<u16>,
    /// How long a block takes to reach sign-ins.
    pub(super) block_delay: Duration,
}

impl Rules {
    /// Returns for how long trusted devices remember MFA, where the policy has not taken over from the legacy
    /// settings.
    pub(super) fn remembered_for(&self, state: &State) -> Option<time::Duration> {
        let migrated = state.policy.migration == MigrationState::MigrationComplete;
        self.trusted_days.filter(|_| !migrated).map(|days| time::Duration::days(i64::from(days)))
    }
}

/// What requires MFA of a user.
#[derive(Clone, Copy)]
pub(super) struct Demand {
    /// Per-user MFA, the legacy way.
    pub(super) per_user: bool,
    /// A Conditional Access policy.
    pub(super) conditional: bool,
}

impl Demand {
    pub(super) const fn any(self) -> bool {
        self.per_user || self.conditional
    }

    /// Returns whether a credential satisfies it. MFA remembered on a trusted device counts only for per-user
    /// MFA.
    pub(super) fn is_satisfied(self, credential: &Credential, validity: &Validity, remembered: bool) -> bool {
        (!self.conditional || credential.mfa.is_some())
            && (!self.per_user || remembered || credential.satisfies_per_user_mfa(validity))
    }
}

#[derive(Clone)]
pub(super) struct SignIns {
    pub(super) rules: Rules,
    pub(super) sessions: Vec<SessionState>,
    /// The primary refresh tokens, by device and user.
    pub(super) primaries: HashMap<(ObjectId, ObjectId), Credential>,
    /// When MFA was done that a device remembers for a user.
    pub(super) remembered: HashMap<(ObjectId, ObjectId), OffsetDateTime>,
    /// The browser sessions that were signed out.
    pub(super) signed_out: HashSet<u64>,
    /// When accounts were deleted.
    pub(super) deleted: HashMap<ObjectId, OffsetDateTime>,
    /// The created app passwords with their users; `None` for a deleted one.
    pub(super) app_passwords: Vec<Option<ObjectId>>,
    /// The applications that act by a consent or a permission.
    pub(super) applications: Vec<ApplicationState>,
    pub(super) delays: BTreeMap<App, time::Duration>,
    pub(super) made: u64,
}

impl SignIns {
    pub(super) fn new() -> Self {
        Self {
            rules: Rules {
                require_mfa: false,
                block_high_risk: false,
                block_legacy: false,
                guard_registration: false,
                trust_guest_mfa: false,
                trusted_days: None,
                block_delay: Duration::ZERO,
            },
            sessions: Vec::new(),
            primaries: HashMap::new(),
            remembered: HashMap::new(),
            signed_out: HashSet::new(),
            deleted: HashMap::new(),
            app_passwords: Vec::new(),
            applications: Vec::new(),
            delays: BTreeMap::new(),
            made: 0,
        }
    }

    pub(super) fn delay(&self, app: App) -> time::Duration {
        self.delays.get(&app).copied().unwrap_or_default()
    }

    pub(super) fn primary(&self, device: ObjectId, user: ObjectId) -> Option<Credential> {
        self.primaries.get(&(device, user)).copied()
    }

    /// Returns the credential that keeps a session.
    pub(super) fn credential(&self, number: usize) -> Option<Credential> {
        let session = &self.sessions[number];
        match session.held {
            Held::Nothing => None,
            Held::Own(credential) => Some(credential),
            Held::Primary => self.primary(session.device, session.user),
        }
    }

    /// Closes a browser: it loses its sessions, unless the user chose to be kept signed in.
    pub(super) fn close_browser(&mut self, device: &Device) {
        let private = device.kind == DeviceKind::InPrivateBrowser;
        let here = |session: &&mut SessionState| session.device == device.id && session.kind.has_browser();
        for session in self.sessions.iter_mut().filter(here) {
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
            self.remembered.retain(|(on, _), _| *on != device.id);
        }
    }

    /// Returns whether the home tenant does the MFA of a guest, which this tenant trusts.
    pub(super) fn proves_at_home(&self, account: &Account) -> bool {
        self.rules.trust_guest_mfa && account.kind() == UserKind::ExternalGuest
    }

    pub(super) fn demand(&self, account: &Account) -> Demand {
        let per_user = matches!(account.per_user_mfa, PerUserMfaState::Enabled | PerUserMfaState::Enforced);
        Demand { per_user, conditional: self.rules.require_mfa }
    }

    /// Returns when MFA was done that the device still remembers.
    pub(super) fn remembered(
        &self,
        state: &State,
        account: &Account,
        device: ObjectId,
    ) -> Option<OffsetDateTime> {
        let time = self.rules.remembered_for(state)?;
        let at = *self.remembered.get(&(device, account.id))?;
        let now = whole_seconds(state.now());
        (at >= account.validity.remembered_from && now < at.saturating_add(time)).then_some(at)
    }

    /// Makes the next number; no two things of a simulation have the same.
    pub(super) fn next_number(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    pub(super) fn next_id(&mut self) -> ObjectId {
        let number = u128::from(self.next_number());
        ObjectId::new(Uuid::from_u128(0xdeb1_ce00_5afe_4ace_8b1d_0000_0000_0000 + number))
    }
}
