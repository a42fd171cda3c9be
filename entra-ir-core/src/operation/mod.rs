//! The traits `Operation` and `GraphCall`, and the client that runs them.

mod call;
mod caller;
mod client;
mod context;
mod given;
mod into_device;
mod into_user;
mod kept;
mod line;
mod output;
mod poll;
mod secret_slot;

pub use call::Call;
pub(crate) use call::options;
pub use caller::{CALLER_UNKNOWN, Caller};
pub use client::Client;
pub use context::Context;
pub(crate) use context::Tally;
pub use into_device::IntoDevice;
pub use into_user::IntoUser;
pub(crate) use line::Line;
pub use output::Output;
pub(crate) use poll::Poll;
pub use secret_slot::SecretSlot;

use crate::error::Result;
use crate::spec::OperationSpec;
use crate::wire::{Request, Response};

/// Describes one request to Microsoft Graph and its answer.
/// Both directions are pure, so tests need no network.
///
/// ```
/// use entra_ir_core::GraphCall;
/// use entra_ir_core::operations::GetUser;
///
/// let request = GetUser::new("a#EXT#@contoso.example")?.request()?;
/// assert_eq!(request.uri().path(), "/v1.0/users/a%23EXT%23@contoso.example");
/// # Ok::<(), entra_ir_core::Error>(())
/// ```
/// Your own call is a struct, a spec and two functions; [`Client::run`](crate::Client::run) sends it through
/// the same pipeline:
///
/// ```
/// use entra_ir_core::{Error, GraphCall, SimulatedTenant, UserRef};
/// use entra_ir_core::spec::{Endpoint, OperationSpec, Verb};
/// use entra_ir_core::wire::{Request, RequestBuilder, Response};
///
/// struct SignInPreferences(UserRef);
///
/// static SPEC: OperationSpec = OperationSpec {
///     summary: "Reads the user's default method.",
///     ..OperationSpec::read(
///         "sign_in_preferences",
///         Endpoint::beta(Verb::Get, "/users/{user}/authentication/signInPreferences"),
///         &[&["UserAuthenticationMethod.Read.All"]],
///         &[&["UserAuthenticationMethod.Read.All"]],
///     )
/// };
///
/// impl GraphCall for SignInPreferences {
///     type Output = bool;
///
///     fn spec(&self) -> &'static OperationSpec {
///         &SPEC
///     }
///
///     fn request(&self) -> Result<Request, Error> {
///         RequestBuilder::new(&SPEC).user(&self.0).build()
///     }
///
///     fn decode(&self, response: &Response) -> Result<bool, Error> {
///         Ok(String::from_utf8_lossy(response.body()).contains("push"))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// let client = SimulatedTenant::contoso().client()?;
/// assert!(client.run(SignInPreferences("adele@contoso.example".parse()?)).await?);
/// # Ok(())
/// # }
/// ```
pub trait GraphCall: Send + Sync {
    /// The type of the decoded answer.
    type Output: Send;

    /// Returns the description of the call. Each request carries it.
    fn spec(&self) -> &'static OperationSpec;

    /// Builds the request, as a path below the Graph endpoint.
    ///
    /// A write names what it acts on, by [`RequestBuilder::user`](crate::wire::RequestBuilder::user) or
    /// [`RequestBuilder::about`](crate::wire::RequestBuilder::about): the guard decides by that.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if a value cannot be sent.
    fn request(&self) -> Result<Request>;

    /// Decodes the answer.
    ///
    /// # Errors
    /// [`Error::Decode`](crate::Error::Decode) if the answer is not understood.
    fn decode(&self, response: &Response) -> Result<Self::Output>;

    /// Returns whether an answer of Graph is a success: any 2xx for a read, and the documented ones for a
    /// write, unless the operation overrides it. Only Graph's own answers are passed to it.
    fn accepts(&self, response: &Response) -> bool {
        let status = response.status();
        match status.as_u16() {
            200 | 201 | 202 | 204 => true,
            _ => status.is_success() && !self.spec().effect.writes(),
        }
    }

    /// Returns whether the content of a 2xx answer without Graph's `request-id` proves it: a read does, a
    /// write only if it returns what only Graph can know.
    fn proves(&self, _output: &Self::Output) -> bool {
        !self.spec().effect.writes()
    }
}

/// Describes what a [`Client`] method does: one or several requests, and the result of their answers.
///
/// An operation is a value: it can be stored, planned, and run by [`Client::run`]. Every [`GraphCall`] is an
/// operation of one request.
pub trait Operation: Send + Sized {
    /// What it returns; for a write it holds a [`Receipt`](crate::receipt::Receipt).
    type Output: Send;

    /// Returns the description of the operation.
    fn spec(&self) -> &'static OperationSpec;

    /// Returns the places for its secrets; most operations have none.
    fn slots(&mut self) -> Vec<&mut SecretSlot> {
        Vec::new()
    }

    /// Runs the operation.
    ///
    /// # Errors
    /// [`Error`](crate::Error), see there.
    fn run(self, context: &Context) -> impl Future<Output = Result<Self::Output>> + Send;
}

impl<C: GraphCall> Operation for C {
    type Output = C::Output;

    fn spec(&self) -> &'static OperationSpec {
        GraphCall::spec(self)
    }

    async fn run(self, context: &Context) -> Result<Self::Output> {
        context.read(&self).await
    }
}
