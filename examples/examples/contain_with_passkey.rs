//! Shuts an attacker out of an account that has a passkey: the case in which "Require re-register" is not enough.
//!
//! Runs on the simulated tenant; see the crate's documentation for a real one.

use entra_ir_core::{Error, MethodScope};
use entra_ir_examples::{connect, heading, print_receipt};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let setup = connect("adele@contoso.example")?;
    let client = &setup.client;
    // One look-up: from here on every call names the account by its object id.
    let user = client.get_user(&setup.user).await?.reference();

    heading("1. Nobody signs in");
    print_receipt(&client.block_sign_in(&user).await?);

    heading("2. The password is worth nothing");
    print_receipt(&client.reset_password(&user).await?.receipt);

    heading("3. No method of the attacker is left, the passkey included");
    let deleted = client.delete_methods(&user, MethodScope::AllRemovable).await?;
    print_receipt(&deleted.receipt);
    for open in deleted.open() {
        println!("  still there: {} ({:?})", open.id, open.outcome);
    }

    heading("4. No session is left");
    let revoked = client.revoke_sign_in_sessions(&user).confirm().await?;
    print_receipt(&revoked.receipt);

    heading("5. The owner, once verified, gets back in and registers anew");
    print_receipt(&client.unblock_sign_in(&user).await?);
    let pass = client.create_temporary_access_pass(&user).one_time(true).await?;
    print_receipt(&pass.receipt);
    println!(
        "  hand over the pass in person (it is not printed here); register at {}",
        pass.registration_url
    );
    Ok(())
}
