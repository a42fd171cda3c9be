//! The checks that a handler makes first: the caller's rights, and that the account exists.

use http::StatusCode;

use super::answer::Refused;
use crate::ids::ObjectId;
use crate::simulator::tenant::account::Account;
use crate::simulator::tenant::role_matrix::{Act, Standing, allows};
use crate::simulator::tenant::settings::Licence;
use crate::simulator::tenant::state::State;

impl State {
    /// Returns the account in its present state.
    pub(super) fn account(&self, id: ObjectId) -> Result<&Account, Refused> {
        self.directory.get(id).ok_or_else(|| Refused::no_object(&id.to_string()))
    }

    /// Returns the account as reads see it, which may be some time ago.
    pub(super) fn seen(&self, id: ObjectId) -> Result<&Account, Refused> {
        let seen = self.directory.seen(id, self.now(), self.settings.read_delay);
        seen.ok_or_else(|| Refused::no_object(&id.to_string()))
    }

    pub(super) fn change<T>(
        &mut self,
        id: ObjectId,
        change: impl FnOnce(&mut Account) -> T,
    ) -> Result<T, Refused> {
        let now = self.now();
        self.directory.change(id, now, change).ok_or_else(|| Refused::no_object(&id.to_string()))
    }

    /// Requires one of the sets of permissions.
    pub(super) fn demand(&self, any_of: &[&[&str]]) -> Result<(), Refused> {
        if self.caller.holds(any_of) { Ok(()) } else { Err(Refused::denied()) }
    }

    /// Requires the licence for Privileged Identity Management.
    pub(super) fn demand_p2(&self) -> Result<(), Refused> {
        if self.settings.licence >= Licence::P2 {
            return Ok(());
        }
        let message =
            "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.";
        Err(Refused::new(StatusCode::BAD_REQUEST, "AadPremiumLicenseRequired", message))
    }

    /// Requires a signed-in caller: the call does not exist for an application.
    pub(super) fn demand_delegated(&self) -> Result<(), Refused> {
        if self.caller.is_delegated() { Ok(()) } else { Err(Refused::denied()) }
    }

    /// Requires a role that may do this to the account, from a signed-in caller.
    pub(super) fn demand_role(&self, act: Act, target: &Account) -> Result<(), Refused> {
        // An application holds no role; its permission decides.
        let (roles, in_role_assignable_group) = self.standing(target);
        let standing = Standing { roles: &roles, in_role_assignable_group };
        if !self.caller.is_delegated() || allows(&self.caller.roles, act, standing) {
            Ok(())
        } else {
            Err(Refused::denied())
        }
    }
}
