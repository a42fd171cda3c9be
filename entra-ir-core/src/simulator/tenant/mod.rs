//! The state of the tenant: accounts, methods, groups, devices, policies, the caller and the clock.

pub(crate) mod access_pass;
#[cfg(feature = "oauth")]
pub(crate) mod access_token;
pub(crate) mod account;
pub(crate) mod app;
pub(crate) mod applications;
pub(crate) mod caller;
pub(crate) mod clock;
pub(crate) mod description;
pub(crate) mod device;
mod devices;
pub(crate) mod directory;
pub(crate) mod group;
mod history;
pub(crate) mod machine;
pub(crate) mod method;
pub(crate) mod methods_policy;
pub(crate) mod password;
pub(crate) mod password_reset;
#[cfg(feature = "oauth")]
pub(crate) mod registration;
pub(crate) mod risk;
pub(crate) mod role;
pub(crate) mod role_matrix;
pub(crate) mod settings;
pub(crate) mod state;
#[cfg(feature = "oauth")]
pub(crate) mod token_service;
pub(crate) mod validity;
