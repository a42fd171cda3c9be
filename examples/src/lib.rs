//! The shared code of the examples: a client for the simulated tenant, or for a real one by environment
//! variables.
//!
//! | variable | meaning |
//! |---|---|
//! | `ENTRA_IR_TOKEN` | an access token for Microsoft Graph; without it the simulated tenant is used |
//! | `ENTRA_IR_USER` | the account, by object id or user principal name |
//! | `ENTRA_IR_CLOUD` | `global` (default), `us-gov-l4`, `us-gov-l5`, `china` |
//! | `ENTRA_IR_PRESS` | `yes` sends the writes; otherwise a real tenant gets a dry run |

use std::env;

use std::sync::Arc;

use entra_ir_core::receipt::Receipt;
use entra_ir_core::{
    CallerKind, Client, Cloud, Error, Guard, HttpTransport, SimulatedTenant, StaticToken, Transport,
};

/// Holds what an example works on.
#[derive(Debug)]
pub struct Setup {
    /// The client.
    pub client: Client,
    /// The account.
    pub user: String,
    /// The simulated tenant, unless the environment names a real one.
    pub simulated: Option<SimulatedTenant>,
}

/// Connects to the tenant that the environment names, or to the simulated one.
///
/// # Errors
/// [`Error::Config`] for a cloud that does not exist, or a real tenant without `ENTRA_IR_USER`.
pub fn connect(simulated_user: &str) -> Result<Setup, Error> {
    connect_through(simulated_user, |transport| transport)
}

/// Connects likewise, through a transport put before the real one.
///
/// # Errors
/// As for [`connect`].
pub fn connect_through(
    simulated_user: &str,
    wrap: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport>,
) -> Result<Setup, Error> {
    let Ok(token) = env::var("ENTRA_IR_TOKEN") else {
        println!("(simulated tenant; set ENTRA_IR_TOKEN and ENTRA_IR_USER for a real one)\n");
        let tenant = SimulatedTenant::contoso();
        let client = Client::builder()
            .transport(wrap(Arc::new(tenant.clone())))
            .credential(StaticToken::new("simulated").speaking_for(CallerKind::Delegated))
            .build()?;
        return Ok(Setup { client, user: simulated_user.to_owned(), simulated: Some(tenant) });
    };
    let user =
        env::var("ENTRA_IR_USER").map_err(|_| Error::Config("set ENTRA_IR_USER to the account".into()))?;
    let cloud = match env::var("ENTRA_IR_CLOUD").as_deref() {
        Err(_) | Ok("global") => Cloud::Global,
        Ok("us-gov-l4") => Cloud::UsGovL4,
        Ok("us-gov-l5") => Cloud::UsGovL5,
        Ok("china") => Cloud::China,
        Ok(other) => return Err(Error::Config(format!("ENTRA_IR_CLOUD={other} is no cloud"))),
    };
    let press = env::var("ENTRA_IR_PRESS").is_ok_and(|press| press == "yes");
    if !press {
        println!("(dry run: nothing is changed; ENTRA_IR_PRESS=yes sends the writes)\n");
    }
    let client = Client::builder()
        .transport(wrap(Arc::new(HttpTransport::new()?)))
        .cloud(cloud)
        .credential(StaticToken::new(token))
        .guard(if press { Guard::new() } else { Guard::dry_run() })
        .build()?;
    Ok(Setup { client, user, simulated: None })
}

/// Prints a heading.
pub fn heading(text: &str) {
    println!("\n{text}\n{}", "-".repeat(text.chars().count()));
}

/// Prints a receipt: what was sent, how sure it is, and what a responder must know.
pub fn print_receipt(receipt: &Receipt) {
    println!("  {}", receipt.to_string().replace('\n', "\n  "));
}

/// Prints the sign-in state of an account and the methods it has.
///
/// # Errors
/// [`Error`] if it cannot be read.
pub async fn print_account(client: &Client, user: &str) -> Result<(), Error> {
    let account = client.get_user(user).await?;
    let enabled = match account.account_enabled {
        Some(true) => "allowed",
        Some(false) => "blocked",
        None => "unknown",
    };
    let valid_from = account.sign_in_sessions_valid_from_date_time;
    println!(
        "  sign-in {enabled}; sessions valid from {}",
        valid_from.map_or("unknown".into(), |at| at.to_string())
    );
    let list = client.list_methods(user).include_beta().await?;
    for method in &list.methods {
        let alone = if method.signs_in_alone() { "signs in alone" } else { "second factor" };
        println!("  * {} ({alone})", method.label());
    }
    Ok(())
}
