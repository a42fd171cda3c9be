//! What a client's own tokens hold, against what operations need.

use super::compare::{Held, PermissionComparison, compare_permissions};
use super::needs::Wanted;
use crate::error::Result;
use crate::operation::Client;

impl Client {
    /// Compares what the client's own tokens hold with what operations need: one answer for each credential,
    /// the signed-in user's first. Nothing is verified, so it is advice; Graph decides.
    ///
    /// # Effect
    /// None: no request to Graph. A token is fetched if there is none yet.
    ///
    /// # Permissions
    /// None.
    ///
    /// # Errors
    /// That of the credential. A token that cannot be read is not an error: its
    /// [`caller`](PermissionComparison::caller) is `None`.
    ///
    /// Source: "Access token claims reference".
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), entra_ir_core::Error> {
    /// use entra_ir_core::knowledge::Registration;
    ///
    /// // The simulated tenant's own client holds every permission.
    /// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
    /// let compared = client.compare_permissions(Registration::Look.operations()).await?;
    /// assert_eq!(compared[0].agrees(), Some(false));
    /// assert!(compared[0].missing.is_empty() && !compared[0].unexpected.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn compare_permissions<W: Into<Wanted>>(
        &self,
        operations: impl IntoIterator<Item = W>,
    ) -> Result<Vec<PermissionComparison>> {
        let wanted: Vec<Wanted> = operations.into_iter().map(Into::into).collect();
        let callers = self.context().callers().await?;
        let compared = callers.into_iter().map(|(kind, claims)| {
            let held = claims.map(|claims| Held {
                caller: claims.kind.or(kind),
                permissions: claims.permissions.clone(),
                roles: claims.roles.clone(),
            });
            compare_permissions(wanted.iter().cloned(), held.as_ref())
        });
        Ok(compared.collect())
    }
}
