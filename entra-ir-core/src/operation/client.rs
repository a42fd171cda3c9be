//! The client: the handle whose methods are the operations, each in the file of its operation.

use super::{Call, Context, IntoDevice, IntoUser, Operation};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::ids::{ObjectId, UserRef};

/// Calls Microsoft Graph for one tenant. Cheap to clone; clones share connections, token and limits.
///
/// Each method returns a [`Call`] that sends nothing until it is awaited, and takes options before that.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::SimulatedTenant;
/// use entra_ir_core::operations::MethodScope;
///
/// let client = SimulatedTenant::contoso().client()?;
/// let user = "adele@contoso.example";
/// client.lock_out(user).await?;
/// client.revoke_sign_in_sessions(user).confirm().await?;
/// let removed = client.delete_methods(user, MethodScope::AllRemovable).await?;
/// println!("{}; revoke again, five minutes after the first time", removed.receipt);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    pub(super) context: Context,
}

impl Client {
    pub(crate) const fn new(context: Context) -> Self {
        Self { context }
    }

    /// Prepares a call of an operation that was made elsewhere: stored, planned, received, or one of your
    /// own.
    ///
    /// Awaiting it returns the output of the operation, or its errors.
    pub const fn run<O: Operation>(&self, operation: O) -> Call<'_, O> {
        self.call(Ok(operation))
    }

    /// Returns the client's cloud.
    pub fn cloud(&self) -> Cloud {
        self.context.cloud()
    }

    /// Returns the context of its calls.
    pub(crate) const fn context(&self) -> &Context {
        &self.context
    }

    /// Returns the same client, whose writes are only described.
    #[cfg(feature = "containment")]
    pub(crate) fn previewing(&self) -> Self {
        Self { context: self.context.previewing() }
    }

    /// Returns the same client, whose requests an observer follows.
    #[cfg(feature = "containment")]
    pub(crate) fn observed_by(&self, observer: std::sync::Arc<dyn crate::pipeline::Observer>) -> Self {
        Self { context: self.context.observed_by(observer) }
    }

    /// Prepares a call of an operation.
    pub(crate) const fn call<O>(&self, operation: Result<O>) -> Call<'_, O> {
        Call::new(&self.context, operation)
    }

    /// Prepares a call of an operation on a user. A user that was already read is not read again.
    pub(crate) fn on<O>(
        &self,
        user: impl IntoUser,
        operation: impl FnOnce(UserRef) -> Result<O>,
    ) -> Call<'_, O> {
        let known = user.known().cloned();
        let call = self.call(user.into_user().and_then(operation));
        known.into_iter().fold(call, Call::knowing)
    }

    /// Prepares a call of an operation on several users. Those that were already read are not read again.
    pub(crate) fn on_each<O>(
        &self,
        users: impl IntoIterator<Item: IntoUser>,
        operation: impl FnOnce(Vec<UserRef>) -> Result<O>,
    ) -> Call<'_, O> {
        let (mut known, mut named) = (Vec::new(), Ok(Vec::new()));
        for user in users {
            known.extend(user.known().cloned());
            named = named.and_then(|mut named| {
                named.push(user.into_user()?);
                Ok(named)
            });
        }
        known.into_iter().fold(self.call(named.and_then(operation)), Call::knowing)
    }

    /// Prepares a call of an operation on a device. A device that was already read is not read again.
    pub(crate) fn on_device<O>(
        &self,
        device: impl IntoDevice,
        operation: impl FnOnce(ObjectId) -> Result<O>,
    ) -> Call<'_, O> {
        let known = device.known().cloned();
        let call = self.call(device.into_device().and_then(operation));
        match known {
            Some(known) => call.knowing_device(known),
            None => call,
        }
    }
}
