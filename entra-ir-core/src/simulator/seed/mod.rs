//! The initial content of a tenant, and later additions: users, methods, devices, groups,
//! applications, and Contoso.

pub(crate) mod application;
pub(crate) mod contoso;
pub(crate) mod device;
pub(crate) mod group;
pub(crate) mod method;
#[cfg(feature = "oauth")]
pub(crate) mod registration;
pub(crate) mod user;
