//! One file per operation: what it is, what it sends, how it reads the answer, and its tests.

/// Gives an operation on one user its constructors: from a name that is checked, or from a user already known.
macro_rules! of_user {
    ($operation:ident { $($field:ident: $default:expr),* $(,)? }) => {
        impl $operation {
            /// Makes the operation for a user, named by object id or user principal name.
            ///
            /// # Errors
            /// [`Error::Refused`](crate::Error::Refused) if the name cannot be one.
            pub fn of<U>(user: U) -> crate::error::Result<Self>
            where
                U: TryInto<crate::ids::UserRef>,
                crate::error::Error: From<U::Error>,
            {
                Ok(Self { user: user.try_into()?, $($field: $default),* })
            }
        }
    };
}
use of_user;

mod account;
mod default_method;
mod domain;
mod methods_deleted;
mod password;
mod per_user_mfa;
mod picture_parts;
mod policy_evaluation;
mod policy_settings;
mod removal;
mod roles_held;
mod settle;
mod write_back;

pub mod block_sign_in;
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
pub mod unblock_sign_in;
pub mod user_picture;

/// Declares the operations: types, and entry in the catalog.
macro_rules! operations {
    ($($module:ident::{$($type:ident),+}),+ $(,)?) => {
        $(pub use $module::{$($type),+};)+

        /// Lists what each operation is, in the order of `docs/operations.md`.
        pub static CATALOG: &[&crate::spec::OperationSpec] = &[$(&$module::SPEC),+];

        /// What stands at the root of the crate, too: the types, without their modules.
        pub(crate) mod types {
            #[doc(inline)]
            pub use super::CATALOG;
            $(#[doc(inline)] pub use super::$module::{$($type),+};)+
        }
    };
}

operations! {
    get_user::{GetUser},
    find_users::{FindUsers, UsersFound, FoundUser, MatchedBy},
    list_methods::{ListMethods},
    revoke_sign_in_sessions::{RevokeSignInSessions, SessionsRevoked},
    reset_password::{ResetPassword, PasswordReset, ForceChange, NewPassword, PasswordWay},
    require_password_change::{RequirePasswordChange},
    delete_methods::{DeleteMethods, MethodScope, MethodsDeleted, MethodOutcome, Outcome},
    delete_method::{DeleteMethod, MethodDeleted},
    deactivate_hardware_oath::{DeactivateHardwareOath},
    create_temporary_access_pass::{CreateTemporaryAccessPass, AccessPassCreated},
    list_temporary_access_passes::{ListTemporaryAccessPasses},
    delete_temporary_access_pass::{DeleteTemporaryAccessPass},
    revoke_mfa_sessions::{RevokeMfaSessions, MfaSessionsRevoked},
    require_mfa_reregistration::{RequireMfaReregistration, MfaReregistrationRequired, NextStep},
    block_sign_in::{BlockSignIn},
    unblock_sign_in::{UnblockSignIn},
    effective_methods_policy::{GetEffectiveMethodsPolicy},
    user_picture::{GetUserPicture},
}
