//! The user argument of a call.

use crate::error::Result;
use crate::ids::{ObjectId, UserRef};
use crate::model::{AccountSnapshot, User};

/// The user of a call: an object id, a user principal name, or a [`User`] that was read. An operation that
/// gets a [`User`], or a snapshot, does not read the account again if it was read less than five minutes ago;
/// the receipt holds the time. A user from JSON has no such time, and is read again.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let tenant = entra_ir_core::SimulatedTenant::contoso();
/// let client = tenant.client()?;
/// let user = client.get_user("adele@contoso.example").await?;
/// client.block_sign_in(&user).await?;
/// assert_eq!(tenant.requests(), 2, "one read and one write");
/// # Ok(())
/// # }
/// ```
pub trait IntoUser {
    /// Returns the name, checked.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if the name cannot be one.
    fn into_user(self) -> Result<UserRef>;

    /// Returns the account, if it is passed.
    fn known(&self) -> Option<&User> {
        None
    }
}

/// Implements the trait for texts, which are checked.
macro_rules! names {
    ($($name:ty),+ => $convert:path) => {
        $(impl IntoUser for $name {
            fn into_user(self) -> Result<UserRef> {
                Ok($convert(self)?)
            }
        })+
    };
}

names!(&str, String, &String => UserRef::try_from);

impl IntoUser for UserRef {
    fn into_user(self) -> Result<UserRef> {
        Ok(self)
    }
}

impl IntoUser for &UserRef {
    fn into_user(self) -> Result<UserRef> {
        Ok(self.clone())
    }
}

impl IntoUser for ObjectId {
    fn into_user(self) -> Result<UserRef> {
        Ok(UserRef::Id(self))
    }
}

impl IntoUser for &User {
    fn into_user(self) -> Result<UserRef> {
        Ok(self.reference())
    }

    fn known(&self) -> Option<&User> {
        Some(self)
    }
}

impl IntoUser for User {
    fn into_user(self) -> Result<UserRef> {
        Ok(self.reference())
    }

    fn known(&self) -> Option<&User> {
        Some(self)
    }
}

impl IntoUser for &AccountSnapshot {
    fn into_user(self) -> Result<UserRef> {
        Ok(self.user.reference())
    }

    fn known(&self) -> Option<&User> {
        Some(&self.user)
    }
}
