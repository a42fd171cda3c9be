//! Which permissions and roles operations need: the least of them, as data, as an application registration,
//! and against what a token holds.

mod compare;
mod ids;
mod least;
mod manifest;
mod needs;
mod own;
mod registration;
mod set;
mod takeover;
#[cfg(test)]
mod tests;

pub use compare::{Held, PermissionComparison, UnexpectedPermission, compare_permissions};
pub use needs::Wanted;
pub use registration::Registration;
pub use set::{CallerPermissions, NeededPermission, NeededRole, PermissionSet};
pub use takeover::TAKEOVER_PERMISSIONS;

/// Returns the fewest permissions that are enough for operations, with all requests that they send, for each
/// kind of caller. A pure function; the order of the operations does not matter. Rules:
/// * What has no alternative is chosen first, and serves wherever it is enough; then the least privileged of
///   the rest. What is then idle is left out.
/// * The permission for one type of methods is enough if every removal names its types; a removal of all
///   methods needs the one for all types.
/// * What this kind of caller cannot send at all is listed as impossible.
/// * The roles are enough for a target without a role. A privileged one needs Privileged Authentication
///   Administrator.
///
/// A permission that a tenant's guard or a run needs beside its operations is not in it.
///
/// ```
/// use entra_ir_core::knowledge::{Wanted, permissions_for};
///
/// # fn main() -> Result<(), entra_ir_core::Error> {
/// let needed = permissions_for([Wanted::named("block_sign_in")?, Wanted::named("revoke_sign_in_sessions")?]);
/// let names: Vec<_> = needed.application.names().collect();
/// assert_eq!(names, ["User.EnableDisableAccount.All", "User.Read.All", "User.RevokeSessions.All"]);
/// assert_eq!(needed.delegated.roles[0].name, "Authentication Administrator");
/// # Ok(())
/// # }
/// ```
pub fn permissions_for<W: Into<Wanted>>(operations: impl IntoIterator<Item = W>) -> PermissionSet {
    let wanted: Vec<Wanted> = operations.into_iter().map(Into::into).collect();
    PermissionSet::new(&wanted)
}
