//! Tries everything at a given time, on forks of the simulation, to find what really gives access.

use entra_ir_core::knowledge::TokenClass;
use entra_ir_core::model::MethodKind;
use entra_ir_core::simulator::NewMethod;
use entra_ir_core::simulator::sign_in::{
    Answer, App, CredentialKind, Device, Means, SecondFactor, Session, SignIn, SignInSimulation, Why,
};
use entra_ir_core::{MethodId, ObjectId};
use time::OffsetDateTime;

use super::stage::{Origin, Stage};

/// A session that got in.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) session: usize,
    pub(super) app: App,
    pub(super) class: TokenClass,
    /// When what let it in was begun.
    pub(super) began: OffsetDateTime,
    pub(super) device: ObjectId,
    pub(super) origin: Origin,
}

/// What a session holds, whether it lets in or not.
#[derive(Clone, Debug)]
pub(super) struct Holding {
    pub(super) session: usize,
    pub(super) class: TokenClass,
    pub(super) began: OffsetDateTime,
    pub(super) device: ObjectId,
    /// How long it lives unused; nothing for a token, which tells its end.
    pub(super) idle: Option<time::Duration>,
    /// What it was answered where that class would have let it in.
    pub(super) answer: Answer,
    /// Whether it is a token that has expired.
    pub(super) expired: bool,
}

/// Everything that was tried.
#[derive(Debug, Default)]
pub(super) struct Reality {
    pub(super) entries: Vec<Entry>,
    pub(super) holdings: Vec<Holding>,
    /// How often an application's own session let in.
    pub(super) own: usize,
    /// For each password that the account had.
    pub(super) passwords: Vec<Result<(), Answer>>,
    pub(super) passes: Vec<Result<(), Answer>>,
    /// For each method that somebody knows of; nothing for a type that the simulation cannot sign in by.
    pub(super) methods: Vec<(MethodId, Option<Result<(), Answer>>)>,
    pub(super) home: Option<Result<(), Answer>>,
    pub(super) app_password: Option<Result<(), Answer>>,
    /// Whether somebody who has nothing but the password, or the guest's home, can register a method.
    pub(super) registration: Option<Result<(), Answer>>,
    /// For each device that may remember MFA: since when, whether it does, and how the password alone fares
    /// there.
    pub(super) remembered: Vec<(OffsetDateTime, bool, Result<(), Answer>)>,
}

/// Forks the simulation when the last try may have changed it.
struct Tries<'a> {
    stage: &'a Stage,
    fork: Option<SignInSimulation>,
}

impl Tries<'_> {
    fn attempt(&mut self, make: impl Fn(&SignInSimulation) -> SignIn) -> Result<Session, Answer> {
        let fork = self.fork.take().unwrap_or_else(|| self.stage.simulation.fork());
        let outcome = make(&fork).attempt();
        // These come before anything is changed.
        let untouched = matches!(
            outcome,
            Err(Answer::Refused(
                Why::WrongPassword | Why::Blocked | Why::NotHere | Why::NoSuchUser | Why::PassNotUsable
            ))
        );
        if untouched {
            self.fork = Some(fork);
        }
        outcome
    }

    /// Tries a way in with every second factor that the account has, doing what is asked for.
    fn enter(&mut self, make: impl Fn(&SignInSimulation) -> SignIn) -> Result<Session, Answer> {
        let make = |fork: &SignInSimulation| {
            let sign_in = make(fork).changing_password_to("Thief-chose-1-this");
            sign_in.registering(NewMethod::phone_mobile("+1 4255550166"))
        };
        let outcome = self.attempt(make);
        if matches!(outcome, Err(Answer::AsksForMfa)) {
            for factor in self.stage.factors() {
                let second = self.attempt(|fork| make(fork).then(factor));
                if second.is_ok() {
                    return second;
                }
            }
        }
        outcome
    }
}

fn class_of(kind: CredentialKind, password_based: bool) -> TokenClass {
    match (kind, password_based) {
        (CredentialKind::Cookie { .. }, true) => TokenClass::PasswordCookie,
        (CredentialKind::Cookie { .. }, false) => TokenClass::OtherCookie,
        (CredentialKind::RefreshToken, true) => TokenClass::PasswordRefreshToken,
        (CredentialKind::RefreshToken, false) => TokenClass::OtherRefreshToken,
        (CredentialKind::PrimaryRefreshToken, true) => TokenClass::PasswordPrt,
        (CredentialKind::PrimaryRefreshToken, false) => TokenClass::OtherPrt,
        _ => TokenClass::ConfidentialClientToken,
    }
}

/// The page "Refresh tokens" says 90 days; a browser's session without "keep me signed in" is taken for a
/// day's.
const fn idle(kind: CredentialKind) -> time::Duration {
    match kind {
        CredentialKind::Cookie { persistent: false } => time::Duration::days(1),
        _ => time::Duration::days(90),
    }
}

impl Stage {
    /// Tries everything.
    pub(super) fn try_everything(&self) -> Reality {
        let mut reality = Reality::default();
        self.open_everything(&mut reality);
        let mut tries = Tries { stage: self, fork: None };
        self.sign_on(&mut tries, &mut reality);
        let (browser, portal) = (&self.devices[3], App::OfficePortal);
        for password in &self.passwords {
            let way = |fork: &SignInSimulation| {
                fork.sign_in(&self.user, browser, portal).password(password.secret.clone())
            };
            reality.passwords.push(tries.enter(way).map(drop));
        }
        for pass in &self.passes {
            let outcome = match &pass.secret {
                Some(secret) => {
                    tries.enter(|fork| fork.sign_in(&self.user, browser, portal).access_pass(secret.clone()))
                }
                None if self.method_of(&MethodKind::TemporaryAccessPass).as_ref() == Some(&pass.id) => {
                    tries.enter(|fork| fork.sign_in(&self.user, browser, portal).current_access_pass())
                }
                None => Err(Answer::Refused(Why::PassNotUsable)),
            };
            reality.passes.push(outcome.map(drop));
        }
        self.try_methods(&mut tries, &mut reality);
        if self.is_guest() {
            let home = |fork: &SignInSimulation| fork.sign_in(&self.user, browser, portal).in_home_tenant();
            reality.home = Some(tries.enter(home).map(drop));
        }
        reality.registration = Some(self.register_with_the_password_alone(&mut tries));
        let fork = self.simulation.fork();
        for password in &self.app_passwords {
            let answer = password.in_fork(&fork).unwrap().open();
            let outcome = if answer.works() { Ok(()) } else { Err(answer) };
            if reality.app_password != Some(Ok(())) {
                reality.app_password = Some(outcome);
            }
        }
        for (device, since) in &self.remembered {
            let outcome = tries.attempt(|fork| {
                let sign_in = fork.sign_in(&self.user, device, portal);
                let sign_in =
                    if self.is_guest() { sign_in.in_home_tenant() } else { sign_in.current_password() };
                sign_in.changing_password_to("Thief-chose-1-this")
            });
            reality.remembered.push((
                *since,
                self.simulation.remembers_mfa(&self.user, device),
                outcome.map(drop),
            ));
        }
        reality
    }

    /// Somebody who has no method, on a browser that remembers nothing, with the password or from the guest's
    /// home.
    fn register_with_the_password_alone(&self, tries: &mut Tries<'_>) -> Result<(), Answer> {
        let phone = || NewMethod::phone_mobile("+1 4255550167");
        let session = tries.attempt(|fork| {
            let sign_in = fork.sign_in(&self.user, &fork.browser(), App::OfficePortal);
            let sign_in = if self.is_guest() { sign_in.in_home_tenant() } else { sign_in.current_password() };
            sign_in.changing_password_to("Thief-chose-1-this").registering(phone())
        });
        session?.register(phone())
    }

    fn open_everything(&self, reality: &mut Reality) {
        let fork = self.simulation.fork();
        for number in 0..self.kept.len() {
            let session = self.kept[number].session.in_fork(&fork).unwrap();
            for app in App::ALL {
                self.open_one(reality, number, &session, app);
            }
        }
    }

    fn open_one(&self, reality: &mut Reality, number: usize, session: &Session, app: App) {
        let (held, token) = (session.credential(), session.access_token(app));
        let answer = session.open(app);
        // The application's own session hides what is below it.
        let by_app = answer == (Answer::Works { by: Means::AppSession });
        let device = session.device().id;
        let origin = self.origin(number).clone();
        // What a device holds may be newer than the token.
        let own = held.filter(|held| held.kind != CredentialKind::PrimaryRefreshToken);
        let entry = |class, began, origin: &Origin| Entry {
            session: number,
            app,
            class,
            began,
            device,
            origin: origin.clone(),
        };
        reality.own += usize::from(by_app);
        if let Some(token) = token.filter(|_| !by_app) {
            let class = match (token.revocable, token.long) {
                (true, _) => TokenClass::CaeAccessToken,
                (_, true) => TokenClass::GraphAccessToken,
                _ => TokenClass::PlainAccessToken,
            };
            let began = own.map_or(token.issued, |own| own.issued.min(token.issued));
            reality.holdings.push(Holding {
                session: number,
                class,
                began,
                device,
                idle: None,
                answer,
                expired: self.now() >= token.expires,
            });
            if answer == (Answer::Works { by: Means::AccessToken }) {
                reality.entries.push(entry(class, began, &origin));
            }
        }
        if let Some(held) = held {
            let class = class_of(held.kind, held.password_based);
            if !matches!(answer, Answer::Works { by: Means::AccessToken | Means::AppSession }) {
                let idle = Some(idle(held.kind));
                reality.holdings.push(Holding {
                    session: number,
                    class,
                    began: held.issued,
                    device,
                    idle,
                    answer,
                    expired: false,
                });
            }
            let by_own = matches!(answer, Answer::Works { by: Means::Cookie | Means::RefreshToken })
                || (held.kind == CredentialKind::PrimaryRefreshToken
                    && answer == (Answer::Works { by: Means::PrimaryRefreshToken }));
            if by_own {
                reality.entries.push(entry(class, held.issued, &origin));
            }
        }
    }

    /// Lets each Windows client sign its browser in.
    fn sign_on(&self, tries: &mut Tries<'_>, reality: &mut Reality) {
        for device in self.with_primary() {
            let Some(primary) = self.primaries.get(&device.id).copied() else { continue };
            let Some(held) = self.kept[primary].session.credential() else { continue };
            let class = class_of(held.kind, held.password_based);
            let outcome =
                tries.enter(|fork| fork.sign_in(&self.user, device, App::OfficePortal).single_sign_on());
            let answer = match &outcome {
                Ok(_) => Answer::Works { by: Means::PrimaryRefreshToken },
                Err(answer) => *answer,
            };
            let (began, origin) = (held.issued, self.kept[primary].origin.clone());
            let idle = Some(idle(held.kind));
            reality.holdings.push(Holding {
                session: primary,
                class,
                began,
                device: device.id,
                idle,
                answer,
                expired: false,
            });
            if outcome.is_ok() {
                let app = App::OfficePortal;
                reality.entries.push(Entry {
                    session: primary,
                    app,
                    class,
                    began,
                    device: device.id,
                    origin,
                });
            }
        }
    }

    fn try_methods(&self, tries: &mut Tries<'_>, reality: &mut Reality) {
        let mut known: Vec<(MethodKind, MethodId)> = Vec::new();
        for snapshot in &self.snapshots {
            for method in snapshot.methods.collected().into_iter().flat_map(|list| &list.methods) {
                if known.iter().all(|(_, id)| *id != method.id) {
                    known.push((method.kind.clone(), method.id.clone()));
                }
            }
        }
        for (kind, id) in known {
            let outcome = self.try_method(tries, &kind, &id);
            reality.methods.push((id, outcome));
        }
    }

    fn try_method(
        &self,
        tries: &mut Tries<'_>,
        kind: &MethodKind,
        id: &MethodId,
    ) -> Option<Result<(), Answer>> {
        let (windows, browser) = (&self.devices[0], &self.devices[3]);
        let on = |fork: &SignInSimulation, device: &Device| {
            fork.sign_in(&self.user, device, App::OfficePortal).using(id)
        };
        let mut alone =
            |with: fn(SignIn) -> SignIn, device| Some(tries.enter(|fork| with(on(fork, device))).map(drop));
        match kind {
            MethodKind::Fido2 => return alone(SignIn::passkey, browser),
            MethodKind::WindowsHello => return alone(SignIn::windows_hello, windows),
            MethodKind::PlatformCredential => return alone(SignIn::platform_credential, browser),
            MethodKind::PasswordlessAuthenticator => return alone(SignIn::phone_sign_in, browser),
            _ => {}
        }
        let second = match kind {
            MethodKind::MicrosoftAuthenticator => SecondFactor::Push,
            MethodKind::Phone => SecondFactor::Call,
            MethodKind::SoftwareOath => SecondFactor::SoftwareCode,
            MethodKind::HardwareOath => SecondFactor::HardwareCode,
            MethodKind::External => SecondFactor::External,
            MethodKind::Email => {
                let fork = self.simulation.fork();
                let code = SecondFactor::EmailCode;
                return Some(fork.self_service_password_reset(&self.user, code, "Thief-chose-1-this"));
            }
            MethodKind::TemporaryAccessPass => {
                let place = self.passes.iter().position(|pass| pass.id == *id)?;
                let passes = &self.passes[place];
                return Some(match &passes.secret {
                    Some(secret) => {
                        tries.enter(|fork| on(fork, browser).access_pass(secret.clone())).map(drop)
                    }
                    None if self.method_of(kind).as_ref() == Some(id) => {
                        tries.enter(|fork| on(fork, browser).current_access_pass()).map(drop)
                    }
                    None => Err(Answer::Refused(Why::PassNotUsable)),
                });
            }
            _ => return None,
        };
        // The method counts where a second factor is asked for, and the password is known.
        let fork = self.simulation.fork();
        fork.require_mfa(true);
        let sign_in =
            on(&fork, browser).current_password().then(second).changing_password_to("Thief-chose-1-this");
        Some(sign_in.attempt().map(drop))
    }
}
