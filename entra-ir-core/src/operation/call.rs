//! A call that has not been made yet.

use std::fmt;
use std::pin::Pin;

use super::{Context, Procedure};
use crate::error::Result;

/// Holds a call until it is awaited. Nothing is sent before.
///
/// What was wrong with the arguments is told by awaiting it, too.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<'a, P> {
    context: &'a Context,
    procedure: Result<P>,
}

impl<'a, P> Call<'a, P> {
    pub(crate) const fn new(context: &'a Context, procedure: Result<P>) -> Self {
        Self { context, procedure }
    }

    /// Changes the operation, if its arguments were good.
    pub(crate) fn map(self, change: impl FnOnce(P) -> P) -> Self {
        Self { context: self.context, procedure: self.procedure.map(change) }
    }
}

impl<P> fmt::Debug for Call<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &std::any::type_name::<P>()).finish_non_exhaustive()
    }
}

impl<'a, P: Procedure + 'a> IntoFuture for Call<'a, P> {
    type Output = Result<P::Output>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.context.run(self.procedure?).await })
    }
}

/// Writes the options of an operation once: as methods of the operation and of its pending [`Call`].
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
