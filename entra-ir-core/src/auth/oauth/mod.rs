//! Ways to sign in, one file for each. They send by the client's own transport.

mod answer;
mod application;
mod as_application;
mod azure_cli;
mod capabilities;
mod certificate;
mod chain;
mod client_certificate;
mod client_secret;
mod device_code;
mod exchange;
mod form;
mod managed_identity;
mod refusal;
mod workload_identity;

pub use azure_cli::AzureCli;
pub use chain::Chain;
pub use client_certificate::ClientCertificate;
pub use client_secret::ClientSecret;
pub use device_code::{DeviceCode, DevicePrompt};
pub use managed_identity::ManagedIdentity;
pub use workload_identity::WorkloadIdentity;

#[cfg(all(test, feature = "test-util"))]
mod tests;
