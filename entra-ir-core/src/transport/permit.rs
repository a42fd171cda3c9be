//! The permit to send one request.

use std::fmt;

/// A permit to send one request. Dropping it returns it.
///
/// ```
/// use std::sync::Arc;
///
/// use entra_ir_core::Permit;
/// use tokio::sync::Semaphore;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tokio::sync::AcquireError> {
/// let slots = Arc::new(Semaphore::new(1));
/// let permit = Permit::holding(Arc::clone(&slots).acquire_owned().await?);
/// assert_eq!(slots.available_permits(), 0);
/// drop(permit);
/// assert_eq!(slots.available_permits(), 1);
/// # Ok(())
/// # }
/// ```
#[must_use]
#[derive(Default)]
pub struct Permit(Option<Box<dyn Send + Sync>>);

impl Permit {
    /// Creates a permit that holds a value: a slot of a semaphore, or the permit of an inner transport.
    pub fn holding(held: impl Send + Sync + 'static) -> Self {
        Self(Some(Box::new(held)))
    }

    /// Adds the permit of an inner transport.
    #[cfg(feature = "http")]
    pub(super) fn and(self, inner: Self) -> Self {
        match (&self.0, &inner.0) {
            (None, _) => inner,
            (_, None) => self,
            _ => Self::holding((self, inner)),
        }
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("holds", &self.0.is_some()).finish()
    }
}
