//! Checks who may read and who may change the authentication methods of a user.

use super::answer::Refused;
use crate::ids::ObjectId;
use crate::model::MethodKind;
use crate::simulator::tenant::role_matrix::Act;
use crate::simulator::tenant::state::State;

/// Requires the rights to read methods; for one type its narrow permission is enough.
pub(super) fn demand_read(state: &State, id: ObjectId, kind: Option<&MethodKind>) -> Result<(), Refused> {
    let narrow = kind.map_or("", MethodKind::narrow_permission);
    let narrow_read = narrow.replace("ReadWrite", "Read");
    let broad: [&[&str]; 2] =
        [&["UserAuthenticationMethod.Read.All"], &["UserAuthenticationMethod.ReadWrite.All"]];
    let [read, write] = broad;
    if narrow.is_empty() {
        state.demand(&broad)?;
    } else {
        state.demand(&[read, write, &[narrow], &[&narrow_read]])?;
    }
    if state.is_self(id) { Ok(()) } else { state.demand_role(Act::ReadMethods, state.account(id)?) }
}

/// Requires the rights to change methods.
pub(super) fn demand_change(state: &State, id: ObjectId, kind: &MethodKind) -> Result<(), Refused> {
    let narrow = kind.narrow_permission();
    let broad: &[&str] = &["UserAuthenticationMethod.ReadWrite.All"];
    if narrow.is_empty() {
        state.demand(&[broad])?;
    } else {
        state.demand(&[broad, &[narrow]])?;
    }
    state.demand_role(Act::ChangeMethods, state.account(id)?)
}
