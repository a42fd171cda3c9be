//! What a tenant starts with, and what is added to it later: new users, methods, devices and groups, and
//! Contoso.

pub(crate) mod contoso;
pub(crate) mod device;
pub(crate) mod group;
pub(crate) mod method;
pub(crate) mod user;
