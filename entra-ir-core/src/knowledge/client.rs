//! The doors of an account as it is now.

use super::done::ActionDone;
use super::doors::{OpenDoors, open_doors};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::ids::UserRef;

impl Client {
    /// Takes the user's picture and tells every way in that is still open: [`open_doors`] of [`user_picture`](Self::user_picture).
    ///
    /// The moment it is told for is the picture's, by the service's own clock. To tell it for a later one, or to ask again without reading, keep the picture
    /// and call [`open_doors`].
    ///
    /// # Effect
    /// Reads only. A part that cannot be read leaves its doors *unknown*.
    ///
    /// # Permissions
    /// As for [`user_picture`](Self::user_picture).
    ///
    /// # Errors
    /// As for [`user_picture`](Self::user_picture).
    ///
    /// Source: see [`open_doors`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), entra_ir_core::Error> {
    /// use entra_ir_core::{ActionDone, SimulatedTenant};
    /// use time::OffsetDateTime;
    ///
    /// let client = SimulatedTenant::contoso().client()?;
    /// let user = "adele@contoso.example";
    /// let required = client.require_mfa_reregistration(user).await?;
    /// let done = ActionDone::of_methods(&required.deleted, OffsetDateTime::now_utc());
    /// let doors = client.open_doors(user, &[done]).await?;
    /// assert!(doors.open().any(|door| door.label.starts_with("passkey")), "Adele's passkey survives");
    /// println!("{doors}");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn open_doors<U>(&self, user: U, done: &[ActionDone]) -> Result<OpenDoors>
    where
        U: TryInto<UserRef>,
        Error: From<U::Error>,
    {
        let picture = self.user_picture(user).await?;
        Ok(open_doors(&picture, done, picture.taken_at))
    }
}
