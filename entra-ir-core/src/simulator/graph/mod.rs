//! The part of Microsoft Graph that the tenant answers.
//!
//! Each file of a resource declares its routes, with the function that answers each verb and the query
//! options that it takes; the router joins them.

mod access;
mod access_passes;
mod answer;
mod app_role_assignments;
#[cfg(feature = "oauth")]
mod bearer;
mod body;
mod call;
mod device_owners;
mod devices;
mod domains;
pub(crate) mod exchange_log;
pub(crate) mod fault;
mod filter;
mod filter_text;
mod group_eligibilities;
mod group_members;
mod groups;
mod hardware_tokens;
mod memberships;
mod method_access;
mod method_deletion;
mod method_entity;
mod methods;
mod methods_policy;
mod organization;
mod owned_objects;
mod paging;
mod password_reset;
mod passwords;
mod per_user_mfa;
mod permission_grants;
mod profile;
mod query;
mod risky_users;
mod roles;
mod route;
mod router;
mod segments;
mod service_principals;
mod sessions;
mod sign_in_preferences;
pub(crate) mod traffic;
mod url;
mod user_changes;
mod users;
