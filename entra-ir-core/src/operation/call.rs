//! A pending call.

use std::fmt;
use std::pin::Pin;

use std::time::Duration;

use super::{Context, Operation};
use crate::error::Result;
use crate::model::User;

/// Holds a call until it is awaited. Nothing is sent before that.
/// Awaiting it reports invalid arguments, too.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<'a, O> {
    context: &'a Context,
    operation: Result<O>,
    known: Vec<User>,
    deadline: Option<Duration>,
    owner_checked: bool,
}

impl<'a, O> Call<'a, O> {
    pub(crate) const fn new(context: &'a Context, operation: Result<O>) -> Self {
        Self { context, operation, known: Vec::new(), deadline: None, owner_checked: false }
    }

    /// Hands over an account that was read, which the call then does not read again: see
    /// [`IntoUser`](crate::IntoUser). Call it once for each account.
    ///
    /// Only an operation that was made elsewhere needs it; a method of the client takes a [`User`] in place
    /// of a name.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), entra_ir_core::Error> {
    /// use entra_ir_core::operations::BlockSignIn;
    ///
    /// let tenant = entra_ir_core::SimulatedTenant::contoso();
    /// let client = tenant.client()?;
    /// let user = client.get_user("adele@contoso.example").await?;
    /// client.run(BlockSignIn::new(&user)?).knowing(user).await?;
    /// assert_eq!(tenant.requests(), 2, "one read and one write");
    /// # Ok(())
    /// # }
    /// ```
    pub fn knowing(mut self, user: User) -> Self {
        self.known.push(user);
        self
    }

    /// Limits the time of the whole call, with its retries and waits. After the limit nothing more is sent. A
    /// request in progress is abandoned: a write may then have been done, and the error reports it.
    ///
    /// # Errors
    /// [`Error::Transport`](crate::Error::Transport) when the time is over: with the receipt, and with
    /// [`outcome_unknown`](crate::Error::outcome_unknown) if a write was in progress.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), entra_ir_core::Error> {
    /// use std::time::Duration;
    ///
    /// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
    /// client.block_sign_in("adele@contoso.example").deadline(Duration::from_secs(20)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn deadline(self, time: Duration) -> Self {
        Self { deadline: Some(time), ..self }
    }

    /// Confirms that you checked the owner of the target, if the guard cannot read it: a device without an
    /// owner, a grant that cannot be read. The receipt records it.
    ///
    /// Without this word the guard of a client with protected accounts refuses such a write
    /// ([`Refusal::OwnerUnknown`](crate::Refusal::OwnerUnknown)). An owner that can be read counts all the
    /// same.
    pub fn owner_checked(self) -> Self {
        Self { owner_checked: true, ..self }
    }

    /// Changes the operation, if its arguments are valid.
    pub(crate) fn map(self, change: impl FnOnce(O) -> O) -> Self {
        Self { operation: self.operation.map(change), ..self }
    }
}

impl<O> fmt::Debug for Call<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &std::any::type_name::<O>()).finish_non_exhaustive()
    }
}

impl<'a, O: Operation + 'a> IntoFuture for Call<'a, O> {
    type Output = Result<O::Output>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let context = self.context.for_call(self.known, self.deadline, self.owner_checked);
            context.run(self.operation?).await
        })
    }
}

/// Declares the options of an operation once: as methods of the operation and of its pending [`Call`].
macro_rules! options {
    ($operation:ident { $($(#[$doc:meta])* $name:ident($($arg:ident: $type:ty),*) |$this:ident| $body:expr;)+ }) => {
        impl $operation {
            $($(#[$doc])* pub fn $name(self $(, $arg: $type)*) -> Self {
                let mut $this = self;
                $body;
                $this
            })+
        }

        impl<'a> $crate::operation::Call<'a, $operation> {
            $($(#[$doc])* pub fn $name(self $(, $arg: $type)*) -> Self {
                self.map(|operation| operation.$name($($arg),*))
            })+
        }
    };
}
pub(crate) use options;
