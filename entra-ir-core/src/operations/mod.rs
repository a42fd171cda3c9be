//! One file per operation: its description, its requests, its decoding, and its tests.

mod account;
mod block_and_password;
mod default_method;
mod device;
mod domain;
mod grant_reads;
mod locked_out;
mod methods_deleted;
mod pass_policy;
mod pass_replaced;
mod pass_usability;
pub(crate) mod password;
mod per_user_mfa;
mod policy_evaluation;
mod policy_settings;
mod registry;
mod removal;
mod removal_grade;
mod risk_feedback;
mod risk_of_many;
mod risk_outcomes;
mod roles_held;
#[cfg(feature = "schema")]
mod schemas;
mod service_principal_reads;
mod settle;
mod snapshot_parts;
pub(crate) mod user_risk;
mod write_back;

pub mod confirm_user_compromised;
pub mod confirm_users_compromised;
pub mod create_temporary_access_pass;
pub mod deactivate_hardware_oath;
pub mod delete_device;
pub mod delete_method;
pub mod delete_methods;
pub mod delete_temporary_access_pass;
pub mod disable_device;
pub mod dismiss_user_risk;
pub mod dismiss_users_risk;
pub mod effective_methods_policy;
pub mod find_users;
pub mod get_user;
pub mod list_app_assignments;
pub mod list_devices;
pub mod list_grants;
pub mod list_methods;
pub mod list_temporary_access_passes;
pub mod lock_out;
pub mod remove_app_assignment;
pub mod require_mfa_reregistration;
pub mod require_password_change;
pub mod reset_password;
pub mod revoke_grant;
pub mod revoke_mfa_sessions;
pub mod revoke_sign_in_sessions;
pub mod service_principal_enabled;
pub mod sign_in_block;
pub mod snapshot;

pub use crate::operation::CALLER_UNKNOWN;
pub use account::{ACCOUNT_NOT_READ, CUSTOMER_METHODS_UNSEEN};
pub use confirm_user_compromised::{
    CONFIRM_COMPROMISED, ConfirmUserCompromised, RESET_FIRST, RISK_ACTS_BY_POLICY, RISK_STAYS,
};
pub use confirm_users_compromised::ConfirmUsersCompromised;
pub use create_temporary_access_pass::{
    ACCOUNT_BLOCKED, AccessPassCreated, CREATE_TEMPORARY_ACCESS_PASS, CreateTemporaryAccessPass,
    PASS_REMOVES_NOTHING, PASSES_NOT_READ, POLICY_NOT_READ, REPLACED_OLDER_PASS,
};
pub use deactivate_hardware_oath::{DEACTIVATE_HARDWARE_OATH, DeactivateHardwareOath};
pub use delete_device::{
    DELETE_DEVICE, DELETED_BEFORE, DELETION_DOES_NOT_LAST, DeleteDevice, KEYS_GO_WITH_IT,
};
pub use delete_method::{
    DELETE_EACH_METHOD, DeleteMethod, EARLIER_ATTEMPT, METHODS_GO_SESSIONS_STAY, MethodDeleted,
};
pub use delete_methods::{DeleteMethods, MethodOutcome, MethodScope, MethodsDeleted, Outcome};
pub use delete_temporary_access_pass::DeleteTemporaryAccessPass;
pub use device::{DEVICE_NOT_READ, DEVICE_TOKENS_LINGER};
pub use disable_device::{
    DEVICE_ENABLED, DisableDevice, ENABLED_AGAIN, EnableDevice, HELD_UNTIL_SYNC, SYNC_DECIDES,
};
pub use dismiss_user_risk::{
    DISMISS_RISK, DismissUserRisk, NO_RISK_TO_DISMISS, RISK_NO_LONGER_BLOCKS, RISK_NOT_READ,
};
pub use dismiss_users_risk::DismissUsersRisk;
pub use domain::{DOMAIN_NOT_READ, FEDERATED_NO_EFFECT, FEDERATED_WRITE_BACK};
pub use effective_methods_policy::GetEffectiveMethodsPolicy;
pub use find_users::{FindUsers, FoundUser, MatchedBy, UsersFound};
pub use get_user::GetUser;
pub(crate) use grant_reads::tenant_id;
pub use list_app_assignments::ListAppAssignments;
pub use list_devices::{DeviceList, HYBRID_DEVICES_UNSEEN, ListDevices};
pub use list_grants::ListGrants;
pub use list_methods::ListMethods;
pub use list_temporary_access_passes::ListTemporaryAccessPasses;
pub use lock_out::LockOut;
pub use locked_out::{
    BLOCK_THEN_PASSWORD, BLOCK_WITH_PASSWORD, LockedOut, NOT_BLOCKED, PASSWORD_NOT_SET, PASSWORD_UNKNOWN,
    TOKENS_LIVE_OUT,
};
pub use methods_deleted::{BETA_NOT_READ, PARTIAL_LIST, TYPES_NOT_READ, UNREADABLE_METHODS};
pub use pass_replaced::PASS_MADE_ANEW;
pub use pass_usability::{DISABLED_BY_POLICY, NOT_USABLE, NOT_YET_VALID};
pub use removal::{DEFAULT_CHANGED, GUEST_METHODS_ELSEWHERE, REMAINDER_NOT_READ};
pub use removal_grade::{DEFAULT_UNKNOWN, REGISTRATION_OPEN, STILL_SIGNS_IN};
pub use remove_app_assignment::{
    ASSIGNMENT_GOES_SESSIONS_STAY, AssignmentRemoved, DELETE_ASSIGNMENT, NOT_REQUIRED, REQUIREMENT_NOT_READ,
    RemoveAppAssignment,
};
pub use require_mfa_reregistration::{MfaReregistrationRequired, NextStep, RequireMfaReregistration};
pub use require_password_change::{LOCKS_NOBODY_OUT, RequirePasswordChange, SET_ON_PREMISES};
pub use reset_password::{
    ForceChange, MAY_REMEDIATE_RISK, NEEDS_MFA_METHOD, NewPassword, PASSWORD_PROFILE, PasswordReset,
    PasswordWay, ResetPassword, SESSIONS_GO_ON,
};
pub use revoke_grant::{
    CAN_CONSENT_AGAIN, COVERAGE_NOT_READ, COVERED_TENANT_WIDE, DELETE_GRANT, GrantRef, GrantRevoked,
    ISSUED_TOKENS_LIVE_OUT, RevokeGrant, STILL_LISTED,
};
pub use revoke_mfa_sessions::{MfaSessionsRevoked, NO_CALL_FOR_REMEMBERED_MFA, RevokeMfaSessions};
pub use revoke_sign_in_sessions::{
    NO_EFFECT_ON_CUSTOMER, NO_EFFECT_ON_GUEST, REVOKE_SIGN_IN_SESSIONS, RevokeSignInSessions, SAME_SECOND,
    SessionsRevoked,
};
pub use risk_feedback::RISK_IN_HOME_TENANT;
pub use risk_of_many::GUESTS_LEFT_OUT;
pub use risk_outcomes::{FeedbackOutcome, RiskOutcome, RiskOutcomes};
pub(crate) use roles_held::own_roles;
#[cfg(feature = "schema")]
pub use schemas::Schemas;
pub use service_principal_enabled::{
    APPLICATION_ENABLED, APPLICATION_TOKENS_LIVE_OUT, DISABLED_BY_MICROSOFT, DisableServicePrincipal,
    EnableServicePrincipal, USED_BY,
};
pub use settle::{NOT_READ_BACK, NOT_YET_VISIBLE};
pub use sign_in_block::{ACCOUNT_ENABLED, BlockSignIn, MAY_BE_UNDONE_BY_SYNC, NO_GATE, UnblockSignIn};
pub use snapshot::TakeSnapshot;
pub use write_back::{END_NOT_SEEN, RESET_PASSWORD_ACTION};

use crate::model::{
    AccessPassMethod, AccountSnapshot, AppAssignmentList, EffectiveMethodsPolicy, GrantList, MethodList, User,
};
pub use crate::operation::SecretSlot;
use crate::receipt::Receipt;
use registry::registry;

registry! {
    "get_user" GetUser -> User, get_user::SPEC;
    "find_users" FindUsers -> UsersFound, find_users::SPEC;
    "list_methods" ListMethods -> MethodList, list_methods::SPEC;
    "revoke_sign_in_sessions" RevokeSignInSessions -> SessionsRevoked, revoke_sign_in_sessions::SPEC;
    "reset_password" ResetPassword -> PasswordReset, reset_password::SPEC;
    "require_password_change" RequirePasswordChange -> Receipt, require_password_change::SPEC;
    "delete_methods" DeleteMethods -> MethodsDeleted, delete_methods::SPEC;
    "delete_method" DeleteMethod -> MethodDeleted, delete_method::SPEC;
    "deactivate_hardware_oath" DeactivateHardwareOath -> Receipt, deactivate_hardware_oath::SPEC;
    "create_temporary_access_pass" CreateTemporaryAccessPass -> AccessPassCreated, create_temporary_access_pass::SPEC;
    "list_temporary_access_passes" ListTemporaryAccessPasses -> Vec<AccessPassMethod>, list_temporary_access_passes::SPEC;
    "delete_temporary_access_pass" DeleteTemporaryAccessPass -> MethodDeleted, delete_temporary_access_pass::SPEC;
    "revoke_mfa_sessions" RevokeMfaSessions -> MfaSessionsRevoked, revoke_mfa_sessions::SPEC;
    "require_mfa_reregistration" RequireMfaReregistration -> MfaReregistrationRequired, require_mfa_reregistration::SPEC;
    "lock_out" LockOut -> LockedOut, lock_out::SPEC;
    "block_sign_in" BlockSignIn -> Receipt, sign_in_block::BLOCK;
    "unblock_sign_in" UnblockSignIn -> Receipt, sign_in_block::UNBLOCK;
    "list_devices" ListDevices -> DeviceList, list_devices::SPEC;
    "disable_device" DisableDevice -> Receipt, disable_device::DISABLE;
    "enable_device" EnableDevice -> Receipt, disable_device::ENABLE;
    "delete_device" DeleteDevice -> Receipt, delete_device::SPEC;
    "confirm_user_compromised" ConfirmUserCompromised -> Receipt, confirm_user_compromised::SPEC;
    "list_grants" ListGrants -> GrantList, list_grants::SPEC;
    "revoke_grant" RevokeGrant -> GrantRevoked, revoke_grant::SPEC;
    "list_app_assignments" ListAppAssignments -> AppAssignmentList, list_app_assignments::SPEC;
    "remove_app_assignment" RemoveAppAssignment -> AssignmentRemoved, remove_app_assignment::SPEC;
    "disable_service_principal" DisableServicePrincipal -> Receipt, service_principal_enabled::DISABLE;
    "enable_service_principal" EnableServicePrincipal -> Receipt, service_principal_enabled::ENABLE;
    "dismiss_user_risk" DismissUserRisk -> Receipt, dismiss_user_risk::SPEC;
    "confirm_users_compromised" ConfirmUsersCompromised -> RiskOutcomes, confirm_users_compromised::SPEC;
    "dismiss_users_risk" DismissUsersRisk -> RiskOutcomes, dismiss_users_risk::SPEC;
    "effective_methods_policy" GetEffectiveMethodsPolicy -> EffectiveMethodsPolicy, effective_methods_policy::SPEC;
    "snapshot" TakeSnapshot -> AccountSnapshot, snapshot::SPEC;
}
