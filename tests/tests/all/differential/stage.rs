//! A case on the simulated tenant: its state, the sign-ins, and what was reported.

use std::collections::HashMap;
use std::time::Duration;

use entra_ir_core::knowledge::ActionDone;
use entra_ir_core::model::{AccountSnapshot, MethodKind, MigrationState, PerUserMfaState};
use entra_ir_core::simulator::sign_in::{
    Answer, App, AppPassword, CredentialKind, Device, Means, SecondFactor, Session, SignIn, SignInSimulation,
};
use entra_ir_core::simulator::{NewMethod, NewUser};
use entra_ir_core::{Client, MethodId, ObjectId, SimulatedTenant};
use secrecy::{ExposeSecret, SecretString};
use time::OffsetDateTime;

use super::case::{Case, How, Kind, Mfa};

/// The applications that sessions are begun for and opened in a case. The others stay untouched, so that what
/// renews can be tried on them.
pub(super) const USED: [App; 4] = [App::OfficePortal, App::ExchangeOnline, App::WebApp, App::Graph];

/// What somebody proved in the beginning.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Origin {
    /// A password, by its place in [`Stage::passwords`].
    Password(usize),
    /// A method, and when it was registered.
    Method(MethodId, OffsetDateTime),
    /// A pass, by its place in [`Stage::passes`].
    Pass(usize),
    Home,
}

/// A session that somebody keeps.
pub(super) struct Kept {
    pub(super) session: Session,
    pub(super) origin: Origin,
    pub(super) began: OffsetDateTime,
    /// When the case last saw it used.
    pub(super) used: OffsetDateTime,
    /// Its owner signed out, or closed the browser.
    pub(super) ended: bool,
    /// When the pass ends that it began with.
    pub(super) pass_end: Option<OffsetDateTime>,
}

/// A password that the account had.
pub(super) struct Password {
    pub(super) secret: SecretString,
    /// The moment that was reported, for one that a known action set.
    pub(super) set_at: Option<OffsetDateTime>,
}

/// A pass that the account had.
pub(super) struct Pass {
    pub(super) id: MethodId,
    pub(super) secret: Option<SecretString>,
    /// The moment that was reported; none for one that was there before.
    pub(super) issued_at: Option<OffsetDateTime>,
    pub(super) start: OffsetDateTime,
    pub(super) end: OffsetDateTime,
    pub(super) once: bool,
}

pub(super) struct Stage {
    pub(super) case: Case,
    pub(super) user: String,
    pub(super) simulation: SignInSimulation,
    pub(super) client: Client,
    pub(super) devices: Vec<Device>,
    pub(super) kept: Vec<Kept>,
    pub(super) passwords: Vec<Password>,
    pub(super) passes: Vec<Pass>,
    pub(super) app_passwords: Vec<AppPassword>,
    /// On which device MFA may be remembered, and since when.
    pub(super) remembered: Vec<(Device, OffsetDateTime)>,
    /// The session that last gave each device its primary refresh token.
    pub(super) primaries: HashMap<ObjectId, usize>,
    pub(super) registered: HashMap<MethodId, OffsetDateTime>,
    pub(super) done: Vec<ActionDone>,
    pub(super) snapshots: Vec<AccountSnapshot>,
    pub(super) story: Vec<String>,
    start: OffsetDateTime,
    made: usize,
}

/// The methods that an account may have, one for each bit of a case.
fn method(bit: usize) -> Option<NewMethod> {
    Some(match bit {
        0 => NewMethod::phone_mobile("+1 4255550177"),
        1 => NewMethod::authenticator("Pixel 9").default_method(),
        2 => NewMethod::software_oath(),
        3 => NewMethod::hardware_oath("2308001999"),
        4 => NewMethod::passkey("YubiKey"),
        5 => NewMethod::windows_hello("LAPTOP"),
        6 => NewMethod::platform_credential("MacBook"),
        7 => NewMethod::passwordless_authenticator("Pixel 9"),
        8 => NewMethod::email("victim@example.org"),
        9 => NewMethod::external("Duo"),
        10 => NewMethod::phone_office("+1 4255550178"),
        11 => NewMethod::qr_code_pin(),
        12 => NewMethod::temporary_access_pass(Duration::from_secs(4 * 3600)),
        _ => return None,
    })
}

impl Stage {
    pub(super) fn new(case: &Case) -> Self {
        let tenant = SimulatedTenant::empty();
        tenant.keep_exchanges(false);
        let (user, new) = match case.kind {
            Kind::Guest => (
                "victim_fabrikam.example#EXT#@contoso.example",
                NewUser::external_guest as fn(&str) -> NewUser,
            ),
            Kind::Customer => ("victim@contoso.onmicrosoft.com", NewUser::customer as fn(&str) -> NewUser),
            Kind::Federated | Kind::SyncedFederated => {
                ("victim@federated.example", NewUser::cloud as fn(&str) -> NewUser)
            }
            _ => ("victim@contoso.example", NewUser::cloud as fn(&str) -> NewUser),
        };
        let mut new = new(user);
        if matches!(case.kind, Kind::Synced | Kind::SyncedFederated) {
            new = new.synced();
        }
        // A guest registers second factors here: a phone number, the app, a software token.
        let registers = if case.kind == Kind::Guest { 0..3 } else { 0..16 };
        let has = |bit: &usize| case.methods >> bit & 1 != 0;
        new = registers.filter(has).filter_map(method).fold(new, NewUser::method);
        tenant.add_user(new);
        let simulation = tenant.sign_in_simulation();
        simulation.draw_event_delays(case.delays);
        match case.mfa {
            Mfa::Nobody => {}
            Mfa::PerUser => tenant.set_per_user_mfa(user, PerUserMfaState::Enforced),
            Mfa::Conditional => simulation.require_mfa(true),
        }
        if !case.migrated {
            tenant.set_policy_migration_state(MigrationState::PreMigration);
        }
        simulation.remember_mfa_on_trusted_devices(case.trusted_days.then_some(14));
        simulation.block_high_risk(case.block_risky);
        simulation.guard_registration(case.guards);
        simulation.trust_guest_mfa(case.trusts_guests);
        tenant.set_read_delay(Duration::from_secs(60 * u64::from(case.read_delay)));
        let devices = vec![
            simulation.hybrid_joined_windows_of(user, "LAPTOP").unwrap(),
            simulation.joined_windows_of(user, "DESKTOP").unwrap(),
            simulation.browser(),
            simulation.in_private_browser(),
            simulation.phone("Pixel 9"),
            simulation.web_server("server"),
            simulation.unregistered_client("Pixel 10"),
            // As most hybrid devices are: without an owner, so in no list.
            simulation.hybrid_joined_windows("UNLISTED"),
            simulation.registered_phone_of(user, "Galaxy").unwrap(),
        ];
        let start = simulation.now();
        let secret = tenant.password_of(user);
        let passes = tenant
            .methods_of(user)
            .into_iter()
            .filter(|method| method.kind == MethodKind::TemporaryAccessPass);
        let passes = passes.map(|method| Pass {
            id: method.id,
            secret: None,
            issued_at: None,
            start,
            end: start + time::Duration::hours(4),
            once: false,
        });
        let mut stage = Self {
            case: case.clone(),
            user: user.to_owned(),
            client: tenant.client().unwrap(),
            devices,
            kept: Vec::new(),
            passwords: secret.into_iter().map(|secret| Password { secret, set_at: None }).collect(),
            passes: passes.collect(),
            app_passwords: Vec::new(),
            remembered: Vec::new(),
            primaries: HashMap::new(),
            registered: HashMap::new(),
            done: Vec::new(),
            snapshots: Vec::new(),
            story: Vec::new(),
            start,
            made: 0,
            simulation,
        };
        stage.note_methods();
        stage.registered.values_mut().for_each(|at| *at = OffsetDateTime::UNIX_EPOCH);
        stage
    }

    pub(super) fn tenant(&self) -> &SimulatedTenant {
        self.simulation.tenant()
    }

    pub(super) fn now(&self) -> OffsetDateTime {
        self.simulation.now()
    }

    /// The devices on which people sign in to applications: all but the unregistered client and the hybrid
    /// one without an owner.
    pub(super) fn with_apps(&self) -> [&Device; 7] {
        [0, 1, 2, 3, 4, 5, 8].map(|place| &self.devices[place])
    }

    /// The devices that can hold a primary refresh token: hybrid, joined, unregistered, hybrid without an
    /// owner, a registered phone.
    pub(super) fn with_primary(&self) -> [&Device; 5] {
        [0, 1, 6, 7, 8].map(|place| &self.devices[place])
    }

    /// Those of them that have an object in the directory.
    pub(super) fn with_object(&self) -> [&Device; 4] {
        [0, 1, 7, 8].map(|place| &self.devices[place])
    }

    pub(super) fn is_guest(&self) -> bool {
        self.case.kind == Kind::Guest
    }

    pub(super) fn is_synced(&self) -> bool {
        matches!(self.case.kind, Kind::Synced | Kind::SyncedFederated)
    }

    pub(super) fn tell(&mut self, what: impl std::fmt::Display) {
        let since = self.now() - self.start;
        self.story.push(format!("{:>8.1} min  {what}", since.as_seconds_f64() / 60.0));
    }

    pub(super) fn new_password(&mut self) -> String {
        self.made += 1;
        format!("Another-{}-time", self.made)
    }

    /// Takes a snapshot, as a responder does.
    pub(super) async fn take_snapshot(&mut self) {
        let snapshot = self.client.snapshot(self.user.as_str()).await.unwrap();
        self.snapshots.push(snapshot);
        // One before everything, and the latest.
        if self.snapshots.len() > 2 {
            self.snapshots.remove(1);
        }
    }

    /// Notes when methods were first seen.
    pub(super) fn note_methods(&mut self) {
        let (now, methods) = (self.now(), self.tenant().methods_of(&self.user));
        self.registered.retain(|id, _| methods.iter().any(|method| method.id == *id));
        for method in methods {
            self.registered.entry(method.id).or_insert(now);
        }
    }

    /// Records a new password. Without a time: it was not reported.
    pub(super) fn note_password(&mut self, set_at: Option<OffsetDateTime>) {
        let Some(secret) = self.tenant().password_of(&self.user) else { return };
        if self.passwords.last().is_none_or(|last| last.secret.expose_secret() != secret.expose_secret()) {
            self.passwords.push(Password { secret, set_at });
        }
    }

    pub(super) fn method_of(&self, kind: &MethodKind) -> Option<MethodId> {
        self.tenant()
            .methods_of(&self.user)
            .into_iter()
            .find(|method| method.kind == *kind)
            .map(|method| method.id)
    }

    /// The second factors that somebody who holds all of the account's methods can use.
    pub(super) fn factors(&self) -> Vec<SecondFactor> {
        if self.is_guest() && self.case.trusts_guests {
            return vec![SecondFactor::Push];
        }
        let kinds = self.tenant().methods_of(&self.user).into_iter().map(|method| method.kind);
        kinds
            .filter_map(|kind| match kind {
                MethodKind::MicrosoftAuthenticator => Some(SecondFactor::Push),
                MethodKind::Phone => Some(SecondFactor::Call),
                MethodKind::SoftwareOath => Some(SecondFactor::SoftwareCode),
                MethodKind::HardwareOath => Some(SecondFactor::HardwareCode),
                MethodKind::External => Some(SecondFactor::External),
                MethodKind::Fido2 => Some(SecondFactor::Passkey),
                MethodKind::TemporaryAccessPass => Some(SecondFactor::AccessPass),
                _ => None,
            })
            .collect()
    }

    /// Lets somebody begin by a way, and says what that was; nothing if the account has no such method.
    fn begin(&self, sign_in: SignIn, how: How, device: &Device) -> Option<(SignIn, Origin)> {
        let by = |kind: &MethodKind| {
            let id = self.method_of(kind)?;
            let registered = self.registered[&id];
            Some((id.clone(), Origin::Method(id, registered)))
        };
        Some(match how {
            How::Password => {
                (sign_in.current_password(), Origin::Password(self.passwords.len().checked_sub(1)?))
            }
            How::Passkey => {
                let (id, origin) = by(&MethodKind::Fido2)?;
                (sign_in.passkey().using(&id), origin)
            }
            How::Hello => {
                let (id, origin) = by(&MethodKind::WindowsHello)?;
                (sign_in.windows_hello().using(&id), origin)
            }
            How::Platform => {
                let (id, origin) = by(&MethodKind::PlatformCredential)?;
                (sign_in.platform_credential().using(&id), origin)
            }
            How::PhoneSignIn => {
                let (id, origin) = by(&MethodKind::PasswordlessAuthenticator)?;
                (sign_in.phone_sign_in().using(&id), origin)
            }
            How::Pass => {
                let id = self.method_of(&MethodKind::TemporaryAccessPass)?;
                let place = self.passes.iter().rposition(|pass| pass.id == id)?;
                (sign_in.current_access_pass(), Origin::Pass(place))
            }
            How::SingleSignOn => {
                let primary = *self.primaries.get(&device.id)?;
                (sign_in.single_sign_on(), self.kept[primary].origin.clone())
            }
            How::Home => (sign_in.in_home_tenant(), Origin::Home),
        })
    }

    /// Tries a sign-in, and keeps its session. A forced change of the password and a registration are gone
    /// along with.
    pub(super) fn sign_in(&mut self, sign_in: SignIn, how: How, device: &Device, remember: bool) {
        let how = if self.is_guest() { How::Home } else { how };
        let Some((mut sign_in, origin)) = self.begin(sign_in, how, device) else { return };
        if let Some(factor) = self.factors().first() {
            sign_in = sign_in.then(*factor);
        }
        if remember {
            sign_in = sign_in.remember_mfa_on_this_device();
        }
        let spared = self.simulation.remembers_mfa(&self.user, device);
        let new = self.new_password();
        let registering = NewMethod::phone_mobile("+1 4255550199");
        let outcome = sign_in.registering(registering).changing_password_to(new).attempt();
        self.note_password(None);
        self.note_methods();
        match outcome {
            Ok(session) => {
                // Who was spared the question left the mark as it was.
                if !spared && self.simulation.remembers_mfa(&self.user, device) {
                    self.remembered.retain(|(on, _)| on != device);
                    self.remembered.push((device.clone(), self.now()));
                }
                self.keep(session, origin, how, device);
            }
            Err(answer) => self.tell(format_args!("sign-in by {how:?} on {}: {answer}", device.name)),
        }
    }

    fn keep(&mut self, session: Session, origin: Origin, how: How, device: &Device) {
        let (now, number) = (self.now(), self.kept.len());
        let pass_end = match origin {
            Origin::Pass(place) => Some(self.passes[place].end),
            _ => None,
        };
        // A forced change on the way: what begins with it belongs to the password that it led to.
        let origin = match origin {
            Origin::Password(_) if how == How::Password => Origin::Password(self.passwords.len() - 1),
            origin => origin,
        };
        self.tell(format_args!("session {number}: {how:?} on {} ({origin:?})", device.name));
        if session
            .credential()
            .is_some_and(|credential| credential.kind == CredentialKind::PrimaryRefreshToken)
        {
            self.primaries.insert(device.id, number);
        }
        self.kept.push(Kept { session, origin, began: now, used: now, ended: false, pass_end });
    }

    /// Opens an application for good, which renews what the session holds.
    pub(super) fn open(&mut self, number: usize, app: App) {
        let Some(kept) = self.kept.get_mut(number) else { return };
        let answer = kept.session.open(app);
        if let Answer::Works { by } = answer {
            kept.used = self.simulation.now();
            let primary = self.primaries.get(&kept.session.device().id).copied();
            if let (Means::PrimaryRefreshToken, Some(primary)) = (by, primary) {
                // The device signed the browser in again.
                let (origin, pass_end) = (self.kept[primary].origin.clone(), self.kept[primary].pass_end);
                let now = self.simulation.now();
                self.kept[primary].used = now;
                let kept = &mut self.kept[number];
                (kept.origin, kept.pass_end, kept.ended) = (origin, pass_end, false);
            }
        }
        self.tell(format_args!("session {number} opens {app}: {answer}"));
    }

    /// Returns the origin of a session's strength: for one that the device holds, the last sign-in on the
    /// device.
    pub(super) fn origin(&self, number: usize) -> &Origin {
        let kept = &self.kept[number];
        let primary =
            kept.session.credential().is_some_and(|held| held.kind == CredentialKind::PrimaryRefreshToken);
        let from = self.primaries.get(&kept.session.device().id).filter(|_| primary);
        from.map_or(&kept.origin, |primary| &self.kept[*primary].origin)
    }
}
