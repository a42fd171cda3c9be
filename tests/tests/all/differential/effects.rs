//! Tests each cell of the table of sessions: the fate of a session of that class agrees with the cell, or is
//! stronger where sources disagree.

use std::time::Duration;

use entra_ir_core::SimulatedTenant;
use entra_ir_core::knowledge::Fate;
use entra_ir_core::knowledge::{Action, TokenClass};
use entra_ir_core::model::{MethodKind, MigrationState, PerUserMfaState};
use entra_ir_core::operations::{ForceChange, MethodScope};
use entra_ir_core::simulator::sign_in::{
    Answer, App, AppPassword, Device, SecondFactor, Session, SignInSimulation,
};
use entra_ir_core::simulator::{NewMethod, NewUser};

const USER: &str = "one.of.each@contoso.example";
const MINUTE: Duration = Duration::from_secs(60);

/// One session of each class, under per-user MFA of a tenant that has not migrated.
struct OneOfEach {
    simulation: SignInSimulation,
    laptops: [Device; 2],
    /// Each with an application that a good one opens, and that the session holds a token for only where its
    /// class is one of tokens.
    sessions: Vec<(TokenClass, Session, App)>,
    /// Those of whom a thief has copied the access tokens.
    owners: [Session; 3],
    trusted: Device,
    app_password: AppPassword,
}

impl OneOfEach {
    fn new() -> Self {
        let tenant = SimulatedTenant::empty();
        let user = NewUser::cloud(USER)
            .method(NewMethod::authenticator("Pixel 9").default_method())
            .method(NewMethod::hardware_oath("2308001999"))
            .method(NewMethod::passkey("YubiKey"))
            .method(NewMethod::windows_hello("LAPTOP"));
        tenant.add_user(user);
        tenant.set_per_user_mfa(USER, PerUserMfaState::Enforced);
        tenant.set_policy_migration_state(MigrationState::PreMigration);
        let simulation = tenant.sign_in_simulation();
        simulation.remember_mfa_on_trusted_devices(Some(14));
        simulation.draw_event_delays(1);
        let laptops = ["ONE", "TWO"].map(|name| simulation.hybrid_joined_windows_of(USER, name).unwrap());
        let by_password = |device: &Device, app| {
            let sign_in = simulation.sign_in(USER, device, app).current_password().keep_me_signed_in();
            sign_in.then(SecondFactor::Push).attempt().unwrap()
        };
        let by_passkey = |device: &Device, app| {
            simulation.sign_in(USER, device, app).passkey().keep_me_signed_in().attempt().unwrap()
        };
        let windows = [
            simulation.sign_in_to_windows(USER, &laptops[0]).current_password().attempt().unwrap(),
            simulation.sign_in_to_windows(USER, &laptops[1]).windows_hello().attempt().unwrap(),
        ];
        windows[0].answer_mfa(SecondFactor::Push).unwrap();
        let [password_prt, other_prt] = windows;
        let (portal, other) = (App::OfficePortal, App::LineOfBusiness);
        let owners =
            [App::ExchangeOnline, portal, App::Graph].map(|app| by_passkey(&simulation.browser(), app));
        let [listening, plain, graph] = owners.each_ref().map(|owner| owner.copy_to(&simulation.browser()));
        let sessions = vec![
            (TokenClass::PasswordCookie, by_password(&simulation.browser(), portal), other),
            (TokenClass::PasswordRefreshToken, by_password(&simulation.phone("one"), portal), other),
            (TokenClass::OtherCookie, by_passkey(&simulation.browser(), portal), other),
            (TokenClass::OtherRefreshToken, by_passkey(&simulation.phone("two"), portal), other),
            (
                TokenClass::ConfidentialClientToken,
                by_passkey(&simulation.web_server("server"), portal),
                other,
            ),
            (TokenClass::PasswordPrt, password_prt, other),
            (TokenClass::OtherPrt, other_prt, other),
            (TokenClass::CaeAccessToken, listening, App::ExchangeOnline),
            (TokenClass::PlainAccessToken, plain, portal),
            (TokenClass::GraphAccessToken, graph, App::Graph),
            (TokenClass::AppCookie, by_password(&simulation.browser(), App::WebApp), App::WebApp),
        ];
        let trusted = simulation.browser();
        let sign_in = simulation.sign_in(USER, &trusted, portal).current_password().then(SecondFactor::Push);
        sign_in.remember_mfa_on_this_device().attempt().unwrap();
        let app_password = simulation.create_app_password(USER).unwrap();
        simulation.advance(MINUTE);
        Self { simulation, laptops, sessions, owners, trusted, app_password }
    }

    /// Opens something with one class, on a fork that may be spoilt.
    fn answer(&self, fork: &SignInSimulation, class: TokenClass) -> Answer {
        let of = |(of, session, app): &(TokenClass, Session, App)| {
            (*of == class).then(|| session.in_fork(fork).unwrap().open(*app))
        };
        match class {
            TokenClass::AppPassword => self.app_password.in_fork(fork).unwrap().open(),
            TokenClass::RememberedMfa => {
                let sign_in = fork.sign_in(USER, &self.trusted, App::OfficePortal).current_password();
                match sign_in.changing_password_to("Only-I-know-1-this").attempt() {
                    Ok(session) => session.open(App::OfficePortal),
                    Err(answer) => answer,
                }
            }
            _ => self.sessions.iter().find_map(of).unwrap(),
        }
    }

    /// Returns the fate of one class after a time.
    fn fate(&self, pressed: &SignInSimulation, class: TokenClass, after: Duration) -> Fate {
        let later = pressed.fork();
        later.advance(after);
        match self.answer(&later, class) {
            Answer::Works { .. } => Fate::Survives,
            Answer::AsksForMfa => Fate::AskedAgain,
            _ => {
                // Held, if letting the account in again lets it in.
                let freed = pressed.fork();
                freed.advance(after);
                freed.tenant().set_enabled_on_premises(USER, true);
                freed.block_legacy_authentication(false);
                for laptop in &self.laptops {
                    freed.tenant().set_computer_enabled_on_premises(laptop.id, true);
                    freed.restore_device(laptop);
                    freed.enable_device(laptop);
                }
                unblock(&freed);
                freed.advance(41 * MINUTE);
                if self.answer(&freed, class).works() { Fate::Held } else { Fate::Ended }
            }
        }
    }
}

fn wait_for<T>(work: impl Future<Output = T>) -> T {
    futures_util::FutureExt::now_or_never(work).expect("the simulated tenant answers at once")
}

fn unblock(simulation: &SignInSimulation) {
    let client = simulation.tenant().client().unwrap();
    wait_for(async { client.unblock_sign_in(USER).await }).unwrap();
}

/// Presses it on a fork. False for what the sign-ins have no such thing for.
async fn press(all: &OneOfEach, fork: &SignInSimulation, action: Action) -> bool {
    let (portal, client) = (fork.portal(), fork.tenant().client().unwrap());
    match action {
        Action::ResetPasswordAzurePortal => _ = portal.reset_password_in_azure_portal(USER).unwrap(),
        Action::ResetPasswordEntraAdminCenter => _ = portal.reset_password_in_entra(USER).unwrap(),
        Action::ResetPasswordM365AdminCenter => {
            assert!(portal.reset_password_in_microsoft_365(USER, "Chosen-by-1-admin", false));
        }
        Action::ResetPasswordGraphProfile => {
            _ = client.reset_password(USER).force_change(ForceChange::Never).await.unwrap();
        }
        Action::ChangePassword => {
            let old = fork.tenant().password_of(USER).unwrap();
            fork.change_password(USER, old, "Another-1-time").unwrap();
        }
        Action::RequirePasswordChange => _ = client.require_password_change(USER).await.unwrap(),
        Action::RevokeSignInSessions => _ = client.revoke_sign_in_sessions(USER).await.unwrap(),
        Action::RevokeMfaSessions => _ = client.revoke_mfa_sessions(USER).await.unwrap(),
        Action::RevokeMfaSessionsOld => portal.revoke_mfa_sessions_before_february_2026(USER),
        Action::RequireMfaReregistration => _ = client.require_mfa_reregistration(USER).await.unwrap(),
        Action::DeleteMethods => _ = client.delete_methods(USER, MethodScope::AllRemovable).await.unwrap(),
        Action::DeactivateHardwareOath => {
            let methods = fork.tenant().methods_of(USER);
            let token = methods.iter().find(|method| method.kind == MethodKind::HardwareOath).unwrap();
            _ = client.deactivate_hardware_oath(USER, token.id.as_str()).await.unwrap();
        }
        Action::DeleteAppPasswords => portal.delete_app_passwords(USER),
        Action::CreateTemporaryAccessPass => _ = client.create_temporary_access_pass(USER).await.unwrap(),
        Action::BlockSignIn => _ = client.block_sign_in(USER).await.unwrap(),
        Action::UnblockSignIn => {
            client.block_sign_in(USER).await.unwrap();
            fork.advance(MINUTE);
            client.unblock_sign_in(USER).await.unwrap();
            fork.advance(41 * MINUTE);
        }
        Action::DisableDevice => {
            for laptop in &all.laptops {
                client.disable_device(laptop.id).await.unwrap();
            }
        }
        Action::EnableDevice => {
            for laptop in &all.laptops {
                client.disable_device(laptop.id).await.unwrap();
                client.enable_device(laptop.id).await.unwrap();
            }
        }
        Action::DeleteDevice => {
            for laptop in &all.laptops {
                client.delete_device(laptop.id).losing_recovery_keys().await.unwrap();
            }
        }
        Action::DisableComputerOnPremises => {
            all.laptops
                .iter()
                .for_each(|laptop| fork.tenant().set_computer_enabled_on_premises(laptop.id, false));
            fork.tenant().run_sync();
        }
        Action::BlockLegacyAuthentication => fork.block_legacy_authentication(true),
        Action::GuardRegistration => fork.guard_registration(true),
        Action::DismissRisk => _ = client.dismiss_user_risk(USER).await.unwrap(),
        Action::ConfirmCompromised => _ = client.confirm_user_compromised(USER).await.unwrap(),
        Action::SingleSignOut => {
            let cookies = [TokenClass::PasswordCookie, TokenClass::OtherCookie];
            let browsers = all.sessions.iter().filter(|(class, ..)| cookies.contains(class));
            for session in browsers.map(|(_, session, _)| session).chain(&all.owners) {
                session.in_fork(fork).unwrap().sign_out();
            }
        }
        _ => return false,
    }
    true
}

/// How the fate of a session agrees with a cell.
fn agrees(action: Action, class: TokenClass, seen: Fate) -> Result<bool, String> {
    let cell = action.on_session(class);
    let told = cell.weakest().effect;
    let same = match (told, class) {
        // A mark that is gone shows by the question that it spared.
        (Fate::Ended, TokenClass::RememberedMfa) => seen == Fate::AskedAgain,
        (Fate::Opens, _) => seen == Fate::Survives,
        _ => told == seen,
    };
    // The table returns the weaker of two claims, and the sign-ins may follow the stronger. For an unknown
    // effect both are valid.
    let stronger = cell.claims().iter().any(|claim| claim.effect == seen) && seen > told;
    if same || stronger || told == Fate::Unknown {
        return Ok(same);
    }
    Err(format!("{action}: {class}: the table says {told}, the sign-ins {seen}"))
}

#[tokio::test(start_paused = true)]
async fn each_cell_of_the_table_of_sessions_is_what_pressing_does() {
    let all = OneOfEach::new();
    for class in TokenClass::ALL {
        assert!(all.answer(&all.simulation.fork(), class).works(), "{class}");
    }
    let (mut same, mut stronger, mut wrong) = (0, Vec::new(), Vec::new());
    for action in Action::all() {
        let fork = all.simulation.fork();
        if !press(&all, &fork, action).await {
            continue;
        }
        for class in TokenClass::ALL {
            let within = action.on_session(class).weakest().within.bound();
            // A token that is no longer renewed expires: check again after its time.
            let seen = all.fate(&fork, class, within.unwrap_or(100 * MINUTE).max(15 * MINUTE));
            match agrees(action, class, seen) {
                Ok(true) => same += 1,
                Ok(false) => stronger.push(format!("{action}: {class}: {seen}")),
                Err(what) => wrong.push(what),
            }
        }
    }
    println!(
        "{same} cells alike; where sources disagree or say nothing, the sign-ins do:\n{}",
        stronger.join("\n")
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(same > 200, "{same}");
}
