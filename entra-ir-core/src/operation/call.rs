//! A pending call.

use std::fmt;
use std::pin::Pin;

use std::time::Duration;

use super::given::Given;
use super::{Context, Operation};
use crate::error::Result;
use crate::model::{Device, User};

/// Holds a call until it is awaited. Nothing is sent before that.
/// Awaiting it reports invalid arguments, too.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<'a, O> {
    context: &'a Context,
    operation: Result<O>,
    given: Given,
}

impl<'a, O> Call<'a, O> {
    pub(crate) const fn new(context: &'a Context, operation: Result<O>) -> Self {
        let given = Given { users: Vec::new(), device: None, time: None, owner_checked: false };
        Self { context, operation, given }
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
        self.given.users.push(user);
        self
    }

    /// Hands over a device that was read, which the call then does not read again: as
    /// [`knowing`](Self::knowing) does for an account.
    pub fn knowing_device(mut self, device: Device) -> Self {
        self.given.device = Some(device);
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
    pub fn deadline(mut self, time: Duration) -> Self {
        self.given.time = Some(time);
        self
    }

    /// Confirms that you checked the owner of the target, if the guard cannot read it: a device without an
    /// owner, a grant that cannot be read. The receipt records it.
    ///
    /// Without this word the guard of a client with protected accounts refuses such a write
    /// ([`Refusal::OwnerUnknown`](crate::Refusal::OwnerUnknown)). An owner that can be read counts all the
    /// same.
    pub fn owner_checked(mut self) -> Self {
        self.given.owner_checked = true;
        self
    }

    /// Changes the operation, if its arguments are valid.
    pub(crate) fn map(self, change: impl FnOnce(O) -> O) -> Self {
        self.and_then(|operation| Ok(change(operation)))
    }

    /// Changes the operation by an argument that may be invalid.
    pub(crate) fn and_then(self, change: impl FnOnce(O) -> Result<O>) -> Self {
        Self { operation: self.operation.and_then(change), ..self }
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
            let context = self.context.for_call(self.given);
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
