//! Incident response for Microsoft Entra ID accounts: the portal's buttons as typed, verified operations over Microsoft Graph.
//!
//! Ten lines shut an attacker out of an account, here of the simulated tenant that is built in (feature `simulator`):
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), entra_ir_core::Error> {
//! use entra_ir_core::{MethodScope, SimulatedTenant};
//!
//! let client = SimulatedTenant::contoso().client()?;
//! let user = client.get_user("adele@contoso.example").await?.reference();
//! client.block_sign_in(&user).await?;
//! client.reset_password(&user).await?;
//! let removed = client.delete_methods(&user, MethodScope::AllRemovable).await?;
//! let revoked = client.revoke_sign_in_sessions(&user).confirm().await?;
//! println!("{}\n{}", removed.receipt, revoked.receipt);
//! # Ok(())
//! # }
//! ```
//!
//! # What each button is called here
//! | portal | here | what survives it |
//! |---|---|---|
//! | Reset password | [`reset_password`](Client::reset_password) | sessions that began without a password; all methods |
//! | Require re-register MFA | [`require_mfa_reregistration`](Client::require_mfa_reregistration) | passkeys, Windows Hello; all sessions |
//! | Revoke MFA sessions | [`revoke_mfa_sessions`](Client::revoke_mfa_sessions) | password and methods |
//! | Revoke sessions | [`revoke_sign_in_sessions`](Client::revoke_sign_in_sessions) | password and methods; an application's own session |
//! | View authentication methods policy | [`effective_methods_policy`](Client::effective_methods_policy) | everything: a read |
//! | Add Temporary Access Pass | [`create_temporary_access_pass`](Client::create_temporary_access_pass) | everything: a pass removes nothing |
//!
//! # How to read a result
//! A write returns a [`Receipt`] with a [`Grade`]: *accepted* by Graph is not *confirmed* by reading back, which is not *effective* everywhere. Its
//! [`Warning`]s say what the result alone does not. An [`Error`] says what to do next, and whether the write may have happened nevertheless
//! ([`Error::outcome_unknown`]).
//!
//! # What is still open
//! [`Client::open_doors`] tells every way in that what was done left open, and what closes it; [`advise`] what to do next; [`knowledge`] what each action really
//! does, with its sources.
//!
//! # Runtime
//! Calls run on a [tokio](https://docs.rs/tokio) runtime with timers (`enable_time`; for HTTP `enable_all`).
//!
//! # Logs
//! Events and spans of [tracing](https://docs.rs/tracing), without secrets. At info level each request is one span, `graph.call`, and a
//! [`user_picture`](Client::user_picture) is one for all of its reads. Its fields are ids, words and counts: `operation`, `effect` (`read`, `contain`, `change`
//! or `destroy`), `target` (an object id), `outcome` (`answered`, `no-answer`, `not-graph`, `no-token`, `dry-run` or `not-sent`), `status`, `attempts`,
//! `request_id`, `client_request_id`, and `outcome_unknown` where a write may have been done. Attempts and paths, which may name a user, are at debug level.
//!
//! # Features
//! `http` (default): the HTTP transport. `rustls` (default): TLS and proxies for it. `azure-identity`: credentials of the Azure SDK. `simulator`: the
//! simulated tenant. `test-util`: a transport that plays a script.
#![cfg_attr(docsrs, feature(doc_cfg))]

// The README's programs are compiled and run with the doctests.
#[cfg(all(doctest, feature = "simulator"))]
#[doc = include_str!("../README.md")]
mod readme {}

mod auth;
mod client;
mod cloud;
mod error;
mod fan_out;
mod ids;
pub mod knowledge;
mod model;
mod operation;
pub mod operations;
mod page;
mod pipeline;
mod receipt;
#[cfg(feature = "simulator")]
pub mod simulator;
mod spec;
mod text;
mod transport;
mod wire;

#[cfg(feature = "azure-identity")]
pub use auth::AzureCredential;
pub use auth::{AccessToken, CallerKind, StaticToken, TokenProvider, TokenRequest};
pub use client::{Client, ClientBuilder};
pub use cloud::{Cloud, CloudSet};
pub use error::{
    BoxError, Error, ErrorDetail, GraphError, GraphErrorKind, NoAnswer, Refusal, Result, Sent,
    TransportError, TransportErrorKind,
};
pub use ids::{MethodId, ObjectId, UserName, UserRef};
pub use knowledge::{
    Action, ActionDone, Advice, Door, DoorKind, DoorState, OpenDoors, Situation, TokenClass, advise,
    open_doors,
};
pub use model::{
    AccessPassMethod, AuthenticationMethod, CampaignState, ChangeKind, Device, DeviceTrust,
    DomainAuthentication, EffectiveMethodsPolicy, EligibleGroup, KeyRestrictions, MethodDetail, MethodKind,
    MethodList, MethodPolicy, MethodSettings, MigrationState, NotCompared, Part, PasskeyProfile,
    PerUserMfaState, PictureChange, PictureDiff, PolicyTarget, PreferredMethod, RegisteredMethod,
    RegistrationCampaign, RiskLevel, RiskState, RoleGroup, RoleHeld, RoleVia, SignInPreferences, TypeUnread,
    User, UserKind, UserPicture, UserRisk, Verdict,
};
pub use operation::{Call, Caller, Context, Operation, Procedure};
pub use operations::*;
pub use page::Page;
pub use pipeline::{Guard, RetryPolicy};
pub use receipt::{Exchange, Grade, Mechanism, Preview, Receipt, Warning};
#[cfg(feature = "simulator")]
pub use simulator::SimulatedTenant;
pub use spec::{ApiVersion, Effect, Endpoint, Idempotency, OperationSpec, Permissions, Verb, Workload};
pub use transport::Transport;
#[cfg(feature = "http")]
pub use transport::{HttpTransport, HttpTransportBuilder};
#[cfg(feature = "test-util")]
pub use transport::{ScriptedTransport, Step, graph_answer};
pub use wire::{Delivery, Request, RequestBuilder, Response, Target};
