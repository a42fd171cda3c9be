//! Locks an attacker out of an account that has a passkey: the case in which "Require re-register" is not
//! enough.
//!
//! Runs on the simulated tenant; see the crate's documentation for a real one.

use std::time::Duration;

use entra_ir_core::Error;
use entra_ir_core::operations::MethodScope;
use entra_ir_examples::{connect, heading, print_receipt};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let setup = connect("adele@contoso.example")?;
    let client = &setup.client;
    // One read: the calls below use this account instead of reading it again.
    let user = client.get_user(&setup.user).await?;

    heading("1. Nobody signs in");
    print_receipt(&client.block_sign_in(&user).await?);

    heading("2. The existing sessions end");
    print_receipt(&client.revoke_sign_in_sessions(&user).confirm().await?.receipt);

    heading("3. The old password is invalid");
    print_receipt(&client.reset_password(&user).await?.receipt);

    heading("4. What takes effect last, or runs without a sign-in: by hand, see advise()");
    println!("  devices, roles, applications and their consents, mail rules");

    heading("5. No method of the attacker is left, the passkey included");
    let deleted = client.delete_methods(&user, MethodScope::AllRemovable).await?;
    print_receipt(&deleted.receipt);
    for open in deleted.open() {
        println!("  still there: {} ({:?})", open.id, open.outcome);
    }

    heading("6. What began in between ends as well, five minutes after the first time");
    let Some(tenant) = &setup.simulated else {
        println!(
            "  then revoke again; when the owner has proven who they are: a pass, and only then unblock"
        );
        return Ok(());
    };
    tenant.advance(Duration::from_secs(300));
    print_receipt(&client.revoke_sign_in_sessions(&user).confirm().await?.receipt);

    heading("7. The owner, once verified by another channel, gets a pass minutes before unblocking");
    let pass = client.create_temporary_access_pass(&user).one_time(true).await?;
    print_receipt(&pass.receipt);
    println!(
        "  hand over the pass in person (it is not printed here); register at {}",
        pass.registration_url
    );
    print_receipt(&client.unblock_sign_in(&user).await?);
    Ok(())
}
