//! A field report on the portal's buttons, as tests: one for each finding, named in the report's words.
//!
//! The report's login, on two machines: "both on an on-premises, hybrid joined Windows client and a separate
//! in-private browser session on an unrelated machine", "logged into the Office Portal before any of the
//! following actions". Buttons that Graph has are pressed through the client. Where today's documentation and
//! the report differ, both stand here, side by side.

mod logins;
mod methods_policy;
mod reregister;
mod reset_password;
mod revoke_mfa_sessions;
mod revoke_sessions;

use std::time::Duration;

use entra_ir_core::model::{MethodKind, MigrationState, PerUserMfaState};
use entra_ir_core::simulator::sign_in::{
    Answer, App, Device, Means, SecondFactor, Session, SignIn, SignInSimulation, Why,
};
use entra_ir_core::simulator::{NewMethod, NewUser};
use entra_ir_core::{Client, SimulatedTenant};
use entra_ir_tests::client_of;

const USER: &str = "field.tester@contoso.example";
const PORTAL: App = App::OfficePortal;
const LISTENING: [App; 3] = [App::ExchangeOnline, App::SharePointOnline, App::Teams];

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// What differs between the runs of a test.
#[derive(Clone, Copy, Debug)]
struct Setup {
    /// The user has a passkey, and Windows Hello on the hybrid joined client.
    passkey: bool,
    /// The user is given a Temporary Access Pass before the button is pressed.
    pass: bool,
    /// The tenant has migrated to the authentication methods policy; MFA is then demanded by Conditional
    /// Access, else by per-user MFA.
    migrated: bool,
}

impl Setup {
    fn all() -> impl Iterator<Item = Self> {
        (0..8).map(|bits| Self { passkey: bits & 1 != 0, pass: bits & 2 != 0, migrated: bits & 4 != 0 })
    }

    fn plain() -> Self {
        Self { passkey: false, pass: false, migrated: true }
    }
}

/// Both machines, logged in.
struct Bench {
    simulation: SignInSimulation,
    client: Client,
    laptop: Device,
    private: Device,
    hybrid: Session,
    in_private: Session,
}

impl Bench {
    /// Logs in on both machines as the report did, and lets a minute pass.
    async fn logged_in(setup: Setup) -> Self {
        let tenant = SimulatedTenant::contoso();
        let mut user = NewUser::cloud(USER)
            .method(NewMethod::authenticator("Pixel 9").default_method())
            .method(NewMethod::phone_mobile("+1 4255550177"))
            .method(NewMethod::software_oath())
            .method(NewMethod::hardware_oath("2308001999"));
        if setup.passkey {
            user = user.method(NewMethod::passkey("YubiKey")).method(NewMethod::windows_hello("LAPTOP"));
        }
        tenant.add_user(user);
        let simulation = tenant.sign_in_simulation();
        if setup.migrated {
            simulation.require_mfa(true);
        } else {
            tenant.set_policy_migration_state(MigrationState::PreMigration);
            tenant.set_per_user_mfa(USER, PerUserMfaState::Enforced);
        }
        let (laptop, private) = (simulation.hybrid_joined_windows("LAPTOP"), simulation.in_private_browser());
        simulation.sign_in_to_windows(USER, &laptop).current_password().attempt().unwrap();
        let sso = simulation.sign_in(USER, &laptop, PORTAL).single_sign_on();
        let typed = simulation.sign_in(USER, &private, PORTAL).current_password().keep_me_signed_in();
        let hybrid = sso.then(SecondFactor::Push).attempt().unwrap();
        let in_private = typed.then(SecondFactor::Push).attempt().unwrap();
        let client = client_of(&tenant).build().unwrap();
        if setup.pass {
            client.create_temporary_access_pass(USER).await.unwrap();
        }
        simulation.advance(MINUTE);
        Self { simulation, client, laptop, private, hybrid, in_private }
    }

    /// Opens an application on the hybrid joined client and in the in-private browser.
    fn open(&self, app: App) -> [Answer; 2] {
        [self.hybrid.open(app), self.in_private.open(app)]
    }

    /// Begins a new login in another in-private browser.
    fn login(&self) -> SignIn {
        self.simulation.sign_in(USER, &self.simulation.in_private_browser(), PORTAL)
    }

    fn tenant(&self) -> &SimulatedTenant {
        self.simulation.tenant()
    }

    fn kinds(&self) -> Vec<MethodKind> {
        let methods = self.tenant().methods_of(USER).into_iter().map(|method| method.kind);
        methods.filter(|kind| *kind != MethodKind::TemporaryAccessPass).collect()
    }

    /// Whether both logins still get into everything, now and once their tokens have been renewed.
    fn goes_on_everywhere(&self) -> bool {
        let now = App::ALL.into_iter().all(|app| self.open(app).iter().all(|answer| answer.works()));
        self.simulation.advance(HOUR);
        now && App::ALL.into_iter().all(|app| self.open(app).iter().all(|answer| answer.works()))
    }
}

fn by(means: Means) -> Answer {
    Answer::Works { by: means }
}
