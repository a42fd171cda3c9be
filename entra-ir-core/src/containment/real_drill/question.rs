//! The questions that no page answers, and whose answer for a tenant is a row of a drill.

use crate::CallerKind;
use crate::knowledge::AccountKind;

/// Returns the question that trying an operation answers.
pub(super) fn question(
    operation: &str,
    kind: AccountKind,
    privileged: Option<bool>,
    caller: Option<CallerKind>,
) -> Option<&'static str> {
    let is_synced = kind == AccountKind::Synced;
    match operation {
        "block_sign_in" if is_synced => {
            Some("whether Graph accepts the block of a synced account, which the next sync may lift")
        }
        "reset_password" if is_synced && caller != Some(CallerKind::AppOnly) => {
            Some("whether password write-back acts in this tenant, and how a refusal shows")
        }
        "block_sign_in"
        | "lock_out"
        | "reset_password"
        | "create_temporary_access_pass"
        | "delete_temporary_access_pass"
            if privileged == Some(true) && caller == Some(CallerKind::AppOnly) =>
        {
            Some("whether an application may do it to an administrator without a directory role")
        }
        _ => None,
    }
}
