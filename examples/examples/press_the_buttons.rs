//! Presses each of the portal's buttons on one account, and shows what each left open.
//!
//! Runs on the simulated tenant; see the crate's documentation for a real one.

use entra_ir_core::spec::OperationSpec;
use entra_ir_core::{Client, Error, operations as op};
use entra_ir_examples::{connect, heading, print_account, print_receipt};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let setup = connect("adele@contoso.example")?;
    let (client, user) = (&setup.client, setup.user.as_str());

    heading(&format!("The account {user}, before"));
    print_account(client, user).await?;

    heading("Button: Reset password");
    let reset = client.reset_password(user).await?;
    print_receipt(&reset.receipt);
    if reset.password.is_some() {
        println!("  (a new password was made; it is not printed)");
    }
    survived(client, user, &op::reset_password::SPEC).await?;

    heading("Button: Require re-register multifactor authentication");
    let required = client.require_mfa_reregistration(user).await?;
    print_receipt(&required.deleted.receipt);
    for step in &required.next {
        println!("  next: {} ({})", step.operation, step.why);
    }
    survived(client, user, &op::require_mfa_reregistration::SPEC).await?;

    heading("Button: Revoke multifactor authentication sessions");
    let revoked = client.revoke_mfa_sessions(user).await?;
    print_receipt(&revoked.sessions.receipt);
    let mattered = match revoked.old_button_would_have_mattered() {
        Some(true) => "would have cleared remembered devices of this user",
        Some(false) => "would have done nothing for this user",
        None => "might have done something: the state is unknown",
    };
    println!("  the button of before February 2026 {mattered}");
    survived(client, user, &op::revoke_mfa_sessions::SPEC).await?;

    heading("Button: Revoke sessions");
    let revoked = client.revoke_sign_in_sessions(user).confirm().await?;
    print_receipt(&revoked.receipt);
    survived(client, user, &op::revoke_sign_in_sessions::SPEC).await?;

    heading("Button: Add Temporary Access Pass");
    let pass = client.create_temporary_access_pass(user).one_time(true).await?;
    print_receipt(&pass.receipt);
    println!("  the owner signs in with the pass (not printed) and registers at {}", pass.registration_url);
    survived(client, user, &op::create_temporary_access_pass::SPEC).await?;

    heading("What the buttons left, and the operation that takes it");
    let deleted = client.delete_methods(user, op::MethodScope::AllRemovable).await?;
    print_receipt(&deleted.receipt);
    for of in &deleted.methods {
        let name = of
            .method
            .as_ref()
            .map_or_else(|| of.id.to_string(), entra_ir_core::model::AuthenticationMethod::label);
        println!("  {name}: {:?}", of.outcome);
    }
    println!("  all that can be removed is removed: {}", deleted.is_complete());
    Ok(())
}

async fn survived(client: &Client, user: &str, spec: &OperationSpec) -> Result<(), Error> {
    println!("\n  {}\n  After it:", spec.does_not.split_whitespace().collect::<Vec<_>>().join(" "));
    print_account(client, user).await
}
