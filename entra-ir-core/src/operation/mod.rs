//! An operation is a value: what it is, what it sends, and how it reads the answer.

mod call;
mod caller;
mod context;
mod line;
mod poll;

pub use call::Call;
pub(crate) use call::options;
pub use caller::Caller;
pub use context::Context;
pub(crate) use context::Tally;
pub(crate) use line::Line;
pub(crate) use poll::Poll;

use crate::error::Result;
use crate::spec::OperationSpec;
use crate::wire::{Request, Response};

/// Describes a call of Microsoft Graph that is one request and one answer.
///
/// Both directions are pure: an operation is tested, stored and planned without a network.
///
/// ```
/// use entra_ir_core::{GetUser, Operation};
///
/// let request = GetUser::of("a#EXT#@contoso.example")?.request()?;
/// assert_eq!(request.uri().path(), "/v1.0/users/a%23EXT%23@contoso.example");
/// # Ok::<(), entra_ir_core::Error>(())
/// ```
///
/// One of your own is a struct, a spec and two functions; [`Client::run`](crate::Client::run) sends it through the same pipeline:
///
/// ```
/// use entra_ir_core::{
///     Endpoint, Error, Operation, OperationSpec, Request, RequestBuilder, Response, SimulatedTenant, UserRef, Verb,
/// };
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
/// impl Operation for SignInPreferences {
///     const SPEC: &'static OperationSpec = &SPEC;
///     type Output = bool;
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
pub trait Operation: Send + Sync {
    /// What the operation is. It travels with each request.
    const SPEC: &'static OperationSpec;

    /// What the answer is decoded into.
    type Output: Send;

    /// Builds the request, as a path below the Graph endpoint.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if a value cannot be sent.
    fn request(&self) -> Result<Request>;

    /// Decodes the answer.
    ///
    /// # Errors
    /// [`Error::Decode`](crate::Error::Decode) if the answer is not understood.
    fn decode(&self, response: &Response) -> Result<Self::Output>;

    /// Returns whether an answer of Graph is a success: any 2xx for a read, and those that Microsoft documents for a write, unless the operation says
    /// more. Graph's own answers only come here.
    fn accepts(&self, response: &Response) -> bool {
        let status = response.status();
        match status.as_u16() {
            200 | 201 | 202 | 204 => true,
            _ => status.is_success() && !Self::SPEC.effect.writes(),
        }
    }

    /// Returns whether a 2xx answer that does not carry Graph's mark proves itself by what it holds: what was read does, a write only if it returns
    /// what nobody but Graph can know.
    fn proves(&self, _output: &Self::Output) -> bool {
        !Self::SPEC.effect.writes()
    }
}

/// Describes work of one or several requests: what a [`Client`](crate::Client) method does.
///
/// Every [`Operation`] is a procedure of one request.
pub trait Procedure: Send + Sized {
    /// What the procedure is.
    const SPEC: &'static OperationSpec;

    /// What it returns; for a write it holds a [`Receipt`](crate::Receipt).
    type Output: Send;

    /// Does it.
    ///
    /// # Errors
    /// [`Error`](crate::Error), see there.
    fn run(self, context: &Context) -> impl Future<Output = Result<Self::Output>> + Send;
}

impl<O: Operation> Procedure for O {
    const SPEC: &'static OperationSpec = O::SPEC;

    type Output = O::Output;

    async fn run(self, context: &Context) -> Result<Self::Output> {
        context.read(&self).await
    }
}
