//! The rights of roles over targets: Microsoft's tables "Who can reset passwords" and "Who can perform
//! sensitive actions".

use super::role::Role;

/// The kinds of actions of a delegated caller on an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Reset the password by its action, or revoke the sessions.
    ResetOrRevoke,
    /// Change `accountEnabled` or `passwordProfile`.
    Sensitive,
    /// Delete or create authentication methods, or change the default one.
    ChangeMethods,
    /// See authentication methods.
    ReadMethods,
    /// See or change per-user MFA.
    PerUserMfa,
}

/// What makes an account privileged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing<'a> {
    pub(crate) roles: &'a [Role],
    pub(crate) in_role_assignable_group: bool,
}

impl Standing<'_> {
    pub(crate) const fn is_privileged(self) -> bool {
        self.in_role_assignable_group || !self.roles.is_empty()
    }
}

/// Returns whether one of the caller's roles may do this to the account.
pub(crate) fn allows(caller: &[Role], act: Act, target: Standing<'_>) -> bool {
    caller.iter().any(|role| role_allows(*role, act, target))
}

fn role_allows(caller: Role, act: Act, target: Standing<'_>) -> bool {
    use Act::{ChangeMethods, PerUserMfa, ReadMethods, ResetOrRevoke, Sensitive};
    use Role as R;
    match (caller, act) {
        (R::GlobalAdministrator, _) | (R::AuthenticationPolicyAdministrator, PerUserMfa) => true,
        (_, PerUserMfa) => false,
        (R::PrivilegedAuthenticationAdministrator, _) | (R::GlobalReader, ReadMethods) => true,
        (R::AuthenticationAdministrator, _)
        | (R::UserAdministrator, ResetOrRevoke | Sensitive)
        | (R::HelpdeskAdministrator | R::PasswordAdministrator, ResetOrRevoke) => {
            !target.in_role_assignable_group && target.roles.iter().all(|role| reaches(caller, *role))
        }
        (
            R::SecurityAdministrator | R::SecurityOperator | R::SocIdentityResponder,
            ResetOrRevoke | Sensitive,
        ) => !target.is_privileged(),
        (_, ResetOrRevoke | Sensitive | ChangeMethods | ReadMethods) => false,
    }
}

/// Returns whether a limited administrator may act on an account with this role.
fn reaches(caller: Role, target: Role) -> bool {
    use Role as R;
    let by: &[Role] = match target {
        R::DirectoryReaders | R::GuestInviter | R::PasswordAdministrator => &[
            R::PasswordAdministrator,
            R::HelpdeskAdministrator,
            R::AuthenticationAdministrator,
            R::UserAdministrator,
        ],
        R::MessageCenterReader
        | R::ReportsReader
        | R::UsageSummaryReportsReader
        | R::UserExperienceSuccessManager => {
            &[R::HelpdeskAdministrator, R::AuthenticationAdministrator, R::UserAdministrator]
        }
        R::HelpdeskAdministrator => &[R::HelpdeskAdministrator, R::UserAdministrator],
        R::AuthenticationAdministrator => &[R::AuthenticationAdministrator],
        R::GroupsAdministrator | R::UserAdministrator => &[R::UserAdministrator],
        _ => &[],
    };
    by.contains(&caller)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Role as R;

    fn may(caller: Role, act: Act, target: &[Role]) -> bool {
        allows(&[caller], act, Standing { roles: target, in_role_assignable_group: false })
    }

    #[test]
    fn the_reset_table_holds_row_by_row() {
        let columns = [
            R::PasswordAdministrator,
            R::HelpdeskAdministrator,
            R::AuthenticationAdministrator,
            R::UserAdministrator,
            R::PrivilegedAuthenticationAdministrator,
            R::GlobalAdministrator,
        ];
        let rows: &[(&[Role], &str)] = &[
            (&[], "xxxxxx"),
            (&[R::DirectoryReaders], "xxxxxx"),
            (&[R::GuestInviter], "xxxxxx"),
            (&[R::PasswordAdministrator], "xxxxxx"),
            (&[R::MessageCenterReader], "-xxxxx"),
            (&[R::ReportsReader], "-xxxxx"),
            (&[R::UsageSummaryReportsReader], "-xxxxx"),
            (&[R::UserExperienceSuccessManager], "-xxxxx"),
            (&[R::HelpdeskAdministrator], "-x-xxx"),
            (&[R::AuthenticationAdministrator], "--x-xx"),
            (&[R::GroupsAdministrator], "---xxx"),
            (&[R::UserAdministrator], "---xxx"),
            (&[R::GlobalAdministrator], "----xx"),
            (&[R::PrivilegedAuthenticationAdministrator], "----xx"),
            (&[R::PrivilegedRoleAdministrator], "----xx"),
            (&[R::Other], "----xx"),
        ];
        for (target, row) in rows {
            for (caller, cell) in columns.iter().zip(row.chars()) {
                assert_eq!(may(*caller, Act::ResetOrRevoke, target), cell == 'x', "{caller:?} on {target:?}");
                let narrower = !matches!(caller, R::PasswordAdministrator | R::HelpdeskAdministrator);
                assert_eq!(
                    may(*caller, Act::Sensitive, target),
                    cell == 'x' && narrower,
                    "{caller:?} on {target:?}"
                );
            }
        }
    }

    #[test]
    fn a_role_assignable_group_makes_privileged() {
        let member = Standing { roles: &[], in_role_assignable_group: true };
        for act in [Act::ResetOrRevoke, Act::Sensitive, Act::ChangeMethods] {
            assert!(!allows(&[R::AuthenticationAdministrator, R::UserAdministrator], act, member));
            assert!(allows(&[R::PrivilegedAuthenticationAdministrator], act, member));
        }
        assert!(allows(&[R::GlobalReader], Act::ReadMethods, member));
    }

    #[test]
    fn security_roles_touch_no_methods_and_no_administrators() {
        for role in [R::SecurityAdministrator, R::SecurityOperator, R::SocIdentityResponder] {
            assert!(may(role, Act::Sensitive, &[]) && may(role, Act::ResetOrRevoke, &[]));
            assert!(!may(role, Act::Sensitive, &[R::DirectoryReaders]));
            assert!(!may(role, Act::ChangeMethods, &[]));
        }
    }

    #[test]
    fn per_user_mfa_has_a_role_of_its_own() {
        assert!(!may(R::PrivilegedAuthenticationAdministrator, Act::PerUserMfa, &[]));
        assert!(may(R::AuthenticationPolicyAdministrator, Act::PerUserMfa, &[R::GlobalAdministrator]));
    }
}
