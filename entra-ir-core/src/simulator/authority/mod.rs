//! The token endpoint of the tenant: what the host `login.microsoftonline.com` answers.
//!
//! It is below `graph/`, whose traffic hands over the requests that are for it, by their path alone; it knows
//! nothing of Graph. Source of each answer: the pages of the flows on Microsoft Learn and "Microsoft Entra
//! authentication and authorization error codes". Where these give no answer, a comment says what is assumed.

mod assertion;
mod client;
mod client_credentials;
mod device_code;
mod device_login;
mod discovery;
mod endpoint;
mod form;
mod issue;
mod refresh_token;
mod refusal;
mod scope;
mod serve;

pub(crate) use form::without_secrets;
pub(crate) use refusal::unavailable;
pub(crate) use serve::{is_for, serve};
