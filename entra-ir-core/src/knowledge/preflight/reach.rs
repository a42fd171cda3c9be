//! Which administrator may act on which account: Microsoft's tables "Who can reset passwords" and "Who can
//! perform sensitive actions", by the names of the roles.
//!
//! Source: "Privileged roles and permissions in Microsoft Entra ID" (2026-06-05) and "user resource type"
//! (2026-07-03) on Microsoft Learn.

use crate::spec::{OperationSpec, Verb};

/// What a signed-in caller does to an account, as far as the tables tell it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Reset the password by its action, or revoke the sessions.
    ResetOrRevoke,
    /// Change sensitive properties: whether it may sign in, its password.
    Sensitive,
    /// Change the authentication methods.
    Methods,
    /// Read the authentication methods.
    ReadMethods,
}

/// The administrators that the tables limit, least privileged first.
const LIMITED: [&str; 4] = [
    "Password Administrator",
    "Helpdesk Administrator",
    "Authentication Administrator",
    "User Administrator",
];

/// The roles that act only on accounts without any role.
const SECURITY: [&str; 3] = ["Security Operator", "Security Administrator", "Entra SOC Identity Responder"];

/// The roles that act on every account.
const UNLIMITED: [&str; 2] = ["Privileged Authentication Administrator", "Global Administrator"];

/// For each role of the account: which of [`LIMITED`] may reset its password and revoke its sessions. A role
/// that is not listed takes one of [`UNLIMITED`].
const TABLE: [(&str, [bool; 4]); 11] = [
    ("Directory Readers", [true, true, true, true]),
    ("Guest Inviter", [true, true, true, true]),
    ("Password Administrator", [true, true, true, true]),
    ("Message Center Reader", [false, true, true, true]),
    ("Reports Reader", [false, true, true, true]),
    ("Usage Summary Reports Reader", [false, true, true, true]),
    ("User Experience Success Manager", [false, true, true, true]),
    ("Helpdesk Administrator", [false, true, false, true]),
    ("Authentication Administrator", [false, false, true, false]),
    ("Groups Administrator", [false, false, false, true]),
    ("User Administrator", [false, false, false, true]),
];

impl Act {
    /// Returns what the main request of an operation is by the tables; `None` if they do not limit it by
    /// account.
    pub(super) fn of(spec: &OperationSpec) -> Option<Self> {
        let path = spec.endpoint.path;
        if path.ends_with("/revokeSignInSessions") || path.ends_with("/resetPassword") {
            Some(Self::ResetOrRevoke)
        } else if path == "/users/{user}" && spec.endpoint.verb == Verb::Patch {
            Some(Self::Sensitive)
        } else if path.contains("/authentication/") && !path.ends_with("/requirements") {
            Some(if spec.effect.writes() { Self::Methods } else { Self::ReadMethods })
        } else {
            None
        }
    }

    /// Returns whether a role may do it to an account with these roles, named; `None` among them is a custom
    /// role, or one that is not known here. `guarded` is whether the account is in, or owns, a group that can
    /// carry roles.
    pub(super) fn reaches(self, caller: &str, roles: &[Option<&str>], guarded: bool) -> bool {
        if UNLIMITED.contains(&caller) {
            return true;
        }
        if self == Self::ReadMethods && caller == "Global Reader" {
            return true;
        }
        let takes_part = match self {
            Self::ResetOrRevoke => true,
            Self::Sensitive => !matches!(caller, "Password Administrator" | "Helpdesk Administrator"),
            Self::Methods | Self::ReadMethods => caller == "Authentication Administrator",
        };
        if !takes_part || guarded {
            return false;
        }
        if SECURITY.contains(&caller) {
            return roles.is_empty();
        }
        let Some(column) = LIMITED.iter().position(|limited| *limited == caller) else { return false };
        roles.iter().all(|role| {
            let row = TABLE.iter().find(|(listed, _)| Some(*listed) == *role);
            row.is_some_and(|(_, may)| may[column])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_that_is_not_in_the_table_takes_an_unlimited_administrator() {
        for role in [None, Some("Global Administrator"), Some("Exchange Administrator")] {
            for caller in LIMITED.iter().chain(&SECURITY) {
                assert!(!Act::ResetOrRevoke.reaches(caller, &[role], false), "{caller} on {role:?}");
            }
            assert!(UNLIMITED.iter().all(|caller| Act::Methods.reaches(caller, &[role], true)));
        }
    }

    #[test]
    fn methods_are_for_authentication_administrators() {
        for caller in ["User Administrator", "Helpdesk Administrator", "Security Administrator"] {
            assert!(!Act::Methods.reaches(caller, &[], false), "{caller}");
        }
        assert!(Act::Methods.reaches("Authentication Administrator", &[Some("Reports Reader")], false));
        assert!(!Act::Methods.reaches("Authentication Administrator", &[], true));
        assert!(Act::ReadMethods.reaches("Global Reader", &[None], true));
    }
}
