//! One file per operation: what it is, what it sends, how it reads the answer, and its tests.

mod account;
mod default_method;
mod domain;
mod methods_deleted;
mod pass_policy;
mod password;
mod per_user_mfa;
mod policy_evaluation;
mod policy_settings;
mod registry;
mod removal;
mod roles_held;
mod secret_slot;
mod settle;
mod snapshot_parts;
mod write_back;

pub mod create_temporary_access_pass;
pub mod deactivate_hardware_oath;
pub mod delete_method;
pub mod delete_methods;
pub mod delete_temporary_access_pass;
pub mod effective_methods_policy;
pub mod find_users;
pub mod get_user;
pub mod list_methods;
pub mod list_temporary_access_passes;
pub mod require_mfa_reregistration;
pub mod require_password_change;
pub mod reset_password;
pub mod revoke_mfa_sessions;
pub mod revoke_sign_in_sessions;
pub mod sign_in_block;
pub mod snapshot;

pub use create_temporary_access_pass::{AccessPassCreated, CreateTemporaryAccessPass};
pub use deactivate_hardware_oath::DeactivateHardwareOath;
pub use delete_method::{DeleteMethod, MethodDeleted};
pub use delete_methods::{DeleteMethods, MethodOutcome, MethodScope, MethodsDeleted, Outcome};
pub use delete_temporary_access_pass::DeleteTemporaryAccessPass;
pub use effective_methods_policy::GetEffectiveMethodsPolicy;
pub use find_users::{FindUsers, FoundUser, MatchedBy, UsersFound};
pub use get_user::GetUser;
pub use list_methods::ListMethods;
pub use list_temporary_access_passes::ListTemporaryAccessPasses;
pub use require_mfa_reregistration::{MfaReregistrationRequired, NextStep, RequireMfaReregistration};
pub use require_password_change::RequirePasswordChange;
pub use reset_password::{ForceChange, NewPassword, PasswordReset, PasswordWay, ResetPassword};
pub use revoke_mfa_sessions::{MfaSessionsRevoked, RevokeMfaSessions};
pub use revoke_sign_in_sessions::{RevokeSignInSessions, SessionsRevoked};
pub use secret_slot::SecretSlot;
pub use sign_in_block::{BlockSignIn, UnblockSignIn};
pub use snapshot::TakeSnapshot;

use crate::model::{AccessPassMethod, AccountSnapshot, EffectiveMethodsPolicy, MethodList, User};
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
    "block_sign_in" BlockSignIn -> Receipt, sign_in_block::BLOCK;
    "unblock_sign_in" UnblockSignIn -> Receipt, sign_in_block::UNBLOCK;
    "effective_methods_policy" GetEffectiveMethodsPolicy -> EffectiveMethodsPolicy, effective_methods_policy::SPEC;
    "snapshot" TakeSnapshot -> AccountSnapshot, snapshot::SPEC;
}
