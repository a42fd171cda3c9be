//! Signs an application in, and reads an account with its token.
//!
//! Without settings both happen on the simulated tenant, whose token endpoint is in memory. The settings are
//! those of the Azure SDK: `AZURE_TENANT_ID`, `AZURE_CLIENT_ID`, and one of `AZURE_CLIENT_SECRET`,
//! `AZURE_CLIENT_CERTIFICATE_PATH` (PEM with the key) and `AZURE_FEDERATED_TOKEN_FILE`.
//!
//! For another place than the public cloud, `AZURE_AUTHORITY_HOST` sets where tokens are obtained, and
//! `ENTRA_IR_ENDPOINT` where Graph is. `ENTRA_IR_USER` is the account.

use std::env::{self, VarError};

use entra_ir_core::{
    Client, ClientBuilder, ClientCertificate, ClientSecret, Error, SimulatedTenant, WorkloadIdentity,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = connect()?;
    let user = env::var("ENTRA_IR_USER").unwrap_or_else(|_| "adele@contoso.example".into());
    let account = client.get_user(user.as_str()).await?;
    println!("signed in; {user} is {}", account.id);
    Ok(())
}

fn connect() -> Result<Client, Box<dyn std::error::Error>> {
    let Ok(tenant) = env::var("AZURE_TENANT_ID") else {
        let (id, secret) = (SimulatedTenant::CONTOSO_APP_ID, SimulatedTenant::CONTOSO_APP_SECRET);
        println!("(simulated tenant; set AZURE_TENANT_ID and the rest for a real one)");
        let credential = ClientSecret::new(&SimulatedTenant::ID.to_string(), id, secret)?;
        let transport = SimulatedTenant::contoso();
        return Ok(Client::builder().transport(transport).credential(credential).build()?);
    };
    let mut builder = Client::builder();
    if let Ok(endpoint) = env::var("ENTRA_IR_ENDPOINT") {
        builder = builder.graph_endpoint(endpoint);
    }
    Ok(with_credential(builder, &tenant, &env::var("AZURE_CLIENT_ID")?)?.build()?)
}

/// Adds the credential that the environment describes.
fn with_credential(
    builder: ClientBuilder,
    tenant: &str,
    id: &str,
) -> Result<ClientBuilder, Box<dyn std::error::Error>> {
    let authority = env::var("AZURE_AUTHORITY_HOST").ok();
    let named = |name: &str| match env::var(name) {
        Err(VarError::NotPresent) => Ok(None),
        found => found.map(Some),
    };
    if let Some(secret) = named("AZURE_CLIENT_SECRET")? {
        let credential = ClientSecret::new(tenant, id, secret)?;
        return Ok(builder.credential(at(credential, authority, ClientSecret::authority)?));
    }
    if let Some(path) = named("AZURE_CLIENT_CERTIFICATE_PATH")? {
        let credential = ClientCertificate::from_pem(tenant, id, &std::fs::read(path)?, None)?;
        return Ok(builder.credential(at(credential, authority, ClientCertificate::authority)?));
    }
    let file = env::var("AZURE_FEDERATED_TOKEN_FILE")?;
    let credential = WorkloadIdentity::new(tenant, id, file)?;
    Ok(builder.credential(at(credential, authority, WorkloadIdentity::authority)?))
}

fn at<C>(credential: C, authority: Option<String>, set: fn(C, &str) -> Result<C, Error>) -> Result<C, Error> {
    match authority {
        Some(authority) => set(credential, &authority),
        None => Ok(credential),
    }
}
