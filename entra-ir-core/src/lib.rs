//! Incident response for Microsoft Entra ID accounts: the portal's buttons as typed, verified operations over
//! Microsoft Graph.
//! - [Operations](#what-each-button-is-called-here) that report what they end, what they leave, and how
//!   certain that is
//! - A [guard](Guard): protected accounts and groups, the last administrator, dry run, read-only
//! - [Open doors](#what-is-still-open): which access remains, until when, and what closes it
//! - Four [clouds](Cloud): an operation that a cloud lacks is refused before anything is sent
//! - Retries only of operations that may be repeated, and [errors](Error) that name the next step
//! - A [simulated tenant](#a-simulated-tenant), to try everything on
//!
//! # A client
//! A [`Client`] calls one tenant, with a token of a [credential](#credentials). The [`Guard`] limits what it
//! may send; without a guard everything is sent. This client refuses to modify the emergency access account
//! or the caller's own account:
//!
//! ```
//! # #[cfg(feature = "rustls")]
//! # fn main() -> Result<(), entra_ir_core::Error> {
//! use entra_ir_core::{Client, Cloud, Guard, StaticToken};
//!
//! let client = Client::builder()
//!     .cloud(Cloud::Global)
//!     .credential(StaticToken::new("eyJ0eXAi..."))
//!     .guard(Guard::new().protect(["breakglass@contoso.com"]).protect_caller())
//!     .build()?; // nothing is sent yet
//! # assert_eq!(client.cloud(), Cloud::Global);
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "rustls"))]
//! # fn main() {}
//! ```
//! Look first: with [`Guard::dry_run`] the client sends reads, and shows each write with its secrets masked;
//! [`Guard::read_only`] refuses writes.
//!
//! # Shut an attacker out
//! Each method returns a [`Call`] that takes options, and sends nothing until it is awaited.
//!
//! ```
//! use entra_ir_core::{Client, Error};
//! use entra_ir_core::operations::MethodScope;
//!
//! async fn shut_out(client: &Client, user: &str) -> Result<(), Error> {
//!     let user = client.get_user(user).await?;
//!     client.lock_out(&user).await?;
//!     client.revoke_sign_in_sessions(&user).confirm().await?;
//!     let removed = client.delete_methods(&user, MethodScope::AllRemovable).await?;
//!     println!("{}; revoke again, five minutes after the first time", removed.receipt);
//!     Ok(())
//! }
//! # #[cfg(feature = "simulator")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! #     let client = entra_ir_core::SimulatedTenant::contoso().client()?;
//! #     shut_out(&client, "adele@contoso.example").await
//! # }
//! # #[cfg(not(feature = "simulator"))]
//! # fn main() {}
//! ```
//!
//! [`advise`](knowledge::advise) tells the steps for an incident in their order, with what each does not do.
//!
//! # A simulated tenant
//! `SimulatedTenant` (feature `simulator`) replaces the HTTP transport, with users, methods, faults and a
//! clock:
//!
//! ```
//! # #[cfg(feature = "simulator")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), entra_ir_core::Error> {
//! use entra_ir_core::SimulatedTenant;
//!
//! let tenant = SimulatedTenant::contoso();
//! let client = tenant.client()?; // or tenant.client_builder(), to set a guard
//! println!("{}", client.block_sign_in("adele@contoso.example").await?);
//! assert_eq!(client.get_user("adele@contoso.example").await?.account_enabled, Some(false));
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "simulator"))]
//! # fn main() {}
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
//! A write returns a [`Receipt`](receipt::Receipt) with a [`Grade`](receipt::Grade): *accepted* by Graph is
//! not *confirmed* by reading back, which is not *effective* everywhere. Its [`Warning`](receipt::Warning)s
//! say what the result alone does not. An [`Error`] says what to do next, and whether the write may have
//! happened nevertheless ([`Error::outcome_unknown`]).
//!
//! ```
//! use entra_ir_core::{Client, Error};
//!
//! async fn block(client: &Client, user: &str) {
//!     match client.block_sign_in(user).await {
//!         Ok(receipt) if receipt.is_success() => println!("{receipt}"),
//!         Ok(receipt) => println!("not done: {} {:?}", receipt.grade, receipt.warnings),
//!         Err(error) if error.outcome_unknown() => println!("it may have happened: {}", error.advice()),
//!         Err(error) => println!("{error}"),
//!     }
//! }
//! # #[cfg(feature = "simulator")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! #     block(&entra_ir_core::SimulatedTenant::contoso().client()?, "adele@contoso.example").await;
//! #     Ok(())
//! # }
//! # #[cfg(not(feature = "simulator"))]
//! # fn main() {}
//! ```
//!
//! # What is still open
//! [`Client::open_doors`] tells every way in that what was done left open, and what closes it;
//! [`advise`](knowledge::advise) what to do next; [`knowledge`] what each action really does, with its
//! sources.
//!
//! # Credentials
//! The feature `oauth` has the usual ways to sign in: `ClientSecret`, `ClientCertificate`,
//! `WorkloadIdentity`, `ManagedIdentity`, `DeviceCode`, `AzureCli`, and a `Chain` of them.
//! `docs/sign-in.md` of the repository compares them. [`StaticToken`] holds a token that was obtained
//! elsewhere. `AzureCredential` (feature `azure-identity`) wraps any credential of the Azure SDK. Your own
//! [`TokenProvider`] is one function. The documentation of each operation lists the permissions and roles
//! that it needs.
//!
//! # Where things are
//! | look for | in |
//! |---|---|
//! | what a call does, needs and does not do | its operation, such as [`ResetPassword`](operations::ResetPassword) or [`DeleteMethods`](operations::DeleteMethods); all of them in [`operations`] |
//! | the same as data: permissions, roles, clouds | [`CATALOG`](operations::CATALOG), and `docs/operations.md` of the repository |
//! | what each action ends, with its sources | [`knowledge`], and `docs/effects.md` of the repository |
//! | everything about one account | [`Client::snapshot`] |
//! | a call that is not here | [`GraphCall`], run by [`Client::run`] |
//! | a `reqwest::Client` of your own | `ClientBuilder::http_client` (feature `http`) |
//! | an HTTP stack of your own | [`Transport`] |
//! | runnable programs | `examples` of the repository: `an_attacker_is_in`, `press_the_buttons`, `contain_with_passkey`, `which_doors_are_open`, `snapshot`, `custom_transport` |
//! | what is promised, and what is not | `SECURITY.md` of the repository |
//!
//! # Runtime
//! Calls run on a [tokio](https://docs.rs/tokio) runtime with timers (`enable_time`; for HTTP `enable_all`).
//!
//! # Logs
//! The library emits events and spans of [tracing](https://docs.rs/tracing), without secrets. At info level
//! each request is one span, `graph.call`, and a [`snapshot`](Client::snapshot) is one span for all of its
//! reads. The fields are ids, words and counts: `operation`, `effect` (`read`, `contain`, `change` or
//! `destroy`), `target` (an object id), `outcome` (`answered`, `no-answer`, `not-graph`, `no-token`,
//! `dry-run` or `not-sent`), `status`, `attempts`, `request_id`, `client_request_id`, and `outcome_unknown`
//! if a write may have been done. Attempts and paths, which may name a user, are at debug level.
//!
//! # Features
//! | feature | adds |
//! |---|---|
//! | `http` (default) | the HTTP transport |
//! | `rustls` (default) | TLS and proxies for it |
//! | `azure-identity` | credentials of the Azure SDK |
//! | `oauth` | ways to sign in: secret, certificate, workload and managed identity, device code, Azure CLI; with `simulator` its token endpoint |
//! | `containment` | plans, and runs with a journal that survives a crash |
//! | `report` | the report of a run as a page of HTML, with the times of a named zone |
//! | `schema` | the JSON Schema of every operation and result: `operations::schemas` and `knowledge::schemas` |
//! | `simulator` | the simulated tenant |
//! | `test-util` | a transport that plays a script |
#![cfg_attr(docsrs, feature(doc_cfg))]

// The doctests compile and run the README's programs.
#[cfg(all(doctest, feature = "simulator"))]
#[doc = include_str!("../README.md")]
mod readme {}

mod auth;
mod client;
mod cloud;
#[cfg(feature = "containment")]
pub mod containment;
mod error;
mod fan_out;
mod ids;
mod json;
pub mod knowledge;
pub mod model;
mod operation;
pub mod operations;
mod origin;
mod page;
mod pipeline;
pub mod receipt;
#[cfg(feature = "schema")]
mod schema;
#[cfg(feature = "simulator")]
pub mod simulator;
pub mod spec;
pub mod target;
mod text;
mod transport;
pub mod wire;

// The crates whose types stand in signatures, so that a tool need not pin their versions itself.
pub use async_trait;
pub use bytes;
pub use http;
pub use secrecy;
pub use time;

#[cfg(feature = "azure-identity")]
pub use auth::AzureCredential;
pub use auth::{AccessToken, StaticToken, TokenProvider, TokenRequest};
#[cfg(feature = "oauth")]
pub use auth::{
    AzureCli, Chain, ClientCertificate, ClientSecret, DeviceCode, DevicePrompt, ManagedIdentity,
    WorkloadIdentity,
};
pub use client::ClientBuilder;
pub use cloud::{Cloud, CloudSet};
pub use error::{
    AdministratorLeft, AuthError, AuthErrorKind, BoxError, Error, ErrorDetail, ErrorRecord, GraphError,
    GraphErrorKind, NoAnswer, NotCounted, Protection, Refusal, Result, Sent, TransportError,
    TransportErrorKind,
};
pub use ids::{EntryId, InvalidId, MethodId, ObjectId, UserName, UserRef};
pub use operation::{Call, Caller, Client, Context, GraphCall, IntoDevice, IntoUser, Operation, Output};
pub use page::Page;
pub use pipeline::{Guard, RetryPolicy};
#[cfg(feature = "simulator")]
#[doc(inline)]
pub use simulator::SimulatedTenant;
pub use spec::CallerKind;
#[cfg(feature = "http")]
pub use transport::{Gate, HttpTransport, HttpTransportBuilder};
pub use transport::{Permit, Transport};
#[cfg(feature = "test-util")]
pub use transport::{ScriptedResponse, ScriptedTransport, graph_answer};
