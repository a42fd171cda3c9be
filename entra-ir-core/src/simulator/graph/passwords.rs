//! Checks new passwords, and generates passwords and passes.

use http::StatusCode;

use super::answer::Refused;
use crate::simulator::tenant::password::{Weakness, check, random_text};

const COMPLEXITY: &str = "The specified password does not comply with password complexity requirements. Please provide a different password.";

/// Requires a password that the directory accepts.
pub(super) fn demand_strong(password: &str, refuse: impl Fn(String) -> Refused) -> Result<(), Refused> {
    check(password).map_err(|weakness| {
        refuse(COMPLEXITY.to_owned()).with_detail(match weakness {
            Weakness::Invalid => "InvalidPassword",
            Weakness::Banned => "PasswordBanned",
        })
    })
}

/// Makes a password or the characters of a pass.
pub(super) fn make(length: usize) -> Result<String, Refused> {
    random_text(length).ok_or_else(|| {
        Refused::new(StatusCode::INTERNAL_SERVER_ERROR, "generalException", "No random numbers.")
    })
}
