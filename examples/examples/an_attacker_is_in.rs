//! The story of one night: an attacker is in, the responder looks, previews, contains and proves it.
//!
//! Runs on the simulated tenant, with simulated sign-ins. The run keeps its journal and evidence in
//! `./entra-ir-runs`, as it does on a real tenant.

use std::time::Duration;

use entra_ir_core::SimulatedTenant;
use entra_ir_core::containment::{Phase, RunAbout, RunPlace, tick_off};
use entra_ir_core::knowledge::Incident;
use entra_ir_core::simulator::NewMethod;
use entra_ir_core::simulator::sign_in::{App, SecondFactor, Session, SignInSimulation};
use entra_ir_examples::heading;

const USER: &str = "adele@contoso.example";

/// What the attacker has: a session stolen through a proxy, the password, and an Authenticator of his own.
struct Attacker {
    simulation: SignInSimulation,
    session: Session,
    password: entra_ir_core::secrecy::SecretString,
}

impl Attacker {
    fn gets_in(tenant: &SimulatedTenant) -> Self {
        let simulation = tenant.sign_in_simulation();
        simulation.require_mfa(true);
        let password = tenant.password_of(USER).unwrap_or_default();
        let proxy = simulation.browser();
        let stolen = simulation.sign_in(USER, &proxy, App::OfficePortal).current_password();
        let session = stolen.then(SecondFactor::Push).attempt().expect("Adele approved the prompt");
        session.register(NewMethod::authenticator("Adele's new phone")).expect("MFA is minutes old");
        Self { simulation, session, password }
    }

    /// Tries everything that he has, and prints what he sees.
    fn tries_everything(&self) {
        for app in App::ALL {
            println!("  his session opens {app:?}: {}", self.session.open(app));
        }
        let browser = self.simulation.browser();
        let sign_in = || self.simulation.sign_in(USER, &browser, App::OfficePortal);
        for (what, attempt) in [
            (
                "the old password and his Authenticator",
                sign_in().password(self.password.clone()).then(SecondFactor::Push),
            ),
            ("his Authenticator without a password", sign_in().phone_sign_in()),
        ] {
            match attempt.attempt() {
                Ok(_) => println!("  {what}: HE IS IN"),
                Err(answer) => println!("  {what}: {answer}"),
            }
        }
        let registered = self.session.register(NewMethod::authenticator("another phone"));
        println!(
            "  registers another method: {}",
            registered.map_or_else(|answer| answer.to_string(), |()| "HE CAN".into())
        );
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let tenant = SimulatedTenant::contoso();
    let client = tenant.client()?;
    let attacker = Attacker::gets_in(&tenant);

    heading("1. An attacker is in");
    attacker.tries_everything();

    heading("2. Look");
    let doors = client.open_doors(USER, []).await?;
    println!("  {} doors are open, {} unknown", doors.open().count(), doors.unknown().count());

    heading("3. Preview: nothing is sent");
    let preview = client.preview(USER, Incident::AccountTakeover).await?;
    print!("{preview}");

    heading("4. Contain");
    let mut about = RunAbout::default();
    about.incident = Some("a demo".into());
    let contain = client.contain(USER, &preview).confirm(USER).about(about);
    let run = contain.on_event(|event| println!("  {event}")).await?;
    println!("\n{run}");

    heading("5. Two hours later the attacker tries everything again");
    attacker.simulation.advance(Duration::from_secs(2 * 3600));
    attacker.tries_everything();

    heading("6. What remains");
    for remains in run.headline.remains() {
        println!("  {remains}");
    }
    for place in &run.outside {
        println!("  outside Graph: {place}");
    }

    heading("7. What a person did elsewhere is ticked off, and the run goes on from its journal");
    let step = run.by_hand().nth(1).map_or(0, |step| step.step);
    tick_off(RunPlace::open(&run.place)?, step, "Ada", Some("called the desk")).await?;
    let then = client.resume(RunPlace::open(&run.place)?).until(Phase::Evict).await?;
    println!("  {}", then.headline);
    println!("\nThe journal and the evidence are in {}", run.place);
    if let Some(due) = then.due() {
        println!("The second revocation is due at {due}: resume the run then.");
    }
    Ok(())
}
