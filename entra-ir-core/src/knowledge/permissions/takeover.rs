//! The permissions by which an application can give itself everything.

/// The permissions that can take over a tenant, and how.
///
/// Source: "Microsoft Graph permissions reference" says what each writes; that it is enough to take over a
/// tenant follows from it.
///
/// ```
/// use entra_ir_core::knowledge::TAKEOVER_PERMISSIONS;
/// assert!(TAKEOVER_PERMISSIONS.iter().any(|(name, _)| *name == "RoleManagement.ReadWrite.Directory"));
/// ```
pub const TAKEOVER_PERMISSIONS: &[(&str, &str)] = &[
    ("RoleManagement.ReadWrite.Directory", "assigns any directory role, to itself too"),
    ("AppRoleAssignment.ReadWrite.All", "grants any application permission, to itself too"),
    ("Application.ReadWrite.All", "adds credentials to any application, and acts as it"),
    ("RoleAssignmentSchedule.ReadWrite.Directory", "assigns any directory role"),
    ("RoleEligibilitySchedule.ReadWrite.Directory", "makes anybody eligible for any directory role"),
    ("PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup", "adds anybody to a group that holds a role"),
    (
        "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
        "makes anybody eligible for a group that holds a role",
    ),
];

/// Returns how a permission can take over a tenant; `None` if it cannot, as far as is known.
pub(super) fn takeover(name: &str) -> Option<&'static str> {
    TAKEOVER_PERMISSIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, how)| *how)
}
