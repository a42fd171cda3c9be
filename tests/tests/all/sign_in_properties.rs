//! Properties of every sign-in simulation, for any actions in any order.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::time::Duration;

use entra_ir_core::operations::MethodScope;
use entra_ir_core::simulator::NewMethod;
use entra_ir_core::simulator::sign_in::{
    AccessTokenState, Answer, App, CredentialKind, Device, DeviceKind, Means, SecondFactor, Session,
    SignInSimulation, Why,
};
use entra_ir_core::{Client, SimulatedTenant};
use proptest::prelude::*;
use secrecy::ExposeSecret;
use time::OffsetDateTime;

use crate::random::properties;

const USER: &str = "adele@contoso.example";

/// Something that a user, a thief or an administrator does.
#[derive(Clone, Debug)]
enum Step {
    SignIn { device: usize, how: u8, keep: bool },
    Steal { session: usize },
    SignOut { session: usize },
    AnswerMfa { session: usize },
    Wait { minutes: u16 },
    Revoke,
    Block,
    Unblock,
    Reset { way: u8 },
    ChangePassword,
    Reregister,
    DeleteMethods,
    AddPasskey,
    CreatePass,
    RevokeMfaAsBefore,
    RequireMfa(bool),
    Device { index: usize, enabled: bool },
    CloseBrowser { index: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let index = 0..6_usize;
    let step = prop_oneof![
        6 => (0..5_usize, 0..4_u8, any::<bool>()).prop_map(|(device, how, keep)| Step::SignIn { device, how, keep }),
        1 => index.clone().prop_map(|session| Step::Steal { session }),
        1 => index.clone().prop_map(|session| Step::SignOut { session }),
        1 => index.prop_map(|session| Step::AnswerMfa { session }),
        6 => (1..200_u16).prop_map(|minutes| Step::Wait { minutes }),
        1 => Just(Step::Revoke),
        1 => Just(Step::Block),
        2 => Just(Step::Unblock),
        2 => (0..4_u8).prop_map(|way| Step::Reset { way }),
        1 => Just(Step::ChangePassword),
        1 => Just(Step::Reregister),
        1 => Just(Step::DeleteMethods),
        1 => Just(Step::AddPasskey),
        1 => Just(Step::CreatePass),
        1 => Just(Step::RevokeMfaAsBefore),
        1 => any::<bool>().prop_map(Step::RequireMfa),
        1 => (0..5_usize, any::<bool>()).prop_map(|(index, enabled)| Step::Device { index, enabled }),
        1 => (0..5_usize).prop_map(|index| Step::CloseBrowser { index }),
    ];
    proptest::collection::vec(step, 1..30)
}

/// A simulation with what the test knows of it by itself.
struct Run {
    simulation: SignInSimulation,
    client: Client,
    devices: Vec<Device>,
    sessions: Vec<Session>,
    revoked: OffsetDateTime,
    new_password: OffsetDateTime,
    enabled: bool,
    passwords: u32,
    /// The sessions that were asked to sign in by an application.
    over: HashSet<(usize, App)>,
    transcript: String,
}

impl Run {
    fn new(seed: u64) -> Self {
        let tenant = SimulatedTenant::contoso();
        let simulation = tenant.sign_in_simulation();
        simulation.draw_event_delays(seed);
        let devices = vec![
            simulation.hybrid_joined_windows("LAPTOP"),
            simulation.browser(),
            simulation.in_private_browser(),
            simulation.phone("phone"),
            simulation.web_server("server"),
        ];
        Self {
            client: tenant.client().unwrap(),
            simulation,
            devices,
            sessions: Vec::new(),
            revoked: OffsetDateTime::UNIX_EPOCH,
            new_password: OffsetDateTime::UNIX_EPOCH,
            enabled: true,
            passwords: 0,
            over: HashSet::new(),
            transcript: String::new(),
        }
    }

    fn now(&self) -> OffsetDateTime {
        self.simulation.now().replace_nanosecond(0).unwrap()
    }

    fn password(&mut self) -> String {
        self.passwords += 1;
        format!("Another-{}-time", self.passwords)
    }

    async fn act(&mut self, step: &Step) {
        let (simulation, client) = (self.simulation.clone(), self.client.clone());
        let session = |index: usize| self.sessions.get(index).cloned();
        match *step {
            Step::SignIn { device, how, keep } => self.sign_in(device, how, keep),
            Step::Steal { session: index } => {
                let copy = session(index).map(|session| session.copy_to(&simulation.browser()));
                self.sessions.extend(copy);
            }
            Step::SignOut { session: index } => session(index).iter().for_each(Session::sign_out),
            Step::AnswerMfa { session: index } => {
                _ = session(index).map(|session| session.answer_mfa(SecondFactor::Push));
            }
            Step::Wait { minutes } => simulation.advance(Duration::from_secs(60 * u64::from(minutes))),
            Step::Revoke => {
                client.revoke_sign_in_sessions(USER).await.unwrap();
                self.revoked = self.now();
            }
            Step::Block => {
                client.block_sign_in(USER).await.unwrap();
                self.enabled = false;
            }
            Step::Unblock => {
                client.unblock_sign_in(USER).await.unwrap();
                self.enabled = true;
            }
            Step::Reset { way } => {
                let (portal, chosen) = (simulation.portal(), self.password());
                match way {
                    0 => _ = portal.reset_password_in_entra(USER).unwrap(),
                    1 => assert!(portal.reset_password_in_microsoft_365(USER, chosen, false)),
                    2 => _ = portal.reset_password_in_azure_portal(USER).unwrap(),
                    _ => _ = client.reset_password(USER).await.unwrap(),
                }
                self.new_password = self.now();
            }
            Step::ChangePassword => {
                let (old, new) = (simulation.tenant().password_of(USER).unwrap(), self.password());
                if simulation.change_password(USER, old, new).is_ok() {
                    self.new_password = self.now();
                }
            }
            Step::Reregister => simulation.portal().require_reregistration(USER),
            Step::DeleteMethods => {
                _ = client.delete_methods(USER, MethodScope::AllRemovable).await.unwrap();
            }
            Step::AddPasskey => {
                _ = simulation.tenant().add_method(USER, NewMethod::passkey("another key")).unwrap();
            }
            Step::CreatePass => _ = client.create_temporary_access_pass(USER).one_time(false).await.unwrap(),
            Step::RevokeMfaAsBefore => simulation.portal().revoke_mfa_sessions_before_february_2026(USER),
            Step::RequireMfa(required) => simulation.require_mfa(required),
            Step::Device { index, enabled: true } => simulation.enable_device(&self.devices[index]),
            Step::Device { index, enabled: false } => simulation.disable_device(&self.devices[index]),
            Step::CloseBrowser { index } => simulation.close_browser(&self.devices[index]),
        }
    }

    fn sign_in(&mut self, device: usize, how: u8, keep: bool) {
        let device = &self.devices[device];
        let sign_in = match (device.kind, keep) {
            (DeviceKind::HybridJoinedWindows, true) => self.simulation.sign_in_to_windows(USER, device),
            (_, true) => self.simulation.sign_in(USER, device, App::Teams).keep_me_signed_in(),
            _ => self.simulation.sign_in(USER, device, App::OfficePortal),
        };
        let sign_in = match how {
            0 => sign_in.current_password().then(SecondFactor::Push),
            1 => sign_in.passkey(),
            2 => sign_in.current_access_pass(),
            _ => sign_in.single_sign_on(),
        };
        let password = self.password();
        match sign_in.changing_password_to(password.clone()).attempt() {
            Ok(session) => {
                assert!(self.enabled, "a blocked account signed in");
                self.sessions.push(session);
            }
            Err(answer) => assert!(!answer.works()),
        }
        if self.simulation.tenant().password_of(USER).unwrap().expose_secret() == password {
            self.new_password = self.now();
        }
    }

    /// Opens everything with every session, and holds the answers against what the test knows.
    fn look(&mut self) {
        for number in 0..self.sessions.len() {
            for app in App::ALL {
                let session = self.sessions[number].clone();
                let token = session.access_token(app);
                let answer = session.open(app);
                write!(self.transcript, "{number} {app:?} {answer:?}; ").unwrap();
                self.check(number, app, answer, &session, token);
                if let Answer::Works { by } = answer
                    && !matches!(by, Means::AppSession)
                {
                    let again = session.open(app);
                    let own = session.own_session(app).is_some();
                    let expected = if own { Means::AppSession } else { Means::AccessToken };
                    assert_eq!(
                        again,
                        Answer::Works { by: expected },
                        "what was issued a moment ago is taken"
                    );
                }
            }
        }
    }

    fn check(
        &mut self,
        number: usize,
        app: App,
        answer: Answer,
        session: &Session,
        token: Option<AccessTokenState>,
    ) {
        let now = self.now();
        let on_windows = session.device().kind == DeviceKind::HybridJoinedWindows;
        match answer {
            Answer::Works { by: Means::AppSession } => assert_eq!(app, App::WebApp),
            Answer::Works { by: Means::AccessToken } => {
                let token = token.unwrap();
                assert!(now < token.expires, "an expired token was taken");
                assert!(token.revocable == app.hears_events());
                let ended = token.issued < self.revoked.max(self.new_password);
                let heard = now - self.revoked.max(self.new_password) >= time::Duration::minutes(15);
                assert!(!(token.revocable && ended && heard), "15 minutes after an event: {app:?} {token:?}");
            }
            Answer::Works { .. } => {
                assert!(self.enabled, "a blocked account got a token");
                let used = session.credential().unwrap();
                assert!(used.issued >= self.revoked, "a revoked session got a token: {used:?}");
                let confidential = used.kind == CredentialKind::ConfidentialRefreshToken;
                let password = used.password_based && !confidential;
                assert!(!password || used.issued >= self.new_password, "{used:?} outlived its password");
            }
            Answer::AsksToSignIn if !on_windows => _ = self.over.insert((number, app)),
            Answer::Refused(Why::Blocked) => assert!(!self.enabled),
            _ => {}
        }
        let is_over = self.over.contains(&(number, app));
        assert!(
            !(is_over && answer.works()),
            "{app:?} let session {number} in after it was over: {answer:?}"
        );
    }
}

fn run(script: &[Step], seed: u64) -> String {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let mut run = Run::new(seed);
        for step in script {
            run.act(step).await;
            run.look();
        }
        run.simulation.advance(Duration::from_secs(28 * 3600));
        run.look();
        run.transcript
    })
}

/// A phone that is disabled: signed in on before, or all the same, and enabled in the same second or later.
#[test]
fn a_disabled_phone_gets_nothing_back() {
    let phone = |enabled| Step::Device { index: 3, enabled };
    let sign_in = || Step::SignIn { device: 3, how: 0, keep: false };
    let wait = || Step::Wait { minutes: 60 };
    for script in [
        vec![phone(false), sign_in(), wait(), phone(true)],
        vec![phone(false), sign_in(), phone(true)],
        vec![phone(false), wait(), sign_in(), phone(true)],
        vec![sign_in(), phone(false), phone(true), sign_in()],
    ] {
        run(&script, 0);
    }
}

properties! {
    128 cases;

    fn what_is_ended_stays_ended_and_every_run_is_the_same(script in steps(), seed in any::<u64>()) {
        let first = run(&script, seed);
        prop_assert_eq!(first, run(&script, seed));
    }
}
