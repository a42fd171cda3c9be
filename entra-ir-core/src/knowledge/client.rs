//! The doors of an account as it is now.

use time::OffsetDateTime;

use super::done::ActionDone;
use super::doors::{OpenDoors, open_doors};
use super::evidence::Evidence;
use crate::error::Result;
use crate::model::AccountSnapshot;
use crate::operation::{Client, IntoUser};

impl Client {
    /// Takes the user's snapshot and returns every way in with its state: [`open_doors`] of
    /// [`snapshot`](Self::snapshot). The time of the assessment is that of the snapshot, or of the last
    /// action if that is later, by the service's own clock. For another time, or to assess again without
    /// reading, keep the snapshot and call [`open_doors`]. The risk is not read: no door depends on it, and
    /// Identity Protection takes one request a second of the whole tenant.
    ///
    /// # Effect
    /// Reads only. A part that cannot be read leaves its doors *unknown*.
    ///
    /// # Permissions
    /// As for [`snapshot`](Self::snapshot).
    ///
    /// # Errors
    /// As for [`snapshot`](Self::snapshot).
    ///
    /// Source: see [`open_doors`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), entra_ir_core::Error> {
    /// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
    /// let user = "adele@contoso.example";
    /// let reset = client.reset_password(user).await?;
    /// let required = client.require_mfa_reregistration(user).await?;
    /// let doors = client.open_doors(user, [&reset, &required]).await?;
    /// assert!(doors.open().any(|door| door.label.starts_with("passkey")), "Adele's passkey survives");
    /// println!("{doors}");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn open_doors<const N: usize>(
        &self,
        user: impl IntoUser,
        done: [&dyn Evidence; N],
    ) -> Result<OpenDoors> {
        let done = actions(done);
        let snapshot = self.snapshot(user).without_risk().await?;
        Ok(snapshot.open_doors([&done]))
    }
}

impl AccountSnapshot {
    /// Returns every way into the account after the given actions: [`open_doors`] at the time of the
    /// snapshot, or of the last action if that is later. At that time nothing has taken effect everywhere:
    /// the result of the last action is *closing*. For a later time use [`open_doors`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), entra_ir_core::Error> {
    /// use entra_ir_core::SimulatedTenant;
    /// use entra_ir_core::knowledge::Evidence;
    /// use time::Duration;
    ///
    /// let client = SimulatedTenant::contoso().client()?;
    /// let before = client.snapshot("adele@contoso.example").without_risk().await?;
    /// let blocked = client.block_sign_in("adele@contoso.example").await?;
    ///
    /// let doors = before.open_doors([&blocked]);
    /// assert!(doors.closing().all(|door| door.state.is_only_held()), "a block ends nothing");
    /// let later = entra_ir_core::knowledge::open_doors(&before, &blocked.actions(), doors.now + Duration::hours(2));
    /// assert!(later.held().count() > 0 && !later.is_closed_in_sight());
    /// assert!(later.if_unblocked().open().count() > 0, "what was held works again");
    /// # Ok(())
    /// # }
    /// ```
    pub fn open_doors<const N: usize>(&self, done: [&dyn Evidence; N]) -> OpenDoors {
        let done = actions(done);
        let counted = done.iter().filter(|done| done.is_done() && done.concerns(self.user.id));
        let last = counted.map(|done| done.at).fold(self.taken_at, OffsetDateTime::max);
        open_doors(self, &done, last)
    }
}

fn actions<const N: usize>(done: [&dyn Evidence; N]) -> Vec<ActionDone> {
    done.into_iter().flat_map(Evidence::actions).collect()
}
