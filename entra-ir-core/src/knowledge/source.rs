//! Names every source that a cell or a step rests on, with its date where the page gives one.

/// "Refresh tokens in the Microsoft identity platform": which action ends which token.
pub const REFRESH_TOKENS: &str = "Refresh tokens in the Microsoft identity platform (2025-11-05)";
/// "user: revokeSignInSessions".
pub const REVOKE: &str = "user: revokeSignInSessions (Graph v1.0)";
/// "Continuous access evaluation".
pub const CAE: &str = "Continuous access evaluation (mid-2026)";
/// "Revoke user access in Microsoft Entra ID".
pub const REVOKE_ACCESS: &str = "Revoke user access in Microsoft Entra ID (2026-06-19)";
/// "Understanding Primary Refresh Token (PRT)".
pub const PRT: &str = "Understanding Primary Refresh Token (undated copy)";
/// "Manage user authentication methods for Microsoft Entra multifactor authentication".
pub const MANAGE_MFA: &str =
    "Manage user authentication methods for Microsoft Entra multifactor authentication (mid-2026)";
/// The same page of 2023, which still describes the old button.
pub const MANAGE_MFA_2023: &str =
    "Manage user authentication methods for Microsoft Entra multifactor authentication (2023-08)";
/// "What's new in Microsoft Entra", plan for change.
pub const WHATS_NEW: &str = "What's new in Microsoft Entra, plan for change (October 2025)";
/// "Manage authentication methods for Microsoft Entra ID".
pub const METHODS_MANAGE: &str = "Manage authentication methods for Microsoft Entra ID (mid-2026)";
/// "Authentication methods API overview" and the "Delete …Method" pages.
pub const DELETE_METHODS: &str = "Authentication methods API overview and the Delete pages (Graph v1.0)";
/// "Authentication and Conditional Access for External ID": guests.
pub const GUESTS: &str = "Authentication and Conditional Access for External ID (2026-03-27)";
/// "hardwareOathTokenAuthenticationMethod: deactivate".
pub const HARDWARE_OATH: &str = "hardwareOathAuthenticationMethod: deactivate (Graph beta)";
/// "Configure Temporary Access Pass".
pub const TAP: &str =
    "Configure Temporary Access Pass to register passwordless authentication methods (2026-03-04)";
/// "authenticationMethod: resetPassword".
pub const RESET: &str = "authenticationMethod: resetPassword (2025-07-23)";
/// "Update user".
pub const UPDATE_USER: &str = "Update user (2026-07-04)";
/// "Delete oAuth2PermissionGrant".
pub const GRANT: &str = "Delete oAuth2PermissionGrant (2021-07)";
/// "Investigate and remediate risk" of ID Protection.
pub const RISK: &str = "Remediate risks and unblock users, ID Protection (2026-05-15)";
/// "Self-service password reset writeback".
pub const WRITEBACK: &str = "How does self-service password reset writeback work (2023)";
/// "Privileged roles and permissions": who may act on whom.
pub const ROLES: &str = "Privileged roles and permissions in Microsoft Entra ID (2026-06-05)";
/// What was seen when the portal's buttons were pressed.
pub const FIELD_REPORT: &str = "field report on the portal's buttons";
/// Public scripts and notes of practitioners; weaker than a page.
pub const PRACTICE: &str = "practitioners' scripts and notes (2026)";
/// What no source says: concluded here from those that are named in the note.
pub const CONCLUDED: &str = "no page; concluded from the others";

/// Lists every source.
pub const ALL: [&str; 22] = [
    REFRESH_TOKENS,
    REVOKE,
    CAE,
    REVOKE_ACCESS,
    PRT,
    MANAGE_MFA,
    MANAGE_MFA_2023,
    WHATS_NEW,
    METHODS_MANAGE,
    DELETE_METHODS,
    GUESTS,
    HARDWARE_OATH,
    TAP,
    RESET,
    UPDATE_USER,
    GRANT,
    RISK,
    WRITEBACK,
    ROLES,
    FIELD_REPORT,
    PRACTICE,
    CONCLUDED,
];
