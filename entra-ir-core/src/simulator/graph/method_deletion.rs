//! The deletion of a method, and the two rules that may refuse it.

use super::answer::{Answer, Outcome, Refused};
use super::call::Call;
use super::method_access::demand_change;
use crate::model::MethodKind;
use crate::simulator::tenant::account::Account;
use crate::simulator::tenant::method::{ALTERNATE_MOBILE_ID, MOBILE_ID, Method};
use crate::simulator::tenant::settings::DefaultMethodWording;
use crate::simulator::tenant::state::State;

/// Deletes a method of a type, by its id or as the only one.
pub(super) fn delete(state: &mut State, call: &Call<'_>, kind: &MethodKind, method: Option<&str>) -> Outcome {
    let id = call.user(state)?;
    demand_change(state, id, kind)?;
    let account = state.account(id)?;
    let found = match method {
        Some(method) => account.method(kind, method),
        None => account.methods.iter().find(|known| known.kind == *kind),
    };
    let found = found.ok_or_else(Refused::gone)?;
    may_go(account, found, state.settings.wording)?;
    let (kind, method) = (found.kind.clone(), found.id.clone());
    state.change(id, |account| {
        account.methods.retain(|known| known.kind != kind || known.id != method);
        account.settle_default();
    })?;
    Ok(Answer::no_content())
}

/// Refuses a mobile number while the alternate one is there, and the default method while others could take
/// its place.
///
/// The documentation says that a default phone can never be deleted; in practice it can, once it is the last
/// method.
fn may_go(account: &Account, method: &Method, wording: DefaultMethodWording) -> Result<(), Refused> {
    if method.is_phone(MOBILE_ID) && account.methods.iter().any(|other| other.is_phone(ALTERNATE_MOBILE_ID)) {
        let message = "Cannot delete mobile number without first deleting alternate mobile number.";
        return Err(Refused::methods(message));
    }
    let is_default = account.default_method.as_ref() == Some(&method.id);
    let others = account.methods.iter().any(|other| other.id != method.id && other.can_be_default());
    if is_default && others {
        return Err(Refused::methods(match wording {
            DefaultMethodWording::Current => format!(
                "The requested authentication method id of [{}] matches the user's current default authentication method, and cannot \
                 be deleted until the default authentication method is changed",
                method.id
            ),
            DefaultMethodWording::Of2021 => {
                "Cannot delete default method with other methods configured. Please change default \
                method before deletion."
                    .to_owned()
            }
        }));
    }
    Ok(())
}
