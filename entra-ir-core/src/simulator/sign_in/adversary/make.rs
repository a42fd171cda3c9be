//! How an adversary makes a move.

use std::time::Duration;

use secrecy::SecretString;

use super::elsewhere::Elsewhere;
use super::enter::{HIS, alone, enters, factors, opens};
use super::hand::{self, Owned};
use super::moves::Move;
use super::state::Adversary;
use super::way::{Way, method_since};
use crate::ids::ObjectId;
use crate::model::MethodKind;
use crate::simulator::seed::application::NewGrant;
use crate::simulator::seed::method::NewMethod;
use crate::simulator::sign_in::builder::SignIn;
use crate::simulator::sign_in::device::Device;
use crate::simulator::sign_in::session::Session;
use crate::simulator::sign_in::simulation::SignInSimulation;
use crate::simulator::tenant::app::App;

impl Adversary {
    /// Makes a move. Returns whether he gained something that he did not have.
    pub fn make(&mut self, played: Move) -> bool {
        let gained = make(self, played);
        if gained {
            self.gained = Some(self.simulation.now());
        }
        gained
    }

    /// Returns whether a move would gain something, without anything happening.
    pub fn would_gain(&self, played: Move) -> bool {
        self.in_fork().make(played)
    }

    /// Lets the user open his application in a session, and consent to it again where users may.
    pub fn lures(&mut self, session: &Session) {
        let Some(client) = self.hand.client else { return };
        let authorize = || self.simulation.authorize(session, client).ok();
        let mut authorized = authorize();
        if authorized.is_none() && self.hand.may_consent {
            authorized = grant(&self.simulation, &self.user, client).and_then(|()| authorize());
        }
        self.hand.applications.extend(authorized);
    }
}

fn make(adversary: &mut Adversary, played: Move) -> bool {
    match played {
        Move::Use => uses(adversary),
        Move::SignIn => signs_in(adversary),
        Move::SignInByMethod => signs_in_by_method(adversary),
        Move::UsePass => uses_pass(adversary),
        Move::RenewByDevice => renews_by_device(adversary),
        Move::RegisterAuthenticator => {
            registers(adversary, &MethodKind::MicrosoftAuthenticator, || NewMethod::authenticator("SM-S931B"))
        }
        Move::RegisterPasskey => {
            registers(adversary, &MethodKind::Fido2, || NewMethod::passkey("Security key 2"))
        }
        Move::RegisterPhone => registers_phone(adversary),
        Move::ResetPassword => resets(adversary),
        Move::Consent => consents(adversary),
        Move::RingForPass => desk_helps(adversary) && gets_pass(adversary),
        Move::RingForReregistration => rings_for_reregistration(adversary),
        Move::Administer => administers(adversary),
        Move::AwaitSync => awaits_sync(adversary),
    }
}

/// Opens everything, and notes by what he was in. Returns whether anything was renewed.
fn uses(adversary: &mut Adversary) -> bool {
    let now = adversary.simulation.now();
    let user = adversary.simulation.tenant().user(&adversary.user);
    // What opens nothing while sign-in is allowed never will again.
    let is_enabled = user.is_some_and(|user| user.enabled);
    let mut ways = Vec::new();
    let mut kept: Vec<(Vec<Way>, ObjectId, Session)> = Vec::new();
    for session in std::mem::take(&mut adversary.hand.sessions).into_iter().rev() {
        let mut own = Vec::new();
        opens(&session, &mut own);
        // A newer session on the same device that opens as much is worth more than an older one.
        let device = session.device().id;
        let is_worth_less = |(others, on, _): &(Vec<Way>, ObjectId, Session)| {
            *on == device && own.iter().all(|way| others.contains(way))
        };
        let is_dead = own.is_empty() && is_enabled;
        if !is_dead && (own.is_empty() || !kept.iter().any(is_worth_less)) {
            kept.push((own.clone(), device, session));
        }
        for way in own {
            if !ways.contains(&way) {
                ways.push(way);
            }
        }
    }
    adversary.hand.sessions = kept.into_iter().rev().map(|(_, _, session)| session).collect();
    for application in &adversary.hand.applications {
        if application.open().works() {
            ways.push(Way::Application);
        }
    }
    for password in &adversary.hand.app_passwords {
        if password.open().works() {
            ways.push(Way::AppPassword);
        }
    }
    let places = adversary.hand.elsewhere.iter().filter(|place| place.is_access());
    ways.extend(places.map(|place| Way::Elsewhere(*place)));
    let renewed = ways.iter().any(|way| matches!(way, Way::Session { .. }) && way.renews());
    for way in ways {
        note(adversary, way, now);
    }
    renewed
}

fn note(adversary: &mut Adversary, way: Way, now: time::OffsetDateTime) {
    match adversary.last.iter_mut().find(|(known, _)| *known == way) {
        Some((_, at)) => *at = now,
        None => adversary.last.push((way, now)),
    }
}

/// Keeps a new session, and notes by what he got it.
fn keeps(adversary: &mut Adversary, session: Option<Session>, way: Way) -> bool {
    let Some(session) = session else { return false };
    let now = adversary.simulation.now();
    adversary.hand.sessions.push(session);
    note(adversary, way, now);
    true
}

fn signs_in(adversary: &mut Adversary) -> bool {
    let simulation = adversary.simulation.clone();
    let browser = adversary.hand.browser(&simulation);
    if adversary.hand.home {
        let trusts = |sign_in: SignIn| sign_in.in_home_tenant();
        let entered = enters(adversary, &simulation, &browser, &trusts);
        return keeps(adversary, entered, Way::Home);
    }
    let passwords = adversary.hand.passwords.clone();
    let before = simulation.tenant().methods_of(&adversary.user);
    for password in passwords.into_iter().rev() {
        let typed = |sign_in: SignIn| sign_in.password(password.clone());
        if let Some(session) = enters(adversary, &simulation, &browser, &typed) {
            // What the sign-in changed is his.
            adversary.hand.passwords.extend(adversary.changed_password());
            adversary.keep_new(&before, &MethodKind::MicrosoftAuthenticator);
            return keeps(adversary, Some(session), Way::Password);
        }
    }
    false
}

impl Adversary {
    /// Returns his own password, if it has become the account's.
    fn changed_password(&self) -> Option<SecretString> {
        use secrecy::ExposeSecret as _;
        let current = self.simulation.tenant().password_of(&self.user)?;
        let known = self.hand.passwords.iter().any(|known| known.expose_secret() == current.expose_secret());
        (!known && current.expose_secret() == HIS).then_some(current)
    }

    /// Keeps a method that was not there before.
    fn keep_new(&mut self, before: &[crate::simulator::SimulatedMethod], kind: &MethodKind) -> bool {
        let after = self.simulation.tenant().methods_of(&self.user);
        let Some(id) = method_since(before, &after, kind) else { return false };
        self.hand.methods.push(Owned { kind: kind.clone(), id, device: None });
        true
    }
}

fn signs_in_by_method(adversary: &mut Adversary) -> bool {
    let simulation = adversary.simulation.clone();
    let mut any = false;
    for held in adversary.hand.methods.clone() {
        let Some(device) = adversary.device_for(&held) else { continue };
        let Some(alone) = alone(&held) else { continue };
        let first = |sign_in: SignIn| alone(sign_in).using(&held.id);
        let entered = enters(adversary, &simulation, &device, &first);
        any |= keeps(adversary, entered, Way::Method { kind: held.kind.clone(), id: held.id.clone() });
    }
    any
}

fn uses_pass(adversary: &mut Adversary) -> bool {
    let simulation = adversary.simulation.clone();
    let is_his = adversary.hand.pass.is_some();
    if !is_his || hand::pass_of(&simulation, &adversary.user) != adversary.hand.pass {
        return false;
    }
    let browser = adversary.hand.browser(&simulation);
    let before = simulation.tenant().methods_of(&adversary.user);
    let entered = enters(adversary, &simulation, &browser, &SignIn::current_access_pass);
    adversary.keep_new(&before, &MethodKind::MicrosoftAuthenticator);
    keeps(adversary, entered, Way::Pass)
}

fn renews_by_device(adversary: &mut Adversary) -> bool {
    let simulation = adversary.simulation.clone();
    let mut any = false;
    for device in adversary.hand.devices.clone() {
        let Some(class) = adversary.primary_class(&device) else { continue };
        let entered = enters(adversary, &simulation, &device, &SignIn::single_sign_on);
        any |= keeps(adversary, entered, Way::Session { class, device: device.id });
    }
    any
}

fn registers(adversary: &mut Adversary, kind: &MethodKind, method: impl Fn() -> NewMethod) -> bool {
    let there = adversary.simulation.tenant().methods_of(&adversary.user);
    let has = |held: &Owned| held.kind == *kind && there.iter().any(|method| method.id == held.id);
    if adversary.hand.methods.iter().any(has) {
        return false;
    }
    let registered = adversary.hand.sessions.iter().rev().any(|session| session.register(method()).is_ok());
    registered && adversary.keep_new(&there, kind)
}

fn registers_phone(adversary: &mut Adversary) -> bool {
    let works = |device: &Device| {
        let fork = adversary.simulation.fork();
        enters(adversary, &fork, device, &SignIn::single_sign_on).is_some()
    };
    if adversary.hand.devices.iter().any(works) {
        return false;
    }
    let mut sessions = adversary.hand.sessions.iter().rev();
    let Some(phone) = sessions.find_map(|session| session.register_phone("SM-S931B").ok()) else {
        return false;
    };
    adversary.hand.devices.push(phone);
    true
}

fn resets(adversary: &mut Adversary) -> bool {
    use secrecy::ExposeSecret as _;
    let current = adversary.simulation.tenant().password_of(&adversary.user);
    let known = |current: &SecretString| {
        adversary.hand.passwords.iter().any(|known| known.expose_secret() == current.expose_secret())
    };
    if current.is_none_or(|current| known(&current)) {
        return false;
    }
    let user = adversary.user.clone();
    let reset = factors(adversary)
        .into_iter()
        .any(|(factor, _)| adversary.simulation.self_service_password_reset(&user, factor, HIS).is_ok());
    if reset {
        adversary.hand.passwords.push(SecretString::from(HIS));
    }
    reset
}

fn consents(adversary: &mut Adversary) -> bool {
    let Some(client) = adversary.hand.client.filter(|_| adversary.hand.may_consent) else { return false };
    if adversary.hand.applications.iter().any(|application| application.open().works()) {
        return false;
    }
    let signed_in = adversary.hand.sessions.iter().rfind(|session| session.open(App::LineOfBusiness).works());
    let Some(session) = signed_in.cloned() else { return false };
    let consented = grant(&adversary.simulation, &adversary.user, client)
        .and_then(|()| adversary.simulation.authorize(&session, client).ok());
    consented.map(|application| adversary.hand.applications.push(application)).is_some()
}

/// Consents to his application in the user's name; `None` if it is disabled.
fn grant(simulation: &SignInSimulation, user: &str, client: ObjectId) -> Option<()> {
    let tenant = simulation.tenant();
    let graph = tenant.service_principal("Microsoft Graph")?;
    if tenant.is_application_enabled(client) != Some(true) {
        return None;
    }
    tenant.add_grant(NewGrant::of_user(user, client, graph, "Mail.Read offline_access")).map(drop)
}

fn desk_helps(adversary: &Adversary) -> bool {
    adversary.hand.desk.is_some_and(|from| from <= adversary.simulation.now())
}

/// Gets a pass of eight hours, in the place of one that is there.
fn gets_pass(adversary: &mut Adversary) -> bool {
    let (tenant, user) = (adversary.simulation.tenant().clone(), adversary.user.clone());
    let his = adversary.hand.pass.clone();
    if adversary.hand.home || his.is_some() && hand::pass_of(&adversary.simulation, &user) == his {
        return false;
    }
    let eight_hours = Duration::from_secs(8 * 3600);
    adversary.simulation.portal().delete_access_pass(&user);
    let made = tenant.add_method(&user, NewMethod::temporary_access_pass(eight_hours));
    adversary.hand.pass = hand::pass_of(&adversary.simulation, &user);
    made.is_some()
}

fn rings_for_reregistration(adversary: &Adversary) -> bool {
    let goes = |kind: &MethodKind| {
        matches!(kind, MethodKind::Phone | MethodKind::MicrosoftAuthenticator | MethodKind::SoftwareOath)
    };
    let there = adversary.simulation.tenant().methods_of(&adversary.user);
    // It is worth a call if a method would go that is not his own.
    let theirs = there.iter().filter(|method| goes(&method.kind));
    let mut theirs = theirs.filter(|method| adversary.hand.methods.iter().all(|held| held.id != method.id));
    let helps = desk_helps(adversary) && theirs.next().is_some();
    if helps {
        adversary.simulation.portal().require_reregistration(&adversary.user);
    }
    helps
}

/// Acts as an administrator: the account is unblocked, and he gets a pass.
fn administers(adversary: &mut Adversary) -> bool {
    if !adversary.has(Elsewhere::SecondAccount) {
        return false;
    }
    let unblocked = adversary.simulation.portal().unblock(&adversary.user);
    gets_pass(adversary) || unblocked
}

/// Returns whether the sync let him in: it enabled the account again.
fn awaits_sync(adversary: &Adversary) -> bool {
    let tenant = adversary.simulation.tenant();
    let enabled = || tenant.user(&adversary.user).is_some_and(|user| user.enabled);
    let before = enabled();
    tenant.run_sync();
    enabled() && !before
}
