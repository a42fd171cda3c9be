//! Compares the door of a consent with what its application can do, over random orders of actions.

use std::time::Duration;

use entra_ir_core::Guard;
use entra_ir_core::knowledge::{ActionDone, DoorKind, DoorState, Evidence, open_doors};
use entra_ir_core::operations::{AnyOperation, AnyOutput};
use entra_ir_core::simulator::sign_in::{App, Application, Session, SignInSimulation};
use entra_ir_core::{Client, ObjectId, SimulatedTenant};
use proptest::prelude::*;

use crate::random::properties;

const ADELE: &str = "adele@contoso.example";
const HOSTILE: &str = "Microsoft Office Update";

/// What is done to the account or to the application.
#[derive(Clone, Copy, Debug)]
enum Act {
    Reset,
    Revoke,
    Block,
    Unblock,
    DeleteConsent,
    Disable,
    Enable,
}

const ACTS: [Act; 7] =
    [Act::Reset, Act::Revoke, Act::Block, Act::Unblock, Act::DeleteConsent, Act::Disable, Act::Enable];

async fn act(client: &Client, hostile: ObjectId, grant: &str, act: Act) -> Vec<ActionDone> {
    let operation = match act {
        Act::Reset => format!(r#"{{"operation":"reset_password","user":"{ADELE}"}}"#),
        Act::Revoke => format!(r#"{{"operation":"revoke_sign_in_sessions","user":"{ADELE}"}}"#),
        Act::Block => format!(r#"{{"operation":"block_sign_in","user":"{ADELE}"}}"#),
        Act::Unblock => format!(r#"{{"operation":"unblock_sign_in","user":"{ADELE}"}}"#),
        Act::DeleteConsent => format!(r#"{{"operation":"revoke_grant","user":"{ADELE}","grant":"{grant}"}}"#),
        Act::Disable => format!(r#"{{"operation":"disable_service_principal","application":"{hostile}"}}"#),
        Act::Enable => format!(r#"{{"operation":"enable_service_principal","application":"{hostile}"}}"#),
    };
    let output: AnyOutput = client.run(AnyOperation::from_json(&operation).unwrap()).await.unwrap();
    output.actions()
}

/// Signs Adele in, as she does every day, if she can.
fn signed_in(simulation: &SignInSimulation) -> Option<Session> {
    simulation.sign_in(ADELE, &simulation.browser(), App::LineOfBusiness).passkey().attempt().ok()
}

/// Returns whether the application gets in: by its tokens, or by the next sign-in of the user.
fn gets_in(simulation: &SignInSimulation, application: &Application, hostile: ObjectId) -> bool {
    let fork = simulation.fork();
    let by_itself = application.in_fork(&fork).unwrap().open().works();
    by_itself || signed_in(&fork).is_some_and(|session| fork.authorize(&session, hostile).is_ok())
}

async fn agrees(acts: Vec<(Act, u64)>, wait: u64) -> Result<(), TestCaseError> {
    let tenant = SimulatedTenant::contoso();
    let client = tenant.client_builder().guard(Guard::new().allow_tenant_wide()).build().unwrap();
    let simulation = tenant.sign_in_simulation();
    let hostile = tenant.service_principal(HOSTILE).unwrap();
    let application = simulation.authorize(&signed_in(&simulation).unwrap(), hostile).unwrap();
    let snapshot = client.snapshot(ADELE).without_risk().await.unwrap();
    let list = snapshot.grants.collected().unwrap();
    let grant = list.own.iter().find(|listed| listed.grant.client_id == Some(hostile)).unwrap();
    let grant = grant.grant.id.as_ref().unwrap().as_str().to_owned();
    let mut done = Vec::new();
    for (which, minutes) in acts {
        simulation.advance(Duration::from_secs(60 * minutes));
        done.extend(act(&client, hostile, &grant, which).await);
    }
    simulation.advance(Duration::from_secs(60 * wait));
    let doors = open_doors(&snapshot, &done, tenant.now());
    let door = doors.find(&DoorKind::Consent { id: Some(grant) }).unwrap();
    let gets_in = gets_in(&simulation, &application, hostile);
    match door.state {
        DoorState::Open => prop_assert!(gets_in, "said to be open: {door}"),
        DoorState::Held { .. } | DoorState::Closed { .. } => prop_assert!(!gets_in, "{door}"),
        _ => {}
    }
    // What is only held works again when everything is lifted, and what is closed does not.
    for lift in [Act::Unblock, Act::Enable] {
        _ = act(&client, hostile, "", lift).await;
    }
    simulation.advance(Duration::from_secs(3600));
    let again = self::gets_in(&simulation, &application, hostile);
    match door.state {
        // Apart from what holds it, something else ends it, by then at the latest.
        DoorState::Held { .. } if door.until.is_some() => {}
        DoorState::Held { .. } => prop_assert!(again, "said to be held: {door}"),
        DoorState::Closed { .. } => prop_assert!(!again, "said to be closed: {door}"),
        _ => {}
    }
    Ok(())
}

properties! {
    200 cases;

    fn the_door_of_a_consent_is_what_its_application_can_do(
        acts in proptest::collection::vec((proptest::sample::select(ACTS.to_vec()), 1_u64..200), 0..6),
        wait in 0_u64..3000,
    ) {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(agrees(acts, wait))?;
    }
}
