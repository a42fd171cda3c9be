//! Gets advice for a stolen session, follows it, and shows after each step which doors are still open.
//!
//! Runs on the simulated tenant; see the crate's documentation for a real one.

use entra_ir_core::Error;
use entra_ir_core::knowledge::{Incident, advise};
use entra_ir_core::operations::MethodScope;
use entra_ir_examples::{connect, heading};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let setup = connect("adele@contoso.example")?;
    let client = &setup.client;

    heading("1. What there is, and what to do about it");
    let snapshot = client.snapshot(&setup.user).await?;
    let user = &snapshot.user;
    print!("{}", advise(Incident::TokenTheft, &snapshot));

    heading("2. Two buttons: what they left open");
    let reset = client.reset_password(user).await?;
    let required = client.require_mfa_reregistration(user).await?;
    for door in client.open_doors(user, [&reset, &required]).await?.open() {
        println!("{door}");
    }

    heading("3. The rest: what is left");
    let deleted = client.delete_methods(user, MethodScope::AllRemovable).await?;
    let revoked = client.revoke_sign_in_sessions(user).confirm().await?;
    print!("{}", client.open_doors(user, [&reset, &required, &deleted, &revoked]).await?);
    Ok(())
}
