//! The stage of a play: the tenant, the account, the attacker, and time that passes.

use std::time::Duration;

use http::Method;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt as _, SeedableRng as _};
use time::OffsetDateTime;

use super::super::SimulatedTenant;
use super::super::graph::fault::Fault;
use super::super::seed::method::NewMethod;
use super::super::seed::user::NewUser;
use super::super::sign_in::{Adversary, Device, Foothold, Move, SignIn, SignInSimulation};
use super::super::tenant::app::App;
use super::super::tenant::role::Role;
use super::between::Between;
use super::night::Night;
use super::strategy::Strategy;
use crate::Guard;
use crate::client::ClientBuilder;
use crate::ids::{MethodId, ObjectId};
use crate::knowledge::{AccountKind, Incident, RegisteredBy};
use crate::model::{MigrationState, PerUserMfaState};

/// How long a request takes.
const REQUEST: Duration = Duration::from_millis(300);

/// How long it takes until the help desk helps somebody who rings.
const CALL: Duration = Duration::from_secs(10 * 60);

/// When the first sync comes.
const FIRST_SYNC: Duration = Duration::from_secs(10 * 60);

/// How often Active Directory is synced.
const SYNC: Duration = Duration::from_secs(30 * 60);

/// What is different in the tenant of a play.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Twist {
    /// A Conditional Access policy blocks users whose risk is high.
    BlocksHighRisk,
    /// The service refuses to block the account: the responder lacks the role.
    RefusesBlock,
    /// A block reaches sign-ins two minutes later.
    BlockSpreads,
    /// Nobody is asked for MFA.
    NoMfa,
    /// A Conditional Access policy requires MFA to register a method.
    GuardsRegistration,
    /// A revocation spares primary refresh tokens: the sources disagree.
    SparesPrimaries,
    /// Users may not consent to applications.
    NoConsent,
    /// The home tenant of a guest does nothing.
    HomeStays,
    /// It is the rightful user who calls, not the attacker.
    UserCalls,
    /// The first sync from Active Directory comes so many minutes after the first request.
    SyncAfter(u8),
    /// Somebody enables the attacker's application again.
    ApplicationEnabledAgain,
    /// The first request is sent so many milliseconds after a full second.
    After(u16),
    /// How long events take to reach applications, drawn by a seed.
    Delays(u64),
    /// Faults of the service, drawn by a seed.
    Faults(u64),
}

/// What is on a stage: the incident, what the attacker has, what is different, and how he plays.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub(super) night: Night,
    /// The account's id, if a plan names it.
    pub(super) account: Option<ObjectId>,
    /// What the attacker has, if it is not what the incident gives.
    pub(super) holding: Option<Vec<Foothold>>,
    pub(super) twists: Vec<Twist>,
    pub(super) strategy: Strategy,
    pub(super) explores: bool,
    /// Whether the tenant's clock is put forward for each request, where tokio's clock is the machine's.
    pub(super) jumps: bool,
}

impl Scene {
    fn footholds(&self) -> &[Foothold] {
        self.holding.as_deref().unwrap_or_else(|| self.night.footholds())
    }
}

pub(super) struct Stage {
    pub(super) tenant: SimulatedTenant,
    pub(super) simulation: SignInSimulation,
    pub(super) user: String,
    pub(super) account: ObjectId,
    /// The user's own computer.
    pub(super) computer: Device,
    pub(super) between: Between,
    night: Night,
    /// The methods that are the user's own.
    own: Vec<MethodId>,
    user_calls: bool,
    home_stays: bool,
    synced: Option<OffsetDateTime>,
}

impl Stage {
    /// Makes the tenant, and lets the attacker get what the incident gives.
    pub(super) fn set(scene: &Scene) -> Self {
        let (night, footholds) = (scene.night, scene.footholds());
        let tenant = SimulatedTenant::contoso();
        tenant.keep_exchanges(false);
        if !scene.jumps {
            tenant.set_latency(REQUEST);
        }
        let user = match night.account() {
            AccountKind::ExternalGuest => "kim_fabrikam.example#EXT#@contoso.example",
            _ => "kim@contoso.example",
        };
        let new = account(night, user);
        let new = scene.account.into_iter().fold(new, NewUser::id);
        let account = tenant.add_user(new).id;
        let own = tenant.methods_of(user).into_iter().map(|method| method.id).collect();
        let simulation = tenant.sign_in_simulation();
        simulation.require_mfa(true);
        if footholds.contains(&Foothold::AppPassword) {
            // App passwords belong to legacy per-user MFA.
            simulation.require_mfa(false);
            tenant.set_policy_migration_state(MigrationState::PreMigration);
            tenant.set_per_user_mfa(user, PerUserMfaState::Enforced);
        }
        let computer = simulation.browser();
        let mut adversary = Adversary::new(&simulation, user);
        for foothold in footholds {
            adversary.gets(*foothold);
            simulation.advance(Duration::from_secs(20));
        }
        // The user last signed in on the computer in the morning.
        simulation.advance(Duration::from_secs(20 * 60));
        adversary.rings_from(simulation.now() + CALL);
        if scene.twists.contains(&Twist::NoConsent) {
            adversary.consent_is_stopped();
        }
        for twist in &scene.twists {
            twisted(&simulation, user, account, *twist);
        }
        let first_sync = scene.twists.iter().find_map(|twist| match twist {
            Twist::SyncAfter(minutes) => Some(Duration::from_secs(60 * u64::from(*minutes))),
            _ => None,
        });
        let last_sync = simulation.now() + first_sync.unwrap_or(FIRST_SYNC) - SYNC;
        let synced = (night.account() == AccountKind::Synced).then_some(last_sync);
        let between = Between::new(
            &tenant,
            adversary,
            scene.strategy.clone(),
            scene.explores,
            scene.jumps.then_some(REQUEST),
        );
        let user = user.to_owned();
        let is = |twist| scene.twists.contains(&twist);
        let (user_calls, home_stays) = (is(Twist::UserCalls), is(Twist::HomeStays));
        Self {
            tenant,
            simulation,
            user,
            account,
            computer,
            between,
            night,
            own,
            user_calls,
            home_stays,
            synced,
        }
    }

    /// Returns the responder's client, before each request of which the attacker moves.
    pub(super) fn client(&self) -> ClientBuilder {
        self.tenant.client_builder().transport(self.between.clone())
    }

    /// Returns the client of people who act on what the whole tenant shares.
    pub(super) fn administrator(&self) -> ClientBuilder {
        self.client().guard(Guard::default().allow_tenant_wide())
    }

    /// Returns a client that the attacker does not see.
    pub(super) fn reader(&self) -> ClientBuilder {
        self.tenant.client_builder()
    }

    /// Returns the incident, as the responder knows it.
    pub(super) fn incident(&self) -> Incident {
        match self.night {
            Night::Spray | Night::Unlocked | Night::Hybrid | Night::Guest => Incident::AccountTakeover,
            Night::Proxy => Incident::TokenTheft,
            Night::Passkey => Incident::SuspiciousMethod { suspects: Vec::new(), by: RegisteredBy::User },
            Night::HelpDesk => Incident::HelpDeskTricked { since: None },
            Night::Device => {
                let device = self.between.table().adversary.devices().first().map(|device| device.id);
                Incident::LostDevice { device }
            }
            Night::Consent => Incident::MaliciousConsent { grant: None },
            Night::Privileged => Incident::Privileged,
            Night::Caller => Incident::LostMethods { lost: Vec::new() },
            Night::Lockdown => Incident::Lockdown,
        }
    }

    /// Lets the user work, if the account is not blocked: the user opens what asks to be opened.
    pub(super) fn user_works(&self) {
        let sign_in = self.simulation.sign_in(&self.user, &self.computer, App::OfficePortal);
        if let Ok(session) = SignIn::passkey(sign_in).attempt() {
            self.between.table().adversary.lures(&session);
        }
    }

    /// Returns the methods that the rightful user knows.
    pub(super) fn own_methods(&self) -> &[MethodId] {
        &self.own
    }

    /// Returns whether it is the attacker who calls and asks for help.
    pub(super) fn caller_is_attacker(&self) -> bool {
        self.night == Night::Caller && !self.user_calls
    }

    /// Returns whether the home tenant of a guest does nothing.
    pub(super) const fn home_stays(&self) -> bool {
        self.home_stays
    }

    /// Returns whether the account is a guest's.
    pub(super) fn is_guest(&self) -> bool {
        self.night.account() == AccountKind::ExternalGuest
    }

    /// Returns whether the account is synced from Active Directory.
    pub(super) const fn is_synced(&self) -> bool {
        self.synced.is_some()
    }

    /// Lets time pass, in which the attacker uses what he has, and Active Directory is synced.
    pub(super) fn pass(&mut self, time: Duration, look_every: Duration) {
        let end = self.simulation.now() + time;
        while self.simulation.now() < end {
            let left = Duration::try_from(end - self.simulation.now()).unwrap_or_default();
            self.simulation.advance(look_every.min(left));
            if let Some(last) = &mut self.synced
                && self.simulation.now() - *last >= SYNC
            {
                self.tenant.run_sync();
                *last = self.simulation.now();
            }
            self.between.gap();
            self.between.table().adversary.make(Move::Use);
        }
    }
}

/// Makes something different.
fn twisted(simulation: &SignInSimulation, user: &str, account: ObjectId, twist: Twist) {
    let tenant = simulation.tenant();
    match twist {
        Twist::BlocksHighRisk => simulation.block_high_risk(true),
        Twist::RefusesBlock => {
            let path = format!("/users/{account}");
            tenant.inject(Fault::status(403).on(Method::PATCH, &path).times(u32::MAX));
        }
        Twist::BlockSpreads => simulation.set_block_delay(Duration::from_secs(120)),
        Twist::NoMfa => simulation.require_mfa(false),
        Twist::GuardsRegistration => simulation.guard_registration(true),
        Twist::SparesPrimaries => simulation.let_primary_tokens_outlive_revocation(user, true),
        Twist::After(milliseconds) => simulation.advance(Duration::from_millis(milliseconds.into())),
        Twist::Delays(seed) => simulation.draw_event_delays(seed),
        Twist::Faults(seed) => faults(tenant, seed),
        Twist::NoConsent
        | Twist::HomeStays
        | Twist::UserCalls
        | Twist::SyncAfter(_)
        | Twist::ApplicationEnabledAgain => {}
    }
}

/// Injects a few faults, of a sort that a retry or a continued run gets over.
fn faults(tenant: &SimulatedTenant, seed: u64) {
    let mut drawn = Xoshiro256PlusPlus::seed_from_u64(seed);
    for _ in 0..drawn.random_range(0..4_u32) {
        let fault = match drawn.random_range(0..5_u32) {
            0 => Fault::status(429).retry_after("2"),
            1 => Fault::status(503),
            2 => Fault::status(500),
            3 => Fault::dropped(),
            _ => Fault::dropped().after_effect(),
        };
        tenant.inject(
            fault.on_path("/users/").after(drawn.random_range(0..30)).times(drawn.random_range(1..3)),
        );
    }
}

fn account(night: Night, user: &str) -> NewUser {
    let new = match night.account() {
        AccountKind::Synced => NewUser::cloud(user).synced(),
        AccountKind::ExternalGuest => NewUser::external_guest(user),
        _ => NewUser::cloud(user),
    };
    let new = new.named("Kim Example").method(NewMethod::authenticator("Pixel 9").default_method());
    match night.account() {
        AccountKind::ExternalGuest => new,
        _ if night == Night::Privileged => {
            new.role(Role::GlobalAdministrator).method(NewMethod::passkey("YubiKey"))
        }
        _ => new.method(NewMethod::phone_mobile("+1 4255550177")).method(NewMethod::passkey("YubiKey")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn every_incident_gives_what_it_says() {
        for night in Night::ALL {
            let stage = Stage::set(&Scene {
                night,
                account: None,
                holding: None,
                twists: Vec::new(),
                strategy: Strategy::Waits,
                explores: false,
                jumps: false,
            });
            let mut adversary = Adversary::new(&stage.simulation, &stage.user);
            for foothold in night.footholds() {
                assert!(adversary.gets(*foothold), "{night:?}: {foothold:?}");
            }
        }
    }
}
