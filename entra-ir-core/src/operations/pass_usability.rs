//! Checks whether a new pass works now.

use secrecy::ExposeSecret as _;

use crate::model::AccessPassMethod;
use crate::receipt::{Receipt, WarningKind, Weight};
use crate::text::cut;
use crate::wire::without_secrets;

/// The pass exists, but the policy does not let this user sign in with it.
pub const DISABLED_BY_POLICY: WarningKind = WarningKind::new(
    "disabled-by-policy",
    "the pass was created, but the policy does not let this user sign in with it (DisabledByPolicy): include the user in the policy",
    Weight::InVain("does not work"),
);

/// The pass does not work yet.
pub const NOT_YET_VALID: WarningKind = WarningKind::new(
    "not-yet-valid",
    "the pass does not work yet: it begins at its start time",
    Weight::InVain("does not work yet"),
);

/// The pass does not work, for a reason this version does not know.
pub const NOT_USABLE: WarningKind = WarningKind::new(
    "not-usable",
    "the pass does not work now; the service says {}",
    Weight::InVain("does not work"),
);

/// Warns if the pass does not work now.
pub(super) fn warn_of_usability(receipt: &mut Receipt, made: &AccessPassMethod) {
    if made.is_because("DisabledByPolicy") {
        receipt.warn(&DISABLED_BY_POLICY);
    } else if made.is_because("NotYetValid") {
        receipt.warn(&NOT_YET_VALID);
    } else if made.is_usable == Some(false) {
        let reason = made.method_usability_reason.as_deref().unwrap_or_default();
        receipt.warn(NOT_USABLE.with(format_args!("{:?}", cut(without_pass(made, reason)))));
    }
}

/// Masks the pass in the ids of the exchanges, since a receipt is stored and shown.
pub(super) fn hide_pass(receipt: &mut Receipt, made: &AccessPassMethod) {
    for id in receipt.exchanges.iter_mut().filter_map(|exchange| exchange.request_id.as_mut()) {
        *id = without_pass(made, id);
    }
}

fn without_pass(made: &AccessPassMethod, text: &str) -> String {
    let pass = made.temporary_access_pass.as_ref().map(|pass| pass.expose_secret().to_owned());
    without_secrets(text, pass.as_slice())
}
