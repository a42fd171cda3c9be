//! Asks for advice on a stolen session, does what it says, and looks after each step which doors are still open.
//!
//! Runs on the simulated tenant; see the crate's documentation for a real one.

use entra_ir_core::{ActionDone, Error, MethodScope, Situation, advise};
use entra_ir_examples::{connect, heading};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let setup = connect("adele@contoso.example")?;
    let client = &setup.client;

    heading("1. What there is, and what to do about it");
    let picture = client.user_picture(&setup.user).await?;
    let user = picture.user.reference();
    print!("{}", advise(Situation::SessionStolen, &picture));

    heading("2. Two buttons: what they left open");
    let mut done = Vec::new();
    // Each receipt carries the service's own time; the picture's stands in where there is none.
    let reset = client.reset_password(&user).await?;
    done.extend(ActionDone::of(&reset.receipt, picture.taken_at));
    let required = client.require_mfa_reregistration(&user).await?;
    done.push(ActionDone::of_methods(&required.deleted, picture.taken_at));
    for door in client.open_doors(&user, &done).await?.open() {
        println!("{door}");
    }

    heading("3. The rest: what is left");
    let deleted = client.delete_methods(&user, MethodScope::AllRemovable).await?;
    done.push(ActionDone::of_methods(&deleted, picture.taken_at));
    let revoked = client.revoke_sign_in_sessions(&user).confirm().await?;
    done.extend(ActionDone::of(&revoked.receipt, picture.taken_at));
    print!("{}", client.open_doors(&user, &done).await?);
    Ok(())
}
