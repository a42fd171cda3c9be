//! The mechanism, piece by piece.

mod applications;
mod consents;
mod devices;
mod registration;
mod sessions;
mod sign_ins;

use std::time::Duration;

use super::*;
use crate::operation::Client;
use crate::simulator::SimulatedTenant;

const ADELE: &str = "adele@contoso.example";
const ALEX: &str = "alex@contoso.example";
const BIANCA: &str = "bianca_fabrikam.example#EXT#@contoso.example";
const DIEGO: &str = "diego@federated.example";
const JACK: &str = "jack@contoso.example";
const KIRA: &str = "kira@contoso.example";

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);

fn contoso() -> (SignInSimulation, Client) {
    let tenant = SimulatedTenant::contoso();
    (tenant.sign_in_simulation(), tenant.client().unwrap())
}

fn by(means: Means) -> Answer {
    Answer::Works { by: means }
}

/// Signs Adele in to the Office portal, in a browser, by the password.
fn by_password(simulation: &SignInSimulation) -> Session {
    simulation.sign_in(ADELE, &simulation.browser(), App::OfficePortal).current_password().attempt().unwrap()
}

fn by_passkey(simulation: &SignInSimulation) -> Session {
    simulation.sign_in(ADELE, &simulation.browser(), App::OfficePortal).passkey().attempt().unwrap()
}
