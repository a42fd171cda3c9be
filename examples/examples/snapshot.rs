//! Takes a snapshot of an account: everything that Graph returns about it, part by part, and what the methods
//! policy means for it.

use entra_ir_core::Error;
use entra_ir_examples::{connect, heading};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let setup = connect("nadia@contoso.example")?;
    let snapshot = setup.client.snapshot(setup.user.as_str()).await?;

    heading("What could be read");
    for (part, state, reason) in snapshot.parts() {
        println!("  {part}: {state} {}", reason.unwrap_or_default());
    }
    println!("  {} requests; privileged: {:?}", snapshot.requests, snapshot.is_privileged());

    heading("Roles, active and eligible");
    let active = snapshot.active_roles.collected().into_iter().flatten().map(|role| ("holds", role));
    let eligible = snapshot.eligible_roles.collected().into_iter().flatten();
    for (word, role) in active.chain(eligible.map(|role| ("may activate", role))) {
        // The tenant chose the name of a custom role: escape odd characters.
        println!("  {word} {:?}, {:?}", role.name.as_deref().unwrap_or("?"), role.via);
    }

    heading("Devices");
    for device in snapshot.devices.collected().into_iter().flatten() {
        println!("  {:?}: {:?}", device.display_name.as_deref().unwrap_or("?"), device.trust_type);
    }

    heading("The methods policy, for this user");
    if let Some(policy) = snapshot.policy.collected() {
        for method in &policy.methods {
            println!("  {}: {} ({})", method.id, method.verdict, method.because());
        }
        for method in &policy.registered {
            println!("  registered: {}: {}", method.label, method.verdict);
        }
        println!(
            "  lower bound: {}",
            policy.lower_bound_reason.as_deref().unwrap_or("no, the policy alone counts")
        );
    }
    Ok(())
}
